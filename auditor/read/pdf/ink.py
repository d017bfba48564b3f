"""What is displayed on a page, dot by dot: rendered once at a low resolution and held against its text.

Fonts that a file does not carry are drawn as :mod:`auditor.read.pdf.substitute` draws them: the look tells *whether* something stands at a
place, not what.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pypdfium2.raw as c

from auditor.model.source import Box
from auditor.read.pdf.marks import Char

_SCALE: Final = 1.5  # dots a point
_MOST: Final = 12_000_000  # dots of a page
_SEEN: Final = 24  # difference of brightness (of 255) between ink and its ground
_DARK: Final = 110  # of the ground's brightness, for ink that print of another kind leaves
_DIM: Final = 90  # the same in a cell without text
_SHIFTED: Final = 0.3  # points along its line by which a character may be drawn beside its place
_INSET: Final = 2.0  # points beside a rule that its ink and its soft edge take
_ROOM: Final = 1.2  # points around a character that its ink may take
_RIM: Final = 2.0  # points within which the line of a box stays
_LEAST: Final = 5  # dots of ink that are more than dirt


@dataclass(frozen=True, slots=True)
class Ink:
    """A rendered page: rows of one byte a dot, 255 for white paper, as seen in ``green`` light and in ``red`` (in which seals and red
    pens leave no trace); ``scale`` dots a point.
    """

    width: int
    height: int
    scale: float
    green: tuple[bytes, ...]
    red: tuple[bytes, ...]

    def contrast(self, box: Box) -> int:
        """Difference of the brightest and the darkest dot in a box (points); 255 for a box off the page."""
        left, top, right, bottom = self._dots(box)
        if right <= left or bottom <= top:
            return 255
        parts = [row[left:right] for row in self.green[top:bottom]]
        return max(map(max, parts)) - min(map(min, parts))

    def shows(self, char: Char) -> bool:
        """Whether there is ink at the place of a character."""
        left, top, right, bottom = char[:4]
        along = (0.0, _SHIFTED) if char[5] & 1 else (_SHIFTED, 0.0)
        return self.contrast((left - along[0], top - along[1], right + along[0], bottom + along[1])) >= _SEEN

    def beside(self, box: Box, chars: Sequence[Char], others: Sequence[Box] = ()) -> int:
        """How many dots of ink a cell has that none of its characters left: darker than its ground, away from the cell's edges.

        ``others`` are boxes of ink that is accounted for, such as rules that end inside.
        """
        left, top, right, bottom = self._dots((box[0] + _INSET, box[1] + _INSET, box[2] - _INSET, box[3] - _INSET))
        if right <= left or bottom <= top:
            return 0
        area = [bytearray(row[left:right]) for row in (self.red if chars else self.green)[top:bottom]]
        ground = _usual(area)
        for taken in (*(char[:4] for char in chars), *others):
            x0, y0, x1, y1 = self._dots((taken[0] - _ROOM, taken[1] - _ROOM, taken[2] + _ROOM, taken[3] + _ROOM))
            x0, x1 = max(x0 - left, 0), min(x1 - left, right - left)
            if x1 > x0:
                blank = bytes([ground]) * (x1 - x0)
                for row in area[max(y0 - top, 0) : max(y1 - top, 0)]:
                    row[x0:x1] = blank
        dark = _below(max(1, ground - (_DARK if chars else _DIM)))
        dots = sum(len(row) - len(row.translate(None, dark)) for row in area)
        return 0 if dots >= _LEAST and chars and self._is_frame(area, dark, left, top, chars) else dots

    def _is_frame(self, area: Sequence[bytearray], dark: bytes, left: int, top: int, chars: Sequence[Char]) -> bool:
        """Whether what is dark in an area is a box around all of the characters, as forms print one around what was entered."""
        rows = [number for number, row in enumerate(area) if len(row.translate(None, dark)) < len(row)]
        seen = [column for number in rows for column, dot in enumerate(area[number]) if dot in dark]
        x0, x1, y0, y1 = min(seen), max(seen), rows[0], rows[-1]
        c0, r0, c1, r1 = (
            min(part) if number < 2 else max(part)
            for number, part in enumerate(zip(*(self._dots(char[:4]) for char in chars), strict=True))
        )
        rim = round(_RIM * self.scale)
        if x0 + left > c0 or x1 + left < c1 - 1 or y0 + top > r0 + rim or y1 + top < r1 - 1 - rim or x1 - x0 < 3 * rim or y1 - y0 < 3 * rim:
            return False
        return not any(dot in dark for row in area[y0 + rim : y1 - rim + 1] for dot in row[x0 + rim : x1 - rim + 1])

    def _dots(self, box: Box) -> tuple[int, int, int, int]:
        left, top, right, bottom = (round(value * self.scale) for value in box)
        return max(left, 0), max(top, 0), min(right, self.width), min(bottom, self.height)


def is_ink(dots: int) -> bool:
    """Whether so many dots are more than dirt."""
    return dots >= _LEAST


def _usual(area: Sequence[bytearray]) -> int:
    """The most frequent brightness."""
    joined = b"".join(area)
    return max(set(joined), key=joined.count)


def _below(limit: int) -> bytes:
    return bytes(range(limit))


def look(page: Any, width: float, height: float) -> Ink | None:
    """The page as displayed, with its annotations; ``None`` where pdfium cannot render it. ``width`` and ``height`` in points."""
    scale = min(_SCALE, (_MOST / max(1.0, width * height)) ** 0.5)
    dots_wide, dots_high = round(width * scale), round(height * scale)
    if dots_wide < 8 or dots_high < 8:
        return None
    bitmap = c.FPDFBitmap_CreateEx(dots_wide, dots_high, c.FPDFBitmap_BGRx, None, 0)
    if not bitmap:
        return None
    try:
        c.FPDFBitmap_FillRect(bitmap, 0, 0, dots_wide, dots_high, 0xFFFFFFFF)
        c.FPDF_RenderPageBitmap(bitmap, page, 0, 0, dots_wide, dots_high, 0, c.FPDF_ANNOT)
        stride = c.FPDFBitmap_GetStride(bitmap)
        data = ctypes.string_at(c.FPDFBitmap_GetBuffer(bitmap), stride * dots_high)
    finally:
        c.FPDFBitmap_Destroy(bitmap)
    green, red = (
        tuple(plane[start : start + dots_wide] for start in range(0, len(plane), stride // 4)) for plane in (data[1::4], data[2::4])
    )
    return Ink(dots_wide, dots_high, scale, green, red)
