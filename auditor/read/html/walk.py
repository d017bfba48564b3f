"""Elements to paragraphs and grids, as a browser lays them out: blocks, lines, white space, spans of cells, what is hidden."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import Final, NamedTuple

from auditor.errors import LimitError
from auditor.model.document import Residue
from auditor.model.source import Location
from auditor.read.html.controls import entered, is_inked
from auditor.read.html.looks import DOUBT, LEVEL, MOVED, PARTLY, RAISED, SEEN, STRUCK, UNSTRUCK
from auditor.read.html.page import Element, Given, given_of, is_gone, is_hidden
from auditor.read.html.sheets import AFTER, BEFORE, SHOWN
from auditor.read.limits import PICTURE_HEIGHT, PICTURE_WIDTH, SPAN, TABLE_CELLS, TABLE_COLUMNS, XML_DEPTH
from auditor.read.pieces import Grid, Para, Piece, Slot, is_figure
from auditor.read.raised import is_note_mark

SKIPPED: Final = frozenset((
    "area", "audio", "base", "button", "canvas", "col", "colgroup", "datalist", "embed", "head", "iframe", "input", "link", "map",
    "math", "meta", "noscript", "object", "option", "rp", "rt", "script", "select", "style", "svg", "template", "textarea", "title",
    "video",
))  # fmt: skip
_BLOCKS: Final = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dir", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html",
    "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "td", "th", "tr", "ul",
))  # fmt: skip
_STRUCK: Final = frozenset(("s", "strike", "del"))
_RAISED: Final = frozenset(("sup", "sub"))
_FIELDS: Final = frozenset(("input", "select", "textarea", "button", "meter", "progress"))
_DRAWN: Final = frozenset(("svg", "math", "canvas", "object", "embed", "video", "iframe", "frame"))
"""What is seen and has no text that could be read as printed."""
_EMBEDDED: Final = frozenset(("object", "embed", "iframe", "frame"))
_SPECK: Final = 4.0
"""Points below which a picture is a spacer."""
_BLANK: Final = re.compile(r"blank\.|spacer|pixel|1x1|transparent", re.IGNORECASE)
_CHAIN: Final = frozenset(("b", "center", "div", "em", "font", "i", "p", "span", "strong", "u"))
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_SECTIONS: Final = ("thead", "tbody", "tfoot")

_BREAK: Final = "\v"
"""A ``<br>`` until white space is settled."""
_SPACE: Final = re.compile(r"[ \t\r\n\f]+")
_WIDE: Final = "[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]"
_WIDE_BREAK: Final = re.compile(rf"(?<={_WIDE})[ \t\f]*[\r\n][ \t\r\n\f]*(?={_WIDE})")
_NEW_LINE: Final = re.compile(r"[\u3000\xa0 ]{2,}|\u3000|\s*(?:[（(]?[一二三四五六七八九十]{1,3}[）)、.．]|\d{1,2}[、.．]\D)")
_ENDS: Final = tuple("。：；！？:;!?")
_PIXEL: Final = 0.75
_SHEET: Final = 3000.0
"""Points beyond which no column can be wide."""
_STYLE_SIZE: Final = re.compile(r"(?<![\w-])(width|height)\s*:\s*(\d+(?:\.\d+)?)\s*(px|pt|cm|in)", re.IGNORECASE)
_UNITS: Final = {"px": _PIXEL, "pt": 1.0, "cm": 28.35, "in": 72.0}
_DIGITS: Final = re.compile(r"\s*(\d+)")
_ICON: Final = re.compile(r"icon|logo|filetype|/ico|qrcode|ewm|wza|blank\.|spacer|\.ico", re.IGNORECASE)


class Walker:
    """One walk over a page's main content. ``leave_out`` says which elements are the page's furniture."""

    def __init__(
        self,
        path: Callable[[Element], str],
        leave_out: Callable[[Element], bool],
        filled: Callable[[Element], bool] = lambda cell: False,
        told_apart: bool = False,
    ) -> None:
        """``filled`` says of a blank cell whether a script of the page writes in it; ``told_apart``: sheets that are not at hand, or
        rules too many to look at, may hide or strike out what has a class.
        """
        self.path = path
        self.leave_out = leave_out
        self.filled = filled
        self.told_apart = told_apart
        self._unseen = False
        """Whether the text being read is not seen, although something inside of it may be."""
        self.residues: list[Residue] = []
        self.images = 0
        self.embedded = 0
        """Frames and objects that hold something else."""
        self.inked = False
        """Whether something was met that is seen and has no text: a picture, a drawing, struck-out words."""
        self._buffer: list[str] = []
        self._depth = 0
        self._cell: str | None = None
        """Anchor of the cell of a plain table being read: its paragraphs need no address of their own."""

    def read(self, node: Element) -> list[Piece]:
        """The pieces of an element's content."""
        if self._cell is not None and not node.get(SHOWN) and (text := _single(node)) is not None:
            return [Para(text, self._cell)] if text else []
        pieces: list[Piece] = []
        outer, self._buffer = self._buffer, []
        if node.tag == "table":
            self._table(node, pieces)
        else:
            self._inside(node, pieces, node, 0)
            self._flush(pieces, node, 0)
        self._buffer = outer
        return pieces

    def _inside(self, node: Element, pieces: list[Piece], block: Element, level: int) -> None:
        self._depth += 1
        if self._depth > XML_DEPTH:
            raise LimitError("READ-LIMIT", limit="depth", allowed=str(XML_DEPTH))
        flags = node.get(SHOWN)
        outer = self._unseen
        if flags is not None:
            self._unseen = (outer or PARTLY in flags) and SEEN not in flags
            self._add(node.get(BEFORE))
        closed = node.tag == "details" and node.get("open") is None  # shows its summary alone
        self._add(None if closed else node.text)
        for child in node:
            if not closed or child.tag == "summary":
                self._child(child, pieces, block, level)
            self._add(None if closed else child.tail)
        if flags is not None:
            self._add(node.get(AFTER))
            self._unseen = outer
        self._depth -= 1

    def _add(self, text: str | None) -> None:
        if text and not self._unseen:
            self._buffer.append(text)

    def _child(self, child: Element, pieces: list[Piece], block: Element, level: int) -> None:
        tag = child.tag
        if not isinstance(tag, str) or (tag in SKIPPED and tag not in _DRAWN and tag not in _FIELDS):
            self.inked = self.inked or (tag == "script" and "write" in (child.text or ""))
            return
        if tag == "br":
            self._buffer.append(_BREAK)
            return
        if is_hidden(child):
            self._note("hidden", _SPACE.sub(" ", "".join(child.itertext())).strip(), child)
            return
        if (tag in _STRUCK and not self._is(UNSTRUCK, child)) or self._is(STRUCK, child):
            self.inked = True  # what is struck out is seen and not meant
            return
        raised = (tag in _RAISED and not self._is(LEVEL, child)) or self._is(RAISED, child)
        if raised and is_note_mark("".join(child.itertext()).strip(), "".join(self._buffer)):
            return
        if tag == "img":
            self._picture(child)
            return
        if tag in _FIELDS:
            if tag not in SKIPPED or self._cell is not None or tag in ("input", "select", "textarea"):
                self._add(entered(child, in_cell=self._cell is not None))
                self.inked = self.inked or is_inked(child)
            return
        if tag in _DRAWN:
            self.inked = True
            self.embedded += tag in _EMBEDDED
            return
        if tag == "table":
            self._flush(pieces, block, level)
            if not self.leave_out(child):
                self._table(child, pieces)
            return
        if tag == "a":
            self._link(child)
        if tag in _BLOCKS:
            self._flush(pieces, block, level)
            if self.leave_out(child):
                return
            inner = _HEADINGS.get(tag, level)
            if tag == "pre":
                self._preformatted(child)
            else:
                self._inside(child, pieces, child, inner)
            self._flush(pieces, child, inner)
            return
        self._inside(child, pieces, block, level)

    def _preformatted(self, node: Element) -> None:
        self._add("".join(node.itertext()).replace("\r\n", "\n").replace("\n", _BREAK))

    def _flush(self, pieces: list[Piece], block: Element, level: int) -> None:
        if not self._buffer:
            return
        raw = "".join(self._buffer)
        self._buffer = []
        if not raw or raw.isspace():
            return
        lines = settle(raw)
        anchor = self._cell or self.path(block)
        if self._cell is None and not level:
            pieces += [Para(text, anchor) for text in paragraphs(lines)]
        else:
            text = "\n".join(stripped for line in lines if (stripped := line.strip()))
            pieces.append(Para(text, anchor, level))

    def _table(self, node: Element, pieces: list[Piece]) -> None:
        anchor = self.path(node)
        for caption in node.iterchildren("caption"):
            if not is_hidden(caption):
                pieces += self.read(caption)
        pieces.append(self._grid(node, anchor))

    def _grid(self, table: Element, anchor: str) -> Grid:
        slots: list[Slot] = []
        widths: dict[int, float] = {}
        arranging = next(table.iterdescendants("table"), None) is not None
        outer = self._cell
        row = 0
        for section in _sections(table, anchor):
            busy: dict[int, int] = {}
            last = row + len(section)
            for line in section:
                column = 0
                for cell, path, given in line.cells:
                    while busy.get(column, 0) > row:
                        column += 1
                    across = _span(given.get("colspan"), 1) or 1
                    down = _span(given.get("rowspan"), 1)
                    down = last - row if down == 0 else min(down, last - row)
                    if column + across > TABLE_COLUMNS:
                        raise LimitError("READ-LIMIT", limit="columns", allowed=str(TABLE_COLUMNS))
                    if down > 1 or busy:
                        busy.update(dict.fromkeys(range(column, column + across), row + down))
                    if across == 1 and given and (width := _size(given, "width")) is not None:
                        widths[column] = max(widths.get(column, 0.0), width)
                    self._cell = None if arranging or len(line.cells) == len(section) == 1 else path
                    items, confidence = self._content(cell, path, given, line)
                    slots.append(Slot(row, column, down, across, items, path, confidence))
                    if len(slots) > TABLE_CELLS:
                        raise LimitError("READ-LIMIT", limit="cells", allowed=str(TABLE_CELLS))
                    column += across
                row += 1
        self._cell = outer
        return Grid(slots, anchor, _edges(table, slots, widths))

    def _content(self, cell: Element, path: str, given: Given, line: PrintedRow) -> tuple[list[Piece], float]:
        """What a cell holds, and how sure that is: one in which something is seen and nothing can be read is unread, not blank."""
        if line.hidden or is_hidden(cell, given):
            self._note("hidden", _SPACE.sub(" ", "".join(cell.itertext())).strip(), cell)
            return [], 1.0
        if self._cell is not None and not line.struck and not given.get(SHOWN) and (text := _single(cell)) is not None:
            plain: list[Piece] = [Para(text, path)] if text else []
            doubtful = self.told_apart and len(cell) > 0 and self._is_doubtful(cell, plain) if text else self.filled(cell)
            return plain, 0.0 if doubtful else 1.0
        before, self.inked = self.inked, False
        struck = line.struck or STRUCK in given.get(SHOWN, "")
        items = [] if struck else self.read(cell)
        self.inked = self.inked or (struck and bool("".join(cell.itertext()).strip()))
        blank = not any(not isinstance(item, Para) or item.text.strip() for item in items)
        unread = (blank and (self.inked or self.filled(cell) or _is_drawn(cell))) or (
            not blank and len(cell) > 0 and self._is_doubtful(cell, items)
        )
        self.inked = before or self.inked
        return items, 0.0 if unread else 1.0

    def _is_doubtful(self, cell: Element, items: list[Piece]) -> bool:
        """Whether a figure is shown otherwise than the characters of its cell say, as far as that can be told."""
        text = "".join("".join(item.text.split()) for item in items if isinstance(item, Para))
        if not is_figure(items):
            return False
        parts = 0
        classes = set()
        for node in cell.iter():
            if not isinstance(node.tag, str):
                continue
            flags = node.get(SHOWN) or ""
            if DOUBT in flags:
                return True
            if MOVED in flags and 0 < len("".join("".join(node.itertext()).split())) < len(text):
                return True
            words = (node.text or "").strip()
            if words:
                parts += 1
                classes.add((node.get("class") or "") + (node.get("id") or ""))
            parts += node is not cell and bool((node.tail or "").strip())
            if node is not cell and (node.tail or "").strip():
                classes.add((node.getparent().get("class") or "") if node.getparent() is not cell else "")
        return self.told_apart and parts > 1 and len(classes) > 1

    def _is(self, what: str, node: Element) -> bool:
        flags = node.get(SHOWN)
        return flags is not None and what in flags

    def _link(self, node: Element) -> None:
        target = (node.get("href") or "").strip()
        if target and not target.lower().startswith(("#", "javascript:", "about:")):
            self._note("link", target, node)

    def _note(self, kind: str, text: str, node: Element) -> None:
        if text:
            place = Location(anchor=self._cell or self.path(node))
            self.residues.append(Residue(kind="hidden" if kind == "hidden" else "link", text=text, location=place))

    def _picture(self, node: Element) -> None:
        given = given_of(node)
        width, height = _size(given, "width"), _size(given, "height")
        self.inked = self.inked or not ((width or 9.0) < _SPECK or (height or 9.0) < _SPECK or _BLANK.search(node.get("src") or "blank."))
        if width is None and height is None:
            large = not _ICON.search(node.get("src") or "icon")
        else:
            large = (width is None or width >= PICTURE_WIDTH) and (height is None or height >= PICTURE_HEIGHT)
        self.images += large


