"""The tables of the dataset, row by row, and their dictionary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from auditor.model.finding import Finding, ProseNumber
from auditor.model.report import Report
from auditor.model.result import Counted, severity_of
from auditor.model.rulebook import Rulebook
from auditor.render.dataset.cells import Cells
from auditor.render.dataset.writers import Column, Row, open_sink
from auditor.render.places import person_text, place_text
from auditor.text.words import say

FACTS: Final = (
    Column("agency"),
    Column("agency_kind"),
    Column("scope"),
    Column("year", "integer"),
    Column("era"),
    Column("layout"),
    Column("table"),
    Column("row"),
    Column("column"),
    Column("key"),
    Column("series"),
    Column("mapping"),
    Column("row_label"),
    Column("column_label"),
    Column("raw"),
    Column("state"),
    Column("value", "number"),
    Column("unit"),
    Column("confidence", "number"),
    Column("notes"),
    Column("place"),
    Column("person"),
    Column("path"),
    Column("sha256"),
)
FINDINGS: Final = (
    Column("id"),
    Column("rule"),
    Column("severity"),
    Column("confidence"),
    Column("agency"),
    Column("year", "integer"),
    Column("title"),
    Column("message"),
    Column("calculation"),
    Column("expected"),
    Column("actual"),
    Column("keys"),
    Column("place"),
    Column("basis"),
    Column("explained_by"),
    Column("waived"),
    Column("path"),
)
REPORTS: Final = (
    Column("agency"),
    Column("year", "integer"),
    Column("status"),
    Column("document"),
    Column("verdict"),
    Column("cells", "integer"),
    Column("findings", "integer"),
    Column("problems"),
    Column("published"),
    Column("path"),
    Column("sha256"),
)
STATEMENTS: Final = (
    Column("agency"),
    Column("year", "integer"),
    Column("section"),
    Column("sentence"),
    Column("printed"),
    Column("topic"),
    Column("event"),
    Column("quantity"),
    Column("value", "number"),
    Column("unit"),
    Column("prose_state"),
    Column("agrees"),
    Column("compared_with"),
    Column("unknown_words"),
    Column("place"),
    Column("path"),
)
DICTIONARY: Final = (Column("table"), Column("column"), Column("type"), Column("meaning"))
TABLES: Final = {"facts": FACTS, "findings": FINDINGS, "reports": REPORTS, "statements": STATEMENTS, "dictionary": DICTIONARY}


def write_dataset(audits: Iterable[Counted], across: Iterable[Finding], rulebook: Rulebook, lang: str, path: Path) -> dict[str, int]:
    """Write the dataset to ``path`` (its suffix says how, see :data:`auditor.render.dataset.FORMATS`); number of rows by table.

    CSV and Parquet take a file a table: ``path`` for the cells, ``…_findings``, ``…_reports``,
    ``…_statements`` and ``…_dictionary`` beside it. Audits are
    taken one by one. Raises UsageError where a library is missing or the file cannot be written.
    """
    cells = Cells(rulebook, lang)
    counts = dict.fromkeys(TABLES, 0)
    with open_sink(path, TABLES) as sink:
        for counted in audits:
            report = counted.audit.report
            if report is None:
                continue
            for row in _facts(report, cells, rulebook, lang):
                sink.put("facts", row)
                counts["facts"] += 1
            for finding in counted.audit.findings:
                for row in _findings(finding, report, "", rulebook, lang):
                    sink.put("findings", row)
                    counts["findings"] += 1
            for entry in counted.audit.statements:
                sink.put("statements", _statement(entry, report, rulebook, lang))
                counts["statements"] += 1
            sink.put("reports", _report(counted, report))
            counts["reports"] += 1
        for finding in across:
            for row in _findings(finding, None, "", rulebook, lang):
                sink.put("findings", row)
                counts["findings"] += 1
        for table, columns in TABLES.items():
            for column in columns if table != "dictionary" else ():
                sink.put("dictionary", (table, column.name, column.kind, say(rulebook.words, lang, f"dataset.{column.name}")))
                counts["dictionary"] += 1
    return counts


def _facts(report: Report, cells: Cells, rulebook: Rulebook, lang: str) -> Iterator[Row]:
    for fact in report.facts:
        cell = cells.cell(fact.key, report.layouts.get(fact.key.partition(".")[0]))
        yield (
            report.agency,
            report.agency_kind,
            report.scope,
            report.year,
            report.era,
            cell.layout,
            cell.table,
            cell.row,
            cell.column,
            fact.key,
            cell.series,
            cell.mapping,
            cell.row_label,
            cell.column_label,
            fact.raw,
            fact.state,
            fact.value,
            fact.unit or cell.unit,
            fact.confidence,
            " ".join(fact.notes),
            place_text(fact.location, rulebook.words, lang),
            person_text(fact.person, rulebook.words, lang),
            report.source.path,
            report.source.sha256,
        )


def _findings(finding: Finding, report: Report | None, parent: str, rulebook: Rulebook, lang: str) -> Iterator[Row]:
    yield (
        finding.id,
        finding.rule,
        severity_of(finding) if not parent else finding.severity,
        finding.confidence,
        report.agency if report is not None else "、".join(finding.agencies),
        report.year if report is not None else None,
        finding.title,
        finding.message,
        finding.calculation,
        finding.expected,
        finding.actual,
        " ".join(fact.key for fact in finding.facts),
        place_text(finding.location, rulebook.words, lang) if finding.location is not None else "",
        "；".join(finding.basis),
        parent,
        finding.waived,
        report.source.path if report is not None else "；".join(finding.sources),
    )
    for child in finding.children:
        yield from _findings(child, report, finding.id, rulebook, lang)


def _statement(entry: ProseNumber, report: Report, rulebook: Rulebook, lang: str) -> Row:
    return (
        report.agency,
        report.year,
        entry.section,
        entry.text,
        entry.printed,
        entry.topic,
        " ".join(entry.events),
        entry.quantity,
        entry.value,
        entry.unit,
        entry.state,
        None if entry.agrees is None else "yes" if entry.agrees else "no",
        " ".join(entry.compared),
        " ".join(entry.unknown),
        place_text(entry.location, rulebook.words, lang) if entry.location is not None else "",
        report.source.path,
    )


def _report(counted: Counted, report: Report) -> Row:
    audit = counted.audit
    return (
        report.agency,
        report.year,
        audit.status,
        report.document,
        counted.verdict,
        len(report.facts),
        len(audit.findings),
        " ".join(problem.code for problem in audit.problems),
        report.published,
        report.source.path,
        report.source.sha256,
    )
