"""The objects of a page in the order in which they are painted: ruling lines, pictures, and what tells that text is not displayed.

Nothing is rendered here. What the objects alone cannot decide is left to :mod:`auditor.read.pdf.ink`, which looks at the page.
"""

from __future__ import annotations

import ctypes
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, NamedTuple

import pypdfium2.raw as c

from auditor.errors import LimitError
from auditor.model.source import Box
from auditor.read.pdf import limits
from auditor.read.pdf.marks import Char, Matrix, Point, apply, multiply
from auditor.read.pdf.rules import THIN, RuleCollector, is_thin

INVISIBLE: Final = (3, 7)  # render modes: neither filled nor stroked
_CLIPS: Final = 7  # render mode of text that is no ink itself
_LARGE_IMAGE: Final = 0.04  # share of the page from which a picture could hold a table
_PAPER: Final = 255.0
_PALE: Final = 130.0  # brightness (of 255) from which large or repeated text may be a watermark
_DIM: Final = 150.0  # brightness of a ground on which black text is no longer seen well
_ONE_PLACE: Final = 1.8  # points within which pdfium takes two characters for one
_SHADOW: Final = 3.5  # points by which a shadow lies beside its text
_SEEN: Final = 16.0  # difference of brightness that an eye sees in text
_DRAWN: Final = 6.0  # and in a line that is drawn through
_LARGE: Final = 1.6  # times the usual height of text, for a watermark
_SOLID: Final = 0.9  # of a picture's dots through which nothing is seen
_TALL: Final = 40.0  # points of a line of outlined characters
_ROW: Final = 8.0  # points of a table's lowest row
_TRIMMED: Final = 0.4  # points that a clip may take off the side of a text, twice that above and below
_SAMPLE: Final = 8  # of how many clipped texts one is asked
_ADDED: Final = 24  # texts at the end of a page, where programs add what they change
_SHEET: Final = 0.5  # of the page: a clip of this size hides nothing

Mark = tuple[int, int, int]
"""What watermarks of one kind share: width and height in points, brightness in steps."""


class TextObject(NamedTuple):
    """A text object: when it is painted, its handle and place, its brightness on white paper (0 black to 255) and opacity (0 to 1)."""

    order: int
    handle: Any
    matrix: Matrix
    brightness: float
    opacity: float


@dataclass(frozen=True, slots=True)
class Cover:
    """An area: when it is painted, where, how bright; ``None``: a picture, of any colours. Through one that is not ``opaque`` what lies
    beneath is seen.
    """

    order: int
    box: Box
    brightness: float | None
    opaque: bool = True
    handle: Any = None


