"""Free lines → pieces of text on levels: what stands together, and what could be the rows of a table without rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from auditor.model.source import Box
from auditor.read.pdf.glyphs import is_wide
from auditor.read.pdf.lines import Line, box_of, text_of_row
from auditor.read.pdf.marks import Char, Page

_FIGURE = re.compile(
    r"[+\-−－–]?[0-9０-９](?:[0-9０-９,，.．]*[0-9０-９])?(?:[%％]|(?![年月日])[\u4e00-\u9fff]{1,2})?|[/／—–―\-－]{1,2}|无"
)
FIGURE_START: Final = re.compile(r"[+\-−－–]?[0-9０-９]")
"""How a cell of figures begins, whatever follows (22（其中修订2件）)."""
ENUMERATED: Final = re.compile(
    r"(?:[（(]?[一二三四五六七八九十]{1,3}[）)、.．]|[（(][一二三四五六七八九十]|[（(]?\d{1,2}[）)、.．](?!\d)|[①-⑩]|第[一二三四五六七八九十\d]+[条项])"
)
"""How a label, an item or a heading of its own begins; a bracket may be closed on the next line of a narrow cell."""
FIRST: Final = re.compile(r"[（(]?1[）)、.．](?!\d)")
"""How the first label of a group begins."""
HEADING: Final = re.compile(r"[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]{1,3}[章节部]")
_GAPS: Final = (0.4, 0.65, 0.8)  # ems that part two characters, by how many of them are full width
_JUMPS: Final = (0.15, 0.2, 0.25)  # … where the file draws something else between them
_LETTER_SPACED = 2.1  # ems between single characters of one word set wide apart (规　章)
_LEVEL = 0.45
_COLUMN_GAP = 0.25  # ems between heads of columns
_WORDS = 6  # words among figures
_WORD = 4  # characters of the longest word that stands among figures (不详)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Characters that stand together. ``y`` is the middle in a strip of pages laid end to end, ``box`` the place on ``page``;
    ``line`` is the index of the printed line it comes from, ``drawn`` the place of its first and last character in the file.
    """

    chars: tuple[Char, ...]
    text: str
    box: Box
    page: Page
    y: float
    size: float
    line: int
    drawn: tuple[int, int] = (-1, -1)

    @property
    def left(self) -> float:
        """Left edge."""
        return self.box[0]

    @property
    def right(self) -> float:
        """Right edge."""
        return self.box[2]

    @property
    def centre(self) -> float:
        """Middle between left and right edge."""
        return (self.box[0] + self.box[2]) / 2

    @property
    def figure(self) -> bool:
        """Whether it is a figure or a mark for none."""
        return is_figure(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """All pieces on one level of a page, from left to right; ``middle`` in points from the page's top."""

    page: Page
    pieces: tuple[Piece, ...]
    middle: float
    size: float

    @property
    def figures(self) -> tuple[Piece, ...]:
        """The figures at its end; a short word between many figures stands for one."""
        start = len(self.pieces)
        words = 0
        for place in range(len(self.pieces) - 1, -1, -1):
            piece = self.pieces[place]
            if piece.figure:
                start = place if words == 0 or any(char.isdigit() for char in piece.text) else start
            elif (
                len(piece.text) > _WORD or ENUMERATED.match(piece.text) or words == _WORDS or sum(p.figure for p in self.pieces[:place]) < 2
            ):
                break
            else:
                words += 1
        return self.pieces[start:]

    @property
    def text(self) -> str:
        """All that is printed on the level."""
        return "".join(piece.text for piece in self.pieces)


def is_figure(text: str) -> bool:
    """Whether a text is a figure, with a unit or not, or a mark for none."""
    return _FIGURE.fullmatch(text) is not None


def follows(piece: Piece, after: Piece) -> bool:
    """Whether the file draws one piece right after the other, as it does the lines of a cell."""
    return after.page is piece.page and after.drawn[0] == piece.drawn[1] + 1


def goes_over(upper: Piece, lower: Piece) -> bool:
    """Whether two pieces stand in one column, by their edges or middles."""
    return min(abs(upper.left - lower.left), abs(upper.right - lower.right), abs(upper.centre - lower.centre)) < 3.0


def levels_of(page: Page, lines: Sequence[Line], first: int) -> list[Level]:
    """The levels of a page from top to bottom. ``first`` is the index given to the first of its lines."""
    order = {id(char): place for place, char in enumerate(page.chars)}
    groups: list[list[int]] = []
    for index in sorted(range(len(lines)), key=lambda index: lines[index].middle):
        if groups and lines[index].middle - lines[groups[-1][0]].middle < _LEVEL * min(lines[index].size, lines[groups[-1][0]].size):
            groups[-1].append(index)
        else:
            groups.append([index])
    levels = []
    for group in groups:
        pieces = sorted(
            (piece for index in group for piece in _cut(page, lines[index], first + index, order)), key=lambda piece: piece.left
        )
        middle = sum(lines[index].middle for index in group) / len(group)
        levels.append(Level(page=page, pieces=tuple(pieces), middle=middle, size=max(lines[index].size for index in group)))
    return levels


def _cut(page: Page, line: Line, index: int, order: dict[int, int]) -> list[Piece]:
    """A line cut where more than a space stands between two characters; words set wide apart stay whole.

    ``order`` gives the place of each character in the file: cells are drawn one by one, so what stands side by side but is drawn
    at another time is another cell's.
    """
    chars = line.chars
    ends = [0]
    apart = _words(chars, line.size)
    for place in range(1, len(chars)):
        if place in apart:
            ends.append(place)
            continue
        gap = chars[place][0] - chars[place - 1][2]
        next_drawn = order.get(id(chars[place]), 0) - order.get(id(chars[place - 1]), -1) == 1
        wide = is_wide(chars[place][4]) + is_wide(chars[place - 1][4])
        digits = wide == 2 and chars[place][4].isdigit() and chars[place - 1][4].isdigit()
        if gap > (_GAPS[0] if digits else (_GAPS if next_drawn else _JUMPS)[wide]) * line.size:
            ends.append(place)
    ends.append(len(chars))
    parts = [chars[start:end] for start, end in pairwise(ends)]
    joined: list[tuple[Char, ...]] = []
    single = False
    for part in parts:
        lone = len(part) == 1 and is_wide(part[0][4]) and not is_figure(part[0][4])
        next_drawn = bool(joined) and order.get(id(part[0]), 0) - order.get(id(joined[-1][-1]), -1) == 1
        if lone and single and next_drawn and part[0][0] - joined[-1][-1][2] < _LETTER_SPACED * line.size:
            joined[-1] += part
        else:
            joined.append(part)
        single = lone
    drawn = ((order.get(id(part[0]), -1), order.get(id(part[-1]), -1)) for part in joined)
    return [make_piece(page, part, index, line.size, drawn=place) for part, place in zip(joined, drawn, strict=True)]


def _words(chars: Sequence[Char], size: float) -> set[int]:
    """Where words of columns side by side begin that nearly touch: three or more, set solid, with like gaps between them."""
    places = [
        place
        for place in range(1, len(chars))
        if is_wide(chars[place][4]) and is_wide(chars[place - 1][4]) and chars[place][0] - chars[place - 1][2] > _COLUMN_GAP * size
    ]
    ends = [0, *places, len(chars)]
    if len(places) < 2 or any(end - start < 2 or end - start > _WORD + 4 for start, end in pairwise(ends)):
        return set()
    inner = [chars[place][0] - chars[place - 1][2] for place in range(1, len(chars)) if place not in places]
    return set(places) if max(inner, default=0.0) < 0.1 * size else set()


def make_piece(page: Page, chars: Sequence[Char], line: int, size: float, shift: float = 0.0, drawn: tuple[int, int] = (-1, -1)) -> Piece:
    """A piece of characters in order; ``shift`` moves its page down to its place in the strip."""
    box = box_of(chars)
    middle = (box[1] + box[3]) / 2 + shift
    return Piece(chars=tuple(chars), text=text_of_row(chars), box=box, page=page, y=middle, size=size, line=line, drawn=drawn)


def split(piece: Piece, least: float) -> list[Piece]:
    """The piece cut at every gap wider than ``least`` ems."""
    chars = piece.chars
    shift = piece.y - (piece.box[1] + piece.box[3]) / 2
    parts: list[list[Char]] = [[chars[0]]]
    for before, char in pairwise(chars):
        if char[0] - before[2] > least * piece.size:
            parts.append([])
        parts[-1].append(char)
    found = [make_piece(piece.page, part, piece.line, piece.size, shift) for part in parts]
    if piece.drawn[1] - piece.drawn[0] != len(chars) - 1:
        return found
    place, moved = piece.drawn[0], []
    for part in found:
        moved.append(replace(part, drawn=(place, place + len(part.chars) - 1)))
        place += len(part.chars)
    return moved


def join(pieces: Sequence[Piece]) -> Piece:
    """Pieces of one level as one."""
    first = pieces[0]
    shift = first.y - (first.box[1] + first.box[3]) / 2
    chars = [char for piece in pieces for char in piece.chars]
    return replace(make_piece(first.page, chars, first.line, first.size, shift), drawn=(first.drawn[0], pieces[-1].drawn[1]))
