"""CSV for spreadsheets: UTF-8 with a byte order mark; text that a spreadsheet would run as a formula stays text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from auditor.model.finding import Finding
from auditor.model.report import Report
from auditor.model.result import Counted, Result, severity_of
from auditor.model.rule import Text
from auditor.render.places import person_text, place_text
from auditor.render.printable import printable
from auditor.text.in_force import weakened_note

COLUMNS: Final = tuple(
    "agency year path rule severity confidence title message location printed expected basis id parent".split()  # noqa: SIM905
)
FACT_COLUMNS: Final = ("agency", "year", "path", "key", "raw", "state", "value", "unit", "confidence", "location", "person")

_BOM: Final = "\ufeff"
_FORMULA: Final = re.compile(r"^[\s\0]*(?:[=+\-@\t\r＝＠]|[＋－].)")
_NUMBER: Final = re.compile(r"^[+-]?\d+(\.\d+)?$")


def stream_csv(result: Result, words: Mapping[str, Text], lang: str, pieces: Iterable[bytes] | None = None) -> Iterator[bytes]:
    """One finding a line; what a finding explains follows it with its id in ``parent``. Across reports, names are joined by 、.

    Where settings may have made the verdict milder, the first line says so in ``message`` and has no rule.

    ``pieces`` are those of :func:`csv_piece`, where they are made already.
    """
    yield _table(COLUMNS, []).encode()
    note = weakened_note(result.settings, words, lang)
    if note:  # a line without a rule: what is not there must not look like a pass
        yield _lines([tuple(note if column == "message" else "" for column in COLUMNS)]).encode()
    yield from pieces if pieces is not None else (csv_piece(counted, words, lang) for counted in result.audits)
    rows: list[tuple[str, ...]] = []
    for finding in result.corpus_findings:
        rows += _rows(finding, ("、".join(finding.agencies), "", "、".join(finding.sources)), "", words, lang)
    yield _lines(rows).encode()


def csv_piece(counted: Counted, words: Mapping[str, Text], lang: str) -> bytes:
    """The lines of one audit."""
    report = counted.audit.report
    agency = (report.agency or "") if report else ""
    year = str(report.year) if report and report.year is not None else ""
    rows: list[tuple[str, ...]] = []
    for finding in counted.audit.findings:
        rows += _rows(finding, (agency, year, counted.audit.source.path), "", words, lang)
    return _lines(rows).encode()


def extract_csv(reports: Sequence[Report], words: Mapping[str, Text], lang: str) -> str:
    """One printed cell a line."""
    rows = [
        (
            report.agency or "",
            "" if report.year is None else str(report.year),
            report.source.path,
            fact.key,
            fact.raw,
            fact.state,
            "" if fact.value is None else format(fact.value, "f"),
            fact.unit or "",
            f"{fact.confidence:g}",
            place_text(fact.location, words, lang),
            person_text(fact.person, words, lang),
        )
        for report in reports
        for fact in report.facts
    ]
    return _table(FACT_COLUMNS, rows)


def safe_cell(text: str) -> str:
    """The text with control and direction characters shown, and an apostrophe before what a spreadsheet would take for a formula.

    Plain numbers and line breaks stay.
    """
    shown = "\n".join(map(printable, text.split("\n")))
    return "'" + shown if _FORMULA.match(shown) and not _NUMBER.match(shown) else shown


def _rows(finding: Finding, of: tuple[str, str, str], parent: str, words: Mapping[str, Text], lang: str) -> Iterator[tuple[str, ...]]:
    yield (
        *of,
        finding.rule,
        severity_of(finding),
        finding.confidence,
        finding.title,
        finding.message,
        place_text(finding.location, words, lang) if finding.location else "",
        finding.actual or "",
        finding.expected or "",
        "；".join(finding.basis),
        finding.id,
        parent,
    )
    for child in finding.children:
        yield from _rows(child, of, finding.id, words, lang)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return _BOM + _write([columns]) + _lines(rows)


def _lines(rows: Sequence[Sequence[str]]) -> str:
    return _write([[safe_cell(text) for text in row] for row in rows])


def _write(rows: Sequence[Sequence[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue()
