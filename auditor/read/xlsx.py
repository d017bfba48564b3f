"""Workbooks: each visible sheet as paragraphs and tables, cells as the program shows them.

Anchors are ``<sheet>!<cell>`` (``Sheet1!B3``). A cell exists when it has a value, belongs to a merged range or has a border: a bordered
blank is a printed blank. Rows and columns without existing cells part a sheet into tables; hidden ones are left out.
"""

from __future__ import annotations

import io
import re
import warnings
from typing import Any, Final

from auditor.errors import LimitError, ReadError
from auditor.model.document import Document, Residue
from auditor.model.source import Location, Problem, Source
from auditor.read.cellformat import shown
from auditor.read.celllook import displayed, doubtful_ranges, is_too_wide, is_unseen
from auditor.read.limits import BOOK_CELLS, BOOK_ELEMENTS, BOOK_RANGES, BOOK_SHEETS, MERGED_CELLS, SHEET_COLUMNS, SHEET_ROWS
from auditor.read.pieces import Grid, Para, Piece, Slot, to_blocks
from auditor.read.workbookparts import cut_down, pictured_cells, transitional
from auditor.read.zipped import Members

_MANY_CELLS: Final = 12
_DEFAULT_NAME: Final = re.compile(r"(?:sheet|工作表)\s*\d*", re.IGNORECASE)


def read_xlsx(data: bytes, source: Source) -> Document:
    """The document of a workbook's bytes.

    A formula saved without its result gives a blank cell of confidence 0 and the problem ``READ-FORMULA``. Raises :class:`ReadError`
    ``READ-DAMAGED``, ``READ-UNSAFE``, :class:`LimitError` ``READ-LIMIT``.
    """
    members = Members(data)
    formulas = _inspect(members)
    data = transitional(data, members)
    book, data = _loaded(data, members)
    plain = _load(data, values=False) if formulas else None
    images = sum(1 for name in members.names() if name.startswith("xl/media/"))
    return document_of(book, source, "xlsx", plain, images, pictured_cells(members))


Cells = frozenset[tuple[str, int, int]]
"""Cells as (sheet, row, column), from 1."""


def document_of(book: Any, source: Source, engine: str, plain: Any = None, images: int = 0, inked: Cells = frozenset()) -> Document:
    """The document of an openpyxl workbook; ``plain`` is the same one with its formulas, where it has any; ``inked`` are cells that show
    more than their text (a picture, struck-out words)."""
    pieces: list[Piece] = []
    residues = [Residue(kind="author", text=name) for name in _authors(book)]
    problems: list[Problem] = []
    doubts: list[Problem] = []
    shown_sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            residues.append(Residue(kind="hidden", text=sheet.title, location=Location(sheet=sheet.title)))
            if sheet.max_row * sheet.max_column >= _MANY_CELLS:
                doubts.append(Problem(code="READ-PART", details={"cause": "hidden", "what": sheet.title}))
            continue
        reader = _Sheet(sheet, plain[sheet.title] if plain else None, inked)
        found = reader.pieces()
        if found and len(shown_sheets) > 1 and not _DEFAULT_NAME.fullmatch(sheet.title):
            pieces.append(Para(sheet.title, f"{sheet.title}!A1", 1, sheet.title))
        pieces += found
        residues += reader.residues
        problems += reader.problems
    return Document(
        source=source,
        engine=engine,
        blocks=to_blocks(pieces),
        images=images,
        residues=tuple(residues),
        problems=tuple(problems),
        doubts=tuple(doubts),
    )


_PARTS: Final = (b"<", b"\xef\xbb\xbf<")
_OTHER_ENCODINGS: Final = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff", b"\0<", b"<\0")


