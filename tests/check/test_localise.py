"""One wrong cell in a balanced report: named first where it can be named at all, and never claimed falsely.

All cells: ``python -m tests.check.localise``.
"""

from __future__ import annotations

import pytest

from tests.check.localise import CORPUS, Tally, explanations, made_reports, measure, real_reports, slips


def judged(tally: Tally, least: int) -> None:
    assert tally.identifiable >= least, tally
    assert tally.first >= 0.95 * tally.identifiable, tally
    assert tally.certain_but_wrong == 0, tally


def test_generated_reports() -> None:
    tallies = [measure(report, every=6, begin=number) for number, report in enumerate(made_reports(6))]
    for tally in tallies:
        judged(tally, 20)


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the checkout")
def test_real_reports() -> None:
    reports = real_reports()
    assert reports
    for report in reports:
        judged(measure(report, every=4), 30)


def test_the_measure_itself() -> None:
    assert set(slips(12)) == {13, 11, 120, 21}
    assert set(slips(0)) == {1}
    from auditor.check.identities import Identity

    equation = [Identity("T4-01", "t4", "review", ("a",), ("b", "c"))]
    assert explanations({"a": 5, "b": 2, "c": 3}, equation) == set()
    assert explanations({"a": 6, "b": 2, "c": 3}, equation) == {"a", "b", "c"}
    assert explanations({"a": 0, "b": 2, "c": 0}, equation) == {"a", "b"}
