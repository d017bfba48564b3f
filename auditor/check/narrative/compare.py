"""Counts of the prose against the tables: what each agrees with, contradicts, or can only be bounded by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from auditor.check.context import Cells, Context
from auditor.check.narrative.evidence import borne_out, held_back
from auditor.check.narrative.readings import Reading, is_statistical, matches, readings_of, row_value
from auditor.check.narrative.rivals import has_rival, summed_up
from auditor.check.narrative.scope import other_period, other_subject, standing, statements_of
from auditor.check.narrative.statement import Statement
from auditor.model.finding import ProseState
from auditor.model.narrative import Quantity
from auditor.model.report import Passage

Verdict = Literal["agrees", "contradicts", "beyond", "within", "undecided", "none"]
State = ProseState

_REMEDIES = frozenset({"review", "litigation", "remedies"})
_PEOPLE = frozenset({"人次", "人", "名", "位"})
_TABLE_TOPICS = _REMEDIES | {"requests", "normative", "regulation", "license", "penalty", "coercion", "fees"}
OUTCOME_ROWS = {
    "granted": "granted",
    "partial": "partial",
    "denied": "denied_sum",
    "unable": "unable_sum",
    "rejected": "rejected_sum",
    "other_outcome": "other_sum",
}
_BY_APPLICANT = ("new_received", "new_received + carried_over", "result_total")
_SOFT = frozenset({"of_new", "of_over"})
_UNBOUNDED = frozenset(
    {"beyond", "authority", "passed_on", "plan", "except", "persons", "draft", "cleanup", "some", "bare", "rest", "open", "fraction"}
)
"""Words that may make a number more than its quantity counts, or another matter."""
_NARROWING = frozenset({"on_time", "manner", "so_far", "belongs", "channel"})
_OUTCOME_FAMILIES = frozenset({"outcome", "unable_item", "denied_item", "rejected_item", "other_item"})
_APART = frozenset({"withdrawn"})
_COMING = frozenset({"received", "new", "handled"})
_TOTALS = frozenset({"received", "new_received", "handled", "requests", "answered", "answered_new"})


class Comparison(Struct, frozen=True):
    """One count of the prose: its state, the rule that speaks of it, the verdict and the readings it was held against."""

    statement: Statement
    state: State
    rule: str = ""
    verdict: Verdict = "none"
    quantity: Quantity | None = None
    readings: tuple[Reading, ...] = ()
    doubtful: bool = False
    held_back: bool = False
    """Whether nothing bears its reading out (``evidence``)."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The cells it was held against: those of the reading that agrees, else of all."""
        value = self.statement.value
        fitting = [reading for reading in self.readings if self.verdict == "agrees" and reading.value == value]
        return tuple(dict.fromkeys(key for reading in fitting[:1] or self.readings for key in reading.keys))


_LAST: list[tuple[Cells, str, tuple[Comparison, ...]]] = []


def comparisons(context: Context) -> tuple[Comparison, ...]:
    """All counts of the report in order, compared once for all rules."""
    if _LAST and _LAST[0][0] is context.cells and _LAST[0][1] == context.lang:
        return _LAST[0][2]
    statements = statements_of(context.report, context.rulebook)
    children: dict[int, list[Statement]] = defaultdict(list)
    for entry in statements:
        if entry.part_of is not None and entry.kind == "count":
            children[entry.part_of].append(entry)
    counts = [_compare(context, entry, statements, children) for entry in statements if entry.kind == "count"]
    sure = {(entry.statement.passage, entry.statement.sentence) for entry in counts if entry.verdict == "agrees" and entry.statement.value}
    vouched = tuple(_vouched(entry, sure) for entry in counts)
    sums = summed_up(vouched)
    result = borne_out(tuple(_unrivalled(context, entry, sums) for entry in vouched))
    _LAST[:] = [(context.cells, context.lang, result)]
    return result


