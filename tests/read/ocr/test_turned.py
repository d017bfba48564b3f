"""Scans that lie on their side or upside down, or under a black seal: read as what they show, or declared."""

from __future__ import annotations

import io
from random import Random

import pypdfium2
import pytest
from PIL import Image

from auditor.model.document import Document, Table
from auditor.read import read_bytes
from auditor.read.ocr import is_available
from tests.lab.compose import worn
from tests.read.ocr.test_ocr import ROWS, cells, printed

pytestmark = pytest.mark.skipif(not is_available(), reason="the extra 'ocr' is not installed")
DPI = 150
EXPECTED = [["—" if text == "-" else text for text in row] for row in ROWS]


def page() -> Image.Image:
    return pypdfium2.PdfDocument(printed())[0].render(scale=DPI / 72).to_pil().convert("RGB")


def read(picture: Image.Image) -> Document:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return read_bytes(out.getvalue(), "page.png")


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_turned_page_is_read_and_places_are_those_displayed(angle: int) -> None:
    document = read(page().rotate(angle, expand=True))
    assert cells(document) == EXPECTED
    (upright,) = [block for block in read(page()).blocks if isinstance(block, Table)]
    (turned,) = [block for block in document.blocks if isinstance(block, Table)]
    left, top, right, bottom = upright.location.box or (0, 0, 0, 0)
    width, height = 595.3, 841.9
    expected = {
        90: (top, width - right, bottom, width - left),
        180: (width - right, height - bottom, width - left, height - top),
        270: (height - bottom, left, height - top, right),
    }[angle]
    assert turned.location.box == pytest.approx(expected, abs=6)


def test_black_seal_makes_cells_unread_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worn, "RED", (25, 25, 25))
    clean = page()
    (table,) = [block for block in read(clean).blocks if isinstance(block, Table)]
    box = table.cells[-1].location.box or (0, 0, 0, 0)

    class Placed(Random):
        """Puts the seal's middle on the last cell."""

        def randint(self, a: int, b: int) -> int:
            size = round(42 / 25.4 * DPI)
            place = box[2] if self.random() < 2 and b == clean.width - size else box[3]
            return max(0, min(b, round(place * DPI / 72 - size / 2)))

    document = read(worn.with_seal(clean, DPI, Placed(1)))
    assert "READ-INK" in {problem.code for problem in document.problems}
    (sealed,) = [block for block in document.blocks if isinstance(block, Table)]
    printed_there = {(cell.row, cell.column): cell.text for cell in table.cells}
    for cell in sealed.cells:
        assert cell.confidence <= 0.6 or cell.text == printed_there.get((cell.row, cell.column))
    assert any(cell.confidence <= 0 for cell in sealed.cells)
