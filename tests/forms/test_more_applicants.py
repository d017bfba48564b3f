"""A form with a seventh kind of applicant: totals, header, binder and blank form follow the declared axes without a line of code."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from auditor.bind import bind
from auditor.check.coverage import severity_of, verdict_of
from auditor.check.engine import check
from auditor.model.axes import column_totals
from auditor.model.rulebook import Rulebook
from auditor.rulebook import load_rulebook
from tests.lab.compose import GridOptions, ReportPlan, balanced_plan, to_text
from tests.lab.compose import plan as plans
from tests.lab.compose.memory import to_document
from tests.lab.compose.text import TextStyle

FORM = """
id = "era_2028"
title = "政府信息公开工作年度报告格式（2028年样例）"
en = "Annual report form, report years 2028 onward (example)"
first_year = 2028
reviewed_through = 2028
extends = "era_2021"
layout = "layout_2028"
basis = ["SRC-03"]
checked_on = "2026-11-23"

[[add_column]]
table = "t3"
after = "legal_service"
key = "cooperative"
label = "农村集体经济组织"
en = "rural collectives"
parent = "legal_person"
"""


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rulebook:
    path = tmp_path / "form_2028.toml"
    path.write_text(FORM, encoding="utf-8")
    book = load_rulebook((path,))
    monkeypatch.setattr(plans, "formats", lambda: book.formats)
    return book


def plan(seed: int, book: Rulebook) -> ReportPlan:
    """A balanced report in which some requests of research institutions come from the new kind of applicant instead."""
    old = balanced_plan(seed, "layout_2021", "medium", year=2028)
    facts = dict(old.facts)
    form = book.newest.table("t3")
    assert form is not None
    for row in form.rows:
        facts[f"t3.{row.key}.cooperative"] = facts[f"t3.{row.key}.research"]
        facts[f"t3.{row.key}.research"] = "0"
    return replace(old, layouts=dict.fromkeys(("t2", "t3", "t4"), "layout_2028"), facts=facts, grid=GridOptions())


def test_the_total_takes_the_new_column_in(book: Rulebook) -> None:
    form = book.newest.table("t3")
    assert form is not None
    assert "cooperative" in column_totals(form)["total"]
    assert len(column_totals(form)["total"]) == 7


@pytest.mark.parametrize("seed", range(4))
def test_a_correct_report_is_clean_and_each_wrong_cell_of_the_new_column_is_found(seed: int, book: Rulebook) -> None:
    right = plan(seed, book)
    report = bind(to_document(right), book)
    assert {fact.key: fact.raw for fact in report.facts} == right.truth()
    audit = check(report, book)
    assert verdict_of(audit) == "clean", [finding.message for finding in audit.findings]
    assert audit.verdicts["T3-03"] == "pass"
    for row in ("new_received", "granted", "denied_internal", "carried_forward"):
        key = f"t3.{row}.cooperative"
        wrong = replace(right, facts={**right.facts, key: str(int(right.facts[key]) + 3)})
        found = check(bind(to_document(wrong), book), book)
        assert found.verdicts["T3-03"] == "fail", key
        assert any(severity_of(finding) == "error" for finding in found.findings), key


def test_the_new_column_is_read_from_text(book: Rulebook) -> None:
    from auditor.pipeline import extract_bytes

    right = plan(1, book)
    report = extract_bytes(to_text(right, TextStyle()), "a.txt", book)
    assert {fact.key: fact.raw for fact in report.facts} == right.truth()
