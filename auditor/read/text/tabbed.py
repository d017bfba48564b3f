"""Tables exported with one cell a line: a cell begins with a tab, a line without tab continues it, an empty line ends the row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from auditor.read.text.lines import SECTION, TextLine
from auditor.read.text.rows import Found, TextCell
from auditor.text.patterns import re_pattern

_FIGURE: Final = re_pattern(r"\s*[+\-－]?[\d０-９][\d０-９,.，．]*\s*$")
_PROSE: Final = 50
_NEW_TEXT: Final = 30


def is_prose(text: str) -> bool:
    """Whether a cell holds sentences."""
    return len(text) > _PROSE and "。" in text


def find_tabbed(lines: Sequence[TextLine], start: int) -> Found | None:
    """The table whose first cell is on line ``start``; none when the tabs only indent prose or part columns."""
    if not lines[start].text.startswith("\t"):
        return None
    rows: list[list[TextCell]] = []
    row: list[TextCell] = []
    index = start
    parted = 0
    while index < len(lines):
        line = lines[index]
        if line.text.startswith("\t"):
            parted += line.text.count("\t", 1) > 0
            row.append((line.text[1:], line.number))
        elif not line.text.strip("\r "):
            if row:
                rows.append(row)
                row = []
        elif row and _continues(row[-1][0], line.text):
            text, number = row[-1]
            row[-1] = (f"{text}\n{line.text.strip()}", number)
        else:
            break
        index += 1
    if row:
        rows.append(row)
    while rows and all(is_prose(text) for text, _ in rows[-1]):
        rows.pop()
    if not rows:
        return Found([], index)
    cells = [text for row in rows for text, _ in row]
    prose = sum(1 for text in cells if is_prose(text))
    several = max(map(len, rows)) > 1
    if parted * 2 > len(cells) or prose * 2 > len(cells) or not several:
        return Found([], index)
    last = rows[-1][-1][1]
    end = next((at for at in range(start, index) if lines[at].number > last and lines[at].text.startswith("\t")), index)
    return Found(rows, end)


def _continues(cell: str, text: str) -> bool:
    """Whether a line without tab belongs to the cell above: after a figure only a short addition does."""
    if not _FIGURE.match(cell):
        return True
    return not SECTION.match(text) and len(text) <= _NEW_TEXT
