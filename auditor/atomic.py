"""Files replaced whole: a file has its old content or its new content after a crash, a kill or a full disk, never half of one.

The new content goes into a temporary file in the same folder, is forced to the disk, and takes the name of the target in one step. What a
killed process left there is removed when the next one writes its first file into the folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

_PREFIX: Final = ".auditor-new-"
_ATTEMPTS: Final = 5
"""How often a rename is tried on Windows, where a virus scanner may hold the file for a moment."""
_BLOCK: Final = 1 << 20


def write_whole(path: Path, content: bytes | Iterable[bytes], *, follow: bool = False) -> None:
    """Write ``content`` (bytes, or pieces in order) as the file ``path``, whole or not at all.

    A symbolic link at ``path`` is replaced by the file; with ``follow`` the file it leads to is replaced. What is no regular file
    (a pipe, a device) is written into directly. Permissions of a file that is replaced stay. Raises OSError; the old file is
    then as it was and no temporary file is left.
    """
    if follow:
        path = Path(os.path.realpath(path))
    if _is_special(path):
        with path.open("wb") as file:
            file.writelines(_pieces(content))
        return
    with replacing(path) as unfinished, unfinished.open("wb") as file:
        file.writelines(_pieces(content))


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary file beside ``path``, already made and empty, to be filled by the caller; it becomes ``path`` when the block ends well.

    An exception in the block (a key press and a signal turned into one included) removes it and leaves ``path`` as it was. Raises OSError,
    which names ``path`` and not the temporary file.
    """
    _sweep_once(path.parent)
    unfinished = _name_beside(path)
    try:
        _make(unfinished)  # in here: a signal may come at any moment after it
        yield unfinished
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        _take_mode(path, unfinished)
        _rename(unfinished, path)
    except BaseException as error:
        _remove(unfinished)
        if isinstance(error, OSError):
            _name(error, path)
        raise
    _sync_folder(path.parent)


def keep_copy(path: Path, copy: Path) -> None:
    """Write the bytes of the file ``path`` as ``copy``, whole or not at all. Raises OSError."""
    with path.open("rb") as file:
        write_whole(copy, iter(lambda: file.read(_BLOCK), b""))
    with contextlib.suppress(OSError):
        shutil.copystat(path, copy)


def move_aside(path: Path, folder: Path | None = None) -> Path:
    """Rename a file to the next free numbered name (``x.1.docx``), in ``folder`` where given; returns the new path. Raises OSError."""
    place = (folder if folder is not None else path.parent) / path.name
    number = 1
    target = place if folder is not None and not os.path.lexists(place) else None
    while target is None:
        numbered = place.with_name(f"{place.stem}.{number}{place.suffix}")
        target, number = (numbered if not os.path.lexists(numbered) else None), number + 1
    _rename(path, target)
    return target


def require_replaceable(path: Path) -> None:
    """Say before long work whether ``path`` will be writable at its end: raises OSError for a folder that takes no file, a file
    that is read-only, and on Windows one that another program (Excel) holds open.
    """
    probe = _name_beside(path)
    try:
        _make(probe)
    finally:
        _remove(probe)
    if path.is_file():
        with path.open("rb+"):
            pass


def sweep(folder: Path) -> None:
    """Remove temporary files that a killed process of this machine left in ``folder``. Never raises."""
    mine = f"{_PREFIX}{_machine()}-"
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            owner = entry.name.removeprefix(mine).partition("-")[0] if entry.name.startswith(mine) else ""
            if owner.isdigit() and not is_alive(int(owner)):
                with contextlib.suppress(OSError):
                    os.unlink(entry.path)


_SWEPT: Final[set[str]] = set()
"""Folders that this process has looked through for what killed ones left."""


def _sweep_once(folder: Path) -> None:
    place = os.path.abspath(folder)
    if place not in _SWEPT:
        _SWEPT.add(place)
        sweep(folder)


def is_temporary(name: str) -> bool:
    """Whether a file name is one of the temporary names made here."""
    return name.startswith(_PREFIX)


def is_alive(process: int) -> bool:
    """Whether a process with this number runs on this machine; ``True`` where that cannot be told."""
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(0x1000, False, process)  # PROCESS_QUERY_LIMITED_INFORMATION
        if not handle:
            return bool(kernel.GetLastError() == 5)  # access denied: it is there
        code = ctypes.c_ulong()
        running = not kernel.GetExitCodeProcess(handle, ctypes.byref(code)) or code.value == 259  # STILL_ACTIVE
        kernel.CloseHandle(handle)
        return running
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _machine() -> str:
    """A short name of this machine: folders may lie on a share, where process numbers of others mean nothing."""
    import platform

    return hashlib.sha256(platform.node().encode("utf-8", "replace")).hexdigest()[:8]


def _name_beside(path: Path) -> Path:
    """A name in the folder of ``path`` that nobody has used."""
    return path.parent / f"{_PREFIX}{_machine()}-{os.getpid()}-{os.urandom(8).hex()}"


def _make(unfinished: Path) -> None:
    """A new empty file with the permissions any new file gets. Raises OSError."""
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))


def _remove(unfinished: Path) -> None:
    """Remove a temporary file, also where a signal comes at this very moment; none and one that is held open are left."""
    try:
        unfinished.unlink()
    except OSError:
        return
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        raise


def _name(error: OSError, path: Path) -> None:
    """Let an error name the file that was to be written: a full disk names none, or the temporary one."""
    if not isinstance(error.filename, str) or is_temporary(os.path.basename(error.filename)):
        error.filename, error.filename2 = str(path), None


def _is_special(path: Path) -> bool:
    try:
        return not stat.S_ISREG(path.stat().st_mode) and not path.is_dir()
    except OSError:
        return False


def _take_mode(path: Path, unfinished: Path) -> None:
    with contextlib.suppress(OSError):
        if path.is_file() and not path.is_symlink():
            shutil.copymode(path, unfinished)


def _rename(source: Path, target: Path) -> None:
    for attempt in range(_ATTEMPTS):
        try:
            os.replace(source, target)
            return
        except PermissionError:
            if os.name != "nt" or attempt == _ATTEMPTS - 1:
                raise
            time.sleep(0.1)


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _pieces(content: bytes | Iterable[bytes]) -> Iterable[bytes]:
    return (content,) if isinstance(content, bytes) else content
