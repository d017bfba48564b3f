"""The checksum of a saved result: a baseline or an older state that somebody changed is refused, not believed.

It is made over all bytes before it but blanks and line ends, so that a document that was only indented anew keeps it. It says that nothing
was changed by mistake or by hand; somebody who knows how it is made can make it anew.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import Final

_BLANKS: Final = b" \t\r\n"
_LAST: Final = re.compile(rb',\s*"checksum":\s*"([0-9a-f]{64})"\s*\}\s*\Z')
_LONGEST: Final = 400
"""Bytes at the end of a document among which the checksum stands, however it is indented."""


def with_checksum(pieces: Iterable[bytes], indent: str) -> Iterator[bytes]:
    """The pieces of an object of JSON without its closing brace → the same with a last key ``checksum``, closed."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece.translate(None, _BLANKS))
        yield piece
    yield f',\n{indent}"checksum": "{digest.hexdigest()}"\n}}\n'.encode()


def fits(document: bytes) -> bool | None:
    """Whether the document is as it was written; ``None`` where it has no checksum (other programs and earlier versions)."""
    start = max(0, len(document) - _LONGEST)
    found = _LAST.search(document, start)
    if found is None:
        return None
    return hashlib.sha256(document[: found.start()].translate(None, _BLANKS)).hexdigest().encode() == found[1]
