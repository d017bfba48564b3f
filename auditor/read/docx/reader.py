"""Word documents: blocks in reading order as Word prints them with all changes accepted.

Anchors: ``p<n>`` is the n-th ``w:p`` of the document part in file order (all of them, from 1), ``tbl<n>`` the n-th ``w:tbl``,
``tbl<n>/tr<r>/tc<c>`` its r-th own row and that row's c-th own cell as the file has them. Headers and footers are left out; footnotes
follow the text as paragraphs (``footnote<id>``).
"""

from __future__ import annotations

import re
from typing import Final

from auditor.errors import LimitError
from auditor.model.document import Document, Residue
from auditor.model.source import Location, Problem, Source
from auditor.read.docx.grid import Handlers, merges_of, read_grid
from auditor.read.docx.numbering import Numbering
from auditor.read.docx.parts import Package
from auditor.read.docx.styles import Style, Styles
from auditor.read.docx.text import DocumentMarks, ParagraphText, TablePicture, choice, plain
from auditor.read.docx.xml import MC, VAL, Element, W, number, value
from auditor.read.limits import TABLE_DEPTH, WORD_PARAGRAPHS
from auditor.read.pieces import Para, Piece, is_figure, to_blocks

_THROUGH: Final = frozenset(W + name for name in ("customXml", "smartTag", "ins", "moveTo", "sdtContent"))
_GONE: Final = frozenset((W + "del", W + "moveFrom"))
_CONTENTS_LINE: Final = re.compile(r"\S.*?[\s.…·]*\d+\s*")
_BODY_LEVEL: Final = 9
_MANY_CELLS: Final = 12
_PROPERTIES: Final = W + "pPr"
_STYLE: Final = W + "pStyle"
_PARAGRAPH: Final = W + "p"
_CELL: Final = W + "tcPr"
_LIST: Final = W + "numPr"
_OUTLINE: Final = W + "outlineLvl"
_MARK: Final = W + "rPr"
_NONE: Final[dict[str, Element]] = {}


def read_docx(data: bytes, source: Source) -> Document:
    """The document of a ``.docx`` file's bytes.

    Raises :class:`ReadError` ``READ-DAMAGED`` (no zip, no document part, XML broken), ``READ-UNSAFE`` (document type declared, member
    names that leave the archive), ``READ-ENCRYPTED``; :class:`LimitError` ``READ-LIMIT`` beyond the limits of ``read/limits.py``.
    """
    return _Reader(Package(data)).document(source)


def read_with_pictures(data: bytes, source: Source) -> tuple[Document, tuple[tuple[bytes, float], ...]]:
    """The document, and its large pictures as (bytes, width in points). The block or cell text :func:`placeholder` marks the place of each.

    Raises as :func:`read_docx`.
    """
    package = Package(data)
    reader = _Reader(package, mark_pictures=True)
    document = reader.document(source)
    found = []
    for picture in reader.pictures:
        name = package.inside.get(picture.key, "")
        found.append((package.members.read(name) if name in package.members else b"", picture.width))
    return document, tuple(found)


def placeholder(index: int) -> str:
    """What stands for the picture of this index, from 0."""
    return f"\ufffc{index}\ufffc"


