"""Tables ruled from row to row only: where each cell draws its own piece of the rule, the ends of the pieces tell the columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from auditor.read.pdf.marks import Page, Rule

_SAME = 2.0  # points between pieces on one level, and between ends on one edge
_HIGHEST_ROW = 120.0
_FEWEST_LEVELS = 2
_PIECE = 12.0  # no cell is narrower
_MOST = 4_000


def missing_verticals(page: Page) -> list[Rule]:
    """Upright rules that stand for the column edges of tables without any; none where the rules run through."""
    if not _FEWEST_LEVELS <= len(page.horizontals) <= _MOST:
        return []
    found: list[Rule] = []
    for levels in _tables(page.horizontals):
        top, bottom = levels[0][0][0], levels[-1][0][0]
        left, right = min(rule[1] for level in levels for rule in level), max(rule[2] for level in levels for rule in level)
        if any(x0 - _SAME <= right and x0 + _SAME >= left and y0 < bottom and y1 > top and y1 - y0 > 6.0 for x0, y0, y1 in page.verticals):
            continue
        found.extend(_edges(levels, left, right))
    return found


def _tables(horizontals: Sequence[Rule]) -> list[list[list[Rule]]]:
    """Levels of pieces, by table: levels follow each other closely and lie over each other."""
    levels: list[list[Rule]] = []
    for rule in sorted(rule for rule in horizontals if rule[2] - rule[1] >= _PIECE):
        if levels and rule[0] - levels[-1][0][0] <= _SAME:
            levels[-1].append(rule)
        else:
            levels.append([rule])
    # Inside a table a level is drawn by the cells above and again by those below; between two tables stand levels drawn once.
    drawn = [sum(rule[2] - rule[1] for rule in level) / (max(r[2] for r in level) - min(r[1] for r in level)) for level in levels]
    twice = bool(drawn) and sorted(drawn)[len(drawn) // 2] > 1.5
    tables: list[list[list[Rule]]] = []
    for index, level in enumerate(levels):
        before = tables[-1][-1] if tables else None
        apart = twice and before is not None and drawn[index] < 1.3 and drawn[index - 1] < 1.3 and len(tables[-1]) > 1
        if before is not None and not apart and level[0][0] - before[0][0] <= _HIGHEST_ROW and _overlap(before, level):
            tables[-1].append(level)
        else:
            tables.append([level])
    return [table for table in tables if len(table) >= _FEWEST_LEVELS]


def _overlap(first: list[Rule], second: list[Rule]) -> bool:
    a, b = min(rule[1] for rule in first), max(rule[2] for rule in first)
    c, d = min(rule[1] for rule in second), max(rule[2] for rule in second)
    return min(b, d) - max(a, c) > 0.5 * min(b - a, d - c)


def _edges(levels: list[list[Rule]], left: float, right: float) -> list[Rule]:
    """An edge stands between two levels where pieces end on both, unless a cell over it draws its own piece above and below.

    The outer edges stand throughout.
    """
    ends = [sorted({end for rule in level for end in rule[1:]}) for level in levels]
    inner = sum(1 for own in ends if any(left + _PIECE < end < right - _PIECE for end in own))
    if inner < 0.5 * len(levels):
        return []
    xs: list[float] = []
    for end in sorted({end for own in ends for end in own if left + _PIECE < end < right - _PIECE}):
        if not xs or end - xs[-1] > _SAME:
            xs.append(end)
    found = [(x, above[0][0], below[0][0]) for above, below in pairwise(levels) for x in (left, right)]
    for x in xs:
        met = [index for index, level in enumerate(levels) if any(rule[1] - _SAME <= x <= rule[2] + _SAME for rule in level)]
        # Between levels that do not reach x a cell stands over several rows.
        for first, last in pairwise(met):
            if all(any(abs(end - x) <= _SAME for end in ends[index]) for index in (first, last)) and not (
                _spans(levels[first], x) and _spans(levels[last], x)
            ):
                found.append((x, levels[first][0][0], levels[last][0][0]))
    return found


def _spans(level: list[Rule], x: float) -> bool:
    return any(rule[1] < x - _PIECE and rule[2] > x + _PIECE for rule in level)
