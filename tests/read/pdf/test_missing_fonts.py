"""Fonts that a PDF names but does not carry: nothing is lost, and nothing depends on the machine's own fonts."""

from __future__ import annotations

import io
from itertools import pairwise

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from auditor.read.pdf.marks import Char
from auditor.read.pdf.pdfium import read_marks

SIZE = 10.0


def chars_of(font: str, texts: list[str]) -> list[Char]:
    """The characters of a page with each text drawn on its own, 20 points below the one before."""
    if font == "STSong-Light":
        pdfmetrics.registerFont(UnicodeCIDFont(font))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(400, 400))
    canvas.setFont(font, SIZE)
    for index, text in enumerate(texts):
        canvas.drawString(50, 350 - 20 * index, text)
    canvas.save()
    return read_marks(buffer.getvalue()).pages[0].chars


@pytest.mark.parametrize("text", ["0", "７", "无", "—", "/", "件"])
def test_a_lone_character_in_a_font_without_data_is_read(text: str) -> None:
    assert [char[4] for char in chars_of("STSong-Light", [text])] == [text]


@pytest.mark.parametrize("font", ["STSong-Light", "Helvetica", "Times-Roman", "Courier"])
def test_boxes_come_from_the_widths_in_the_file(font: str) -> None:
    texts = ["12", "3", "405"]
    drawn = chars_of(font, texts)
    assert "".join(char[4] for char in drawn) == "".join(texts)
    for char in drawn:
        assert char[2] - char[0] == pytest.approx(pdfmetrics.stringWidth(char[4], font, SIZE), abs=0.05)


def test_digits_set_together_touch_and_do_not_overlap() -> None:
    drawn = chars_of("STSong-Light", ["1024"])
    for before, after in pairwise(drawn):
        assert after[0] == pytest.approx(before[2], abs=0.05)


def test_a_space_alone_is_still_nothing() -> None:
    assert chars_of("STSong-Light", [" ", "\u3000"]) == []
