"""A table as it stands on one page: a grid filled with text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from auditor.model.source import Box
from auditor.read.pdf.halfruled import missing_verticals
from auditor.read.pdf.ink import is_ink
from auditor.read.pdf.lattice import Lattice, grids_of
from auditor.read.pdf.lines import EM, rows_of, text_of
from auditor.read.pdf.marks import UNREADABLE, Char, Page, Rule
from auditor.read.pdf.shown import middle_in
from auditor.read.pdf.turn import as_displayed
from auditor.read.pdf.underlines import without_underlines

_MIN_WIDTH, _MIN_HEIGHT = 24.0, 8.0  # smaller boxes are ticks and ornaments


_MARKS, _BRACKETS = "、.．", "（("  # an item or heading of its own begins so: 四、 （五） 6.
_SUPPOSED = 0.85  # believed of cells whose columns are not drawn
_RECOGNISED = 0.85  # the most that is believed of what was read from a picture, blanks included
_MAYBE_FIGURE = re.compile(r"[\d\s.,，．%％+\-－−—–/\\／无件条元万０-９]*")
_DIGITS = frozenset("0123456789０１２３４５６７８９.,．，")
_TOUCH = 0.08  # of a character's height, at most, between two that are drawn as one text
_CLEAR, _DASH = 2.0, 2.5  # points between a drawn figure or dash and the edges of its cell; its least length
_HEAD, _FOOTING = 0.2, 0.28  # of a character's height, from its top and bottom to where strokes of a figure stand
_BAR, _DOT = 1.5, 2.5  # of a character's height, at most, for a stroke of a figure; points below which it is a point
_OVER = 2.0  # points that a line through characters goes on beside them
_APART = 0.3  # points between the end of such a stroke and the edge of its cell
_ROUND = 2.0  # points that the sides of a box keep from each other at a round corner
_LEADER = 3  # points of a dotted line
_FOOT = 0.7  # rows cut by the page end lie below this part of the page


@dataclass(frozen=True, slots=True, kw_only=True)
class FragmentCell:
    """A cell on one page; rows and columns count from 0 inside the fragment, ``box`` is its place."""

    row: int
    column: int
    rowspan: int
    colspan: int
    text: str
    box: Box
    page: int
    confidence: float = 1.0
    room: float = 0.0
    """Points left free beside the last line of text, cell padding included."""
    em: float = 0.0
    """Em of the last line of text, 0 in a blank cell."""
    unread: bool = False
    """Whether more is displayed in it than its characters, which are then no reading of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """A table's part on one page. ``xs`` and ``ys`` are its column and row edges; ``figures`` counts
    the columns of figures of a table without rules (0 for a ruled one); ``exact`` as in :class:`~auditor.model.document.Table`."""

    page: int
    page_height: float
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[FragmentCell, ...]
    exact: bool = True
    figures: int = 0
    chars: tuple[Char, ...] = ()

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.ys) - 1

    @property
    def columns(self) -> int:
        """Number of columns."""
        return len(self.xs) - 1

    @property
    def box(self) -> Box:
        """Outer box on its page."""
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]


def fragments_of(page: Page) -> tuple[list[Fragment], list[Char]]:
    """The ruled tables of a page from top to bottom, and the characters outside them."""
    supposed = missing_verticals(page)
    level = without_underlines(page.horizontals, page.verticals, page.chars)
    grids = [grid for grid in grids_of(level, [*page.verticals, *supposed]) if _is_box(grid)]
    rest: list[Char] = page.chars
    fragments: list[Fragment] = []
    for grid in grids:
        grid = _reach_down(grid, rest, page.height)
        inside, rest = _split(rest, grid.box)
        if not inside:
            continue
        sure = not any(grid.ys[0] - 1 <= top and bottom <= grid.ys[-1] + 1 for _, top, bottom in supposed)
        fragments.append(_fill(page, grid, inside, 1.0 if sure else _SUPPOSED))
    fragments.sort(key=lambda fragment: (fragment.ys[0], fragment.xs[0]))
    return fragments, rest


def _reach_down(grid: Lattice, chars: Sequence[Char], page_height: float) -> Lattice:
    """The grid with the text that runs out below it, where a row is cut by the page end before its rules are drawn."""
    left, _, right, bottom = grid.box
    if bottom < _FOOT * page_height:
        return grid
    last_row = [
        char for char in chars if char[1] + char[3] <= 2 * bottom and char[1] + char[3] > 2 * grid.ys[-2] and left < char[0] < right
    ]
    below = [char for char in chars if char[1] + char[3] > 2 * bottom and char[0] > left and char[2] < right]
    for row in rows_of(below) if below else []:
        height = row[0][3] - row[0][1]
        slack = 0.5 * height if grid.open_bottom else 0.0
        if min(char[1] for char in row) > bottom + slack:
            break
        # Under a closing rule stands the next heading more often than the overflow of a cell.
        if not grid.open_bottom and not _overflows(last_row, row):
            break
        bottom = max(char[3] for char in row)
    return replace(grid, ys=(*grid.ys[:-1], bottom))


