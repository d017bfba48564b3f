"""Ink told by its colour: seals and pens lie over what is printed and are taken off; where they lay, the reading is doubtful.

Print in colour that stands by itself (red letterheads, blue headings) stays. All lengths in pixels of a page at 200 dots an inch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy

Image = Any

_CHROMA: Final = 50
"""Difference of the strongest and the weakest of a pixel's three colours from which it is coloured ink (of 255)."""
_FAINT: Final = 30  # the same for ink that goes on from coloured ink
_RIM: Final = 20  # the same for the soft rim of coloured ink
_SEAL: Final = (160, 560)  # sides of a seal: 2 to 7 cm
_GAP: Final = 9  # between strokes of one seal
_DARK: Final = 0.55  # of the paper's brightness: black print is darker, under a seal too
_LEAST: Final = 60  # coloured pixels of a page that are worth a look
_LINE: Final = 61  # of straight ink that rules a table
_FILL: Final = 15  # a stroke is thinner than this, a shaded cell thicker


@dataclass(frozen=True)
class Sheet:
    """A page in grey without the ink that lay over its print.

    ``over`` is 1 where that was, ``hidden`` where it was a pen's, below which nothing is seen; both are ``None`` when there was none.
    """

    grey: Image
    over: Image | None = None
    hidden: Image | None = None


def without_overlay(image: Image) -> Sheet:
    """The page of a picture (grey, or blue, green and red) without seals and pen strokes across its print."""
    if image.ndim == 2:
        return Sheet(image)
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    if not _is_coloured(image):
        return Sheet(grey)
    smooth = cv2.GaussianBlur(image, (3, 3), 0)
    strongest = smooth.max(axis=2)
    chroma = strongest - smooth.min(axis=2)
    coloured = _coloured(chroma)
    if int(coloured.sum()) < _LEAST:
        return Sheet(grey)
    paper = float(numpy.median(grey))
    dark = ((strongest < _DARK * paper) & (coloured == 0)).astype(numpy.uint8)
    red = coloured * ((smooth[:, :, 2] == strongest) & (strongest > _DARK * paper)).astype(numpy.uint8)
    seals = _seals(red)
    strokes = _crossing(numpy.where((seals > 0) | (_rules(coloured) > 0), 0, coloured).astype(numpy.uint8), dark)
    over = numpy.maximum(seals & red, strokes)
    if not over.any():
        return Sheet(grey)
    rim = (cv2.dilate(over, numpy.ones((7, 7), numpy.uint8)) > 0) & (chroma > _RIM)
    cleaned = grey.copy()
    _, labels = cv2.connectedComponents(cv2.dilate(over, numpy.ones((7, 7), numpy.uint8)))
    levels = _levels(labels, strongest, over)
    lifted = numpy.minimum(image.max(axis=2).astype(numpy.float32) + (paper - levels[labels]), paper)
    cleaned[rim] = lifted[rim].clip(0, 255).astype(numpy.uint8)
    filled = cv2.morphologyEx(strokes, cv2.MORPH_OPEN, numpy.ones((_FILL, _FILL), numpy.uint8))
    over, strokes = (numpy.where(filled > 0, 0, mask).astype(numpy.uint8) for mask in (over, strokes))
    return Sheet(cleaned, over, strokes)


def _is_coloured(image: Image) -> bool:
    """Whether a look at a third of the size shows colour: most scans have none."""
    small = cv2.resize(image, None, fx=1 / 3, fy=1 / 3, interpolation=cv2.INTER_AREA)
    return int(((small.max(axis=2) - small.min(axis=2)) > _RIM).sum()) >= _LEAST / 9


def _coloured(chroma: Image) -> Image:
    """1 where ink is coloured, and where ink that goes on from it is less so: compression takes colour from thin strokes."""
    count, labels = cv2.connectedComponents((chroma > _FAINT).astype(numpy.uint8), connectivity=8)
    strong = numpy.bincount(labels[chroma > _CHROMA], minlength=count) > 0
    strong[0] = False
    return strong[labels].astype(numpy.uint8)


def _seals(red: Image) -> Image:
    """1 within the outlines of seals: red ink of their size, about as wide as high."""
    found = numpy.zeros_like(red)
    reach = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _GAP + 1, 2 * _GAP + 1))
    count, _, stats, _ = cv2.connectedComponentsWithStats(cv2.morphologyEx(red, cv2.MORPH_CLOSE, reach), connectivity=8)
    for left, top, width, height, _ in stats[1:count].tolist():
        if _SEAL[0] <= max(width, height) <= _SEAL[1] and min(width, height) >= 0.4 * max(width, height):
            found[top : top + height, left : left + width] = 1
    return found


def _rules(coloured: Image) -> Image:
    """1 on long level and upright lines, which rule a table and are drawn by no hand."""
    level = cv2.morphologyEx(coloured, cv2.MORPH_OPEN, numpy.ones((1, _LINE), numpy.uint8))
    upright = cv2.morphologyEx(coloured, cv2.MORPH_OPEN, numpy.ones((_LINE, 1), numpy.uint8))
    return cv2.dilate(numpy.maximum(level, upright), numpy.ones((3, 3), numpy.uint8))


def _crossing(coloured: Image, dark: Image) -> Image:
    """The coloured ink that runs into black print, piece by piece; none where most print is coloured."""
    if int(coloured.sum()) > int(dark.sum()):
        return numpy.zeros_like(coloured)
    count, labels = cv2.connectedComponents(coloured, connectivity=8)
    near = cv2.dilate(dark, numpy.ones((5, 5), numpy.uint8)) > 0
    touched = numpy.bincount(labels[near], minlength=count) >= 6
    touched[0] = False
    return touched[labels].astype(numpy.uint8)


def _levels(labels: Image, strongest: Image, over: Image) -> Image:
    """The brightness of the coloured ink of each piece, in its brightest colour."""
    inked = over > 0
    counts = numpy.bincount(labels[inked], minlength=int(labels.max()) + 1)
    sums = numpy.bincount(labels[inked], weights=strongest[inked], minlength=len(counts))
    return (sums / numpy.maximum(counts, 1)).astype(numpy.float32)
