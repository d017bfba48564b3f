"""Round seals in black, as on copies: what they lie over cannot be told from them, so it is not read; the rules below them are drawn on."""

from __future__ import annotations

import math
from typing import Any, Final

import cv2
import numpy

Image = Any
Disc = tuple[float, float, float]
"""Middle (x, y) and radius in pixels of a page at 200 dots an inch."""

_RADII: Final = (95, 220)  # of seals of 2.5 to 5.5 cm
_SMALLER: Final = 4  # times, for the first look
_RING: Final = 0.85  # of a circle that is ink, for a seal
_OUTSIDE: Final = 0.45  # of the circles close around it that may be
_TURNS: Final = numpy.arange(180) * (2 * math.pi / 180)
_COSINES, _SINES = numpy.cos(_TURNS)[None], numpy.sin(_TURNS)[None]
_OFFSETS: Final = (0, -1, 1, -2, 2)  # the nearest first: among equals it is taken
_AROUND: Final = numpy.array([(a, b, c) for c in _OFFSETS for a in _OFFSETS for b in _OFFSETS])
"""Steps from a circle to those close to it: of its middle and of its radius."""
_BESIDE: Final = 14  # pixels beside a seal in which a rule that goes on below it is seen
_LEVEL_PIECE, _STEEP_PIECE = 41, 17  # pixels of straight ink
_MOST: Final = 4  # seals of a page


def seals_of(ink: Image) -> list[Disc]:
    """The round seals on a page; ``ink`` is 1 where something is printed."""
    height, width = ink.shape
    small = cv2.resize(ink * 255, None, fx=1 / _SMALLER, fy=1 / _SMALLER, interpolation=cv2.INTER_AREA)
    low, high = (radius // _SMALLER for radius in _RADII)
    circles = cv2.HoughCircles(
        cv2.GaussianBlur(small, (5, 5), 0), cv2.HOUGH_GRADIENT, 1, low, param1=120, param2=26, minRadius=low, maxRadius=high
    )
    if circles is None:
        return []
    wide = cv2.dilate(ink, numpy.ones((3, 3), numpy.uint8))
    found: list[Disc] = []
    for x, y, radius in circles.reshape(-1, 3)[:40].tolist():
        disc = _fitted(wide, x * _SMALLER, y * _SMALLER, radius * _SMALLER)
        if disc is None or any(math.dist(disc[:2], other[:2]) < other[2] for other in found):
            continue
        if 0 < disc[0] < width and 0 < disc[1] < height:
            found.append(disc)
    return found[:_MOST]


def _fitted(ink: Image, x: float, y: float, radius: float) -> Disc | None:
    """The circle close to this one that most ink lies on, if that is a seal's ring: ink all around, and paper beside it."""
    place, best = numpy.array((x, y, radius)), 0.0
    for step in (4, 2, 1):
        tried = place + step * _AROUND
        shares = _shares(ink, tried)
        at = int(shares.argmax())
        if shares[at] > best:
            best, place = float(shares[at]), tried[at]
    if best < _RING:
        return None
    # the ring may be thick: out to its outer edge, beyond which there is paper, but for what is printed there
    wider = place + numpy.array([(0, 0, more) for more in range(1, 16)])
    thin = numpy.flatnonzero(_shares(ink, wider) < _OUTSIDE)
    return None if not thin.size else (float(place[0]), float(place[1]), float(wider[thin[0]][2]))


def _shares(ink: Image, circles: Any) -> Any:
    """The part of each circle (rows of middle x, y and radius) that is ink."""
    xs = numpy.rint(circles[:, :1] + circles[:, 2:] * _COSINES).astype(numpy.intp).clip(0, ink.shape[1] - 1)
    ys = numpy.rint(circles[:, 1:2] + circles[:, 2:] * _SINES).astype(numpy.intp).clip(0, ink.shape[0] - 1)
    return ink[ys, xs].mean(axis=1)


def ruled_below(ink: Image, discs: list[Disc]) -> tuple[Image, Image]:
    """The ink with what is in the discs taken out and the rules that end at their edges drawn on, and 1 where the discs are."""
    drawn, discs_mask = ink.copy(), numpy.zeros_like(ink)
    for x, y, radius in discs:
        cv2.circle(discs_mask, (round(x), round(y)), math.ceil(radius) + 2, 1, -1)
    drawn[discs_mask > 0] = 0
    level = cv2.morphologyEx(drawn, cv2.MORPH_OPEN, numpy.ones((1, _LEVEL_PIECE), numpy.uint8))
    steep = cv2.morphologyEx(drawn, cv2.MORPH_OPEN, numpy.ones((_STEEP_PIECE, 1), numpy.uint8))
    for disc in discs:
        _draw_on(drawn, level, disc, turned=False)
        _draw_on(drawn.T, steep.T, (disc[1], disc[0], disc[2]), turned=True)
    return drawn, discs_mask


def _draw_on(drawn: Image, runs: Image, disc: Disc, *, turned: bool) -> None:
    """Draw each level run that reaches a disc from both sides through it (views turned for upright ones)."""
    x, y, radius = disc
    radius += 3
    height, width = runs.shape
    for row in range(max(1, math.ceil(y - radius)), min(height - 1, math.floor(y + radius) + 1)):
        half = math.sqrt(max(0.0, radius * radius - (row - y) ** 2))
        left, right = math.floor(x - half), math.ceil(x + half)
        if left - _BESIDE < 0 or right + _BESIDE > width:
            continue
        before, after = runs[row, left - _BESIDE : left], runs[row, right : right + _BESIDE]
        if before.mean() > 0.4 and after.mean() > 0.4:
            drawn[row, left:right] = 1
