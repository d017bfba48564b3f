"""Lines of free text → paragraphs, over page breaks where a sentence runs on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from auditor.model.source import Box
from auditor.read.pdf.glyphs import is_wide, unbreakable
from auditor.read.pdf.lines import Line

_SIZE_CHANGE = 0.14
_INDENT = 1.0  # ems
_CENTRED = 5.0  # ems from the left edge at which no body line begins
_SHORT = 2.2  # ems of free room that show that a line ended by itself
_PARAGRAPH_GAP = 0.55  # ems beyond the usual distance
_SENTENCE_END = tuple("。！？：；!?;:")
_STARTS = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}[、.．]"
    r"|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[、.．](?!\d)|[（(]\d{1,2}[）)]|[①-⑩]|第[一二三四五六七八九十]{1,3}[章节条])"
)
_TOP_HEADING = re.compile(r"[一二三四五六七八九十]{1,3}、")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedParagraph:
    """A paragraph with the place of its first line on its first page; ``last_page`` is the page it ends on."""

    text: str
    page: int
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """The type area of a run of lines: left edge of body lines, right edge of full lines, usual distance of lines."""

    left: float
    right: float
    pitch: float


def measure_of(lines: Sequence[Line]) -> Measure:
    """The type area that most lines of body text show."""
    if not lines:
        return Measure(left=0.0, right=0.0, pitch=0.0)
    long = sorted(lines, key=lambda line: line.box[0] - line.box[2])[: max(1, len(lines) // 2)]
    lefts, rights = sorted(line.box[0] for line in long), sorted(line.box[2] for line in long)
    pitches = sorted(
        after.middle - before.middle
        for before, after in pairwise(lines)
        if before.page == after.page and 0.8 * before.size < after.middle - before.middle < 4 * before.size
    )
    pitch = pitches[len(pitches) // 3] if pitches else 0.0
    return Measure(left=lefts[len(lefts) // 4], right=rights[(3 * len(rights)) // 4], pitch=pitch)


def paragraphs_of(lines: Sequence[Line], measure: Measure) -> list[PlacedParagraph]:
    """The paragraphs of lines that follow each other with no table between them."""
    groups: list[list[Line]] = []
    for line in lines:
        if groups and not _begins(groups[-1], line, measure):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [_prose(group) for group in groups]


def _begins(group: list[Line], line: Line, measure: Measure) -> bool:
    """Whether a line begins a new paragraph after the lines of ``group``."""
    last = group[-1]
    em = line.size
    if abs(line.size - last.size) > _SIZE_CHANGE * max(line.size, last.size):
        return True
    turned = line.page != last.page
    if not turned:
        if line.middle < last.middle:
            return True
        pitch = measure.pitch or 2 * em
        if len(group) > 1 and group[-2].page == last.page:
            pitch = min(pitch, last.middle - group[-2].middle)
        if line.middle - last.middle > max(pitch, 1.2 * em) + _PARAGRAPH_GAP * em:
            return True
    left = min(measure.left, *(item.box[0] for item in group[1:])) if len(group) > 1 else measure.left
    indented = line.box[0] > left + _INDENT * em
    room = measure.right - last.box[2]
    short = room > max(_SHORT * em, _first_word(line) + 0.6 * em)
    centred = len(group) == 1 and last.box[0] > measure.left + _CENTRED * em
    if short or centred:
        return True
    if indented:
        # Hanging paragraphs and centred titles keep their own edge.
        return abs(line.box[0] - last.box[0]) > 0.5 * em or len(group) > 1 or _STARTS.match(line.text) is not None
    if _STARTS.match(line.text):
        return last.text.endswith(_SENTENCE_END) or (_TOP_HEADING.match(line.text) is not None and room > 0.6 * em)
    return False


def _first_word(line: Line) -> float:
    """Width of what cannot be broken off a line's start: a Latin word, a number, characters with their punctuation."""
    chars = line.chars
    count = unbreakable([char[4] for char in chars])
    return chars[count - 1][2] - chars[0][0]


def _prose(group: list[Line]) -> PlacedParagraph:
    text = group[0].text
    for line in group[1:]:
        text = _glue(text, line.text)
    first = [line for line in group if line.page == group[0].page]
    box = (
        min(line.box[0] for line in first),
        min(line.box[1] for line in first),
        max(line.box[2] for line in first),
        max(line.box[3] for line in first),
    )
    return PlacedParagraph(text=text, page=group[0].page, box=box)


def _glue(text: str, more: str) -> str:
    """Two lines of one paragraph: a space only between Latin words, since figures and Chinese text break anywhere."""
    if not text or not more or is_wide(text[-1]) or is_wide(more[0]):
        return text + more
    return f"{text} {more}" if text[-1].isalpha() and more[0].isalpha() else text + more
