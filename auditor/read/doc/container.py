"""The OLE container of a Word 97 file, its file information block and its text in characters."""

from __future__ import annotations

import io
import struct
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

import olefile

from auditor.errors import LimitError, ReadError
from auditor.read.limits import DOC_CHARS, MARKUP_BYTES

_WORD97: Final = 0xA5EC
_OLDER: Final = frozenset({0xA5DC, 0xA5DB, 0xA59B, 0xA59C})
_FIRST_97: Final = 0x00C0

# Byte offsets of (fc, lcb) pairs and counts in the file information block, [MS-DOC] 2.5.
STYLES: Final = 0xA2
CHAR_BINS: Final = 0xFA
PARAGRAPH_BINS: Final = 0x102
PIECES: Final = 0x1A2
LISTS: Final = 0x2E2
LIST_OVERRIDES: Final = 0x2EA
_COUNTS: Final = 0x4C

PARTS: Final = ("body", "footnotes", "headers", "macros", "comments", "endnotes", "boxes", "header_boxes")


@dataclass(frozen=True, slots=True)
class CharacterRun:
    """A run of characters stored together: positions [start, end) in the text, offset and bytes a character in the stream."""

    start: int
    end: int
    offset: int
    size: int
    extra: bytes


class WordFile:
    """Streams, text and offsets of one file.

    ``chars`` holds one string a character position (halves of surrogate pairs apart). Raises :class:`ReadError` ``READ-ENCRYPTED``,
    ``READ-UNSUPPORTED`` (Word 6 and 95), ``READ-DAMAGED``; ``struct.error`` and the like for what is cut off.
    """

    def __init__(self, data: bytes) -> None:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            self.main = _stream(container, "WordDocument")
            ident, version = struct.unpack_from("<HH", self.main, 0)
            flags = struct.unpack_from("<H", self.main, 10)[0]
            if ident in _OLDER or (ident == _WORD97 and version < _FIRST_97):
                raise ReadError("READ-UNSUPPORTED", found="word6", save_as="docx")
            if ident != _WORD97:
                raise ReadError("READ-DAMAGED", what="doc", reason="no Word document inside")
            if flags & 0x8100:
                raise ReadError("READ-ENCRYPTED", what="doc")
            self.table = _stream(container, "1Table" if flags & 0x200 else "0Table")
            self.data = _stream(container, "Data") if container.exists("Data") else b""
            self.author = _author(container)
        self._prms: list[bytes] = []
        self.pieces = self._read_pieces()
        self._starts = [piece.start for piece in self.pieces]
        self.chars = self._read_chars()
        self.parts = self._read_parts()

    def block(self, offset: int) -> bytes:
        """The bytes of the table stream that the pair at ``offset`` of the information block points to."""
        start, size = struct.unpack_from("<II", self.main, offset)
        return self.table[start : start + size]

    def offset_of(self, position: int) -> int:
        """Offset in the main stream of a character position."""
        piece = self.pieces[max(0, bisect_right(self._starts, position) - 1)]
        return piece.offset + (position - piece.start) * piece.size

    def extra_at(self, position: int) -> bytes:
        """Modifiers that a fast save laid over the piece of this position."""
        return self.pieces[max(0, bisect_right(self._starts, position) - 1)].extra

    def _read_pieces(self) -> list[CharacterRun]:
        clx = self.block(PIECES)
        place = 0
        while place < len(clx) and clx[place] == 1:
            size = struct.unpack_from("<H", clx, place + 1)[0]
            self._prms.append(clx[place + 3 : place + 3 + size])
            place += 3 + size
        if place >= len(clx) or clx[place] != 2:
            raise ReadError("READ-DAMAGED", what="doc", reason="no piece table")
        size = struct.unpack_from("<I", clx, place + 1)[0]
        table = clx[place + 5 : place + 5 + size]
        count = (len(table) - 4) // 12
        if count < 1:
            raise ReadError("READ-DAMAGED", what="doc", reason="empty piece table")
        positions = struct.unpack_from(f"<{count + 1}I", table, 0)
        pieces = []
        for index in range(count):
            where, prm = struct.unpack_from("<IH", table, 4 * (count + 1) + 8 * index + 2)
            start, end = positions[index], positions[index + 1]
            if not start <= end:
                raise ReadError("READ-DAMAGED", what="doc", reason="piece table out of order")
            packed = bool(where & 0x40000000)
            where &= 0x3FFFFFFF
            extra = self._prms[prm >> 1] if prm & 1 and prm >> 1 < len(self._prms) else b""
            pieces.append(CharacterRun(start, end, where // 2 if packed else where, 1 if packed else 2, extra))
        if pieces[-1].end > DOC_CHARS:
            raise LimitError("READ-LIMIT", limit="characters", allowed=str(DOC_CHARS), found=str(pieces[-1].end))
        return pieces

    def _read_chars(self) -> list[str]:
        chars: list[str] = []
        for piece in self.pieces:
            count = piece.end - piece.start
            raw = self.main[piece.offset : piece.offset + count * piece.size]
            if len(raw) < count * piece.size:
                raise ReadError("READ-DAMAGED", what="doc", reason="text cut off")
            if piece.size == 1:
                chars += raw.decode("cp1252", "replace")
            else:
                chars += map(chr, struct.unpack(f"<{count}H", raw))
        return chars

    def _read_parts(self) -> dict[str, tuple[int, int]]:
        """Character ranges of the parts of the text, in stored order."""
        counts = struct.unpack_from(f"<{len(PARTS)}I", self.main, _COUNTS)
        parts: dict[str, tuple[int, int]] = {}
        start = 0
        for name, count in zip(PARTS, counts, strict=True):
            end = start + count
            if end > len(self.chars):
                if name == "body":
                    raise ReadError("READ-DAMAGED", what="doc", reason="text cut off")
                end = len(self.chars)
            parts[name] = (start, end)
            start = end
        return parts


def _stream(container: olefile.OleFileIO, name: str) -> bytes:
    if not container.exists(name):
        raise ReadError("READ-DAMAGED", what="doc", reason=f"no stream {name}")
    with container.openstream(name) as stream:
        data: bytes = stream.read(MARKUP_BYTES * 4 + 1)
    if len(data) > MARKUP_BYTES * 4:
        raise LimitError("READ-LIMIT", limit="stream", allowed=str(MARKUP_BYTES * 4))
    return data


def _author(container: olefile.OleFileIO) -> str:
    try:
        properties = container.get_metadata()
        raw = properties.author or b""
        page = (properties.codepage or 936) & 0xFFFF
    except Exception:  # properties are an ornament: whatever is wrong with them does not stop the reading
        return ""
    if isinstance(raw, str):
        return raw.strip("\0 ")
    name = {65001: "utf-8", 1200: "utf-16-le"}.get(page, f"cp{page}" if page != 936 else "gb18030")
    try:
        return str(bytes(raw).decode(name)).strip("\0 ")
    except (LookupError, UnicodeDecodeError):
        return ""
