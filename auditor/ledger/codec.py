"""Records of the model ↔ bytes of the ledger: msgpack, compressed (a bound report of 50 kB takes 8)."""

from __future__ import annotations

import zlib
from decimal import Decimal
from typing import Any, Final, TypeVar

import msgspec

from auditor.model.finding import Audit, Finding
from auditor.model.report import Report
from auditor.model.source import Location

T = TypeVar("T", Report, Audit, Finding)

_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODERS: Final[dict[Any, msgspec.msgpack.Decoder[Any]]] = {kind: msgspec.msgpack.Decoder(kind) for kind in (Report, Audit, Finding)}
_LEVEL: Final = 1


def pack(record: Report | Audit | Finding) -> bytes:
    """The record as bytes; equal records give equal bytes."""
    return zlib.compress(_ENCODER.encode(record), _LEVEL)


def unpack(data: bytes, kind: type[T]) -> T:
    """The record again, equal to the one packed."""
    decoded: T = _DECODERS[kind].decode(zlib.decompress(data))
    return decoded


def place(location: Location | None) -> str | None:
    """A location as JSON for people who query: without box and anchor, which only programs use."""
    if location is None:
        return None
    return msgspec.json.encode(msgspec.structs.replace(location, box=None, anchor=None)).decode()


def number(value: Decimal | None) -> str | None:
    """A number as text, exactly."""
    return None if value is None else format(value, "f")
