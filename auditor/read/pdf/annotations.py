"""Annotations and form fields: drawn into their pages, so that they are read as what else is displayed."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import pypdfium2.raw as c

from auditor.model.source import Box

_SILENT: Final = frozenset({c.FPDF_ANNOT_LINK, c.FPDF_ANNOT_POPUP})
_UNSEEN: Final = 0x02 | 0x20  # hidden, or not to be viewed
_MOST: Final = 20_000  # annotations of a page
_DOCUMENTS: Final = re.compile(
    r".*\.(pdf|ofd|doc[xm]?|wps|rtf|txt|xls[xm]?|et|html?|mht|zip|rar|7z|png|jpe?g|tiff?)", re.IGNORECASE | re.DOTALL
)
"""Names of files that may hold a report or a part of one."""
_TEXTS: Final = frozenset({c.FPDF_FORMFIELD_TEXTFIELD, c.FPDF_FORMFIELD_COMBOBOX, c.FPDF_FORMFIELD_LISTBOX})
_SHAPES: Final = frozenset({c.FPDF_ANNOT_SQUARE, c.FPDF_ANNOT_CIRCLE, c.FPDF_ANNOT_POLYGON})
_DRAWN: Final = _SHAPES | {c.FPDF_ANNOT_FREETEXT, c.FPDF_ANNOT_STRIKEOUT, c.FPDF_ANNOT_INK, c.FPDF_ANNOT_LINE, c.FPDF_ANNOT_POLYLINE}
"""Annotations that viewers draw though the file does not say how."""


@dataclass(frozen=True, slots=True)
class Value:
    """A form field's value that the file does not draw: its text and its place in the page's own coordinates (left, bottom, right, top)."""

    text: str
    box: Box


def drawn_into(page: Any) -> bool:
    """Draw a page's annotations into its content; whether there were any. The page must then be loaded again to be read."""
    count = c.FPDFPage_GetAnnotCount(page)
    if not any(_kind(page, index) not in _SILENT for index in range(min(count, _MOST))):
        return False
    return bool(c.FPDFPage_Flatten(page, c.FLAT_NORMALDISPLAY) == c.FLATTEN_SUCCESS)


def _kind(page: Any, index: int) -> int:
    with _annotation(page, index) as annotation:
        return int(c.FPDFAnnot_GetSubtype(annotation) if annotation else c.FPDF_ANNOT_LINK)


@contextmanager
def _annotation(page: Any, index: int) -> Iterator[Any]:
    annotation = c.FPDFPage_GetAnnot(page, index)
    try:
        yield annotation
    finally:
        if annotation:
            c.FPDFPage_CloseAnnot(annotation)


def undrawn_values(form: Any, page: Any) -> list[Value]:
    """Values of form fields that have no appearance of their own, as programs that fill forms leave them; viewers draw these anew."""
    found: list[Value] = []
    rect = c.FS_RECTF()
    for index in range(min(c.FPDFPage_GetAnnotCount(page), _MOST)):
        with _annotation(page, index) as annotation:
            if not annotation or c.FPDFAnnot_GetSubtype(annotation) != c.FPDF_ANNOT_WIDGET or c.FPDFAnnot_HasKey(annotation, b"AP"):
                continue
            if c.FPDFAnnot_GetFlags(annotation) & _UNSEEN or c.FPDFAnnot_GetFormFieldType(form, annotation) not in _TEXTS:
                continue
            text = _value(form, annotation)
            if text.strip() and c.FPDFAnnot_GetRect(annotation, rect):
                found.append(Value(text, (rect.left, min(rect.bottom, rect.top), rect.right, max(rect.bottom, rect.top))))
    return found


@dataclass(frozen=True, slots=True)
class Undrawn:
    """What viewers draw of annotations for which the file has no appearance: texts, and the places of marks over what is printed."""

    texts: list[Value]
    marks: list[Box]


def undrawn_notes(page: Any) -> Undrawn:
    """Text put on the page, and lines, strokes and filled shapes drawn over it, that have no appearance of their own."""
    found = Undrawn([], [])
    rect = c.FS_RECTF()
    for index in range(min(c.FPDFPage_GetAnnotCount(page), _MOST)):
        with _annotation(page, index) as annotation:
            kind = c.FPDFAnnot_GetSubtype(annotation) if annotation else c.FPDF_ANNOT_LINK
            if kind not in _DRAWN or c.FPDFAnnot_HasKey(annotation, b"AP") or c.FPDFAnnot_GetFlags(annotation) & _UNSEEN:
                continue
            if not c.FPDFAnnot_GetRect(annotation, rect) or (kind in _SHAPES and not c.FPDFAnnot_HasKey(annotation, b"IC")):
                continue
            box = (rect.left, min(rect.bottom, rect.top), rect.right, max(rect.bottom, rect.top))
            if kind != c.FPDF_ANNOT_FREETEXT:
                found.marks.append(box)
            elif text := _contents(annotation):
                found.texts.append(Value(text, box))
    return found


def _contents(annotation: Any) -> str:
    size = c.FPDFAnnot_GetStringValue(annotation, b"Contents", None, 0)
    if size <= 2 or size > 20_000:
        return ""
    buffer = ctypes.create_string_buffer(size)
    c.FPDFAnnot_GetStringValue(annotation, b"Contents", ctypes.cast(buffer, ctypes.POINTER(c.FPDF_WCHAR)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace").strip()


def _value(form: Any, annotation: Any) -> str:
    size = c.FPDFAnnot_GetFormFieldValue(form, annotation, None, 0)
    if size <= 2 or size > 20_000:
        return ""
    buffer = ctypes.create_string_buffer(size)
    c.FPDFAnnot_GetFormFieldValue(form, annotation, ctypes.cast(buffer, ctypes.POINTER(c.FPDF_WCHAR)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")


def attached_names(document: Any) -> list[str]:
    """Names of the files attached inside a document that may hold a report or a part of one."""
    names: list[str] = []
    for index in range(min(max(c.FPDFDoc_GetAttachmentCount(document), 0), 200)):
        attachment = c.FPDFDoc_GetAttachment(document, index)
        size = c.FPDFAttachment_GetName(attachment, None, 0) if attachment else 0
        if size > 2:
            buffer = ctypes.create_string_buffer(size)
            c.FPDFAttachment_GetName(attachment, ctypes.cast(buffer, ctypes.POINTER(c.FPDF_WCHAR)), size)
            name = buffer.raw[: size - 2].decode("utf-16-le", "replace")
            if _DOCUMENTS.fullmatch(name):
                names.append(name)
    return names
