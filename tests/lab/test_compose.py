"""The composer: every kind opens in its own library and holds every cell and heading of its plan."""

from __future__ import annotations

import io
import re

import docx
import openpyxl
import pypdfium2
import pytest
from lxml import html as lxml_html

from tests.lab.compose import (
    DocxStyle,
    GridOptions,
    HtmlStyle,
    PdfStyle,
    ReportPlan,
    TextStyle,
    XlsxStyle,
    balanced_plan,
    to_docx,
    to_html,
    to_pdf,
    to_text,
    to_xlsx,
)
from tests.lab.compose.flow import blocks
from tests.lab.compose.grid import Grid, grids
from tests.lab.compose.plan import cell_keys, table_format

LAYOUTS = ("layout_2019", "layout_2021", "layout_stat", "free")


def _values(plan: ReportPlan) -> list[str]:
    return sorted(plan.truth().values())


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("size", ["zero", "small", "large"])
def test_balanced_plan_fills_every_cell_and_holds_the_identities(layout: str, size: str) -> None:
    plan = balanced_plan(5, layout, size)
    truth = plan.truth()
    assert set(truth) == {key for table, form in plan.layouts.items() for key in cell_keys(form, table)}
    assert all(truth.values())
    if "t3" not in plan.layouts:
        return
    form = table_format(layout, "t3")
    columns = [column.key for column in form.columns]
    number = {key: float(value) for key, value in truth.items()}
    ends = ("new_received", "carried_over", "result_total", "carried_forward")
    for column in columns:
        new, carried, closed, forward = (number[f"t3.{row}.{column}"] for row in ends)
        assert new + carried == closed + forward
        assert closed == sum(number[f"t3.{row.key}.{column}"] for row in form.rows if row.key not in ends)
    for row in form.rows:
        assert number[f"t3.{row.key}.total"] == sum(number[f"t3.{row.key}.{column}"] for column in columns[:-1])
    for block in ("review", "direct", "after_review"):
        parts = ("upheld", "corrected", "other", "pending")
        assert number[f"t4.{block}_total"] == sum(number[f"t4.{block}_{part}"] for part in parts)


@pytest.mark.parametrize(
    "options",
    [
        GridOptions(),
        GridOptions(label_columns=1),
        GridOptions(label_columns=2, base=6),
        GridOptions(side_blocks=True, split_t2=True, split_t4=True),
    ],
)
@pytest.mark.parametrize("layout", ["layout_2019", "layout_2021"])
def test_grids_leave_no_hole_and_no_overlap(layout: str, options: GridOptions) -> None:
    from dataclasses import replace

    plan = replace(balanced_plan(2, layout), grid=options, extra_rows=(("t3", "denied_admin_query", "9.其他情形", ("0",) * 7),))
    for table in ("t2", "t3", "t4"):
        for grid in grids(plan, table):
            assert sum(cell.rowspan * cell.colspan for cell in grid.cells) == grid.rows * grid.columns
            assert all(cell is not None for row in grid.matrix() for cell in row)


def test_same_plan_gives_the_same_bytes() -> None:
    plan = balanced_plan(9, "layout_2021", "medium")
    for render in (to_text, to_docx, to_html, to_pdf, to_xlsx):
        assert render(plan) == render(plan)


@pytest.mark.parametrize(
    "style",
    [
        TextStyle(),
        TextStyle(flavour="cell_lines"),
        TextStyle(flavour="markdown", encoding="utf-8-sig"),
        TextStyle(flavour="tabs", encoding="gb18030", newline="\r\n"),
        TextStyle(flavour="pipes", encoding="utf-16"),
        TextStyle(flavour="bar_lines"),
        TextStyle(flavour="bar_below"),
        TextStyle(flavour="bar_ends"),
        TextStyle(flavour="bar_frame"),
    ],
)
def test_text_holds_every_cell(style: TextStyle) -> None:
    plan = balanced_plan(4, "layout_2021", "large")
    text = to_text(plan, style).decode(style.encoding)
    cells = re.split(r"[\t\r\n|]", text)
    found = sorted(cell.strip() for cell in cells if re.fullmatch(r"[\d.\-]+", cell.strip()) and cell.strip() != "---")
    assert found == _values(plan)


