"""Reading rosters, matching names, and what a season says about missing, late and unknown reports."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from openpyxl import Workbook

from auditor.check.engine import check
from auditor.errors import UsageError
from auditor.model.finding import Audit
from auditor.model.report import DocumentKind, Report, Status
from auditor.model.rule import Example
from auditor.model.settings import Settings
from auditor.model.source import Source
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


def _missing(
    *files: tuple[str, str], roster: tuple[str, ...] = ("青山市水务局", "青山市教育局", "青山市林业局")
) -> dict[str, tuple[str, str]]:
    """H-01 by agency as (confidence, files), for a season with the water bureau's report and these (path, kind of file)."""
    book = load_rulebook()
    settings = Settings(select=("H-01",))
    audits = [check(build_report(Example(verdict="pass", report={"path": "in/a.docx"}), book), book, settings)]
    for path, kind in files:
        source = Source(path=path, sha256=path, kind="pdf")
        state: Status = "unreadable" if kind == "unread" else "read"
        document: DocumentKind = "unknown" if kind == "unread" else cast(DocumentKind, kind)
        report = Report(source=source, status=state, document=document)
        audits.append(Audit(source=source, status=state, report=report))
    rows = [["name", "kind"], *([name, "部门"] for name in roster)]
    result = audit_season(audits, book, settings, roster=roster_of(rows))
    return {finding.agencies[0]: (finding.confidence, "、".join(finding.sources)) for finding in result.findings}


def test_not_published_is_said_where_no_file_can_be_the_report() -> None:
    assert _missing() == {"青山市教育局": ("high", ""), "青山市林业局": ("high", "")}


def test_a_file_not_read_is_named_with_the_agency_of_its_name_and_no_other() -> None:
    found = _missing(("收件/教育局年报（加密）.pdf", "unread"))
    assert found["青山市教育局"] == ("medium", "收件/教育局年报（加密）.pdf")
    assert found["青山市林业局"] == ("high", "")
    assert _missing(("青山市林业局/扫描.pdf", "unread"))["青山市林业局"][0] == "medium"


def test_a_file_not_read_under_no_agencys_name_can_be_anybodys() -> None:
    assert {entry[0] for entry in _missing(("scan0001.pdf", "unread")).values()} == {"medium"}


def test_what_was_taken_for_another_document_counts_for_the_agency_it_names_only() -> None:
    assert {entry[0] for entry in _missing(("关于报送年报的通知.docx", "other")).values()} == {"high"}
    assert _missing(("教育局2023.docx", "other"))["青山市教育局"][0] == "medium"
    assert _missing(("教育局空表.docx", "blank_form"))["青山市教育局"][0] == "medium"
