"""Where on the pages tables without rules may stand: runs of levels with figures at their end, over page breaks too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from auditor.read.pdf.pieces import ENUMERATED, HEADING, Level, Piece, goes_over, split

_GAP = 4.2  # ems between two levels of one table
_FARTHEST = 7.5  # … of a table whose rows are that far apart
_BETWEEN = 40  # levels without figures between two rows
_HEAD = 14  # … above the first
_LARGER, _SMALLER = 1.17, 0.78  # type of another size is a heading or a note
_CAPTION = 14  # characters of the longest line that may stand across a table
_FOOT = 0.55  # a table goes on over the page from below this part of it
_TIGHT = 1.4  # ems between lines of one cell
_LOOSE = 2.2  # … set wide apart
_FINE = 0.3  # ems between words of neighbouring cells
_BREAK = 2.2  # ems between the last level of a page and the first of the next, as laid end to end

Barrier = tuple[int, float]
"""(page, y): something that is no free text, such as a ruled table."""


@dataclass(frozen=True, slots=True)
class Region:
    """A table's pieces from top to bottom, laid end to end; ``tail`` stand below its last row and may still belong to it."""

    pieces: tuple[Piece, ...]
    rows: tuple[tuple[Piece, ...], ...]
    tail: tuple[Piece, ...]
    size: float


def regions_of(levels: Sequence[Level], barriers: Sequence[Barrier]) -> list[Region]:
    """Regions in order. ``levels`` are those of all pages from first to last."""
    found: list[Region] = []
    done = 0
    index = 0
    while index < len(levels):
        if not (_is_seed(levels[index]) or _is_between_label_lines(levels, index)):
            index += 1
            continue
        last, rows = _down(levels, index, barriers)
        end = last + 1
        first = _up(levels, index, done, barriers)
        if _suffices([levels[row] for row in rows]) or _has_head(levels, first, rows):
            while end < len(levels) and end - last <= 8 and _is_label_line(levels, rows, end, barriers):
                end += 1
            last = _blank_block(levels, rows, last, barriers)
            end = max(end, last + 1)
            found.append(_region(levels, first, last, end, rows))
            done = end
        index = end
    return found


def _is_seed(level: Level) -> bool:
    figures = level.figures
    return bool(figures) and len(level.pieces) >= 2 and not _is_prose(level) and not _has_leaders(level)


def _is_between_label_lines(levels: Sequence[Level], index: int) -> bool:
    """Whether a lone figure stands half-way beside a label of two lines."""
    if not 0 < index < len(levels) - 1 or any(len(level.pieces) != 1 for level in levels[index - 1 : index + 2]):
        return False
    above, figure, below = (level.pieces[0] for level in levels[index - 1 : index + 2])
    near = above.page is below.page is figure.page and below.y - above.y < _LOOSE * above.size
    return figure.figure and near and goes_over(above, below) and max(above.right, below.right) < figure.left


def _has_leaders(level: Level) -> bool:
    """Whether dots lead to a figure, as in a table of contents."""
    return any(mark in level.text for mark in ("……", "....", "····", "．．．"))


def _is_prose(level: Level) -> bool:
    """Whether a level is a full line of running text."""
    width = level.pieces[-1].right - level.pieces[0].left
    covered = sum(piece.right - piece.left for piece in level.pieces)
    return len(level.text) >= 20 and covered > 0.9 * width and width > 0.55 * level.page.width


def _suffices(rows: Sequence[Level]) -> bool:
    """Whether rows of figures are enough to be a table."""
    most = max(len(row.figures) for row in rows)
    full = sum(1 for row in rows if len(row.pieces) >= 2)
    return (most >= 2 and full >= 2) or most >= 4 or (most == 1 and full >= 3)


def _has_head(levels: Sequence[Level], first: int, rows: Sequence[int]) -> bool:
    """Whether a single row stands below a head with a word over its label and one over each of its columns."""
    row = levels[rows[0]]
    if len(row.figures) >= len(row.pieces):
        lines = levels[max(0, rows[0] - 1)].pieces
        label = lines[0]
    else:
        label = row.pieces[len(row.pieces) - len(row.figures) - 1]
    head = levels[first : rows[0]]
    if not any(goes_over(piece, label) for level in head for piece in level.pieces):
        return False
    return any(all(any(goes_over(piece, figure) for piece in level.pieces) for figure in row.figures) for level in head)


