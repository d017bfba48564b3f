"""Ruling lines → grids: geometry only, no text.

Collinear pieces are joined, crossing rules form components, each component spans a lattice, and squares without a rule
between them are united into cells.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.model.source import Box
from auditor.read.pdf.limits import MAX_SQUARES_PER_GRID
from auditor.read.pdf.marks import Rule

_SAME = 0.8  # collinear pieces lie this close
_GAP = 3.0  # a gap that does not interrupt a rule
_SNAP = 3.0  # parallel rules this close are one (double borders, slivers)
_PIECE = 6.0  # shorter ink is a dot, not a rule
_REACH = 6.0  # a rule that runs this far beyond the crossing ones marks an open side
_ROW = 26.0  # the height up to which space between two rules can be a row
_MAX_PAIRS = 4_000_000


_FREE = 0.6  # between a small box that stands free and other rules, at least
_CORNER = 1.8  # between the ends of the sides of such a box, which may be drawn as slanted edges
_LONGER = 1.0  # than the side of a box, for a rule of the cell around it
_FIELD = (200.0, 40.0)  # width and height of a field in a cell, at most

Component = tuple[list[Rule], list[Rule]]
"""Level and upright rules that belong together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GridCell:
    """A cell by its squares: first and last row and column, all inclusive, from 0."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lattice:
    """A lattice: ``xs`` and ``ys`` are the positions of its rules; ``owner`` gives the cell index of each square, row by row.

    ``open_top`` and ``open_bottom`` say that the outer rule is missing there; ``irregular`` that a rule is missing in the middle, so that
    some cell had to be cut into rectangles.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[GridCell, ...]
    owner: tuple[int, ...]
    open_top: bool = False
    open_bottom: bool = False
    irregular: bool = False

    @property
    def box(self) -> Box:
        """The outer box."""
        return self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]

    def cell_at(self, x: float, y: float) -> int | None:
        """Index of the cell at a point, ``None`` outside."""
        column, row = bisect_right(self.xs, x) - 1, bisect_right(self.ys, y) - 1
        columns = len(self.xs) - 1
        if 0 <= column < columns and 0 <= row < len(self.ys) - 1:
            return self.owner[row * columns + column]
        return None


def grids_of(horizontals: Sequence[Rule], verticals: Sequence[Rule]) -> list[Lattice]:
    """All grids of a page, smallest first, so that the first that holds a point is the innermost."""
    level = [rule for rule in _join(horizontals) if rule[2] - rule[1] >= _PIECE]
    upright = [rule for rule in _join(verticals) if rule[2] - rule[1] >= _PIECE]
    if len(level) * len(upright) > _MAX_PAIRS:
        return []
    level, upright = _without_frames(level, upright)
    found = []
    for hs, vs in _components(level, upright):
        grid = _lattice(hs, vs)
        if grid is not None:
            found.append(grid)
    return sorted(found, key=lambda grid: (grid.xs[-1] - grid.xs[0]) * (grid.ys[-1] - grid.ys[0]))


def _join(rules: Sequence[Rule]) -> list[Rule]:
    """Collinear pieces that touch, overlap or leave a small gap made one."""
    joined: list[Rule] = []
    ordered = sorted(rules)
    index = 0
    while index < len(ordered):
        first = ordered[index][0]
        group: list[tuple[float, float]] = []
        positions = 0.0
        while index < len(ordered) and ordered[index][0] - first <= _SAME:
            position, start, end = ordered[index]
            positions += position
            group.append((start, end))
            index += 1
        position = positions / len(group)
        group.sort()
        low, high = group[0]
        for start, end in group[1:]:
            if start <= high + _GAP:
                high = max(high, end)
            else:
                joined.append((position, low, high))
                low, high = start, end
        joined.append((position, low, high))
    return joined


