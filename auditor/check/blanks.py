"""The blank policy of the rule book (section 1.3), table by table, over all equations of a table together.

A blank is never a zero by itself: blanks are accepted as zeros when every equation then holds; else the equations are
solved for them; an error is said only where no filling exists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from msgspec import Struct, field

from auditor.check.filling import Equation, Filling, solve
from auditor.check.identities import Identity, extra_rows, identities_of
from auditor.model.axes import sums_of_rows
from auditor.model.report import Fact, Report
from auditor.model.rulebook import Rulebook

State = Literal["holds", "fails", "fill", "open", "cannot", "skipped"]
"""``fill``: holds once blanks that can only have one value are filled; ``open``: several fillings; ``cannot``: a cell is missing or
unread; ``skipped``: the total is missing and reported by T3-06 or T4-05."""

OUTCOMES = "T3-02"
"""The rule that sums the outcomes of table 3; rows outside the form may complete it (A-20)."""

Group = tuple[str, tuple[str, ...]]
"""A total and its parts: a row of table 3, a block of table 4."""


class Standing(Struct, frozen=True):
    """How one equation stands. ``left`` and ``right`` are sums with blanks as 0; ``blanks`` its undetermined cells.

    ``forced`` are blanks of it whose value follows, zeros left out; ``missing`` cells that are absent or unread;
    ``jointly`` says that only several equations together show the error: this one fails whatever the blanks are filled with so that
    those that hold go on holding.
    """

    identity: Identity
    state: State
    left: Decimal = Decimal(0)
    right: Decimal = Decimal(0)
    blanks: tuple[str, ...] = ()
    forced: Mapping[str, Decimal] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    jointly: bool = False


class Analysis(Struct, frozen=True):
    """All equations of a report and what its blanks may be read as.

    ``accepted`` tables: blanks read as 0. ``empty`` tables: nothing but blanks. ``total_only`` rows: only the total is
    filled. ``derived`` totals: blank totals with the sum of their row or block. ``totals``: total cell → the cells that add up to it.
    """

    standings: tuple[Standing, ...] = ()
    accepted: frozenset[str] = frozenset()
    empty: frozenset[str] = frozenset()
    total_only: tuple[str, ...] = ()
    derived: Mapping[str, Decimal] = field(default_factory=dict)
    totals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    extra_needed: tuple[str, ...] = ()
    """Labels of rows outside the form without which the outcomes do not add up (A-20)."""

    def of_rule(self, rule: str) -> tuple[Standing, ...]:
        """The equations of one rule."""
        return tuple(standing for standing in self.standings if standing.identity.rule == rule)


def analyse(report: Report, rulebook: Rulebook) -> Analysis:
    """Evaluate all equations of a report under the blank policy."""
    facts = {str(fact.key): fact for fact in report.facts}
    identities = identities_of(report, rulebook)
    groups = totals_of(report, rulebook)
    total_only, unfilled = _total_only(groups, facts)
    derived = _derived(groups, facts)
    identities, extra_needed = _with_extra_rows(report, identities, facts, derived)
    standings: list[Standing] = []
    accepted: set[str] = set()
    empty: set[str] = set()
    for table in report.tables:
        cells = [fact for fact in report.facts if fact.key.startswith(table.id + ".")]
        if cells and not any(fact.value is not None or fact.state in ("unreadable", "text") for fact in cells):
            empty.add(table.id)
        own = [identity for identity in identities if identity.table == table.id]
        found = [_evaluate(identity, facts, derived, unfilled, table.id in empty) for identity in own]
        if table.id not in empty and all(standing.state in ("holds", "cannot", "skipped") for standing in found):
            accepted.add(table.id)
        elif table.id not in empty:
            found = _settle(found, facts, derived)
        standings += found
    return Analysis(tuple(standings), frozenset(accepted), frozenset(empty), total_only, derived, dict(groups), extra_needed)


def is_blank(fact: Fact) -> bool:
    """Whether the cell is printed but empty or a dash."""
    return fact.state in ("blank", "dash")


def totals_of(report: Report, rulebook: Rulebook) -> list[Group]:
    """The rows and blocks of the tables printed, each with the key of its total and those of its parts."""
    found: list[Group] = []
    for table in report.tables:
        form = rulebook.table(table.id, table.layout)
        if form is not None:
            found += sums_of_rows(form, table.rows)
    return found


def _total_only(groups: Sequence[Group], facts: Mapping[str, Fact]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Rows of table 3 with a positive total and six blank applicant cells, and those cells: missing, not zero (T3-05).

    Likewise blocks of table 4 (T4-05).
    """
    rows: list[str] = []
    cells: set[str] = set()
    for total, parts in groups:
        value = facts[total].value if total in facts else None
        printed = [facts[key] for key in parts if key in facts]
        if value is not None and value > 0 and printed and all(is_blank(fact) for fact in printed):
            rows.append(total)
            cells.update(fact.key for fact in printed)
    return tuple(rows), frozenset(cells)


def _derived(groups: Sequence[Group], facts: Mapping[str, Fact]) -> dict[str, Decimal]:
    """Blank totals of table 3 rows and table 4 blocks whose parts are positive, with the sum of the parts (T3-06, T4-05)."""
    found: dict[str, Decimal] = {}
    for total, parts in groups:
        if total in facts and is_blank(facts[total]):
            values = [facts[key].value for key in parts if key in facts]
            readable = all(key in facts and (facts[key].value is not None or is_blank(facts[key])) for key in parts)
            amount = sum((value for value in values if value is not None), Decimal(0))
            if readable and amount > 0:
                found[total] = amount
    return found


