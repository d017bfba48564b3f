"""The tables of a form as grids of cells, in the printed order of ``rules/formats``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from auditor.model.formats import Row, TableFormat
from auditor.model.report import Report

_FIRST_COLUMN_LABELS = 3


class FormCell(NamedTuple):
    """One cell of the form: place (0-based), spans, its label or, for a cell to fill in, its key."""

    row: int
    column: int
    rowspan: int
    colspan: int
    text: str
    key: str | None = None


def form_grid(table: TableFormat) -> tuple[FormCell, ...]:
    """The cells of table 2, 3 or 4 of a form. Raises ValueError for another table."""
    builders = {"t2": _proactive, "t3": _requests, "t4": _remedies}
    if table.id not in builders:
        raise ValueError(table.id)
    return tuple(builders[table.id](table))


def carried(previous: Report | None) -> dict[str, str]:
    """What last year's report already settles: its closing numbers are this year's opening numbers."""
    if previous is None:
        return {}
    known: dict[str, str] = {}
    for fact in previous.facts:
        if fact.key.startswith("t3.carried_forward.") and fact.value is not None:
            known[fact.key.replace("carried_forward", "carried_over")] = str(fact.value)
    return known


def _proactive(table: TableFormat) -> list[FormCell]:
    cells: list[FormCell] = []
    groups = {group.key: group.label for group in table.groups}
    columns = {column.key: column.label for column in table.columns}
    number = 0
    block: str | None = None
    rows = [row for row in table.rows if not row.optional]
    width = max(len(row.columns) for row in rows)
    for row in rows:
        span = width // len(row.columns) if width % len(row.columns) == 0 else 1
        if row.group != block:
            block = row.group
            cells.append(FormCell(number, 0, 1, width + 1, groups[block or ""]))
            cells.append(FormCell(number + 1, 0, 1, 1, groups.get("label_header", "")))
            cells += [FormCell(number + 1, 1 + place * span, 1, span, columns[key]) for place, key in enumerate(row.columns)]
            number += 2
        cells.append(FormCell(number, 0, 1, 1, row.label))
        cells += [FormCell(number, 1 + place * span, 1, span, "", f"t2.{row.key}.{key}") for place, key in enumerate(row.columns)]
        number += 1
    return cells


def _requests(table: TableFormat) -> list[FormCell]:
    groups = {group.key: group for group in table.groups}
    first = _FIRST_COLUMN_LABELS
    cells = [FormCell(0, 0, 3, first, table.note or ""), FormCell(0, first, 1, len(table.columns), groups["applicants"].label)]
    inner = [place for place, column in enumerate(table.columns) if column.parent]
    cells.append(FormCell(1, first + inner[0], 1, len(inner), groups["legal_person"].label))
    for place, column in enumerate(table.columns):
        cells.append(FormCell(2, first + place, 1, 1, column.label) if column.parent else FormCell(1, first + place, 2, 1, column.label))
    outcome = [row for row in table.rows if row.group is not None]
    for number, row in enumerate(table.rows, start=3):
        cells += _row_labels(row, number, table.rows, outcome, groups)
        cells += [FormCell(number, first + place, 1, 1, "", f"t3.{row.key}.{column.key}") for place, column in enumerate(table.columns)]
    return cells


def _row_labels(row: Row, number: int, rows: Sequence[Row], outcome: Sequence[Row], groups: Mapping[str, object]) -> list[FormCell]:
    cells: list[FormCell] = []
    if outcome and row is outcome[0]:
        cells.append(FormCell(number, 0, len(outcome), 1, getattr(groups["outcome"], "label", "")))
    if row.group is None:
        cells.append(FormCell(number, 0, 1, 3, row.label))
    elif row.group == "outcome":
        cells.append(FormCell(number, 1, 1, 2, row.label))
    else:
        members = [other for other in rows if other.group == row.group]
        if row is members[0]:
            cells.append(FormCell(number, 1, len(members), 1, getattr(groups[row.group], "label", "")))
        cells.append(FormCell(number, 2, 1, 1, row.label))
    return cells


def _remedies(table: TableFormat) -> list[FormCell]:
    groups = {group.key: group.label for group in table.groups}
    review = [column for column in table.columns if column.parent == "review"]
    suits = [column for column in table.columns if column.parent != "review"]
    cells = [FormCell(0, 0, 1, len(review), groups["review"]), FormCell(0, len(review), 1, len(suits), groups["litigation"])]
    cells += [FormCell(1, place, 2, 1, column.label) for place, column in enumerate(review)]
    for offset, block in enumerate(("direct", "after_review")):
        members = [column for column in suits if column.parent == block]
        start = len(review) + offset * len(members)
        cells.append(FormCell(1, start, 1, len(members), groups[block]))
        cells += [FormCell(2, start + place, 1, 1, column.label) for place, column in enumerate(members)]
    cells += [FormCell(3, place, 1, 1, "", f"t4.{column.key}") for place, column in enumerate(table.columns)]
    return cells
