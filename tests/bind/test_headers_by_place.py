"""Headers of tables without rules are bound by where their labels stand on the page; what that leaves open is declared, never guessed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from auditor.bind import bind
from auditor.model.document import Cell, Table
from auditor.model.report import Report
from auditor.model.source import Location
from tests.bind.made import document, form, grid, rulebook

PITCH = 28.0
KEYS = [column.key for column in form("t4", "layout_2021").columns]
LABELS = ["结果\n维持", "结果\n纠正", "其他\n结果", "尚未\n审结", "总计"]
GROUPS = [("行政复议", 2.0), ("行政诉讼", 9.5)]
SUITS = [("未经复议直接起诉", 7.0), ("复议后起诉", 12.0)]
FIGURES = [str(number) for number in range(1, 16)]

Spec = tuple[str, float]
"""A text and the column (from 0) over whose middle it stands."""


def columns(texts: Sequence[str], start: int = 0) -> list[Spec]:
    return [(text, float(start + number)) for number, text in enumerate(texts)]


def printed(*lines: tuple[int, Sequence[Spec]], margins: Sequence[float] = (80.0, 80.0, 80.0), pitch: float = PITCH) -> Table:
    """A table without rules: lines as (page, cells); each page with its own left margin in points."""
    cells = []
    for row, (page, specs) in enumerate(lines):
        for column, (text, place) in enumerate(specs):
            half = 4.5 * max(map(len, text.split("\n"))) if text else 12.0
            x = margins[page - 1] + pitch * (place + 0.5)
            where = Location(page=page, table=1, row=row + 1, column=column + 1, box=(x - half, 20.0 * row, x + half, 20.0 * row + 9))
            cells.append(Cell(text=text, row=row, column=column, location=where, confidence=0.75))
    width = max(len(specs) for _, specs in lines)
    return Table(rows=len(lines), columns=width, cells=tuple(cells), grid="ragged", location=Location(page=1, table=1))


def bound(table: Table) -> Report:
    return bind(document("云台市水务局2023年政府信息公开工作年度报告", "四、政府信息公开行政复议、行政诉讼情况", table), rulebook())


def values(report: Report) -> dict[str, str | None]:
    """Column → what was read, ``None`` where it is declared unread."""
    facts = [fact for fact in report.facts if fact.key.startswith("t4.")]
    return {fact.key.removeprefix("t4."): None if fact.state == "unreadable" else fact.raw for fact in facts}


def assert_declared(report: Report) -> None:
    assert set(values(report).values()) == {None}
    assert any(problem.code == "BIND-ROW" for problem in report.problems)


FIRST_HALVES = columns(["结果", "结果", "其他", "尚未", "总计"])
LOWER_HALVES = columns(["维持", "纠正", "结果", "审结"])


def test_a_header_of_two_lines_printed_again_on_the_next_page_is_one_header() -> None:
    """The page end cuts the header's lower line: its upper halves stand on one page, the whole print on the next."""
    table = printed(
        (1, GROUPS),
        (1, [*FIRST_HALVES, *SUITS]),
        (2, GROUPS),
        (2, SUITS),
        (2, columns(LABELS)),
        (2, columns(LABELS * 2, 5)),
        (2, [*LOWER_HALVES, *columns(LABELS * 2, 5)]),
        (2, columns(FIGURES)),
    )
    report = bound(table)
    assert values(report) == dict(zip(KEYS, FIGURES, strict=True))
    assert not report.problems


@pytest.mark.parametrize("parts", [1, 2, 3])
def test_labels_of_one_two_and_three_lines_stand_over_their_figures(parts: int) -> None:
    cut = {
        1: ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"],
        2: LABELS,
        3: ["结\n果维\n持", "结\n果纠\n正", "其\n他结\n果", "尚\n未审\n结", "总\n计"],
    }
    table = printed((1, GROUPS), (1, SUITS), (1, columns(cut[parts])), (1, columns(cut[parts] * 2, 5)), (1, columns(FIGURES)), pitch=38.0)
    assert values(bound(table)) == dict(zip(KEYS, FIGURES, strict=True))


def test_columns_printed_in_another_order_follow_their_labels() -> None:
    swapped = ["总计", "结果\n维持", "结果\n纠正", "其他\n结果", "尚未\n审结"]
    table = printed((1, GROUPS), (1, SUITS), (1, columns(swapped * 3)), (1, columns(FIGURES)))
    found = values(bound(table))
    assert [found[f"{group}_{name}"] for group in ("review", "direct") for name in ("total", "upheld")] == ["1", "2", "6", "7"]


def test_groups_printed_in_another_order_follow_their_labels() -> None:
    """Which of two lower groups is read first must not decide: the left one stands a hair lower than the right one."""
    table = printed(
        (1, GROUPS), (1, [("复议后起诉", 7.0)]), (1, [("未经复议直接起诉", 12.0)]), (1, columns(LABELS * 3)), (1, columns(FIGURES))
    )
    found = values(bound(table))
    assert (found["after_review_upheld"], found["direct_upheld"]) == ("6", "11")


def test_a_header_on_the_first_page_only_holds_for_the_figures_on_the_next() -> None:
    table = printed((1, GROUPS), (1, SUITS), (1, columns(LABELS * 3)), (2, columns(FIGURES)), margins=(80.0, 120.0))
    assert values(bound(table)) == dict(zip(KEYS, FIGURES, strict=True))