class _Reader:
    """State of one reading: counters of lists and fields, and what is found beside the text."""

    def __init__(self, package: Package, mark_pictures: bool = False) -> None:
        self.package = package
        self.mark_pictures = mark_pictures
        self.pictures: list[TablePicture] = []
        self.styles = Styles(*package.styles())
        self.numbering = Numbering(package.companion("numbering"))
        self.marks = DocumentMarks(package.links)
        self.problems: list[Problem] = []
        self.title: str | None = None
        self.depth = 0
        self.carry = ""
        self.inked = False
        self.doubtful = False
        root = package.document
        self.paragraph_numbers = {node: place for place, node in enumerate(root.iter(W + "p"), 1)}
        if len(self.paragraph_numbers) > WORD_PARAGRAPHS:
            raise LimitError("READ-LIMIT", limit="paragraphs", allowed=str(WORD_PARAGRAPHS))
        self.table_numbers = {node: place for place, node in enumerate(root.iter(W + "tbl"), 1)}
        self.handlers = Handlers(self._cell, self._deleted, self._inserted, self._hidden, merges_of(root))

    def document(self, source: Source) -> Document:
        body = self.package.document.find(W + "body")
        pieces = [] if body is None else self.container(body)
        pieces += self._footnotes()
        authors = [Residue(kind="author", text=name) for name in self.package.authors()]
        return Document(
            source=source,
            engine="docx",
            blocks=to_blocks(pieces),
            title=self.title,
            images=self.marks.images,
            residues=(*authors, *self._comments(), *self.marks.residues),
            problems=tuple(self.problems),
            doubts=self._margin_tables(),
        )

    def _cell(self, node: Element) -> tuple[list[Piece], bool]:
        """What a cell holds, and whether it shows something and has no text."""
        before, self.inked = self.inked, False
        outer, self.doubtful = self.doubtful, False
        pieces = self.container(node)
        blank = not any(not isinstance(piece, Para) or piece.text.strip() for piece in pieces)
        unread = self.inked if blank else self.doubtful and is_figure(pieces)
        self.inked, self.doubtful = before or self.inked, outer
        return pieces, unread

    def _margin_tables(self) -> tuple[Problem, ...]:
        """Tables of some size in headers and footers, which are not read: what is not found may stand there."""
        large = any(
            sum(1 for _ in table.iter(W + "tc")) >= _MANY_CELLS for root in self.package.margins() for table in root.iter(W + "tbl")
        )
        return (Problem(code="READ-PART", details={"cause": "header"}),) if large else ()

    def container(self, parent: Element) -> list[Piece]:
        """Paragraphs and tables of a body, a cell, a text box or a content control."""
        self.depth += 1
        if self.depth > TABLE_DEPTH * 4:
            raise LimitError("READ-LIMIT", limit="depth", allowed=str(TABLE_DEPTH * 4))
        outer, self.carry = self.carry, ""
        pieces: list[Piece] = []
        self._fill(parent, pieces)
        if self.carry:
            pieces.append(Para(self.carry, ""))
        self.carry = outer
        self.depth -= 1
        return pieces

    def _fill(self, parent: Element, pieces: list[Piece]) -> None:
        for child in parent:
            tag = child.tag
            if tag == _PARAGRAPH:
                self._paragraph(child, pieces)
            elif tag == _CELL:
                continue
            elif tag == W + "tbl":
                pieces.append(read_grid(child, f"tbl{self.table_numbers.get(child, 0)}", self.handlers))
            elif tag in _THROUGH:
                self._fill(child, pieces)
            elif tag == W + "sdt":
                content = child.find(W + "sdtContent")
                if child.find(f"{W}sdtPr/{W}showingPlcHdr") is not None:
                    self.inked = True  # a hint where nothing was entered
                elif content is not None:
                    self._fill(content, pieces)
            elif tag == MC + "AlternateContent":
                chosen = choice(child)
                if chosen is not None:
                    self._fill(chosen, pieces)
            elif tag in _GONE:
                self._deleted(child)
            elif tag in (W + "altChunk", W + "subDoc"):
                self.problems.append(Problem(code="READ-EMBEDDED", details={"what": tag[len(W) :]}))
                self.inked = True

    def _paragraph(self, node: Element, pieces: list[Piece]) -> None:
        first = next(iter(node), None)
        settings = {child.tag: child for child in first} if first is not None and first.tag == _PROPERTIES else _NONE
        named = settings.get(_STYLE)
        style_id = None if named is None else named.get(VAL)
        style = self.styles.get(style_id)
        anchor = f"p{self.paragraph_numbers.get(node, 0)}"
        line = ParagraphText(self.marks, self.styles, anchor, style)
        line.walk(node)
        text = line.finish()
        self.inked = self.inked or line.inked
        self.doubtful = self.doubtful or line.doubtful
        label = "" if style.hidden else self._label(settings.get(_LIST), style_id, style)
        boxes = [piece for box in line.boxes for piece in self.container(box)]
        mark = settings.get(_MARK)
        if mark is not None and mark.find(W + "del") is not None:
            # The paragraph's end is deleted: its text runs into the next paragraph, and an emptied one has no number.
            self.carry += text
            pieces += boxes
            return
        if self.carry:
            text, self.carry = self.carry + text, ""
        if not (style.contents and _CONTENTS_LINE.fullmatch(text)):
            level = _heading(settings.get(_OUTLINE), style)
            pieces.append(Para(label + text, anchor, level if text.strip() else 0))
            if style.title and text.strip():
                self.title = self.title or text.strip()
        pieces += boxes
        if self.mark_pictures:
            for picture in line.pictures:
                pieces.append(Para(placeholder(len(self.pictures)), anchor))
                self.pictures.append(picture)

    def _label(self, numbering: Element | None, style_id: str | None, style: Style) -> str:
        listed = style.list
        if numbering is not None:
            own = value(numbering, "numId")
            depth = value(numbering, "ilvl")
            if own is not None:
                listed = (own, number(depth))
            elif listed is not None and depth is not None:
                listed = (listed[0], number(depth))
        if listed is None:
            return ""
        return self.numbering.label(listed[0], listed[1], style_id or self.styles.default)

    def _deleted(self, node: Element) -> None:
        self.marks.note("deletion", plain(node))

    def _inserted(self, node: Element) -> None:
        self.marks.note("insertion", plain(node))

    def _hidden(self, node: Element) -> None:
        self.marks.note("hidden", plain(node))

    def _comments(self) -> list[Residue]:
        root = self.package.companion("comments")
        found = [] if root is None else [(plain(node).strip(), node.get(W + "id")) for node in root.iter(W + "comment")]
        return [
            Residue(kind="comment", text=text, location=Location(anchor=anchor) if (anchor := self.marks.comments.get(key or "")) else None)
            for text, key in found
        ]

    def _footnotes(self) -> list[Piece]:
        pieces: list[Piece] = []
        for kind in ("footnotes", "endnotes"):
            root = self.package.companion(kind)
            for note in () if root is None else root.iter(W + kind[:-1]):
                key = note.get(W + "id") or ""
                if note.get(W + "type") in (None, "normal") and (kind, key) in self.marks.notes:
                    for piece in self.container(note):
                        if isinstance(piece, Para):
                            piece.anchor, piece.level = f"{kind[:-1]}{key}", 0
                        pieces.append(piece)
        return pieces


def _heading(outline: Element | None, style: Style) -> int:
    """Heading level from 1, 0 for body text; the paragraph's own outline level outweighs its style's."""
    if outline is not None:
        level = number(outline.get(VAL), _BODY_LEVEL)
        return 0 if level >= _BODY_LEVEL else level + 1
    return style.level
