"""Growth statements and last year's figures as quoted: what the rules over two years (C-10, D-10) need from the prose."""

from __future__ import annotations

from decimal import Decimal

from msgspec import structs
from msgspec.structs import replace

from auditor.check.context import NOT_APPLICABLE, PASS, Cells, Context, Hit, Outcome, unknown
from auditor.check.narrative.place import hit_at, name_of, plain
from auditor.check.narrative.readings import readings_of
from auditor.check.narrative.scope import standing, statements_of
from auditor.check.narrative.statement import Statement
from auditor.model.report import Report
from auditor.model.rulebook import Rulebook

_RATIOS = ("%", "倍")


def growth_statements(report: Report, rulebook: Rulebook) -> tuple[Statement, ...]:
    """Statements such as 同比增长12% with the quantity they are about; ``direction`` 1, −1, 0 (the same)."""
    return tuple(entry for entry in statements_of(report, rulebook) if entry.kind == "growth" and entry.quantity is not None)


def quoted_last_year(report: Report, rulebook: Rulebook) -> tuple[Statement, ...]:
    """Counts that are said to be last year's (去年收到…, N−1年答复…), for comparison with last year's report."""
    counts = (entry for entry in statements_of(report, rulebook) if entry.kind == "count" and entry.quantity is not None)
    return tuple(entry for entry in counts if entry.period == "last" and not entry.restricted)


def printed_pair(statements: tuple[Statement, ...], growth: Statement) -> tuple[list[Statement], Statement | None]:
    """The numbers a growth can be from and to, both printed in its sentence: this year's (several may fit) and the earlier one."""
    beside = [
        entry
        for entry in statements[max(0, growth.index - 8) : growth.index + 4]
        if (entry.passage, entry.sentence) == (growth.passage, growth.sentence)
        and entry.kind == "count"
        and entry.value
        and entry.bound == "exact"
    ]
    before = [entry for entry in beside if entry.index < growth.index and entry.period == "last"]
    if not before:  # 增长20%（上年200件）
        before = [
            entry
            for entry in beside
            if entry.index == growth.index + 1 and entry.period == "last" and entry.topic == growth.topic and entry.says <= growth.says
        ]
    if not before or before[-1].index < growth.index - 3:
        return [], None
    base = before[-1]
    now = [
        entry
        for entry in beside
        if entry.unit == base.unit
        and entry.period in ("", "this")
        and not entry.base
        and (entry.index < growth.index or entry.index == growth.index + 1)
    ]
    earlier = [entry for entry in now if entry.index < growth.index and (entry.topic == base.topic or base.base or entry.topic is None)]
    following = [entry for entry in now if entry.index > growth.index]
    return (earlier[-1:] or following[:1]) + (following[:1] if earlier else []), base


def _from_difference(statements: tuple[Statement, ...], growth: Statement) -> tuple[list[Statement], Statement | None]:
    """新收240件，同比减少80件，降幅25%: this year's number and the earlier one, which is told by their difference."""
    if growth.index < 2 or growth.unit != "%":
        return [], None
    now, difference = statements[growth.index - 2], statements[growth.index - 1]
    if (difference.passage, difference.sentence) != (growth.passage, growth.sentence) or now.sentence != growth.sentence:
        return [], None
    plainly = now.kind == "count" and difference.kind == "growth" and now.unit == difference.unit and now.passage == growth.passage
    if not plainly or now.bound != "exact" or difference.bound != "exact" or not now.value or not difference.value or now.period == "last":
        return [], None
    if difference.direction == 0 or difference.direction != growth.direction or now.base:
        return [], None
    return [now], replace(
        now,
        value=now.value - difference.direction * difference.value,
        printed=plain(now.value - difference.direction * difference.value) + now.unit,
    )


def printed_growth(context: Context) -> list[Hit]:
    """Growth that does not fit the two numbers printed in its sentence."""
    statements = statements_of(context.report, context.rulebook)
    hits: list[Hit] = []
    for entry in statements:
        if entry.kind != "growth" or entry.value is None or entry.unit == "百分点":
            continue
        now, base = printed_pair(statements, entry)
        if base is None:
            now, base = _from_difference(statements, entry)
        if not now or base is None or base.value is None or (entry.unit not in _RATIOS and entry.unit != base.unit):
            continue  # 增配1名 is no growth of 160件
        then = base.value
        if any(_agrees(entry, number.value, then) for number in now if number.value is not None):
            continue
        x = now[0].value or Decimal(0)
        expected, change = _expected(entry, x, then)
        hits.append(
            hit_at(
                context,
                entry,
                "printed",
                values={"expected": expected, "now": now[0].printed, "then": base.printed},
                severity="warning",
                expected=expected,
                calculation=f"{change} ≠ {entry.printed}",
                quantity=f"growth.{entry.quantity or 'other'}",
                related=(now[0], base),
            )
        )
    return hits


