"""Workbooks: what the program shows is what is read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Border, Side

from auditor.errors import ReadError
from auditor.model.document import Document, Heading, Paragraph, Table
from auditor.model.source import Source
from auditor.read.cellformat import shown
from auditor.read.xlsx import read_xlsx

SOURCE = Source(path="a.xlsx", sha256="0" * 64, kind="xlsx")
BOX = Border(*[Side(style="thin")] * 4)


def saved(fill: Callable[[Any], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(fill: Callable[[Any], None]) -> Document:
    return read_xlsx(saved(fill), SOURCE)


def put(sheet: Any, top: int, *rows: tuple[object, ...], border: bool = True) -> None:
    for row, values in enumerate(rows, top):
        for column, value in enumerate(values, 1):
            cell = sheet.cell(row, column, value)
            if border:
                cell.border = BOX


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


def rows(table: Table) -> list[list[str]]:
    return [[cell.text for cell in table.cells if cell.row == row] for row in range(table.rows)]


@pytest.mark.parametrize(
    ("value", "form", "printed"),
    [
        (12, "General", "12"),
        (12.0, "General", "12"),
        (96171.6, "General", "96171.6"),
        (0.1 + 0.2, "General", "0.3"),
        (1e3, "0.00E+00", "1000"),
        (12345678901.0, "General", "12345678901"),
        (96171.6, "0", "96172"),
        (2.5, "0", "3"),
        (12, "0.00", "12.00"),
        (1234567, "#,##0", "1,234,567"),
        (0, "#,##0;-#,##0;—", "—"),
        (-3, "0", "-3"),
        (-3, "0;(0)", "(3)"),
        (0.125, "0.0%", "12.5%"),
        (3, '0"件"', "3件"),
        (3, "[Red]0_ ", "3"),
        (7, "000", "007"),
        (7.5, "0.##", "7.5"),
        (5, "@", "5"),
        ("０１", "General", "０１"),
        (True, "General", "TRUE"),
        (None, "0", ""),
        (date(2024, 1, 5), 'yyyy"年"m"月"d"日"', "2024年1月5日"),
        (date(2024, 1, 5), "yyyy-mm-dd", "2024-01-05"),
    ],
)
def test_values_as_shown(value: object, form: str, printed: str) -> None:
    assert shown(value, form) == printed


def test_title_table_and_note() -> None:
    def fill(book: Any) -> None:
        sheet = book.active
        sheet["A1"] = "某某局统计表"
        sheet.merge_cells("A1:C1")
        put(sheet, 3, ("信息内容", "制发", "废止"), ("规章", 1, None))
        sheet["A6"] = "注：截至年末"

    first, table, last = read(fill).blocks
    assert isinstance(first, Paragraph)
    assert isinstance(last, Paragraph)
    assert isinstance(table, Table)
    assert (first.text, last.text) == ("某某局统计表", "注：截至年末")
    assert rows(table) == [["信息内容", "制发", "废止"], ["规章", "1", ""]]
    assert (table.cells[4].location.sheet, table.cells[4].location.anchor) == ("Sheet", "Sheet!B4")


def test_bordered_blank_row_is_a_printed_row() -> None:
    table = tables(read(lambda book: put(book.active, 1, ("维持", "纠正"), (None, None))))[0]
    assert rows(table) == [["维持", "纠正"], ["", ""]]


def test_merged_cells() -> None:
    def fill(book: Any) -> None:
        put(book.active, 1, ("项目", "申请人", None), (None, "自然人", "总计"), ("新收", 1, 2))
        book.active.merge_cells("A1:A2")
        book.active.merge_cells("B1:C1")

    table = tables(read(fill))[0]
    assert [(cell.text, cell.rowspan, cell.colspan) for cell in table.cells[:4]] == [
        ("项目", 2, 1),
        ("申请人", 1, 2),
        ("自然人", 1, 1),
        ("总计", 1, 1),
    ]


def test_hidden_rows_columns_and_sheets_are_left_out_and_reported() -> None:
    def fill(book: Any) -> None:
        sheet = book.active
        put(sheet, 1, ("甲", "密", 1), ("乙", "密", 2), ("丙", "密", 3))
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["B"].hidden = True
        book.create_sheet("底稿").sheet_state = "hidden"

    document = read(fill)
    assert rows(tables(document)[0]) == [["甲", "1"], ["丙", "3"]]
    hidden = [residue.text for residue in document.residues if residue.kind == "hidden"]
    assert {"密", "乙", "底稿"} <= set(hidden)


def test_formula_without_result_is_unread_not_zero() -> None:
    document = read(lambda book: put(book.active, 1, ("甲", "乙"), (1, "=A2+1")))
    cell = tables(document)[0].cells[-1]
    assert (cell.text, cell.confidence) == ("", 0.0)
    assert [problem.code for problem in document.problems] == ["READ-FORMULA"]


def test_blank_rows_and_columns_part_tables() -> None:
    def fill(book: Any) -> None:
        put(book.active, 1, ("甲", 1), ("乙", 2))
        put(book.active, 5, ("丙", 3), ("丁", 4))
        for row in (1, 2):
            for column in (4, 5):
                book.active.cell(row, column, row * column)

    assert [rows(table)[0] for table in tables(read(fill))] == [["甲", "1"], ["4", "5"], ["丙", "3"]]


def test_sheet_names_head_their_content() -> None:
    def fill(book: Any) -> None:
        book.active.title = "主动公开"
        put(book.active, 1, ("甲", 1), ("乙", 2))
        put(book.create_sheet("复议诉讼"), 1, ("丙", 3), ("丁", 4))

    document = read(fill)
    assert [block.text for block in document.blocks if isinstance(block, Heading)] == ["主动公开", "复议诉讼"]
    assert [table.location.table for table in tables(document)] == [1, 2]


def test_comment_is_a_residue() -> None:
    def fill(book: Any) -> None:
        put(book.active, 1, ("甲", 1), ("乙", 2))
        book.active["B1"].comment = Comment("待核", "甲某")

    assert [residue.text for residue in read(fill).residues if residue.kind == "comment"] == ["待核"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "READ-DAMAGED"),
        (b"", "READ-DAMAGED"),
        (b"PK\x05\x06" + b"\0" * 18, "READ-DAMAGED"),
    ],
)
def test_unreadable_workbooks(data: bytes, code: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_xlsx(data, SOURCE)
    assert caught.value.code == code


def test_entities_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(lambda book: None))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/workbook.xml":
                content = b'<!DOCTYPE d [<!ENTITY a "a">]>' + content
            new.writestr(name, content)
    with pytest.raises(ReadError) as caught:
        read_xlsx(out.getvalue(), SOURCE)
    assert caught.value.code == "READ-UNSAFE"
