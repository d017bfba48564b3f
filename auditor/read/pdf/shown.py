"""From the characters of a page to those that are displayed as part of its values: struck-out text and note marks are not."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from auditor.model.source import Box
from auditor.read.pdf.marks import TURNED, UNREADABLE, Char, Page, Point, Rule
from auditor.read.pdf.turn import upright

_THROUGH: Final = 0.25  # of a figure's width and height, from its middle to a slanted stroke that goes through it
_TALLEST: Final = 60.0  # points of a figure
_MOST_STROKES: Final = 2_000
_STROKE: Final = (2.5, 160.0)  # points: shortest and longest line through text
_MIDDLE: Final = 0.22  # of a character's height, from its middle to a line through it
_OVER: Final = 0.75  # of a character's height that a line through it may go on beside it
_FITS: Final = 0.8  # points by which a line through text is longer or shorter than it
_SMALL: Final = 0.86  # of the height of a figure, at most, for a note mark beside it
_RAISED: Final = 0.12  # of the height of a figure by which its note mark stands higher
_NEAR: Final = 0.6  # of the height of a figure between it and its note mark
_BLIND: Final = 0.6  # of a page's characters without ink: then it was the look that failed
_SAME: Final = 0.5  # of a character's width and height, for two at one place
_FIGURES: Final = frozenset("0123456789０１２３４５６７８９")
_BASES: Final = _FIGURES | frozenset(".%％．")
_NOTES: Final = _FIGURES | frozenset("*＊※†‡#abcdefg①②③④⑤⑥⑦⑧⑨⑩注[]()（）〔〕［］")
_RAISED_FIGURES: Final = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹")


def displayed(page: Page) -> Page:
    """The page with the characters that count for its values; one that lies over is turned upright."""
    chars, unseen = _with_ink(page)
    chars = _crossed(chars, page.slanted) if page.slanted else chars
    if any(char[5] & TURNED for char in chars):
        before = page
        page = upright(replace(page, chars=chars))
        chars = page.chars if page is not before else chars
    struck = _struck(chars, page.horizontals, page.verticals)
    if struck:
        chars = [char for index, char in enumerate(chars) if index not in struck[0]]
    if page.ink is not None:
        chars = _told_apart(chars)
    if chars is page.chars and not struck:
        return page
    return replace(
        page,
        chars=chars,
        unprinted=page.unprinted + unseen,
        struck=struck[1] if struck else (),
        horizontals=[rule for rule in page.horizontals if rule not in struck[2]] if struck else page.horizontals,
    )


def _with_ink(page: Page) -> tuple[list[Char], int]:
    """The characters that leave ink, where the page was looked at, and how many do not."""
    ink = page.ink
    if ink is None:
        return page.chars, 0
    seen = [char for char in page.chars if ink.shows(char)]
    unseen = len(page.chars) - len(seen)
    return (seen, unseen) if 0 < unseen <= _BLIND * len(page.chars) else (page.chars, 0)


def _struck(
    chars: Sequence[Char], horizontals: Sequence[Rule], verticals: Sequence[Rule]
) -> tuple[set[int], tuple[Char, ...], set[Rule]] | None:
    """Indexes of the characters that a line of their own is drawn through, these characters, and the lines, which rule nothing.

    The line begins and ends with the text, and no other rule meets its ends; one may where the line is just as long as the text.
    """
    lines = [rule for rule in horizontals if _STROKE[0] <= rule[2] - rule[1] <= _STROKE[1]]
    if not lines or not chars:
        return None
    order = sorted(range(len(chars)), key=lambda index: chars[index][1] + chars[index][3])
    middles = [(chars[index][1] + chars[index][3]) / 2 for index in order]
    found: set[int] = set()
    strokes: set[Rule] = set()
    reach = min(6.0, _MIDDLE * max(char[3] - char[1] for char in chars))
    for y, start, end in lines:
        first, last = bisect_left(middles, y - reach), bisect_right(middles, y + reach)
        if first == last:
            continue
        hit = [
            index
            for index in order[first:last]
            if abs((chars[index][1] + chars[index][3]) / 2 - y) <= _MIDDLE * (chars[index][3] - chars[index][1])
            and start - 0.5 <= (chars[index][0] + chars[index][2]) / 2 <= end + 0.5
            and not chars[index][5] & TURNED
        ]
        if not hit:
            continue
        room = _OVER * max(chars[index][3] - chars[index][1] for index in hit)
        left, right = min(chars[index][0] for index in hit), max(chars[index][2] for index in hit)
        if start < left - room or end > right + room or start > left + room or end < right - room:
            continue
        met = [any(top - 1 <= y <= bottom + 1 and abs(x - place) < 1.0 for x, top, bottom in verticals) for place in (start, end)]
        fits = abs(start - left) < _FITS and abs(end - right) < _FITS
        if all(met) or (any(met) and not fits):
            continue
        found.update(hit)
        strokes.add((y, start, end))
    return (found, tuple(chars[index] for index in sorted(found)), strokes) if found else None


def _crossed(chars: list[Char], strokes: Sequence[tuple[Point, Point]]) -> list[Char]:
    """A figure through whose middle a slanted or curved stroke is drawn cannot be read: it may be struck out."""
    lines = [line for line in strokes if max(abs(line[0][0] - line[1][0]), abs(line[0][1] - line[1][1])) <= _STROKE[1]]
    if not lines or len(lines) > _MOST_STROKES:
        return chars
    order = sorted((char[1] + char[3], index) for index, char in enumerate(chars) if char[4] in _FIGURES)
    doubtful: set[int] = set()
    for (xa, ya), (xb, yb) in lines:
        top, bottom = min(ya, yb) - _TALLEST / 2, max(ya, yb) + _TALLEST / 2
        for _, index in order[bisect_left(order, (2 * top, 0)) : bisect_right(order, (2 * bottom, 0))]:
            left, high, right, low = chars[index][:4]
            x, y, wide, tall = (left + right) / 2, (high + low) / 2, right - left, low - high
            if not (min(xa, xb) - wide <= x <= max(xa, xb) + wide):
                continue
            # the point of the stroke nearest to the middle of the figure
            length = (xb - xa) ** 2 + (yb - ya) ** 2
            share = max(0.0, min(1.0, ((x - xa) * (xb - xa) + (y - ya) * (yb - ya)) / length)) if length else 0.0
            if abs(xa + share * (xb - xa) - x) < _THROUGH * wide and abs(ya + share * (yb - ya) - y) < _THROUGH * tall:
                doubtful.add(index)
    return [(*char[:4], UNREADABLE, char[5]) if index in doubtful else char for index, char in enumerate(chars)] if doubtful else chars


def without_notes(page: Page) -> Page:
    """The page without raised note marks and readings of small figures beside larger ones, as far as the boxes of its characters tell."""
    chars = upright(page).chars

    def is_small(mark: int, base: int) -> bool:
        return chars[mark][3] - chars[mark][1] <= _SMALL * (chars[base][3] - chars[base][1])

    beside = smaller(chars)
    notes = notes_of(chars, is_small, beside)
    small = small_of(chars, is_small, beside) - notes
    if not notes and not small:
        return page
    kept = [(*char[:4], UNREADABLE, char[5]) if place in small else char for place, char in enumerate(page.chars) if place not in notes]
    return replace(page, chars=kept, notes=len(notes))


def notes_of(chars: Sequence[Char], is_small: Callable[[int, int], bool], small: Sequence[int] | None = None) -> set[int]:
    """Places of the raised small marks beside figures. ``is_small(mark, base)`` says of two characters whether one is set smaller and
    higher than the other: boxes alone may differ because fonts do. ``small``: what :func:`smaller` says of the characters.
    """
    found = {
        index
        for index, char in enumerate(chars)
        if char[4] in _RAISED_FIGURES and index and chars[index - 1][4] in _BASES and abs(chars[index - 1][2] - char[0]) < 4.0
    }
    small = sorted(smaller(chars) if small is None else small, key=lambda index: chars[index][0])
    if not small:
        return found
    bases = sorted((index for index, char in enumerate(chars) if char[4] in _BASES), key=lambda index: chars[index][3])
    bottoms = [chars[index][3] for index in bases]
    for index in small:
        char = chars[index]
        near = bases[bisect_left(bottoms, char[3]) : bisect_right(bottoms, char[3] + 20.0)]
        if any(_stands_by(char, chars[base]) and is_small(index, base) for base in near):
            found.add(index)
        elif any(
            abs(chars[other][2] - char[0]) < 1.5 and abs(chars[other][1] - char[1]) < 0.5 and abs(chars[other][3] - char[3]) < 0.5
            for other in found
        ):
            found.add(index)  # the mark goes on: (1)
    return found


def smaller(chars: Sequence[Char]) -> list[int]:
    """Places of the characters that may be note marks or figures, in boxes lower than those of the tallest figures."""
    tallest = max((char[3] - char[1] for char in chars if char[4] in _BASES), default=0.0)
    least = _SMALL * tallest
    return [index for index, char in enumerate(chars) if char[3] - char[1] < least and char[4] in _NOTES and not char[5] & TURNED]


def small_of(chars: Sequence[Char], is_small: Callable[[int, int], bool], small: Sequence[int]) -> set[int]:
    """Places of the figures that are set smaller than the figure they touch and are no raised mark: nobody can tell whether they belong
    to it. ``is_small`` and ``small`` as for :func:`notes_of`.
    """
    small = [index for index in small if chars[index][4] in _FIGURES]
    if not small:
        return set()
    found: set[int] = set()
    large = sorted((index for index, char in enumerate(chars) if char[4] in _FIGURES), key=lambda index: chars[index][3])
    bottoms = [chars[index][3] for index in large]
    for index in small:
        char = chars[index]
        height = char[3] - char[1]
        for base in large[bisect_left(bottoms, char[3] - _TALLEST / 4) : bisect_right(bottoms, char[3] + _TALLEST / 4)]:
            other = chars[base]
            tall = other[3] - other[1]
            beside = min(abs(char[0] - other[2]), abs(other[0] - char[2])) < 0.3 * tall
            if (
                height < _SMALL * tall
                and beside
                and min(char[3], other[3]) - max(char[1], other[1]) > 0.5 * height
                and is_small(index, base)
            ):
                found.add(index)
                break
    return found


def _stands_by(char: Char, base: Char) -> bool:
    """Whether a small character stands beside the upper part of a figure."""
    height, tall = char[3] - char[1], base[3] - base[1]
    if height >= _SMALL * tall or char[3] > base[3] - _RAISED * tall or char[1] + char[3] >= base[1] + base[3]:
        return False
    if char[3] < base[1] + 0.2 * tall:
        return False  # a line of its own
    return -0.3 * tall <= char[0] - base[2] <= _NEAR * tall or -0.3 * tall <= base[0] - char[2] <= 0.2 * tall


def _told_apart(chars: list[Char]) -> list[Char]:
    """Where two different figures are printed over each other, neither can be read; of two alike one is the shadow of the other."""
    order = sorted((index for index, char in enumerate(chars) if char[4] in _BASES), key=lambda index: chars[index][0])
    doubtful: set[int] = set()
    twice: set[int] = set()
    for place, index in enumerate(order):
        char = chars[index]
        wide = char[2] - char[0]
        for other_index in order[place + 1 : place + 60]:
            other = chars[other_index]
            if other[0] > char[2] - _SAME * wide:
                break
            shared = min(char[3], other[3]) - max(char[1], other[1])
            across = min(char[2], other[2]) - max(char[0], other[0])
            narrow, low = min(wide, other[2] - other[0]), min(char[3] - char[1], other[3] - other[1])
            if shared > 0.7 * low and across > _SAME * narrow and abs(char[3] - other[3]) < 0.3 * low:
                if other[4] == char[4]:
                    twice.add(min(index, other_index))
                else:
                    doubtful |= {index, other_index}
    if not doubtful and not twice:
        return chars
    return [(*char[:4], UNREADABLE, char[5]) if index in doubtful else char for index, char in enumerate(chars) if index not in twice]


def middle_in(box: Box, char: Char) -> bool:
    """Whether a character's middle lies in a box."""
    return box[0] <= (char[0] + char[2]) / 2 <= box[2] and box[1] <= (char[1] + char[3]) / 2 <= box[3]
