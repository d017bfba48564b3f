"""The tables of the dataset, row by row, and their dictionary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Final

import msgspec

from auditor.model.finding import Audit, Finding, ProseNumber
from auditor.model.report import Report
from auditor.model.result import Counted, severity_of
from auditor.model.rulebook import Rulebook
from auditor.render.dataset.cells import FormCells
from auditor.render.dataset.writers import DatasetColumn, Row, open_sink
from auditor.render.places import person_text, place_text
from auditor.text.labels import label_of
from auditor.text.words import say

FACTS: Final = (
    DatasetColumn("agency_id"),
    DatasetColumn("agency"),
    DatasetColumn("agency_kind"),
    DatasetColumn("scope"),
    DatasetColumn("year", "integer"),
    DatasetColumn("era"),
    DatasetColumn("layout"),
    DatasetColumn("table"),
    DatasetColumn("row"),
    DatasetColumn("column"),
    DatasetColumn("key"),
    DatasetColumn("series"),
    DatasetColumn("mapping"),
    DatasetColumn("row_label"),
    DatasetColumn("column_label"),
    DatasetColumn("raw"),
    DatasetColumn("state"),
    DatasetColumn("value", "number"),
    DatasetColumn("unit"),
    DatasetColumn("confidence", "number"),
    DatasetColumn("notes"),
    DatasetColumn("place"),
    DatasetColumn("person"),
    DatasetColumn("path"),
    DatasetColumn("sha256"),
)
FINDINGS: Final = (
    DatasetColumn("agency_id"),
    DatasetColumn("id"),
    DatasetColumn("rule"),
    DatasetColumn("severity"),
    DatasetColumn("confidence"),
    DatasetColumn("agency"),
    DatasetColumn("year", "integer"),
    DatasetColumn("title"),
    DatasetColumn("message"),
    DatasetColumn("calculation"),
    DatasetColumn("expected"),
    DatasetColumn("actual"),
    DatasetColumn("keys"),
    DatasetColumn("place"),
    DatasetColumn("basis"),
    DatasetColumn("explained_by"),
    DatasetColumn("waived"),
    DatasetColumn("life"),
    DatasetColumn("round", "integer"),
    DatasetColumn("number"),
    DatasetColumn("own_check"),
    DatasetColumn("path"),
)
REPORTS: Final = (
    DatasetColumn("agency_id"),
    DatasetColumn("agency"),
    DatasetColumn("year", "integer"),
    DatasetColumn("status"),
    DatasetColumn("document"),
    DatasetColumn("verdict"),
    DatasetColumn("cells", "integer"),
    DatasetColumn("findings", "integer"),
    DatasetColumn("problems"),
    DatasetColumn("published"),
    DatasetColumn("round", "integer"),
    DatasetColumn("path"),
    DatasetColumn("sha256"),
)
STATEMENTS: Final = (
    DatasetColumn("agency_id"),
    DatasetColumn("agency"),
    DatasetColumn("year", "integer"),
    DatasetColumn("section"),
    DatasetColumn("sentence"),
    DatasetColumn("printed"),
    DatasetColumn("topic"),
    DatasetColumn("event"),
    DatasetColumn("quantity"),
    DatasetColumn("value", "number"),
    DatasetColumn("unit"),
    DatasetColumn("prose_state"),
    DatasetColumn("agrees"),
    DatasetColumn("compared_with"),
    DatasetColumn("unknown_words"),
    DatasetColumn("place"),
    DatasetColumn("path"),
)
SECTIONS: Final = (
    DatasetColumn("agency_id"),
    DatasetColumn("agency"),
    DatasetColumn("year", "integer"),
    DatasetColumn("position", "integer"),
    DatasetColumn("section"),
    DatasetColumn("heading"),
    DatasetColumn("text"),
    DatasetColumn("characters", "integer"),
    DatasetColumn("place"),
    DatasetColumn("path"),
)
AGENCIES: Final = (
    DatasetColumn("agency_id"),
    DatasetColumn("name"),
    DatasetColumn("former_names"),
    DatasetColumn("printed_names"),
    DatasetColumn("agency_kind"),
    DatasetColumn("parent"),
    DatasetColumn("parent_id"),
    DatasetColumn("valid_from"),
    DatasetColumn("valid_to"),
    DatasetColumn("site"),
    DatasetColumn("waived"),
    DatasetColumn("other_columns"),
)
WIDE: Final = (
    DatasetColumn("agency_id"),
    DatasetColumn("agency"),
    DatasetColumn("agency_kind"),
    DatasetColumn("scope"),
    DatasetColumn("year", "integer"),
    DatasetColumn("round", "integer"),
    DatasetColumn("verdict"),
    DatasetColumn("path"),
)
DICTIONARY: Final = (DatasetColumn("table"), DatasetColumn("column"), DatasetColumn("type"), DatasetColumn("meaning"))
TABLES: Final = {
    "facts": FACTS,
    "findings": FINDINGS,
    "reports": REPORTS,
    "statements": STATEMENTS,
    "sections": SECTIONS,
    "agencies": AGENCIES,
    "wide": WIDE,
    "dictionary": DICTIONARY,
}
"""The tables with their columns; ``wide`` has a column for every cell of the forms besides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An agency: its id, which stays over renames, and what the roster says of it (empty without one)."""

    id: str
    name: str
    former_names: tuple[str, ...] = ()
    kind: str = ""
    parent: str = ""
    parent_id: str = ""
    valid_from: str = ""
    valid_to: str = ""
    site: str = ""
    waived: str = ""
    other: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Who the reports belong to. ``of``: the agency of an audit; ``listed``: all of the roster, so that those without a report are there
    as well; ``rounds``: in which round of a season a report came, by path.
    """

    of: Callable[[Audit], Member]
    listed: tuple[Member, ...] = ()
    rounds: Mapping[str, int] = field(default_factory=dict)