def _inspect(members: Members) -> bool:
    """Refuses what the library must not see, whatever the names of the parts are; tells whether any sheet has formulas."""
    tally = _Tally()
    for name in members.names():
        if name.startswith("xl/media/"):
            continue
        content = members.read(name)
        if content.startswith(_OTHER_ENCODINGS):
            raise ReadError("READ-UNSAFE", what="document type", member=name)
        if content.lstrip()[:4].startswith(_PARTS):
            tally.add(content, name)
    return tally.formulas


class _Tally:
    """Counts what all parts of a workbook ask for, element by element as an XML parser sees them, and stops at the limits."""

    def __init__(self) -> None:
        self.formulas = False
        self.elements = self.cells = self.sheets = self.covered = 0

    def add(self, content: bytes, name: str) -> None:
        from lxml import etree

        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise ReadError("READ-UNSAFE", what="document type", member=name)
        if content.count(b"<") > 2 * BOOK_ELEMENTS:
            raise _too_many("elements", BOOK_ELEMENTS)
        try:
            events = etree.iterparse(io.BytesIO(content), ("start",), resolve_entities=False, no_network=True, huge_tree=False)
            for number, (_, node) in enumerate(events):
                if number == 0 and node.getroottree().docinfo.doctype:
                    raise ReadError("READ-UNSAFE", what="document type", member=name)
                self._count(node)
                if node.getprevious() is not None:
                    node.getparent().remove(node.getprevious())
        except etree.XMLSyntaxError as error:
            if "depth" in str(error).lower():
                raise LimitError("READ-LIMIT", limit="depth", allowed="256", member=name) from error
            return  # the library will say what is wrong with it, having seen no more than we did

    def _count(self, node: Any) -> None:
        self.elements += 1
        if self.elements > BOOK_ELEMENTS:
            raise _too_many("elements", BOOK_ELEMENTS)
        tag = node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""
        if tag == "c":
            self.cells += 1
            if self.cells > BOOK_CELLS:
                raise _too_many("cells", BOOK_CELLS)
        elif tag == "sheet":
            self.sheets += 1
            if self.sheets > BOOK_SHEETS:
                raise _too_many("sheets", BOOK_SHEETS)
        elif tag == "f":
            self.formulas = True
        elif tag in ("mergeCell", "hyperlink"):
            self.covered += _area(node.get("ref") or "")
            if self.covered > MERGED_CELLS:  # the library makes a cell for each
                raise _too_many("merged cells", MERGED_CELLS)
        for key in ("ref", "sqref"):
            if (node.get(key) or "").count(" ") > BOOK_RANGES:
                raise _too_many("merged cells", BOOK_RANGES)


def _too_many(limit: str, allowed: int) -> LimitError:
    return LimitError("READ-LIMIT", limit=limit, allowed=str(allowed))


def _area(ref: str) -> int:
    """Cells of a range as written; what cannot be read as one counts as a whole sheet."""
    from openpyxl.utils import range_boundaries

    try:
        left, top, right, bottom = range_boundaries(ref.strip().upper())
    except (ValueError, TypeError):
        return 0  # the library refuses it as well
    if None in (left, top, right, bottom):
        return MERGED_CELLS + 1
    return max(0, int(right) - int(left) + 1) * max(0, int(bottom) - int(top) + 1)


def _loaded(data: bytes, members: Members) -> tuple[Any, bytes]:
    """The workbook, and the bytes it was loaded from: cut down to cells, merges and formats where the library refuses the whole."""
    try:
        return _load(data, values=True), data
    except ReadError:
        plain = cut_down(data, members)
        return _load(plain, values=True), plain


def _load(data: bytes, values: bool) -> Any:
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(io.BytesIO(data), data_only=values, keep_links=False, rich_text=values)
    except Exception as error:  # the library raises nearly anything on broken files
        raise ReadError("READ-DAMAGED", what="xlsx", reason=f"{type(error).__name__}: {error}") from error


def _authors(book: Any) -> list[str]:
    names = [book.properties.creator, book.properties.lastModifiedBy]
    return [name for name in dict.fromkeys(names) if name and name != "openpyxl"]