def _near(levels: Sequence[Level], above: int, below: int, barriers: Sequence[Barrier], step: float = 0.0) -> bool:
    """Whether two levels that follow each other may stand in one table; ``step`` is the widest distance of rows seen in it."""
    upper, lower = levels[above], levels[below]
    start, end = (upper.page.number, upper.middle), (lower.page.number, lower.middle)
    if any(start < barrier < end for barrier in barriers):
        return False
    if upper.page is lower.page:
        size = max(upper.size, lower.size)
        return lower.middle - upper.middle <= min(max(_GAP * size, 1.7 * step), _FARTHEST * size)
    return lower.page.number == upper.page.number + 1 and upper.middle > _FOOT * upper.page.height


def _is_foreign(level: Level, start: float, size: float) -> bool:
    """Whether a level is no part of a table whose figures begin at ``start``: prose, or a heading."""
    wide = any(char[4] >= "\u2e80" for piece in level.pieces for char in piece.chars)
    if wide and not _SMALLER * size < level.size < _LARGER * size:
        return True
    if _is_prose(level):
        return True
    first = level.pieces[0]
    if len(level.pieces) > 1 or first.figure or first.right <= start + 2:
        return False
    if HEADING.match(first.text) or first.text.endswith(("。", "；")):
        return first.right > start + 20
    if any(abs(part.left - start) < first.size for part in split(first, _FINE)[1:]):
        return False  # a label and a head that nearly touch
    return len(first.text) > _CAPTION and first.left < start + 20


def _down(levels: Sequence[Level], first: int, barriers: Sequence[Barrier]) -> tuple[int, list[int]]:
    """The last row of figures that belongs to the first one, and all rows between."""
    rows = [first]
    start = min(piece.left for piece in levels[first].figures)
    size = _size(levels, first)
    index = first + 1
    step = 0.0
    while index < len(levels) and index - rows[-1] <= _BETWEEN and _near(levels, index - 1, index, barriers, step):
        level = levels[index]
        if level.page is levels[index - 1].page:
            step = max(step, min(level.middle - levels[index - 1].middle, _GAP * level.size))
        if _is_foreign(level, start, size):
            break
        figures = level.figures
        # A lone mark (无) may also be a line of a narrow label.
        beside = level.pieces[0].left < start if len(level.pieces) > 1 else level.pieces[0].left > start - level.size
        if figures and (beside or len(figures) > 1) and not _has_leaders(level):
            rows.append(index)
            start = min(start, *(piece.left for piece in figures))
        index += 1
    last = rows[-1]
    while last + 1 < len(levels) and _ends_cells(levels, last + 1, start):
        last += 1
    return last, rows


def _are_units(level: Level) -> bool:
    """Whether a level holds next to nothing: the units of figures above."""
    return all(len(piece.text) <= 2 and not piece.figure for piece in level.pieces)


def _ends_cells(levels: Sequence[Level], index: int, start: float) -> bool:
    """Whether a level holds only last lines of cells of the levels above (a bracket, a unit)."""
    level, above = levels[index], levels[index - 1]
    if level.page is not above.page or level.middle - above.middle > (_LOOSE if _are_units(level) else _TIGHT) * level.size:
        return False
    over = [piece for item in levels[max(0, index - 2) : index] if item.page is level.page for piece in item.pieces]
    right = [piece for piece in level.pieces if piece.right > start]
    return bool(right) and all(
        any(min(p.right, o.right) > max(p.left, o.left) and p.right - p.left < o.right - o.left + p.size for o in over) for p in right
    )


