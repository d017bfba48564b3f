"""Runs a task over many items in worker processes, so that a bad item costs only itself.

Every item ends in exactly one :class:`TaskOutcome`: its result, the error it raised, or the way it brought its worker down. A
worker that hangs or dies is replaced. Workers are started fresh (forkserver, or spawn where there is no other way), talk
through one pipe each, ignore Ctrl-C (the supervisor stops them) and end when the pipe closes. What a worker starts (LibreOffice)
belongs to its process group and ends with it.

An item's time is processor time, so that a busy computer makes no file unreadable: where the system has a timer of processor time
the worker is stopped by it, on Windows the supervisor asks. Wall-clock time is bounded generously, for what waits without working.
"""

from __future__ import annotations

import contextlib
import math
import multiprocessing.util
import os
import pickle
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import ForkingPickler
from types import TracebackType
from typing import Any, Generic, Literal, TypeVar

from msgspec import Struct, field

from auditor.errors import InternalError

Item = TypeVar("Item")
Result = TypeVar("Result")

OutcomeKind = Literal["result", "error", "timeout", "crash", "memory"]

_START_ATTEMPTS = 3
_AHEAD_PER_WORKER = 32
"""How far finished items may run ahead of a slow one when order is kept; bounds memory."""
_TIMERS = frozenset(getattr(signal, name) for name in ("SIGALRM", "SIGPROF") if hasattr(signal, name))
"""Signals by which a worker ends that has used up its time."""
TEMPORARY = "auditor-"
"""A temporary folder is named ``auditor-PROCESS-…``, so that it can be told whether its process still runs."""
_FITS_A_PIPE = 32768 if sys.platform == "linux" else 4096
"""Bytes that the system takes into a pipe without waiting for its reader."""


class Limits(Struct, frozen=True, kw_only=True):
    """What one item may cost. ``seconds`` of processor time, ``wall`` seconds by the clock (default: see :func:`wall_seconds`),
    ``memory`` in bytes of address space (where the system can limit it, else ``None`` applies), ``recycle``: items after which
    a worker is replaced.
    """

    seconds: float = 60.0
    wall: float | None = None
    memory: int | None = 3 * 1024**3
    recycle: int = 1000


def wall_seconds(seconds: float) -> float:
    """The bound by the clock for an item that may take ``seconds`` of processor time: ten times as much, and five minutes."""
    return 10 * seconds + 300


class TaskOutcome(Struct, Generic[Result], frozen=True, kw_only=True):
    """How one item ended. ``value`` only for ``result``; ``detail`` says what happened otherwise (exception, exit code)."""

    kind: OutcomeKind
    value: Result | None = None
    detail: str = ""


class _Given(Struct, Generic[Item], frozen=True):
    """An item on its way: its number, its time in seconds, and its bytes for the pipe."""

    index: int
    item: Item
    seconds: float
    data: bytes


class _Worker(Struct, Generic[Item]):
    """``given``: the item at work, then perhaps the next one; the first ``sent`` of them are in the pipe.

    ``used``: processor time in seconds before the item at work, where the supervisor has to ask for it.
    """

    process: BaseProcess
    pipe: Connection
    given: deque[_Given[Item]] = field(default_factory=deque)
    sent: int = 0
    deadline: float = math.inf
    used: float = 0.0
    ready: bool = False
    done: int = 0


def run(
    task: Callable[[Item], Result],
    items: Iterable[Item],
    jobs: int = 1,
    limits: Limits | None = None,
    *,
    ordered: bool = True,
    seconds_for: Callable[[Item], float] | None = None,
) -> Iterator[tuple[Item, TaskOutcome[Result]]]:
    """Each item with its outcome, in the order of ``items`` (or of completion with ``ordered=False``).

    ``task`` and items must be picklable; items are taken lazily. ``seconds_for`` gives an item's own deadline in seconds.
    Closing the iterator, or an exception in the consumer such as Ctrl-C, stops the workers. Raises InternalError when no
    worker can be started at all.
    """
    with Pool(task, jobs, limits, seconds_for) as pool:
        yield from pool.run(items, ordered=ordered)


