"""The audit of a season: every rule that looks at more than one report, its findings put where they belong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from sys import intern
from typing import overload

import msgspec

from auditor.check.causes import under_culprits
from auditor.check.context import Context, Hit, Outcome, fail, needs_other_input, unknown
from auditor.check.culprit import printed_values, reweighed
from auditor.check.engine import number_equals
from auditor.check.narrative.growth import check_growth
from auditor.check.witnesses import Witness, carried_from, summed, told
from auditor.model.finding import Audit, Finding, Undecided
from auditor.model.report import Report
from auditor.model.rule import Rule, Verdict
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.season.copies import copied_sections, f_08, same_tables
from auditor.season.link import Entry, Season, link
from auditor.season.restated import d_10
from auditor.season.rollup import ROLLUP, Child, Family, members
from auditor.season.roster import Roster
from auditor.season.roster_rules import Standing, h_01, h_02, h_03, h_04, h_05, h_06, h_08, h_09, seasons_of, standings
from auditor.season.setting import Bench, Pair, renamed, undecided, under
from auditor.season.years import COLUMNS, YEARS, milder, t4_06
from auditor.text.privacy import mask


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonResult:
    """Audits with what other reports add to them, findings that belong to no single report, and how the roster stands.

    ``unmatched`` are the paths of reports that belong to no agency of the roster (or have no agency or year).
    """

    audits: Sequence[Audit]
    findings: tuple[Finding, ...] = ()
    unknown: tuple[Undecided, ...] = ()
    standings: tuple[Standing, ...] = ()
    unmatched: tuple[str, ...] = ()


class _Ledger:
    """What the season adds to each audit: verdicts, findings, undecided checks."""

    def __init__(self, audits: Sequence[Audit]) -> None:
        self.audits = audits
        self.verdicts: list[dict[str, Verdict]] = [{} for _ in audits]
        self.findings: list[list[Finding]] = [[] for _ in audits]
        self.undecided: list[dict[str, Undecided]] = [{} for _ in audits]
        self.corpus: list[Finding] = []
        self.unknown: list[Undecided] = []
        self.witnesses: list[list[Witness]] = [[] for _ in audits]

    def put(self, bench: Bench, context: Context, index: int, outcome: Outcome, across: list[Finding] | None = None) -> None:
        """Record an outcome for the audit at ``index``; its findings go to ``across`` where they stand across reports."""
        rule = context.rule
        self.verdicts[index][rule.id] = outcome.verdict
        note = undecided(rule, outcome)
        if note is not None:
            self.undecided[index][rule.id] = msgspec.structs.replace(note, needs=intern(mask(note.needs)))
        found = bench.findings(context, outcome)
        (self.findings[index] if across is None else across).extend(found)

    def audit(self, index: int, bench: Bench) -> Audit:
        """The audit with all that was added, its culprits weighed again with what the other reports say."""
        old = self.audits[index]
        verdicts = self.verdicts[index]
        if not verdicts:
            return old
        added = tuple(self.findings[index])
        gone = {finding.rule for finding in added} | set(verdicts)
        findings = tuple(number_equals([*(f for f in old.findings if f.rule not in gone), *added]))
        for parent, child in (("D-01", "D-02"), ("E-01", "E-06"), ("E-02", "E-06"), ("E-03", "E-06")):
            findings = under(findings, parent, child)
        findings = self._weighed(findings, index, bench)
        fresh = dict(self.undecided[index])
        notes = [fresh.pop(note.rule, None) if note.rule in verdicts else note for note in old.unknown]
        kept = [note for note in notes if note is not None] + list(fresh.values())
        return msgspec.structs.replace(old, verdicts={**old.verdicts, **verdicts}, findings=findings, unknown=tuple(kept))

    def _weighed(self, findings: tuple[Finding, ...], index: int, bench: Bench) -> tuple[Finding, ...]:
        report = self.audits[index].report
        if report is None or not self.witnesses[index] or not any(finding.culprit for finding in findings):
            return findings
        witnesses = [*told(bench.context(bench.rulebook.rules[0], report)), *self.witnesses[index]]
        values = printed_values({str(fact.key): fact for fact in report.facts})
        again = tuple(
            finding if finding.culprit is None else msgspec.structs.replace(finding, culprit=reweighed(finding.culprit, values, witnesses))
            for finding in findings
        )
        return under_culprits(again, witnesses, values)


class _Judged(Sequence[Audit]):
    """The audits with what was added, each put together when asked for."""

    def __init__(self, ledger: _Ledger, bench: Bench) -> None:
        self._ledger, self._bench = ledger, bench

    def __len__(self) -> int:
        return len(self._ledger.audits)

    @overload
    def __getitem__(self, index: int) -> Audit: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Audit]: ...
    def __getitem__(self, index: int | slice) -> Audit | Sequence[Audit]:
        places = range(len(self))[index]
        if isinstance(places, int):
            return self._ledger.audit(places, self._bench)
        return [self._ledger.audit(place, self._bench) for place in places]


def audit_season(
    audits: Sequence[Audit],
    rulebook: Rulebook,
    settings: Settings | None = None,
    *,
    roster: Roster | None = None,
    previous: Sequence[Report] = (),
) -> SeasonResult:
    """:func:`judge_season` with all audits at once."""
    judged = judge_season(audits, rulebook, settings, roster=roster, previous=previous)
    return replace(judged, audits=tuple(judged.audits))


def judge_season(
    audits: Sequence[Audit],
    rulebook: Rulebook,
    settings: Settings | None = None,
    *,
    roster: Roster | None = None,
    previous: Sequence[Report] = (),
) -> SeasonResult:
    """Audits of single reports → the same with the rules over several reports decided where they can be.

    The audits of the result are put together when they are asked for; each may be asked for more than once.
    ``previous`` are earlier reports to compare with, which are not audited themselves. Pure: reads nothing but its arguments
    and the word lists of the rule book.
    """
    bench = Bench(rulebook, settings if settings is not None else Settings())
    season = link([audit.report for audit in audits], previous, roster)
    ledger = _Ledger(audits)
    mine = [entry for entry in season.entries if entry.index is not None and entry.report.status != "unreadable"]
    versions = _version_rules(bench, season)
    for entry in mine:
        _across_years(bench, season, entry, ledger)
        _versions(bench, entry, versions, ledger)
    _copies(bench, mine, ledger)
    found: tuple[Standing, ...] = ()
    unmatched: tuple[str, ...] = ()
    if roster is not None:
        for entry in mine:
            _roll_up(bench, season, entry, ledger)
        found = standings(season, seasons_of(season))
        unmatched = _unmatched(season, audits)
        _roster(bench, season, mine, found, unmatched, ledger)
    for _, _, found_across in versions:
        ledger.corpus += found_across
    return SeasonResult(
        audits=_Judged(ledger, bench),
        findings=tuple(number_equals(ledger.corpus)),
        unknown=tuple(ledger.unknown),
        standings=found,
        unmatched=unmatched,
    )


def _across_years(bench: Bench, season: Season, entry: Entry, ledger: _Ledger) -> None:
    report, index = entry.report, entry.index
    assert report.year is not None
    assert index is not None
    before = season.of(entry.key, report.year - 1)
    for rule in (*bench.rules("previous"), *_with_previous(bench)):
        if not bench.applies(rule, report):
            continue
        context = bench.context(rule, report)
        if rule.id == "T4-06":
            years = [season.of(entry.key, report.year - back) for back in (1, 2)]
            totals = [bench.cells(e.report).bz("t4.review_total") if e is not None else None for e in years]
            ledger.put(bench, context, index, t4_06(context, totals))
            continue
        if before is None:
            if season.several(entry.key, report.year - 1):
                ledger.put(bench, context, index, unknown(context.say("season.several", year=str(report.year - 1))))
            elif rule.level == "previous":
                ledger.put(bench, context, index, needs_other_input(context.say("season.previous", year=str(report.year - 1))))
            continue
        pair = _pair(bench, context, entry, before)
        if rule.id == "D-01" and pair.certain:
            ledger.witnesses[index] += carried_from(pair.before_cells, ("total", *COLUMNS))
        if rule.id == "C-10":
            outcome = check_growth(context, before.report, pair.before_cells)
        elif rule.id == "D-10":
            outcome = d_10(pair)
        elif rule.id == "F-08":
            outcome = f_08(pair)
        elif rule.id in YEARS:
            outcome = YEARS[rule.id](pair)
        else:
            continue
        ledger.put(bench, context, index, milder(pair, outcome))


def _with_previous(bench: Bench) -> tuple[Rule, ...]:
    """Rules on one report that last year's report makes decidable."""
    rules = (bench.rulebook.rule(name) for name in ("T4-06", "C-10"))
    wanted = {rule.id for rule in bench.rules("report")}
    return tuple(rule for rule in rules if rule is not None and rule.level == "report" and rule.id in wanted)


