"""Two pages side by side on one sheet: read as the pages they are, places given on the sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from auditor.read.pdf.glyphs import is_wide
from auditor.read.pdf.lines import lines_of
from auditor.read.pdf.marks import Char, Page

_WIDE: Final = 1.15  # width by height of a sheet that holds two pages
_GUTTER: Final = 18.0  # points without print between two pages
_OFF: Final = 0.06  # of the width that the gutter may be off the middle
_PROSE: Final = 14  # full-width characters of a line that runs over a page
_ALIKE: Final = 0.25  # of the width by which the left margins of two pages may differ


def halves(pages: Sequence[Page]) -> list[Page]:
    """The pages with each sheet of two made two pages, numbered anew from 1; the same pages where no sheet holds two."""
    found = [half for page in pages for half in _halves(page)]
    if len(found) == len(pages):
        return list(pages)
    return [replace(page, sheet=page.number, number=number) for number, page in enumerate(found, 1)]


def _halves(page: Page) -> list[Page]:
    middle = _gutter(page)
    if middle is None:
        return [page]
    left = replace(
        page,
        width=middle,
        chars=[char for char in page.chars if char[0] < middle],
        horizontals=[rule for rule in page.horizontals if rule[1] < middle],
        verticals=[rule for rule in page.verticals if rule[0] < middle],
        struck=tuple(char for char in page.struck if char[0] < middle),
        certain=tuple(entry for entry in page.certain if entry[0] < middle),
    )
    right = replace(
        page,
        width=page.width - middle,
        shift=middle,
        chars=[_moved(char, middle) for char in page.chars if char[0] >= middle],
        horizontals=[(y, start - middle, end - middle) for y, start, end in page.horizontals if start >= middle],
        verticals=[(x - middle, start, end) for x, start, end in page.verticals if x >= middle],
        struck=tuple(_moved(char, middle) for char in page.struck if char[0] >= middle),
        certain=tuple((x - middle, y, sure) for x, y, sure in page.certain if x >= middle),
        # what is counted once for the sheet
        image_share=page.image_share,
        images=0,
        links=(),
        unprinted=0,
        covered=0,
        notes=0,
        slanted=[],
    )
    return [left, right]


def _moved(char: Char, by: float) -> Char:
    return (char[0] - by, char[1], char[2] - by, *char[3:])


def _gutter(page: Page) -> float | None:
    """Where a sheet of two pages is folded, ``None`` for a page."""
    if page.turn or page.width < _WIDE * page.height or len(page.chars) < 80:
        return None
    centre, off = page.width / 2, _OFF * page.width
    edges = [(char[0], char[2]) for char in page.chars]
    edges += [(start, end) for _, start, end in page.horizontals]
    edges += [(x, x) for x, _, _ in page.verticals]
    low, high = centre - off, centre + off
    free, reach = 0.0, low
    best = None
    for start, end in sorted(edge for edge in edges if edge[1] > low and edge[0] < high):
        if min(start, high) - reach > free:
            free, best = min(start, high) - reach, (reach + min(start, high)) / 2
        reach = max(reach, end)
    if high - reach > free:
        free, best = high - reach, (reach + high) / 2
    if best is None or free < _GUTTER:
        return None
    left, right = ([char for char in page.chars if (char[0] < best) is side] for side in (True, False))
    if not (_is_page(page, left, 0.0, best) and _is_page(page, right, best, page.width)):
        return None
    margins = min(char[0] for char in left), min(char[0] for char in right) - best
    return best if abs(margins[0] - margins[1]) < _ALIKE * page.width / 2 else None


def _is_page(page: Page, chars: Sequence[Char], start: float, end: float) -> bool:
    """Whether one half of a sheet looks like a page: with running text, or a ruled table of its own."""
    if len(chars) < 20:
        return False
    if sum(1 for x, _, _ in page.verticals if start < x < end) >= 3 and any(start < rule[1] and rule[2] < end for rule in page.horizontals):
        return True
    return any(sum(is_wide(char[4]) for char in line.chars) >= _PROSE for line in lines_of(page.number, chars))
