"""Names of agencies: normalised, compared, matched to a roster. A fuzzy match is said to be one and never certain."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from msgspec import Struct
from rapidfuzz import fuzz, process

from auditor.season.roster import Agency, Roster, roster_words
from auditor.text.chars import squeeze
from auditor.text.patterns import re_pattern

How = Literal["exact", "former", "normalised", "fuzzy", "none"]

_BRACKETS = re_pattern(r"\([^()]*\)|[·•\-—,.、:;\"']")
_FUZZY = 88.0
_MARGIN = 4.0


class Match(Struct, frozen=True):
    """An agency of the roster and how it was found; ``certain`` for all ways but the fuzzy one."""

    agency: Agency | None
    how: How

    @property
    def certain(self) -> bool:
        """Whether a finding may rest on the match."""
        return self.how in ("exact", "former", "normalised")


@lru_cache(maxsize=20_000)
def normalise(name: str) -> str:
    """A name without spaces, brackets, points and forms that vary (人民政府 / 政府)."""
    words = roster_words()["names"]
    text = _BRACKETS.sub("", squeeze(name))
    for prefix in words["prefixes"]:
        text = text.removeprefix(prefix)
    for long, short in words["same"]:
        text = text.replace(long, short)
    return text


def names_a_place(name: str) -> bool:
    """Whether a name says where the agency is; 财政局 alone does not, nor does 市场监督管理局, whose 市 is no city."""
    words = roster_words()["names"]
    for other in words["no_places"]:
        name = name.replace(other, "")
    return any(word in name for word in words["places"])


def same_body(one: str, other: str) -> bool:
    """Whether two names are one body, or a government and its own office, which publish the same text."""

    def bare(name: str) -> str:
        text = normalise(name)
        for ending in roster_words()["names"]["office_endings"]:
            if text.endswith("政府" + ending):
                return text.removesuffix(ending)
        return text

    return bare(one) == bare(other)


class Matcher:
    """Matches printed names to the agencies of a roster: exact, former name, normalised, then fuzzy."""

    def __init__(self, roster: Roster) -> None:
        self._exact = _index((squeeze(agency.name), agency) for agency in roster.agencies)
        self._former = _index((squeeze(name), agency) for agency in roster.agencies for name in agency.former_names)
        every = [(normalise(name), agency) for agency in roster.agencies for name in (agency.name, *agency.former_names)]
        self._normal = _index(every)
        self._names = sorted(self._normal)

    def match(self, name: str | None, year: int | None = None) -> Match:
        """The agency of a printed name. Of several with one name the one that existed in the year is taken."""
        if not name:
            return Match(None, "none")
        steps: tuple[tuple[How, dict[str, list[Agency]], str], ...] = (
            ("exact", self._exact, squeeze(name)),
            ("former", self._former, squeeze(name)),
            ("normalised", self._normal, normalise(name)),
        )
        for how, index, wanted in steps:
            found = index.get(wanted, [])
            if year is not None and len(found) > 1:
                found = [agency for agency in found if agency.exists_in(year)] or found
            if len({agency.line for agency in found}) == 1:
                return Match(found[0], how)
        return self._fuzzy(normalise(name))

    def _fuzzy(self, wanted: str) -> Match:
        endings = {agency.line: agency for name in self._names if name.endswith(wanted) for agency in self._normal[name]}
        if len(wanted) >= 3 and len(endings) == 1:
            return Match(next(iter(endings.values())), "fuzzy")
        best = process.extract(wanted, self._names, scorer=fuzz.ratio, limit=2, score_cutoff=_FUZZY)
        if best and (len(best) == 1 or best[0][1] - best[1][1] >= _MARGIN):
            return Match(self._normal[best[0][0]][0], "fuzzy")
        return Match(None, "none")


def _index(pairs: Iterable[tuple[str, Agency]]) -> dict[str, list[Agency]]:
    index: dict[str, list[Agency]] = {}
    for name, agency in pairs:
        index.setdefault(name, []).append(agency)
    return index