def _pair(bench: Bench, context: Context, entry: Entry, before: Entry) -> Pair:
    now, then = entry.report, before.report
    known = now.scope != "unknown" and then.scope != "unknown"
    sure = entry.certain and before.certain and now.status == then.status == "read"
    return Pair(
        now=context,
        before=then,
        before_cells=bench.cells(then),
        certain=sure and known and now.scope == then.scope,
        same_scope=now.scope == then.scope or not known,
    )


def _roll_up(bench: Bench, season: Season, entry: Entry, ledger: _Ledger) -> None:
    report, index, agency = entry.report, entry.index, entry.agency
    assert index is not None
    assert report.year is not None
    for rule in bench.rules("children"):
        if not bench.applies(rule, report):
            continue
        context = bench.context(rule, report)
        if agency is None or not season.roster or not (below := members(season, agency, report.year)):
            ledger.put(bench, context, index, Outcome(verdict="not_applicable"))
            continue
        if report.scope != "consolidated":
            verdict = unknown(context.say("season.scope")) if report.scope == "unknown" else Outcome(verdict="not_applicable")
            ledger.put(bench, context, index, verdict)
            continue
        children, missing = [], []
        for child, its in below:
            if its is None or "t3" in (empty := bench.context(rule, its.report).analysis.empty) or "t4" in empty or not its.report.facts:
                missing.append(child.name)
            else:
                children.append(Child(child.name, child.kind, its, bench.cells(its.report)))
        family = Family(context, tuple(children), tuple(missing), entry.certain and entry.match.certain)
        ledger.put(bench, context, index, ROLLUP[rule.id](family))
        if rule.id in ("E-01", "E-02") and family.certain and not family.missing:
            ledger.witnesses[index] += summed([child.cells for child in children], _cells_of(report, rule.id), rule.id)


