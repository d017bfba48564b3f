"""A ledger from elsewhere is not trusted: what in it is no ledger is refused, what is damaged costs its file only."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from auditor.batch.remembered import audit_with_ledger, stored_result
from auditor.errors import UsageError
from auditor.ledger import Ledger
from auditor.model.settings import Settings
from auditor.rulebook import load_rulebook
from tests.cli.running import sample


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("reports")
    for number in ("03", "09"):
        shutil.copy(sample(number), place)
    return place


@pytest.fixture(scope="module")
def made(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ledger") / "book.db"
    with Ledger(path) as ledger:
        audit_with_ledger(ledger, [folder], load_rulebook(), Settings())
    return path


@pytest.fixture
def book(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made, tmp_path / "book.db"))


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER t AFTER INSERT ON run BEGIN DELETE FROM finding; END",
        "CREATE TABLE other (x)",
        "DROP VIEW fact",
    ],
)
def test_a_changed_schema_is_refused(book: Path, statement: str) -> None:
    connection = sqlite3.connect(book)
    connection.execute(statement)
    connection.commit()
    connection.close()
    with pytest.raises(UsageError, match="not a ledger made by this program"):
        Ledger(book)


def test_a_damaged_reading_is_read_again(book: Path, folder: Path) -> None:
    connection = sqlite3.connect(book)
    connection.execute("UPDATE reading SET light = x'00', report = x'00' WHERE id = 1")
    connection.commit()
    connection.close()
    with Ledger(book) as ledger:
        shown = [counted.audit.status for counted in stored_result(ledger, 1, full=True).audits]
        assert sorted(shown) == ["read", "unreadable"]
        again = audit_with_ledger(ledger, [folder], load_rulebook(), Settings(ignore=("F-11",)))
        assert again.read == 1
        assert [counted.audit.status for counted in again.result.audits] == ["read", "read"]
