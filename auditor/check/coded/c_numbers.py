"""C-01 … C-06, C-12, C-14, C-15: a number of the prose against every admissible reading of the tables."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from auditor.check.context import NOT_APPLICABLE, PASS, Context, Hit, Outcome, fail, unknown
from auditor.check.narrative.patterns import any_of, found
from auditor.check.narrative.place import hit_at, name_of, plain
from auditor.check.narrative.readings import Reading, matches, readings_of
from auditor.check.narrative.scope import Standing, part_is_comparable, said, standing, statements_of, told_apart
from auditor.check.narrative.statement import Statement
from auditor.model.narrative import Quantity
from auditor.model.report import Passage
from auditor.model.rule import Severity

_REMEDIES = frozenset({"review", "litigation", "remedies"})
_PEOPLE = frozenset({"人次"})
_REACH = 60
"""How many statements on a part may stand from its whole."""


def compare_numbers(context: Context) -> Outcome:
    """Every statement whose quantity names this rule; reported only when no reading fits and none is undetermined."""
    statements = statements_of(context.report, context.rulebook)
    compared = undecided = 0
    hits: list[Hit] = []
    for statement in said(context):
        quantity = _compared(context, statement)
        if quantity is None or statement.value is None:
            continue
        state = standing_of(context, statement)
        if state == "no" or not part_is_comparable(context, statement, statements):
            continue
        readings = readings_of(context, quantity)
        if any(reading.value is not None and matches(statement, reading.value) for reading in readings):
            compared += 1
        elif not readings or any(reading.value is None for reading in readings):
            undecided += 1
        elif (
            _wider(context, statement, statements, readings)
            or _told_apart(context, statement, quantity, readings)
            or _including(context, statement, statements, quantity, readings)
        ):
            continue
        else:
            hits.append(_hit(context, statement, quantity, readings, state))
    if hits:
        return fail(*hits)
    if undecided:
        return unknown(needs_of(context))
    return PASS if compared else NOT_APPLICABLE


def needs_of(context: Context) -> str:
    """What an undecided comparison needs: the figures of the tables the rule compares with."""
    tables = {"C-12": ("t4",), "C-13": ("t4",), "C-14": ("t2",), "C-15": ("t2",), "C-19": ("t2",), "C-21": ("t4",)}.get(
        context.rule.id, ("t3",)
    )
    return "; ".join(context.say("needs.table", table=context.say(f"table.{table}")) for table in tables)


def standing_of(context: Context, statement: Statement) -> Standing:
    """As :func:`standing`; reviews and suits count as doubtful where the passage is not about disclosure."""
    state = standing(context, statement)
    elsewhere = state == "sure" and statement.topic in _REMEDIES and statement.section != "s4_review_litigation"
    if elsewhere and statement.passage in _not_about_disclosure(context.report.passages, context.rulebook.narrative.disclosure):
        return "doubtful"
    return state


def _wider(context: Context, statement: Statement, statements: tuple[Statement, ...], readings: tuple[Reading, ...]) -> bool:
    """Whether the number is of more bodies than the tables: a part of it, said to be the body's own, is what the tables have."""
    own = any_of(context.rulebook.narrative.own_part)
    return any(
        (found(own, part.head) or _is_own(context, part))
        and any(reading.value is not None and matches(part, reading.value) for reading in readings)
        for part in statements[statement.index + 1 : statement.index + 1 + _REACH]
        if part.part_of == statement.index
    )


def _told_apart(context: Context, statement: Statement, quantity: Quantity, readings: tuple[Reading, ...]) -> bool:
    """Whether the sentence tells other requests apart: accepted or answered with them, they are what the table has."""
    if quantity.family not in ("total", "closing") or statement.value is None:
        return False
    wholes = [replace(statement, value=statement.value + apart) for apart in told_apart(context, statement)]
    return any(reading.value is not None and matches(whole, reading.value) for whole in wholes for reading in readings)


