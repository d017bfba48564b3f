"""The cards: house rules, and every example of every card run against the engine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from auditor.check.coverage import severity_of
from auditor.check.declared import KINDS
from auditor.check.engine import check
from auditor.check.registry import REGISTRY
from auditor.errors import RulebookError
from auditor.model.rule import Example, Rule
from auditor.model.settings import Settings
from auditor.rulebook import load_rulebook
from auditor.rulebook.examples import build_report
from auditor.season import audit_season
from auditor.text.citations import cite

BOOK = load_rulebook()
assert callable(audit_season), "importing the season registers its rules and check kinds"
REPORT_CARDS = [rule for rule in BOOK.rules if rule.level == "report" and rule.status != "guard"]
EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}-{number}-{example.verdict}")
    for rule in REPORT_CARDS
    for number, example in enumerate(rule.examples, 1)
]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_example(rule: Rule, example: Example) -> None:
    """Rules that look at one report; rules of other levels are run beside their own layer."""
    audit = check(build_report(example, BOOK), BOOK, Settings(select=(rule.id,)))
    assert not [problem for problem in audit.problems if problem.code == "CHECK-CRASHED"]
    shown = [finding.message for finding in audit.findings], audit.unknown
    assert audit.verdicts[rule.id] == example.verdict, shown
    if example.verdict == "fail":
        assert audit.findings
    if example.severity is not None:
        assert {severity_of(finding) for finding in audit.findings} == {example.severity}, shown


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
def test_house_rules(rule: Rule) -> None:
    for text in (rule.title, rule.why, *rule.cautions, *rule.messages.values()):
        assert text.zh.strip()
        assert text.en.strip()
    assert rule.basis
    assert rule.cautions
    assert all(cite(BOOK, basis) != basis for basis in rule.basis)
    if rule.status == "guard":
        return
    assert rule.formula
    assert rule.messages
    verdicts = {example.verdict for example in rule.examples}
    if rule.level != "report" and not {"pass", "fail"} <= verdicts:
        assert all(example.note for example in rule.examples), "say why this rule never passes or never fails"
        return
    assert "pass" in verdicts
    assert "fail" in verdicts
    assert verdicts & {"unknown", "needs_other_input", "not_applicable"}
    assert rule.check == "coded" or rule.check in KINDS


def test_coded_cards_and_functions_belong_together() -> None:
    coded = {rule.id: rule.level for rule in BOOK.rules if rule.check == "coded" and rule.status != "guard"}
    assert coded == {rule_id: entry.sees.level for rule_id, entry in REGISTRY.items()}


def test_messages_have_the_same_placeholders_in_both_languages() -> None:
    import string

    def fields(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    wrong = [(rule.id, key) for rule in BOOK.rules for key, text in rule.messages.items() if fields(text.zh) != fields(text.en)]
    # The texts of `language` are where the languages differ: one writes numbers in words, the other leaves a year out.
    same = {key: text for key, text in BOOK.words.items() if not key.startswith("language.")}
    wrong += [("words", key) for key, text in same.items() if fields(text.zh) != fields(text.en)]
    assert not wrong


def test_faults_of_a_local_pack_are_all_named_at_once(tmp_path: Path) -> None:
    pack = tmp_path / "local.toml"
    pack.write_text(
        """
[[rule]]
id = "X-01"
title = { zh = "甲", en = "a" }
severity = "fatal"
basis = ["SRC-01"]
check = "at_most"
why = { zh = "甲", en = "a" }
cautions = []
messages = {}
examples = []

[[rule]]
id = "X-02"
title = { zh = "乙", en = "b" }
severity = "notice"
eras = ["era_1999"]
basis = ["SRC-99"]
check = "at_most"
formula = "a ≤ b"
why = { zh = "乙", en = "b" }
cautions = [{ zh = "乙", en = "b" }]
messages = {}
examples = []
[rule.params]
table = "t3"
pairs = [{ small = "t3.nothing.total", large = "t3.granted.total" }]
[[rule]]
id = "X-03"
colour = "red"
""",
        encoding="utf-8",
    )
    with pytest.raises(RulebookError) as raised:
        load_rulebook((pack,))
    text = str(raised.value)
    told = raised.value.told("en")
    for part in ("local.toml:5: X-01: severity", "era_1999", "SRC-99", "t3.nothing.total", "X-03: colour"):
        assert part in told
    assert "local.toml 第5行 X-01：severity" in text


def test_the_digest_identifies_the_rule_files() -> None:
    assert len(BOOK.sha256) == 64
    assert load_rulebook() is BOOK


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
def test_every_example_has_a_name_of_its_own(rule: Rule) -> None:
    """In Chinese, saying what the example shows: not its verdict, and not the same as that of another example of the card."""
    names = [example.note for example in rule.examples]
    assert len(set(names)) == len(names)
    wordless = [name for name in names if len([sign for sign in name if "\u4e00" <= sign <= "\u9fff"]) < 2]
    assert not wordless
    assert not [name for name in names if re.search("示例|例子|例[一二三0-9]|^(通过|不通过|无法判定|不适用)$", name)]


def test_most_rules_are_cards_without_python_of_their_own() -> None:
    coded = [rule.id for rule in BOOK.rules if rule.check == "coded"]
    assert len(coded) <= 70, "a further rule in Python: does no check kind fit?"
