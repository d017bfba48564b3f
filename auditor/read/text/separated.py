"""Tables with a row a line: cells parted by bars, tabs, commas or runs of spaces."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from typing import Final

from auditor.read.text.lines import SECTION, TextLine, is_rule
from auditor.read.text.rows import Found, TextCell
from auditor.read.text.tabbed import is_prose
from auditor.text.patterns import re_pattern

_BAR: Final = re_pattern(r"(?<!\\)[|｜│┃║¦]")
_MARK_ROW: Final = re_pattern(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")
_GAP: Final = re_pattern("[ \u00a0\u2002\u2003]{2,}|[ \u00a0]*\u3000[\u3000 \u00a0]*")
_FIGURE: Final = re_pattern(r"[+\-－]?[\d０-９][\d０-９,.，．]*(?:[%％]|[\u4e00-\u9fff]{1,3})?$|[-—－/／]+$|无$")
"""A figure, with the unit that may stand behind it (12件, 3.5万元)."""
_BREAK: Final = re_pattern(r"<br\s*/?>", re.IGNORECASE)
_SINGLE: Final = 40
_SINGLES: Final = 3
_BRIDGE: Final = 2
_QUOTED_LINES: Final = 12
_HEADING: Final = re_pattern(r"^\s*[一二三四五六七八九十]{1,2}\s*[、.．].*(?:情况|措施|事项)\s*$")
_PADDED: Final = 8
"""Lines that end in delimiters which show that a sheet was saved in its full width."""


Cells = Callable[[str], list[str]]


def find_bars(lines: Sequence[TextLine], start: int) -> Found | None:
    """``a | b | c`` and Markdown tables. The row of dashes is no row; a second one starts another table."""
    if not _BAR.search(lines[start].text):
        return None
    marked = start + 1 < len(lines) and is_mark_row(lines[start + 1].text)
    picked, end = _collect(lines, start, lambda text: _BAR.search(text) is not None)
    for place, index in enumerate(picked):
        if place > 1 and is_mark_row(lines[index].text):
            picked = picked[: place - 1]
            end = picked[-1] + 1
            break
    picked = [index for index in picked if not is_mark_row(lines[index].text)]
    barred = [lines[index].text.strip() for index in picked if _BAR.search(lines[index].text)]
    if not barred or (len(barred) < 2 and not marked):
        return Found([], end)
    # A bar at the edge is a frame when all rows have it, else the sign of an empty cell.
    left = all(_BAR.match(text) for text in barred)
    right = all(_BAR.match(text[-1]) and not text.endswith("\\" + text[-1]) for text in barred)

    def cells(text: str) -> list[str]:
        text = text.strip()
        parts = _BAR.split(text)
        if len(parts) > 1:
            parts = parts[1 if left else 0 : len(parts) - 1 if right else len(parts)]
        return [_BREAK.sub("\n", part.replace("\\|", "|")).strip() for part in parts]

    rows = _rows(lines, picked, cells)
    if not marked and sum(1 for row in rows for text, _ in row if is_prose(text)) * 2 > sum(map(len, rows)):
        return Found([], end)
    return Found(rows, end)


def is_mark_row(text: str) -> bool:
    """Whether the line is Markdown's row of dashes under a header."""
    return "-" in text and ("|" in text or ":" in text) and _MARK_ROW.match(text) is not None


def find_tabs(lines: Sequence[TextLine], start: int) -> Found | None:
    """Tab-separated lines, as copied out of a sheet: at least two rows; quoted cells may run over lines."""
    return _find_delimited(lines, start, "\t", 1, 2)


def find_commas(lines: Sequence[TextLine], start: int) -> Found | None:
    """Comma-separated lines: at least three rows with two or more commas each."""
    return _find_delimited(lines, start, ",", 2, 3)


def find_gaps(lines: Sequence[TextLine], start: int) -> Found | None:
    """Columns parted by two or more spaces or ideographic spaces: at least three rows, most of them with figures or three cells."""
    if len(_gapped(lines[start].text)) < 2 or is_prose(lines[start].text):
        return None
    picked, end = _collect(lines, start, lambda text: not is_prose(text) and len(_gapped(text)) > 1)
    rows = _rows(lines, picked, _gapped)
    several = [row for row in rows if len(row) > 1]
    tabular = [row for row in several if len(row) > 2 or any(_FIGURE.match(text) for text, _ in row)]
    figures = sum(1 for row in several for text, _ in row if _FIGURE.match(text))
    if len(several) < 3 or len(tabular) * 2 < len(several) or not figures:
        return Found([], end)
    return Found(rows, end)


def _gapped(text: str) -> list[str]:
    return _GAP.split(text.strip(" \u00a0\u3000\t"))


