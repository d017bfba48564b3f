"""Language is data: no code asks which language it speaks, and nothing printed shows a key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from auditor.check.engine import check
from auditor.model.finding import Finding
from auditor.model.language import LANGUAGES
from auditor.model.rule import Rule, Text
from auditor.model.settings import Settings
from auditor.render.catalogue import rule_text
from auditor.rulebook import load_rulebook
from auditor.rulebook.examples import build_report
from auditor.rulebook.tried import said_of_examples
from tests.support.season_examples import season_of

PACKAGE = Path(__file__).resolve().parents[1] / "auditor"
BOOK = load_rulebook()
RULES = [rule for rule in BOOK.rules if rule.status != "guard"]
ASKS = re.compile(r"""\blang(?:uage)?(?:\(\))? *(?:==|!=) *["']|["'](?:zh|en)["'] *(?:==|!=)|\.zh if |\.en if """)
KEY = re.compile(r"(?<![\w/.])(?:t[234]|st)\.[a-z0-9_]+|(?:era|layout)_[0-9a-z]+|\bs[0-6]_[a-z]+|\{\w*\}")


def test_a_text_has_every_language() -> None:
    assert Text.__struct_fields__ == LANGUAGES


def test_no_code_asks_for_the_language() -> None:
    asking = [
        f"{path.relative_to(PACKAGE)}:{number}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if ASKS.search(line)
    ]
    assert not asking


def _printed(finding: Finding) -> list[str]:
    own = [finding.title, finding.message, finding.calculation or "", finding.question or "", *finding.basis]
    return own + [text for child in finding.children for text in _printed(child)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_findings_print_labels_and_never_keys(rule: Rule) -> None:
    """Over every example of every rule, in both languages; what stays undecided says in words what it needs."""
    for lang in LANGUAGES:
        for example in rule.examples:
            if rule.level == "report":
                audit = check(build_report(example, BOOK), BOOK, Settings(select=(rule.id,), lang=lang))
                findings, needs = audit.findings, [entry.needs for entry in audit.unknown]
            else:
                season = season_of(rule, example, BOOK, lang)
                findings = (*season.audits[0].findings, *season.findings)
                needs = [entry.needs for audit in season.audits for entry in audit.unknown]
            shown = [text for finding in findings for text in _printed(finding)] + needs
            assert not [text for text in shown if KEY.search(text)]


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
def test_explain_prints_labels_and_never_keys(rule: Rule) -> None:
    for lang in LANGUAGES:
        shown = rule_text(rule, BOOK, lang)
        assert not KEY.findall(shown)


@pytest.mark.parametrize("rule", ["T2-02", "T3-01", "C-01"])
def test_explain_says_in_each_language_what_the_rule_says_of_its_examples(rule: str) -> None:
    card = BOOK.rule(rule)
    assert card is not None
    for lang in LANGUAGES:
        said = said_of_examples(card, BOOK, lang)
        for example, told in zip(card.examples, said, strict=True):
            assert bool(told) == (example.verdict in ("fail", "unknown"))
        text = rule_text(card, BOOK, lang, said)
        assert all(line in text for told in said for line in told)
        assert (card.examples[0].note in text) == (lang == LANGUAGES[0])


def test_explain_shows_what_the_report_of_the_year_before_printed() -> None:
    card = BOOK.rule("D-03")
    assert card is not None
    assert "last year's report, table 2, normative documents, in force: 10" in rule_text(card, BOOK, "en")
    assert "上年报告 表二「行政规范性文件」现行有效件数：10" in rule_text(card, BOOK, "zh")
