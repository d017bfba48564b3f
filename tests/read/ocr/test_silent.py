"""Recognition sends nothing, and leaves nothing in the folders of the user: the library beneath it does both unless it is told not to."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import auditor
from auditor.read.ocr import is_available

_READ = """
import numpy
from auditor.read.ocr.recogniser import Recogniser, _model
Recogniser(_model()).read(numpy.full((48, 60), 255, numpy.uint8))
"""


@pytest.mark.skipif(not is_available(), reason="the extra 'ocr' is not installed")
def test_nothing_is_left_in_the_folders_of_the_user(tmp_path: Path) -> None:
    places = {
        name: str(tmp_path / name) for name in ("HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_CACHE_HOME", "XDG_DATA_HOME", "TMPDIR", "TEMP")
    }
    for place in places.values():
        Path(place).mkdir()
    # A machine for tests is told by these variables, and nothing is sent from one: the PC of a user has none.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CI", "GITHUB", "ORT_", "TF_BUILD"))}
    ran = subprocess.run(
        [sys.executable, "-c", _READ], env={**kept, **places}, capture_output=True, text=True, cwd=Path(auditor.__file__).parents[1]
    )
    assert ran.returncode == 0, ran.stderr
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_library_is_loaded_at_one_place() -> None:
    package = Path(auditor.__file__).parent
    loading = re.compile(r"^\s*(?:import|from) onnxruntime", re.MULTILINE)
    found = [path.relative_to(package).as_posix() for path in package.rglob("*.py") if loading.search(path.read_text(encoding="utf-8"))]
    assert found == ["read/ocr/runtime.py"]