def _collect(lines: Sequence[TextLine], start: int, is_row: Callable[[str], bool]) -> tuple[list[int], int]:
    """Indices of the rows from ``start`` and the index after them.

    Short lines between rows are rows of one cell; blank lines between rows are nothing.
    """
    picked: list[int] = []
    singles: list[int] = []
    index = start
    while index < len(lines):
        text = lines[index].text
        if lines[index].blank and not is_row(text):
            ahead = next((at for at in range(index, min(index + _BRIDGE + 1, len(lines))) if not lines[at].blank), None)
            if singles or ahead is None or not is_row(lines[ahead].text):
                break
            index = ahead
        elif is_row(text):
            picked += [*singles, index]
            singles = []
            index += 1
        elif picked and len(singles) < _SINGLES and _is_single(text):
            singles.append(index)
            index += 1
        else:
            break
    return picked, picked[-1] + 1 if picked else start


def _is_single(text: str) -> bool:
    return len(text) <= _SINGLE and not SECTION.match(text) and not text.lstrip().startswith("#") and "。" not in text and not is_rule(text)


def _rows(lines: Sequence[TextLine], picked: Sequence[int], cells: Cells) -> list[list[TextCell]]:
    return [[(text, lines[index].number) for text in cells(lines[index].text)] for index in picked]


def unpadded(lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines of a sheet saved with delimiters up to its full width, those with a text in their first cell only as that text.

    Any other file as it is: most lines must end in at least two delimiters, of which each line has as many as the others.
    """
    printed = [line.text for line in lines if not line.blank]
    for mark in (",", "\t", ";"):
        padded = [text for text in printed if text.endswith(mark * 2)]
        if len(padded) < _PADDED or len(padded) * 2 < len(printed):
            continue
        alone = [_alone(line, mark) for line in lines]
        # A label whose cells are all empty stays a row between the rows of its table; headings there tell themselves.
        filled = [not line.blank for line in lines]
        rows = [mark in line.text and one is line for line, one in zip(lines, alone, strict=True)]
        before = [rows[at] for at in _nearest(filled)]
        after = [rows[-1 - at] for at in _nearest(filled[::-1])][::-1]
        return [
            line if above and below and not _HEADING.search(one.text) else one
            for line, one, above, below in zip(lines, alone, before, after, strict=True)
        ]
    return list(lines)


def _nearest(filled: Sequence[bool]) -> list[int]:
    """For each line the index of the filled one before it (the first line where there is none)."""
    found = []
    last = 0
    for index, is_filled in enumerate(filled):
        found.append(last)
        last = index if is_filled else last
    return found


def _alone(line: TextLine, mark: str) -> TextLine:
    text = line.text.rstrip()
    if not text.endswith(mark * 2) or text.startswith('"') != text.rstrip(mark).endswith('"'):
        return line
    bare = text.rstrip(mark)
    if bare.startswith('"'):
        cells = _parse(bare, mark)
        return TextLine(cells[0], line.number) if len(cells) == 1 else line
    return line if mark in bare else TextLine(bare, line.number)


def _find_delimited(lines: Sequence[TextLine], start: int, mark: str, fewest: int, least: int) -> Found | None:
    if mark not in lines[start].text and mark not in _quoted(lines, start, mark)[0]:
        return None
    rows: list[list[TextCell]] = []
    full = 0
    index = start
    singles: list[list[TextCell]] = []
    after = start
    while index < len(lines):
        text, used = _quoted(lines, index, mark)
        if text.count(mark) < fewest:
            if lines[index].blank:
                ahead = index + 1
                if singles or ahead >= len(lines) or lines[ahead].text.count(mark) < fewest:
                    break
                index = ahead
                continue
            if not rows or len(singles) >= _SINGLES or not _is_single(text):
                break
            singles.append([(text.strip(), lines[index].number)])
            index += 1
            continue
        if mark == "," and "。" in text and '"' not in text:
            break  # sentences with half-width commas
        cells = _parse(text, mark)
        if len(cells) > 1 and is_prose(max(cells, key=len)) and sum(1 for cell in cells if cell.strip()) == 1:
            break
        rows += [*singles, [(cell.strip(" \r"), lines[index].number) for cell in cells]]
        singles = []
        full += sum(1 for cell in cells if cell.strip()) > 1
        index += used
        after = index
    if full < least:
        return Found([], after)
    return Found(rows, after)


def _quoted(lines: Sequence[TextLine], index: int, mark: str) -> tuple[str, int]:
    """The line, joined with those after it while a quoted cell is open, and the number of lines used."""
    text = lines[index].text
    if not (text.startswith('"') or mark + '"' in text) or text.count('"') % 2 == 0:
        return text, 1
    joined = text
    for used in range(1, _QUOTED_LINES):
        if index + used >= len(lines):
            break
        joined = f"{joined}\n{lines[index + used].text}"
        if joined.count('"') % 2 == 0:
            return joined, used + 1
    return text, 1


def _parse(text: str, mark: str) -> list[str]:
    if '"' not in text:
        return text.split(mark)
    try:
        return next(csv.reader([text], delimiter=mark, strict=True)) if "\n" not in text else _parse_lines(text, mark)
    except (csv.Error, StopIteration):
        return text.split(mark)


def _parse_lines(text: str, mark: str) -> list[str]:
    return next(csv.reader(text.splitlines(keepends=True), delimiter=mark, strict=True))
