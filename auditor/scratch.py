"""Temporary folders of this program: removed when their block ends, and those of killed processes at the next start."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from auditor.atomic import is_alive


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """A new folder for this process alone, removed with all in it when the block ends, however it ends. Raises OSError.

    Before and after, what killed processes left is removed: those of an earlier run, and workers that went down in this one.
    """
    from auditor.supervise import TEMPORARY, in_worker  # multiprocessing is not loaded for --help

    if not in_worker():
        sweep_scratch()
    folder = Path(tempfile.mkdtemp(prefix=f"{TEMPORARY}{os.getpid()}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if not in_worker():
            sweep_scratch()


def sweep_scratch() -> None:
    """Remove temporary folders whose process is gone. Folders of others are left. Never raises."""
    from auditor.supervise import TEMPORARY

    with contextlib.suppress(OSError):
        for entry in Path(tempfile.gettempdir()).glob(f"{TEMPORARY}*-*"):
            owner = entry.name.removeprefix(TEMPORARY).partition("-")[0]
            if not owner.isdigit() or is_alive(int(owner)) or entry.is_symlink() or not entry.is_dir():
                continue
            if hasattr(os, "getuid") and entry.stat().st_uid != os.getuid():
                continue
            shutil.rmtree(entry, ignore_errors=True)
