"""The table side: what a quantity of the prose may be in the tables, as numbers with the cells they come from."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from auditor.check.context import Context
from auditor.check.narrative.statement import Statement
from auditor.model.narrative import Quantity
from auditor.text.patterns import regex_pattern

_TERM = regex_pattern(r"([+-]?)\s*([a-z0-9_.]+)")
_SHORT = 2


class Reading(Struct, frozen=True):
    """One admissible reading: its value, the cells behind it and the sum in words. ``value`` is ``None`` when undetermined."""

    formula: str
    value: Decimal | None
    keys: tuple[str, ...]
    words: str
    derived: bool = False


def readings_of(context: Context, quantity: Quantity, columns: tuple[str, ...] | None = None) -> tuple[Reading, ...]:
    """All admissible readings, the main one first; a total that contradicts its columns is admitted in both values."""
    found: list[Reading] = []
    if is_statistical(context):
        readings = (_evaluate(context, formula, ("",), False) for formula in quantity.stat)
        return tuple(reading for reading in readings if reading is not None)
    for formula in quantity.readings:
        for derived in (False, True):
            reading = _evaluate(context, formula, columns or quantity.columns, derived)
            if reading is not None and not any(other.value == reading.value and other.formula == formula for other in found):
                found.append(reading)
    return tuple(found)


def is_statistical(context: Context) -> bool:
    """Whether the report has the statistical table of 2014–2018 instead of tables 2 to 4."""
    return context.format is not None and context.format.has("st") and "t3" not in context.report.layouts


def terms_of(context: Context, formula: str, columns: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    """A formula as signs and cells; empty where the report lacks one of them."""
    table = context.rulebook.table("t3", context.report.layouts.get("t3"))
    found: list[tuple[int, str]] = []
    for sign, name in _TERM.findall(formula):
        rows = table.sums.get(name, (name,)) if table is not None else (name,)
        keys = [name] if "." in name else [f"t3.{row}.{column}" for row in rows for column in columns]
        if any(key not in context.cells for key in keys):
            return ()
        found += [(-1 if sign == "-" else 1, key) for key in keys]
    return tuple(found)


def row_value(context: Context, row: str, column: str = "total", derived: bool = False) -> Decimal | None:
    """A row (or named sum of rows) of table 3; a blank 总计 is replaced by the sum of its applicants (T3-06)."""
    return _row(context, row, column, derived)[0]


def _evaluate(context: Context, formula: str, columns: tuple[str, ...], derived: bool) -> Reading | None:
    total: Decimal | None = Decimal(0)
    keys: list[str] = []
    terms: list[tuple[str, str, Decimal | None]] = []
    for sign, name in _TERM.findall(formula):
        for column in columns if "." not in name else ("",):
            value, used = _cell(context, name) if "." in name else _row(context, name, column, derived)
            if not used:
                return None
            keys += used
            total = None if total is None or value is None else total + (-value if sign == "-" else value)
            shown = context.label(used[0]) if len(used) == 1 else _sum_label(context, name, used)
            terms.append((sign, shown, value))
    return Reading(formula, total, tuple(dict.fromkeys(keys)), _added_up(terms), derived)


def _added_up(terms: list[tuple[str, str, Decimal | None]]) -> str:
    """The sum in words; of a long one the zeros are left out."""
    shown = [term for term in terms if len(terms) <= _SHORT or term[2] != 0] or terms[:1]
    words = [("− " if sign == "-" else "+ ") + f"{label} {value if value is not None else '?'}" for sign, label, value in shown]
    return " ".join(words).removeprefix("+ ")


def _sum_label(context: Context, name: str, used: tuple[str, ...]) -> str:
    table = context.format.table("t3") if context.format is not None else None
    if table is None:
        return name
    first = next((row for row in table.rows if row.key == used[0].split(".")[1]), None)
    group = next((group for group in table.groups if first is not None and group.key == first.group), None)
    if group is None or name not in table.sums:
        return context.label(used[0])
    return context.say("language.row", table=context.say(f"table.{table.id}"), row=context.pick(group.label, group.en))


def _cell(context: Context, key: str) -> tuple[Decimal | None, tuple[str, ...]]:
    if key not in context.cells:
        return None, ()
    return context.cells.bz(key), (key,)


def _row(context: Context, row: str, column: str, derived: bool) -> tuple[Decimal | None, tuple[str, ...]]:
    table = context.rulebook.table("t3", context.report.layouts.get("t3"))
    if table is not None and row in table.sums:
        return _sum(context, table.sums[row], column, derived)
    key = f"t3.{row}.{column}"
    if key not in context.cells:
        return None, ()
    parts = context.analysis.totals.get(key, ())
    printed = context.cells.printed(key)
    # A blank 总计 beside filled applicant cells is never zero: the applicants are added up instead.
    if parts and (derived or printed is None):
        values = [context.cells.printed(part) for part in parts]
        if any(value is not None for value in values):
            total = sum((value for value in values if value is not None), Decimal(0))
            if printed is None and (total > 0 or context.cells.is_blank(key)):
                return total, (key, *(part for part, value in zip(parts, values, strict=True) if value))
            if (
                derived
                and total > 0
                and all(value is not None or context.cells.is_blank(part) for part, value in zip(parts, values, strict=True))
            ):
                return total, (key,)
    return context.cells.bz(key), (key,)


def _sum(context: Context, rows: tuple[str, ...], column: str, derived: bool) -> tuple[Decimal | None, tuple[str, ...]]:
    total: Decimal | None = Decimal(0)
    keys: list[str] = []
    for row in rows:
        value, used = _row(context, row, column, derived)
        if not used:
            continue  # a row that is missing is A-10's matter
        keys += used
        total = None if total is None or value is None else total + value
    return (total if keys else None), tuple(keys)


def matches(statement: Statement, value: Decimal) -> bool:
    """Whether a number of the prose can stand for ``value``: exactly, or within 10 % and the printed order where approximate."""
    printed = statement.value
    if printed is None or printed == value:
        return True
    if statement.unit == "元":
        exponent = value.as_tuple().exponent
        half = Decimal(5000) * (Decimal(10) ** exponent if isinstance(exponent, int) and exponent < 0 else 1)
        return abs(printed - value * 10000) <= max(half, abs(printed) / 200)
    if statement.bound == "exact":
        return False
    step = Decimal(1)
    while printed and printed % (step * 10) == 0:
        step *= 10
    if abs(value - printed) * 10 <= printed:
        return True
    if statement.bound == "over":
        return printed <= value < printed + step
    if statement.bound == "under":
        return printed - step < value <= printed
    return abs(value - printed) < step
