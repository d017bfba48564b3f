"""Column headers of a table: which grid column, or which place in the row, belongs to which column of the form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from msgspec import Struct

from auditor.bind.labels import whole_labels
from auditor.bind.lexicon import Lexicon
from auditor.bind.lines import TableLine
from auditor.model.document import Cell
from auditor.model.formats import TableFormat
from auditor.text.chars import label_key, squeeze

_APART: Final = 3.0
"""Points between the middles of the labels of two columns."""


class Header(Struct, frozen=True):
    """``order``: column keys from left to right; ``grid``: grid column (0-based) → key, empty for ragged tables.

    ``width``: number of cells of a ragged header line, whose ordinals ``grid`` then holds (they count only for lines of the same
    width). ``labels``: column key → header text as printed; ``confidence`` is below 1 when the header had to be supposed.
    """

    order: tuple[str, ...]
    grid: dict[int, str]
    labels: dict[str, str]
    confidence: float = 1.0
    width: int = 0

    def of_other_grid(self) -> Header:
        """The same for a table that goes on in another grid: columns by order only."""
        return Header(self.order, {}, self.labels, self.confidence)


def supposed_header(keys: Iterable[str], confidence: float = 0.8) -> Header:
    """The form's own order, where no header is printed: values read by it are marked as doubtful."""
    return Header(tuple(keys), {}, {}, confidence)


def read_header(lines: Sequence[TableLine], table: TableFormat, lexicon: Lexicon, subtotal: Sequence[str]) -> Header | None:
    """The header made of consecutive header lines, or ``None`` when they name no column."""
    if not lines:
        return None
    if not lines[0].exact:
        return _ragged_header(lines, table, lexicon, subtotal)
    grid: dict[int, str] = {}
    labels: dict[str, str] = {}
    for column in range(lines[0].table.columns):
        texts = texts_above(lines, column)
        key = column_key(table, texts, lexicon, subtotal)
        if key is not None and key not in grid.values():
            grid[column] = key
            labels[key] = next((text for text in reversed(texts) if squeeze(text)), "")
    return Header(tuple(grid[column] for column in sorted(grid)), grid, labels) if grid else None


def texts_above(lines: Sequence[TableLine], column: int) -> list[str]:
    """What the cells of header lines over a grid column say, from above; a cell over several lines once."""
    cells = {id(cell): cell for line in lines for cell in line.cells if cell.column <= column < cell.column + cell.colspan}
    return [cell.text for cell in cells.values()]


def column_key(table: TableFormat, texts: Sequence[str], lexicon: Lexicon, subtotal: Sequence[str]) -> str | None:
    """The column that the labels above (or beside) a cell name together."""
    if any(squeeze(text) in subtotal for text in texts):
        return subtotal_key(table)
    if table.is_single_row:  # the same labels stand under several groups: only label and group together name a column
        return _by_path(table, [label for text in texts for label in labels_in(text, table, lexicon)], lexicon)
    key = lexicon.column(table.id, "".join(texts))
    if key is None:  # an inner label alone (the labels above it may be damaged)
        key = next((lexicon.column(table.id, text) for text in reversed(texts) if squeeze(text)), None)
    return key


def subtotal_key(table: TableFormat) -> str | None:
    """The column that some reports add for the subtotal of a group, or ``None``."""
    return next((group.subtotal for group in table.groups if group.subtotal), None)


def _by_path(table: TableFormat, labels: Sequence[str], lexicon: Lexicon) -> str | None:
    """The column whose label and whose group stand among these labels; of several labels of a kind the last counts."""
    group: str | None = None
    named: set[tuple[str, str | None]] = set()
    parents = {column.parent for column in table.columns}
    for label in labels:
        entries = [entry for entry in lexicon.look_up(label) if entry.table == table.id]
        group = next((entry.key for entry in entries if entry.kind == "group" and entry.key in parents), group)
        named = {(entry.key, entry.parent) for entry in entries if entry.kind == "column"} or named
    return next((key for key, parent in sorted(named) if parent == group), None)


def labels_in(text: str, table: TableFormat, lexicon: Lexicon) -> list[str]:
    """The labels in a header cell: its text, or where that is none, the runs of its lines that are (a head read with its column)."""
    lines = text.split("\n")
    return (
        [text] if len(lines) == 1 else whole_labels(lines, lambda part: any(e.table == table.id for e in lexicon.look_up(part))) or [text]
    )


