"""The value cells of a line, put under the columns of its header."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from auditor.bind.headers import Header
from auditor.bind.lines import TableLine
from auditor.model.binding import BindingWords
from auditor.model.document import Cell
from auditor.text.chars import is_blank
from auditor.text.kept import forgettable
from auditor.text.tokens import is_number, values_behind

Placed = dict[str, Cell | None]
"""Column key → its cell; ``None`` where its cell cannot be told apart."""


def values_after(line: TableLine, label: Cell | None, header: Header, words: BindingWords) -> Placed | None:
    """The cells after ``label`` (all that begin in the line where there is none) by column.

    ``None`` when they do not fit the header at all (too few or too many to be told apart).
    """
    after = cells_after(line, label)
    count = len(header.order)
    if label is not None and not any(is_number(cell.text, words) for cell in after):
        split = values_in_label(label, count)
        if split:
            return dict(zip(header.order, split, strict=True))
    if header.grid and (line.exact or (header.width == len(line.cells) and len(after) != count)):
        placed = _by_grid(line, label, header)
        if placed is not None:
            return placed
    if len(after) != count:
        after = _without_empty_margins(after, count, line.exact)
    if len(after) == count and count:
        return dict(zip(header.order, after, strict=True))
    if label is None:
        return None
    if line.exact and after and all(is_blank(cell.text) for cell in after):
        return {key: after[min(position, len(after) - 1)] for position, key in enumerate(header.order)}
    if header.grid and line.exact:
        return _by_grid(line, label, header, loose=True)
    return None


def cells_after(line: TableLine, label: Cell | None) -> tuple[Cell, ...]:
    """The cells right of a label; without one, all that begin in the line."""
    if label is None:
        return line.own
    return tuple(cell for cell in line.cells if cell.column > label.column)


def only_value(line: TableLine, label: Cell, header: Header, words: BindingWords) -> Cell | None:
    """The value of a row with one column: the cell under its head, else the first figure, else an empty cell after the label."""
    after = cells_after(line, label)
    for column in header.grid if line.exact else ():
        under = next((cell for cell in after if cell.column <= column < cell.column + cell.colspan), None)
        if under is not None:
            return under
    figures = [cell for cell in line.printed if is_number(cell.text, words)]
    blanks = [cell for cell in after if is_blank(cell.text)]
    return figures[0] if figures else blanks[-1] if blanks else None


def lone_value(line: TableLine, label: Cell) -> Cell | None:
    """The one print after a label, whatever empty cells surround it; the first cell where nothing is printed."""
    after = cells_after(line, label)
    printed = [cell for cell in after if not is_blank(cell.text)]
    return printed[0] if len(printed) == 1 else after[0] if after and not printed else None


def values_in_label(label: Cell, count: int) -> tuple[Cell, ...] | None:
    """Values printed in the label's own cell (一、本年新收… 12 0 0 0 0 0 12), when there are exactly ``count`` of them."""
    _, values = values_behind(label.text)
    if not values or len(values) != count:
        return None
    return tuple(
        Cell(text=value, row=label.row, column=label.column, location=label.location, confidence=min(label.confidence, 0.95))
        for value in values
    )


@lru_cache(maxsize=4096)
def label_without_values(text: str) -> str:
    """The label of a cell that holds a label and its values."""
    return values_behind(text)[0]


forgettable(label_without_values)


def _by_grid(line: TableLine, label: Cell | None, header: Header, *, loose: bool = False) -> Placed | None:
    """Cells under the header's grid columns. Strict: each key its own cell, right of the label.

    ``loose`` accepts what is left: cells shared by several keys are only taken when empty.
    """
    cells = line.cells if label is not None else line.own
    covering = {column: cell for cell in reversed(cells) for column in range(cell.column, cell.column + cell.colspan)}
    edge = label.column if label is not None else -1
    found = {key: covering.get(column) for column, key in header.grid.items()}
    if not loose and any(cell is None or cell.column <= edge for cell in found.values()):
        return None
    used = [id(cell) for cell in found.values()]
    shared = [key for key, cell in found.items() if cell is not None and used.count(id(cell)) > 1 and not is_blank(cell.text)]
    if loose:
        return found | {key: None for key, cell in found.items() if cell is label or key in shared}
    # A value outside every header column means that the header does not fit this line.
    if shared or any(id(cell) not in used and not is_blank(cell.text) for cell in cells_after(line, label)):
        return None
    return found


def _without_empty_margins(cells: Sequence[Cell], count: int, exact: bool) -> tuple[Cell, ...]:
    """Cells without empty ones at the ends, as long as there are more than ``count``.

    On a grid the empty cells before the values belong to the label area; exports without a grid fill short rows up at their end.
    """
    kept = list(cells)
    for end in (0, -1) if exact else (-1, 0):
        while len(kept) > count and is_blank(kept[end].text):
            kept.pop(end)
    return tuple(kept)
