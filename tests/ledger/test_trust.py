"""A ledger from elsewhere is not trusted: what in it is no ledger is refused, what is damaged costs its file only."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from auditor.batch.remembered import Remembered, audit_with_ledger, stored_result
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


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE checked SET audit = (SELECT audit FROM checked WHERE reading <> 1) WHERE reading = 1",
        "UPDATE checked SET signature = x'80' WHERE reading = 1",
        "UPDATE reading SET status = 'unreadable' WHERE id = 1",
        "UPDATE reading SET facts = '[]' WHERE id = 1",
        "UPDATE reading SET agency = '别的局' WHERE id = 1",
        "UPDATE reading SET report = (SELECT report FROM reading WHERE id = 2), light = (SELECT light FROM reading WHERE id = 2) WHERE id = 1",
    ],
)
def test_what_was_changed_by_hand_is_not_believed(book: Path, folder: Path, statement: str) -> None:
    """The audit of another report put in place of this one's, a status or a cell edited: the file is read again and says what it says."""
    with Ledger(book) as ledger:
        before = shown(audit_with_ledger(ledger, [folder], load_rulebook(), Settings()))
    connection = sqlite3.connect(book)
    assert connection.execute(statement).rowcount == 1
    connection.commit()
    connection.close()
    with Ledger(book) as ledger:
        again = audit_with_ledger(ledger, [folder], load_rulebook(), Settings())
        assert again.read == 1, "one file is read again, the other is not"
        assert shown(again) == before


def shown(done: Remembered) -> list[tuple[str, str, list[str]]]:
    """What a run says of each file."""
    return [(one.audit.source.path, one.verdict, [finding.message for finding in one.audit.findings]) for one in done.result.audits]
