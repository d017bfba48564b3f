"""Text of a report made safe and even for a terminal."""

from __future__ import annotations

import unicodedata
from typing import Any, Final, TypeVar

from auditor.text.patterns import re_pattern

Shown = TypeVar("Shown")

# Characters that change how others are shown: bidirectional marks and overrides.
_DIRECTION: Final = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NOT_SEEN: Final = re_pattern("[\x7f-\x9f\u2028\u2029" + "".join(sorted(_DIRECTION)) + "]")
_SHOWN: Final = re_pattern("\r\n?|[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|" + _NOT_SEEN.pattern)
_NO_LINE_START: Final = frozenset("，。、；：！？）》」』”’】〉…—,.;:!?)]}%％‰")
_NO_LINE_END: Final = frozenset("（《「『“‘【〈([{")


def printable(text: str) -> str:
    """The text with control characters shown as ``\\x1b`` and the like; line breaks become spaces."""
    return "".join(_show(char) for char in text)


def json_text(document: str) -> str:
    """A JSON document with control and direction characters written as ``\\u202e`` and the like: the same values, safe on a terminal."""
    return _NOT_SEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", document)


def xml_text(text: str) -> str:
    """The text for a document made of XML: control and direction characters, and what XML cannot hold, shown as ``\\x1b``."""
    return _SHOWN.sub(lambda match: "\n" if match[0] == "\r\n" else _show(match[0]), text)


def visible(record: Shown) -> Shown:
    """A record with every text in it as :func:`xml_text` gives it, in lists and records inside it too; names and keys stay as they are."""
    import msgspec  # not for --help

    made: Any = record
    if isinstance(record, str):
        made = xml_text(record)
    elif isinstance(record, msgspec.Struct):
        changes = {field: visible(getattr(record, field)) for field in record.__struct_fields__}
        made = msgspec.structs.replace(record, **changes)
    elif isinstance(record, (tuple, list)):
        made = type(record)(visible(entry) for entry in record)
    elif isinstance(record, dict):
        made = {key: visible(entry) for key, entry in record.items()}
    return made  # type: ignore[no-any-return]


def cell_width(text: str) -> int:
    """Columns on a terminal; Chinese characters take two."""
    return sum(_width(char) for char in text)


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` columns. Breaks between Chinese characters, at spaces elsewhere; never before closing marks."""
    lines: list[str] = []
    line, used = "", 0
    for piece in _pieces(text):
        size = cell_width(piece)
        if used + size > width and line.strip():
            lines.append(line.rstrip())
            line, used = "", 0
            piece = piece.lstrip()
            size = cell_width(piece)
        while size > width:
            head = _head(piece, width)
            lines.append(head)
            piece = piece[len(head) :]
            size = cell_width(piece)
        line += piece
        used += size
    if line.strip() or not lines:
        lines.append(line.rstrip())
    return lines


def _pieces(text: str) -> list[str]:
    """Runs that must stay together: words, numbers, a character with the marks that cling to it."""
    pieces: list[str] = []
    for char in text:
        clings = bool(pieces) and (
            char in _NO_LINE_START
            or pieces[-1][-1] in _NO_LINE_END
            or (_width(char) == 1 and char != " " and _width(pieces[-1][-1]) == 1 and pieces[-1][-1] != " ")
        )
        if clings:
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


def _head(text: str, width: int) -> str:
    used = 0
    for index, char in enumerate(text):
        used += _width(char)
        if used > width:
            return text[: max(1, index)]
    return text


def _width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _show(char: str) -> str:
    if char in "\n\r\t":
        return " "
    category = unicodedata.category(char)
    if category == "Cc":
        return f"\\x{ord(char):02x}"
    if char in _DIRECTION or category in ("Cs", "Co", "Zl", "Zp") or _is_no_character(char):
        return f"\\u{ord(char):04x}"
    return char


def _is_no_character(char: str) -> bool:
    """Code points that no text holds and that XML refuses: U+FFFE, U+FFFF and their like, U+FDD0 to U+FDEF."""
    return ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF
