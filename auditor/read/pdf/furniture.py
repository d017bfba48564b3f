"""Page furniture: page numbers, running heads and feet, found by place and repetition."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from auditor.read.pdf.lines import Line

_MARGIN = 0.13  # part of the page at top and bottom in which furniture stands
_DEEP_MARGIN = 0.09
_EDGE_LINES = 3
_REPEATED_LINES = 12
_HEADS = 2  # levels of a running head or foot
_DRIFT = 3.0
# — 3 —, - 3 -, ·3·, 第3页, 第 3 页 共 5 页, 3/5, 3 / 5 页, Page 3 of 5. A bare 3 is judged by its place in the sequence.
_DASHES = r"[-–—―─_－·•~～<>《》\[\]()（）\s]*"
_DECORATED = re.compile(
    _DASHES
    + r"(?:第\s*[一二三四五六七八九十百]{1,4}\s*页|(?:第\s*)?(?:page\s*)?\d{1,4}\s*页?"
    + r"(?:(?:\s*[,，/／|]\s*(?:of|共|/|／)?|\s*(?:of|共|/|／)|(?<=页))\s*\d{1,4}\s*页?)?)"
    + _DASHES,
    re.IGNORECASE,
)
_BARE = re.compile(r"\d{1,4}")
_FIGURE = re.compile(r"[+\-−－–—]\d+|\d{1,3}(?:[,，]\d{3})+")  # -12 and 23,097 may be page marks only where they stand alone
_DIGITS = re.compile(r"\d+")


def furniture_of(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> list[set[int]]:
    """Indexes of the lines of each page that are furniture. ``pages`` hold free text only, lines from top to bottom."""
    found: list[set[int]] = [set() for _ in pages]
    for number, (lines, height) in enumerate(zip(pages, heights, strict=True)):
        for index in _edges(lines, height, _MARGIN):
            if _is_page_number(lines[index], number, height, pages, heights):
                found[number].add(index)
    _add_repeated(pages, heights, found)
    return found


def _edges(lines: Sequence[Line], height: float, margin: float, most: int = _EDGE_LINES) -> list[int]:
    top = [index for index in range(min(most, len(lines))) if lines[index].box[3] < height * margin]
    bottom = [index for index in range(max(0, len(lines) - most), len(lines)) if lines[index].box[1] > height * (1 - margin)]
    return sorted({*top, *bottom})


def _is_page_number(line: Line, number: int, height: float, pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> bool:
    text = line.text.strip()
    if not _DECORATED.fullmatch(text):
        return False
    beside = any(item is not line and abs(item.middle - line.middle) < 0.5 * line.size for item in pages[number])
    if not _BARE.fullmatch(text):
        return not (beside and _FIGURE.fullmatch(text))
    # A bare number could also be the last figure of a table without rules: it must count with the pages, at one height.
    shift = int(text) - number
    others = sum(
        1
        for other, (lines, other_height) in enumerate(zip(pages, heights, strict=True))
        if other != number
        and any(
            _BARE.fullmatch(lines[index].text.strip())
            and int(lines[index].text.strip()) - other == shift
            and abs(lines[index].middle - other_height - line.middle + height) < _DRIFT
            for index in _edges(lines, other_height, _MARGIN)
        )
    )
    if beside:
        twin = any(
            item is not line
            and item.text.strip() == text
            and not any(other is not item and abs(other.middle - item.middle) < 0.5 * item.size for other in pages[number])
            for item in (pages[number][index] for index in _edges(pages[number], height, _MARGIN))
        )
        return others >= max(2, len(pages) - 2) and not twin
    return others >= max(1, (len(pages) - 1) // 2) or (shift == 1 and line.box[1] > height * (1 - _DEEP_MARGIN))


def _add_repeated(pages: Sequence[Sequence[Line]], heights: Sequence[float], found: list[set[int]]) -> None:
    """Lines that say the same (numbers aside) at the same height on at least half of the pages."""
    if len(pages) < 2:
        return
    seen: Counter[tuple[str, int]] = Counter()
    places: list[tuple[int, int, tuple[str, int]]] = []
    for number, (lines, height) in enumerate(zip(pages, heights, strict=True)):
        for index in _edges(lines, height, _MARGIN):
            line = lines[index]
            # Figures alone say nothing: they may be the first row of a table on each page.
            if any(char.isalpha() for char in line.text):
                key = (_DIGITS.sub("#", line.text.replace(" ", "")), round(line.box[1] / (2 * _DRIFT)))
                places.append((number, index, key))
    seen.update(key for _, key in {(number, key) for number, _, key in places})
    need = max(2, (len(pages) + 1) // 2)
    repeated: dict[int, dict[int, int]] = {}
    for number, index, key in places:
        near = seen[key] + seen[(key[0], key[1] - 1)] + seen[(key[0], key[1] + 1)]
        if near >= need:
            repeated.setdefault(number, {})[index] = near
    for number, own in repeated.items():
        found[number].update(_running(pages[number], own, found[number]))


def _running(lines: Sequence[Line], repeated: dict[int, int], known: set[int]) -> set[int]:
    """Of a page's repeated lines those that are running heads or feet: whole levels, from the page's edge on, and few of them.

    Where many follow each other they are the head of a table that goes on from page to page.
    """
    levels: list[list[int]] = []
    for index in range(len(lines)):
        if levels and lines[index].middle - lines[levels[-1][0]].middle < 0.5 * lines[index].size:
            levels[-1].append(index)
        else:
            levels.append([index])
    running: set[int] = set()
    for order in (levels, levels[::-1]):
        run: list[list[int]] = []
        for level in order:
            if not all(index in repeated or index in known for index in level):
                break
            run.append(level)
        # Page numbers are known already and count for nothing here.
        run = [level for level in run if any(index in repeated for index in level)]
        while len(run) > _HEADS:
            # The innermost that are as frequent as each other belong to a table.
            times = _times(run[-1], repeated)
            run = [level for level in run if _times(level, repeated) != times]
        running.update(index for level in run for index in level)
    return running


def _times(level: list[int], repeated: dict[int, int]) -> int:
    """On how many pages a level occurs: as often as its most frequent line."""
    return max(repeated.get(index, 0) for index in level)
