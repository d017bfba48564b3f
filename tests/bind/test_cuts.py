"""Rows cut by a page end, which only the form's labels can tell."""

from __future__ import annotations

import msgspec
import pytest

from auditor.bind import bind
from auditor.model.document import Table
from auditor.model.report import Report
from tests.bind.made import PROSE, Spec, document, grid, proactive, remedies, requests, rulebook

HEAD: list[list[Spec]] = [
    [("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", 3, 3), ("申请人情况", 7, 1)],
    [("自然人", 1, 2), ("法人或其他组织", 5, 1), ("总计", 1, 2)],
    ["商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"],
]
FIGURES = ["3", "0", "1", "0", "0", "0", "4"]
NEXT: list[Spec] = [("二、上年结转政府信息公开申请数量", 3, 1), *["1", "0", "0", "0", "0", "0", "1"]]


def paged(rows: list[list[Spec]], first: int) -> Table:
    """The rows as a table that goes on over the page from row ``first`` (counted from 0) on."""
    table = grid(rows)
    cells = tuple(
        msgspec.structs.replace(cell, location=msgspec.structs.replace(cell.location, page=1 if cell.row < first else 2))
        for cell in table.cells
    )
    return msgspec.structs.replace(table, cells=cells)


def bound(second: Table, fourth: Table | None = None) -> Report:
    return bind(
        document(
            "云台市水务局2023年政府信息公开工作年度报告", "一、总体情况", PROSE[1], "二、主动公开政府信息情况", proactive(),
            "三、收到和处理政府信息公开申请情况", second, "四、政府信息公开行政复议、行政诉讼情况", fourth or remedies(),
        ),
        rulebook(),
    )  # fmt: skip


def raw(report: Report, row: str) -> list[str | None]:
    facts = {str(fact.key): fact.raw for fact in report.facts}
    keys = ("natural_person", "commercial", "research", "social", "legal_service", "other_org", "total")
    return [facts.get(f"t3.{row}.{key}") for key in keys]


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (["一、本年新收政府", *FIGURES], ["信息公开申请数量", *[""] * 7]),
        (["一、本年新收政府", *[""] * 7], ["信息公开申请数量", *FIGURES]),
        (["一、", *FIGURES], ["本年新收政府信息公开申请数量", *[""] * 7]),
    ],
)
def test_halves_of_a_label_are_one_row(above: list[str], below: list[str]) -> None:
    rows: list[list[Spec]] = [*HEAD, [(above[0], 3, 1), *above[1:]], [(below[0], 3, 1), *below[1:]], NEXT]
    report = bound(paged(rows, 4))
    assert raw(report, "new_received") == FIGURES
    assert raw(report, "carried_over")[-1] == "1"


def test_figure_cut_with_its_row_is_whole_and_less_certain() -> None:
    above: list[Spec] = [("一、本年新收政府", 3, 1), *FIGURES[:6], "1"]
    below: list[Spec] = [("信息公开申请数量", 3, 1), *[""] * 6, "4（其中重复1件）"]
    report = bound(paged([*HEAD, above, below, NEXT], 4))
    fact = next(fact for fact in report.facts if fact.key == "t3.new_received.total")
    assert "".join(fact.raw.split()) == "14（其中重复1件）"
    assert fact.confidence < 0.9


def test_rows_with_whole_labels_stay_apart() -> None:
    rows: list[list[Spec]] = [
        *HEAD,
        [("一、本年新收政府信息公开申请数量", 3, 1), *FIGURES],
        [("二、上年结转政府信息公开申请数量", 3, 1), *[""] * 7],
    ]
    report = bound(paged(rows, 4))
    assert raw(report, "new_received") == FIGURES
    assert raw(report, "carried_over") == [""] * 7


@pytest.mark.parametrize("page", [1, 2])
def test_two_whole_labels_taken_for_one_are_two_rows(page: int) -> None:
    rows: list[list[Spec]] = [
        *HEAD,
        [("一、本年新收政府信息公开申请数量\n二、上年结转政府信息公开申请数量", 3, 1), *FIGURES],
        [("（一）予以公开", 3, 1), *["2"] * 7],
    ]
    table = paged(rows, 9)
    cells = tuple(
        msgspec.structs.replace(
            cell,
            confidence=0.95 if "\n" in cell.text else 1.0,
            location=msgspec.structs.replace(cell.location, page=page if cell.row == 3 and cell.column > 2 else 1 + (cell.row > 3)),
        )
        for cell in table.cells
    )
    report = bound(msgspec.structs.replace(table, cells=cells))
    assert raw(report, "new_received") == (FIGURES if page == 1 else [""] * 7)
    assert raw(report, "carried_over") == ([""] * 7 if page == 1 else FIGURES)
    assert raw(report, "granted") == ["2"] * 7


def test_halves_on_one_page_are_not_joined() -> None:
    rows: list[list[Spec]] = [*HEAD, [("一、本年新收政府", 3, 1), *FIGURES], [("信息公开申请数量", 3, 1), *["9"] * 7], NEXT]
    assert raw(bound(paged(rows, 5)), "new_received")[-1] != "4\n9"


def test_header_cut_by_a_page_end_names_its_columns() -> None:
    head: list[list[Spec]] = [
        [("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", 3, 2), ("申请人情况", 7, 1)],
        ["自然人", ("法人或其他组织", 5, 1), "总计"],
        [("", 10, 1)],
        [("", 3, 1), "", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", ""],
        [("", 4, 1), ("", 5, 1), ""],
    ]
    rows: list[list[Spec]] = [*head, [("一、本年新收政府信息公开申请数量", 3, 1), *FIGURES], NEXT]
    report = bound(paged(rows, 3))
    assert raw(report, "new_received") == FIGURES


def test_numbers_on_the_page_after_their_header_belong_to_it() -> None:
    results: list[Spec] = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    review = grid([[("行政复议", 5, 1)], results, [("", 5, 1)]])
    suits = grid(
        [
            ["1", "0", "2", "0", "3", ("", 5, 1)],
            [("行政诉讼", 10, 1)],
            [("未经复议直接起诉", 5, 1), ("复议后起诉", 5, 1)],
            [*results, *results],
            ["4", "0", "0", "0", "4", "5", "0", "0", "0", "5"],
        ]
    )
    report = bind(
        document(
            "云台市水务局2023年政府信息公开工作年度报告", "一、总体情况", PROSE[1], "二、主动公开政府信息情况", proactive(),
            "三、收到和处理政府信息公开申请情况", requests(), "四、政府信息公开行政复议、行政诉讼情况", review, suits,
        ),
        rulebook(),
    )  # fmt: skip
    facts = {str(fact.key): fact.raw for fact in report.facts}
    assert [facts[f"t4.{block}_total"] for block in ("review", "direct", "after_review")] == ["3", "4", "5"]
    assert report.unplaced == ()