def _compare(context: Context, entry: Statement, statements: tuple[Statement, ...], children: dict[int, list[Statement]]) -> Comparison:
    if entry.value is None:
        return Comparison(entry, "not_understood")
    if other_period(entry):
        return _of_a_part(context, entry) or Comparison(entry, "other_period")
    if other_subject(context.report, entry) or _counts_more(entry, children[entry.index]):
        return Comparison(entry, "other_subject")
    if entry.topic is None or entry.topic not in _TABLE_TOPICS:
        return Comparison(entry, _without_table(entry))
    quantity = context.rulebook.narrative.quantity(entry.quantity)
    if entry.unit in _PEOPLE or not (entry.counts or (quantity is not None and entry.unit in quantity.units)):
        return Comparison(entry, "no_counterpart")
    if entry.counts and entry.value % 1 and entry.unit != "元" and (quantity is None or entry.unit not in quantity.units):
        return Comparison(entry, "no_counterpart")  # 平均每百件引发9.6件
    readings = _readings(context, entry, quantity)
    rule = _rule(entry, quantity)
    if quantity is None and not readings:
        return Comparison(entry, "not_understood" if entry.topic == "requests" else "no_counterpart")
    if (
        quantity is not None
        and quantity.layouts
        and context.report.layouts.get("t2") not in quantity.layouts
        and not is_statistical(context)
    ):
        return Comparison(entry, "no_counterpart", rule)
    if not readings:
        return Comparison(entry, "no_counterpart", rule, "undecided", quantity)
    known = [reading.value for reading in readings if reading.value is not None]
    if len(known) < len(readings):
        fits = any(matches(entry, value) for value in known)
        return Comparison(entry, "compared" if fits else "no_counterpart", rule, "agrees" if fits else "undecided", quantity, readings)
    restrictions = entry.restrictions - (_SOFT if not row_value(context, "carried_over") else frozenset())
    place = standing(context, replace(entry, restrictions=restrictions))
    if place == "part":
        return _bounded(context, replace(entry, restrictions=restrictions), rule, quantity, readings, known)
    if any(matches(entry, value) for value in known) or _in_range(context, entry, quantity, statements):
        return Comparison(entry, "compared", rule, "agrees", quantity, readings)
    if _explained(context, entry, statements, children[entry.index], quantity, known):
        return Comparison(entry, "compared", rule, "agrees", quantity, readings)
    doubtful = place == "doubtful" or _elsewhere(context, entry)
    return Comparison(entry, "compared", rule, "contradicts", quantity, readings, doubtful)


def _of_a_part(context: Context, entry: Statement) -> Comparison | None:
    """今年5月收到申请268件: what came in a part of the year is not more than what came in all of it."""
    if entry.period != "part" or entry.topic != "requests" or entry.quantity not in ("received", "new_received") or not entry.self_named:
        return None
    if entry.restricted or entry.applicants or entry.body not in ("", "own") or entry.year is not None or entry.base or not entry.counts:
        return None
    quantity = context.rulebook.narrative.quantity(entry.quantity)
    readings = _readings(context, entry, quantity)
    known = [reading.value for reading in readings if reading.value is not None]
    if not known or len(known) < len(readings) or entry.value is None or entry.value <= max(known) or entry.bound != "exact":
        return None
    return Comparison(entry, "bounded", _rule(entry, quantity), "beyond", quantity, readings, doubtful=True)


def _vouched(entry: Comparison, sure: set[tuple[int, int]]) -> Comparison:
    """A restricted number of which only a heading says what it counts (窗口收件2.6万件 under 依申请公开) is held against the tables
    where another number of its sentence, or of the one before, agrees with them.
    """
    statement = entry.statement
    if statement.named or not statement.restricted or statement.events - _COMING or entry.verdict not in ("contradicts", "beyond"):
        return entry
    if {(statement.passage, statement.sentence), (statement.passage, statement.sentence - 1)} & sure:
        return entry
    return Comparison(statement, "not_understood", entry.rule, "none", entry.quantity, entry.readings)


def _unrivalled(context: Context, entry: Comparison, sums: frozenset[int]) -> Comparison:
    """The comparison; one that contradicts what another reading of its words agrees with is held back."""
    if entry.verdict not in ("contradicts", "beyond"):
        return entry
    formulas = tuple(dict.fromkeys(reading.formula for reading in entry.readings))
    return held_back(entry) if has_rival(context, entry.statement, formulas, sums) else entry


