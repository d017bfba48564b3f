"""Runs the command line in a process of its own, as a user does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "sample_reports"


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str
    raw: bytes

    def json(self) -> Any:
        return json.loads(self.out)


def auditor(*arguments: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None, spent: Path | None = None) -> Ran:
    """``spent`` is a file for the processor time of all its processes together, in seconds."""
    counted = [sys.executable, "-m", "tests.support.counted", str(spent)] if spent else []
    done = subprocess.run(
        [*counted, sys.executable, "-m", "auditor", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        env={**os.environ, **(env or {})},
        timeout=1200,
    )
    return Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"), done.stdout)


def sample(number: str) -> Path:
    return next(SAMPLES.glob(f"{number}_*"))
