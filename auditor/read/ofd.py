"""OFD files (GB/T 33190): characters and lines of fixed pages, handed to the same grid code as PDF."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any, Final

from auditor.errors import LimitError, ReadError
from auditor.model.document import Document
from auditor.model.source import Source
from auditor.read.docx.xml import parse
from auditor.read.limits import OFD_PAGES, PICTURE_HEIGHT, PICTURE_WIDTH, XML_DEPTH
from auditor.read.pdf.assemble import assemble
from auditor.read.pdf.glyphs import is_wide
from auditor.read.pdf.marks import Char, Marks, Page
from auditor.read.pdf.rules import RuleCollector
from auditor.read.zipped import Members

_POINTS: Final = 72 / 25.4
_ASCENT, _DESCENT = 0.86, 0.14
_A4: Final = (0.0, 0.0, 210.0, 297.0)
_OPERATOR: Final = re.compile(r"[SMLQBAC]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_POINT_AT: Final = {"S": 0, "M": 0, "L": 0, "Q": 2, "B": 4, "A": 5}

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
        reader = _PageReader(tuple(box) if len(box) == 4 else _A4)
        for use in _all(page, "Template"):
            if template := templates.get(use.get("TemplateID")):
                reader.read(_part(members, template))
        reader.read(page)
        yield reader.page(count)


class _PageReader:
    """Gathers the marks of one page; ``box`` is its area in millimetres."""

    def __init__(self, box: tuple[float, ...]) -> None:
        self.left, self.top, self.width, self.height = box
        self.chars: list[Char] = []
        self.rules = RuleCollector()
        self.images = 0
        self.covered = 0.0

    def page(self, number: int) -> Page:
        """The page with this number."""
        area = self.width * self.height * _POINTS * _POINTS
        return Page(
            number=number,
            width=self.width * _POINTS,
            height=self.height * _POINTS,
            chars=self.chars,
            horizontals=self.rules.horizontals,
            verticals=self.rules.verticals,
            image_share=min(1.0, self.covered / area) if area > 0 else 0.0,
            images=self.images,
        )

    def read(self, root: Element) -> None:
        """Take the marks of a page or template."""
        content = _first(root, "Content")
        if content is not None:
            self._walk(content, (1.0, 0.0, 0.0, 1.0, -self.left, -self.top), 0)

    def _walk(self, parent: Element, base: Matrix, depth: int) -> None:
        if depth > XML_DEPTH:
            raise LimitError("READ-LIMIT", limit="depth", allowed=str(XML_DEPTH))
        for node in parent:
            kind = _name(node)
            if kind in ("Layer", "PageBlock"):
                self._walk(node, base, depth + 1)
            elif kind in ("TextObject", "PathObject", "ImageObject") and node.get("Visible") != "false":
                matrix = _placed(node, base)
                if kind == "TextObject":
                    self._text(node, matrix)
                elif kind == "PathObject":
                    self._path(node, matrix)
                else:
                    self._image(node, base)

    def _text(self, node: Element, matrix: Matrix) -> None:
        size = _number(node.get("Size"), 3.0)
        turns = int(_number(node.get("CharDirection"), 0.0)) // 90 % 4
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
                if not char.isspace():
                    self.chars.append((min(low[0], high[0]), min(low[1], high[1]), max(low[0], high[0]), max(low[1], high[1]), char, turns))
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
        if node.get("Fill") == "true":
            xs = [x for pair in segments for x, _ in pair]
            ys = [y for pair in segments for _, y in pair]
            if not self.rules.add_box(min(xs), min(ys), max(xs), max(ys)):
                self.rules.add_filled(segments)

    def _image(self, node: Element, base: Matrix) -> None:
        box = _numbers(node.get("Boundary") or "")
        if len(box) == 4:
            width, height = box[2] * _POINTS, box[3] * _POINTS
            self.covered += width * height
            self.images += width >= PICTURE_WIDTH and height >= PICTURE_HEIGHT


def _placed(node: Element, base: Matrix) -> Matrix:
    """The object's own coordinates → points on the page."""
    box = _numbers(node.get("Boundary") or "") or [0.0, 0.0]
    own = _numbers(node.get("CTM") or "")
    a, b, c, d, e, f = own if len(own) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    left, top = box[0] + base[4], box[1] + base[5]
    return (a * _POINTS, b * _POINTS, c * _POINTS, d * _POINTS, (e + left) * _POINTS, (f + top) * _POINTS)


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
