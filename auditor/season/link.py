"""Reports of one agency brought together, by year and through renames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from auditor.model.report import Report
from auditor.season.names import Match, Matcher, names_a_place, normalise
from auditor.season.roster import Agency, Roster, roster_words
from auditor.text.chars import squeeze


class Entry(Struct, frozen=True, kw_only=True):
    """One report of the season. ``index`` is its place among the audits, ``None`` for an earlier report given for comparison.

    ``key`` identifies the agency; ``certain`` says whether reports with this key are surely of one agency.
    """

    report: Report
    key: str
    index: int | None
    match: Match = field(default_factory=lambda: Match(None, "none"))
    certain: bool = True
    corrected: bool = False
    illustrated: bool = False

    @property
    def agency(self) -> Agency | None:
        """The agency of the roster, if one was matched."""
        return self.match.agency

    @property
    def name(self) -> str:
        """The name as printed, else that of the roster."""
        return self.report.agency or (self.agency.name if self.agency else "")


class Season(Struct, frozen=True, kw_only=True):
    """All reports with a year and an agency, by agency key and year; the rest apart, never dropped."""

    entries: tuple[Entry, ...]
    by_agency: Mapping[str, Mapping[int, tuple[Entry, ...]]]
    unplaced: tuple[Entry, ...] = ()
    roster: Roster | None = None

    def of(self, key: str, year: int) -> Entry | None:
        """The report to compare with: the corrected one, else the first that is no drawing; ``None`` if there is none or they differ."""
        found = [entry for entry in self.by_agency.get(key, {}).get(year, ()) if not entry.illustrated]
        found = [entry for entry in found if entry.report.facts] or found
        marked = [entry for entry in found if entry.corrected]
        choice = marked or found
        if not choice or any(differing(choice[0].report, other.report) for other in choice[1:]):
            return None
        return choice[0]

    def several(self, key: str, year: int) -> bool:
        """Whether reports exist for the year that contradict each other."""
        return self.of(key, year) is None and bool(self.by_agency.get(key, {}).get(year))


def link(reports: Sequence[Report | None], previous: Sequence[Report] = (), roster: Roster | None = None) -> Season:
    """The reports of a run (``None`` where an audit has none) and earlier ones, linked through the names of the roster."""
    matcher = Matcher(roster) if roster is not None else None
    entries: list[Entry] = []
    unplaced: list[Entry] = []
    groups: dict[str, dict[int, list[Entry]]] = {}
    seen = {report.source.sha256: report.year for report in reports if report is not None and report.source.sha256}
    numbered: list[tuple[int | None, Report | None]] = [*enumerate(reports), *((None, report) for report in previous)]
    for index, report in numbered:
        if report is None or report.document != "annual_report":
            continue
        if index is None and report.source.sha256 in seen:
            continue  # the same file given twice: in the run and among the earlier reports
        entry = _entry(report, index, matcher)
        if not entry.key or report.year is None:
            unplaced.append(entry)
            continue
        entries.append(entry)
        groups.setdefault(entry.key, {}).setdefault(report.year, []).append(entry)
    by_agency = {key: {year: tuple(found) for year, found in sorted(years.items())} for key, years in sorted(groups.items())}
    return Season(entries=tuple(entries), by_agency=by_agency, unplaced=tuple(unplaced), roster=roster)


def _entry(report: Report, index: int | None, matcher: Matcher | None) -> Entry:
    match = matcher.match(report.agency, report.year) if matcher is not None else Match(None, "none")
    name = report.agency or ""
    key = f"#{match.agency.key}" if match.agency is not None and match.certain else normalise(name)
    if report.scope == "organ_only" and key:
        key += "|organ"  # a government's own office and the government: two series under one name
    certain = bool(match.certain) or names_a_place(name)
    words = roster_words()["names"]
    told = squeeze(" ".join([report.title.text if report.title else "", report.page_title or "", report.source.path.rsplit("/", 1)[-1]]))
    return Entry(
        report=report,
        key=key,
        index=index,
        match=match,
        certain=certain,
        corrected=any(word in told for word in words["corrected"]),
        illustrated=any(word in told for word in words["illustrated"]),
    )


def values_of(report: Report, table: str | None = None) -> dict[str, object]:
    """The cells of a report with blank, dash and 0 made one; other cells by value or text."""
    found: dict[str, object] = {}
    for fact in report.facts:
        if table is None or fact.key.startswith(table + "."):
            if fact.state in ("blank", "dash", "zero"):
                found[fact.key] = 0
            elif fact.state != "unreadable" and fact.confidence >= 0.9:
                found[fact.key] = fact.value if fact.value is not None else squeeze(fact.raw)
    return found


def differing(one: Report, other: Report) -> tuple[str, ...]:
    """Keys of cells that both reports print, read for certain, with different figures."""
    left, right = values_of(one), values_of(other)
    return tuple(key for key in left if key in right and left[key] != right[key])
