"""The season judged agency by agency in the workers: what goes wrong with one agency costs only that, and nothing depends on who did what."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.batch import desk, remembered
from auditor.batch.remembered import Remembered, audit_with_ledger
from auditor.check.registry import REGISTRY
from auditor.errors import UsageError
from auditor.ledger import Ledger
from auditor.ledger.dump import dump
from auditor.model.settings import Settings
from auditor.rulebook import load_rulebook
from tests.cli.running import SAMPLES, auditor
from tests.lab.compose import to_text
from tools.season_files import plan_of

BOOK = load_rulebook()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three agencies over four years."""
    place = tmp_path / "reports"
    place.mkdir()
    for number in range(12):
        (place / f"report_{number:02}.txt").write_bytes(to_text(plan_of(number)))
    return place


def run(book: Path, folder: Path, **choices: Any) -> tuple[Remembered, dict[str, dict[str, str]]]:
    with Ledger(book) as ledger:
        done = audit_with_ledger(ledger, [folder], BOOK, Settings(), **choices)
        verdicts = {counted.audit.source.path.rpartition("/")[2]: dict[str, str](counted.audit.verdicts) for counted in done.result.audits}
        return done, verdicts


class DeadlyTask(desk.RunTask, frozen=True, kw_only=True):
    """A worker dies whenever it is to judge the second agency."""

    def __call__(self, job: desk.Job) -> desk.Answer:
        if isinstance(job, desk.Chunk) and any("report_05" in card.path for card in job.cards):
            os.kill(os.getpid(), signal.SIGKILL)
        return desk.RunTask.__call__(self, job)


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL on Windows")
def test_a_worker_that_dies_over_an_agency_costs_the_season_of_that_agency(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, whole = run(tmp_path / "whole.db", folder)
    monkeypatch.setattr(remembered, "RunTask", DeadlyTask)
    done, verdicts = run(tmp_path / "dead.db", folder)
    theirs = [f"report_{number:02}.txt" for number in (4, 5, 6, 7)]
    assert {name: found for name, found in verdicts.items() if name not in theirs} == {n: f for n, f in whole.items() if n not in theirs}
    # Not judged is not passed: what needs last year's report stays open, and the run says so.
    assert {verdicts[name]["D-03"] for name in theirs} == {"needs_other_input"}
    assert {whole[name]["D-03"] for name in theirs[1:]} <= {"pass", "fail"}
    assert "crash" in done.result.defect
    assert any("crash" in note for note in done.result.notes)


def test_a_rule_that_crashes_costs_the_season_of_one_agency(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crashing(pair: Any) -> Any:
        if "report_05" in pair.now.report.source.path:
            raise ZeroDivisionError("of ours")
        return original(pair)

    registered = REGISTRY["D-03"]
    original = registered.function
    monkeypatch.setitem(REGISTRY, "D-03", replace(registered, function=crashing))
    with Ledger(tmp_path / "season.db") as ledger:
        setting = remembered.Setting(rulebook=BOOK, settings=Settings())
        here = remembered.Here(setting.task(ledger), ledger)
        reached = remembered.read_recorded(ledger, [folder], here, setting.keys)  # type: ignore[attr-defined]
        result = remembered.finish(ledger, reached, (), setting).result
        verdicts = [counted.audit.verdicts["D-03"] for counted in result.audits]
    assert verdicts[4:8] == ["needs_other_input"] * 4
    assert not {"needs_other_input", "unknown"} & {*verdicts[1:4], *verdicts[9:]}
    assert result.defect == "ZeroDivisionError: of ours"


def test_one_process_and_workers_come_to_the_same(tmp_path: Path, folder: Path) -> None:
    run(tmp_path / "workers.db", folder, jobs=2)
    with Ledger(tmp_path / "here.db") as ledger:
        setting = remembered.Setting(rulebook=BOOK, settings=Settings())
        here = remembered.Here(setting.task(ledger), ledger)
        remembered.finish(ledger, remembered.read_recorded(ledger, [folder], here, setting.keys), (), setting)  # type: ignore[attr-defined]
        mine = list(dump(ledger))
    with Ledger(tmp_path / "workers.db") as ledger:
        assert list(dump(ledger)) == mine


@pytest.mark.parametrize("first", ["json", "jsonl", "csv", "console"])
def test_the_output_does_not_depend_on_what_was_asked_before(tmp_path: Path, first: str) -> None:
    files = [path for path in sorted(SAMPLES.iterdir()) if path.name.startswith(("03_", "09_", "17_"))]
    book = tmp_path / "season.db"
    auditor("check", *files, "--format", first, "--ledger", book)
    for name in ("json", "jsonl", "csv", "console"):
        assert auditor("check", *files, "--format", name, "--ledger", book).raw == auditor("check", *files, "--format", name).raw


def test_a_run_without_ledger_leaves_nothing_behind(tmp_path: Path) -> None:
    shutil.copy(next(SAMPLES.glob("03_*")), tmp_path / "report.txt")
    (tmp_path / "scratch").mkdir()
    ran = auditor("check", tmp_path / "report.txt", env={"TMPDIR": str(tmp_path / "scratch"), "TEMP": str(tmp_path / "scratch")})
    assert ran.code in (0, 1)
    assert list((tmp_path / "scratch").iterdir()) == []


def test_a_full_disk_is_said_plainly(tmp_path: Path, folder: Path) -> None:
    with Ledger(tmp_path / "season.db") as ledger:
        ledger.connection.execute("PRAGMA max_page_count = 60")
        with pytest.raises(UsageError, match=r"season\.db.*full"):
            audit_with_ledger(ledger, [folder], BOOK, Settings())
    done, _ = run(tmp_path / "season.db", folder)
    assert len(done.result.audits) == 12
