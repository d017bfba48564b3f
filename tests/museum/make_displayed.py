"""Makes the files of ``displayed``: whole reports with one fault each that was once read otherwise than it is seen.

``python -m tests.museum.make_displayed`` writes them anew; what must be read of each stands in :data:`CASES`.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from reportlab.pdfgen.canvas import Canvas

from tests.lab.compose.archive import fixed_zip
from tests.lab.compose.pdf import PdfStyle, Printer
from tests.lab.compose.wrap import to_mht
from tests.lab.compose.xlsx import to_xlsx
from tests.read.made import TOTAL, plan, report_page, report_text, total, with_cell, with_docx_cell

FOLDER = Path(__file__).with_name("displayed")


def _run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def _page(markup: str, sheet: str = "") -> bytes:
    return with_cell(report_page(), markup).replace("</head>", f"<style>{sheet}</style></head>" if sheet else "</head>").encode()


_CHOICES = '<w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="9"/><w:listEntry w:val="{}"/></w:ddList></w:ffData>'


def _field(code: str, settings: str = "") -> str:
    """A field of a Word file without a result."""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin">{settings}</w:fldChar></w:r><w:r><w:instrText>{code}</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def _saved() -> bytes:
    """A page saved in one file together with the style sheet that strikes an old figure out."""
    page = _page(f'<i class="old">9</i>{total()}').replace(b"</head>", b'<link rel="stylesheet" href="a.css"></head>')
    head = "------=_part_1\r\nContent-Type: text/css\r\nContent-Location: http://www.example.gov.cn/a.css\r\n\r\n"
    part = f"{head}.old{{text-decoration:line-through}}\r\n"
    return to_mht(page, "utf-8").replace(b"\r\n------=_part_1--", b"\r\n" + part.encode() + b"------=_part_1--")


def _book(*, strict: bool = False, white: bool = False) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(plan())))
    sheet = book.worksheets[0]
    row = next(row for row in sheet.iter_rows() if any("本年新收" in str(cell.value or "") for cell in row))
    cell = [cell for cell in row if str(cell.value or "") == total()][-1]
    cell.value = CellRichText(TextBlock(InlineFont(strike=True), "9"), total(), TextBlock(InlineFont(vertAlign="superscript"), "1"))
    if white:
        cell.value = CellRichText(TextBlock(InlineFont(color="FFFFFFFF"), "9"), total())
    out = io.BytesIO()
    book.save(out)
    if not strict:
        return fixed_zip(out.getvalue())
    made = io.BytesIO()
    usual, iso = b"http://schemas.openxmlformats.org/", b"http://purl.oclc.org/ooxml/"
    with zipfile.ZipFile(out) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name).replace(usual + b"spreadsheetml/2006/main", iso + b"spreadsheetml/main")
            new.writestr(name, content.replace(usual + b"officeDocument/2006/relationships", iso + b"officeDocument/relationships"))
    return fixed_zip(made.getvalue())


Pen = Callable[[Canvas, float, float, float], None]
"""Draws a cell: the canvas, left and right edge of the cell, height of its baseline; the font is set."""


class _Hand(Printer):
    """Prints the report with the cell :data:`TOTAL` drawn by hand."""

    pen: Pen
    to_come = 0

    def _draw(self, lines: list[str], left: float, right: float, top: float, bottom: float) -> None:
        if self.to_come == 1:
            self.canvas.setFont(self.font, self.style.size)
            self.pen(self.canvas, left, right, (top + bottom) / 2 - 0.35 * self.style.size)
        else:
            super()._draw(lines, left, right, top, bottom)
        self.to_come = 7 if "本年新收" in "".join(lines) else max(0, self.to_come - 1)


def _pdf(pen: Pen) -> bytes:
    printer = _Hand(plan(), PdfStyle())
    printer.pen = pen
    return printer.print()


def _and(draw: Callable[[Canvas, float, float], None]) -> Pen:
    """The figure in the middle of its cell, and something beside it, from its right edge and baseline."""

    def pen(canvas: Canvas, left: float, right: float, y: float) -> None:
        canvas.drawCentredString((left + right) / 2, y, total())
        draw(canvas, (left + right + canvas.stringWidth(total())) / 2, y)

    return pen


def _other_words(canvas: Canvas, left: float, right: float, y: float) -> None:
    canvas._code.append("/Span <</ActualText (8)>> BDC")
    canvas.drawCentredString((left + right) / 2, y, total())
    canvas._code.append("EMC")


def _mirrored(canvas: Canvas, left: float, right: float, y: float) -> None:
    canvas.saveState()
    canvas.translate((left + right) / 2, y)
    canvas.scale(-1, 1)
    canvas.drawCentredString(0, 0, total())
    canvas.restoreState()


def _half(canvas: Canvas, left: float, right: float, y: float) -> None:
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(left, y + 3, right - left, 9)
    canvas.clipPath(path, stroke=0, fill=0)
    canvas.drawCentredString((left + right) / 2, y, total())
    canvas.restoreState()


def _small(canvas: Canvas, x: float, y: float) -> None:
    canvas.setFontSize(5)
    canvas.drawString(x, y - 1.5, "1")


CASES: dict[str, tuple[Callable[[], bytes], str, int, tuple[str, ...]]] = {
    "struck_by_sheet.html": (lambda: _page(f'<i class="o">9</i>{total()}', ".o{text-decoration:line-through}"), "read", 1, ()),
    "note_mark.html": (lambda: _page(f"{total()}<sup>[1]</sup>"), "read", 1, ()),
    "fields.html": (lambda: _page(f'<input value="{total()}">'), "read", 1, ()),
    "figure_as_picture.html": (lambda: _page('<img src="n.png" width="20" height="12">'), "partly_read", 1, (TOTAL,)),
    "table_not_closed.html": (lambda: report_page().replace("</table>", "", 1).encode(), "read", 1, ()),
    "shown_by_script.html": (
        lambda: report_page().replace('id="zoom"', 'id="zoom" style="visibility:hidden;opacity:0"').encode(), "read", 1, (),
    ),
    "hidden_by_clip.html": (lambda: _page(f'<i class="o">9</i>{total()}', ".o{position:absolute;clip-path:inset(50%)}"), "read", 1, ()),
    "without_height.html": (lambda: _page(f'<div class="o">9</div>{total()}', ".o{height:0;overflow:hidden}"), "read", 1, ()),
    "generated.html": (lambda: _page(f'<i class="o" data-n="{total()}"></i>', ".o::before{content:attr(data-n)}"), "read", 1, ()),
    "counted.html": (lambda: _page('<i class="o"></i>', ".o::before{content:counter(n)}"), "partly_read", 1, (TOTAL,)),
    "seen_again.html": (
        lambda: _page(f'<div class="o">9<b>{total()}</b></div>', ".o{visibility:hidden}.o b{visibility:visible}"), "read", 1, (),
    ),
    "struck_and_restored.html": (lambda: _page(f"<del>{total()}</del>", "del{text-decoration:none}"), "read", 1, ()),
    "turned_round.html": (lambda: _page(f'<bdo dir="rtl">{total()[::-1]}</bdo>'), "partly_read", 1, (TOTAL,)),
    "floats.html": (
        lambda: _page("".join(f'<b style="float:right">{char}</b>' for char in reversed(total()))), "partly_read", 1, (TOTAL,),
    ),
    "button.html": (lambda: _page(f"<button>{total()}</button>"), "read", 1, ()),
    "hint_in_field.html": (lambda: _page('<input placeholder="0">'), "partly_read", 1, (TOTAL,)),
    "written_by_script.html": (
        lambda: _page('<b id="n1"></b><script>document.getElementById("n1").innerHTML = 4 + 5;</script>'), "partly_read", 1, (TOTAL,),
    ),
    "sheet_elsewhere.html": (
        lambda: _page(f'<i class="old">9</i>{total()}').replace(b"</head>", b'<link rel="stylesheet" href="a_files/a.css"></head>'),
        "partly_read", 1, (TOTAL,),
    ),
    "sheet_inside.mht": (lambda: _saved(), "read", 1, ()),
    "two_reports.html": (
        lambda: (report_page().replace('<div class="share">', report_page(seed=5).split("<body>")[1] + '<div class="share">', 1)).encode(),
        "read", 2, (),
    ),
    "struck_and_noted.docx": (
        lambda: fixed_zip(with_docx_cell(_run("9", "<w:strike/>") + _run(total()) + _run("1", '<w:vertAlign w:val="superscript"/>'))),
        "read", 1, (),
    ),
    "only_struck.docx": (lambda: fixed_zip(with_docx_cell(_run(total(), "<w:strike/>"))), "partly_read", 1, (TOTAL,)),
    "theme_white.docx": (
        lambda: fixed_zip(with_docx_cell(_run("9", '<w:color w:val="auto" w:themeColor="background1"/>') + _run(total()))), "read", 1, (),
    ),
    "field_without_result.docx": (lambda: fixed_zip(with_docx_cell(_field("=SUM(LEFT)"))), "partly_read", 1, (TOTAL,)),
    "chosen_entry.docx": (lambda: fixed_zip(with_docx_cell(_field("FORMDROPDOWN", _CHOICES.format(total())))), "read", 1, ()),
    "equation_field.docx": (lambda: fixed_zip(with_docx_cell(_field("EQ \\o(9,/)") + _run(total()))), "partly_read", 1, (TOTAL,)),
    "hint_in_control.docx": (
        lambda: fixed_zip(with_docx_cell(f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{_run('0')}</w:sdtContent></w:sdt>")),
        "partly_read", 1, (TOTAL,),
    ),
    "symbol_font.docx": (
        lambda: fixed_zip(with_docx_cell(_run(total(), '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>'))), "partly_read", 1, (TOTAL,),
    ),
    "other_words.pdf": (lambda: _pdf(_other_words), "read", 1, ()),
    "mirrored.pdf": (lambda: _pdf(_mirrored), "partly_read", 1, (TOTAL,)),
    "half_hidden.pdf": (lambda: _pdf(_half), "partly_read", 1, (TOTAL,)),
    "small_beside.pdf": (lambda: _pdf(_and(_small)), "partly_read", 1, (TOTAL,)),
    "drawn_minus.pdf": (
        lambda: _pdf(_and(lambda canvas, x, y: canvas.line(x - 17, y + 3.2, x - 13, y + 3.2))), "partly_read", 1, (TOTAL,),
    ),
    "drawn_point.pdf": (
        lambda: _pdf(_and(lambda canvas, x, y: canvas.rect(x - 4.9, y, 0.8, 0.8, stroke=0, fill=1))), "partly_read", 1, (TOTAL,),
    ),
    "over_the_rule.pdf": (
        lambda: _pdf(lambda canvas, left, right, y: canvas.drawString(left - 3, y, "71205")), "partly_read", 1,
        ("t3.new_received.other_org", TOTAL),
    ),
    "white_run.xlsx": (lambda: _book(white=True), "read", 1, ()),
    "rich_text.xlsx": (_book, "read", 1, ()),
    "strict.xlsx": (lambda: _book(strict=True), "read", 1, ()),
    "three_reports.txt": (lambda: (report_text() + report_text(seed=5) + report_text(seed=8)).encode(), "read", 3, ()),
    "breaks_off.txt": (lambda: (report_text("s4") + "五、存在的主要问题及改进情况\n本年度培训不足，").encode(), "partly_read", 1, ()),
}  # fmt: skip
"""File → how it is made, status, number of reports, cells that are seen and cannot be read."""


def main() -> None:
    """Write all files."""
    for name, (make, *_) in CASES.items():
        (FOLDER / name).write_bytes(make())


if __name__ == "__main__":
    main()
