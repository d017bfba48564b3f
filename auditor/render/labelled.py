"""Cards in words: keys of cells, rows, columns, sections and forms in formulas and examples are printed as the form names them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditor.model.formats import Format
from auditor.model.rule import Example, Rule
from auditor.model.rulebook import Rulebook
from auditor.text.labels import label_of
from auditor.text.patterns import re_pattern
from auditor.text.words import pick, say

_CELL: Final = re_pattern(r"(?<![\w.])(?:t[234]|st)\.[a-z0-9_]+(?:\.[a-z0-9_]+)?")
_NAME: Final = re_pattern(r"(?<![\w.])[a-z][a-z0-9_]{2,}(?![\w(])")
_SIGNS: Final = "=≠≥≤<>⇒∈Σ"
"""What makes a formula one of symbols; in one of plain words a single word is no key."""
_PLACE: Final = re_pattern(r"\{\w*\}")


def formula_text(rule: Rule, rulebook: Rulebook, lang: str) -> str:
    """The formula of a card with labels in place of keys; names that no form has stay as they are."""
    known = _names(rule, rulebook, lang)
    text = _CELL.sub(lambda match: cell_text(match[0], rulebook, lang), rule.formula)
    symbolic = any(sign in text for sign in _SIGNS)

    def named(match: re.Match[str]) -> str:
        return known.get(match[0], match[0]) if symbolic or "_" in match[0] else match[0]

    return _NAME.sub(named, text)


def cell_text(key: str, rulebook: Rulebook, lang: str) -> str:
    """A cell, a row or a table as the newest form that has it names it."""
    for form in reversed(rulebook.formats):
        if form.has(key):
            layouts = {str(table.id): table.layout for table in form.tables}
            return label_of(rulebook, layouts, key, lang)
    return label_of(rulebook, {}, key, lang)


def message_text(template: str) -> str:
    """A message as people see it before it is filled: an ellipsis where a value goes."""
    return _PLACE.sub("…", template)


def example_lines(example: Example, rulebook: Rulebook, lang: str) -> Iterator[str]:
    """What the example's report prints: cells by their labels, prose by its section, the rest by what it is."""
    colon = say(rulebook.words, lang, "console.colon")
    for key, text in example.facts.items():
        yield f"{cell_text(key, rulebook, lang)}{colon}{text or say(rulebook.words, lang, 'notation.blank')}"
    for key, text in example.text.items():
        yield f"{section_text(key, rulebook, lang)}{colon}{text}"
    for key, value in example.report.items():
        yield f"{say(rulebook.words, lang, f'card.field.{key}')}{colon}{_value(value, rulebook, lang)}"
    for key, text in (example.previous or {}).get("facts", {}).items():
        cell = f"{cell_text(key, rulebook, lang)}{colon}{text or say(rulebook.words, lang, 'notation.blank')}"
        yield say(rulebook.words, lang, "card.previous", text=cell)


def section_text(key: str, rulebook: Rulebook, lang: str) -> str:
    """A section by its title, the introduction and the annex by their names."""
    for form in reversed(rulebook.formats):
        found = next((section for section in form.sections if section.key == key), None)
        if found is not None:
            return pick(lang, found.title, found.en)
    name = key.removeprefix("s0_")
    return say(rulebook.words, lang, f"card.section.{name}") if f"card.section.{name}" in rulebook.words else key


def _value(value: Any, rulebook: Rulebook, lang: str) -> str:
    """A value of a report's field in words."""
    words = rulebook.words
    if isinstance(value, Mapping):
        told = value.get("printed") or value.get("title") or value.get("text")
        if told is not None:
            return str(told)
        pairs = [(_value(str(name), rulebook, lang), _value(entry, rulebook, lang)) for name, entry in value.items()]
        return say(words, lang, "language.semicolon").join(" ".join(pair) for pair in pairs)
    if isinstance(value, list | tuple):
        return say(words, lang, "language.comma").join(_value(entry, rulebook, lang) for entry in value) or say(words, lang, "card.none")
    text = str(value)
    form = next((entry for entry in rulebook.formats if text in (entry.id, entry.layout)), None)
    if form is not None:
        return pick(lang, form.title, form.en)
    for key in (f"card.value.{text}", f"table.{text}"):
        if key in words:
            return say(words, lang, key)
    return section_text(text, rulebook, lang)


def _names(rule: Rule, rulebook: Rulebook, lang: str) -> dict[str, str]:
    """Rows, columns, groups and sections that a formula may name by their keys alone; of equal keys those of the rule's own table."""
    found: dict[str, str] = {}
    own = str(rule.params.get("table", rule.group.lower()))
    for form in rulebook.formats:
        found |= {section.key: pick(lang, section.title, section.en) for section in form.sections}
        found |= {name: pick(lang, form.title, form.en) for name in (form.id, form.layout) if name}
    for mine in (False, True):
        for form in rulebook.formats:
            found |= _of_form(form, own, mine, lang)
    return {key: label for key, label in found.items() if label}


def _of_form(form: Format, own: str, mine: bool, lang: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for table in form.tables:
        if (table.id == own) is mine:
            found |= {group.key: pick(lang, group.label, group.en) for group in table.groups}
            found |= {column.key: pick(lang, column.label, column.en) for column in table.columns}
            found |= {row.key: pick(lang, row.label, row.en) for row in table.rows}
    return found
