"""What was not read is not missing: files read in part accuse nobody of missing parts and are never 「not an annual report」."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from auditor.model.finding import Audit, Finding
from auditor.model.result import may_be_report
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.pipeline import check_report, extract_bytes
from auditor.rulebook import load_rulebook
from tests.read.made import report_page, report_text

ABSENCE = {"A-01", "A-03", "A-06", "A-07", "A-08", "A-09", "A-10", "A-11", "A-12", "A-13", "A-14", "A-15", "A-16", "A-17", "A-18", "A-19"}


@cache
def book() -> Rulebook:
    return load_rulebook()


def audited(data: bytes, name: str) -> Audit:
    return check_report(extract_bytes(data, name, book()), book(), Settings())


def flat(findings: tuple[Finding, ...]) -> Iterator[Finding]:
    for finding in findings:
        yield finding
        yield from flat(finding.children)


def accused(audit: Audit) -> set[str]:
    """Rules that say that something is missing."""
    return {finding.rule for finding in flat(audit.findings) if finding.rule in ABSENCE}


def declared(audit: Audit) -> None:
    """Asserts that the audit is open: read in part, nothing said to be missing, no other document."""
    assert audit.report is not None
    assert audit.status in ("partly_read", "unreadable")
    assert may_be_report(audit.report)
    assert accused(audit) == set()


TEXTS = {
    "ends in the middle of a sentence": report_text("s4").removesuffix("\n") + "\n五、存在的主要问题及改进情况\n本年度存在的问题是培训不足，",
    "ends in a table": report_text("s3"),
    "ends within a word": report_text("s3") + "我局本年度新收政府信息公开申请七件，其中自然人提出的有五件，法人提出的有两",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_text_that_breaks_off_misses_nothing(text: str) -> None:
    declared(audited(text.encode(), "a/report.txt"))


def test_text_whose_last_character_is_damaged_misses_nothing() -> None:
    declared(audited((report_text("s4") + "五、存在的主要问题").encode()[:-1] + b"\xe9", "a/report.txt"))


def test_text_that_ends_well_and_lacks_a_section_is_told_so() -> None:
    audit = audited(report_text("s5").encode(), "a/report.txt")
    assert audit.status == "read"
    assert "A-03" in accused(audit)


def test_whole_text_is_read() -> None:
    audit = audited(report_text().encode(), "a/report.txt")
    assert (audit.status, accused(audit)) == ("read", set())


PAGES = {
    "picture for the last tables": report_page("s3", after='<p><img src="t3.png" width="600" height="400"></p>'),
    "table as an attachment": report_page(leave_out="t4", after='<p><a href="/up/t4.xlsx">附件：表四.xlsx</a></p>'),
}


@pytest.mark.parametrize("text", PAGES.values(), ids=PAGES.keys())
def test_page_with_the_rest_elsewhere_misses_nothing(text: str) -> None:
    declared(audited(text.encode(), "a/page.html"))
