"""The characters of a page through pdfium: what each is, where it stands, and whether it is displayed."""

from __future__ import annotations

import ctypes
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pypdfium2.raw as c

from auditor.errors import LimitError
from auditor.model.source import Box
from auditor.read.pdf import limits
from auditor.read.pdf.glyphs import BLANKS, HYPHENS, printed
from auditor.read.pdf.marks import SPACED, UNREADABLE, Char, Matrix, apply
from auditor.read.pdf.objects import INVISIBLE, Objects, address

_ODD: Final = BLANKS | HYPHENS
_FAULTS: Final = 0.04  # of a font's glyphs without a character, from which its other characters are not believed
_MOST_FAULTS: Final = 0.5
_CHINESE: Final = 0.3  # of a font's characters that make it a Chinese one
_BEHIND: Final = 0.5  # of a page's characters
_SMALLER: Final = 0.85  # of the size of a figure, at most, for a note mark beside it
_OVERLAP: Final = 1.7  # twice the distance of two middles, in widths, below which characters lie over each other
_MANY: Final = 200  # covered characters that are looked at one by one
_SLANTED: Final = 16.0  # points: larger text that is slanted is a watermark
_BODY: Final = (0.2, 0.22)  # of a character's height, above and below a figure
_CUT_OFF: Final = 0.15  # of a figure, at most, that is seen through a clip where it counts as hidden
_WHOLE: Final = 0.85  # … at least, where it counts as seen
_FOREIGN: Final = 0.15  # of letters that no Chinese report is written in


