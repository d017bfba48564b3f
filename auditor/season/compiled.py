"""汇总: a government's own tables added up from the reports of those below it, with what is missing said for every cell.

A cell is exact only where every member reported and printed the number. Anything else is a lower bound with the names of those who
are missing from it: counts and amounts are never negative, so the true sum is at least what is known. Nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from auditor.model.compiled import JOINT, Compiled, DraftDifference, MemberShare, Sum
from auditor.model.formats import Format
from auditor.model.report import Report
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.render.form.grid import form_grid
from auditor.season.link import Season
from auditor.season.publication import loose_files
from auditor.season.rollup import members
from auditor.season.roster import Agency, Roster
from auditor.season.setting import Bench


def compile_government(
    season: Season,
    government: Agency,
    year: int,
    form: Format,
    rulebook: Rulebook,
    draft: Report | None = None,
    below: Mapping[str, Compiled] | None = None,
    unread: Sequence[Report] = (),
) -> Compiled:
    """Add up tables 2 to 4 of all members of a government for a year, on the form of that year. Pure.

    ``below``: governments below this one that were added up already, by key; they stand in for a consolidated report that is not at hand.
    ``unread``: files of the run that were not read or taken for something else; one may be a missing member's report.
    """
    bench = Bench(rulebook, Settings())
    found = members(season, government, year)
    cells = {agency.key: bench.cells(entry.report) for agency, entry in found if entry is not None}
    known_below = {
        agency.key: {entry.key: entry for entry in below[agency.key].sums}
        for agency, entry in found
        if entry is None and below is not None and agency.key in below
    }
    sums = []
    for table in form.tables:
        for key in (cell.key for cell in form_grid(table) if cell.key is not None):
            parts = []
            for agency, entry in found:
                if agency.key in known_below:
                    parts.append(_part_below(agency.name, known_below[agency.key].get(key)))
                    continue
                own = cells.get(agency.key) if entry is not None else None
                fact = own.fact(key) if own is not None else None
                value = own.bz(key) if own is not None else None
                doubtful = own is not None and value is not None and own.doubtful(key)
                parts.append(MemberShare(member=agency.name, value=value, raw=fact.raw if fact is not None else "", doubtful=doubtful))
            known = sum((part.value for part in parts if part.value is not None), Decimal(0))
            sums.append(Sum(key=key, known=known, parts=tuple(parts)))
    without = [agency for agency, entry in found if entry is None and agency.key not in known_below]
    lines = {agency.line for agency in without}
    loose = [one for one in loose_files(season, unread) if one.year in (None, year) and (one.lines is None or one.lines & lines)]
    return Compiled(
        government=government.name,
        year=year,
        form=form.id,
        members=tuple((agency.name, entry.report.source.path if entry is not None else "") for agency, entry in found),
        sums=tuple(sums),
        below=tuple(agency.name for agency, _ in found if agency.key in known_below),
        differences=_against(draft, sums, bench) if draft is not None else (),
        several=tuple(agency.name for agency in without if season.several(f"#{agency.key}", year)),
        loose=tuple(one.path for one in loose) if without else (),
    )


def _part_below(name: str, known: Sum | None) -> MemberShare:
    """The share of a government that was added up itself; a bound where its own sum is one, nothing where nothing is known."""
    if known is None or all(part.value is None for part in known.parts):
        return MemberShare(member=name)
    doubtful = any(part.doubtful for part in known.parts)
    return MemberShare(member=name, value=known.known, raw=str(known.known), doubtful=doubtful, least=known.bound)


def in_order(roster: Roster, governments: Sequence[Agency]) -> list[Agency]:
    """Governments with those below them first; the order of the roster otherwise. A circle of parents is cut where it is met."""
    wanted = {agency.line: agency for agency in governments}
    done: dict[int, Agency] = {}

    def visit(agency: Agency, above: frozenset[int]) -> None:
        if agency.line in done or agency.line in above:
            return
        for child in roster.children_of(agency):
            if child.line in wanted:
                visit(child, above | {agency.line})
        done[agency.line] = agency

    for agency in governments:
        visit(agency, frozenset())
    return list(done.values())


def _against(draft: Report, sums: list[Sum], bench: Bench) -> tuple[DraftDifference, ...]:
    """Where the draft prints another number than an exact sum, or less than a bound."""
    cells = bench.cells(draft)
    found = []
    for entry in sums:
        value = cells.bz(entry.key)
        if value is None or cells.doubtful(entry.key):
            continue
        if value < entry.known or (entry.exact and value != entry.known):
            joint = entry.key in JOINT and value < entry.known and sum(1 for part in entry.parts if part.value) > 1
            found.append(DraftDifference(key=entry.key, draft=value, known=entry.known, bound=entry.bound, joint=joint))
    return tuple(found)
