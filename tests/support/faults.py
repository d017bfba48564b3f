"""Faults at every step that touches the disk: a kill, Ctrl-C, SIGTERM, a full disk, a read-only disk, a locked file.

``count_points`` runs a function once and counts its steps; ``run_with_fault`` runs it in a forked child with a fault at one of them, so
that the parent (and pytest) survive whatever happens. Steps are: opening a file for writing, writing, forcing to disk, renaming,
removing, making a folder, and every statement that SQLite commits or writes. Linux and macOS only (fork).
"""

from __future__ import annotations

import builtins
import contextlib
import errno
import io
import os
import signal
import sqlite3
import stat
import traceback
from collections.abc import Callable, Iterator
from multiprocessing import forkserver
from pathlib import Path
from typing import Any, Final, Literal

Fault = Literal["kill", "interrupt", "terminate", "full", "read_only", "locked"]
FAULTS: Final[tuple[Fault, ...]] = ("kill", "interrupt", "terminate", "full", "read_only", "locked")
KILLED: Final = 137
_ERRNO: Final = {"full": errno.ENOSPC, "read_only": errno.EROFS, "locked": errno.EACCES}
_WRITING: Final = frozenset("wax+")
_STATEMENTS: Final = ("insert", "update", "delete", "replace", "commit", "create", "alter", "drop", "begin")


class Points:
    """Counts steps below ``root``; at number ``at`` (1-based) it does what ``fault`` says. With ``lasting`` each later step fails as well
    (a disk stays full), except removals."""

    def __init__(self, root: Path, fault: Fault | None = None, at: int = 0, *, lasting: bool = True) -> None:
        self.root = os.path.realpath(root)
        self.fault, self.at, self.lasting = fault, at, lasting
        self.seen = 0

    def inside(self, path: object) -> bool:
        """Whether a path is watched: below ``root``, or unknown; of what is open already, files only, no pipes."""
        if isinstance(path, int):
            return stat.S_ISREG(os.fstat(path).st_mode)
        return path is None or os.path.realpath(os.fspath(path)).startswith(self.root)  # type: ignore[call-overload]

    def step(self, what: str, path: object = None) -> None:
        if not self.inside(path):
            return
        self.seen += 1
        if self.fault is None or self.seen < self.at or (self.seen > self.at and not (self.lasting and self.fault in _ERRNO)):
            return
        if self.fault == "kill":
            os._exit(KILLED)
        if self.fault == "interrupt":
            raise KeyboardInterrupt
        if self.fault == "terminate":
            os.kill(os.getpid(), signal.SIGTERM)
            return
        if what == "unlink":
            return
        if what == "sqlite":
            raise sqlite3.OperationalError("database or disk is full" if self.fault == "full" else "attempt to write a readonly database")
        raise OSError(_ERRNO[self.fault], os.strerror(_ERRNO[self.fault]), str(path))


@contextlib.contextmanager
def watched(points: Points) -> Iterator[None]:
    """Let every step on the disk in this process pass through ``points``."""
    saved = {name: getattr(os, name) for name in ("open", "replace", "rename", "unlink", "remove", "mkdir", "fsync", "write", "rmdir")}
    plain_open, plain_connect = builtins.open, sqlite3.connect

    def opened(file: Any, mode: str = "r", *args: Any, **named: Any) -> Any:
        if _WRITING & set(mode):
            points.step("open", file)
            return _Writing(plain_open(file, mode, *args, **named), points, file)
        return plain_open(file, mode, *args, **named)

    def simple(name: str) -> Callable[..., Any]:
        def called(*args: Any, **named: Any) -> Any:
            if name != "open" or (len(args) > 1 and args[1] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)):
                points.step("unlink" if name in ("unlink", "remove", "rmdir") else name, args[0])
            return saved[name](*args, **named)

        return called

    class Connection(sqlite3.Connection):
        def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:
            if sql.lstrip().lower().startswith(_STATEMENTS):
                points.step("sqlite")
            return super().execute(sql, *args)

        def executemany(self, sql: str, *args: Any) -> sqlite3.Cursor:
            points.step("sqlite")
            return super().executemany(sql, *args)

        def executescript(self, sql: str) -> sqlite3.Cursor:
            points.step("sqlite")
            return super().executescript(sql)

        def commit(self) -> None:
            points.step("sqlite")
            super().commit()

    def connect(*args: Any, **named: Any) -> sqlite3.Connection:
        return plain_connect(*args, **{"factory": Connection} | named)

    for name in saved:
        setattr(os, name, simple(name))
    builtins.open = opened
    io.open = opened  # pathlib opens through io
    sqlite3.connect = connect  # type: ignore[assignment]
    try:
        yield
    finally:
        for name, function in saved.items():
            setattr(os, name, function)
        builtins.open = io.open = plain_open
        sqlite3.connect = plain_connect


class _Writing:
    """A file object whose writes are steps; half of what is written at the fault reaches the disk, as on a full one."""

    def __init__(self, file: Any, points: Points, path: object) -> None:
        self._file, self._points, self._path = file, points, path

    def write(self, data: Any) -> Any:
        points = self._points
        if points.fault is not None and points.seen + 1 == points.at and not isinstance(self._path, int) and points.inside(self._path):
            with contextlib.suppress(Exception):
                self._file.write(data[: len(data) // 2])
                self._file.flush()
        points.step("write", self._path)
        return self._file.write(data)

    def writelines(self, pieces: Any) -> None:
        for piece in pieces:
            self.write(piece)

    def __enter__(self) -> _Writing:
        return self

    def __exit__(self, *error: Any) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._file)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _own_workers() -> None:
    """A forked child must not start workers through its parent's fork server, which other tests may have left running."""
    server: Any = vars(forkserver)["_forkserver"]
    server._forkserver_address = server._forkserver_alive_fd = server._forkserver_pid = None


def count_points(root: Path, work: Callable[[], object]) -> int:
    """How many steps below ``root`` the work takes; the work is done in a forked child and changes files as it does."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _own_workers()
        os.close(reading)
        points = Points(root)
        with contextlib.suppress(BaseException), watched(points):
            work()
        os.write(writing, str(points.seen).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return int(told or 0)


def run_with_fault(root: Path, work: Callable[[], object], fault: Fault, at: int) -> tuple[int, str]:
    """Do the work in a forked child with ``fault`` at step ``at``: exit code (0 well, 1 an exception, 137 killed, −15 by SIGTERM) and the
    last line of the exception."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _own_workers()
        os.close(reading)
        code, told = 0, ""
        try:
            with watched(Points(root, fault, at)):
                work()
        except SystemExit as error:
            code, told = 1, f"SystemExit: {error.code}"
        except BaseException as error:
            code, told = 1, traceback.format_exception_only(error)[-1]
        os.write(writing, told.encode("utf-8", "replace")[-4000:])
        os._exit(code)
    os.close(writing)
    with os.fdopen(reading, errors="replace") as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), told
