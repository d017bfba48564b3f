"""The rule book as people read it: one line a rule, one rule in full, the formats with their keys."""

from __future__ import annotations

import json
from collections.abc import Sequence

import msgspec

from auditor.model.applicability import applies_to
from auditor.model.finding import Proved
from auditor.model.formats import Format
from auditor.model.rule import Example, Rule, Text
from auditor.model.rulebook import Rulebook
from auditor.render.labelled import example_lines, formula_text, message_text
from auditor.text.citations import cite
from auditor.text.labels import label_of
from auditor.text.words import pick, say


def rules_text(rulebook: Rulebook, lang: str) -> str:
    """One line a rule: id, severity, title."""
    width = int(say(rulebook.words, lang, "card.severity_width"))
    lines = [f"{rule.id:<8}{_severity(rule, rulebook, lang):<{width}}{_in(rule.title, lang)}" for rule in rulebook.rules]
    return "\n".join(lines) + "\n"


def rules_json(rulebook: Rulebook, lang: str) -> str:
    """All cards without their examples, both languages."""
    cards = []
    for rule in rulebook.rules:
        card = msgspec.to_builtins(rule)
        card.pop("examples")
        card["basis"] = [cite(rulebook, basis, lang) for basis in rule.basis]
        cards.append(card)
    return json.dumps({"schema": "auditor.rules/1", "rules": cards}, ensure_ascii=False, indent=2) + "\n"


def rules_markdown(rulebook: Rulebook, lang: str) -> str:
    """The whole rule book as one page."""
    parts = ["# " + say(rulebook.words, lang, "card.catalogue"), ""]
    group = ""
    for rule in rulebook.rules:
        if rule.group != group:
            group = rule.group
            parts += [f"## {group}", ""]
        parts += [f"### {rule.id} {_in(rule.title, lang)}", ""]
        for name, values in _fields(rule, rulebook, lang):
            if len(values) == 1:
                parts.append(f"- **{name}**{say(rulebook.words, lang, 'console.colon')}{values[0]}")
            else:
                parts.append(f"- **{name}**")
                parts += [f"  - {value}" for value in values]
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def rule_text(rule: Rule, rulebook: Rulebook, lang: str, said: Sequence[Sequence[str]] = ()) -> str:
    """One card in full, with its messages and examples; ``said``: by example what the rule says of it (:mod:`auditor.rulebook.tried`)."""
    words = rulebook.words
    lines = [f"{rule.id}  {_in(rule.title, lang)}", ""]
    for name, values in _fields(rule, rulebook, lang):
        lines.append(name)
        lines += [f"  {value}" for value in values]
    lines.append(say(words, lang, "card.messages"))
    lines += [f"  {message_text(_in(text, lang))}" for text in rule.messages.values()]
    if rule.examples:
        lines.append(say(words, lang, "card.examples"))
        for number, example in enumerate(rule.examples):
            told = said[number] if number < len(said) else ()
            lines += [f"  {line}" for line in _example(example, told, rulebook, lang)]
    return "\n".join(lines) + "\n"


def formats_text(rulebook: Rulebook, lang: str) -> str:
    """Eras with years, sections and tables, rows and columns with their keys."""
    lines = []
    for entry in rulebook.formats:
        years = f"{entry.first_year}–{entry.last_year or ''}"
        lines += [f"{entry.id}  {years}  {entry.layout or ''}".rstrip()]
        lines += [f"  {section.key}  {pick(lang, section.title, section.en)}" for section in entry.sections]
        for table in entry.tables:
            lines.append(f"  {table.id}  {pick(lang, table.short, table.en)}")
            lines += [f"    {table.id}.{row.key}  {pick(lang, row.label, row.en)}" for row in table.rows]
            prefix = table.id if table.id == "t4" else "…"
            lines += [f"    {prefix}.{column.key}  {pick(lang, column.label, column.en)}" for column in table.columns]
    return "\n".join(lines) + "\n"


def formats_json(rulebook: Rulebook, lang: str) -> str:
    """The formats as data, labels in both languages."""
    return (
        json.dumps({"schema": "auditor.formats/1", "formats": msgspec.to_builtins(rulebook.formats)}, ensure_ascii=False, indent=2) + "\n"
    )


def _fields(rule: Rule, rulebook: Rulebook, lang: str) -> list[tuple[str, list[str]]]:
    words = rulebook.words
    fields: list[tuple[str, list[str]]] = [
        ("problem", [_in(rule.problem, lang)] if rule.problem else []),
        ("severity", [_severity(rule, rulebook, lang)]),
        ("eras", [_years(rule, rulebook, lang)]),
        ("formula", [formula_text(rule, rulebook, lang)] if rule.formula else []),
        ("basis", [cite(rulebook, basis, lang) for basis in rule.basis]),
        ("why", [_in(rule.why, lang)]),
        ("cautions", [_in(text, lang) for text in rule.cautions]),
        ("action", [_in(rule.action, lang)] if rule.action else []),
        ("status", [say(words, lang, f"card.status_is.{rule.status}")] if rule.status != "stable" else []),
    ]
    return [(say(words, lang, f"card.{key}"), values) for key, values in fields if values]