@dataclass
class Characters:
    """Reads the characters of one page. ``covered`` counts those left out because something opaque was painted over them, ``behind`` says
    that most stand behind a picture, as its text layer.
    """

    number: int
    width: float
    height: float
    turn: int
    display: Matrix
    objects: Objects
    covered: int = 0
    behind: bool = False
    _indexes: list[int] = field(default_factory=list)
    _odd: bool = False

    def read(self, textpage: Any, *, all_of_it: bool) -> list[Char]:
        """All characters; unless ``all_of_it``, only those that are displayed as far as the page's objects tell."""
        count = c.FPDFText_CountChars(textpage)
        if count > limits.MAX_CHARS_PER_PAGE:
            raise LimitError("READ-LIMIT-CHARS", limit=str(limits.MAX_CHARS_PER_PAGE), found=str(count), page=str(self.number))
        chars = self._read(textpage, count, all_of_it, None)
        if self._odd or (chars and not any(char[4] >= "\u3400" for char in chars)):
            garbled = _garbled_fonts(textpage, count)
            if self._odd or garbled:
                chars = self._read(textpage, count, all_of_it, garbled)
        return chars if all_of_it else self._uncovered(textpage, chars)

    def _read(self, textpage: Any, count: int, all_of_it: bool, garbled: set[int] | None) -> list[Char]:
        """``garbled``: fonts whose characters are not believed; ``None`` where no font has given cause to ask."""
        rect = c.FS_RECTF()
        rect_ref = ctypes.byref(rect)
        get_unicode, get_box = c.FPDFText_GetUnicode, c.FPDFText_GetLooseCharBox
        a, b, cc, d, e, f = self.display
        upright = self.turn == 0
        width, height, turn = self.width, self.height, self.turn
        gone, cuts, mirrored = self.objects.gone, self.objects.cuts, self.objects.mirrored
        asks = bool(not all_of_it and (self.objects.unprinted or gone or cuts or mirrored))
        indexes = self._indexes
        indexes.clear()
        chars: list[Char] = []
        add = chars.append
        previous_middle = -1.0
        high = 0
        kept = True
        glyph_turn = 0
        spaced = False
        for index in range(count):
            code = get_unicode(textpage, index)
            if code <= 32 or code in _ODD or 0xD800 <= code <= 0xF8FF or code >= 0xFFFD or garbled is not None:
                if 0xD800 <= code < 0xDC00:
                    high = code
                    continue
                if 0xDC00 <= code < 0xE000:
                    code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD
                    high = 0
                text = self._printed(textpage, index, code, garbled)
                if not text:
                    if code == 32 or code in BLANKS:
                        spaced = spaced or c.FPDFText_IsGenerated(textpage, index) != 1
                    continue
                if code == 0 and c.FPDFText_IsGenerated(textpage, index) == 1:
                    continue
            else:
                text = chr(code)
            item = c.FPDFText_GetTextObject(textpage, index) if asks else None
            if item is not None and (c.FPDFTextObj_GetTextRenderMode(item) in INVISIBLE or (gone and address(item) in gone)):
                continue
            if item is not None and mirrored and address(item) in mirrored:
                text = UNREADABLE
            get_box(textpage, index, rect_ref)
            left, top, right, bottom = rect.left, rect.top, rect.right, rect.bottom
            tall = top - bottom
            if tall < 4.0 or tall > 60.0 or right <= left:
                left, top, right, bottom = _careful_box(textpage, index, left, top, right, bottom)
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
                if not kept:
                    self._drop_begun(textpage, index, chars)
            if item is not None and cuts and (cut := cuts.get(address(item))):
                text = _within((x0, y0, x1, y1), cut, text)
                if not text:
                    self.objects.unseen += 1
                    continue
            if kept and -1.0 <= (x0 + x1) / 2 <= width + 1.0 and -1.0 <= middle <= height + 1.0:
                add((x0, y0, x1, y1, text, glyph_turn | SPACED if spaced else glyph_turn))
                indexes.append(index)
            spaced = False
        return chars

    def _drop_begun(self, textpage: Any, index: int, chars: list[Char]) -> None:
        """Take out again what was read of a slanted text before its slant showed; slanted figures in a cell are seen, but not read."""
        item = c.FPDFText_GetTextObject(textpage, index)
        while item and chars and (before := c.FPDFText_GetTextObject(textpage, self._indexes[-1])) and address(before) == address(item):
            chars.pop()
            self._indexes.pop()
        if c.FPDFText_GetFontSize(textpage, index) < _SLANTED and 48 <= c.FPDFText_GetUnicode(textpage, index) < 58:
            self.objects.look = True

    def _printed(self, textpage: Any, index: int, code: int, garbled: set[int] | None) -> str:
        """The printed character; U+FFFD for a glyph whose character the font does not tell, whatever number it has inside."""
        if garbled is not None and c.FPDFText_IsGenerated(textpage, index) != 1:
            if c.FPDFText_HasUnicodeMapError(textpage, index) == 1:
                return UNREADABLE
            if code > 32 and garbled and _font_of(textpage, index) in garbled:
                return UNREADABLE
        elif code < 32 and c.FPDFText_HasUnicodeMapError(textpage, index) == 1:
            self._odd = True
        return printed(code)

    def _uncovered(self, textpage: Any, chars: list[Char]) -> list[Char]:
        """The characters over which nothing opaque was painted later; all where a picture lies over most, as over its text layer."""
        objects = self.objects
        covers = objects.covers_over(chars)
        if not covers:
            return chars
        orders = objects.orders()
        opaque: dict[int, bool] = {}
        hidden: dict[int, int] = {}
        pictured = 0
        for place, char in enumerate(chars):
            x, y = (char[0] + char[2]) / 2, (char[1] + char[3]) / 2
            over = [cover for cover in covers if cover.box[0] <= x <= cover.box[2] and cover.box[1] <= y <= cover.box[3]]
            if not over:
                continue
            order = orders.get(address(c.FPDFText_GetTextObject(textpage, self._indexes[place])), 0)
            for cover in over:
                if cover.order <= order or not cover.opaque:
                    continue
                if cover.brightness is None and not opaque.setdefault(cover.order, objects.is_opaque(cover)):
                    objects.look = True
                    continue
                hidden[place] = cover.order
                pictured += cover.brightness is None
                break
        if not hidden:
            return chars
        if pictured > _BEHIND * len(chars):
            self.behind = True
            return chars
        objects.look = True
        self._printed_again(textpage, chars, hidden)
        self.covered = len(hidden)
        self._indexes[:] = [index for place, index in enumerate(self._indexes) if place not in hidden]
        return [char for place, char in enumerate(chars) if place not in hidden]

    def _printed_again(self, textpage: Any, chars: Sequence[Char], hidden: dict[int, int]) -> None:
        """Take out of ``hidden`` (place in the list → when it was covered) what is printed again over its cover: pdfium tells a character
        that stands twice at one place only once.
        """
        if len(hidden) > _MANY:
            return
        later = self.objects.texts_after(min(hidden.values()))
        shown = (
            [
                (chars[place], address(c.FPDFText_GetTextObject(textpage, self._indexes[place])))
                for place in range(len(chars))
                if place not in hidden
            ]
            if later
            else []
        )
        for place, order in tuple(hidden.items()):
            turned = bool(chars[place][5] & 1)
            for when, box, item in later:
                if when <= order or not _runs_over(box, chars[place], turned):
                    continue
                if not any(own == item and _at_one_place(char, chars[place], turned) for char, own in shown):
                    del hidden[place]
                    break

    def is_smaller(self, textpage: Any, mark: int, base: int) -> bool:
        """Whether one character is set smaller than another (places in the list)."""
        return _size(textpage, self._indexes[mark]) <= _SMALLER * _size(textpage, self._indexes[base])

    def is_small(self, textpage: Any, turn: int, mark: int, base: int) -> bool:
        """Whether one character is set smaller and higher than another on its line, by font and baseline (places in the list); ``turn`` is
        that of the page's text in quarters clockwise.
        """
        low, high = self._indexes[base], self._indexes[mark]
        if _size(textpage, high) > _SMALLER * _size(textpage, low):
            return False
        (xa, ya), (xb, yb) = _origin(textpage, low), _origin(textpage, high)
        (left, top), (right, bottom) = apply(self.display, xa, ya), apply(self.display, xb, yb)
        return (top - bottom, right - left, bottom - top, left - right)[turn] > 0.5


