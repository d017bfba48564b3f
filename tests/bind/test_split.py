"""Several reports in one file are each a report of their own; one report is one, whatever is printed around it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from auditor.batch.run import extract_batch
from auditor.bind import bind, split_reports
from auditor.model.document import Document
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.model.source import Source
from auditor.pipeline import check_report, extract_reports
from auditor.read.docx import read_docx
from auditor.read.html import read_html
from auditor.read.text import read_text
from auditor.rulebook import load_rulebook
from tests.lab.compose.plan import ReportPlan
from tests.lab.compose.text import TextStyle, to_text
from tests.read.made import plan, report_docx, report_page, report_text


@cache
def book() -> Rulebook:
    return load_rulebook()


def text_of(made: ReportPlan) -> str:
    return to_text(made, TextStyle(flavour="tabs")).decode()


def parts(text: str) -> tuple[Document, ...]:
    return split_reports(read_text(text.encode(), Source(path="a/volume.txt", sha256="0", kind="text")), book())


OTHER = [3, 5, 8]


def test_volume_of_three_agencies_is_three_reports() -> None:
    plans = [plan(seed) for seed in OTHER]
    reports = extract_reports("\n".join(map(text_of, plans)).encode(), "a/volume.txt", book())
    assert [report.agency for report in reports] == [made.agency for made in plans]
    assert [report.part for report in reports] == [1, 2, 3]
    assert len({report.source.sha256 for report in reports}) == 1
    assert len({report.source.path for report in reports}) == 3
    for report, made in zip(reports, plans, strict=True):
        assert {fact.key: fact.raw for fact in report.facts} == dict(made.facts)
        audit = check_report(report, book(), Settings())
        assert [finding.rule for finding in audit.findings if finding.severity != "notice"] == []


def test_two_years_of_one_agency_are_two_reports() -> None:
    later = plan(3, 2024)
    earlier = replace(plan(5, 2023), agency=later.agency)
    reports = extract_reports((text_of(later) + text_of(earlier)).encode(), "a/both.txt", book())
    assert [report.year for report in reports] == [2024, 2023]


def test_cover_and_contents_before_the_first_belong_to_none() -> None:
    plans = [plan(seed) for seed in OTHER]
    contents = "\n".join(f"{made.agency}2024年政府信息公开工作年度报告……{page}" for page, made in enumerate(plans, 1))
    found = parts(f"临岫区2024年政府信息公开工作年度报告汇编\n目录\n{contents}\n" + "\n".join(map(text_of, plans)))
    assert [bind(part, book()).agency for part in found] == [made.agency for made in plans]


def test_reports_without_titles_begin_with_their_first_section() -> None:
    body = text_of(plan(5)).split("一、总体情况", 1)[1]
    found = parts(report_text() + "一、总体情况" + body)
    assert len(found) == 2
    assert {fact.key: fact.raw for fact in bind(found[1], book()).facts} == dict(plan(5).facts)


ONE = {
    "alone": report_text(),
    "with its title again": report_text() + f"\n{plan().agency}2024年政府信息公开工作年度报告\n",
    "with a link to last year's": report_text() + f"\n上一篇：{plan().agency}2023年政府信息公开工作年度报告\n",
    "with links to others": report_text()
    + "\n相关：\n青禾市民政局2024年政府信息公开工作年度报告\n云陂区教育局2024年政府信息公开工作年度报告\n",
    "with a covering letter": f"{plan().agency}关于报送2023年政府信息公开工作年度报告的函\n现将报告报上，请审阅。\n" + report_text(),
    "printed twice": report_text() + report_text(),
}


@pytest.mark.parametrize("text", ONE.values(), ids=ONE.keys())
def test_one_report_is_one(text: str) -> None:
    assert len(parts(text)) == 1


def test_pages_and_word_files_are_split_by_the_same_step() -> None:
    first, second = report_page(), report_page(seed=5)
    start, end = second.index('<div class="article"'), second.index('<div class="share">')
    page = first.replace('<div class="share">', second[start:end] + '<div class="share">')
    assert len(split_reports(read_html(page.encode(), Source(path="a.html", sha256="0", kind="html")), book())) == 2
    assert len(split_reports(read_docx(report_docx(), Source(path="a.docx", sha256="0", kind="docx")), book())) == 1


def two_pages(folder: Path, *, second: bool = True, names: tuple[str, str] = ("t2025_7.html", "t2025_7_1.html")) -> Path:
    """An article that a content system parted after section three."""
    whole = report_page()
    start, end = whole.index('<div class="article"'), whole.index('<div class="share">')
    cut = whole.index("<p><strong>四、")
    script = '<script>createPageHTML(2, {}, "t2025_7", "html");</script>'
    pages = (
        f"{whole[:cut]}</div>{script.format(0)}{whole[end:]}",
        f'{whole[:start]}<div class="article">{whole[cut:end]}{script.format(1)}{whole[end:]}',
    )
    for name, page in list(zip(names, pages, strict=True))[: 2 if second else 1]:
        (folder / name).write_text(page, encoding="utf-8")
    return folder


def test_pages_of_one_article_are_joined_where_all_are_there(tmp_path: Path) -> None:
    (report,), _ = extract_batch([two_pages(tmp_path)], Settings())
    assert report.status == "read"
    assert len(report.parts) == 2
    assert {fact.key: fact.raw for fact in report.facts} == dict(plan().facts)
    assert [section.key for section in report.sections if section.key] == [section.key for section in plan().sections]
    audit = check_report(report, book(), Settings())
    assert [finding.rule for finding in audit.findings if finding.severity != "notice"] == []


def test_a_page_alone_says_that_it_is_one(tmp_path: Path) -> None:
    (report,), _ = extract_batch([two_pages(tmp_path, second=False)], Settings())
    assert report.status == "partly_read"
    assert "READ-PART" in [problem.code for problem in report.problems]


def test_pages_of_other_names_stay_apart(tmp_path: Path) -> None:
    reports, _ = extract_batch([two_pages(tmp_path, names=("a.html", "b_1.html"))], Settings())
    assert [report.status for report in reports] == ["partly_read", "partly_read"]
