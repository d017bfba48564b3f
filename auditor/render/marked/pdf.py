"""A PDF with a highlight and a note at the exact box of each finding, through pdfium; pages and text stay as they are."""

from __future__ import annotations

import ctypes
import io
from collections.abc import Sequence

from auditor.errors import ReadError
from auditor.render.marked.notes import Note
from auditor.render.printable import xml_text

_COLOURS = {"error": (230, 60, 50), "warning": (245, 165, 30), "notice": (60, 130, 230)}
_OPACITY = 110
_WIDTH = 1.4
"""Width of a frame in points."""


def mark_pdf(data: bytes, notes: Sequence[Note]) -> tuple[bytes, tuple[Note, ...]]:
    """The PDF with marks, and the notes without a page or box. Raises ReadError for a file pdfium refuses."""
    import pypdfium2 as pdfium  # heavy: only when a PDF is marked

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise ReadError("READ-DAMAGED", what="pdf", reason=str(error)) from error
    left: list[Note] = []
    try:
        for note in notes:
            place = note.location
            if place.page is None or place.box is None or not 0 < place.page <= len(document):
                left.append(note)
                continue
            _highlight(document[place.page - 1], note)
        out = io.BytesIO()
        document.save(out)
    finally:
        document.close()
    return out.getvalue(), tuple(left)


def _highlight(page, note: Note) -> None:  # type: ignore[no-untyped-def]
    import pypdfium2.raw as raw

    assert note.location.box is not None
    left, bottom, right, top = _page_box(page, note.location.box)
    annotation = raw.FPDFPage_CreateAnnot(page.raw, raw.FPDF_ANNOT_HIGHLIGHT)
    try:
        points = raw.FS_QUADPOINTSF(left, top, right, top, left, bottom, right, bottom)
        raw.FPDFAnnot_AppendAttachmentPoints(annotation, ctypes.byref(points))
        raw.FPDFAnnot_SetRect(annotation, ctypes.byref(raw.FS_RECTF(left, top, right, bottom)))
        raw.FPDFAnnot_SetColor(annotation, raw.FPDFANNOT_COLORTYPE_Color, *_COLOURS[note.severity], _OPACITY)
        raw.FPDFAnnot_SetFlags(annotation, raw.FPDF_ANNOT_FLAG_PRINT)
        _draw(raw, annotation, (left, bottom, right, top), note)
        _set_text(raw, annotation, b"Contents", f"[{note.number}] {note.text}")
        _set_text(raw, annotation, b"T", note.title or "Auditor")
    finally:
        raw.FPDFPage_CloseAnnot(annotation)


def _draw(raw, annotation, box: tuple[float, float, float, float], note: Note) -> None:  # type: ignore[no-untyped-def]
    """What every viewer shows: a frame of the note's colour, dashed where the cell only takes part; never over the print itself."""
    left, bottom, right, top = box
    red, green, blue = (channel / 255 for channel in _COLOURS[note.severity])
    dash = "[3 2] 0 d " if note.part else ""
    inset = _WIDTH / 2
    content = (
        f"q {red:.3f} {green:.3f} {blue:.3f} RG {_WIDTH} w {dash}"
        f"{left + inset:.2f} {bottom + inset:.2f} {right - left - _WIDTH:.2f} {top - bottom - _WIDTH:.2f} re S Q"
    )
    encoded = content.encode("utf-16-le") + b"\0\0"
    buffer = (ctypes.c_ushort * (len(encoded) // 2)).from_buffer_copy(encoded)
    raw.FPDFAnnot_SetAP(annotation, raw.FPDF_ANNOT_APPEARANCEMODE_NORMAL, buffer)


def _set_text(raw, annotation, key: bytes, text: str) -> None:  # type: ignore[no-untyped-def]
    encoded = xml_text(text).encode("utf-16-le") + b"\0\0"
    buffer = (ctypes.c_ushort * (len(encoded) // 2)).from_buffer_copy(encoded)
    raw.FPDFAnnot_SetStringValue(annotation, key, buffer)


def _page_box(page, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:  # type: ignore[no-untyped-def]
    """[left, top, right, bottom] from the top left as displayed → (left, bottom, right, top) in the page's own space."""
    width, height = page.get_size()
    x0, y0, x1, y1 = box
    turn = page.get_rotation()
    if turn == 0:
        corners = ((x0, height - y1), (x1, height - y0))
    elif turn == 90:
        corners = ((y0, x0), (y1, x1))
    elif turn == 180:
        corners = ((width - x1, y0), (width - x0, y1))
    else:
        corners = ((height - y1, width - x1), (height - y0, width - x0))
    crop = page.get_cropbox()
    dx, dy = crop[0], crop[1]
    (ax, ay), (bx, by) = corners
    return min(ax, bx) + dx, min(ay, by) + dy, max(ax, bx) + dx, max(ay, by) + dy