def _garbled_fonts(textpage: Any, count: int) -> set[int]:
    """Addresses of the fonts that hide what they write: many of their glyphs stand for no character, the others for foreign ones."""
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for index in range(count):
        code = c.FPDFText_GetUnicode(textpage, index)
        if c.FPDFText_IsGenerated(textpage, index) == 1 or code == 32:
            continue
        tally = counts[_font_of(textpage, index)]
        tally[0] += 1
        tally[1] += c.FPDFText_HasUnicodeMapError(textpage, index) == 1
        tally[2] += code >= 0x2E80
        tally[3] += 0x80 <= code < 0x2000 and code != 0xB7
    return {
        font
        for font, (total, faults, chinese, foreign) in counts.items()
        if faults > _MOST_FAULTS * total
        or (faults > _FAULTS * total and chinese < _CHINESE * total)
        or (total >= 20 and foreign > _FOREIGN * total and chinese < _CHINESE * total)
    }


def _size(textpage: Any, index: int) -> float:
    matrix = c.FS_MATRIX()
    size = float(c.FPDFText_GetFontSize(textpage, index) or 1.0)
    return size * (math.hypot(matrix.c, matrix.d) or 1.0) if c.FPDFText_GetMatrix(textpage, index, matrix) else size


def _origin(textpage: Any, index: int) -> tuple[float, float]:
    x, y = ctypes.c_double(), ctypes.c_double()
    c.FPDFText_GetCharOrigin(textpage, index, ctypes.byref(x), ctypes.byref(y))
    return x.value, y.value


def _font_of(textpage: Any, index: int) -> int:
    item = c.FPDFText_GetTextObject(textpage, index)
    return address(c.FPDFTextObj_GetFont(item)) if item else 0


