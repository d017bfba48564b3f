"""Workbooks of Excel 97–2003 and of WPS (``.xls``, ``.et``), handed to the reader of ``.xlsx`` as a workbook of the newer kind."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from auditor.errors import LimitError, ReadError
from auditor.model.document import Document
from auditor.model.source import Source
from auditor.read.limits import MERGED_CELLS, SHEET_COLUMNS, SHEET_ROWS
from auditor.read.raised import shown_of
from auditor.read.xlsx import Cells, document_of

_BOUNDS: Final = ("left", "right", "top", "bottom")
_VISIBLE: Final = 0
_FORMULAS: Final = (0x0006, 0x0206, 0x0406)
_FORMULA_BYTES: Final = 22
_END_OF_SHEET: Final = 0x000A
_NO_NUMBER: Final = 0xFFFF
_EMPTY: Final = 3
_WHITE: Final = 250
"""Of 255, from which a colour is white."""
_EMPTY_TEXT: Final = b"\x17\x00"
"""An empty text as an operand of a formula, such as ``IF(A1=0,"",A1)``: its blank result is meant."""
_STATES: Final = ("visible", "hidden", "veryHidden")


def read_xls(data: bytes, source: Source) -> Document:
    """The document of a workbook's bytes.

    Raises :class:`ReadError` ``READ-DAMAGED``, ``READ-ENCRYPTED``, :class:`LimitError` ``READ-LIMIT``.
    """
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO(), on_demand=True)
    except xlrd.XLRDError as error:
        if "encrypt" in str(error).lower():
            raise ReadError("READ-ENCRYPTED", what="xls") from error
        raise ReadError("READ-DAMAGED", what="xls", reason=str(error)) from error
    except Exception as error:  # the library raises nearly anything on broken files
        raise ReadError("READ-DAMAGED", what="xls", reason=f"{type(error).__name__}: {error}") from error
    try:
        made, inked = _as_xlsx(book)
        return document_of(made, source, "xls", uncalculated(book, made), inked=inked)
    except (ReadError, LimitError):
        raise
    except Exception as error:
        raise ReadError("READ-DAMAGED", what="xls", reason=f"{type(error).__name__}: {error}") from error


def _as_xlsx(book: Any) -> tuple[Any, Cells]:
    """The same sheets, values, formats, borders, merged and hidden cells as an openpyxl workbook; and the cells with struck-out words."""
    import openpyxl

    inked: set[tuple[str, int, int]] = set()

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
                if _copy_cell(book, sheet, copy, row, column):
                    inked.add((sheet.name, row + 1, column + 1))
        _copy_shape(sheet, copy)
    return made, frozenset(inked)


def uncalculated(book: Any, shown: Any) -> Any:
    """A workbook that holds the formulas saved without their result, ``None`` where there are none; their cells are made in ``shown``."""
    import openpyxl

    made = openpyxl.Workbook()
    made.remove(made.active)
    count = 0
    for number, sheet in enumerate(book.sheets()):
        copy = made.create_sheet(sheet.name)
        for row, column in _unfinished(book, number):
            if row < SHEET_ROWS and column < SHEET_COLUMNS:
                copy.cell(row + 1, column + 1).value = "=?"
                shown[sheet.name].cell(row + 1, column + 1)
                count += 1
    return made if count else None


def _unfinished(book: Any, number: int) -> Iterator[tuple[int, int]]:
    """Row and column, from 0, of formulas saved with an empty result although they do not say that they give one ([MS-XLS] 2.4.127)."""
    data = book.mem
    starts = getattr(book, "_sh_abs_posn", ())
    place = starts[number] if number < len(starts) else len(data)
    while place + 4 <= len(data):
        code, size = struct.unpack_from("<HH", data, place)
        body = place + 4
        if code in _FORMULAS and size >= _FORMULA_BYTES and body + size <= len(data):
            row, column, _, kind = struct.unpack_from("<HHHB", data, body)
            (marked,) = struct.unpack_from("<H", data, body + 12)
            if marked == _NO_NUMBER and kind == _EMPTY and _EMPTY_TEXT not in data[body + _FORMULA_BYTES : body + size]:
                yield row, column
        elif code == _END_OF_SHEET:
            return
        place = body + size


def _copy_cell(book: Any, sheet: Any, copy: Any, row: int, column: int) -> bool:
    """Copies a cell; tells whether it shows something that is no part of its value."""
    from openpyxl.styles import Border, Side

    old = sheet.cell(row, column)
    style = book.xf_list[old.xf_index] if old.xf_index is not None and old.xf_index < len(book.xf_list) else None
    lines = {name: Side(style="thin") for name in _BOUNDS if style is not None and getattr(style.border, f"{name}_line_style")}
    value, inked = _displayed(book, sheet, row, column, style, _value(book, old))
    if value is None and not lines and not inked:
        return False
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
    return inked


def _displayed(book: Any, sheet: Any, row: int, column: int, style: Any, value: object) -> tuple[object, bool]:
    """The value without struck-out and raised runs, and whether any was left out that is seen."""
    fonts = book.font_list
    own = fonts[style.font_index] if style is not None and style.font_index < len(fonts) else None
    paper = _is_on_paper(book, style)
    if paper and value is not None and _is_white(book, own) and not sheet.rich_text_runlist_map.get((row, column)):
        return None, False
    runs = sheet.rich_text_runlist_map.get((row, column)) if isinstance(value, str) else None
    if not runs:
        struck = own is not None and own.struck_out and value is not None
        return (None, True) if struck else (value, False)
    assert isinstance(value, str)
    starts = [0, *(start for start, _ in runs), len(value)]
    used = [own, *(fonts[index] if index < len(fonts) else None for _, index in runs)]
    return shown_of(
        (
            "" if paper and _is_white(book, font) else value[start:end],
            bool(font is not None and font.struck_out),
            bool(font is not None and font.escapement),
        )
        for start, end, font in zip(starts, starts[1:], used, strict=False)
    )


def _is_white(book: Any, font: Any) -> bool:
    """Whether a font writes in white."""
    colour = None if font is None else book.colour_map.get(font.colour_index)
    return colour is not None and min(colour) >= _WHITE


def _is_on_paper(book: Any, style: Any) -> bool:
    """Whether a cell's ground is white: without a pattern, or filled in white."""
    ground = None if style is None else style.background
    if ground is None or not ground.fill_pattern:
        return True
    colour = book.colour_map.get(ground.pattern_colour_index)
    return bool(ground.fill_pattern == 1 and colour is not None and min(colour) >= _WHITE)


def _value(book: Any, cell: Any) -> object:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_TEXT:
        return str(cell.value) or None
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
