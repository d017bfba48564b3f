"""What went wrong in offices: a mistyped path, one file instead of all, files that are not ours, links, Excel still open, a second run."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor import office
from auditor.deliver import DeliveredRun, SeasonRequest, audit_into_season
from auditor.errors import SeasonError
from auditor.ledger import Ledger
from auditor.model.settings import Settings
from tests.lab.compose import DocxStyle, to_docx
from tests.lab.compose.balanced import balanced_plan
from tests.support.season import YEAR, rulebook, wrong_plan

SEEDS = (0, 2, 4)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three wrong reports and the season made of them."""
    place = tmp_path_factory.mktemp("first")
    (place / "报告").mkdir()
    for seed in SEEDS:
        (place / "报告" / f"{seed}.docx").write_bytes(to_docx(wrong_plan(seed), DocxStyle()))
    run(place)
    return place


@pytest.fixture
def place(first: Path, tmp_path: Path) -> Iterator[Path]:
    """A copy of it: a season can be copied whole."""
    target = tmp_path / "place"
    shutil.copytree(first, target)
    before = os.getcwd()
    os.chdir(target)
    yield target
    os.chdir(before)


def run(place: Path, *paths: str, season: str = "审核") -> DeliveredRun:
    before = os.getcwd()
    os.chdir(place)
    try:
        with Ledger(place / "cache.db") as ledger:
            return audit_into_season(
                ledger,
                SeasonRequest(
                    folder=Path(season),
                    paths=[Path(path) for path in paths or ("报告",)],
                    rulebook=rulebook(),
                    settings=Settings(),
                    who="甲",
                ),
            )
    finally:
        os.chdir(before)


