"""Report + rules → audit: every rule of level ``report``, its findings with proof, and what stayed undecided."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

import msgspec

from auditor.check import coded
from auditor.check.blanks import Analysis, analyse
from auditor.check.causes import group_causes
from auditor.check.context import Cells, Context, Hit, Outcome, unknown
from auditor.check.coverage import UNREVIEWED
from auditor.check.declared import function_of
from auditor.check.evidence import show
from auditor.check.narrative.accounting import account
from auditor.check.printed import place_and_print
from auditor.check.reach import reach_of
from auditor.check.registry import ALONE
from auditor.check.witnesses import told
from auditor.errors import place_of
from auditor.model.applicability import applies
from auditor.model.finding import Audit, Confidence, Culprit, Finding, ProseNumber, Undecided
from auditor.model.report import Report
from auditor.model.rule import Rule, Severity, Verdict
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.model.source import Location, Problem, part_path
from auditor.text.citations import cite, in_force
from auditor.text.masked import masked_finding, masked_record, report_names
from auditor.text.privacy import mask

_CODED = coded
"""Importing the package registers the rules written in Python."""
_RECOGNISED = frozenset({"READ-OCR", "READ-OCR-PICTURE", "READ-TEXT-LAYER"})
"""Problems that say that part of the document was recognised in pictures."""
_RANK: dict[Severity, int] = {"notice": 0, "warning": 1, "error": 2}


def check(report: Report, rulebook: Rulebook, settings: Settings | None = None) -> Audit:
    """Audit one bound report. Rules that look at other reports are ``needs_other_input`` here.

    Reads nothing but its arguments; a rule that crashes becomes a problem ``CHECK-CRASHED`` and is unknown.
    """
    settings = settings if settings is not None else Settings()
    if report.status == "unreadable" or report.document in ("blank_form", "other"):
        return Audit(source=report.source, status=report.status, report=report, problems=report.problems)
    analysis = analyse(report, rulebook)
    cells = Cells(report.facts, analysis.accepted)
    verdicts: dict[str, Verdict] = {}
    findings: list[Finding] = []
    hits: list[Hit] = []
    undecided: list[Undecided] = []
    problems = [*report.problems, *unreviewed(report, rulebook)]
    readable = True
    for rule in rulebook.rules:
        if not is_selected(rule, settings) or rule.status in ("guard", "retired"):
            continue
        context = context_for(report, rule, rulebook, settings, cells, analysis)
        if not applies(rule, report, rulebook):
            verdicts[rule.id] = "not_applicable"
            continue
        if rule.level != "report" and not (readable and fails_alone(context)):
            verdicts[rule.id] = "needs_other_input"
            undecided.append(Undecided(rule=rule.id, needs=context.say(f"needs.{rule.level}"), verdict="needs_other_input"))
            continue
        if not readable:
            verdicts[rule.id] = "unknown"
            undecided.append(Undecided(rule=rule.id, needs=context.say("needs.body")))
            continue
        try:
            outcome = without_absences(run_rule(context) if rule.level == "report" else ALONE[rule.id](context), context)
            made = [finding_of(context, hit, settings) for hit in outcome.hits]
        except Exception as error:  # a defect of ours must not cost the other rules
            problems.append(
                Problem(code="CHECK-CRASHED", details={"rule": rule.id, "error": type(error).__name__, "place": place_of(error)})
            )
            verdicts[rule.id] = "unknown"
            undecided.append(Undecided(rule=rule.id, needs=context.say("needs.crashed")))
            continue
        verdicts[rule.id] = outcome.verdict
        if outcome.verdict in ("unknown", "needs_other_input"):
            undecided.append(Undecided(rule=rule.id, needs=mask(outcome.needs, report_names(report)), verdict=outcome.verdict))
        findings += made
        hits += outcome.hits
        if rule.id == "A-01" and outcome.verdict == "fail":
            readable = False

    heard = told(context_for(report, rulebook.rules[0], rulebook, settings, cells, analysis))
    decided = frozenset(rule for rule, verdict in verdicts.items() if verdict in ("pass", "fail"))

    def remaining(values: Mapping[str, Decimal], rules: Collection[str]) -> set[tuple[str, str, Location | None]]:
        changed = _with_values(report, values)
        again = analyse(changed, rulebook)
        new_cells = Cells(changed.facts, again.accepted)
        outcomes = [
            (rule, run_rule(context_for(changed, rule, rulebook, settings, new_cells, again)))
            for rule in rulebook.rules
            if rule.id in rules and rule.level == "report"
        ]
        return {(rule.id, hit.quantity, hit.location) for rule, outcome in outcomes for hit in outcome.hits}

    statements = _statements(context_for(report, rulebook.rules[0], rulebook, settings, cells, analysis), problems)
    # As findings are: from here on nobody need have the whole report at hand to know whom its prose names.
    statements = tuple(masked_record(statement, report_names(report)) for statement in statements)
    return Audit(
        source=report.source,
        status=report.status,
        report=report,
        verdicts=verdicts,
        findings=group_causes(number_equals(findings), hits, analysis, report, lambda: heard, remaining),
        unknown=tuple(undecided),
        problems=tuple(problems),
        statements=statements,
        reach=reach_of(report, analysis, decided & loud_rules(rulebook, settings), heard),
    )


def loud_rules(rulebook: Rulebook, settings: Settings) -> frozenset[str]:
    """The rules whose findings are errors or warnings under these settings."""
    return frozenset(
        rule.id
        for rule in rulebook.rules
        if is_selected(rule, settings) and settings.severity.get(rule.id, settings.severity.get(rule.group, rule.severity)) != "notice"
    )


def _with_values(report: Report, values: Mapping[str, Decimal]) -> Report:
    """The report as it would be with other numbers in these cells."""
    facts = tuple(
        msgspec.structs.replace(fact, raw=show(values[fact.key]), value=values[fact.key], state="number", notes=())
        if fact.key in values
        else fact
        for fact in report.facts
    )
    return msgspec.structs.replace(report, facts=facts)


def _statements(context: Context, problems: list[Problem]) -> tuple[ProseNumber, ...]:
    """The numbers of the prose with their states; a defect of ours costs these alone."""
    try:
        return account(context)
    except Exception as error:
        problems.append(
            Problem(code="CHECK-CRASHED", details={"rule": "statements", "error": type(error).__name__, "place": place_of(error)})
        )
        return ()


def fails_alone(context: Context) -> bool:
    """Whether a rule over several reports fails already by what this one report says."""
    alone = ALONE.get(context.rule.id)
    return alone is not None and alone(context).verdict == "fail"


def is_selected(rule: Rule, settings: Settings) -> bool:
    """Whether the user wants this rule: ids or whole groups, ``ignore`` wins."""
    names = {rule.id, rule.group}
    return (not settings.select or bool(names & set(settings.select))) and not names & set(settings.ignore)


def unreviewed(report: Report, rulebook: Rulebook) -> tuple[Problem, ...]:
    """A problem where nobody has made sure yet that the newest form known is the one of this report's year."""
    form = rulebook.format_of_year(report.year)
    if form is None or report.year is None or form.reviewed_through is None or report.year <= form.reviewed_through:
        return ()
    return (Problem(code=UNREVIEWED, details={"year": str(report.year), "through": str(form.reviewed_through)}),)


