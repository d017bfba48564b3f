"""The tables of a form as grids of cells, in the printed order of ``rules/formats``."""

from __future__ import annotations

from typing import NamedTuple

from auditor.model.axes import cell_key, column_tree, leaves_under, row_tree, walk
from auditor.model.formats import Format, TableFormat
from auditor.model.report import Report


class FormCell(NamedTuple):
    """One cell of the form: place (0-based), spans, its label or, for a cell to fill in, its key."""

    row: int
    column: int
    rowspan: int
    colspan: int
    text: str
    key: str | None = None


def form_grid(table: TableFormat) -> tuple[FormCell, ...]:
    """The cells of a table of the form. Raises ValueError for the statistical table, which no form prints any more."""
    if len(table.columns) == 1:
        raise ValueError(table.id)
    return tuple(_stacked(table) if table.is_stacked else _crossed(table))


def label_columns(table: TableFormat) -> int:
    """How many columns of labels stand before the numbers: as many as the tree of rows is deep; none where the rows have no label."""
    if table.is_stacked:
        return 1  # the labels of groups stand over their blocks
    return 0 if table.is_single_row else max(node.depth for node in row_tree(table))


def carried(form: Format, previous: Report | None) -> dict[str, str]:
    """What last year's report already settles: its closing numbers are this year's opening numbers."""
    numbers = {str(fact.key): str(fact.value) for fact in previous.facts if fact.value is not None} if previous is not None else {}
    found: dict[str, str] = {}
    for table in form.tables:
        for row in table.rows:
            for column in table.columns if row.continues else ():
                there = cell_key(table, row.continues or "", column.key)
                if there in numbers:
                    found[cell_key(table, row.key, column.key)] = numbers[there]
    return found


def _stacked(table: TableFormat) -> list[FormCell]:
    """Blocks one below the other: a title over the whole width, a header of the block's own columns, its rows."""
    labels = {column.key: column.label for column in table.columns} | {row.key: row.label for row in table.rows}
    needed = {row.key: row.columns for row in table.rows if not row.optional}
    width = max(map(len, needed.values()))
    corner = next((group.label for group in table.groups if group.axis == "corner"), "")
    cells: list[FormCell] = []
    number = 0
    for group in table.groups:
        rows = [key for key in leaves_under(table, group.key) if key in needed]
        if not rows:
            continue
        columns = needed[rows[0]]
        span = width // len(columns) if width % len(columns) == 0 else 1
        places = {key: 1 + place * span for place, key in enumerate(columns)}
        cells += [FormCell(number, 0, 1, width + 1, group.label), FormCell(number + 1, 0, 1, 1, corner)]
        cells += [FormCell(number + 1, place, 1, span, labels[key]) for key, place in places.items()]
        number += 2
        for row in rows:
            cells.append(FormCell(number, 0, 1, 1, labels[row]))
            cells += [FormCell(number, place, 1, span, "", cell_key(table, row, key)) for key, place in places.items()]
            number += 1
    return cells


def _crossed(table: TableFormat) -> list[FormCell]:
    """The tree of columns above, the tree of rows at the left, a number where they cross."""
    across, down = column_tree(table), row_tree(table)
    left, top = label_columns(table), max(node.depth for node in across)
    cells = [FormCell(0, 0, top, left, table.note or "")] if left else []
    for node, depth, first in walk(across):
        height = 1 if node.children else top - depth
        cells.append(FormCell(depth, left + first, height, len(node.leaves), node.label))
    for node, depth, first in walk(down) if left else ():
        width = 1 if node.children else left - depth
        cells.append(FormCell(top + first, depth, len(node.leaves), width, node.label))
    for number, row in enumerate(table.rows, start=top):
        cells += [
            FormCell(number, left + place, 1, 1, "", cell_key(table, row.key, column.key)) for place, column in enumerate(table.columns)
        ]
    return cells
