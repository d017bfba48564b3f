"""A cell a line: empty lines are empty cells where the count agrees over the whole table, and nothing where it does not."""

from __future__ import annotations

import re

import pytest

from auditor.bind import bind
from auditor.model.report import Report
from auditor.read import read_bytes
from tests.bind.made import rulebook

COLUMNS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
HEADER = ["申请人情况", "自然人", "法人或其他组织", "总计", *COLUMNS[1:6]]
ROWS = {
    "一、本年新收政府信息公开申请数量": ["3", "", "2", "", "", "", "5"],
    "二、上年结转政府信息公开申请数量": [""] * 7,
    "三、本年度办理结果\n（一）予以公开": ["1", "", "", "", "", "", "1"],
    "（二）部分公开": ["", "", "2", "", "", "", "2"],
    "（三）不予公开\n1.属于国家秘密": [""] * 7,
    "2.其他法律行政法规禁止公开": ["1", "", "", "", "", "", "1"],
    "3.危及“三安全一稳定”": [""] * 7,
    "（七）总计": ["2", "", "2", "", "", "", "4"],
    "四、结转下年度继续办理": ["1", "", "", "", "", "", "1"],
}
MERGED = {
    "（二）部分公开": 1,
    "（三）不予公开\n1.属于国家秘密": 1,
    "2.其他法律行政法规禁止公开": 2,
    "3.危及“三安全一稳定”": 2,
    "（七）总计": 1,
}
"""Empty cells of merged labels before a row."""


def text(rows: list[str]) -> str:
    lines = ["云台市水务局2023年政府信息公开工作年度报告", "一、总体情况", "全年按规定公开信息。", "三、收到和处理政府信息公开申请情况"]
    return "\n".join([*lines, *HEADER, *rows, "四、政府信息公开行政复议、行政诉讼情况", "全年没有复议和诉讼。", ""])


def cells(*, merged: bool = False, between: int = 0) -> list[str]:
    rows: list[str] = []
    for label, values in ROWS.items():
        rows += [""] * (MERGED.get(label, 0) if merged else 0)
        rows += [*label.split("\n"), *values, *[""] * between]
    return rows


def bound(content: str) -> Report:
    return bind(read_bytes(content.encode(), "report.txt"), rulebook())


def read(report: Report) -> dict[str, str]:
    return {fact.key: fact.raw for fact in report.facts if fact.state != "unreadable"}


KEYS = [
    "new_received",
    "carried_over",
    "granted",
    "partial",
    "denied_state_secret",
    "denied_law",
    "denied_safety",
    "result_total",
    "carried_forward",
]
FIELDS = ["natural_person", "commercial", "research", "social", "legal_service", "other_org", "total"]
TRUTH = {f"t3.{key}.{field}": value for key, row in zip(KEYS, ROWS.values(), strict=True) for field, value in zip(FIELDS, row, strict=True)}


@pytest.mark.parametrize("merged", [False, True], ids=["labels once", "empty cells under merged labels"])
@pytest.mark.parametrize("between", [0, 1], ids=["rows together", "a line between rows"])
@pytest.mark.parametrize("apart", [1, 2], ids=["lines together", "lines apart"])
def test_empty_lines_are_empty_cells(merged: bool, between: int, apart: int) -> None:
    content = text(cells(merged=merged, between=between))
    report = bound(content.replace("\n", "\n" * apart))
    assert read(report) == TRUTH
    assert report.status == "read"
    assert next(fact for fact in report.facts if fact.key == "t3.partial.research").location.line is not None


def test_a_placeholder_among_the_cells_is_a_cell() -> None:
    rows = cells()
    rows[rows.index("3")] = "XX"
    assert read(bound(text(rows))) == TRUTH | {"t3.new_received.natural_person": "XX"}


def test_a_row_the_form_does_not_have_is_handed_on() -> None:
    rows = cells(merged=True)
    at = rows.index("3.危及“三安全一稳定”") + 8
    report = bound(text([*rows[:at], "", "", "9.其他情形", *"2000002", *rows[at:]]))
    assert read(report) == TRUTH
    assert [(entry.text, entry.values) for entry in report.unplaced] == [("9.其他情形", tuple("2000002"))]


@pytest.mark.parametrize("damage", ["lost", "once", "one less", "one more"])
def test_where_the_count_does_not_agree_empty_cells_are_declared_unread(damage: str) -> None:
    content = text(cells(merged=True))
    if damage == "lost":
        content = re.sub(r"\n+", "\n", content)
    elif damage == "once":
        content = re.sub(r"\n\n+", "\n\n", content)
    elif damage == "one less":
        content = content.replace("部分公开\n\n\n2", "部分公开\n\n2")
    else:
        content = content.replace("部分公开\n\n\n2", "部分公开\n\n\n\n2")
    report = bound(content)
    assert not {key: raw for key, raw in read(report).items() if TRUTH[key] != raw}
    assert {fact.key for fact in report.facts} == set(TRUTH)
    assert report.status == "partly_read"
    assert any(problem.code == "BIND-ROW" for problem in report.problems)


