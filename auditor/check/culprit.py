"""Which cell is wrong: the smallest correction that makes all equations hold (error localisation, Fellegi and Holt 1976).

Equations that fail and share a cell belong together. For each such group: one cell; then patterns that are one slip (two
cells exchanged, a row or column moved by one place); then two cells, which may settle several groups at once (a count
booked in the wrong column). All explanations of the smallest kind are kept; only a single one is certain. Where several
explain the tables equally, what stands outside them (:mod:`auditor.check.witnesses`) decides or puts them in order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from auditor.check.blanks import Analysis, Standing
from auditor.check.evidence import show
from auditor.check.witnesses import Witness
from auditor.model.finding import Candidate, Culprit
from auditor.model.report import Fact, Report

IdentityId = tuple[str, str]
Change = Mapping[str, Decimal]
"""New values by cell."""

_ZERO = Decimal(0)
_KINDS = ("blank", "transposed", "digit", "swapped", "shifted_row", "shifted_column", "repeated_row", "offset", "value")
_MOST_CANDIDATES = 12
_NODES = 20_000


@dataclass(frozen=True, slots=True)
class Cause:
    """Failing equations with one explanation; ``culprit`` is ``None`` when no small correction settles them."""

    identities: frozenset[IdentityId]
    culprit: Culprit | None


def find_causes(analysis: Analysis, report: Report, witnesses: Sequence[Witness] = ()) -> tuple[Cause, ...]:
    """The causes behind all failing equations of a report, each with its candidates."""
    facts = {str(fact.key): fact for fact in report.facts}
    causes = _blanks_to_fill(analysis, facts)
    system = _System([standing for standing in analysis.standings if standing.state in ("holds", "fails")], facts, analysis.derived)
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
        settled, found = system.wider(group, unsolved)
        unsolved = [other for other in unsolved if not other <= settled]
        parts = _independent(system, settled, found[0], facts, witnesses) if len(found) == 1 else ()
        causes += parts or [Cause(settled, _culprit(found, facts, witnesses))]
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


class _System:
    """The equations that can be evaluated, with residuals left − right and the cells that stand in them."""

    def __init__(self, standings: Sequence[Standing], facts: Mapping[str, Fact], derived: Mapping[str, Decimal]) -> None:
        self.residuals: dict[IdentityId, Decimal] = {s.identity.id: s.left - s.right for s in standings}
        self._cells: dict[IdentityId, tuple[str, ...]] = {s.identity.id: s.identity.keys for s in standings}
        self._signs: dict[str, list[tuple[IdentityId, int]]] = {}
        self.values: dict[str, Decimal] = {}
        self._blank = {key for key, fact in facts.items() if fact.value is None}
        for standing in standings:
            identity = standing.identity
            for sign, keys in ((1, identity.left), (-1, identity.right)):
                for key in keys:
                    self._signs.setdefault(key, []).append((identity.id, sign))
                    value = facts[key].value
                    self.values[key] = value if value is not None else derived.get(key, _ZERO)
        # Lines are looked at in printed order, which is that of the facts.
        self.values = {key: self.values[key] for key in facts if key in self.values}
        self._failing = [name for name, value in self.residuals.items() if value != 0]

    def groups(self) -> list[frozenset[IdentityId]]:
        """Failing equations that share a cell, together, in the order of the rules."""
        left = list(self._failing)
        found = []
        while left:
            group, cells = {left.pop(0)}, set()
            grown = True
            while grown:
                cells = {cell for name in group for cell in self._cells[name]}
                more = [name for name in left if cells & set(self._cells[name])]
                left = [name for name in left if name not in more]
                group |= set(more)
                grown = bool(more)
            found.append(frozenset(group))
        return found

    def touched(self, key: str) -> frozenset[IdentityId]:
        """The equations a cell stands in."""
        return frozenset(name for name, _ in self._signs.get(key, ()))

    def singles(self, group: frozenset[IdentityId]) -> list[Change]:
        """All single cells whose correction makes every equation of the group hold and no other fail."""
        first = min(group)
        found: list[Change] = []
        for key in self._cells[first]:
            change = self._correction(first, key, self.residuals)
            if change is not None and self._after({key: change}, group):
                found.append({key: change})
        return found

    def wider(self, group: frozenset[IdentityId], others: Sequence[frozenset[IdentityId]]) -> tuple[frozenset[IdentityId], list[Change]]:
        """The smallest correction of several cells for this group, perhaps with other groups; which equations it settles."""
        everything = group.union(*others) if others else group
        slips = self._patterns(everything) or (self._patterns(group) if others else [])
        budget = [_NODES]
        found = slips
        for depth in (2, 3):
            if found and any(len(change) > 2 for change in found):
                break  # a whole line moved by one place: no two cells say that
            found = _without_copies([*found, *self._search(dict(self.residuals), {}, group, depth, budget)])
            if found or budget[0] <= 0:
                break
        if not found:
            return group, []
        most = max(len(self._settled(change)) for change in found)
        best = [change for change in found if len(self._settled(change)) == most]
        settled = self._settled(best[0])
        return settled | group, [change for change in best if self._settled(change) == settled]

    def _settled(self, change: Change) -> frozenset[IdentityId]:
        return frozenset(name for key in change for name in self.touched(key) if self.residuals[name] != 0)

    def _correction(self, name: IdentityId, key: str, residuals: Mapping[IdentityId, Decimal]) -> Decimal | None:
        """The value of ``key`` that makes one equation hold; ``None`` where no count fits."""
        sign = sum(sign for other, sign in self._signs[key] if other == name)
        if sign == 0:
            return None
        value = self.values[key] - residuals[name] / sign
        return value if value >= 0 and value == value.to_integral_value() else None

    def _after(self, change: Change, group: frozenset[IdentityId]) -> bool:
        """Whether the change settles the group completely and breaks nothing."""
        residuals = self._changed(change)
        touched = {name for key in change for name in self.touched(key)}
        return all(residuals.get(name, self.residuals[name]) == 0 for name in group | touched)

    def _changed(self, change: Change) -> dict[IdentityId, Decimal]:
        moved: dict[IdentityId, Decimal] = {}
        for key, value in change.items():
            for name, sign in self._signs.get(key, ()):
                moved[name] = moved.get(name, self.residuals[name]) + sign * (value - self.values[key])
        return moved

    def _search(
        self, residuals: dict[IdentityId, Decimal], change: dict[str, Decimal], group: frozenset[IdentityId], depth: int, budget: list[int]
    ) -> list[Change]:
        """All corrections of at most ``depth`` cells that settle the group and break nothing."""
        wanted = group | {name for key in change for name in self.touched(key)}
        failing = sorted(name for name in wanted if residuals[name] != 0)
        if not failing:
            return [change] if change else []
        if depth == 0 or budget[0] <= 0:
            return []
        found: list[Change] = []
        seen: set[frozenset[tuple[str, Decimal]]] = set()
        for key in self._cells[failing[0]]:
            budget[0] -= 1
            value = None if key in change else self._correction(failing[0], key, residuals)
            if value is None:
                continue
            after = dict(residuals)
            for name, sign in self._signs[key]:
                after[name] += sign * (value - self.values[key])
            for solution in self._search(after, {**change, key: value}, group, depth - 1, budget):
                mark = frozenset(solution.items())
                if mark not in seen:
                    seen.add(mark)
                    found.append(solution)
        return found

    def _patterns(self, group: frozenset[IdentityId]) -> list[Change]:
        """One slip over several cells: two cells exchanged, a row or column moved by one place."""
        cells = sorted({cell for name in group for cell in self._cells[name]})
        return self._swaps(cells, group) or self._shifts(cells, group) or self._repeated(cells, group)

    def _swaps(self, cells: Sequence[str], group: frozenset[IdentityId]) -> list[Change]:
        first = min(group)
        found: list[Change] = []
        for one in self._cells[first]:
            for two in cells:
                if one == two or self.values[one] == self.values[two] or not _neighbours(one, two):
                    continue
                change = {one: self.values[two], two: self.values[one]}
                if self._after(change, group):
                    found.append(change)
        return _without_copies(found)

    def _shifts(self, cells: Sequence[str], group: frozenset[IdentityId]) -> list[Change]:
        """At least two numbers of a line stand one place too far, the place they should begin at being empty."""
        found: list[Change] = []
        for line in _lines(self.values, cells):
            for keys in (line, line[::-1]):
                numbers = [self.values[key] for key in keys]
                for first in range(len(keys) - 2):
                    if numbers[first] != 0 or numbers[first + 1] == 0:
                        continue
                    for last in range(first + 2, len(keys)):
                        if numbers[last] == 0:
                            continue
                        moved = [*numbers[first + 1 : last + 1], _ZERO]
                        old = zip(keys[first : last + 1], numbers[first : last + 1], moved, strict=True)
                        change = {key: new for key, printed, new in old if printed != new}
                        if self._after(change, group):
                            found.append(change)
        return _without_copies(found)

    def _repeated(self, cells: Sequence[str], group: frozenset[IdentityId]) -> list[Change]:
        """One of two neighbouring rows with the same numbers is a copy: what the columns leave for it also adds up."""
        found: list[Change] = []
        wanted = set(cells)
        for upper, lower in pairwise(_lines(self.values, list(self.values), both=False)):
            if [self.values[key] for key in upper] != [self.values[key] for key in lower]:
                continue
            for row in (upper, lower):
                change: dict[str, Decimal] = {}
                for key in row if wanted & set(row) else ():
                    name = next((name for name in sorted(self.touched(key)) if name in group and name[1] == key.split(".")[2]), None)
                    value = None if name is None else self._correction(name, key, self.residuals)
                    if value is not None:
                        change[key] = value
                if len(change) > 1 and self._after(change, group):
                    found.append(change)
        return _without_copies(found)


def _without_copies(changes: Iterable[Change]) -> list[Change]:
    return [dict(mark) for mark in dict.fromkeys(tuple(sorted(change.items())) for change in changes)]


def _neighbours(one: str, two: str) -> bool:
    """Cells of one row, one column or one flat table: what a writer exchanges by mistake."""
    first, second = one.split("."), two.split(".")
    return first[0] == second[0] and (len(first) == 2 or first[1] == second[1] or first[2] == second[2])


def _lines(values: Mapping[str, Decimal], cells: Sequence[str], both: bool = True) -> list[list[str]]:
    """Rows (and columns, if ``both``) of table 3 that hold any of these cells, in printed order."""
    rows: dict[str, list[str]] = {}
    columns: dict[str, list[str]] = {}
    for key in values:
        parts = key.split(".")
        if len(parts) == 3:
            rows.setdefault(parts[1], []).append(key)
            columns.setdefault(parts[2], []).append(key)
    wanted = set(cells)
    return [line for line in (*rows.values(), *(columns.values() if both else ())) if wanted & set(line)]


def _independent(
    system: _System, settled: frozenset[IdentityId], change: Change, facts: Mapping[str, Fact], witnesses: Sequence[Witness]
) -> list[Cause]:
    """One correction of cells that share no equation is several causes, each with its own cell."""
    sets = {key: system.touched(key) for key in change}
    keys = sorted(change)
    if any(sets[a] & sets[b] for i, a in enumerate(keys) for b in keys[i + 1 :]) or _kind_of(system.values, change) == "swapped":
        return []
    return [Cause(frozenset(sets[key] & settled), _culprit([{key: change[key]}], facts, witnesses)) for key in keys]


def _culprit(changes: Sequence[Change], facts: Mapping[str, Fact], witnesses: Sequence[Witness]) -> Culprit | None:
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
    whole = weighed(Culprit(certain=len(found) == 1, candidates=tuple(found)), values, witnesses)
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