def _ragged_header(lines: Sequence[TableLine], table: TableFormat, lexicon: Lexicon, subtotal: Sequence[str]) -> Header | None:
    """Header cells that only follow each other: what stands under a group stands where the group's own label stands.

    A label that several groups have (结果维持) stands under the first of them at its first print, under the second at its second …
    """
    parents: dict[str, str | None] = {group.key: group.parent for group in table.groups if group.axis == "column"}
    parents |= {column.key: column.parent for column in table.columns} | {g.subtotal: g.key for g in table.groups if g.subtotal}
    found = [
        (number, cell, text) for number, line in enumerate(lines) for cell in line.printed for text in labels_in(cell.text, table, lexicon)
    ]
    printed = [group for _, _, text in found if (group := lexicon.group(table.id, text)) in parents and group is not None]
    owners = _owners(table, [text for _, _, text in found], list(dict.fromkeys(printed)), lexicon)
    cells: dict[str, Cell] = {}
    sequence: dict[str, int] = {}
    for number, cell, text in found:
        key = lexicon.group(table.id, text)
        if key is None or key not in printed:
            key = subtotal_key(table) if squeeze(text) in subtotal else lexicon.column(table.id, text)
            if key is None:
                columns = (entry for entry in lexicon.look_up(text) if entry.table == table.id and entry.kind == "column")
                same = {entry.parent: entry.key for entry in columns}
                key = next((same[owner] for owner in owners if owner in same and same[owner] not in sequence), None)
            if key is not None:
                cells.setdefault(key, cell)
        if key is not None:
            sequence.setdefault(key, number)
    order = _by_place(cells) or tuple(key for key in _expanded(sequence, parents) if key in cells)
    labels = {key: cells[key].text for key in order}
    if not order:
        return None
    if len(lines) > 1:
        return Header(order, {}, labels)
    return Header(order, {cells[key].column: key for key in order}, labels, width=len(lines[0].cells))


def _by_place(cells: Mapping[str, Cell]) -> tuple[str, ...]:
    """Columns from left to right by the middles of their labels on the page; none where places are not known or not told apart."""
    boxes = {key: cell.location.box for key, cell in cells.items() if cell.location is not None and cell.location.box is not None}
    middles = sorted(((box[0] + box[2]) / 2, key) for key, box in boxes.items())
    if len(boxes) < len(cells) or len(cells) < 2 or any(right[0] - left[0] < _APART for left, right in pairwise(middles)):
        return ()
    return tuple(key for _, key in middles)


def _owners(table: TableFormat, texts: Sequence[str], printed: Iterable[str], lexicon: Lexicon) -> list[str | None]:
    """The innermost groups that a header names, in printed order; all of the form where its labels are printed more often than that."""
    every = list(dict.fromkeys(column.parent for column in table.columns))
    named = [key for key in printed if key in every]
    times = Counter(label_key(text) for text in texts if any(e.table == table.id and e.kind == "column" for e in lexicon.look_up(text)))
    return [*named] if named and max(times.values(), default=0) <= len(named) else every


def _expanded(printed: dict[str, int], parents: dict[str, str | None]) -> list[str]:
    """Groups and columns (with the line each is printed in), what is printed under a group right behind it."""

    def above(key: str) -> str | None:
        outer = parents.get(key)
        return outer if outer is None or outer in printed else above(outer)

    children: dict[str | None, list[str]] = {}
    for key in printed:
        children.setdefault(above(key), []).append(key)
    places = {key: place for place, key in enumerate(printed)}

    def place(key: str) -> int:
        """Where the label stands; where its columns and those beside it stand in one line below it, where the first of them stands."""
        inside, beside = children.get(key, []), [other for other in children[above(key)] if other not in children]
        lines = {printed[other] for other in (*inside, *beside)}
        shared = inside and beside and len(lines) == 1 and printed[key] < min(lines)
        return places[inside[0] if shared else key]

    def under(key: str | None) -> list[str]:
        return [part for child in sorted(children.get(key, []), key=place) for part in (child, *under(child))]

    return under(None)
