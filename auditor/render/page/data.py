"""What the page shows, as plain data: words, forms, agencies with their printed cells and findings, charts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from auditor.model.finding import Audit, Finding, Undecided
from auditor.model.formats import TableFormat
from auditor.model.report import Report
from auditor.model.result import SEVERITIES, Counted, Result, was_checked
from auditor.model.rule import Severity
from auditor.model.rulebook import Rulebook
from auditor.render.demands import candidate_text, shown
from auditor.render.form.grid import form_grid
from auditor.render.places import person_text, place_text, problem_text
from auditor.render.printable import printable
from auditor.text.labels import label_of
from auditor.text.privacy import mask
from auditor.text.words import say

_TABLES = ("t2", "t3", "t4")
_SURE = 0.9
# What a browser would obey or drop instead of showing it: controls, marks of direction, halves of characters.
_HIDDEN = re.compile("[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff]")


class Links(Struct, frozen=True, kw_only=True):
    """Where the files about one report lie, as relative addresses from the page; empty where there is none."""

    notice: str = ""
    copy: str = ""
    original: str = ""


class About(Struct, frozen=True, kw_only=True):
    """What the head of the page says, where a season is at hand: office, year, round, day; and links by the path of a report."""

    office: str = ""
    year: int | None = None
    round: int = 0
    date: str = ""
    links: dict[str, Links] = {}


class _Shelf:
    """Texts that recur thousands of times, kept once; everything else names them by number."""

    def __init__(self) -> None:
        self.texts: dict[str, int] = {}

        self._list: list[str] = []

    def put(self, text: str) -> int:
        if text not in self.texts:
            self._list.append(text)
        return self.texts.setdefault(text, len(self.texts))

    def at(self, place: int) -> str:
        return self._list[place]


def page_data(
    result: Result, rulebook: Rulebook, lang: str, previous: Mapping[tuple[str, int], Report], about: About | None = None
) -> dict[str, Any]:
    """Everything the script of the page needs. Text is as it will be shown; the page escapes it.

    ``about``: what the head says and where the files about each report lie. ``previous`` holds last year's reports by (agency,
    year), for the values shown beside this year's. ``basis``, ``needs`` and ``cells`` are numbers of entries in
    ``texts``; a finding has only the fields that say something.
    """
    shelf = _Shelf()
    agencies = [_agency(counted, rulebook, lang, previous, shelf) for counted in result.audits]
    about = about if about is not None else About()
    for entry in agencies:
        links = about.links.get(entry["path"])
        if links is not None:
            entry["links"] = [links.notice, links.copy, links.original]
    corpus = [_finding(finding, None, rulebook, lang, shelf) for finding in result.corpus_findings]
    words = rulebook.words
    findings = _all([*(finding for entry in agencies for finding in entry["findings"]), *corpus])
    named = {rule for entry in agencies if "passed" in entry for rule in shelf.at(entry["passed"]).split(" ")}
    used = sorted({finding["rule"] for finding in findings} | named)
    shown: dict[str, Any] = _printable(
        {
            "words": {key.removeprefix("page."): text.said(lang) for key, text in rulebook.words.items() if key.startswith("page.")},
            "forms": _forms(rulebook),
            "rules": {rule_id: _rule(rulebook, rule_id, lang) for rule_id in used},
            "agencies": agencies,
            "corpus": corpus,
            "corpusUnknown": _needs(result.corpus_unknown, shelf),
            "summary": _summary(agencies, corpus, findings, result, rulebook, lang),
            "head": {
                "office": about.office,
                "year": say(words, lang, "page.of_year", year=about.year) if about.year is not None else "",
                "round": say(words, lang, "page.round", number=about.round) if about.round else "",
                "date": about.date,
            },
            "engine": {"version": result.version, "rules": result.rules_sha256[:12]},
            "notes": list(result.notes),
            "companion": _companion(result, rulebook, lang),
            "texts": list(shelf.texts),
        }
    )
    return shown


def _companion(result: Result, rulebook: Rulebook, lang: str) -> dict[str, Any] | None:
    """What other official sources say otherwise: per question agency and year, the text, the reasons that may explain it, its basis."""
    words = rulebook.words
    asked = [one for one in result.questions if not one.agrees]
    if not asked:
        return None
    basis = {one.basis: say(words, lang, "companion.basis", basis=one.basis) if one.basis else "" for one in asked}
    return {
        "heading": say(words, lang, "companion.heading"),
        "asked": [
            [f"{one.agency} {one.year}", one.text, say(words, lang, "companion.cautions", cautions=one.cautions), basis[one.basis]]
            for one in asked
        ],
    }


def _all(findings: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for finding in findings for one in (finding, *finding.get("children", ()))]


def _printable(value: Any) -> Any:
    """The same data with everything visible that a browser would not show; line breaks stay."""
    if isinstance(value, str):
        return "\n".join(map(printable, value.split("\n"))) if _HIDDEN.search(value) else value
    if isinstance(value, list):
        return [_printable(entry) for entry in value]
    if isinstance(value, dict):
        return {key: _printable(entry) for key, entry in value.items()}
    return value


def _needs(unknown: Iterable[Undecided], shelf: _Shelf) -> list[list[Any]]:
    """Undecided checks by what they need: [number of the text, whether other files would do, rules]."""
    found: dict[tuple[int, bool], list[str]] = {}
    for entry in unknown:
        found.setdefault((shelf.put(entry.needs), entry.verdict == "needs_other_input"), []).append(entry.rule)
    return [[needs, other, rules] for (needs, other), rules in found.items()]


def _forms(rulebook: Rulebook) -> dict[str, dict[str, Any]]:
    """Each table of each layout as a grid; the cells to fill in carry their keys, in the order of the agencies' values."""
    found: dict[str, dict[str, Any]] = {}
    for entry in rulebook.formats:
        for table in entry.tables:
            if table.id in _TABLES:
                cells = form_grid(table)
                found[f"{table.id}:{table.layout}"] = {
                    "title": table.title,
                    "cells": [[c.row, c.column, c.rowspan, c.colspan, c.text, c.key or ""] for c in cells],
                    "keys": _keys(table),
                }
    return found


