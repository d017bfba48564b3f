"""``rules/packs/*.toml`` → :class:`~auditor.model.rule.Rule`, every fault of every card reported at once.

A pack is a TOML file of ``[[rule]]`` tables; ``pack`` defaults to the file's name without ending.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from auditor.errors import RulebookError
from auditor.model.formats import Format
from auditor.model.rule import Rule
from auditor.rulebook.files import load_toml
from auditor.text.citations import source_id

_ID = re.compile(r"[A-Z][A-Z0-9]*-\d\d[a-z]?$|[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*-\d\d$")
_KEY = re.compile(r"(?:t2|t3|t4|st)\.[a-z0-9_.*]+$")


@dataclass(frozen=True, slots=True)
class Names:
    """What a card may name: cells, sections, eras and sources that exist."""

    facts: frozenset[str]
    sections: frozenset[str]
    eras: frozenset[str]
    sources: frozenset[str]


def names_of(formats: tuple[Format, ...], sources: Iterable[str]) -> Names:
    """All keys of all formats, with the recognised additions (``t3.<row>.org_subtotal``)."""
    facts: set[str] = set()
    for entry in formats:
        for table in entry.tables:
            if table.id in ("t4", "st"):
                plain = table.columns if table.id == "t4" else table.rows
                facts |= {f"{table.id}.{item.key}" for item in plain}
                continue
            for row in table.rows:
                columns = row.columns or tuple(column.key for column in table.columns)
                facts |= {f"{table.id}.{row.key}.{column}" for column in columns}
                if table.id == "t3":
                    facts.add(f"t3.{row.key}.org_subtotal")
    return Names(
        facts=frozenset(facts),
        sections=frozenset(section.key for entry in formats for section in entry.sections),
        eras=frozenset(entry.id for entry in formats),
        sources=frozenset(sources),
    )


def read_rules(paths: Iterable[Path], names: Names, faults: list[str]) -> tuple[Rule, ...]:
    """The cards of these packs in order of file and place. Faults (file, id, key) are added to ``faults``."""
    rules: dict[str, Rule] = {}
    for path in paths:
        try:
            entries = load_toml(path).get("rule", [])
        except RulebookError as error:
            faults.append(str(error))
            continue
        for number, entry in enumerate(entries, start=1):
            where = f"{path.name}: {entry.get('id', f'rule {number}')}"
            before = len(faults)
            faults += [f"{where}: {key}: no such key" for key in sorted(set(entry) - set(Rule.__struct_fields__))]
            rule = _convert(entry, path, where, faults) if len(faults) == before else None
            if rule is None:
                continue
            faults += [f"{where}: {fault}" for fault in _faults_of(rule, names)]
            if rule.id in rules:
                faults.append(f"{where}: id: another card has it already (pack {rules[rule.id].pack})")
            rules[rule.id] = rule
    return tuple(rules.values())


def _convert(entry: dict[str, Any], path: Path, where: str, faults: list[str]) -> Rule | None:
    try:
        return msgspec.convert({"pack": path.stem} | entry, Rule)
    except msgspec.ValidationError as error:
        faults.append(f"{where}: {error}")
        return None


def _faults_of(rule: Rule, names: Names) -> Iterator[str]:
    if not _ID.match(rule.id):
        yield f"id: expected a group, a dash and two digits, such as T3-01: {rule.id!r}"
    if not rule.basis:
        yield "basis: empty; name at least one source"
    for basis in rule.basis:
        if source_id(basis) not in names.sources:
            yield f"basis: {basis!r} is no source of sources.toml"
    if not rule.cautions:
        yield "cautions: empty; say when a reader must be careful"
    if rule.status != "guard" and not rule.formula:
        yield "formula: empty"
    for era in rule.eras:
        if era not in names.eras:
            yield f"eras: no such era {era!r}"
    for need in rule.needs:
        for name in need.split("|"):
            if not _has(name.strip(), names.facts):
                yield f"needs: no form has {name.strip()!r}"
    for key in _keys_in(rule.params):
        if not _known(key, names.facts):
            yield f"params: no such cell {key!r}"
    for section in rule.params.get("sections", ()):
        if section not in names.sections:
            yield f"params.sections: no such section {section!r}"
    for number, example in enumerate(rule.examples, start=1):
        shapes: list[Mapping[str, Any]] = [msgspec.to_builtins(example)]
        shapes += [example.previous] if example.previous else []
        shapes += list(example.others)
        for shape in shapes:
            for key in shape.get("facts", {}):
                if not _known(key, names.facts):
                    yield f"examples[{number}].facts: no such cell {key!r}"
            for section in shape.get("text", {}):
                if section not in names.sections and section != "preamble":
                    yield f"examples[{number}].text: no such section {section!r}"


def _has(name: str, facts: frozenset[str]) -> bool:
    return name in facts or any(fact.startswith(name + ".") for fact in facts)


def _known(key: str, facts: frozenset[str]) -> bool:
    if key in facts:
        return True
    if "*" not in key:
        return False
    pattern = re.compile(re.escape(key).replace(r"\*", "[a-z0-9_]+") + "$")
    return any(pattern.match(fact) for fact in facts)


def _keys_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        if _KEY.match(value):
            yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _keys_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _keys_in(inner)