def _overflows(cell_row: list[Char], row: list[Char]) -> bool:
    """Whether a line below a grid goes on with text that stands right above it, in the same type."""
    first = row[0]
    height = first[3] - first[1]
    if (len(row) > 1 and row[1][4] in _MARKS) or first[4] in _BRACKETS:
        return False
    return any(
        abs(char[3] - char[1] - height) < 0.1 * height and abs(char[0] - first[0]) < 2 * height and first[1] - char[3] < height
        for char in cell_row
    )


def _is_box(grid: Lattice) -> bool:
    left, top, right, bottom = grid.box
    return right - left >= _MIN_WIDTH and bottom - top >= _MIN_HEIGHT


def _split(chars: Sequence[Char], box: Box) -> tuple[list[Char], list[Char]]:
    """Characters whose centre lies in the box, and the others."""
    left, top, right, bottom = box[0] * 2, box[1] * 2, box[2] * 2, box[3] * 2
    inside: list[Char] = []
    outside: list[Char] = []
    for char in chars:
        hit = top <= char[1] + char[3] <= bottom and left <= char[0] + char[2] <= right
        (inside if hit else outside).append(char)
    return inside, outside


def _fill(page: Page, grid: Lattice, chars: list[Char], sure: float) -> Fragment:
    held: list[list[Char]] = [[] for _ in grid.cells]
    cell_at = grid.cell_at
    crossed: set[int] = set()
    last: int | None = None
    for number, char in enumerate(chars):
        index = cell_at((char[0] + char[2]) / 2, (char[1] + char[3]) / 2)
        if index is not None:
            held[index].append(char)
            if index != last and last is not None and _goes_on(chars[number - 1], char):
                crossed.update((last, index) if chars[number - 1][4] in _DIGITS and char[4] in _DIGITS else (index,))
        last = index
    base = min(sure, 0.8 if grid.irregular else 1.0) * (0.7 if page.layer else 1.0)
    xs, ys = grid.xs, grid.ys
    certain = _certain(page, grid)
    look = _Look(page)
    cells = []
    for index, (place, inside) in enumerate(zip(grid.cells, held, strict=True)):
        box = (xs[place.left], ys[place.top], xs[place.right + 1], ys[place.bottom + 1])
        text = text_of(inside)
        room, em = _last_line(inside, box) if inside else (0.0, 0.0)
        unread = index in crossed or look.sees_more(box, text, inside)
        cells.append(
            FragmentCell(
                row=place.top,
                column=place.left,
                rowspan=place.bottom - place.top + 1,
                colspan=place.right - place.left + 1,
                text=text,
                box=box,
                page=page.number,
                confidence=0.0 if unread or UNREADABLE in text else min(base, certain[index]) if page.recognised else base,
                room=room,
                em=em,
                unread=unread,
            )
        )
    return Fragment(page=page.number, page_height=page.height, xs=xs, ys=ys, cells=tuple(cells), chars=tuple(chars))


def _goes_on(before: Char, after: Char) -> bool:
    """Whether two characters are drawn as one text, though a rule stands between them: then nobody can tell the figures of the cells."""
    tall = after[3] - after[1]
    return abs(after[0] - before[2]) < _TOUCH * tall and abs(before[1] + before[3] - after[1] - after[3]) < 0.4 * tall


def _lines(chars: Sequence[Char]) -> list[list[Char]]:
    """The characters of a cell line by line: each overlaps the one before it in height, or begins another."""
    lines: list[list[Char]] = []
    for char in sorted(chars, key=lambda char: char[1] + char[3]):
        if lines and char[1] < lines[-1][-1][3] - _HEAD * (char[3] - char[1]):
            lines[-1].append(char)
        else:
            lines.append([char])
    return lines


def _is_stroked(line: Sequence[Char], levels: Sequence[Rule], uprights: Sequence[Rule], within: Sequence[Rule]) -> bool:
    """Whether one of these strokes stands on a line of characters as one of them. ``within``: all level strokes inside the cell."""
    tall = max(char[3] - char[1] for char in line)
    high, low = min(char[1] for char in line), max(char[3] for char in line)
    for y, start, end in levels:
        dotted = sum(1 for other, *_ in levels if abs(other - y) < 0.3) >= _LEADER
        if end - start <= _BAR * tall and not dotted and high + _HEAD * tall < y < low - (0.0 if end - start < _DOT else _FOOTING) * tall:
            return True
    return any(
        start < low - _HEAD * tall
        and end > high + _HEAD * tall
        and _DOT < end - start < _BAR * tall
        and not _is_side((x, start, end), within)
        for x, start, end in uprights
    )


