"""OFD files (GB/T 33190): characters and lines of fixed pages, handed to the same grid code as PDF."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor.errors import LimitError, ReadError
from auditor.model.document import Document
from auditor.model.source import Source
from auditor.read.docx.xml import parse
from auditor.read.limits import OFD_OBJECTS, OFD_PAGES, PICTURE_HEIGHT, PICTURE_WIDTH, XML_DEPTH
from auditor.read.pdf.assemble import assemble
from auditor.read.pdf.glyphs import is_wide
from auditor.read.pdf.marks import UNREADABLE, Char, Marks, Page
from auditor.read.pdf.rules import RuleCollector
from auditor.read.pdf.shown import displayed, without_notes
from auditor.read.zipped import Members

_POINTS: Final = 72 / 25.4
_ASCENT, _DESCENT = 0.86, 0.14
_A4: Final = (0.0, 0.0, 210.0, 297.0)
_OPERATOR: Final = re.compile(r"[SMLQBAC]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_POINT_AT: Final = {"S": 0, "M": 0, "L": 0, "Q": 2, "B": 4, "A": 5}

_DRAWN: Final = frozenset(("TextObject", "PathObject", "ImageObject", "CompositeObject"))
_UNREAD_NOTES: Final = frozenset(("Link", "Watermark", "Highlight"))
_COMPOSITE_DEPTH: Final = 12
_WHITES: Final = 500
"""White areas looked at on one page."""
_WHITE: Final = 250.0
_FIGURE_WIDTH, _FIGURE_HEIGHT = 60.0, 30.0
"""Points up to which a picture may stand for a figure."""

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
Element = Any


def read_ofd(data: bytes, source: Source) -> Document:
    """The document in ``data``; ``source`` is handed through.

    Raises :class:`ReadError` ``READ-DAMAGED`` (no zip, a part missing or no XML), ``READ-UNSAFE``, ``READ-ENCRYPTED``,
    :class:`LimitError` ``READ-LIMIT``. Scanned pages are problems as in a PDF.
    """
    members = Members(data)
    pages: list[Page] = []
    author = ""
    if any(posixpath.basename(name).lower() == "encryptions.xml" for name in members.names()):
        raise ReadError("READ-ENCRYPTED", what="ofd")
    root = _part(members, "OFD.xml")
    for body in _all(root, "DocBody"):
        author = author or _text(body, "Author")
        place = _text(body, "DocRoot")
        if place:
            pages += _pages(members, _resolve("", place), len(pages))
    if not pages:
        raise ReadError("READ-DAMAGED", what="ofd", reason="no page")
    return assemble(Marks(pages=pages, author=author), source, "ofd")


def _pages(members: Members, root_name: str, before: int) -> Iterator[Page]:
    root = _part(members, root_name)
    common = _first(root, "CommonData")
    default = _numbers(_text(common, "PhysicalBox")) if common is not None else []
    units = _units(members, root_name, common)
    notes = _annotations(members, root_name, root)
    templates = {
        node.get("ID"): _resolve(root_name, node.get("BaseLoc") or "")
        for node in (_all(common, "TemplatePage") if common is not None else ())
    }
    listed = _first(root, "Pages")
    for count, node in enumerate(_all(listed, "Page") if listed is not None else (), start=before + 1):
        if count > OFD_PAGES:
            raise LimitError("READ-LIMIT", limit="pages", allowed=str(OFD_PAGES))
        name = _resolve(root_name, node.get("BaseLoc") or "")
        page = _part(members, name)
        box = _numbers(_text(page, "PhysicalBox")) or default
        reader = _PageReader(tuple(box) if len(box) == 4 else _A4, units | _units(members, name, page))
        for use in _all(page, "Template"):
            if template := templates.get(use.get("TemplateID")):
                reader.read(_part(members, template))
        reader.read(page)
        for note in notes.get(node.get("ID") or "", ()):
            reader.read_note(note)
        yield reader.page(count)


def _units(members: Members, part: str, holder: Element | None) -> dict[str, Element]:
    """The composite objects of the resources that a document or a page names, by their number."""
    found: dict[str, Element] = {}
    for kind in ("DocumentRes", "PublicRes", "PageRes"):
        for node in _all(holder, kind) if holder is not None else ():
            name = _found(members, _resolve(part, (node.text or "").strip()))
            if name in members:
                found |= {unit.get("ID") or "": unit for unit in _all(_part(members, name), "CompositeGraphicUnit")}
    return found


def _annotations(members: Members, part: str, root: Element) -> dict[str, list[Element]]:
    """The annotations that are seen, by the number of their page."""
    listed = next((node for node in root if _name(node) == "Annotations"), None)
    name = _found(members, _resolve(part, (listed.text or "").strip())) if listed is not None else ""
    found: dict[str, list[Element]] = {}
    for page in _all(_part(members, name), "Page") if name and name in members else ():
        place = _found(members, _resolve(name, _text(page, "FileLoc")))
        for note in _all(_part(members, place), "Annot") if place in members else ():
            if note.get("Visible") != "false" and note.get("Type") not in _UNREAD_NOTES:
                found.setdefault(page.get("PageID") or "", []).append(note)
    return found


class _PageReader:
    """Gathers the marks of one page; ``box`` is its area in millimetres, ``units`` are the composite objects it may use."""

    def __init__(self, box: tuple[float, ...], units: Mapping[str, Element] | None = None) -> None:
        self.left, self.top, self.width, self.height = box
        self.units = units or {}
        self.objects = self.whites = self.hidden = 0
        self.unread: list[tuple[float, float, float, float]] = []
        """Where something small is seen that is no text."""
        self.grounds: list[tuple[float, float, float, float]] = []
        self.chars: list[Char] = []
        self.rules = RuleCollector()
        self.images = 0
        self.covered = 0.0

    def page(self, number: int) -> Page:
        """The page with this number."""
        area = self.width * self.height * _POINTS * _POINTS
        self.chars += [(*box, UNREADABLE, 0) for box in self.unread if self._is_in_cell(box)]
        found = Page(
            number=number,
            width=self.width * _POINTS,
            height=self.height * _POINTS,
            chars=self.chars,
            horizontals=self.rules.horizontals,
            verticals=self.rules.verticals,
            image_share=min(1.0, self.covered / area) if area > 0 else 0.0,
            images=self.images,
            covered=self.hidden,
        )
        return displayed(without_notes(found))

    def _is_in_cell(self, box: tuple[float, float, float, float]) -> bool:
        """Whether upright rules stand on both sides of a box: a picture in a cell stands for a figure, one in prose for nothing."""
        middle = (box[1] + box[3]) / 2
        sides = [x for x, start, end in self.rules.verticals if start <= middle <= end]
        return any(x <= box[0] + 1 for x in sides) and any(x >= box[2] - 1 for x in sides)

    def read(self, root: Element) -> None:
        """Take the marks of a page or template."""
        content = _first(root, "Content")
        if content is not None:
            self._walk(content, (1.0, 0.0, 0.0, 1.0, -self.left, -self.top), 0)

    def read_note(self, note: Element) -> None:
        """Take what an annotation writes on the page or covers."""
        for look in (node for node in note if _name(node) == "Appearance"):
            box = _numbers(look.get("Boundary") or "") or [0.0, 0.0]
            self._walk(look, (1.0, 0.0, 0.0, 1.0, box[0] - self.left, box[1] - self.top), 0)

    def _walk(self, parent: Element, base: Matrix, depth: int) -> None:
        if depth > XML_DEPTH:
            raise LimitError("READ-LIMIT", limit="depth", allowed=str(XML_DEPTH))
        for node in parent:
            kind = _name(node)
            if kind in ("Layer", "PageBlock"):
                self._walk(node, base, depth + 1)
            elif kind in _DRAWN and node.get("Visible") != "false":
                self.objects += 1
                if self.objects > OFD_OBJECTS:
                    raise LimitError("READ-LIMIT", limit="objects", allowed=str(OFD_OBJECTS))
                if kind == "CompositeObject":
                    unit = self.units.get(node.get("ResourceID") or "")
                    content = _first(unit, "Content") if unit is not None else None
                    if content is not None and depth < _COMPOSITE_DEPTH:
                        self._walk(content, _inner(node, base), depth + 1)
                    else:
                        self._mark(node, base)
                    continue
                matrix = _placed(node, base)
                if kind == "TextObject":
                    self._text(node, matrix)
                elif kind == "PathObject":
                    self._path(node, matrix)
                else:
                    self._image(node, base)

    def _text(self, node: Element, matrix: Matrix) -> None:
        if not _leaves_ink(node):
            return
        size = _number(node.get("Size"), 3.0)
        turns = (int(_number(node.get("CharDirection"), 0.0)) // 90 + _quarter_turns(matrix)) % 4
        is_white = _is_white(_first(node, "FillColor"))
        scale = _number(node.get("HScale"), 1.0)
        x = y = 0.0
        for code in _all(node, "TextCode"):
            x, y = _number(code.get("X"), x), _number(code.get("Y"), y)
            text = code.text or ""
            steps_x, steps_y = _deltas(code.get("DeltaX"), len(text)), _deltas(code.get("DeltaY"), len(text))
            for index, char in enumerate(text):
                width = size * scale * (1.0 if is_wide(char) else 0.5)
                low = _apply(matrix, x, y + size * _DESCENT)
                high = _apply(matrix, x + width, y - size * _ASCENT)
                box = (min(low[0], high[0]), min(low[1], high[1]), max(low[0], high[0]), max(low[1], high[1]))
                if not char.isspace() and not (is_white and not any(_holds(ground, box) for ground in self.grounds)):
                    self.chars.append((*box, char, turns))
                if index < len(steps_x):
                    x += steps_x[index]
                elif not steps_y:
                    x += width
                if index < len(steps_y):
                    y += steps_y[index]

    def _path(self, node: Element, matrix: Matrix) -> None:
        segments = list(_segments(_text(node, "AbbreviatedData"), matrix))
        if not segments:
            return
        if node.get("Stroke") != "false":
            for start, end in segments:
                self.rules.add_segment(start, end)
        if node.get("Fill") == "true" and _alpha(node) > 0:
            xs = [x for pair in segments for x, _ in pair]
            ys = [y for pair in segments for _, y in pair]
            box = (min(xs), min(ys), max(xs), max(ys))
            if _is_white(_first(node, "FillColor")):
                self._cover(box)
                return
            self.grounds.append(box)
            if not self.rules.add_box(min(xs), min(ys), max(xs), max(ys)):
                self.rules.add_filled(segments)

    def _cover(self, box: tuple[float, float, float, float]) -> None:
        """A white area hides what was written below it."""
        self.whites += 1
        if self.whites > _WHITES:
            return
        kept = [char for char in self.chars if not _holds(box, char[:4])]
        self.hidden += len(self.chars) - len(kept)
        self.chars = kept

    def _mark(self, node: Element, base: Matrix) -> None:
        """Something is seen here and cannot be read."""
        box = _numbers(node.get("Boundary") or "")
        if len(box) != 4:
            return
        left, top = _apply(base, box[0], box[1])
        right, bottom = _apply(base, box[0] + box[2], box[1] + box[3])
        at = [value * _POINTS for value in (min(left, right), min(top, bottom), max(left, right), max(top, bottom))]
        if 0 < at[3] - at[1] <= _FIGURE_HEIGHT and 0 < at[2] - at[0] <= _FIGURE_WIDTH:
            self.unread.append((at[0], at[1], at[2], at[3]))

    def _image(self, node: Element, base: Matrix) -> None:
        box = _numbers(node.get("Boundary") or "")
        if len(box) == 4:
            width, height = box[2] * _POINTS, box[3] * _POINTS
            if width < PICTURE_WIDTH and height < PICTURE_HEIGHT:
                self._mark(node, base)
            self.covered += width * height
            self.images += width >= PICTURE_WIDTH and height >= PICTURE_HEIGHT


def _inner(node: Element, base: Matrix) -> Matrix:
    """The object's own coordinates → those that ``base`` leads to, in millimetres."""
    box = _numbers(node.get("Boundary") or "") or [0.0, 0.0]
    own = _numbers(node.get("CTM") or "")
    a, b, c, d, e, f = own if len(own) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    e, f = e + box[0], f + box[1]
    ba, bb, bc, bd, be, bf = base
    return (ba * a + bc * b, bb * a + bd * b, ba * c + bc * d, bb * c + bd * d, ba * e + bc * f + be, bb * e + bd * f + bf)


