"""What an engine finds on a page: characters and straight ink. All lengths in points, origin top left as displayed."""

from __future__ import annotations

from dataclasses import dataclass, field

from auditor.model.source import Box

Char = tuple[float, float, float, float, str, int]
"""(left, top, right, bottom, character, traits): traits are the glyph's clockwise quarter turns as displayed (0 … 3), plus SPACED."""

TURNED = 3
SPACED = 4
"""Trait of a character before which the file itself has a space, and not just a gap."""

Rule = tuple[float, float, float]
"""(position across, start, end): y, left, right of a horizontal rule; x, top, bottom of a vertical one."""

UNREADABLE = "\ufffd"
"""Stands for a printed glyph whose character the file does not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The marks on one page. ``number`` counts from 1.

    ``image_share`` is the part of the page covered by pictures (0 to 1), ``images`` counts those large enough to hold a
    table, ``links`` are (target, box), ``turn`` is what :mod:`auditor.read.pdf.turn` did to the page, ``layer`` says
    that the text is an invisible layer over a picture, ``unprinted`` counts the text objects left out because they leave no ink on an
    ordinary page, ``crowded`` says that its strokes were too many for a table,
    ``recognised`` that its characters were recognised in a picture (OCR), and
    ``certain`` then gives for each recognised line its middle and how certain it is, as (x, y, confidence).
    """

    number: int
    width: float
    height: float
    chars: list[Char]
    horizontals: list[Rule] = field(default_factory=list)
    verticals: list[Rule] = field(default_factory=list)
    image_share: float = 0.0
    images: int = 0
    links: tuple[tuple[str, Box], ...] = ()
    turn: int = 0
    layer: bool = False
    unprinted: int = 0
    crowded: bool = False
    recognised: bool = False
    certain: tuple[tuple[float, float, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """All pages of a file, with the author's name from its properties."""

    pages: list[Page]
    author: str = ""