def state(folder: Path) -> dict[str, bytes]:
    """Every file of the season but the lock."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != office.LOCK_NAME)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def letters(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.glob("*/整改通知书*.docx"))


@pytest.mark.parametrize("path", ["报吿", "空文件夹"])
def test_run_that_audits_nothing_changes_nothing(path: str, place: Path) -> None:
    (place / "空文件夹").mkdir()
    before = state(place / "审核")
    assert run(place, path).written is None
    assert state(place / "审核") == before
    assert run(place, path, season="新").written is None
    assert not (place / "新").exists()


def test_run_over_one_file_keeps_the_rest(place: Path) -> None:
    before = letters(place / "审核")
    assert len(before) == 3
    done = run(place, "报告/0.docx")
    assert len(done.result.audits) == 1
    assert letters(place / "审核") == before
    assert len(json.loads((place / "审核" / "results.json").read_bytes())["audits"]) == 3


def test_one_corrected_file_closes_its_findings_and_keeps_the_answer(place: Path) -> None:
    with office.open_season(place / "审核") as store:
        row = next(row for row in office.findings(store) if row.path == "报告/0.docx" and row.counts and row.severity == "error")
        office.set_finding(store, row.key, handling="已转业务科")
        office.record_replies(store, [office.Reply(finding=row.key, text="已更正", answer="corrected")])
    (place / "报告" / "0.docx").write_bytes(to_docx(balanced_plan(0, "layout_2021", "medium", year=YEAR), DocxStyle()))
    run(place, "报告/0.docx")
    with office.open_season(place / "审核") as store:
        row = next(one for one in office.findings(store) if one.key == row.key)
    assert (row.state, row.gone_as, row.round, row.handling, len(row.replies)) == ("closed", "fixed", 2, "已转业务科", 1)
    assert len(letters(place / "审核")) == 2
    shown = json.loads((place / "审核" / "results.json").read_bytes())
    states = {finding["state"] for audit in shown["audits"] for finding in audit["findings"]}
    assert states == {"open"}
    assert all(finding["round"] for audit in shown["audits"] for finding in audit["findings"])


def test_file_that_cannot_be_read_for_one_run_keeps_its_findings_and_notice(place: Path) -> None:
    before = letters(place / "审核")
    whole = (place / "报告" / "0.docx").read_bytes()
    (place / "报告" / "0.docx").write_bytes(whole[:2000])
    done = run(place)
    assert done.written is not None
    assert done.written.recorded is not None
    assert done.written.recorded.unread == ("报告/0.docx",)
    assert letters(place / "审核") == before
    with office.open_season(place / "审核") as store:
        assert office.counts(store).unread == 1
        assert not [row for row in office.findings(store) if row.presence == "gone"]
    (place / "报告" / "0.docx").write_bytes(whole)
    run(place)
    with office.open_season(place / "审核") as store:
        assert office.counts(store).unread == 0


def test_season_inside_the_folder_of_reports_and_own_files_among_them_are_not_audited(place: Path) -> None:
    shutil.move(place / "审核", place / "报告" / "审核")
    letter = next((place / "报告" / "审核").glob("*/整改通知书.docx"))
    shutil.copy(letter, place / "报告" / "退回的通知.docx")
    shutil.copy(next((place / "报告" / "审核").glob("*/标注件.docx")), place / "报告" / "标注.docx")
    done = run(place, season="报告/审核")
    told = {counted.audit.source.path: [problem.code for problem in counted.audit.problems] for counted in done.result.audits}
    assert set(told) == {*(f"报告/{seed}.docx" for seed in SEEDS), "报告/退回的通知.docx", "报告/标注.docx"}
    assert told["报告/退回的通知.docx"] == told["报告/标注.docx"] == ["READ-OWN-OUTPUT"]
    with office.open_season(place / "报告" / "审核") as store:
        assert office.counts(store).reports == 3


def test_files_of_the_office_in_the_folder_are_left_alone(place: Path) -> None:
    folder = place / "新"
    folder.mkdir()
    own = {"index.html": b"<p>portal</p>", "results.json": b"{}", "通报.docx": b"ours", "问题台账.xlsx": b"ours too"}
    for name, content in own.items():
        (folder / name).write_bytes(content)
    done = run(place, season="新")
    assert done.written is not None
    assert {name for name, _ in done.written.foreign} == set(own)
    run(place, season="新")
    assert {name: (folder / name).read_bytes() for name in own} == own
    assert (folder / "index（审核）.html").is_file()
    assert not (folder / "index（审核）2.html").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights")
def test_links_in_the_folder_are_not_followed(place: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "page.html").write_text("theirs", encoding="utf-8")
    agency = next((place / "审核").glob("*/整改通知书.docx")).parent.name
    folder = place / "新"
    folder.mkdir()
    (folder / "index.html").symlink_to(outside / "page.html")
    (folder / agency).symlink_to(outside, target_is_directory=True)
    run(place, season="新")
    assert [path.name for path in outside.iterdir()] == ["page.html"]
    assert (outside / "page.html").read_text(encoding="utf-8") == "theirs"
    assert len(list(folder.rglob("整改通知书.docx"))) == 3


def test_workbook_open_in_excel_and_a_second_run_are_told_before_the_audit(place: Path) -> None:
    before = state(place / "审核")
    mark = place / "审核" / "~$问题台账.xlsx"
    mark.write_bytes(b"x")
    with pytest.raises(SeasonError) as refused:
        run(place)
    assert refused.value.code == "open_elsewhere"
    mark.unlink()
    with office.season_lock(place / "审核", "check", "2026-03-01T09:00:00+08:00"), pytest.raises(SeasonError) as refused:
        run(place)
    assert (refused.value.code, refused.value.details["process"]) == ("locked", str(os.getpid()))
    assert state(place / "审核") == before


def test_withdrawn_agency_goes_into_the_history_with_its_files(place: Path) -> None:
    from auditor.deliver import write_views

    with office.open_season(place / "审核") as store:
        agency = next(version.agency for version in office.versions(store) if version.path == "报告/0.docx")
        assert agency is not None
        office.withdraw(store, agency, "机构已撤销")
        write_views(store, rulebook())
    assert len(letters(place / "审核")) == 2
    assert len(list((place / "审核" / "历史").rglob("整改通知书.docx"))) == 1
    run(place)
    assert len(letters(place / "审核")) == 2


def test_version_marked_as_corrected_replaces_the_other_and_a_resubmission_without_change_is_said(place: Path) -> None:
    plan = balanced_plan(0, "layout_2021", "medium", year=YEAR)
    (place / "报告" / "0（更正）.docx").write_bytes(to_docx(plan, DocxStyle()))
    done = run(place)
    assert done.written is not None
    assert done.written.recorded is not None
    assert done.written.recorded.replaced == (("报告/0.docx", "报告/0（更正）.docx"),)
    assert len(letters(place / "审核")) == 2
    (place / "报告" / "2再报.docx").write_bytes(to_docx(wrong_plan(2), DocxStyle()) + b"\n")
    done = run(place)
    assert done.written is not None
    assert done.written.recorded is not None
    assert done.written.recorded.unchanged == ("报告/2再报.docx",)
