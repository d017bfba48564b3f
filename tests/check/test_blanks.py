"""Blanks: accepted, asked for, proved wrong or left unknown, never read as zero on their own."""

from __future__ import annotations

import itertools
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.check.engine import check
from auditor.check.filling import solve
from auditor.model.settings import Settings
from tests.check.tables import BOOK, balanced, report_of

equations = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from("abcd"), st.sampled_from([1, -1]), min_size=1, max_size=4),
        st.integers(-4, 6),
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=150, deadline=None)
@given(equations)
def test_the_solver_agrees_with_trying_all_fillings(drawn: list[tuple[dict[str, int], int]]) -> None:
    names = sorted({name for coefficients, _ in drawn for name in coefficients})
    fillings = [
        dict(zip(names, values, strict=True))
        for values in itertools.product(range(14), repeat=len(names))
        if all(
            sum(factor * values[names.index(name)] for name, factor in coefficients.items()) == constant for coefficients, constant in drawn
        )
    ]
    found = solve([(coefficients, Fraction(constant)) for coefficients, constant in drawn])
    if found.state == "none":
        assert not fillings
    for name, value in found.forced.items():
        assert all(filling[name] == value for filling in fillings)
    if fillings:
        assert found.state != "none"


def test_zeros_left_blank_pass() -> None:
    cells = {key: "" if value == "0" else value for key, value in balanced(4).items()}
    audit = check(report_of(cells), BOOK, Settings(select=("T3", "T4")))
    assert not [finding for finding in audit.findings if finding.severity != "notice"]
    assert audit.verdicts["T3-01"] == audit.verdicts["T3-02"] == audit.verdicts["T3-03"] == "pass"


def test_the_only_value_a_blank_can_have_is_named() -> None:
    cells = balanced(4)
    key = next(
        key
        for key, value in cells.items()
        if key.startswith(("t3.granted.", "t3.partial.", "t3.denied_law.")) and value != "0" and not key.endswith("total")
    )
    audit = check(report_of({**cells, key: ""}), BOOK, Settings(select=("T3-02", "T3-03")))
    (top,) = audit.findings
    assert top.severity == "warning"
    assert top.culprit is not None
    assert (top.culprit.certain, top.culprit.candidates[0].kind) == (True, "blank")
    assert (top.culprit.candidates[0].key, top.culprit.candidates[0].likely) == (key, cells[key])
    assert [child.rule for child in top.children] == ["T3-03"]


def test_several_fillings_are_unknown_and_name_the_blanks() -> None:
    cells = balanced(4) | {
        "t4.review_upheld": "1",
        "t4.review_corrected": "",
        "t4.review_other": "",
        "t4.review_pending": "0",
        "t4.review_total": "5",
    }
    audit = check(report_of(cells), BOOK, Settings(select=("T4-01",)))
    assert audit.verdicts["T4-01"] == "unknown"
    assert audit.findings == ()
    assert "结果纠正" in audit.unknown[0].needs


def test_an_error_is_proved_whatever_the_blanks_are() -> None:
    cells = balanced(4) | {
        "t4.review_upheld": "6",
        "t4.review_corrected": "",
        "t4.review_other": "",
        "t4.review_pending": "0",
        "t4.review_total": "5",
    }
    audit = check(report_of(cells), BOOK, Settings(select=("T4-01",)))
    assert [finding.severity for finding in audit.findings] == ["error"]


def test_an_unreadable_cell_never_gives_an_error() -> None:
    cells = balanced(4) | {"t4.review_total": "模糊"}
    audit = check(report_of(cells), BOOK, Settings(select=("T4",)))
    assert audit.verdicts["T4-01"] == "unknown"
    assert audit.findings == ()


def test_a_table_left_blank_is_not_a_table_of_zeros() -> None:
    cells = {key: "" for key in balanced(4) if key.startswith("t4.")}
    audit = check(report_of(cells), BOOK, Settings(select=("A-12", "T4-01")))
    assert audit.verdicts == {"A-12": "fail", "T4-01": "unknown"}