def _is_drawn(cell: Element) -> bool:
    """Whether a sheet draws something in a cell that has no text."""
    return any(DOUBT in (node.get(SHOWN) or "") for node in cell.iter() if isinstance(node.tag, str))


def _single(cell: Element) -> str | None:
    """The text of a cell that holds one chain of plain elements (the usual one); ``None`` when it takes a walk to read it."""
    if not len(cell):
        return _settled(cell.text or "")
    parts: list[str] = []
    tails: list[str] = []
    node = cell
    while True:
        if node.text:
            parts.append(node.text)
        if not len(node):
            break
        child = node[0]
        if len(node) > 1 or child.tag not in _CHAIN:
            return None
        given = given_of(child)
        if given and (is_hidden(child, given) or given.get(SHOWN)):
            return None
        if child.tail:
            tails.append(child.tail)
        if child.tag in _BLOCKS and ("".join(parts).strip() or "".join(tails).strip()):
            return None
        node = child
    return _settled("".join(parts + tails[::-1]))


def _settled(raw: str) -> str:
    """The first line of collected text."""
    return raw if raw.isalnum() else settle(raw)[0].strip()


def settle(raw: str) -> list[str]:
    """Lines of collected text: source line breaks inside Chinese text vanish, other white space collapses, ``<br>`` parts lines."""
    if "\n" in raw or "\r" in raw:
        raw = _WIDE_BREAK.sub("", raw)
    return _SPACE.sub(" ", raw).split(_BREAK)


