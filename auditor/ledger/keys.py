"""What a stored result rests on: the bytes and name of the file, our code and the libraries that read, the rules and the settings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Final

import msgspec

from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings

_PACKAGE: Final = Path(__file__).resolve().parents[1]
_READING: Final = ("errors.py", "pipeline.py", "model", "text", "read", "bind")
_CHECKING: Final = ("check", "model", "text", "season", "pipeline.py")
_LIBRARIES: Final = ("lxml", "olefile", "openpyxl", "pdfplumber", "pypdfium2", "rapidfuzz", "regex")
"""Libraries whose version may change what is read."""
_RECOGNITION: Final = ("rapidocr", "onnxruntime", "opencv-python-headless")
"""Those that are there or not: a scan refused without them is read once they are installed."""


def content_key(data: bytes) -> str:
    """SHA-256 of a file's bytes in hexadecimal, as in :class:`auditor.model.source.Source`."""
    return hashlib.sha256(data).hexdigest()


def stem(shown: str) -> str:
    """The file's name without folder and extension: all of a path that reading looks at (it may name the year)."""
    name = shown.replace("!/", "/").rpartition("/")[2]
    return name.rpartition(".")[0] or name


def reader_key(rulebook: Rulebook, engine: str) -> str:
    """Identifies everything but the file that a bound report depends on: code, libraries, forms and labels, PDF engine."""
    known = msgspec.json.encode([rulebook.formats, rulebook.binding], order="deterministic")
    return _digest([_code(_READING), _versions(), known, engine.encode()])


def checker_key(rulebook: Rulebook, settings: Settings) -> str:
    """Identifies everything but the bound report that an audit depends on: code, rule files, settings."""
    chosen = msgspec.json.encode(settings, order="deterministic")
    return _digest([_code(_CHECKING), rulebook.sha256.encode(), chosen])


def season_key(parts: Iterable[str]) -> str:
    """Identifies a run: the state of the code of every layer with what it was given."""
    return _digest([_code((".",)), *(part.encode() for part in parts)])


@lru_cache(maxsize=4)
def _code(names: tuple[str, ...]) -> bytes:
    digest = hashlib.sha256()
    for name in names:
        root = _PACKAGE / name
        for path in sorted(root.rglob("*.py")) if root.is_dir() else [root]:
            source = path.read_bytes().replace(b"\r\n", b"\n")
            digest.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + source + b"\0")
    return digest.digest()


@lru_cache(maxsize=1)
def _versions() -> bytes:
    return "\n".join([*(f"{name} {metadata.version(name)}" for name in _LIBRARIES), *map(_optional, _RECOGNITION)]).encode()


def _optional(name: str) -> str:
    try:
        return f"{name} {metadata.version(name)}"
    except metadata.PackageNotFoundError:
        return f"{name} none"


def _digest(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
