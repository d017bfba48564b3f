"""Runs a task over many items in worker processes, so that a bad item costs only itself.

Every item ends in exactly one :class:`Outcome`: its result, the error it raised, or the way it brought its worker down. A
worker that hangs or dies is replaced. Workers are started fresh (forkserver, or spawn where there is no other way), talk
through one pipe each, ignore Ctrl-C (the supervisor stops them) and end when the pipe closes.
"""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import pickle
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any, Generic, Literal, TypeVar

from auditor.errors import InternalError

Item = TypeVar("Item")
Result = TypeVar("Result")

OutcomeKind = Literal["result", "error", "timeout", "crash", "memory"]

_START_ATTEMPTS = 3
_AHEAD_PER_WORKER = 32
"""How far finished items may run ahead of a slow one when order is kept; bounds memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one item may cost. ``seconds`` of wall clock, ``memory`` in bytes of address space (where the system can
    limit it, else ``None`` applies), ``recycle``: items after which a worker is replaced.
    """

    seconds: float = 60.0
    memory: int | None = 3 * 1024**3
    recycle: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Generic[Result]):
    """How one item ended. ``value`` only for ``result``; ``detail`` says what happened otherwise (exception, exit code)."""

    kind: OutcomeKind
    value: Result | None = None
    detail: str = ""


@dataclass(slots=True)
class _Worker(Generic[Item]):
    process: BaseProcess
    pipe: Connection
    index: int | None = None
    item: Item | None = None
    deadline: float = math.inf
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
) -> Iterator[tuple[Item, Outcome[Result]]]:
    """Each item with its outcome, in the order of ``items`` (or of completion with ``ordered=False``).

    ``task`` and items must be picklable; items are taken lazily. ``seconds_for`` gives an item's own deadline in seconds.
    Closing the iterator, or an exception in the consumer such as Ctrl-C, stops the workers. Raises InternalError when no
    worker can be started at all.
    """
    pool = _Pool(task, max(1, jobs), limits or Limits(), seconds_for)
    try:
        yield from pool.work(iter(items), ordered)
    finally:
        pool.close()


