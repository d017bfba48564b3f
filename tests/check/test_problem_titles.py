"""Beside the title that says what a rule asks, a card says what is wrong where it fails and what the agency should do."""

import msgspec

from auditor.rulebook import load_rulebook


def test_every_card_that_can_fail_says_what_is_wrong_and_what_to_do() -> None:
    for rule in load_rulebook().rules:
        if not rule.messages:
            continue
        assert rule.problem is not None, rule.id
        assert rule.action is not None, rule.id
        assert rule.problem.zh != rule.title.zh, rule.id
        assert rule.action.zh.endswith("。"), rule.id
        assert rule.action.en.endswith("."), rule.id
        assert not rule.problem.zh.endswith("。"), rule.id


def test_no_two_cards_share_a_problem_title() -> None:
    titles = [rule.problem.zh for rule in load_rulebook().rules if rule.problem is not None]
    assert len(titles) == len(set(titles))


def test_a_card_without_problem_falls_back_on_its_title() -> None:
    rule = load_rulebook().rules[0]
    assert msgspec.structs.replace(rule, problem=None).problem_title == rule.title
