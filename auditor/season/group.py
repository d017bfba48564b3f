"""The rules over several reports for one agency at a time: its years, its versions, what it sums up, how it stands on the roster.

Everything here looks at the reports of one agency (and of those it sums up) only, so that agencies can be judged apart, wherever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from sys import intern
from typing import TypeAlias

import msgspec
from msgspec import Struct, field

from auditor.check.causes import under_culprits
from auditor.check.coded.t4 import direct_suits
from auditor.check.context import Context, Outcome, fail, needs_other_input, unknown
from auditor.check.culprit import printed_values, reweighed
from auditor.check.declared import KINDS, function_of
from auditor.check.engine import fails_alone, number_equals
from auditor.check.printed import led
from auditor.check.reach import reach_of
from auditor.check.registry import Sees
from auditor.check.witnesses import Witness, carried_from, summed, told
from auditor.model.finding import Audit, Finding, Reach, Undecided
from auditor.model.report import Report
from auditor.model.rule import Rule, Verdict
from auditor.season import copies, restated, rollup, years
from auditor.season.chain import BETWEEN, Chains, SlipEffect, explained, not_looked
from auditor.season.link import Entry, Season
from auditor.season.rollup import Child, Family, members
from auditor.season.roster_rules import h_08
from auditor.season.setting import Bench, Pair, undecided, under
from auditor.season.years import milder, t4_06
from auditor.text.privacy import mask

_REGISTERED = (copies, restated, rollup, years)
"""Modules whose rules :func:`judge_agencies` runs; importing them registers the rules."""


class Added(Struct):
    """What the season adds to one audit."""

    verdicts: dict[str, Verdict] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    undecided: dict[str, Undecided] = field(default_factory=dict)
    witnesses: list[Witness] = field(default_factory=list)
    slips: tuple[SlipEffect, ...] = ()
    skipped: bool = False
    """Whether a cause common to several reports was not looked for in all of them together."""

    def put(self, bench: Bench, context: Context, outcome: Outcome, across: list[Finding] | None = None) -> None:
        """Record an outcome; its findings go to ``across`` where they stand across reports."""
        rule = context.rule
        self.verdicts[rule.id] = outcome.verdict
        note = undecided(rule, outcome)
        if note is not None:
            self.undecided[rule.id] = msgspec.structs.replace(note, needs=intern(mask(note.needs)))
        (self.findings if across is None else across).extend(bench.findings(context, outcome))


class Wide(Struct, frozen=True, kw_only=True):
    """What judging one agency takes from all others: whether earlier reports were given, the newest year, verdicts on copied text."""

    stored: bool = False
    newest: int = 0
    copies: Mapping[int, Mapping[str, Verdict]] = field(default_factory=dict)


Place: TypeAlias = tuple[str, int]
"""Rule and index of the audit."""


class Judged(Struct):
    """What the season adds to each audit by its index; findings across reports by rule and audit; gaps in a series by agency key."""

    added: dict[int, Added] = field(default_factory=dict)
    across: dict[Place, list[Finding]] = field(default_factory=dict)
    gaps: dict[str, list[Finding]] = field(default_factory=dict)


def judge_agencies(bench: Bench, season: Season, mine: Sequence[Entry], keys: Iterable[str], wide: Wide) -> Judged:
    """Judge the entries of whole agencies, whose ``keys`` are given, those with earlier reports only among them.

    ``season`` holds these agencies, and those below them in the roster, over all years.
    """
    judged = Judged()
    versions = _version_rules(bench, season, wide)
    for entry in mine:
        assert entry.index is not None
        added = judged.added[entry.index] = Added()
        _across_years(bench, season, entry, added)
        for rule in versions:
            _across(bench, season, rule, entry, judged)
        added.verdicts.update(wide.copies.get(entry.index, {}))
        if season.roster is not None:
            _roll_up(bench, season, entry, added)
            _on_roster(bench, season, entry, judged)
    chains = Chains(bench, season)
    for entry in mine:
        assert entry.index is not None
        added = judged.added[entry.index]
        if _has_failing_sums(bench, entry, added):
            added.slips = chains.of(entry)
            added.skipped = chains.was_skipped(entry)
    if season.roster is not None:
        _gaps(bench, season, mine, keys, wide, judged)
    return judged


def _has_failing_sums(bench: Bench, entry: Entry, added: Added) -> bool:
    """Whether an equation of the tables, or between reports, fails here: only then there is something to lead back to another report."""
    if any(added.verdicts.get(rule) == "fail" for rule in BETWEEN):
        return True
    analysis = bench.context(bench.rulebook.rules[0], entry.report).analysis
    return any(standing.state == "fails" for standing in analysis.standings)


def with_added(old: Audit, added: Added, bench: Bench) -> Audit:
    """The audit with all that was added, its culprits weighed again with what the other reports say."""
    verdicts = added.verdicts
    if not verdicts:
        return old
    gone = {finding.rule for finding in added.findings} | set(verdicts)
    findings = tuple(number_equals([*(f for f in old.findings if f.rule not in gone), *added.findings]))
    for parent, child in (("D-01", "D-02"), ("E-01", "E-06"), ("E-02", "E-06"), ("E-03", "E-06")):
        findings = under(findings, parent, child)
    findings = _weighed(findings, old.report, added.witnesses, bench)
    if (added.slips or added.skipped) and old.report is not None:
        context = bench.context(bench.rulebook.rules[0], old.report)
        if added.slips:
            findings = explained(findings, added.slips, old.report, context.say, context.label)
        if added.skipped:
            findings = not_looked(findings, context.say)
    fresh = dict(added.undecided)
    notes = [fresh.pop(note.rule, None) if note.rule in verdicts else note for note in old.unknown]
    kept = [note for note in notes if note is not None] + list(fresh.values())
    new = msgspec.structs.replace(old, verdicts={**old.verdicts, **verdicts}, findings=findings, unknown=tuple(kept))
    return msgspec.structs.replace(new, reach=_reach(new, added.witnesses, bench)) if added.witnesses else new


def _reach(audit: Audit, heard: Sequence[Witness], bench: Bench) -> Reach | None:
    """The blind map anew, with what the other reports say."""
    report = audit.report
    if report is None or audit.reach is None:
        return audit.reach
    context = bench.context(bench.rulebook.rules[0], report)
    decided = frozenset(rule for rule, verdict in audit.verdicts.items() if verdict in ("pass", "fail"))
    return reach_of(report, context.analysis, decided & bench.loud(report), [*told(context), *heard])


def _weighed(findings: tuple[Finding, ...], report: Report | None, heard: Sequence[Witness], bench: Bench) -> tuple[Finding, ...]:
    if report is None or not heard or not any(finding.culprit for finding in findings):
        return findings
    witnesses = [*told(bench.context(bench.rulebook.rules[0], report)), *heard]
    values = printed_values({str(fact.key): fact for fact in report.facts})
    again = tuple(
        finding
        if finding.culprit is None
        else led(msgspec.structs.replace(finding, culprit=reweighed(finding.culprit, values, witnesses)), report)
        for finding in findings
    )
    return under_culprits(again, witnesses, values)


def _across_years(bench: Bench, season: Season, entry: Entry, added: Added) -> None:
    report = entry.report
    assert report.year is not None
    before = season.of(entry.key, report.year - 1)
    if before is not None:
        for rule in bench.rules("report"):
            if rule.id == "T4-07" and bench.applies(rule, report):  # last year's report tells more
                context = bench.context(rule, report)
                added.put(bench, context, direct_suits(context, bench.cells(before.report)))
    for rule in bench.rules("previous"):
        if not bench.applies(rule, report):
            continue
        context = bench.context(rule, report)
        if rule.id == "T4-06":
            years = [season.of(entry.key, report.year - back) for back in (1, 2)]
            totals = [bench.cells(e.report).bz("t4.review_total") if e is not None else None for e in years]
            added.put(bench, context, t4_06(context, totals))
            continue
        if before is None:
            if fails_alone(context):
                continue
            if season.several(entry.key, report.year - 1):
                added.put(bench, context, unknown(context.say("season.several", year=str(report.year - 1))))
            else:
                added.put(bench, context, needs_other_input(context.say("season.previous", year=str(report.year - 1))))
            continue
        pair = _pair(bench, context, entry, before)
        if rule.check == "carried" and "of" not in rule.params and pair.certain:
            form = bench.rulebook.table("t3", report.layouts.get("t3"))
            columns = [column.key for column in form.columns] if form is not None else []
            added.witnesses += carried_from(pair.before_cells, columns)
        added.put(bench, context, milder(pair, function_of(rule)(pair)))


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


def _roll_up(bench: Bench, season: Season, entry: Entry, added: Added) -> None:
    report, agency = entry.report, entry.agency
    assert report.year is not None
    for rule in bench.rules("children"):
        if not bench.applies(rule, report):
            continue
        context = bench.context(rule, report)
        if agency is None or not season.roster or not (below := members(season, agency, report.year)):
            added.put(bench, context, Outcome(verdict="not_applicable"))
            continue
        if report.scope != "consolidated":
            verdict = unknown(context.say("season.scope")) if report.scope == "unknown" else Outcome(verdict="not_applicable")
            added.put(bench, context, verdict)
            continue
        children, missing = [], []
        for child, its in below:
            if its is None or "t3" in (empty := bench.context(rule, its.report).analysis.empty) or "t4" in empty or not its.report.facts:
                missing.append(child.name)
            else:
                children.append(Child(child.name, child.kind, its, bench.cells(its.report)))
        family = Family(context, tuple(children), tuple(missing), entry.certain and entry.match.certain)
        added.put(bench, context, function_of(rule)(family))
        if rule.check == "sum_of_children" and not rule.params.get("columns") and family.certain and not family.missing:
            added.witnesses += summed([child.cells for child in children], rollup.cells_of(report, str(rule.params["table"])), rule.id)


def _declared(bench: Bench, sees: Sees) -> list[Rule]:
    """The rules of level ``roster`` that a check kind of this sight runs."""
    return [rule for rule in bench.rules("roster") if rule.check in KINDS and KINDS[rule.check].sees is sees]


def _version_rules(bench: Bench, season: Season, wide: Wide) -> list[Rule]:
    """The rules on several versions of one report; they need no roster."""
    stored = wide.stored or season.roster is not None
    return [rule for rule in _declared(bench, Sees.VERSIONS) if stored or rule.check != "unchanged"]


def _across(bench: Bench, season: Season, rule: Rule, entry: Entry, judged: Judged) -> None:
    if entry.index is None or not bench.applies(rule, entry.report):
        return
    context = bench.context(rule, entry.report)
    found: list[Finding] = []
    judged.added[entry.index].put(bench, context, KINDS[rule.check].function(context, season, entry), found)
    if found:
        judged.across[rule.id, entry.index] = found


def _on_roster(bench: Bench, season: Season, entry: Entry, judged: Judged) -> None:
    assert entry.index is not None
    rules = {rule.id: rule for rule in bench.rules("roster")}
    for rule in _declared(bench, Sees.ROSTER):
        _across(bench, season, rule, entry, judged)
    if "H-01" in rules:
        judged.added[entry.index].verdicts["H-01"] = "pass" if entry.agency is not None else "not_applicable"


def _gaps(bench: Bench, season: Season, mine: Sequence[Entry], keys: Iterable[str], wide: Wide, judged: Judged) -> None:
    rule = next((rule for rule in bench.rules("roster") if rule.id == "H-08"), None)
    if rule is None or not wide.newest:
        return
    verdicts: dict[str, Verdict] = {}
    for key in keys:
        hits = h_08(season, key, wide.newest)
        if hits:
            first = next(iter(season.by_agency[key].values()))[0]
            judged.gaps[key] = list(bench.findings(bench.context(rule, first.report), fail(*hits)))
        verdicts[key] = "fail" if hits else "pass"
    for entry in mine:
        if entry.index is not None:
            judged.added[entry.index].verdicts["H-08"] = verdicts[entry.key]
