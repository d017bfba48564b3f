"""Paper that has been through something: seals, pens, a camera. Read below them, or doubted; never read as if nothing were there."""

from __future__ import annotations

import io
from random import Random
from typing import Any

import pypdfium2
import pytest
from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from auditor.model.document import Document, Table
from auditor.read import read_bytes
from auditor.read.ocr import is_available
from auditor.read.ocr.page import is_stained
from auditor.read.ocr.places import Spot
from auditor.read.ocr.recogniser import Recognised
from tests.lab.compose.worn import BLUE, RED, photographed, with_seal
from tests.read.ocr.test_ocr import ROWS, cells, font, printed

pytestmark = pytest.mark.skipif(not is_available(), reason="the extra 'ocr' is not installed")
DPI = 150
EXPECTED = [["—" if text == "-" else text for text in row] for row in ROWS]


class Placed(Random):
    """Chance that puts a seal's left top corner where it is told to, in pixels."""

    def __init__(self, left: int, top: int) -> None:
        super().__init__(1)
        self.places = [top, left]

    def randint(self, a: int, b: int) -> int:
        return self.places.pop() if self.places else super().randint(a, b)


def page(pdf: bytes | None = None) -> Image.Image:
    """The first page in colour."""
    picture: Image.Image = pypdfium2.PdfDocument(pdf or printed())[0].render(scale=DPI / 72).to_pil()
    return picture.convert("RGB")


def read(picture: Image.Image) -> Document:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return read_bytes(out.getvalue(), "page.png")


def confidences(document: Document) -> dict[tuple[int, int], float]:
    """How sure each cell is, but for the short hyphen, which is little more than a dot."""
    (table,) = [block for block in document.blocks if isinstance(block, Table)]
    return {(cell.row, cell.column): cell.confidence for cell in table.cells if cell.text != "—" or cell.column == 0}


def test_figures_are_clear_on_a_clean_page_lone_zeros_too() -> None:
    document = read(page())
    assert cells(document) == EXPECTED
    assert min(confidences(document).values()) >= 0.8


def test_below_a_red_seal_the_print_is_read_and_doubted() -> None:
    document = read(with_seal(page(), DPI, Placed(240, 300)))
    assert cells(document) == EXPECTED
    sure = confidences(document)
    assert any(value < 0.8 for place, value in sure.items() if place[1] <= 1)
    assert all(value >= 0.8 for place, value in sure.items() if place[1] == 3)


