"""Corrections of a few cells that make all equations hold: the search behind :mod:`auditor.check.culprit`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from msgspec import Struct

from auditor.check.blanks import Standing
from auditor.model.report import Fact

IdentityId = tuple[str, str]
Change = Mapping[str, Decimal]
"""New values by cell."""

_ZERO = Decimal(0)
_NODES = 8_000


class _Try(Struct, frozen=True):
    """Cells corrected so far, and what the equations then lack."""

    residuals: Mapping[IdentityId, Decimal]
    change: dict[str, Decimal]


class System:
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
        self._most = max((len(signs) for signs in self._signs.values()), default=0)
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

    def wider(
        self, group: frozenset[IdentityId], others: Sequence[frozenset[IdentityId]]
    ) -> tuple[frozenset[IdentityId], list[Change], bool]:
        """The smallest correction of several cells for this group, perhaps with other groups; which equations it settles.

        The last part says whether a single correction may be called certain: one slip of the hand or two cells, all of them tried.
        """
        everything = group.union(*others) if others else group
        found = self._patterns(everything) or (self._patterns(group) if others else [])
        budget = [_NODES]
        if not any(len(change) > 2 for change in found):  # a whole line moved by one place: no two cells say that
            found = without_copies([*found, *self._search(_Try(self.residuals, {}), group, 2, budget)])
            if not found and budget[0] > 0:
                found = without_copies(self._search(_Try(self.residuals, {}), group, 3, budget))
        if not found:
            return group, [], False
        most = max(len(self._settled(change)) for change in found)
        best = [change for change in found if len(self._settled(change)) == most]
        settled = self._settled(best[0])
        return settled | group, [change for change in best if self._settled(change) == settled], budget[0] > 0

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

    def _search(self, start: _Try, group: frozenset[IdentityId], depth: int, budget: list[int]) -> list[Change]:
        """All corrections of at most ``depth`` cells that settle the group and break nothing.

        Every failing equation is begun with: where two wrong cells share one, only the others tell how much each is wrong.
        """
        found: dict[frozenset[tuple[str, Decimal]], Change] = {}
        seen: set[frozenset[tuple[str, Decimal]]] = set()
        open_ones = [start]
        while open_ones:
            this = open_ones.pop()
            wanted = group.union(*(self.touched(key) for key in this.change))
            failing = sorted(name for name in wanted if this.residuals[name] != 0)
            left = depth - len(this.change)
            if not failing:
                found[frozenset(this.change.items())] = this.change
            if not failing or len(failing) > left * self._most:
                continue
            keys = set(self._cells[failing[0]]).intersection(*(self._cells[name] for name in failing)) if left == 1 else None
            for name in failing if left > 1 else failing[:1]:
                for key in self._cells[name] if keys is None else sorted(keys):
                    value = None if key in this.change else self._correction(name, key, this.residuals)
                    mark = frozenset({*this.change.items(), (key, value or _ZERO)})
                    if value is None or mark in seen:
                        continue
                    budget[0] -= 1
                    if budget[0] <= 0:
                        return list(found.values())
                    seen.add(mark)
                    after = dict(this.residuals)
                    for other, sign in self._signs[key]:
                        after[other] += sign * (value - self.values[key])
                    open_ones.append(_Try(after, {**this.change, key: value}))
        return list(found.values())

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
        return without_copies(found)

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
        return without_copies(found)

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
        return without_copies(found)


def without_copies(changes: Iterable[Change]) -> list[Change]:
    """The changes in order, each once."""
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
