"""Documents through LibreOffice, as another program than ours opens them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

PROGRAM = shutil.which("soffice")
needs_office = pytest.mark.skipif(PROGRAM is None, reason="no LibreOffice here")


def convert(data: bytes, name: str, to: str, folder: Path) -> bytes:
    """The document in another format; it is recalculated and written anew. Fails when LibreOffice cannot open it."""
    assert PROGRAM is not None
    source = folder / name
    source.write_bytes(data)
    out = folder / "converted"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    ran = subprocess.run(
        [PROGRAM, profile, "--headless", "--convert-to", to, "--outdir", str(out), str(source)], capture_output=True, timeout=600
    )
    target = out / f"{source.stem}.{to.partition(':')[0]}"
    assert target.is_file(), ran.stderr.decode(errors="replace")
    return target.read_bytes()
