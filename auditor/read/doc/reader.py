"""Paragraphs and tables of a Word 97 file in reading order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from auditor.errors import LimitError
from auditor.model.document import Document, Residue
from auditor.model.source import Source
from auditor.read.doc import marks as ink
from auditor.read.doc import sprms as op
from auditor.read.doc.container import WordFile
from auditor.read.doc.lists import Lists
from auditor.read.doc.properties import ParagraphProperties, ParagraphStyle, StyleSheet
from auditor.read.doc.rows import DocRow, grid_of, shape_of
from auditor.read.limits import TABLE_DEPTH
from auditor.read.pieces import Para, Piece, to_blocks
from auditor.text.chars import is_blank

_ENDS: Final = frozenset("\r\x07\x0c")
_CONTENTS_LINE: Final = re.compile(r"\S.*?[\s.…·]*\d+\s*")
_LINK: Final = re.compile(r'HYPERLINK\s+"([^"]+)"')


def read(data: bytes, source: Source) -> Document:
    """The document of a Word 97 file. Raises :class:`~auditor.errors.ReadError`; struct and index errors where bytes are missing."""
    return _Reader(WordFile(data)).document(source)


@dataclass(slots=True)
class _Open:
    """A table being read: its rows, the cells of the row and the content of the cell that are not yet complete."""

    number: int
    rows: list[DocRow] = field(default_factory=list)
    cells: list[list[Piece]] = field(default_factory=list)
    cell: list[Piece] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Line:
    """A paragraph's end: properties in short."""

    depth: int
    cell_end: bool
    row_end: bool
    style: ParagraphStyle
    number: tuple[int, int] | None
    outline: int | None
    properties: list[tuple[int, bytes]]


