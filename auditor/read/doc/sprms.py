"""Property modifiers (sprm) of Word 97: [MS-DOC] 2.6. An opcode, then an operand whose size the opcode tells."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

_SIZES: Final = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}

IN_TABLE: Final = 0x2416
ROW_END: Final = 0x2417
INNER_CELL: Final = 0x244B
INNER_ROW_END: Final = 0x244C
DEPTH: Final = 0x6649
DEPTH_CHANGE: Final = 0x664A
STYLE: Final = 0x4600
LIST: Final = 0x460B
LIST_LEVEL: Final = 0x260A
OUTLINE: Final = 0x2640
HUGE: Final = frozenset({0x6645, 0x6646})

TABLE: Final = 0xD608
CELL_MERGE: Final = 0x5624
CELL_SPLIT: Final = 0x5625
CELL_DELETE: Final = 0x5622
CELL_INSERT: Final = 0x7621
CELL_WIDTH: Final = 0x7623
CELL_VERTICAL: Final = 0xD62B

HIDDEN: Final = 0x083C
DELETED: Final = 0x0800
INSERTED: Final = 0x0801
SYMBOL: Final = 0x6A09
PICTURE: Final = 0x6A03
STRIKE: Final = 0x0837
DOUBLE_STRIKE: Final = 0x2A53
SUPERSCRIPT: Final = 0x2A48
RAISE: Final = 0x4845
SIZE: Final = 0x4A43
COLOUR: Final = 0x6870
COLOUR_INDEX: Final = 0x2A42
SHADES: Final = frozenset({0x2A0C, 0x4866, 0xCA71, 0x442D, 0xC64D, 0xD609, 0xD60C, 0xD612, 0xD616, 0xD660, 0xD670, 0xD671, 0xD672})
"""Grounds of characters, paragraphs, and cells, and highlighting."""

_CHANGE_TABS: Final = 0xC615


def sprms(group: bytes) -> Iterator[tuple[int, bytes]]:
    """(opcode, operand) of each modifier; a group cut off ends before its broken modifier.

    The operand of :data:`TABLE` begins with its two size bytes, other variable operands with their one.
    """
    place, size = 0, len(group)
    while place + 2 < size:
        code = group[place] | group[place + 1] << 8
        place += 2
        kind = code >> 13
        if kind != 6:
            length = _SIZES[kind]
        elif code == TABLE:
            if place + 2 > size:
                return
            length = struct.unpack_from("<H", group, place)[0] + 1
        elif code == _CHANGE_TABS and group[place] == 255:
            deleted = group[place + 1] if place + 1 < size else 0
            at = place + 2 + 4 * deleted
            length = 3 + 4 * deleted + 3 * (group[at] if at < size else 0)
        else:
            length = group[place] + 1
        if place + length > size:
            return
        yield code, group[place : place + length]
        place += length
