"""What DOCX and HTML have in common once their markup is gone: paragraphs and grids, which become a document's blocks.

A table in such files is not always a table of figures. Pages are laid out with tables, whole reports stand in one cell, and prose runs
between the rows of a form. Here outer tables are dissolved by what they hold: shape and amount of text, never by known labels.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from typing import Final

from auditor.errors import LimitError
from auditor.model.document import Block, Cell, Heading, Paragraph, Table
from auditor.model.source import Location
from auditor.read.limits import TABLE_CELLS, TABLE_DEPTH
from auditor.text.chars import is_blank
from auditor.text.tokens import MAIN_NUMBER

SLIVER: Final = 3.0
"""Points below which a column is only a rounding error between the edges of two rows."""

_PROSE: Final = 100
_LONG_PROSE: Final = 300


@dataclass(slots=True)
class Para:
    """A paragraph as printed; ``level`` above 0 marks a heading; ``sheet`` names the worksheet; ``ink``: it shows more than its text."""

    text: str
    anchor: str
    level: int = 0
    sheet: str | None = None
    ink: bool = False


@dataclass(slots=True)
class Slot:
    """A cell on grid positions from 0, with what it holds in order."""

    row: int
    column: int
    rowspan: int
    colspan: int
    items: list[Para | Grid]
    anchor: str
    confidence: float = 1.0
    text: str = ""
    """Text of its paragraphs, lines joined; set by :func:`_measure`, like the rest."""
    amount: int = 0
    inner: bool = False


@dataclass(slots=True)
class Grid:
    """A table as found. ``edges``, where known, are the positions of the grid lines in points (one more than columns)."""

    slots: list[Slot]
    anchor: str
    edges: Sequence[float] | None = None
    sheet: str | None = None


Piece = Para | Grid


_FIGURE: Final = re.compile(r"[\d.,，．%％+\-－−—–/０-９件条元万\ue000-\uf8ff]{1,24}")
_FIGURE_LINES: Final = 4


def is_figure(items: Sequence[Piece]) -> bool:
    """Whether what a cell holds is no more than a figure, unit included."""
    if len(items) > _FIGURE_LINES or not all(isinstance(item, Para) for item in items):
        return False
    return _FIGURE.fullmatch("".join("".join(item.text.split()) for item in items if isinstance(item, Para))) is not None


def to_blocks(pieces: Iterable[Piece]) -> tuple[Block, ...]:
    """The blocks in reading order: blank paragraphs and tables left out, layout tables dissolved, inner tables after their outer one.

    Tables and paragraphs outside tables are numbered from 1 in this order. Raises :class:`LimitError` for tables beyond the limits.
    """
    blocks: list[Block] = []
    tables = paragraphs = 0
    for piece in _flow(pieces, 1):
        if isinstance(piece, Para):
            paragraphs += 1
            place = Location(paragraph=paragraphs, sheet=piece.sheet, anchor=piece.anchor)
            if piece.level:
                blocks.append(Heading(text=piece.text, level=piece.level, location=place))
            else:
                blocks.append(Paragraph(text=piece.text, location=place))
        else:
            tables += 1
            blocks.append(_table(piece, tables))
    return tuple(blocks)


def _flow(pieces: Iterable[Piece], depth: int) -> Iterator[Piece]:
    """Paragraphs with text, and grids that are tables; both in order."""
    if depth > TABLE_DEPTH:
        raise LimitError("READ-LIMIT", limit="table depth", allowed=str(TABLE_DEPTH))
    for piece in pieces:
        if isinstance(piece, Para):
            text = piece.text.strip()
            if not is_blank(text):
                yield Para(text, piece.anchor, piece.level, piece.sheet)
            continue
        if len(piece.slots) > TABLE_CELLS:
            raise LimitError("READ-LIMIT", limit="cells", allowed=str(TABLE_CELLS), found=str(len(piece.slots)))
        for slot in piece.slots:
            _measure(slot)
        if not any(slot.amount for slot in piece.slots):
            continue
        if _is_layout(piece):
            for slot in piece.slots:
                yield from _flow(slot.items, depth + 1)
            continue
        for part in _split(piece):
            if isinstance(part, Slot):
                yield from _flow(part.items, depth + 1)
            elif part is not piece and _is_layout(part):
                for slot in part.slots:
                    yield from _flow(slot.items, depth + 1)
            else:
                part = _tidy(part)
                yield part
                for slot in part.slots:
                    if slot.inner:
                        yield from _flow(_inner(slot.items), depth + 1)


def _paras(items: Iterable[Piece]) -> Iterator[Para]:
    """The paragraphs of a cell, those of boxes drawn around a number (tables of one cell) included."""
    for item in items:
        if isinstance(item, Para):
            yield item
        elif len(item.slots) == 1:
            yield from _paras(item.slots[0].items)


def _inner(items: Iterable[Piece]) -> Iterator[Grid]:
    for item in items:
        if isinstance(item, Grid):
            if len(item.slots) == 1:
                yield from _inner(item.slots[0].items)
            else:
                yield item


def _measure(slot: Slot) -> None:
    """Sets the slot's text, the characters in all its depths, and whether it holds a table of more than one cell."""
    if not slot.items:
        return
    if len(slot.items) == 1 and isinstance(only := slot.items[0], Para):
        text = only.text.strip()
        slot.text = "" if _is_blank(text) else text
        slot.amount = len(slot.text)
        if only.ink and not slot.text:
            slot.confidence = 0.0
        return
    slot.text = "\n".join(text for para in _paras(slot.items) if not _is_blank(text := para.text.strip()))
    slot.amount = len(slot.text)
    if not slot.text and any(para.ink for para in _paras(slot.items)):
        slot.confidence = 0.0
    for grid in _inner(slot.items):
        slot.inner = True
        for inner in grid.slots:
            _measure(inner)
            slot.amount += inner.amount
    if slot.inner and not slot.text and slot.amount:
        slot.confidence = 0.0  # what it shows stands in a table of its own


