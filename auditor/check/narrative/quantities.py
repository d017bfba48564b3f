"""What a number counts: its topic and events looked up among the quantities."""

from __future__ import annotations

from msgspec import Struct

from auditor.check.narrative.lexicon import once_for_words
from auditor.model.narrative import NarrativeWords, Quantity

_OUTCOMES = frozenset({"granted", "partial", "denied", "unable", "rejected", "other_outcome"})
_FILLING = frozenset({"answered", "public"})


class Named(Struct, frozen=True):
    """The quantity found; ``extra`` are the events that go beyond it and make the number a part; ``sums`` the several outcomes counted."""

    quantity: str | None
    extra: frozenset[str] = frozenset()
    sums: tuple[str, ...] = ()


_Means = dict[str, dict[frozenset[str], Quantity]]
_Asked = tuple[str | None, frozenset[str], bool, str]


@once_for_words
def _index(words: NarrativeWords) -> tuple[_Means, dict[_Asked, Named]]:
    """Quantities by topic and meaning, and what was asked already."""
    found: _Means = {}
    for quantity in words.quantities:
        for topic in quantity.topics:
            for means in quantity.means:
                found.setdefault(topic, {}).setdefault(frozenset(means.split()), quantity)
    return found, {}


def name_quantity(topic: str | None, says: frozenset[str], rest: bool, unit: str, words: NarrativeWords) -> Named:
    """The quantity whose ``means`` is exactly what is said, or the one that is a part of it."""
    quantities, asked = _index(words)
    question = (topic, says, rest, unit)
    if question not in asked:
        asked[question] = _named(quantities.get(topic or "", {}), says, rest, unit)
    return asked[question]


def _named(known: dict[frozenset[str], Quantity], says: frozenset[str], rest: bool, unit: str) -> Named:
    if rest and frozenset({"rest"}) in known and not says:
        says = frozenset({"rest"})
    exact = known.get(says)
    if exact is not None:
        return Named(exact.key) if _unit_fits(exact, unit) else Named(None)
    outcomes = says & _OUTCOMES
    if len(outcomes) > 1 and not says - outcomes - _FILLING:
        return Named("outcomes", sums=tuple(sorted(outcomes)))
    if "public" in says and not outcomes and any(_family(ground) == "denied" for ground in says):
        return Named(None, says)  # 公开行政执法案卷3件 is no refusal
    families = {_family(ground) for ground in says - outcomes - _FILLING}
    if len(outcomes) <= 1 and says - outcomes - _FILLING and len(families) == 1 and None not in families:
        family = next(iter(families))
        if not outcomes or next(iter(outcomes)) == family:
            return Named("grounds", sums=tuple(sorted(says - outcomes - _FILLING)))
    best: tuple[int, Quantity] | None = None
    for means, quantity in known.items():
        if means < says and _unit_fits(quantity, unit) and (best is None or len(means) > best[0]):
            best = (len(means), quantity)
    if best is None:
        return Named(None, says)
    used = max((means for means, quantity in known.items() if quantity is best[1] and means < says), key=len)
    return Named(best[1].key, says - used)


def _family(ground: str) -> str | None:
    head = ground.partition("_")[0]
    return head if head in ("denied", "unable", "rejected") and "_" in ground else None


def _unit_fits(quantity: Quantity, unit: str) -> bool:
    return not quantity.units or unit in quantity.units
