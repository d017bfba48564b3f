"""Table 4 (rule book B3): one side blank, direct suits under the review-first rule. T4-06 looks at earlier years."""

from __future__ import annotations

from decimal import Decimal

from auditor.check.context import Cells, Context, Hit, Outcome, fail
from auditor.check.evidence import gate, question, show, terms, undecided_cells
from auditor.check.registry import rule
from auditor.model.axes import cell_key


@rule("T4-05")
def t4_05(context: Context) -> Outcome:
    """A block has results but a blank total, or a total but blank results."""
    stopped = gate(context, "t4")
    if stopped is not None:
        return stopped
    hits = []
    form = context.rulebook.table("t4", table.layout) if (table := context.report.table("t4")) is not None else None
    blocks = {cell_key(form, "", column.key): column.parent or "" for column in form.columns} if form is not None else {}
    for total, parts in context.analysis.totals.items():
        block = blocks.get(total)
        if block is None:
            continue
        place = context.label(total).removesuffix("总计")
        if total in context.analysis.derived:
            amount = show(context.analysis.derived[total])
            values = {"place": place, "sum": amount, "total": ""}
            facts = context.cells.used(total, *parts, question=(total,))
            added = f"{terms(context, parts)} = {amount}"
            hits.append(Hit(message="no_total", values=values, expected=amount, calculation=added, facts=facts, quantity=block))
        elif total in context.analysis.total_only:
            values = {"place": place, "sum": "", "total": show(context.cells.printed(total) or Decimal(0))}
            hits.append(
                Hit(message="no_parts", values=values, facts=context.cells.used(total, *parts, question=tuple(parts)), quantity=block)
            )
    return fail(*hits)


@rule("T4-07")
def t4_07(context: Context) -> Outcome:
    """Direct suits although no outcome of the year allows one; without last year's report, more of them than a few."""
    return direct_suits(context, None)


def direct_suits(context: Context, before: Cells | None) -> Outcome:
    """T4-07. ``before``: the cells of last year's report, whose pending suits and outcomes explain suits of this year."""
    stopped = gate(context, "t4") or gate(context, "t3")
    if stopped is not None:
        return stopped
    keys = ("t4.direct_total",)
    direct = context.cells.bz(keys[0])
    if direct is None:
        return undecided_cells(context, keys)
    allowing = _allowing(context)
    years = [context.cells, before] if before is not None else [context.cells]
    if any((value := cells.bz(key)) is not None and value > 0 for cells in years for key in allowing):
        return fail()
    pending = Decimal(str(context.params["few"])) if before is None else before.bz("t4.direct_pending")
    if pending is None or direct <= pending:
        return fail()
    unread = [key for key in allowing if context.cells.bz(key) is None and key in context.cells]
    if unread:
        return undecided_cells(context, unread)
    return fail(
        Hit(
            message="direct" if before is None else "pending",
            values={"direct": show(direct), "pending": show(pending)},
            calculation=f"{show(direct)} > {show(pending)}",
            facts=context.cells.used(*keys, question=keys),
            question=question(context),
            quantity="direct",
            confidence="low",
        )
    )


def _allowing(context: Context) -> list[str]:
    """The totals of the outcomes that may be taken to court at once: rows of the groups the card names."""
    form = context.format.table("t3") if context.format is not None else None
    groups = set(context.params["groups"])
    return [f"t3.{row.key}.total" for row in form.rows if row.group in groups] if form is not None else []
