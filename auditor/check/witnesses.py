"""What speaks for a value from outside the tables' own equations: numbers of the prose, last year's report, the reports summed up.

A witness weighs less than an equation of the tables. It never makes a culprit; it tells which of several explanations
that are equally good for the tables leaves nothing else to explain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from msgspec import Struct

from auditor.check.context import Cells, Context
from auditor.check.narrative.place import place_of
from auditor.check.narrative.readings import terms_of
from auditor.check.narrative.scope import standing, statements_of
from auditor.model.source import Location

Terms = tuple[tuple[int, str], ...]
"""A sum over cells: sign and key."""

_ZERO = Decimal(0)
_PEOPLE = "人次"


class Witness(Struct, frozen=True):
    """One of the sums in ``readings`` should be ``value``. ``rule`` is the rule that reports it when none is, at ``location``."""

    rule: str
    value: Decimal
    readings: tuple[Terms, ...]
    location: Location | None = None

    @property
    def sure(self) -> bool:
        """Whether it can only be read in one way."""
        return len(self.readings) == 1

    @property
    def keys(self) -> frozenset[str]:
        """All cells it speaks of."""
        return frozenset(key for terms in self.readings for _, key in terms)

    def agrees(self, values: Mapping[str, Decimal]) -> bool:
        """Whether it holds with these values (absent: 0)."""
        return any(sum((sign * values.get(key, _ZERO) for sign, key in terms), _ZERO) == self.value for terms in self.readings)


def told(context: Context) -> tuple[Witness, ...]:
    """The exact numbers of the prose that are surely about this report's tables, with their admissible readings."""
    statements = statements_of(context.report, context.rulebook)
    found = []
    for statement in statements:
        quantity = context.rulebook.narrative.quantity(statement.quantity) if statement.kind == "count" else None
        if quantity is None or not quantity.certain or statement.value is None or statement.bound != "exact" or statement.unit == _PEOPLE:
            continue
        if quantity.layouts or quantity.range or statement.applicants or standing(context, statement) != "sure":
            continue
        readings = tuple(terms for formula in quantity.readings if (terms := terms_of(context, formula, quantity.columns)))
        if readings and len(readings) == len(quantity.readings):
            found.append(Witness(quantity.rule, statement.value, readings, place_of(context, statement)))
    return tuple(found)


def carried_from(before: Cells, columns: Iterable[str]) -> tuple[Witness, ...]:
    """What last year carried forward is this year's opening stock, column by column (D-01, D-02)."""
    found = []
    for column in columns:
        value = before.bz(f"t3.carried_forward.{column}")
        if value is not None and not before.doubtful(f"t3.carried_forward.{column}"):
            found.append(Witness("D-01" if column == "total" else "D-02", value, (((1, f"t3.carried_over.{column}"),),)))
    return tuple(found)


def summed(children: Iterable[Cells], keys: Iterable[str], rule: str) -> tuple[Witness, ...]:
    """What the reports of all subordinates add up to, cell by cell (E-01, E-02)."""
    reports = tuple(children)
    found = []
    for key in keys:
        values = [cells.bz(key) for cells in reports]
        if reports and not any(value is None or cells.doubtful(key) for value, cells in zip(values, reports, strict=True)):
            found.append(Witness(rule, sum((value for value in values if value is not None), _ZERO), (((1, key),),)))
    return tuple(found)
