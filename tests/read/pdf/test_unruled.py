"""Tables without any ruling line: rows, columns and labels are told by where things stand, over pages too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from auditor.model.document import Table
from tests.lab import tested
from tests.lab.compose import GridOptions, PdfStyle, balanced_plan, to_pdf
from tests.lab.measure import compare
from tests.read.pdf.made import Sheet, Spec, prose, read, steps, tables

XS = steps(60, 30, 110, 70, 70, 70)
HEAD: list[Spec] = [(0, 0, 1, 2, "指标名称"), (0, 2, 1, 1, "本年数量"), (0, 3, 1, 1, "上年数量"), (0, 4, 1, 1, "合计数量")]


def drawn(cells: list[Spec], ys: list[float], xs: list[float] = XS) -> Table:
    sheet = Sheet()
    sheet.table(xs, ys, cells, rules=False)
    (table,) = tables(read(sheet.data()))
    return table


def texts(table: Table, row: int) -> list[str]:
    return [cell.text.replace("\n", "") for cell in table.cells if cell.row == row]


def named(table: Table, label: str) -> list[str]:
    """What stands right of a label."""
    (own,) = [cell for cell in table.cells if cell.text.replace("\n", "") == label]
    return [cell.text for cell in table.cells if cell.row == own.row and cell.column > own.column]


def test_a_label_of_several_lines_belongs_to_the_row_in_its_middle() -> None:
    cells = [
        *HEAD,
        *[(1, 0, 1, 2, "甲类事项办理\n数量合计"), (1, 2, 1, 1, "12"), (1, 3, 1, 1, "-3"), (1, 4, 1, 1, "9")],
        *[(2, 0, 1, 2, "乙类事项"), (2, 2, 1, 1, "1,204"), (2, 3, 1, 1, "无"), (2, 4, 1, 1, "/")],
        *[(3, 0, 1, 2, "丙类事项包括\n其他单位转来\n的事项"), (3, 2, 1, 1, "0"), (3, 3, 1, 1, "7"), (3, 4, 1, 1, "7")],
    ]
    table = drawn(cells, steps(100, 24, 36, 24, 48))
    assert named(table, "甲类事项办理数量合计") == ["12", "-3", "9"]
    assert named(table, "乙类事项") == ["1,204", "无", "/"]
    assert named(table, "丙类事项包括其他单位转来的事项") == ["0", "7", "7"]
    assert all(cell.confidence < 1 for cell in table.cells)


def test_blank_cells_have_their_columns_from_the_rows_and_heads_around_them() -> None:
    cells = [
        *HEAD,
        *[(1, 0, 1, 2, "甲类事项"), (1, 4, 1, 1, "5")],
        *[(2, 0, 1, 2, "乙类事项")],
        *[(3, 0, 1, 2, "丙类事项"), (3, 2, 1, 1, "8"), (3, 4, 1, 1, "8")],
    ]
    table = drawn(cells, steps(100, 24, 24, 24, 24))
    assert [texts(table, row) for row in range(4)] == [
        ["指标名称", "本年数量", "上年数量", "合计数量"],
        ["甲类事项", "", "", "5"],
        ["乙类事项", "", "", ""],
        ["丙类事项", "8", "", "8"],
    ]
    assert min(cell.confidence for cell in table.cells if not cell.text) < min(cell.confidence for cell in table.cells if cell.text)


def test_the_label_of_a_group_spans_its_rows_and_stays_out_of_theirs() -> None:
    cells: list[Spec] = [
        *HEAD,
        (1, 0, 1, 2, "一、新收事项数量"),
        *[(1, 2 + n, 1, 1, "4") for n in range(3)],
        (2, 0, 3, 1, "（二）\n其他\n处理"),
    ]
    for row, label in ((2, "1.重复事项"), (3, "2.无关事项办理\n数量"), (4, "3.其他事项")):
        cells += [(row, 1, 1, 1, label), *[(row, 2 + n, 1, 1, str(row)) for n in range(3)]]
    table = drawn(cells, steps(100, 24, 24, 26, 34, 26))
    (group,) = [cell for cell in table.cells if cell.text.replace("\n", "") == "（二）其他处理"]
    assert (group.row, group.rowspan) == (2, 3)
    assert named(table, "2.无关事项办理数量") == ["3", "3", "3"]


def test_a_table_over_two_pages_is_one_and_its_first_row_is_no_page_number() -> None:
    sheet = Sheet()
    ys = steps(700, 24, 24, 24)
    rows = [("甲类事项", "23,097"), ("乙类事项", "-2"), ("丙类事项", "97672"), ("丁类事项", "3")]
    first = [HEAD[0], HEAD[1], *[(n + 1, c, 1, 2 - c // 2, rows[n][c // 2]) for n in range(2) for c in (0, 2)]]
    sheet.table(XS, ys, first, rules=False)
    sheet.page()
    sheet.table(XS, steps(50, 24, 24), [(n, c, 1, 2 - c // 2, rows[n + 2][c // 2]) for n in range(2) for c in (0, 2)], rules=False)
    (table,) = tables(read(sheet.data()))
    assert [texts(table, row) for row in range(1, 5)] == [list(row) for row in rows]
    assert [cell.location.page for cell in table.cells if cell.text in ("乙类事项", "丙类事项")] == [1, 2]


def test_a_note_in_a_narrow_cell_stays_with_its_figure() -> None:
    cells = [
        *HEAD,
        *[(1, 0, 1, 2, "甲类事项"), (1, 2, 1, 1, "22（其中\n修订2件）"), (1, 3, 1, 1, "1"), (1, 4, 1, 1, "23")],
        *[(2, 0, 1, 2, "乙类事项"), (2, 2, 1, 1, "3"), (2, 3, 1, 1, "4"), (2, 4, 1, 1, "7")],
    ]
    table = drawn(cells, steps(100, 24, 34, 24))
    assert named(table, "甲类事项") == ["22（其中\n修订2件）", "1", "23"]
    assert named(table, "乙类事项") == ["3", "4", "7"]


@pytest.mark.parametrize(
    "lines",
    [
        ["一、总体情况……………………1", "二、主动公开情况…………………3", "三、其他事项……………………5"],
        ["本年度共受理申请 12 件，办结 11 件。", "其中网上申请 9 件，信函申请 3 件。", "上年结转 0 件。"],
        ["联系人：某某    电话 12345678", "地址：某某路 1 号"],
        ["1. 完善制度，全年修订 3 项", "2. 开展培训 2 次", "3. 召开会议 4 次"],
    ],
)
def test_prose_with_numbers_is_no_table(lines: list[str]) -> None:
    sheet = Sheet()
    for number, line in enumerate(lines):
        sheet.text(80, 120 + 22 * number, line, 12)
    document = read(sheet.data())
    assert tables(document) == []
    assert "".join("".join(prose(document)).split()) == "".join("".join(lines).split())


def test_a_heading_below_a_table_is_no_row_of_it() -> None:
    sheet = Sheet()
    cells = [*HEAD, *[(1, 0, 1, 2, "甲类事项"), *[(1, 2 + n, 1, 1, "1") for n in range(3)]]]
    cells += [(2, 0, 1, 2, "乙类事项"), *[(2, 2 + n, 1, 1, "2") for n in range(3)]]
    sheet.table(XS, steps(100, 24, 24, 24), cells, rules=False)
    sheet.text(86, 190, "四、问题", 9)
    sheet.text(86, 210, "本年度没有其他需要报告的事项。", 9)
    document = read(sheet.data())
    (table,) = tables(document)
    assert table.rows == 3
    assert prose(document)[0].startswith("四、问题")


@pytest.mark.parametrize("align", ["left", "center", "right"])
@pytest.mark.parametrize(("layout", "labels"), [("layout_2021", 3), ("layout_2021", 1), ("layout_2019", 2), ("layout_stat", 1)])
def test_whole_reports_without_rules_are_read_cell_by_cell(
    tmp_path: Path, layout: str, labels: int, align: Literal["left", "center", "right"]
) -> None:
    for seed, size in ((1, "small"), (2, "large")):
        plan = replace(balanced_plan(seed, layout, size), grid=GridOptions(label_columns=labels))
        style = PdfStyle(borders="none", align=align, size=(9, 10.5)[seed % 2], row_height=(14, 26)[seed % 2], repeat_header=seed == 1)
        path = tmp_path / f"{seed}.pdf"
        path.write_bytes(to_pdf(plan, style))
        report = tested.bind(tested.read(path))
        reading = compare(plan.truth(), report)
        assert set(reading.cells) == {"exact"}, (seed, reading.details[:3])
        assert not [rule for rule, severity in tested.fired(report).items() if severity == "error"]


def test_a_row_cut_by_the_page_end_is_one_row_and_a_blank_row_at_the_top_of_a_page_is_its_own() -> None:
    def page(top: float, rows: list[tuple[str, str]]) -> None:
        cells: list[Spec] = [(n, c, 1, 2 - c // 2, (label, figure)[c // 2]) for n, (label, figure) in enumerate(rows) for c in (0, 2)]
        sheet.table(XS, [top + 26 * n for n in range(len(rows) + 1)], [cell for cell in cells if cell[4]], rules=False)

    sheet = Sheet()
    page(660, [("指标名称", "本年数量"), ("1.甲类事项包括其他单位转", "12"), ("2.乙类事项", "4"), ("3.丙类事项包括其他单位转", "9")])
    sheet.page()
    page(50, [("来的事项", ""), ("4.丁类事项", ""), ("5.戊类事项", "6")])
    (table,) = tables(read(sheet.data()))
    assert named(table, "3.丙类事项包括其他单位转来的事项") == ["9"]
    assert named(table, "4.丁类事项") == [""]
    assert named(table, "5.戊类事项") == ["6"]


@pytest.mark.parametrize(
    ("layout", "columns", "width"),
    [("layout_2021", 1, 0.15), ("layout_2021", 3, 0.18), ("layout_2021", 2, 0.22), ("layout_stat", 1, 0.18)],
)
def test_labels_of_three_four_and_more_lines_are_bound_to_their_rows(tmp_path: Path, layout: str, columns: int, width: float) -> None:
    """The narrower the column of labels, the more lines each label has, up to more than any reader takes for one."""
    plan = replace(balanced_plan(5, layout, "large"), grid=GridOptions(label_columns=columns))
    path = tmp_path / "narrow.pdf"
    path.write_bytes(to_pdf(plan, PdfStyle(borders="none", label_width=width)))
    reading = compare(plan.truth(), tested.bind(tested.read(path)))
    assert set(reading.cells) == {"exact"}, reading.details[:3]


def test_figures_of_two_columns_that_stand_without_space_are_two() -> None:
    """As where a browser prints narrow cells side by side: the gap is less than a third of a digit."""
    sheet = Sheet()
    rows = [("甲类事项", "12", "31"), ("乙类事项", "813", "2358"), ("丙类事项", "20", "40"), ("丁类事项", "5", "6")]
    for number, (label, *figures) in enumerate(rows):
        sheet.text(66, 120 + 24 * number, label, 10)
        for x, figure in zip((200.0, 217.0), figures, strict=True):
            sheet.text(x, 120 + 24 * number, figure, 10)
    (table,) = tables(read(sheet.data()))
    assert named(table, "甲类事项") == ["12", "31"]
    assert named(table, "乙类事项") == ["813", "2358"]


def test_a_figure_over_two_columns_is_no_reading_of_either() -> None:
    sheet = Sheet()
    rows = [("甲类事项", "12", "31"), ("乙类事项", "8132358", ""), ("丙类事项", "20", "40"), ("丁类事项", "5", "6")]
    for number, (label, *figures) in enumerate(rows):
        sheet.text(66, 120 + 24 * number, label, 10)
        for x, figure in zip((200.0, 217.0), figures, strict=True):
            sheet.text(x, 120 + 24 * number, figure, 10)
    (table,) = tables(read(sheet.data()))
    (own,) = [cell for cell in table.cells if cell.text == "乙类事项"]
    assert [cell.confidence for cell in table.cells if cell.row == own.row and cell.column > 0] == [0.0, 0.0]
