"""The check kinds: what a card without Python can ask. Each is a pure function of the context; its params are on the card."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal

from auditor.check.blanks import Standing
from auditor.check.context import NOT_APPLICABLE, Context, Hit, Outcome, fail
from auditor.check.evidence import gate, question, show, terms, undecided_cells
from auditor.model.formats import TableFormat


def equation(context: Context) -> Outcome:
    """Σ left = Σ right under the blank policy. Messages: ``unequal``, ``blank`` (a blank must read n), ``jointly``."""
    table = str(context.params["table"])
    stopped = gate(context, table)
    if stopped is not None:
        return stopped
    standings = context.analysis.of_rule(context.rule.id)
    failing = [standing for standing in standings if standing.state in ("fails", "fill")]
    # The annex of the statistical table was not read: rows of local forms may hold what the total has more.
    local = table == "st" and any(entry.table == "st" and entry.duplicate_of is None for entry in context.report.unplaced)
    if local and failing and all(standing.left > standing.right for standing in failing):
        return undecided_cells(context, [key for standing in failing for key in standing.identity.left])
    hits = [equation_hit(context, standing) for standing in failing]
    if hits:
        return fail(*hits)
    blanks = [key for standing in standings if standing.state == "open" for key in standing.blanks]
    missing = [key for standing in standings if standing.state == "cannot" for key in standing.missing]
    absent = [key for key in missing if key not in context.cells]
    if blanks:
        return undecided_cells(context, blanks)
    if table == "st" and len(absent) == sum(len(standing.identity.keys) for standing in standings):
        return NOT_APPLICABLE
    if missing:
        return undecided_cells(context, missing)
    if not any(standing.state == "holds" for standing in standings):
        return NOT_APPLICABLE
    return fail()


def equation_hit(context: Context, standing: Standing) -> Hit:
    """The hit of one equation that fails, or that holds only once a blank is filled."""
    identity = standing.identity
    left, right = terms(context, identity.left), terms(context, identity.right, identity.extra)
    total = identity.left if len(identity.left) == 1 else ()
    values = {
        "place": place_of(context, standing),
        "left_terms": left,
        "right_terms": right,
        "left_sum": _summed(left, standing.left),
        "right_sum": _summed(right, standing.right),
        "left": show(standing.left),
        "right": show(standing.right),
        "difference": show(abs(standing.left - standing.right)),
        "cells": "",
    }
    facts = context.cells.used(*identity.keys, question=total or identity.keys)
    calculation = f"{values['left_sum']} ≠ {values['right_sum']}"
    if standing.state == "fill":
        values["cells"] = "、".join(
            context.say("language.should_be", cell=context.label(key), value=show(value)) for key, value in sorted(standing.forced.items())
        )
        return Hit(
            message="blank",
            values=values,
            severity="warning",
            expected=next((show(standing.forced[key]) for key in identity.keys if key in standing.forced), None),
            calculation=calculation,
            facts=context.cells.used(*identity.keys, question=tuple(standing.forced)),
            quantity=identity.quantity,
        )
    return Hit(
        message="jointly" if standing.jointly else "unequal",
        values=values,
        expected=show(standing.right) if total and len(identity.right) > 1 else None,  # kept where the total is a candidate
        calculation=calculation,
        facts=facts,
        question=question(context) if "question" in context.rule.messages else None,
        quantity=identity.quantity,
    )


def _between(value: Decimal) -> str:
    """That a number is not whole: ``2 < 2.5 < 3``."""
    below = value.to_integral_value(ROUND_FLOOR)
    return f"{show(below)} < {show(value)} < {show(below + 1)}"


def _summed(added: str, total: Decimal) -> str:
    """A sum with its result; a single number as it is."""
    return added if added == show(total) else f"{added} = {show(total)}"


def place_of(context: Context, standing: Standing) -> str:
    """Where an equation stands: 表三 自然人列, 表三「（一）予以公开」行, 表四「行政复议」."""
    identity = standing.identity
    short = context.say(f"table.{identity.table}")
    form = context.rulebook.table(identity.table, _layout(context, identity.table))
    column = next((entry for entry in form.columns if entry.key == identity.quantity), None) if form is not None else None
    if identity.table in ("t4", "st") or column is None:
        row = next((entry for entry in form.rows if entry.key == identity.quantity), None) if form is not None else None
        group = next((entry for entry in form.groups if entry.key == identity.quantity), None) if form is not None else None
        item = row or group
        if item is None:
            return short
        name = "row_of" if identity.table == "t3" else "row"
        return context.say(f"language.{name}", table=short, row=context.pick(item.label, item.en))
    return context.say("language.column_of", table=short, column=context.pick(column.label, column.en))


def _layout(context: Context, table: str) -> str | None:
    found = context.report.table(table)
    return None if found is None else found.layout


def at_most(context: Context) -> Outcome:
    """A part is not larger than the whole: params ``table`` and ``pairs`` of ``small``, ``large`` (cells), ``quantity``.

    Message ``larger``.
    """
    table = str(context.params["table"])
    stopped = gate(context, table)
    if stopped is not None:
        return stopped
    hits: list[Hit] = []
    missing: list[str] = []
    seen = False
    for pair in context.params["pairs"]:
        keys = [str(pair["small"]), str(pair["large"])]
        small, large = (context.cells.bz(key) for key in keys)
        absent = [key for key in keys if key not in context.cells]
        if absent and table == "st":
            continue
        if small is None or large is None:
            missing += absent or [key for key in keys if context.cells.bz(key) is None]
            continue
        seen = True
        if small > large:
            hits.append(
                Hit(
                    message="larger",
                    values={
                        "small": context.label(keys[0]),
                        "large": context.label(keys[1]),
                        "small_value": show(small),
                        "large_value": show(large),
                    },
                    calculation=f"{show(small)} > {show(large)}",
                    facts=context.cells.used(*keys, question=(keys[0],)),
                    quantity=keys[0],
                )
            )
    if hits:
        return fail(*hits)
    if missing:
        return undecided_cells(context, missing)
    return fail() if seen else NOT_APPLICABLE


def non_negative_integer(context: Context) -> Outcome:
    """Counts are whole and not negative; what a column may hold is said by the form. Messages ``negative``, ``fraction``."""
    table = str(context.params["table"])
    stopped = gate(context, table)
    if stopped is not None:
        return stopped
    found = context.report.table(table)
    form = context.rulebook.table(table, found.layout) if found is not None else None
    numbers: Mapping[str, str] = _numbers(form) if form is not None else {}
    hits: list[Hit] = []
    unread: list[str] = []
    for fact in context.report.facts:
        if not fact.key.startswith(table + "."):
            continue
        kind = numbers.get(fact.key, "count")
        if fact.state == "unreadable" or (fact.state == "text" and fact.value is None):
            unread.append(fact.key)
        value = fact.value
        if value is None:
            continue
        whole = value == value.to_integral_value()
        message = "negative" if value < 0 and kind != "change" else "fraction" if not whole and kind != "amount" else None
        if message is not None:
            hits.append(
                Hit(
                    message=message,
                    values={"cell": context.label(fact.key), "printed": fact.raw.strip(), "value": show(value)},
                    calculation=f"{show(value)} < 0" if message == "negative" else _between(value),
                    facts=context.cells.used(fact.key, question=(fact.key,)),
                    quantity=fact.key,
                )
            )
    if hits:
        return fail(*hits)
    return undecided_cells(context, unread) if unread else fail()


def _numbers(form: TableFormat) -> dict[str, str]:
    """What each cell may hold, by key; rows of the statistical table by their unit."""
    if form.id == "t4":
        return {f"t4.{column.key}": column.number for column in form.columns}
    if form.id == "st":
        return {f"st.{row.key}": "amount" if row.unit == "万元" else "count" for row in form.rows}
    return {f"{form.id}.{row.key}.{column.key}": column.number for row in form.rows for column in form.columns}
