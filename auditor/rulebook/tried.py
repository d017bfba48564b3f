"""What a rule says of the examples of its card."""

from __future__ import annotations

from auditor.check.engine import check
from auditor.model.rule import Rule
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.rulebook.examples import build_report
from auditor.text.words import say


def said_of_examples(rule: Rule, rulebook: Rulebook, lang: str) -> tuple[tuple[str, ...], ...]:
    """By example the messages of its findings, or what it lacks to be decided; nothing for rules that look at several reports."""
    if rule.level != "report":
        return ()
    found = []
    for example in rule.examples:
        audit = check(build_report(example, rulebook), rulebook, Settings(select=(rule.id,), lang=lang))
        told = [("said", finding.message) for finding in audit.findings if finding.rule == rule.id]
        told += [("lacks", entry.needs) for entry in audit.unknown if entry.rule == rule.id and entry.needs]
        found.append(tuple(say(rulebook.words, lang, f"card.{key}", text=text) for key, text in told))
    return tuple(found)
