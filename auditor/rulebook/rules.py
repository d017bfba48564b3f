"""One pack, a TOML file of ``[[rule]]`` tables, → its cards and sources, every fault of every card at once.

``pack`` defaults to the file's name without ending. A pack may bring sources of its own (``[[source]]`` as in ``rules/sources.toml``).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec

from auditor.errors import UsageError
from auditor.model.rule import Rule
from auditor.model.rulebook import LegalSource
from auditor.rulebook.faults import Fault, Lines
from auditor.rulefiles import bounded_text

_PATH: Final = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_LINE: Final = re.compile(r"at line (\d+)")
_TOP: Final = ("rule", "source")


@dataclass(slots=True)
class Pack:
    """What a file holds. ``lines`` find a card's place by its number (0-based) in ``numbers``."""

    path: Path
    rules: list[Rule] = field(default_factory=list)
    sources: dict[str, LegalSource] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    lines: Lines = field(default_factory=lambda: Lines(""))

    def fault(self, rule: str, key: str, code: str, values: dict[str, object], options: tuple[str, ...] = ()) -> Fault:
        """A fault of a card of this pack with its line."""
        line = self.lines.of(self.numbers.get(rule, 0), key)
        return Fault(self.path.name, code, line, rule, key, values, options)


def read_pack(path: Path) -> Pack:
    """The cards of one file in order. Faults are in the result; raises nothing."""
    pack = Pack(path)
    try:
        text = bounded_text(path).replace("\r\n", "\n")
        data = tomllib.loads(text)
    except OSError as error:
        pack.faults.append(Fault(path.name, "unreadable", values={"found": error.strerror or ""}))
        return pack
    except UsageError as error:
        pack.faults.append(Fault(path.name, "unreadable", values={"found": str(error)}))
        return pack
    except (ValueError, RecursionError) as error:  # no TOML, no UTF-8, a number of thousands of digits, nested without end
        line = _LINE.search(str(error))
        pack.faults.append(Fault(path.name, "syntax", int(line[1]) if line else 1, values={"found": str(error)}))
        return pack
    pack.lines = Lines(text)
    for name in sorted(set(data) - set(_TOP)):
        pack.faults.append(Fault(path.name, "unknown_key", _top_line(text, name), "", name, {"found": name}, _TOP))
    _sources(pack, data.get("source", []), text)
    entries = data.get("rule", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        pack.faults.append(Fault(path.name, "no_rule", _top_line(text, "rule"), "", "rule"))
        return pack
    if not entries and not pack.sources and not pack.faults:
        pack.faults.append(Fault(path.name, "no_rule", 1, "", "rule"))
    for number, entry in enumerate(entries):
        _card(pack, number, entry)
    return pack


def _card(pack: Pack, number: int, entry: dict[str, Any]) -> None:
    name = str(entry.get("id", f"rule {number + 1}"))
    if name in pack.numbers:
        pack.faults.append(
            Fault(pack.path.name, "twice", pack.lines.of(number, "id"), name, "id", {"found": name, "other": pack.path.stem})
        )
        return
    pack.numbers[name] = number
    fields = Rule.__struct_fields__
    unknown = [key for key in entry if key not in fields]
    for key in unknown:
        pack.faults.append(pack.fault(name, key, "unknown_key", {"found": key}, fields))
    for field_ in msgspec.structs.fields(Rule):
        if field_.required and field_.name not in entry:
            pack.faults.append(pack.fault(name, field_.name, "missing", {}))
            unknown.append(field_.name)
    if unknown:
        return
    try:
        pack.rules.append(msgspec.convert({"pack": pack.path.stem} | entry, Rule))
    except msgspec.ValidationError as error:
        place = _PATH.search(str(error))
        key = place["path"].partition("[")[0] if place else ""
        pack.faults.append(pack.fault(name, key, "type", {"found": str(error)}))


def _sources(pack: Pack, entries: Any, text: str) -> None:
    line = _top_line(text, "source")
    if not isinstance(entries, list):
        pack.faults.append(Fault(pack.path.name, "type", line, "", "source", {"found": "[[source]]"}))
        return
    for entry in entries:
        name = str(entry.get("id", "")) if isinstance(entry, dict) else ""
        try:
            source = msgspec.convert(entry, LegalSource)
        except msgspec.ValidationError as error:
            pack.faults.append(Fault(pack.path.name, "type", line, name, "source", {"found": str(error)}))
            continue
        if source.id in pack.sources:
            pack.faults.append(Fault(pack.path.name, "twice", line, name, "source", {"found": name, "other": pack.path.stem}))
        pack.sources[source.id] = source


def _top_line(text: str, name: str) -> int:
    found = re.search(rf"^[ \t]*\[*[ \t]*{re.escape(name)}\b", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1
