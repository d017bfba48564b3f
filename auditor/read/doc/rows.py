"""Rows of a Word 97 table: cell edges and merge flags of each row, put together into one grid."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from auditor.errors import LimitError
from auditor.read.doc import sprms as op
from auditor.read.limits import TABLE_CELLS
from auditor.read.pieces import Grid, Para, Piece, Slot
from auditor.text.chars import is_blank

_SNAP: Final = 60
"""Twips within which edges of different rows are the same grid line (three points)."""
_WIDTH: Final = 1440
_TWIPS: Final = 20.0
_CELLS: Final = 200


@dataclass(slots=True)
class Shape:
    """Edges of a row in twips, one more than cells, and the merge flags of each cell."""

    edges: list[int]
    flags: list[int]


@dataclass(slots=True)
class DocRow:
    """A row as read."""

    shape: Shape | None
    cells: list[list[Piece]]


def shape_of(properties: list[tuple[int, bytes]]) -> Shape | None:
    """The row's shape by its modifiers, in their order; ``None`` when it has none."""
    shape: Shape | None = None
    for code, operand in properties:
        if code == op.TABLE:
            shape = _defined(operand) or shape
        elif shape is not None:
            _change(shape, code, operand)
    return shape


def _defined(operand: bytes) -> Shape | None:
    if len(operand) < 5:
        return None
    count = operand[2]
    if not count or len(operand) < 3 + 2 * (count + 1):
        return None
    edges = list(struct.unpack_from(f"<{count + 1}h", operand, 3))
    start = 3 + 2 * (count + 1)
    flags = [
        struct.unpack_from("<H", operand, start + 20 * index)[0] if start + 20 * index + 2 <= len(operand) else 0 for index in range(count)
    ]
    return Shape(edges, flags)


def _change(shape: Shape, code: int, operand: bytes) -> None:
    """Later modifiers that merge, split, insert, delete or resize cells."""
    count = len(shape.flags)
    if code == op.CELL_VERTICAL and len(operand) >= 3 and operand[1] < count:
        shape.flags[operand[1]] = shape.flags[operand[1]] & ~0x60 | (operand[2] & 3) << 5
    elif code == op.CELL_MERGE and operand[0] < operand[1] <= count:
        shape.flags[operand[0]] = shape.flags[operand[0]] & ~3 | 1
        for index in range(operand[0] + 1, operand[1]):
            shape.flags[index] = shape.flags[index] & ~3 | 2
    elif code == op.CELL_SPLIT and operand[0] < operand[1] <= count:
        for index in range(operand[0], operand[1]):
            shape.flags[index] &= ~3
    elif code == op.CELL_DELETE and operand[0] < operand[1] <= count:
        width = shape.edges[operand[1]] - shape.edges[operand[0]]
        shape.edges[operand[0] :] = [edge - width for edge in shape.edges[operand[1] :]]
        del shape.flags[operand[0] : operand[1]]
    elif code in (op.CELL_INSERT, op.CELL_WIDTH):
        first, second, width = struct.unpack("<BBh", operand)
        if code == op.CELL_INSERT and first <= count and second <= _CELLS - count:
            place = shape.edges[first]
            added = [place + width * (step + 1) for step in range(second)]
            shape.edges[first + 1 :] = [*added, *(edge + width * second for edge in shape.edges[first + 1 :])]
            shape.flags[first:first] = [0] * second
        elif code == op.CELL_WIDTH and first < second <= count:
            widths = [right - left for left, right in zip(shape.edges, shape.edges[1:], strict=False)]
            widths[first:second] = [width] * (second - first)
            for index, size in enumerate(widths):
                shape.edges[index + 1] = shape.edges[index] + size


def grid_of(rows: list[DocRow], anchor: str) -> Grid:
    """The grid of a table's rows; cells get ``<anchor>/tr<n>/tc<n>``. Raises :class:`LimitError` beyond the limit on cells."""
    if sum(len(row.cells) for row in rows) > TABLE_CELLS:
        raise LimitError("READ-LIMIT", limit="cells", allowed=str(TABLE_CELLS))
    shapes = [_fitted(row) for row in rows]
    lines = _grid_lines(rows, shapes)
    slots: list[Slot] = []
    above: dict[tuple[int, int], Slot] = {}
    for number, (row, shape) in enumerate(zip(rows, shapes, strict=True)):
        below: dict[tuple[int, int], Slot] = {}
        index = 0
        while index < len(shape.flags):
            last = _merged_to(shape.flags, index)
            left, right = lines[shape.edges[index]], lines[shape.edges[last + 1]]
            vertical = shape.flags[index] & 0x60
            upper = above.get((left, right)) if vertical == 0x20 else None
            if upper is not None:
                upper.rowspan += 1
                below[left, right] = upper
            elif right > left:
                items = row.cells[index] if index < len(row.cells) else []
                slot = Slot(number, left, 1, right - left, items, f"{anchor}/tr{number + 1}/tc{index + 1}")
                slots.append(slot)
                if vertical:
                    below[left, right] = slot
            index = last + 1
        above = below
    places = sorted(set(lines.values()))
    edges = [min(edge for edge, line in lines.items() if line == place) / _TWIPS for place in places]
    return Grid(slots, anchor, edges)


def _fitted(row: DocRow) -> Shape:
    """The row's shape with increasing edges and an edge pair for each cell that has text."""
    if row.shape is None:
        return Shape([_WIDTH * index for index in range(len(row.cells) + 1)], [0] * len(row.cells))
    shape = row.shape
    edges = shape.edges[:1]
    for edge in shape.edges[1:]:
        edges.append(max(edges[-1], edge))
    flags = list(shape.flags)
    for _ in range(len(row.cells) - len(flags)):
        edges.append(edges[-1] + _WIDTH)
        flags.append(0)
    return Shape(edges, flags)


def _grid_lines(rows: list[DocRow], shapes: list[Shape]) -> dict[int, int]:
    """Edge in twips → grid line from 0; near edges are one line unless a cell with text would vanish between them."""
    edges = sorted({edge for shape in shapes for edge in shape.edges})
    for snap in (_SNAP, 0):
        lines: dict[int, int] = {}
        begins: list[int] = []
        for edge in edges:
            if not begins or edge - begins[-1] > snap:
                begins.append(edge)
            lines[edge] = len(begins) - 1
        lost = any(
            lines[left] == lines[right] and index < len(row.cells) and _written(row.cells[index])
            for row, shape in zip(rows, shapes, strict=True)
            for index, (left, right) in enumerate(zip(shape.edges, shape.edges[1:], strict=False))
        )
        if not lost:
            break
    return lines


def _written(items: list[Piece]) -> bool:
    return any(isinstance(item, Grid) or not is_blank(item.text) for item in items if isinstance(item, (Para, Grid)))


def _merged_to(flags: list[int], index: int) -> int:
    """Index of the last cell merged horizontally with this one.

    The first cell has flag 1 and those after it 2; [MS-DOC] describes it the other way round (2 or 3, then 1). A row keeps to one way.
    """
    first = next((flag & 3 for flag in flags if flag & 3), 0)
    begins = (1,) if first == 1 else (2, 3)
    if flags[index] & 3 not in begins:
        return index
    last = index
    while last + 1 < len(flags) and flags[last + 1] & 3 and flags[last + 1] & 3 not in begins:
        last += 1
    return last
