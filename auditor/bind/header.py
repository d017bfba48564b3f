"""Column headers of a table: which grid column, or which place in the row, belongs to which key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from auditor.bind.lexicon import Lexicon
from auditor.bind.lines import Line, printed_cells
from auditor.model.formats import TableFormat
from auditor.text.chars import squeeze


@dataclass(frozen=True, slots=True)
class Header:
    """``order``: column keys from left to right; ``grid``: grid column (0-based) → key, empty for ragged tables.

    ``width``: number of cells of a ragged header line, whose ordinals ``grid`` then holds (they count only for lines of the same
    width). ``labels``: column key → header text as printed; ``confidence`` is below 1 when the header had to be supposed.
    """

    order: tuple[str, ...]
    grid: dict[int, str]
    labels: dict[str, str]
    confidence: float = 1.0
    width: int = 0


def read_header(lines: Sequence[Line], table: TableFormat, lexicon: Lexicon, subtotal: Sequence[str]) -> Header | None:
    """The header made of consecutive header lines, or ``None`` when they name no column."""
    if not lines:
        return None
    return _exact_header(lines, table, lexicon, subtotal) if lines[0].exact else _ragged_header(lines, table, lexicon, subtotal)


def _exact_header(lines: Sequence[Line], table: TableFormat, lexicon: Lexicon, subtotal: Sequence[str]) -> Header | None:
    width = lines[0].table.columns
    grid: dict[int, str] = {}
    labels: dict[str, str] = {}
    for column in range(width):
        texts: list[str] = []
        seen: list[object] = []
        for line in lines:
            for cell in line.cells:
                if cell.column <= column < cell.column + cell.colspan and not any(cell is other for other in seen):
                    seen.append(cell)
                    texts.append(cell.text)
        key = _column_key(table, texts, lexicon, subtotal)
        if key is not None and key not in grid.values():
            grid[column] = key
            labels[key] = next((text for text in reversed(texts) if squeeze(text)), "")
    if not grid:
        return None
    return Header(tuple(grid[column] for column in sorted(grid)), grid, labels)


def subtotal_key(table: TableFormat) -> str | None:
    """The column some reports add for the subtotal of a group, or ``None``."""
    return next((group.subtotal for group in table.groups if group.subtotal), None)


def _column_key(table: TableFormat, texts: Sequence[str], lexicon: Lexicon, subtotal: Sequence[str]) -> str | None:
    if any(squeeze(text) in subtotal for text in texts):
        return subtotal_key(table)
    joined = "".join(texts)
    key = lexicon.column(table.id, joined)
    if key is None:  # an inner label alone (the labels above it may be damaged)
        for text in reversed(texts):
            if squeeze(text):
                key = lexicon.column(table.id, text)
                break
    return key


def _ragged_header(lines: Sequence[Line], table: TableFormat, lexicon: Lexicon, subtotal: Sequence[str]) -> Header | None:
    """Header cells that only follow each other: the columns of a group stand where the group's own label stands."""
    order: list[str] = []
    labels: dict[str, str] = {}
    inner = {group.key for group in table.groups if group.parent is not None}
    parents = {column.parent for column in table.columns if column.parent in inner}
    children = {column.key: column.parent for column in table.columns}
    for line in lines:
        for cell in printed_cells(line):
            group = lexicon.group(table.id, cell.text)
            if group in parents:
                key: str | None = f"group:{group}"
            else:
                key = subtotal_key(table) if squeeze(cell.text) in subtotal else lexicon.column(table.id, cell.text)
            if key is not None and key not in order:
                order.append(key)
                labels[key] = cell.text
    for group_key in [key for key in order if key.startswith("group:")]:
        inside = [key for key in order if f"group:{children.get(key)}" == group_key]
        order = [key for key in order if key not in inside]
        place = order.index(group_key)
        order[place : place + 1] = inside
    return Header(tuple(order), {}, {key: labels[key] for key in order}) if order else None


def supposed_header(table: TableFormat, keys: Sequence[str]) -> Header:
    """The form's own order, where no header is printed: values read by it are marked as doubtful."""
    return Header(tuple(keys), {}, {}, confidence=0.8)
