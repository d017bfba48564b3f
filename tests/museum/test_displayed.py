"""Each report of ``displayed`` is read as it is seen: every cell as printed, or declared unread."""

from __future__ import annotations

import pytest

from auditor.check.coverage import severity_of
from auditor.model.settings import Settings
from auditor.pipeline import check_report, extract_reports
from auditor.rulebook import load_rulebook
from tests.museum.make_displayed import CASES, FOLDER
from tests.read.made import plan


def test_every_file_is_expected() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_file_is_read_as_it_is_seen(name: str) -> None:
    _, status, count, unread = CASES[name]
    book = load_rulebook()
    reports = extract_reports((FOLDER / name).read_bytes(), f"a/{name}", book)
    assert len(reports) == count
    assert {report.status for report in reports} == {status}
    facts = {fact.key: fact for fact in reports[0].facts}
    assert {key for key, fact in facts.items() if fact.state == "unreadable"} == set(unread)
    assert {key: fact.raw for key, fact in facts.items() if key not in unread} == {
        key: text for key, text in plan().facts.items() if key not in unread
    }
    audits = [check_report(report, book, Settings()) for report in reports]
    assert [f.message for audit in audits for f in audit.findings if severity_of(f) != "notice" and f.confidence != "low"] == []
