"""Text that leaves no ink: not read on an ordinary page, doubted where it is the text layer of a scan."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from auditor.model.document import Document, Table
from auditor.read import read_bytes

FONT = "STSong-Light"
ROWS = [("甲", "12"), ("乙", "34"), ("丙", "46")]


def page(canvas: Canvas, mode: int, *, extra: int | None = None) -> None:
    """A ruled table of three rows; ``mode`` is the render mode of its text, ``extra`` that of a digit more beside the last figure."""
    for index in range(len(ROWS) + 1):
        canvas.line(50, 700 - 30 * index, 250, 700 - 30 * index)
    for x in (50, 150, 250):
        canvas.line(x, 700, x, 700 - 30 * len(ROWS))
    for index, row in enumerate(ROWS):
        for column, text in enumerate(row):
            write(canvas, 60 + 100 * column, 680 - 30 * index, text, mode)
    write(canvas, 60, 750, "以下为本机关二〇二三年度收到和处理申请的数据，请对照阅读。", mode)
    if extra is not None:
        write(canvas, 175, 620, "9", extra)


def write(canvas: Canvas, x: float, y: float, text: str, mode: int) -> None:
    line = canvas.beginText(x, y)
    line.setFont(FONT, 10)
    line.setTextRenderMode(mode)
    line.textOut(text)
    canvas.drawText(line)


def made(mode: int, *, extra: int | None = None, picture: bytes | None = None) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), invariant=1)
    if picture is not None:
        image = pypdfium2.PdfDocument(picture)[0].render(scale=1).to_pil()
        canvas.drawImage(ImageReader(image), 0, 0, 595, 842)
    page(canvas, mode, extra=extra)
    canvas.save()
    return buffer.getvalue()


def read(data: bytes) -> Document:
    return read_bytes(data, "a.pdf", "text-layer")


def figures(document: Document) -> list[str]:
    (table,) = [block for block in document.blocks if isinstance(block, Table)]
    return [cell.text for cell in table.cells if cell.column == 1]


def codes(document: Document) -> set[str]:
    return {problem.code for problem in document.problems}


@pytest.mark.parametrize("mode", [0, 1, 2])
def test_printed_text_is_read_without_a_word(mode: int) -> None:
    document = read(made(mode))
    assert figures(document) == ["12", "34", "46"]
    assert codes(document) == set()


@pytest.mark.parametrize("mode", [3, 7])
def test_digit_without_ink_is_not_read_and_is_told(mode: int) -> None:
    document = read(made(0, extra=mode))
    assert figures(document) == ["12", "34", "46"]
    assert codes(document) == {"READ-HIDDEN-TEXT"}


def test_text_layer_of_a_scan_is_used_with_doubt_and_told() -> None:
    document = read(made(3, picture=made(0)))
    assert figures(document) == ["12", "34", "46"]
    assert codes(document) == {"READ-TEXT-LAYER"}
    (table,) = [block for block in document.blocks if isinstance(block, Table)]
    assert all(cell.confidence < 0.8 for cell in table.cells)


def test_printed_text_over_a_picture_is_no_text_layer() -> None:
    document = read(made(0, picture=made(0)))
    assert codes(document) == set()
    (table,) = [block for block in document.blocks if isinstance(block, Table)]
    assert all(cell.confidence == 1 for cell in table.cells)
