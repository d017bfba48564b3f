"""Every example of every card that looks at several reports."""

from __future__ import annotations

import pytest

from auditor.model.rule import Example, Rule
from auditor.rulebook import load_rulebook
from tests.support.season_examples import LEVELS, run_season_example

CASES = [
    pytest.param(rule, example, id=f"{rule.id}-{number}")
    for rule in load_rulebook().rules
    if rule.level in LEVELS
    for number, example in enumerate(rule.examples)
]


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_example_reaches_its_verdict(rule: Rule, example: Example) -> None:
    verdict, found = run_season_example(rule, example, load_rulebook())
    assert verdict == example.verdict
    assert bool(found) == (verdict == "fail")
    if example.severity is not None:
        assert {finding.severity for finding in found} == {example.severity}
