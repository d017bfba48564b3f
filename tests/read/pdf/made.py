"""PDF files for the tests, drawn with reportlab: what is put in is known exactly. Lengths in points, y from the top of the page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from auditor.model.document import Document, Paragraph, Table
from auditor.model.source import Source
from auditor.read.pdf import read_pdf

pytest.importorskip("reportlab", reason="reportlab draws the test files")
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
FONT = "STSong-Light"
SOURCE = Source(path="made.pdf", sha256="0" * 64, kind="pdf")

Spec = tuple[int, int, int, int, str]
"""(row, column, rowspan, colspan, text); ``\\n`` in the text wraps."""


@dataclass
class Sheet:
    """A file under construction."""

    width: float = 595.0
    height: float = 842.0
    buffer: io.BytesIO = field(default_factory=io.BytesIO)
    author: str = ""

    def __post_init__(self) -> None:
        self.canvas = Canvas(self.buffer, pagesize=(self.width, self.height))
        if self.author:
            self.canvas.setAuthor(self.author)

    def text(self, x: float, y: float, text: str, size: float = 10.0, spacing: float = 0.0) -> None:
        self.canvas.setFont(FONT, size)
        self.canvas.drawString(x, self.height - y, text, charSpace=spacing)

    def rule(self, x0: float, y0: float, x1: float, y1: float, style: str = "stroke") -> None:
        y0, y1 = self.height - y0, self.height - y1
        if style == "filled":
            left, bottom = min(x0, x1) - 0.25, min(y0, y1) - 0.25
            self.canvas.rect(left, bottom, abs(x1 - x0) + 0.5, abs(y1 - y0) + 0.5, stroke=0, fill=1)
        elif style == "double":
            dx, dy = (1.0, 0.0) if x0 == x1 else (0.0, 1.0)
            self.canvas.line(x0 - dx, y0 - dy, x1 - dx, y1 - dy)
            self.canvas.line(x0 + dx, y0 + dy, x1 + dx, y1 + dy)
        else:
            self.canvas.setDash([3, 2] if style == "dashed" else [])
            self.canvas.line(x0, y0, x1, y1)
            self.canvas.setDash([])

    def table(
        self, xs: Sequence[float], ys: Sequence[float], cells: Sequence[Spec], style: str = "stroke", size: float = 9.0, rules: bool = True
    ) -> None:
        for row, column, rowspan, colspan, text in cells:
            left, right = xs[column], xs[column + colspan]
            top, bottom = ys[row], ys[row + rowspan]
            if rules:
                for x0, y0, x1, y1 in (
                    (left, top, right, top),
                    (left, bottom, right, bottom),
                    (left, top, left, bottom),
                    (right, top, right, bottom),
                ):
                    self.rule(x0, y0, x1, y1, style)
            lines = text.split("\n")
            first = (top + bottom) / 2 - (len(lines) - 1) * 0.6 * size + 0.35 * size
            for number, line in enumerate(lines):
                self.text(left + 5.4, first + number * 1.2 * size, line, size)

    def page(self) -> None:
        self.canvas.showPage()

    def data(self) -> bytes:
        self.canvas.save()
        return self.buffer.getvalue()


def width_of(text: str, size: float) -> float:
    """The width of a text as :meth:`Sheet.text` draws it."""
    return float(pdfmetrics.stringWidth(text, FONT, size))


def read(data: bytes, engine: str = "pdfium") -> Document:
    return read_pdf(data, SOURCE, engine)


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


def prose(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def specs(table: Table) -> list[Spec]:
    return [(cell.row, cell.column, cell.rowspan, cell.colspan, cell.text) for cell in table.cells]


def steps(start: float, *sizes: float) -> list[float]:
    found = [start]
    for size in sizes:
        found.append(found[-1] + size)
    return found
