"""Pages through pdfium's C interface.

pdfium knows no threads at all, not even for different documents: use processes. Coordinates it reports are those of the page's user space:
neither /Rotate nor the offset of the page box is applied, so both are applied here.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as c

from auditor.errors import LimitError, ReadError
from auditor.model.source import Box
from auditor.read.pdf import limits, substitute
from auditor.read.pdf.annotations import Value, attached_names, drawn_into, undrawn_notes, undrawn_values
from auditor.read.pdf.characters import Characters, marked_over, value_chars
from auditor.read.pdf.expansion import require_bounded
from auditor.read.pdf.ink import look
from auditor.read.pdf.marks import TURNED, UNREADABLE, Char, Marks, Matrix, Page, apply
from auditor.read.pdf.objects import Mark, Objects
from auditor.read.pdf.retold import show_glyphs
from auditor.read.pdf.shown import displayed, notes_of, small_of, smaller
from auditor.read.pdf.turn import upright

_COVERED = 0.6  # share of the page from which text that leaves no ink is the text layer of a scan


def read_marks(data: bytes) -> Marks:
    """All marks of a PDF.

    Raises :class:`ReadError` ``READ-ENCRYPTED`` or ``READ-DAMAGED`` and :class:`LimitError` ``READ-LIMIT-PAGES``,
    ``READ-LIMIT-CHARS``, ``READ-LIMIT-PATHS``.
    """
    with substitute.installed():
        return _read_marks(data)


def _read_marks(data: bytes) -> Marks:
    require_bounded(data)
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == c.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise ReadError("READ-ENCRYPTED") from error
        raise ReadError("READ-DAMAGED", what="pdf", reason=str(error)) from error
    try:
        count = len(document)
        if count > limits.MAX_PAGES:
            raise LimitError("READ-LIMIT-PAGES", limit=str(limits.MAX_PAGES), found=str(count))
        if count == 0:
            raise ReadError("READ-DAMAGED", what="pdf", reason="no pages")
        file = _File(document, layered=b"/OCProperties" in data or b"/ObjStm" in data)
        pages = [file.read(index) for index in range(count)]
        watermarks = frozenset(mark for _, objects in pages for mark in objects.watermarks)
        if watermarks:
            pages = [
                file.read(index, watermarks) if watermarks & (objects.pale - objects.watermarks) else (page, objects)
                for index, (page, objects) in enumerate(pages)
            ]
        return Marks(
            pages=[page for page, _ in pages],
            author=str(document.get_metadata_value("Author") or "").strip(),
            attached=tuple(attached_names(document.raw)),
        )
    finally:
        document.close()


class _File:
    """An open document. Annotations are drawn into a page when it is read first."""

    def __init__(self, document: Any, *, layered: bool) -> None:
        self.document = document
        self.layered = layered
        self.fields: dict[int, list[Value]] = {}
        self.marks: dict[int, list[Box]] = {}
        self.links: dict[int, tuple[tuple[str, Box], ...]] = {}
        if document.get_formtype() != c.FORMTYPE_NONE:
            document.init_forms()

    def read(self, index: int, watermarks: frozenset[Mark] = frozenset()) -> tuple[Page, Objects]:
        """A page (counted from 0) and what its objects tell. ``watermarks``: those known from other pages."""
        page = self._open(index)
        try:
            if (count := c.FPDFPage_GetAnnotCount(page.raw)) > limits.MAX_ANNOTATIONS_PER_PAGE:
                allowed = str(limits.MAX_ANNOTATIONS_PER_PAGE)
                raise LimitError("READ-LIMIT", limit="annotations", allowed=allowed, found=str(count), page=str(index + 1))
            if index not in self.links:
                self.links[index] = _links(self.document.raw, page.raw, _display_of(page))
                if self.document.formenv is not None:
                    self.fields[index] = undrawn_values(self.document.formenv.raw, page.raw)
                if c.FPDFPage_GetAnnotCount(page.raw) > 0:
                    notes = undrawn_notes(page.raw)
                    self.fields[index] = [*self.fields.get(index, ()), *notes.texts]
                    self.marks[index] = notes.marks
                if drawn_into(page.raw):
                    page.close()
                    page = self._open(index)
            return self._read(page, index, watermarks)
        finally:
            page.close()

    @contextmanager
    def _opened(self, index: int) -> Iterator[Any]:
        page = self._open(index)
        try:
            yield page
        finally:
            page.close()

    def _open(self, index: int) -> Any:
        try:
            return self.document[index]
        except pdfium.PdfiumError as error:
            raise ReadError("READ-DAMAGED", what="pdf", reason=str(error), page=str(index + 1)) from error

    def _read(self, page: Any, index: int, watermarks: frozenset[Mark]) -> tuple[Page, Objects]:
        width, height = page.get_size()
        display = _display_of(page)
        objects = Objects(self.document.raw, width, height, index + 1, self.layered, watermarks)
        objects.read(page.raw, display)
        if objects.retold:
            with self._opened(index) as other:
                show_glyphs(page.raw, other.raw)
        share = min(1.0, objects.image_area / max(1.0, width * height))
        behind = share > _COVERED and objects.unprinted > objects.printed
        reader = Characters(index + 1, width, height, c.FPDFPage_GetRotation(page.raw) % 4, display, objects)
        notes: set[int] = set()
        small: set[int] = set()
        textpage = c.FPDFText_LoadPage(page.raw)
        try:
            chars = reader.read(textpage, all_of_it=behind) if textpage else []
            behind = behind or reader.behind
            if chars and not behind:
                notes, small = _notes(reader, textpage, chars, width, height)
        finally:
            if textpage:
                c.FPDFText_ClosePage(textpage)
        noted = tuple(chars[place][:4] for place in sorted(notes))
        if notes or small:
            chars = [(*char[:4], UNREADABLE, char[5]) if place in small else char for place, char in enumerate(chars) if place not in notes]
        if self.marks.get(index):
            chars = marked_over(chars, self.marks[index], display)
        for value in self.fields.get(index, ()):
            chars.extend(value_chars(value.text, *value.box, display))
        crowded = max(len(objects.rules.horizontals), len(objects.rules.verticals)) > limits.MAX_RULES_PER_PAGE
        found = Page(
            number=index + 1,
            width=width,
            height=height,
            chars=chars,
            horizontals=[] if crowded else objects.rules.horizontals,
            verticals=[] if crowded else objects.rules.verticals,
            image_share=share,
            images=objects.images,
            links=self.links[index],
            layer=behind,
            unprinted=0 if behind else objects.unprinted + objects.unseen,
            covered=0 if behind else reader.covered,
            crowded=crowded,
            notes=len(notes),
            noted=noted,
            slanted=objects.slanted,
            outlines=objects.outlines,
            ink=look(page.raw, width, height) if not behind and objects.must_look() else None,
        )
        return displayed(found), objects


def _notes(reader: Characters, textpage: Any, chars: list[Char], width: float, height: float) -> tuple[set[int], set[int]]:
    """Places of the raised note marks, and of small figures beside larger ones; on a page that lies over, as it stands when turned."""
    flat, turn = chars, 0
    if any(char[5] & TURNED for char in chars):
        page = upright(Page(number=reader.number, width=width, height=height, chars=chars))
        flat, turn = page.chars, page.turn
    beside = smaller(flat)
    notes = notes_of(flat, partial(reader.is_small, textpage, turn), beside)
    return notes, small_of(flat, partial(reader.is_smaller, textpage), beside) - notes


def _display_of(page: Any) -> Matrix:
    """From the page's own coordinates to the displayed page, origin top left."""
    media, crop = page.get_mediabox(), page.get_cropbox()
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    if right <= left or top <= bottom:
        left, bottom, right, top = media
    turns: dict[int, Matrix] = {
        0: (1.0, 0.0, 0.0, -1.0, -left, top),
        1: (0.0, 1.0, 1.0, 0.0, -bottom, -left),
        2: (-1.0, 0.0, 0.0, 1.0, right, -bottom),
        3: (0.0, -1.0, -1.0, 0.0, top, right),
    }
    return turns[c.FPDFPage_GetRotation(page.raw) % 4]


def _links(document: Any, page: Any, display: Matrix) -> tuple[tuple[str, Box], ...]:
    if c.FPDFPage_GetAnnotCount(page) <= 0:
        return ()
    found: list[tuple[str, Box]] = []
    position, link, rect = ctypes.c_int(0), c.FPDF_LINK(), c.FS_RECTF()
    while c.FPDFLink_Enumerate(page, position, link) and len(found) < 1000:
        action = c.FPDFLink_GetAction(link)
        if not action:
            continue
        size = c.FPDFAction_GetURIPath(document, action, None, 0)
        if size <= 1:
            continue
        buffer = ctypes.create_string_buffer(size)
        c.FPDFAction_GetURIPath(document, action, buffer, size)
        c.FPDFLink_GetAnnotRect(link, rect)
        xa, ya = apply(display, rect.left, rect.top)
        xb, yb = apply(display, rect.right, rect.bottom)
        box = (min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb))
        found.append((buffer.value.decode("utf-8", "replace"), box))
    return tuple(found)
