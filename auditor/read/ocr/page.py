"""A picture of a page → the marks that the grid code of PDF takes: characters, ruling lines, and how sure each line is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from auditor.model.source import Box
from auditor.read.ocr.picture import POINT, Image, Picture, prepare
from auditor.read.ocr.places import LOW, Spot, is_flat, spots_of
from auditor.read.ocr.recogniser import DISPUTED, HEIGHT, LineReader, Recognised
from auditor.read.ocr.shape import lean_of
from auditor.read.pdf.glyphs import is_wide
from auditor.read.pdf.lattice import grids_of
from auditor.read.pdf.lines import EM
from auditor.read.pdf.marks import Char, Page, Rule

MOST_WORK: Final = 400_000
"""Work for one page: pixels along its lines at the recogniser's height. A full page has 30,000; a core does some 12,000 in a second.

No clock: a loaded machine reads the same as an idle one.
"""
_MOST_LINES: Final = 2_500
_CLEAR, _FAIR = 0.9, 0.5
_SHORT: Final = 2.2
_STROKES: Final = ("1", "7", "l", "I", "|", "!")
_LEANS: Final = 0.2  # to the side on one step down
_TELLING: Final = 3.5  # times as long as high, for a line that tells which way is up
_ENOUGH: Final = 12.0  # of the same, as far as it is read for this
_LINES_TRIED: Final = 7
_LEGIBLE: Final = 0.85  # probability of the characters of a line the right way up
_BETTER: Final = 0.1
_TELLING_WORDS: Final = 5  # different characters of a line that tells which way is up
_LEAST_LINES: Final = 2
_STROKED: Final = frozenset("一二三口日目田工土王丰亚")
"""Characters of strokes that also stand for themselves when they are turned."""
_LABEL: Final = re.compile(r"(?:[(（]?[0-9]{1,2}[)）、.．])?[^0-9\u3040-\u30ff]{4,}")
"""A label that may be known in spite of what lies over it."""
_LABELLED: Final = 4  # full-width characters of such a label
_MIXED: Final = re.compile(r"[0-9]{1,4}[^0-9.,，．年月日类级批条款项号%+\-—/（）()]{1,2}[0-9]{1,4}")
"""No figure and no word: a figure of which some digits were not recognised."""
_FIGURE: Final = re.compile(
    r"(?:[第约共计近超]|[(（])?[-+]?[0-9](?:[0-9.,，]*[0-9])?[%％‰]?(?:[-/／~～—+][0-9]+)?[)）、.．]?[%％‰]?[\u4e00-\u9fff]{0,2}"
)
"""A figure as it stands in a cell, or the number of a label: a sign or word before it, a unit after it."""
_FEW: Final = 2
_STROKE_CHARS: Final = "一丨丿丶乙亅乚口ノンレソフヘニー"
"""Characters that a stroke of a pen beside a figure is taken for."""
_SLASHES: Final = ("/", "\\", "／")
_LINES: Final = ("二", "三")
"""Characters of nothing but level strokes, which no cell holds alone and a dash on dirty paper looks like."""
_DASH, _DASHES = "—", ("一", "—", "-", "－", "–", "―", "ー", "_", "~")


@dataclass(frozen=True, slots=True)
class RecognisedLine:
    """One recognised line: its place in points and its score; text ``""`` where there is ink that nothing was read from.

    ``disturbed``: something else was drawn over or across it.
    """

    box: Box
    text: str
    score: float
    disturbed: bool = False


@dataclass(frozen=True)
class PageRead:
    """A recognised page; ``work`` is what it took, ``cut`` says that this was too much before all of it was read, ``sealed`` that a black
    seal lies over part of it.
    """

    page: Page
    lines: tuple[RecognisedLine, ...]
    work: int = 0
    cut: bool = False
    sealed: bool = False


def read_page(image: Image, number: int, recogniser: LineReader, *, most: int = MOST_WORK) -> PageRead:
    """The marks of a page from its picture of 200 dots an inch, grey or in colour; ``number`` counts from 1.

    What is in cells beyond the work allowed (``most``) is marked as not read.
    """
    view, turn = _upright(image, recogniser)
    picture, horizontals, verticals = view.picture, view.horizontals, view.verticals
    height, width = picture.grey.shape
    lines: list[RecognisedLine] = []
    chars: list[Char] = []
    work = 0
    cut = False
    for spot in view.spots:
        cut = cut or work >= most or len(lines) >= _MOST_LINES
        if cut:
            if spot.in_cell:
                lines.append(RecognisedLine(_box(spot), "", 0.0))
            continue
        work += _work(spot)
        line = _recognise(picture, spot, recogniser)
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
        turn=turn,
        recognised=True,
        certain=tuple(((line.box[0] + line.box[2]) / 2, (line.box[1] + line.box[3]) / 2, _confidence(line)) for line in lines),
    )
    return PageRead(page, tuple(lines), work, cut, sealed=picture.blind is not None)


@dataclass(frozen=True)
class _View:
    """A picture of a page seen one way up, with its rules in points and the places of its lines."""

    picture: Picture
    horizontals: list[Rule]
    verticals: list[Rule]
    spots: list[Spot]


def view_of(image: Image) -> _View:
    """The picture as it stands, its rules, and where its lines are."""
    picture = prepare(image)
    horizontals = [_in_points(rule) for rule in picture.horizontals]
    verticals = [_in_points(rule) for rule in picture.verticals]
    return _View(picture, horizontals, verticals, list(spots_of(picture, grids_of(horizontals, verticals))))


def _upright(image: Image, recogniser: LineReader) -> tuple[_View, int]:
    """The page the way up in which its lines can be read, and by how many quarter turns (clockwise) its text lies over as displayed.

    Other ways up are tried only where the longest lines cannot be read as they stand.
    """
    import numpy

    view = view_of(image)
    first = _legibility(view, recogniser)
    if first[0] >= _LEGIBLE or not view.spots:
        return view, 0
    sideways = view_of(numpy.ascontiguousarray(numpy.rot90(image)))
    ways = {
        0: first,
        1: _legibility(sideways, recogniser),
        2: _legibility(view, recogniser, over=True),
        3: _legibility(sideways, recogniser, over=True),
    }
    # lines of a few characters tell only where no page of the four has longer ones
    kind = 0 if any(way[0] for way in ways.values()) else 1
    found = {turn: way[kind] for turn, way in ways.items()}
    turn = max(found, key=lambda turn: (found[turn], -turn))
    if turn == 0 or found[turn] < found[0] + _BETTER:
        return view, 0
    return (sideways, 1) if turn == 1 else (view_of(numpy.ascontiguousarray(numpy.rot90(image, turn))), turn)


def _legibility(view: _View, recogniser: LineReader, *, over: bool = False) -> tuple[float, float]:
    """How well the longest lines can be read (0 to 1), ``over``: upside down: those of many different words, and all that are long enough.
    0 where there are too few to tell.
    """
    import numpy

    long = [spot for spot in view.spots if _length(spot) >= _TELLING and spot.place[3] - spot.place[1] >= 4 * POINT]
    long.sort(key=lambda spot: (-min(_length(spot), _ENOUGH), spot.place))
    worded: list[float] = []
    every: list[float] = []
    for spot in long[: 2 * _LINES_TRIED]:
        left, top, right, bottom = spot.place
        right = min(right, left + round(_ENOUGH * (bottom - top)))
        part = view.picture.grey[max(0, top - 1) : bottom + 1, max(0, left - 1) : right + 1]
        text, likely = recogniser.read_whole(numpy.ascontiguousarray(numpy.rot90(part, 2)) if over else part)
        every.append(likely)
        # a row of noughts or strokes looks the same any way up, and a few characters are known lying on their side too
        if len({char for char in text if _is_word(char) and char not in _STROKED}) >= _TELLING_WORDS:
            worded.append(likely)
            if len(worded) >= _LINES_TRIED:
                break
    return _middle(worded), _middle(every[:_LINES_TRIED])


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2] if len(values) >= _LEAST_LINES else 0.0


def _length(spot: Spot) -> float:
    left, top, right, bottom = spot.place
    return (right - left) / max(1, bottom - top)


def _work(spot: Spot) -> int:
    left, top, right, bottom = spot.place
    return 2 * HEIGHT + HEIGHT * (right - left) // max(1, bottom - top)


def _box(spot: Spot) -> Box:
    left, top, right, bottom = spot.place
    return left / POINT, top / POINT, right / POINT, bottom / POINT


def _confidence(line: RecognisedLine) -> float:
    """Never as much as a text layer's: 0.85 for a clear line, less for a doubtful one, 0 for ink that was not read."""
    if not line.text:
        return 0.0
    return 0.85 if line.score >= _CLEAR and not line.disturbed else 0.7 if line.score >= _FAIR else 0.6


