"""Ledgers of other versions: an earlier one is brought up and kept as it was, a later one is refused with what to do."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from auditor.batch.remembered import audit_with_ledger
from auditor.errors import UsageError
from auditor.ledger import Ledger, schema, store
from auditor.model.settings import Settings
from auditor.rulebook import load_rulebook
from auditor.scale.part import PartLine
from tests.cli.running import sample

VERSION_1 = (Path(__file__).parent / "version_1.sql").read_text(encoding="utf-8")
REPLY = ("0123456789abcdef", "松岚县教育局", 2024, "已更正", "答复.docx")
PUBLISHED = ("松岚县教育局", 2024, "2025-01-20", "06.docx")


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """A ledger as version 1 wrote it, with an answer, a date, a reading that cannot be understood any more, and a foreign trigger."""
    path = tmp_path / "book.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(VERSION_1)
        connection.execute("INSERT INTO reply VALUES (?, ?, ?, ?, ?)", REPLY)
        connection.execute("INSERT INTO published VALUES (?, ?, ?, ?)", PUBLISHED)
        connection.execute(
            "INSERT INTO reading VALUES (1, 'c', 's', 'r', 'text', 'read', 'annual_report', '', NULL, '', NULL, NULL, '', NULL, x'00', x'00', x'00')"
        )
        connection.execute("CREATE TRIGGER harm AFTER INSERT ON reply BEGIN DELETE FROM published; END")
        connection.commit()
    return path


def test_an_earlier_ledger_is_brought_up_and_kept_as_it_was(earlier: Path, tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    shutil.copy(sample("03"), tmp_path / "reports")
    with Ledger(earlier) as ledger:
        assert ledger.connection.execute("SELECT * FROM reply").fetchall() == [REPLY]
        assert ledger.connection.execute("SELECT * FROM published").fetchall() == [PUBLISHED]
        assert schema.objects(ledger.connection) == schema.own_objects()
        done = audit_with_ledger(ledger, [tmp_path / "reports"], load_rulebook(), Settings())
        assert done.read == 1
    with Ledger(earlier) as again:
        assert again.connection.execute("SELECT count(*) FROM run").fetchone() == (1,)
        assert again.connection.execute("SELECT * FROM reply").fetchall() == [REPLY]
    with closing(sqlite3.connect(tmp_path / "book.version-1.db")) as kept:
        assert kept.execute("PRAGMA user_version").fetchone() == (1,)
        assert kept.execute("SELECT count(*) FROM reading").fetchone() == (1,)


def test_bringing_up_that_stops_leaves_the_earlier_ledger(earlier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "TABLES", (*schema.TABLES, "NO STATEMENT"))
    with pytest.raises(UsageError):
        Ledger(earlier)
    with closing(sqlite3.connect(earlier)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert connection.execute("SELECT * FROM reply").fetchall() == [REPLY]


def test_a_later_ledger_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "later.db"
    Ledger(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    before = path.read_bytes()
    with pytest.raises(UsageError, match=r"later version of the program.*use that version, or name another file"):
        Ledger(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("version", [0, 1, 7])
def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path, version: int) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE reply (x)")
        connection.execute(f"PRAGMA user_version = {version}")
    before = path.read_bytes()
    with pytest.raises(UsageError, match="not a ledger"):
        Ledger(path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["other.db"]


def test_columns_are_declared_in_one_place() -> None:
    fields = [field.name for field in msgspec.structs.fields(PartLine)]
    assert fields[fields.index(schema.HEAD[0]) :][: len(schema.HEAD)] == list(schema.HEAD), "a part has the columns of the ledger"
    package = Path(schema.__file__).parents[1]
    listed = [
        path.relative_to(package).as_posix()
        for path in sorted(package.rglob("*.py"))
        if "INSERT INTO reading (content" in (text := path.read_text(encoding="utf-8")) or '"agency_kind", "year"' in text
    ]
    assert listed == []
