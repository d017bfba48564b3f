"""The statistical table of 2014–2018 as an annex: printed, in another file of the folder, in a file that is not at hand, or not there at all."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from auditor.bind.parts import join_parts
from auditor.check.engine import check
from auditor.model.report import Report
from tests.lab import tested
from tests.lab.compose.memory import to_document
from tests.lab.compose.plan import Prose, ReportPlan, SectionPlan
from tests.lab.variants import make_case


def stat_plan() -> ReportPlan:
    """A balanced report with its statistical table annexed."""
    return next(
        case.plan for case in (make_case(number, 11, "memory", defects=False) for number in range(200)) if "st" in case.plan.layouts
    )


def without_table(plan: ReportPlan, *lines: str) -> ReportPlan:
    """The report with these lines in place of the annexed table."""
    sections = tuple(replace(section, tables=()) for section in plan.sections if section.key != "annex")
    last = replace(sections[-1], prose=(*sections[-1].prose, *map(Prose, lines)))
    return replace(plan, layouts={}, facts={}, sections=(*sections[:-1], last), omit=frozenset(), extra_rows=())


def bound(plan: ReportPlan, path: str = "in/a.txt") -> Report:
    report = tested.bind(to_document(plan))
    return msgspec.structs.replace(report, source=msgspec.structs.replace(report.source, path=path))


def verdict(report: Report) -> str:
    """What A-18 says of the report."""
    audit = check(report, tested.rulebook())
    if any(finding.rule == "A-18" for finding in audit.findings):
        return "fail"
    return next((note.verdict for note in audit.unknown if note.rule == "A-18"), "silent")


def test_a_printed_table_is_annexed() -> None:
    assert verdict(bound(stat_plan())) == "silent"


def test_a_report_that_speaks_of_no_annex_has_none() -> None:
    report = bound(without_table(stat_plan()))
    assert report.elsewhere == ()
    assert verdict(report) == "fail"


@pytest.mark.parametrize(
    "line",
    [
        "附件：政府信息公开情况统计表",
        "附：《政府信息公开情况统计表》",
        "具体数据见附件2政府信息公开情况统计表。",
        "政府信息公开情况统计表详见附件。",
    ],
)
def test_a_table_that_the_text_names_as_annexed_is_unknown(line: str) -> None:
    report = bound(without_table(stat_plan(), line))
    assert report.elsewhere == ("st",)
    assert verdict(report) == "unknown"


@pytest.mark.parametrize("line", ["我局按时报送了政府信息公开情况统计表。", "附件：依申请公开流程图"])
def test_a_table_that_was_sent_in_or_another_annex_says_nothing_of_it(line: str) -> None:
    assert bound(without_table(stat_plan(), line)).elsewhere == ()


def test_the_annex_in_another_file_of_the_folder_is_joined() -> None:
    plan = stat_plan()
    page = bound(without_table(plan, "附件：政府信息公开情况统计表"))
    table = bound(
        replace(plan, preamble=(), sections=(SectionPlan("annex", tables=("st",), title="政府信息公开情况统计表", ordinal=0),)), "in/b.txt"
    )
    (whole,) = join_parts((page, table), tested.rulebook())
    assert whole.elsewhere == ()
    assert {str(fact.key): fact.raw for fact in whole.facts} == {str(fact.key): fact.raw for fact in table.facts}
    assert verdict(whole) == "silent"
