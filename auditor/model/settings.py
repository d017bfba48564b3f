"""What the user may decide: which rules run, how severe they are, their thresholds."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from auditor.model.rule import Severity


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Choices of one run. Rule ids may be a whole group (``"F"``) or one rule (``"F-11"``).

    ``select`` empty means all; ``thresholds`` replaces ``params`` of a rule; ``lang`` is ``zh`` or ``en``.
    """

    lang: str = "zh"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: dict[str, Severity] = {}
    thresholds: dict[str, dict[str, Any]] = {}
