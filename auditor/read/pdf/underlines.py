"""Lines under words that are no rules of a table, though they come close to the sides of the cell that the words fill."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from auditor.read.pdf.marks import Char, Rule

_LEVEL = 0.8  # points between pieces on one level
_JOINED = 0.5  # points between pieces of one line
_MET = 0.4  # points between the end of a rule and the one that it meets
_NEAR = 3.0  # points up to which a line is taken to meet a side
_BEYOND = 4.0  # points between the ends of a line and those of the words over it
_HIGHEST = 20.0  # points from a line to the lower edge of any character that stands on it
_ABOVE, _BELOW = 0.35, 0.25  # of a character's height, from its lower edge up and down to where a line under it runs


def without_underlines(horizontals: Sequence[Rule], verticals: Sequence[Rule], chars: Sequence[Char]) -> list[Rule]:
    """The level rules without lines under words.

    Such a line ends where its words do, clear of both sides of its cell. What else runs on its level must be of that kind too: where a cell
    beside it has a line of another length, or no words, all of them may be a rule that was drawn cell by cell.
    """
    uprights = sorted(verticals)
    xs = [rule[0] for rule in uprights]
    by_bottom: list[Char] | None = None
    bottoms: list[float] = []
    kept: list[Rule] = []
    for level in _levels(horizontals):
        y = level[0][0]
        spans = _spans(level)
        if any(_meets(uprights, xs, y, span) for span in spans) or not any(_is_near(uprights, xs, y, span) for span in spans):
            kept.extend(level)
            continue
        if by_bottom is None:
            by_bottom = sorted(chars, key=lambda char: char[3])
            bottoms = [char[3] for char in by_bottom]
        over = by_bottom[bisect_left(bottoms, y - _HIGHEST) : bisect_right(bottoms, y + _HIGHEST)]
        if not all(_is_under_words(y, span, over) for span in spans):
            kept.extend(level)
    return kept


def _levels(rules: Sequence[Rule]) -> list[list[Rule]]:
    found: list[list[Rule]] = []
    for rule in sorted(rules):
        if found and rule[0] - found[-1][0][0] <= _LEVEL:
            found[-1].append(rule)
        else:
            found.append([rule])
    return found


def _spans(level: Sequence[Rule]) -> list[tuple[float, float]]:
    """The lines on a level from left to right, pieces that touch as one."""
    found: list[tuple[float, float]] = []
    for start, end in sorted((rule[1], rule[2]) for rule in level):
        if found and start <= found[-1][1] + _JOINED:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def _meets(uprights: Sequence[Rule], xs: Sequence[float], y: float, span: tuple[float, float]) -> bool:
    """Whether a line crosses an upright rule, or ends on one."""
    between = uprights[bisect_left(xs, span[0] - _MET) : bisect_right(xs, span[1] + _MET)]
    return any(top - _NEAR <= y <= bottom + _NEAR for _, top, bottom in between)


def _is_near(uprights: Sequence[Rule], xs: Sequence[float], y: float, span: tuple[float, float]) -> bool:
    """Whether an upright rule runs on past a line, close to one of its ends."""
    between = uprights[bisect_left(xs, span[0] - _NEAR) : bisect_right(xs, span[1] + _NEAR)]
    return any(top < y < bottom for _, top, bottom in between)


def _is_under_words(y: float, span: tuple[float, float], chars: Sequence[Char]) -> bool:
    """Whether the characters that stand on a line begin and end where it does."""
    start, end = span
    own = [
        char
        for char in chars
        if start - _BEYOND < (char[0] + char[2]) / 2 < end + _BEYOND
        and -_BELOW * (char[3] - char[1]) <= char[3] - y <= _ABOVE * (char[3] - char[1])
        and not char[4].isspace()
    ]
    return bool(own) and abs(min(char[0] for char in own) - start) <= _BEYOND and abs(max(char[2] for char in own) - end) <= _BEYOND
