"""One substitute for every font that a PDF names but does not carry.

pdfium looks such fonts up on the machine. Where it finds none with Chinese characters it gives them no extent and drops every
text object of a single character, so that a table loses its one-digit cells without a word; where it finds one, boxes depend on it.
Here each missing font is replaced by a font of our own with one small mark for all characters: nothing is dropped, and what
pdfium reports comes from the widths in the file alone, the same on every machine. Nothing here is ever shown to anybody.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

import pypdfium2.raw as c

_EM: Final = 1000
_MARK: Final = (100, 0, 200, 700)
"""Left, bottom, right, top of the mark in thousandths of an em: inside any advance, so that it never widens a character's box."""
_ASCENT, _DESCENT = 880, -120

_ADVANCES: Final = ((b"Helvetica", 556), (b"Arial", 556), (b"Times", 500), (b"Courier", 600))
"""Advance of a digit in the fonts that need no widths in the file; all others are full width unless the file says so."""


def sfnt(advance: int) -> bytes:
    """A TrueType font in which every code point is the same mark, ``advance`` thousandths of an em wide."""
    left, bottom, right, top = _MARK
    box = struct.pack(">4h", left, bottom, right, top)
    outline = struct.pack(">h", 1) + box + struct.pack(">HH4B", 3, 0, 1, 1, 1, 1)
    outline += struct.pack(">8h", left, right - left, 0, left - right, bottom, 0, top - bottom, 0)
    glyph = outline + bytes(-len(outline) % 4)
    every_code = struct.pack(">HHIIIIII", 13, 0, 28, 0, 1, 1, 0x10FFFF, 1)
    tables = {
        b"cmap": struct.pack(">HHHHI", 0, 1, 3, 10, 12) + every_code,
        b"glyf": 2 * glyph,
        b"head": struct.pack(">IIIIHHqq", 0x10000, 0x10000, 0, 0x5F0F3CF5, 0, _EM, 0, 0) + box + struct.pack(">HHhhh", 0, 8, 2, 1, 0),
        b"hhea": struct.pack(">IhhhH11hH", 0x10000, _ASCENT, _DESCENT, 0, advance, left, 0, right, 1, *[0] * 7, 2),
        b"hmtx": struct.pack(">HhHh", advance, left, advance, left),
        b"loca": struct.pack(">3I", 0, len(glyph), 2 * len(glyph)),
        b"maxp": struct.pack(">IHHH11H", 0x10000, 2, 4, 1, 0, 0, 1, *[0] * 8),
        b"name": struct.pack(">HHH", 0, 0, 6),
        b"post": struct.pack(">IIhhIIIII", 0x30000, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    head = struct.pack(">IHHHH", 0x10000, len(tables), 128, 3, 16 * len(tables) - 128)
    entries, body = b"", b""
    start = len(head) + 16 * len(tables)
    for tag, data in sorted(tables.items()):
        padded = data + bytes(-len(data) % 4)
        checksum = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        entries += tag + struct.pack(">III", checksum, start + len(body), len(data))
        body += padded
    return head + entries + body


@contextmanager
def installed() -> Iterator[None]:
    """The substitute in the place of the machine's fonts for the PDFs opened and closed inside; pages rendered later have the fonts
    of the machine again.
    """
    c.FPDF_SetSystemFontInfo(_info())
    try:
        yield
    finally:
        own = c.FPDF_GetDefaultSystemFontInfo()
        if own:
            c.FPDF_SetSystemFontInfo(own)


@cache
def _info() -> Any:
    """What pdfium asks for fonts; it keeps a pointer, so this lives as long as the process."""
    info = c.FPDF_SYSFONTINFO()
    info.version = 1
    kinds = dict(c.FPDF_SYSFONTINFO._fields_)
    for name, function in _CALLBACKS.items():
        setattr(info, name, kinds[name](function))  # the structure keeps the callback alive
    return info


@cache
def _font_of(advance: int) -> bytes:
    return sfnt(advance)


def _map(_self: Any, _weight: int, _italic: int, _charset: int, _pitch: int, face: Any, _exact: Any) -> int:
    """The handle of the substitute for a font of this name: its advance."""
    name = ctypes.string_at(face) if face else b""
    return next((advance for start, advance in _ADVANCES if name.startswith(start)), _EM)


def _get(_self: Any, _face: Any) -> int:
    return _EM


def _data(_self: Any, handle: int, table: int, buffer: Any, size: int) -> int:
    """The whole font (``table`` 0) into a buffer that is large enough; its size in any case, 0 for a table of a collection."""
    if table:
        return 0
    return _copy(_font_of(handle), buffer, size)


def _name(_self: Any, handle: int, buffer: Any, size: int) -> int:
    """A name for each advance: pdfium keeps fonts by name."""
    return _copy(b"substitute %d\0" % handle, buffer, size)


def _copy(data: bytes, buffer: Any, size: int) -> int:
    if buffer and size >= len(data):
        ctypes.memmove(buffer, data, len(data))
    return len(data)


_CALLBACKS: Final = {
    "Release": lambda _self: None,
    "EnumFonts": lambda _self, _mapper: None,
    "MapFont": _map,
    "GetFont": _get,
    "GetFontData": _data,
    "GetFaceName": _name,
    "GetFontCharset": lambda _self, _handle: 1,
    "DeleteFont": lambda _self, _handle: None,
}
