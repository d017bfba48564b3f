"""Which lines of a document belong to which table of the form, told by their labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from auditor.bind.lexicon import Lexicon
from auditor.bind.lines import TableLine, lines_of, printed_cells
from auditor.model.document import Block, Table

# How many different labels make a table of the form; fewer are a table of the agency's own.
_ENOUGH = {"t2": 3, "t3": 3, "t4": 4, "st": 4}


class Segment(Struct, frozen=True):
    """Consecutive lines of one table of the form. ``labels`` is the number of different labels found in it."""

    table: str
    lines: tuple[TableLine, ...]
    labels: int
    block: int


def find_segments(blocks: Sequence[Block], lexicon: Lexicon) -> tuple[tuple[Segment, ...], frozenset[int]]:
    """Segments in document order, and the indexes of the blocks that hold one.

    A line without labels of its own belongs to the table above it; a table without any label belongs to the one before when nothing
    but it stands between (a row of numbers cut off by a page break).
    """
    found: list[Segment] = []
    used: set[int] = set()
    previous: tuple[int, str] | None = None
    for index, block in enumerate(blocks):
        if not isinstance(block, Table):
            continue
        lines = lines_of(block)
        owners = _owners(lines, lexicon)
        if not any(owners):
            if previous is not None and previous[0] == index - 1 and _only_values(lines):
                found.append(Segment(previous[1], lines, 0, index))
                used.add(index)
                previous = (index, previous[1])
            continue
        parts = _split(lines, owners, lexicon, index)
        found += parts
        if parts:
            used.add(index)
            previous = (index, parts[-1].table)
    enough = {table for table in _ENOUGH if len(_labels_of(table, found, lexicon)) >= _ENOUGH[table]}
    kept = tuple(segment for segment in found if segment.table in enough)
    return kept, frozenset(segment.block for segment in kept)


def _owners(lines: Sequence[TableLine], lexicon: Lexicon) -> list[str | None]:
    owners: list[str | None] = []
    last: str | None = None
    for line in lines:
        votes: Counter[str] = Counter()
        for cell in printed_cells(line):
            tables = {entry.table for entry in lexicon.look_up(cell.text)} if len(cell.text) <= 80 else set()
            if len(tables) == 1:
                votes[tables.pop()] += 1
        # One word may be damaged or a label elsewhere (本年度): what speaks against it and agrees with the line above wins.
        own = max(votes, key=lambda table: (votes[table], table == last)) if votes else None
        owners.append(own)
        last = own or last
    return owners


def _split(lines: Sequence[TableLine], owners: Sequence[str | None], lexicon: Lexicon, index: int) -> list[Segment]:
    """Runs of lines with the same owner; lines without an owner go to the run above (leading ones to the run below)."""
    current = next(owner for owner in owners if owner)
    runs: list[tuple[str, list[TableLine]]] = [(current, [])]
    for line, owner in zip(lines, owners, strict=True):
        if owner and owner != current:
            current = owner
            runs.append((current, []))
        runs[-1][1].append(line)
    return [Segment(table, tuple(part), len(_labels_in(table, part, lexicon)), index) for table, part in runs if part]


def _labels_in(table: str, lines: Sequence[TableLine], lexicon: Lexicon) -> set[tuple[str, str]]:
    return {
        (entry.kind, entry.key)
        for line in lines
        for cell in printed_cells(line)
        if len(cell.text) <= 80
        for entry in lexicon.look_up(cell.text)
        if entry.table == table
    }


def _labels_of(table: str, segments: Sequence[Segment], lexicon: Lexicon) -> set[tuple[str, str]]:
    return {label for segment in segments if segment.table == table for label in _labels_in(table, segment.lines, lexicon)}


def _only_values(lines: Sequence[TableLine]) -> bool:
    return all(len(cell.text) <= 20 for line in lines for cell in line.cells)
