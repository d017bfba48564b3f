"""Characters and rules through pdfium's C interface.

pdfium knows no threads at all, not even for different documents: use processes. Coordinates it reports are those of the page's user space:
neither /Rotate nor the offset of the page box is applied, so both are applied here.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable
from functools import partial
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as c

from auditor.errors import LimitError, ReadError
from auditor.model.source import Box
from auditor.read.pdf import limits, substitute
from auditor.read.pdf.glyphs import BLANKS, HYPHENS, printed
from auditor.read.pdf.marks import SPACED, Char, Marks, Page
from auditor.read.pdf.rules import Point, RuleCollector

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_ODD = BLANKS | HYPHENS
_LARGE_IMAGE = 0.04  # share of the page from which a picture could hold a table
_COVERED = 0.6  # share of the page from which text that leaves no ink is the text layer of a scan
_INVISIBLE = (3, 7)  # render modes: neither filled nor stroked


def read_marks(data: bytes) -> Marks:
    """All marks of a PDF.

    Raises :class:`ReadError` ``READ-ENCRYPTED`` or ``READ-DAMAGED`` and :class:`LimitError` ``READ-LIMIT-PAGES``,
    ``READ-LIMIT-CHARS``, ``READ-LIMIT-PATHS``.
    """
    with substitute.installed():
        return _read_marks(data)


def _read_marks(data: bytes) -> Marks:
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == c.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise ReadError("READ-ENCRYPTED") from error
        raise ReadError("READ-DAMAGED", reason=str(error)) from error
    try:
        count = len(document)
        if count > limits.MAX_PAGES:
            raise LimitError("READ-LIMIT-PAGES", limit=str(limits.MAX_PAGES), found=str(count))
        if count == 0:
            raise ReadError("READ-DAMAGED", reason="no pages")
        pages = [_read_page(document, index) for index in range(count)]
        return Marks(pages=pages, author=str(document.get_metadata_value("Author") or "").strip())
    finally:
        document.close()


def _read_page(document: Any, index: int) -> Page:
    try:
        page = document[index]
    except pdfium.PdfiumError as error:
        raise ReadError("READ-DAMAGED", reason=str(error), page=str(index + 1)) from error
    try:
        return _PageReader(document.raw, page, index + 1).read()
    finally:
        page.close()


class _PageReader:
    """Reads one open page."""

    def __init__(self, document: Any, page: Any, number: int) -> None:
        self.document = document
        self.raw = page.raw
        self.number = number
        self.width, self.height = page.get_size()
        self.turn = c.FPDFPage_GetRotation(page.raw) % 4
        media, crop = page.get_mediabox(), page.get_cropbox()
        left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
        right, top = min(media[2], crop[2]), min(media[3], crop[3])
        if right <= left or top <= bottom:
            left, bottom, right, top = media
        self.display: Matrix = {
            0: (1.0, 0.0, 0.0, -1.0, -left, top),
            1: (0.0, 1.0, 1.0, 0.0, -bottom, -left),
            2: (-1.0, 0.0, 0.0, 1.0, right, -bottom),
            3: (0.0, -1.0, -1.0, 0.0, top, right),
        }[self.turn]
        self.rules = RuleCollector()
        self.image_area = 0.0
        self.images = 0
        self.objects = 0
        self.printed = self.unprinted = 0  # text objects

    def read(self) -> Page:
        self._walk_objects(c.FPDFPage_CountObjects(self.raw), partial(c.FPDFPage_GetObject, self.raw), self.display, 0)
        share = min(1.0, self.image_area / max(1.0, self.width * self.height))
        layer = share > _COVERED and self.unprinted > self.printed
        textpage = c.FPDFText_LoadPage(self.raw)
        try:
            chars = self._chars(textpage, all_of_it=layer or not self.unprinted) if textpage else []
        finally:
            if textpage:
                c.FPDFText_ClosePage(textpage)
        crowded = max(len(self.rules.horizontals), len(self.rules.verticals)) > limits.MAX_RULES_PER_PAGE
        return Page(
            number=self.number,
            width=self.width,
            height=self.height,
            chars=chars,
            horizontals=[] if crowded else self.rules.horizontals,
            verticals=[] if crowded else self.rules.verticals,
            image_share=share,
            images=self.images,
            links=self._links(),
            layer=layer,
            unprinted=0 if layer else self.unprinted,
            crowded=crowded,
        )

    def _chars(self, textpage: Any, *, all_of_it: bool) -> list[Char]:
        """The characters; unless ``all_of_it``, only those that leave ink."""
        count = c.FPDFText_CountChars(textpage)
        if count > limits.MAX_CHARS_PER_PAGE:
            raise LimitError("READ-LIMIT-CHARS", limit=str(limits.MAX_CHARS_PER_PAGE), found=str(count), page=str(self.number))
        rect = c.FS_RECTF()
        rect_ref = ctypes.byref(rect)
        get_unicode, get_box = c.FPDFText_GetUnicode, c.FPDFText_GetLooseCharBox
        a, b, cc, d, e, f = self.display
        upright = self.turn == 0
        width, height, turn = self.width, self.height, self.turn
        chars: list[Char] = []
        add = chars.append
        previous_middle = -1.0
        high = 0
        kept = True
        glyph_turn = 0
        spaced = False
        for index in range(count):
            code = get_unicode(textpage, index)
            if code <= 32 or code in _ODD or 0xD800 <= code <= 0xF8FF or code >= 0xFFFD:
                if 0xD800 <= code < 0xDC00:
                    high = code
                    continue
                if 0xDC00 <= code < 0xE000:
                    code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD
                    high = 0
                text = printed(code)
                if not text:
                    if code == 32 or code in BLANKS:
                        spaced = spaced or c.FPDFText_IsGenerated(textpage, index) != 1
                    continue
                if code == 0 and c.FPDFText_IsGenerated(textpage, index) == 1:
                    continue
            else:
                text = chr(code)
            if not all_of_it and c.FPDFTextObj_GetTextRenderMode(c.FPDFText_GetTextObject(textpage, index)) in _INVISIBLE:
                continue
            get_box(textpage, index, rect_ref)
            left, top, right, bottom = rect.left, rect.top, rect.right, rect.bottom
            tall = top - bottom
            if tall < 4.0 or tall > 60.0 or right <= left:
                left, top, right, bottom = self._careful_box(textpage, index, left, top, right, bottom)
            if upright:
                x0, y0, x1, y1 = left + e, f - top, right + e, f - bottom
            else:
                xa, ya = a * left + cc * top + e, b * left + d * top + f
                xb, yb = a * right + cc * bottom + e, b * right + d * bottom + f
                x0, x1 = (xa, xb) if xa <= xb else (xb, xa)
                y0, y1 = (ya, yb) if ya <= yb else (yb, ya)
            middle = (y0 + y1) / 2
            # Only text that leaves its line can be turned: the angle costs a call and is asked for then alone.
            if abs(middle - previous_middle) > 0.1 * (y1 - y0):
                quarter = _quarter_turns(c.FPDFText_GetCharAngle(textpage, index))
                kept = quarter is not None
                glyph_turn = 0 if quarter is None else (quarter + turn) % 4
                previous_middle = middle
            if kept and -1.0 <= (x0 + x1) / 2 <= width + 1.0 and -1.0 <= middle <= height + 1.0:
                add((x0, y0, x1, y1, text, glyph_turn | SPACED if spaced else glyph_turn))
            spaced = False
        return chars

    def _careful_box(
        self, textpage: Any, index: int, left: float, top: float, right: float, bottom: float
    ) -> tuple[float, float, float, float]:
        """The box from origin and font size where pdfium's own is implausible (fonts without ascent, or with absurd ones)."""
        matrix = c.FS_MATRIX()
        size = c.FPDFText_GetFontSize(textpage, index) or 1.0
        if c.FPDFText_GetMatrix(textpage, index, matrix):
            size *= math.hypot(matrix.c, matrix.d) or 1.0
        tall = top - bottom
        if 0.7 * size <= tall <= 3.0 * size and right > left:
            return left, top, right, bottom
        x, y = ctypes.c_double(), ctypes.c_double()
        if not c.FPDFText_GetCharOrigin(textpage, index, ctypes.byref(x), ctypes.byref(y)):
            return left, top, right, bottom
        wide = right - left
        if not 0.0 < wide <= 3.0 * size:
            left, right = x.value, x.value + size
        return left, y.value + 0.88 * size, right, y.value - 0.12 * size

    def _walk_objects(self, count: int, get: Callable[[int], Any], matrix: Matrix, depth: int) -> None:
        self.objects += max(count, 0)
        if self.objects > limits.MAX_OBJECTS_PER_PAGE:
            raise LimitError("READ-LIMIT-PATHS", limit=str(limits.MAX_OBJECTS_PER_PAGE), found=str(self.objects), page=str(self.number))
        kind_of = c.FPDFPageObj_GetType
        for index in range(count):
            item = get(index)
            kind = kind_of(item)
            if kind == c.FPDF_PAGEOBJ_TEXT:
                if c.FPDFTextObj_GetTextRenderMode(item) in _INVISIBLE:
                    self.unprinted += 1
                else:
                    self.printed += 1
            elif kind == c.FPDF_PAGEOBJ_PATH:
                self._path(item, matrix)
            elif kind == c.FPDF_PAGEOBJ_IMAGE:
                self._image(item, matrix)
            elif kind == c.FPDF_PAGEOBJ_FORM and depth < limits.MAX_FORM_DEPTH:
                own = c.FS_MATRIX()
                c.FPDFPageObj_GetMatrix(item, own)
                inner = _multiply((own.a, own.b, own.c, own.d, own.e, own.f), matrix)
                self._walk_objects(c.FPDFFormObj_CountObjects(item), partial(c.FPDFFormObj_GetObject, item), inner, depth + 1)

    def _bounds(self, item: Any, matrix: Matrix) -> Box | None:
        left, bottom, right, top = ctypes.c_float(), ctypes.c_float(), ctypes.c_float(), ctypes.c_float()
        if not c.FPDFPageObj_GetBounds(item, left, bottom, right, top):
            return None
        xs, ys = zip(*(_apply(matrix, x, y) for x in (left.value, right.value) for y in (bottom.value, top.value)), strict=True)
        return min(xs), min(ys), max(xs), max(ys)

    def _image(self, item: Any, matrix: Matrix) -> None:
        box = self._bounds(item, matrix)
        if box is None or self.rules.add_box(*box):
            return
        area = max(0.0, min(box[2], self.width) - max(box[0], 0.0)) * max(0.0, min(box[3], self.height) - max(box[1], 0.0))
        self.image_area += area
        if area > _LARGE_IMAGE * self.width * self.height:
            self.images += 1

    def _path(self, item: Any, matrix: Matrix) -> None:
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        c.FPDFPath_GetDrawMode(item, fill, stroke)
        if not fill.value and not stroke.value:
            return
        box = self._bounds(item, matrix)
        if box is None or box[2] < 0 or box[3] < 0 or box[0] > self.width or box[1] > self.height or self.rules.add_box(*box):
            return
        count = c.FPDFPath_CountSegments(item)
        if (not stroke.value and count <= 5) or not 0 < count <= limits.MAX_SEGMENTS_PER_PATH:
            return  # a single filled rectangle is shading
        segments = self._segments(item, count, matrix)
        if stroke.value:
            for start, end in segments:
                self.rules.add_segment(start, end)
        else:
            self.rules.add_filled(segments)

    def _segments(self, item: Any, count: int, matrix: Matrix) -> list[tuple[Point, Point]]:
        own = c.FS_MATRIX()
        c.FPDFPageObj_GetMatrix(item, own)
        total = _multiply((own.a, own.b, own.c, own.d, own.e, own.f), matrix)
        x, y = ctypes.c_float(), ctypes.c_float()
        found: list[tuple[Point, Point]] = []
        first: Point | None = None
        last: Point | None = None
        for index in range(count):
            segment = c.FPDFPath_GetPathSegment(item, index)
            c.FPDFPathSegment_GetPoint(segment, x, y)
            point = _apply(total, x.value, y.value)
            kind = c.FPDFPathSegment_GetType(segment)
            if kind == c.FPDF_SEGMENT_MOVETO:
                first = point
            elif kind == c.FPDF_SEGMENT_LINETO and last is not None:
                found.append((last, point))
            last = point
            if c.FPDFPathSegment_GetClose(segment) and first is not None:
                found.append((last, first))
                last = first
        return found

    def _links(self) -> tuple[tuple[str, Box], ...]:
        if c.FPDFPage_GetAnnotCount(self.raw) <= 0:
            return ()
        found: list[tuple[str, Box]] = []
        position, link, rect = ctypes.c_int(0), c.FPDF_LINK(), c.FS_RECTF()
        while c.FPDFLink_Enumerate(self.raw, position, link) and len(found) < 1000:
            action = c.FPDFLink_GetAction(link)
            if not action:
                continue
            size = c.FPDFAction_GetURIPath(self.document, action, None, 0)
            if size <= 1:
                continue
            buffer = ctypes.create_string_buffer(size)
            c.FPDFAction_GetURIPath(self.document, action, buffer, size)
            c.FPDFLink_GetAnnotRect(link, rect)
            xa, ya = _apply(self.display, rect.left, rect.top)
            xb, yb = _apply(self.display, rect.right, rect.bottom)
            box = (min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb))
            found.append((buffer.value.decode("utf-8", "replace"), box))
        return tuple(found)


def _quarter_turns(angle: float) -> int | None:
    """Quarter turns (clockwise) of a character's angle in radians, ``None`` for slanted text such as a watermark."""
    quarters = angle / (math.pi / 2)
    nearest = round(quarters)
    return nearest % 4 if abs(quarters - nearest) < 0.06 else None


def _multiply(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, cc, d, e, f = inner
    p, q, r, s, t, u = outer
    return (a * p + b * r, a * q + b * s, cc * p + d * r, cc * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _apply(matrix: Matrix, x: float, y: float) -> Point:
    a, b, cc, d, e, f = matrix
    return a * x + cc * y + e, b * x + d * y + f