class Pool(Generic[Item, Result]):
    """Workers that stay for several runs over the same task; they start when the first item comes. See :func:`run`.

    ``copied``: workers may be copies of this process, which start at once, where the system can make them and no other thread runs.
    """

    def __init__(
        self,
        task: Callable[[Item], Result],
        jobs: int = 1,
        limits: Limits | None = None,
        seconds_for: Callable[[Item], float] | None = None,
        *,
        copied: bool = False,
    ) -> None:
        self._task = task
        self._jobs = max(1, jobs)
        self._limits = limits or Limits()
        self._seconds_for = seconds_for
        self._context = _context(copied)
        self._workers: list[_Worker[Item]] = []
        self._returned: deque[_Given[Item]] = deque()
        self._failed_starts = 0

    def __enter__(self) -> Pool[Item, Result]:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def run(self, items: Iterable[Item], *, ordered: bool = True) -> Iterator[tuple[Item, TaskOutcome[Result]]]:
        """Each item with its outcome. One run at a time; a run that is not read to its end ends the workers."""
        try:
            yield from self._work(iter(items), ordered)
        except BaseException:
            self.close()
            raise

    def _work(self, items: Iterator[Item], ordered: bool) -> Iterator[tuple[Item, TaskOutcome[Result]]]:
        finished: dict[int, tuple[Item, TaskOutcome[Result]]] = {}
        next_in, next_out, exhausted = 0, 0, False
        while True:
            while self._room():
                if self._returned:
                    self._give(self._returned.popleft())
                    continue
                if exhausted or next_in - next_out >= _AHEAD_PER_WORKER * self._jobs:
                    break
                # The item first: where nothing is left to do, no worker need start.
                try:
                    item = next(items)
                except StopIteration:
                    exhausted = True
                    break
                self._give(_Given(next_in, item, self._seconds(item), bytes(ForkingPickler.dumps((item, self._seconds(item))))))
                next_in += 1
            if not any(worker.given for worker in self._workers):
                if exhausted and not self._returned:
                    return
                continue
            for given, outcome in self._collect():
                finished[given.index] = (given.item, outcome)
            if not ordered:
                next_out += len(finished)
                yield from finished.values()
                finished.clear()
            while next_out in finished:
                yield finished.pop(next_out)
                next_out += 1

    def close(self) -> None:
        """End the workers; those at work are killed."""
        for worker in self._workers:
            worker.pipe.close()
            if worker.given:
                _kill(worker.process)
        for worker in self._workers:
            worker.process.join(1.0)
            _kill(worker.process)
            worker.process.join()
        self._workers.clear()
        self._returned.clear()

    def _room(self) -> bool:
        """Whether somebody can take an item: an idle worker, one to be started, or one that has nothing waiting."""
        for worker in list(self._workers):
            if not worker.given and not worker.process.is_alive():
                self._drop(worker)  # killed from outside between two items: no item's fault
        return len(self._workers) < self._jobs or self._next_worker() is not None

    def _next_worker(self) -> _Worker[Item] | None:
        idle = [worker for worker in self._workers if not worker.given]
        ahead = [
            worker
            for worker in self._workers
            if worker.ready and len(worker.given) == 1 and worker.sent and worker.done + 1 < self._limits.recycle
        ]
        return next(iter(idle or ahead), None)

    def _start(self) -> _Worker[Item]:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(  # type: ignore[attr-defined]
            target=_serve, args=(theirs, self._task, self._limits.memory), daemon=True
        )
        process.start()
        theirs.close()
        worker: _Worker[Item] = _Worker(process=process, pipe=ours)
        self._workers.append(worker)
        return worker

    def _give(self, given: _Given[Item], worker: _Worker[Item] | None = None) -> None:
        if worker is None:
            idle = any(not worker.given for worker in self._workers)
            worker = self._start() if not idle and len(self._workers) < self._jobs else self._next_worker()
        assert worker is not None
        worker.given.append(given)
        # What fits into the pipe is sent while the worker is busy, so that it never waits for us; what does not would make us wait.
        if len(worker.given) == 1 or len(given.data) <= _FITS_A_PIPE:
            self._send(worker, given)
        if len(worker.given) == 1:
            self._start_clock(worker)

    def _send(self, worker: _Worker[Item], given: _Given[Item]) -> None:
        worker.sent += 1
        # Should it have died this moment, its end of file is seen in the next round.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            worker.pipe.send_bytes(given.data)

    def _start_clock(self, worker: _Worker[Item]) -> None:
        # A worker that is still importing has not begun: its clock starts when it says so.
        if not worker.ready or not worker.given:
            worker.deadline = math.inf
            return
        seconds = worker.given[0].seconds
        worker.deadline = time.monotonic() + (self._limits.wall if self._limits.wall is not None else wall_seconds(seconds))
        worker.used = processor_seconds(worker.process)

    def _seconds(self, item: Item) -> float:
        return self._seconds_for(item) if self._seconds_for is not None else self._limits.seconds

    def _collect(self) -> list[tuple[_Given[Item], TaskOutcome[Result]]]:
        busy = [worker for worker in self._workers if worker.given]
        pause = min(worker.deadline for worker in busy) - time.monotonic()
        # Never wait for ever: on Windows a blocked wait would hold back Ctrl-C.
        signalled = set(wait([worker.pipe for worker in busy], timeout=max(0.0, min(pause, 0.5))))
        found = []
        for worker in busy:
            if worker.pipe in signalled:
                ended = self._receive(worker)
            elif time.monotonic() >= worker.deadline or self._is_spent(worker):
                ended = self._expire(worker)
            else:
                continue
            if ended is not None:
                found.append(ended)
        return found

    def _receive(self, worker: _Worker[Item]) -> tuple[_Given[Item], TaskOutcome[Result]] | None:
        try:
            kind, value, detail = worker.pipe.recv()
        except (EOFError, ConnectionResetError, pickle.UnpicklingError):
            return self._bury(worker)
        if kind == "ready":
            worker.ready = True
            self._failed_starts = 0
            self._start_clock(worker)
            return None
        worker.done += 1
        given = worker.given.popleft()
        worker.sent -= 1
        if worker.done >= self._limits.recycle or kind == "memory":
            self._drop(worker)
        elif worker.given:
            if not worker.sent:
                self._send(worker, worker.given[0])
            self._start_clock(worker)
        return given, TaskOutcome(kind=kind, value=value, detail=detail)

    def _is_spent(self, worker: _Worker[Item]) -> bool:
        return worker.ready and processor_seconds(worker.process) - worker.used > worker.given[0].seconds

    def _expire(self, worker: _Worker[Item]) -> tuple[_Given[Item], TaskOutcome[Result]]:
        given = worker.given.popleft()
        _kill(worker.process)
        self._drop(worker)
        return given, TaskOutcome(kind="timeout", detail=f"{given.seconds:g} s")

    def _bury(self, worker: _Worker[Item]) -> tuple[_Given[Item], TaskOutcome[Result]] | None:
        given = worker.given.popleft()
        _kill_group(worker.process)
        self._drop(worker)
        code = worker.process.exitcode
        if not worker.ready:
            self._failed_starts += 1
            if self._failed_starts >= _START_ATTEMPTS:
                raise InternalError(f"worker processes cannot be started (exit code {code})")
            self._returned.appendleft(given)
            return None
        if code is not None and -code in _TIMERS:
            return given, TaskOutcome(kind="timeout", detail=f"{given.seconds:g} s")
        return given, TaskOutcome(kind="crash", detail=f"exit code {code}")

    def _drop(self, worker: _Worker[Item]) -> None:
        """End a worker. What it had not begun, or not been charged with, goes to another."""
        self._workers.remove(worker)
        worker.pipe.close()
        self._returned.extend(worker.given)
        if worker.given:
            _kill(worker.process)
        worker.given.clear()
        worker.process.join(1.0)
        _kill(worker.process)
        worker.process.join()


