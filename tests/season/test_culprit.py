"""Other reports tell which of several explanations is the right one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from auditor.check.engine import check
from auditor.model.finding import Finding
from auditor.model.settings import Settings
from auditor.model.source import Source
from auditor.rulebook.examples import build_report
from auditor.season import audit_season
from auditor.season.roster import roster_of
from tests.check.tables import APPLICANTS, BOOK, balanced

RULES = Settings(select=("T3-01", "T3-02", "T3-03", "T4-01", "T4-02", "T4-03", "D-01", "D-02", "E-01", "E-02"))


def _season(*shapes: Mapping[str, Any], roster: list[list[object]] | None = None) -> tuple[Finding, ...]:
    """The findings of the first report, audited together with the others."""
    reports = []
    for number, shape in enumerate(shapes):
        report = build_report(shape, BOOK)
        source = Source(path=f"in/{number}.docx", sha256=f"{number:064d}", kind="docx")
        reports.append(msgspec.structs.replace(report, source=source))
    audits = [check(report, BOOK, RULES) for report in reports]
    return audit_season(audits, BOOK, RULES, roster=roster_of(roster) if roster else None).audits[0].findings


def _opening(cells: dict[str, str], over: int) -> dict[str, str]:
    """This year's natural persons brought forward, the new requests less by as many."""
    values = {key: int(text) for key, text in cells.items()}
    delta = over - values["t3.carried_over.natural_person"]
    for column in ("natural_person", "total"):
        values[f"t3.carried_over.{column}"] += delta
        values[f"t3.new_received.{column}"] -= delta
    return {key: str(value) for key, value in values.items()}


def _closing(cells: dict[str, str]) -> dict[str, str]:
    """A balanced report of the year before that carries forward what these cells carry over."""
    values = {key: int(text) for key, text in balanced(77).items()}
    for column in (*APPLICANTS, "total"):
        delta = int(cells[f"t3.carried_over.{column}"]) - values[f"t3.carried_forward.{column}"]
        values[f"t3.carried_forward.{column}"] += delta
        values[f"t3.new_received.{column}"] += delta
    return {key: str(value) for key, value in values.items()}


def test_last_year_decides_between_two_offsetting_columns() -> None:
    true = _opening(balanced(51), 3)
    before = {"facts": _closing(true), "report": {"year": 2022}}
    assert _season({"facts": true}, before) == ()
    printed = dict(true)
    for column, step in (("natural_person", 1), ("commercial", -1)):
        printed[f"t3.carried_over.{column}"] = str(int(true[f"t3.carried_over.{column}"]) + step)
    if int(printed["t3.carried_over.commercial"]) < 0:
        pytest.fail("the example needs a carried case")
    (alone,) = _season({"facts": printed})
    assert alone.culprit is not None
    assert not alone.culprit.certain
    (top,) = _season({"facts": printed}, before)
    assert top.culprit is not None
    assert top.culprit.certain
    (best,) = top.culprit.candidates
    likely = {best.key: best.likely} | {key: value for key, _, value in best.others}
    assert likely == {key: true[key] for key in likely}
    assert {key.split(".")[1] for key in likely} == {"carried_over"}
    assert "D-02" in [child.rule for child in top.children], "one cause, one finding"


def test_a_wrong_opening_total_is_one_finding_with_last_year() -> None:
    true = _opening(balanced(53), 4)
    printed = true | {"t3.carried_over.total": str(int(true["t3.carried_over.total"]) + 10)}
    (top,) = _season({"facts": printed}, {"facts": _closing(true), "report": {"year": 2022}})
    assert top.culprit is not None
    assert top.culprit.certain
    assert top.culprit.candidates[0].likely == true["t3.carried_over.total"]
    assert "D-01" in [child.rule for child in top.children]


def test_last_year_that_agrees_with_the_printed_number_takes_certainty_away() -> None:
    true = _opening(balanced(55), 4)
    printed = true | {"t3.carried_over.total": str(int(true["t3.carried_over.total"]) + 10)}
    before = _closing(printed)
    found = _season({"facts": printed}, {"facts": before, "report": {"year": 2022}})
    top = next(finding for finding in found if finding.culprit is not None)
    assert top.culprit is not None
    assert not top.culprit.certain
    assert top.culprit.candidates[0].key == "t3.carried_over.total"


def test_the_reports_summed_up_name_the_wrong_part() -> None:
    one, two = balanced(61), balanced(63)
    whole = {key: str(int(one[key]) + int(two[key])) for key in one}
    printed = whole | {"t4.review_upheld": str(int(whole["t4.review_upheld"]) + 6)}
    roster: list[list[object]] = [
        ["机关名称", "上级", "类型"],
        ["青山市人民政府", None, "government"],
        ["青山市水务局", "青山市人民政府", "department"],
        ["青山市财政局", "青山市人民政府", "department"],
    ]
    parent = {"agency": "青山市人民政府", "agency_kind": "government", "scope": "consolidated"}
    children = [{"facts": cells, "report": {"agency": name}} for cells, name in ((one, "青山市水务局"), (two, "青山市财政局"))]
    assert _season({"facts": whole, "report": parent}, *children, roster=roster) == ()
    (top,) = _season({"facts": printed, "report": parent}, *children, roster=roster)
    assert top.rule == "T4-01"
    assert top.culprit is not None
    assert top.culprit.certain
    assert [(c.key, c.likely) for c in top.culprit.candidates] == [("t4.review_upheld", whole["t4.review_upheld"])]
    assert [child.rule for child in top.children] == ["E-02"]


def test_stock_of_documents_lists_what_may_be_wrong_and_claims_nothing() -> None:
    before = {"facts": {"t2.normative_doc.effective": "20"}, "fill": ["t2"], "report": {"year": 2022}}
    now = {"t2.normative_doc.issued": "12", "t2.normative_doc.repealed": "3", "t2.normative_doc.effective": "92"}
    reports = []
    for number, shape in enumerate(({"facts": now, "fill": ["t2"]}, before)):
        report = build_report(shape, BOOK)
        reports.append(msgspec.structs.replace(report, source=Source(path=f"in/{number}.docx", sha256=f"{number:064d}", kind="docx")))
    settings = Settings(select=("D-03",))
    audits = [check(report, BOOK, settings) for report in reports]
    (finding,) = audit_season(audits, BOOK, settings).audits[0].findings
    assert finding.culprit is not None
    assert not finding.culprit.certain
    assert [(c.key.rpartition(".")[2], c.likely, c.kind) for c in finding.culprit.candidates] == [
        ("effective", "29", "transposed"),
        ("issued", "75", "value"),
    ]
