"""Numbers as findings print them, and what a rule needs before it can look at a table."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from auditor.check.blanks import is_blank
from auditor.check.context import Context, Outcome, unknown

_SHORT_SUM = 4
_NAMED = 5


def show(value: Decimal) -> str:
    """A number without exponent and without trailing zeros: ``Decimal("1E+2")`` → ``100``."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def terms(context: Context, keys: Sequence[str], extra: Decimal = Decimal(0)) -> str:
    """A sum with its numbers: ``12 + 0``. Long sums leave zeros out; blanks and derived totals are marked."""
    shown = []
    for key in keys:
        value, blank = context.cells.printed(key), context.cells.is_blank(key)
        if value is not None and (value != 0 or len(keys) <= _SHORT_SUM):
            shown.append(f"({show(value)})" if value < 0 else show(value))
        elif key in context.analysis.derived:
            shown.append(f"[{show(context.analysis.derived[key])}]")
        elif blank and len(keys) <= _SHORT_SUM:
            shown.append(context.say("check.blank"))
    if extra:
        shown.append(show(extra))
    return " + ".join(shown) or "0"


def gate(context: Context, table: str, cell: str | None = None) -> Outcome | None:
    """Why a rule cannot look at this table, or ``None`` when it can.

    A table in another file or unread is unknown, never missing.

    ``cell`` names a row or cell without which a layout does not concern the rule.
    """
    report = context.report
    found = report.table(table)
    if found is None:
        expected = context.format.table(table) if context.format is not None else None
        if cell is not None and context.format is not None and expected is not None and not context.format.has(cell):
            return Outcome(verdict="not_applicable")
        if is_elsewhere(context, table) or table != "st":
            return unknown(context.say("needs.table", table=context.say(f"table.{table}")))
        return Outcome(verdict="not_applicable")
    if cell is not None and not context.rulebook.layout_has(found.layout, cell):
        return Outcome(verdict="not_applicable")
    if table in context.analysis.empty:
        return unknown(context.say("needs.empty", table=context.say(f"table.{table}")))
    return None


def is_elsewhere(context: Context, table: str) -> bool:
    """Whether this table stands in another file, in a picture or in a part of the file that was not read."""
    elsewhere = context.report.elsewhere
    return table in elsewhere or "tables" in elsewhere or ("rest" in elsewhere and context.report.table(table) is None)


def named(context: Context, keys: Sequence[str]) -> str:
    """Cells as people say them, the first few of many."""
    labels = [context.label(key) for key in dict.fromkeys(keys)]
    more = len(labels) - _NAMED
    separator = context.say("language.items")
    text = separator.join(labels[:_NAMED])
    return text if more <= 0 else f"{text} … (+{more})"


def undecided_cells(context: Context, keys: Sequence[str]) -> Outcome:
    """Unknown because of these cells: blanks whose value is open, or cells absent or unread."""
    facts = [context.cells.fact(key) for key in keys]
    blank = [key for key, fact in zip(keys, facts, strict=True) if fact is not None and is_blank(fact)]
    if blank:
        return unknown(context.say("needs.blanks", cells=named(context, blank)))
    return unknown(context.say("needs.cells", cells=named(context, keys)))


def question(context: Context) -> str:
    """What to ask the agency, from the card's messages."""
    text = context.rule.messages["question"]
    return text.said(context.lang)
