"""Automatic list numbers of Word 97: list tables and their counters, [MS-DOC] 2.9.147 and following."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Final

from auditor.read.doc.container import LIST_OVERRIDES, LISTS, WordFile
from auditor.read.docx.numbering import number_text

_LEVELS: Final = 9
_MOST: Final = 0x7FE

# [MS-OSHARED] 2.2.1.3: number format codes under their names in ECMA-376.
_FORMATS: Final = {
    0: "decimal", 1: "upperRoman", 2: "lowerRoman", 3: "upperLetter", 4: "lowerLetter", 5: "ordinal", 10: "ideographDigital",
    11: "japaneseCounting", 14: "decimalFullWidth", 15: "decimalHalfWidth", 18: "decimalEnclosedCircle", 19: "decimalFullWidth2",
    22: "decimalZero", 26: "decimalEnclosedFullstop", 27: "decimalEnclosedParen", 28: "decimalEnclosedCircleChinese",
    29: "ideographEnclosedCircle", 30: "ideographTraditional", 31: "ideographZodiac", 33: "taiwaneseCounting",
    34: "ideographLegalTraditional", 35: "taiwaneseCountingThousand", 36: "taiwaneseDigital", 37: "chineseCounting",
    38: "chineseLegalSimplified", 39: "chineseCountingThousand",
}  # fmt: skip
_BULLET: Final = 23
_NO_NUMBER: Final = 255


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    format: int
    text: str
    follow: int
    legal: bool
    restarts: bool


@dataclass(slots=True)
class _Override:
    """A use of a list: which list, and where it restarts or differs."""

    key: int
    starts: dict[int, int] = field(default_factory=dict)
    levels: dict[int, _Level] = field(default_factory=dict)


class Lists:
    """The lists of a file and their counters; :meth:`label` must be called in document order. Broken tables give no numbers."""

    def __init__(self, file: WordFile) -> None:
        self._lists: dict[int, list[_Level]] = {}
        self._overrides: list[_Override] = []
        self._counts: dict[int, dict[int, int]] = {}
        self._begun: set[tuple[int, int]] = set()
        try:
            self._read_lists(file)
            self._read_overrides(file.block(LIST_OVERRIDES))
        except (struct.error, IndexError, UnicodeDecodeError):
            self._overrides = []

    def label(self, index: int, depth: int) -> str:
        """Counts one paragraph of override ``index`` (from 1) at ``depth`` (from 0) and gives its number; empty for none or a bullet."""
        if not 1 <= index <= min(len(self._overrides), _MOST):
            return ""
        use = self._overrides[index - 1]
        levels = {**dict(enumerate(self._lists.get(use.key, ()))), **use.levels}
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self._counts.setdefault(use.key, {})
        if depth in use.starts and (index, depth) not in self._begun:
            counts[depth] = use.starts[depth]
        else:
            counts[depth] = counts.get(depth, level.start - 1) + 1
        self._begun.add((index, depth))
        for deeper in [other for other in counts if other > depth and (other not in levels or levels[other].restarts)]:
            del counts[deeper]
        if level.format in (_BULLET, _NO_NUMBER):
            return "" if level.format == _BULLET else "".join(char for char in level.text if ord(char) >= _LEVELS)
        shown = []
        for char in level.text:
            place = ord(char)
            if place >= _LEVELS:
                shown.append(char)
                continue
            part = levels.get(place, level)
            name = "decimal" if level.legal else _FORMATS.get(part.format, "decimal")
            shown.append(number_text(counts.get(place, part.start), name))
        text = "".join(shown)
        return text + (" " if level.follow != 2 and text[-1:].isalnum() else "")

    def _read_lists(self, file: WordFile) -> None:
        start, size = struct.unpack_from("<II", file.main, LISTS)
        if size < 2:
            return
        count = struct.unpack_from("<H", file.table, start)[0]
        place = start + 2 + 28 * count
        for index in range(count):
            head = start + 2 + 28 * index
            key = struct.unpack_from("<i", file.table, head)[0]
            levels = []
            for _ in range(1 if file.table[head + 26] & 1 else _LEVELS):
                level, place = _read_level(file.table, place)
                levels.append(level)
            self._lists[key] = levels

    def _read_overrides(self, block: bytes) -> None:
        if len(block) < 4:
            return
        count = min(struct.unpack_from("<I", block, 0)[0], (len(block) - 4) // 16)
        place = 4 + 16 * count
        for index in range(count):
            head = 4 + 16 * index
            use = _Override(struct.unpack_from("<i", block, head)[0])
            self._overrides.append(use)
        for index, use in enumerate(self._overrides):
            changes = block[4 + 16 * index + 12]
            place += 4
            for _ in range(changes):
                start, flags = struct.unpack_from("<iI", block, place)
                place += 8
                depth = flags & 0xF
                if flags & 0x20:
                    use.levels[depth], place = _read_level(block, place)
                    start = use.levels[depth].start
                if flags & 0x10:
                    use.starts[depth] = start


def _read_level(block: bytes, place: int) -> tuple[_Level, int]:
    """A level and the offset after it."""
    start, format, flags = struct.unpack_from("<iBB", block, place)
    follow = block[place + 15]
    chars, paragraph = block[place + 24], block[place + 25]
    place += 28 + chars + paragraph
    size = struct.unpack_from("<H", block, place)[0]
    text = block[place + 2 : place + 2 + 2 * size].decode("utf-16-le")
    return _Level(start, format, text, follow, bool(flags & 0x04), not flags & 0x08), place + 2 + 2 * size
