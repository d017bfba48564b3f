"""What a batch collects, and what a bad file costs: only itself."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from auditor.batch import Input, collect
from auditor.batch.inputs import unpack
from auditor.batch.run import FileTask, extract_batch
from auditor.batch.task import audit_of_failure
from auditor.model.settings import Settings
from auditor.supervise import Limits, Outcome
from tests.cli.running import sample


def names(entries: tuple[Input, ...] | list[Input], root: Path) -> list[str]:
    return [entry.shown.removeprefix(root.as_posix() + "/") for entry in entries]


def test_folders_are_walked_in_path_order_without_litter(tmp_path: Path) -> None:
    for name in ("b/2.txt", "a/10.txt", "a/9.txt", "~$lock.docx", ".hidden/x.txt", "Thumbs.db", "page.html", "page_files/logo.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    assert names(collect([tmp_path]), tmp_path) == ["a/10.txt", "a/9.txt", "b/2.txt", "page.html"]


def test_a_file_given_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    assert len(collect([tmp_path, tmp_path / "a.txt"])) == 1


def test_archives_open_to_sorted_members_and_broken_ones_are_problems(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("二.txt", "x")
        archive.writestr("__MACOSX/二.txt", "x")
        archive.writestr("一/1.txt", "x")
    (tmp_path / "b.zip").write_bytes(b"PK\x03\x04 cut")
    entries = list(unpack(collect([tmp_path])))
    assert names(entries, tmp_path) == ["a.zip!/一/1.txt", "a.zip!/二.txt", "b.zip"]
    assert entries[2].problem is not None or entries[2].data is None


@pytest.mark.parametrize(
    ("kind", "code"), [("timeout", "RUN-TIMEOUT"), ("crash", "RUN-CRASH"), ("memory", "RUN-MEMORY"), ("error", "RUN-ERROR")]
)
def test_a_worker_that_fails_gives_an_unreadable_file_with_the_reason(kind: str, code: str) -> None:
    path = sample("03")
    audit = audit_of_failure(Input(shown="x.txt", path=path, named=True), Outcome(kind=kind, detail="why"))  # type: ignore[arg-type]
    assert audit.status == "unreadable"
    assert audit.problems[0].code == code
    assert audit.problems[0].fatal
    assert len(audit.source.sha256) == 64


def test_a_file_beyond_its_time_costs_only_itself() -> None:
    reports, interrupted = extract_batch([sample("02"), sample("03")], Settings(), limits=Limits(seconds=-5.0))
    assert [report.status for report in reports] == ["unreadable", "unreadable"]
    assert reports[0].problems[0].code == "RUN-TIMEOUT"
    assert not interrupted


def test_ctrl_c_keeps_what_is_done() -> None:
    def stop(done: int, known: int, path: str) -> None:
        raise KeyboardInterrupt

    reports, interrupted = extract_batch([sample("03"), sample("04")], Settings(), progress=stop)
    assert interrupted
    assert [report.status for report in reports] == ["read", "unreadable"]
    assert reports[1].problems[0].code == "RUN-INTERRUPTED"


def test_task_survives_the_way_to_a_worker() -> None:
    import pickle

    task = FileTask(settings=Settings(lang="en"), check=False)
    assert pickle.loads(pickle.dumps(task)) == task
