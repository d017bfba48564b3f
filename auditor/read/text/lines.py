"""Lines of a text file with their numbers, their width on screen, and prose that an editor wrapped at a fixed width."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from auditor.text.chars import is_blank
from auditor.text.patterns import re_pattern

_BREAK: Final = re_pattern(r"\r*\n|\r")
# Page and line breaks of word processors inside one line of the file.
_SOFT_BREAK: Final = re_pattern("[\f\v\x1c\x1d\x1e\x85\u2028\u2029]")
_RULE: Final = re_pattern(r"\s*([-=_*~─━—]\s*){3,}$")

ORDINAL: Final = re_pattern(
    r"\s*(?:第?[一二三四五六七八九十]{1,3}[、.．,，章节部]|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[、.．)）](?!\d))"
)
"""A line that begins with an ordinal starts a paragraph of its own."""
SECTION: Final = re_pattern(
    r"\s*(?:[一二三四五六七八九十]{1,3}\s*[、.．]|第[一二三四五六七八九十]{1,3}部分|[^|\d\s]{10,30}(?:情况|事项)\s*$"
    r"|(?:\d{1,2}\s*[、.．]|[（(][一二三四五六七八九十]{1,3}[）)])\s*[^|]{4,}(?:情况|措施|事项)\s*$)"
)
"""A line that reads as a main heading; figures and brackets only with the words such headings end in, as labels of rows have them too."""

_FULL_LINES: Final = 5
_SLACK: Final = 3
_NARROWEST, _WIDEST = 30, 160


class TextLine(Struct, frozen=True):
    """One line: ``number`` counts from 1 as an editor shows it."""

    text: str
    number: int

    @property
    def blank(self) -> bool:
        """Nothing is printed on it, tabs included."""
        return is_blank(self.text)


def lines_of(text: str) -> list[TextLine]:
    """The lines of a text; a soft break inside a line gives two lines of the same number."""
    found = []
    for number, line in enumerate(_BREAK.split(text.replace("\0", "").removesuffix("\x1a")), start=1):
        found += [TextLine(part, number) for part in _SOFT_BREAK.split(line)]
    return found


def is_rule(text: str) -> bool:
    """Whether the line is drawn rather than written: ``-----``, ``======``, ``* * *``."""
    return _RULE.match(text) is not None


def width(text: str) -> int:
    """Columns on screen: 2 for each wide character."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def wrapped_at(lines: Iterable[TextLine]) -> int | None:
    """The width at which all prose was wrapped, or ``None``.

    Only when at least five lines reach it within three columns, none passes it, and they are most of the longer lines.
    """
    widths = Counter(width(line.text.rstrip()) for line in lines if not line.blank)
    if not widths:
        return None
    longest = max(widths)
    full = sum(count for size, count in widths.items() if size >= longest - _SLACK)
    longer = sum(count for size, count in widths.items() if size >= longest // 2)
    return longest if _NARROWEST <= longest <= _WIDEST and full >= _FULL_LINES and full * 2 > longer else None


def paragraphs(lines: Sequence[TextLine], wrap: int | None) -> Iterator[TextLine]:
    """Prose lines, one paragraph each; lines filled up to the width ``wrap`` continue in the next. Blank lines are left out."""
    held: TextLine | None = None
    filled = False
    for line in lines:
        if line.blank:
            if held:
                yield held
            held, filled = None, False
            continue
        text = line.text.strip()
        if held and filled and not line.text[0].isspace() and not ORDINAL.match(text) and not text.startswith("#"):
            held = TextLine(_glue(held.text, text), held.number)
        else:
            if held:
                yield held
            held = TextLine(text, line.number)
        filled = wrap is not None and width(line.text.rstrip()) >= wrap - _SLACK and not (text.endswith(("。", "：", ":")))
    if held:
        yield held


def _glue(text: str, more: str) -> str:
    words = text[-1:].isascii() and text[-1:].isalpha() and more[:1].isascii() and more[:1].isalpha()
    return f"{text} {more}" if words else text + more