def _cells_of(report: Report, rule: str) -> list[str]:
    prefix = "t3." if rule == "E-01" else "t4."
    return [fact.key for fact in report.facts if fact.key.startswith(prefix) and not fact.key.endswith("org_subtotal")]


def _copies(bench: Bench, mine: Sequence[Entry], ledger: _Ledger) -> None:
    rules = {rule.id: rule for rule in bench.rules("corpus")}
    for year in sorted({entry.report.year or 0 for entry in mine}):
        entries = [entry for entry in mine if entry.report.year == year and not entry.illustrated]
        if len({entry.key for entry in entries}) < 2:
            continue
        groups: list[tuple[str, tuple[int, ...], Hit]] = []
        if (rule := rules.get("F-09") or rules.get("H-10")) is not None:
            for members_, hit in copied_sections(bench, entries, bench.context(rule, entries[0].report)):
                groups.append(("F-09" if len(members_) == 2 else "H-10", members_, hit))
        if (rule := rules.get("H-10")) is not None:
            context = bench.context(rule, entries[0].report)
            groups += [("H-10", *found) for found in same_tables(entries, int(context.params["non_zero"]), context)]
        for rule_id in ("F-09", "H-10"):
            if (rule := rules.get(rule_id)) is None:
                continue
            guilty: set[int] = set()
            for _, members_, hit in (group for group in groups if group[0] == rule_id):
                guilty |= set(members_)
                # A pair or cluster has no agency of its own: its name is that of all its members.
                context = bench.context(rule, entries[members_[0]].report)
                named = replace(hit, quantity=f"{hit.quantity}:{'|'.join(sorted(hit.agencies))}")
                ledger.corpus += bench.findings(context, fail(named))
            for place, entry in enumerate(entries):
                if entry.index is not None and bench.applies(rule, entry.report):
                    verdict: Verdict = "fail" if place in guilty else "pass"
                    ledger.verdicts[entry.index][rule_id] = verdict


