"""Pages whose text stands sideways or upside down as displayed: read upright, places given as displayed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from auditor.model.source import Box
from auditor.read.pdf.marks import SPACED, TURNED, Char, Page, Rule

_MOST = 0.7  # of the characters


def upright(page: Page) -> Page:
    """The page turned so that most of its text is upright; ``turn`` records the quarter turns (clockwise)."""
    if not any(char[5] & TURNED for char in page.chars):
        return page
    turn, count = Counter(char[5] & TURNED for char in page.chars).most_common(1)[0]
    if not turn or count < _MOST * len(page.chars):
        return page
    width, height = (page.width, page.height) if turn == 2 else (page.height, page.width)
    chars: list[Char] = []
    for x0, y0, x1, y1, text, traits in page.chars:
        left, top, right, bottom = _turned((x0, y0, x1, y1), turn, page.width, page.height)
        chars.append((left, top, right, bottom, text, ((traits & TURNED) - turn) % 4 | traits & SPACED))
    level: list[Rule] = []
    steep: list[Rule] = []
    for y, start, end in page.horizontals:
        box = _turned((start, y, end, y), turn, page.width, page.height)
        if turn == 2:
            level.append((box[1], box[0], box[2]))
        else:
            steep.append((box[0], box[1], box[3]))
    for x, start, end in page.verticals:
        box = _turned((x, start, x, end), turn, page.width, page.height)
        if turn == 2:
            steep.append((box[0], box[1], box[3]))
        else:
            level.append((box[1], box[0], box[2]))
    struck = tuple((*_turned(char[:4], turn, page.width, page.height), *char[4:]) for char in page.struck)
    return replace(page, width=width, height=height, chars=chars, struck=struck, horizontals=level, verticals=steep, turn=turn)


def as_displayed(box: Box, page: Page) -> Box:
    """A box found on an upright page, or on one of two on a sheet, as it stands on the displayed page."""
    if page.shift:
        return box[0] + page.shift, box[1], box[2] + page.shift, box[3]
    return _turned(box, (4 - page.turn) % 4, page.width, page.height) if page.turn else box


def _turned(box: Box, turn: int, width: float, height: float) -> Box:
    """A box on a page of this size after quarter turns counter-clockwise."""
    left, top, right, bottom = box
    if turn == 1:
        return top, width - right, bottom, width - left
    if turn == 2:
        return width - right, height - bottom, width - left, height - top
    return height - bottom, left, height - top, right