def _is_blank(text: str) -> bool:
    """:func:`is_blank`, quick where the first character settles it."""
    return not text or (not text[0].isalnum() and is_blank(text))


def _is_layout(grid: Grid) -> bool:
    """Whether the grid only arranges other things: one cell, or mostly cells that hold tables or prose."""
    if len(grid.slots) == 1:
        return True
    arranged = total = 0
    prose = False
    for slot in grid.slots:
        total += slot.amount
        if slot.inner or len(slot.text) > _LONG_PROSE:
            arranged += slot.amount
        prose = prose or len(slot.text) > _PROSE
    if arranged * 2 >= total and arranged:
        return True
    # One column whose rows hold prose is text in boxes.
    return prose and all(slot.column == grid.slots[0].column for slot in grid.slots)


def _split(grid: Grid) -> Iterator[Grid | Slot]:
    """Rows of prose that run across the whole table part it; what lies between is a table of its own."""
    width = max(slot.column + slot.colspan for slot in grid.slots)
    by_row: dict[int, list[Slot]] = {}
    for slot in grid.slots:
        by_row.setdefault(slot.row, []).append(slot)
    alone = {row: slots[0] for row, slots in by_row.items() if len(slots) == 1}
    across = {row: slot for row, slot in alone.items() if slot.colspan == width > 1 and slot.rowspan == 1}
    cut = {row for row, slot in across.items() if _runs(slot)}
    if not cut:
        yield grid
        return
    kept: list[Slot] = []
    first = 0
    for row in sorted(by_row):
        if row not in cut:
            if not kept:
                first = row
            for slot in by_row[row]:
                slot.row -= first
                kept.append(slot)
            continue
        if kept:
            yield Grid(kept, grid.anchor, grid.edges, grid.sheet)
            kept = []
        yield across[row]
    if kept:
        yield Grid(kept, grid.anchor, grid.edges, grid.sheet)


def _runs(slot: Slot) -> bool:
    """Whether a row across the table is prose, a numbered heading or holds a table: no header of a block of rows."""
    return slot.inner or len(slot.text) > _PROSE or MAIN_NUMBER.match(slot.text) is not None


def _tidy(grid: Grid) -> Grid:
    """The grid without positions at which no cell begins, without columns too thin to hold anything or without a cell of their own."""
    columns = _positions([(slot.column, slot.column + slot.colspan, slot.amount > 0) for slot in grid.slots], grid.edges)
    rows = _positions([(slot.row, slot.row + slot.rowspan, True) for slot in grid.slots], None)
    if all(line == place for lines in (columns, rows) for line, place in lines.items()):
        return Grid(grid.slots, grid.anchor, None, grid.sheet)
    slots: list[Slot] = []
    for slot in grid.slots:
        left, right = columns[slot.column], columns[slot.column + slot.colspan]
        top, bottom = rows[slot.row], rows[slot.row + slot.rowspan]
        if right > left:
            slot.row, slot.column, slot.rowspan, slot.colspan = top, left, max(1, bottom - top), right - left
            slots.append(slot)
    return Grid(slots, grid.anchor, None, grid.sheet)


def _positions(spans: list[tuple[int, int, bool]], edges: Sequence[float] | None) -> dict[int, int]:
    """Old grid line → new grid line, for all lines at which a span begins or ends."""
    end = max(last for _, last, _ in spans)
    lines = [*sorted({first for first, _, _ in spans}), end]
    after = dict(pairwise(lines))
    filled = {first for first, last, text in spans if text and last <= after[first]}
    dropped: set[int] = set()
    if edges is not None:
        for left, right in pairwise(lines):
            if right < len(edges) and edges[right] - edges[left] < SLIVER and left not in filled:
                dropped.add(left)
    _drop_unowned(spans, lines, after, dropped)
    new = [0]
    for left in lines[:-1]:
        new.append(new[-1] + (left not in dropped))
    ends = {last for _, last, _ in spans}
    return {line: new[bisect_left(lines, line)] for line in ends.union(lines)}


def _drop_unowned(spans: list[tuple[int, int, bool]], lines: list[int], after: dict[int, int], dropped: set[int]) -> None:
    """Adds to ``dropped`` (left lines) the columns in which no row has a cell of its own: two edges meant as one.

    A column stays where a cell would be left without any. Of two such neighbours the right one goes.
    """
    owned = {first for first, last, _ in spans if last <= after[first]}
    for left in reversed(lines[:-1]):
        if left not in owned and left not in dropped:
            over = {(first, last) for first, last, _ in spans if first <= left < last}
            if all(any(first <= other < last and other != left and other not in dropped for other in lines[:-1]) for first, last in over):
                dropped.add(left)


def _table(grid: Grid, number: int) -> Table:
    slots = sorted(grid.slots, key=attrgetter("row", "column"))
    cells = tuple(
        Cell(
            text=slot.text,
            row=slot.row,
            column=slot.column,
            rowspan=slot.rowspan,
            colspan=slot.colspan,
            location=Location(table=number, row=slot.row + 1, column=slot.column + 1, sheet=grid.sheet, anchor=slot.anchor),
            confidence=slot.confidence,
        )
        for slot in slots
    )
    return Table(
        rows=max(slot.row + slot.rowspan for slot in slots),
        columns=max(slot.column + slot.colspan for slot in slots),
        cells=cells,
        location=Location(table=number, sheet=grid.sheet, anchor=grid.anchor),
    )
