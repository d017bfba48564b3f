"""Reading rosters, matching names, and what a season says about missing, late and unknown reports."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from auditor.check.engine import check
from auditor.errors import UsageError
from auditor.model.rule import Example
from auditor.model.settings import Settings
from auditor.rulebook import load_rulebook
from auditor.rulebook.examples import build_report
from auditor.season import audit_season, read_roster
from auditor.season.names import Matcher
from auditor.season.roster import roster_of

HEAD = ["机关编号", "机关名称", "曾用名", "起始日", "终止日", "类型", "上级", "联系人"]


def test_csv_in_gb18030_with_chinese_dates_and_an_unknown_column(tmp_path: Path) -> None:
    path = tmp_path / "名册.csv"
    rows = [",".join(HEAD), "A1,青山市水务局,青山市水利局;青山市河道局,2019年3月1日,,部门,青山市人民政府,王科长"]
    path.write_bytes("\r\n".join(rows).encode("gb18030"))
    roster = read_roster(path)
    agency = roster.agencies[0]
    assert (agency.id, agency.kind, agency.valid_from) == ("A1", "department", "2019-03-01")
    assert agency.former_names == ("青山市水利局", "青山市河道局")
    assert roster.unknown_columns == ("联系人",)
    assert agency.extra == (("联系人", "王科长"),)


def test_xlsx_with_excel_dates(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(HEAD)
    sheet.append([None, "青山市水务局", None, 43525, None, "部门"])
    path = tmp_path / "roster.xlsx"
    book.save(path)
    assert read_roster(path).agencies[0].valid_from == "2019-03-01"


def test_a_row_without_a_name_is_refused_with_its_line() -> None:
    with pytest.raises(UsageError, match="line 3"):
        roster_of([HEAD, ["1", "青山市水务局"], ["2", None, "旧名"]])


def test_names_match_exactly_by_former_name_normalised_and_fuzzily() -> None:
    matcher = Matcher(roster_of([["name", "former_names"], ["青山市水务局", "青山市水利局"], ["青山市经济开发区管理委员会", None]]))
    assert matcher.match("青山市水务局").how == "exact"
    assert matcher.match("青山市水利局").how == "former"
    assert matcher.match("青山市经济开发区管委会").how == "normalised"
    fuzzy = matcher.match("水务局")
    assert fuzzy.how == "fuzzy"
    assert not fuzzy.certain
    assert matcher.match("白河县教育局").agency is None


def test_an_unmatched_report_is_listed_and_softens_what_seems_missing() -> None:
    book = load_rulebook()
    roster = roster_of([["name", "kind"], ["青山市水务局", "部门"], ["青山市教育局", "部门"]])
    reports = [
        build_report(Example(verdict="pass", report={"path": "in/a.docx"}), book),
        build_report(Example(verdict="pass", report={"agency": "白河县林草中心", "path": "in/b.docx"}), book),
    ]
    settings = Settings(select=("H-01",))
    result = audit_season([check(report, book, settings) for report in reports], book, settings, roster=roster)
    assert result.unmatched == ("in/b.docx",)
    assert [(finding.agencies, finding.severity) for finding in result.findings] == [(("青山市教育局",), "warning")]
    assert {(entry.agency.name, entry.state) for entry in result.standings} == {("青山市水务局", "present"), ("青山市教育局", "missing")}


def test_years_are_linked_through_a_renaming() -> None:
    book = load_rulebook()
    roster = roster_of([["name", "former_names", "kind"], ["青山市水务局", "青山市水利局", "部门"]])
    now = build_report(Example(verdict="fail", facts={"t3.carried_over.total": "2"}, fill=("t3",)), book)
    before = build_report(
        {
            "facts": {"t3.carried_forward.total": "5"},
            "fill": ["t3"],
            "report": {"year": 2022, "agency": "青山市水利局", "source": {"path": "p", "sha256": "7", "kind": "docx"}},
        },
        book,
    )
    settings = Settings(select=("D-01",))
    audit = check(now, book, settings)
    assert audit_season([audit], book, settings, previous=[before]).audits[0].verdicts["D-01"] == "needs_other_input"
    linked = audit_season([audit], book, settings, roster=roster, previous=[before]).audits[0]
    assert linked.verdicts["D-01"] == "fail"
    assert linked.unknown == ()
    assert "5" in linked.findings[0].message
