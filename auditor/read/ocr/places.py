"""Where the lines of a page are: boxes of ink, cell by cell and then outside the tables. All lengths in pixels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from auditor.read.ocr.picture import POINT, Image, Picture
from auditor.read.pdf.lattice import Lattice

_INSET: Final = 1  # pixels between a rule's place and what may be text
LOW: Final = 4
"""Ink of this height alone is a dash or dirt."""
_WIDE_PIECE: Final = 2.2  # ems of white that part two pieces of text on one level
_REACH: Final = 6  # pixels to both sides of a rule that a stroke across it covers
_EDGE: Final = 6  # pixels from the middle of a rule to ink that may hang on it
_CORNER: Final = 9  # pixels beside the corners of a cell, where its own rules cross

Place = tuple[int, int, int, int]
"""Left, top, right and bottom of a line's ink."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A line's place; whether it is in a cell, and whether something else was drawn over or across it.

    ``blank``: nothing is left at this place, but something had lain over it. ``blind``: a black seal or stamp lies over its cell.
    """

    place: Place
    in_cell: bool
    disturbed: bool = False
    blank: bool = False
    blind: bool = False


def spots_of(picture: Picture, grids: Sequence[Lattice]) -> Iterator[Spot]:
    """All lines: first cell by cell, then outside the grids from the top."""
    import numpy

    from auditor.read.ocr.stamps import stamped

    rest: Any = picture.ink.copy()
    boxes = {
        (at, cell.left, cell.top): (
            round(grid.xs[cell.left] * POINT),
            round(grid.ys[cell.top] * POINT),
            round(grid.xs[cell.right + 1] * POINT),
            round(grid.ys[cell.bottom + 1] * POINT),
        )
        for at, grid in enumerate(grids)
        for cell in grid.cells
    }
    crossings = {key: _crossings(picture.raw, box) for key, box in boxes.items()}
    stamps = stamped(list(dict.fromkeys(point for points in crossings.values() for point in points)), picture.raw.shape)
    for at, grid in enumerate(grids):
        for cell in grid.cells:
            whole = left, top, right, bottom = boxes[at, cell.left, cell.top]
            disturbed = grid.irregular or bool(crossings[at, cell.left, cell.top])
            left, top, right, bottom = max(0, left + _INSET), max(0, top + _INSET), right - _INSET, bottom - _INSET
            if right - left < 4 or bottom - top < 4:
                continue
            part = rest[top:bottom, left:right]
            lines = _lines_of(part)
            disturbed = disturbed or (len(lines) > 1 and any(is_flat(c - a, d - b) for a, b, c, d in lines))
            blind = any(mask is not None and bool(mask[top:bottom, left:right].any()) for mask in (picture.blind, stamps))
            if blind and not lines:
                yield Spot((left, top, right, bottom), True, disturbed=True, blank=True)
            for a, b, c, d in lines:
                place = (a + left, b + top, c + left, d + top)
                if blind:
                    yield Spot(place, True, disturbed=True, blind=True)
                    continue
                yield Spot(place, True, disturbed or _hangs(picture.raw, place, whole) or _is_over(picture, place))
            if not lines and _is_over(picture, (left, top, right, bottom)):
                yield Spot((left, top, right, bottom), True, disturbed=True, blank=True)
            part[:] = 0
    if numpy.any(rest):
        for place in _free_lines(rest):
            yield Spot(place, False, _is_over(picture, place))


def is_flat(width: int, height: int) -> bool:
    """Whether ink of this size, alone in its line, can only be a dash."""
    return height < 3 * POINT and height < 0.35 * width


def _is_over(picture: Picture, place: Place) -> bool:
    """Whether a seal or pen lay over the place."""
    left, top, right, bottom = place
    return picture.over is not None and bool(picture.over[max(0, top - 2) : bottom + 2, max(0, left - 2) : right + 2].any())


def _crossings(ink: Image, cell: Place) -> list[tuple[int, int]]:
    """Where a stroke goes through a side of the cell, as no text does: a seal, a pen, a crease."""
    left, top, right, bottom = cell
    turned = ink.T
    return [
        *((x, y) for y in (top, bottom) for x in _through(ink, y, left, right)),
        *((x, y) for x in (left, right) for y in _through(turned, x, top, bottom)),
    ]


def _hangs(ink: Image, line: Place, cell: Place) -> bool:
    """Whether the ink of a line hangs on a rule of its cell without a gap: no text does, but what comes across the rule."""
    left, top, right, bottom = line
    start, above, end, below = cell
    sides = (
        (top - above, ink[above : top + 1, left:right]),
        (below - bottom, ink[bottom - 1 : below + 1, left:right]),
        (left - start, ink[top:bottom, start : left + 1].T),
        (end - right, ink[top:bottom, right - 1 : end + 1].T),
    )
    return any(gap <= _EDGE and strip.size and bool(strip.min(axis=0).any()) for gap, strip in sides)


def _through(ink: Image, row: int, start: int, end: int) -> list[int]:
    """Where ink goes without a gap from above a level rule to below it, between ``start`` and ``end`` along it."""
    import cv2
    import numpy

    if end - start <= 2 * _CORNER or row < _REACH or row + _REACH >= ink.shape[0]:
        return []
    strip = numpy.ascontiguousarray(ink[row - _REACH : row + _REACH + 1, start + _CORNER : end - _CORNER])
    wide = cv2.dilate(strip, numpy.ones((1, 7), numpy.uint8))
    columns = numpy.flatnonzero(wide.sum(axis=0) >= len(strip))
    if not columns.size:
        return []
    pieces = numpy.split(columns, numpy.flatnonzero(numpy.diff(columns) > 1) + 1)
    return [start + _CORNER + int(piece[len(piece) // 2]) for piece in pieces]


def _lines_of(ink: Image) -> list[Place]:
    """The lines in a cell, by rows without ink between them."""
    import numpy

    bands = _bands(ink.sum(axis=1))
    found: list[Place] = []
    for top, bottom in bands:
        if bottom - top <= LOW and (top <= LOW or bottom >= ink.shape[0] - LOW):
            continue  # what is left of a rule
        columns = numpy.flatnonzero(ink[top:bottom].any(axis=0))
        if columns.size and int(ink[top:bottom].sum()) >= 6:
            found.append((int(columns[0]), top, int(columns[-1]) + 1, bottom))
    return found


def _bands(profile: Image) -> list[tuple[int, int]]:
    """Runs of rows with ink; parts of one character that stand apart (三, 二, ：) are put together."""
    import numpy

    rows = numpy.flatnonzero(profile > 0)
    if not rows.size:
        return []
    bands: list[list[int]] = [[int(rows[0]), int(rows[0]) + 1]]
    for before, after in pairwise(rows.tolist()):
        if after - before > 1:
            bands.append([after, after + 1])
        else:
            bands[-1][1] = after + 1
    em = max(18.0, max(bottom - top for top, bottom in bands))  # 6.5 points: no smaller type is printed in these tables
    merged = [bands[0]]
    for top, bottom in bands[1:]:
        if bottom - merged[-1][0] <= 1.12 * em and top - merged[-1][1] <= 0.4 * em:
            merged[-1][1] = bottom
        else:
            merged.append([top, bottom])
    return [(top, bottom) for top, bottom in merged]


def _free_lines(ink: Image) -> list[Place]:
    """The lines outside tables: characters smeared into lines, lines boxed, top to bottom."""
    import cv2

    em = _em_of(ink)
    reach = cv2.getStructuringElement(cv2.MORPH_RECT, (int(_WIDE_PIECE * em), max(1, int(0.2 * em))))
    smeared = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, reach)
    count, _, stats, _ = cv2.connectedComponentsWithStats(smeared, connectivity=8)
    found: list[Place] = []
    for left, top, width, height, _ in stats[1:count].tolist():
        part = ink[top : top + height, left : left + width]
        if int(part.sum()) < 12 or (height < 0.3 * em and width < 0.5 * em) or height > 8 * em:
            continue
        for a, b, c, d in _lines_of(part) if height > 1.7 * em else [(0, 0, width, height)]:
            found.append((left + a, top + b, left + c, top + d))
    return sorted(_rejoined(found, em), key=lambda place: (place[1] + place[3], place[0]))


def _rejoined(places: list[Place], em: float) -> list[Place]:
    """Pieces that overlap in height and nearly touch, such as a comma below its line, made one."""
    out: list[Place] = []
    for place in sorted(places, key=lambda place: -(place[2] - place[0])):
        for index, (left, top, right, bottom) in enumerate(out):
            inside = min(bottom, place[3]) - max(top, place[1]) > 0.5 * min(bottom - top, place[3] - place[1])
            gap = max(left - place[2], place[0] - right)
            if inside and gap <= _WIDE_PIECE * em and (place[3] - place[1] < 0.7 * em or gap <= 0):
                out[index] = (min(left, place[0]), min(top, place[1]), max(right, place[2]), max(bottom, place[3]))
                break
        else:
            out.append(place)
    return out


def _em_of(ink: Image) -> float:
    """The size of most characters."""
    import cv2

    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    heights = sorted(max(w, h) for _, _, w, h, _ in stats[1:count].tolist() if 5 * POINT <= max(w, h) <= 30 * POINT)
    return float(heights[int(0.6 * len(heights))]) if heights else 10 * POINT
