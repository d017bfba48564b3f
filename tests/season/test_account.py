"""What became of the earlier reports that a run was given, and how the roster stands."""

from __future__ import annotations

import msgspec

from auditor.batch.outcome import account_notes
from auditor.model.report import Report
from auditor.model.rule import Example
from auditor.model.source import Source
from auditor.rulebook import load_rulebook
from auditor.rulebook.examples import build_report
from auditor.season.account import Account, account_for
from auditor.season.link import link

BOOK = load_rulebook()


def report(agency: str, year: int, path: str, **fields: object) -> Report:
    made = build_report(Example(verdict="pass", fill=("t3",), report={"agency": agency, "year": year}), BOOK)
    return msgspec.structs.replace(made, source=Source(path=path, sha256=path, kind="docx"), **fields)


def account(*before: Report) -> Account:
    mine = [report("青山市水务局", 2023, "a.docx"), report("青山市教育局", 2023, "b.docx")]
    return account_for(link(mine, before), before)


def said(*before: Report) -> str:
    return "\n".join(account_notes(account(*before), BOOK, "zh"))


def test_reports_of_the_year_before_are_used() -> None:
    text = said(report("青山市水务局", 2022, "p/a.docx"), report("青山市教育局", 2022, "p/b.docx"))
    assert text == "上年报告：给出 2，用上 2"


def test_each_report_of_no_use_is_named_with_the_reason() -> None:
    text = said(
        report("青山市水务局", 2022, "p/a.docx"),
        report("青山市教育局", 2019, "p/old.docx"),
        report("白河县林业局", 2022, "p/c.docx"),
        report("青山市教育局", 2022, "p/blank.docx", document="blank_form"),
        report("青山市教育局", 2022, "p/scan.pdf", status="unreadable"),
    )
    assert text.startswith("上年报告：给出 5，用上 1，未用 4（")
    assert "p/old.docx：是2019年度的报告，上年应为2022年度" in text
    assert "p/c.docx：本次没有该机关的报告" in text
    assert "p/blank.docx：是没有填写的空白格式" in text
    assert "p/scan.pdf：未能读取" in text


def test_reports_of_the_same_year_are_said_to_be_so() -> None:
    text = said(report("青山市水务局", 2023, "p/a.docx"))
    assert "用上 0" in text
    assert "与本次同一年度" in text


def test_nothing_is_said_where_nothing_was_given() -> None:
    assert said() == ""
