"""Text for which a file has other words (ActualText): what counts is what its glyphs show, where figures are concerned."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

import pypdfium2.raw as c

from auditor.read.pdf import limits
from auditor.read.pdf.glyphs import printed
from auditor.read.pdf.marks import UNREADABLE
from auditor.read.pdf.objects import OTHER_WORDS
from auditor.text.patterns import re_pattern

_NONE: Final = re_pattern(r"\s+")
_FIGURES: Final = re_pattern(r"[\d０-９%％/／\-－—–]")


def show_glyphs(page: Any, other: Any) -> None:
    """Take the other words out of a page, before its text is loaded, where they say another figure than the glyphs show.

    ``other`` is the same page opened once more. Where the glyphs' font does not tell what they are, the other words stay.
    """
    told = list(_texts(page))
    there = list(_texts(other))
    if len(told) != len(there):
        return
    words = _read(page, told)
    for item in there:
        _take_out(item)
    glyphs = _read(other, there)
    for item, said, shown in zip(told, words, glyphs, strict=True):
        if said != shown and UNREADABLE not in shown and (_FIGURES.search(said) or _FIGURES.search(shown)):
            _take_out(item)


def _texts(page: Any) -> Iterator[Any]:
    """The text objects of a page in the order in which they are painted."""
    return _walk(c.FPDFPage_CountObjects(page), partial(c.FPDFPage_GetObject, page), 0)


def _walk(count: int, get: Callable[[int], Any], depth: int) -> Iterator[Any]:
    for index in range(count):
        item = get(index)
        kind = c.FPDFPageObj_GetType(item)
        if kind == c.FPDF_PAGEOBJ_TEXT:
            yield item
        elif kind == c.FPDF_PAGEOBJ_FORM and depth < limits.MAX_FORM_DEPTH:
            yield from _walk(c.FPDFFormObj_CountObjects(item), partial(c.FPDFFormObj_GetObject, item), depth + 1)


def _read(page: Any, items: list[Any]) -> list[str]:
    """What each text object says, without blanks."""
    textpage = c.FPDFText_LoadPage(page)
    if not textpage:
        return [UNREADABLE] * len(items)
    try:
        return [_NONE.sub("", _text(item, textpage)) for item in items]
    finally:
        c.FPDFText_ClosePage(textpage)


def _text(item: Any, textpage: Any) -> str:
    size = c.FPDFTextObj_GetText(item, textpage, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    c.FPDFTextObj_GetText(item, textpage, ctypes.cast(buffer, ctypes.POINTER(c.FPDF_WCHAR)), size)
    text = buffer.raw[: size - 2].decode("utf-16-le", "replace")
    return "".join(printed(ord(char)) or " " for char in text)


def _take_out(item: Any) -> None:
    for index in range(c.FPDFPageObj_CountMarks(item)):
        mark = c.FPDFPageObj_GetMark(item, index)
        if c.FPDFPageObjMark_GetParamValueType(mark, OTHER_WORDS) != c.FPDF_OBJECT_UNKNOWN:
            c.FPDFPageObjMark_RemoveParam(item, mark, OTHER_WORDS)
