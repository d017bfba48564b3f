"""Ruled tables on one page: every cell as it was drawn."""

from __future__ import annotations

import random

import pytest

from tests.read.pdf.made import Sheet, Spec, prose, read, specs, steps, tables, width_of

XS = steps(60, 30, 60, 110, 30, 30, 30, 30)
HEAD: list[Spec] = [
    (0, 0, 2, 3, "项目"),
    (0, 3, 1, 4, "申请人"),
    (1, 3, 1, 1, "个人"),
    (1, 4, 1, 1, "企业"),
    (1, 5, 1, 1, "其他"),
    (1, 6, 1, 1, "合计"),
]
BODY: list[Spec] = [
    (2, 0, 3, 1, "三\n、\n结\n果"),
    (2, 1, 1, 2, "（一）公开"),
    (2, 3, 1, 1, "12"),
    (2, 4, 1, 1, ""),
    (2, 5, 1, 1, "0"),
    (2, 6, 1, 1, "12"),
    (3, 1, 2, 1, "（二）不公开"),
    (3, 2, 1, 1, "1.甲类"),
    (3, 3, 1, 1, "2345\n6"),
    (3, 4, 1, 1, "7"),
    (3, 5, 1, 1, "/"),
    (3, 6, 1, 1, "2346\n3"),
    (4, 2, 1, 1, "2.乙类"),
    (4, 3, 1, 1, "1"),
    (4, 4, 1, 1, "2"),
    (4, 5, 1, 1, "3"),
    (4, 6, 1, 1, "6"),
]
YS = steps(100, 20, 20, 30, 30, 30)


@pytest.mark.parametrize("style", ["stroke", "filled", "dashed", "double"])
@pytest.mark.parametrize("engine", ["pdfium", "pdfplumber"])
def test_merged_cells_are_exact_whatever_draws_the_rules(style: str, engine: str) -> None:
    sheet = Sheet()
    sheet.table(XS, YS, HEAD + BODY, style)
    (table,) = tables(read(sheet.data(), engine))
    assert (table.rows, table.columns, table.grid) == (5, 7, "exact")
    assert specs(table) == sorted(HEAD + BODY)


def test_places_count_from_one_and_boxes_from_the_top_left() -> None:
    sheet = Sheet()
    sheet.table(XS, YS, HEAD + BODY)
    (table,) = tables(read(sheet.data()))
    cell = next(cell for cell in table.cells if cell.text == "2.乙类")
    assert (cell.location.page, cell.location.table, cell.location.row, cell.location.column) == (1, 1, 5, 3)
    assert cell.location.box == pytest.approx((150, 200, 260, 230), abs=1)


def tiling(rng: random.Random) -> tuple[int, int, list[Spec]]:
    """Rows, columns and cells of a random grid in which every row and column has a rule of its own."""
    while True:
        rows, columns = rng.randint(2, 9), rng.randint(2, 8)
        free = {(row, column) for row in range(rows) for column in range(columns)}
        cells: list[Spec] = []
        for row in range(rows):
            for column in range(columns):
                if (row, column) not in free:
                    continue
                high, wide = rng.choice([1, 1, 1, 2, 3]), rng.choice([1, 1, 1, 2, 3])
                while any((row + a, column + b) not in free for a in range(high) for b in range(wide)):
                    high, wide = max(1, high - 1), max(1, wide - 1) if high == 1 else wide
                free -= {(row + a, column + b) for a in range(high) for b in range(wide)}
                cells.append((row, column, high, wide, rng.choice(["", "0", "1288", "机构", "第一项"])))
        used_rows = {edge for row, _, high, _, _ in cells for edge in (row, row + high)}
        used_columns = {edge for _, column, _, wide, _ in cells for edge in (column, column + wide)}
        if len(used_rows) > rows and len(used_columns) > columns and any(cell[4] for cell in cells):
            return rows, columns, cells


@pytest.mark.parametrize("seed", range(12))
def test_any_tiling_comes_back(seed: int) -> None:
    rng = random.Random(seed)
    rows, columns, cells = tiling(rng)
    sheet = Sheet()
    sheet.table(steps(50, *[55.0] * columns), steps(80, *[24.0] * rows), cells, rng.choice(["stroke", "filled", "double"]))
    (table,) = tables(read(sheet.data()))
    assert specs(table) == cells


def test_tables_side_by_side_stay_two() -> None:
    sheet = Sheet()
    cells: list[Spec] = [(0, 0, 1, 1, "左"), (0, 1, 1, 1, "1"), (1, 0, 1, 1, "下"), (1, 1, 1, 1, "2")]
    sheet.table(steps(50, 60, 60), steps(100, 20, 20), cells)
    sheet.table(steps(300, 60, 60), steps(101, 20, 20), cells)
    found = tables(read(sheet.data()))
    assert [specs(table) for table in found] == [cells, cells]


