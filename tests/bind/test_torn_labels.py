"""Labels of several lines in tables without rules, which a reader took for several rows: one row of the form, or declared, never blank."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from auditor.bind import bind
from auditor.model.document import Table
from auditor.model.report import Report
from tests.bind.made import document, form, grid, rulebook

HEADS = [column.label for column in form("t3", "layout_2021").columns]
KEYS = [column.key for column in form("t3", "layout_2021").columns]
UNPAID = next(row.label for row in form("t3", "layout_2021").rows if row.key == "other_no_fee")
FIGURES = ["4", "1", "0", "2", "0", "0", "7"]
BLANK = [""] * 7


def guessed(rows: Sequence[Sequence[str]]) -> Table:
    """A table as it is read where no rules are drawn: figures are less than certain, blanks still less."""
    table = grid([["", *HEADS], ["一、本年新收政府信息公开申请数量", *FIGURES], ["二、上年结转政府信息公开申请数量", *FIGURES], *rows])
    cells = tuple(replace(cell, confidence=0.75 if cell.text else 0.7) for cell in table.cells)
    return replace(table, cells=cells)


def bound(table: Table) -> Report:
    return bind(document("云台市水务局2023年政府信息公开工作年度报告", "三、收到和处理政府信息公开申请情况", table), rulebook())


def row(report: Report, key: str) -> list[str | None]:
    """What was read of a row, ``None`` for each cell that is unread."""
    facts = {str(fact.key): fact for fact in report.facts}
    found = [facts.get(f"t3.{key}.{column}") for column in KEYS]
    return [None if fact is None or fact.state == "unreadable" else fact.raw for fact in found]


def parts(text: str, count: int) -> list[str]:
    size = -(-len(text) // count)
    return [text[at : at + size] for at in range(0, len(text), size)]


@pytest.mark.parametrize("count", [2, 3, 4, 5])
@pytest.mark.parametrize("beside", ["first", "middle", "last"])
def test_lines_of_a_label_that_were_taken_for_rows_are_the_row_of_the_form(count: int, beside: str) -> None:
    at = {"first": 0, "middle": count // 2, "last": count - 1}[beside]
    torn = [[part, *(FIGURES if place == at else BLANK)] for place, part in enumerate(parts(UNPAID, count))]
    report = bound(guessed([*torn, ["四、结转下年度继续办理", *BLANK]]))
    assert row(report, "other_no_fee") == FIGURES
    assert row(report, "carried_forward") == BLANK
    assert not [problem for problem in report.problems if problem.code == "BIND-ROW"]


def test_a_number_and_marks_that_stand_alone_belong_to_their_label() -> None:
    pieces = ["3.", "危及", "“", "三安全", "一稳定", "”"]
    report = bound(guessed([[piece, *(FIGURES if piece == "三安全" else BLANK)] for piece in pieces]))
    assert row(report, "denied_safety") == FIGURES


def test_a_blank_row_beside_figures_of_no_row_is_declared() -> None:
    """A line of the label is not read as printed, so that the lines do not make a label of the form."""
    _, last = parts(UNPAID, 2)
    report = bound(guessed([["口" * 12, *FIGURES], [last, *BLANK]]))
    assert row(report, "other_no_fee") != BLANK
    first, *_ = parts(UNPAID, 2)
    report = bound(guessed([["口" * 12, *FIGURES], [first, *BLANK]]))
    assert row(report, "other_no_fee") == [None] * 7
    assert any(problem.code == "BIND-ROW" for problem in report.problems)


def test_a_blank_beside_a_label_that_swallowed_a_figure_is_declared() -> None:
    report = bound(guessed([["1.属于国2家秘密", "", *FIGURES[1:]]]))
    assert row(report, "denied_state_secret") == [None, *FIGURES[1:]]


def test_blank_rows_between_rows_of_the_form_stay_blank() -> None:
    report = bound(guessed([["1.属于国家秘密", *FIGURES], ["2.其他法律行政法规禁止公开", *BLANK], ["四、结转下年度继续办理", *FIGURES]]))
    assert row(report, "denied_law") == BLANK