def _years(rule: Rule, rulebook: Rulebook, lang: str) -> str:
    """The report years in which the rule applies: its own, in the forms that have what it needs."""
    words, spans = rulebook.words, spans_of(rule, rulebook)
    if spans == [(rulebook.formats[0].first_year, None)]:
        return say(words, lang, "card.all_years")
    shown = []
    for first, last in spans:
        key = "card.from_year" if last is None else "card.year" if first == last else "card.years"
        shown.append(say(words, lang, key, year=first, last=last))
    return say(words, lang, "console.dash").join(shown) or say(words, lang, "card.no_year")


def spans_of(rule: Rule, rulebook: Rulebook) -> list[tuple[int, int | None]]:
    """First and last report years in which the rule applies, without end where the newest form has none."""
    spans: list[tuple[int, int | None]] = []
    for form in rulebook.formats:
        first = max(form.first_year, rule.valid_from or 0)
        ends = [year for year in (form.last_year, rule.valid_to) if year is not None]
        last = min(ends) if ends else None
        if (last is not None and first > last) or not applies_to(rule, form, first):
            continue
        if spans and spans[-1][1] == first - 1:
            first = spans.pop()[0]
        spans.append((first, last))
    return spans


def _example(example: Example, told: Sequence[str], rulebook: Rulebook, lang: str) -> list[str]:
    name = pick(lang, example.note, "")  # examples have a Chinese name only; what is printed and said below tells the rest
    note = f"{say(rulebook.words, lang, 'console.colon')}{name}" if name else ""
    return [
        say(rulebook.words, lang, f"outcome.{example.verdict}") + note,
        *(f"  {line}" for line in example_lines(example, rulebook, lang)),
        *(f"  {text}" for text in told),
    ]


def _severity(rule: Rule, rulebook: Rulebook, lang: str) -> str:
    return say(rulebook.words, lang, f"severity.{rule.severity}")


def _in(text: Text, lang: str) -> str:
    return text.said(lang)


def proof_text(proved: Sequence[Proved], rulebook: Rulebook, built_in: frozenset[str], lang: str) -> str:
    """What was proved of the equations of each form: whether they can hold together, local rules that say nothing new, equations implied by
    others, cells in no equation. ``built_in`` are the ids of our own rules.
    """
    lines: list[str] = []
    for one in proved:
        form = _form(one, rulebook)
        lines.append(_proof_head(one, form, rulebook, lang))
        told = _proof_lines(one, form, rulebook, built_in, lang)
        if one.uncovered:
            cells = _cells_named(one.uncovered, form, rulebook, lang)
            told.append(say(rulebook.words, lang, "prove.uncovered", count=len(one.uncovered), cells=cells))
        lines += ["  " + text for text in told]
    return "\n".join(lines) + "\n"


def proof_markdown(proved: Sequence[Proved], rulebook: Rulebook, built_in: frozenset[str], lang: str) -> str:
    """The same as one page, with a table of the cells in no equation for each form."""
    words = rulebook.words
    parts = ["# " + say(words, lang, "prove.page"), "", say(words, lang, "prove.intro"), ""]
    for one in proved:
        form = _form(one, rulebook)
        parts += ["## " + _proof_head(one, form, rulebook, lang), ""]
        parts += [*("- " + text for text in _proof_lines(one, form, rulebook, built_in, lang)), ""]
        if one.uncovered:
            layouts = {str(table.id): table.layout for table in form.tables}
            parts += [say(words, lang, "prove.head"), "| --- | --- |"]
            parts += [f"| {label_of(rulebook, layouts, key, lang)} | `{key}` |" for key in one.uncovered]
            parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def _form(one: Proved, rulebook: Rulebook) -> Format:
    return next(entry for entry in rulebook.formats if entry.id == one.form)


def _proof_head(one: Proved, form: Format, rulebook: Rulebook, lang: str) -> str:
    return say(rulebook.words, lang, "prove.form", form=pick(lang, form.title, form.en), equations=one.equations, cells=one.cells)


def _proof_lines(one: Proved, form: Format, rulebook: Rulebook, built_in: frozenset[str], lang: str) -> list[str]:
    """Whether the equations of a form can hold together, and which follow from others."""
    words = rulebook.words
    told: list[str] = []
    if one.forced_zero:
        against = ", ".join(dict.fromkeys(rule for rule, _ in one.contradicting))
        named = _cells_named(one.forced_zero, form, rulebook, lang)
        told.append(say(words, lang, "prove.contradicting", rules=against, cells=named, count=len(one.forced_zero)))
    else:
        told.append(say(words, lang, "prove.together"))
    implied = list(dict.fromkeys(rule for rule, _ in one.implied))
    if redundant := [rule for rule in implied if rule not in built_in]:
        told.append(say(words, lang, "prove.redundant", rules=", ".join(redundant)))
    if implied:
        told.append(say(words, lang, "prove.implied", count=len(one.implied), rules=", ".join(implied)))
    return told


def _cells_named(keys: Sequence[str], form: Format, rulebook: Rulebook, lang: str) -> str:
    layouts = {str(table.id): table.layout for table in form.tables}
    return say(rulebook.words, lang, "prove.join").join(label_of(rulebook, layouts, key, lang) for key in keys)