def paragraphs(lines: list[str]) -> Iterator[str]:
    """Lines parted by ``<br>`` as paragraphs: a line goes on with the next unless its end or the next line's beginning says not."""
    held: list[str] = []
    for line in lines:
        text = line.strip()
        starts = not text or _NEW_LINE.match(line) is not None
        if held and (starts or held[-1].endswith(_ENDS) or _NEW_LINE.match(held[-1]) is not None):
            yield "\n".join(held)
            held = []
        if text:
            held.append(text)
    if held:
        yield "\n".join(held)


class PrintedRow(NamedTuple):
    """The cells of a row, each with its address and its attributes; whether the row itself is hidden, and struck out."""

    cells: list[tuple[Element, str, Given]]
    hidden: bool
    struck: bool


def _sections(table: Element, anchor: str) -> Iterator[list[PrintedRow]]:
    """Visible rows of the row groups as shown: head, bodies, foot. Rows directly in the table make one body with their neighbours."""
    groups: dict[str, list[list[PrintedRow]]] = {"thead": [], "tbody": [], "tfoot": []}
    loose: list[PrintedRow] = []
    counts: dict[str, int] = {}
    for child in table:
        tag = child.tag
        if not isinstance(tag, str):
            continue
        counts[tag] = counts.get(tag, 0) + 1
        path = f"{anchor}/{tag}[{counts[tag]}]"
        if tag == "tr":
            if (row := _row(child, path)) is not None:
                if not loose:
                    groups["tbody"].append(loose)
                loose.append(row)
        elif tag in _SECTIONS or tag == "form":
            loose = []
            if not is_gone(given_of(child)):
                rows = (_row(row, f"{path}/tr[{place}]") for place, row in enumerate(child.iterchildren("tr"), 1))
                groups["tbody" if tag == "form" else tag].append([row for row in rows if row is not None])
        elif tag in ("td", "th"):
            if not loose:
                groups["tbody"].append(loose)
                loose.append(PrintedRow([], is_hidden(table), STRUCK in table.get(SHOWN, "")))
            loose[-1].cells.append((child, path, given_of(child)))
    for name in _SECTIONS:
        yield from groups[name]


