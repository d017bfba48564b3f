"""Files that come from outside, read in a supervised worker: what hangs, crashes or eats memory costs this process nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from auditor.errors import ReadError
from auditor.read import load
from auditor.rulebook import load_rulebook
from auditor.supervise import Limits, run

Answer = TypeVar("Answer")
_LIMITS = Limits(seconds=60.0)


@dataclass(frozen=True, slots=True)
class _Task:
    """Reads one file with a function; picklable. The rule files are loaded before the first file's clock starts."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]

    def prepare(self) -> None:
        """Load the rule files."""
        load_rulebook()

    def __call__(self, path: Path) -> Any:
        return self.function(load(path), *self.arguments)


def read_in_worker(function: Callable[..., Answer], path: Path, *arguments: object) -> Answer | None:
    """``function(data, *arguments)`` of the file's bytes, done in a worker; ``None`` where it failed."""
    return next(iter(read_all_in_worker(function, [path], *arguments)))[1]


def read_all_in_worker(function: Callable[..., Answer], paths: list[Path], *arguments: object) -> list[tuple[Path, Answer | None, str]]:
    """The same for many files in one worker: each with its answer, or why there is none."""
    found: list[tuple[Path, Answer | None, str]] = []
    task = _Task(function, arguments)
    for path, outcome in run(task, paths, 1, _LIMITS):
        found.append((path, cast("Answer | None", outcome.value), "" if outcome.kind == "result" else outcome.detail))
    return found


__all__ = ["ReadError", "read_all_in_worker", "read_in_worker"]
