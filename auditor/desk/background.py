"""Audits beside the server: each a process of its own, the command a person would type, with progress and cancel.

Killing the desk or the run loses nothing: the season's file takes a whole round or none.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Literal

from msgspec import Struct

PROGRESS_VARIABLE = "AUDITOR_PROGRESS"
"""Set to ``lines``, the commands tell their progress line by line on standard error."""
PROGRESS_MARK = "progress\t"


class Progress(Struct, frozen=True, kw_only=True):
    """How a run stands. ``state``: ``idle`` before the first; ``done`` with exit code; ``said`` the last lines it wrote."""

    state: Literal["idle", "running", "done", "cancelled"] = "idle"
    done: int = 0
    total: int = 0
    path: str = ""
    code: int | None = None
    said: str = ""


class Background:
    """At most one run at a time over a season's folder; what is asked for meanwhile waits for its turn."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._progress = Progress()
        self._cancelled = False
        self._waiting: list[tuple[str, ...]] = []

    @property
    def progress(self) -> Progress:
        """How the run stands now, or how the last one ended."""
        with self._lock:
            return self._progress

    def start(self, arguments: Sequence[str]) -> bool:
        """Start ``auditor ARGUMENTS`` in the season's folder; ``False`` when one is running."""
        with self._lock:
            if self._progress.state == "running":
                return False
            self._start(arguments)
        return True

    def queue(self, arguments: Sequence[str]) -> None:
        """Start ``auditor ARGUMENTS`` now or when what is running has ended. The same command waits once only."""
        with self._lock:
            if self._progress.state != "running":
                self._start(arguments)
            elif tuple(arguments) not in self._waiting:
                self._waiting.append(tuple(arguments))

    def _start(self, arguments: Sequence[str], said: str = "") -> None:
        """Start a run; the lock is held."""
        self._cancelled = False
        self._progress = Progress(state="running", said=said)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "auditor", *arguments],
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            env={**os.environ, PROGRESS_VARIABLE: "lines"},
        )
        threading.Thread(target=self._follow, args=(self._process, said), daemon=True).start()

    def cancel(self) -> None:
        """Stop the run and forget what waits; what was not recorded is left out."""
        with self._lock:
            self._waiting.clear()
            if self._process is not None and self._progress.state == "running":
                self._cancelled = True
                self._process.terminate()

    def wait(self, seconds: float) -> Progress:
        """Wait for the run to end, at most ``seconds``."""
        process = self._process
        if process is not None:
            process.wait(seconds)
        return self.progress

    def _follow(self, process: subprocess.Popen[str], before: str) -> None:
        said: list[str] = [before] if before else []
        assert process.stderr is not None
        self._listen(process.stderr, said)
        code = process.wait()
        with self._lock:
            state: Literal["done", "cancelled"] = "cancelled" if self._cancelled else "done"
            old = self._progress
            told = "\n".join(said[-20:])
            self._progress = Progress(state=state, done=old.done, total=old.total, code=code, said=told)
            if self._waiting:
                self._start(self._waiting.pop(0), told)

    def _listen(self, stream: IO[str], said: list[str]) -> None:
        for line in stream:
            text = line.rstrip("\n")
            if not text.startswith(PROGRESS_MARK):
                said.append(text)
                continue
            fields = text.split("\t", 3)
            if len(fields) == 4 and fields[1].isdecimal() and fields[2].isdecimal():
                with self._lock:
                    self._progress = Progress(state="running", done=int(fields[1]), total=int(fields[2]), path=fields[3])
