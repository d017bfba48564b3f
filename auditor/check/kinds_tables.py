"""Check kinds over tables: whether they are there and filled, and bounds within each of several rows."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from auditor.check.context import NOT_APPLICABLE, Context, Hit, Outcome, fail, unknown
from auditor.check.evidence import gate, is_elsewhere, named, question, show, undecided_cells

_LACKING: Final = {"parts": "total_only", "total": "no_total"}
"""What is lacking, as the ids of findings say it."""


def unread(context: Context, table: str) -> Outcome:
    """Undecided because a table stands in another file or was not read."""
    return unknown(context.say("needs.table", table=context.say(f"table.{table}")))


def table_present(context: Context) -> Outcome:
    """The table, or its figures, are there. Message ``missing``."""
    table = str(context.params["table"])
    if context.report.table(table) is not None:
        return fail()
    if is_elsewhere(context, table):
        return unread(context, table)
    return fail(Hit(message="missing", values={"table": context.say(f"table.{table}")}, quantity=table, absent=True))


def no_empty_table(context: Context) -> Outcome:
    """No table without a single figure. Message ``empty``, one finding a table."""
    tables = [str(table) for table in context.params["tables"]]
    hits = []
    for table in context.report.tables:
        if table.id in tables and table.id in context.analysis.empty:
            values = {"table": context.say(f"table.{table.id}")}
            hits.append(Hit(message="empty", values=values, location=table.location, quantity=table.id, absent=True))
    if hits:
        return fail(*hits)
    missing = [table for table in tables if is_elsewhere(context, table)]
    if missing:
        return unread(context, missing[0])
    return fail() if context.report.tables else NOT_APPLICABLE


def row_bound(context: Context) -> Outcome:
    """In each of ``rows``: Σ columns ``left`` ≥ Σ columns ``right`` − Σ columns ``less``.

    Message ``fewer``, perhaps ``blank``, ``question``. Every column is a placeholder, beside ``row`` and
    the sums ``left_sum`` and ``right_sum``; ``blank`` is for a left side that is a blank.
    ``cell`` names what a layout must have.
    """
    table = str(context.params["table"])
    stopped = gate(context, table, context.params.get("cell"))
    if stopped is not None:
        return stopped
    left, right, less = (tuple(map(str, context.params.get(name, ()))) for name in ("left", "right", "less"))
    hits: list[Hit] = []
    missing: list[str] = []
    for row in map(str, context.params["rows"]):
        columns = (*right, *less, *left) if right else left
        keys = {column: f"{table}.{row}.{column}" for column in columns}
        values = {column: context.cells.bz(key) for column, key in keys.items()}
        missing_here = [keys[column] for column in columns if values[column] is None]
        if missing_here:
            missing += missing_here
            continue
        known = {column: value for column, value in values.items() if value is not None}
        one = sum((known[column] for column in left), Decimal(0))
        other = sum((known[column] for column in right), Decimal(0)) - sum((known[column] for column in less), Decimal(0))
        if one >= other:
            continue
        blank = len(left) == 1 and context.cells.is_blank(keys[left[0]]) and "blank" in context.rule.messages
        questioned = tuple(keys[column] for column in left)
        sides = (_side([known[c] for c in left], (), one), _side([known[c] for c in right], [known[c] for c in less], other))
        hits.append(
            Hit(
                message="blank" if blank else "fewer",
                values={"row": row_name(context, table, row), "left_sum": show(one), "right_sum": show(other)}
                | {column: show(value) for column, value in known.items()},
                calculation=" < ".join(sides),
                facts=context.cells.used(*keys.values(), question=questioned),
                question=question(context) if "question" in context.rule.messages else None,
                quantity=row,
            )
        )
    return closed(context, hits, missing)


def _side(plus: Sequence[Decimal], minus: Sequence[Decimal], total: Decimal) -> str:
    """One side of a bound with its sum: ``8 − 1 = 7``; what is added to a first number stands in brackets: ``2 + (-3) = -1``."""
    if not plus:
        return show(total)
    shown = show(plus[0]) + "".join(f" + ({show(value)})" for value in plus[1:]) + "".join(f" − {show(value)}" for value in minus)
    return f"{shown} = {show(total)}" if len(plus) + len(minus) > 1 else shown


def presupposes(context: Context) -> Outcome:
    """In each of ``rows``: column ``what`` above zero presupposes that one of the sums ``any_of`` (lists of columns) is.

    Message ``nothing``, perhaps ``question``. Every column is a placeholder, beside ``row`` and ``sum``, the last of the sums.
    """
    table, what = str(context.params["table"]), str(context.params["what"])
    stopped = gate(context, table, context.params.get("cell"))
    if stopped is not None:
        return stopped
    sums = [tuple(map(str, columns)) for columns in context.params["any_of"]]
    columns = (*dict.fromkeys(column for group in sums for column in group), what)
    hits: list[Hit] = []
    missing: list[str] = []
    for row in map(str, context.params["rows"]):
        keys = {column: f"{table}.{row}.{column}" for column in columns}
        values = {column: context.cells.bz(key) for column, key in keys.items()}
        amount = values[what]
        if amount is not None and amount <= 0:
            continue
        known = {column: value for column, value in values.items() if value is not None}
        if amount is None or len(known) < len(values):
            missing += [keys[column] for column in columns if column not in known]
            continue
        totals = [sum((known[column] for column in group), Decimal(0)) for group in sums]
        if any(total > 0 for total in totals):
            continue
        shown = {column: show(value) for column, value in known.items()}
        added = " + ".join(show(known[column]) for column in sums[-1])
        hits.append(
            Hit(
                message="nothing",
                values={"row": row_name(context, table, row), "sum": show(totals[-1])} | shown,
                calculation=f"{show(amount)} > 0; {added} = {show(totals[-1])}",
                facts=context.cells.used(*keys.values(), question=(keys[what],)),
                question=question(context) if "question" in context.rule.messages else None,
                quantity=row,
            )
        )
    return closed(context, hits, missing)


def half_rows(context: Context) -> Outcome:
    """Rows have a total and what adds up to it: none ``lacks`` its ``parts`` or its ``total``. One finding, named as what is lacking."""
    table, lacks = str(context.params["table"]), str(context.params["lacks"])
    stopped = gate(context, table)
    if stopped is not None:
        return stopped
    found = context.analysis.total_only if lacks == "parts" else context.analysis.derived
    totals = tuple(key for key in found if key.startswith(f"{table}."))
    if not totals:
        return fail()
    values = {"count": str(len(totals)), "rows": named(context, totals)}
    rows = "; ".join(f"{context.label(key)} = {show(value)}" for key in totals if (value := context.cells.printed(key)) is not None)
    derived = "; ".join(f"{context.label(key)} = {show(value)}" for key, value in context.analysis.derived.items() if key in totals)
    facts = context.cells.used(*totals, *(part for key in totals for part in context.analysis.totals[key]), question=totals)
    first = next((show(context.analysis.derived[fact.key]) for fact in facts[:1] if fact.key in context.analysis.derived), None)
    return fail(
        Hit(message=lacks, values=values, facts=facts, expected=first, calculation=derived or rows or None, quantity=_LACKING[lacks])
    )


def row_name(context: Context, table: str, row: str) -> str:
    """A row as the form names it."""
    form = context.rulebook.table(table, context.report.layouts.get(table))
    found = next((entry for entry in form.rows if entry.key == row), None) if form is not None else None
    return row if found is None else context.pick(found.label, found.en)


def closed(context: Context, hits: Sequence[Hit], missing: Sequence[str]) -> Outcome:
    """The findings, else undecided because of missing cells, else passed."""
    if hits:
        return fail(*hits)
    return undecided_cells(context, missing) if missing else fail()
