"""C-16, C-17, C-18, C-23, C-24: numbers and claims of the prose among themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from auditor.check.context import NOT_APPLICABLE, PASS, Context, Hit, Outcome, fail
from auditor.check.narrative.compare import comparisons, quantity_readings
from auditor.check.narrative.inherit import FORM_TOPICS, PERSONS
from auditor.check.narrative.patterns import any_of, found
from auditor.check.narrative.place import hit_at, name_of, plain
from auditor.check.narrative.readings import matches
from auditor.check.narrative.scope import other_period, other_subject, said, standing, statements_of
from auditor.check.narrative.statement import Statement
from auditor.check.narrative.sums import own_sums
from auditor.text.patterns import regex_pattern

_REACH = 60
"""How many statements back a number may be that a later one is a part of."""
_OUTCOMES = frozenset({"granted", "partial", "denied", "unable", "rejected", "other_outcome"})
_TOTALS = frozenset({"received", "new", "answered", "handled", "forward", "carry", "over", "pending"})


class Listing(Struct, frozen=True):
    """A whole with its parts; ``complete``: the parts say that they are all."""

    whole: Statement
    parts: tuple[Statement, ...]
    complete: bool


def parts_and_whole(context: Context) -> Outcome:
    """C-16: parts do not exceed their whole, and make it up where the list says that it is complete; a sum is the sum of its parts."""
    listings = list(listings_of(context))
    hits = [hit for listing in listings if (hit := _part_hit(context, listing)) is not None]
    return fail(*hits) if hits else PASS if listings else NOT_APPLICABLE


def listings_of(context: Context) -> Iterator[Listing]:
    """The lists of the prose that can be added up."""
    statements = statements_of(context.report, context.rulebook)
    lists: dict[tuple[int, int], list[Statement]] = defaultdict(list)
    for entry in statements:
        if entry.kind == "count" and entry.part_of is not None and entry.value is not None and not entry.base:
            whole = statements[entry.part_of]
            if whole.value is not None and whole.kind == "count" and _same_time(entry, whole):
                lists[entry.part_of, entry.group].append(entry)
    for (index, _), parts in lists.items():
        if (listing := _listing(context, statements[index], parts)) is not None:
            yield listing
    for entry in statements:
        if entry.total and entry.value is not None and entry.bound == "exact":
            parts = _summed(statements, entry)
            if len(parts) > 1 and not _overlap(context, parts) and entry.grammar & {"sum"}:
                yield Listing(entry, tuple(parts), True)
    for whole, members in own_sums(statements, context.rulebook.narrative):
        yield Listing(whole, members, True)


def _same_time(entry: Statement, whole: Statement) -> bool:
    return (entry.period in ("", "this", whole.period) and entry.year in (None, whole.year)) or (
        entry.year is not None and entry.year == whole.year
    )


def _listing(context: Context, whole: Statement, parts: list[Statement]) -> Listing | None:
    members = [part for part in parts if part.unit == whole.unit]
    if not members or any(part.bound != "exact" for part in members) or len({part.passage for part in members}) > 1:
        return None
    in_list = [part for part in members if part.listed]
    groups = [part for part in members if not part.listed]
    members = in_list if len(in_list) > 1 or not groups else groups if len(groups) > 1 or not in_list else in_list
    kinds = {"" if (part.says == whole.says and part.restricted) or part.body == "sub" else _kind_of(part) for part in members}
    if "total" in kinds and whole.topic == "requests":
        return None
    if whole.topic == "requests" and "outcome" in kinds and not whole.says & {"answered"} and whole.says:
        return None  # last year's requests are answered too: outcomes may exceed what came in
    if len(kinds) > 1 and whole.topic == "requests":
        return None
    named = [(part.quantity, part.sums, part.applicants) for part in members if part.quantity and not part.restricted]
    if len(set(named)) < len(named) and whole.topic in ("requests", "review", "litigation", "remedies") and not _channels(members):
        return None
    complete = (
        len(members) > 1
        and (members[-1].rest and not members[-1].says & {"other_result"})
        and whole.topic not in ("requests", "review", "litigation", "remedies")
    )
    return Listing(whole, tuple(members), complete and not _overlap(context, members))


def _kind_of(part: Statement) -> str:
    if part.applicants:
        return "applicant"
    if part.says & _OUTCOMES or part.grounds:
        return "outcome"
    if "channel" in part.restrictions:
        return "channel"
    if part.says & {"withdrawn"}:
        return "outcome"
    if part.restrictions & {"subject"} or part.unknown:
        return "subject"
    return "total" if part.says & _TOTALS else ""


def _channels(parts: list[Statement]) -> bool:
    return all("channel" in part.restrictions for part in parts)


def _overlap(context: Context, parts: list[Statement]) -> bool:
    """Whether the same item may be counted in several parts: channels and forms of publication, which are not those of requests."""
    pattern = any_of(context.rulebook.narrative.overlap)
    if all(part.topic == "requests" for part in parts) and _channels(parts):
        return False
    return any(found(pattern, part.head + part.clause) for part in parts)


def _summed(statements: tuple[Statement, ...], total: Statement) -> list[Statement]:
    """The numbers right before a sum, back to the start of the sentence or an earlier sum, each without its own parts."""
    parts: list[Statement] = []
    for entry in reversed(statements[max(0, total.index - _REACH) : total.index]):
        if (entry.passage, entry.sentence) != (total.passage, total.sentence) or entry.total:
            break
        if entry.kind != "count" or entry.part_of is not None or entry.base:
            continue
        if entry.unit != total.unit or entry.value is None or entry.bound != "exact":
            return []
        parts.insert(0, entry)
    return parts


def _part_hit(context: Context, listing: Listing) -> Hit | None:
    statements = statements_of(context.report, context.rulebook)
    whole, parts = listing.whole, listing.parts
    overlapping = _overlap(context, list(parts))
    total = sum((part.value or Decimal(0) for part in parts), Decimal(0))
    assert whole.value is not None
    if listing.complete:
        wrong = total != whole.value if whole.bound == "exact" else not matches(whole, total)
        if (
            wrong
            and whole.total
            and any(sum((part.value or Decimal(0) for part in parts[first:]), Decimal(0)) == whole.value for first in range(len(parts)))
        ):
            return None
    else:
        wrong = not overlapping and _above(whole, total) and len(parts) > 1
    single = next((part for part in parts if _above(whole, part.value or Decimal(0))), None)
    if not wrong and single is None:
        return None
    siblings = [
        entry.value
        for entry in statements[max(0, whole.index - _REACH) : whole.index]
        if entry.kind == "count"
        and entry.passage == whole.passage
        and entry.sentence == whole.sentence
        and entry.unit == whole.unit
        and entry.value is not None
        and entry.part_of == whole.part_of
    ]
    if not whole.total and (any(value >= total for value in siblings) or (siblings and sum(siblings[-1:], whole.value) == total)):
        return None  # 其中 may be about an earlier number of the sentence, or about several together
    if single is not None and not wrong:
        parts, total = (single,), single.value or Decimal(0)
    relation = "≠" if listing.complete and wrong else ">"
    words = " + ".join(plain(part.value) for part in parts)
    calculation = (
        f"{words} = {plain(total)} {relation} {plain(whole.value)}" if len(parts) > 1 else f"{words} {relation} {plain(whole.value)}"
    )
    return hit_at(
        context,
        whole,
        "unequal" if relation == "≠" else "exceeds",
        values={
            "total": parts[0].printed if whole.unit == "元" and len(parts) == 1 else plain(total),
            "whole": whole.printed,
            "sum": " + ".join(part.printed for part in parts) if whole.unit == "元" else words,
        },
        severity="warning",
        calculation=calculation,
        quantity=f"parts.{whole.quantity or 'other'}",
        related=tuple(parts),
    )


def _above(whole: Statement, value: Decimal) -> bool:
    if whole.value is None or value <= whole.value:
        return False
    return whole.bound == "exact" or not matches(whole, value)


def one_value(context: Context) -> Outcome:
    """C-17: the same quantity of the same year and body is not given twice with different numbers."""
    values: dict[tuple[str, ...], list[Statement]] = defaultdict(list)
    found = comparisons(context)
    agreed = {entry.statement.index for entry in found if entry.verdict == "agrees"}
    held_back = {entry.statement.index for entry in found if entry.held_back}
    for entry in said(context):
        if entry.index in held_back:
            continue
        if entry.value is None or entry.bound != "exact" or entry.part_of is not None or entry.base or entry.total:
            continue
        if other_period(entry) or other_subject(context.report, entry):
            continue
        for key in _identity(context, entry):
            values[key].append(entry)
    hits = []
    for (quantity, *_rest), entries in values.items():
        first = entries[0]
        other = next((entry for entry in entries if entry.value != first.value and entry.span != first.span), None)
        if other is None or (first.index in agreed and other.index in agreed) or _both_admissible(context, first, other):
            continue
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


_COLUMN_NAME = regex_pattern(r"(\p{Han}{2,4})(?:栏目|专栏)")


def _identity(context: Context, entry: Statement) -> list[tuple[str, ...]]:
    if entry.kind == "count" and (match := _COLUMN_NAME.search(entry.head)) and entry.unit in ("条", "篇"):
        # The same column named twice counts as the same quantity, whatever stands around its name.
        return [("published", match[1][-4:], entry.unit)]
    quantity = context.rulebook.narrative.quantity(entry.quantity)
    if entry.unit in PERSONS and entry.topic in FORM_TOPICS:
        return []  # 其中1人提出5件，2人各提出2件: how many asked is no number of the form
    if quantity is None or quantity.rule == "none" or not quantity.certain or entry.applicants or standing(context, entry) != "sure":
        return []
    return [(quantity.key, entry.unit)]


def _both_admissible(context: Context, first: Statement, second: Statement) -> bool:
    values = {reading.value for reading in quantity_readings(context, first)}
    return first.value in values and second.value in values


def narrative_balance(context: Context) -> Outcome:
    """C-18: the four numbers of one paragraph balance."""
    by_passage: dict[int, dict[str, list[Statement]]] = defaultdict(lambda: defaultdict(list))
    for entry in said(context):
        if entry.value is not None and entry.bound == "exact" and standing(context, entry) in ("sure", "doubtful") and not entry.applicants:
            name = {"new_received": "received", "pending": "carried_forward", "answered_over": "carried_over"}.get(
                entry.quantity or "", entry.quantity
            )
            if name in ("received", "carried_over", "answered", "carried_forward"):
                by_passage[entry.passage][name].append(entry)
    hits, seen = [], False
    for named in by_passage.values():
        if len(named) < 4 or any(len({entry.value for entry in entries}) > 1 for entries in named.values()):
            continue
        if len({entries[0].body for entries in named.values()} - {""}) > 1:
            continue
        received, over, answered, forward = (
            named[key][0].value or Decimal(0) for key in ("received", "carried_over", "answered", "carried_forward")
        )
        seen = True
        # 受理 may hold what was carried over, 答复 what is carried forward.
        if any(left == right for left in (received + over, received) for right in (answered + forward, answered)):
            continue
        first = named["received"][0]
        told = {entries[0].index for entries in named.values()}
        wrong = next(
            (found_one for found_one in comparisons(context) if found_one.statement.index in told and found_one.verdict == "contradicts"),
            None,
        )
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
                keys=wrong.keys if wrong is not None else keys if explained else (),
                explained_by=wrong.rule if wrong is not None else explained,
            )
        )
    return fail(*hits) if hits else PASS if seen else NOT_APPLICABLE


def contradictions(context: Context) -> Outcome:
    """C-23: one sentence denies what another tells: no requests and their contents, nothing carried over and a number carried over."""
    claims = [
        claim
        for claim in said(context, "claim")
        if standing(context, claim) in ("sure", "part") and not other_subject(context.report, claim)
    ]
    counts = [
        entry
        for entry in said(context)
        if entry.value and entry.topic == "requests" and not other_period(entry) and not other_subject(context.report, entry)
    ]
    hits: list[Hit] = []
    seen = bool(claims)
    for claim in claims:
        against: list[Statement] = []
        if claim.quantity == "no_requests":
            against = [entry for entry in claims if entry.quantity == "requests_told"]
            against += [
                entry
                for entry in counts
                if entry.quantity in ("received", "new_received") and entry.part_of is None and not entry.restricted
            ]
        elif claim.quantity == "none_carried_over":
            against = [entry for entry in counts if entry.quantity == "carried_over"]
        elif claim.quantity == "none_carried_forward":
            against = [entry for entry in counts if entry.quantity in ("carried_forward", "pending")]
        elif claim.quantity == "all_closed":
            against = [
                entry
                for entry in counts
                if entry.quantity == "carried_forward"
                and (entry.passage, entry.sentence) == (claim.passage, claim.sentence)
                and not entry.grammar & {"anew", "rest"}
                and not entry.rest
            ]
        if against:
            other = against[0]
            hits.append(
                hit_at(
                    context,
                    claim,
                    "contradiction",
                    values={"other": other.clause},
                    severity="warning",
                    quantity=f"contradiction.{claim.quantity}",
                    related=(other,),
                    explained_by={"no_requests": "C-07", "all_closed": "C-11"}.get(claim.quantity or ""),
                )
            )
    return fail(*hits) if hits else PASS if seen else NOT_APPLICABLE


def consultations(context: Context) -> Outcome:
    """C-24: inquiries or complaints counted among the requests."""
    statements = statements_of(context.report, context.rulebook)
    hits: list[Hit] = []
    seen = False
    for found_one in comparisons(context):
        entry = found_one.statement
        if entry.topic != "requests" or found_one.verdict != "agrees" or entry.quantity not in ("received", "new_received", "requests"):
            continue
        seen = True
        child = next(
            (
                part
                for part in statements
                if part.part_of == entry.index and part.value and (part.topic in ("o.inquiry", "o.petition")) and not part.grounds
            ),
            None,
        )
        if child is not None:
            hits.append(
                hit_at(
                    context,
                    child,
                    "counted",
                    values={"whole": entry.printed},
                    severity="notice",
                    quantity="consultations",
                    related=(entry,),
                    keys=found_one.keys[:1],
                )
            )
    return fail(*hits) if hits else PASS if seen else NOT_APPLICABLE
