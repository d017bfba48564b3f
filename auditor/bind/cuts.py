"""Rows at page ends where only the form can tell: halves of one label are one row, two whole labels are two."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from auditor.bind.labels import two_labels
from auditor.bind.lexicon import Lexicon
from auditor.model.binding import BindingWords
from auditor.model.document import Block, Cell, Table
from auditor.text.chars import is_blank
from auditor.text.tokens import is_number

_LONGEST_HALF = 60
_DOUBT, _WRAPPED = 0.95, 0.85  # confidence of a label, and of a figure, put together from two pages
_FEW = 4  # of so many figures one may be cut with its row


def join_cut_rows(blocks: Sequence[Block], lexicon: Lexicon, words: BindingWords) -> tuple[Block, ...]:
    """The blocks with the last row of a page and the first of the next as one, wherever their labels say that they are one, and as
    two where a reader took two whole labels for one.
    """
    return tuple(_joined(block, lexicon, words) if isinstance(block, Table) else block for block in blocks)


def _joined(table: Table, lexicon: Lexicon, words: BindingWords) -> Table:
    if len({cell.location.page for cell in table.cells}) < 2:
        return table
    rows: dict[int, dict[tuple[int, int], Cell]] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, {})[(cell.column, cell.colspan)] = cell
    for row in range(table.rows - 1, 0, -1):  # from the end, so that the rows above keep their numbers
        above, below = rows.get(row - 1, {}), rows.get(row, {})
        if _on_two_pages(above, below) and _is_one_row(above, below, lexicon, words):
            table = _without_cut(table, row, above, below, words)
    return _parted(table, lexicon)


_Row = dict[tuple[int, int], Cell]


def _on_two_pages(above: _Row, below: _Row) -> bool:
    return bool(above and below) and max(cell.location.page or 0 for cell in above.values()) < min(
        cell.location.page or 0 for cell in below.values()
    )


def _is_one_row(above: _Row, below: _Row, lexicon: Lexicon, words: BindingWords) -> bool:
    """Whether the labels of two rows are halves of known labels. A figure over a figure is the exception: one that was cut as well."""
    ends = {key: cell for key, cell in above.items() if cell.rowspan == 1}
    if not set(below) >= set(ends):
        return False
    evidence = False
    figures = doubled = 0
    for key, head in ends.items():
        tail = below[key]
        number = is_number(head.text, words)
        figures += number
        if is_blank(head.text) or is_blank(tail.text):
            continue
        if number or is_number(tail.text, words):
            doubled += 1
            continue
        if max(len(head.text), len(tail.text)) > _LONGEST_HALF:
            continue
        halves = bool(lexicon.look_up(head.text)) + bool(lexicon.look_up(tail.text))
        if halves == 2:
            return False
        evidence = evidence or bool(lexicon.look_up(head.text + tail.text))
    return evidence and doubled <= figures // _FEW


def _without_cut(table: Table, row: int, above: _Row, below: _Row, words: BindingWords) -> Table:
    """The table with ``row`` taken into the one above it."""
    cells: list[Cell] = []
    for cell in table.cells:
        key = (cell.column, cell.colspan)
        if cell.row == row:
            if key not in above or above[key].rowspan > 1:
                cells.append(msgspec.structs.replace(cell, row=row - 1))
        elif cell.row == row - 1 and cell.rowspan == 1:
            tail = below[key]
            text = "\n".join(part for part in (cell.text, tail.text) if not is_blank(part))
            cut = not is_blank(cell.text) and not is_blank(tail.text)
            doubt = (_WRAPPED if is_number(cell.text, words) else _DOUBT) if cut else 1.0
            place = cell.location if not is_blank(cell.text) else tail.location
            confidence = min(cell.confidence, tail.confidence, doubt)
            cells.append(msgspec.structs.replace(cell, text=text, rowspan=tail.rowspan, confidence=confidence, location=place))
        elif cell.row < row < cell.row + cell.rowspan:
            cells.append(msgspec.structs.replace(cell, rowspan=cell.rowspan - 1))
        else:
            cells.append(msgspec.structs.replace(cell, row=cell.row - 1) if cell.row > row else cell)
    return msgspec.structs.replace(table, rows=table.rows - 1, cells=tuple(cells))


def _parted(table: Table, lexicon: Lexicon) -> Table:
    """The table with each row in two of which the label is two labels of the form, one of either page."""
    tall = {cell.row for cell in table.cells if cell.rowspan > 1}
    found: dict[int, tuple[Cell, tuple[str, str]]] = {}
    for cell in table.cells:
        if cell.row not in tall and cell.row not in found and (halves := _two_labels(cell, lexicon)) is not None:
            found[cell.row] = (cell, halves)
    for row in sorted(found, reverse=True):  # from the end, so that the rows above keep their numbers
        table = _as_two_rows(table, row, *found[row])
    return table


def _two_labels(cell: Cell, lexicon: Lexicon) -> tuple[str, str] | None:
    """The two labels that a doubtful cell of several lines is made of, if it is no label as a whole."""
    if cell.confidence >= 1 or len(cell.text) > 2 * _LONGEST_HALF:
        return None
    return two_labels(cell.text, lexicon.is_label)


def _as_two_rows(table: Table, row: int, label: Cell, halves: tuple[str, str]) -> Table:
    """The table with ``row`` in two: the other cells stay with the label on their page, and leave a blank with the other."""
    page = min(cell.location.page or 0 for cell in table.cells if cell.row == row)
    cells: list[Cell] = []
    for cell in table.cells:
        if cell.row < row < cell.row + cell.rowspan:
            cells.append(msgspec.structs.replace(cell, rowspan=cell.rowspan + 1))
        elif cell.row != row:
            cells.append(msgspec.structs.replace(cell, row=cell.row + 1) if cell.row > row else cell)
        elif cell is label:
            cells += [msgspec.structs.replace(cell, text=half, row=row + number) for number, half in enumerate(halves)]
        else:
            above = (cell.location.page or 0) <= page
            blank = msgspec.structs.replace(cell, text="", row=row + above)
            cells += [cell, blank] if above else [blank, msgspec.structs.replace(cell, row=row + 1)]
    return msgspec.structs.replace(table, rows=table.rows + 1, cells=tuple(cells))
