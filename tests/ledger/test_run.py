"""A run with a ledger: the same result as without, nothing done twice, nothing lost to a kill."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.batch.remembered import Remembered, audit_with_ledger
from auditor.errors import UsageError
from auditor.ledger import Ledger
from auditor.ledger.dump import dump
from auditor.model.settings import Settings
from auditor.rulebook import load_rulebook
from tests.cli.running import ROOT, SAMPLES, auditor

KILLS = int(os.environ.get("AUDITOR_KILLS", "5"))
"""Kills of the test below; twenty by command: ``AUDITOR_KILLS=20 pytest tests/ledger -k killed``."""

TEXTS = ("03_", "04_", "09_", "14_", "17_", "18_", "21_")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A few quick reports, among them the two halves of one."""
    place = tmp_path / "reports"
    place.mkdir()
    for path in sorted(SAMPLES.iterdir()):
        if path.name.startswith(TEXTS):
            shutil.copy(path, place / path.name)
    return place


def run(book: Path, folder: Path, settings: Settings | None = None, jobs: int = 1) -> tuple[Remembered, list[str]]:
    with Ledger(book) as ledger:
        done = audit_with_ledger(ledger, [folder], load_rulebook(), settings or Settings(), jobs=jobs)
        return done, [f"{counted.audit.source.path} {counted.verdict}" for counted in done.result.audits]


def content(book: Path) -> list[str]:
    with Ledger(book) as ledger:
        return list(dump(ledger))


def test_output_is_that_of_a_run_without_ledger(tmp_path: Path) -> None:
    plain = auditor("check", SAMPLES, "--format", "json", "--jobs", "1")
    first = auditor("check", SAMPLES, "--format", "json", "--jobs", "2", "--ledger", tmp_path / "season.db")
    again = auditor("check", SAMPLES, "--format", "json", "--ledger", tmp_path / "season.db")
    assert plain.raw == first.raw == again.raw
    assert plain.code == first.code == again.code


def test_second_run_reads_nothing_and_adds_no_run(tmp_path: Path, folder: Path) -> None:
    book = tmp_path / "season.db"
    first, shown = run(book, folder)
    before = content(book)
    second, shown_again = run(book, folder)
    assert first.read == len(TEXTS)
    assert (second.read, second.rechecked, second.number) == (0, 0, first.number)
    assert shown == shown_again
    assert content(book) == before


def test_only_the_new_file_is_read(tmp_path: Path, folder: Path) -> None:
    book = tmp_path / "season.db"
    run(book, folder)
    text = next(folder.glob("03_*"))
    (folder / "new.txt").write_bytes(text.read_bytes() + "\n附注。".encode())
    done, shown = run(book, folder)
    assert (done.read, done.rechecked, done.number) == (1, 0, 2)
    assert len(shown) == len(TEXTS)  # two halves are one audit, one file came


def test_moved_files_are_not_read_again_and_bear_their_new_path(tmp_path: Path, folder: Path) -> None:
    book = tmp_path / "season.db"
    run(book, folder)
    folder.rename(tmp_path / "elsewhere")
    done, shown = run(book, tmp_path / "elsewhere")
    assert (done.read, done.rechecked) == (0, 0)
    assert all("/elsewhere/" in line for line in shown)


def test_changed_settings_check_again_without_reading(tmp_path: Path, folder: Path) -> None:
    book = tmp_path / "season.db"
    run(book, folder)
    done, _ = run(book, folder, Settings(ignore=("T4",)))
    assert done.read == 0
    assert done.rechecked == len(TEXTS)
    with Ledger(book) as ledger:
        rules = [rule for (rule,) in ledger.connection.execute("SELECT rule FROM findings")]
    assert not [rule for rule in rules if rule.startswith("T4")]


def test_content_does_not_depend_on_jobs(tmp_path: Path, folder: Path) -> None:
    run(tmp_path / "one.db", folder)
    run(tmp_path / "two.db", folder, jobs=2)
    assert content(tmp_path / "one.db") == content(tmp_path / "two.db")


def test_sums_of_the_facts_are_those_of_the_reports(tmp_path: Path, folder: Path) -> None:
    book = tmp_path / "season.db"
    run(book, folder)
    with Ledger(book) as ledger:
        done = audit_with_ledger(ledger, [folder], load_rulebook(), Settings(), full=True)
        printed = [fact for counted in done.result.audits if counted.audit.report for fact in counted.audit.report.facts]
        rows = ledger.connection.execute("SELECT count(*), sum(value) FROM fact").fetchone()
    assert rows[0] == len(printed)
    assert rows[1] == pytest.approx(float(sum(fact.value for fact in printed if fact.value is not None)))


def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear Sir")
    refused = auditor("check", SAMPLES / "nothing.txt", "--ledger", tmp_path / "letter.db")
    assert refused.code == 2
    assert "letter.db" in refused.err
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE mine (x)")
    other.close()
    assert auditor("check", SAMPLES / "nothing.txt", "--ledger", tmp_path / "other.db").code == 2


def test_a_ledger_in_use_is_not_written_by_another_run(tmp_path: Path, folder: Path) -> None:
    with Ledger(tmp_path / "season.db") as first:
        first.connection.execute("BEGIN IMMEDIATE")
        with Ledger(tmp_path / "season.db", wait=0.1) as second, pytest.raises(UsageError, match="another run"):
            audit_with_ledger(second, [folder], load_rulebook(), Settings())


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL on Windows")
def test_killed_at_random_moments_and_resumed(tmp_path: Path) -> None:
    """kill -9 again and again; the last run goes on where they ended, and ledger and output are those of an undisturbed run."""
    quiet, killed = tmp_path / "quiet.db", tmp_path / "killed.db"
    expected = auditor("check", SAMPLES, "--format", "json", "--jobs", "2", "--ledger", quiet)
    moments = random.Random(7)
    for _ in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-m", "auditor", "check", str(SAMPLES), "--format", "json", "--jobs", "2", "--ledger", str(killed)],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            process.wait(moments.uniform(0.2, 2.5))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
    last = auditor("check", SAMPLES, "--format", "json", "--jobs", "2", "--ledger", killed)
    assert last.raw == expected.raw
    assert content(killed) == content(quiet)
    assert not os.path.exists(f"{killed}-journal")


def test_two_runs_at_once_on_one_ledger(tmp_path: Path, folder: Path) -> None:
    """Both end well; each file is stored once, each run under its own number."""
    import subprocess
    import sys

    command = [sys.executable, "-m", "auditor", "check", str(folder), "--ledger", str(tmp_path / "s.db"), "-f", "json", "-j", "1"]
    both = [subprocess.Popen([*command, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE) for more in ([], ["--ignore", "F-11"])]
    ended = [(process.communicate()[1].decode(), process.returncode) for process in both]
    assert all(code in (0, 1, 4) and not told for told, code in ended), ended
    with Ledger(tmp_path / "s.db", create=False) as ledger:
        assert [row[0] for row in ledger.connection.execute("SELECT number FROM run ORDER BY number")] == [1, 2]
        readings = ledger.connection.execute("SELECT count(*), count(DISTINCT content) FROM reading").fetchone()
    assert readings[0] == readings[1]
