"""Text exports: prose by line, tables in the ways they are flattened."""

from __future__ import annotations

import pytest

from auditor.model.document import Document, Heading, Paragraph, Table
from auditor.read import read_bytes


def reading(text: str, encoding: str = "utf-8") -> Document:
    return read_bytes(text.encode(encoding), "a.txt")


def tables(text: str) -> list[list[list[str]]]:
    found = []
    for block in reading(text).blocks:
        if isinstance(block, Table):
            assert block.grid == "ragged"
            rows: list[list[str]] = [[] for _ in range(block.rows)]
            for cell in block.cells:
                assert cell.column == len(rows[cell.row])
                rows[cell.row].append(cell.text)
            found.append(rows)
    return found


def prose(text: str) -> list[str]:
    return [block.text for block in reading(text).blocks if isinstance(block, Paragraph)]


CELL_LINES = "说明文字一行\n\t名目\n\t本年新\n制作\n\n\t规章\n\t0\n\n\t \n\t\n\n\n二、下一节\n"


def test_cell_a_line() -> None:
    assert tables(CELL_LINES) == [[["名目", "本年新\n制作"], ["规章", "0"], [" ", ""]]]
    assert prose(CELL_LINES) == ["说明文字一行", "二、下一节"]


def test_cell_a_line_says_on_which_line() -> None:
    (table,) = [block for block in reading(CELL_LINES).blocks if isinstance(block, Table)]
    assert [cell.location.line for cell in table.cells] == [2, 3, 6, 7, 9, 10]
    assert [block.location.line for block in reading(CELL_LINES).blocks if isinstance(block, Paragraph)] == [1, 13]


def test_note_under_a_figure_belongs_to_it_but_a_section_does_not() -> None:
    text = "\t规章\n\t22\n（其中修订16件）\n\n\t文件\n\t5\n三、收到申请情况\n"
    assert tables(text) == [[["规章", "22\n（其中修订16件）"], ["文件", "5"]]]
    assert prose(text) == ["三、收到申请情况"]


def test_indented_prose_is_no_table() -> None:
    line = "\t我局全年通过网站和窗口答复群众咨询，及时更新公开指南，并对公开目录作了两次修订，确保内容准确完整、查询方便。\n"
    assert tables(line * 3) == []
    assert len(prose(line * 3)) == 3


def test_values_with_blanks_stay_as_printed() -> None:
    assert tables("\t规章\n\t 0 \n\t0  \n\n") == [[["规章", " 0 ", "0  "]]]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("甲|1|2\n乙||4\n", [["甲", "1", "2"], ["乙", "", "4"]]),
        ("甲 ｜ 1 ｜ 2\n乙 ｜ 3 ｜ 4\n", [["甲", "1", "2"], ["乙", "3", "4"]]),
        ("|自然人|合计\n甲|1|2\n", [["", "自然人", "合计"], ["甲", "1", "2"]]),
        ("甲\t1\t\n乙\t\t4\n", [["甲", "1", ""], ["乙", "", "4"]]),
        ('"本年新\n制作"\t1\n乙\t4\n', [["本年新\n制作", "1"], ["乙", "4"]]),
        ("甲,1,2\n乙,,4\n丙,5,6\n", [["甲", "1", "2"], ["乙", "", "4"], ["丙", "5", "6"]]),
        ('甲,"1,200",2\n乙,3,4\n丙,5,6\n', [["甲", "1,200", "2"], ["乙", "3", "4"], ["丙", "5", "6"]]),
        ("甲  1  2\n乙  3  4\n丙　5　6\n", [["甲", "1", "2"], ["乙", "3", "4"], ["丙", "5", "6"]]),
        ("┌──┬──┐\n│甲│1 │\n├──┼──┤\n│乙│2 │\n│丙│  │\n└──┴──┘\n", [["甲", "1"], ["乙\n丙", "2"]]),
        ("+---+---+\n| 甲 | 1 |\n+---+---+\n| 乙 | 2 |\n+---+---+\n", [["甲", "1"], ["乙", "2"]]),
    ],
)
def test_row_a_line(text: str, rows: list[list[str]]) -> None:
    assert tables("前文\n" + text + "\n后文\n") == [rows]
    assert prose("前文\n" + text + "\n后文\n") == ["前文", "后文"]


def test_lone_label_between_rows_is_a_row_but_a_section_is_not() -> None:
    assert tables("甲|1\n分组\n乙|2\n") == [[["甲", "1"], ["分组"], ["乙", "2"]]]
    assert tables("甲|1\n丙|1\n三、下一节\n乙|2\n丁|1\n") == [[["甲", "1"], ["丙", "1"]], [["乙", "2"], ["丁", "1"]]]


def test_markdown() -> None:
    text = "# 题目\n\n## 一、总体情况\n\n收到**12**件，见[附件](a/b.docx)。\n\n| 名目 | 数 |\n| --- | :---: |\n| 1\\. 甲\\|乙 | |\n| 上<br>下 | **0** |\n\n---\n结尾\n"
    document = reading(text)
    assert [(b.level, b.text) for b in document.blocks if isinstance(b, Heading)] == [(1, "题目"), (2, "一、总体情况")]
    assert prose(text) == ["收到12件，见附件。", "结尾"]
    assert tables(text) == [[["名目", "数"], ["1. 甲|乙", ""], ["上\n下", "0"]]]
    assert document.attachments == (("附件", "a/b.docx"),)


def test_two_markdown_tables_after_each_other_stay_two() -> None:
    one = "| 甲 | 1 |\n|---|---|\n| 乙 | 2 |\n"
    assert len(tables(one + "\n" + one)) == 2


