"""A card's example → the small report it describes.

``facts``: printed text by cell key; ``fill``: tables whose unnamed cells read "0"; ``absent``: tables (``t3``), rows
(``t3.granted``) or cells to leave out; ``text``: prose by section key (``preamble`` stands before the first section), a
line break starts a new paragraph. ``report`` overrides fields of the report (report year 2023, a department, where nothing is said);
``previous`` is a report of the year before, of the same agency, where it says nothing else; ``sections`` may be a list of section keys
or of tables ``{key, title, ordinal, match}``. Without it the report has all sections of its form under their exact titles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from auditor.bind.bind import era_of_year
from auditor.model.formats import FactKey, Format, TableFormat
from auditor.model.report import Evidence, Fact, Passage, Period, Report, Section, TableFound
from auditor.model.rule import Example
from auditor.model.rulebook import Rulebook
from auditor.model.source import Location, Source
from auditor.text.tokens import read_cell

AGENCY = "青山市水务局"
YEAR = 2023


def build_report(example: Example | Mapping[str, Any], rulebook: Rulebook) -> Report:
    """The report of an example, or of one of its further reports (``previous``, ``others``: tables of the same shape)."""
    shape: dict[str, Any] = msgspec.to_builtins(example) if isinstance(example, Example) else dict(example)
    own: dict[str, Any] = dict(shape.get("report", {}))
    year = own.get("year", YEAR)
    era = own.get("era", era_of_year(year, rulebook))
    form = rulebook.format_for(era) or rulebook.newest
    agency = own.get("agency", AGENCY)
    tables, facts = _tables(shape, own.get("layouts", {}), form, rulebook)
    title = own.pop("title", f"{agency}{year}年政府信息公开工作年度报告")
    base: dict[str, Any] = {
        "source": Source(path=str(own.pop("path", "in/example.docx")), sha256="0" * 64, kind="docx"),
        "status": "read",
        "document": "annual_report",
        "title": Evidence(text=title, location=Location(paragraph=1)) if title else None,
        "agency": agency,
        "agency_kind": "department",
        "year": year,
        "years_seen": {"title": year, "period": year} if year else {},
        "era": era,
        "layouts": {table.id: table.layout for table in tables if table.id in ("t2", "t3")},
        "scope": "entity",
        "periods": (Period(text=f"{year}年1月1日至{year}年12月31日", start=f"{year}-01-01", end=f"{year}-12-31"),) if year else (),
        "sections": _sections(own.pop("sections", None), form),
        "passages": _passages(shape.get("text", {})),
        "tables": tables,
        "facts": facts,
    }
    own.pop("layouts", None)
    fields = {field.name: field.type for field in msgspec.structs.fields(Report)}
    for name, value in own.items():
        base[name] = msgspec.convert(value, fields[name])
    return Report(**base)


def report_before(example: Example, rulebook: Rulebook) -> Report | None:
    """The report of the year before that an example gives for comparison."""
    if example.previous is None:
        return None
    year = example.report.get("year", YEAR)
    said = {"year": year - 1} | ({"agency": example.report["agency"]} if "agency" in example.report else {})
    return build_report({**example.previous, "report": said | example.previous.get("report", {})}, rulebook)


def _sections(given: Sequence[Any] | None, form: Format) -> tuple[Section, ...]:
    official = {section.key: section for section in form.sections}
    found = []
    for number, entry in enumerate(list(official) if given is None else given, start=1):
        place = Location(paragraph=number * 10)
        if isinstance(entry, str):
            section = official[entry]
            found.append(Section(key=entry, title=section.title, printed=section.title, ordinal=section.ordinal, location=place))
        else:
            found.append(
                msgspec.convert(
                    {"printed": entry.get("title", ""), "title": "", "location": {"paragraph": number * 10}, "key": None} | dict(entry),
                    Section,
                )
            )
    return tuple(found)


def _passages(text: Mapping[str, str]) -> tuple[Passage, ...]:
    found: list[Passage] = []
    for section, prose in text.items():
        for line in prose.split("\n"):
            key = "s0_preamble" if section == "preamble" else section
            found.append(Passage(index=len(found), section=key, text=line, location=Location(paragraph=100 + len(found))))
    return tuple(found)


def _tables(
    shape: Mapping[str, Any], layouts: Mapping[str, str], form: Format, rulebook: Rulebook
) -> tuple[tuple[TableFound, ...], tuple[Fact, ...]]:
    printed: Mapping[str, str] = shape.get("facts", {})
    absent = set(shape.get("absent", ()))
    tables: list[TableFound] = []
    facts: list[Fact] = []
    for number, table_id in enumerate(("t2", "t3", "t4", "st"), start=1):
        if table_id in absent or not (table_id in shape.get("fill", ()) or any(key.startswith(table_id + ".") for key in printed)):
            continue
        table = rulebook.table(table_id, layouts.get(table_id, form.layout)) or form.table(table_id)
        if table is None:
            raise ValueError(f"{form.id}: {table_id}")
        own = _facts(table, number, printed, table_id in shape.get("fill", ()), absent, rulebook)
        facts += own
        there = {fact.key for fact in own}
        by_cell = table_id in ("t4", "st")
        rows = tuple(row.key for row in table.rows if by_cell or any(key.startswith(f"{table_id}.{row.key}.") for key in there))
        columns = tuple(column.key for column in table.columns if by_cell or any(key.endswith("." + column.key) for key in there))
        if table_id == "t4":
            columns = tuple(column for column in columns if f"t4.{column}" in there)
        if table_id == "st":
            rows = tuple(row for row in rows if f"st.{row}" in there)
        blocks = tuple(sorted({group.key for group in table.groups}))
        tables.append(
            TableFound(
                id=table_id,
                layout=table.layout,
                rows=rows,
                columns=columns,
                blocks=blocks,
                note=table.note,
                location=Location(table=number),
            )
        )
    return tuple(tables), tuple(facts)


def _facts(table: TableFormat, number: int, printed: Mapping[str, str], fill: bool, absent: set[str], rulebook: Rulebook) -> list[Fact]:
    facts = []
    for row, column, key in cells_of(table):
        parts = key.split(".")
        left_out = key in absent or ".".join(parts[:2]) in absent or f"{parts[0]}.*.{parts[-1]}" in absent
        extra = _optional(table, parts)
        if left_out or (key not in printed and (not fill or extra)):
            continue
        raw = printed.get(key, "0")
        reading = read_cell(raw, rulebook.binding)
        facts.append(
            Fact(
                key=FactKey(key),
                raw=raw,
                state=reading.state,
                value=reading.value,
                unit=reading.unit,
                notes=tuple(reading.notes),
                location=Location(table=number, row=row, column=column),
            )
        )
    return facts


def cells_of(table: TableFormat) -> tuple[tuple[int, int, str], ...]:
    """Row, column (from 1) and key of every cell of a table, in printed order."""
    if table.id == "t4":
        return tuple((4, number, f"t4.{column.key}") for number, column in enumerate(table.columns, start=1))
    if table.id == "st":
        return tuple((number, 3, f"st.{row.key}") for number, row in enumerate(table.rows, start=2))
    found = []
    for number, row in enumerate(table.rows, start=4):
        columns = row.columns or tuple(column.key for column in table.columns)
        found += [(number, place, f"{table.id}.{row.key}.{column}") for place, column in enumerate(columns, start=4)]
        if table.id == "t3":
            found.append((number, 20, f"t3.{row.key}.org_subtotal"))
    return tuple(found)


def _optional(table: TableFormat, parts: list[str]) -> bool:
    """Cells that the form does not have or does not require: only there when the example prints them (the st rows aside)."""
    if parts[-1] == "org_subtotal":
        return True
    return table.id == "t2" and any(row.key == parts[1] and row.optional for row in table.rows)