def _is_side(upright: Rule, levels: Sequence[Rule]) -> bool:
    """Whether an upright stroke is a side of a box: a level one meets one of its ends, or one each comes near both, as where its corners
    are round.
    """
    x, start, end = upright

    def meets(edge: float, gap: float) -> bool:
        return any(abs(y - edge) < gap and left - gap < x < right + gap for y, left, right in levels)

    return meets(start, 1.0) or meets(end, 1.0) or (meets(start, _ROUND) and meets(end, _ROUND))


class _Look:
    """Holds the cells of a page against what is displayed."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._levels = sorted((rule[0], index) for index, rule in enumerate(page.horizontals))
        self._uprights = sorted((rule[0], index) for index, rule in enumerate(page.verticals))
        self.rules = [(start, y - 1.0, end, y + 1.0) for y, start, end in page.horizontals] if page.ink is not None else []
        self.rules += [(x - 1.0, start, x + 1.0, end) for x, start, end in page.verticals] if page.ink is not None else []

    def sees_more(self, box: Box, text: str, inside: Sequence[Char]) -> bool:
        """Whether a cell without text or with a figure holds ink of something else, or only what is struck out."""
        page = self.page
        if not inside:
            if any(middle_in(box, char) for char in page.struck) or self._has_stroke(box):
                return True
        elif not _MAYBE_FIGURE.fullmatch(text):
            return False
        elif self._is_part_drawn(box, inside):
            return True
        if page.ink is None:
            return False
        across = [rule for rule in self.rules if rule[0] < box[2] and box[0] < rule[2] and rule[1] < box[3] and box[1] < rule[3]]
        chars = [(*as_displayed(char[:4], page), *char[4:]) for char in inside] if page.turn or page.shift else inside
        return is_ink(
            page.ink.beside(
                as_displayed(box, page), chars, [*page.noted, *(as_displayed(rule, page) for rule in (*across, *self._struck_in(box)))]
            )
        )

    def _struck_in(self, box: Box) -> list[Box]:
        """What struck-out characters and the line through them take."""
        return [(char[0] - _OVER, char[1], char[2] + _OVER, char[3]) for char in self.page.struck if middle_in(box, char)]

    def _has_stroke(self, box: Box) -> bool:
        """Whether a straight stroke stands inside, away from the edges: a dash, a one or a slash that is drawn."""
        left, top, right, bottom = box[0] + _CLEAR, box[1] + _CLEAR, box[2] - _CLEAR, box[3] - _CLEAR
        return any(
            top < y < bottom and left < start and end < right and end - start > _DASH
            for y, start, end in self._near(self.page.horizontals, self._levels, top, bottom)
        ) or any(
            left < x < right and top < start and end < bottom and end - start > _DASH
            for x, start, end in self._near(self.page.verticals, self._uprights, left, right)
        )

    def _is_part_drawn(self, box: Box, inside: Sequence[Char]) -> bool:
        """Whether a stroke stands on the line of a figure like one of its characters: a minus, a point, a one, a slash that is drawn."""
        left, top, right, bottom = box
        levels = [
            rule
            for rule in self._near(self.page.horizontals, self._levels, top + _CLEAR, bottom - _CLEAR)
            if left + _APART < rule[1] and rule[2] < right - _APART
        ]
        uprights = [
            rule
            for rule in self._near(self.page.verticals, self._uprights, left + _CLEAR, right - _CLEAR)
            if top + _APART < rule[1] and rule[2] < bottom - _APART
        ]
        if not levels and not uprights:
            return False
        within = [
            rule
            for rule in self._near(self.page.horizontals, self._levels, top, bottom)
            if left + _APART < rule[1] and rule[2] < right - _APART
        ]
        return any(_is_stroked(line, levels, uprights, within) for line in _lines(inside))

    @staticmethod
    def _near(rules: Sequence[Rule], order: Sequence[tuple[float, int]], low: float, high: float) -> Sequence[Rule]:
        """The rules between two positions."""
        first, last = bisect_left(order, (low, 0)), bisect_right(order, (high, 0))
        return [rules[index] for _, index in order[first:last]] if first < last else ()


def _certain(page: Page, grid: Lattice) -> list[float]:
    """How certain each cell of a recognised page is: as its least certain line."""
    found = [_RECOGNISED] * len(grid.cells)
    for x, y, confidence in page.certain:
        index = grid.cell_at(x, y)
        if index is not None:
            found[index] = min(found[index], confidence)
    return found


def _last_line(chars: Sequence[Char], box: Box) -> tuple[float, float]:
    """Points free beside the last printed line of a cell, and its em."""
    last = max(chars, key=lambda char: char[1] + char[3])
    middle, height = (last[1] + last[3]) / 2, last[3] - last[1]
    row = [char for char in chars if abs((char[1] + char[3]) / 2 - middle) <= 0.5 * height]
    left, right = min(char[0] for char in row), max(char[2] for char in row)
    return (box[2] - box[0]) - (right - left), EM * height
