"""A ``w:tbl`` as a grid: spans, vertical and horizontal merges, rows whose cells do not add up, deleted and hidden rows."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from auditor.errors import LimitError
from auditor.read.docx.xml import VAL, Element, W, is_on, number, value
from auditor.read.limits import SPAN, TABLE_CELLS
from auditor.read.pieces import SLIVER, Grid, Piece, Slot

_WRAPPERS: Final = frozenset(W + name for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"))
_TWIPS: Final = 20.0
_PROPERTIES: Final = W + "tcPr"
_GRID_SPAN: Final = W + "gridSpan"
_V_MERGE: Final = W + "vMerge"
_H_MERGE: Final = W + "hMerge"
_CELL_WIDTH: Final = W + "tcW"
_CELL_DELETED: Final = W + "cellDel"
_TYPE: Final = W + "type"
_W: Final = W + "w"


@dataclass(slots=True)
class _Raw:
    """A cell before merging: grid column and span, place in the file, merges (``restart``, ``continue``)."""

    node: Element
    row: int
    column: int
    span: int
    anchor: str
    down: str | None = None
    across: str | None = None
    gone: bool = False


@dataclass(slots=True)
class Handlers:
    """What the table needs of the document's reader. ``content`` gives a cell's pieces and whether it shows what cannot be read;
    ``settings`` are the merges of the cells that have any (:func:`merges_of`).
    """

    content: Callable[[Element], tuple[list[Piece], bool]]
    deleted: Callable[[Element], None]
    inserted: Callable[[Element], None]
    hidden: Callable[[Element], None]
    settings: Mapping[Element, Sequence[Element]]


def merges_of(root: Element) -> dict[Element, list[Element]]:
    """What the properties of the cells of a document say about merges and deletions, by cell: most cells say nothing."""
    found: dict[Element, list[Element]] = {}
    for setting in root.iter(_GRID_SPAN, _V_MERGE, _H_MERGE, _CELL_DELETED):
        properties = setting.getparent()
        cell = None if properties is None else properties.getparent()
        if cell is not None and properties.tag == _PROPERTIES and properties.getprevious() is None:
            found.setdefault(cell, []).append(setting)
    return found


def own(parent: Element, tag: str) -> Iterator[Element]:
    """Rows of a table or cells of a row, through content controls and the like, not those of inner tables."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from own(child, tag)


def read_grid(table: Element, anchor: str, handlers: Handlers) -> Grid:
    """The grid of a ``w:tbl``; ``anchor`` is the table's own, cells get ``<anchor>/tr<n>/tc<n>`` (from 1, as in the file).

    Raises :class:`LimitError` for more cells than the limit.
    """
    rows, edges = _rows(table, anchor, handlers)
    totals = {row[-1].column + row[-1].span for row in rows if row}
    if len(totals) > 1:
        edges = _by_width(rows) or edges
    slots: list[Slot] = []
    above: dict[int, Slot] = {}
    for row in rows:
        below: dict[int, Slot] = {}
        before: Slot | None = None
        absorbed = False
        for raw in row:
            if raw.across == "continue" and (before is not None or absorbed):
                if before is not None:
                    before.colspan += raw.span
                continue
            if raw.down == "continue" and (upper := above.get(raw.column)) is not None and _same_span(upper, raw, row):
                upper.rowspan += 1
                below[raw.column] = upper
                before, absorbed = None, True
                handlers.hidden(raw.node)  # Word keeps the text of a covered cell and does not show it
                continue
            if raw.gone:
                handlers.deleted(raw.node)
            items, unread = ([], False) if raw.gone else handlers.content(raw.node)
            slot = Slot(raw.row, raw.column, 1, raw.span, items, raw.anchor, 0.0 if unread else 1.0)
            slots.append(slot)
            before, absorbed = slot, False
            if raw.down is not None:
                below[raw.column] = slot
        above = below
    return Grid(slots, anchor, edges)


