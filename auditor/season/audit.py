"""The audit of a season: every rule that looks at more than one report, its findings put where they belong.

:func:`audit_season` does it over reports at hand. A large batch takes the same steps apart (:mod:`auditor.batch.seasonal`): copied text
from signatures, agencies judged one by one in workers, and what concerns all of them put together at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from auditor.check.engine import number_equals, of_body
from auditor.model.finding import Audit, Finding, Undecided
from auditor.model.report import Report
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.season.bodies import bodies_of
from auditor.season.copies import near_prose
from auditor.season.group import Judged, Wide, judge_agencies, with_added
from auditor.season.link import Entry, Season, link
from auditor.season.publication import loose_files
from auditor.season.roster import Roster
from auditor.season.roster_rules import RosterStanding, seasons_of, standings
from auditor.season.setting import Bench
from auditor.season.signature import near
from auditor.season.wide import Copies, find_copies, in_order, missing_reports


class SeasonResult(Struct, frozen=True, kw_only=True):
    """Audits with what other reports add to them, findings that belong to no single report, and how the roster stands.

    ``unmatched`` are the paths of reports that belong to no agency of the roster (or have no agency or year).
    """

    audits: tuple[Audit, ...] = ()
    findings: tuple[Finding, ...] = ()
    unknown: tuple[Undecided, ...] = ()
    standings: tuple[RosterStanding, ...] = ()
    unmatched: tuple[str, ...] = ()


def audit_season(
    audits: Sequence[Audit],
    rulebook: Rulebook,
    settings: Settings | None = None,
    *,
    roster: Roster | None = None,
    previous: Sequence[Report] = (),
) -> SeasonResult:
    """Audits of single reports → the same with the rules over several reports decided where they can be.

    ``previous`` are earlier reports to compare with, which are not audited themselves. Pure: reads nothing but its arguments
    and the word lists of the rule book.
    """
    bench = Bench(rulebook, settings if settings is not None else Settings())
    season = link([audit.report for audit in audits], previous, roster)
    mine = audited(season)
    copies = find_copies(bench, mine, near, near_prose())
    judged = judge_agencies(bench, season, mine, season.by_agency, wide_of(season, mine, copies))
    unread = [audit.report for audit in audits if audit.report is not None and is_unread(audit.report)]
    told = concluded(bench, season, copies, [judged], mine[0].report if mine else None, unread)
    bodies = bodies_of(season.entries)
    changed = tuple(finished(audit, judged, index, bodies.get(index, ""), bench) for index, audit in enumerate(audits))
    return SeasonResult(audits=changed, findings=told.findings, unknown=told.unknown, standings=told.standings, unmatched=told.unmatched)


def finished(audit: Audit, judged: Judged, index: int, body: str, bench: Bench) -> Audit:
    """An audit with what the season adds to it. ``index``: its place in the run; ``body`` tells bodies of one name apart."""
    if index in judged.added:
        audit = with_added(audit, judged.added[index], bench)
    return replace(audit, body=body, findings=of_body(audit.findings, body)) if body else audit


def audited(season: Season) -> list[Entry]:
    """The entries whose audits the season may change, in the order of the audits."""
    return [entry for entry in season.entries if entry.index is not None and entry.report.status != "unreadable"]


def wide_of(season: Season, mine: Sequence[Entry], copies: Copies) -> Wide:
    """What judging one agency takes from all others."""
    return Wide(
        stored=any(entry.index is None for entry in season.entries),
        newest=max((entry.report.year or 0 for entry in mine), default=0),
        copies=copies.verdicts,
    )


def concluded(
    bench: Bench, season: Season, copies: Copies, judged: Sequence[Judged], blank: Report | None, unread: Sequence[Report],
    named: Mapping[str, str] | None = None,
) -> SeasonResult:  # fmt: skip
    """What is told of the season as a whole, once every agency was judged; without audits. ``blank``: the first report of the run;
    ``unread``: reports of it that :func:`is_unread`; ``named``: agencies as a person named them for some of these, by the hash of the file.
    """
    found: tuple[RosterStanding, ...] = ()
    unmatched: tuple[str, ...] = ()
    missing: list[Finding] = []
    unknown: list[Undecided] = []
    if season.roster is not None:
        found = standings(season, seasons_of(season))
        known = {sha for sha, name in (named or {}).items() if season.roster.find(name) is not None}
        nobody = [report.source.path for report in unread if report.status == "unreadable" and report.source.sha256 not in known]
        unmatched = _unmatched(season, nobody)
        missing, unknown = missing_reports(bench, season, blank, found, unmatched, loose_files(season, unread, named))
    told = in_order(bench, season, copies, judged, missing)
    return SeasonResult(findings=tuple(number_equals(told)), unknown=tuple(unknown), standings=found, unmatched=unmatched)


def is_unread(report: Report) -> bool:
    """Whether an agency's report may be behind a file that gives none: it could not be read, or was taken for something else."""
    return report.status == "unreadable" or report.document != "annual_report"


def _unmatched(season: Season, unreadable: Sequence[str]) -> tuple[str, ...]:
    """Paths of reports of this run that no agency of the roster can claim for certain, unreadable files among them."""
    paths = [entry.report.source.path for entry in season.entries if entry.index is not None and entry.agency is None]
    paths += [entry.report.source.path for entry in season.unplaced if entry.index is not None]
    return tuple(sorted({*paths, *unreadable}))
