"""Characters → lines of text, with the spaces a reader would see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter

from auditor.model.source import Box
from auditor.read.pdf.glyphs import is_wide
from auditor.read.pdf.marks import SPACED, TURNED, Char

EM = 0.8  # an em as part of a character box's height, ascent and descent included
_WORD_GAP = -0.1  # ems between Latin characters where the file has a space: substituted fonts may leave little of it
_BARE_GAP = 0.45  # ems that make one where it has none: less is letter spacing
_WIDE_GAP = 1.0  # ems beside a Chinese character that make a space
_APART = 1.6  # box heights between pieces of text that have nothing to do with each other
_NEIGHBOURS = 40  # lines on about one level that a run is compared with
_LEVEL = 0.4  # ems that lines beside each other may differ in height
_by_left = itemgetter(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One printed line. ``size`` is its em in points, ``chars`` run from left to right."""

    page: int
    text: str
    box: Box
    size: float
    chars: tuple[Char, ...]

    @property
    def middle(self) -> float:
        """Height of its middle, which fonts of different ascent share better than the top."""
        return (self.box[1] + self.box[3]) / 2


def rows_of(chars: Sequence[Char]) -> list[list[Char]]:
    """The characters by printed line, top to bottom, each line from left to right."""
    if len(chars) == 1:
        return [list(chars)]
    ordered = sorted([((char[1] + char[3]) / 2, index) for index, char in enumerate(chars)])
    rows: list[list[Char]] = []
    row: list[Char] = []
    reference = reach = 0.0
    for middle, index in ordered:
        char = chars[index]
        height = char[3] - char[1]
        if not row or middle - reference > 0.5 * (reach if reach > height else height):
            row = [char]
            rows.append(row)
            reference, reach = middle, height
        else:
            row.append(char)
    for row in rows:
        if len(row) > 1:
            row.sort(key=_by_left)
    return rows


def text_of_row(row: Sequence[Char]) -> str:
    """The text of one line: a space where a gap stands for one, none where characters are merely set wide apart."""
    if len(row) == 1:
        return row[0][4]
    parts: list[str] = [row[0][4]]
    gaps: list[tuple[int, float, float]] = []
    last = row[0]
    for char in row[1:]:
        gap = char[0] - last[2]
        height = char[3] - char[1]
        if gap < -0.4 * height and char[4] == last[4] and abs(char[0] - last[0]) < 0.25 * height:
            continue  # printed twice, a little shifted, to look bold
        if height > 0 and (gap > 0.1 * height or char[5] & SPACED):
            need = _needed_gap(last[4], char[4], bool(char[5] & SPACED))
            gaps.append((len(parts), gap / (EM * height), need))
        parts.append(char[4])
        last = char
    if gaps:
        _insert_spaces(parts, gaps)
    return "".join(parts)


def _needed_gap(before: str, after: str, spaced: bool) -> float:
    """Ems between two characters from which on a space is meant. Beside Chinese, only a Latin word keeps the file's space."""
    wide = is_wide(before) + is_wide(after)
    if spaced and (not wide or (wide == 1 and ((before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha())))):
        return _WORD_GAP
    return _WIDE_GAP if wide else _BARE_GAP


def _insert_spaces(parts: list[str], gaps: list[tuple[int, float, float]]) -> None:
    """Spaces before the parts that stand apart; characters evenly set apart (justified labels) get none."""
    tracking = 0.0
    joints = len(parts) - 1
    if len(gaps) == joints and not any(need == _WORD_GAP for _, _, need in gaps):
        tracking = min(gap for _, gap, _ in gaps) if joints > 1 or gaps[0][2] == _WIDE_GAP else 0.0
    for index, gap, need in reversed(gaps):
        if gap - tracking > need:
            parts.insert(index, " ")


def text_of(chars: Sequence[Char]) -> str:
    """The text of a cell: its lines from top to bottom, joined by ``\\n``. Turned text keeps the order of the file."""
    if not chars:
        return ""
    if len(chars) == 1:
        return chars[0][4]
    if any(char[5] & TURNED for char in chars):
        return _text_of_turned(chars)
    return "\n".join([text_of_row(row) for row in rows_of(chars)])


