"""Workbooks of Excel 97–2003 and of WPS (``.xls``, ``.et``), handed to the reader of ``.xlsx`` as a workbook of the newer kind."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import Any, Final

from auditor.errors import LimitError, ReadError
from auditor.model.document import Document
from auditor.model.source import Source
from auditor.read.limits import MERGED_CELLS, SHEET_COLUMNS, SHEET_ROWS
from auditor.read.xlsx import document_of

_BOUNDS: Final = ("left", "right", "top", "bottom")
_VISIBLE: Final = 0
_STATES: Final = ("visible", "hidden", "veryHidden")


def read_xls(data: bytes, source: Source) -> Document:
    """The document of a workbook's bytes.

    Raises :class:`ReadError` ``READ-DAMAGED``, ``READ-ENCRYPTED``, :class:`LimitError` ``READ-LIMIT``.
    """
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
    except xlrd.XLRDError as error:
        if "encrypt" in str(error).lower():
            raise ReadError("READ-ENCRYPTED", what="xls") from error
        raise ReadError("READ-DAMAGED", what="xls", reason=str(error)) from error
    except Exception as error:  # the library raises nearly anything on broken files
        raise ReadError("READ-DAMAGED", what="xls", reason=f"{type(error).__name__}: {error}") from error
    try:
        return document_of(_as_xlsx(book), source, "xls")
    except (ReadError, LimitError):
        raise
    except Exception as error:
        raise ReadError("READ-DAMAGED", what="xls", reason=f"{type(error).__name__}: {error}") from error


def _as_xlsx(book: Any) -> Any:
    """The same sheets, values, formats, borders, merged and hidden cells as an openpyxl workbook."""
    import openpyxl

    made = openpyxl.Workbook()
    made.remove(made.active)
    made.properties.creator = book.user_name or None
    for sheet in book.sheets():
        if sheet.nrows > SHEET_ROWS or sheet.ncols > SHEET_COLUMNS:
            raise LimitError(
                "READ-LIMIT", limit="rows and columns", allowed=f"{SHEET_ROWS} x {SHEET_COLUMNS}", found=f"{sheet.nrows} x {sheet.ncols}"
            )
        copy = made.create_sheet(sheet.name)
        copy.sheet_state = _STATES[sheet.visibility if 0 <= sheet.visibility < len(_STATES) else _VISIBLE]
        for row in range(sheet.nrows):
            for column in range(sheet.row_len(row)):
                _copy_cell(book, sheet, copy, row, column)
        _copy_shape(sheet, copy)
    return made


def _copy_cell(book: Any, sheet: Any, copy: Any, row: int, column: int) -> None:
    from openpyxl.styles import Border, Side

    old = sheet.cell(row, column)
    style = book.xf_list[old.xf_index] if old.xf_index is not None and old.xf_index < len(book.xf_list) else None
    lines = {name: Side(style="thin") for name in _BOUNDS if style is not None and getattr(style.border, f"{name}_line_style")}
    value = _value(book, old)
    if value is None and not lines:
        return
    new = copy.cell(row + 1, column + 1)
    if isinstance(value, str):
        new.data_type = "s"  # a text that begins with = is no formula
        new._value = value
    else:
        new.value = value
    if lines:
        new.border = Border(**lines)
    number_format = book.format_map.get(style.format_key) if style is not None else None
    if number_format is not None and number_format.format_str:
        new.number_format = number_format.format_str


def _value(book: Any, cell: Any) -> object:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_TEXT:
        return str(cell.value)
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        return int(cell.value) if float(cell.value).is_integer() else cell.value
    if cell.ctype == xlrd.XL_CELL_DATE:
        with suppress(xlrd.xldate.XLDateError, ValueError, OverflowError):
            return xlrd.xldate_as_datetime(cell.value, book.datemode)
        return cell.value
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#ERROR"))
    return None


def _copy_shape(sheet: Any, copy: Any) -> None:
    """Merged ranges and hidden rows and columns."""
    area = 0
    for top, bottom, left, right in sheet.merged_cells:
        area += max(0, bottom - top) * max(0, right - left)
        if area > MERGED_CELLS:
            raise LimitError("READ-LIMIT", limit="merged cells", allowed=str(MERGED_CELLS), found=str(area))
        if bottom - top > 0 and right - left > 0:
            copy.merge_cells(start_row=top + 1, end_row=bottom, start_column=left + 1, end_column=right)
    for row, shape in sheet.rowinfo_map.items():
        if shape.hidden:
            copy.row_dimensions[row + 1].hidden = True
    from openpyxl.utils import get_column_letter

    for column, shape in sheet.colinfo_map.items():
        if shape.hidden and column < SHEET_COLUMNS:
            copy.column_dimensions[get_column_letter(column + 1)].hidden = True
