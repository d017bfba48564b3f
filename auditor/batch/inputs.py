"""Paths as given → inputs in path order: files, folders recursively, members of .zip files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from auditor.errors import ReadError
from auditor.model.source import Problem
from auditor.read import load
from auditor.read.archive import members
from auditor.read.sniff import sniff

# Files that lie in folders by accident of the system or of an office program; hidden files are left out as well.
_LITTER: Final = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
_LOCK_PREFIX: Final = "~$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One file to read. ``shown`` is the path to quote; ``named`` says that the user gave it by name (not found in a folder).

    ``data`` holds the bytes of an archive member; ``problem`` an obstacle met before reading.
    """

    shown: str
    path: Path
    named: bool
    data: bytes | None = None
    problem: Problem | None = None
    size: int = 0


def collect(paths: Iterable[Path]) -> tuple[Input, ...]:
    """The files below ``paths``, each once, sorted by path as given; archives are not yet opened (see :func:`unpack`).

    A path that does not exist is an input too: reading it gives ``READ-MISSING``.
    """
    found: dict[str, Input] = {}
    for path in paths:
        if path.is_dir():
            for file in _walk(path):
                found.setdefault(_shown(file), Input(shown=_shown(file), path=file, named=False, size=_size(file)))
        else:
            found[_shown(path)] = Input(shown=_shown(path), path=path, named=True, size=_size(path))
    return tuple(found[name] for name in sorted(found, key=_path_order))


def unpack(inputs: Iterable[Input]) -> Iterator[Input]:
    """The inputs with each archive replaced by its members, in order, lazily: one archive is open at a time."""
    for entry in inputs:
        if not _is_archive(entry):
            yield entry
            continue
        try:
            # The archive's own order is an accident of packing; members are sorted like files.
            opened = members(_bytes(entry))
            inner = sorted(opened, key=lambda member: _path_order(member[0]))
        except ReadError as error:
            yield replace(entry, problem=Problem(code=error.code, details=error.details, fatal=True))
            continue
        for name, data in inner:
            if not is_litter(name):
                yield Input(shown=f"{entry.shown}!/{name}", path=entry.path, named=False, data=data, size=len(data))
        for problem in opened.problems:
            member = problem.details.get("member", "?")
            yield Input(shown=f"{entry.shown}!/{member}", path=entry.path, named=False, problem=replace_fatal(problem))


def replace_fatal(problem: Problem) -> Problem:
    """The problem of a member that cannot be had: fatal for that member."""
    return Problem(code=problem.code, details=problem.details, location=problem.location, fatal=True)


def is_litter(name: str) -> bool:
    """Whether a path names a file nobody meant to hand in: hidden, a lock file, a system's index."""
    parts = name.replace("\\", "/").split("/")
    return any(part.startswith((".", _LOCK_PREFIX)) or part.lower() in _LITTER for part in parts if part not in (".", "..", ""))


def _walk(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_litter(name) and not _belongs_to_page(name, files))
        yield from (Path(root) / name for name in sorted(files) if not is_litter(name))


def _belongs_to_page(folder: str, files: list[str]) -> bool:
    """Whether a folder holds the pictures and scripts that a browser saved along with a page (``x.html``, ``x_files``)."""
    for suffix in ("_files", ".files"):
        if folder.lower().endswith(suffix):
            stem = folder[: -len(suffix)].lower()
            return any(name.lower() in (f"{stem}.html", f"{stem}.htm") for name in files)
    return False


def _shown(path: Path) -> str:
    """The path as text with ``/``. Names that are not UTF-8 are most likely in the Chinese encoding of an older system."""
    raw = path.as_posix().encode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _path_order(path: str) -> tuple[str, ...]:
    return tuple(path.split("/"))


def _is_archive(entry: Input) -> bool:
    if entry.problem is not None or entry.path.suffix.lower() != ".zip":
        return False
    try:
        return sniff(_bytes(entry)).kind == "zip"
    except ReadError:
        return False


def _bytes(entry: Input) -> bytes:
    return entry.data if entry.data is not None else load(entry.path)
