"""What became of the earlier reports and of the roster that a run was given: how many, how many of use, which not and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct, field

from auditor.model.report import Report
from auditor.season.link import Season
from auditor.season.roster_rules import RosterStanding

Unused = Literal["unread", "blank", "other", "loose", "agency", "same_year", "year", "given"]
"""Why an earlier report was of no use: not read; an empty form; another document; no agency or year; nobody of the run; the year of the run
itself; another year than the ones before; the same file as one of the run."""
_BEFORE = (1, 2)
"""Years back that rules look at."""


class Account(Struct, frozen=True):
    """``unused``: (path, reason, its year or nothing) of each earlier report of no use; ``wanted``: the years that would have been."""

    given: int = 0
    unused: tuple[tuple[str, Unused, str], ...] = ()
    wanted: tuple[int, ...] = ()
    roster: dict[str, int] = field(default_factory=dict)

    @property
    def used(self) -> int:
        """Earlier reports that something was compared with."""
        return self.given - len(self.unused)


def account_for(season: Season, before: Sequence[Report], standings: Sequence[RosterStanding] = ()) -> Account:
    """The account of a run: ``before`` are the earlier reports as given, ``standings`` those of the roster."""
    mine: dict[str, set[int]] = {}
    hashes = set()
    for entry in season.entries:
        if entry.index is not None and entry.report.year is not None:
            mine.setdefault(entry.key, set()).add(entry.report.year)
            hashes.add(entry.report.source.sha256)
    keys = {entry.report.source.path: entry.key for entry in (*season.entries, *season.unplaced) if entry.index is None}
    unused = [
        (report.source.path, why, str(report.year or "")) for report in before if (why := _why(report, mine, keys, hashes)) is not None
    ]
    years = sorted({year - 1 for found in mine.values() for year in found})
    newest = max((entry.year for entry in standings), default=0)
    counted: dict[str, int] = {}
    for standing in standings:
        if standing.year == newest:
            counted[standing.state] = counted.get(standing.state, 0) + 1
    return Account(given=len(before), unused=tuple(unused), wanted=tuple(years), roster=counted)


def _why(report: Report, mine: dict[str, set[int]], keys: dict[str, str], hashes: set[str]) -> Unused | None:
    if report.status == "unreadable":
        return "unread"
    if report.document == "blank_form":
        return "blank"
    if report.document != "annual_report":
        return "other"
    key = keys.get(report.source.path)
    if key is None:
        return "given" if report.source.sha256 in hashes else "loose"
    if not key or report.year is None:
        return "loose"
    if key not in mine:
        return "agency"
    if any(year - report.year in _BEFORE for year in mine[key]):
        return None
    return "same_year" if report.year in mine[key] else "year"