def _keys(table: TableFormat) -> list[str]:
    return [cell.key for cell in form_grid(table) if cell.key is not None]


def _rule(rulebook: Rulebook, rule_id: str, lang: str) -> dict[str, str]:
    rule = rulebook.rule(rule_id)
    if rule is None:
        return {"title": rule_id, "formula": "", "why": ""}
    return {
        "title": rule.problem_title.said(lang),
        "name": rule.title.said(lang),
        "formula": rule.formula,
        "why": rule.why.said(lang),
    }


def _agency(counted: Counted, rulebook: Rulebook, lang: str, previous: Mapping[tuple[str, int], Report], shelf: _Shelf) -> dict[str, Any]:
    audit = counted.audit
    report = audit.report
    words = rulebook.words
    findings = [_finding(finding, report, rulebook, lang, shelf) for finding in audit.findings]
    tally = _tally(findings)
    verdict: str = counted.verdict if audit.status != "unreadable" else "unreadable"
    if report is not None and report.document != "annual_report" and verdict != "unreadable":
        verdict = "no_report"
    if verdict == "clean" and tally["notice"]:
        verdict = "noted"  # nothing to correct
    entry: dict[str, Any] = {
        "name": (report.agency if report else None) or "",
        "year": (report.year if report else None) or 0,
        "path": audit.source.path,
        "verdict": verdict,
        "counts": [tally["error"], tally["warning"], tally["notice"]],
        "checked": [counted.checks.get("pass", 0) + counted.checks.get("fail", 0), _applicable(counted)],
        "findings": findings,
        "unknown": _needs(audit.unknown, shelf),
        "problems": [problem_text(problem, words, lang) for problem in audit.problems],
        "tables": {},
    }
    passed = [rule for rule, verdict_ in sorted(audit.verdicts.items()) if verdict_ == "pass"]
    if passed:
        entry["passed"] = shelf.put(" ".join(passed))
    reach = audit.reach
    if reach is not None and reach.cells:
        entry["reach"] = [reach.cells, reach.found, reach.located, [shelf.put(key) for key in reach.blind]]
    if report is not None:
        last = previous.get((report.agency or "", (report.year or 0) - 1))
        entry["tables"] = _tables(report, last, rulebook, lang)
        entry["prose"] = _prose(audit, report)
    return entry


def _prose(audit: Audit, report: Report) -> list[list[list[str]]]:
    """The paragraphs that hold numbers, each as pieces of text with the state of the number they are (empty for other text)."""
    by_passage: dict[int, list[tuple[int, int, str]]] = {}
    for entry in audit.statements:
        if entry.location is not None and entry.location.span is not None:
            state: str = "differs" if entry.agrees is False else entry.state
            by_passage.setdefault(entry.passage, []).append((*entry.location.span, state))
    found: list[list[list[str]]] = []
    for passage in report.passages:
        marks = sorted(by_passage.get(passage.index, ()))
        if not marks:
            continue
        text, at = mask(passage.text), 0
        pieces: list[list[str]] = []
        for start, end, state in marks if len(text) == len(passage.text) else ():
            if start >= at:
                pieces += [[text[at:start], ""], [text[start:end], state]]
                at = end
        found.append([piece for piece in [*pieces, [text[at:], ""]] if piece[0]])
    return found


def _tally(findings: Sequence[dict[str, Any]]) -> Counter[str]:
    """Top findings by the worst severity among them and what they explain, as in every other output; waived ones do not count."""
    return Counter(_worst(finding) for finding in findings if "waived" not in finding)


def _worst(finding: dict[str, Any]) -> str:
    found: list[Severity] = [one["severity"] for one in _all([finding])]
    return min(found, key=SEVERITIES.index)


def _applicable(counted: Counted) -> int:
    return sum(counted.checks.get(verdict, 0) for verdict in ("pass", "fail", "unknown"))


