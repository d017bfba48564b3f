"""Properties of paragraphs and characters by their place in the file: bin tables and formatted disk pages, and styles."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from auditor.read.doc.container import CHAR_BINS, PARAGRAPH_BINS, STYLES, WordFile
from auditor.read.doc.sprms import HUGE, LIST, LIST_LEVEL, OUTLINE, sprms

_PAGE: Final = 512
_STYLES_DEEP: Final = 16


class _Bins:
    """Which page of the main stream holds the properties of an offset."""

    def __init__(self, block: bytes) -> None:
        count = max(0, (len(block) - 4) // 8)
        self.starts = struct.unpack_from(f"<{count + 1}I", block, 0) if count else ()
        self.pages = struct.unpack_from(f"<{count}I", block, 4 * (count + 1)) if count else ()


class ParagraphProperties:
    """Style index and modifiers of the paragraph whose end mark stands at an offset."""

    def __init__(self, file: WordFile) -> None:
        self._file = file
        self._bins = _Bins(file.block(PARAGRAPH_BINS))
        self._pages: dict[int, tuple[tuple[int, ...], bytes]] = {}

    def at(self, position: int) -> tuple[int, list[tuple[int, bytes]]]:
        """Style index (0 = default) and (opcode, operand) list for the paragraph that ends at this character position."""
        group = self._group(self._file.offset_of(position))
        style = struct.unpack_from("<H", group, 0)[0] if len(group) >= 2 else 0
        found = [*sprms(group[2:]), *sprms(self._file.extra_at(position))]
        for code, operand in tuple(found):
            if code in HUGE and len(operand) == 4:
                found += self._huge(struct.unpack("<I", operand)[0])
        return style, found

    def _huge(self, place: int) -> list[tuple[int, bytes]]:
        """Modifiers too large for a page, kept in the data stream."""
        if place + 2 > len(self._file.data):
            return []
        size = struct.unpack_from("<H", self._file.data, place)[0]
        return list(sprms(self._file.data[place + 2 : place + 2 + size]))

    def _group(self, offset: int) -> bytes:
        bins = self._bins
        index = bisect_right(bins.starts, offset) - 1
        if not 0 <= index < len(bins.pages):
            return b""
        number = bins.pages[index] & 0x3FFFFF
        if number not in self._pages:
            self._pages[number] = _page(self._file.main, number)
        starts, page = self._pages[number]
        place = bisect_right(starts, offset) - 1
        if not 0 <= place < len(starts) - 1:
            return b""
        at = page[4 * len(starts) + 13 * place] * 2
        if at == 0:
            return b""
        size = page[at]
        if size == 0:
            return page[at + 2 : at + 2 + page[at + 1] * 2]
        return page[at + 1 : at + size * 2]


def char_runs(file: WordFile) -> Iterator[tuple[int, int, bytes]]:
    """(start, end, modifiers) of the character runs that have any, by offset in the main stream."""
    bins = _Bins(file.block(CHAR_BINS))
    for number in dict.fromkeys(bins.pages):
        starts, page = _page(file.main, number & 0x3FFFFF)
        for index in range(len(starts) - 1):
            at = page[4 * len(starts) + index] * 2
            if at and at < _PAGE - 1 and page[at]:
                yield starts[index], starts[index + 1], page[at + 1 : at + 1 + page[at]]


def _page(main: bytes, number: int) -> tuple[tuple[int, ...], bytes]:
    """Offsets of the runs of a formatted page, and its bytes."""
    page = main[number * _PAGE : (number + 1) * _PAGE]
    if len(page) < _PAGE:
        return (), page
    count = min(page[_PAGE - 1], 101)
    return struct.unpack_from(f"<{count + 1}I", page, 0), page


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """What a style says of its paragraphs. ``level`` 1 to 9 for headings, 0 else; ``numbered`` as (override index, depth)."""

    number: int = 4095
    level: int = 0
    numbered: tuple[int, int] | None = None

    @property
    def is_contents(self) -> bool:
        """A line of the table of contents."""
        return 19 <= self.number <= 27

    @property
    def is_title(self) -> bool:
        """The document's title."""
        return self.number == 62


@dataclass(slots=True)
class StyleSheet:
    """The style sheet; unknown indices are the plain style."""

    _entries: dict[int, tuple[int, int, bytes]] = field(default_factory=dict)
    _known: dict[int, ParagraphStyle] = field(default_factory=dict)

    @classmethod
    def of(cls, file: WordFile) -> StyleSheet:
        """The styles of a file; a broken style sheet gives none."""
        try:
            return cls(_read_styles(file.block(STYLES)))
        except (struct.error, IndexError):
            return cls()

    def get(self, index: int) -> ParagraphStyle:
        """The style with this index, what it inherits included."""
        if index not in self._known:
            self._known[index] = self._resolve(index)
        return self._known[index]

    def _resolve(self, index: int) -> ParagraphStyle:
        number = self._entries.get(index, (4095, 4095, b""))[0]
        level, listed, depth = 0, None, None
        seen_level = False
        at = index
        for _ in range(_STYLES_DEEP):
            if at not in self._entries:
                break
            own, base, group = self._entries[at]
            for code, operand in sprms(group):
                if code == OUTLINE and not seen_level:
                    level, seen_level = (operand[0] + 1 if operand[0] < 9 else 0), True
                elif code == LIST and listed is None:
                    listed = struct.unpack("<h", operand)[0]
                elif code == LIST_LEVEL and depth is None:
                    depth = operand[0]
            if not seen_level and 1 <= own <= 9:
                level, seen_level = own, True
            at = base
        return ParagraphStyle(number, level, (listed, depth or 0) if listed else None)


def _read_styles(block: bytes) -> dict[int, tuple[int, int, bytes]]:
    """Index → (built-in number, base style, paragraph modifiers), [MS-DOC] 2.9.271 and following."""
    if len(block) < 6:
        return {}
    head, count, base_size = struct.unpack_from("<HHH", block, 0)
    place = 2 + head
    found: dict[int, tuple[int, int, bytes]] = {}
    for index in range(count):
        size = struct.unpack_from("<H", block, place)[0]
        entry = block[place + 2 : place + 2 + size]
        place += 2 + size
        if len(entry) < base_size + 2:
            continue
        number, kind, parts = struct.unpack_from("<HHH", entry, 0)
        if kind & 0xF != 1:
            continue
        name = struct.unpack_from("<H", entry, base_size)[0]
        at = base_size + 2 + name * 2 + 2
        at += at % 2
        group = b""
        if parts & 0xF and at + 2 <= len(entry):
            group = entry[at + 4 : at + 2 + struct.unpack_from("<H", entry, at)[0]]
        found[index] = (number & 0xFFF, kind >> 4, group)
    return found
