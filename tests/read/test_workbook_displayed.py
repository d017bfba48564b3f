"""What a workbook shows is what is read: struck-out and raised runs, white figures, pictures over cells, Strict and odd files."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
import xlwt
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Font, PatternFill, Side
from openpyxl.styles.borders import Border

from auditor.model.document import Cell, Document, Table
from auditor.read import read_bytes

LINES = Border(*(Side(style="thin") for _ in range(4)))


def saved(value: object, font: Font | None = None, fill: str | None = None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in range(1, 5):
        for column in range(1, 4):
            sheet.cell(row, column, f"x{row}{column}").border = LINES
    cell = sheet.cell(3, 3)
    cell.value = value
    if font is not None:
        cell.font = font
    if fill is not None:
        cell.fill = PatternFill("solid", fgColor=fill)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cell_of(document: Document) -> Cell:
    (table,) = (block for block in document.blocks if isinstance(block, Table))
    return next(cell for cell in table.cells if (cell.row, cell.column) == (2, 2))


def changed(data: bytes, change: object) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))  # type: ignore[operator]
    return out.getvalue()


def rich(*parts: tuple[str, dict[str, object]]) -> CellRichText:
    return CellRichText(*(TextBlock(InlineFont(**look), text) if look else text for text, look in parts))


@pytest.mark.parametrize(
    ("value", "font", "fill", "read", "confidence"),
    [
        (rich(("9", {"strike": True}), ("73", {})), None, None, "73", 1.0),
        (rich(("73", {}), ("1", {"vertAlign": "superscript"})), None, None, "73", 1.0),
        (rich(("73", {"strike": True}), (" ", {})), None, None, "", 0.0),
        (73, Font(strike=True), None, "", 0.0),
        (73, Font(vertAlign="superscript"), None, "73", 1.0),
        (73, Font(color="FFFFFFFF"), None, "", 1.0),
        (73, Font(color="FFFFFFFF"), "FF1F3864", "73", 1.0),
        (None, None, None, "", 1.0),
    ],
)
def test_cell_is_what_is_shown(value: object, font: Font | None, fill: str | None, read: str, confidence: float) -> None:
    cell = cell_of(read_bytes(saved(value, font, fill), "a.xlsx"))
    assert (cell.text.strip(), cell.confidence) == (read, confidence)


def test_strict_workbook_is_read() -> None:
    def strict(name: str, content: bytes) -> bytes:
        usual = b"http://schemas.openxmlformats.org/"
        content = content.replace(usual + b"spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main")
        return content.replace(usual + b"officeDocument/2006/relationships", b"http://purl.oclc.org/ooxml/officeDocument/relationships")

    assert cell_of(read_bytes(changed(saved(73), strict), "a.xlsx")).text == "73"


ODD = {
    "empty fill": (b"<fill><patternFill /></fill>", b"<fill/>"),
    "family of a font": (b'<family val="2" />', b'<family val="134" />'),
    "validation": (b"</sheetData>", b'</sheetData><dataValidations count="1"><dataValidation type="odd" sqref="!!"/></dataValidations>'),
}


@pytest.mark.parametrize(("old", "new"), ODD.values(), ids=ODD.keys())
def test_workbook_that_the_library_refuses_is_read(old: bytes, new: bytes) -> None:
    data = saved(73)
    made = changed(data, lambda name, content: content.replace(old, new))
    assert made != data
    assert cell_of(read_bytes(made, "a.xlsx")).text == "73"


def test_formula_of_an_old_workbook_without_its_result_is_unread() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    style = xlwt.easyxf("borders: left thin, right thin, top thin, bottom thin")
    for row in range(4):
        for column in range(3):
            sheet.write(row, column, f"x{row}{column}", style)
    sheet2 = book.add_sheet("二")
    for row in range(4):
        for column in range(3):
            sheet2.write(row, column, xlwt.Formula("A1+1") if (row, column) == (2, 2) else "y", style)
    out = io.BytesIO()
    book.save(out)
    document = read_bytes(out.getvalue(), "a.xls")
    assert "READ-FORMULA" in [problem.code for problem in document.problems]
    table = [block for block in document.blocks if isinstance(block, Table)][-1]
    assert next(cell for cell in table.cells if (cell.row, cell.column) == (2, 2)).confidence == 0.0


def looked_at(value: object, **look: object) -> Cell:
    """The cell of a workbook with this value, in a column of ``width``, with a number format (``code``) or a condition that may change it."""
    book = openpyxl.load_workbook(io.BytesIO(saved(value)))
    sheet = book.worksheets[0]
    cell = sheet["C3"]
    if "width" in look:
        sheet.column_dimensions["C"].width = look["width"]
    if "code" in look:
        cell.number_format = str(look["code"])
    if "shrink" in look:
        cell.alignment = Alignment(shrinkToFit=True)
    if "condition" in look:
        sheet.conditional_formatting.add("C1:C4", CellIsRule(operator="greaterThan", formula=["0"], **look["condition"]))  # type: ignore[arg-type]
    out = io.BytesIO()
    book.save(out)
    return cell_of(read_bytes(out.getvalue(), "a.xlsx"))


@pytest.mark.parametrize(
    ("look", "confidence"),
    [
        ({"width": 2}, 0.0),
        ({"width": 5}, 1.0),
        ({"width": 2, "shrink": True}, 1.0),
        ({"condition": {"font": Font(color="FFFFFFFF")}}, 0.0),
        ({"condition": {"font": Font(color="FFFFFFFF"), "fill": PatternFill(bgColor="FF1F3864")}}, 1.0),
        ({"condition": {"font": Font(strike=True)}}, 0.0),
        ({"condition": {"font": Font(color="FFFF0000")}}, 1.0),
    ],
)
def test_number_that_its_column_or_a_condition_hides_is_unread(look: dict[str, object], confidence: float) -> None:
    cell = looked_at(71205, **look)
    assert (cell.text, cell.confidence) == ("71205", confidence)


def test_number_whose_format_writes_in_white_is_not_there() -> None:
    assert looked_at(71205, code="[White]0").text == ""
    assert looked_at("71205", width=2).confidence == 1.0
