"""What is printed of each character position: fields, hidden text, tracked changes, symbols and pictures."""

from __future__ import annotations

import struct
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Final

from auditor.model.document import Residue
from auditor.model.source import Location
from auditor.read.doc import sprms as op
from auditor.read.doc.container import WordFile
from auditor.read.doc.properties import char_runs
from auditor.read.doc.sprms import sprms
from auditor.read.limits import PICTURE_HEIGHT, PICTURE_WIDTH
from auditor.read.raised import is_note_mark

HIDDEN: Final = 1
DELETED: Final = 2
INSERTED: Final = 4
CODE: Final = 8
STRUCK: Final = 16
RAISED: Final = 32
WHITE: Final = 64
SHADED: Final = 128
_WHITE_INDEX: Final = 8
_TINY: Final = 2
"""Half-points below which nobody reads a character."""
_RAISED_FROM: Final = 4
"""Half-points by which a character is raised that is a note."""

_BEGIN, _SEPARATE, _END = "\x13", "\x14", "\x15"
# Anchors of pictures, drawings, notes and comments are not printed; breaks and hyphens are.
_SHOWN: Final = {
    **dict.fromkeys(map(chr, range(0x20)), ""),
    "\t": "\t",
    "\n": "\n",
    "\x0b": "\n",
    "\x1e": "-",
}
_DRAWN: Final = ("\x01", "\x08")
_KINDS: Final = ((HIDDEN, "hidden"), (DELETED, "deletion"), (INSERTED, "insertion"))


@dataclass(slots=True)
class CharacterMarks:
    """Flags of each character position (:data:`HIDDEN` …), symbols by position, number of large pictures, field instructions."""

    flags: bytearray
    symbols: dict[int, str] = field(default_factory=dict)
    images: int = 0
    fields: list[str] = field(default_factory=list)


def marks_of(file: WordFile) -> CharacterMarks:
    """The marks of all characters of a file."""
    marks = CharacterMarks(bytearray(len(file.chars)))
    for start, end, group in char_runs(file):
        flag, symbol, picture = _meaning(group)
        if not (flag or symbol or picture is not None):
            continue
        for first, last in _positions(file, start, end):
            if flag:
                for place in range(first, last):
                    marks.flags[place] |= flag
            if symbol and last > first:
                marks.symbols.update(dict.fromkeys(range(first, last), symbol))
            if picture is not None and "\x01" in file.chars[first:last]:
                marks.images += _is_large(file.data, picture)
    _mark_fields(file, marks)
    return marks


def _meaning(group: bytes) -> tuple[int, str, int | None]:
    flag, symbol, picture = 0, "", None
    for code, operand in sprms(group):
        if code == op.HIDDEN:
            flag = flag | HIDDEN if operand[0] in (1, 0x81) else flag & ~HIDDEN
        elif code == op.DELETED:
            flag = flag | DELETED if operand[0] & 1 else flag & ~DELETED
        elif code == op.INSERTED:
            flag = flag | INSERTED if operand[0] & 1 else flag & ~INSERTED
        elif code in (op.STRIKE, op.DOUBLE_STRIKE):
            flag = flag | STRUCK if operand[0] in (1, 0x81) else flag & ~STRUCK
        elif code == op.SUPERSCRIPT:
            flag = flag | RAISED if operand[0] in (1, 2) else flag & ~RAISED
        elif code == op.RAISE:
            flag |= RAISED if abs(struct.unpack("<h", operand)[0]) >= _RAISED_FROM else 0
        elif code == op.COLOUR:
            flag = flag | WHITE if operand == b"\xff\xff\xff\x00" else flag & ~WHITE
        elif code == op.COLOUR_INDEX:
            flag = flag | WHITE if operand[0] == _WHITE_INDEX else flag & ~WHITE
        elif code == op.SIZE:
            flag |= HIDDEN if 0 < struct.unpack("<H", operand)[0] <= _TINY else 0
        elif code in op.SHADES:
            flag |= SHADED if is_shade(code, operand) else 0
        elif code == op.SYMBOL:
            symbol = chr(struct.unpack_from("<H", operand, 2)[0])
        elif code == op.PICTURE:
            picture = struct.unpack("<I", operand)[0]
    return flag, symbol, picture


def is_shade(code: int, operand: bytes) -> bool:
    """Whether a ground is one that white text could be seen on: any but none and plain white."""
    if code == _HIGHLIGHT:
        return operand[0] not in (0, _WHITE_INDEX)
    if code in _SHORT_SHADES:
        return any(pair not in (b"\0\0", b"\xff\xff") for pair in zip_pairs(operand if code in (0x4866, 0x442D) else operand[1:]))
    body = operand[1:]
    return any(body[at : at + 10] not in _NO_SHADES and len(body[at : at + 10]) == 10 for at in range(0, len(body), 10))


