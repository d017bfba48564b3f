"""A data set on a disk that takes no more: one line in our words, the old file as it was, nothing beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import ROOT, sample

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits on the size of files")
_LIMITED = """
import resource, signal, sys
from auditor.cli import main
from auditor.render.dataset import writers

plain = writers.replacing

def limited(path):
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), -1))  # only now: the ledger is written before
    return plain(path)

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
writers.replacing = limited
main(sys.argv[2:])
"""


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "db", "parquet"])
def test_what_the_disk_refuses_is_said_once_in_words(suffix: str, tmp_path: Path) -> None:
    if suffix == "parquet":
        pytest.importorskip("duckdb")
    target = tmp_path / f"out.{suffix}"
    old = b"" if suffix == "db" else b"old content"
    target.write_bytes(old)
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    largest = 20_000 if suffix == "xlsx" else 4096  # its rows wait in temporary files, which are not to fail
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(largest), "dataset", str(sample("06")), "-o", str(target), "-q", "-j", "1"],
        cwd=ROOT, env={**os.environ, "TMPDIR": str(scratch), "AUDITOR_LANG": "zh"}, capture_output=True, timeout=1200,
    )  # fmt: skip
    said = done.stderr.decode()
    assert done.returncode == 2, said
    assert len(said.splitlines()) == 1, said
    assert "无法写入" in said
    assert ("磁盘读写出错" if suffix == "db" else "文件超过磁盘允许的大小") in said, said
    assert target.read_bytes() == old
    assert [path.name for path in tmp_path.iterdir() if path.name not in (target.name, "tmp")] == []
    assert list(scratch.iterdir()) == []