def _row(row: Element, path: str) -> PrintedRow | None:
    """A row and its cells that take a place; ``None`` where it takes none itself."""
    around = given_of(row)
    if is_gone(around):
        return None
    out: list[tuple[Element, str, Given]] = []
    counts = {"td": 0, "th": 0}
    for cell in row:
        tag = cell.tag
        if tag in counts:
            counts[tag] += 1
            given = given_of(cell)
            if not is_gone(given):
                out.append((cell, f"{path}/{tag}[{counts[tag]}]", given))
    return PrintedRow(out, is_hidden(row, around), STRUCK in around.get(SHOWN, ""))


def _span(text: str | None, default: int) -> int:
    """A span as browsers read it: leading digits, clamped; anything else is 1. Zero is kept (``rowspan=0`` reaches to the end)."""
    if text is None:
        return default
    match = _DIGITS.match(text)
    return min(SPAN, int(match[1][:6])) if match else default


def _size(given: Given, name: str) -> float | None:
    """Width or height in points from attribute or style; ``None`` when unknown or relative."""
    text = given.get(name)
    if text and "%" not in text and (match := _DIGITS.match(text)):
        return float(match[1][:6]) * _PIXEL
    style = given.get("style")
    if style and name in style:
        for found, size, unit in _STYLE_SIZE.findall(style):
            if found.lower() == name:
                return float(size) * _UNITS[unit.lower()]
    return None


def _edges(table: Element, slots: list[Slot], widths: dict[int, float]) -> list[float] | None:
    """Grid lines where widths are known; columns of unknown width count as wide."""
    place = 0
    for node in table.iter("col"):
        if node.getparent() is table or node.getparent().getparent() is table:
            for _ in range(_span(node.get("span"), 1) or 1):
                width = _size(given_of(node), "width")
                if width is not None:
                    widths.setdefault(place, width)
                place += 1
    # LibreOffice writes a width slightly below zero as an enormous one.
    widths = {column: 0.0 if width > _SHEET else width for column, width in widths.items()}
    if not widths or min(widths.values()) >= PICTURE_HEIGHT:
        return None
    count = max(slot.column + slot.colspan for slot in slots) if slots else 0
    return [0.0, *accumulate(widths.get(column, 100.0) for column in range(count))]
