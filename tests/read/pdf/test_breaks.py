"""Tables cut by page ends."""

from __future__ import annotations

import pytest

from tests.read.pdf.made import Sheet, Spec, read, specs, steps, tables

XS = steps(60, 60, 110, 40, 40, 40)


NARROW = steps(60, 24, 24, 40, 40, 40)


def pair(first: list[Spec], second: list[Spec], xs: list[float] = XS) -> bytes:
    """The first part at the foot of page 1, the second at the top of page 2, with page numbers below."""
    sheet = Sheet()
    rows = max(row + high for row, _, high, _, _ in first)
    ys = steps(760 - 24 * rows, *[24.0] * rows)
    sheet.table(xs, ys, first)
    sheet.text(290, 810, "— 1 —")
    sheet.page()
    rows = max(row + high for row, _, high, _, _ in second)
    sheet.table(xs, steps(60, *[24.0] * rows), second)
    sheet.text(290, 810, "— 2 —")
    return sheet.data()


def row(number: int, label: str, *values: str) -> list[Spec]:
    return [(number, 1, 1, 1, label), *((number, 2 + column, 1, 1, value) for column, value in enumerate(values))]


def texts(table: object, number: int) -> list[str]:
    return [cell[4] for cell in specs(table) if cell[0] == number]  # type: ignore[arg-type]


def test_whole_rows_on_both_pages_make_one_table() -> None:
    (table,) = tables(
        read(
            pair(
                [(0, 0, 2, 1, "（一）甲"), *row(0, "1.子", "1", "2", "3"), *row(1, "2.丑", "4", "5", "9")],
                [(0, 0, 1, 1, "（二）乙"), *row(0, "1.寅", "6", "7", "13")],
            )
        )
    )
    assert (table.rows, table.columns) == (3, 5)
    assert texts(table, 2) == ["（二）乙", "1.寅", "6", "7", "13"]
    assert [cell.location.page for cell in table.cells if cell.row == 2] == [2] * 5


def test_group_label_continues_over_the_break() -> None:
    (table,) = tables(
        read(
            pair(
                [(0, 0, 1, 1, "（四）无法提"), *row(0, "1.子", "1", "2", "3")],
                [(0, 0, 2, 1, "供"), *row(0, "2.丑", "4", "5", "9"), *row(1, "3.寅", "0", "0", "0")],
            )
        )
    )
    label = table.cells[0]
    assert (label.text, label.row, label.rowspan) == ("（四）无法提\n供", 0, 3)
    assert label.confidence < 1


def test_blank_group_cell_continues_but_blank_figures_stay_blank() -> None:
    (table,) = tables(
        read(pair([(0, 0, 1, 1, "（三）甲"), *row(0, "1.子", "1", "2", "3")], [(0, 0, 1, 1, ""), *row(0, "2.丑", "", "", "")]))
    )
    assert table.cells[0].rowspan == 2
    assert texts(table, 0) == ["（三）甲", "1.子", "1", "2", "3"]
    assert texts(table, 1) == ["2.丑", "", "", ""]


def test_label_tail_with_blank_figures_is_the_same_row() -> None:
    first = [(0, 0, 1, 1, "（五）乙"), *row(0, "1.很长的一行文字写到尽头", "1", "2", "3")]
    second = [(0, 0, 1, 1, ""), *row(0, "还有下文", "", "", ""), *[(1, 0, 1, 1, "（六）丙")], *row(1, "1.卯", "4", "5", "9")]
    (table,) = tables(read(pair(first, second)))
    assert table.rows == 2
    assert texts(table, 0) == ["（五）乙", "1.很长的一行文字写到尽头\n还有下文", "1", "2", "3"]


def test_number_of_a_label_alone_above_the_break_is_no_figure() -> None:
    first = [(0, 0, 1, 1, "（"), *row(0, "1.", "1", "2", "3")]
    second = [(0, 0, 2, 1, "三）"), *row(0, "子丑", "", "", ""), *row(1, "2.", "4", "5", "9")]
    (table,) = tables(read(pair(first, second, NARROW)))
    assert texts(table, 0) == ["（\n三）", "1.\n子丑", "1", "2", "3"]
    assert texts(table, 1) == ["2.", "4", "5", "9"]


def test_number_over_a_number_is_another_row() -> None:
    (table,) = tables(read(pair([(0, 0, 1, 1, ""), *row(0, "1.", "1", "2", "3")], [(0, 0, 1, 1, ""), *row(0, "2.", "", "", "")], NARROW)))
    assert table.rows == 2


def test_note_in_a_cell_cut_inside_its_bracket_is_one_cell() -> None:
    first = [(0, 0, 1, 1, "甲"), *row(0, "1.很长的一行文字写到尽头", "12", "34（其", "3")]
    second = [(0, 0, 1, 1, ""), *row(0, "还有下文", "", "中5件）", "")]
    (table,) = tables(read(pair(first, second)))
    assert texts(table, 0)[3] == "34（其\n中5件）"


def test_figure_with_a_note_below_a_head_that_ends_the_page_is_no_part_of_it() -> None:
    first = [(0, 2, 2, 1, "结果维\n持"), (0, 0, 1, 2, "复议"), (1, 0, 1, 1, "总"), (1, 1, 1, 1, "计"), (0, 3, 1, 2, "诉讼")]
    first += [(1, 3, 1, 1, "审结"), (1, 4, 1, 1, "总计")]
    note = "12（其\n修11件）"
    second = [(0, column, 1, 1, text) for column, text in enumerate(["7", "8", note, "3", "20"])]
    (table,) = tables(read(pair(first, second, NARROW)))
    assert table.rows == 3
    assert texts(table, 2) == ["7", "8", note, "3", "20"]


