"""Pages saved as text with a line a cell and bars between: every cell is kept, empty ones too; filling bars are none."""

from __future__ import annotations

import pytest

from auditor.bind import bind
from auditor.model.document import Document, Paragraph, Table
from auditor.model.source import Source
from auditor.read.text import read_text
from tests.bind.made import rulebook

CELLS = [
    "第二十条第（一）项",
    "信息内容",
    "本年制发件数",
    "本年废止件数",
    "现行有效件数",
    "规章",
    "0",
    "0",
    "0",
    "行政规范性文件",
    "5",
    "",
    "12",
]


def read(text: str) -> Document:
    return read_text(text.encode(), Source(path="a.txt", sha256="0" * 64, kind="text"))


def cells(document: Document) -> list[str]:
    return [cell.text for block in document.blocks if isinstance(block, Table) for cell in block.cells]


@pytest.mark.parametrize("style", ["{} |\n", "{}\n|\n"])
def test_each_bar_closes_a_cell(style: str) -> None:
    lines = "".join((style.format(cell) if cell else "|\n") + ("|||\n" if cell.startswith("第") else "") for cell in CELLS)
    document = read("云台市水务局2023年政府信息公开工作年度报告\n二、主动公开政府信息情况\n" + lines + "三、其他情况\n没有其他情况。\n")
    assert cells(document) == CELLS
    prose = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    assert prose == ["云台市水务局2023年政府信息公开工作年度报告", "二、主动公开政府信息情况", "三、其他情况", "没有其他情况。"]
    report = bind(document, rulebook())
    assert {fact.key: fact.raw for fact in report.facts} == {
        "t2.regulation.issued": "0",
        "t2.regulation.repealed": "0",
        "t2.regulation.effective": "0",
        "t2.normative_doc.issued": "5",
        "t2.normative_doc.repealed": "",
        "t2.normative_doc.effective": "12",
    }


def test_rows_with_several_cells_are_no_stream() -> None:
    document = read("信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |\n" + "规章 | 1 | 2 | 3 |\n" * 14)
    table = next(block for block in document.blocks if isinstance(block, Table))
    assert table.columns == 4


def test_a_heading_above_the_first_bar_is_no_cell() -> None:
    lines = "二、主动公开政府信息情况\n|\n" + "".join(f"{cell}\n|\n" for cell in CELLS if cell)
    document = read(lines)
    assert [block.text for block in document.blocks if isinstance(block, Paragraph)] == ["二、主动公开政府信息情况"]


def test_a_row_that_ends_like_a_heading_is_a_cell() -> None:
    cells_ = [*CELLS[:-3], "8.属于行政查询事项", "1", "2"]
    found = cells(read("".join(f"{cell}\n|\n" for cell in cells_ if cell)))
    assert found == [cell for cell in cells_ if cell]


@pytest.mark.parametrize("style", ["{} |\n", "{}\n|\n"])
def test_a_cell_wrapped_over_lines_is_one_cell(style: str) -> None:
    wrapped = [cell.replace("本年废止件数", "本年废止\n件数") for cell in CELLS]
    lines = "".join(style.format(cell) if cell else "|\n" for cell in wrapped)
    assert cells(read(lines)) == wrapped
    sentence = "以下数据截至年底：\n"
    document = read(lines + sentence + lines)
    assert [block.text for block in document.blocks if isinstance(block, Paragraph)] == [sentence.strip()]
