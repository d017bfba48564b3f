"""Temporary folders of this program: removed when their block ends, and those of killed processes at the next start."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from auditor.atomic import is_alive

PREFIX: Final = "auditor-"
"""A temporary folder is named ``auditor-PROCESS-…``, so that it can be told whether its process still runs."""


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """A new folder for this process alone, removed with all in it when the block ends, however it ends. Raises OSError."""
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep_scratch() -> None:
    """Remove temporary folders whose process is gone. Folders of others are left. Never raises."""
    with contextlib.suppress(OSError):
        for entry in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
            owner = entry.name.removeprefix(PREFIX).partition("-")[0]
            if not owner.isdigit() or is_alive(int(owner)) or entry.is_symlink() or not entry.is_dir():
                continue
            if hasattr(os, "getuid") and entry.stat().st_uid != os.getuid():
                continue
            shutil.rmtree(entry, ignore_errors=True)
