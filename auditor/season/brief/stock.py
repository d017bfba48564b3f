"""The reports a brief is about: one for each agency and year, told apart by what may be added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from auditor.check.context import Cells
from auditor.model.finding import Audit, Finding
from auditor.model.report import Report
from auditor.model.result import Counted, severity_of
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.season.audit import is_unread
from auditor.season.brief.words import Indicator, brief_words
from auditor.season.link import Entry, Season
from auditor.season.publication import Loose, loose_files
from auditor.season.roster import Agency, Roster
from auditor.season.setting import Bench

_WHOLE = ("consolidated", "system")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One agency's report of one year. ``audit`` is ``None`` for an earlier report that was only given for comparison."""

    key: str
    name: str
    kind: str
    region: str
    year: int
    report: Report
    audit: Audit | None
    agency: Agency | None

    @property
    def whole(self) -> bool:
        """Whether it holds the numbers of a government and those below it."""
        return self.kind == "government" and self.report.scope != "organ_only"

    @property
    def asking(self) -> tuple[Finding, ...]:
        """Errors and warnings that count."""
        found = self.audit.findings if self.audit is not None else ()
        return tuple(finding for finding in found if finding.waived is None and severity_of(finding) != "notice")


@dataclass(slots=True)
class Stock:
    """All reports by agency and year; agencies with several different reports of a year; who is on the roster."""

    rulebook: Rulebook
    by_year: dict[int, dict[str, Held]] = field(default_factory=dict)
    several: dict[int, list[str]] = field(default_factory=dict)
    unread: list[Counted] = field(default_factory=list)
    roster: Roster | None = None
    loose: tuple[Loose, ...] = ()
    """Files that may be the report of an agency of the roster, but are not known to be."""
    _bench: Bench | None = None
    _cells: dict[tuple[str, int], Cells] = field(default_factory=dict)

    @property
    def bench(self) -> Bench:
        """Cells with their blanks settled."""
        if self._bench is None:
            self._bench = Bench(self.rulebook, Settings())
        return self._bench

    def value(self, held: Held, key: str) -> Decimal | None:
        """The number of a cell, where it was read for certain; blanks are 0 only where the blank policy says so."""
        cells = self._cells.get((held.key, held.year))
        if cells is None:
            cells = self._cells[held.key, held.year] = self.bench.cells(held.report)
        return None if cells.doubtful(key) else cells.bz(key)

    def certain(self, held: Held, indicator: Indicator) -> tuple[str, ...] | None:
        """The cells of a number, where all of them are certain; an empty tuple where the form has no such cells."""
        keys = indicator.keys(self.rulebook, held.report)
        if not keys:
            return ()
        return keys if all(self.value(held, key) is not None for key in keys) else None

    def of_year(self, year: int) -> list[Held]:
        """The reports of a year, in the order of the roster, else by name."""
        found = list(self.by_year.get(year, {}).values())
        return sorted(found, key=lambda held: (held.agency.line if held.agency is not None else 1 << 30, held.name, held.key))

    def added(self, year: int) -> tuple[list[Held], list[Held], list[Held]]:
        """Agencies, governments, and what is left out because a consolidated report of the same group contains it."""
        agencies, governments, covered = list[Held](), list[Held](), list[Held]()
        held = self.of_year(year)
        wholes = {one.agency.line: one for one in held if one.agency is not None and (one.whole or one.report.scope in _WHOLE)}
        for one in held:
            above = self._above(one.agency, wholes)
            group = governments if one.whole else agencies
            (covered if any(other.whole == one.whole for other in above) else group).append(one)
        return agencies, governments, covered

    def _above(self, agency: Agency | None, wholes: dict[int, Held]) -> list[Held]:
        found: list[Held] = []
        seen = set[int]()
        while agency is not None and self.roster is not None and agency.line not in seen:
            seen.add(agency.line)
            agency = self.roster.find(agency.parent) if agency.parent else None
            if agency is not None and agency.line in wholes and agency.line not in seen:
                found.append(wholes[agency.line])
        return found


def take_stock(rulebook: Rulebook, season: Season, audits: Sequence[Counted]) -> Stock:
    """The stock of a season whose reports are those of ``audits`` (by index) and earlier ones."""
    stock = Stock(rulebook=rulebook, roster=season.roster)
    stock.unread = [counted for counted in audits if counted.is_report and counted.audit.status == "unreadable"]
    if season.roster is not None:
        stock.loose = loose_files(season, [c.audit.report for c in audits if c.audit.report is not None and is_unread(c.audit.report)])
    for key, years in season.by_agency.items():
        for year, entries in years.items():
            chosen = season.of(key, year)
            if chosen is None:
                stock.several.setdefault(year, []).append(entries[0].name)
                continue
            audit = audits[chosen.index].audit if chosen.index is not None else None
            stock.by_year.setdefault(year, {})[key] = _held(chosen, key, year, audit, season.roster)
    return stock


def _held(entry: Entry, key: str, year: int, audit: Audit | None, roster: Roster | None) -> Held:
    agency = entry.agency
    kind = agency.kind if agency is not None and agency.kind != "unknown" else entry.report.agency_kind
    if key.endswith("|organ"):
        kind = "office"
    return Held(
        key=key,
        name=agency.name if agency is not None else entry.name,
        kind=kind,
        region=region_of(agency, roster),
        year=year,
        report=entry.report,
        audit=audit,
        agency=agency,
    )


def region_of(agency: Agency | None, roster: Roster | None) -> str:
    """Where an agency is: a column of the roster, else the government above it, else nothing."""
    if agency is None or roster is None:
        return ""
    columns = brief_words().region_columns
    given = next((text for title, text in agency.extra if title in columns and text), "")
    if given:
        return given
    parent = roster.find(agency.parent) if agency.parent else None
    return parent.name if parent is not None and parent.kind == "government" else ""