def _placed(node: Element, base: Matrix) -> Matrix:
    """The object's own coordinates → points on the page."""
    a, b, c, d, e, f = _inner(node, base)
    return (a * _POINTS, b * _POINTS, c * _POINTS, d * _POINTS, e * _POINTS, f * _POINTS)


def _quarter_turns(matrix: Matrix) -> int:
    """Clockwise quarter turns of text drawn through this matrix."""
    a, b = matrix[0], matrix[1]
    if abs(b) > abs(a):
        return 1 if b > 0 else 3
    return 2 if a < 0 else 0


def _leaves_ink(node: Element) -> bool:
    """Whether text is filled or stroked, and not wholly transparent."""
    drawn = node.get("Fill") != "false" or node.get("Stroke") == "true"
    return drawn and _alpha(node) > 0


def _alpha(node: Element) -> float:
    """How opaque an object is, 0 to 255."""
    colour = next((child for child in node if _name(child) in ("FillColor", "StrokeColor")), None)
    own = _number(node.get("Alpha"), 255.0)
    return min(own, _number(colour.get("Alpha"), 255.0)) if colour is not None else own


def _is_white(colour: Element | None) -> bool:
    """Whether a colour is white: three bytes of nearly 255, or one of grey."""
    if colour is None:
        return False
    values = _numbers(colour.get("Value") or "")
    return len(values) in (1, 3) and min(values) >= _WHITE