def test_a_header_printed_again_with_other_margins_is_read_by_its_last_print() -> None:
    table = printed(
        (1, GROUPS),
        (1, SUITS),
        (1, columns(LABELS * 3)),
        (2, GROUPS),
        (2, SUITS),
        (2, columns(LABELS * 3)),
        (2, columns(FIGURES)),
        margins=(80.0, 122.0),
    )
    assert values(bound(table)) == dict(zip(KEYS, FIGURES, strict=True))


def test_a_figure_that_stands_under_another_label_is_not_read() -> None:
    """Labels of one group only, and as many figures: but those of another place."""
    upper = [("行政复议", 2.0)]
    assert values(bound(printed((1, upper), (1, columns(LABELS)), (1, columns(FIGURES[:5]))))) == dict(zip(KEYS[:5], FIGURES, strict=False))
    assert_declared(bound(printed((1, upper), (1, columns(LABELS)), (1, columns(FIGURES[:5], 5)))))


def test_a_lost_label_is_no_reason_to_give_its_figures_to_the_next_column() -> None:
    """One label of fifteen is not read: the form's own order is borne out by the labels that are."""
    labels = columns(LABELS * 3)
    table = printed((1, GROUPS), (1, SUITS), (1, [*labels[:6], ("口口", 6.0), *labels[7:]]), (1, columns(FIGURES)))
    assert values(bound(table)) == dict(zip(KEYS, FIGURES, strict=True))


def test_lost_labels_in_an_order_of_its_own_are_declared() -> None:
    swapped = ["总计", "结果\n维持", "结果\n纠正", "其他\n结果", "尚未\n审结"] * 3
    labels = columns(swapped)
    table = printed((1, GROUPS), (1, SUITS), (1, [*labels[:6], ("口口", 6.0), *labels[7:]]), (1, columns(FIGURES)))
    assert_declared(bound(table))


def test_labels_of_two_columns_over_one_place_are_declared_where_figures_do_not_fit() -> None:
    doubled = [*columns(LABELS * 3)[:7], *columns(LABELS, 7), ("总计", 12.3)]
    table = printed((1, GROUPS), (1, SUITS), (1, columns(LABELS * 3)), (1, doubled[7:]), (1, columns(FIGURES)))
    assert_declared(bound(table))


HEADS = [column.label for column in form("t3", "layout_2021").columns]
ROWS = [row.label for row in form("t3", "layout_2021").rows][:4]


def test_rows_of_a_table_with_labels_follow_the_places_of_its_header_too() -> None:
    """Two heads are not read: five are left, and rows of seven figures have the form's order only where no head speaks against it."""

    def table(heads: Sequence[str]) -> Table:
        over = [(text, 4.0 + number) for number, text in enumerate(heads) if text]
        rows = [(1, [(label, 0.0), *columns(FIGURES[:7], 4)]) for label in ROWS]
        return printed((1, [("申请人情况", 8.0)]), (1, over), *rows, pitch=60.0)

    def read(heads: Sequence[str]) -> set[str | None]:
        made = document("云台市水务局2023年政府信息公开工作年度报告", "三、收到和处理政府信息公开申请情况", table(heads))
        return {None if fact.state == "unreadable" else fact.raw for fact in bind(made, rulebook()).facts if fact.key.startswith("t3.")}

    lost = [HEADS[0], "", *HEADS[2:5], "", HEADS[6]]
    assert read(lost) == set(FIGURES[:7])
    assert read([lost[6], "", lost[2], lost[0], lost[4], "", lost[3]]) == {None}


def test_a_header_printed_again_on_a_new_page_does_not_end_the_group_of_rows() -> None:
    head = ["统计指标", "单位", "统计数"]
    first = [head, ["四、行政复议数量", "件", "6"], ["（一）维持具体行政行为数", "件", "1"], ["（二）被依法纠错数", "件", "2"]]
    second = [head, ["（三）其他情形数", "件", "3"], ["五、行政诉讼数量", "件", "15"], ["（三）其他情形数", "件", "9"]]
    table = grid([*first, *second])
    pages = [1] * len(first) + [2] * len(second)
    cells = tuple(replace(cell, location=replace(cell.location, page=pages[cell.row])) for cell in table.cells)
    report = bind(document("云台市水务局2016年政府信息公开年度报告", replace(table, cells=cells)), rulebook())
    found = {str(fact.key): fact.raw for fact in report.facts}
    assert (found["st.rv_other"], found["st.lt_other"]) == ("3", "9")


def test_heads_of_neighbouring_columns_read_as_one_cell_keep_their_order() -> None:
    """On a printed web page without rules two heads may stand without space: the figures below them must not move to the left."""
    heads = ["上一年项目数量", "本年增/减", "处理决定数量"]
    block: list[list[str | tuple[str, int, int]]] = [
        [("第二十条第（五）项", 4, 1)],
        ["信息内容", ("".join(heads[:2]), 2, 1), heads[2]],
        ["行政许可", "247", "-45", "15421"],
        ["其他对外管理服务事项", "164", "49", "17283"],
    ]
    report = bind(document("云台市水务局2020年政府信息公开工作年度报告", "二、主动公开政府信息情况", grid(block)), rulebook())
    found = {str(fact.key).removeprefix("t2.license."): fact.raw for fact in report.facts if fact.key.startswith("t2.license")}
    assert found == {"prev_items": "247", "change": "-45", "decisions": "15421"}