_WORKER: list[bool] = []
"""Holds something in a worker process."""


def in_worker() -> bool:
    """Whether this process is a worker, whose process group is its own and ended by the supervisor."""
    return bool(_WORKER)


def call(task: Callable[[Item], Result], item: Item, limits: Limits | None = None) -> TaskOutcome[Result]:
    """One item in a worker of its own: for bytes that a command looks at outside of a run (a reply, a roster, a template)."""
    return next(outcome for _, outcome in run(task, [item], 1, limits))


def _context(copied: bool = False) -> BaseContext:
    methods = multiprocessing.get_all_start_methods()
    _name_temporary_folder()
    # A copy of a process with several threads may hang on a lock that one of them held.
    if copied and sys.platform == "linux" and "fork" in methods and threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")


def _name_temporary_folder() -> None:
    """Where the library keeps the sockets of workers: in a folder named as ours are, so that it is found and removed after a kill."""
    told: dict[str, Any] = getattr(multiprocessing.current_process(), "_config", {})
    if sys.platform != "win32" and told.get("tempdir") is None:
        with contextlib.suppress(OSError):
            folder = tempfile.mkdtemp(prefix=f"{TEMPORARY}{os.getpid()}-")
            told["tempdir"] = folder
            multiprocessing.util.Finalize(None, shutil.rmtree, args=(folder, True), exitpriority=-100)


