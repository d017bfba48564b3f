"""The season as one file, and back: for another PC, for the archive, before something risky."""

from __future__ import annotations

import os
import sqlite3
import zipfile
from pathlib import Path, PurePosixPath
from typing import Final

from auditor.atomic import is_temporary, replacing, write_whole
from auditor.errors import SeasonError
from auditor.office.lock import LOCK_NAME
from auditor.office.store import STORE_NAME, SeasonStore, is_season, told_as_season
from auditor.scratch import scratch_folder

_FIXED: Final = (1980, 1, 1, 0, 0, 0)
_LARGEST: Final = 4 * 1024**3
CACHE_STEM: Final = "auditor-cache"
"""Beginning of the names of files that only save time; no backup holds them."""


def backup(store: SeasonStore, target: Path) -> int:
    """Write the season's file and every file of its folder into one .zip, whole or not at all; the number of files in it.

    Links are left out. Raises SeasonError where the target cannot be written.
    """
    count = 1
    try:
        with scratch_folder() as place, replacing(target) as unfinished:
            copy = place / STORE_NAME
            with told_as_season(store.path):
                other = sqlite3.connect(copy)
                try:
                    store.connection.backup(other)
                finally:
                    other.close()
            with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.write(copy, STORE_NAME)
                for path, name in _files(store.folder):
                    if path.resolve() not in (target.resolve(), unfinished.resolve()):
                        archive.write(path, name)
                        count += 1
    except OSError as error:
        raise SeasonError("cannot_write", path=target, reason=error.strerror or type(error).__name__) from error
    return count


def restore(source: Path, folder: Path) -> int:
    """Put a backup into a folder that holds no season yet; the number of files. Files that are there are not overwritten.

    The season's file is written last, so that a restore that was stopped leaves no season. Raises SeasonError for a file that is no
    backup, or a folder that holds a season.
    """
    if is_season(folder):
        raise SeasonError("season_there", folder=folder)
    try:
        with zipfile.ZipFile(source) as archive:
            names = [info for info in archive.infolist() if not info.is_dir()]
            if STORE_NAME not in {info.filename for info in names}:
                raise SeasonError("no_backup", path=source)
            if sum(info.file_size for info in names) > _LARGEST:
                raise SeasonError("backup_too_large", path=source)
            for info in names:
                parts = PurePosixPath(info.filename.replace("\\", "/")).parts
                if not parts or ".." in parts or parts[0] == "/" or ":" in info.filename or "\0" in info.filename:
                    raise SeasonError("no_backup", path=source)
            there = [info.filename for info in names if os.path.lexists(folder / info.filename)]
            if there:
                raise SeasonError("file_there", path=folder / there[0])
            for info in sorted(names, key=lambda info: info.filename == STORE_NAME):
                path = folder / info.filename
                path.parent.mkdir(parents=True, exist_ok=True)
                if os.path.lexists(path):  # two names that are one here, where case does not count
                    raise SeasonError("file_there", path=path)
                with archive.open(info) as file:
                    write_whole(path, iter(lambda file=file: file.read(1 << 20), b""))  # type: ignore[misc]
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise SeasonError("no_backup", path=source) from error
    except OSError as error:
        raise SeasonError("cannot_write", path=folder, reason=error.strerror or type(error).__name__) from error
    with SeasonStore(folder):  # refused here if it is none
        return len(names)


def _files(folder: Path) -> list[tuple[Path, str]]:
    found = []
    for root, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            path = Path(root) / name
            relative = path.relative_to(folder).as_posix()
            left_out = relative in (STORE_NAME, f"{STORE_NAME}-journal", LOCK_NAME) or is_temporary(name) or name.startswith(CACHE_STEM)
            if not left_out and not path.is_symlink():
                found.append((path, relative))
    return found
