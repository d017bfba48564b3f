"""A report with more prose than any report has: what is beyond the limit is declared unread, never missing and never passed."""

from __future__ import annotations

import pytest

from auditor.bind.amount import CLAUSES, NUMBERS, PASSAGES
from auditor.model.settings import Settings
from auditor.pipeline import check_report, extract_bytes
from auditor.render.places import problem_text
from auditor.rulebook import load_rulebook

_HEAD = "某县住房保障局2024年政府信息公开工作年度报告\n\n一、总体情况\n\n"


def _page(prose: str) -> bytes:
    """The report as a page: short paragraphs of a page are read faster than lines of a text."""
    body = "".join(f"<p>{line}</p>" for line in (_HEAD + prose).split("\n") if line)
    return f"<html><head><meta charset='utf-8'></head><body>{body}</body></html>".encode()


@pytest.mark.parametrize(
    ("limit", "prose"),
    [
        ("numbers", "\n".join(["办结12件和" * (NUMBERS // 2)] * 3)),
        ("clauses", "\n".join(["加强、" * 20_000] * (CLAUSES // 20_000 + 1))),
        ("paragraphs", "好。\n" * (PASSAGES + 1)),
    ],
)
def test_more_prose_than_a_report_has_is_declared_unread(limit: str, prose: str) -> None:
    report = extract_bytes(_page(prose + "\n二、主动公开政府信息情况\n见下表。"), "in/某县住房保障局2024.html", load_rulebook())
    assert report.status == "partly_read"
    assert "rest" in report.elsewhere
    assert report.passages
    assert "见下表。" not in {passage.text for passage in report.passages}
    (problem,) = [problem for problem in report.problems if problem.code == "READ-LIMIT"]
    assert problem.details["limit"] == limit
    assert "此处及以后的文字未读取" in problem_text(problem, load_rulebook().words, "zh")


def test_what_was_not_read_is_not_called_missing() -> None:
    report = extract_bytes(_page("\n".join(["办结12件和" * (NUMBERS // 2)] * 3)), "in/某县住房保障局2024.html", load_rulebook())
    audit = check_report(report, load_rulebook(), Settings())
    assert {audit.verdicts[rule] for rule in ("A-03", "A-09", "A-12")} <= {"unknown", "not_applicable"}


def test_the_longest_real_reports_are_read_whole() -> None:
    prose = "\n".join(f"（{n}）全年主动公开政府信息{n}条，办结依申请公开{n}件，其中自然人{n}件，较上年增长12.5%。" for n in range(1, 500))
    report = extract_bytes(_page(prose), "in/某县住房保障局2024.html", load_rulebook())
    assert not [problem for problem in report.problems if problem.code == "READ-LIMIT"]
    assert len(report.passages) > 490
