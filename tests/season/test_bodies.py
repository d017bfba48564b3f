"""Two bodies of one name do not share the ids of their findings; versions of one body do."""

from __future__ import annotations

from pathlib import Path

from auditor.batch.remembered import audit_with_ledger
from auditor.ledger import Ledger
from auditor.model.settings import Settings
from auditor.rulebook import load_rulebook
from tests.cli.running import sample


def _ids(folder: Path, book: Path, roster: Path | None = None) -> dict[str, set[str]]:
    with Ledger(book) as ledger:
        done = audit_with_ledger(ledger, [folder], load_rulebook(), Settings(select=("T3",)), roster=roster)
        return {
            counted.audit.source.path.removeprefix(f"{folder.as_posix()}/"): {finding.id for finding in counted.audit.findings}
            for counted in done.result.audits
        }


def test_bodies_of_one_name_in_two_folders(tmp_path: Path) -> None:
    data = sample("06").read_bytes()
    for place in ("单独/a.docx", "两县/甲县/a.docx", "两县/乙县/a.docx", "一县/a.docx", "一县/更正.docx"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_bytes(data)
    alone = _ids(tmp_path / "单独", tmp_path / "1.db")["a.docx"]
    assert alone
    two = _ids(tmp_path / "两县", tmp_path / "2.db")
    assert not two["甲县/a.docx"] & two["乙县/a.docx"]
    assert len(two["甲县/a.docx"]) == len(alone)
    versions = _ids(tmp_path / "一县", tmp_path / "3.db")
    assert versions["a.docx"] == versions["更正.docx"] == alone
    moved = tmp_path / "别处"
    (tmp_path / "两县").rename(moved)
    assert _ids(moved, tmp_path / "4.db") == two