def _without_table(entry: Statement) -> State:
    if entry.topic is not None:
        return "no_counterpart"
    if entry.part_of is not None:
        return "internal"
    return "not_understood" if entry.counts and entry.unit in ("件", "起", "宗", "例", "件次") else "no_counterpart"


def _counts_more(entry: Statement, children: list[Statement]) -> bool:
    """Whether a member is said to be the body's own, or to be about disclosure: then the whole counts more."""
    if any(child.body in ("own", "part") and entry.body not in ("own", "part") for child in children):
        return True
    return entry.topic in _REMEDIES and not entry.disclosure and any(child.disclosure and not child.says - entry.says for child in children)


def _rule(entry: Statement, quantity: Quantity | None) -> str:
    if entry.applicants and entry.topic == "requests":
        return "C-06"
    if entry.quantity in ("outcomes", "grounds"):
        return "C-05"
    return quantity.rule if quantity is not None else ""


def _readings(context: Context, entry: Statement, quantity: Quantity | None) -> tuple[Reading, ...]:
    words = context.rulebook.narrative
    if entry.quantity == "outcomes":
        return _of(context, (" + ".join(OUTCOME_ROWS[name] for name in entry.sums),), entry)
    if entry.quantity == "grounds":
        family = entry.sums[0].partition("_")[0]
        return _of(context, (" + ".join(entry.sums), f"{family}_sum"), entry)
    if quantity is None:
        return ()
    if entry.applicants:
        columns = tuple(dict.fromkeys(column for kind in words.applicants if kind.key in entry.applicants for column in kind.columns))
        if not columns or is_statistical(context):
            return ()
        formulas = _BY_APPLICANT if quantity.key in ("requests", "received", "handled") else quantity.readings
        return readings_of(context, Quantity(key=quantity.key, name=quantity.name, readings=formulas, columns=columns))
    if "by_ground" in entry.grammar and quantity.family in _OUTCOME_FAMILIES and len(quantity.readings) == 2:
        quantity = replace_readings(quantity, quantity.readings[:1])  # 因过程性信息不予公开的10件: not all that were not disclosed
    return readings_of(context, quantity)


def _of(context: Context, formulas: tuple[str, ...], entry: Statement) -> tuple[Reading, ...]:
    first = context.rulebook.narrative.quantity("granted")
    if first is None or is_statistical(context):
        return ()
    return readings_of(context, Quantity(key=entry.quantity or "", name=first.name, readings=formulas))


def quantity_readings(context: Context, entry: Statement) -> tuple[Reading, ...]:
    """The readings a statement can be held against."""
    return _readings(context, entry, context.rulebook.narrative.quantity(entry.quantity))


def _bounded(
    context: Context, entry: Statement, rule: str, quantity: Quantity | None, readings: tuple[Reading, ...], known: list[Decimal]
) -> Comparison:
    greatest = max(known)
    carried = row_value(context, "carried_over") if "of_over" in entry.restrictions and entry.quantity == "answered" else None
    if carried and not entry.unknown:
        greatest = min(greatest, carried)  # 上年结转的9件中办结11件
    if entry.value is not None and entry.value > greatest and not any(matches(entry, value) for value in known if value <= greatest):
        if "cumulated" in entry.grammar:
            return Comparison(entry, "other_period", rule, "none", quantity, readings)
        if _has_bound(entry, quantity) and not _elsewhere(context, entry):
            return Comparison(entry, "bounded", rule, "beyond", quantity, readings, doubtful=True)
        return Comparison(entry, "not_understood", rule, "none", quantity, readings)
    return Comparison(entry, "bounded", rule, "within", quantity, readings)