def test_a_last_column_that_is_missing_is_not_filled_with_the_lines_between_rows() -> None:
    rows: list[str] = []
    for label, values in ROWS.items():
        rows += [*label.split("\n"), *[value or "0" for value in values[:6]], ""]
    found = read(bound(text(rows)))
    assert not [key for key in found if key.endswith(".total")]


def test_table_4_with_empty_cells_at_its_beginning() -> None:
    head = ["行政复议", "行政诉讼", "结果维持", "结果纠正", "其他结果", "尚未审结", "总计", "未经复议直接起诉", "复议后起诉", *[""] * 5]
    head += ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"] * 2
    values = ["", "", "1", "", "1", *[""] * 5, "", "2", "", "", "2"]
    lines = [
        "云台市水务局2023年政府信息公开工作年度报告",
        "四、政府信息公开行政复议、行政诉讼情况",
        *head,
        *values,
        "五、存在的主要问题及改进情况",
        "无。",
    ]
    assert list(read(bound("\n".join(lines))).values()) == values
    lines.pop(lines.index("1"))
    shorter = bound("\n".join(lines))
    assert read(shorter) == {}
    assert shorter.status == "partly_read"


def test_statistics_with_an_empty_cell() -> None:
    lines = ["云台市水务局2016年政府信息公开工作年度报告", "一、概述", "根据规定编制本报告。", "统计指标", "单位", "统计数"]
    lines += ["（一）收到申请数", "件", "5", "1.当面申请数", "件", "", "2.传真申请数", "件", "", "3.网络申请数", "件", "5"]
    lines += ["4.信函申请数", "件", "", "六、其他", "没有其他事项。"]
    found = {"st.req_received": "5", "st.req_face": "", "st.req_fax": "", "st.req_online": "5", "st.req_letter": ""}
    assert read(bound("\n".join(lines))) == found
    closed = bound("\n".join(line for line in lines if line))
    assert read(closed) == {"st.req_received": "5", "st.req_online": "5"}
    assert {fact.key for fact in closed.facts} == set(found)
    assert closed.status == "partly_read"


def test_a_note_under_a_figure_belongs_to_it() -> None:
    rows = cells()
    rows[rows.index("3")] = "3\n（其中线上2件）"
    assert read(bound(text(rows)))["t3.new_received.natural_person"] == "3\n（其中线上2件）"
    rows = cells()
    assert read(bound(text(rows))) == TRUTH  # a label in brackets under a figure is a label


def test_figures_of_a_row_on_one_line() -> None:
    rows: list[str] = []
    for label, values in ROWS.items():
        rows += [*label.split("\n"), " ".join(value or "0" for value in values)]
    assert read(bound(text(rows))) == {key: value or "0" for key, value in TRUTH.items()}
    short = [row.replace("1 0 0 0 0 0 1", "1 0 0 0 0 1") for row in rows]
    report = bound(text(short))
    assert not [key for key in read(report) if key.startswith("t3.granted")]
    assert report.status == "partly_read"


def test_a_number_in_groups_of_three_is_one_number() -> None:
    lines = ["云台市水务局2023年政府信息公开工作年度报告", "二、主动公开政府信息情况", "第二十条第（五）项", "信息内容", "本年处理决定数量"]
    lines += [
        "行政许可",
        "1 234 567",
        "第二十条第（六）项",
        "信息内容",
        "本年处理决定数量",
        "行政处罚",
        "3 4 5 6",
        "行政强制",
        "2",
        "三、其他",
        "无。",
    ]
    report = bound("\n".join(lines))
    assert read(report) == {"t2.license.decisions": "1 234 567", "t2.coercion.decisions": "2"}
    assert report.status == "partly_read"


def test_dashes_alone_are_a_cell_and_a_drawn_line_is_none() -> None:
    rows = [value or "---" for value in cells()]
    assert read(bound(text(rows))) == {key: value or "---" for key, value in TRUTH.items()}
    drawn = text(cells()).replace("全年按规定公开信息。\n", "全年按规定公开信息。\n--------------------\n")
    report = bound(drawn)
    assert read(report) == TRUTH
    assert not [passage for passage in report.passages if "--" in passage.text]


def test_pronunciation_behind_a_word_is_no_part_of_the_label() -> None:
    report = bound(text(cells()).replace("申请", "申请(shēnqǐng)"))
    assert read(report) == TRUTH
    assert [section.key for section in report.sections] == ["s1_overview", "s3_requests", "s4_review_litigation"]
