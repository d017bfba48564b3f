"""Records of the model ↔ bytes of the ledger: msgpack, compressed (a bound report of 50 kB takes 8)."""

from __future__ import annotations

import zlib
from decimal import Decimal
from hashlib import blake2b
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


_SEAL: Final = b"seal1"
_SEAL_SIZE: Final = 16


def sealed(data: bytes, *belongs: object) -> bytes:
    """A packed record with a checksum over it and over what it belongs to, so that neither it nor its place can be exchanged unnoticed.

    What unpacks records ignores what follows them. (It guards against accidents and edits by hand, not against somebody who knows how
    the checksum is made.)
    """
    return data + _SEAL + _checksum(data, belongs)


def is_sealed(data: bytes, *belongs: object) -> bool:
    """Whether a record is as it was stored, at the place it was stored."""
    end = len(data) - _SEAL_SIZE - len(_SEAL)
    if end < 0 or data[end : end + len(_SEAL)] != _SEAL:
        return False
    return data[end + len(_SEAL) :] == _checksum(data[:end], belongs)


def unsealed(data: bytes) -> bytes:
    """The packed record alone."""
    end = len(data) - _SEAL_SIZE - len(_SEAL)
    return data[:end] if end >= 0 and data[end : end + len(_SEAL)] == _SEAL else data


def _checksum(data: bytes, belongs: tuple[object, ...]) -> bytes:
    digest = blake2b(data, digest_size=_SEAL_SIZE)
    digest.update(repr(belongs).encode("utf-8", "backslashreplace"))
    return digest.digest()


def place(location: Location | None) -> str | None:
    """A location as JSON for people who query: without box and anchor, which only programs use."""
    if location is None:
        return None
    return msgspec.json.encode(msgspec.structs.replace(location, box=None, anchor=None)).decode()


def number(value: Decimal | None) -> str | None:
    """A number as text, exactly."""
    return None if value is None else format(value, "f")