def _has_bound(entry: Statement, quantity: Quantity | None) -> bool:
    """Whether a part cannot be more than all that its quantity counts: its words only narrow it."""
    if entry.unknown or entry.restrictions & _UNBOUNDED or entry.bound != "exact" or entry.body == "level":
        return False
    if entry.topic in _REMEDIES:
        return entry.restrictions <= _NARROWING and entry.body != "part"
    if entry.topic != "requests":
        return False
    if entry.quantity in _TOTALS or quantity is None or quantity.family == "closing":
        return entry.quantity in _TOTALS or quantity is not None
    return quantity.family in _OUTCOME_FAMILIES and entry.restrictions <= _NARROWING


def _in_range(context: Context, entry: Statement, quantity: Quantity | None, statements: tuple[Statement, ...]) -> bool:
    """Whether the number lies where a part of it may lie (§ closed of the new, of the carried)."""
    words = context.rulebook.narrative
    if quantity is not None and quantity.key == "answered":
        named = any(
            other.passage == entry.passage and other.index < entry.index and other.quantity == "new_received"
            for other in statements[max(0, entry.index - 12) : entry.index]
        )
        quantity = words.quantity("answered_new") if named else quantity
    if quantity is None or not quantity.range or entry.value is None or is_statistical(context):
        return False
    ends = readings_of(context, replace_readings(quantity, quantity.range))
    values = [reading.value for reading in ends if not reading.derived]
    if len(values) < 2 or any(value is None for value in values):
        return False
    least, greatest = values[0] or Decimal(0), min(value for value in values[1:] if value is not None)
    return least <= entry.value <= greatest


def replace_readings(quantity: Quantity, formulas: tuple[str, ...]) -> Quantity:
    """The quantity with other formulas."""
    return Quantity(key=quantity.key, name=quantity.name, readings=formulas, columns=quantity.columns)


def _explained(
    context: Context,
    entry: Statement,
    statements: tuple[Statement, ...],
    children: list[Statement],
    quantity: Quantity | None,
    known: Iterable[Decimal],
) -> bool:
    """Whether the sentence itself tells why the number differs: requests given up or counted apart, a result that includes another."""
    if entry.value is None or quantity is None:
        return False
    candidates: list[Decimal] = []
    apart = [
        child.value
        for child in children
        if child.value
        and (
            child.events & _APART
            or (entry.topic == "requests" and (child.topic or "").startswith("o."))
            or child.restrictions & {"except", "passed_on"}
        )
    ]
    candidates += [entry.value - value for value in (*apart, sum(apart, Decimal(0)))]
    if quantity.family == "outcome":
        within = [child.value for child in children if child.value and child.quantity != entry.quantity and child.events]
        candidates += [entry.value - sum(within, Decimal(0))]
    if quantity.key in _TOTALS:
        beside = [
            other
            for other in statements
            if (other.passage, other.sentence, other.unit) == (entry.passage, entry.sentence, entry.unit)
            and other.index != entry.index
            and other.kind == "count"
            and other.value
            and other.topic == entry.topic
        ]
        given_up = [other.value for other in beside if other.events & _APART and other.value]
        results = [
            other.value
            for other in beside
            if other.value and (other.events & (_APART | OUTCOME_ROWS.keys()) or other.grounds) and other.part_of == entry.part_of
        ]
        candidates += [entry.value + sum(given_up, Decimal(0)), entry.value + sum(results, Decimal(0))]
        candidates += [entry.value - sum(given_up, Decimal(0))]
    return any(candidate != entry.value and candidate in known for candidate in candidates)


def _elsewhere(context: Context, entry: Statement) -> bool:
    """Reviews and suits count as doubtful where the passage is not about disclosure."""
    if entry.topic not in _REMEDIES or entry.section == "s4_review_litigation":
        return False
    return entry.passage in _not_about_disclosure(context.report.passages, context.rulebook.narrative.disclosure)


@lru_cache(maxsize=8)
def _not_about_disclosure(passages: tuple[Passage, ...], words: tuple[str, ...]) -> frozenset[int]:
    found: set[int] = set()
    about = False
    for passage in passages:
        text = "".join(passage.text.split())
        here = any(word in text for word in words)
        about = here if passage.heading else about
        if not here and not about:
            found.add(passage.index)
    return frozenset(found)
