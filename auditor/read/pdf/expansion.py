"""How much a PDF asks to be drawn, before the library that draws pages is given it.

That library unpacks what a page draws and keeps all of it: a file of a kilobyte can hold a stream that unpacks to a gigabyte, or forms that
draw each other ten times at ten levels. Such files are refused here. What cannot be followed (encrypted files, resources that are not
found) is taken as harmless: the bounds of the worker stand behind.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from auditor.errors import LimitError
from auditor.read.pdf.limits import MAX_DRAWN_BYTES, MAX_OPEN_STATES

_LEVELS: Final = 40
"""Forms inside forms that the library follows."""
_A_FORM: Final = 200
"""What a form costs beside its content, in bytes of content."""
_HEAD: Final = 8_000
"""Characters of an object's dictionary, at most."""
_LONG: Final = 1_000_000
_OTHER: Final = re.compile(rb"/(?:Image|ObjStm|XRef|Length1|FontFile\d?|Metadata|EmbeddedFile)\b")
_OBJECT: Final = re.compile(rb"(?<!\d)(\d{1,10})\s+\d+\s+obj\b")
_NUMBER: Final = re.compile(rb"(?<!\d)(\d{1,10})\s+\d+\s+$")
_FORM: Final = re.compile(rb"/Subtype\s*/Form\b")
_DRAWS: Final = re.compile(rb"/([^\s\[\]<>(){}/%]+)\s+Do\b")
_NAMED: Final = re.compile(rb"/([^\s\[\]<>(){}/%]+)\s+(\d{1,10})\s+\d+\s+R\b")
_OBJECTS: Final = re.compile(rb"/XObject\s*(?:<<(.*?)>>|(\d{1,10})\s+\d+\s+R\b)", re.DOTALL)
_RESOURCES: Final = re.compile(rb"/Resources\s+(\d{1,10})\s+\d+\s+R\b")


@dataclass(slots=True)
class _Stream:
    head: bytes
    length: int
    draws: Counter[bytes] = field(default_factory=Counter)


def require_bounded(data: bytes) -> None:
    """Raises :class:`LimitError` ``READ-LIMIT`` for a PDF whose pages would draw much more than a page holds."""
    forms: dict[int, _Stream] = {}
    others: list[_Stream] = []
    for number, head, packed in _streams(data):
        is_form = _FORM.search(head) is not None
        content = _unpacked(head, packed)
        if content is None:
            continue
        if len(content) > MAX_DRAWN_BYTES or (len(content) > _LONG and content.count(b"q") - content.count(b"Q") > MAX_OPEN_STATES):
            raise _too_much()
        if b"Do" in content:
            found = _Stream(head, len(content), Counter(_DRAWS.findall(content)))
        elif is_form:
            found = _Stream(head, len(content))
        else:
            continue
        if is_form:
            forms[number] = found
        else:
            others.append(found)
    if forms and any(stream.draws for stream in (*forms.values(), *others)):
        _require_bounded_forms(data, forms, others)


def _require_bounded_forms(data: bytes, forms: dict[int, _Stream], others: list[_Stream]) -> None:
    objects = _objects(data)
    drawn = {number: _drawn_forms(data, stream, forms, objects) for number, stream in forms.items()}
    sizes: dict[int, float] = {number: stream.length + _A_FORM for number, stream in forms.items()}
    own = dict(sizes)
    for _ in range(_LEVELS if any(drawn.values()) else 0):
        found = {number: min(own[number] + sum(times * sizes[inner] for inner, times in drawn[number].items()), 1e15) for number in forms}
        if found == sizes:
            break
        sizes = found
    if max(sizes.values()) > MAX_DRAWN_BYTES:
        raise _too_much()
    smallest: dict[bytes, float] = {}  # a page's forms by name: of several of one name the one that costs least
    for name, reference in _NAMED.findall(data):
        if (size := sizes.get(int(reference))) is not None:
            smallest[name] = min(size, smallest.get(name, size))
    for stream in others:
        if sum(times * smallest.get(name, 0) for name, times in stream.draws.items()) > MAX_DRAWN_BYTES:
            raise _too_much()


def _drawn_forms(data: bytes, stream: _Stream, forms: dict[int, _Stream], objects: dict[int, int]) -> Counter[int]:
    """The forms that a form draws, and how often."""
    if not stream.draws:
        return Counter()
    places = [stream.head]
    if (reference := _RESOURCES.search(stream.head)) is not None:
        places.append(_object(data, objects.get(int(reference[1]))))
    names: dict[bytes, int] = {}
    for place in places:
        for inline, apart in _OBJECTS.findall(place):
            names |= {name: int(number) for name, number in _NAMED.findall(inline or _object(data, objects.get(int(apart or -1))))}
    return Counter({number: times for name, times in stream.draws.items() if (number := names.get(name, -1)) in forms})


def _objects(data: bytes) -> dict[int, int]:
    """Where each object that stands in clear begins, by number; the last of several of one number."""
    return {int(found[1]): found.end() for found in _OBJECT.finditer(data)}


def _object(data: bytes, at: int | None) -> bytes:
    """The text of an object; empty where it is packed with others."""
    return data[at : at + _HEAD].partition(b"endobj")[0] if at is not None else b""


def _streams(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Number, dictionary and packed bytes of each stream that may be drawn."""
    at = -1
    while (at := data.find(b"stream", at + 1)) >= 0:
        if data[at - 3 : at] == b"end":
            continue
        begin = data.rfind(b"obj", max(0, at - _HEAD), at)
        if begin < 0:
            continue
        head = data[begin + 3 : at]
        number = _NUMBER.search(data, max(0, begin - 24), begin)
        if number is None or _OTHER.search(head):
            continue
        end = data.find(b"endstream", at)
        yield int(number[1]), head, data[at + 6 : end if end >= 0 else len(data)].lstrip(b"\r\n")
        at = end if end >= 0 else len(data)


def _unpacked(head: bytes, packed: bytes) -> bytes | None:
    """The content, up to a little more than is allowed; ``None`` for what is packed in a way that is not followed."""
    times = head.count(b"/FlateDecode") + len(re.findall(rb"/Fl\b", head))
    if not times:
        return packed if b"/Filter" not in head else None
    content = packed
    for _ in range(min(times, 4)):
        try:
            content = zlib.decompressobj().decompress(content, MAX_DRAWN_BYTES + 1)
        except zlib.error:
            return None
    return content


def _too_much() -> LimitError:
    return LimitError("READ-LIMIT", limit="drawn", allowed=str(MAX_DRAWN_BYTES))