def test_table_in_html_inside_text() -> None:
    text = "前文一句\n<table><tr><td>甲</td><td>1</td></tr><tr><td>乙</td><td>2</td></tr></table>\n后文一句\n"
    kinds = [type(block).__name__ for block in reading(text).blocks]
    assert kinds == ["Paragraph", "Table", "Paragraph"]


@pytest.mark.parametrize(
    "text",
    ["联系电话：\t12345\n", "局长：　　　　日期：　　　　\n", "甲或乙|丙\n", "我局1,2,3号文件\n", "标  题\n副  题\n"],
)
def test_single_lines_with_gaps_are_prose(text: str) -> None:
    assert tables(text) == []
    assert prose(text) == [line for line in map(str.strip, text.splitlines()) if line]


def test_lines_of_one_width_are_rejoined_and_others_not() -> None:
    words = "".join(chr(0x4E00 + n * 7) for n in range(215))
    wrapped = "\n".join(words[n : n + 40] for n in range(0, 215, 40))
    assert prose(wrapped) == [words]
    uneven = "\n".join(words[n * 10 : n * 10 + 20 + n] for n in range(8))
    assert len(prose(uneven)) == 8


def test_ordinal_begins_a_paragraph_even_in_wrapped_text() -> None:
    words = "".join(chr(0x4E00 + n * 7) for n in range(240))
    lines = [words[n : n + 40] for n in range(0, 240, 40)]
    lines[3] = "（一）" + lines[3][:37]
    assert len(prose("\n".join(lines))) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(encoding: str) -> None:
    assert [b.text for b in reading("青禾县㎡报告\r\n第二行\r\n", encoding).blocks] == ["青禾县㎡报告", "第二行"]  # type: ignore[union-attr]


def test_doubled_carriage_returns_are_one_break() -> None:
    assert [b.location.line for b in reading("甲\r\r\n乙\r\r\n").blocks] == [1, 2]


def test_cell_count_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    from auditor.errors import LimitError

    monkeypatch.setattr("auditor.read.text.rows.TABLE_CELLS", 3)
    with pytest.raises(LimitError):
        reading("甲|1\n乙|2\n")


def test_a_heading_with_a_figure_between_two_tables_is_no_row() -> None:
    text = "规章 | 0 | 0 |\n行政许可 | 1 |\n3、 收到和处理政府信息公开申请情况\n1.属于国家秘密 | 0 | 0 |\n2.重复申请 | 0 | 0 |\n"
    document = reading(text)
    assert [type(block).__name__ for block in document.blocks] == ["Table", "Paragraph", "Table"]


def test_a_heading_in_brackets_between_two_tables_is_no_row() -> None:
    text = "规章 | 0 | 0 |\n行政许可 | 1 |\n（三）收到和处理政府信息公开申请情况\n（一）予以公开 | 0 | 0 |\n（二）部分公开 | 0 | 0 |\n"
    assert prose(text) == ["（三）收到和处理政府信息公开申请情况"]


@pytest.mark.parametrize("heading", ["三.收到和处理申请情况", "第三部分 收到和处理申请情况", "收到和处理政府信息公开申请情况"])
def test_headings_of_other_forms_between_two_tables_are_no_rows(heading: str) -> None:
    assert prose(f"规章 | 0 | 0 |\n行政许可 | 1 |\n{heading}\n甲 | 0 | 0 |\n乙 | 0 | 0 |\n") == [heading]


def test_sentences_with_half_width_commas_are_no_table() -> None:
    lines = ["(一)主动公开", "2023年,我局公开信息12条,其中通知3条,动态9条。", "(二)依申请公开", "全年收到申请2件,予以公开1件,部分公开1件。"]
    lines += ["(三)平台建设", "维护网站,更新栏目,办好公众号。"]
    assert prose("\n".join(lines)) == lines


def test_figures_with_units_make_a_table_of_rows_parted_by_spaces() -> None:
    text = "名目  次级\n维持  纠正  总计\n2件  0件  2件\n"
    assert tables(text) == [[["名目", "次级"], ["维持", "纠正", "总计"], ["2件", "0件", "2件"]]]
    assert tables("姓名  职务\n张某  主任科员\n李某  科员\n") == []


BROKEN_ROWS = (
    "二、情况\n"
    "| \n"
    " 信息内容  | \n"
    " 本年\n"
    "制发件数  | \n"
    " 现行有效件数  | \n"
    "| \n"
    " 规章  | \n"
    " \n"
    " 3  | \n"
    " 74  | \n"
    "| \n"
    " 第（五）项  | ||\n"
    "| \n"
    " 文件  | \n"
    "  | \n"
    " 0  | \n"
    "三、其他\n"
)


def test_rows_that_a_bar_opens() -> None:
    assert tables(BROKEN_ROWS) == [[["信息内容", "本年制发件数", "现行有效件数"], ["规章", "3", "74"], ["第（五）项"], ["文件", "", "0"]]]
    assert prose(BROKEN_ROWS) == ["二、情况", "三、其他"]
    (table,) = [block for block in reading(BROKEN_ROWS).blocks if isinstance(block, Table)]
    assert table.cells[0].location.line == 2


def test_bars_that_close_rows_open_none() -> None:
    text = "信息内容 |\n件数 |\n|\n规章 |\n3 |\n|\n文件 |\n5 |\n|\n"
    (table,) = tables(text)
    assert [cell for row in table for cell in row if cell] == ["信息内容", "件数", "规章", "3", "文件", "5"]