def _evaluate(
    identity: Identity, facts: Mapping[str, Fact], derived: Mapping[str, Decimal], unfilled: frozenset[str], empty: bool
) -> Standing:
    missing = tuple(
        key for key in identity.keys if key not in facts or key in unfilled or (facts[key].value is None and not is_blank(facts[key]))
    )
    if empty or missing:
        return Standing(identity, "cannot", missing=missing)
    blanks = tuple(key for key in identity.keys if is_blank(facts[key]))
    if len(identity.left) == 1 and identity.left[0] in derived:
        return Standing(identity, "skipped", blanks=blanks)
    left = _sum(identity.left, facts, derived)
    right = _sum(identity.right, facts, derived) + identity.extra
    return Standing(identity, "holds" if left == right else "fails", left, right, blanks)


def _sum(keys: tuple[str, ...], facts: Mapping[str, Fact], derived: Mapping[str, Decimal]) -> Decimal:
    return sum((_bz(key, facts, derived) for key in keys), Decimal(0))


def _bz(key: str, facts: Mapping[str, Fact], derived: Mapping[str, Decimal]) -> Decimal:
    value = facts[key].value
    return value if value is not None else derived.get(key, Decimal(0))


def _settle(found: list[Standing], facts: Mapping[str, Fact], derived: Mapping[str, Decimal]) -> list[Standing]:
    """Points 2 and 3 of the policy for a table that does not hold with its blanks as zeros."""
    if not any(standing.blanks for standing in found):
        return found
    # Equations without blanks speak for themselves. Errors proved there must not spoil what the rest proves about blanks.
    usable = [standing for standing in found if standing.state in ("holds", "fails", "skipped") and standing.blanks]
    alone = {standing.identity.id for standing in usable if not _can_be_filled([standing], facts)}
    rest = [standing for standing in usable if standing.identity.id not in alone]
    filling = solve([_equation(standing, facts) for standing in rest])
    jointly: frozenset[tuple[str, str]] = frozenset()
    if filling.state == "none":
        holding = [standing for standing in rest if standing.state != "fails"]
        jointly = frozenset(one.identity.id for one in rest if one.state == "fails" and not _can_be_filled([*holding, one], facts))
        if not jointly:
            jointly = frozenset(standing.identity.id for standing in _smallest_core(rest, facts) if standing.state == "fails")
    return [_settled(standing, filling, alone, jointly, derived) for standing in found]


def _settled(
    standing: Standing,
    filling: Filling,
    alone: set[tuple[str, str]],
    jointly: frozenset[tuple[str, str]],
    derived: Mapping[str, Decimal],
) -> Standing:
    identity = standing.identity
    if not standing.blanks or standing.state in ("cannot", "skipped") or identity.id in alone:
        return standing
    make = {"left": standing.left, "right": standing.right, "blanks": standing.blanks}
    if identity.id in jointly:
        return Standing(identity, "fails", jointly=True, **make)  # type: ignore[arg-type]
    if filling.state != "some":
        return standing if standing.state == "holds" else Standing(identity, "open", **make)  # type: ignore[arg-type]
    undetermined = [key for key in standing.blanks if key in filling.free]
    values = {key: Decimal(int(filling.forced[key])) for key in standing.blanks if key in filling.forced}
    forced = {key: value for key, value in values.items() if value != 0 and key not in derived}
    if standing.state == "fails" and forced:
        return Standing(identity, "fill", forced=forced, **make)  # type: ignore[arg-type]
    if standing.state == "fails":
        return Standing(identity, "open" if undetermined else "holds", **make)  # type: ignore[arg-type]
    return Standing(identity, "holds", **make)  # type: ignore[arg-type]


def _equation(standing: Standing, facts: Mapping[str, Fact]) -> Equation:
    coefficients: dict[str, int] = {}
    constant = Fraction(standing.identity.extra)
    for sign, keys in ((1, standing.identity.left), (-1, standing.identity.right)):
        for key in keys:
            value = facts[key].value
            if value is None:
                coefficients[key] = coefficients.get(key, 0) + sign
            else:
                constant -= sign * Fraction(value)
    return ({key: factor for key, factor in coefficients.items() if factor}, constant)


def _can_be_filled(standings: Sequence[Standing], facts: Mapping[str, Fact]) -> bool:
    return solve([_equation(standing, facts) for standing in standings], want_forced=False).state != "none"


def _smallest_core(standings: Sequence[Standing], facts: Mapping[str, Fact]) -> list[Standing]:
    """Equations that cannot hold together, none of which can be left out; those that hold with zeros are tried first."""
    core = list(standings)
    for standing in sorted(standings, key=lambda entry: entry.state == "fails"):
        fewer = [entry for entry in core if entry is not standing]
        if not _can_be_filled(fewer, facts):
            core = fewer
    return core


def _with_extra_rows(
    report: Report, identities: tuple[Identity, ...], facts: Mapping[str, Fact], derived: Mapping[str, Decimal]
) -> tuple[tuple[Identity, ...], tuple[str, ...]]:
    """Outcome sums of table 3 computed with the rows the form does not have, where only that makes every column hold."""
    table = report.table("t3")
    outcomes = [identity for identity in identities if identity.rule == OUTCOMES]
    if table is None or not outcomes:
        return identities, ()
    for entry, numbers in extra_rows(report, table):
        changed = {
            identity.id: Identity(
                identity.rule, identity.table, identity.quantity, identity.left, identity.right, numbers.get(identity.quantity, Decimal(0))
            )
            for identity in outcomes
        }
        plain = [_evaluate(identity, facts, derived, frozenset(), False).state for identity in outcomes]
        added = [_evaluate(identity, facts, derived, frozenset(), False).state for identity in changed.values()]
        if "fails" in plain and "fails" not in added:
            return tuple(changed.get(identity.id, identity) for identity in identities), (entry.text,)
    return identities, ()
