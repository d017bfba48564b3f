"""One run at a time on a season: a lock held by the operating system, so that a killed run leaves none behind."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from auditor.errors import SeasonError

LOCK_NAME: Final = "auditor-season.lock"
_FAR: Final = 1 << 20
"""Windows locks bytes: one far behind the text, so that others can read who holds it."""


@contextlib.contextmanager
def season_lock(folder: Path, task: str, at: str) -> Iterator[None]:
    """Hold the season for ``task`` (a few words) since ``at``. Raises SeasonError naming the process that holds it."""
    path = folder / LOCK_NAME
    try:
        file = path.open("a+b")
    except OSError as error:
        raise SeasonError("cannot_write", path=path, reason=error.strerror or type(error).__name__) from error
    with file:
        try:
            _take(file)
        except OSError:
            raise SeasonError("locked", folder=folder, **_holder(path)) from None
        try:
            with contextlib.suppress(OSError):  # a full disk must not stop what only reads
                file.truncate(0)
                told = {"process": os.getpid(), "machine": platform.node(), "since": at, "task": task}
                file.write(json.dumps(told, ensure_ascii=False).encode())
                file.flush()
            yield
        finally:
            with contextlib.suppress(OSError):
                file.truncate(0)
            _release(file)


def _holder(path: Path) -> dict[str, str]:
    try:
        told = json.loads(path.read_bytes())
    except (OSError, ValueError):
        told = {}
    return {name: str(told.get(name, "?")) for name in ("process", "machine", "since", "task")}


def _take(file: IO[bytes]) -> None:
    if sys.platform == "win32":
        import msvcrt

        file.seek(_FAR)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        file.seek(0)
    else:
        import fcntl

        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


def _release(file: IO[bytes]) -> None:
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            import msvcrt

            file.seek(_FAR)
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_UN)