@pytest.mark.parametrize("style", [DocxStyle(), DocxStyle(headings="plain", numbering="automatic", runs=1), DocxStyle(split_rows=9)])
def test_docx_opens_and_holds_every_cell(style: DocxStyle) -> None:
    plan = balanced_plan(4, "layout_2019", "large")
    document = docx.Document(io.BytesIO(to_docx(plan, style)))
    texts = [
        "".join(node.text or "" for node in cell.iter("{*}t"))
        for table in document.tables
        for row in table._tbl.tr_lst
        for cell in row.tc_lst
    ]
    assert sorted(text for text in texts if re.fullmatch(r"-?[\d.]+", text)) == _values(plan)


def test_docx_tables_are_merged_as_in_the_form() -> None:
    document = docx.Document(io.BytesIO(to_docx(balanced_plan(1, "layout_2021"))))
    table = document.tables[1]
    assert table.cell(3 + 2, 0).text == table.cell(3 + 20, 0).text == "三、本年度办理结果"
    assert table.cell(0, 3).text == table.cell(0, 9).text == "申请人情况"


def test_docx_tracked_change_keeps_the_inserted_value_apart_from_the_deleted() -> None:
    plan = balanced_plan(4, "layout_2021", "large")
    xml = docx.Document(io.BytesIO(to_docx(plan, DocxStyle(tracked="t3.granted.total")))).element.xml
    value = plan.facts["t3.granted.total"]
    assert re.search(rf"<w:ins .*?<w:t>{value}</w:t>", xml, re.S)
    assert f"<w:delText>8{value}</w:delText>" in xml


@pytest.mark.parametrize(
    "style",
    [
        HtmlStyle(),
        HtmlStyle(body="spans", nbsp="around", furniture=False),
        HtmlStyle(unclosed=True, layout_table=True, charset="gb18030"),
        HtmlStyle(body="semantic", header_cells=True),
    ],
)
def test_html_opens_and_holds_every_cell(style: HtmlStyle) -> None:
    plan = balanced_plan(4, "layout_2021", "large")
    tree = lxml_html.fromstring(to_html(plan, style))
    texts = ["".join(str(part) for part in cell.itertext()).strip() for cell in tree.iter("td")]
    assert sorted(text for text in texts if re.fullmatch(r"-?[\d.]+", text)) == _values(plan)


@pytest.mark.parametrize(
    "style", [PdfStyle(), PdfStyle(borders="rects", margin=120, row_height=30), PdfStyle(landscape=True, repeat_header=True, footer="none")]
)
def test_pdf_opens_and_holds_every_heading_and_cell(style: PdfStyle) -> None:
    plan = balanced_plan(4, "layout_2021", "medium")
    document = pypdfium2.PdfDocument(to_pdf(plan, style))
    text = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    numbers = re.findall(r"\d+(?:\.\d+)?", text)
    assert not set(plan.truth().values()) - set(numbers)
    flat = re.sub(r"\s", "", text)
    assert all(title in flat for title in ("主动公开政府信息情况", "政府信息公开行政复议、行政诉讼情况", "其他需要报告的事项"))


@pytest.mark.parametrize("style", [XlsxStyle(), XlsxStyle(sheets="each", values="text", offset=2), XlsxStyle(prose=False)])
def test_xlsx_opens_and_holds_every_cell(style: XlsxStyle) -> None:
    plan = balanced_plan(4, "layout_2019", "large")
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(plan, style)))
    texts = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert sorted(text for text in texts if re.fullmatch(r"-?[\d.]+", text)) == _values(plan)


def test_changed_cell_is_the_only_difference() -> None:
    plan = balanced_plan(4, "layout_2021", "small")
    other = plan.with_facts(t3__granted__total="77")
    before, after = to_text(plan).decode(), to_text(other).decode()
    assert [line for line in after.split("\n") if line == "\t77"]
    assert len(before.split("\n")) == len(after.split("\n"))
    assert sum(left != right for left, right in zip(before.split("\n"), after.split("\n"), strict=True)) == 1


def test_omitted_row_and_column_are_not_printed() -> None:
    from dataclasses import replace

    plan = replace(balanced_plan(4, "layout_2021"), omit=frozenset({"t3.rejected_mass", "t3/social"}))
    truth = plan.truth()
    assert not any(key.startswith("t3.rejected_mass") or key.endswith(".social") for key in truth)
    grid = next(block for block in blocks(plan) if isinstance(block, Grid) and block.table == "t3")
    assert "社会公益组织" not in {cell.text for cell in grid.cells}
    assert all(cell is not None for row in grid.matrix() for cell in row)
