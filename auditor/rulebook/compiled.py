"""The rule book as one file of records, so that no start has to parse TOML.

It is made when the package is built (``compiled.bin`` in ``auditor/_rules``), and in a checkout beside the rule files in
``__pycache__``, as Python keeps its own. It is used only for exactly the rule files and record types that it was made from.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

import msgspec

from auditor import model
from auditor.model.rulebook import Rulebook

BUILT: Final = "compiled.bin"
_CACHED: Final = ("__pycache__", "rulebook.bin")
_TYPES: Final = ("binding", "formats", "narrative", "report", "rule", "rulebook")


class _Compiled(msgspec.Struct, frozen=True, kw_only=True):
    """``key``: what it was made from; ``book`` is the rule book as MessagePack."""

    key: str
    book: bytes


def digest_of(base: Path) -> str:
    """SHA-256 over names and bytes of all rule files; line ends do not count, so that checkouts agree."""
    digest = hashlib.sha256()
    for name, path in sorted((path.relative_to(base).as_posix(), path) for path in base.rglob("*.toml")):
        digest.update(name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()


def load_compiled(base: Path, digest: str) -> Rulebook | None:
    """The rule book compiled from the files of ``base`` with this digest, or ``None`` where there is none that fits."""
    key = _key(digest)
    for path in (base / BUILT, base.joinpath(*_CACHED)):
        try:
            found = msgspec.msgpack.decode(path.read_bytes(), type=_Compiled)
            if found.key == key:
                return msgspec.msgpack.decode(found.book, type=Rulebook)
        except (OSError, msgspec.MsgspecError):
            continue
    return None


def keep(book: Rulebook, base: Path) -> None:
    """Put the rule book where the next start finds it. A folder that cannot be written to is no fault."""
    try:
        write_compiled(book, base.joinpath(*_CACHED))
    except (OSError, NotImplementedError):
        return


def write_compiled(book: Rulebook, path: Path) -> None:
    """Write the rule book to a file, whole or not at all. Raises OSError."""
    data = msgspec.msgpack.encode(_Compiled(key=_key(book.sha256), book=msgspec.msgpack.encode(book)))
    path.parent.mkdir(exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _key(digest: str) -> str:
    """The rule files, the record types that they are read into, and the code that reads them."""
    own = hashlib.sha256(digest.encode())
    folder = Path(str(model.__file__)).parent
    for path in (*(folder / f"{name}.py" for name in _TYPES), *sorted(Path(__file__).parent.glob("*.py"))):
        own.update(path.read_bytes())
    return own.hexdigest()
