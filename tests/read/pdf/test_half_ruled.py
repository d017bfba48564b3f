"""Tables ruled from row to row only, as programs write them that draw each cell's own borders."""

from __future__ import annotations

import io
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from auditor.model.document import Document, Table
from auditor.read import read_bytes

Cell = tuple[int, int, int, int, str]
"""Row, column, rows, columns, text."""

LEFT, TOP, WIDTH, HEIGHT = 80.0, 700.0, 90.0, 24.0
HEAD: tuple[Cell, ...] = ((0, 0, 2, 1, "label"), (0, 1, 1, 2, "head"), (1, 1, 1, 1, "a"), (1, 2, 1, 1, "b"))


def drawn(cells: tuple[Cell, ...], *, through: bool = False) -> Document:
    """A page with these cells, each with a line above and below; ``through``: lines over the whole width instead."""
    buffer = io.BytesIO()
    canvas: Any = Canvas(buffer, pagesize=(595, 842), invariant=1)
    canvas.setFont("Helvetica", 10)
    width = max(column + columns for _, column, _, columns, _ in cells) * WIDTH
    for row, column, rows, columns, text in cells:
        x0, x1 = LEFT + column * WIDTH, LEFT + (column + columns) * WIDTH
        y0, y1 = TOP - row * HEIGHT, TOP - (row + rows) * HEIGHT
        for y in (y0, y1):
            canvas.line(LEFT, y, LEFT + width, y) if through else canvas.line(x0, y, x1, y)
        canvas.drawCentredString((x0 + x1) / 2, (y0 + y1) / 2 - 3, text)
    canvas.save()
    return read_bytes(buffer.getvalue(), "x.pdf")


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


def test_the_ends_of_the_pieces_are_the_columns() -> None:
    body: tuple[Cell, ...] = (
        (2, 0, 1, 1, "first"),
        (2, 1, 1, 1, "12"),
        (2, 2, 1, 1, ""),
        (3, 0, 1, 1, "second"),
        (3, 1, 1, 1, "0"),
        (3, 2, 1, 1, "7"),
    )
    (table,) = tables(drawn((*HEAD, *body)))
    found = {(cell.row, cell.column, cell.rowspan, cell.colspan, cell.text) for cell in table.cells}
    assert found == {(row, column, rows, columns, text) for row, column, rows, columns, text in (*HEAD, *body)}


def test_columns_that_are_not_drawn_are_not_certain() -> None:
    body: tuple[Cell, ...] = ((2, 0, 1, 1, "first"), (2, 1, 1, 1, "12"), (2, 2, 1, 1, "3"))
    (table,) = tables(drawn((*HEAD, *body)))
    assert max(cell.confidence for cell in table.cells) < 0.9


def test_lines_that_run_through_tell_no_columns() -> None:
    """Then the figures themselves make the columns; nothing is put into one cell."""
    body: tuple[Cell, ...] = (
        (2, 0, 1, 1, "first"),
        (2, 1, 1, 1, "12"),
        (2, 2, 1, 1, "3"),
        (3, 0, 1, 1, "second"),
        (3, 1, 1, 1, "0"),
        (3, 2, 1, 1, "7"),
    )
    for table in tables(drawn((*HEAD, *body), through=True)):
        assert not [cell.text for cell in table.cells if "12" in cell.text and "3" in cell.text]
