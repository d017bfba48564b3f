"""Stamps in black of any shape, told by the ink that goes through the rules of a table: what they lie over cannot be told from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import cv2
import numpy

Point = tuple[int, int]
"""Where ink goes through a rule: x and y in pixels of a page at 200 dots an inch."""

_NEAR: Final = 130  # between points of one stamp
_LEAST: Final = 6  # points
_NARROWEST: Final = 50  # pixels: a stroke of a pen is narrower, however long
_MOST: Final = 1_500  # points of a page that are looked at


def stamped(points: Sequence[Point], shape: tuple[int, int]) -> Any | None:
    """1 within the outlines of the groups of points that are wide enough for a stamp; ``None`` where there is none."""
    if not _LEAST <= len(points) <= _MOST:
        return None
    places = numpy.array(points, numpy.int32)
    mask = numpy.zeros(shape, numpy.uint8)
    for group in _groups(places):
        if len(group) < _LEAST or min(cv2.minAreaRect(group.astype(numpy.float32))[1]) < _NARROWEST:
            continue
        cv2.fillConvexPoly(mask, cv2.convexHull(group), 1)
        for x, y in group.tolist():
            cv2.circle(mask, (x, y), 4, 1, -1)
    return mask if mask.any() else None


def _groups(places: Any) -> list[Any]:
    """The points in groups, each point near another of its group."""
    distance = numpy.abs(places[:, None] - places[None]).max(axis=2)
    near = distance <= _NEAR
    left = numpy.ones(len(places), bool)
    found = []
    while left.any():
        group = numpy.zeros(len(places), bool)
        group[int(left.argmax())] = True
        while True:
            wider = near[group].any(axis=0) & left
            if (wider == group).all():
                break
            group = wider
        left &= ~group
        found.append(places[group])
    return found