def _serve(pipe: Connection, task: Callable[[Any], Any], memory: int | None) -> None:
    """The worker's loop: receive, work, answer; ends when the supervisor closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):  # a copy of the command line would have its handlers
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    _lead_group()
    _WORKER.append(True)
    _limit_memory(memory)
    prepare = getattr(task, "prepare", None)
    if prepare is not None:
        prepare()
    try:
        pipe.send(("ready", None, ""))
    except (BrokenPipeError, ConnectionResetError):
        return
    while True:
        try:
            item, seconds = pipe.recv()
        except (EOFError, OSError):
            return
        # Should the supervisor itself be killed, a hung worker still ends.
        _alarm(math.ceil(wall_seconds(seconds) + 30))
        _limit_processor(max(seconds, 0.001))
        try:
            answer = ("result", task(item), "")
        except MemoryError:
            answer = ("memory", None, "")
        except Exception as error:
            answer = ("error", None, _describe(error))
        _limit_processor(0.0)
        _alarm(0)
        try:
            pipe.send(answer)
        except MemoryError:
            pipe.send(("memory", None, ""))
        except (BrokenPipeError, ConnectionResetError):
            return
        except Exception as error:
            pipe.send(("error", None, _describe(error)))


def _describe(error: Exception) -> str:
    """Exception and the place it was raised: function and line, never a path of this machine."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {frames[-1].name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}: {error}{place}"


if sys.platform == "win32":

    def processor_seconds(process: BaseProcess) -> float:
        """Processor time a process has used so far, in seconds."""
        import ctypes

        times = [ctypes.c_ulonglong() for _ in range(4)]  # created, ended, kernel, user: in 100 nanoseconds
        if not ctypes.windll.kernel32.GetProcessTimes(ctypes.c_void_p(process.sentinel), *map(ctypes.byref, times)):
            return 0.0
        return (times[2].value + times[3].value) / 1e7

    def _kill(process: BaseProcess) -> None:
        """End a process and what it started."""
        import subprocess

        if process.is_alive():
            with contextlib.suppress(OSError, subprocess.SubprocessError):
                subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False, timeout=20)
            process.kill()

    def _kill_group(process: BaseProcess) -> None:
        """What a process started cannot be found once it has ended."""

    def _lead_group() -> None:
        """Processes that a worker starts are found by their parent."""

    def _limit_processor(seconds: float) -> None:
        """There is no such timer on Windows; the supervisor asks."""

    def _limit_memory(memory: int | None) -> None:
        """There is no such limit on Windows; those of the readers and the time still bound a runaway item."""

    def _alarm(seconds: int) -> None:
        """There is no alarm on Windows; a worker ends with its pipe."""
else:

    def processor_seconds(process: BaseProcess) -> float:
        """Not asked for here: a timer of the worker itself counts."""
        return 0.0

    def _kill(process: BaseProcess) -> None:
        """End a process and what it started."""
        if process.is_alive():
            _kill_group(process)
            process.kill()

    def _kill_group(process: BaseProcess) -> None:
        """End what a process started that has ended itself a moment ago."""
        if process.pid is not None:
            with contextlib.suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)

    def _lead_group() -> None:
        with contextlib.suppress(OSError):
            os.setpgid(0, 0)

    def _limit_processor(seconds: float) -> None:
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, seconds)

    def _limit_memory(memory: int | None) -> None:
        import resource

        if memory is not None:
            _, hard = resource.getrlimit(resource.RLIMIT_AS)
            resource.setrlimit(resource.RLIMIT_AS, (memory if hard == resource.RLIM_INFINITY else min(memory, hard), hard))

    def _alarm(seconds: int) -> None:
        signal.alarm(seconds)
