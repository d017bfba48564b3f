"""A plan as a PDF, drawn with reportlab; text, ruling lines and page breaks are placed by hand to vary all of them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import reportlab
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from tests.lab.compose.flaws import Flaw
from tests.lab.compose.flow import Body, Head, Title, blocks
from tests.lab.compose.grid import Grid
from tests.lab.compose.plan import ReportPlan

_SYSTEM_FONTS = Path("/usr/share/fonts/truetype/dejavu")


@dataclass(frozen=True)
class PdfStyle:
    """``borders``: stroked lines, thin filled rectangles, cell rectangles, horizontal lines only, or none; ``font``: a CID font
    name (not embedded) or the path of a TrueType file (embedded, needs the file); ``repeat_header``: header rows on each page of a table;
    ``row_height``: minimum in points; ``start_new_page``: each table begins on a new page; ``cut_rows``: a row may be cut by a page break
    (a merged label always may); ``jitter``: lines of a table are this many points apart from their place; ``figures``: the name of a
    TrueType file for what is ASCII in a cell (``None``: the font of the rest); ``flaw``: what was done to some of the figures or pages
    by hand: an old value struck out beside the new one, a raised note mark, an old value painted over, form fields in place of text, a
    level watermark; ``turn``: every page lies so many quarters (clockwise) over.
    """

    borders: Literal["lines", "rects", "boxes", "horizontal", "none"] = "lines"
    font: str = "STSong-Light"
    size: float = 9
    prose_size: float = 11
    margin: float = 56
    row_height: float = 16
    landscape: bool = False
    header: str | None = None
    footer: Literal["none", "number", "dashes"] = "number"
    repeat_header: bool = False
    start_new_page: bool = False
    label_width: float = 0.32
    align: Literal["left", "center", "right"] = "center"
    jitter: float = 0.0
    figures: str | None = None
    flaw: Flaw = "none"
    turn: int = 0


def to_pdf(plan: ReportPlan, style: PdfStyle = PdfStyle(), *more: ReportPlan) -> bytes:
    """The file, with a fixed date and identifier; ``more`` reports follow on pages of their own."""
    return Printer(plan, style).print(more)


def turned(pdf: bytes, quarters: int) -> bytes:
    """The PDF with each page shown that many quarters clockwise over."""
    if not quarters:
        return pdf
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        page.set_rotation((page.get_rotation() + 90 * quarters) % 360)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


class Printer:
    """The pen on the page: ``y`` falls from the top margin; a table or line that does not fit turns the page."""

    def __init__(self, plan: ReportPlan, style: PdfStyle) -> None:
        self.plan, self.style = plan, style
        self.font = _font(style.font)
        self.figures = _font(_carried(style.figures)) if style.figures else self.font
        self.width, self.height = landscape(A4) if style.landscape else A4
        self.buffer = io.BytesIO()
        self.canvas: Any = Canvas(self.buffer, pagesize=(self.width, self.height), invariant=1)
        self.canvas.setTitle(plan.heading)
        self.page = 1
        self.drawn = 0
        self.y = self.height - style.margin

    def print(self, more: Sequence[ReportPlan] = ()) -> bytes:
        self._furniture()
        self._blocks(self.plan)
        for plan in more:
            self._turn()
            self._blocks(plan)
        self.canvas.showPage()
        self.canvas.save()
        return turned(self.buffer.getvalue(), self.style.turn)

    def _blocks(self, plan: ReportPlan) -> None:
        for block in blocks(plan):
            if isinstance(block, Title):
                self._lines(block.text, self.style.prose_size + 5, centre=True)
            elif isinstance(block, Head):
                self._lines(block.number + block.text, self.style.prose_size + (2 if block.level == 1 else 0), indent=2)
            elif isinstance(block, Body):
                self._lines(block.text, self.style.prose_size, indent=2)
            else:
                if self.style.start_new_page:
                    self._turn()
                self._table(block)

    @property
    def inner(self) -> float:
        return float(self.width - 2 * self.style.margin)

    def _furniture(self) -> None:
        if self.style.flaw == "watermark":
            self.canvas.setFont(self.font, 34)
            self.canvas.setFillGray(0.82)
            for share in (0.25, 0.5, 0.75):
                self.canvas.drawCentredString(self.width / 2, self.height * share, "政务公开 内部资料")
            self.canvas.setFillGray(0)
        self.canvas.setFont(self.font, 9)
        if self.style.header:
            self.canvas.drawString(self.style.margin, self.height - 32, self.style.header)
        if self.style.footer != "none":
            text = f"— {self.page} —" if self.style.footer == "dashes" else str(self.page)
            self.canvas.drawCentredString(self.width / 2, 28, text)

    def _turn(self) -> None:
        self.canvas.showPage()
        self.page += 1
        self.y = self.height - self.style.margin
        self._furniture()

    def _lines(self, text: str, size: float, *, indent: int = 0, centre: bool = False) -> None:
        for number, line in enumerate(self._wrap(text, size, self.inner, indent)):
            if self.y - size * 1.6 < self.style.margin:
                self._turn()
            self.y -= size * 1.6
            self.canvas.setFont(self.font, size)
            if centre:
                self.canvas.drawCentredString(self.width / 2, self.y, line)
            else:
                self.canvas.drawString(self.style.margin + (size * indent if not number else 0), self.y, line)
        self.y -= size * 0.3

    def _wrap(self, text: str, size: float, width: float, indent: int = 0) -> list[str]:
        """Break anywhere except inside a number, as word processors do."""
        lines, line, room = [], "", width - indent * size
        for piece in _pieces(text):
            if piece == "\n" or (line and pdfmetrics.stringWidth(line + piece, self.font, size) > room):
                lines.append(line)
                line, room = "", width
            if piece != "\n":
                line += piece
        return [*lines, line]

    def _table(self, grid: Grid) -> None:
        lefts = self._lefts(grid)
        heights = self._heights(grid, lefts)
        self.y -= 6
        head = sum(heights[: grid.header_rows])
        start = 0
        while start < grid.rows:
            above = head if start and self.style.repeat_header else 0.0
            end, used = start, above
            while end < grid.rows and self.y - used - heights[end] >= self.style.margin:
                used += heights[end]
                end += 1
            if end == start:
                self._turn()
                continue
            if above:
                self._part(grid, 0, grid.header_rows, lefts, heights)
            self._part(grid, start, end, lefts, heights)
            start = end
            if start < grid.rows:
                self._turn()
        self.y -= 10

    def _lefts(self, grid: Grid) -> list[float]:
        lead = self.style.label_width if grid.label_columns and grid.columns > grid.label_columns else 0.0
        narrow = 26.0 if grid.label_columns > 1 else 0.0
        widths = []
        for column in range(grid.columns):
            if column < grid.label_columns:
                last = column == grid.label_columns - 1
                widths.append(self.inner * lead - narrow * (grid.label_columns - 1) if last else narrow)
            else:
                widths.append(self.inner * (1 - lead) / (grid.columns - grid.label_columns))
        out = [self.style.margin]
        for width in widths:
            out.append(out[-1] + width)
        return out

    def _text_lines(self, text: str, width: float, vertical: bool) -> list[str]:
        return list(text) if vertical else self._wrap(text, self.style.size, width - 5)

    def _heights(self, grid: Grid, lefts: list[float]) -> list[float]:
        heights = [self.style.row_height] * grid.rows
        for cell in sorted(grid.cells, key=lambda cell: cell.rowspan):
            width = lefts[cell.column + cell.colspan] - lefts[cell.column]
            need = len(self._text_lines(cell.text, width, cell.vertical)) * self.style.size * 1.25 + 6
            have = sum(heights[cell.row : cell.row + cell.rowspan])
            if need > have:
                heights[cell.row + cell.rowspan - 1] += need - have
        return heights

    def _part(self, grid: Grid, start: int, end: int, lefts: list[float], heights: list[float]) -> None:
        """Draw the rows ``start`` to ``end`` (excluded) below ``y``; a label merged over the break is cut between its lines."""
        tops = [self.y]
        for height in heights[start:end]:
            tops.append(tops[-1] - height)
        for cell in grid.cells:
            first, last = max(cell.row, start), min(cell.row + cell.rowspan, end)
            if first >= last:
                continue
            left, right = lefts[cell.column], lefts[cell.column + cell.colspan]
            top, bottom = tops[first - start], tops[last - start]
            self._border(left, right, top, bottom)
            lines = self._text_lines(cell.text, right - left, cell.vertical)
            if cell.row < start or cell.row + cell.rowspan > end:
                # a word processor fills the part above the break and goes on below it
                shown = self._room(sum(heights[cell.row : start])) if cell.row < start else 0
                lines = lines[shown:] if cell.row + cell.rowspan <= end else lines[shown : shown + self._room(top - bottom)]
            self._draw(lines, left, right, top, bottom)
        self.y = tops[-1]

    def _room(self, height: float) -> int:
        """How many lines of a label fit into a height."""
        return max(1, int((height - 4) // (self.style.size * 1.25)))

    def _draw(self, lines: list[str], left: float, right: float, top: float, bottom: float) -> None:
        size = self.style.size
        block = len(lines) * size * 1.25
        y = (top + bottom) / 2 + block / 2 - size
        for line in lines:
            self.canvas.setFont(self.figures if line.isascii() else self.font, size)
            if len(lines) == 1 and line.isdigit() and line.isascii() and self._flawed(line, left, right, y):
                continue
            if self.style.align == "center":
                self.canvas.drawCentredString((left + right) / 2, y, line)
            elif self.style.align == "right":
                self.canvas.drawRightString(right - 3, y, line)
            else:
                self.canvas.drawString(left + 3, y, line)
            y -= size * 1.25

    def _flawed(self, text: str, left: float, right: float, y: float) -> bool:
        """Draw what was done to a figure; whether the figure itself is drawn with it."""
        self.drawn += 1
        flaw, size, font = self.style.flaw, self.style.size, self.figures
        if flaw == "field":
            place = {"x": left + 2, "y": y - 0.3 * size, "width": right - left - 4, "height": 1.3 * size}
            self.canvas.acroForm.textfield(name=f"f{self.drawn}", value=text, fontSize=size, borderWidth=0, fontName="Helvetica", **place)
            return True
        if self.drawn % 7 or right - left < (len(text) + 3) * size:
            return False
        wide = pdfmetrics.stringWidth(text, font, size)
        start = (left + right - wide) / 2
        if flaw == "whiteout":
            self.canvas.drawString(start, y, "8" * len(text))
            self.canvas.setFillGray(1)
            self.canvas.rect(start - 2, y - 0.25 * size, wide + 4, 1.15 * size, stroke=0, fill=1)
            self.canvas.setFillGray(0)
        elif flaw == "strike":
            old = pdfmetrics.stringWidth("8", font, size)
            self.canvas.drawString(start - old - 0.3 * size, y, "8")
            self.canvas.line(start - old - 0.35 * size, y + 0.33 * size, start - 0.25 * size, y + 0.33 * size)
        elif flaw == "note":
            self.canvas.setFont(font, 0.55 * size)
            self.canvas.drawString(start + wide, y + 0.42 * size, "1")
            self.canvas.setFont(font, size)
        else:
            return False
        self.canvas.drawString(start, y, text)
        return True

    def _border(self, left: float, right: float, top: float, bottom: float) -> None:
        canvas, kind, shift = self.canvas, self.style.borders, self.style.jitter
        canvas.setLineWidth(0.5)
        if kind == "lines":
            for x1, y1, x2, y2 in (
                (left, top, right + shift, top),
                (left, bottom, right, bottom + shift),
                (left, top, left, bottom),
                (right, top, right, bottom),
            ):
                canvas.line(x1, y1, x2, y2)
        elif kind == "rects":
            for x, y, width, height in (
                (left, top, right - left, 0.5),
                (left, bottom, right - left, 0.5),
                (left, bottom, 0.5, top - bottom),
                (right, bottom, 0.5, top - bottom),
            ):
                canvas.rect(x, y, width, height, stroke=0, fill=1)
        elif kind == "boxes":
            canvas.rect(left, bottom, right - left, top - bottom, stroke=1, fill=0)
        elif kind == "horizontal":
            canvas.line(left, top, right, top)
            canvas.line(left, bottom, right, bottom)


def _pieces(text: str) -> list[str]:
    out: list[str] = []
    for char in text:
        if out and char.isascii() and char not in " \n" and out[-1][-1].isascii() and out[-1][-1] not in " \n":
            out[-1] += char
        else:
            out.append(char)
    return out


def _carried(name: str) -> str:
    """The path of a font of the machine, or that of the font which reportlab carries. Fonts that are only named would not be drawn alike."""
    path = _SYSTEM_FONTS / name
    return str(path) if path.is_file() else str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf")


def _font(name: str) -> str:
    """Register a font once and return the name reportlab knows it by."""
    if "/" in name or "\\" in name:
        known = "Embedded" + str(abs(hash(name)) % 10000)
        if known not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(known, name))
        return known
    if name not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    return name