def _in_points(rule: Rule) -> Rule:
    return rule[0] / POINT, rule[1] / POINT, rule[2] / POINT


def _recognise(picture: Picture, spot: Spot, recogniser: LineReader) -> RecognisedLine | None:
    left, top, right, bottom = spot.place
    image = picture.grey[max(0, top - 1) : bottom + 1, max(0, left - 1) : right + 1]
    if spot.blank:
        return RecognisedLine(_box(spot), "", 0.0, disturbed=True)
    if bottom - top <= LOW and right - left <= 2 * LOW:
        if not spot.in_cell:
            return None
        if right - left < 1.5 * (bottom - top):
            return RecognisedLine(_box(spot), "", 0.0)  # a dot in a cell may be dirt, or what is left of a dash
    read = _read(image, spot.in_cell, recogniser)
    if not read.text and not spot.in_cell:
        return None
    if spot.in_cell and (_is_disputed(read) or _is_odd(read.text)):
        return RecognisedLine(_box(spot), "", 0.0, spot.disturbed)
    # a stroke of something else beside a figure looks like a dash; a minus sign is printed as a hyphen
    beside = spot.in_cell and any(char in _DASHES for char in read.text.removeprefix("-")) and any(char.isdigit() for char in read.text)
    if spot.in_cell and (_MIXED.fullmatch(read.text) or is_stained(read, spot) or (spot.blind and not _is_label(read.text))):
        return RecognisedLine(_box(spot), "", 0.0, disturbed=True)
    return RecognisedLine(_box(spot), read.text, read.score, spot.disturbed or beside)


