"""T4-07 with last year's report: outcomes and pending suits of the year before explain direct suits of this one."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from auditor.check.engine import check
from auditor.model.report import Report
from auditor.model.settings import Settings
from auditor.model.source import Source
from auditor.rulebook import load_rulebook
from auditor.rulebook.examples import build_report
from auditor.season import audit_season

BOOK = load_rulebook()
SETTINGS = Settings(select=("T4-07",))


def _report(year: int, **facts: str) -> Report:
    shape: dict[str, Any] = {"fill": ["t3", "t4"], "facts": {key.replace("__", "."): value for key, value in facts.items()}}
    report = build_report(shape | {"report": {"year": year}}, BOOK)
    source = Source(path=f"in/{year}.docx", sha256=str(year) * 16, kind="docx")
    return msgspec.structs.replace(report, source=source)


@pytest.mark.parametrize(
    ("now", "before", "found"),
    [
        ({"t4__direct_upheld": "2", "t4__direct_total": "2"}, {}, True),
        ({"t4__direct_upheld": "2", "t4__direct_total": "2"}, {"t4__direct_pending": "2", "t4__direct_total": "2"}, False),
        ({"t4__direct_upheld": "9", "t4__direct_total": "9"}, {"t3__unable_not_held__natural_person": "1", "t3__unable_not_held__total": "1"}, False),
        ({"t4__direct_upheld": "9", "t4__direct_total": "9", "t3__rejected_petition__total": "1"}, {}, False),
    ],
)  # fmt: skip
def test_last_years_report_decides(now: dict[str, str], before: dict[str, str], found: bool) -> None:
    audits = [check(_report(2025, **now), BOOK, SETTINGS)]
    season = audit_season(audits, BOOK, SETTINGS, previous=[_report(2024, **before)])
    assert [finding.rule for finding in season.audits[0].findings] == (["T4-07"] if found else [])


def test_alone_a_few_suits_are_let_be() -> None:
    assert not check(_report(2025, t4__direct_upheld="5", t4__direct_total="5"), BOOK, SETTINGS).findings
    assert check(_report(2025, t4__direct_upheld="6", t4__direct_total="6"), BOOK, SETTINGS).findings
