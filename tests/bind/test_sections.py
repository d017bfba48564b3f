"""Headings as printed in the wild; a caption or a table label is no section."""

from __future__ import annotations

import pytest

from auditor.bind import bind
from auditor.bind.sections import read_title
from auditor.model.report import Report
from tests.bind.made import PROSE, document, heading, proactive, remedies, requests, rulebook, whole

SIX = ["s1_overview", "s2_proactive", "s3_requests", "s4_review_litigation", "s5_problems", "s6_other"]
FORM = next(entry for entry in rulebook().formats if entry.id == "era_2021")


def keys(report: Report) -> list[str | None]:
    return [section.key for section in report.sections]


def title(text: str) -> tuple[str | None, str] | None:
    found = read_title(text, FORM.sections)
    return None if found is None else (found.key, found.match)


@pytest.mark.parametrize(
    ("printed", "key", "match"),
    [
        ("一、总体情况", "s1_overview", "exact"),
        ("一、总体情况、", "s1_overview", "exact"),
        ("1. 总体情况", "s1_overview", "exact"),
        ("一、 总 体 情 况 :", "s1_overview", "exact"),
        ("⼀、总体情况", "s1_overview", "exact"),
        ("l六、其他需要报告的事项", "s6_other", "exact"),
        ("第二部分 主动公开政府信息情况", "s2_proactive", "exact"),
        ("一、政府信息公开工作的基本情况", "s1_overview", "variant"),
        ("三、依申请公开政府信息等情况", "s3_requests", "variant"),
        ("四、政府信息公开行政复议及行政诉讼情况", "s4_review_litigation", "variant"),
        ("五、存在的主要问题及改进情祝", "s5_problems", "similar"),
        ("五、下一步工作措施", None, "replaced"),
        ("总体情况", "s1_overview", "exact"),
        ("—、总体情况", "s1_overview", "exact"),
        ("三、收到和处理政府信息\n公开申请情况", "s3_requests", "exact"),
        ("一、工作概述", "s1_overview", "variant"),
        ("一、2023年全局政府信息公开工作总体情况", "s1_overview", "variant"),
        ("五、我局在信息公开方面存在的主要问题及改进情况", "s5_problems", "variant"),
        ("六、其他需要汇报事项", "s6_other", "variant"),
        ("五、存在的问题和其他事项", None, "none"),
    ],
)
def test_titles(printed: str, key: str | None, match: str) -> None:
    assert title(printed) == (key, match)


@pytest.mark.parametrize(
    "text", ["一是加强组织领导，二是完善制度。", "（一）主动公开", "总体情况良好，各项工作有序推进。", "2023年共收到申请12件。", "12"]
)
def test_no_titles(text: str) -> None:
    assert title(text) is None


def test_body_on_the_heading_line_is_a_passage_with_its_place() -> None:
    report = bind(document("某", "六、其他需要报告的事项：本年度无其他事项。"), rulebook())
    assert keys(report) == ["s6_other"]
    passage = next(p for p in report.passages if p.section == "s6_other")
    assert passage.text == "本年度无其他事项。"
    assert passage.location.span == (12, 21)


def test_six_sections_in_order() -> None:
    report = bind(whole(), rulebook())
    assert keys(report) == SIX
    assert [section.ordinal for section in report.sections] == [1, 2, 3, 4, 5, 6]


def _with_five(*five: str) -> Report:
    return bind(
        document(
            "云台市水务局2023年政府信息公开工作年度报告", "一、总体情况", PROSE[1], "二、主动公开政府信息情况", proactive(),
            "三、收到和处理政府信息公开申请情况", requests(), "四、政府信息公开行政复议、行政诉讼情况", remedies(), *five,
        ),
        rulebook(),
    )  # fmt: skip


@pytest.mark.parametrize("title", ["五、下一步工作措施", "五、对信息公开的建议和思考", "五、不足之处与努力方向"])
def test_section_under_another_title_is_known_by_its_place_and_what_it_treats(title: str) -> None:
    report = _with_five(title, PROSE[5])
    assert keys(report) == [*SIX[:4], "s5_problems"]
    assert report.sections[-1].match == "replaced"
    assert report.passages[-1].section == "s5_problems"


