"""Pictures of pages: turned upright, ink told from paper, ruling lines found. All lengths in pixels."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any, Final

from auditor.read.pdf.marks import Rule

DPI: Final = 200
"""Resolution at which pages are looked at."""
POINT: Final = DPI / 72
"""Pixels of a point."""
_STEEPEST: Final = 5.5  # degrees a feeder or a photograph is turned at most
_H_PIECE, _V_PIECE = 22.0, 9.0  # points: shorter straight ink is a stroke of a character
_ENDS: Final = 1.3  # points from the end of a rule to the middle of the one it meets: strokes of characters keep more distance
_SPECK: Final = 40  # pixels of a dot that counts only when it is dark
_THICKEST: Final = 4.0 * POINT
_COURSE: Final = 7  # pixels: a rule and its soft edges
_COVERED: Final = 0.9  # of a rule that is ink
_FILLED: Final = 0.5  # of its box that a run fills when it is a shaded place and no rule
_STUB: Final = 10.0  # points
_DISTURBED: Final = 125.0  # points: the width of a seal
_LONG: Final = 60.0  # points from which a rule needs to meet no other

Image = Any


@dataclass(frozen=True)
class Picture:
    """An upright grey page: ``ink`` is 1 where something is printed that is no rule; rules are in pixels; ``raw`` is the ink with them.

    ``over`` is 1 where a seal or pen lay over the print and was taken off (``None``: nowhere), ``blind`` where a black
    seal lies, which cannot be taken off; ``bent`` says that the picture was seen
    from the side, as by a camera, and was drawn straight.
    """

    grey: Image
    ink: Image
    raw: Image
    horizontals: tuple[Rule, ...]
    verticals: tuple[Rule, ...]
    angle: float
    over: Image | None = None
    blind: Image | None = None
    bent: bool = False


def prepare(image: Image) -> Picture:
    """The picture of a page (grey or in colour, about :data:`DPI` dots an inch) ready for recognition."""
    import cv2
    import numpy

    from auditor.read.ocr.blackseal import ruled_below, seals_of
    from auditor.read.ocr.colour import without_overlay
    from auditor.read.ocr.flatten import squaring

    sheet = without_overlay(image)
    grey, over, hidden = sheet.grey, sheet.over, sheet.hidden
    height, width = grey.shape

    def drawn(matrix: Image) -> None:
        nonlocal grey, over, hidden
        paper = float(numpy.median(grey))
        grey = cv2.warpPerspective(grey, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=paper)
        if over is not None and hidden is not None:
            over, hidden = (cv2.warpPerspective(mask, matrix, (width, height), flags=cv2.INTER_NEAREST) for mask in (over, hidden))

    angle = skew_of(_ink_of(grey))
    if abs(angle) >= 0.05:
        drawn(numpy.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0), (0.0, 0.0, 1.0)]))
    ink = _ink_of(grey)
    square = squaring(ink)
    if square is not None:
        drawn(square)
        ink = _ink_of(grey)
    # a rule goes on below a stroke of a pen
    seals = seals_of(ink)
    ruled, blind = ruled_below(ink, seals) if seals else (ink, None)
    level, steep, mask = _rules(ruled, ruled if hidden is None else ruled | cv2.dilate(hidden, numpy.ones((3, 3), numpy.uint8)))
    clean = numpy.where(mask > 0, 0, ink).astype(numpy.uint8)
    return Picture(
        grey=grey,
        ink=clean,
        raw=ink,
        horizontals=tuple(level),
        verticals=tuple(steep),
        angle=angle,
        over=over,
        blind=blind,
        bent=square is not None,
    )


def skew_of(ink: Image) -> float:
    """Degrees by which the page must be turned (counter-clockwise) so that its lines are level."""
    import cv2

    height, width = ink.shape
    scale = 700.0 / max(height, width)
    small = cv2.resize(ink * 255, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)

    def sharpness(image: Image, angle: float) -> float:
        rows, columns = image.shape
        matrix = cv2.getRotationMatrix2D((columns / 2, rows / 2), angle, 1.0)
        profile = cv2.warpAffine(image, matrix, (columns, rows), flags=cv2.INTER_LINEAR).sum(axis=1, dtype="float64")
        return float(((profile[1:] - profile[:-1]) ** 2).sum())

    steps = [index * 0.25 for index in range(int(-_STEEPEST * 4), int(_STEEPEST * 4) + 1)]
    best = max(steps, key=lambda angle: (sharpness(small, angle), -abs(angle)))
    medium = cv2.resize(ink * 255, None, fx=2 * scale, fy=2 * scale, interpolation=cv2.INTER_AREA) if 2 * scale < 1 else small
    fine = [best + index * 0.05 for index in range(-6, 7)]
    angle = max(fine, key=lambda angle: (sharpness(medium, angle), -abs(angle)))
    return round(angle, 2) if abs(angle) < _STEEPEST else 0.0


def _ink_of(grey: Image) -> Image:
    """1 where ink is, by the brightness of the surroundings, so that shadows and grey paper do no harm."""
    import cv2

    smooth = cv2.GaussianBlur(grey, (3, 3), 0)
    found = cv2.adaptiveThreshold(smooth, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 41, 18)
    return _without_specks(found, smooth)


def _without_specks(ink: Image, grey: Image) -> Image:
    """The ink without dots that are tiny, or small and pale: grain of the paper, dust, compression."""
    import cv2
    import numpy

    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    if count <= 1:
        return ink
    places = ink > 0
    paper, dark = float(numpy.median(grey)), float(numpy.percentile(grey[places], 5))
    darkest = numpy.full(count, 255, numpy.uint8)
    numpy.minimum.at(darkest, labels[places], grey[places])
    area = stats[:, cv2.CC_STAT_AREA]
    specks = (area < 4) | ((area < _SPECK) & (darkest > paper - 0.45 * (paper - dark)))
    return numpy.where(specks[labels] & places, 0, ink).astype(numpy.uint8)


def _rules(ink: Image, all_ink: Image) -> tuple[list[Rule], list[Rule], Image]:
    """Horizontal and vertical rules, and a mask of their ink. ``all_ink``: with what lay over the print."""
    import cv2
    import numpy

    def runs(length: float, level: bool) -> Image:
        size = max(8, int(length * POINT))
        bridge = cv2.getStructuringElement(cv2.MORPH_RECT, (5, 1) if level else (1, 3))
        kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (size, 1) if level else (1, size))
        return cv2.morphologyEx(cv2.morphologyEx(all_ink, cv2.MORPH_CLOSE, bridge), cv2.MORPH_OPEN, kernel)

    flat, tall = runs(_H_PIECE, True), runs(_V_PIECE, False)
    level, steep = list(_straight(flat)), list(_straight(tall.T))
    aside = numpy.where(cv2.dilate(flat, cv2.getStructuringElement(cv2.MORPH_RECT, (1, 7))) > 0, 0, ink)
    while True:
        kept_level = [rule for rule in level if _holds(rule, steep)]
        kept_steep = [part for rule in steep for part in _parts(rule, kept_level, aside)]
        if kept_level == level and kept_steep == steep:
            break
        level, steep = kept_level, kept_steep
    mask = _mask_of(level, flat, True) | _mask_of(steep, tall, False)
    return [_trimmed(rule, steep) for rule in level], [_trimmed(rule, level) for rule in steep], mask


def _straight(runs: Image) -> Iterator[Rule]:
    """The level runs that are thin, and the thin course of those that something else lies against, such as a seal or a stroke of a pen."""
    import cv2
    import numpy

    count, labels, stats, _ = cv2.connectedComponentsWithStats(numpy.ascontiguousarray(runs), connectivity=8)
    for index, (left, top, width, height, area) in enumerate(stats[1:count].tolist(), 1):
        if height <= _COURSE:
            yield top + height / 2, float(left), float(left + width)
            continue
        if height > _THICKEST and area > _FILLED * width * height:
            continue
        part = labels[top : top + height, left : left + width] == index
        rows = part.sum(axis=1)
        first = int(numpy.convolve(rows, numpy.ones(_COURSE, int), "valid").argmax())
        band = part[first : first + _COURSE].any(axis=0)
        columns = numpy.flatnonzero(band)
        start, end = int(columns[0]), int(columns[-1]) + 1
        if len(columns) >= _COVERED * (end - start):
            middle = float(numpy.average(numpy.arange(first, first + _COURSE), weights=rows[first : first + _COURSE]))
            yield top + middle + 0.5, float(left + start), float(left + end)


def _mask_of(rules: list[Rule], runs: Image, level: bool) -> Image:
    """The ink of rules: their straight course, and beside it what of the straight runs wanders off."""
    import cv2
    import numpy

    course, near = numpy.zeros_like(runs), numpy.zeros_like(runs)
    for position, start, end in rules:
        first, last, place = math.floor(start), math.ceil(end), round(position)
        a, b = ((first, place), (last, place)) if level else ((place, first), (place, last))
        cv2.line(course, a, b, 1, 5)
        cv2.line(near, a, b, 1, 13)
    wandering = cv2.dilate(runs, cv2.getStructuringElement(cv2.MORPH_RECT, (3, 5) if level else (5, 3)))
    return course | (wandering & near)


def _parts(rule: Rule, level: list[Rule], aside: Image) -> list[Rule]:
    """An upright run cut to what it rules: from one level rule to the next it goes all the way, or it is a stroke of a character."""
    x, top, bottom = rule
    near = _ENDS * POINT
    ys = sorted(y for y, left, right in level if left - near <= x <= right + near and top - near <= y <= bottom + near)
    kept: list[Rule] = []
    pieces: list[tuple[float, float, bool]] = []
    above = [top] if not ys or ys[0] - top >= _LONG * POINT else []
    below = [bottom] if not ys or bottom - ys[-1] >= _LONG * POINT else []
    stops = [*above, *ys, *below]
    for start, end in pairwise(stops):
        low, high = max(start, top), min(end, bottom)
        if end - start >= 2 * near and high - low >= 0.9 * (end - start):
            pieces.append((low, high, end - start >= _LONG * POINT or _stands_free(aside, (x, start, end))))
    # what is drawn against a rule that goes on at both sides does not interrupt it
    ends = list(accumulate((high if free else 0.0 for _, high, free in pieces), max))
    starts = list(accumulate((low if free else math.inf for low, _, free in reversed(pieces)), min))[::-1]
    for (low, high, free), before, after in zip(pieces, ends, starts, strict=True):
        if not free and not (before and after - before <= _DISTURBED * POINT):
            continue
        if kept and kept[-1][2] >= low - near:
            kept[-1] = (x, kept[-1][1], high)
        else:
            kept.append((x, low, high))
    return kept if ys else []


def _trimmed(rule: Rule, crossing: list[Rule]) -> Rule:
    """A rule without the ends that stick out a little over the last that it crosses, as where a stroke of a seal goes on from it."""
    position, start, end = rule
    near = _ENDS * POINT
    places = [other[0] for other in crossing if other[1] - near <= position <= other[2] + near and start - near <= other[0] <= end + near]
    if not places:
        return rule
    first, last = min(places), max(places)
    stub = _STUB * POINT
    return position, first if 0 < first - start <= stub else start, last if 0 < end - last <= stub else end


def _stands_free(ink: Image, rule: Rule) -> bool:
    """Whether there is paper on both sides of a short upright run, as beside a rule; strokes of characters have others beside them.

    ``ink`` is without the level rules that cross it.
    """
    x, top, bottom = rule
    trim = max(2, int(0.12 * (bottom - top)))
    first, last = int(top) + trim, int(bottom) - trim
    beside = [int(x) + offset for offset in (-6, -5, 5, 6)]
    dirty = sum(int(ink[first:last, column].sum()) for column in beside if 0 <= column < ink.shape[1])
    return dirty <= 0.2 * (last - first)


def _holds(rule: Rule, crossing: list[Rule]) -> bool:
    """Whether a straight run is a rule: long, or ending on other rules at both ends. Strokes of characters are neither."""
    position, start, end = rule
    near = _ENDS * POINT
    touching = [other for other in crossing if other[1] - near <= position <= other[2] + near and start - near <= other[0] <= end + near]
    if not touching:
        return False
    if end - start >= _LONG * POINT:
        return True
    return any(abs(other[0] - start) <= near for other in touching) and any(abs(other[0] - end) <= near for other in touching)
