"""Table 4 (rule book B3): one side blank, direct suits under the review-first rule. T4-06 looks at earlier years."""

from __future__ import annotations

from decimal import Decimal

from auditor.check.blanks import T4_BLOCKS, T4_RESULTS
from auditor.check.context import Context, Hit, Outcome, fail
from auditor.check.evidence import gate, question, show, terms, undecided_cells
from auditor.check.registry import rule


@rule("T4-05")
def t4_05(context: Context) -> Outcome:
    """A block has results but a blank total, or a total but blank results."""
    stopped = gate(context, "t4")
    if stopped is not None:
        return stopped
    hits = []
    for block in T4_BLOCKS:
        total = f"t4.{block}_total"
        parts = [f"t4.{block}_{name}" for name in T4_RESULTS]
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
    """More direct suits than reviews although refusals must first go to review."""
    stopped = gate(context, "t4")
    if stopped is not None:
        return stopped
    keys = ("t4.direct_total", "t4.review_total")
    direct, review = (context.cells.bz(key) for key in keys)
    if direct is None or review is None:
        return undecided_cells(context, [key for key in keys if context.cells.bz(key) is None])
    if direct <= review or direct < Decimal(str(context.params["least"])):
        return fail()
    return fail(
        Hit(
            message="direct",
            values={"direct": show(direct), "review": show(review)},
            calculation=f"{show(direct)} > {show(review)}",
            facts=context.cells.used(*keys, question=keys[:1]),
            question=question(context),
            quantity="direct",
        )
    )
