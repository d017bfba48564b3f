"""The workbook opens everywhere, its counts are live and right, and nothing printed becomes a formula."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from msgspec.structs import replace

from auditor.model.finding import Finding
from auditor.model.result import Result, count_by_severity
from auditor.render.workbook import workbook
from tests.support.season import counted, not_published, rulebook, season
from tests.support.soffice import convert, needs_office

FORMULAS = ("=1+1", "+1", "-1+2", "@SUM(A1)", '=HYPERLINK("http://example.invalid")', "http://example.invalid/")


def opened(data: bytes, *, cached: bool = False) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=cached)


def rows_of(sheet: Any) -> list[dict[str, Any]]:
    heads = [cell.value for cell in sheet[1]]
    return [dict(zip(heads, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=2)]


def with_waiver(result: Result) -> Result:
    """The same result with the first finding waived."""
    audit = result.audits[0].audit
    changed = replace(audit, findings=(replace(audit.findings[0], waived="经核实"), *audit.findings[1:]))
    return replace(result, audits=(counted(changed), *result.audits[1:]))


def test_sheets_and_one_ledger_row_for_every_finding() -> None:
    result = season(8, corpus=(not_published("甲局"),))
    book = opened(workbook(result, rulebook()))
    assert book.sheetnames == ["概览", "问题台账", "机关", "规则与依据", "正文数字", "数据", "年度对比"]
    rows = rows_of(book["问题台账"])
    listed = [one for finding in result.findings() for one in (finding, *finding.children)]
    assert [row["编号"] for row in rows] == [one.id for one in listed]
    assert [row["序号"] for row in rows] == list(range(1, len(rows) + 1))
    children = {child.id: finding.id for finding in result.findings() for child in finding.children}
    assert children
    numbers = {row["序号"]: row["编号"] for row in rows}
    assert {row["编号"]: numbers[row["同因于"]] for row in rows if row["同因于"]} == children
    assert not [row for row in rows if row["机关答复"]]


@pytest.mark.parametrize("text", FORMULAS)
def test_printed_text_stays_text(text: str) -> None:
    result = season(1, [text])
    audit = result.audits[0].audit
    assert audit.report is not None
    facts = (replace(audit.report.facts[0], raw=text, value=None), *audit.report.facts[1:])
    finding = replace(audit.findings[0], message=text, actual=text, title=text)
    changed = replace(audit, findings=(finding,), report=replace(audit.report, facts=facts))
    book = opened(workbook(replace(result, audits=(counted(changed),)), rulebook()))
    row = rows_of(book["问题台账"])[0]
    assert row["机关"] == row["问题"] == row["原文"] == row["内容"] == text
    assert rows_of(book["数据"])[0]["印刷原文"] == text
    cells = [cell for name in ("问题台账", "数据") for line in book[name].iter_rows() for cell in line]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert not [cell for cell in cells if cell.hyperlink]


def test_control_characters_do_not_break_the_file() -> None:
    book = opened(workbook(season(1, ["甲\x00\x1b\ud800局"]), rulebook()))
    assert rows_of(book["机关"])[0]["机关"] == r"甲\x00\x1b\ud800局", "shown, as on the page and in CSV"


def test_cached_counts_are_those_of_the_other_outputs() -> None:
    result = with_waiver(season(16, corpus=(not_published("甲局"),)))
    book = opened(workbook(result, rulebook()), cached=True)
    counts = count_by_severity(result.findings())
    overview = {row[0].value: row[1].value for row in book["概览"].iter_rows(min_row=3, max_row=10)}
    assert [overview[name] for name in ("错误", "警告", "提示")] == list(counts.values())
    for row, entry in zip(rows_of(book["机关"]), result.audits, strict=True):
        assert [row[name] for name in ("错误", "警告", "提示")] == list(count_by_severity(entry.audit.findings).values())


@pytest.mark.office
@needs_office
def test_live_counts_give_the_cached_numbers(tmp_path: Path) -> None:
    result = with_waiver(season(16, ["=局", "*", "?>1", "局~"], corpus=(not_published("甲局"),)))
    data = workbook(result, rulebook())
    before = opened(data, cached=True)
    formulas = opened(data)
    # LibreOffice recalculates what it loads only where the cached values are gone, as they are after openpyxl.
    bare = io.BytesIO()
    formulas.save(bare)
    after = opened(convert(bare.getvalue(), "bare.xlsx", "xlsx", tmp_path), cached=True)
    compared = 0
    for name in ("概览", "机关"):
        for line in formulas[name].iter_rows():
            for cell in line:
                if cell.data_type == "f":
                    assert after[name][cell.coordinate].value == before[name][cell.coordinate].value, (name, cell.coordinate)
                    compared += 1
    assert compared > 40


def test_facts_are_printed_and_read_side_by_side() -> None:
    result = season(1)
    report = result.audits[0].audit.report
    assert report is not None
    rows = rows_of(opened(workbook(result, rulebook()))["数据"])
    assert [(row["键"], row["印刷原文"] or "") for row in rows] == [(fact.key, fact.raw) for fact in report.facts]
    assert {row["数值"] for row in rows} == {
        None if fact.value is None else int(fact.value) if fact.value == int(fact.value) else float(fact.value) for fact in report.facts
    }


def test_too_many_facts_say_so_instead_of_breaking_the_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.render.workbook._MOST_FACTS", 10)
    rows = list(opened(workbook(season(1), rulebook()))["数据"].iter_rows(values_only=True))
    assert len(rows) == 2
    assert "auditor dataset" in rows[1][0]


def test_same_result_same_bytes_and_rows_are_tall_enough() -> None:
    long = Finding(id="x", rule="T3-01", severity="error", title="长", message="很长的一句话，" * 40)
    result = season(2, corpus=(long,))
    data = workbook(result, rulebook())
    assert data == workbook(result, rulebook())
    sheet = opened(data)["问题台账"]
    assert sheet.row_dimensions[sheet.max_row].height > 100


def test_english_workbook() -> None:
    book = opened(workbook(season(2), rulebook(), "en"))
    assert book.sheetnames[:2] == ["Overview", "Findings"]


def test_what_the_checks_can_see_is_told_of_each_report_and_each_number() -> None:
    result = season(3)
    book = opened(workbook(result, rulebook()))
    facts = rows_of(book["数据"])
    for row, one in zip(rows_of(book["机关"]), result.audits, strict=True):
        reach, report = one.audit.reach, one.audit.report
        assert reach is not None
        assert report is not None
        assert (row["表内数字"], row["可发现"], row["可定位"], row["无从核对"]) == (
            reach.cells,
            reach.found,
            reach.located,
            len(reach.blind),
        )
        own = {entry["键"]: entry["有误时"] for entry in facts if entry["机关"] == report.agency and entry["年度"] == report.year}
        assert {key for key, seen in own.items() if seen == "无从核对"} == set(reach.blind)
        assert sum(seen == "可定位" for seen in own.values()) == reach.located
        assert sum(seen is not None for seen in own.values()) == reach.cells
