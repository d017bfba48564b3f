"""Characters as engines report them → characters as printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from auditor.read.pdf.marks import UNREADABLE

# Glyphs that leave no ink. Everything up to U+0020 is dropped by the engines before they ask.
BLANKS: Final = frozenset(
    [*range(0x7F, 0xA1), 0x1680, *range(0x2000, 0x2010), *range(0x2028, 0x2030), 0x205F, *range(0x2060, 0x2070), 0x3000, 0xFEFF]
)
# A hyphen at a line's end is reported as U+0002 or U+FFFE by pdfium and often mapped to U+00AD by Word: all are printed hyphens.
HYPHENS: Final = frozenset([0x02, 0xAD, 0xFFFE])


def printed(code: int) -> str:
    """The printed character of a code point, ``""`` where nothing is printed, U+FFFD where the file does not tell.

    Codes in private areas count as unreadable: they are font-internal numbers, not characters.
    """
    if code in HYPHENS:
        return "-"
    if code == 0 or code == 0xFFFD or code == 0xFFFF:
        return UNREADABLE
    if code <= 32 or code in BLANKS:
        return ""
    if 0xE000 <= code <= 0xF8FF or code >= 0xF0000:
        return UNREADABLE
    return chr(code)


def is_wide(char: str) -> bool:
    """Whether the character is set full width in Chinese text, so that no word space belongs beside it."""
    return char >= "\u2e80" or char in "“”‘’…—·①②③④⑤⑥⑦⑧⑨⑩"


CLINGING: Final = frozenset("“”‘’（）《》〈〉【】、，。；：？！·…—")
"""Characters beside which no line is broken."""


def unbreakable(text: Sequence[str]) -> int:
    """How many characters at the start of a text stay together on a line: a Latin word, a number, characters with their punctuation."""
    count = next((index for index, char in enumerate(text) if is_wide(char) and char not in CLINGING), len(text)) or 1
    while count < len(text) and (text[count] in CLINGING or text[count - 1] in CLINGING):
        count += 1
    return count