def write_dataset(
    audits: Iterable[Counted], across: Iterable[Finding], rulebook: Rulebook, lang: str, path: Path, known: Known
) -> dict[str, int]:
    """Write the dataset to ``path`` (its suffix says how, see :data:`auditor.render.dataset.FORMATS`); number of rows by table.

    CSV and Parquet take a file a table: ``path`` for the cells, ``…_findings`` and so on beside it. Audits are
    taken one by one. Raises UsageError where a library is missing or the file cannot be written.
    """
    cells = FormCells(rulebook, lang)
    keys = wide_keys(rulebook)
    tables = TABLES | {"wide": (*WIDE, *(DatasetColumn(key, "number") for key in keys))}
    counts = dict.fromkeys(tables, 0)
    printed: dict[str, set[str]] = {}
    members: dict[str, Member] = {member.id: member for member in known.listed}
    with open_sink(path, tables) as sink:

        def put(table: str, rows: Iterable[Row]) -> None:
            for row in rows:
                sink.put(table, row)
                counts[table] += 1

        for counted in audits:
            audit, report = counted.audit, counted.audit.report
            if report is None:
                continue
            member = known.of(audit)
            members.setdefault(member.id, member)
            printed.setdefault(member.id, set()).add(report.agency or "")
            number = known.rounds.get(report.source.path)
            put("facts", ((member.id, *row) for row in _facts(report, cells, rulebook, lang)))
            put("findings", ((member.id, *row) for f in audit.findings for row in _findings(f, report, "", rulebook, lang)))
            put("statements", ((member.id, *_statement(entry, report, rulebook, lang)) for entry in audit.statements))
            put("sections", ((member.id, *row) for row in _sections(report, rulebook, lang)))
            put("reports", [(member.id, *_report(counted, report, number))])
            if report.document == "annual_report":
                put("wide", [(member.id, *_wide(counted, report, number, keys))])
        put("findings", (("", *row) for finding in across for row in _findings(finding, None, "", rulebook, lang)))
        put("agencies", (_agency(member, printed.get(member.id, set())) for member in members.values() if member.id))
        put("dictionary", _dictionary(rulebook, lang, keys))
    return counts


def wide_keys(rulebook: Rulebook) -> tuple[str, ...]:
    """Every cell of every form once, in printed order, the newest form first."""
    keys: dict[str, None] = {}
    for form in sorted(rulebook.formats, key=lambda entry: -entry.first_year):
        for table in form.tables:
            for row in table.rows:
                names = row.columns or tuple(column.key for column in table.columns)
                single = len(table.rows) == 1 or len(table.columns) == 1
                for name in names:
                    last = name if len(table.rows) == 1 else row.key
                    keys[f"{table.id}.{last}" if single else f"{table.id}.{row.key}.{name}"] = None
    return tuple(keys)


def _wide(counted: Counted, report: Report, number: int | None, keys: Sequence[str]) -> Row:
    values: dict[str, Decimal | None] = {fact.key: fact.value for fact in report.facts}
    head = (report.agency, report.agency_kind, report.scope, report.year, number, counted.verdict, report.source.path)
    return (*head, *(values.get(key) for key in keys))


def _sections(report: Report, rulebook: Rulebook, lang: str) -> Iterator[Row]:
    """The prose by section: what stands under each heading, paragraphs a line each; what stands before the first has no heading."""
    if not report.passages:
        return
    headings = {section.key: section for section in reversed(report.sections)}
    before = dict.fromkeys(passage.section for passage in report.passages if passage.section not in headings)
    order = [*before, *dict.fromkeys(section.key for section in report.sections)]
    position = 0
    for key in order:
        texts = [passage.text for passage in report.passages if passage.section == key]
        heading = headings.get(key)
        if not texts and heading is None:
            continue
        position += 1
        text = "\n".join(texts)
        place = heading.location if heading is not None else report.passages[0].location
        yield (
            report.agency,
            report.year,
            position,
            key,
            heading.printed if heading is not None else None,
            text,
            len(text),
            place_text(place, rulebook.words, lang),
            report.source.path,
        )


def _agency(member: Member, printed: set[str]) -> Row:
    other = msgspec.json.encode(dict(member.other)).decode() if member.other else None
    return (
        member.id,
        member.name,
        "、".join(member.former_names),
        "、".join(sorted(printed - {""})),
        member.kind,
        member.parent,
        member.parent_id,
        member.valid_from,
        member.valid_to,
        member.site,
        member.waived,
        other,
    )


def _dictionary(rulebook: Rulebook, lang: str, keys: Sequence[str]) -> Iterator[Row]:
    for table, columns in TABLES.items():
        for column in columns if table != "dictionary" else ():
            yield (table, column.name, column.kind, say(rulebook.words, lang, f"dataset.{column.name}"))
    for key in keys:
        yield ("wide", key, "number", label_of(rulebook, {}, key, lang))


def _facts(report: Report, cells: FormCells, rulebook: Rulebook, lang: str) -> Iterator[Row]:
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
        finding.state,
        finding.round,
        finding.number,
        finding.explained,
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


def _report(counted: Counted, report: Report, number: int | None) -> Row:
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
        number,
        report.source.path,
        report.source.sha256,
    )
