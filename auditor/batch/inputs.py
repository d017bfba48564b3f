"""Paths as given → inputs in path order: files, and folders recursively. Nothing here looks into a file: archives are opened later,
in a worker (:mod:`auditor.batch.unpacking`). What is left out is said: :attr:`Input.skipped`, and the problems ``READ-HIDDEN-FILE``,
``READ-LINK``, ``READ-FOLDER``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Final, Literal

from msgspec import Struct

from auditor.errors import system_reason
from auditor.model.source import Problem

# Files that lie in folders by accident of the system or of an office program. They hold nothing a person wrote.
_LITTER: Final = frozenset({"thumbs.db", "desktop.ini", "__macosx", ".ds_store", ".localized", ".directory"})
_RESOURCE_PREFIX: Final = "._"
_LOCK_PREFIX: Final = "~$"
_LOCK_BYTES: Final = 4096
"""A lock file of an office program holds a name; what is larger is no lock."""
_DOCUMENTS: Final = frozenset(
    [
        "pdf",
        "doc",
        "docx",
        "docm",
        "dot",
        "dotx",
        "wps",
        "wpt",
        "rtf",
        "ofd",
        "xls",
        "xlsx",
        "xlsm",
        "et",
        "zip",
        "rar",
        "7z",
        "html",
        "htm",
        "mht",
        "mhtml",
        "txt",
        "md",
        "csv",
        "tsv",
        "jpg",
        "jpeg",
        "png",
        "tif",
        "tiff",
    ]
)
"""Endings of what a report may be, so that leaving it out is a loss."""
_WORD_FILES: Final = frozenset(["pdf", "doc", "docx", "wps", "rtf", "ofd", "xls", "xlsx", "et", "zip"])
"""What no browser saves beside a page on its own: read even in its folder."""
_SETTINGS: Final = ".toml"
_LOOKED_AT: Final = 2000

Skipped = Literal["", "hidden", "page_files", "settings"]
"""Why an input is named and not read, without loss of content: a hidden file or folder that is no document; pictures and scripts saved
along with a page; rule packs, waivers and settings."""


class Input(Struct, frozen=True, kw_only=True):
    """One file to read. ``shown`` is the path to quote; ``named`` says that the user gave it by name (not found in a folder).

    ``data`` holds bytes fetched before; ``sha256`` their hash where it is known (a member of an archive, which lies at ``path`` in the
    temporary folder); ``problem`` an obstacle met before reading; ``skipped`` why it is not read.
    """

    shown: str
    path: Path
    named: bool
    data: bytes | None = None
    problem: Problem | None = None
    size: int = 0
    sha256: str = ""
    part: int = 1
    skipped: Skipped = ""


def collect(paths: Iterable[Path]) -> tuple[Input, ...]:
    """The files below ``paths``, each once, sorted by path as given; archives are not yet opened.

    A path that does not exist is an input too: reading it gives ``READ-MISSING``. A folder that cannot be listed or is a symbolic link
    (it may lead anywhere, and round in circles) and a hidden document are inputs with a problem.
    """
    found: dict[str, Input] = {}
    for path in paths:
        if path.is_dir():
            for entry in _walk(path):
                found.setdefault(entry.shown, entry)
        else:
            found[_shown(path)] = Input(shown=_shown(path), path=path, named=True, size=_size(path))
    return tuple(found[name] for name in sorted(found, key=path_order))


def is_litter(name: str) -> bool:
    """Whether a path names a file nobody meant to hand in: hidden, a lock file, a system's index."""
    parts = name.replace("\\", "/").split("/")
    return any(part.startswith((".", _LOCK_PREFIX)) or part.lower() in _LITTER for part in parts if part not in (".", "..", ""))


def is_clutter(name: str) -> bool:
    """Whether a path names what a system or an office program leaves, by a name that no document has: passed over without a word."""
    parts = name.replace("\\", "/").split("/")
    return any(part.lower() in _LITTER or part.startswith(_RESOURCE_PREFIX) for part in parts)


