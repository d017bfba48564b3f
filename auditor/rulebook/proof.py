"""Whether a card can run: its keys, years, kind, parameters, messages, placeholders, function, and its examples.

What is not refused here runs: a rule that would crash, or say something else than its card shows, never gets as far as a report.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from auditor.check.coverage import severity_of
from auditor.check.declared import KINDS, Kind, is_cell
from auditor.check.engine import check
from auditor.check.registry import REGISTRY
from auditor.model.applicability import applies_to
from auditor.model.formats import Format
from auditor.model.language import LANGUAGES
from auditor.model.report import Report
from auditor.model.rule import Example, Rule, Text
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.rulebook.examples import build_report
from auditor.text.citations import source_id
from auditor.text.words import say

_ID: Final = re.compile(r"[A-Z][A-Z0-9]*-\d\d[a-z]?|[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*-\d\d")
_CELL_IN_TEXT: Final = re.compile(r"(?<![\w.])(?:t[234]|st)\.[a-z0-9_]+(?:\.[a-z0-9_]+)?(?![\w.*\[])")
_REPORT: Final = (*Report.__struct_fields__, "path")
_FIRST_YEAR, _LAST_YEAR = 2003, 2100


@dataclass(frozen=True, slots=True)
class CardFault:
    """A fault of a card without its place: the key it stands at, the code of its message, and what fills that."""

    key: str
    code: str
    values: Mapping[str, object]
    options: tuple[str, ...] = ()


def faults_of(rule: Rule, rulebook: Rulebook) -> Iterator[CardFault]:
    """Everything that keeps the card from running, except what its examples show."""
    yield from _texts(rule)
    if not _ID.fullmatch(rule.id):
        yield CardFault("id", "id", {"found": rule.id})
    if not rule.basis:
        yield CardFault("basis", "empty", {})
    for basis in rule.basis:
        if source_id(basis) not in rulebook.sources:
            yield CardFault("basis", "no_source", {"found": basis}, tuple(rulebook.sources))
    yield from _validity(rule, rulebook.formats)
    yield from _formula(rule, rulebook.formats)
    if rule.status != "guard":
        yield from _kind(rule, rulebook)
    yield from _shapes(rule, rulebook.formats)


def _texts(rule: Rule) -> Iterator[CardFault]:
    named: list[tuple[str, Text]] = [("title", rule.title), ("why", rule.why)]
    named += [("cautions", text) for text in rule.cautions]
    named += [("action", rule.action)] if rule.action is not None else []
    named += [(f"messages.{name}", text) for name, text in rule.messages.items()]
    for key, text in named:
        if not all(wording.strip() for wording in text.wordings()):
            yield CardFault(key, "empty", {})
    if not rule.cautions:
        yield CardFault("cautions", "empty", {})
    if rule.status != "guard" and not rule.formula.strip():
        yield CardFault("formula", "empty", {})
    for key, text in named:
        if key.startswith("messages."):
            yield from _template(key, text)


def _template(key: str, text: Text) -> Iterator[CardFault]:
    fields: list[set[str]] = []
    for wording in text.wordings():
        try:
            fields.append(placeholders(wording))
        except ValueError as error:
            yield CardFault(key, "template", {"found": str(error)})
            return
    uneven = set[str]().union(*fields) - fields[0].intersection(*fields)
    if uneven:
        yield CardFault(key, "languages", {"found": ", ".join(sorted(uneven))})


def placeholders(template: str) -> set[str]:
    """The names in braces. Raises ValueError for a brace that is not closed, a number or nothing in braces, and formats."""
    names = set()
    for _, name, style, conversion in string.Formatter().parse(template):
        if name is None:
            continue
        if not name.isidentifier() or style or conversion:
            raise ValueError("{" + name + (f"!{conversion}" if conversion else "") + (f":{style}" if style else "") + "}")
        names.add(name)
    return names


def _validity(rule: Rule, formats: tuple[Format, ...]) -> Iterator[CardFault]:
    for key, year in (("valid_from", rule.valid_from), ("valid_to", rule.valid_to)):
        if year is not None and not _FIRST_YEAR <= year <= _LAST_YEAR:
            yield CardFault(key, "year", {"found": year})
    if rule.valid_from is not None and rule.valid_to is not None and rule.valid_from > rule.valid_to:
        yield CardFault("valid_from", "years", {"first": rule.valid_from, "last": rule.valid_to})
    known = tuple(form.id for form in formats)
    for era in rule.eras:
        if era not in known:
            yield CardFault("eras", "no_era", {"found": era}, known)
    unknown = [name for need in rule.needs for name in need.split("|") if not any(form.has(name.strip()) for form in formats)]
    for name in unknown:
        yield CardFault("needs", "no_need", {"found": name.strip()})
    if not unknown and all(era in known for era in rule.eras) and not any(_ever(rule, form) for form in formats):
        yield CardFault("valid_from" if rule.valid_from else "valid_to" if rule.valid_to else "needs", "never", {})


def _ever(rule: Rule, form: Format) -> bool:
    """Whether the rule applies in some year of the form."""
    return any(applies_to(rule, form, year) for year in range(form.first_year, (form.last_year or _LAST_YEAR) + 1))


def _formula(rule: Rule, formats: tuple[Format, ...]) -> Iterator[CardFault]:
    for name in _CELL_IN_TEXT.findall(rule.formula):
        if not any(form.has(name) for form in formats):
            yield CardFault("formula", "no_cell", {"found": name})


def _kind(rule: Rule, rulebook: Rulebook) -> Iterator[CardFault]:
    import auditor.season  # noqa: F401  registers the rules and check kinds over several reports

    if rule.check == "coded":
        known = REGISTRY.get(rule.id)
        if known is None:
            yield CardFault("check", "no_function", {"found": rule.id, "kinds": ", ".join(KINDS)})
        elif known.sees.level != rule.level:
            yield CardFault("level", "level", {"kind": rule.id, "sees": known.sees.level, "found": rule.level})
        return
    kind = KINDS.get(rule.check)
    if kind is None:
        yield CardFault("check", "no_kind", {"found": rule.check}, (*KINDS, "coded"))
        return
    if kind.sees.level != rule.level:
        yield CardFault("level", "level", {"kind": rule.check, "sees": kind.sees.level, "found": rule.level})
    wrong = list(_params(rule, kind, rulebook.formats))
    yield from wrong
    yield from _messages(rule, kind, {} if wrong else kind.wording(msgspec.convert(rule.params, kind.params)))


def _params(rule: Rule, kind: Kind, formats: tuple[Format, ...]) -> Iterator[CardFault]:
    names = kind.params.__struct_fields__
    unknown = [name for name in rule.params if name not in names]
    for name in unknown:
        yield CardFault(f"params.{name}", "unknown_key", {"found": name}, names)
    known = {name: value for name, value in rule.params.items() if name in names}
    missing = [field.encode_name for field in msgspec.structs.fields(kind.params) if field.required and field.name not in known]
    for name in missing:
        yield CardFault(f"params.{name}", "missing", {})
    if missing:
        return
    try:
        params = msgspec.convert(known, kind.params)
    except msgspec.ValidationError as error:
        yield CardFault("params", "type", {"found": str(error)})
        return
    for key, code, found in kind.faults(params, formats):
        values: dict[str, object] = {"found": found}
        if code == "range":
            values = dict(zip(("found", "allowed"), found.split("|", 1), strict=True))
        yield CardFault(f"params.{key}", code, values)


def _messages(rule: Rule, kind: Kind, wording: Mapping[str, frozenset[str]]) -> Iterator[CardFault]:
    messages = {**kind.messages, **wording}
    for name in messages:
        if name not in rule.messages and name not in kind.optional:
            yield CardFault("messages", "no_message", {"found": name, "kind": rule.check})
    for name, text in rule.messages.items():
        if name not in messages:
            yield CardFault(f"messages.{name}", "unknown_message", {"found": name, "kind": rule.check}, tuple(messages))
            continue
        try:
            used = set[str]().union(*map(placeholders, text.wordings()))
        except ValueError:
            continue  # told by _template
        for field in sorted(used - messages[name]):
            yield CardFault(f"messages.{name}", "placeholder", {"found": field}, tuple(sorted(messages[name])))


def _shapes(rule: Rule, formats: tuple[Format, ...]) -> Iterator[CardFault]:
    """Names in the examples that do not exist."""
    sections = {section.key for form in formats for section in form.sections} | {"preamble", "s0_preamble", "annex"}
    tables = {table.id for form in formats for table in form.tables}
    for number, example in enumerate(rule.examples, start=1):
        shapes: list[Mapping[str, Any]] = [msgspec.to_builtins(example), *example.others]
        shapes += [example.previous] if example.previous is not None else []
        for shape in shapes:
            for name in shape.get("report", {}):
                if name not in _REPORT:
                    yield CardFault(f"examples[{number}].report.{name}", "unknown_key", {"found": name}, _REPORT)
            for name in shape.get("facts", {}):
                if not is_cell(name, formats) and not name.endswith(".org_subtotal"):
                    yield CardFault(f"examples[{number}].facts", "no_cell", {"found": name})
            for name in shape.get("fill", ()):
                if name not in tables:
                    yield CardFault(f"examples[{number}].fill", "no_table", {"found": name}, tuple(tables))
            for name in shape.get("absent", ()):
                if "*" not in name and not any(form.has(name) for form in formats):
                    yield CardFault(f"examples[{number}].absent", "no_cell", {"found": name})
            for name in shape.get("text", {}):
                if name not in sections:
                    yield CardFault(f"examples[{number}].text", "no_section", {"found": name}, tuple(sections))


def example_faults(rule: Rule, rulebook: Rulebook) -> Iterator[CardFault]:
    """What the examples show when they are run: another verdict, another severity, a crash. For rules that look at one report."""
    if rule.status in ("guard", "retired"):
        return
    verdicts = {example.verdict for example in rule.examples}
    for wanted in ("pass", "fail"):
        if wanted not in verdicts:
            yield CardFault("examples", "no_example", {"found": rulebook.words[f"outcome.{wanted}"]})
    for number, example in enumerate(rule.examples, start=1):
        yield from _run(rule, number, example, rulebook)


def _run(rule: Rule, number: int, example: Example, rulebook: Rulebook) -> Iterator[CardFault]:
    try:
        report = build_report(example, rulebook)
    except Exception as error:  # an example may be wrong in any way
        yield CardFault("examples", "example_shape", {"number": number, "found": f"{type(error).__name__}: {error}"})
        return
    audit = check(report, rulebook, Settings(select=(rule.id,)))
    crashed = [problem for problem in audit.problems if problem.code == "CHECK-CRASHED" and problem.details.get("rule") == rule.id]
    if crashed:
        yield CardFault(
            "examples",
            "example_crash",
            {"number": number, "found": "，".join(crashed[0].details.get(name, "") for name in ("error", "place"))},
        )
        return
    reached = audit.verdicts.get(rule.id, "not_applicable")
    if reached != example.verdict:
        words = {name: rulebook.words[f"outcome.{verdict}"] for name, verdict in (("said", example.verdict), ("reached", reached))}
        needs: str | Text = next((f" ({entry.needs})" for entry in audit.unknown if entry.rule == rule.id and entry.needs), "")
        if reached == "not_applicable" and not needs:
            year = str(report.year or "–")
            needs = Text(**{lang: say(rulebook.words, lang, "pack.example_year", year=year) for lang in LANGUAGES})
        yield CardFault("examples", "example", {"number": number, "why": needs, **words})
        return
    severities = {severity_of(finding) for finding in audit.findings if finding.rule == rule.id}
    if example.severity is not None and severities != {example.severity}:
        shown = ", ".join(sorted(severities))
        yield CardFault("examples", "example_severity", {"number": number, "said": example.severity, "reached": shown})
