"""Which lines of a document belong to which table of the form, told by their labels."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from auditor.bind.lexicon import LabelEntry, Lexicon
from auditor.bind.lines import TableLine, lines_of
from auditor.model.document import Block, Table

# How many different labels make a table of the form; fewer are a table of the agency's own.
_ENOUGH = {"t2": 3, "t3": 3, "t4": 4, "st": 4}
_LONGEST = 80


class Segment(Struct, frozen=True):
    """Consecutive lines of one table of the form. ``labels``: kind and key of what is printed in it."""

    table: str
    lines: tuple[TableLine, ...]
    labels: frozenset[tuple[str, str]]
    block: int


_Named = tuple[TableLine, list[tuple[LabelEntry, ...]]]
"""A line, and for each label printed in it what it may be."""


def find_segments(blocks: Sequence[Block], lexicon: Lexicon) -> tuple[tuple[Segment, ...], frozenset[int]]:
    """Segments in document order, and the indexes of the blocks that hold one.

    A line without labels of its own belongs to the table above it; a table without any label belongs to the one before when nothing
    but it stands between (a row of numbers cut off by a page break).
    """
    found: list[Segment] = []
    previous: tuple[int, str] | None = None
    for index, block in enumerate(blocks):
        if not isinstance(block, Table):
            continue
        lines = [(line, _labels_in(line, lexicon)) for line in lines_of(block)]
        owners = _owners(lines)
        if any(owners):
            parts = _split(lines, owners, index)
            found += parts
            previous = (index, parts[-1].table)
        elif previous is not None and previous[0] == index - 1 and _only_values(lines):
            found.append(Segment(previous[1], tuple(line for line, _ in lines), frozenset(), index))
            previous = (index, previous[1])
    labels: dict[str, set[tuple[str, str]]] = {}
    for segment in found:
        labels.setdefault(segment.table, set()).update(segment.labels)
    kept = tuple(segment for segment in found if segment.table in _ENOUGH and len(labels[segment.table]) >= _ENOUGH[segment.table])
    return kept, frozenset(segment.block for segment in kept)


def _labels_in(line: TableLine, lexicon: Lexicon) -> list[tuple[LabelEntry, ...]]:
    return [entries for cell in line.printed if len(cell.text) <= _LONGEST and (entries := lexicon.look_up(cell.text))]


def _owners(lines: Sequence[_Named]) -> list[str | None]:
    owners: list[str | None] = []
    last: str | None = None
    for _, labels in lines:
        votes: dict[str, int] = {}
        for entries in labels:
            table = entries[0].table
            if all(entry.table == table for entry in entries):
                votes[table] = votes.get(table, 0) + 1
        # One word may be damaged or a label elsewhere (本年度): what speaks against it and agrees with the line above wins.
        own = max(votes, key=lambda table: (votes[table], table == last)) if votes else None
        owners.append(own)
        last = own or last
    return owners


def _split(lines: Sequence[_Named], owners: Sequence[str | None], index: int) -> list[Segment]:
    """Runs of lines with the same owner; lines without an owner go to the run above (leading ones to the run below)."""
    current = next(owner for owner in owners if owner)
    runs: list[tuple[str, list[_Named]]] = [(current, [])]
    for line, owner in zip(lines, owners, strict=True):
        if owner and owner != current:
            current = owner
            runs.append((current, []))
        runs[-1][1].append(line)
    return [
        Segment(
            table,
            tuple(line for line, _ in part),
            frozenset((entry.kind, entry.key) for _, labels in part for entries in labels for entry in entries if entry.table == table),
            index,
        )
        for table, part in runs
    ]


def _only_values(lines: Sequence[_Named]) -> bool:
    return all(len(cell.text) <= 20 for line, _ in lines for cell in line.cells)
