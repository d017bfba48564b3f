"""通报: what was checked in the season, the main problems with examples, who has not published or is to be verified, and what is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from auditor.model.finding import Audit, Finding
from auditor.model.result import Counted, Result, count_by_severity, severity_of, was_checked
from auditor.model.rule import Severity
from auditor.model.rulebook import Rulebook
from auditor.render.letters.layout import Line
from auditor.render.letters.notice import day_of, written_date
from auditor.render.letters.template import fill, open_template
from auditor.render.word import fixed_bytes
from auditor.text.in_force import weakened_note
from auditor.text.words import numbered, say

_TYPICAL = 12
_EXAMPLES = 3
_FILES = 3
_ASKING: tuple[Severity, ...] = ("error", "warning")
_PUBLICATION = ("H-01", "H-02")


def circular(
    result: Result,
    rulebook: Rulebook,
    *,
    office: str = "",
    date: str = "",
    number: str = "",
    lang: str = "zh",
    template: Path | None = None,
) -> bytes:
    """The circular over a season: errors and warnings only. Placeholders: ``{{files}} {{read}} {{clean}} {{with_findings}}
    {{incomplete}} {{unreadable}} {{other}} {{errors}} {{warnings}} {{across}} {{missing}} {{verify}} {{late}} {{unread_files}} {{office}}
    {{date}} {{number}}`` and, alone in their paragraphs, ``{{rules}}`` and ``{{agencies}}``.

    Every file is in exactly one of clean, with_findings, incomplete, unreadable and other, which add up to ``files``. Raises UsageError
    for an unusable template.
    """
    words = rulebook.words
    corpus = [finding for finding in result.corpus_findings if finding.waived is None]
    kinds = [_kind(counted) for counted in result.audits]
    audits = [counted.audit for counted in result.audits]
    asking = {audit.source.path: _asking(audit) for audit in audits}
    severities = count_by_severity(finding for audit in audits for finding in audit.findings)
    none, unchecked = say(words, lang, "letter.none"), say(words, lang, "letter.not_checked")
    listed = was_checked(result, "H-01") or any(finding.rule == "H-01" for finding in corpus)
    unread = [audit.source.path for audit, kind in zip(audits, kinds, strict=True) if kind == "unreadable"]
    values = {
        "files": str(len(audits)),
        "read": str(sum(1 for kind in kinds if kind in ("clean", "with_findings", "incomplete"))),
        **{kind: str(kinds.count(kind)) for kind in ("clean", "with_findings", "incomplete", "unreadable", "other")},
        "errors": str(severities["error"]),
        "warnings": str(severities["warning"]),
        "across": str(sum(1 for finding in corpus if finding.rule not in _PUBLICATION and severity_of(finding) in _ASKING)),
        "missing": _named(corpus, "H-01", "high") or (none if listed else unchecked),
        "verify": _named(corpus, "H-01", "medium") or (none if listed else unchecked),
        "late": _named(corpus, "H-02") or (none if was_checked(result, "H-02") else unchecked),
        "unread_files": say(words, lang, "console.dash").join(unread) or none,
        "office": office,
        "date": written_date(date, rulebook, lang),
        "number": number,
    }
    title = say(words, lang, "letter.circular.title")
    agency_rows = [
        [
            audit.report.agency or audit.source.path,
            *[str(sum(severity_of(f) == name for f in asking[audit.source.path])) for name in _ASKING],
        ]
        for audit in sorted(audits, key=lambda a: (-_count(a, "error"), -_count(a, "warning"), a.source.path))
        if audit.report is not None and asking[audit.source.path]
    ]
    if agency_rows:
        total = say(words, lang, "letter.circular.total")
        agency_rows.append([total, *[str(sum(int(row[place]) for row in agency_rows)) for place in (1, 2)]])
    heads = [say(words, lang, f"letter.column.{name}") for name in ("rule", "title", "count", "examples")]
    agency_heads = [say(words, lang, "letter.column.agency"), *[say(words, lang, f"severity.{name}") for name in _ASKING]]
    tables = {
        "rules": (heads, _typical(audits, corpus, rulebook, lang), (1.8, 6.0, 1.6, 16.4)),
        "agencies": (agency_heads, agency_rows, (17.1, 3.0, 3.0)),
    }
    document = open_template(template, list(_lines(title, values, audits, corpus, rulebook, lang)))
    fill(document, values, tables)
    if note := weakened_note(result.settings, words, lang):
        document.add_paragraph(note)
    return fixed_bytes(document, author=office, title="".join(title.split("\n")), date=day_of(date))


def _kind(counted: Counted) -> str:
    """The one group a file is counted in."""
    if counted.audit.status == "unreadable":
        return "unreadable"
    if not counted.is_report:
        return "other"
    if _asking(counted.audit):
        return "with_findings"
    return "clean" if counted.verdict == "clean" else "incomplete"


def _asking(audit: Audit) -> list[Finding]:
    """The findings that ask for something: errors and warnings that are not waived."""
    return [finding for finding in audit.findings if finding.waived is None and severity_of(finding) in _ASKING]


def _lines(
    title: str, values: Mapping[str, str], audits: Sequence[Audit], corpus: Sequence[Finding], rulebook: Rulebook, lang: str
) -> Iterator[Line]:
    """The circular of one who brings no template."""

    def told(name: str) -> str:
        return say(rulebook.words, lang, f"letter.circular.{name}").replace("[[", "{{").replace("]]", "}}")

    if values["number"]:
        yield "number", "{{number}}"
    yield "title", title
    yield "heading", told("situation_head")
    yield "body", told("scope")
    yield "body", told("figures")
    yield "heading", told("problems_head")
    problems = list(_examples(audits, corpus, rulebook, lang))
    if not problems:
        yield "body", told("no_problem")
    for text in problems:
        yield "body", text
    yield "heading", told("publication_head")
    for name in ("missing", "verify", "late", "unread"):
        yield "body", told(name)
    yield "heading", told("asked_head")
    for name in ("asked_first", "asked_second", "asked_third"):
        yield "body", told(name)
    yield "attachment", told("attachment")
    if values["office"]:
        yield "sign", "{{office}}"
    yield "date", "{{date}}"
    yield "annex", told("annex")
    yield "annex_title", told("typical_head")
    yield "table", "{{rules}}"
    yield "annex_title", told("agencies_head")
    yield "table", "{{agencies}}"
    yield "note", told("annex_note")


def _count(audit: Audit, severity: Severity) -> int:
    return count_by_severity(audit.findings)[severity]


def _named(corpus: Sequence[Finding], rule: str, confidence: str | None = None) -> str:
    """Agencies by name, each once; of those to verify, the first files that may be their reports with them."""
    files: dict[str, dict[str, None]] = {}
    for finding in corpus:
        if finding.rule == rule and confidence in (None, finding.confidence) and finding.agencies:
            names = (path.replace("\\", "/").rpartition("/")[2] for path in finding.sources)
            files.setdefault("、".join(finding.agencies), {}).update(dict.fromkeys(names if rule == "H-01" else ()))
    return "、".join(name + _listed(list(found)) for name, found in files.items())


def _listed(files: Sequence[str]) -> str:
    return f"（{'、'.join(files[:_FILES])}{'…' if len(files) > _FILES else ''}）" if files else ""


def _ranked(audits: Sequence[Audit], corpus: Sequence[Finding]) -> list[tuple[str, Severity, list[tuple[str, Finding]]]]:
    """Rules that failed and ask for something, errors first, then the most frequent, each with (agency, finding)."""
    by_rule: dict[str, list[tuple[str, Finding]]] = defaultdict(list)
    for audit in audits:
        agency = (audit.report.agency if audit.report is not None else None) or audit.source.path
        for top in _asking(audit):
            by_rule[top.rule].append((agency, top))
    for finding in corpus:
        if finding.rule not in _PUBLICATION and severity_of(finding) in _ASKING:
            by_rule[finding.rule].append(("、".join(finding.agencies), finding))
    worst = {rule: min((severity_of(f) for _, f in found), key=_ASKING.index) for rule, found in by_rule.items()}
    ordered = sorted(by_rule, key=lambda rule: (_ASKING.index(worst[rule]), -len(by_rule[rule]), rule))
    return [(rule, worst[rule], by_rule[rule]) for rule in ordered]


def _examples(audits: Sequence[Audit], corpus: Sequence[Finding], rulebook: Rulebook, lang: str) -> Iterator[str]:
    """One paragraph for each kind of problem, by the group of the rule, with the two most frequent problems and an example of each."""
    groups: dict[str, list[tuple[str, list[tuple[str, Finding]]]]] = defaultdict(list)
    for rule, _, found in _ranked(audits, corpus):
        key = rule.partition("-")[0]
        groups[key if f"letter.group.{key}" in rulebook.words else "other"].append((rule, found))
    for number, (group, entries) in enumerate(groups.items(), start=1):
        count = sum(len(found) for _, found in entries)
        bodies = len({agency for _, found in entries for agency, _ in found})
        told = [
            say(
                rulebook.words,
                lang,
                "letter.circular.kind",
                number=numbered(rulebook.words, lang, "number", number=number),
                kind=say(rulebook.words, lang, f"letter.group.{group}"),
                count=count,
                agencies=bodies,
            )
        ]
        for _rule, found in entries[:2]:
            agency, finding = found[0]
            told.append(
                say(
                    rulebook.words,
                    lang,
                    "letter.circular.example",
                    title=finding.title,
                    count=len(found),
                    agency=agency,
                    message=finding.message.rstrip("。."),
                )
            )
        yield "".join(told)


def _typical(audits: Sequence[Audit], corpus: Sequence[Finding], rulebook: Rulebook, lang: str) -> list[list[str]]:
    """The problems found most often, with the first few agencies and what was found there."""
    rows = []
    for rule, _, found in _ranked(audits, corpus)[:_TYPICAL]:
        title = _title(rule, rulebook, lang)
        rows.append([rule, title, str(len(found)), "\n".join(f"{agency}：{finding.message}" for agency, finding in found[:_EXAMPLES])])
    return rows


def _title(rule_id: str, rulebook: Rulebook, lang: str) -> str:
    rule = rulebook.rule(rule_id)
    if rule is None:
        return rule_id
    return rule.problem_title.said(lang)
