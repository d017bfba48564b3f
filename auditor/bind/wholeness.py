"""Was the file read whole? What was not found in a file that was read in part is unknown, never missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from auditor.bind.result import unread_fact
from auditor.bind.sections import Prose
from auditor.model.document import Block, Document, Paragraph, Table
from auditor.model.formats import Format, TableFormat
from auditor.model.report import DocumentKind, Fact, TableFound
from auditor.model.source import Location, Problem, left_unread
from auditor.text.chars import squeeze

_TABLES: Final = ("t2", "t3", "t4")
_SHORT_PROSE: Final = 400
_BRIEF: Final = 100
_NAMED: Final = 3
CUTS: Final = ("breaks_off", "cut")
"""Causes of doubt about what would stand at the end of a file only."""


class Wholeness(NamedTuple):
    """``elsewhere`` as in :class:`Report`, and the problems that say why something may stand outside what was read."""

    elsewhere: tuple[str, ...]
    problems: tuple[Problem, ...]


def wholeness(
    document: Document, prose: Prose, tables: Sequence[TableFound], form: Format | None, kind: DocumentKind, annexed: Sequence[str] = ()
) -> Wholeness:
    """What stands elsewhere, from what the reader left unread for certain, and from its doubts where part of the report is not found.

    ``annexed`` are patterns of text that names an annexed table (``{table}``).
    """
    elsewhere = _outside(prose, tables, form, kind, annexed)
    if any(map(left_unread, document.problems)):
        return Wholeness((*elsewhere, "rest"), ())
    if kind not in ("annual_report", "unknown"):
        return Wholeness(elsewhere, ())
    if not _lacks_something(prose, tables, form):
        return Wholeness(elsewhere, ())
    doubts = tuple(doubt for doubt in _doubts(document) if doubt.details.get("cause") not in CUTS or _lacks_the_end(prose, tables, form))
    if not doubts:
        return Wholeness(elsewhere, ())
    present = {found.id for found in tables}
    tabular = form is not None and form.has_tables
    lacking = tuple(table for table in _TABLES if table not in present) if tabular else elsewhere
    return Wholeness((*lacking, "rest"), doubts)


def is_cut(problems: Iterable[Problem]) -> bool:
    """Whether these problems say that only a first part of the file is left."""
    return any(problem.code == "READ-TRUNCATED" or problem.details.get("cause") in CUTS for problem in problems)


def without_last_cell(facts: Sequence[Fact], blocks: Sequence[Block]) -> tuple[Fact, ...]:
    """The facts of a file that is cut, with what its end leaves open declared unread: the cell in which a table breaks off, and what
    seems blank after the last printed cell of this table.
    """
    at = next((index for index in (-1, -2) if len(blocks) >= -index and isinstance(blocks[index], Table)), None)
    table = blocks[at] if at is not None else None
    if not isinstance(table, Table) or not table.cells or (at == -2 and not _is_short_line(blocks[-1])):
        return tuple(facts)
    end = _place(table.cells[-1].location)
    number = table.cells[-1].location.table
    of_table = [fact for fact in facts if fact.location is not None and fact.location.table == number]
    printed = max((_place(fact.location) for fact in of_table if squeeze(fact.raw)), default=(0, 0))

    def is_open(fact: Fact) -> bool:
        if fact.location is None or fact.location.table != number or fact.state == "unreadable":
            return False
        place = _place(fact.location)
        return (place > printed or not fact.location.column) if not squeeze(fact.raw) else (at == -1 and place == end)

    return tuple(unread_fact(fact.key, fact.raw, fact.location or table.location) if is_open(fact) else fact for fact in facts)


def _place(location: Location | None) -> tuple[int, int]:
    """Row and column, 0 where there is none."""
    return (0, 0) if location is None else (location.row or 0, location.column or 0)


def _is_short_line(block: Block) -> bool:
    """Whether a paragraph may be the first part of a cell."""
    return isinstance(block, Paragraph) and len(block.text) < _BRIEF


def may_hide_a_report(document: Document) -> bool:
    """Whether what was not read may be the report itself: unread for certain, or nearly all there is besides a few words."""
    if any(map(left_unread, document.problems)):
        return True
    amount = sum(len(cell.text) for block in document.blocks for cell in (block.cells if isinstance(block, Table) else (block,)))
    return amount < _BRIEF and bool(document.images or document.attachments or document.doubts)


def _outside(prose: Prose, tables: Sequence[TableFound], form: Format | None, kind: str, annexed: Sequence[str]) -> tuple[str, ...]:
    """A report without any table has them elsewhere, tables without any section have the text elsewhere.

    Of a form that prescribes no tables, the annexed table that the text names and that is not here is elsewhere.
    """
    if kind != "annual_report" or form is None:
        return ()
    present = {found.id for found in tables}
    if not form.has_tables:
        texts = [section.printed for section in prose.sections] + [passage.text for passage in prose.passages]
        return tuple(table.id for table in form.tables if table.id not in present and _names(texts, table, annexed))
    named = [section for section in prose.sections if section.key is not None]
    if not present:
        return _TABLES
    if not named and len(present) >= 2 and sum(len(passage.text) for passage in prose.passages) < _SHORT_PROSE:
        return ("sections",)
    return ()


def _names(texts: Sequence[str], table: TableFormat, annexed: Sequence[str]) -> bool:
    """Whether the text says that this table is annexed."""
    patterns = [re.compile(pattern.replace("{table}", re.escape(table.short))) for pattern in annexed]
    return any(pattern.search(squeeze(text)) for text in texts for pattern in patterns)


def _doubts(document: Document) -> tuple[Problem, ...]:
    found = list(document.doubts)
    if document.images:
        found.append(Problem(code="READ-PART", details={"cause": "pictures", "count": str(document.images)}))
    if document.attachments:
        names = "、".join(name for name, _ in document.attachments[:_NAMED])
        found.append(Problem(code="READ-PART", details={"cause": "attachments", "names": names}))
    return tuple(found)


def _lacks_something(prose: Prose, tables: Sequence[TableFound], form: Format | None) -> bool:
    """Whether a section, a table, or a row or column of a table of the form was not found."""
    if form is None:
        return True
    if not form.has_tables:
        return not prose.sections or _lacks_a_row(tables, form)
    keys = {section.key for section in prose.sections}
    if any(section.key not in keys for section in form.sections):
        return True
    present = {found.id: found for found in tables}
    return any(table.id not in present or _is_short(present[table.id], table) for table in form.tables if table.id in _TABLES)


def _lacks_the_end(prose: Prose, tables: Sequence[TableFound], form: Format | None) -> bool:
    """Whether the last section of the form was not found, or part of a table that is annexed to it."""
    if form is None or not form.sections or form.sections[-1].key not in {section.key for section in prose.sections}:
        return True
    return not form.has_tables and _lacks_a_row(tables, form)


def _lacks_a_row(tables: Sequence[TableFound], form: Format) -> bool:
    """Whether a table of a form without prescribed tables was not found, or its last row."""
    rows = {found.id: found.rows for found in tables}
    return any(table.id not in rows or table.rows[-1].key not in rows[table.id] for table in form.tables if table.rows)


def _is_short(found: TableFound, form: TableFormat) -> bool:
    if found.layout != form.layout:
        return False
    rows = {row.key for row in form.rows if not row.optional}
    return bool(rows - set(found.rows)) or bool({column.key for column in form.columns} - set(found.columns))
