"""A picture of a page → the marks that the grid code of PDF takes: characters, ruling lines, and how sure each line is."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from auditor.model.source import Box
from auditor.read.ocr.picture import POINT, Image, Picture, prepare
from auditor.read.ocr.recogniser import Recognised, Recogniser
from auditor.read.pdf.glyphs import is_wide
from auditor.read.pdf.lattice import Grid, grids_of
from auditor.read.pdf.lines import EM
from auditor.read.pdf.marks import Char, Page, Rule

SECONDS_PER_PAGE: Final = 60.0
_MOST_LINES: Final = 2_500
_CLEAR, _FAIR = 0.9, 0.5
_INSET: Final = 1  # pixels between a rule's place and what may be text
_DASH, _DASHES = "—", ("一", "—", "-", "－", "–", "―", "ー", "_", "~")
_LOW: Final = 4  # pixels: ink of this height alone is a dash or dirt
_WIDE_PIECE: Final = 2.2  # ems of white that part two pieces of text on one level


@dataclass(frozen=True, slots=True)
class Line:
    """One recognised line: its place in points and its score; text ``""`` where there is ink that nothing was read from."""

    box: Box
    text: str
    score: float


@dataclass(frozen=True)
class PageRead:
    """A recognised page; ``late`` says that time ran out before all of it was read."""

    page: Page
    lines: tuple[Line, ...]
    late: bool = False


def read_page(grey: Image, number: int, recogniser: Recogniser, *, seconds: float = SECONDS_PER_PAGE) -> PageRead:
    """The marks of a page from its grey picture of 200 dots an inch; ``number`` counts from 1."""
    picture = prepare(grey)
    height, width = picture.grey.shape
    horizontals = [_in_points(rule) for rule in picture.horizontals]
    verticals = [_in_points(rule) for rule in picture.verticals]
    grids = grids_of(horizontals, verticals)
    deadline = time.monotonic() + seconds
    lines: list[Line] = []
    chars: list[Char] = []
    late = False
    for place, figure in _places(picture, grids):
        if time.monotonic() > deadline or len(lines) >= _MOST_LINES:
            late = True
            break
        line = _recognise(picture, place, figure, recogniser)
        if line is not None:
            lines.append(line)
            chars.extend(_chars(line))
    page = Page(
        number=number,
        width=width / POINT,
        height=height / POINT,
        chars=chars,
        horizontals=horizontals,
        verticals=verticals,
        image_share=1.0,
        recognised=True,
        certain=tuple(((line.box[0] + line.box[2]) / 2, (line.box[1] + line.box[3]) / 2, _confidence(line)) for line in lines),
    )
    return PageRead(page, tuple(lines), late)


def _confidence(line: Line) -> float:
    """Never as much as a text layer's: 0.85 for a clear line, less for a doubtful one, 0 for ink that was not read."""
    if not line.text:
        return 0.0
    return 0.85 if line.score >= _CLEAR else 0.7 if line.score >= _FAIR else 0.6


def _in_points(rule: Rule) -> Rule:
    return rule[0] / POINT, rule[1] / POINT, rule[2] / POINT


Place = tuple[int, int, int, int]


def _places(picture: Picture, grids: Sequence[Grid]) -> Iterator[tuple[Place, bool]]:
    """Boxes of ink that are lines: first cell by cell, then outside the grids; with whether a cell may hold a number."""
    import numpy

    rest: Any = picture.ink.copy()
    for grid in grids:
        for cell in grid.cells:
            left, top = round(grid.xs[cell.left] * POINT) + _INSET, round(grid.ys[cell.top] * POINT) + _INSET
            right, bottom = round(grid.xs[cell.right + 1] * POINT) - _INSET, round(grid.ys[cell.bottom + 1] * POINT) - _INSET
            left, top = max(0, left), max(0, top)
            if right - left < 4 or bottom - top < 4:
                continue
            part = rest[top:bottom, left:right]
            for place in _lines_of(part):
                a, b, c, d = place
                yield (a + left, b + top, c + left, d + top), True
            part[:] = 0
    if numpy.any(rest):
        for place in _free_lines(rest):
            yield place, False


def _lines_of(ink: Image) -> list[Place]:
    """The lines in a cell, by rows without ink between them."""
    import numpy

    bands = _bands(ink.sum(axis=1))
    found: list[Place] = []
    for top, bottom in bands:
        if bottom - top <= _LOW and (top <= _LOW or bottom >= ink.shape[0] - _LOW):
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


def _recognise(picture: Picture, place: Place, in_cell: bool, recogniser: Recogniser) -> Line | None:
    left, top, right, bottom = place
    image = picture.grey[max(0, top - 1) : bottom + 1, max(0, left - 1) : right + 1]
    box = (left / POINT, top / POINT, right / POINT, bottom / POINT)
    if bottom - top <= _LOW and right - left <= 2 * _LOW:
        return None
    read = _read(image, in_cell, recogniser)
    if not read.text and not in_cell:
        return None
    return Line(box, read.text, read.score)


def _read(image: Image, in_cell: bool, recogniser: Recogniser) -> Recognised:
    """The text of a line; what is flat in a cell is a dash, whichever of the many."""
    height, width = image.shape
    if height >= 4 * POINT:
        return recogniser.read_cell(image) if in_cell else recogniser.read(image)
    flat = height < 3 * POINT and height < 0.6 * width
    if flat and in_cell and height < 0.35 * width:
        return Recognised(_DASH, 1.0)  # nothing else that stands in a cell has this shape
    # scaled to full height a dash would be a bar and a full stop a blot
    read = recogniser.read(_on_paper(image, int(max(8 * POINT, 0.8 * width if flat else 0.0))))
    return Recognised(_DASH, read.score) if in_cell and read.text in _DASHES else read


def _on_paper(image: Image, height: int) -> Image:
    """The picture in the middle of blank paper of this height."""
    import cv2
    import numpy

    more = max(0, height - image.shape[0])
    paper = int(numpy.percentile(image, 90))
    return cv2.copyMakeBorder(image, more // 2, more - more // 2, 0, 0, cv2.BORDER_CONSTANT, value=paper)


def _chars(line: Line) -> list[Char]:
    """Characters set evenly over the line, half-width ones half as wide; their height is that of a font's box."""
    if not line.text:
        return []
    widths = [1.0 if is_wide(char) or char in "“”（）" else 0.52 for char in line.text]
    left, top, right, bottom = line.box
    unit = (right - left) / sum(widths)
    tall = max(unit if any(width == 1.0 for width in widths) else 0.0, bottom - top) / EM
    middle = (top + bottom) / 2
    found: list[Char] = []
    x = left
    for char, width in zip(line.text, widths, strict=True):
        found.append((x, middle - tall / 2, x + width * unit, middle + tall / 2, char, 0))
        x += width * unit
    return found
