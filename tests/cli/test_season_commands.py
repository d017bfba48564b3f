"""``auditor season …``: what the desk does is a command as well; what is refused is said in words, exit code 2."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from auditor import office
from auditor.cli import main
from auditor.deliver import write_season
from tests.support.season import rulebook, season


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_season(tmp_path / "审核", season(4), rulebook())
    return tmp_path / "审核"


def command(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["season", *map(str, arguments)])
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out, told.err


def test_decisions_by_number_are_listed_logged_and_undone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(capsys, "confirm", folder, "2024-001", "2024-002", "--as", "rejected", "--who", "张三")[0] == 0
    code, out, _ = command(capsys, "show", folder, "findings", "--format", "json")
    rows = {row["number"]: row for row in json.loads(out)["findings"]}
    assert (code, rows["2024-001"]["state"], rows["2024-002"]["state"]) == (0, "rejected", "rejected")
    assert "张三" in command(capsys, "show", folder, "log")[1]
    assert command(capsys, "undo", folder)[0] == 0
    rows = {row["number"]: row for row in json.loads(command(capsys, "show", folder, "findings", "-f", "json")[1])["findings"]}
    assert {rows["2024-001"]["state"], rows["2024-002"]["state"]} == {"open"}


def test_notices_settings_and_lists(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(capsys, "set", folder, "--office", "某市政府办公室", "--due", "2026-04-10")[0] == 0
    code, out, _ = command(capsys, "issue", folder, "--number", "〔2026〕1号", "--date", "2026-04-01")
    assert code == 0
    assert "〔2026〕1号" in out
    for what in ("todo", "agencies", "versions", "notices", "replies", "rounds", "readings", "settings"):
        assert command(capsys, "show", folder, what, "--today", "2026-04-20")[0] == 0
    assert "已过期限" in command(capsys, "show", folder, "--today", "2026-04-20")[1]
    assert command(capsys, "issue", folder)[0] == 2


_TELEPHONE = "13812345678"


@pytest.mark.parametrize("shape", ["text", "json"])
def test_what_agencies_and_people_wrote_is_masked_in_every_list(folder: Path, capsys: pytest.CaptureFixture[str], shape: str) -> None:
    told = f"已致电{_TELEPHONE}说明"
    with office.open_season(folder) as store:
        rows = [row for row in office.findings(store) if row.parent is None and row.counts]
        given = office.Reply(finding=rows[0].key, text=told, answer="unclear", certain=False, source="函.docx")
        assert office.record_replies(store, [given])[0]
        office.set_finding(store, rows[1].number, confirmation="confirmed", note=told, who="甲")
        office.set_finding(store, rows[2].number, waiver=office.Waiver(reason=told, who="甲", until="2099-01-01"))
    shown = ""
    for what in ("todo", "findings", "agencies", "versions", "notices", "replies", "left", "rounds", "readings", "log", "settings"):
        code, out, err = command(capsys, "show", folder, what, "-f", shape)
        assert code == 0
        shown += out + err
    assert _TELEPHONE not in shown
    assert shown.count("已致电138") >= 2


def test_backup_restore_and_withdrawal(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(capsys, "backup", folder, tmp_path / "b.zip")[0] == 0
    assert command(capsys, "restore", tmp_path / "b.zip", tmp_path / "另一处")[0] == 0
    assert command(capsys, "restore", tmp_path / "b.zip", folder)[0] == 2
    with office.open_season(folder) as store:
        agency = office.agencies(store)[0].agency
        before = office.counts(store).reports
    assert command(capsys, "withdraw", folder, agency, "--reason", "机构已撤销")[0] == 0
    with office.open_season(folder) as store:
        assert office.counts(store).reports == before - 1
    assert command(capsys, "withdraw", folder, agency, "--back")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("confirm", "{}", "2024-999"), "2024-999"),
        (("waive", "{}", "2024-001"), "理由"),
        (("withdraw", "{}", "没有的局"), "没有的局"),
        (("import", "{}", "没有.xlsx"), "没有.xlsx"),
        (("undo", "{}"), "撤销"),
        (("show", "没有这个文件夹"), "auditor-season.db"),
    ],
)
def test_what_is_refused_is_said(arguments: tuple[str, ...], word: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = command(capsys, *(str(folder) if part == "{}" else part for part in arguments))
    assert code == 2
    assert word in err