@pytest.mark.parametrize("label", ["还有别的", "2.丑"])
def test_row_of_blanks_after_a_short_label_is_a_row(label: str) -> None:
    first = [(0, 0, 1, 1, "甲"), *row(0, "子", "1", "2", "3")]
    (table,) = tables(read(pair(first, [(0, 0, 1, 1, "乙"), *row(0, label, "", "", "")])))
    assert table.rows == 2
    assert texts(table, 1) == ["乙", label, "", "", ""]


def test_figure_wrapped_and_cut_keeps_its_digits_together() -> None:
    first = [(0, 0, 1, 1, "甲"), *row(0, "1.很长的一行文字写到尽头", "12", "345678", "3")]
    second = [(0, 0, 1, 1, ""), *row(0, "还有下文", "", "90", "")]
    (table,) = tables(read(pair(first, second)))
    assert table.rows == 1
    assert texts(table, 0)[3] == "345678\n90"
    assert next(cell for cell in table.cells if cell.text.startswith("345")).confidence < 0.9


def test_figures_that_slipped_over_the_page_end_fill_the_blanks_of_their_row() -> None:
    first = [(0, column, 1, 1, text) for column, text in enumerate(["4", "3", "6", "0", ""])]
    second = [(0, column, 1, 1, text) for column, text in enumerate(["", "", "", "", "13"])]
    (table,) = tables(read(pair(first, second)))
    assert texts(table, 0) == ["4", "3", "6", "0", "13"]
    assert next(cell for cell in table.cells if cell.text == "13").confidence < 0.9


def test_a_row_below_that_fills_more_than_is_blank_above_is_another_row() -> None:
    first = [(0, column, 1, 1, text) for column, text in enumerate(["4", "3", "6", "0", ""])]
    second = [(0, column, 1, 1, text) for column, text in enumerate(["", "", "", "1", "13"])]
    (table,) = tables(read(pair(first, second)))
    assert table.rows == 2


def test_header_repeated_exactly_is_printed_once() -> None:
    head: list[Spec] = [(0, 0, 1, 2, "项目"), (0, 2, 1, 1, "本年"), (0, 3, 1, 1, "上年"), (0, 4, 1, 1, "合计")]
    first = [*head, (1, 0, 1, 1, "甲"), *row(1, "1.子", "1", "2", "3")]
    second = [*head, (1, 0, 1, 1, "乙"), *row(1, "1.丑", "4", "5", "9")]
    (table,) = tables(read(pair(first, second)))
    assert [texts(table, number)[0] for number in range(table.rows)] == ["项目", "甲", "乙"]


def test_equal_rows_of_figures_are_no_header() -> None:
    rows = [(0, 0, 1, 1, "0"), (0, 1, 1, 1, "0"), (0, 2, 1, 1, "0"), (0, 3, 1, 1, "0"), (0, 4, 1, 1, "0")]
    (table,) = tables(read(pair(rows, [*rows, *[(1, column, 1, 1, "1") for column in range(5)]])))
    assert table.rows == 3


def test_stranded_first_row_joins_its_table() -> None:
    sheet = Sheet()
    sheet.table([60, 350], [740, 764], [(0, 0, 1, 1, "第二十条第（一）项")])
    sheet.page()
    sheet.table(
        XS, steps(60, 24, 24), [(0, 0, 1, 1, "规章"), *row(0, "1.子", "1", "2", "3"), (1, 0, 1, 1, "文件"), *row(1, "2.丑", "4", "5", "9")]
    )
    (table,) = tables(read(sheet.data()))
    assert table.rows == 3
    assert specs(table)[0] == (0, 0, 1, 5, "第二十条第（一）项")


def test_text_between_keeps_tables_apart() -> None:
    sheet = Sheet()
    cells = [(0, 0, 1, 1, "甲"), *row(0, "1.子", "1", "2", "3")]
    sheet.table(XS, steps(730, 24), cells)
    sheet.page()
    sheet.text(90, 70, "四、另一个表格的标题", 14)
    sheet.table(XS, steps(90, 24), cells)
    assert len(tables(read(sheet.data()))) == 2


def test_table_that_ends_high_on_the_page_is_not_continued() -> None:
    sheet = Sheet()
    cells = [(0, 0, 1, 1, "甲"), *row(0, "1.子", "1", "2", "3")]
    sheet.table(XS, steps(100, 24), cells)
    sheet.page()
    sheet.table(XS, steps(60, 24), cells)
    assert len(tables(read(sheet.data()))) == 2


def test_page_without_the_rules_of_a_spanning_cell_still_belongs_to_the_table() -> None:
    xs = steps(60, 60, 110, 40, 40, 40, 40, 40)

    def full(number: int, label: str) -> list[Spec]:
        return [(number, 1, 1, 1, label), *((number, column, 1, 1, str(column)) for column in range(2, 7))]

    sheet = Sheet()
    sheet.table(xs, steps(720, 24), [(0, 0, 1, 1, "三、办理结果"), *full(0, "1.子")])
    sheet.page()
    sheet.table(xs, steps(60, *[24.0] * 28), [cell for number in range(28) for cell in full(number, f"{number + 2}.丑")])
    sheet.page()
    sheet.table(xs, steps(60, 24, 24), [(0, 0, 1, 1, ""), *full(0, "30.寅"), (1, 0, 1, 1, "四、结转"), *full(1, "31.卯")])
    (table,) = tables(read(sheet.data()))
    assert (table.rows, table.columns) == (31, 7)
    assert (table.cells[0].text, table.cells[0].rowspan) == ("三、办理结果", 30)
