"""What earlier versions left is taken over: a season's file of version 1, a ledger with answers, a folder from before the season's file."""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
from pathlib import Path

import openpyxl
import pytest

from auditor import office
from auditor.deliver import write_season
from auditor.errors import SeasonError
from auditor.ledger import Ledger
from auditor.office import schema
from auditor.render.workbook import workbook
from tests.support.season import rulebook, season


def version_one(folder: Path) -> None:
    """A season as version 1 of the file had it: the tables without those that came later, with what people entered."""
    folder.mkdir()
    connection = sqlite3.connect(folder / office.STORE_NAME)
    for statement in schema.VERSION_1:
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {schema.APPLICATION}")
    connection.execute("PRAGMA user_version = 1")
    connection.execute("INSERT INTO entered VALUES ('season', 'office', '\"某市政府办公室\"', '甲', '2026-03-01T09:00:00+08:00')")
    connection.execute(
        "INSERT INTO log (action, at, who, what, subject, field, after) VALUES (1, '2026-03-01T09:00:00+08:00', '甲', 'settings', "
        "'season', 'office', '\"某市政府办公室\"')"
    )
    connection.commit()
    connection.close()


def test_season_of_version_one_is_brought_up_to_date_and_kept_as_it_was(tmp_path: Path) -> None:
    version_one(tmp_path / "s")
    before = (tmp_path / "s" / office.STORE_NAME).read_bytes()
    with office.open_season(tmp_path / "s") as store:
        assert office.settings(store).office == "某市政府办公室"
        assert store.rows("PRAGMA user_version") == [(schema.VERSION,)]
        assert office.record_round(store, season(4)) is not None
        assert office.undo(store) == 1
    assert (tmp_path / "s" / "auditor-season.version-1.db").read_bytes() == before
    fresh = office.create_season(tmp_path / "new")
    with office.open_season(tmp_path / "s") as store:
        for table in ("version", "printed", "draft", "reply"):
            columns = f"SELECT name FROM pragma_table_info('{table}')"
            assert sorted(store.rows(columns)) == sorted(fresh.rows(columns))


def test_upgrade_that_is_stopped_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version_one(tmp_path / "s")
    before = (tmp_path / "s" / office.STORE_NAME).read_bytes()
    monkeypatch.setitem(schema.MIGRATIONS, 1, (*schema.MIGRATIONS[1], "NO STATEMENT"))
    with pytest.raises(SeasonError):
        office.open_season(tmp_path / "s")
    assert (tmp_path / "s" / office.STORE_NAME).read_bytes() == before


def test_answers_in_a_ledger_are_taken_over_once(tmp_path: Path) -> None:
    with office.create_season(tmp_path / "s") as store:
        office.record_round(store, season(4))
        key = next(row.key for row in office.findings(store) if row.counts)
        with Ledger(tmp_path / "ledger.db") as ledger:
            ledger.connection.execute("INSERT INTO reply VALUES (?, '甲局', 2024, '已更正', '甲.docx')", (key,))
            ledger.connection.execute("INSERT INTO reply VALUES ('gone', '乙局', 2024, '已更正', '乙.docx')")
        assert office.adopt_ledger(store, tmp_path / "ledger.db") == (1, ("gone",))
        assert office.adopt_ledger(store, tmp_path / "ledger.db")[0] == 0
        assert [reply.text for reply in office.replies(store)] == ["已更正"]


def test_folder_from_before_the_seasons_file_keeps_what_was_typed(tmp_path: Path) -> None:
    result = season(4)
    folder = tmp_path / "s"
    folder.mkdir()
    old = workbook(result, rulebook())
    page = b"<html>old page</html>"
    (folder / "index.html").write_bytes(page)
    book = openpyxl.load_workbook(io.BytesIO(old))
    sheet = book["问题台账"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    key = sheet.cell(2, heads["编号"]).value
    sheet.cell(2, heads["办理状态"]).value = "已说明"
    sheet.cell(2, heads["机关答复"]).value = "口径不同"
    book.save(folder / "问题台账.xlsx")
    memory = {"index.html": hashlib.sha256(page).hexdigest(), "问题台账.xlsx": hashlib.sha256(old).hexdigest()}
    (folder / ".auditor-season.json").write_text(json.dumps(memory), encoding="utf-8")
    written = write_season(folder, result, rulebook())
    assert written.foreign == ()
    with office.open_season(folder) as store:
        row = next(row for row in office.findings(store) if row.key == key)
    assert (row.handling, [reply.text for reply in row.replies]) == ("已说明", ["口径不同"])
    assert (folder / "index.html").read_bytes() != page


@pytest.mark.parametrize("version", [1, schema.VERSION])
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER t AFTER INSERT ON log BEGIN DELETE FROM entered; END",
        "CREATE TRIGGER sqlitex AFTER INSERT ON log BEGIN DELETE FROM entered; END",
        "CREATE VIEW other AS SELECT 1",
        "DROP TRIGGER log_DELETE",
    ],
)
def test_a_file_with_foreign_triggers_is_not_used(version: int, statement: str, tmp_path: Path) -> None:
    """Also one of an earlier version: bringing it up to date would run them."""
    if version == 1:
        version_one(tmp_path / "s")
    else:
        office.create_season(tmp_path / "s").close()
    connection = sqlite3.connect(tmp_path / "s" / office.STORE_NAME)
    connection.execute(statement)
    connection.commit()
    connection.close()
    before = (tmp_path / "s" / office.STORE_NAME).read_bytes()
    with pytest.raises(SeasonError) as refused:
        office.open_season(tmp_path / "s")
    assert refused.value.code == "foreign"
    assert (tmp_path / "s" / office.STORE_NAME).read_bytes() == before
