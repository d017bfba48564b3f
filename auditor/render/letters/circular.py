"""通报: what was checked in the season, statistics, who is late or missing by name, typical problems with examples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from auditor.model.finding import Audit, Finding
from auditor.model.result import SEVERITIES, Result, count_by_severity, was_checked
from auditor.model.rule import Severity
from auditor.model.rulebook import Rulebook
from auditor.render.letters.template import fill, open_template
from auditor.render.word import fixed_bytes
from auditor.text.words import say

_TYPICAL = 8
_EXAMPLES = 3


def circular(
    result: Result,
    rulebook: Rulebook,
    *,
    office: str = "",
    lang: str = "zh",
    template: Path | None = None,
) -> bytes:
    """The circular over a season. Placeholders: ``{{files}} {{read}} {{clean}} {{with_findings}} {{unreadable}} {{errors}} {{warnings}}
    {{missing}} {{late}} {{office}}`` and, alone in their paragraphs, ``{{rules}}`` and ``{{agencies}}``.

    Raises UsageError for an unusable template.
    """
    words = rulebook.words
    parts = ("title", "scope", "figures", "roster_head", "missing", "late", "typical_head", "rules", "agencies_head", "agencies", "sign")
    styles = {"title": "Title", "roster_head": "Heading 1", "typical_head": "Heading 1", "agencies_head": "Heading 1"}
    paragraphs = [
        (styles.get(part, ""), say(words, lang, f"letter.circular.{part}").replace("[[", "{{").replace("]]", "}}")) for part in parts
    ]
    document = open_template(template, paragraphs)
    audits = [counted.audit for counted in result.audits]
    corpus = result.corpus_findings
    reports = [audit for audit in audits if audit.report is not None and audit.report.document == "annual_report"]
    severities = count_by_severity(finding for audit in reports for finding in audit.findings)
    none = say(words, lang, "letter.none")
    values = {
        "files": str(len(audits)),
        "read": str(len(reports)),
        "clean": str(sum(1 for counted in result.audits if counted.is_report and counted.verdict == "clean")),
        "with_findings": str(sum(1 for audit in reports if _count(audit, "error"))),
        "unreadable": str(sum(1 for audit in audits if audit.status == "unreadable")),
        "errors": str(severities["error"]),
        "warnings": str(severities["warning"]),
        "missing": _named(corpus, "H-01") or (none if was_checked(result, "H-01") else say(words, lang, "letter.not_checked")),
        "late": _named(corpus, "H-02") or (none if was_checked(result, "H-02") else say(words, lang, "letter.not_checked")),
        "office": office,
    }
    rule_rows = _typical(reports, corpus, rulebook, lang)
    agency_rows = [
        [audit.report.agency or audit.source.path, *[str(_count(audit, severity)) for severity in SEVERITIES]]
        for audit in sorted(reports, key=lambda a: (-_count(a, "error"), -_count(a, "warning"), a.source.path))
        if audit.report is not None and audit.findings
    ]
    heads = [say(words, lang, f"letter.column.{name}") for name in ("rule", "title", "count", "examples")]
    agency_heads = [
        say(words, lang, "letter.column.agency"),
        *[say(words, lang, f"severity.{name}") for name in SEVERITIES],
    ]
    tables = {"rules": (heads, rule_rows, (1.8, 6.0, 1.5, 16.8)), "agencies": (agency_heads, agency_rows, (17.1, 3.0, 3.0, 3.0))}
    fill(document, values, tables)
    return fixed_bytes(document)


def _count(audit: Audit, severity: Severity) -> int:
    return count_by_severity(audit.findings)[severity]


def _named(corpus: Sequence[Finding], rule: str) -> str:
    return "、".join(dict.fromkeys(name for finding in corpus if finding.rule == rule for name in finding.agencies))


def _typical(reports: Sequence[Audit], corpus: Sequence[Finding], rulebook: Rulebook, lang: str) -> list[list[str]]:
    """The rules that failed most often, with the first few agencies and what was found there."""
    by_rule: dict[str, list[str]] = defaultdict(list)
    severities: dict[str, str] = {}
    for audit in reports:
        agency = audit.report.agency if audit.report is not None else None
        for top in audit.findings:
            if top.waived is not None:
                continue
            by_rule[top.rule].append(f"{agency or audit.source.path}：{top.message}")
            severities[top.rule] = top.severity
    for finding in corpus:
        if finding.rule not in ("H-01", "H-02"):
            by_rule[finding.rule].append(f"{'、'.join(finding.agencies)}：{finding.message}")
    ranked = sorted(by_rule, key=lambda rule: (severities.get(rule) == "notice", -len(by_rule[rule]), rule))[:_TYPICAL]
    rows = []
    for rule_id in ranked:
        rule = rulebook.rule(rule_id)
        title = (rule.title.zh if lang == "zh" else rule.title.en) if rule is not None else rule_id
        rows.append([rule_id, title, str(len(by_rule[rule_id])), "\n".join(by_rule[rule_id][:_EXAMPLES])])
    return rows