def context_for(report: Report, rule: Rule, rulebook: Rulebook, settings: Settings, cells: Cells, analysis: Analysis) -> Context:
    """What the rule may look at, with the user's thresholds laid over the card's params."""
    return Context(
        report=report,
        rule=rule,
        rulebook=rulebook,
        cells=cells,
        format=rulebook.format_for(report.era),
        params={**rule.params, **settings.thresholds.get(rule.id, {})},
        lang=settings.lang,
        analysis=analysis,
    )


def run_rule(context: Context) -> Outcome:
    """The outcome of one rule. Raises KeyError when the card names a check that does not exist."""
    return function_of(context.rule)(context)


def without_absences(outcome: Outcome, context: Context) -> Outcome:
    """The outcome without hits that something is missing, where part of the file was not read: then that is unknown."""
    if "rest" not in context.report.elsewhere or not any(hit.absent for hit in outcome.hits):
        return outcome
    hits = tuple(hit for hit in outcome.hits if not hit.absent)
    return Outcome(verdict="fail", hits=hits) if hits else unknown(context.say("needs.rest"))


def finding_of(context: Context, hit: Hit, settings: Settings) -> Finding:
    """A hit in words: masked, cited, with its severity lowered where a cell was not read for certain."""
    rule = context.rule
    template = rule.messages[hit.message]
    cited = in_force(context.rulebook, rule.basis, context.report.year)
    message = template.said(context.lang).format(**hit.values)
    severity = settings.severity.get(rule.id, settings.severity.get(rule.group, hit.severity or rule.severity))
    confidence: Confidence = hit.confidence
    doubtful = any(context.cells.doubtful(fact.key) for fact in hit.facts)
    if doubtful or (not hit.facts and _on_doubtful_table(context.report, hit)):
        severity = min(severity, "warning", key=_RANK.__getitem__)
        confidence = "low"
        message += context.say("check.see_original")
    elif not hit.facts and any(problem.code in _RECOGNISED for problem in context.report.problems):
        confidence = "low"  # headings and prose of a recognised page have no confidence of their own
        message += context.say("check.see_original")
    people = [fact for fact in hit.facts if fact.person is not None]
    if people:
        cells = context.say("check.comma").join(context.label(fact.key) for fact in people)
        names = context.say("check.comma").join(
            dict.fromkeys(fact.person.who for fact in people if fact.person is not None and fact.person.who)
        )
        message += context.say("check.read_by_person", cells=cells, who=names or context.say("check.a_person"))
    place, printed = place_and_print(context.report, hit)
    finding = Finding(
        id=fingerprint(rule.id, context.report, hit),
        rule=rule.id,
        severity=severity,
        confidence=confidence,
        title=rule.problem_title.said(context.lang),
        message=message,
        expected=hit.expected if printed is not None else None,
        actual=printed,
        calculation=hit.calculation,
        location=place,
        related=hit.related,
        facts=hit.facts,
        basis=tuple(cite(context.rulebook, basis, context.lang) for basis in cited),
        question=hit.question,
        agencies=hit.agencies,
        sources=hit.sources,
        passages=hit.passages,
        culprit=Culprit(certain=False, candidates=hit.candidates) if hit.candidates else None,
    )
    return masked_finding(finding, report_names(context.report))


