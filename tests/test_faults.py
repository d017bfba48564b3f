"""Faults at every step on the disk: whatever happens, a file has its old content or its new content, and the run says what happened.

Some points with each test run; all with ``AUDITOR_FAULT_POINTS=1000``. The season's own writers are in ``tests/office`` and
``tests/season/play.py``; ``python -m tests.support.faulted`` tries commands over what people entered and counts.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from auditor.atomic import is_temporary
from tests.cli.running import auditor, sample
from tests.support.faulted import try_command
from tests.support.faults import FAULTS, Fault, count_points, run_with_fault

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
POINTS = int(os.environ.get("AUDITOR_FAULT_POINTS", "12"))
"""Faults for each command; steps and kinds are drawn from all by a fixed seed."""


def _work(command: str, root: Path) -> Callable[[], object]:
    from auditor.cli import group

    reports, target = root / "reports", root / "out"
    arguments = {
        "check": ["check", str(reports), "-q", "-j", "1", f"-ojson={target}", "--ledger", str(root / "book.db"), "-f", "jsonl"],
        "dataset": ["dataset", str(reports), "-o", str(target.with_suffix(".xlsx")), "-q", "-j", "1"],
        "reduce": ["reduce", str(root / "parts"), f"-ojson={target}", "-f", "jsonl", "-q", "-j", "1"],
    }[command]

    def work() -> None:
        group.main(arguments, prog_name="auditor", standalone_mode=False)

    return work


def _prepare(root: Path, command: str) -> None:
    if not (root / "reports").exists():
        (root / "reports").mkdir(parents=True)
        shutil.copy(sample("03"), root / "reports")
    for old in ("out", "out.xlsx"):
        (root / old).write_bytes(b"old content")
    for book in root.glob("book.db*"):
        book.unlink()
    if command == "reduce" and not (root / "parts").exists():
        # In a process of its own: a forked child must start its workers itself.
        assert auditor("part", root / "reports", "--shard", "1/1", "--parts", root / "parts", "-q", "-j", "1").code == 0


@pytest.mark.parametrize("command", ["check", "dataset", "reduce"])
def test_old_content_or_new_content(command: str, tmp_path: Path) -> None:
    _prepare(tmp_path, command)
    work = _work(command, tmp_path)
    steps = count_points(tmp_path, work)
    assert steps > 3
    target = tmp_path / ("out.xlsx" if command == "dataset" else "out")
    whole = target.read_bytes()
    assert whole != b"old content"
    drawn = Random(1)
    cases: list[tuple[Fault, int]] = [(fault, at) for fault in FAULTS for at in range(1, steps + 1)]
    for fault, at in drawn.sample(cases, min(POINTS, len(cases))):
        _prepare(tmp_path, command)
        code, told = run_with_fault(tmp_path, work, fault, at)
        left = target.read_bytes()
        # An interrupted run writes what it has, and says so: a whole file too.
        assert left in (b"old content", whole) or _is_whole(left), (fault, at, code, told)
        if fault not in ("kill", "terminate"):
            assert not [path.name for path in tmp_path.iterdir() if is_temporary(path.name)], (fault, at)
        for path in tmp_path.iterdir():
            if is_temporary(path.name):
                path.unlink()


@pytest.mark.parametrize("command", ["reply_workbook", "reply_season", "season_again", "season_import", "season_issue", "compile", "desk"])
def test_nothing_entered_is_lost_and_the_next_run_finishes(command: str, tmp_path: Path) -> None:
    cases = list(try_command(tmp_path, command, max(2, POINTS // 6), seed=3))
    assert cases
    assert [case for case in cases if case.broken] == []


@pytest.mark.parametrize(("command", "name"), [("dataset", "out.xlsx"), ("brief", "out.docx")])
def test_an_interrupted_run_replaces_nothing_that_cannot_say_so(
    command: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from auditor.cli import group

    @contextlib.contextmanager
    def stopping(label: str, quiet: bool) -> Iterator[object]:
        def stop(done: int, known: int, path: str) -> None:
            raise KeyboardInterrupt

        yield stop

    monkeypatch.setattr("auditor.cli.output.progress_bar", stopping)
    (tmp_path / name).write_bytes(b"old content")
    (tmp_path / "reports").mkdir()
    for number in ("03", "04"):
        shutil.copy(sample(number), tmp_path / "reports")
    code = group.main([command, str(tmp_path / "reports"), "-o", str(tmp_path / name), "-q", "-j", "1"], standalone_mode=False)
    assert code == 4
    assert "已中断，未写入" in capsys.readouterr().err
    assert (tmp_path / name).read_bytes() == b"old content"


def _is_whole(data: bytes) -> bool:
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return package.testzip() is None
    return bool(json.loads(data)["schema"])
