"""Tables saved with a line a cell and bars between: ``信息内容 |``, or the bar on a line of its own.

The ends of the rows are lost, so the cells come as a table of one column, empty ones included, for the binder to put into rows. Lines of
several bars only fill short rows up to the width of the table: they are no cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from auditor.read.text.lines import SECTION, TextLine
from auditor.read.text.rows import Found, TextCell
from auditor.text.patterns import re_pattern

_BARS: Final = re_pattern(r"\s*[|｜]+\s*$")
_FILLING: Final = re_pattern(r"\s*(?:[|｜]\s*){2,}$")
_CLOSED: Final = re_pattern(r"(?P<text>[^|｜]*[^|｜\s])\s*[|｜]\s*$")
_OPEN: Final = re_pattern(r"[^|｜]+$")
_HEADING_END: Final = re_pattern(r"(?:情况|措施|事项)\s*$")
_LABEL: Final = re_pattern(r"\s*[\d０-９].*事项\s*$")
"""A row that is numbered with a figure may end so; the last heading does too, but no table follows it."""
_PROSE: Final = re_pattern(r"[。：:；;]")
_LONGEST_PART: Final = 20
_FEWEST: Final = 12


def find_stream(lines: Sequence[TextLine], start: int) -> Found | None:
    """The stream of cells that begins at ``start``, or ``None``. Lines with a bar between two texts are no stream."""
    cells: list[TextCell] = []
    open_cell: list[tuple[str, int]] = []
    closed = 0
    index = start
    while index < len(lines):
        line = lines[index]
        if line.blank and not open_cell:
            index += 1
            continue
        match = _CLOSED.match(line.text)
        if match:
            cells.append((_joined([*open_cell, (match["text"].strip(), line.number)]), line.number))
            open_cell, closed = [], closed + 1
        elif _FILLING.match(line.text):
            if open_cell:
                cells.append((_joined(open_cell), open_cell[0][1]))
                open_cell, closed = [], closed + 1
        elif _BARS.match(line.text):
            cells.append((_joined(open_cell), open_cell[0][1] if open_cell else line.number))
            open_cell, closed = [], closed + 1
        elif _OPEN.match(line.text) and len(open_cell) < 2 and _goes_on(lines, index, closed) and not _is_heading(line.text):
            open_cell.append((line.text.strip(), line.number))
        else:
            break
        index += 1
    while index > start and lines[index - 1].blank:
        index -= 1
    if open_cell:
        index -= len(open_cell)
    if closed < _FEWEST or not any(text for text, _ in cells):
        return None
    return Found([[cell] for cell in cells], index)


def _is_heading(text: str) -> bool:
    """A main heading right above the first bar of its table is no cell of it; labels of rows do not end like one."""
    return SECTION.match(text) is not None and _HEADING_END.search(text) is not None and not _LABEL.match(text)


def _joined(parts: Sequence[tuple[str, int]]) -> str:
    return "\n".join(text for text, _ in parts)


def _goes_on(lines: Sequence[TextLine], index: int, closed: int) -> bool:
    """Whether the text is a cell or the first line of one.

    The next line that is not empty consists of bars; or, inside the table, a short text wrapped once more has its bar behind its end.
    """
    following = [line.text for line in lines[index + 1 : index + 4] if not line.blank]
    if following and _BARS.match(following[0]):
        return True
    if not closed or not following or max(len(lines[index].text), len(following[0])) > _LONGEST_PART:
        return False
    behind = _CLOSED.match(following[0]) is not None
    below = len(following) > 1 and _OPEN.match(following[0]) is not None and _BARS.match(following[1]) is not None
    return (behind or below) and not SECTION.match(lines[index].text) and _PROSE.search(lines[index].text) is None
