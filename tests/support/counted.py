"""Processor time of a command and of everything it starts: ``python -m tests.support.counted FILE COMMAND …`` (Linux).

Workers are children of a server process that its starter does not wait for, so their time is not in the starter's account. This process
takes in every orphan below it and waits for all of them. The seconds are written to FILE; the exit status is the command's.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import subprocess
import sys
from pathlib import Path

_ADOPT_ORPHANS = 36


def main(file: str, *command: str) -> int:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_ADOPT_ORPHANS, 1, 0, 0, 0)
    status = subprocess.run(command, check=False).returncode
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()
    spent = os.times()
    Path(file).write_text(f"{spent.children_user + spent.children_system:.2f}", encoding="ascii")
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