def _on_doubtful_table(report: Report, hit: Hit) -> bool:
    """Whether a finding is on a table whose rows and columns were not read for certain: what seems missing may be misplaced."""
    place = hit.location
    if place is None or place.table is None:
        return False
    return any(
        found.confidence < 0.9 and (found.location.page, found.location.table) == (place.page, place.table) for found in report.tables
    )


def fingerprint(rule: str, report: Report, hit: Hit) -> str:
    """The id of a finding before equals are told apart: rule, agency or content, year, cells or quantity. No values, no wording.

    Of a finding about what several reports have in common: that alone, so that a further report with it leaves the id as it is.
    """
    if hit.common:
        return _hash([hit.common])
    in_question = sorted(fact.key for fact in hit.facts if fact.role == "in_question")
    keys = in_question or sorted(fact.key for fact in hit.facts)
    what = [*keys, hit.quantity] if keys else [hit.quantity or hit.message]
    return _hash([rule, report.agency or part_path(report.source.sha256, report.part or 1), str(report.year or ""), *what])


def of_body(findings: Sequence[Finding], body: str) -> tuple[Finding, ...]:
    """The findings of one of several bodies that bear the same name, with the body hashed into their ids."""
    if not body:
        return tuple(findings)
    return tuple(
        msgspec.structs.replace(finding, id=_hash([finding.id, body]), children=of_body(finding.children, body)) for finding in findings
    )


def number_equals(findings: Sequence[Finding]) -> list[Finding]:
    """The findings with an ordinal hashed into the ids of all but the first of equals."""
    seen: dict[str, int] = {}
    result = []
    for finding in findings:
        seen[finding.id] = count = seen.get(finding.id, 0) + 1
        result.append(finding if count == 1 else msgspec.structs.replace(finding, id=_hash([finding.id, str(count)])))
    return result


def _hash(parts: Sequence[str]) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]
