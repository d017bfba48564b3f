"""What every finding says is printed is printed there, what should stand there satisfies the sums, and a certain culprit is contradicted by nothing.

The whole (``python -m tests.check.proof``) looks at several thousand findings; this takes a sample of the same.
"""

from __future__ import annotations

import msgspec
import pytest

from auditor.bind import bind
from auditor.check.engine import check
from auditor.model.finding import Audit, Finding
from auditor.render.demands import demands
from tests.check.proof import Looked, examples, made, samples
from tests.check.tables import APPLICANTS, BOOK
from tests.check.whole import audited, printed, table3, table4
from tests.lab.compose import balanced_plan
from tests.lab.compose.memory import to_document
from tests.lab.mutate import set_facts


def test_examples_of_all_cards_say_what_is_printed() -> None:
    looked = Looked()
    for name, audit in examples():
        looked.add(name, audit)
    assert not looked.exceptions
    assert looked.findings > 500
    assert len(looked.rules) > 80


def test_sample_reports_say_what_is_printed() -> None:
    looked = Looked()
    for name, audit, document in samples():
        looked.add(name, audit, document)
    assert not looked.exceptions


@pytest.mark.parametrize("kind", ["memory", "docx", "html", "text", "xlsx"])
def test_spoiled_documents_say_what_is_printed(kind: str) -> None:
    looked = Looked()
    for name, audit, document in made(6, 19, [kind]):
        looked.add(name, audit, document)
    assert not looked.exceptions
    assert looked.findings > 20


def _top(audit: Audit, *rules: str) -> Finding:
    return next(finding for finding in audit.findings if finding.rule in rules and finding.culprit is not None)


def _with_cell(key: str, value: str) -> Audit:
    return check(bind(to_document(set_facts(balanced_plan(5, "layout_2021", "medium"), {key: value})), BOOK), BOOK)


def test_a_certain_culprit_is_the_place_the_print_and_the_value() -> None:
    """A number typed wrong in one cell: the finding stands at that cell, not at the total that is right."""
    key = f"t3.granted.{APPLICANTS[0]}"
    right = balanced_plan(5, "layout_2021", "medium").facts[key]
    audit = _with_cell(key, str(int(right) + 72))
    top = _top(audit, "T3-02", "T3-03")
    assert top.culprit is not None
    assert top.culprit.certain
    fact = audit.report.fact(key) if audit.report is not None else None
    assert fact is not None
    assert (top.location, top.actual, top.expected) == (fact.location, str(int(right) + 72), right)
    assert [(demand.key, demand.likely) for demand in demands(top, audit.report, BOOK, "zh")] == [(key, right)]
    assert all(child.expected is None for child in top.children)


def test_two_free_sides_have_no_value_that_should_stand_there() -> None:
    audit = audited(printed({"t3.new_received.natural_person": 12, "t3.new_received.total": 12, "t3.granted.natural_person": 10,
                             "t3.granted.total": 10, "t3.result_total.natural_person": 10, "t3.result_total.total": 10}))  # fmt: skip
    top = _top(audit, "T3-01")
    assert top.culprit is not None
    assert not top.culprit.certain
    assert top.expected is None
    assert top.actual == "12"
    assert "12" in (top.calculation or "")
    assert "10" in (top.calculation or "")
    assert all(candidate.others for candidate in top.culprit.candidates)  # the total of the row changes with each


def test_a_total_alone_against_its_parts_has_their_sum() -> None:
    cells: dict[str, object] = {**table3(granted={"natural_person": 4}), **table4(review=(1, 0, 0, 0))}
    audit = audited(printed({**cells, "t4.review_total": 3}))
    top = next(finding for finding in audit.findings if finding.rule == "T4-01")
    assert (top.actual, top.expected) == ("3", "1")


def test_what_the_correction_settles_is_asked_for_once() -> None:
    """A negative count is what the sums complain of: one finding, one cell to change."""
    audit = _with_cell(f"t3.denied_third_party.{APPLICANTS[0]}", "-7")
    tops = [finding.rule for finding in audit.findings]
    assert "T3-04" not in tops
    assert any(child.rule == "T3-04" for finding in audit.findings for child in finding.children)


def test_a_row_of_which_only_the_total_is_filled_has_no_certain_culprit() -> None:
    audit = audited(printed({"t3.granted.total": 3} | {f"t3.granted.{name}": "" for name in APPLICANTS}))
    assert any(finding.rule == "T3-05" for finding in audit.findings)
    assert not any(finding.culprit is not None and finding.culprit.certain for finding in audit.findings)


def test_children_keep_the_place_where_they_were_found() -> None:
    looked = Looked()
    for name, audit in examples():
        for finding in audit.findings:
            for child in finding.children:
                assert child.location is not None or child.actual is None, name
        looked.add(name, msgspec.structs.replace(audit))
    assert looked.printed > 100
