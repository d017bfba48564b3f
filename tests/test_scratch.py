"""Temporary folders go however a run ends; what a killed one left goes at the next start."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from auditor.scratch import scratch_folder
from tests.cli.running import ROOT, SAMPLES
from tests.support.season import rulebook

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")


def _ended_by(number: int, place: Path) -> int:
    """A check over more files than it can get through meanwhile, ended as soon as its temporary folder is there; its exit code."""
    place.mkdir()
    reports = place.parent / "reports"
    for number_of_copy in range(20):
        shutil.copytree(SAMPLES, reports / str(number_of_copy))
    env = {**os.environ, "TMPDIR": str(place)}
    process = subprocess.Popen(
        [sys.executable, "-m", "auditor", "check", str(reports), "-q", "-j", "1"],
        cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # a shell's background jobs ignore it
    )  # fmt: skip
    for _ in range(2400):
        if any(place.glob("auditor-*/season.db")) or process.poll() is not None:
            break
        time.sleep(0.05)
    time.sleep(0.2)
    process.send_signal(number)
    return process.wait(300)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_run_that_is_asked_to_end_leaves_nothing(name: str, tmp_path: Path) -> None:
    assert rulebook()  # compiled before, so that the run comes to its work soon
    assert _ended_by(getattr(signal, name), tmp_path / "tmp") == 4
    assert list((tmp_path / "tmp").iterdir()) == []


def test_what_a_killed_run_left_goes_at_the_next_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "tmp"
    assert _ended_by(signal.SIGKILL, place) == -signal.SIGKILL
    left = [path.name for path in place.iterdir()]
    assert left
    assert all(name.startswith("auditor-") for name in left), "what is left can be told from what others left"
    (place / "auditor-x").mkdir()
    (place / "theirs").mkdir()
    for _ in range(1200):  # its workers end when they see that their pipe is closed
        monkeypatch.setattr("tempfile.tempdir", str(place))
        with scratch_folder() as mine:
            assert mine.is_dir()
        if len(list(place.iterdir())) == 2:
            break
        time.sleep(0.05)
    assert sorted(path.name for path in place.iterdir()) == ["auditor-x", "theirs"]