def _format_of(cell: Any) -> str:
    """The number format of a cell, the general one where the file names one that it does not define."""
    try:
        return str(cell.number_format)
    except IndexError:
        return "General"


_USUAL_WIDTH = 8.43


class _Sheet:
    """One worksheet; positions are those of the sheet, from 1."""

    def __init__(self, sheet: Any, formulas: Any, inked: Cells = frozenset()) -> None:
        if sheet.max_row > SHEET_ROWS or sheet.max_column > SHEET_COLUMNS:
            found = f"{sheet.max_row} x {sheet.max_column}"
            raise LimitError("READ-LIMIT", limit="rows and columns", allowed=f"{SHEET_ROWS} x {SHEET_COLUMNS}", found=found)
        self.name: str = sheet.title
        self.sheet = sheet
        self.formulas = formulas
        self.inked = inked
        self.residues: list[Residue] = []
        self.problems: list[Problem] = []
        self.hidden_rows = {row for row, entry in sheet.row_dimensions.items() if entry.hidden}
        self.hidden_columns = {
            column
            for entry in sheet.column_dimensions.values()
            if entry.hidden
            for column in range(entry.min or 0, min(entry.max or 0, SHEET_COLUMNS) + 1)
        }
        self.widths = {
            column: float(entry.width)
            for entry in sheet.column_dimensions.values()
            if entry.width is not None
            for column in range(entry.min or entry.max or 1, min(entry.max or 0, SHEET_COLUMNS) + 1)
        }
        self.doubtful = doubtful_ranges(sheet)
        self.covered: dict[tuple[int, int], tuple[int, int]] = {}
        self.spans: dict[tuple[int, int], tuple[int, int]] = {}
        for area in sheet.merged_cells.ranges:
            self._merge(area.min_row, area.min_col, min(area.max_row, sheet.max_row), min(area.max_col, sheet.max_column))
        self.cells: dict[tuple[int, int], Slot] = {}
        self.bordered: set[int] = set()

    def _merge(self, top: int, left: int, bottom: int, right: int) -> None:
        rows = [row for row in range(top, bottom + 1) if row not in self.hidden_rows]
        columns = [column for column in range(left, right + 1) if column not in self.hidden_columns]
        if not rows or not columns:
            return
        # The first visible position prints the text of the whole range.
        self.spans[top, left] = (rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1)
        self.covered |= {(row, column): (top, left) for row in range(top, bottom + 1) for column in range(left, right + 1)}

    def pieces(self) -> list[Piece]:
        """Paragraphs and grids of the sheet in reading order."""
        # The cells that exist: going through all rows and columns would make those between them.
        for _, cell in sorted(self.sheet._cells.items()):
            self._cell(cell)
        rows: dict[int, list[Slot]] = {}
        for slot in self.cells.values():
            rows.setdefault(slot.row, []).append(slot)
        pieces: list[Piece] = []
        group: list[Slot] = []
        end = 0
        first = True
        for row in sorted(rows):
            slots = sorted(rows[row], key=lambda slot: slot.column)
            while end in self.hidden_rows:
                end += 1
            if group and row > end:
                pieces += self._tables(group)
                group = []
            text = [slot for slot in slots if any(isinstance(item, Para) and item.text.strip() for item in slot.items)]
            lone = len(text) == 1 and row not in self.bordered and (first or text[0].colspan == 1)
            if lone and not group:
                pieces += [Para("\n".join(_lines(slot)), slot.anchor, 0, self.name) for slot in text]
                first = False
                continue
            first = first and not text
            group += slots
            end = max(end, *(slot.row + slot.rowspan for slot in slots))
        pieces += self._tables(group)
        return pieces

    def _cell(self, cell: Any) -> None:
        place = (cell.row, cell.column)
        owner = self.covered.get(place, place)
        if owner != place:
            return
        row, column = self._first_visible(place)
        value, ink = displayed(cell, self.sheet)
        text = shown(value, _format_of(cell))
        anchor = f"{self.name}!{cell.coordinate}"
        where = Location(sheet=self.name, anchor=anchor)
        if row in self.hidden_rows or column in self.hidden_columns:
            if text.strip():
                self.residues.append(Residue(kind="hidden", text=text, location=where))
            return
        if cell.comment is not None:
            self.residues.append(Residue(kind="comment", text=cell.comment.text.strip(), location=where))
        if cell.hyperlink is not None and cell.hyperlink.target:
            self.residues.append(Residue(kind="link", text=cell.hyperlink.target, location=where))
        confidence = 1.0
        # A formula whose saved result is an empty text (data type "str") was calculated: it shows nothing.
        uncalculated = cell.value is None and cell.data_type != "str"
        if uncalculated and self.formulas is not None and self.formulas.cell(*place).data_type == "f":
            confidence = 0.0
            details = {"cell": anchor, "formula": str(self.formulas.cell(*place).value)}
            self.problems.append(Problem(code="READ-FORMULA", details=details, location=where))
        elif self._shows_otherwise(cell, text, ink or (self.name, *place) in self.inked):
            confidence = 0.0
        if text and is_unseen(cell, self.sheet, _format_of(cell)):
            self.residues.append(Residue(kind="hidden", text=text, location=where))
            text = ""
        border = cell.has_style and any(side is not None and side.style for side in _sides(cell.border))
        if not text and not border and place not in self.spans and confidence == 1.0:
            return
        if border:
            self.bordered.add(row)
        down, across = self.spans.get(place, (1, 1))
        items: list[Piece] = [Para(text.replace("\r\n", "\n"), anchor)] if text else []
        self.cells[row, column] = Slot(row, column, down, across, items, anchor, confidence)

    def _width(self, row: int, column: int) -> float:
        """The width of a cell in characters."""
        across = self.spans.get((row, column), (1, 1))[1]
        return sum(self.widths.get(place, _USUAL_WIDTH) for place in range(column, column + across))

    def _shows_otherwise(self, cell: Any, text: str, ink: bool) -> bool:
        """Whether a cell shows something else than its text, or may do so; ``ink``: it holds something beside."""
        if not text.strip():
            return ink
        return is_too_wide(cell, text, self._width(cell.row, cell.column)) or self._is_doubtful(cell.row, cell.column)

    def _is_doubtful(self, row: int, column: int) -> bool:
        return any(area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col for area in self.doubtful)

    def _first_visible(self, place: tuple[int, int]) -> tuple[int, int]:
        row, column = place
        if place in self.spans:
            while row in self.hidden_rows:
                row += 1
            while column in self.hidden_columns:
                column += 1
        return row, column

    def _tables(self, slots: list[Slot]) -> list[Piece]:
        """The grids of rows without a blank row between them, parted at blank columns."""
        if not slots:
            return []
        parts: list[list[Slot]] = []
        end = 0
        for slot in sorted(slots, key=lambda slot: slot.column):
            # Hidden columns do not part a table.
            start = slot.column
            while start - 1 in self.hidden_columns:
                start -= 1
            if not parts or start > end:
                parts.append([])
            parts[-1].append(slot)
            end = max(end, slot.column + slot.colspan)
        grids: list[Piece] = []
        for part in parts:
            top = min(slot.row for slot in part)
            left = min(slot.column for slot in part)
            for slot in part:
                slot.row -= top
                slot.column -= left
            grids.append(Grid(part, f"{self.name}!{part[0].anchor.rpartition('!')[2]}", None, self.name))
            for slot in part:
                for item in slot.items:
                    if isinstance(item, Para):
                        item.sheet = self.name
        return grids


def _lines(slot: Slot) -> list[str]:
    return [item.text for item in slot.items if isinstance(item, Para)]


def _sides(border: Any) -> tuple[Any, ...]:
    return border.left, border.right, border.top, border.bottom
