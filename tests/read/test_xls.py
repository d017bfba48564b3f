"""Workbooks of Excel 97–2003 and WPS: the same cells as in the newer kind."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from auditor.errors import ReadError
from auditor.model.document import Document, Paragraph, Table
from auditor.read import read_bytes

xlwt = pytest.importorskip("xlwt", reason="xlwt makes the old workbooks")


def saved(fill: Callable[[Any, Any], None]) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    fill(book, book.add_sheet("表三"))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(fill: Callable[[Any, Any], None]) -> Document:
    return read_bytes(saved(fill), "附件.et")


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


def style(number_format: str = "General") -> Any:
    return xlwt.easyxf("borders: left thin, right thin, top thin, bottom thin", num_format_str=number_format)


def test_kind_is_told_by_content_and_the_suffix_raises_no_question() -> None:
    document = read(lambda book, sheet: sheet.write(0, 0, "甲"))
    assert document.source.kind == "xls"
    assert document.problems == ()


def test_values_are_shown_as_the_program_shows_them() -> None:
    def fill(book: Any, sheet: Any) -> None:
        values = [("整数", 12, "General"), ("小数", 96171.6, "0.00"), ("千位", 1234567, "#,##0"), ("文字", "=12", "General")]
        values += [("日期", date(2024, 1, 15), "yyyy-mm-dd"), ("负数", -8, "General")]
        for row, (label, value, shape) in enumerate(values):
            sheet.write(row, 0, label, style())
            sheet.write(row, 1, value, style(shape))

    (table,) = tables(read(fill))
    assert [cell.text for cell in table.cells if cell.column == 1] == ["12", "96171.60", "1,234,567", "=12", "2024-01-15", "-8"]


def test_merged_cells_and_bordered_blanks_are_kept() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_merge(0, 1, 0, 0, "（三）不予公开", style())
        for row, label in enumerate(["1.甲", "2.乙"]):
            sheet.write(row, 1, label, style())
            sheet.write(row, 2, "", style())
            sheet.write(row, 3, 5 + row, style())

    (table,) = tables(read(fill))
    assert [(cell.row, cell.column, cell.rowspan, cell.text) for cell in table.cells] == [
        (0, 0, 2, "（三）不予公开"), (0, 1, 1, "1.甲"), (0, 2, 1, ""), (0, 3, 1, "5"), (1, 1, 1, "2.乙"), (1, 2, 1, ""), (1, 3, 1, "6"),
    ]  # fmt: skip


def test_hidden_rows_and_sheets_are_not_read_and_are_told() -> None:
    def fill(book: Any, sheet: Any) -> None:
        for row, text in enumerate(["看得见", "看不见", "也看得见"]):
            sheet.write(row, 0, text, style())
            sheet.write(row, 1, row, style())
        sheet.row(1).hidden = True
        extra = book.add_sheet("草稿")
        extra.write(0, 0, "旧数")
        extra.visibility = 1

    document = read(fill)
    shown = " ".join(cell.text for table in tables(document) for cell in table.cells)
    assert "看不见" not in shown
    assert "旧数" not in shown
    assert {residue.text for residue in document.residues if residue.kind == "hidden"} >= {"看不见", "草稿"}


def test_line_above_the_table_is_a_paragraph() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write(0, 0, "某市水务局2023年政府信息公开工作年度报告附表")
        sheet.write(2, 0, "甲", style())
        sheet.write(2, 1, 1, style())

    document = read(fill)
    assert [block.text for block in document.blocks if isinstance(block, Paragraph)] == ["某市水务局2023年政府信息公开工作年度报告附表"]


@pytest.mark.parametrize("cut", [1600, 2500, 4000])
def test_damaged_workbook_is_refused_or_read_never_a_crash(cut: int) -> None:
    def fill(book: Any, sheet: Any) -> None:
        for row in range(60):
            sheet.write(row, 0, f"第{row}行", style())
            sheet.write(row, 1, row, style())

    data = saved(fill)
    for broken in (data[:cut], data[:cut] + bytes(64) + data[cut + 64 :]):
        try:
            document = read_bytes(broken, "a.xls")
        except ReadError as error:
            assert error.code in {"READ-DAMAGED", "READ-ENCRYPTED", "READ-UNSUPPORTED"}  # noqa: PT017
        else:
            assert document.source.kind == "xls"