@pytest.mark.parametrize(
    "five",
    [
        ("五、下一步工作措施", "明年将开展培训，更新栏目。"),
        ("五、行政执法情况", "全年办理执法案件，无复议。"),
        ("七、工作建议", PROSE[5]),
    ],
)
def test_replaced_title_over_something_else_is_a_section_without_key(five: tuple[str, ...]) -> None:
    report = _with_five(*five)
    assert "s5_problems" not in keys(report)
    assert report.passages[-1].section != "s5_problems"


def _opened_by(line: str) -> Report:
    return bind(
        document(
            "云台市水务局2023年政府信息公开工作年度报告", line, "二、主动公开政府信息情况", proactive(), "三、收到和处理政府信息公开申请情况",
            requests(), "四、政府信息公开行政复议、行政诉讼情况", remedies(), "五、存在的主要问题及改进情况", PROSE[5],
        ),
        rulebook(),
    )  # fmt: skip


def test_first_heading_may_stand_in_the_line_of_the_period_sentence() -> None:
    line = "根据条例编制本报告。统计期限为2023年1月1日至2023年12月31日。 一、总体情况 2023年，我局推进公开。"
    report = _opened_by(line)
    assert keys(report)[:2] == SIX[:2]
    assert [p.text for p in report.passages if p.section == "s1_overview"] == ["2023年，我局推进公开。"]


@pytest.mark.parametrize(
    "line",
    [
        "统计期限为2023年1月1日至2023年12月31日。一、总体情况良好，二、措施得力。",
        "本报告依据格式编制，其中一、总体情况由办公室撰写。",
    ],
)
def test_words_of_a_heading_inside_a_sentence_are_no_heading(line: str) -> None:
    report = _opened_by(line)
    assert "s1_overview" not in keys(report)


def test_heading_with_a_full_stop_is_one_where_its_neighbours_are() -> None:
    lines = ["（一）主动公开情况", "发布信息。", "（二）依申请公开情况。", "依法办理。", "（三）信息管理情况", "（九）未尽事宜。"]
    report = bind(document("云台市水务局2023年政府信息公开工作年度报告", "一、总体情况", *lines), rulebook())
    assert [p.text for p in report.passages if p.heading] == [lines[0], lines[2], lines[4]]


def test_caption_below_the_heading_is_no_second_section() -> None:
    report = bind(
        document(
            "云台市水务局2023年政府信息公开工作年度报告", "一、总体情况", PROSE[1], "二、主动公开政府信息情况", "全年公开信息12条。", "主动公开政府信息情况", proactive(),
            "三、依申请公开政府信息等情况", "收到和处理政府信息公开申请情况", requests(),
        ),
        rulebook(),
    )  # fmt: skip
    assert keys(report) == SIX[:3]


def test_second_run_of_numbers_for_the_tables_adds_no_sections() -> None:
    report = bind(
        document(
            "云台市水务局2023年政府信息公开工作年度报告", "一、总体情况", PROSE[1], "二、主动公开政府信息情况", "已在网站公开。", "三、收到和处理政府信息公开申请情况", "全年收到申请3件。",
            "四、政府信息公开行政复议、行政诉讼情况", "全年没有发生复议和诉讼。", "五、存在的主要问题及改进情况", PROSE[5], "六、其他需要报告的事项", PROSE[6],
            "一、主动公开政府信息情况", proactive(), "二、收到和处理政府信息公开申请情况", requests(), "三、政府信息公开行政复议、行政诉讼情况", remedies(),
        ),
        rulebook(),
    )  # fmt: skip
    assert keys(report) == SIX


def test_table_of_contents_is_no_section() -> None:
    listed = [
        "一、总体情况……1",
        "二、主动公开政府信息情况……2",
        "三、收到和处理政府信息公开申请情况……2",
        "四、政府信息公开行政复议、行政诉讼情况……3",
    ]
    made = whole()
    report = bind(document(*list(listed), *made.blocks), rulebook())
    assert keys(report) == SIX
    assert [p.section for p in report.passages if p.text == PROSE[1]] == ["s1_overview"]


def test_report_on_one_line_is_cut_at_its_headings() -> None:
    text = (
        "一、总体情况 "
        + PROSE[1]
        + "二、主动公开政府信息情况 已公开信息12条。三、收到和处理政府信息公开申请情况 收到申请3件。"
        + "五、存在的主要问题及改进情况 "
        + PROSE[5]
    )
    report = bind(document("云台市水务局2023年政府信息公开工作年度报告", text), rulebook())
    assert keys(report) == ["s1_overview", "s2_proactive", "s3_requests", "s5_problems"]
    assert [p.text.strip() for p in report.passages if p.section == "s2_proactive"] == ["已公开信息12条。"]


