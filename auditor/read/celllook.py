"""How a cell of a workbook looks: struck-out and raised runs, white figures on a white ground."""

from __future__ import annotations

import re
from typing import Any, Final

from auditor.read.raised import shown_of
from auditor.text.patterns import re_pattern

_WHITE: Final = ("FFFFFFFF", "00FFFFFF", "FFFFFF")
_WHITE_CODE: Final = re_pattern(r"\[(?:white|白色|color\s*2)\]", re.IGNORECASE)
"""A number format that writes in white."""
_PACKED: Final = 1.5
"""Digits that the smallest usual type sets where the sheet's own sets one."""
_WHITE_THEME: Final = 0
"""The theme's first light colour, the ground of a sheet."""


def displayed(cell: Any, sheet: Any) -> tuple[object, bool]:
    """The value that an openpyxl cell shows, and whether it shows something that is no part of the value (struck-out words)."""
    value = cell.value
    if isinstance(value, list):  # rich text
        runs = [part for part in value if not _is_white(_colour_of(part))] if _is_on_paper(cell, sheet) else value
        return shown_of([_run(part, cell) for part in runs])
    if value is not None and cell.has_style and cell.font is not None and cell.font.strike:
        return None, True
    return value, False


def _run(part: Any, cell: Any) -> tuple[str, bool, bool]:
    font = getattr(part, "font", None)
    if font is None:
        return str(part), bool(cell.has_style and cell.font is not None and cell.font.strike), False
    return str(part.text), bool(font.strike), font.vertAlign in ("superscript", "subscript")


def is_unseen(cell: Any, sheet: Any, number_format: str = "") -> bool:
    """Whether a cell's text is white on a white ground. Tables with a style of their own colour the ground, so there nobody knows."""
    if number_format and _WHITE_CODE.search(number_format) and isinstance(cell.value, int | float) and _is_on_paper(cell, sheet):
        return True
    if not cell.has_style or cell.font is None or not _is_white(cell.font.color):
        return False
    if isinstance(cell.value, list) and any(_colour_of(part) is not None for part in cell.value):
        return False  # runs with colours of their own
    return _is_on_paper(cell, sheet)


def is_too_wide(cell: Any, text: str, width: float) -> bool:
    """Whether a number surely does not fit into the width of its columns (in characters): the program shows ``##`` or another number."""
    if isinstance(cell.value, bool) or not isinstance(cell.value, int | float):
        return False
    look = cell.alignment if cell.has_style else None
    if look is not None and (look.shrinkToFit or look.textRotation):
        return False
    return sum(char.isdigit() for char in text) > _PACKED * width + 0.5


def doubtful_ranges(sheet: Any) -> list[Any]:
    """Ranges whose numbers a condition may strike out, paint white or hide."""
    found = []
    for entry in getattr(sheet, "conditional_formatting", None) or ():
        if any(_may_hide(rule) for rule in entry.rules):
            found += entry.sqref.ranges
    return found


def _may_hide(rule: Any) -> bool:
    if any(part is not None and part.showValue is False for part in (rule.iconSet, rule.dataBar)):
        return True
    look = rule.dxf
    if look is None:
        return False
    font, code = look.font, look.numFmt.formatCode if look.numFmt is not None else ""
    dark = look.fill is not None and look.fill.bgColor is not None and not _is_white(look.fill.bgColor)
    return bool(font is not None and (font.strike or (_is_white(font.color) and not dark))) or ";;;" in (code or "")


def _colour_of(part: Any) -> Any:
    """The colour that a run of rich text has of its own."""
    font = getattr(part, "font", None)
    return None if font is None else font.color


def _is_on_paper(cell: Any, sheet: Any) -> bool:
    """Whether a cell's ground is white and nothing else may colour it."""
    fill = cell.fill if cell.has_style else None
    if fill is not None and fill.fill_type not in (None, "none") and not (fill.fill_type == "solid" and _is_white(fill.fgColor)):
        return False
    return not getattr(sheet, "tables", None) and not getattr(sheet, "conditional_formatting", None)


def _is_white(colour: Any) -> bool:
    if colour is None:
        return False
    if colour.type == "rgb":
        return str(colour.rgb).upper() in _WHITE
    if colour.type == "theme":
        return bool(colour.theme == _WHITE_THEME and not colour.tint)
    return bool(colour.type == "indexed" and colour.indexed in (1, 9))