@dataclass
class Objects:
    """What the objects of one page are and tell.

    ``gone`` holds the addresses of text objects that are not displayed, ``slanted`` strokes that run neither level nor upright,
    ``watermarks`` the marks found, ``pale`` all that may be one, ``look`` says that the page must be looked at, ``places`` where it
    must be looked at if tables stand there; ``unseen`` counts text that is not to be told from its ground, ``outlines`` characters
    that may be drawn as outlines; ``cuts`` are the clips of text that reaches beyond them and ``mirrored`` text seen as in a mirror, by
    the address of its object; ``retold`` says that the file has other words (ActualText) for some of the text.
    """

    document: Any
    width: float
    height: float
    number: int
    layered: bool = False
    known: frozenset[Mark] = frozenset()
    rules: RuleCollector = field(default_factory=RuleCollector)
    image_area: float = 0.0
    images: int = 0
    printed: int = 0
    unprinted: int = 0
    look: bool = False
    places: list[Box] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)
    cuts: dict[int, Box] = field(default_factory=dict)
    mirrored: set[int] = field(default_factory=set)
    retold: bool = False
    unseen: int = 0
    outlines: int = 0
    slanted: list[tuple[Point, Point]] = field(default_factory=list)
    watermarks: set[Mark] = field(default_factory=set)
    pale: set[Mark] = field(default_factory=set)
    _page: Any = None
    _clips: set[int] = field(default_factory=set)
    _count: int = 0
    _order: int = 0
    _texts: list[TextObject] = field(default_factory=list)
    _grounds: list[Cover] = field(default_factory=list)
    _late: list[Cover] = field(default_factory=list)
    _white: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)

    def read(self, page: Any, display: Matrix) -> None:
        """Walk the page's objects. Raises ``READ-LIMIT-PATHS``."""
        self._page = page
        self._walk(c.FPDFPage_CountObjects(page), partial(c.FPDFPage_GetObject, page), display, 0)
        for text in (self._texts if self.cuts else self._texts[-_ADDED:]) if self._clips else ():
            if address(text.handle) not in self.cuts:
                self._judge_clip(text.handle, text.matrix)
        self._white_rules()
        self._judge_light()

    # ---- the walk

    def _walk(self, count: int, get: Callable[[int], Any], matrix: Matrix, depth: int) -> None:
        self._count += max(count, 0)
        if self._count > limits.MAX_OBJECTS_PER_PAGE:
            raise LimitError("READ-LIMIT-PATHS", limit=str(limits.MAX_OBJECTS_PER_PAGE), found=str(self._count), page=str(self.number))
        kind_of = c.FPDFPageObj_GetType
        for index in range(count):
            item = get(index)
            kind = kind_of(item)
            self._order += 1
            if kind == c.FPDF_PAGEOBJ_TEXT:
                self._text(item, matrix)
            elif kind == c.FPDF_PAGEOBJ_PATH:
                self._path(item, matrix)
            elif kind == c.FPDF_PAGEOBJ_IMAGE:
                self._image(item, matrix)
            elif kind == c.FPDF_PAGEOBJ_FORM and depth < limits.MAX_FORM_DEPTH:
                own = c.FS_MATRIX()
                c.FPDFPageObj_GetMatrix(item, own)
                inner = multiply((own.a, own.b, own.c, own.d, own.e, own.f), matrix)
                self._walk(c.FPDFFormObj_CountObjects(item), partial(c.FPDFFormObj_GetObject, item), inner, depth + 1)
            else:
                self.look = True  # a shading, or forms deeper than we go

    def _text(self, item: Any, matrix: Matrix) -> None:
        mode = c.FPDFTextObj_GetTextRenderMode(item)
        if mode in INVISIBLE:
            self.unprinted += 1
            self.look = self.look or mode == _CLIPS  # what is painted through it later may show it
            return
        self.printed += 1
        brightness, opacity = _colour(item, stroke=mode in (1, 5))
        self._texts.append(TextObject(self._order, item, matrix, brightness, opacity))
        for index in range(c.FPDFPageObj_CountMarks(item)):
            self._judge_mark(c.FPDFPageObj_GetMark(item, index))
        c.FPDFPageObj_GetMatrix(item, _OWN_MATRIX)
        if (_OWN.a * _OWN.d - _OWN.b * _OWN.c) * (matrix[0] * matrix[3] - matrix[1] * matrix[2]) > 0 and _has_name(item):
            self.mirrored.add(address(item))
        count = c.FPDFClipPath_CountPaths(c.FPDFPageObj_GetClipPath(item))
        # A single clip is there only where it matters (pdfium drops it else). Programs that nest clips clip each piece of text alike: not
        # all need to be asked, but each way of clipping, what was added last, and all where one text reaches beyond its clip.
        if count > 0 and (count == 1 or self.cuts or count not in self._clips or self._order % _SAMPLE == 0):
            self._clips.add(count)
            self._judge_clip(item, matrix)

    def _judge_mark(self, mark: Any) -> None:
        """What a mark around text tells: its layer, and other words for it."""
        if self.layered and not self.look and _mark_name(mark) == "OC":
            self.look = True
        self.retold = self.retold or c.FPDFPageObjMark_GetParamValueType(mark, OTHER_WORDS) != c.FPDF_OBJECT_UNKNOWN

    def _judge_clip(self, item: Any, matrix: Matrix) -> None:
        clip = _clip(item)
        if clip is None:
            return
        xs, ys = zip(*(apply(matrix, x, y) for x in (clip[0], clip[2]) for y in (clip[1], clip[3])), strict=True)
        if (max(xs) - min(xs)) * (max(ys) - min(ys)) > _SHEET * self.width * self.height:
            return
        box = _bounds(item, matrix)
        if box is None:
            return
        across, down = max(min(xs) - box[0], box[2] - max(xs)), max(min(ys) - box[1], box[3] - max(ys))
        if across > _TRIMMED or down > 2 * _TRIMMED:
            self.cuts[address(item)] = (min(xs), min(ys), max(xs), max(ys))
            self.look = self.look or across > 1 or down > 2

    def _image(self, item: Any, matrix: Matrix) -> None:
        box = _bounds(item, matrix)
        if box is None or self.rules.add_box(*box):
            return
        area = max(0.0, min(box[2], self.width) - max(box[0], 0.0)) * max(0.0, min(box[3], self.height) - max(box[1], 0.0))
        self.image_area += area
        if area > _LARGE_IMAGE * self.width * self.height:
            self.images += 1
        self.places.append(box)
        self._late.append(Cover(self._order, box, None, handle=item))

    def _path(self, item: Any, matrix: Matrix) -> None:
        c.FPDFPath_GetDrawMode(item, *_MODE)
        fill, stroke = bool(_FILL.value), bool(_STROKE.value)
        if not fill and not stroke:
            return
        box = _bounds(item, matrix)
        if box is None or box[2] < 0 or box[3] < 0 or box[0] > self.width or box[1] > self.height:
            return
        brightness, opacity = _colour(item, stroke=stroke)
        seen = _PAPER - (brightness * opacity + _PAPER * (1 - opacity)) >= _DRAWN
        if seen:
            if self.rules.add_box(*box):
                return
        elif is_thin(*box):
            self._white.append(("add_box", box))
            return
        if fill and not stroke and not seen and opacity < 0.5:
            return  # a mark that nobody sees
        count = c.FPDFPath_CountSegments(item)
        if not 0 < count <= limits.MAX_SEGMENTS_PER_PATH:
            self.places.append(box)
            return
        if fill:
            self._area(item, box, count, *(_colour(item, stroke=False) if stroke else (brightness, opacity)))
            if count <= 5 and not stroke:
                return  # a single filled rectangle is shading
        curves: list[tuple[Point, Point]] = []
        segments = self._segments(item, count, matrix, curves)
        if not stroke:
            if seen:
                self.rules.add_filled(segments)
            else:
                self._white.append(("add_filled", (segments,)))
            return
        if seen:
            self.slanted += curves
        elif self._texts and min(box[2] - box[0], box[3] - box[1]) > THIN:
            self.places.append(box)  # a pale stroke so broad that it hides text
        for start, end in segments:
            if abs(start[0] - end[0]) >= 1.0 and abs(start[1] - end[1]) >= 1.0:
                if seen:
                    self.slanted.append((start, end))
                    self.places.append((*start, *start))
            elif seen:
                self.rules.add_segment(start, end)
            else:
                self._white.append(("add_segment", (start, end)))

    def _area(self, item: Any, box: Box, count: int, brightness: float, opacity: float) -> None:
        """A filled area as ground for what comes later and cover of what came before."""
        if count > 6:
            if self._texts and opacity > 0.3:
                self.places.append(box)  # it may hide text
            if box[3] - box[1] < _TALL and _has_curves(item, count):
                self.places.append(box)  # perhaps characters drawn as outlines
                self.outlines += max(1, count // 20)
            return
        if opacity >= 0.99 and not c.FPDFPageObj_HasTransparency(item):
            cover = Cover(self._order, box, brightness)
            self._grounds.append(cover)
            if self._texts:
                self._late.append(cover)
        elif self._texts and opacity > 0.3:
            self._late.append(Cover(self._order, box, brightness, opaque=False))

    def _segments(self, item: Any, count: int, matrix: Matrix, curves: list[tuple[Point, Point]]) -> list[tuple[Point, Point]]:
        """The straight segments of a path; for its curves the lines between their points go to ``curves``."""
        c.FPDFPageObj_GetMatrix(item, _OWN_MATRIX)
        total = multiply((_OWN.a, _OWN.b, _OWN.c, _OWN.d, _OWN.e, _OWN.f), matrix)
        found: list[tuple[Point, Point]] = []
        first: Point | None = None
        last: Point | None = None
        for index in range(count):
            segment = c.FPDFPath_GetPathSegment(item, index)
            c.FPDFPathSegment_GetPoint(segment, *_POINT)
            point = apply(total, _X.value, _Y.value)
            kind = c.FPDFPathSegment_GetType(segment)
            if kind == c.FPDF_SEGMENT_MOVETO:
                first = point
            elif kind == c.FPDF_SEGMENT_LINETO and last is not None:
                found.append((last, point))
            elif kind == c.FPDF_SEGMENT_BEZIERTO and last is not None:
                self.places.append((*last, *last))
                curves.append((last, point))
            last = point
            if c.FPDFPathSegment_GetClose(segment) and first is not None:
                found.append((last, first))
                last = first
        return found

    # ---- what the objects together tell

    def _white_rules(self) -> None:
        """White lines rule a table only where something darker lies beneath."""
        dark = [ground.box for ground in self._grounds if ground.brightness is not None and ground.brightness < _PAPER - _DRAWN]
        if not dark:
            return
        for name, arguments in self._white:
            if name == "add_box":
                points = [arguments]
            elif name == "add_segment":
                (xa, ya), (xb, yb) = arguments
                points = [(xa, ya, xb, yb)]
            else:
                points = [(*start, *end) for start, end in arguments[0]]
            for xa, ya, xb, yb in points:
                x, y = (xa + xb) / 2, (ya + yb) / 2
                if any(box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1 for box in dark):
                    getattr(self.rules, name)(*arguments)
                    break

    def _judge_light(self) -> None:
        """Text that is hardly or not to be told from its ground, and pale text that is a watermark or a shadow."""
        dim = [ground for ground in self._grounds if (ground.brightness or 0.0) < _DIM]
        candidates = [text for text in self._texts if text.brightness > _PALE or text.opacity < 0.75]
        if dim:
            candidates += [text for text in self._texts if text.brightness <= _PALE and text.opacity >= 0.75]
        if not candidates:
            return
        ordinary = {id(text) for text in candidates if text.brightness > _PALE or text.opacity < 0.75}
        pale: dict[Mark, list[tuple[TextObject, Box]]] = {}
        for text in candidates:
            box = _bounds(text.handle, text.matrix)
            if box is None:
                continue
            x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
            beneath = [ground for ground in self._grounds if ground.order < text.order and _holds(ground.box, x, y)]
            ground = float(beneath[-1].brightness or 0.0) if beneath else _PAPER
            if any(late.brightness is None and late.order < text.order and _holds(late.box, x, y) for late in self._late):
                continue  # on a picture: only a look can tell
            contrast = abs(ground - text.brightness) * text.opacity
            if contrast < _SEEN:
                self.gone.add(address(text.handle))
                self.unseen += 1
                self.look = self.look or ground < _DIM
            elif id(text) in ordinary and contrast < ground - _PALE:
                mark = (round(box[2] - box[0]), round(box[3] - box[1]), round(contrast / 8))
                pale.setdefault(mark, []).append((text, box))
        if not pale:
            return
        self.pale = set(pale)
        usual = self._usual_height(ordinary)
        for mark, members in pale.items():
            large = usual is not None and mark[1] >= _LARGE * usual
            wide = mark[0] >= 1.5 * mark[1]
            crossing = (large or (wide and len(members) > 1)) and any(self._crosses(box, ordinary) for _, box in members)
            if mark in self.known or crossing or (large and len(members) > 1):
                self.watermarks.add(mark)
                self.gone.update(address(text.handle) for text, _ in members)
            elif not large:
                for text, box in members:
                    shift = self._shadow(box, ordinary)
                    if shift > _ONE_PLACE:
                        self.gone.add(address(text.handle))
                    elif shift >= 0:
                        self.look = True  # pdfium may tell only one of the two

    def _shadow(self, box: Box, pale: set[int]) -> float:
        """How far beside pale text the darker text of the same size stands whose shadow it is; -1 where there is none."""
        for text in self._texts:
            other = _bounds(text.handle, text.matrix) if id(text) not in pale else None
            if other is None or abs(box[2] - box[0] - other[2] + other[0]) > 0.2 or abs(box[3] - box[1] - other[3] + other[1]) > 0.2:
                continue
            shift = max(abs(box[0] - other[0]), abs(box[1] - other[1]))
            if shift < _SHADOW:
                return shift
        return -1.0

    def _usual_height(self, without: set[int]) -> float | None:
        heights = Counter[int]()
        for text in self._texts[:: max(1, len(self._texts) // 60)]:
            if id(text) not in without and (box := _bounds(text.handle, text.matrix)) is not None:
                heights[round(box[3] - box[1])] += 1
        ordered = sorted(heights.elements())
        return float(ordered[len(ordered) // 2]) if ordered else None

    def _crosses(self, box: Box, pale: set[int]) -> bool:
        """Whether something that stands for itself is drawn across this place: an upright rule or other text."""
        left, top, right, bottom = box
        middle = (top + bottom) / 2
        if any(left + 3 < x < right - 3 and start < middle < end for x, start, end in self.rules.verticals):
            return True
        return any(
            (other := _bounds(text.handle, text.matrix)) is not None
            and min(other[2], right) - max(other[0], left) > 2
            and min(other[3], bottom) - max(other[1], top) > 2
            for text in self._texts
            if id(text) not in pale
        )

    def must_look(self) -> bool:
        """Whether the page's objects leave open what is displayed in its text or tables."""
        if self.look:
            return True
        upright = [rule for rule in self.rules.verticals if rule[2] - rule[1] > _ROW]
        if not upright or not self.places:
            return False
        left, right = min(rule[0] for rule in upright), max(rule[0] for rule in upright)
        spans = _joined(sorted((rule[1], rule[2]) for rule in upright))
        return any(
            box[0] <= right and box[2] >= left and any(box[1] <= bottom and box[3] >= top for top, bottom in spans) for box in self.places
        )

    def covers_over(self, chars: Sequence[Char]) -> list[Cover]:
        """What was painted over the page after its first text, and lies over one of these characters."""
        if not self._texts or not chars:
            return []
        first = self._texts[0].order
        late = [cover for cover in self._late if cover.order > first]
        if not late:
            return []
        middles = sorted(((char[1] + char[3]) / 2, (char[0] + char[2]) / 2) for char in chars)
        found = []
        for cover in late:
            left, top, right, bottom = cover.box
            near = middles[bisect_left(middles, (top, 0.0)) : bisect_right(middles, (bottom, 0.0))]
            if any(left <= x <= right for _, x in near):
                found.append(cover)
        return found

    def orders(self) -> dict[int, int]:
        """When each text object is painted, by its address."""
        return {address(text.handle): text.order for text in self._texts}

    def texts_after(self, order: int) -> list[tuple[int, Box, int]]:
        """The text objects painted after this: when, where, and their addresses."""
        found = ((text.order, _bounds(text.handle, text.matrix), address(text.handle)) for text in self._texts if text.order > order)
        return [(when, box, item) for when, box, item in found if box is not None]

    def is_opaque(self, picture: Cover) -> bool:
        """Whether nothing is seen through a picture, as it is through the drawing of a seal."""
        if c.FPDFPageObj_HasTransparency(picture.handle):
            return False
        bitmap = c.FPDFImageObj_GetRenderedBitmap(self.document, self._page, picture.handle)
        if not bitmap:
            return False
        try:
            if c.FPDFBitmap_GetFormat(bitmap) != c.FPDFBitmap_BGRA:
                return True
            size = c.FPDFBitmap_GetStride(bitmap) * c.FPDFBitmap_GetHeight(bitmap)
            opacity = ctypes.string_at(c.FPDFBitmap_GetBuffer(bitmap), size)[3::4]
            return opacity.count(255) > _SOLID * len(opacity)
        finally:
            c.FPDFBitmap_Destroy(bitmap)


def _joined(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1] + _ROW:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def address(item: Any) -> int:
    """What tells one object of an open page from another."""
    return ctypes.addressof(item.contents)


def _holds(box: Box, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _bounds(item: Any, matrix: Matrix) -> Box | None:
    if not c.FPDFPageObj_GetBounds(item, *_SIDES):
        return None
    left, bottom, right, top = _LEFT.value, _BOTTOM.value, _RIGHT.value, _TOP.value
    xa, ya = apply(matrix, left, bottom)
    xb, yb = apply(matrix, right, top)
    if matrix[1] or matrix[2]:
        xs, ys = zip(*(apply(matrix, x, y) for x in (left, right) for y in (bottom, top)), strict=True)
        return min(xs), min(ys), max(xs), max(ys)
    return (xa if xa < xb else xb), (ya if ya < yb else yb), (xb if xa < xb else xa), (yb if ya < yb else ya)


# What pdfium writes its answers into: made once, as each takes longer to make than to ask for.
_LEFT, _BOTTOM, _RIGHT, _TOP = ctypes.c_float(), ctypes.c_float(), ctypes.c_float(), ctypes.c_float()
_SIDES = tuple(ctypes.byref(value) for value in (_LEFT, _BOTTOM, _RIGHT, _TOP))
_FILL, _STROKE = ctypes.c_int(), ctypes.c_int()
_MODE = (ctypes.byref(_FILL), ctypes.byref(_STROKE))
_RED, _GREEN, _BLUE, _ALPHA = ctypes.c_uint(), ctypes.c_uint(), ctypes.c_uint(), ctypes.c_uint()
_COLOUR = tuple(ctypes.byref(value) for value in (_RED, _GREEN, _BLUE, _ALPHA))


def _colour(item: Any, *, stroke: bool) -> tuple[float, float]:
    """Brightness (0 to 255) and opacity (0 to 1) of an object's paint."""
    get = c.FPDFPageObj_GetStrokeColor if stroke else c.FPDFPageObj_GetFillColor
    if not get(item, *_COLOUR):
        return 0.0, 1.0
    return 0.3 * _RED.value + 0.59 * _GREEN.value + 0.11 * _BLUE.value, _ALPHA.value / 255


def _has_curves(item: Any, count: int) -> bool:
    kinds = (c.FPDFPathSegment_GetType(c.FPDFPath_GetPathSegment(item, index)) for index in range(min(count, 40)))
    return any(kind == c.FPDF_SEGMENT_BEZIERTO for kind in kinds)


def _has_name(text: Any) -> bool:
    """Whether the font of a text has a name; where it has none (Type 3), its glyphs may be drawn mirrored themselves."""
    font = c.FPDFTextObj_GetFont(text)
    return bool(font) and c.FPDFFont_GetBaseFontName(font, None, 0) > 1


def _mark_name(mark: Any) -> str:
    size = ctypes.c_ulong()
    buffer = ctypes.create_string_buffer(64)
    if not mark or not c.FPDFPageObjMark_GetName(mark, ctypes.cast(buffer, ctypes.POINTER(c.FPDF_WCHAR)), 64, size):
        return ""
    return buffer.raw[: max(0, min(size.value, 64) - 2)].decode("utf-16-le", "replace")


_OWN = c.FS_MATRIX()
_OWN_MATRIX = ctypes.byref(_OWN)
OTHER_WORDS: Final = ctypes.create_string_buffer(b"ActualText")
"""What a file says should be taken for a displayed text."""
_X, _Y = ctypes.c_float(), ctypes.c_float()
_POINT = (ctypes.byref(_X), ctypes.byref(_Y))


def _clip(item: Any) -> Box | None:
    """The smallest rectangle to which an object is clipped, in its own coordinates; ``None`` where it is not, or by other shapes."""
    path = c.FPDFPageObj_GetClipPath(item)
    count = c.FPDFClipPath_CountPaths(path) if path else 0
    found: Box | None = None
    for index in range(min(max(count, 0), 4)):
        box = _rectangle(path, index)
        if box is None:
            continue
        found = box if found is None else (max(found[0], box[0]), max(found[1], box[1]), min(found[2], box[2]), min(found[3], box[3]))
    return found


def _rectangle(path: Any, index: int) -> Box | None:
    corners = list(_corners(path, index))
    if len(corners) < 2:
        return None
    (xa, ya), (xb, yb) = corners
    return min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb)


def _corners(path: Any, index: int) -> Iterator[Point]:
    """Two opposite corners of a path of four or five points."""
    if 4 <= c.FPDFClipPath_CountPathSegments(path, index) <= 5:
        for place in (0, 2):
            c.FPDFPathSegment_GetPoint(c.FPDFClipPath_GetPathSegment(path, index, place), *_POINT)
            yield _X.value, _Y.value
