"""Places and problems as text in the language of the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from auditor.model.report import PersonReading
from auditor.model.rule import Text
from auditor.model.source import Location, Problem
from auditor.text.patterns import re_pattern
from auditor.text.words import say

_ADDRESS = re_pattern(r"!([A-Z]{1,3}[0-9]+)$")


def place_text(location: Location | None, words: Mapping[str, Text], lang: str) -> str:
    """第4页 表格2 第4行第10列. Never empty: a location without any number says so."""
    if location is None:
        return say(words, lang, "place.unknown")
    given = {name: getattr(location, name) for name in ("file", "sheet", "page", "table", "row", "column", "paragraph", "line")}
    given = {name: value for name, value in given.items() if value is not None}
    address = _ADDRESS.search(location.anchor or "") if location.sheet is not None else None
    if address is not None:  # in a workbook people look for a cell by its address
        kept = {name: value for name, value in given.items() if name in ("file", "sheet")}
        given = kept | ({"cell": address[1]} if "row" in given or "paragraph" in given else {})
    parts = [say(words, lang, f"place.{name}", **given) for name in ("sheet", "cell", "page", "table") if name in given]
    if "row" in given and "column" in given:
        parts.append(say(words, lang, "place.row_column", **given))
    else:
        parts += [say(words, lang, f"place.{name}", **given) for name in ("row", "column") if name in given]
    parts += [say(words, lang, f"place.{name}", **given) for name in ("paragraph", "line") if name in given]
    text = say(words, lang, "place.join").join(parts)
    if "file" in given:
        text = (say(words, lang, "place.file", **given) + say(words, lang, "language.space") + text).strip()
    return text or say(words, lang, "place.unknown")


def person_text(person: PersonReading | None, words: Mapping[str, Text], lang: str) -> str:
    """Who read a cell in the original, and what this program had read; empty where no person did."""
    if person is None:
        return ""
    key = "place.person_corrected" if person.corrected else "place.person_confirmed"
    who = person.who or say(words, lang, "check.a_person")
    return say(words, lang, key, who=who, at=person.at[:10], machine=person.machine.strip() or say(words, lang, "check.blank"))


_IN_WORDS: Final = frozenset(("limit", "what", "found", "kind", "reason", "table"))
"""Details of problems whose values may be names of ours, which have texts in both languages."""


def problem_text(problem: Problem, words: Mapping[str, Text], lang: str) -> str:
    """What stopped us, in words; a code without a text shows its code and details."""
    key = f"problem.{problem.code}.{problem.details.get('cause', '')}"
    key = key if key in words else f"problem.{problem.code}"
    if key in words:
        spelled = {name: f"{name}.{value.replace(' ', '_')}" for name, value in problem.details.items() if name in _IN_WORDS}
        named = {name: say(words, lang, value) for name, value in spelled.items() if value in words}
        return say(words, lang, key, **(problem.details | named))
    details = ", ".join(f"{name}={value}" for name, value in sorted(problem.details.items()))
    return f"{problem.code} ({details})" if details else problem.code
