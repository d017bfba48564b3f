"""The two JSON documents of the interface contract: ``auditor.extract/1`` and ``auditor.check/1``; and both as JSON lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from auditor.model.finding import Culprit, FactUsed, Finding, ProseNumber, Reach, Undecided
from auditor.model.report import Fact, PersonReading, Report
from auditor.model.result import PROSE_STATES, SEVERITIES, STATUSES, Counted, Result, severity_of
from auditor.model.rule import Text
from auditor.model.source import Location, Problem, Source
from auditor.render.checksum import with_checksum
from auditor.render.places import place_text, problem_text
from auditor.render.printable import json_text

Words = Mapping[str, Text]
Entry = dict[str, Any]
_INDENT: Final = "  "


def extract_json(reports: Sequence[Report], words: Words, lang: str) -> str:
    """``auditor.extract/1`` over the reports in the order given."""
    return _dump({"schema": "auditor.extract/1", "reports": [_report(report, words, lang) for report in reports]})


def check_json(result: Result, words: Words, lang: str) -> str:
    """``auditor.check/1`` over a whole run."""
    return b"".join(stream_json(result, words, lang)).decode()


def stream_json(result: Result, words: Words, lang: str, pieces: Iterable[bytes] | None = None) -> Iterator[bytes]:
    """``auditor.check/1`` over a whole run, piece by piece, a checksum last. ``pieces``: those of :func:`json_piece`, if made already."""
    yield from with_checksum(_open_json(result, words, lang, pieces), _INDENT)


def _open_json(result: Result, words: Words, lang: str, pieces: Iterable[bytes] | None) -> Iterator[bytes]:
    """The document without its closing brace."""
    told = pieces if pieces is not None else (json_piece(counted, words, lang) for counted in result.audits)
    empty: Entry = {
        "schema": "auditor.check/1",
        "engine": {"version": result.version, "rules_sha256": result.rules_sha256},
        "settings": told_settings(result),
        "audits": [],
        "corpus": {
            "findings": [_corpus_finding(finding, words, lang) for finding in result.corpus_findings],
            "unknown": [_undecided(entry) for entry in result.corpus_unknown],
        },
        "summary": summary(result),
    } | told_receipts(result)
    before, _, after = _dump(empty).partition('"audits": []')
    yield f'{before}"audits": ['.encode()
    count = 0
    for count, piece in enumerate(told, start=1):
        yield (b",\n" if count > 1 else b"\n") + piece
    yield f"{chr(10) + _INDENT if count else ''}]{after.rstrip().removesuffix('}').rstrip()}".encode()


def json_piece(counted: Counted, words: Words, lang: str) -> bytes:
    """One audit as it stands in the list of the JSON document, indented, without comma."""
    lines = _dump(_audit(counted, words, lang)).split("\n")
    return "\n".join(2 * _INDENT + line for line in lines).encode()


def extract_jsonl(reports: Iterable[Report], words: Words, lang: str) -> Iterator[str]:
    """One report a line, each ending in a line break."""
    for report in reports:
        yield _line({"type": "report"} | _report(report, words, lang))


def stream_jsonl(result: Result, words: Words, lang: str, pieces: Iterable[bytes] | None = None) -> Iterator[bytes]:
    """Audits, findings, problems and the summary, one a line, in the order of the JSON document.

    ``pieces`` are those of :func:`jsonl_piece`, where they are made already.
    """
    yield from pieces if pieces is not None else (jsonl_piece(counted, words, lang) for counted in result.audits)
    for finding in result.corpus_findings:
        yield _line({"type": "finding", "corpus": True} | _corpus_finding(finding, words, lang)).encode()
    yield _line({"type": "summary"} | summary(result) | {"settings": told_settings(result)} | told_receipts(result)).encode()


def jsonl_piece(counted: Counted, words: Words, lang: str) -> bytes:
    """The lines of one audit."""
    entry = _audit(counted, words, lang)
    findings, problems = entry.pop("findings"), entry.pop("problems")
    of = {"path": entry["source"]["path"], "agency": entry["agency"], "year": entry["year"]}
    lines = [_line({"type": "audit"} | entry)]
    lines += [_line({"type": "finding"} | of | finding) for finding in findings]
    lines += [_line({"type": "problem"} | of | problem) for problem in problems]
    return "".join(lines).encode()


def told_settings(result: Result) -> Entry | None:
    """What the run was told, and whether that may make the verdict milder; ``None`` where it is not known (an older ledger)."""
    told = result.settings
    return None if told is None else msgspec.to_builtins(told) | {"weakened": told.weakened}


def told_receipts(result: Result) -> Entry:
    """Receipts that were held against the run, and questions of other sources, where some were given."""
    told: Entry = {"receipts": [msgspec.to_builtins(one) for one in result.receipts]} if result.receipts else {}
    return told | ({"questions": [msgspec.to_builtins(one) for one in result.questions]} if result.questions else {})


def summary(result: Result) -> Entry:
    """Counts over the run; a report joined from several files counts each of them.

    ``to_correct``: errors and warnings; ``notices`` ask for nothing.
    """
    tally = result.tally()
    by_status: dict[str, int] = {status: tally.statuses.get(status, 0) for status in STATUSES}
    return {
        "files": sum(by_status.values()),
        **by_status,
        "findings": {severity: tally.findings.get(severity, 0) for severity in SEVERITIES},
        "to_correct": sum(tally.findings.get(severity, 0) for severity in ("error", "warning")),
        "notices": tally.findings.get("notice", 0),
        "waived": tally.waived,
        "statements": {state: tally.statements.get(state, 0) for state in PROSE_STATES},
        "notes": list(result.notes),
    }


def _report(report: Report, words: Words, lang: str) -> Entry:
    return {
        "source": _source(report.source),
        "status": report.status,
        "document": report.document,
        "parts": list(report.parts),
        "part": report.part,
        "agency": report.agency,
        "year": report.year,
        "era": report.era,
        "layouts": dict(sorted(report.layouts.items())),
        "scope": report.scope,
        "sections": [
            {"key": section.key, "title": section.printed, "location": _location(section.location, words, lang)}
            for section in report.sections
        ],
        "facts": [_fact(fact, words, lang) for fact in report.facts],
        "unplaced": [
            {
                "text": entry.text,
                "values": list(entry.values),
                "table": entry.table,
                "duplicate_of": entry.duplicate_of,
                "location": _location(entry.location, words, lang),
            }
            for entry in report.unplaced
        ],
        "problems": [_problem(problem, words, lang) for problem in report.problems],
    }


def _fact(fact: Fact, words: Words, lang: str) -> Entry:
    return {
        "key": fact.key,
        "raw": fact.raw,
        "state": fact.state,
        "value": _decimal(fact.value),
        "unit": fact.unit,
        "confidence": fact.confidence,
        "notes": list(fact.notes),
        "location": _location(fact.location, words, lang),
    } | _person(fact.person)


def _audit(counted: Counted, words: Words, lang: str) -> Entry:
    audit = counted.audit
    report = audit.report
    return {
        "source": _source(audit.source),
        "status": audit.status,
        "document": report.document if report else "unknown",
        "parts": list(report.parts) if report else [],
        "part": report.part if report else None,
        "agency": report.agency if report else None,
        "year": report.year if report else None,
        "era": report.era if report else None,
        "layouts": dict(sorted(report.layouts.items())) if report else {},
        "verdict": counted.verdict,
        "checks": counted.checks,
        "statements": [_prose_number(entry, words, lang) for entry in audit.statements],
        "reach": _reach(audit.reach),
        "findings": [_finding(finding, words, lang) for finding in audit.findings],
        "unknown": [_undecided(entry) for entry in audit.unknown],
        "problems": [_problem(problem, words, lang) for problem in audit.problems],
    }


def _prose_number(entry: ProseNumber, words: Words, lang: str) -> Entry:
    return {
        "section": entry.section,
        "text": entry.text,
        "printed": entry.printed,
        "quantity": entry.quantity,
        "topic": entry.topic,
        "value": _decimal(entry.value),
        "unit": entry.unit,
        "state": entry.state,
        "agrees": entry.agrees,
        "compared": list(entry.compared),
        "unknown": list(entry.unknown),
        "location": _location(entry.location, words, lang) if entry.location is not None else None,
    }


def _reach(reach: Reach | None) -> Entry | None:
    if reach is None:
        return None
    counts = {"cells": reach.cells, "found": reach.found, "located": reach.located}
    return counts | {"blind": list(reach.blind), "unlocated": list(reach.unlocated)}


def _finding(finding: Finding, words: Words, lang: str) -> Entry:
    return (
        {
            "id": finding.id,
            "rule": finding.rule,
            "severity": severity_of(finding),
            "confidence": finding.confidence,
            "title": finding.title,
            "message": finding.message,
            "expected": finding.expected,
            "actual": finding.actual,
            "calculation": finding.calculation,
            "location": _location(finding.location, words, lang) if finding.location else None,
            "related": [_location(location, words, lang) for location in finding.related],
            "facts": [_used(fact, words, lang) for fact in finding.facts],
            "basis": list(finding.basis),
            "question": finding.question,
            "culprit": _culprit(finding.culprit),
            "children": [_finding(child, words, lang) for child in finding.children],
            "passages": [{"label": label, "text": text} for label, text in finding.passages],
            "waived": finding.waived,
        }
        | _life(finding)
        | ({} if finding.explained is None else {"explanation": finding.explained})
        | _shared(finding)
    )


def _life(finding: Finding) -> Entry:
    """State, round and short number, where a season is at hand."""
    return {} if finding.state is None else {"state": finding.state, "round": finding.round, "number": finding.number}


def _shared(finding: Finding) -> Entry:
    """The cause that a finding shares with other reports, where it does."""
    entry: Entry = {}
    if finding.explained_by:
        entry["explained_by"] = [
            {"agency": e.agency, "year": e.year, "path": e.path, "key": e.key, "printed": e.printed, "likely": e.likely}
            for e in finding.explained_by
        ]
    if finding.explains:
        entry["explains"] = [{"agency": e.agency, "year": e.year, "path": e.path} for e in finding.explains]
    return entry


def _corpus_finding(finding: Finding, words: Words, lang: str) -> Entry:
    entry = _finding(finding, words, lang)
    return {"rule": entry.pop("rule"), "agencies": list(finding.agencies), "sources": list(finding.sources)} | entry


def _used(fact: FactUsed, words: Words, lang: str) -> Entry:
    return {
        "key": fact.key,
        "raw": fact.raw,
        "value": _decimal(fact.value),
        "role": fact.role,
        "location": _location(fact.location, words, lang) if fact.location else None,
    } | _person(fact.person)


def _person(person: PersonReading | None) -> Entry:
    """Who read the cell in the original, where a person did."""
    if person is None:
        return {}
    return {"person": {"who": person.who, "at": person.at, "machine": person.machine, "corrected": person.corrected}}


def _culprit(culprit: Culprit | None) -> Entry | None:
    if culprit is None:
        return None
    return {
        "certain": culprit.certain,
        "candidates": [
            {
                "key": candidate.key,
                "printed": candidate.printed,
                "likely": candidate.likely,
                "kind": candidate.kind,
                "others": [{"key": key, "printed": printed, "likely": likely} for key, printed, likely in candidate.others],
            }
            for candidate in culprit.candidates
        ],
    }


def _undecided(entry: Undecided) -> Entry:
    return {"rule": entry.rule, "needs": entry.needs, "verdict": entry.verdict}


def _problem(problem: Problem, words: Words, lang: str) -> Entry:
    return {
        "code": problem.code,
        "message": problem_text(problem, words, lang),
        "location": _location(problem.location, words, lang) if problem.location else None,
    }


def _location(location: Location, words: Words, lang: str) -> Entry:
    # omit_defaults of Location leaves out what the file kind cannot give.
    return {**msgspec.to_builtins(location), "text": place_text(location, words, lang)}


def _source(source: Source) -> Entry:
    return {"path": source.path, "sha256": source.sha256, "kind": source.kind}


def _decimal(value: Any) -> str | None:
    return None if value is None else format(value, "f")


def _dump(document: Entry) -> str:
    return json_text(msgspec.json.format(msgspec.json.encode(document), indent=2).decode()) + "\n"


def _line(entry: Entry) -> str:
    return json_text(msgspec.json.encode(entry).decode()) + "\n"
