"""Figures read piece by piece: right or not at all, and never where something else is printed or lies over them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import reportlab

from auditor.read.ocr import is_available

pytestmark = pytest.mark.skipif(not is_available(), reason="the extra 'ocr' is not installed")
FONT = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
FIGURES = ("0", "1", "7", "13", "28", "46", "59", "305", "1204", "251000", "3.5", "29.23", "864,209")


def cut(text: str, size: int = 30, *, stroke: bool = False) -> Any:
    """A text in black on white, cut close around its ink."""
    import numpy
    from PIL import Image, ImageDraw, ImageFont

    sheet = Image.new("L", (size * (len(text) + 2), size * 3), 255)
    pen = ImageDraw.Draw(sheet)
    pen.text((size, size), text, font=ImageFont.truetype(str(FONT), size), fill=0)
    ys, xs = numpy.nonzero(numpy.asarray(sheet) < 128)
    if stroke:
        level = int(ys.min() + ys.max()) // 2
        pen.line((int(xs.min()) - 4, level, int(xs.max()) + 4, level), fill=0, width=3)
        ys, xs = numpy.nonzero(numpy.asarray(sheet) < 128)
    return numpy.asarray(sheet)[ys.min() - 1 : ys.max() + 2, xs.min() - 1 : xs.max() + 2].copy()


def read(image: Any) -> str | None:
    from auditor.read.ocr.figures import load

    found = load().read(image)
    return None if found is None else found[0]


@pytest.mark.parametrize("size", [18, 24, 30, 44])
def test_a_figure_is_read_exactly_or_left(size: int) -> None:
    found = {text: read(cut(text, size)) for text in FIGURES}
    assert {text: value for text, value in found.items() if value not in (text, None)} == {}
    assert sum(value is not None for value in found.values()) >= len(FIGURES) - 3


@pytest.mark.parametrize("text", ["ABC", "8a", "Wk", "(5)", "50%", "-", "12-", "R", "#7", "=", "&"])
def test_what_is_no_figure_is_left(text: str) -> None:
    assert read(cut(text)) is None


@pytest.mark.parametrize("text", FIGURES)
def test_a_figure_with_a_stroke_through_it_is_left(text: str) -> None:
    assert read(cut(text, stroke=True)) in (None, text)
    if len(text) > 1:
        assert read(cut(text, stroke=True)) is None


def test_blank_and_tiny_pictures_are_left() -> None:
    import numpy

    assert read(numpy.full((30, 30), 255, numpy.uint8)) is None
    assert read(numpy.zeros((3, 3), numpy.uint8)) is None
    assert read(numpy.full((1, 400), 0, numpy.uint8)) is None


def test_a_figure_the_two_readings_differ_on_is_doubtful() -> None:
    from auditor.read.ocr.recogniser import Recogniser, load

    class Other:
        def read(self, image: Any) -> tuple[str, float]:
            return "9999", 1.0

    recogniser = load()
    assert isinstance(recogniser, Recogniser)
    kept = recogniser.figures
    try:
        sure = recogniser.read_cell(cut("305"))
        recogniser.figures = Other()  # type: ignore[assignment]
        again = recogniser.read_cell(cut("305"))
    finally:
        recogniser.figures = kept
    assert (sure.text, again.text) == ("305", "305")
    assert sure.score >= 0.9
