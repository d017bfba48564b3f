"""What the checks of a report can see: promises held against brute force, and the numbers nobody checks named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.bind import bind
from auditor.check.engine import check
from auditor.model.finding import Reach
from auditor.model.settings import Settings
from auditor.rulebook import load_rulebook
from tests.check.reach_by_force import Tried, by_force, try_report
from tests.lab.compose.balanced import balanced_plan
from tests.lab.compose.memory import to_document
from tests.lab.compose.plan import Prose, ReportPlan

BOOK = load_rulebook()


def reach_of(plan: ReportPlan, settings: Settings | None = None) -> Reach:
    reach = check(bind(to_document(plan), BOOK), BOOK, settings).reach
    assert reach is not None
    return reach


def with_blanks(plan: ReportPlan) -> ReportPlan:
    """Zeros of table 3 left blank, totals kept."""
    blank = {key: "" for key, text in plan.facts.items() if key.startswith("t3.") and text == "0" and not key.endswith(".total")}
    return replace(plan, facts={**plan.facts, **blank})


@pytest.mark.parametrize("first", [0, 40])
def test_no_promise_is_broken_by_force(first: int) -> None:
    tried = by_force(range(first, first + 10), 31, 12)
    assert tried.changes > 150
    assert tried.found > tried.located > 0
    assert tried.broken == []


def test_the_quick_trial_answers_as_the_full_one() -> None:
    tried = by_force(range(1), 31, 8, quick=True)
    assert tried.changes > 10
    assert tried.confirmed > 0
    assert (tried.broken, tried.otherwise) == ([], [])


def test_a_full_table_3_is_seen_and_located_cell_by_cell() -> None:
    reach = reach_of(balanced_plan(5, year=2024))
    assert not [key for key in reach.blind if key.startswith("t3.")]
    assert not [key for key in reach.unlocated if key.startswith("t3.")]
    assert all(key.startswith("t2.") for key in reach.blind)


def test_parts_of_a_block_of_table_4_are_found_but_not_told_apart() -> None:
    reach = reach_of(balanced_plan(5, year=2024))
    assert "t4.review_upheld" in reach.unlocated
    assert "t4.review_upheld" not in reach.blind


def test_blanks_for_zeros_hide_no_number_whose_change_they_could_not_take_up() -> None:
    reach = reach_of(with_blanks(balanced_plan(5, year=2024)))
    assert not [key for key in reach.blind if key.startswith("t3.")]


def test_prose_proves_no_total_that_it_may_mean_as_the_sum_of_its_parts() -> None:
    """Blanks beside the only applicant: a wrong total could as well be a blank that should hold the rest."""
    cells = {"new_received.natural_person": "13", "new_received.total": "13", "granted.natural_person": "13", "granted.total": "13"}
    cells |= {"result_total.natural_person": "13", "result_total.total": "13"}
    plan = balanced_plan(5, year=2024)
    facts = {key: cells.get(key[3:], "") if key.startswith("t3.") else text for key, text in plan.facts.items()}
    sections = tuple(
        replace(entry, prose=(Prose("我局本年度新收政府信息公开申请13件。"),)) if entry.key == "s1_overview" else entry
        for entry in plan.sections
    )
    report = bind(to_document(replace(plan, facts=facts, sections=sections)), BOOK)
    tried = Tried()
    try_report("prose", report, BOOK, 1000, tried)
    assert tried.changes > 20
    assert tried.broken == []


def test_a_rule_that_is_off_promises_nothing() -> None:
    plan = balanced_plan(5, year=2024)
    without = reach_of(plan, Settings(ignore=("T3", "C")))
    assert {key for key in without.blind if key.startswith("t3.")} == {key for key in plan.facts if key.startswith("t3.")}
    assert without.found < reach_of(plan).found


def test_a_rule_lowered_to_a_notice_promises_nothing() -> None:
    lowered = reach_of(balanced_plan(5, year=2024), Settings(severity={"T4": "notice", "C": "notice"}))
    assert "t4.review_total" in lowered.blind


def test_counts_and_lists_agree() -> None:
    reach = reach_of(balanced_plan(8, year=2022))
    assert reach.cells == reach.found + len(reach.blind)
    assert reach.found == reach.located + len(reach.unlocated)
