"""The axes of every form: trees whose leaves are the table, totals that are the sums the rules know, a blank form that is printed from them."""

from __future__ import annotations

import pytest

from auditor.bind import bind
from auditor.check.identities import identities_on
from auditor.model.axes import cell_key, column_totals, column_tree, leaves_under, row_totals, row_tree, sums_of_rows, walk
from auditor.model.document import Cell, Document, Heading, Table
from auditor.model.formats import Format, TableFormat
from auditor.model.report import TableFound
from auditor.model.source import Location, Source
from auditor.render.form.grid import form_grid
from auditor.rulebook import load_rulebook

BOOK = load_rulebook()
FORMS = [form for form in BOOK.formats if form.has_tables]
TABLES = [(form, table) for form in BOOK.formats for table in form.tables]


@pytest.mark.parametrize(("form", "table"), TABLES, ids=lambda entry: entry.id)
def test_the_leaves_of_the_trees_are_the_rows_and_columns(form: Format, table: TableFormat) -> None:
    assert [key for node in row_tree(table) for key in node.leaves] == [row.key for row in table.rows]
    assert [key for node in column_tree(table) for key in node.leaves] == [column.key for column in table.columns]
    for node, _, first in walk(column_tree(table)):
        assert [column.key for column in table.columns][first : first + len(node.leaves)] == list(node.leaves)
        assert node.children == () or leaves_under(table, node.key) == node.leaves


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_totals_are_those_of_the_rules(form: Format) -> None:
    """What a form calls a total is summed up from the same cells by a card of the rule book."""
    for table in form.tables:
        rows, columns = tuple(row.key for row in table.rows), tuple(column.key for column in table.columns)
        found = TableFound(id=table.id, layout=table.layout, rows=rows, columns=columns, location=Location())
        equations = {(frozenset(e.left), frozenset(e.right)) for e in identities_on(found, table, BOOK, form.first_year)}
        known = equations | {(right, left) for left, right in equations}
        sums = [*sums_of_rows(table, rows)]
        sums += [
            (cell_key(table, total, column), tuple(cell_key(table, part, column) for part in parts))
            for total, parts in row_totals(table).items()
            for column in columns
        ]
        assert all((frozenset({total}), frozenset(parts)) in known for total, parts in sums)
    requests = form.table("t3") or form.tables[0]
    assert [len(parts) for parts in column_totals(requests).values()] == [len(requests.columns) - 1]


def filled_in(form: Format) -> tuple[Document, dict[str, str]]:
    """The printed form with a number of its own in every cell, and cell → number."""
    blocks: list[Heading | Table] = []
    printed: dict[str, str] = {}
    for number, table in enumerate(form.tables, start=1):
        section = next(section for section in form.sections if section.key == table.section)
        blocks.append(Heading(text=f"{'一二三四五六'[section.ordinal - 1]}、{section.title}", level=1, location=Location()))
        cells = []
        for cell in form_grid(table):
            if cell.key is not None:
                printed[cell.key] = str(1000 + len(printed))
            text = printed[cell.key] if cell.key is not None else cell.text
            place = Location(table=number, row=cell.row + 1, column=cell.column + 1)
            cells.append(Cell(text=text, row=cell.row, column=cell.column, rowspan=cell.rowspan, colspan=cell.colspan, location=place))
        height, width = max(cell.row + cell.rowspan for cell in cells), max(cell.column + cell.colspan for cell in cells)
        blocks.append(Table(rows=height, columns=width, cells=tuple(cells), location=Location(table=number)))
    source = Source(path="form.docx", sha256="0" * 64, kind="docx")
    return Document(source=source, engine="composer", blocks=tuple(blocks), title=None), printed


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_what_the_blank_form_prints_the_binder_reads_cell_by_cell(form: Format) -> None:
    """Every cell of the printed form holds a number of its own; each comes back under its key."""
    document, printed = filled_in(form)
    report = bind(document, BOOK)
    assert {str(fact.key): fact.raw for fact in report.facts} == printed
    assert {fact.confidence for fact in report.facts} == {1.0}
    assert not report.unplaced
