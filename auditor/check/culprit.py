"""Which cell is wrong: the smallest correction that makes all equations hold (error localisation, Fellegi and Holt 1976).

Equations that fail and share a cell belong together. For each such group: one cell; then patterns that are one slip (two
cells exchanged, a row or column moved by one place); then two cells, which may settle several groups at once (a count
booked in the wrong column). All explanations of the smallest kind are kept; only a single one is certain. Where several
explain the tables equally, what stands outside them (:mod:`auditor.check.witnesses`) decides or puts them in order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from msgspec import Struct

from auditor.check.blanks import Analysis
from auditor.check.corrections import Change, IdentityId, System
from auditor.check.evidence import show
from auditor.check.witnesses import Witness
from auditor.model.finding import Candidate, Culprit
from auditor.model.report import Fact, Report

_ZERO = Decimal(0)
_KINDS = ("blank", "transposed", "digit", "swapped", "shifted_row", "shifted_column", "repeated_row", "offset", "value")
_MOST_CANDIDATES = 12


class Cause(Struct, frozen=True):
    """Failing equations with one explanation; ``culprit`` is ``None`` when no small correction settles them."""

    identities: frozenset[IdentityId]
    culprit: Culprit | None


def find_causes(analysis: Analysis, report: Report, witnesses: Sequence[Witness] = ()) -> tuple[Cause, ...]:
    """The causes behind all failing equations of a report, each with its candidates."""
    facts = {str(fact.key): fact for fact in report.facts}
    causes = _blanks_to_fill(analysis, facts)
    system = System([standing for standing in analysis.standings if standing.state in ("holds", "fails")], facts, analysis.derived)
    groups = system.groups()
    unsolved: list[frozenset[IdentityId]] = []
    for group in groups:
        single = system.singles(group)
        if single:
            causes.append(Cause(group, _culprit(single, facts, witnesses)))
        else:
            unsolved.append(group)
    while unsolved:
        group = unsolved.pop(0)
        settled, found, sure = system.wider(group, unsolved)
        unsolved = [other for other in unsolved if not other <= settled]
        parts = _independent(system, settled, found[0], facts, witnesses) if sure and len(found) == 1 else ()
        causes += parts or [Cause(settled, _culprit(found, facts, witnesses, sure))]
    return tuple(causes)


def _blanks_to_fill(analysis: Analysis, facts: Mapping[str, Fact]) -> list[Cause]:
    """Equations that hold once the same blanks are filled."""
    open_ones = [standing for standing in analysis.standings if standing.state == "fill"]
    causes = []
    while open_ones:
        group, keys = [open_ones.pop(0)], set()
        grown = True
        while grown:
            keys = {key for standing in group for key in standing.forced}
            more = [standing for standing in open_ones if keys & set(standing.forced)]
            open_ones = [standing for standing in open_ones if standing not in more]
            group += more
            grown = bool(more)
        values = {key: value for standing in group for key, value in standing.forced.items()}
        first, *rest = sorted(values)
        others = tuple((key, facts[key].raw, show(values[key])) for key in rest)
        candidate = Candidate(key=first, printed=facts[first].raw, likely=show(values[first]), kind="blank", others=others)
        ids = frozenset(standing.identity.id for standing in group)
        causes.append(Cause(ids, Culprit(certain=True, candidates=(candidate,))))
    return causes


def _independent(
    system: System, settled: frozenset[IdentityId], change: Change, facts: Mapping[str, Fact], witnesses: Sequence[Witness]
) -> list[Cause]:
    """One correction of cells that share no equation is several causes, each with its own cell."""
    sets = {key: system.touched(key) for key in change}
    keys = sorted(change)
    if any(sets[a] & sets[b] for i, a in enumerate(keys) for b in keys[i + 1 :]) or _kind_of(system.values, change) == "swapped":
        return []
    return [Cause(frozenset(sets[key] & settled), _culprit([{key: change[key]}], facts, witnesses)) for key in keys]


def _culprit(changes: Sequence[Change], facts: Mapping[str, Fact], witnesses: Sequence[Witness], sure: bool = True) -> Culprit | None:
    """The candidates best first; certain only when there is one, or when all others leave something else to explain."""
    if not changes:
        return None
    values = printed_values(facts)
    found = []
    for change in changes:
        blank = any(facts[key].value is None for key in change)
        kind = "blank" if blank else _kind_of(values, change)
        first, *rest = sorted(change)
        others = tuple((key, facts[key].raw, show(change[key])) for key in rest)
        found.append(Candidate(key=first, printed=facts[first].raw, likely=show(change[first]), kind=kind, others=others))
    found.sort(key=lambda candidate: (_KINDS.index(candidate.kind), not candidate.key.endswith("total"), candidate.key))
    whole = weighed(Culprit(certain=sure and len(found) == 1, candidates=tuple(found)), values, witnesses, complete=sure)
    return Culprit(certain=whole.certain, candidates=whole.candidates[:_MOST_CANDIDATES])


def one_of(facts: Sequence[Fact], likely: Sequence[Decimal]) -> tuple[Candidate, ...]:
    """One candidate a cell for an equation that stands alone, slips of the hand first; values no count can have are left out."""
    found = []
    for fact, value in zip(facts, likely, strict=True):
        if value >= 0 and value == value.to_integral_value():
            kind = "blank" if fact.value is None else _slip(fact.value, value)
            found.append(Candidate(key=fact.key, printed=fact.raw, likely=show(value), kind=kind))
    return tuple(sorted(found, key=lambda candidate: _KINDS.index(candidate.kind)))


def printed_values(facts: Mapping[str, Fact]) -> dict[str, Decimal]:
    """All cells as numbers, blanks as 0."""
    return {key: fact.value if fact.value is not None else _ZERO for key, fact in facts.items()}


def corrected(candidate: Candidate) -> dict[str, Decimal]:
    """The new values a candidate stands for."""
    return {candidate.key: Decimal(candidate.likely)} | {key: Decimal(likely) for key, _, likely in candidate.others}


def reweighed(culprit: Culprit, values: Mapping[str, Decimal], witnesses: Sequence[Witness]) -> Culprit:
    """A culprit found before, weighed with more witnesses."""
    return weighed(culprit, values, witnesses, complete=len(culprit.candidates) < _MOST_CANDIDATES)


def weighed(culprit: Culprit, values: Mapping[str, Decimal], witnesses: Sequence[Witness], complete: bool = True) -> Culprit:
    """The candidates in the order of what they leave unexplained outside the tables.

    Certainty is gained where one agrees with every sure witness and each other contradicts one, and lost where a sure
    witness agrees with the printed number only. ``complete``: no candidate was cut off.
    """
    changes = [corrected(candidate) for candidate in culprit.candidates]
    touched = {key for change in changes for key in change}
    concerned = [witness for witness in witnesses if touched & witness.keys]
    if not concerned:
        return culprit
    wrong: list[tuple[int, int]] = []
    for change in changes:
        against = [witness.sure for witness in concerned if not witness.agrees({**values, **change})]
        wrong.append((sum(against), len(against)))
    order = sorted(range(len(changes)), key=lambda number: wrong[number])
    best, *others = order
    if others and complete and wrong[best][0] == 0 and all(wrong[number][0] > 0 for number in others):
        return Culprit(certain=True, candidates=(culprit.candidates[best],))
    denied = any(w.sure and w.agrees(values) and not w.agrees({**values, **changes[best]}) for w in concerned)
    return Culprit(certain=culprit.certain and not denied, candidates=tuple(culprit.candidates[number] for number in order))


def _kind_of(values: Mapping[str, Decimal], change: Change) -> str:
    if len(change) == 1:
        ((key, value),) = change.items()
        return _slip(values[key], value)
    if len(change) == 2:
        one, two = change
        if change[one] == values[two] and change[two] == values[one]:
            return "swapped"
        return "offset" if change[one] - values[one] == values[two] - change[two] else "value"
    if any(len(key.split(".")) != 3 for key in change):
        return "value"
    if len({key.split(".")[2] for key in change}) == 1:
        return "shifted_column" if _moved(values, change) else "value"
    if len({key.split(".")[1] for key in change}) == 1:
        return "shifted_row" if _moved(values, change) else "repeated_row"
    return "value"


def _moved(values: Mapping[str, Decimal], change: Change) -> bool:
    """Whether the new numbers are the old ones at other places."""
    return sorted(value for value in change.values() if value) == sorted(values[key] for key in change if values[key])


def _slip(printed: Decimal, likely: Decimal) -> str:
    """How one number became another: two digits exchanged, one digit wrong, dropped or doubled, else another value."""
    old, new = show(printed), show(likely)
    if len(old) == len(new):
        wrong = [index for index, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
        if len(wrong) == 2 and wrong[1] == wrong[0] + 1 and old[wrong[0]] == new[wrong[1]] and old[wrong[1]] == new[wrong[0]]:
            return "transposed"
        return "digit" if len(wrong) == 1 and len(old) > 1 else "value"
    longer, shorter = (old, new) if len(old) > len(new) else (new, old)
    dropped = len(longer) == len(shorter) + 1 and any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))
    return "digit" if dropped else "value"
