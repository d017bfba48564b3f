"""Examples become documents that say what the example says; the runner reads verdicts from JSON alone."""

from __future__ import annotations

from typing import Any

import pytest

from auditor.model.rule import Example, Rule, Text
from auditor.model.rulebook import Rulebook
from tests.conformance.cases import conformance_cases, plan_of
from tests.conformance.run import failures
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
    assert len(truth) == 175
    assert {key for key, value in truth.items() if value != "0"} == {"t3.new_received.natural_person", "t3.new_received.total"}
    report = tested.bind(to_document(plan))
    assert {str(fact.key): fact.raw for fact in report.facts} == truth


def test_absent_row_and_given_prose_are_printed_so() -> None:
    example = Example(verdict="fail", fill=("t3",), absent=("t3.carried_over",), text={"s6_other": "无。"}, report={"year": 2020})
    plan = plan_of(_rule(example), example)
    assert plan is not None
    assert plan.year == 2020
    assert len(plan.truth()) == 161 - 7
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
    check = {
        "audits": [
            _audit("in/T3-01-t01-fail-a.docx", findings=[{"rule": "T3-03", "children": [{"rule": "T3-01", "children": []}]}]),
            _audit("in/T3-01-t02-pass-a.docx", findings=[{"rule": "T3-01", "children": []}]),
            _audit("in/T3-01-t03-unknown-a.docx", unknown=[{"rule": "T3-01", "needs": "…"}]),
        ]
    }
    wrong = failures(check, expected)
    assert [line.split(":")[0] for line in wrong] == ["T3-01-t02-pass-a.docx", "T3-01-t04-fail-a.docx"]
    assert "missing" in wrong[1]
