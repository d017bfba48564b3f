"""What an engine finds on a page: characters and straight ink. All lengths in points, origin top left as displayed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from auditor.model.source import Box

if TYPE_CHECKING:
    from auditor.read.pdf.ink import Ink

Char = tuple[float, float, float, float, str, int]
"""(left, top, right, bottom, character, traits): traits are the glyph's clockwise quarter turns as displayed (0 … 3), plus SPACED."""

TURNED = 3
SPACED = 4
"""Trait of a character before which the file itself has a space, and not just a gap."""

Point = tuple[float, float]
Rule = tuple[float, float, float]
"""(position across, start, end): y, left, right of a horizontal rule; x, top, bottom of a vertical one."""

Matrix = tuple[float, float, float, float, float, float]
"""(a, b, c, d, e, f) as PDF writes them: x' = a x + c y + e, y' = b x + d y + f."""

UNREADABLE = "\ufffd"
"""Stands for a printed glyph whose character the file does not tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The marks on one page. ``number`` counts from 1.

    ``image_share`` is the part of the page covered by pictures (0 to 1), ``images`` counts those large enough to hold a
    table, ``links`` are (target, box), ``turn`` is what :mod:`auditor.read.pdf.turn` did to the page, ``layer`` says
    that the text is a layer behind or invisible over a picture, ``unprinted`` counts the text left out because it leaves no ink,
    ``covered`` the characters left out because something was painted over them; ``struck`` are those left out because a line is drawn
    through them, ``notes`` counts raised note marks and ``noted`` are their places as displayed,
    ``slanted`` are strokes neither level nor upright, ``outlines`` about how many
    characters are drawn as outlines, ``ink`` is the look of the page where one was taken; ``sheet`` is the number of the displayed page
    (0: as ``number``) and ``shift`` how far to the right on it this one stands, where two pages share a sheet; ``crowded`` says that its
    strokes were too many for a table, ``recognised`` that its characters were recognised in a picture (OCR), and ``certain`` then gives
    for each recognised line its middle and how certain it is, as (x, y, confidence).
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
    covered: int = 0
    struck: tuple[Char, ...] = ()
    notes: int = 0
    noted: tuple[Box, ...] = ()
    slanted: list[tuple[Point, Point]] = field(default_factory=list)
    outlines: int = 0
    ink: Ink | None = None
    sheet: int = 0
    shift: float = 0.0
    crowded: bool = False
    recognised: bool = False
    certain: tuple[tuple[float, float, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """All pages of a file, with the author's name from its properties and the names of files attached inside."""

    pages: list[Page]
    author: str = ""
    attached: tuple[str, ...] = ()


def multiply(inner: Matrix, outer: Matrix) -> Matrix:
    """First ``inner``, then ``outer``."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """A point through a matrix."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
