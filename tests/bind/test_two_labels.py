"""Two labels printed in one cell: both rows are bound where their figures can be told apart, else both are declared unread."""

from __future__ import annotations

import pytest

from auditor.bind import bind
from auditor.bind.labels import whole_labels, whole_split
from auditor.model.document import Table
from auditor.model.report import Report
from tests.bind.made import PROSE, Spec, document, grid, proactive, remedies, rulebook

KEYS = ("natural_person", "commercial", "research", "social", "legal_service", "other_org", "total")
HEAD: list[list[Spec]] = [
    [("", 2, 3), ("申请人情况", 7, 1)],
    [("自然人", 1, 2), ("法人或其他组织", 5, 1), ("总计", 1, 2)],
    ["商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"],
]
FIRST, SECOND = ["3", "0", "1", "0", "0", "0", "4"], ["5", "0", "0", "2", "0", "0", "7"]
BOTH = "1.属于国家秘密\n2.其他法律行政法规禁止公开"


def bound(values: list[str]) -> Report:
    rows: list[list[Spec]] = [
        *HEAD,
        [("一、本年新收政府信息公开申请数量", 2, 1), *["9"] * 7],
        [("（三）不予公开", 1, 2), BOTH, *values],
        ["3.危及“三安全一稳定”", *["1"] * 7],
    ]
    return bind(
        document(
            "云台市水务局2023年政府信息公开工作年度报告", "一、总体情况", PROSE[1], "二、主动公开政府信息情况", proactive(),
            "三、收到和处理政府信息公开申请情况", table(rows), "四、政府信息公开行政复议、行政诉讼情况", remedies(),
        ),
        rulebook(),
    )  # fmt: skip


def table(rows: list[list[Spec]]) -> Table:
    return grid(rows)


def row(report: Report, key: str) -> list[tuple[str | None, str | None]]:
    facts = {str(fact.key): fact for fact in report.facts}
    cells = [facts.get(f"t3.{key}.{column}") for column in KEYS]
    return [(cell.raw, cell.state) if cell is not None else (None, None) for cell in cells]


def test_figures_on_two_lines_go_one_to_each_row() -> None:
    report = bound([f"{one}\n{other}" for one, other in zip(FIRST, SECOND, strict=True)])
    assert [raw for raw, _ in row(report, "denied_state_secret")] == FIRST
    assert [raw for raw, _ in row(report, "denied_law")] == SECOND
    assert [raw for raw, _ in row(report, "denied_safety")] == ["1"] * 7
    assert report.status == "read"


@pytest.mark.parametrize("values", [FIRST, [""] * 7])
def test_cells_that_may_belong_to_either_row_are_unread_in_both(values: list[str]) -> None:
    report = bound(values)
    for key in ("denied_state_secret", "denied_law"):
        assert {state for _, state in row(report, key)} == {"unreadable"}
    assert [problem.code for problem in report.problems].count("BIND-ROW") == 2
    assert report.status == "partly_read"
    assert [raw for raw, _ in row(report, "denied_safety")] == ["1"] * 7


def test_a_wrapped_label_is_one() -> None:
    is_label = {"行政复议", "结果维持", "其他", "其他结果"}.__contains__
    assert whole_split(["其他", "结果维持"], is_label) == ("其他", "结果维持")
    assert whole_split(["结果", "维持"], is_label) == ("结果维持",)
    assert whole_split(["其他", "结果"], {"其他", "结果", "其他结果"}.__contains__) == ()
    assert whole_split(["行政", "维持"], is_label) == ()
    assert whole_labels(["行政", "复议", "x", "其他", "结果"], is_label) == ["行政复议", "其他结果"]
