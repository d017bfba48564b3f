"""What a batch collects, and what a bad file costs: only itself."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from auditor.batch import Input, collect
from auditor.batch.run import extract_batch
from auditor.batch.task import FileTask, audit_of_failure, problem_of_failure
from auditor.batch.unpacking import opened_groups
from auditor.model.settings import Settings
from auditor.scratch import scratch_folder
from auditor.supervise import Limits, Pool, TaskOutcome
from tests.cli.running import sample


def names(entries: tuple[Input, ...] | list[Input], root: Path) -> list[str]:
    return [entry.shown.removeprefix(root.as_posix() + "/") for entry in entries]


def test_folders_are_walked_in_path_order_without_litter(tmp_path: Path) -> None:
    for name in ("b/2.txt", "a/10.txt", "a/9.txt", "~$lock.docx", "Thumbs.db", ".DS_Store", "._a.txt", "page.html"):
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
    entries = unpacked(tmp_path)
    assert names(entries, tmp_path) == ["a.zip!/一/1.txt", "a.zip!/二.txt", "b.zip"]
    assert entries[2].problem is not None


def unpacked(folder: Path) -> list[Input]:
    task = FileTask(settings=Settings())
    with Pool(task, 1) as pool, scratch_folder() as scratch:
        return [entry for group in opened_groups(collect([folder]), pool, scratch, problem_of_failure) for _, entry in group]


def codes(entries: tuple[Input, ...] | list[Input], root: Path) -> dict[str, str]:
    return {
        entry.shown.removeprefix(root.as_posix()).lstrip("/"): entry.problem.code if entry.problem else entry.skipped for entry in entries
    }


def test_nothing_is_left_out_without_a_word(tmp_path: Path) -> None:
    for name in (
        "a.txt",
        ".报告.docx",
        ".gitignore",
        ".隐藏/报告.pdf",
        ".cache/index",
        "page.html",
        "page_files/logo.png",
        "page_files/附件.docx",
        "auditor.toml",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / "~$报告.docx").write_bytes(b"x" * 50_000)
    found = codes(collect([tmp_path]), tmp_path)
    assert found == {
        ".cache": "hidden",
        ".gitignore": "hidden",
        ".报告.docx": "READ-HIDDEN-FILE",
        ".隐藏": "READ-HIDDEN-FILE",
        "a.txt": "",
        "auditor.toml": "settings",
        "page.html": "",
        "page_files": "page_files",
        "page_files/附件.docx": "",
        "~$报告.docx": "READ-HIDDEN-FILE",
    }


@pytest.mark.skipif(os.name == "nt", reason="symbolic links")
def test_a_linked_folder_is_named_and_not_entered(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.txt").write_text("x", encoding="utf-8")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link").symlink_to(tmp_path / "real")
    (tmp_path / "in" / "round").symlink_to(tmp_path / "in")
    assert codes(collect([tmp_path / "in"]), tmp_path / "in") == {"link": "READ-LINK", "round": "READ-LINK"}


def test_a_folder_that_cannot_be_listed_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shut").mkdir()
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    plain = os.scandir

    def refused(path: str) -> object:
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied", str(path))
        return plain(path)

    monkeypatch.setattr(os, "scandir", refused)
    assert codes(collect([tmp_path]), tmp_path) == {"a.txt": "", "shut": "READ-FOLDER"}


def test_members_that_are_hidden_or_end_like_folders_and_empty_archives(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(".报告.docx", "x")
        archive.writestr(zipfile.ZipInfo("报告.txt/"), "content of a member that looks like a folder")
        archive.writestr(zipfile.ZipInfo("空/"), "")
    with zipfile.ZipFile(tmp_path / "b.zip", "w"):
        pass
    assert codes(unpacked(tmp_path), tmp_path) == {"a.zip!/.报告.docx": "READ-HIDDEN-FILE", "a.zip!/报告.txt": "", "b.zip": "READ-EMPTY"}


@pytest.mark.parametrize(
    ("kind", "code"), [("timeout", "RUN-TIMEOUT"), ("crash", "RUN-CRASH"), ("memory", "RUN-MEMORY"), ("error", "RUN-ERROR")]
)
def test_a_worker_that_fails_gives_an_unreadable_file_with_the_reason(kind: str, code: str) -> None:
    path = sample("03")
    audit = audit_of_failure(Input(shown="x.txt", path=path, named=True), TaskOutcome(kind=kind, detail="why"))  # type: ignore[arg-type]
    assert audit.status == "unreadable"
    assert audit.problems[0].code == code
    assert audit.problems[0].fatal
    assert (audit.source.sha256, audit.source.kind) == ("", "unknown")  # nobody looks into its bytes again


def test_a_file_beyond_its_time_costs_only_itself() -> None:
    reports, interrupted = extract_batch([sample("02"), sample("03")], Settings(), limits=Limits(seconds=-5.0, wall=0.0))
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