def _roster(
    bench: Bench, season: Season, mine: Sequence[Entry], found: Sequence[Standing], unmatched: Sequence[str], ledger: _Ledger
) -> None:
    assert season.roster is not None
    rules = {rule.id: rule for rule in bench.rules("roster")}
    each: dict[str, Callable[[Context, Entry], Outcome]] = {
        "H-02": lambda context, entry: h_02(context, season, entry),
        "H-03": lambda context, entry: h_03(context),
    }
    for entry in mine:
        for rule_id, check in each.items():
            rule = rules.get(rule_id)
            if rule is not None and entry.index is not None and bench.applies(rule, entry.report):
                context = bench.context(rule, entry.report)
                ledger.put(bench, context, entry.index, check(context, entry), ledger.corpus)
    blank = mine[0].report if mine else None
    if blank is not None and (rule := rules.get("H-01")) is not None:
        for agency, hit in h_01(season.roster, found, unmatched, {}):
            context = bench.context(rule, renamed(blank, agency.name))
            ledger.corpus += bench.findings(context, fail(hit))
        for entry in mine:
            if entry.index is not None:
                ledger.verdicts[entry.index]["H-01"] = "pass" if entry.agency is not None else "not_applicable"
    if blank is not None and (rule := rules.get("H-08")) is not None:
        newest = max(entry.report.year or 0 for entry in mine)
        for key in season.by_agency:
            hits = h_08(season, key, newest)
            for entry in mine:
                if entry.key == key and entry.index is not None:
                    ledger.verdicts[entry.index]["H-08"] = "fail" if hits else "pass"
            if hits:
                first = next(iter(season.by_agency[key].values()))[0]
                ledger.corpus += bench.findings(bench.context(rule, first.report), fail(*hits))
    if unmatched and "H-01" in rules and blank is not None:
        context = bench.context(rules["H-01"], blank)
        ledger.unknown.append(
            Undecided(rule="H-01", needs=context.say("season.nobody", paths="、".join(unmatched[:20]), count=str(len(unmatched))))
        )


_Version = tuple[Rule, Callable[[Context, Entry], Outcome], list[Finding]]
"""A rule on several versions of one report, how it is decided, and what it found so far."""


def _version_rules(bench: Bench, season: Season) -> list[_Version]:
    """The rules on several versions of one report; they need no roster."""
    each: dict[str, Callable[[Context, Entry], Outcome]] = {
        "H-04": lambda context, entry: h_04(context, season, entry),
        "H-05": h_05,
        "H-06": lambda context, entry: h_06(context, season, entry),
        "H-09": lambda context, entry: h_09(context, season, entry),
    }
    stored = any(entry.index is None for entry in season.entries)
    wanted = [rule for rule in bench.rules("roster") if rule.id in each]
    return [(rule, each[rule.id], []) for rule in wanted if rule.id != "H-09" or stored or season.roster is not None]


def _versions(bench: Bench, entry: Entry, rules: Sequence[_Version], ledger: _Ledger) -> None:
    # Report by report, so that each need be loaded only once; what is found is put in the order of the rules afterwards.
    for rule, check, across in rules:
        if entry.index is not None and bench.applies(rule, entry.report):
            context = bench.context(rule, entry.report)
            ledger.put(bench, context, entry.index, check(context, entry), across)


def _unmatched(season: Season, audits: Sequence[Audit]) -> tuple[str, ...]:
    """Paths of reports of this run that no agency of the roster can claim for certain, unreadable files among them."""
    paths = [entry.report.source.path for entry in season.entries if entry.index is not None and entry.agency is None]
    paths += [entry.report.source.path for entry in season.unplaced if entry.index is not None]
    paths += [audit.source.path for audit in audits if audit.status == "unreadable"]
    return tuple(sorted(set(paths)))