def test_print_in_colour_is_no_seal_and_stays() -> None:
    buffer = io.BytesIO()
    canvas: Any = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.setFont(font(), 26)
    canvas.setFillColorRGB(*(value / 255 for value in RED))
    canvas.drawCentredString(A4[0] / 2, 760, "Office of Invented Affairs")
    canvas.setFont(font(), 11)
    canvas.setFillColorRGB(*(value / 255 for value in BLUE))
    canvas.grid([80, 180, 280], [700, 676, 652])
    for index, text in enumerate(("31", "72", "48", "96")):
        canvas.drawCentredString(130 + 100 * (index % 2), 684 - 24 * (index // 2), text)
    canvas.showPage()
    canvas.save()
    document = read(page(buffer.getvalue()))
    assert cells(document) == [["31", "72"], ["48", "96"]]
    assert min(confidences(document).values()) >= 0.8
    assert any("Invented" in getattr(block, "text", "") for block in document.blocks)


def test_a_table_with_coloured_rules_keeps_them_where_print_touches_them() -> None:
    buffer = io.BytesIO()
    canvas: Any = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.setFont(font(), 11)
    canvas.setStrokeColorRGB(*(value / 255 for value in RED))
    canvas.grid([80, 180, 280], [700, 676, 652])
    for index, text in enumerate(("31", "72", "48", "96")):
        canvas.drawCentredString(130 + 100 * (index % 2), (684 if index else 674) - 24 * (index // 2), text)  # the first on the rule
    canvas.showPage()
    canvas.save()
    document = read(page(buffer.getvalue()))
    found = cells(document)
    assert (len(found), found[0][1], found[1][1]) == (2, "72", "96")
    assert confidences(document)[0, 1] == confidences(document)[1, 1] == 0.85


@pytest.mark.parametrize("grey", [True, False])
def test_a_stroke_across_cells_makes_them_doubtful_and_leaves_the_others(grey: bool) -> None:
    picture = page()
    pen = ImageDraw.Draw(picture)
    pen.line([(270, 325), (330, 372), (420, 318)], fill=BLUE, width=3)  # over the first and second cells of the first two rows
    document = read(picture.convert("L") if grey else picture)
    found, sure = cells(document), confidences(document)
    assert [len(row) for row in found] == [4] * 5
    wrong = [place for place, value in sure.items() if value >= 0.8 and found[place[0]][place[1]] != EXPECTED[place[0]][place[1]]]
    assert not wrong
    assert min(sure.values()) < 0.8
    assert [row[2:] for row in found] == [row[2:] for row in EXPECTED]


def test_a_page_seen_from_the_side_is_drawn_straight() -> None:
    assert cells(read(photographed(page(), Random("a")))) == EXPECTED


def test_a_flat_page_is_not_bent_and_a_photograph_is() -> None:
    import numpy

    from auditor.read.ocr.picture import prepare

    flat = page()
    assert not prepare(numpy.asarray(flat)[:, :, ::-1].copy()).bent
    assert not prepare(numpy.asarray(flat.convert("L").rotate(1.5, Image.Resampling.BICUBIC, fillcolor=255))).bent
    assert prepare(numpy.asarray(photographed(flat, Random("a")))[:, :, ::-1].copy()).bent


def test_a_dash_beside_a_figure_is_doubted_and_a_dash_alone_is_not() -> None:
    picture = page()
    pen = ImageDraw.Draw(picture)
    pen.line([(262, 340), (292, 340)], fill=(60, 60, 60), width=3)  # within the first cell, clear of its rules
    pen.line([(255, 471), (285, 471)], fill=(60, 60, 60), width=3)  # in the blank one
    document = read(picture)
    found, sure = cells(document), confidences(document)
    assert sure[0, 0] < 0.8 or found[0][0] == "10"
    assert (found[3][0], sure[3, 0]) == ("—", 0.85)


def test_the_smallest_hyphen_is_a_dash_or_unread_and_never_a_blank() -> None:
    picture = page()
    pen = ImageDraw.Draw(picture)
    pen.line([(214, 471), (218, 471)], fill=(40, 40, 40), width=2)  # in the blank cell
    document = read(picture)
    (table,) = [block for block in document.blocks if isinstance(block, Table)]
    (cell,) = [cell for cell in table.cells if (cell.row, cell.column) == (3, 0)]
    assert cell.text == "—" or cell.confidence == 0.0


def test_a_leaning_stroke_is_no_figure_one_and_an_upright_one_may_be() -> None:
    import numpy

    from auditor.read.ocr.shape import lean_of

    def drawn(*line: float) -> Any:
        picture = Image.new("L", (24, 36), 255)
        ImageDraw.Draw(picture).line(line, fill=20, width=3)
        return numpy.asarray(picture)

    slash, upright, hook = lean_of(drawn(17, 4, 7, 32)), lean_of(drawn(12, 4, 12, 32)), lean_of(drawn(4, 10, 14, 4, 14, 32))
    assert slash is not None
    assert slash == pytest.approx(-0.36, abs=0.05)
    assert upright == pytest.approx(0.0, abs=0.02)
    assert hook is None


@pytest.mark.parametrize("text", ["一0", "0一", "ン0", ")1", ",6", "6,", ".5", "二0", "0'", "~12", "0/"])
def test_what_no_figure_is_printed_with_makes_it_unread(text: str) -> None:
    assert is_stained(Recognised(text, 1.0), Spot((0, 0, 60, 30), in_cell=True))


@pytest.mark.parametrize(
    "text", ["0", "-3", "12.5", "1,234", "17件", "3.5万元", "1.", "（1）", "10%", "2021年", "共5件", "1.其他", "件", "—"]
)
def test_figures_with_unit_sign_or_number_of_a_label_are_read(text: str) -> None:
    assert not is_stained(Recognised(text, 1.0), Spot((0, 0, 60, 30), in_cell=True))
