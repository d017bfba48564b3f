"""Other official sources: numbers are taken only where they are surely meant, differences are questions, nothing is a finding."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pytest
from msgspec.structs import replace

from auditor.model.companion import Companion
from auditor.model.settings import Settings
from auditor.read import read_bytes
from auditor.season.companion import companion_of, questions_of
from auditor.season.setting import Bench
from tests.cli.running import auditor, sample
from tests.season import briefs
from tests.support.season import rulebook


def yearbook(*texts: str, title: str = "青禾市财政局2024年度行政执法统计年报") -> Companion:
    return companion_of(read_bytes(("\n".join((title, *texts))).encode(), "年报.txt"))


def numbers(companion: Companion) -> dict[str, Decimal]:
    return {one.quantity: one.value for one in companion.stated}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全年作出行政处罚决定12件。", {"penalty": 12}),
        ("实施行政许可共8件；实施行政强制3宗。", {"license": 8, "coercion": 3}),
        ("行政处罚案件总数：５件。", {"penalty": 5}),
        ("其中简易程序作出行政处罚决定4件。", {}),  # a part
        ("上年作出行政处罚决定4件。", {}),  # another year
        ("行政处罚罚没金额4万元。", {}),
        ("作出行政处罚决定12件。全局共作出行政处罚决定13件。", {}),  # two different numbers
        ("组织行政处罚案卷评查4件。", {}),  # a word that is not known stands between
        ("比上年减少行政处罚决定4件。", {}),
    ],
)
def test_a_number_is_taken_only_where_every_word_before_it_is_known(text: str, expected: dict[str, int]) -> None:
    assert numbers(yearbook(text)) == {key: Decimal(value) for key, value in expected.items()}


def test_the_total_of_a_table_about_one_power() -> None:
    document = docx.Document()
    document.add_paragraph("青禾市财政局2024年度行政执法统计年报")
    document.add_paragraph("行政处罚实施情况统计表")
    table = document.add_table(4, 4)
    rows = (
        ("单位", "警告", "合计（宗）", "罚没金额合计（元）"),
        ("一科", "2", "2", "100"),
        ("二科", "3", "3", "200"),
        ("合计", "5", "5", "300"),
    )
    for line, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(line.cells, texts, strict=True):
            cell.text = text
    out = io.BytesIO()
    document.save(out)
    assert numbers(companion_of(read_bytes(out.getvalue(), "年报.docx"))) == {"penalty": Decimal(5)}


def listed(rows: list[list[object]], heads: tuple[str, ...] = ("文件名称", "发布日期", "效力状态", "废止日期")) -> Companion:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["青禾市财政局规范性文件清单"])
    sheet.append(list(heads))
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return companion_of(read_bytes(out.getvalue(), "清单.xlsx"))


def test_a_list_of_documents_counts_by_year() -> None:
    found = listed([["甲", "2024-03-01", "有效", ""], ["乙", "2020年3月1日", "废止", "2024-06-01"], ["丙", "2019-01-01", "有效", ""]])
    assert {one.quantity: int(one.value) for one in found.by_year[2024]} == {"issued": 1, "repealed": 1, "effective": 2}
    only = listed([["甲", "2024-03-01"], ["乙", "2024-05-01"]], ("文件名称", "发布日期"))
    assert [(one.quantity, int(one.value), one.at_least) for one in only.by_year[2024]] == [("issued", 2, True)]
    assert listed([["甲", "日期不详", "有效", ""]]).why == "numbers"  # a line without a date makes the counts uncertain


def test_differences_are_questions_with_their_reasons() -> None:
    _, audits = briefs.city()
    report = next(one.audit.report for one in audits if one.audit.report is not None and one.audit.report.agency == "青禾市财政局")
    fact = report.fact("t2.penalty.decisions")
    assert fact is not None
    assert fact.value is not None
    same, other = int(fact.value), int(fact.value) + 1
    reports = [one.audit.report for one in audits if one.audit.report is not None]
    companions = [yearbook(f"作出行政处罚决定{same}件。"), replace(yearbook(f"作出行政处罚决定{other}件。"), path="另.txt")]
    companions.append(yearbook("作出行政处罚决定3件。", title="别处财政厅2024年度行政执法统计年报"))
    companions.append(yearbook("作出行政处罚决定3件。", title="青禾市财政局2021年度行政执法统计年报"))
    questions, unused = questions_of(reports, companions, rulebook(), Bench(rulebook(), Settings()), "zh")
    assert [one.agrees for one in questions] == [True, False]
    assert f"年度报告为 {same}，行政执法统计年报为 {other}" in questions[1].text
    assert "一案数罚只计一件" in questions[1].cautions
    assert "国办发〔2018〕118号" in questions[1].basis
    assert [why for _, why in unused] == ["agency", "year"]


def test_companions_change_no_finding_and_no_exit_code(tmp_path: Path) -> None:
    file = sample("01")
    folder = tmp_path / "资料"
    folder.mkdir()
    (folder / "年报.txt").write_text("青禾市水务局2024年度行政执法统计年报\n作出行政处罚决定99999件。\n", encoding="utf-8")
    (folder / "坏.docx").write_bytes(b"PK\x03\x04 broken")
    plain = auditor("check", file, "--format", "json")
    page, book = tmp_path / "页.html", tmp_path / "台账.xlsx"
    ran = auditor("check", file, "--companion", folder, "--format", "json", "--output", f"html={page}", "--output", f"xlsx={book}")
    assert ran.code == plain.code == 0
    document = ran.json()
    assert document["summary"]["findings"] == plain.json()["summary"]["findings"]
    assert [one["theirs"] for one in document["questions"]] == ["99999"]
    assert any("有疑问 1" in note and "未能读取" in note for note in document["summary"]["notes"])
    told = page.read_text(encoding="utf-8")
    assert "另一来源的疑问（不计入问题）" in told
    assert "一案数罚只计一件" in told
    sheet = openpyxl.load_workbook(book)["另一来源的疑问"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [row[2] for row in rows] == ["请核实"]
    assert "行政执法统计年报为 99999" in rows[0][3]
    assert "一案数罚只计一件" in rows[0][4]
    assert "国办发〔2018〕118号" in rows[0][5]
