"""Tables of Word documents: merges, widths, tables that only arrange."""

from __future__ import annotations

from auditor.model.document import Paragraph, Table
from tests.read.docx.made import p, read, rows, tables, tbl, tc, texts

SPAN = '<w:gridSpan w:val="{}"/>'
DOWN = '<w:vMerge w:val="restart"/>'
UNDER = "<w:vMerge/>"
LONG = "本年度认真落实各项要求，" * 12 + "。"


def spans(table: Table) -> list[tuple[str, int, int, int, int]]:
    return [(cell.text, cell.row, cell.column, cell.rowspan, cell.colspan) for cell in table.cells]


def test_merged_cells_once_with_their_spans() -> None:
    body = tbl(tc("甲", DOWN) + tc("乙", SPAN.format(2)), tc("", UNDER) + tc("1") + tc("2"))
    (table,) = tables(read(body))
    assert spans(table) == [("甲", 0, 0, 2, 1), ("乙", 0, 1, 1, 2), ("1", 1, 1, 1, 1), ("2", 1, 2, 1, 1)]
    assert (table.rows, table.columns, table.grid) == (2, 3, "exact")


def test_continued_cell_must_stand_under_one_as_wide() -> None:
    body = tbl(tc("甲", DOWN + SPAN.format(2)) + tc("乙"), tc("5", UNDER) + tc("6") + tc("7"))
    (table,) = tables(read(body))
    assert [cell[0] for cell in spans(table)] == ["甲", "乙", "5", "6", "7"]


def test_horizontal_merge_of_old_files() -> None:
    body = tbl(tc("甲", '<w:hMerge w:val="restart"/>') + tc("", "<w:hMerge/>") + tc("乙"), tc("1") + tc("2") + tc("3"))
    assert spans(tables(read(body))[0])[:2] == [("甲", 0, 0, 1, 2), ("乙", 0, 2, 1, 1)]


def test_rows_that_begin_further_right() -> None:
    body = tbl(tc("甲") + tc("乙"), '<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>' + tc("2") + "</w:tr>")
    assert spans(tables(read(body))[0])[-1] == ("2", 1, 1, 1, 1)


def test_sliver_column_is_no_column() -> None:
    body = tbl(
        tc("甲") + tc("乙", SPAN.format(2)) + tc("丙"),
        tc("1", SPAN.format(2)) + tc("2") + tc("3"),
        tc("4") + tc("") + tc("5") + tc("6"),
        grid=(2000, 20, 2000, 2000),
    )
    (table,) = tables(read(body))
    assert table.columns == 3
    assert rows(table) == [["甲", "乙", "丙"], ["1", "2", "3"], ["4", "5", "6"]]
    assert [cell.column for cell in table.cells] == [0, 1, 2] * 3


def test_thin_column_that_holds_text_stays() -> None:
    assert tables(read(tbl(tc("甲") + tc("1") + tc("2"), tc("乙") + tc("3") + tc("4"), grid=(2000, 20, 2000))))[0].columns == 3


def test_lost_spans_are_found_from_widths() -> None:
    def wide(text: str, width: int) -> str:
        return tc(text, f'<w:tcW w:w="{width}" w:type="dxa"/>')

    body = tbl(wide("甲", 1000) + wide("乙", 2000), wide("1", 1000) + wide("2", 1000) + wide("3", 1005))
    assert spans(tables(read(body))[0])[1] == ("乙", 0, 1, 1, 2)


def test_deleted_and_hidden_rows_are_not_printed() -> None:
    body = tbl(
        tc("甲") + tc("1"),
        "<w:tr><w:trPr><w:del/></w:trPr>" + tc("乙") + tc("2") + "</w:tr>",
        "<w:tr><w:trPr><w:hidden/></w:trPr>" + tc("丙") + tc("3") + "</w:tr>",
        "<w:tr><w:trPr><w:ins/></w:trPr>" + tc("丁") + tc("4") + "</w:tr>",
    )
    document = read(body)
    assert rows(tables(document)[0]) == [["甲", "1"], ["丁", "4"]]
    assert [residue.kind for residue in document.residues] == ["deletion", "hidden", "insertion"]
    assert tables(document)[0].cells[-1].location.anchor == "tbl1/tr4/tc2"


def test_rows_and_cells_in_content_controls() -> None:
    row = f"<w:sdt><w:sdtContent><w:tr>{tc('乙')}<w:sdt><w:sdtContent>{tc('2')}</w:sdtContent></w:sdt></w:tr></w:sdtContent></w:sdt>"
    body = f"<w:tbl><w:tr>{tc('甲')}{tc('1')}</w:tr>{row}</w:tbl>"
    assert rows(tables(read(body))[0]) == [["甲", "1"], ["乙", "2"]]


def test_table_that_arranges_the_page_is_dissolved() -> None:
    inner = tbl(tc("甲") + tc("1"), tc("乙") + tc("2"))
    document = read(tbl(tc("栏目") + tc(p("一、总体情况") + p(LONG) + inner + p("二、其他"))))
    kinds = [type(block) for block in document.blocks]
    assert kinds == [Paragraph, Paragraph, Paragraph, Table, Paragraph]
    assert rows(tables(document)[0]) == [["甲", "1"], ["乙", "2"]]


def test_inner_table_of_a_table_of_figures_follows_it() -> None:
    inner = tbl(tc("其中") + tc("修订"), tc("3") + tc("4"))
    document = read(tbl(*[tc(f"行政规范性文件第{n}类") + tc(str(n)) for n in range(8)], tc("末行") + tc(p("9") + inner)))
    outer, after = tables(document)
    assert rows(outer)[-1] == ["末行", "9"]
    assert rows(after) == [["其中", "修订"], ["3", "4"]]


def test_number_in_a_box_of_its_own_belongs_to_the_cell() -> None:
    assert rows(tables(read(tbl(tc("甲") + tc(tbl(tc("12"))), tc("乙") + tc("3"))))[0]) == [["甲", "12"], ["乙", "3"]]


def test_prose_rows_part_a_report_kept_in_one_table() -> None:
    body = tbl(
        tc("一、总体情况", SPAN.format(2)),
        tc(LONG, SPAN.format(2)),
        tc("二、公开情况", SPAN.format(2)),
        tc("第二十条", SPAN.format(2)),
        tc("规章") + tc("1"),
        tc("三、其他", SPAN.format(2)),
        tc("许可") + tc("2"),
    )
    document = read(body)
    assert texts(document) == ["一、总体情况", LONG, "二、公开情况", "三、其他"]
    assert [rows(table) for table in tables(document)] == [[["第二十条"], ["规章", "1"]], [["许可", "2"]]]


def test_blank_cells_stay_blank_cells() -> None:
    (table,) = tables(read(tbl(tc("甲") + tc(""), tc("乙") + tc("0"))))
    assert rows(table) == [["甲", ""], ["乙", "0"]]


def test_table_without_any_text_is_decoration() -> None:
    assert read(tbl(tc("") + tc(""))).blocks == ()