def _size(levels: Sequence[Level], index: int) -> float:
    """Size of the Chinese text on a level or else next to it: figures alone tell little."""
    for away in (0, -1, -2, -3, 1, 2):
        if 0 <= index + away < len(levels):
            sizes = sorted(p.size for p in levels[index + away].pieces if any(char[4] >= "\u3400" for char in p.chars))
            if sizes:
                return sizes[len(sizes) // 2]
    return levels[index].size


def _up(levels: Sequence[Level], first: int, done: int, barriers: Sequence[Barrier]) -> int:
    """The first level of the head above the first row of figures."""
    start = min(piece.left for piece in levels[first].figures)
    labels = [piece for piece in levels[first].pieces if not piece.figure]
    edge = max((piece.right for piece in labels if piece.left < start), default=-1.0)
    size = _size(levels, first)
    best = index = first
    while index > done and first - index < _HEAD and _near(levels, index - 1, index, barriers):
        level = levels[index - 1]
        if _is_foreign(level, start, size) or _is_seed(level) or level.text.endswith("。"):
            break
        over = [piece for piece in level.pieces if piece.centre > edge and piece.right > edge + 0.5 * piece.size]
        if over and (len(level.pieces) > 1 or not ENUMERATED.match(level.pieces[0].text)):
            best = index - 1
        index -= 1
    # The label beside a head may begin above it; what stands a line above is another matter.
    while best > done and best - 1 >= index and len(levels[best - 1].pieces) == 1 and edge > 0:
        line = levels[best - 1].pieces[0]
        beside = [piece for level in levels[best : first + 3] if level.page is line.page for piece in level.pieces if piece.centre <= edge]
        if line.right > edge + 2 * line.size or not any(_goes_on(line, piece) for piece in beside):
            break
        best -= 1
    return best


def _goes_on(upper: Piece, lower: Piece) -> bool:
    """Whether two pieces may be lines of one cell."""
    return 0.5 * lower.size < lower.y - upper.y < _TIGHT * lower.size and goes_over(upper, lower)


def _is_label_line(levels: Sequence[Level], rows: Sequence[int], index: int, barriers: Sequence[Barrier]) -> bool:
    """Whether a level below the last row may hold labels only."""
    start = min(piece.left for row in rows for piece in levels[row].figures)
    level = levels[index]
    size = _size(levels, rows[-1])
    if not _near(levels, index - 1, index, barriers) or _is_foreign(level, start, size):
        return False
    return all(piece.right <= start + 1 for piece in level.pieces)


def _blank_block(levels: Sequence[Level], rows: Sequence[int], last: int, barriers: Sequence[Barrier]) -> int:
    """The last level of rows left blank under a head of their own, below the last row of figures; ``last`` where there are none."""
    start = min(piece.left for row in rows for piece in levels[row].figures)
    size = _size(levels, rows[-1])
    edge = max((p.right for row in rows for p in levels[row].pieces if not p.figure and p.right <= start + 1), default=None)
    index, end, head = last + 1, last, False
    while edge is not None and index < len(levels) and index - last <= 8 and _near(levels, index - 1, index, barriers):
        level = levels[index]
        if _is_foreign(level, start, size) or level.pieces[0].text.endswith("。"):
            break
        labels = [piece for piece in level.pieces if piece.right <= edge + size]
        if len(level.pieces) > 1:
            head = True
        elif head and labels:
            end = index
        index += 1
    return end


def _region(levels: Sequence[Level], first: int, last: int, end: int, rows: Sequence[int]) -> Region:
    """The levels of a table laid end to end."""
    taken: list[Piece] = []
    tail: list[Piece] = []
    figures: list[tuple[Piece, ...]] = []
    sizes = sorted(piece.size for level in levels[first : last + 1] for piece in level.pieces)
    size = sizes[len(sizes) // 2]
    shift = 0.0
    for index in range(first, end):
        level = levels[index]
        if index > first and level.page is not levels[index - 1].page:
            shift += levels[index - 1].middle - level.middle + _BREAK * size
        moved = [replace(piece, y=piece.y + shift) for piece in level.pieces]
        (taken if index <= last else tail).extend(moved)
        if index in rows:
            figures.append(tuple(moved[len(moved) - len(level.figures) :]))
    return Region(tuple(taken), tuple(figures), tuple(tail), size)
