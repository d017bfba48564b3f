"""Rich text taken apart: groups, control words, bytes of text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

_TOKEN: Final = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?"
    rb"|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|([^\\{}\r\n\0]+)|[\r\n\0]+|\\'?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class RtfToken:
    """``kind``: ``open`` and ``close`` of a group, ``word`` (``name`` with ``number``), ``sign`` (control symbol), ``text``."""

    kind: Literal["open", "close", "word", "sign", "text"]
    name: str = ""
    number: int | None = None
    data: bytes = b""
    escaped: bool = False


_OPEN, _CLOSE = RtfToken("open"), RtfToken("close")


def tokens(data: bytes) -> Iterator[RtfToken]:
    """The tokens of a file; binary data after ``\\bin`` is passed over, line breaks of the file mean nothing."""
    place, size = 0, len(data)
    while place < size:
        match = _TOKEN.match(data, place)
        if match is None:  # cannot be: the last alternatives take any byte
            place += 1
            continue
        place = match.end()
        word, number, code, sign, group, text = match.groups()
        if word is not None:
            name = word.decode("ascii")
            value = None if number is None else int(number)
            if name == "bin":
                place += max(0, value or 0)
            yield RtfToken("word", name, value)
        elif code is not None:
            yield RtfToken("text", data=bytes((int(code, 16),)), escaped=True)
        elif sign is not None:
            yield RtfToken("sign", sign.decode("latin-1"))
        elif group is not None:
            yield _OPEN if group == b"{" else _CLOSE
        elif text is not None:
            yield RtfToken("text", data=text)