def check_growth(context: Context, previous: Report, cells: Cells) -> Outcome:
    """C-10: growth statements against this year's tables and ``previous`` (the same agency's report for N−1) with its ``cells``.

    Reported only when no reading fits: a warning, an error when even the direction is wrong in every reading. Growth whose two numbers
    are printed beside it is held against these.
    """
    before = replace(context, report=previous, cells=cells)
    statements = statements_of(context.report, context.rulebook)
    printed = bool(printed_growth(context))  # reported with the report itself
    hits: list[Hit] = []
    decided = undecided = 0
    for entry in growth_statements(context.report, context.rulebook):
        plainly = structs.replace(entry, period="" if entry.period in ("last", "this") else entry.period, year=context.report.year)
        if entry.value is None or entry.unit == "百分点" or standing(context, plainly) not in ("sure", "doubtful") or entry.applicants:
            continue
        if printed_pair(statements, entry)[1] is not None:
            continue
        quantity = context.rulebook.narrative.quantity(entry.quantity)
        if quantity is None or not quantity.readings:
            continue
        now_readings = {reading.formula: reading for reading in readings_of(context, quantity) if not reading.derived}
        then_readings = {reading.formula: reading for reading in readings_of(before, quantity) if not reading.derived}
        pairs = [(now_readings[f].value, then_readings[f].value, now_readings[f].keys) for f in now_readings if f in then_readings]
        known = [(x, y, keys) for x, y, keys in pairs if x is not None and y is not None and y != 0]
        if not known:
            undecided += any(x is None or y is None for x, y, _ in pairs)
            continue
        if any(_agrees(entry, x, y) for x, y, _ in known):
            decided += 1
            continue
        x, y, keys = known[0]
        wrong_sign = all((x - y) * entry.direction < 0 for x, y, _ in known)
        expected, change = _expected(entry, x, y)
        hits.append(
            hit_at(
                context,
                entry,
                "direction" if wrong_sign else "amount",
                values={"quantity": name_of(context, quantity.key), "expected": expected},
                severity="error" if wrong_sign and quantity.certain else "warning",
                expected=expected if len(known) == 1 else None,
                calculation=f"{change} ≠ {entry.printed}",
                keys=keys,
                quantity=f"growth.{quantity.key}",
            )
        )
    if hits or printed:
        return Outcome(verdict="fail", hits=tuple(hits))
    if undecided:
        return unknown(context.say("needs.table", table=context.say("table.t3")))
    return PASS if decided else NOT_APPLICABLE


def _expected(entry: Statement, now: Decimal, then: Decimal) -> tuple[str, str]:
    """What a growth from one number to another should be printed as, and the calculation before it: 40件 or 20.0%, as it is told.

    A sign stands only where the growth is told in the other direction.
    """
    by = now - then
    told = abs(by) if by * entry.direction > 0 else by
    if entry.unit in _RATIOS:
        places = f".{max(entry.places, 1)}f"
        return f"{told * 100 / then:{places}}%", f"({plain(now)} − {plain(then)}) / {plain(then)} = {by * 100 / then:{places}}%"
    return f"{plain(told)}{entry.unit}", f"{plain(now)} − {plain(then)} = {plain(by)}"


def _agrees(entry: Statement, now: Decimal, then: Decimal) -> bool:
    value = entry.value or Decimal(0)
    if entry.direction == 0 and entry.unit != "倍":
        return now == then
    if (now - then) * entry.direction < 0:
        return False
    if entry.unit == "%":
        exact = abs(now - then) * 100 / then
        unit = Decimal(1).scaleb(-entry.places)
        loose = entry.bound != "exact"
        return abs(exact - value) <= (max(value / 10, unit) if loose else unit / 2) or value <= exact < value + unit
    if entry.unit == "倍":
        tolerance = Decimal("0.5").scaleb(-entry.places) if entry.bound == "exact" else max(value / 10, Decimal("0.5"))
        ratio = now / then
        return abs(ratio - value) <= tolerance or abs(ratio - 1 - value) <= tolerance
    return abs(now - then) == value if entry.bound == "exact" else abs(abs(now - then) - value) * 10 <= value * 2