def _text_of_turned(chars: Sequence[Char]) -> str:
    """Text set vertically: columns from the right, or quarter-turned lines, in the order in which the file draws them."""
    parts: list[str] = []
    last: Char | None = None
    for char in chars:
        if last is not None and abs(char[0] - last[0]) > 0.6 * (last[2] - last[0] or 1.0) and abs(char[1] - last[1]) > 1.0:
            parts.append("\n")
        parts.append(char[4])
        last = char
    return "".join(parts)


def lines_of(page: int, chars: Sequence[Char]) -> list[Line]:
    """The printed lines of a page's free text, top to bottom; what stands far apart on one level makes lines of its own.

    Lines are grown from runs in the order of the file, because lines of neighbouring columns may overlap in height.
    """
    lines = _runs(chars)
    while True:
        count = len(lines)
        lines = _grow(lines)
        if len(lines) == count:
            break
    found = [make_line(page, line) for line in lines]
    return sorted(found, key=lambda line: (line.middle, line.box[0]))


def _grow(runs: list[list[Char]]) -> list[list[Char]]:
    """Runs put together where they stand beside each other; what lies between two of them may come later."""
    lines: list[list[Char]] = []
    for run in sorted(runs, key=lambda run: (run[0][1] + run[0][3], run[0][0])):
        for line in reversed(lines[-_NEIGHBOURS:]):
            if _goes_on(line, run):
                line.extend(run)
                line.sort(key=_by_left)
                break
        else:
            lines.append(run)
    return lines


def _runs(chars: Sequence[Char]) -> list[list[Char]]:
    """Characters that follow each other in the file and on the page."""
    runs: list[list[Char]] = []
    last: Char | None = None
    for char in chars:
        if last is not None:
            height = max(char[3] - char[1], last[3] - last[1])
            gap = char[0] - last[2]
            level = abs(char[1] + char[3] - last[1] - last[3]) <= height
            if level and (-0.5 * height <= gap <= max(10.0, _APART * height) or (char[4] == last[4] and abs(gap) < 1.5 * height)):
                runs[-1].append(char)
                last = char
                continue
        runs.append([char])
        last = char
    return runs


def _goes_on(line: list[Char], run: list[Char]) -> bool:
    """Whether a run stands beside or inside a line on the same level."""
    first, last = line[0], line[-1]
    height = max(first[3] - first[1], run[0][3] - run[0][1])
    if abs(first[1] + first[3] - run[0][1] - run[0][3]) > 0.6 * height:
        return False
    reach = max(10.0, _APART * height)
    return run[0][0] - last[2] <= reach and first[0] - run[-1][2] <= reach


def in_reading_order(lines: Iterable[Line]) -> list[Line]:
    """Lines from top to bottom, those on one level from left to right, even where one stands a hair higher than the other."""
    levels: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.middle, line.box[0])):
        if levels and line.middle - levels[-1][0].middle < _LEVEL * min(line.size, levels[-1][0].size):
            levels[-1].append(line)
        else:
            levels.append([line])
    return [line for level in levels for line in sorted(level, key=lambda line: line.box[0])]


def make_line(page: int, row: Sequence[Char]) -> Line:
    """A line from characters already in order."""
    return Line(page=page, text=text_of_row(row), box=box_of(row), size=_em_of(row), chars=tuple(row))


def _em_of(row: Sequence[Char]) -> float:
    """The em: how wide full-width characters advance. Heights tell less, fonts put any ascent there."""
    ems = sorted([char[2] - char[0] for char in row if char[4] >= "\u3400"]) or sorted([EM * (char[3] - char[1]) for char in row])
    return ems[len(ems) // 2]


def box_of(chars: Iterable[Char]) -> Box:
    """The smallest box around the characters."""
    lefts, tops, rights, bottoms, _, _ = zip(*chars, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def round_box(box: Box) -> Box:
    """The box to a tenth of a point: engines differ in digits no one sees."""
    return round(box[0], 1), round(box[1], 1), round(box[2], 1), round(box[3], 1)