class _Reader:
    """State of one reading: the tables that are open, outermost first, and what was numbered so far."""

    def __init__(self, file: WordFile) -> None:
        self.file = file
        self.marks = ink.marks_of(file)
        self.properties = ParagraphProperties(file)
        self.styles = StyleSheet.of(file)
        self.lists = Lists(file)
        self.pieces: list[Piece] = []
        self.open: list[_Open] = []
        self.anchors: list[tuple[int, str]] = []
        self.title: str | None = None
        self.tables = 0
        self.paragraphs = 0
        self.carry = ""

    def _is_shaded(self) -> bool:
        """Whether paragraphs or cells of the file have a ground."""
        chars = self.file.chars
        return any(
            ink.is_shade(code, operand)
            for place in range(len(chars))
            if chars[place] in _ENDS
            for code, operand in self.properties.at(place)[1]
            if code in op.SHADES
        )

    def document(self, source: Source) -> Document:
        if any(flag & ink.WHITE and not flag & ink.SHADED for flag in self.marks.flags):
            ink.settle_white(self.marks, self._is_shaded())
        for part in ("body", "boxes", "footnotes", "endnotes"):
            self._part(part)
        author = [Residue(kind="author", text=self.file.author)] if self.file.author else []
        links = [Residue(kind="link", text=match[1]) for code in self.marks.fields if (match := _LINK.search(code))]
        return Document(
            source=source,
            engine="doc",
            blocks=to_blocks(self.pieces),
            title=self.title,
            images=self.marks.images,
            residues=(*author, *self._comments(), *ink.residues(self.file, self.marks, self.anchors), *links),
        )

    def _part(self, part: str) -> None:
        first, end = self.file.parts[part]
        chars = self.file.chars
        start = first
        for place in range(first, end):
            if chars[place] in _ENDS:
                self._paragraph(part, start, place)
                start = place + 1
        if start < end:
            self._paragraph(part, start, end)
        self._close(0)
        if self.carry:
            self.pieces.append(Para(self.carry, ""))
            self.carry = ""

    def _paragraph(self, part: str, start: int, end: int) -> None:
        self.paragraphs += 1
        anchor = f"p{self.paragraphs}" if part == "body" else part
        if part == "body":
            self.anchors.append((end, anchor))
        mark = self.file.chars[end] if end < len(self.file.chars) else "\r"
        line = self._line(min(end, len(self.file.chars) - 1), mark)
        self._close(line.depth)
        while len(self.open) < line.depth:
            self.tables += 1
            self.open.append(_Open(self.tables))
        if line.row_end:
            self._row_end(line)
            return
        text = self.carry + ink.printed(self.file, self.marks, start, end)
        self.carry = ""
        if mark == "\r" and not line.cell_end and end < len(self.marks.flags) and self.marks.flags[end] & ink.DELETED:
            # The paragraph's end is deleted: its text runs into the next paragraph.
            self.carry = text
            return
        para = self._para(text, anchor, line)
        if para is None and line.depth and is_blank(text) and ink.is_inked(self.file, self.marks, start, end):
            para = Para("", anchor, ink=True)
        self._add(para)
        if line.cell_end:
            table = self.open[-1]
            table.cells.append(table.cell)
            table.cell = []

    def _line(self, end: int, mark: str) -> _Line:
        index, properties = self.properties.at(end)
        depth = 0
        in_table = row_end = inner_cell = inner_row = False
        listed: int | None = None
        level: int | None = None
        outline: int | None = None
        for code, operand in properties:
            if code == op.IN_TABLE:
                in_table = bool(operand[0])
            elif code == op.ROW_END:
                row_end = bool(operand[0])
            elif code == op.INNER_CELL:
                inner_cell = bool(operand[0])
            elif code == op.INNER_ROW_END:
                inner_row = bool(operand[0])
            elif code == op.DEPTH:
                depth = int.from_bytes(operand, "little", signed=True)
            elif code == op.DEPTH_CHANGE:
                depth += int.from_bytes(operand, "little", signed=True)
            elif code == op.LIST:
                listed = int.from_bytes(operand, "little", signed=True)
            elif code == op.LIST_LEVEL:
                level = operand[0]
            elif code == op.OUTLINE:
                outline = operand[0]
            elif code == op.STYLE:
                index = int.from_bytes(operand, "little")
        depth = max(depth, 1) if in_table else 0
        if depth > TABLE_DEPTH:
            raise LimitError("READ-LIMIT", limit="table depth", allowed=str(TABLE_DEPTH))
        style = self.styles.get(index)
        use = style.numbered
        if listed is not None:
            use = (listed, level or 0) if listed > 0 else None
        elif use is not None and level is not None:
            use = (use[0], level)
        return _Line(
            depth=depth,
            cell_end=depth > 0 and (mark == "\x07" if depth == 1 else inner_cell),
            row_end=depth > 0 and ((row_end and mark == "\x07") if depth == 1 else inner_row),
            style=style,
            number=use,
            outline=outline,
            properties=properties,
        )

    def _para(self, text: str, anchor: str, line: _Line) -> Para | None:
        if is_blank(text) and line.number is None:
            return None
        label = self.lists.label(*line.number) if line.number else ""
        if line.style.is_contents and _CONTENTS_LINE.fullmatch(text.strip()):
            return None
        if line.style.is_title and text.strip():
            self.title = self.title or text.strip()
        level = line.style.level
        if line.outline is not None:
            level = line.outline + 1 if line.outline < 9 else 0
        return Para(label + text, anchor, level if text.strip() else 0)

    def _add(self, piece: Piece | None) -> None:
        if piece is not None:
            (self.open[-1].cell if self.open else self.pieces).append(piece)

    def _row_end(self, line: _Line) -> None:
        table = self.open[-1]
        if table.cell:
            table.cells.append(table.cell)
        table.rows.append(DocRow(shape_of(line.properties), table.cells))
        table.cells, table.cell = [], []

    def _close(self, depth: int) -> None:
        """Complete the tables deeper than ``depth``; an inner table becomes part of the cell around it."""
        while len(self.open) > depth:
            table = self.open.pop()
            if table.cell:
                table.cells.append(table.cell)
            if table.cells:
                table.rows.append(DocRow(None, table.cells))
            if table.rows:
                self._add(grid_of(table.rows, f"tbl{table.number}"))

    def _comments(self) -> list[Residue]:
        start, end = self.file.parts["comments"]
        text = ink.printed(self.file, self.marks, start, end).replace("\r", "\n")
        raw = "".join(self.file.chars[start:end])
        texts = [ink.joined(part) for part in raw.split("\x05")] if "\x05" in raw else [text]
        cleaned = ("".join(char for char in part.replace("\r", "\n") if char >= " " or char == "\n").strip() for part in texts)
        return [Residue(kind="comment", text=part) for part in cleaned if part]