class _Pool(Generic[Item, Result]):
    def __init__(self, task: Callable[[Item], Result], jobs: int, limits: Limits, seconds_for: Callable[[Item], float] | None) -> None:
        self._task = task
        self._jobs = jobs
        self._limits = limits
        self._seconds_for = seconds_for
        self._context = _context()
        self._workers: list[_Worker[Item]] = []
        self._failed_starts = 0

    def work(self, items: Iterator[Item], ordered: bool) -> Iterator[tuple[Item, Outcome[Result]]]:
        finished: dict[int, tuple[Item, Outcome[Result]]] = {}
        next_in, next_out, exhausted = 0, 0, False
        while True:
            room = _AHEAD_PER_WORKER * self._jobs - (next_in - next_out)
            while not exhausted and room > 0 and (len(self._workers) < self._jobs or any(w.index is None for w in self._workers)):
                # The item first: where nothing is left to do, no worker need start.
                try:
                    item = next(items)
                except StopIteration:
                    exhausted = True
                    break
                worker = self._idle()
                assert worker is not None
                self._give(worker, next_in, item)
                next_in += 1
                room -= 1
            if not any(worker.index is not None for worker in self._workers):
                if exhausted:
                    return
                continue
            for index, done, outcome in self._collect():
                finished[index] = (done, outcome)
            if not ordered:
                next_out += len(finished)
                yield from finished.values()
                finished.clear()
            while next_out in finished:
                yield finished.pop(next_out)
                next_out += 1

    def close(self) -> None:
        for worker in self._workers:
            worker.pipe.close()
            if worker.index is not None:
                worker.process.kill()
        for worker in self._workers:
            worker.process.join(1.0)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
        self._workers.clear()

    def _idle(self) -> _Worker[Item] | None:
        for worker in list(self._workers):
            if worker.index is None:
                if worker.process.is_alive():
                    return worker
                self._drop(worker)  # killed from outside between two items: no item's fault
        return self._start() if len(self._workers) < self._jobs else None

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

    def _give(self, worker: _Worker[Item], index: int, item: Item) -> None:
        seconds = self._seconds(item)
        worker.index, worker.item = index, item
        # A worker that is still importing has not begun: its clock starts when it says so.
        worker.deadline = time.monotonic() + seconds if worker.ready else math.inf
        # Should it have died this moment, its end of file is seen in the next round.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            worker.pipe.send((item, seconds))

    def _seconds(self, item: Item) -> float:
        return self._seconds_for(item) if self._seconds_for is not None else self._limits.seconds

    def _collect(self) -> list[tuple[int, Item, Outcome[Result]]]:
        busy = [worker for worker in self._workers if worker.index is not None]
        pause = min(worker.deadline for worker in busy) - time.monotonic()
        # Never wait for ever: on Windows a blocked wait would hold back Ctrl-C.
        signalled = set(wait([worker.pipe for worker in busy], timeout=max(0.0, min(pause, 0.5))))
        found = []
        for worker in busy:
            if worker.pipe in signalled:
                outcome = self._receive(worker)
            elif time.monotonic() >= worker.deadline:
                outcome = self._expire(worker)
            else:
                continue
            if outcome is not None:
                assert worker.index is not None
                assert worker.item is not None
                found.append((worker.index, worker.item, outcome))
                worker.index, worker.item, worker.deadline = None, None, math.inf
        return found

    def _receive(self, worker: _Worker[Item]) -> Outcome[Result] | None:
        try:
            kind, value, detail = worker.pipe.recv()
        except (EOFError, ConnectionResetError, pickle.UnpicklingError):
            return self._bury(worker)
        if kind == "ready":
            worker.ready = True
            self._failed_starts = 0
            assert worker.item is not None
            worker.deadline = time.monotonic() + self._seconds(worker.item)
            return None
        worker.done += 1
        if worker.done >= self._limits.recycle or kind == "memory":
            self._drop(worker)
        return Outcome(kind=kind, value=value, detail=detail)

    def _expire(self, worker: _Worker[Item]) -> Outcome[Result]:
        assert worker.item is not None
        worker.process.kill()
        self._drop(worker)
        return Outcome(kind="timeout", detail=f"{self._seconds(worker.item):g} s")

    def _bury(self, worker: _Worker[Item]) -> Outcome[Result] | None:
        self._drop(worker)
        code = worker.process.exitcode
        if not worker.ready:
            self._failed_starts += 1
            if self._failed_starts >= _START_ATTEMPTS:
                raise InternalError(f"worker processes cannot be started (exit code {code})")
            assert worker.index is not None
            assert worker.item is not None
            self._give(self._start(), worker.index, worker.item)
            worker.index = None
            return None
        if code is not None and code == -getattr(signal, "SIGALRM", 0):
            return Outcome(kind="timeout")
        return Outcome(kind="crash", detail=f"exit code {code}")

    def _drop(self, worker: _Worker[Item]) -> None:
        self._workers.remove(worker)
        worker.pipe.close()
        worker.process.join(1.0)
        if worker.process.is_alive():
            worker.process.kill()
            worker.process.join()


def _context() -> BaseContext:
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    return multiprocessing.get_context(method)


def _serve(pipe: Connection, task: Callable[[Any], Any], memory: int | None) -> None:
    """The worker's loop: receive, work, answer; ends when the supervisor closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
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
        _alarm(math.ceil(seconds * 2 + 30))
        try:
            answer = ("result", task(item), "")
        except MemoryError:
            answer = ("memory", None, "")
        except Exception as error:
            answer = ("error", None, _describe(error))
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

    def _limit_memory(memory: int | None) -> None:
        """There is no such limit on Windows; deadlines still bound a runaway item."""

    def _alarm(seconds: int) -> None:
        """There is no alarm on Windows; a worker ends with its pipe."""
else:

    def _limit_memory(memory: int | None) -> None:
        import resource

        if memory is not None:
            _, hard = resource.getrlimit(resource.RLIMIT_AS)
            resource.setrlimit(resource.RLIMIT_AS, (memory if hard == resource.RLIM_INFINITY else min(memory, hard), hard))

    def _alarm(seconds: int) -> None:
        signal.alarm(seconds)