def _without_frames(level: list[Rule], upright: list[Rule]) -> tuple[list[Rule], list[Rule]]:
    """The rules without small boxes that stand free in a cell: fields of a form, and frames around what is printed."""
    sides: dict[tuple[int, int], list[Rule]] = {}
    for rule in upright:
        if rule[2] - rule[1] < _FIELD[1]:
            sides.setdefault((round(rule[1]), round(rule[2])), []).append(rule)
    if not sides:
        return level, upright
    left_out: set[Rule] = set()
    above: dict[tuple[int, int], Rule] = {}
    for rule in level:
        if rule[2] - rule[1] >= _FIELD[0]:
            continue
        place = (round(rule[1]), round(rule[2]))
        upper = above.get(place)
        above[place] = rule
        if upper is None or rule[0] - upper[0] >= _FIELD[1]:
            continue
        (top, left, right), bottom = upper, rule[0]
        near = [
            side
            for start in range(round(top - _CORNER), round(top + _CORNER) + 1)
            for end in range(round(bottom - _CORNER), round(bottom + _CORNER) + 1)
            for side in sides.get((start, end), ())
        ]
        pair = [side for side in near if abs(side[0] - left) < _CORNER or abs(side[0] - right) < _CORNER]
        if len(pair) == 2 and _stands_free((left, top, right, bottom), level, upright):
            left_out.update((upper, rule, *pair))
    if not left_out:
        return level, upright
    return [rule for rule in level if rule not in left_out], [rule for rule in upright if rule not in left_out]


def _stands_free(box: Box, level: Sequence[Rule], upright: Sequence[Rule]) -> bool:
    """Whether longer rules run on all four sides of a box, close to it and clear of it, as those of the cell do in which it stands."""
    left, top, right, bottom = box

    def runs(rules: Sequence[Rule], low: float, high: float, start: float, end: float) -> bool:
        near = rules[bisect_left(rules, (low, 0.0, 0.0)) : bisect_right(rules, (high, 0.0, 0.0))]
        return any(rule[1] < start - _LONGER and rule[2] > end + _LONGER for rule in near)

    return (
        runs(upright, left - _FIELD[1], left - _FREE - _CORNER / 2, top, bottom)
        and runs(upright, right + _FREE + _CORNER / 2, right + _FIELD[1], top, bottom)
        and runs(level, top - _FIELD[1], top - _FREE, left, right)
        and runs(level, bottom + _FREE, bottom + _FIELD[1], left, right)
    )


def _components(level: list[Rule], upright: list[Rule]) -> list[Component]:
    """Sets of rules that touch each other or leave a small gap."""
    return _join_open([group for group in _touching(level, upright, _GAP) if group[0] and group[1]])


def _touching(level: list[Rule], upright: list[Rule], gap: float) -> list[Component]:
    """Sets of rules between which no more than a gap lies."""
    upright = sorted(upright)
    xs = [rule[0] for rule in upright]
    parents = list(range(len(level) + len(upright)))
    base = len(level)
    for index, (y, left, right) in enumerate(level):
        for other in range(bisect_left(xs, left - gap), bisect_right(xs, right + gap)):
            _, top, bottom = upright[other]
            if top - gap <= y <= bottom + gap:
                a, b = _root(parents, index), _root(parents, base + other)
                if a != b:
                    parents[b] = a
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for index, rule in enumerate(level):
        groups.setdefault(_root(parents, index), ([], []))[0].append(rule)
    for index, rule in enumerate(upright):
        groups.setdefault(_root(parents, base + index), ([], []))[1].append(rule)
    return list(groups.values())


def _join_open(groups: list[Component]) -> list[Component]:
    """Components of a table without side rules that fall apart at a row of one cell, put together again."""
    closed: list[Component] = []
    joined: list[tuple[Component, float, float, float]] = []
    for group in sorted(groups, key=lambda item: min(rule[0] for rule in item[0])):
        hs, vs = group
        left, right = min(rule[1] for rule in hs), max(rule[2] for rule in hs)
        top, bottom = min(rule[0] for rule in hs), max(rule[0] for rule in hs)
        if min(rule[0] for rule in vs) - left < _REACH or right - max(rule[0] for rule in vs) < _REACH:
            closed.append(group)
            continue
        for index, (other, other_left, other_right, other_bottom) in enumerate(joined):
            if abs(left - other_left) < _SNAP and abs(right - other_right) < _SNAP and 0 <= top - other_bottom <= _ROW:
                joined[index] = ((other[0] + hs, other[1] + vs), left, right, bottom)
                break
        else:
            joined.append((group, left, right, bottom))
    return closed + [entry[0] for entry in joined]


def _root(parents: list[int], index: int) -> int:
    while parents[index] != index:
        parents[index] = parents[parents[index]]
        index = parents[index]
    return index


Lanes = list[tuple[float, list[tuple[float, float]]]]


