"""C-08, C-09, C-16, C-17, C-18: numbers of the prose among themselves, and shares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby

import regex

from auditor.check.coded.c_numbers import needs_of
from auditor.check.context import NOT_APPLICABLE, PASS, Context, Hit, Outcome, fail, unknown
from auditor.check.narrative.patterns import found, patterns_of
from auditor.check.narrative.place import hit_at, name_of, plain
from auditor.check.narrative.readings import readings_of, row_value
from auditor.check.narrative.scope import said, standing, statements_of, told_apart
from auditor.check.narrative.statement import Statement

_REACH = 60
"""How many statements back a number may be that a later one is a part of."""


def shares(context: Context) -> Outcome:
    """C-08: every share of requests fits one admissible part and whole."""
    statements = statements_of(context.report, context.rulebook)
    hits: list[Hit] = []
    decided = undecided = 0
    for _sentence, group in groupby(said(context, "share"), key=lambda entry: (entry.passage, entry.sentence)):
        together = list(group)
        unit = _forced_unit(together)
        for share in together:
            if share.value is None or standing(context, share) == "no":
                continue
            printed = statements[share.part_of] if share.part_of is not None else None
            parts = _parts(context, share, printed)
            wholes = _wholes(context, statements, share, printed)
            if not parts or not wholes or min(parts) > max(wholes):  # the whole is something else
                undecided += share.topic == "requests" and printed is not None
            elif any(_fits(share, part, whole, unit) for part in parts for whole in wholes):
                decided += 1
            else:
                hits.append(_share_hit(context, share, printed, parts, wholes))
    if hits:
        return fail(*hits)
    if undecided:
        return unknown(needs_of(context))
    return PASS if decided else NOT_APPLICABLE


def _parts(context: Context, share: Statement, printed: Statement | None) -> list[Decimal]:
    values: list[Decimal] = []
    if printed is not None and printed.value is not None and printed.kind == "count":
        if printed.bound != "exact":
            return []
        values.append(printed.value)
    quantity = context.rulebook.narrative.quantity(share.quantity)
    if quantity is not None and (printed is None or printed.quantity == share.quantity):
        values += [reading.value for reading in readings_of(context, quantity) if reading.value is not None]
    return list(dict.fromkeys(values))


def _wholes(context: Context, statements: tuple[Statement, ...], share: Statement, printed: Statement | None) -> list[Decimal]:
    """Wholes printed in the sentence or list, and for requests the totals of table 3."""
    values: list[Decimal] = []
    parent = statements[printed.part_of] if printed is not None and printed.part_of is not None else None
    while parent is not None:
        if parent.value is not None and parent.bound != "exact":
            return []
        if parent.value is not None:
            values.append(parent.value)
        parent = statements[parent.part_of] if parent.part_of is not None else None
    if share.topic == "requests":
        values += [value for name in ("result_total", "new_received") if (value := row_value(context, name))]
        new, over = row_value(context, "new_received"), row_value(context, "carried_over")
        if new is not None and over is not None:
            values.append(new + over)
        if printed is None and not values:
            return []
    elif not values:
        return []
    # Any earlier number of the passage may be the whole that the sentence means.
    reference = printed if printed is not None else share
    values += [
        entry.value
        for entry in statements[max(0, reference.index - _REACH) : reference.index]
        if entry.kind == "count"
        and entry.passage == share.passage
        and entry.value
        and entry.unit == (printed.unit if printed is not None else entry.unit)
        and (printed is None or entry.value > (printed.value or 0))
        and (share.topic != "requests" or entry.quantity is None)
    ]
    return [value for value in dict.fromkeys(values) if value > 0]


def _forced_unit(group: Sequence[Statement]) -> bool:
    """Whether the shares of the sentence were made to add up to exactly 100."""
    return len(group) > 1 and sum((entry.value or Decimal(0) for entry in group), Decimal(0)) == 100


def _fits(share: Statement, part: Decimal, whole: Decimal, forced: bool) -> bool:
    if share.value is None:
        return True
    unit = Decimal(1).scaleb(-share.places)
    exact = part * 100 / whole
    if share.bound != "exact":
        return abs(exact - share.value) <= max(share.value / 10, unit)
    # Rounded half up or cut off; with one more unit where the list was made to add up to 100.
    allowed = unit * Decimal("1.5") if forced else unit / 2
    return abs(share.value - exact) <= allowed or (share.value <= exact < share.value + unit)


def _share_hit(context: Context, share: Statement, printed: Statement | None, parts: list[Decimal], wholes: list[Decimal]) -> Hit:
    places = share.places
    pairs = [(part, whole) for part in parts for whole in wholes]
    pairs = [(part, whole) for part, whole in pairs if part <= whole] or pairs
    results = [f"{plain(part)}/{plain(whole)} = {part * 100 / whole:.{places}f}%" for part, whole in pairs]
    expected = f"{pairs[0][0] * 100 / pairs[0][1]:.{places}f}%"
    quantity = context.rulebook.narrative.quantity(share.quantity)
    both = printed is not None and printed.part_of is not None and quantity is not None and bool(quantity.readings) and quantity.certain
    keys = ("t3.result_total.total", "t3.new_received.total", "t3.carried_over.total") if share.topic == "requests" else ()
    return hit_at(
        context,
        share,
        "share",
        values={"quantity": name_of(context, share.quantity), "expected": expected},
        severity="error" if both and share.bound == "exact" and standing(context, share) == "sure" else "warning",
        expected=expected if len(pairs) == 1 else None,
        calculation="; ".join(results[:6]) + f" ≠ {share.printed}",
        keys=keys,
        related=(printed,) if printed is not None else (),
        quantity=f"share.{share.quantity or 'other'}",
    )


def full_shares(context: Context) -> Outcome:
    """C-09: where the listed parts make the whole, their shares make 100."""
    statements = statements_of(context.report, context.rulebook)
    hits: list[Hit] = []
    seen = False
    for _sentence, group in groupby(said(context, "share"), key=lambda entry: (entry.passage, entry.sentence)):
        listed = [entry for entry in group if entry.value is not None and entry.part_of is not None]
        printed = [statements[entry.part_of] for entry in listed if entry.part_of is not None]
        if len(listed) < 2 or any(entry.value is None or entry.bound != "exact" for entry in printed):
            continue
        parent = statements[printed[0].part_of] if printed[0].part_of is not None else None
        whole = parent.value if parent is not None else row_value(context, "result_total") if listed[0].topic == "requests" else None
        if (
            whole is None
            or sum((entry.value or Decimal(0) for entry in printed), Decimal(0)) != whole
            or any(e.unit != printed[0].unit for e in printed)
        ):
            continue
        seen = True
        total = sum((entry.value or Decimal(0) for entry in listed), Decimal(0))
        unit = Decimal(1).scaleb(-min(entry.places for entry in listed))
        if abs(total - 100) > unit * len(listed) / 2:
            words = " + ".join(entry.printed for entry in listed)
            hits.append(
                hit_at(
                    context,
                    listed[-1],
                    "total",
                    values={"total": plain(total)},
                    severity="notice",
                    calculation=f"{words} = {plain(total)}% ≠ 100%",
                    quantity="shares",
                    related=tuple(listed[:-1]),
                )
            )
    return fail(*hits) if hits else PASS if seen else NOT_APPLICABLE


def parts_and_whole(context: Context) -> Outcome:
    """C-16: a 其中 list does not exceed its whole, and equals it where it ends with 其他."""
    statements = statements_of(context.report, context.rulebook)
    lists: dict[int, list[Statement]] = defaultdict(list)
    for entry in said(context):
        of_the_year = entry.year is None or context.report.year in (None, entry.year) or entry.year == statements[entry.part_of or 0].year
        if entry.part_of is not None and entry.value is not None and of_the_year:
            lists[entry.part_of].append(entry)
    hits = [hit for whole, parts in lists.items() if (hit := _part_hit(context, statements, statements[whole], parts)) is not None]
    return fail(*hits) if hits else PASS if lists else NOT_APPLICABLE


def _part_hit(context: Context, statements: tuple[Statement, ...], whole: Statement, parts: list[Statement]) -> Hit | None:
    siblings = [
        entry
        for entry in statements[max(0, whole.index - _REACH) : whole.index]
        if entry.passage == whole.passage and entry.sentence == whole.sentence and entry.part_of is None
    ]
    patterns = patterns_of(context.rulebook.narrative)
    words = context.rulebook.narrative
    if whole.value is None or whole.bound != "exact" or any(entry.bound != "exact" or entry.unit != whole.unit for entry in parts):
        return None
    families = {(entry.family if (entry := words.quantity(part.quantity)) is not None else "") for part in parts}
    family = words.quantity(whole.quantity)
    if len(families) != 1 or families & {"total", "closing"} or (family is not None and family.family == next(iter(families)) != ""):
        return None
    if next(iter(families)) == "outcome" and whole.quantity not in (None, "answered"):
        return None  # last year's requests are answered too: outcomes may exceed what came in
    if (
        next(iter(families)) == "intake"
        or len({part.passage for part in parts}) > 1
        or len({part.quantity for part in parts if part.quantity}) < len([p for p in parts if p.quantity])
    ):
        return None
    total = sum((part.value or Decimal(0) for part in parts), Decimal(0))
    overlapping = any(found(patterns.overlap, part.head) for part in (*parts, whole)) or next(iter(families)) == "channel"
    complete = len(parts) > 1 and (parts[-1].rest or parts[-1].exhaustive or parts[0].exhaustive) and families == {""}
    wrong = (total != whole.value) if complete and not overlapping else total > whole.value and (len(parts) > 1 and not overlapping)
    single = next((part for part in parts if (part.value or 0) > (whole.value or 0)), None)
    if not wrong and (single is None or overlapping):
        return None
    if any(entry.kind == "count" and entry.unit == whole.unit and (entry.value or 0) >= total for entry in siblings):
        return None  # 其中 may be about an earlier number of the sentence
    relation = "≠" if complete and not overlapping else ">"
    calculation = f"{' + '.join(plain(part.value) for part in parts)} = {plain(total)} {relation} {plain(whole.value)}"
    return hit_at(
        context,
        whole,
        "unequal" if relation == "≠" else "exceeds",
        values={"total": plain(total), "whole": whole.printed},
        severity="warning",
        calculation=calculation,
        quantity=f"parts.{whole.quantity or 'other'}",
        related=tuple(parts),
    )


def one_value(context: Context) -> Outcome:
    """C-17: the same quantity of the same year and body is not given twice with different numbers."""
    values: dict[tuple[str, ...], list[Statement]] = defaultdict(list)
    for entry in said(context):
        if (
            entry.value is not None
            and entry.bound == "exact"
            and standing(context, entry) == "sure"
            and entry.part_of is None
            and "as_of" not in entry.marks
        ):
            for key in _identity(context, entry):
                values[key].append(entry)
    hits = []
    for (quantity, *_rest), entries in values.items():
        first = entries[0]
        other = next((entry for entry in entries if entry.value != first.value and entry.span != first.span), None)
        if other is None or _both_admissible(context, quantity, first, other):
            continue
        if first.value is not None and other.value is not None and first.value - other.value in told_apart(context, other):
            continue  # received and, without those told apart, accepted
        explained = context.rulebook.narrative.quantity(quantity)
        hits.append(
            hit_at(
                context,
                other,
                "two_values",
                values={"quantity": name_of(context, quantity), "first": first.clause, "second": other.clause},
                severity="warning",
                calculation=f"{first.printed} ≠ {other.printed}",
                quantity=f"twice.{quantity}",
                related=(first,),
                explained_by=explained.rule if explained is not None and explained.rule != "none" else None,
            )
        )
    return fail(*hits) if hits else PASS if any(len(entries) > 1 for entries in values.values()) else NOT_APPLICABLE


_COLUMN_NAME = regex.compile(r"(\p{Han}{2,4})(?:栏目|专栏)")


def _identity(context: Context, entry: Statement) -> list[tuple[str, ...]]:
    quantity = context.rulebook.narrative.quantity(entry.quantity)
    if quantity is None or (not quantity.certain and quantity.key != "published" and quantity.rule == "none"):
        return []
    scope = (str(entry.year or ""), entry.unit)
    if quantity.key == "published":
        # The same column named twice counts as the same quantity, whatever stands around its name.
        match = _COLUMN_NAME.search(entry.head)
        return [("published", match[1][-4:], *scope[1:])] if match else []
    if quantity.rule == "none" or not quantity.certain:
        return []
    return [(quantity.key, scope[1])]


def _both_admissible(context: Context, key: str, first: Statement, second: Statement) -> bool:
    quantity = context.rulebook.narrative.quantity(key)
    if quantity is None or not quantity.readings:
        return False
    values = {reading.value for reading in readings_of(context, quantity)}
    return first.value in values and second.value in values


def narrative_balance(context: Context) -> Outcome:
    """C-18: the four numbers of one paragraph balance."""
    by_passage: dict[int, dict[str, list[Statement]]] = defaultdict(lambda: defaultdict(list))
    for entry in said(context):
        if entry.value is not None and entry.bound == "exact" and standing(context, entry) != "no":
            name = "received" if entry.quantity in ("received", "new_received") else entry.quantity
            if name in ("received", "carried_over", "answered", "carried_forward"):
                by_passage[entry.passage][name].append(entry)
    hits, seen = [], False
    for named in by_passage.values():
        if len(named) < 4 or any(len({entry.value for entry in entries}) > 1 for entries in named.values()):
            continue
        if len({entries[0].subject for entries in named.values()} - {"none"}) > 1:
            continue
        received, over, answered, forward = (
            named[key][0].value or Decimal(0) for key in ("received", "carried_over", "answered", "carried_forward")
        )
        seen = True
        # 受理 may hold what was carried over, 答复 what is carried forward.
        if any(left == right for left in (received + over, received) for right in (answered + forward, answered)):
            continue
        first = named["received"][0]
        left = f"{plain(received)} + {plain(over)} = {plain(received + over)}"
        keys = tuple(f"t3.{row}.total" for row in ("new_received", "carried_over", "result_total", "carried_forward"))
        explained = (
            "T3-01"
            if all(context.cells.printed(key) == value for key, value in zip(keys, (received, over, answered, forward), strict=True))
            else None
        )
        hits.append(
            hit_at(
                context,
                first,
                "balance",
                severity="warning",
                quantity="balance",
                calculation=f"{left} ≠ {plain(answered)} + {plain(forward)} = {plain(answered + forward)}",
                related=tuple(named[key][0] for key in ("carried_over", "answered", "carried_forward")),
                keys=keys if explained else (),
                explained_by=explained,
            )
        )
    return fail(*hits) if hits else PASS if seen else NOT_APPLICABLE