def test_arabic_numbers_on_two_levels() -> None:
    report = bind(
        document(
            "云台市水务局2023年政府信息公开工作年度报告",
            "1、总体情况",
            "1、主动公开",
            "公开信息12条。",
            "2、依申请公开",
            "收到3件。",
            "2、主动公开政府信息情况",
            proactive(),
            "3、收到和处理政府信息公开申请情况",
            requests(),
        ),
        rulebook(),
    )
    assert [key for key in keys(report) if key] == SIX[:3]


def test_marked_headings_without_numbers() -> None:
    report = bind(
        document(
            heading("云台市水务局2023年政府信息公开工作年度报告"),
            heading("总体情况", 2),
            PROSE[1],
            heading("主动公开政府信息情况", 2),
            proactive(),
        ),
        rulebook(),
    )
    assert keys(report) == SIX[:2]


def test_statistics_era_has_the_contents_of_the_older_regulation() -> None:
    report = bind(
        document(
            "云台市水务局2016年政府信息公开工作年度报告",
            "一、概述",
            "根据规定编制。",
            "二、主动公开政府信息情况",
            "公开60条。",
            "三、依申请公开政府信息情况",
            "收到2件。",
            "四、存在的主要问题及改进措施",
            "问题是更新慢。",
        ),
        rulebook(),
    )
    assert report.era == "era_stat"
    assert [key for key in keys(report) if key] == ["f1_proactive", "f2_requests", "f5_problems"]


def test_figures_under_chinese_ordinals_are_headings_inside_a_section() -> None:
    lines = ["一、总体情况", "1.主动公开政府信息的情况", "全年公开信息20条。", "2.依申请公开情况", "全年未收到申请。"]
    rest = [
        "二、主动公开政府信息情况",
        "见附表。",
        "三、收到和处理政府信息公开申请情况",
        "见附表。",
        "四、政府信息公开行政复议、行政诉讼情况",
        "见附表。",
    ]
    report = bind(document(*lines, *rest), rulebook())
    assert keys(report)[:4] == ["s1_overview", "s2_proactive", "s3_requests", "s4_review_litigation"]
    assert [p.text for p in report.passages if p.section == "s1_overview"] == lines[1:]


def test_figures_for_all_sections_are_their_ordinals() -> None:
    report = bind(
        document("1、总体情况", "甲。", "2、主动公开政府信息情况", "乙。", "3、收到和处理政府信息公开申请情况", "丙。"), rulebook()
    )
    assert keys(report) == ["s1_overview", "s2_proactive", "s3_requests"]


def test_a_figure_in_its_own_place_among_chinese_ordinals_is_a_slip() -> None:
    lines = [
        "一、总体情况",
        "甲。",
        "二、主动公开政府信息情况",
        "乙。",
        "3、收到和处理政府信息公开申请情况",
        "丙。",
        "五、存在的主要问题及改进情况",
        "丁。",
    ]
    report = bind(document(*lines), rulebook())
    assert keys(report) == ["s1_overview", "s2_proactive", "s3_requests", "s5_problems"]


def test_an_opening_heading_of_an_older_report_is_listed() -> None:
    lines = [
        "青山县水务局2012年政府信息公开工作年度报告",
        "一、概述",
        "甲。",
        "二、主动公开政府信息情况",
        "乙。",
        "三、收到和处理政府信息公开申请情况",
        "丙。",
    ]
    report = bind(document(*lines), rulebook())
    assert keys(report) == [None, "f1_proactive", "f2_requests"]


def test_sections_under_one_heading_are_numbered_in_brackets() -> None:
    titles = ["总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况", "政府信息公开行政复议、行政诉讼情况"]
    lines = ["一、报告内容"]
    for number, name in zip("一二三四", titles, strict=True):
        lines += [f"（{number}）{name}", "见下文。"]
    assert [key for key in keys(bind(document(*lines), rulebook())) if key] == SIX[:4]


def test_headings_in_brackets_inside_section_one_stay_there() -> None:
    lines = ["一、总体情况", "（一）主动公开情况", "甲。", "（二）依申请公开情况", "乙。", "二、主动公开政府信息情况", "丙。"]
    assert keys(bind(document(*lines), rulebook())) == SIX[:2]
