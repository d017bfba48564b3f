"""Documents through LibreOffice, as another program than ours opens them."""

from __future__ import annotations

import atexit
import io
import shutil
import subprocess
import tempfile
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

PROGRAM = shutil.which("soffice")
needs_office = pytest.mark.skipif(PROGRAM is None, reason="no LibreOffice here")


@lru_cache(maxsize=1)
def profile() -> str:
    """The folder of LibreOffice's settings for this run of the tests: making one takes longer than a conversion."""
    folder = tempfile.mkdtemp(prefix="office-profile-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder).as_uri()


def convert(data: bytes, name: str, to: str, folder: Path) -> bytes:
    """The document in another format; it is recalculated and written anew. Fails when LibreOffice cannot open it."""
    return convert_all({name: data}, to, folder)[name]


def convert_all(documents: dict[str, bytes], to: str, folder: Path) -> dict[str, bytes]:
    """The same for several documents in one start of the program, which takes longer than a conversion. By the names given."""
    assert PROGRAM is not None
    out = folder / "converted"
    for name, data in documents.items():
        (folder / name).write_bytes(data)
    command = [PROGRAM, f"-env:UserInstallation={profile()}", "--headless", "--convert-to", to, "--outdir", str(out)]
    ran = subprocess.run([*command, *(str(folder / name) for name in documents)], capture_output=True, timeout=600)
    targets = {name: out / f"{Path(name).stem}.{to.partition(':')[0]}" for name in documents}
    for name, target in targets.items():
        assert target.is_file(), f"{name}: {ran.stderr.decode(errors='replace')}"
    return {name: target.read_bytes() for name, target in targets.items()}


def office_content(data: bytes) -> Any:
    """What an OpenDocument file holds."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read("content.xml"))