_HIGHLIGHT: Final = 0x2A0C
_SHORT_SHADES: Final = frozenset({0x4866, 0x442D, 0xD609})
_NONE, _PAPER = b"\0\0\0\xff", b"\xff\xff\xff\0"
_NO_SHADES: Final = frozenset(
    first + second + pattern for first in (_NONE, _PAPER) for second in (_NONE, _PAPER) for pattern in (b"\0\0", b"\xff\xff")
) | {bytes(10)}


def zip_pairs(data: bytes) -> list[bytes]:
    """The two-byte parts of an operand."""
    return [data[at : at + 2] for at in range(0, len(data) - 1, 2)]


def settle_white(marks: CharacterMarks, shaded: bool) -> None:
    """White text is hidden, unless a ground may lie behind it: its own, or one anywhere in the file's tables (``shaded``)."""
    if not shaded:
        for place, flag in enumerate(marks.flags):
            if flag & WHITE and not flag & SHADED:
                marks.flags[place] |= HIDDEN


def _positions(file: WordFile, start: int, end: int) -> list[tuple[int, int]]:
    """Character ranges that are stored between two offsets."""
    found = []
    for piece in file.pieces:
        stop = piece.offset + (piece.end - piece.start) * piece.size
        low, high = max(start, piece.offset), min(end, stop)
        if low < high:
            found.append((piece.start + (low - piece.offset) // piece.size, piece.start + (high - piece.offset) // piece.size))
    return found


def _is_large(data: bytes, place: int) -> bool:
    """Whether the picture at this place of the data stream could hold a table, [MS-DOC] 2.9.192."""
    if place + 0x24 > len(data):
        return False
    width, height, scale_x, scale_y = struct.unpack_from("<hhHH", data, place + 0x1C)
    return bool(width * scale_x / 20_000 >= PICTURE_WIDTH and height * scale_y / 20_000 >= PICTURE_HEIGHT)


def _mark_fields(file: WordFile, marks: CharacterMarks) -> None:
    """Instructions of fields are not printed, their results are; marks without partner mean nothing."""
    open_fields: list[list[int]] = []
    for start, end in file.parts.values():
        open_fields.clear()
        text = file.chars[start:end]
        for place, char in enumerate(text, start):
            if char == _BEGIN:
                open_fields.append([place])
            elif char == _SEPARATE and open_fields and len(open_fields[-1]) == 1:
                open_fields[-1].append(place)
            elif char == _END and open_fields:
                span = open_fields.pop()
                first, last = span[0], span[1] if len(span) > 1 else place
                marks.fields.append("".join(file.chars[first + 1 : last]))
                for at in range(first, last + 1):
                    marks.flags[at] |= CODE


def printed(file: WordFile, marks: CharacterMarks, start: int, end: int) -> str:
    """The text printed between two character positions, without what is struck out and without raised marks of notes."""
    out: list[str] = []
    raised: list[str] = []
    for place in range(start, end):
        flags = marks.flags[place]
        if flags & (HIDDEN | DELETED | CODE | STRUCK):
            continue
        char = marks.symbols.get(place) or file.chars[place]
        text = _SHOWN.get(char, char)
        if flags & RAISED:
            raised.append(text)
            continue
        if raised:
            _settle(out, raised)
        out.append(text)
    _settle(out, raised)
    return joined("".join(out))


def _settle(out: list[str], raised: list[str]) -> None:
    """Raised text is a note mark behind what it marks, and else part of the line."""
    text = "".join(raised)
    raised.clear()
    if text and not is_note_mark(text.strip(), "".join(out)):
        out.append(text)


def is_inked(file: WordFile, marks: CharacterMarks, start: int, end: int) -> bool:
    """Whether something is seen between two positions that has no text: a picture, a drawing, struck-out words."""
    for place in range(start, end):
        flags = marks.flags[place]
        if flags & (HIDDEN | DELETED):
            continue
        char = file.chars[place]
        if (not flags & CODE and char in _DRAWN) or (flags & STRUCK and char.isprintable() and not char.isspace()):
            return True
    return False


def joined(text: str) -> str:
    """The text with halves of surrogate pairs put together."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def residues(file: WordFile, marks: CharacterMarks, anchors: list[tuple[int, str]]) -> list[Residue]:
    """Hidden, deleted and inserted words of the body; ``anchors`` are (position of its end, anchor) of each paragraph."""
    found: list[Residue] = []
    start, end = file.parts["body"]
    ends = [place for place, _ in anchors]
    for flag, kind in _KINDS:
        place = start
        while place < end:
            if not marks.flags[place] & flag:
                place += 1
                continue
            first = place
            while place < end and marks.flags[place] & flag:
                place += 1
            words = "".join(_SHOWN.get(char, char) for char in file.chars[first:place]).strip()
            if words:
                index = bisect_left(ends, first)
                where = Location(anchor=anchors[index][1]) if index < len(anchors) else None
                found.append(Residue(kind=kind, text=joined(words), location=where))  # type: ignore[arg-type]
    return found
