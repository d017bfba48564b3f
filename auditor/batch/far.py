"""Reports that stay in the ledger: identity and overview at hand, cells and prose loaded when somebody looks at them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast

from auditor.ledger import Ledger
from auditor.ledger.record import placed
from auditor.model.report import Passage, Report

_KEPT: Final = 64
_LIGHT: Final = frozenset(
    {
        "source",
        "parts",
        "part",
        "part_count",
        "status",
        "document",
        "title",
        "page_title",
        "agency",
        "agency_kind",
        "year",
        "years_seen",
        "era",
        "layouts",
        "scope",
        "published",
        "elsewhere",
        "problems",
    }
)


class Shelf:
    """Loads reports of a ledger; the ones used last are kept."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._reports: dict[int, Report] = {}

    def report(self, reading: int) -> Report:
        """The whole report, without a path."""
        found = self._reports.pop(reading, None)
        if found is None:
            found = self._ledger.report(reading)
        self._reports[reading] = found
        if len(self._reports) > _KEPT:
            del self._reports[next(iter(self._reports))]
        return found

    def passages(self, reading: int) -> Sequence[Passage]:
        """The prose alone."""
        found = self._reports.get(reading)
        return found.passages if found is not None else self._ledger.prose(reading).passages

    def far(self, reading: int, path: str) -> Report:
        """The report as one that is loaded when looked at. It has all attributes and methods of a report, but is not one by type."""
        return cast(Report, FarReport(self, reading, placed(self._ledger.light(reading), path)))


class FarReport:
    """Behaves as the :class:`auditor.model.report.Report` it stands for."""

    __slots__ = ("_light", "_reading", "_shelf")

    def __init__(self, shelf: Shelf, reading: int, light: Report) -> None:
        self._shelf, self._reading, self._light = shelf, reading, light

    def __getattr__(self, name: str) -> Any:
        if name in _LIGHT:
            return getattr(self._light, name)
        if name == "passages":
            return self._shelf.passages(self._reading)
        return getattr(self._shelf.report(self._reading), name)
