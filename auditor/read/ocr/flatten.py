"""Photographs of pages laid flat: where a camera looked from the side, ruling lines run together, and are drawn parallel again."""

from __future__ import annotations

import math
from typing import Any, Final

import cv2
import numpy

Image = Any
Slopes = tuple[float, float]
"""The slopes of a page's lines at two opposite sides of it."""

_APART: Final = 0.12  # degrees that rules at opposite sides may differ on a flat page
_STEEP: Final = 7.0  # degrees from level or upright within which a line is one of the page
_PIECE: Final = 31  # pixels of straight ink that a slanted rule still has
_LONG: Final = 0.06  # of the page's width, for a line that tells a slope
_FEWEST: Final = 4  # lines either way
_STRAIGHT: Final = 0.001  # by which slopes may be off, as far as pixels tell


def squaring(ink: Image) -> Image | None:
    """The projection that makes the rules of a page level and upright; ``None`` where they are parallel already, or too few.

    ``ink`` is 1 where something is printed, on a page turned upright as a whole.
    """
    height, width = ink.shape
    rows = _slopes(_lines(ink), height, _LONG * width)
    columns = _slopes(_lines(ink.T), width, _LONG * width)
    if rows is None or columns is None:
        return None
    differ = max(abs(rows[0] - rows[1]), abs(columns[0] - columns[1]), abs(sum(rows) + sum(columns)) / 2)
    if math.degrees(differ) < _APART:
        return None
    corners = [
        _meeting((y, rise), (x, lean), width, height)
        for y, rise, x, lean in (
            (0, rows[0], 0, columns[0]),
            (0, rows[0], width, columns[1]),
            (height, rows[1], width, columns[1]),
            (height, rows[1], 0, columns[0]),
        )
    ]
    target = [(0, 0), (width, 0), (width, height), (0, height)]
    return cv2.getPerspectiveTransform(numpy.array(corners, numpy.float32), numpy.array(target, numpy.float32))


def _lines(ink: Image) -> Image:
    """Long level runs of ink as rows of (height in the middle, slope, length)."""
    bridged = cv2.morphologyEx(numpy.ascontiguousarray(ink), cv2.MORPH_CLOSE, numpy.ones((3, 1), numpy.uint8))
    runs = cv2.morphologyEx(bridged, cv2.MORPH_OPEN, numpy.ones((1, _PIECE), numpy.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    found = []
    for index in range(1, count):
        left, top, width, height, _ = stats[index].tolist()
        if width < 3 * _PIECE or height > 0.15 * width:
            continue
        part = labels[top : top + height, left : left + width] == index
        end = max(4, width // 12)
        first, last = _middle(part[:, :end]), _middle(part[:, -end:])
        found.append((top + (first + last) / 2, (last - first) / (width - end), float(width)))
    return numpy.array(found, dtype=float).reshape(-1, 3)


def _middle(part: Image) -> float:
    places = numpy.flatnonzero(part.any(axis=1))
    return float(numpy.average(places, weights=part.sum(axis=1)[places]))


def _slopes(lines: Image, length: int, shortest: float) -> Slopes | None:
    """Slopes at both sides of the page by the straight course of all lines; what does not fit is left out."""
    kept = lines[(abs(lines[:, 1]) <= math.tan(math.radians(_STEEP))) & (lines[:, 2] >= shortest)]
    base = slant = 0.0
    for _ in range(3):
        if len(kept) < _FEWEST or float(numpy.ptp(kept[:, 0])) < 0.1 * length:
            return None
        slant, base = (float(value) for value in numpy.polyfit(kept[:, 0], kept[:, 1], 1, w=kept[:, 2]))
        rest = abs(kept[:, 1] - base - slant * kept[:, 0])
        kept = kept[rest <= max(2.5 * float(numpy.median(rest)), _STRAIGHT)]
    return base, base + slant * length


def _meeting(row: tuple[float, float], column: tuple[float, float], width: int, height: int) -> tuple[float, float]:
    """Where a level line (its height in the middle of the page, its slope) meets an upright one (its place in the middle, its slope)."""
    (y0, rise), (x0, lean) = row, column
    y = (y0 + rise * (x0 - lean * height / 2 - width / 2)) / (1 - rise * lean)
    return x0 + lean * (y - height / 2), y
