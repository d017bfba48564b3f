"""Examples become documents that say what the example says; the runner reads verdicts from JSON alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from auditor.check.blanks import totals_of
from auditor.check.engine import check
from auditor.model.report import Report
from auditor.model.rule import Example, Rule, Text
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from tests.conformance.cases import conformance_cases, plan_of, under_own_name
from tests.conformance.run import answers, failures, sheet
from tests.lab import tested
from tests.lab.compose.memory import to_document


def _rule(*examples: Example) -> Rule:
    text = Text(zh="列平衡", en="Column balance")
    return Rule(id="T3-01", title=text, severity="error", basis=(), check="identity", why=text, cautions=(), messages={}, examples=examples)


FAILING = Example(verdict="fail", fill=("t3",), facts={"t3.new_received.natural_person": "3", "t3.new_received.total": "3"})


def test_example_with_a_filled_table_prints_zeros_and_its_own_cells() -> None:
    plan = plan_of(_rule(FAILING), FAILING)
    assert plan is not None
    truth = plan.truth()
    assert len([key for key in truth if key.startswith("t3.")]) == 175
    assert len(truth) == 200, "a whole report: the tables that the rule does not speak of are printed too"
    assert {key for key, value in truth.items() if value != "0"} == {"t3.new_received.natural_person", "t3.new_received.total"}
    report = tested.bind(to_document(plan))
    assert {str(fact.key): fact.raw for fact in report.facts} == truth


def test_absent_row_and_given_prose_are_printed_so() -> None:
    example = Example(verdict="fail", fill=("t3",), absent=("t3.carried_over",), text={"s6_other": "无。"}, report={"year": 2020})
    plan = plan_of(_rule(example), example)
    assert plan is not None
    assert plan.year == 2020
    assert len([key for key in plan.truth() if key.startswith("t3.")]) == 161 - 7
    assert next(entry for entry in plan.sections if entry.key == "s6_other").prose[0].text == "无。"


@pytest.mark.parametrize(
    "example",
    [
        Example(verdict="fail", facts={"t4.review_total": "3"}),
        Example(verdict="fail", fill=("t3",), previous={"year": 2023}),
        Example(verdict="pass", fill=("st",), report={"year": 2024}),
    ],
)
def test_example_that_one_document_cannot_show_is_left_out_by_name(example: Example) -> None:
    cases, left = conformance_cases(Rulebook(formats=(), rules=(_rule(example),), sources={}, words={}, sha256=""))
    assert not cases
    assert left == (f"T3-01-t01-{example.verdict}",)


def test_each_document_is_the_report_of_an_agency_of_its_own() -> None:
    plan = plan_of(_rule(FAILING), FAILING)
    assert plan is not None
    names = {under_own_name(plan, number).heading for number in range(1500)}
    assert len(names) == 1500
    assert under_own_name(plan, 7).agency in "".join(under_own_name(plan, 7).preamble)


def test_the_introduction_of_an_example_is_printed() -> None:
    plan = plan_of(_rule(FAILING), Example(verdict="fail", text={"preamble": "本报告按照有关规定编制。"}))
    assert plan is not None
    assert plan.preamble[0] == "本报告按照有关规定编制。"


def test_needs_other_input_is_told_apart_from_undecided() -> None:
    expected = {"kinds": ["docx"], "cases": {"D-01-t04-needs_other_input-a": {"rule": "D-01", "verdict": "needs_other_input"}}}
    for told, state in (("needs_other_input", "right"), ("unknown", "wrong")):
        printed = {"audits": [_audit("D-01-t04-needs_other_input-a.docx", unknown=[{"rule": "D-01", "verdict": told}])]}
        assert answers(printed, expected)["D-01-t04-needs_other_input-a.docx"][0] == state


def _audit(path: str, **more: Any) -> dict[str, Any]:
    return {"source": {"path": path}, "findings": [], "unknown": []} | more


def test_runner_counts_children_and_names_what_is_wrong_or_missing() -> None:
    expected = {
        "kinds": ["docx"],
        "cases": {
            "T3-01-t01-fail-a": {"rule": "T3-01", "verdict": "fail"},
            "T3-01-t02-pass-a": {"rule": "T3-01", "verdict": "pass"},
            "T3-01-t03-unknown-a": {"rule": "T3-01", "verdict": "unknown"},
            "T3-01-t04-fail-a": {"rule": "T3-01", "verdict": "fail"},
        },
    }
    printed = {
        "audits": [
            _audit("in/T3-01-t01-fail-a.docx", findings=[{"rule": "T3-03", "children": [{"rule": "T3-01", "children": []}]}]),
            _audit("in/T3-01-t02-pass-a.docx", findings=[{"rule": "T3-01", "children": []}]),
            _audit("in/T3-01-t03-unknown-a.docx", unknown=[{"rule": "T3-01", "needs": "…"}]),
        ]
    }
    wrong = failures(printed, expected)
    assert [line.split(":")[0] for line in wrong] == ["T3-01-t02-pass-a.docx", "T3-01-t04-fail-a.docx"]
    assert "missing" in wrong[1]


def test_silence_is_no_pass_where_the_rule_never_speaks() -> None:
    expected = {
        "kinds": ["docx"],
        "cases": {
            "T3-01-t01-fail-a": {"rule": "T3-01", "verdict": "fail"},
            "T3-01-t02-pass-a": {"rule": "T3-01", "verdict": "pass"},
            "F-01-t01-pass-a": {"rule": "F-01", "verdict": "pass"},
        },
    }
    mute = {"audits": [_audit(f"{name}.docx") for name in expected["cases"]]}
    assert answers(mute, expected) == {
        "T3-01-t01-fail-a.docx": ("wrong", "silent"),
        "T3-01-t02-pass-a.docx": ("silent", "silent"),
        "F-01-t01-pass-a.docx": ("silent", "silent"),
    }
    assert "0 right, 1 wrong, 2 silent" in sheet(mute, expected)


def test_a_case_with_an_erratum_is_not_scored() -> None:
    expected = {
        "kinds": ["docx"],
        "errata": {"T3-01-t01-fail-a": "the sum was right"},
        "cases": {"T3-01-t01-fail-a": {"rule": "T3-01", "verdict": "fail"}},
    }
    assert answers({"audits": []}, expected) == {}


GROUPS = ("T3-", "T4-")


def _printed(*, ignore: tuple[str, ...] = (), repaired: bool = False) -> tuple[dict[str, Any], dict[str, Any]]:
    """The check JSON of the cases on tables 3 and 4 by our program, perhaps weakened, and the expectations."""
    book = tested.rulebook()
    cases = [case for case in conformance_cases(book)[0] if case.rule.startswith(GROUPS)]
    audits = []
    for case in cases:
        report = tested.bind(to_document(case.plan))
        audit = check(_with_right_totals(report, book) if repaired else report, book, Settings(ignore=ignore))
        audits.append(
            _audit(
                f"{case.name}.mem",
                findings=[{"rule": f.rule, "children": [{"rule": c.rule, "children": []} for c in f.children]} for f in audit.findings],
                unknown=[{"rule": note.rule, "verdict": note.verdict} for note in audit.unknown],
            )
        )
    expected = {"kinds": ["mem"], "cases": {case.name: {"rule": case.rule, "verdict": case.verdict} for case in cases}}
    return {"audits": audits}, expected


def _with_right_totals(report: Report, book: Rulebook) -> Report:
    """A program that mends before it audits: printed totals of rows and blocks replaced by the sum of their parts."""
    values = {str(fact.key): fact.value for fact in report.facts}
    sums: dict[str, Decimal] = {}
    for total, parts in totals_of(report, book):
        known = [value for part in parts if (value := values.get(part)) is not None]
        if values.get(total) is not None and len(known) == len([part for part in parts if part in values]) and known:
            sums[total] = sum(known, Decimal(0))
    facts = tuple(
        msgspec.structs.replace(fact, value=sums[fact.key], raw=str(sums[fact.key])) if fact.key in sums else fact for fact in report.facts
    )
    return msgspec.structs.replace(report, facts=facts)


def test_our_own_program_and_a_weakened_one_are_told_apart() -> None:
    whole, expected = _printed()
    own = answers(whole, expected)
    assert len([document for document, (state, _) in own.items() if state == "wrong"]) <= len(own) * 0.02
    removed = ("T3-02", "T4-01")
    without = answers(_printed(ignore=removed)[0], expected)
    lost = {document for document, (state, _) in without.items() if state != "right"} - {
        d for d, (state, _) in own.items() if state != "right"
    }
    assert lost
    assert lost == {d for d, (state, _) in own.items() if state == "right" and expected["cases"][d.removesuffix(".mem")]["rule"] in removed}


def test_a_program_that_repairs_totals_before_it_audits_loses_the_rules_about_totals() -> None:
    whole, expected = _printed()
    own, mended = answers(whole, expected), answers(_printed(repaired=True)[0], expected)
    lost = {document.partition("-t")[0] for document, (state, _) in mended.items() if state == "wrong" and own[document][0] == "right"}
    assert "T3-03" in lost
    assert {"T4-01", "T4-02", "T4-03"} & lost
    assert lost <= {"T3-01", "T3-03", "T3-04", "T3-05", "T3-06", "T3-11", "T4-01", "T4-02", "T4-03", "T4-05"}, "rules that look at totals"
