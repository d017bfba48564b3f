"""Table 3 (rule book B2): rows without breakdown or total, open cases, printed subtotals, residual outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from auditor.check.context import NOT_APPLICABLE, Context, Hit, Outcome, fail
from auditor.check.evidence import gate, show, terms, undecided_cells
from auditor.check.registry import rule
from auditor.model.axes import leaves_under
from auditor.model.report import Fact, Unplaced
from auditor.text.tokens import read_cell


@rule("T3-07")
def t3_07(context: Context) -> Outcome:
    """Closed and carried forward within new plus carried over, where T3-01 lacks a cell."""
    stopped = gate(context, "t3")
    if stopped is not None:
        return stopped
    hits: list[Hit] = []
    missing: list[str] = []
    for standing in context.analysis.of_rule("T3-01"):
        if standing.state != "cannot":
            continue
        opened = standing.identity.left
        total = context.cells.total(opened)
        if total is None:
            missing += [key for key in opened if context.cells.bz(key) is None]
            continue
        for key in standing.identity.right:
            value = context.cells.printed(key)
            if value is not None and value > total:
                hits.append(
                    Hit(
                        message="larger",
                        values={
                            "cell": context.label(key),
                            "value": show(value),
                            "open_terms": terms(context, opened),
                            "open": show(total),
                        },
                        calculation=f"{show(value)} > {terms(context, opened)} = {show(total)}",
                        facts=context.cells.used(key, *opened, question=(key,)),
                        quantity=key,
                    )
                )
    if hits:
        return fail(*hits)
    return undecided_cells(context, missing) if missing else fail()


@rule("T3-09")
def t3_09(context: Context) -> Outcome:
    """Rows of the form that are printed twice, in any table; copies with other numbers are worse. Of many rows, one finding a table."""
    twice = [entry for entry in context.report.unplaced if entry.duplicate_of is not None and entry.table is not None]
    hits: list[Hit] = []
    for table in dict.fromkeys(entry.table for entry in twice):
        entries = [entry for entry in twice if entry.table == table]
        name = context.say(f"table.{table}")
        if len(entries) <= int(context.params["few"]):
            hits += [_twice(context, entry, name) for entry in entries]
            continue
        differing = sum(1 for entry in entries if not _is_copy(context, entry))
        values = {"table": name, "count": str(len(entries)), "differing": str(differing)}
        message = "table_differs" if differing else "table"
        places = tuple(entry.location for entry in entries[1:6])
        hits.append(
            Hit(message=message, values=values, severity="warning", location=entries[0].location, related=places, quantity=f"twice:{table}")
        )
    return fail(*hits)


def _first_copy(context: Context, entry: Unplaced) -> list[Fact]:
    return [fact for fact in _first_print(context, entry) if fact.value is not None]


def _is_copy(context: Context, entry: Unplaced) -> bool:
    """Whether both prints have the same numbers, as far as they were read; cells without a number (a dash) have none in either."""
    printed = _first_print(context, entry)
    first = [fact.value for fact in printed]
    second = [read_cell(value, context.rulebook.binding).value for value in entry.values]
    unread = [fact.state == "unreadable" for fact in printed]
    if len(first) == len(second):
        pairs = zip(first, second, unread, entry.values, strict=True)
        return all(one == other for one, other, lost, text in pairs if not lost and _UNREAD not in text)
    if _has_unread(context, entry):
        return True
    return [value for value in first if value is not None] == [value for value in second if value is not None]


def _has_unread(context: Context, entry: Unplaced) -> bool:
    """Whether a cell of one of the two prints was not read."""
    return any(fact.state == "unreadable" for fact in _first_print(context, entry)) or any(_UNREAD in text for text in entry.values)


def _first_print(context: Context, entry: Unplaced) -> list[Fact]:
    row = str(entry.duplicate_of)
    return [fact for fact in context.report.facts if fact.key == row or fact.key.startswith(f"{row}.")]


def _twice(context: Context, entry: Unplaced, table: str) -> Hit:
    first = _first_copy(context, entry)
    same = _is_copy(context, entry)
    values = {
        "row": " ".join(entry.text.split())[:_ROW],
        "table": table,
        "first": " | ".join(show(fact.value) for fact in first if fact.value is not None),
        "second": " | ".join(entry.values),
    }
    alike = "same_read" if _has_unread(context, entry) else "same"
    return Hit(
        message=alike if same else "differ",
        values=values,
        severity="warning" if same else None,
        calculation=None if same else f"{values['first']} ≠ {values['second']}",
        location=entry.location,
        facts=context.cells.used(*(fact.key for fact in first)),
        quantity=f"twice:{entry.duplicate_of}",
        confidence="medium",
    )


_ROW = 40
_UNREAD = "\ufffd"
"""Stands for a printed cell whose text is not known."""


@rule("T3-10")
def t3_10(context: Context) -> Outcome:
    """Printed subtotals: the column of organisations, and 小计 rows standing right under the rows they add up."""
    stopped = gate(context, "t3")
    if stopped is not None:
        return stopped
    hits: list[Hit] = []
    open_cells: list[str] = []
    seen = False
    table = context.report.table("t3")
    form = context.rulebook.table("t3", table.layout) if table is not None else None
    subtotals = {group.subtotal: leaves_under(form, group.key) for group in form.groups if group.subtotal} if form is not None else {}
    for fact in context.report.facts:
        row, _, column = fact.key.rpartition(".")
        if column not in subtotals:
            continue
        seen = True
        parts = [f"{row}.{name}" for name in subtotals[column]]
        total, printed = context.cells.total(parts), context.cells.bz(fact.key)
        if total is None or printed is None:
            open_cells += [key for key in (fact.key, *parts) if context.cells.bz(key) is None]
        elif total != printed:
            place = context.label(f"{row}.total").removesuffix("总计").removesuffix(", total")
            hits.append(_subtotal_hit(context, place, printed, total, terms(context, parts), fact.key, parts))
    words = [str(word) for word in context.params["words"]]
    for entry in context.report.unplaced:
        if entry.table == "t3" and entry.duplicate_of is None and any(word in entry.text for word in words):
            seen = True
            if not _adds_up(context, entry):
                open_cells.append("t3.result_total.total")
    if hits:
        return fail(*hits)
    if open_cells:
        return undecided_cells(context, open_cells)
    return fail() if seen else NOT_APPLICABLE


def _subtotal_hit(context: Context, place: str, printed: Decimal, total: Decimal, parts: str, key: str, others: list[str]) -> Hit:
    return Hit(
        message="subtotal",
        values={"place": place, "printed": show(printed), "parts": parts, "sum": show(total)},
        expected=show(total),
        calculation=f"{parts} = {show(total)} ≠ {show(printed)}",
        facts=context.cells.used(key, *others, question=(key,)),
        quantity=key,
    )


def _adds_up(context: Context, entry: Unplaced) -> bool:
    """Whether the subtotal row equals the sums of one group of rows in every column."""
    found = context.report.table("t3")
    form = context.rulebook.table("t3", found.layout) if found is not None else None
    if found is None or form is None or len(entry.values) != len(found.columns):
        return False
    sums: Mapping[str, tuple[str, ...]] = form.sums
    for rows in sums.values():
        totals = [context.cells.total([f"t3.{row}.{column}" for row in rows]) for column in found.columns]
        if all(total is not None and show(total) == (value.strip() or "0") for total, value in zip(totals, entry.values, strict=True)):
            return True
    return False
