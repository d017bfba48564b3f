"""Stamps in black of any shape over a table: the cells below them are not read, the others are."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw

from auditor.read.ocr import is_available

pytestmark = pytest.mark.skipif(not is_available(), reason="the extra 'ocr' is not installed")
ROW, COLUMN = 50, 120
LEFT, TOP, ROWS, COLUMNS = 100, 200, 16, 8


def table() -> Image.Image:
    """A ruled table on a page at 200 dots an inch, with a nought in each cell."""
    page = Image.new("RGB", (1654, 1800), "white")
    pen = ImageDraw.Draw(page)
    right, bottom = LEFT + COLUMNS * COLUMN, TOP + ROWS * ROW
    for row in range(ROWS + 1):
        pen.line((LEFT, TOP + row * ROW, right, TOP + row * ROW), "black", 3)
    for column in range(COLUMNS + 1):
        pen.line((LEFT + column * COLUMN, TOP, LEFT + column * COLUMN, bottom), "black", 3)
    for row in range(ROWS):
        for column in range(COLUMNS):
            x, y = LEFT + column * COLUMN + 50, TOP + row * ROW + 12
            pen.ellipse((x, y, x + 16, y + 26), outline="black", width=4)
    return page


def blind_cells(page: Image.Image) -> tuple[set[tuple[int, int]], int]:
    """Row and column of the cells that lie below something, and the number of all."""
    import numpy

    from auditor.read.ocr.page import view_of

    spots = [spot for spot in view_of(numpy.asarray(page)[:, :, ::-1].copy()).spots if spot.in_cell]
    return {((spot.place[1] - TOP) // ROW, (spot.place[0] - LEFT) // COLUMN) for spot in spots if spot.blind}, len(spots)


@pytest.mark.parametrize("shape", ["rectangle", "ellipse"])
def test_cells_below_a_stamp_are_not_read(shape: str) -> None:
    stamp = Image.new("L", (330, 230), 255)
    pen = ImageDraw.Draw(stamp)
    getattr(pen, shape)((4, 4, 325, 225), outline=0, width=7)
    for x in range(50, 280, 30):
        pen.line((x, 90, x + 18, 150), 0, 6)
    stamp = stamp.rotate(5, expand=True, fillcolor=255)
    page = table()
    page.paste("black", (400, 430), stamp.point([255 - value for value in range(256)]))
    blind, count = blind_cells(page)
    assert count >= ROWS * COLUMNS
    inside = {(row, column) for row in range(6, 8) for column in range(3, 5)}
    assert inside <= blind
    assert all(3 <= row <= 10 and 1 <= column <= 6 for row, column in blind)


def test_a_clean_table_and_a_stroke_across_it_leave_no_cell_blind() -> None:
    assert not blind_cells(table())[0]
    page = table()
    ImageDraw.Draw(page).line((150, 230, 1000, 900), "black", 5)
    assert not blind_cells(page)[0]
