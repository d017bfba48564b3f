"""What one input costs: processor time and the largest memory the process held while it was at it."""

from __future__ import annotations

import contextlib
import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Measured:
    """How an input ended, its processor time in seconds and the peak of the process's memory in megabytes (0 where it cannot be told)."""

    status: str
    seconds: float
    megabytes: int


def measured(work: Callable[[], str]) -> Measured:
    """Do the work and measure it."""
    _forget_peak()
    before = resource.getrusage(resource.RUSAGE_SELF)
    status = work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return Measured(status, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, _peak())


def _forget_peak() -> None:
    """Let the system count the peak anew (Linux)."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak() -> int:
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) // 1024
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(largest // 1024 // (1024 if sys.platform == "darwin" else 1))
