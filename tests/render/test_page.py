"""The page as a file: one piece, escaped, the same each time, and its numbers those of the other outputs."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from msgspec.structs import replace

from auditor.model.result import count_by_severity
from auditor.render.page import page
from tests.lab.compose import balanced_plan
from tests.support.season import audited, counted, not_published, rulebook, season

HOSTILE = ("</script><img onerror=alert(1)>", "<!--<script>", "a\u2028b\u2029c", "&lt;b&gt;", "\ud800坏", "\x00\x1b[31m", "\u202e反")


def data_of(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    return dict(json.loads(found[1]))


@pytest.mark.parametrize("name", HOSTILE)
def test_text_of_a_report_cannot_leave_its_place(name: str) -> None:
    text = page(season(1, [name]), rulebook())
    text.encode("utf-8")
    assert text.count("</script>") == 2
    assert "<img" not in text
    assert not re.search("[\x00-\x09\x0b-\x1f\u2028\u2029\u202e]", text)
    shown = data_of(text)["agencies"][0]["name"]
    assert shown == name or "\\" in shown


def test_message_of_a_finding_is_escaped_too() -> None:
    result = season(1)
    audit = result.audits[0].audit
    finding = replace(audit.findings[0], message="</script><img src=x onerror=alert(1)>", calculation="<b>1</b>", basis=("</script>",))
    text = page(replace(result, audits=(counted(replace(audit, findings=(finding,))),)), rulebook())
    assert "<img" not in text
    assert data_of(text)["agencies"][0]["findings"][0]["message"] == finding.message


def test_page_names_no_address_and_forbids_to_load_any() -> None:
    text = page(season(3), rulebook())
    assert not re.search(r"(src|href)=[\"']?(https?:)?//", text)
    assert "default-src 'none'" in text
    assert not re.search(r"@import|url\(", text)


def test_same_result_same_page_in_both_languages() -> None:
    result = season(4)
    assert page(result, rulebook()) == page(result, rulebook())
    assert 'lang="en"' in page(result, rulebook(), "en")
    assert not re.search("[一-鿿]", " ".join(data_of(page(result, rulebook(), "en"))["words"].values()))


def test_counts_are_those_of_the_other_outputs() -> None:
    result = season(16, corpus=(not_published("甲县乙局"),))
    summary = data_of(page(result, rulebook()))["summary"]
    assert {key: value for key, value in count_by_severity(result.findings()).items() if value} == summary["severities"]
    assert summary["missing"] == ["甲县乙局"]


def test_waived_finding_is_shown_and_not_counted() -> None:
    result = season(1)
    audit = result.audits[0].audit
    waived = replace(audit, findings=tuple(replace(finding, waived="经核实") for finding in audit.findings))
    data = data_of(page(replace(result, audits=(counted(waived),)), rulebook()))
    assert data["agencies"][0]["counts"] == [0, 0, 0]
    assert {finding["waived"] for finding in data["agencies"][0]["findings"]} == {"经核实"}
    assert data["summary"]["severities"] == {}


def test_last_years_value_stands_beside_this_years() -> None:
    this, last = (audited(balanced_plan(3, "layout_2021", "medium", year=year), f"{year}.docx") for year in (2024, 2023))
    assert this.report is not None
    result = replace(season(1), audits=(counted(this), counted(last)))
    agencies = data_of(page(result, rulebook()))["agencies"]
    assert agencies[0]["tables"]["t3:layout_2021"]["p"] == agencies[1]["tables"]["t3:layout_2021"]["v"]
    assert agencies[1]["tables"]["t3:layout_2021"]["p"] is None


def test_printed_cells_stand_under_their_keys() -> None:
    plan = balanced_plan(5, "layout_2021", "medium")
    data = data_of(page(replace(season(1), audits=(counted(audited(plan, "a.docx")),)), rulebook()))
    for table in ("t2", "t3", "t4"):
        keys, values = data["forms"][f"{table}:layout_2021"]["keys"], data["agencies"][0]["tables"][f"{table}:layout_2021"]["v"]
        assert dict(zip(keys, values, strict=True)) == {key: text for key, text in plan.facts.items() if key.startswith(f"{table}.")}


def test_what_was_not_checked_is_listed_with_its_reason() -> None:
    result = season(1)
    data = data_of(page(result, rulebook()))
    listed = {(rule, data["texts"][needs]) for needs, _, rules in data["agencies"][0]["unknown"] for rule in rules}
    assert listed == {(entry.rule, entry.needs) for entry in result.audits[0].audit.unknown}
