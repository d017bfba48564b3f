"""What the user may decide: which rules run, how severe they are, their thresholds."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from auditor.model.rule import Severity


class KindChoices(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Choices that hold for one kind of agency only, laid over the general ones."""

    ignore: tuple[str, ...] = ()
    severity: dict[str, Severity] = {}
    thresholds: dict[str, dict[str, Any]] = {}


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Choices of one run. Rule ids may be a whole group (``"F"``) or one rule (``"F-11"``).

    ``select`` empty means all; ``thresholds`` replaces ``params`` of a rule; ``lang`` is ``zh`` or ``en``;
    ``agency_kind`` holds further choices per kind of agency (:data:`auditor.model.report.AgencyKind`).
    """

    lang: str = "zh"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: dict[str, Severity] = {}
    thresholds: dict[str, dict[str, Any]] = {}
    agency_kind: dict[str, KindChoices] = {}

    def for_kind(self, kind: str) -> Settings:
        """The settings that hold for an agency of this kind; kinds without choices of their own get these."""
        own = self.agency_kind.get(kind)
        if own is None:
            return self
        return Settings(
            lang=self.lang,
            select=self.select,
            ignore=self.ignore + own.ignore,
            severity=self.severity | own.severity,
            thresholds={rule: self.thresholds.get(rule, {}) | own.thresholds.get(rule, {}) for rule in self.thresholds | own.thresholds},
        )
