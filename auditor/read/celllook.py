"""How a cell of a workbook looks: struck-out and raised runs, white figures on a white ground."""

from __future__ import annotations

from typing import Any, Final

from auditor.read.raised import shown_of

_WHITE: Final = ("FFFFFFFF", "00FFFFFF", "FFFFFF")
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


def is_unseen(cell: Any, sheet: Any) -> bool:
    """Whether a cell's text is white on a white ground. Tables with a style of their own colour the ground, so there nobody knows."""
    if not cell.has_style or cell.font is None or not _is_white(cell.font.color):
        return False
    if isinstance(cell.value, list) and any(_colour_of(part) is not None for part in cell.value):
        return False  # runs with colours of their own
    return _is_on_paper(cell, sheet)


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
