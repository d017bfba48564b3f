"""Whose report the prose belongs to: its name in the forms the prose uses, and its year."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

from auditor.model.report import Report
from auditor.text.patterns import regex_pattern

_REGION = regex_pattern(r"^(?:\p{Han}{1,7}?(?:自治区|自治州|自治县|省|市|县|区|旗|州|盟))+")
_SUBORDINATE = regex_pattern(r"下属|所属|各|直属|其他|有关|相关|分局$")
_SHORTEST = 3


class Publisher(Struct, frozen=True):
    """``name`` as the title has it, ``kind`` of agency, ``year`` of the report."""

    name: str = ""
    kind: str = "unknown"
    year: int | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The name in full and without its region, where that is still a name."""
        bare = _REGION.sub("", self.name)
        return tuple(name for name in dict.fromkeys((self.name, bare)) if len(name) > _SHORTEST)

    def period(self, year: int) -> str:
        """How a year stands to the report's: ``this``, ``last``, ``next`` or ``other``; ``this`` when the report's is not known."""
        if self.year is None or year == self.year:
            return "this"
        return {1: "next", -1: "last"}.get(year - self.year, "other")

    def body(self, words: str) -> str:
        """Whose number a named body's is: ``own``, ``sub`` or ``other``."""
        return _body(self, words)

    def is_short(self, words: str) -> bool:
        """Whether words such as 县局 are short for this publisher: its level and the end of its name."""
        bare = _REGION.sub("", self.name)
        region = self.name.removesuffix(bare)
        return len(words) == 2 and bool(region) and (region[-1], bare[-1:]) == (words[0], words[1])

    def is_own(self, words: str) -> bool:
        """Whether words end with a name of this publisher: in full, without its region, or shortened (人社局, 发改委)."""
        if not self.name:
            return False
        bare = _REGION.sub("", self.name) or self.name
        for start in range(len(words)):
            tail = words[start:]
            if len(tail) < _SHORTEST:
                break
            plain = _REGION.sub("", tail) if tail != self.name else tail
            for name in (self.name, bare):
                if tail == name or tail.removesuffix("办事处") == name or tail == name + "人民政府" or tail + "人民政府" == name:
                    return True
                if plain and len(plain) >= _SHORTEST and _shortens(plain.removesuffix("办事处") or plain, bare):
                    return True
        return False


@lru_cache(maxsize=2048)
def _body(publisher: Publisher, words: str) -> str:
    if words[:1] in ("我", "本"):
        return "own"
    if _SUBORDINATE.search(words):
        return "sub"
    return "own" if publisher.is_own(words) else "other"


def _shortens(short: str, name: str) -> bool:
    """Whether a name holds all characters of its short form in order, from its first to its last (民政局; 发改委 of 发展和改革委员会)."""
    ends = {short[-1], {"委": "会", "办": "室"}.get(short[-1], short[-1])}
    if short[0] != name[:1] or name[-1:] not in ends:
        return False
    at = 0
    for char in short:
        found = name.find(char, at)
        if found < 0:
            return False
        at = found + 1
    return True


def publisher_of(report: Report) -> Publisher:
    """The publisher of a report."""
    return Publisher(report.agency or "", report.agency_kind, report.year)
