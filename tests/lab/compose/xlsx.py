"""A plan as a workbook: one sheet, or prose and each table on a sheet of its own."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import xlsxwriter

from tests.lab.compose.archive import fixed_zip
from tests.lab.compose.flaws import OLD, Flaw, flawed
from tests.lab.compose.flow import Body, Head, Title, blocks
from tests.lab.compose.grid import Grid, GridCell
from tests.lab.compose.plan import ReportPlan

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?\Z")


_MARKS = {"strike": {"font_strikeout": True}, "note": {"font_script": 1}, "whiteout": {"font_color": "#FFFFFF"}}


@dataclass(frozen=True)
class XlsxStyle:
    """``sheets``: ``one`` for everything or a sheet ``each`` for prose and each table; ``values``: plain numbers as numbers
    or as text; ``prose``: with the text, or the tables only; ``offset``: empty rows and columns before a table;
    ``flaw``: what was done to some of the figures by hand.
    """

    sheets: Literal["one", "each"] = "one"
    values: Literal["numbers", "text"] = "numbers"
    prose: bool = True
    offset: int = 0
    flaw: Flaw = "none"


def to_xlsx(plan: ReportPlan, style: XlsxStyle = XlsxStyle()) -> bytes:
    """The file."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_numbers": False})
    book.set_properties({"created": datetime.datetime(2024, 1, 10, 9, 0, 0), "author": ""})
    framed = book.add_format({"border": 1, "text_wrap": True, "align": "center", "valign": "vcenter"})
    sheet = book.add_worksheet("年度报告")
    formats = {name: book.add_format(how) for name, how in _MARKS.items()}
    row = style.offset
    for block in blocks(plan):
        if isinstance(block, Grid):
            if style.sheets == "each":
                number = sum(entry.get_name().startswith(block.table) for entry in book.worksheets())
                target = book.add_worksheet(block.table + (f"_{number}" if number else ""))
                _table(target, block, style.offset, style, framed, formats)
            else:
                row = _table(sheet, block, row, style, framed, formats) + 1
        elif style.prose or isinstance(block, Title):
            text = block.text if isinstance(block, Title | Body) else block.number + block.text if isinstance(block, Head) else ""
            sheet.write_string(row, 0, text)
            row += 1
    book.close()
    return fixed_zip(buffer.getvalue())


def _table(
    sheet: xlsxwriter.worksheet.Worksheet, grid: Grid, top: int, style: XlsxStyle, framed: object, formats: Mapping[str, object]
) -> int:
    """Write the grid and return the row below it."""
    for cell in grid.cells:
        row, column = top + cell.row, style.offset + cell.column
        if cell.rowspan > 1 or cell.colspan > 1:
            sheet.merge_range(row, column, row + cell.rowspan - 1, column + cell.colspan - 1, "", framed)
        if style.flaw in formats and flawed(cell.text, cell.key):
            _flawed(sheet, row, column, cell.text, style.flaw, framed, formats[style.flaw])
        else:
            _write(sheet, row, column, cell, style, framed)
    return top + grid.rows


def _flawed(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, text: str, flaw: Flaw, framed: object, marked: object) -> None:
    """A figure as rich text with what was done beside it."""
    runs = [" ", text, marked, "1"] if flaw == "note" else [" ", marked, OLD, text]
    sheet.write_rich_string(row, column, *runs, framed)


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, cell: GridCell, style: XlsxStyle, framed: object) -> None:
    # only a text that a spreadsheet would show the same way may become a number
    if cell.key is not None and style.values == "numbers" and _NUMBER.match(cell.text) and cell.text != "-0":
        sheet.write_number(row, column, float(cell.text), framed)
    elif cell.text:
        sheet.write_string(row, column, cell.text, framed)
    else:
        sheet.write_blank(row, column, None, framed)
