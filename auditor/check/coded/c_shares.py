"""C-08, C-09: shares and rates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from auditor.check.coded.c_numbers import needs_of
from auditor.check.context import NOT_APPLICABLE, PASS, Context, Hit, Outcome, fail, unknown
from auditor.check.narrative.compare import OUTCOME_ROWS, comparisons, quantity_readings
from auditor.check.narrative.place import hit_at, name_of, plain
from auditor.check.narrative.readings import row_value
from auditor.check.narrative.scope import other_period, other_subject, standing, statements_of
from auditor.check.narrative.statement import Statement
from auditor.text.patterns import regex_pattern

_NEAR = 8
"""How many statements back a share may repeat the words of a number."""
_REACH = 60
"""How many statements back a number may be that a later one is a part of."""
_REMEDY_TOTALS = {"review": ("review",), "litigation": ("direct", "after_review"), "remedies": ("review", "direct", "after_review")}


def shares(context: Context) -> Outcome:
    """C-08: every share fits one admissible part and whole, printed or in the tables."""
    statements = statements_of(context.report, context.rulebook)
    hits: list[Hit] = []
    decided = undecided = 0
    for group in _groups(context):
        unit = _forced_unit(group)
        for share in group:
            elsewhere = other_period(share) or other_subject(context.report, share)
            if share.value is None or (elsewhere and share.share_in is None):
                continue  # a share that names its part and its whole is arithmetic, whenever it was
            printed = statements[share.part_of] if share.part_of is not None else None
            parts = _parts(context, share, printed)
            wholes = _wholes(context, statements, share, printed)
            if printed is None and not (parts and wholes):
                parts, wholes = _repeated(context, statements, share)
            if (
                not parts or not wholes or min(parts) > max(wholes) or _of_another(statements, share, printed)
            ):  # the whole is something else
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


def _of_another(statements: tuple[Statement, ...], share: Statement, printed: Statement | None) -> bool:
    """Whether a number of the same unit that was not read as a count stands between a share and the number it was given to."""
    between = statements[printed.index + 1 : share.index] if printed is not None else ()
    return printed is not None and any(entry.kind == "growth" and entry.unit == printed.unit for entry in between)


def _groups(context: Context) -> Iterator[list[Statement]]:
    """Shares and rates of one sentence together."""
    both = (entry for entry in statements_of(context.report, context.rulebook) if entry.kind in ("share", "rate"))
    for _sentence, group in groupby(both, key=lambda entry: (entry.passage, entry.sentence)):
        yield list(group)


def share_is_decided(context: Context, share: Statement) -> bool:
    """Whether a share can be held against numbers of the tables or the text."""
    statements = statements_of(context.report, context.rulebook)
    printed = statements[share.part_of] if share.part_of is not None else None
    parts = _parts(context, share, printed)
    wholes = _wholes(context, statements, share, printed)
    return bool(parts and wholes and min(parts) <= max(wholes))


def _parts(context: Context, share: Statement, printed: Statement | None) -> list[Decimal]:
    if printed is not None:
        if (
            share.kind == "rate"
            or share.unknown
            or printed.value is None
            or printed.kind != "count"
            or printed.bound != "exact"
            or not printed.counts
        ):
            return []
        values = [printed.value]
        values += [
            reading.value
            for found in comparisons(context)
            if found.statement.index == printed.index and found.state == "compared"
            for reading in found.readings
            if reading.value is not None
        ]
        return list(dict.fromkeys(values))
    if standing(context, share) not in ("sure", "doubtful") or share.quantity is None or not (share.says or share.applicants):
        return []
    if share.quantity in ("answered", "handled", "received", "requests") and not share.applicants:
        if any(feature[:2] == "a:" for feature in share.around):
            return []  # 办结自然人申请206件，办结率94.9%: of theirs
        if "closed" not in share.grammar or share.value == 100:
            return []
        over, forward, new = (row_value(context, row) for row in ("carried_over", "carried_forward", "new_received"))
        closed = row_value(context, "result_total")
        if over is None or forward is None or new is None or closed is None:
            return []
        return list(dict.fromkeys([closed, closed - over, new - forward]))
    return [reading.value for reading in quantity_readings(context, share) if reading.value is not None]


def _repeated(context: Context, statements: tuple[Statement, ...], share: Statement) -> tuple[list[Decimal], list[Decimal]]:
    """按时办结970件，按时办结率97%: the number of its sentence whose words a share repeats, and the numbers it can be a part of."""
    known = context.rulebook.narrative
    words = share.clause.split(share.printed)[0] if share.printed else ""
    match = regex_pattern(known.share_words).search(words) if words in share.head else None
    if match is None or share.value is None or (any(feature[:2] == "a:" for feature in share.around) and not share.applicants):
        return [], []
    name = words[: match.start()]
    before = [
        entry
        for entry in statements[max(0, share.index - _NEAR) : share.index]
        if (entry.passage, entry.sentence) == (share.passage, share.sentence) and entry.kind == "count" and not entry.base
    ]
    named = [entry for entry in before if name and name in entry.clause]
    if name in known.plain_words or len(named) != 1 or any(entry.value is None or entry.bound != "exact" for entry in before):
        return [], []
    part = named[0]
    others = [entry.value for entry in before if entry.unit == part.unit and entry.index != part.index and entry.value]
    larger = [value for value in others if part.value is not None and value > part.value]
    less = [value - other for value in larger for other in others if part.value is not None and value - other >= part.value]
    return ([part.value] if part.value else []), list(dict.fromkeys([*larger, *less]))


def _wholes(context: Context, statements: tuple[Statement, ...], share: Statement, printed: Statement | None) -> list[Decimal]:
    """Wholes printed in the sentence or list, and the totals of the tables."""
    if share.share_in is not None:
        whole = statements[share.share_in]
        return [whole.value] if whole.value and whole.bound == "exact" else []
    values: list[Decimal] = []
    parent = statements[printed.part_of] if printed is not None and printed.part_of is not None else None
    while parent is not None:
        if parent.value is not None and parent.bound != "exact":
            return []
        if parent.value is not None:
            values.append(parent.value)
        parent = statements[parent.part_of] if parent.part_of is not None else None
    if share.share_of:
        rows = [row_value(context, OUTCOME_ROWS[name]) for name in sorted(share.share_of)]
        known = [value for value in rows if value is not None]
        values += [sum(known, Decimal(0))] if len(known) == len(rows) else []
    elif share.share_topic in _REMEDY_TOTALS:
        values += _remedy_totals(context, share.share_topic)
    elif share.topic == "requests":
        values += [value for name in ("result_total", "new_received") if (value := row_value(context, name))]
        new, over = row_value(context, "new_received"), row_value(context, "carried_over")
        if new is not None and over is not None:
            values.append(new + over)
    elif share.topic in _REMEDY_TOTALS:
        values += _remedy_totals(context, share.topic)
    if not values:
        return []
    # Any earlier number of the passage may be the whole that the sentence means.
    if printed is not None and not share.share_of:
        values += [
            entry.value
            for entry in statements[max(0, printed.index - _REACH) : printed.index]
            if entry.kind == "count"
            and entry.passage == share.passage
            and entry.value
            and entry.unit == printed.unit
            and entry.value > (printed.value or 0)
        ]
    return [value for value in dict.fromkeys(values) if value > 0]


def _remedy_totals(context: Context, topic: str) -> list[Decimal]:
    blocks = _REMEDY_TOTALS[topic]
    found: list[Decimal] = []
    for chosen in {blocks, *((block,) for block in blocks)}:
        total = context.cells.total([f"t4.{block}_total" for block in chosen])
        pending = context.cells.total([f"t4.{block}_pending" for block in chosen])
        if total is not None and pending is not None:
            found += [total, total - pending]
    return sorted(set(found), reverse=True)


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
    places = max(share.places, 0)
    pairs = [(part, whole) for part in parts for whole in wholes]
    pairs = [(part, whole) for part, whole in pairs if part <= whole] or pairs
    results = [f"{plain(part)}/{plain(whole)} = {part * 100 / whole:.{places}f}%" for part, whole in pairs]
    expected = f"{pairs[0][0] * 100 / pairs[0][1]:.{places}f}%"
    both = printed is not None and printed.part_of is not None and not printed.restricted and printed.quantity is not None
    keys: tuple[str, ...] = ("t3.result_total.total", "t3.new_received.total", "t3.carried_over.total") if share.topic == "requests" else ()
    if share.topic in _REMEDY_TOTALS:
        keys = tuple(f"t4.{block}_total" for block in _REMEDY_TOTALS[share.topic])
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
    """C-09: the shares of a closed list make 100: parts that make the whole, or a list that ends with the rest."""
    statements = statements_of(context.report, context.rulebook)
    hits: list[Hit] = []
    seen = False
    for group in _groups(context):
        for listed in _closed_lists(context, group, statements):
            seen = True
            total = sum((entry.value or Decimal(0) for entry in listed), Decimal(0))
            unit = Decimal(1).scaleb(-min(entry.places for entry in listed))
            if abs(total - 100) > unit * len(listed):
                words = " + ".join(entry.printed for entry in listed)
                hits.append(
                    hit_at(
                        context,
                        listed[-1],
                        "total",
                        values={"total": plain(total), "sum": words},
                        severity="warning",
                        calculation=f"{words} = {plain(total)}% ≠ 100%",
                        quantity="shares",
                        related=tuple(listed[:-1]),
                    )
                )
    return fail(*hits) if hits else PASS if seen else NOT_APPLICABLE


def _closed_lists(context: Context, group: list[Statement], statements: tuple[Statement, ...]) -> Iterator[list[Statement]]:
    def part_of(entry: Statement) -> Statement | None:
        return statements[entry.part_of] if entry.part_of is not None else None

    listed: list[Statement] = []
    for entry in group:
        if "viewed" in entry.grammar:
            listed = []  # 网上占90%；从内容看，60%属…: another division
        if entry.kind != "share":
            continue
        printed = part_of(entry)
        if entry.grammar & {"divided", "of_which"} or (printed is not None and printed.grammar & {"divided"}):
            listed = []
        listed.append(entry)
        ends = entry.rest or (printed is not None and printed.rest)
        if ends and len(listed) > 2 and all(share.value is not None and share.bound == "exact" for share in listed):
            yield listed
            listed = []
    counted = [
        (entry, part) for entry in group if entry.kind == "share" and (part := part_of(entry)) is not None and entry.value is not None
    ]
    if len(counted) < 2 or any(part.value is None or part.bound != "exact" or part.unit != counted[0][1].unit for _, part in counted):
        return
    parent = part_of(counted[0][1])
    whole = parent.value if parent is not None else row_value(context, "result_total") if counted[0][0].topic == "requests" else None
    if (
        whole is not None
        and sum((part.value or Decimal(0) for _, part in counted), Decimal(0)) == whole
        and not any(p.rest for _, p in counted)
    ):
        yield [entry for entry, _ in counted]