def test_table_without_side_rules_keeps_its_outer_columns() -> None:
    sheet = Sheet()
    xs, ys = steps(60, 80, 80, 80), steps(100, 20, 20, 20)
    for y in ys:
        sheet.rule(xs[0], y, xs[-1], y)
    for x in xs[1:-1]:
        sheet.rule(x, ys[0], x, ys[-1])
    texts = [["项目", "本年", "上年"], ["甲", "1", "2"], ["乙", "3", ""]]
    for row, line in enumerate(texts):
        for column, text in enumerate(line):
            sheet.text(xs[column] + 6, ys[row] + 14, text)
    (table,) = tables(read(sheet.data()))
    assert [cell.text for cell in table.cells] == [text for line in texts for text in line]


def test_shaded_cells_underlines_and_diagonals_are_no_rules() -> None:
    sheet = Sheet()
    sheet.canvas.setFillGray(0.8)
    sheet.canvas.rect(60, 842 - 140, 200, 20, stroke=0, fill=1)
    sheet.canvas.setFillGray(0)
    cells: list[Spec] = [(0, 0, 1, 1, "甲"), (0, 1, 1, 1, "1"), (1, 0, 2, 1, "乙"), (1, 1, 2, 1, "22")]
    sheet.table(steps(60, 100, 100), steps(100, 20, 20, 20), cells)
    sheet.canvas.line(60, 842 - 100, 160, 842 - 120)
    sheet.canvas.line(170, 842 - 117, 190, 842 - 117)
    (table,) = tables(read(sheet.data()))
    assert [cell.text for cell in table.cells] == ["甲", "1", "乙", "22"]
    assert table.rows == 2


def test_boxes_around_prose_are_paragraphs() -> None:
    sheet = Sheet()
    sheet.table([60, 500], [100, 150], [(0, 0, 1, 1, "本单位全年没有收到申请，特此说明。")])
    for y in (200, 230, 260, 290):
        sheet.rule(60, y, 500, y)
    for x in (60, 500):
        sheet.rule(x, 200, x, 290)
    for number, y in enumerate((220, 250, 280)):
        sheet.text(70, y, f"第{number + 1}行文字印在横线之间，这样的文字并不是表格里的内容，只是普通文字。")
    document = read(sheet.data())
    assert tables(document) == []
    assert "本单位全年没有收到申请，特此说明。" in prose(document)
    assert "第2行文字印在横线之间" in "".join(prose(document))


def test_figures_below_each_other_make_a_table_without_rules() -> None:
    sheet = Sheet()
    xs = steps(60, 160, 60, 60, 60)
    rows = [
        ("指标名称", "本年", "上年", "合计"),
        ("一、甲项办理数量", "12", "0", "12"),
        ("二、乙项办理数量", "", "", ""),
        ("三、丙项办理数量", "105", "23", "128"),
    ]
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            sheet.text(xs[column] + (0 if column == 0 else 20), 120 + 20 * number, text)
    (table,) = tables(read(sheet.data()))
    printed = [[cell.text for cell in table.cells if cell.row == row] for row in range(table.rows)]
    assert printed[0] == list(rows[0])
    assert printed[1] == list(rows[1])
    assert [text for text in printed[2] if text] == ["二、乙项办理数量"]
    assert printed[3] == list(rows[3])
    assert all(cell.confidence < 1 for cell in table.cells)


def _squares(words: dict[tuple[int, int], str]) -> Sheet:
    """Nine ruled cells of 40 by 20 points with these words, which begin 1.5 points from the side."""
    sheet = Sheet()
    sheet.table([60, 100, 140, 180], [100, 120, 140, 160], [(row, column, 1, 1, "") for row in range(3) for column in range(3)])
    for (row, column), text in words.items():
        sheet.text(60 + 40 * column + 2.2, 113 + 20 * row, text, 9)
    return sheet


def test_a_line_under_words_that_comes_close_to_the_sides_of_its_cell_is_no_rule() -> None:
    words = {(row, column): f"{row}{column}345678" for row in range(3) for column in range(3)}
    sheet = _squares(words)
    for row, column in ((1, 0), (1, 1), (1, 2), (2, 1)):
        left = 60 + 40 * column + 2.2
        sheet.rule(left, 115 + 20 * row, left + width_of(words[row, column], 9), 115 + 20 * row)
    (table,) = tables(read(sheet.data()))
    assert specs(table) == [(row, column, 1, 1, text) for (row, column), text in words.items()]


def test_rules_drawn_cell_by_cell_that_fall_short_of_the_sides_stay_rules() -> None:
    """Words fill one cell as a line under them would; those beside it show that the lines are sides of cells."""
    sheet = Sheet()
    for x in (60, 100, 140, 180):
        sheet.rule(x, 100, x, 160)
    for y in (100, 120, 140, 160):
        for x in (60, 100, 140):
            sheet.rule(x + 2.2, y, x + 37.8, y)
    for row, column, text in ((0, 0, "一二三四"), (0, 1, "五"), (0, 2, "六七八九"), (1, 0, "12"), (1, 2, "7"), (2, 1, "3")):
        sheet.text(60 + 40 * column + 2.2, 118 + 20 * row, text, 9)
    (table,) = tables(read(sheet.data()))
    assert (table.rows, table.columns) == (3, 3)
