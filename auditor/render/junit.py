"""JUnit XML: one suite a report, one case a rule, for systems that show test results."""

from __future__ import annotations

from collections import defaultdict
from xml.etree import ElementTree

from auditor.model.finding import Finding
from auditor.model.result import Counted, Result
from auditor.model.rulebook import Rulebook
from auditor.render.places import place_text, problem_text
from auditor.render.printable import printable

_FAILING = ("error", "warning")


def junit(result: Result, rulebook: Rulebook, lang: str = "zh") -> str:
    """The suites as text. Errors and warnings fail a case, notices are its output; an undecided check is skipped, with what it needs."""
    root = ElementTree.Element("testsuites", name="auditor")
    if result.notes:
        properties = ElementTree.SubElement(root, "properties")
        for note in result.notes:
            ElementTree.SubElement(properties, "property", name="note", value=printable(note))
    for counted in result.audits:
        _suite(root, counted, rulebook, lang)
    if result.corpus_findings:
        suite = ElementTree.SubElement(root, "testsuite", name="corpus", tests=str(len(result.corpus_findings)), failures="0")
        failures = 0
        for finding in result.corpus_findings:
            case = ElementTree.SubElement(suite, "testcase", classname="corpus", name=f"{finding.rule} {finding.id}")
            failures += _report(case, [finding], rulebook, lang)
        suite.set("failures", str(failures))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(root: ElementTree.Element, counted: Counted, rulebook: Rulebook, lang: str) -> None:
    audit = counted.audit
    by_rule: dict[str, list[Finding]] = defaultdict(list)
    for finding in audit.findings:
        for one in (finding, *finding.children):
            by_rule[one.rule].append(one)
    needs = {entry.rule: entry.needs for entry in audit.unknown}
    suite = ElementTree.SubElement(root, "testsuite", name=printable(audit.source.path))
    failures = skipped = errors = 0
    for rule_id, verdict in sorted(audit.verdicts.items()):
        if verdict == "not_applicable":
            continue
        case = ElementTree.SubElement(suite, "testcase", classname=printable(audit.source.path), name=rule_id)
        if verdict in ("unknown", "needs_other_input"):
            skipped += 1
            ElementTree.SubElement(case, "skipped", message=printable(needs.get(rule_id, "")))
        else:
            failures += _report(case, by_rule.get(rule_id, []), rulebook, lang)
    for problem in audit.problems:
        if problem.fatal:
            errors += 1
            case = ElementTree.SubElement(suite, "testcase", classname=printable(audit.source.path), name=problem.code)
            ElementTree.SubElement(case, "error", message=printable(problem_text(problem, rulebook.words, lang)))
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(failures))
    suite.set("errors", str(errors))
    suite.set("skipped", str(skipped))


def _report(case: ElementTree.Element, findings: list[Finding], rulebook: Rulebook, lang: str) -> int:
    lines = []
    failing = [f for f in findings if f.severity in _FAILING and f.waived is None]
    for finding in findings:
        place = place_text(finding.location, rulebook.words, lang) if finding.location is not None else ""
        lines.append(printable(f"[{finding.severity}] {finding.message} {place} {finding.calculation or ''}".strip()))
    if failing:
        failure = ElementTree.SubElement(case, "failure", message=printable(failing[0].message), type=failing[0].severity)
        failure.text = "\n".join(lines)
        return 1
    if lines:
        ElementTree.SubElement(case, "system-out").text = "\n".join(lines)
    return 0
