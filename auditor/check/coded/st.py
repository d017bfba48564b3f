"""The statistical table 2014–2018 (rule book B4): rows are optional; what is not printed is not compared."""

from __future__ import annotations

from decimal import Decimal

from auditor.check.context import NOT_APPLICABLE, Context, Hit, Outcome, fail
from auditor.check.evidence import gate, question, show, terms, undecided_cells
from auditor.check.registry import rule

_CHANNELS = ("st.ch_gazette", "st.ch_website", "st.ch_weibo", "st.ch_wechat", "st.ch_other")


@rule("ST-05")
def st_05(context: Context) -> Outcome:
    """Reviews and suits: a total below the sum of results is wrong, above it cases may be pending."""
    stopped = gate(context, "st")
    if stopped is not None:
        return stopped
    hits: list[Hit] = []
    missing: list[str] = []
    seen = False
    for block in ("rv", "lt"):
        total_key = f"st.{block}_total"
        parts = [f"st.{block}_{name}" for name in ("upheld", "corrected", "other")]
        if not any(key in context.cells for key in parts) or total_key not in context.cells:
            continue
        seen = True
        total, amount = context.cells.bz(total_key), context.cells.total(parts)
        if total is None or amount is None:
            missing += [key for key in (total_key, *parts) if context.cells.bz(key) is None]
        elif total != amount:
            less = total < amount
            shown = terms(context, parts)
            hits.append(
                Hit(
                    message="less" if less else "more",
                    severity=None if less else "notice",
                    values={
                        "place": context.label(total_key),
                        "total": show(total),
                        "parts": shown,
                        "sum": show(amount),
                        "difference": show(abs(total - amount)),
                    },
                    expected=show(amount) if less else None,
                    calculation=f"{show(total)} ≠ {shown} = {show(amount)}",
                    facts=context.cells.used(total_key, *parts, question=(total_key,)),
                    question=None if less else question(context),
                    quantity=block,
                )
            )
    if hits:
        return fail(*hits)
    if missing:
        return undecided_cells(context, missing)
    return fail() if seen else NOT_APPLICABLE


@rule("ST-08")
def st_08(context: Context) -> Outcome:
    """The channels together reach the total, none exceeds it."""
    stopped = gate(context, "st")
    if stopped is not None:
        return stopped
    total_key = "st.proactive_total"
    printed = [key for key in _CHANNELS if key in context.cells]
    if total_key not in context.cells or not printed:
        return NOT_APPLICABLE
    total = context.cells.bz(total_key)
    if total is None:
        return undecided_cells(context, [total_key])
    hits = []
    for key in printed:
        value = context.cells.bz(key)
        if value is not None and value > total:
            values = {"cell": context.label(key), "value": show(value), "total": show(total), "sum": ""}
            hits.append(
                Hit(
                    message="single",
                    values=values,
                    calculation=f"{show(value)} > {show(total)}",
                    facts=context.cells.used(key, total_key, question=(key,)),
                    quantity=key,
                )
            )
    amount = context.cells.total(printed)
    if amount is not None and len(printed) == len(_CHANNELS) and amount < total:
        hits.append(_short(context, amount, total, printed))
    if hits:
        return fail(*hits)
    if amount is None or (amount < total and len(printed) < len(_CHANNELS)):
        return undecided_cells(context, [key for key in _CHANNELS if context.cells.bz(key) is None])
    return fail()


def _short(context: Context, amount: Decimal, total: Decimal, printed: list[str]) -> Hit:
    return Hit(
        message="short",
        values={"sum": show(amount), "total": show(total), "cell": "", "value": ""},
        calculation=f"{terms(context, printed)} = {show(amount)} < {show(total)}",
        facts=context.cells.used("st.proactive_total", *printed, question=("st.proactive_total",)),
        quantity="channels",
    )