def _including(
    context: Context, statement: Statement, statements: tuple[Statement, ...], quantity: Quantity, readings: tuple[Reading, ...]
) -> bool:
    """Whether a result is said to include another one (予以公开9件（含部分公开1件）): without it, it is what the table has."""
    words = context.rulebook.narrative
    within = [
        part.value
        for part in statements[statement.index + 1 : statement.index + 1 + _REACH]
        if part.part_of == statement.index and part.quantity != statement.quantity and part.value
        if (named := words.quantity(part.quantity)) is not None and named.family == "outcome"
    ]
    if quantity.family != "outcome" or statement.value is None or not within:
        return False
    alone = replace(statement, value=statement.value - sum(within))
    return any(reading.value is not None and matches(alone, reading.value) for reading in readings)


def _is_own(context: Context, part: Statement) -> bool:
    """Whether the words before a part end as the agency's name does (其中管委会35件)."""
    return len(part.head) >= 3 and (context.report.agency or "").endswith(part.head[-3:])


@lru_cache(maxsize=8)
def _not_about_disclosure(passages: tuple[Passage, ...], words: tuple[str, ...]) -> frozenset[int]:
    pattern = any_of(words)
    return frozenset(passage.index for passage in passages if not found(pattern, "".join(passage.text.split())))


def _compared(context: Context, statement: Statement) -> Quantity | None:
    quantity = context.rulebook.narrative.quantity(statement.quantity)
    if quantity is None or quantity.rule != context.rule.id or statement.unit in _PEOPLE:
        return None
    table = quantity.readings[0].partition(".")[0] if quantity.readings and "." in quantity.readings[0] else "t3"
    if quantity.layouts and context.report.layouts.get(table) not in quantity.layouts:
        return None
    return quantity


def _hit(context: Context, statement: Statement, quantity: Quantity, readings: tuple[Reading, ...], state: Standing) -> Hit:
    sure = state == "sure" and quantity.certain and statement.bound == "exact"
    severity: Severity | None = None if sure or context.rule.severity != "error" else "warning"
    shown = tuple(reading for reading in readings if not reading.derived)  # what the table prints; column sums were tried too
    readings = shown or readings
    main = readings[0]
    distinct = list(dict.fromkeys(plain(reading.value) for reading in readings))
    calculation = "; ".join(_equation(reading, statement) for reading in _by_value(readings))
    message = "mismatch" if len(distinct) == 1 else "mismatch_any"
    if quantity.columns == ("total",) and _one_column(context, statement, quantity):
        message = "one_column" if "one_column" in context.rule.messages else message
    values = {"quantity": name_of(context, quantity.key), "expected": " / ".join(distinct), "calculation": calculation}
    keys = tuple(dict.fromkeys(key for reading in readings for key in reading.keys))
    return hit_at(
        context,
        statement,
        message,
        values=values,
        severity=severity,
        expected=distinct[0] if len(distinct) == 1 and _is_proved(context, keys) else None,
        calculation=calculation,
        keys=keys if len(keys) <= 16 else main.keys,
    )


def _is_proved(context: Context, keys: tuple[str, ...]) -> bool:
    """Whether the sums of the tables confirm every one of these cells: each stands in an equation that holds, none in one that fails."""
    confirmed: set[str] = set()
    doubted: set[str] = set()
    for equation in context.analysis.standings:
        (confirmed if equation.state == "holds" else doubted).update(equation.identity.keys)
    return bool(keys) and set(keys) <= confirmed - doubted


def _by_value(readings: tuple[Reading, ...]) -> list[Reading]:
    """The first reading of each value: others with the same value prove nothing more."""
    first: dict[str, Reading] = {}
    for reading in readings:
        first.setdefault(plain(reading.value), reading)
    return list(first.values())


def _equation(reading: Reading, statement: Statement) -> str:
    plainly = " + " not in reading.words and " − " not in reading.words
    return f"{reading.words} ≠ {statement.printed}" if plainly else f"{reading.words} = {plain(reading.value)} ≠ {statement.printed}"


def _one_column(context: Context, statement: Statement, quantity: Quantity) -> bool:
    """Whether the number of the prose is the natural-person cell of what it names: the commonest slip."""
    found_in = readings_of(context, quantity, ("natural_person",)) if quantity.key not in ("received", "answered") else ()
    return bool(statement.value) and any(reading.value == statement.value and "." not in reading.formula for reading in found_in)