def _holds(outer: tuple[float, ...], inner: tuple[float, ...]) -> bool:
    """Whether the middle of the inner box lies in the outer one."""
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _segments(data: str, matrix: Matrix) -> Iterator[tuple[Point, Point]]:
    """Straight strokes of a path; curves only move the pen."""
    start = pen = _apply(matrix, 0.0, 0.0)
    operator, values = "", list[float]()

    def wanted() -> int:
        return {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7}.get(operator, 0)

    for word in _OPERATOR.findall(data):
        if word.isalpha():
            operator, values = word, []
            if operator == "C":
                yield pen, start
                pen = start
            continue
        values.append(float(word))
        if operator in _POINT_AT and len(values) == wanted():
            at = _POINT_AT[operator]
            point = _apply(matrix, values[at], values[at + 1])
            values = []
            if operator == "L":
                yield pen, point
            elif operator in "SM":
                start = point
            pen = point


def _apply(matrix: Matrix, x: float, y: float) -> Point:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _deltas(text: str | None, most: int) -> list[float]:
    """Steps between characters; ``g 3 5.0`` stands for three steps of 5.0."""
    steps: list[float] = []
    words = (text or "").split()
    index = 0
    while index < len(words) and len(steps) < most:
        if words[index] == "g" and index + 2 < len(words):
            steps += [_number(words[index + 2], 0.0)] * min(most, max(0, int(_number(words[index + 1], 0.0))))
            index += 3
        else:
            steps.append(_number(words[index], 0.0))
            index += 1
    return steps


def _part(members: Members, name: str) -> Element:
    return parse(members.read(_found(members, name)), name)


def _found(members: Members, name: str) -> str:
    """The member of this name, upper and lower case set aside as writers do."""
    if name in members:
        return name
    return next((other for other in members.names() if other.lower() == name.lower()), name)


def _resolve(part: str, place: str) -> str:
    place = place.strip().replace("\\", "/")
    path = place.lstrip("/") if place.startswith("/") else posixpath.join(posixpath.dirname(part), place)
    return posixpath.normpath(path)


def _name(node: Element) -> str:
    tag = node.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def _all(parent: Element, name: str) -> Iterator[Element]:
    return (node for node in parent.iter() if _name(node) == name)


def _first(parent: Element, name: str) -> Element | None:
    return next(_all(parent, name), None)


def _text(parent: Element, name: str) -> str:
    node = _first(parent, name)
    return (node.text or "").strip() if node is not None else ""


def _numbers(text: str) -> list[float]:
    return [_number(word, 0.0) for word in text.split()]


def _number(text: str | None, default: float) -> float:
    try:
        value = float(text) if text is not None else default
    except ValueError:
        return default
    return value if abs(value) < 1e6 else default
