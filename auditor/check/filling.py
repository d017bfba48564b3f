"""Exact solving of equations for blank cells: Σ coefficient·x = constant over integers x ≥ 0.

First propagation (a sum of blanks that is zero, a single blank left), then the simplex method on fractions with Bland's
rule, which never cycles. An infeasible relaxation proves that no filling exists. The equations of tables with rows and
columns are those of a network, where every corner of the relaxation is whole; should a corner not be whole (equations of
local packs), the answer is "undecided" and never an accusation.

Numbers are ``int`` as long as they are whole, which they nearly always are, and fractions only where a division leaves a rest:
the arithmetic is exact either way and some ten times faster.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Literal, TypeAlias

from msgspec import Struct, field

Number: TypeAlias = int | Fraction

Equation = tuple[Mapping[str, int], Number]
"""Coefficients by unknown, and the constant on the other side."""

_RANGE_LIMIT = 80


class Filling(Struct, frozen=True):
    """``state``: ``none`` no filling exists; ``some`` at least one exists; ``undecided``. ``forced`` are the unknowns with one value."""

    state: Literal["none", "some", "undecided"]
    forced: Mapping[str, Number] = field(default_factory=dict)
    free: tuple[str, ...] = ()


def solve(equations: Sequence[Equation], want_forced: bool = True) -> Filling:
    """All fillings of the equations, summed up. ``want_forced`` also finds which unknowns can have one value only."""
    fixed, rest, consistent = _propagate(equations)
    if not consistent:
        return Filling("none")
    forced = dict(fixed)
    free: list[str] = []
    state: Literal["some", "undecided"] = "some"
    for part in _components(rest):
        tableau = _Tableau(part)
        if not tableau.feasible:
            return Filling("none")
        if not tableau.whole():
            state = "undecided"
            free += tableau.names
            continue
        if not want_forced or len(tableau.names) > _RANGE_LIMIT:
            free += tableau.names
            continue
        for name in tableau.names:
            low, high = tableau.extreme(name, -1), tableau.extreme(name, 1)
            if low is not None and low == high and low.denominator == 1:
                forced[name] = low
            else:
                free.append(name)
    return Filling(state, forced, tuple(sorted(free)))


def _propagate(equations: Sequence[Equation]) -> tuple[dict[str, Number], list[Equation], bool]:
    fixed: dict[str, Number] = {}
    rest: list[Equation] = list(equations)
    changed = True
    while changed:
        changed = False
        kept: list[Equation] = []
        for coefficients, constant in rest:
            left = {name: factor for name, factor in coefficients.items() if name not in fixed}
            value = _whole(constant) - sum((factor * fixed[name] for name, factor in coefficients.items() if name in fixed), 0)
            positive = all(factor > 0 for factor in left.values())
            negative = all(factor < 0 for factor in left.values())
            if not left:
                if value != 0:
                    return fixed, [], False
                changed = True
            elif (positive and value < 0) or (negative and value > 0):
                return fixed, [], False
            elif value == 0 and (positive or negative):
                fixed.update(dict.fromkeys(left, 0))
                changed = True
            elif len(left) == 1:
                ((name, factor),) = left.items()
                found = _divided(value, factor)
                if found < 0 or found.denominator != 1:
                    return fixed, [], False
                fixed[name] = found
                changed = True
            else:
                kept.append((left, value))
        rest = kept
    return fixed, rest, True


def _components(equations: Sequence[Equation]) -> list[list[Equation]]:
    """Equations that share unknowns, together."""
    parts: list[tuple[set[str], list[Equation]]] = []
    for equation in equations:
        names, members = set(equation[0]), [equation]
        apart = []
        for other_names, other_members in parts:
            if names & other_names:
                names |= other_names
                members = other_members + members
            else:
                apart.append((other_names, other_members))
        parts = [*apart, (names, members)]
    return [members for _, members in parts]


class _Tableau:
    """A simplex tableau over fractions, brought to a feasible corner by artificial unknowns."""

    def __init__(self, equations: Sequence[Equation]) -> None:
        self.names = sorted({name for coefficients, _ in equations for name in coefficients})
        place = {name: index for index, name in enumerate(self.names)}
        width = len(self.names)
        count = len(equations)
        self._rows: list[list[Number]] = []
        for number, (coefficients, constant) in enumerate(equations):
            sign = -1 if constant < 0 else 1
            row: list[Number] = [0] * (width + count + 1)
            for name, factor in coefficients.items():
                row[place[name]] = factor * sign
            row[width + number] = 1
            row[-1] = _whole(constant) * sign
            self._rows.append(row)
        self._basis = list(range(width, width + count))
        self._width = width
        cost: list[Number] = [*[0] * width, *[1] * count]
        self.feasible = self._minimise(cost, width + count) == 0
        if self.feasible:
            self._drop_artificial()

    def whole(self) -> bool:
        """Whether the present corner is integral."""
        return all(row[-1].denominator == 1 for row in self._rows)

    def extreme(self, name: str, direction: int) -> Number | None:
        """The smallest (-1) or largest (1) value of one unknown; ``None`` when there is no bound."""
        cost: list[Number] = [0] * self._width
        cost[self.names.index(name)] = -direction
        found = self._minimise(cost, self._width)
        return None if found is None else -direction * found

    def _minimise(self, cost: list[Number], usable: int) -> Number | None:
        reduced: list[Number] = [*cost, *[0] * (len(self._rows[0]) - 1 - len(cost)), 0] if self._rows else [*cost, 0]
        for row, basic in zip(self._rows, self._basis, strict=True):
            factor = reduced[basic]
            if factor:
                reduced = [a - factor * b if b else a for a, b in zip(reduced, row, strict=True)]
        while True:
            entering = next((column for column in range(usable) if reduced[column] < 0), None)
            if entering is None:
                return -reduced[-1]
            leaving = self._ratio_test(entering)
            if leaving is None:
                return None
            self._pivot(leaving, entering)
            factor = reduced[entering]
            reduced = [a - factor * b if b else a for a, b in zip(reduced, self._rows[leaving], strict=True)]

    def _ratio_test(self, entering: int) -> int | None:
        best: tuple[Number, int, int] | None = None
        for number, row in enumerate(self._rows):
            if row[entering] > 0:
                entry = (_divided(row[-1], row[entering]), self._basis[number], number)
                best = entry if best is None or entry < best else best
        return None if best is None else best[2]

    def _pivot(self, number: int, column: int) -> None:
        factor = self._rows[number][column]
        pivot = [_divided(value, factor) for value in self._rows[number]] if factor != 1 else self._rows[number]
        self._rows[number] = pivot
        for other, row in enumerate(self._rows):
            if other != number and row[column]:
                share = row[column]
                self._rows[other] = [a - share * b if b else a for a, b in zip(row, pivot, strict=True)]
        self._basis[number] = column

    def _drop_artificial(self) -> None:
        for number in reversed(range(len(self._rows))):
            if self._basis[number] >= self._width:
                column = next((c for c in range(self._width) if self._rows[number][c]), None)
                if column is None:
                    del self._rows[number], self._basis[number]
                else:
                    self._pivot(number, column)
        self._rows = [[*row[: self._width], row[-1]] for row in self._rows]


def _whole(value: Number) -> Number:
    return value.numerator if value.denominator == 1 else value


def _divided(value: Number, factor: Number) -> Number:
    """The exact quotient, whole where it can be."""
    if factor == 1:
        return value
    return _whole(Fraction(value) / factor)
