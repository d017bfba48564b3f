"""Whether an agency has published: *not published* is said only where no file of the season, read or unread, can be its report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from auditor.model.report import Report
from auditor.model.result import may_be_report
from auditor.season.link import Season
from auditor.season.names import normalise
from auditor.season.roster import Agency, Roster
from auditor.text.patterns import re_pattern

_SHORTEST: Final = 3
"""Characters of a name's end (教育局) that make a file name speak of the agency."""
_HAN: Final = re_pattern("[\u4e00-\u9fff]")


class Loose(Struct, frozen=True):
    """A file of the run that belongs to no agency yet. ``lines``: agencies of the roster (by line) whose report it can be by its name;
    ``None``: any agency's. ``year``: that of the report where it was read.
    """

    path: str
    lines: frozenset[int] | None
    year: int | None

    def can_be(self, agency: Agency, year: int) -> bool:
        """Whether it can be the agency's report for the year."""
        return self.year in (None, year) and (self.lines is None or agency.line in self.lines)


def loose_files(season: Season, unread: Sequence[Report], named: Mapping[str, str] | None = None) -> tuple[Loose, ...]:
    """All files of the run that no agency of the roster has for certain, by path.

    ``unread``: reports of the run that could not be read or were taken for something else. Files taken for something else count only for
    the agencies that their names speak of. ``named``: agencies as a person named them for unread files, by the hash of the file.
    """
    assert season.roster is not None
    found = [entry.report for entry in season.entries if entry.index is not None and entry.agency is None]
    found += [entry.report for entry in season.unplaced if entry.index is not None]
    loose: dict[str, Loose] = {}
    for report in (*found, *unread):
        lines = _named(season.roster, report, named) or owners(season.roster, [report.source.path, report.agency or ""])
        if not lines and not may_be_report(report):
            continue
        loose[report.source.path] = Loose(report.source.path, lines or None, report.year)
    return tuple(loose[path] for path in sorted(loose))


def _named(roster: Roster, report: Report, named: Mapping[str, str] | None) -> frozenset[int]:
    """The line of the agency that a person named for a file; empty where nobody did or the roster has none of this name."""
    agency = roster.find(named[report.source.sha256]) if named and report.source.sha256 in named else None
    return frozenset() if agency is None else frozenset({agency.line})


def owners(roster: Roster, names: Iterable[str]) -> frozenset[int]:
    """Lines of the agencies that a path or a name speaks of: those of which it holds the longest piece of the name's end, by the file name
    first, then by the folders; empty where it speaks of none.
    """
    for name in names:
        pieces = name.replace("\\", "/").replace("!/", "/").split("/")
        for piece in reversed(pieces):
            text = normalise(piece)
            if not _HAN.search(text):
                continue
            scores = {agency.line: _overlap(agency, text) for agency in roster.agencies}
            best = max(scores.values(), default=0)
            if best:
                return frozenset(line for line, score in scores.items() if score == best)
    return frozenset()


def _overlap(agency: Agency, text: str) -> int:
    """Characters of the longest end of one of the agency's names in the text; 0 below :data:`_SHORTEST`."""
    best = 0
    for name in (agency.name, *agency.former_names):
        plain = normalise(name)
        best = max(best, next((size for size in range(len(plain), _SHORTEST - 1, -1) if plain[-size:] in text), 0))
    return best