def _careful_box(textpage: Any, index: int, left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
    """The box from origin and font size where pdfium's own is implausible (fonts without ascent, or with absurd ones).

    Along and across are those of the text, which may run up or down the page.
    """
    matrix = c.FS_MATRIX()
    size = c.FPDFText_GetFontSize(textpage, index) or 1.0
    a, b = 1.0, 0.0
    if c.FPDFText_GetMatrix(textpage, index, matrix):
        size *= math.hypot(matrix.c, matrix.d) or 1.0
        length = math.hypot(matrix.a, matrix.b)
        if length > 0:
            a, b = matrix.a / length, matrix.b / length
    runs_up = abs(b) > 0.9
    wide, tall = (top - bottom, right - left) if runs_up else (right - left, top - bottom)
    if 0.7 * size <= tall <= 3.0 * size and wide > 0:
        return left, top, right, bottom
    x, y = ctypes.c_double(), ctypes.c_double()
    if not c.FPDFText_GetCharOrigin(textpage, index, ctypes.byref(x), ctypes.byref(y)):
        return left, top, right, bottom
    known = 0.0 < wide <= 3.0 * size
    if runs_up:
        up = 1.0 if b > 0 else -1.0  # the way the text runs; its top is to the left when it runs up
        low, high = (bottom, top) if known else sorted((y.value, y.value + up * size))
        first, last = sorted((x.value - up * 0.88 * size, x.value + up * 0.12 * size))
        return first, high, last, low
    if not known:
        left, right = sorted((x.value, x.value + (size if a >= 0 else -size)))
    up = 1.0 if a >= 0 else -1.0
    low, high = sorted((y.value - up * 0.12 * size, y.value + up * 0.88 * size))
    return left, high, right, low


def _within(box: Box, clip: Box, text: str) -> str:
    """What of a character is seen through a clip: all of it, nothing, or a part, which is no reading of a figure."""
    left, top, right, bottom = box
    tall = bottom - top
    top, bottom = top + _BODY[0] * tall, bottom - _BODY[1] * tall
    across = (min(right, clip[2]) - max(left, clip[0])) / max(0.1, right - left)
    down = (min(bottom, clip[3]) - max(top, clip[1])) / max(0.1, bottom - top)
    shown = min(across, down)
    return "" if shown < _CUT_OFF else text if shown > _WHOLE or (not text.isdigit() and shown > 0.5) else UNREADABLE


def _quarter_turns(angle: float) -> int | None:
    """Quarter turns (clockwise) of a character's angle in radians, ``None`` for slanted text such as a watermark."""
    quarters = angle / (math.pi / 2)
    nearest = round(quarters)
    return nearest % 4 if abs(quarters - nearest) < 0.06 else None


def marked_over(chars: list[Char], boxes: Sequence[Box], display: Matrix) -> list[Char]:
    """The characters; a figure under a mark of a reader (places in the page's own coordinates) cannot be read."""
    places = []
    for left, bottom, right, top in boxes:
        (xa, ya), (xb, yb) = apply(display, left, bottom), apply(display, right, top)
        places.append((min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb)))
    return [
        (*char[:4], UNREADABLE, char[5])
        if char[4].isdigit()
        and any(x0 <= (char[0] + char[2]) / 2 <= x1 and y0 <= (char[1] + char[3]) / 2 <= y1 for x0, y0, x1, y1 in places)
        else char
        for char in chars
    ]


def value_chars(text: str, left: float, top: float, right: float, bottom: float, display: Matrix) -> list[Char]:
    """Characters of a form field's value set in the middle of its place, given in the page's own coordinates."""
    xa, ya = apply(display, left, top)
    xb, yb = apply(display, right, bottom)
    x0, x1, y0, y1 = min(xa, xb), max(xa, xb), min(ya, yb), max(ya, yb)
    lines = [line for line in text.splitlines() if line.strip()]
    size = max(3.0, min(10.0, 0.8 * (y1 - y0) / max(1, len(lines))))
    chars: list[Char] = []
    for number, line in enumerate(lines):
        widths = [size if char >= "\u2e80" else 0.52 * size for char in line]
        scale = min(1.0, (x1 - x0) / max(1.0, sum(widths)))
        x = (x0 + x1) / 2 - scale * sum(widths) / 2
        middle = (y0 + y1) / 2 + (number - (len(lines) - 1) / 2) * size
        for char, width in zip(line, widths, strict=True):
            if shown := printed(ord(char)):
                chars.append((x, middle - size / 2, x + scale * width, middle + size / 2, shown, 0))
            x += scale * width
    return chars


def _runs_over(box: Box, char: Char, turned: bool) -> bool:
    """Whether a later text lies over the middle of a character, or ends where the character begins, as it does where its last one is not
    told a second time.
    """
    left, top, right, bottom = char[:4]
    x, y = (left + right) / 2, (top + bottom) / 2
    if turned:  # which end of the box is the line's is not told
        near = (bottom - top) / 4
        ends = abs(box[1] - bottom) < near or abs(box[3] - top) < near
        return box[0] <= x <= box[2] and (box[1] <= y <= box[3] or ends)
    ends = abs(box[2] - left) < (right - left) / 4
    return box[1] <= y <= box[3] and (box[0] <= x <= box[2] or ends)


def _at_one_place(first: Char, second: Char, turned: bool) -> bool:
    """Whether two characters lie over each other along their line."""
    if turned:
        return abs(first[1] + first[3] - second[1] - second[3]) < _OVERLAP * (second[3] - second[1])
    return abs(first[0] + first[2] - second[0] - second[2]) < _OVERLAP * (second[2] - second[0])
