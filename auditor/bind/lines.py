"""Tables as lines: each row with the cells that cover it, and what their labels say."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from auditor.model.binding import BindingWords
from auditor.model.document import Cell, Table
from auditor.model.source import Location
from auditor.text.chars import is_blank, squeeze
from auditor.text.tokens import is_number


class TableLine(Struct, frozen=True, eq=False):
    """One row of a table; ``number`` counts from 0 in ``table``.

    ``cells`` cover it, from left to right; ``own`` are those of them that begin in it, ``printed`` those of these with text.
    """

    table: Table
    number: int
    cells: tuple[Cell, ...]
    own: tuple[Cell, ...]
    printed: tuple[Cell, ...]

    @property
    def exact(self) -> bool:
        """Whether cells stand on true grid columns."""
        return self.table.grid == "exact"

    @property
    def location(self) -> Location:
        """Place of the line: that of its first own cell."""
        return self.own[0].location if self.own else self.table.location

    @property
    def text(self) -> str:
        """All that is printed in the row, cells separated by spaces."""
        return " ".join(squeeze(cell.text) for cell in self.cells if not is_blank(cell.text))


def lines_of(table: Table) -> tuple[TableLine, ...]:
    """The rows of a table; a cell that spans rows appears in each of them.

    Strips are left out: rows that hold nothing but empty merged cells, such as printers leave where a page ends within a table.
    """
    rows: list[list[Cell]] = [[] for _ in range(table.rows)]
    for cell in table.cells:
        for number in range(cell.row, min(cell.row + cell.rowspan, table.rows)):
            rows[number].append(cell)
    lines = (line_of(table, number, sorted(cells, key=lambda cell: cell.column)) for number, cells in enumerate(rows))
    return tuple(line for line in lines if line.printed or not any(cell.colspan > 1 for cell in line.own))


def line_of(table: Table, number: int, cells: Sequence[Cell]) -> TableLine:
    """The line of these cells."""
    own = tuple(cell for cell in cells if cell.row == number)
    return TableLine(table, number, tuple(cells), own, tuple(cell for cell in own if not is_blank(cell.text)))


def is_numbering(line: TableLine, cell: Cell, words: BindingWords) -> bool:
    """Whether a number only counts the rows (a column 序号): the first printed cell of its line, with words right of it."""
    printed = [other for other in line.cells if not is_blank(other.text)]
    return printed[0] is cell and any(not is_number(other.text, words) for other in printed[1:])