def _same_span(upper: Slot, raw: _Raw, row: list[_Raw]) -> bool:
    """Whether a continued cell is as wide as the merged one above, cells joined by ``hMerge`` counted together."""
    if upper.colspan == raw.span:
        return True
    width = 0
    for other in row:
        if other.column >= raw.column and width < upper.colspan:
            if other is not raw and other.across != "continue":
                break
            width += other.span
    return width == upper.colspan


def _rows(table: Element, anchor: str, handlers: Handlers) -> tuple[list[list[_Raw]], list[float] | None]:
    rows: list[list[_Raw]] = []
    total = 0
    for place, node in enumerate(own(table, W + "tr"), 1):
        properties = node.find(W + "trPr")
        column = 0
        if properties is not None:
            if properties.find(W + "del") is not None or properties.find(W + "moveFrom") is not None:
                handlers.deleted(node)
                continue
            if is_on(properties, "hidden"):
                handlers.hidden(node)
                continue
            if properties.find(W + "ins") is not None:
                handlers.inserted(node)
            column = min(SPAN, max(0, number(value(properties, "gridBefore"))))
        row: list[_Raw] = []
        for order, cell in enumerate(own(node, W + "tc"), 1):
            total += 1
            if total > TABLE_CELLS:
                raise LimitError("READ-LIMIT", limit="cells", allowed=str(TABLE_CELLS))
            raw = _Raw(cell, len(rows), column, 1, f"{anchor}/tr{place}/tc{order}")
            for setting in handlers.settings.get(cell, ()):
                tag = setting.tag
                if tag == _GRID_SPAN:
                    raw.span = min(SPAN, max(1, number(setting.get(VAL), 1)))
                elif tag == _V_MERGE:
                    raw.down = "restart" if setting.get(VAL) == "restart" else "continue"
                elif tag == _H_MERGE:
                    raw.across = "restart" if setting.get(VAL) == "restart" else "continue"
                else:
                    raw.gone = True
            row.append(raw)
            column += raw.span
        rows.append(row)
    columns = [number(node.get(W + "w")) / _TWIPS for node in table.iterfind(f"{W}tblGrid/{W}gridCol")]
    # All zero or missing widths say nothing (some converters write them so).
    return rows, [0.0, *accumulate(columns)] if columns and all(columns) else None


def _by_width(rows: list[list[_Raw]]) -> list[float] | None:
    """Columns from printed widths where spans do not add up (a lost ``gridSpan``); ``None`` when the widths do not either."""
    places: list[float] = []
    ends: list[float] = []
    lines: list[list[float]] = []
    for row in rows:
        if not row:
            lines.append([])
            continue
        widths = [_width(raw.node) for raw in row]
        if row[0].column or min(widths) <= 0:
            return None
        line = [0.0, *accumulate(widths)]
        lines.append(line)
        places += line
        ends.append(line[-1])
    if max(ends) - min(ends) > SLIVER:
        return None
    edges: list[float] = []
    for place in sorted(places):
        if not edges or place - edges[-1] > SLIVER:
            edges.append(place)
    for row, line in zip(rows, lines, strict=True):
        for raw, left, right in zip(row, line, line[1:], strict=False):
            raw.column = _nearest(edges, left)
            raw.span = max(1, _nearest(edges, right) - raw.column)
    return edges


def _width(cell: Element) -> float:
    """The width of a cell as printed, in points; 0 where it is not known."""
    width = 0.0
    for setting in cell[0] if len(cell) and cell[0].tag == _PROPERTIES else ():
        if setting.tag == _CELL_WIDTH and setting.get(_TYPE) in (None, "dxa"):
            width = number(setting.get(_W)) / _TWIPS
    return width


def _nearest(edges: list[float], place: float) -> int:
    at = bisect_left(edges, place)
    if at == len(edges) or (at and place - edges[at - 1] <= edges[at] - place):
        return at - 1
    return at
