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


class InForce(Struct, frozen=True, kw_only=True):
    """What a run was told, as every output says it. ``config`` and ``packs`` are file names; ``lowered`` and ``raised`` rules whose
    severity is not that of their card; ``thresholds`` rules with other thresholds; ``kinds`` kinds of agency with choices of their own;
    ``ignored_config``: a configuration inside the audited folder, which counts only when it is named with ``--config``.
    """

    config: str | None = None
    rules_on: int = 0
    rules: int = 0
    waivers: int = 0
    lowered: tuple[str, ...] = ()
    raised: tuple[str, ...] = ()
    thresholds: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()
    fail_on: str = "error"
    ignored_config: str | None = None
    update: str | None = None
    """Version and first digits of the hash of the rule update in force."""

    @property
    def weakened(self) -> bool:
        """Whether a report may look better under these settings than under those of the rule book."""
        return bool(self.rules_on < self.rules or self.waivers or self.lowered or self.update or self.thresholds or self.kinds)
