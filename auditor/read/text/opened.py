"""Rows whose cells begin on lines of their own, as pages are saved that break lines inside cells: a bar alone opens the row.

The opening bar stands at the margin and the cells are indented, which tells it from the bar of an empty cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from auditor.read.text.lines import TextLine
from auditor.text.patterns import re_pattern

_OPENS: Final = re_pattern(r"\|\s*$")
_FILLS: Final = re_pattern(r"\s*\|[|\s]*\|\s*$")
_CELL: Final = re_pattern(r"\s+([^|]*?)\s*\|([|\s]*)$")
_ANY_CELL: Final = re_pattern(r"\s*[^|\s][^|]*\|[|\s]*$")
_FEWEST_ROWS: Final = 3
_LONGEST_PIECE: Final = 60


def rejoined(lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines with such rows put on one line each (``| cell | cell |``, numbered as the opening bar); other texts as they are."""
    found: list[TextLine] = []
    index = rows = 0
    while index < len(lines):
        row = _row(lines, index + 1) if _OPENS.match(lines[index].text) else None
        if row is None:
            if _ANY_CELL.match(lines[index].text):
                return list(lines)  # a cell that no bar opened: bars close cells or rows here
            found.append(lines[index])
            index += 1
        else:
            found.append(TextLine(f"| {' | '.join(row[1])} |", lines[index].number))
            index, rows = row[0], rows + 1
    return found if rows >= _FEWEST_ROWS else list(lines)


def _row(lines: Sequence[TextLine], index: int) -> tuple[int, list[str]] | None:
    """End and cells of the row whose first cell begins at or after ``index``; ``None`` when no cell with its bar follows."""
    cells: list[str] = []
    piece = ""
    end = index
    while index < len(lines):
        text = lines[index].text
        if not text.strip():
            index += 1
            continue
        if _OPENS.match(text) or _FILLS.match(text):
            return (index if _OPENS.match(text) else index + 1, cells) if cells and not piece else None
        match = _CELL.match(f" {text}" if piece else text)
        if match is None:
            if cells and not piece and (len(text) > _LONGEST_PIECE or not _closes(lines, index)):
                return end, cells  # the table ends without a further row
            if len(text) > _LONGEST_PIECE or "|" in text:
                return None
            piece += text.strip()
            index += 1
            continue
        cells.append(piece + match[1])
        piece = ""
        index = end = index + 1
        if "|" in match[2]:
            return end, cells
    return (end, cells) if cells and not piece else None


def _closes(lines: Sequence[TextLine], index: int) -> bool:
    """Whether a bar ends the cell that this line begins, within the next lines."""
    for line in lines[index + 1 : index + 4]:
        if _OPENS.match(line.text):
            return False
        if _CELL.match(line.text):
            return True
    return False