def hidden(entry: Input) -> Input | None:
    """What becomes of an input whose path is that of litter (:func:`is_litter`): nothing for a system's own files and locks, a problem
    where a document may be lost, else a line."""
    last = entry.shown.rpartition("/")[2]
    if is_clutter(entry.shown) or (last.startswith(_LOCK_PREFIX) and entry.size <= _LOCK_BYTES):
        return None
    if _ending(last) in _DOCUMENTS:
        return _lost(entry.shown, entry.path, "READ-HIDDEN-FILE")
    return Input(shown=entry.shown, path=entry.path, named=False, skipped="hidden", size=entry.size)


def _lost(shown: str, path: Path, code: str) -> Input:
    return Input(shown=shown, path=path, named=False, problem=Problem(code=code, fatal=True))


def _walk(folder: Path) -> Iterator[Input]:
    from auditor.office.incoming import incoming_names
    from auditor.office.store import STORE_NAME

    refused: list[OSError] = []
    for root, folders, files in os.walk(folder, onerror=refused.append):
        base = Path(root)
        enter = []
        for name in sorted(folders):
            place = base / name
            if is_litter(name):
                yield from _hidden_folder(place)
            elif place.is_symlink():
                yield _lost(_shown(place), place, "READ-LINK")
            elif _belongs_to_page(name, files):
                yield from _page_files(place)
            else:
                enter.append(name)
        if STORE_NAME in files:  # the folder of a season holds what this program wrote, and perhaps reports added to it
            folders[:] = [name for name in enter if name in incoming_names()]
            continue
        folders[:] = enter
        for name in sorted(files):
            place = base / name
            entry = Input(shown=_shown(place), path=place, named=False, size=_size(place))
            if is_litter(name):
                seen = hidden(entry)
                if seen is not None:
                    yield seen
            elif name.lower().endswith(_SETTINGS):
                yield Input(shown=entry.shown, path=place, named=False, skipped="settings", size=entry.size)
            else:
                yield entry
    for error in refused:
        place = Path(error.filename or folder)
        problem = Problem(code="READ-FOLDER", details={"reason": system_reason(error)}, fatal=True)
        yield Input(shown=_shown(place), path=place, named=False, problem=problem)


def _hidden_folder(folder: Path) -> Iterator[Input]:
    """One line for a hidden folder; a problem where documents are seen in it."""
    if is_clutter(folder.name):
        return
    if any(_ending(name) in _DOCUMENTS for name in _names_below(folder)):
        yield _lost(_shown(folder), folder, "READ-HIDDEN-FILE")
    else:
        yield Input(shown=_shown(folder), path=folder, named=False, skipped="hidden")


def _page_files(folder: Path) -> Iterator[Input]:
    """One line for what a browser saved along with a page; documents in it are read."""
    yield Input(shown=_shown(folder), path=folder, named=False, skipped="page_files")
    for root, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            if _ending(name) in _WORD_FILES and not is_litter(name):
                place = Path(root) / name
                yield Input(shown=_shown(place), path=place, named=False, size=_size(place))


def _names_below(folder: Path) -> Iterator[str]:
    seen = 0
    for _, _, files in os.walk(folder):
        for name in files:
            seen += 1
            if seen > _LOOKED_AT:
                return
            yield name


def _ending(name: str) -> str:
    return PurePosixPath(name).suffix.lower().lstrip(".")


def season_folders(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The folders of seasons at or below ``paths``: their files are not audited, but for reports added to them."""
    found = []
    for path in paths:
        if path.is_dir():
            from auditor.office.store import STORE_NAME

            for root, folders, files in os.walk(path):
                folders[:] = sorted(name for name in folders if not is_litter(name))
                if STORE_NAME in files:
                    found.append(Path(root))
                    folders.clear()
    return tuple(dict.fromkeys(found))


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


def path_order(path: str) -> tuple[str, ...]:
    """Sorting key: folder by folder."""
    return tuple(path.split("/"))