def is_stained(read: Recognised, spot: Spot) -> bool:
    """Whether something beside a figure was read as characters that no figure is printed with, or a stroke as a character of strokes."""
    text = read.text
    if len(text) == 1 and text in _STROKE_CHARS and spot.disturbed:
        return True
    others = [char for char in text if not char.isdigit()]
    if not others or len(others) == len(text) or sum(char not in ".," for char in others) > _FEW:
        return False
    return _FIGURE.fullmatch(text) is None or any(char in _STROKE_CHARS for char in others)


def _is_disputed(read: Recognised) -> bool:
    """Whether the two readings of what may be a figure differ: which of them is printed is then for a person to say."""
    return read.score <= DISPUTED and any(char.isdigit() for char in read.text) and not any(map(_is_word, read.text))


def _read(image: Image, in_cell: bool, recogniser: LineReader) -> Recognised:
    """The text of a line; what is flat in a cell is a dash, whichever of the many."""
    height, width = image.shape
    if height >= 4 * POINT:
        # what is short may be a figure outside tables too: the number of the page
        read = recogniser.read_cell(image) if in_cell or width < _SHORT * height else recogniser.read(image)
        return _as_it_leans(read, image) if in_cell and read.text in _STROKES else read
    flat = height < 3 * POINT and height < 0.6 * width
    if in_cell and is_flat(width, height):
        return Recognised(_DASH, 1.0)  # nothing else that stands in a cell has this shape
    # scaled to full height a dash would be a bar and a full stop a blot
    read = recogniser.read(_on_paper(image, int(max(8 * POINT, 0.8 * width if flat else 0.0))))
    if in_cell and read.text in _DASHES:
        return Recognised(_DASH, read.score)
    return Recognised("", 0.0) if in_cell and flat else read  # no character that stands in a cell has this shape


def _is_odd(text: str) -> bool:
    """Whether a line of a cell is one character that is neither figure, dash, slash nor of a word: what is left of one of them, or dirt."""
    return (
        len(text) == 1
        and not text.isdigit()
        and text not in (*_DASHES, *_SLASHES)
        and (text in _LINES or _is_kana(text) or not _is_word(text))
    )


def _is_label(text: str) -> bool:
    """Whether a text is one that no figure is taken for, with or without its number."""
    return _LABEL.fullmatch(text) is not None and sum(map(_is_word, text)) >= _LABELLED


def _is_kana(char: str) -> bool:
    """Whether a character is none of Chinese, though the recogniser knows it."""
    return "\u3040" <= char <= "\u30ff"


def _is_word(char: str) -> bool:
    return is_wide(char) and char.isalpha()


def _as_it_leans(read: Recognised, image: Image) -> Recognised:
    """A lone stroke by its shape: a slash leans, and is not taken for the figure 1."""
    lean = lean_of(image)
    if lean is None or abs(lean) < _LEANS:
        return read
    return Recognised("/" if lean < 0 else "\\", min(read.score, _FAIR))


def _on_paper(image: Image, height: int) -> Image:
    """The picture in the middle of blank paper of this height."""
    import cv2
    import numpy

    more = max(0, height - image.shape[0])
    paper = int(numpy.percentile(image, 90))
    return cv2.copyMakeBorder(image, more // 2, more - more // 2, 0, 0, cv2.BORDER_CONSTANT, value=paper)


def _chars(line: RecognisedLine) -> list[Char]:
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
