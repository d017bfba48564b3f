"""Reports whose line breaks were lost: what can be told apart is read, all else is declared unread, and nothing is called missing."""

from __future__ import annotations

import pytest

from auditor.model.report import Report
from auditor.read import read_bytes
from tests.lab import tested
from tests.lab.compose import TextStyle, balanced_plan, to_text
from tests.lab.compose.text import Flavour
from tests.lab.measure import compare

PLAN = balanced_plan(5, "layout_2021", "medium")
SECTIONS = ["s1_overview", "s2_proactive", "s3_requests", "s4_review_litigation", "s5_problems", "s6_other"]
FLAVOURS: list[Flavour] = ["cell_lines", "tab_cells", "spaces", "tabs"]


def text(flavour: Flavour) -> str:
    return to_text(PLAN, TextStyle(flavour=flavour)).decode()


def bound(content: str) -> Report:
    return tested.bind(read_bytes(content.encode(), "report.txt"))


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_report_on_one_line_is_read_cell_by_cell(flavour: Flavour) -> None:
    report = bound(" ".join(text(flavour).split()))
    assert set(compare(PLAN.truth(), report).cells) == {"exact"}
    assert [section.key for section in report.sections] == SECTIONS
    assert set(tested.fired(report).values()) <= {"notice"}


@pytest.mark.parametrize("flavour", [*FLAVOURS, "pipes", "bar_ends"])
def test_a_report_without_any_break_is_unread_and_nothing_in_it_missing(flavour: Flavour) -> None:
    report = bound("".join(text(flavour).split("\n")))
    assert report.document == "annual_report"
    assert report.status == "partly_read"
    assert not {"silent", "wrong", "invented"} & set(compare(PLAN.truth(), report).cells)
    assert "error" not in tested.fired(report).values()


def test_tables_and_sections_that_are_not_there_stay_missing() -> None:
    content = text("cell_lines")
    two, three, five, six = (
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "五、存在的主要问题及改进情况",
        "六、其他需要报告的事项",
    )
    head, middle = content.partition(two)[0], content.partition(three)[2].partition(five)[0]
    lacking = f"{head}{two}\n{three}{middle}{six}{content.partition(six)[2]}"
    found = tested.fired(bound(lacking))
    assert {rule for rule, severity in found.items() if severity == "error"} == {"A-03", "A-09"}


def test_official_titles_in_a_sentence_are_no_headings_where_headings_are() -> None:
    content = text("cell_lines").replace(
        "编制。", "编制，分为一、总体情况二、主动公开政府信息情况三、收到和处理政府信息公开申请情况等部分。", 1
    )
    report = bound(content)
    assert [section.key for section in report.sections] == SECTIONS
    assert set(tested.fired(report).values()) <= {"notice"}


def test_a_short_heading_between_two_tables_is_a_heading() -> None:
    content = text("cell_lines").replace("三、收到和处理政府信息公开申请情况", "三、依申请公开情况")
    report = bound(content.replace("四、政府信息公开行政复议、行政诉讼情况", "四、行政复议和行政诉讼情况"))
    assert [section.key for section in report.sections] == SECTIONS
    assert set(compare(PLAN.truth(), report).cells) == {"exact"}


def without_labels(figures: str) -> str:
    """The report whose table 4 has lost its labels: only ``figures`` are left under the heading of its section."""
    content = text("cell_lines")
    head, rest = content.split("四、政府信息公开行政复议、行政诉讼情况\n")
    return f"{head}四、政府信息公开行政复议、行政诉讼情况\n{figures}\n五、{rest.partition('五、')[2]}"


@pytest.mark.parametrize("figures", ["行政复议行政诉讼\n" + "0\n" * 14 + "0", "0 " * 15, "| 0 " * 15 + "|"])
def test_figures_of_table_4_without_labels_are_unread_not_missing(figures: str) -> None:
    report = bound(without_labels(figures))
    assert report.elsewhere == ("t4",)
    assert report.status == "partly_read"
    assert "A-11" not in tested.fired(report)


@pytest.mark.parametrize("figures", ["全年没有复议和诉讼。", "1\n2\n3"])
def test_words_or_other_figures_are_no_table_4(figures: str) -> None:
    assert tested.fired(bound(without_labels(figures)))["A-11"] == "error"


def test_words_of_mirrors_are_the_words_of_the_form() -> None:
    report = bound(text("tabs").replace("规范性文件", "规范性档案"))
    assert set(compare(PLAN.truth(), report).cells) == {"exact"}