def _lanes(rules: list[Rule]) -> Lanes:
    """Rules by position, positions closer than the snap made one: (position, stretches)."""
    lanes: Lanes = []
    group: list[Rule] = []
    for rule in [*sorted(rules), None]:
        if rule is not None and (not group or (rule[0] - group[-1][0] <= _SNAP and rule[0] - group[0][0] <= 2 * _SNAP)):
            group.append(rule)
            continue
        weight = sum(end - start for _, start, end in group)
        centre = sum(position * (end - start) for position, start, end in group) / weight
        lanes.append((centre, [(start, end) for _, start, end in group]))
        if rule is not None:
            group = [rule]
    return lanes


def _lattice(hs: list[Rule], vs: list[Rule]) -> Lattice | None:
    rows, columns = _lanes(hs), _lanes(vs)
    top, bottom = min(rule[1] for rule in vs), max(rule[2] for rule in vs)
    open_top, open_bottom = top < rows[0][0] - _REACH, bottom > rows[-1][0] + _REACH
    if open_top:
        rows.insert(0, (top, []))
    if open_bottom:
        rows.append((bottom, []))
    # Tables without outer side rules: the horizontal ones tell where they end.
    left, right = min(rule[1] for rule in hs), max(rule[2] for rule in hs)
    if left < columns[0][0] - _REACH:
        columns.insert(0, (left, []))
    if right > columns[-1][0] + _REACH:
        columns.append((right, []))
    high, wide = len(rows) - 1, len(columns) - 1
    if high < 1 or wide < 1 or high * wide > MAX_SQUARES_PER_GRID:
        return None
    ys, xs = [row[0] for row in rows], [column[0] for column in columns]
    parents = list(range(high * wide))
    for c in range(wide):
        stretches = columns[c + 1][1] if c + 1 < wide else None
        for r in range(high):
            here = r * wide + c
            if stretches is not None and not _covers(stretches, ys[r], ys[r + 1]):
                parents[_root(parents, here + 1)] = _root(parents, here)
            if r + 1 < high and not _covers(rows[r + 1][1], xs[c], xs[c + 1]):
                parents[_root(parents, here + wide)] = _root(parents, here)
    squares: dict[int, list[int]] = {}
    for index in range(high * wide):
        squares.setdefault(_root(parents, index), []).append(index)
    cells: list[GridCell] = []
    irregular = False
    for members in squares.values():
        pieces = _rectangles(members, wide)
        irregular = irregular or len(pieces) > 1
        cells.extend(pieces)
    cells.sort(key=lambda cell: (cell.top, cell.left))
    owner = [0] * (high * wide)
    for number, cell in enumerate(cells):
        for r in range(cell.top, cell.bottom + 1):
            for c in range(cell.left, cell.right + 1):
                owner[r * wide + c] = number
    return Lattice(
        xs=tuple(xs),
        ys=tuple(ys),
        cells=tuple(cells),
        owner=tuple(owner),
        open_top=open_top,
        open_bottom=open_bottom,
        irregular=irregular,
    )


def _covers(stretches: list[tuple[float, float]], start: float, end: float) -> bool:
    """Whether rules lie over at least half of an interval."""
    length = end - start
    covered = 0.0
    for low, high in stretches:
        part = (high if high < end else end) - (low if low > start else start)
        if part > covered:
            covered = part
    return covered * 2 >= length - _GAP if length > 2 * _GAP else covered * 2 >= length


def _rectangles(members: list[int], wide: int) -> list[GridCell]:
    """The united squares as one rectangle, or cut into rectangles row by row where they form none."""
    if len(members) == 1:
        row, column = divmod(members[0], wide)
        return [GridCell(top=row, left=column, bottom=row, right=column)]
    places = [divmod(index, wide) for index in members]
    top, bottom = min(places)[0], max(places)[0]
    left, right = min(column for _, column in places), max(column for _, column in places)
    if (bottom - top + 1) * (right - left + 1) == len(members):
        return [GridCell(top=top, left=left, bottom=bottom, right=right)]
    runs: list[tuple[int, int, int]] = []
    for row, column in sorted(places):
        if runs and runs[-1][0] == row and runs[-1][2] == column - 1:
            runs[-1] = (row, runs[-1][1], column)
        else:
            runs.append((row, column, column))
    pieces: list[GridCell] = []
    for row, first, last in runs:
        for number, piece in enumerate(pieces):
            if piece.bottom == row - 1 and (piece.left, piece.right) == (first, last):
                pieces[number] = GridCell(top=piece.top, left=first, bottom=row, right=last)
                break
        else:
            pieces.append(GridCell(top=row, left=first, bottom=row, right=last))
    return pieces