def _tables(report: Report, last: Report | None, rulebook: Rulebook, lang: str) -> dict[str, Any]:
    """Printed cells of each table, in the order of the form's keys; ``null`` for a cell the document does not have."""
    facts = {str(fact.key): fact for fact in report.facts}
    before = {str(fact.key): fact.raw for fact in last.facts} if last is not None else {}
    found: dict[str, Any] = {}
    for table in report.tables:
        form = rulebook.table(table.id, table.layout)
        if form is None or table.id not in _TABLES:
            continue
        keys = _keys(form)
        values = [facts[key].raw if key in facts else None for key in keys]
        entry: dict[str, Any] = {"v": values, "p": [before.get(key) for key in keys] if before else None}
        people = {
            str(n): person_text(facts[key].person, rulebook.words, lang) for n, key in enumerate(keys) if key in facts and facts[key].person
        }
        if people:
            entry["by"] = people
        found[f"{table.id}:{table.layout}"] = entry
    return found


def _finding(finding: Finding, report: Report | None, rulebook: Rulebook, lang: str, shelf: _Shelf) -> dict[str, Any]:
    words = rulebook.words
    layouts = report.layouts if report is not None else {}
    culprit = []
    if finding.culprit is not None:
        sure = finding.culprit.certain
        culprit = [
            [candidate_text(c, layouts, rulebook, lang, certain=sure), [c.key, *(key for key, _, _ in c.others)]]
            for c in finding.culprit.candidates[: 1 if sure else 5]
        ]
    entry: dict[str, Any] = {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "place": place_text(finding.location, words, lang) if finding.location is not None else "",
        "expected": finding.expected,
        "actual": shown(finding.actual, words, lang),
        "calculation": finding.calculation,
        "basis": [shelf.put(text) for text in finding.basis],
        "question": finding.question,
        "explained": finding.explained,
        "certain": bool(finding.culprit and finding.culprit.certain),
        "culprit": culprit,
        "asked": [shelf.put(used.key) for used in finding.facts if used.role == "in_question"],
        "part": [shelf.put(used.key) for used in finding.facts if used.role != "in_question"],
        "waived": finding.waived,
        "agencies": list(finding.agencies),
        "sources": list(finding.sources),
        "passages": [list(pair) for pair in finding.passages],
        "children": [_finding(child, report, rulebook, lang, shelf) for child in finding.children],
    }
    return {name: value for name, value in entry.items() if value}


def _summary(
    agencies: Sequence[dict[str, Any]],
    corpus: Sequence[dict[str, Any]],
    findings: Sequence[dict[str, Any]],
    result: Result,
    rulebook: Rulebook,
    lang: str,
) -> dict[str, Any]:
    tops = [*(finding for entry in agencies for finding in entry["findings"]), *corpus]
    by_rule = Counter((finding["rule"], _worst(finding)) for finding in tops if "waived" not in finding)
    return {
        "verdicts": dict(sorted(Counter(entry["verdict"] for entry in agencies).items())),
        "severities": dict(sorted(sum((_tally(entry["findings"]) for entry in agencies), _tally(corpus)).items())),
        "byRule": [[rule, severity, count] for (rule, severity), count in sorted(by_rule.items(), key=lambda item: (-item[1], item[0]))],
        "missing": _agencies(result, "H-01", sure=True),
        "verify": _agencies(result, "H-01", sure=False),
        "late": sorted({name for finding in findings if finding["rule"] == "H-02" for name in finding.get("agencies", ())}),
        "checkedRoster": [was_checked(result, "H-01"), was_checked(result, "H-02")],
        "flows": [[label_of(rulebook, {}, f"t3.{name}.total", lang), count] for name, count in _flows(result, rulebook)],
    }


def _agencies(result: Result, rule: str, *, sure: bool) -> list[str]:
    """Agencies that a rule on the roster names, for certain or to be verified; waived ones left out."""
    found = (one for one in result.corpus_findings if one.rule == rule and one.waived is None and (one.confidence == "high") == sure)
    return sorted({name for finding in found for name in finding.agencies})


def _flows(result: Result, rulebook: Rulebook) -> list[list[Any]]:
    """Sums of the totals column of table 3 over all reports, by row; cells that are no number are left out."""
    sums: Counter[str] = Counter()
    for counted in result.audits:
        if counted.audit.report is None:
            continue
        for fact in counted.audit.report.facts:
            if fact.key.startswith("t3.") and fact.key.endswith(".total") and fact.value is not None and fact.confidence >= _SURE:
                sums[fact.key.split(".")[1]] += int(fact.value)
    return [[name, sums[name]] for name in flows_of(rulebook) if sums[name]]


def flows_of(rulebook: Rulebook) -> tuple[str, ...]:
    """The rows of table 3 that tell a year at a glance, as the newest form names them."""
    form = rulebook.newest.table("t3")
    return form.sets.get("flows", ()) if form is not None else ()


def title_of(rulebook: Rulebook, lang: str) -> str:
    """The page's title."""
    return say(rulebook.words, lang, "page.title")
