"""What is wrong with a rule pack, each fault with file, line and id, told in either language."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from auditor.errors import RulebookError
from auditor.model.language import LANGUAGES
from auditor.model.rule import Text
from auditor.text.words import say


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. ``line`` (1-based) is 0 where no line is known; ``code`` is a key of ``pack.*`` in ``rules/messages/rulebook.toml``;
    ``values`` that are a :class:`Text` are told in the language of the reader."""

    file: str
    code: str
    line: int = 0
    card: str = ""
    key: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    options: tuple[str, ...] = ()

    def told(self, words: Mapping[str, Text], lang: str) -> str:
        """The fault as one line."""
        values = {name: value.said(lang) if isinstance(value, Text) else value for name, value in self.values.items()}
        close = difflib.get_close_matches(str(values.get("found", self.key)), self.options, 1)
        values["hint"] = say(words, lang, "pack.perhaps", name=close[0]) if close else ""
        text = say(words, lang, f"pack.{self.code}", **values)
        if not self.line:
            return say(words, lang, "pack.file", file=self.file, text=text)
        where = say(words, lang, "pack.where", file=self.file, line=self.line, card=self.card).rstrip(": ")
        if not self.key:
            return say(words, lang, "pack.file", file=where, text=text)
        return say(words, lang, "pack.fault", where=where, name=self.key, text=text)


def refused(faults: Iterable[Fault], words: Mapping[str, Text]) -> RulebookError:
    """The error that names all faults at once."""
    found = sorted(set_of(faults), key=lambda fault: (fault.file, fault.line, fault.key))
    told: dict[str, str] = {
        lang: "\n".join([say(words, lang, "pack.count", count=len(found)), *(f.told(words, lang) for f in found)]) for lang in LANGUAGES
    }
    return RulebookError(told["zh"], told)


def set_of(faults: Iterable[Fault]) -> list[Fault]:
    """The faults without those said twice."""
    seen: set[tuple[object, ...]] = set()
    kept = []
    for fault in faults:
        mark = (fault.file, fault.line, fault.key, fault.code, str(sorted(fault.values.items(), key=str)))
        if mark not in seen:
            seen.add(mark)
            kept.append(fault)
    return kept


class Lines:
    """Where the cards of a pack and their keys stand in the text. Lines are counted from 1."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._cards = [number for number, line in enumerate(self._lines, start=1) if re.match(r"\s*\[\[\s*rule\s*\]\]", line)]

    def of(self, card: int, key: str = "") -> int:
        """The line of the ``card``-th card (0-based), or of a key such as ``messages.larger`` or ``params`` within it."""
        if card >= len(self._cards):
            return 1
        first = self._cards[card]
        last = self._cards[card + 1] - 1 if card + 1 < len(self._cards) else len(self._lines)
        for depth in range(key.count(".") + 1):  # the innermost name that is written out, else the one around it
            name = re.escape(key.split(".")[-1 - depth].partition("[")[0]) if key else ""
            for number in range(first, last + 1):
                line = self._lines[number - 1]
                if name and re.match(rf'\s*(?:\[+[\w."-]*\b{name}\]+|"?{name}"?\s*[.=])', line):
                    return number
        return first
