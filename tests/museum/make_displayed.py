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

from tests.lab.compose.archive import fixed_zip
from tests.lab.compose.xlsx import to_xlsx
from tests.read.made import TOTAL, plan, report_page, report_text, total, with_cell, with_docx_cell

FOLDER = Path(__file__).with_name("displayed")


def _run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def _page(markup: str, sheet: str = "") -> bytes:
    return with_cell(report_page(), markup).replace("</head>", f"<style>{sheet}</style></head>" if sheet else "</head>").encode()


def _book(*, strict: bool = False) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(plan())))
    sheet = book.worksheets[0]
    row = next(row for row in sheet.iter_rows() if any("本年新收" in str(cell.value or "") for cell in row))
    cell = [cell for cell in row if str(cell.value or "") == total()][-1]
    cell.value = CellRichText(TextBlock(InlineFont(strike=True), "9"), total(), TextBlock(InlineFont(vertAlign="superscript"), "1"))
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


CASES: dict[str, tuple[Callable[[], bytes], str, int, tuple[str, ...]]] = {
    "struck_by_sheet.html": (lambda: _page(f'<i class="o">9</i>{total()}', ".o{text-decoration:line-through}"), "read", 1, ()),
    "note_mark.html": (lambda: _page(f"{total()}<sup>[1]</sup>"), "read", 1, ()),
    "fields.html": (lambda: _page(f'<input value="{total()}">'), "read", 1, ()),
    "figure_as_picture.html": (lambda: _page('<img src="n.png" width="20" height="12">'), "partly_read", 1, (TOTAL,)),
    "table_not_closed.html": (lambda: report_page().replace("</table>", "", 1).encode(), "read", 1, ()),
    "shown_by_script.html": (
        lambda: report_page().replace('id="zoom"', 'id="zoom" style="visibility:hidden;opacity:0"').encode(), "read", 1, (),
    ),
    "two_reports.html": (
        lambda: (report_page().replace('<div class="share">', report_page(seed=5).split("<body>")[1] + '<div class="share">', 1)).encode(),
        "read", 2, (),
    ),
    "struck_and_noted.docx": (
        lambda: fixed_zip(with_docx_cell(_run("9", "<w:strike/>") + _run(total()) + _run("1", '<w:vertAlign w:val="superscript"/>'))),
        "read", 1, (),
    ),
    "only_struck.docx": (lambda: fixed_zip(with_docx_cell(_run(total(), "<w:strike/>"))), "partly_read", 1, (TOTAL,)),
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
