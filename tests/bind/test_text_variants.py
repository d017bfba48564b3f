"""Plain text as found on real pages, in every way of flattening: what was printed otherwise is read as printed, and nobody is accused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from auditor.model.report import Report
from auditor.read import read_bytes
from auditor.text.traditional import SIMPLIFIED
from tests.lab import tested
from tests.lab.compose import TextStyle, balanced_plan, to_text
from tests.lab.compose.plan import ReportPlan
from tests.lab.compose.text import Flavour
from tests.lab.measure import compare

FLAVOURS: list[Flavour] = ["cell_lines", "tab_cells", "spaces", "tabs", "pipes", "bar_lines", "bar_ends"]
PLAN = balanced_plan(5, "layout_2021", "medium")
OLDER = balanced_plan(5, "layout_2019", "medium")
TRADITIONAL = {ord(simple): old for old, simple in SIMPLIFIED.items()}

RELABELLED = {
    "labels that lost characters": {"2.其他法律行政法规禁止公开": "2.其他法律行政止公开"},
    "another mark after the number": {"1.属于": "1、属于", "2.其他法律": "2、其他法律", "3.危及": "3、危及"},
    "no quotes": {"“": "", "”": ""},
    "the year inside a label": {"本年制发件数": "本年(2025)制发件数", "现行有效件数": "现行有效件"},
    "another title of a block": {"第二十条第（一）项": "第二十条(一)项"},
    "a comma after a heading": {"一、总体情况\n": "一、总体情况、\n"},
    "commas doubled": {"，": "，，"},
    "a period that lost characters": {"2025年1月1日起至2025年12月31日": "202511日至20251231日"},
}


def bound(content: str) -> Report:
    return tested.bind(read_bytes(content.encode(), "report.txt"))


def text(flavour: Flavour, plan: ReportPlan = PLAN) -> str:
    return to_text(plan, TextStyle(flavour=flavour)).decode()


def assert_whole(report: Report, plan: ReportPlan = PLAN, *, but: frozenset[str] = frozenset()) -> None:
    """All cells exact, all sections there, nothing said at error or warning but by the rules of ``but``, which all speak."""
    assert set(compare(plan.truth(), report).cells) == {"exact"}
    assert len([section for section in report.sections if section.key is not None]) == 6
    assert report.status == "read"
    assert {rule for rule, severity in tested.fired(report).items() if severity in ("error", "warning")} == but


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("changes", RELABELLED.values(), ids=list(RELABELLED))
def test_altered_words_change_no_cell(flavour: Flavour, changes: Mapping[str, str]) -> None:
    content = text(flavour)
    for old, new in changes.items():
        assert old in content
        content = content.replace(old, new)
    assert_whole(bound(content))


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_letter_before_the_report(flavour: Flavour) -> None:
    assert_whole(
        bound("关于报送年度报告的函\n县政府办公室：\n现将我局2025年度报告报上。\n2026年1月10日\n" + text(flavour)), but=frozenset({"F-21"})
    )


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_mirror_in_traditional_characters(flavour: Flavour) -> None:
    assert_whole(bound(text(flavour).translate(TRADITIONAL)))


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(
    ("key", "printed"),
    [
        ("t2.admin_fee.fee_amount", "523.15万元"),
        ("t2.license.decisions", "+191"),
        ("t2.normative_doc.effective", "13（其中修订6件）"),
        ("t2.penalty.decisions", "１，２３４"),
    ],
)
def test_cells_with_more_than_a_figure_stay_as_printed(flavour: Flavour, key: str, printed: str) -> None:
    plan = replace(PLAN, facts=dict(PLAN.facts) | {key: printed})
    report = bound(text(flavour, plan))
    assert set(compare(plan.truth(), report).cells) == {"exact"}
    assert report.status == "read"


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_table_cut_at_its_right_edge_lacks_columns_and_has_no_zeros(flavour: Flavour) -> None:
    cut = replace(PLAN, omit=PLAN.omit | {"t3/total"})
    report = bound(text(flavour, cut))
    assert not [fact for fact in report.facts if fact.key.startswith("t3.") and fact.key.endswith(".total")]
    assert tested.fired(report)["A-10"] == "error"
    assert not [rule for rule in tested.fired(report) if rule.startswith("T3")]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_older_form_with_a_row_of_the_agency(flavour: Flavour) -> None:
    extra = {f"t2.other_public_doc.{column}": value for column, value in zip(("made", "published", "public_total"), "123", strict=True)}
    plan = replace(OLDER, facts=dict(OLDER.facts) | extra)
    report = bound(text(flavour, plan))
    assert set(compare(plan.truth(), report).cells) == {"exact"}


def test_a_label_damaged_beyond_recognition_is_handed_on() -> None:
    report = bound(text("tabs").replace("2.其他法律行政法规禁止公开", "2.其他法止"))
    assert [entry.text for entry in report.unplaced] == ["2.其他法止"]
    assert report.fact("t3.denied_law.total") is None
