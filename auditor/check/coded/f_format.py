"""Notation of cells, units in cells, damaged text (rule book F-11, F-12, F-16)."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from msgspec import Struct

from auditor.check.coded.check import Check
from auditor.check.context import NOT_APPLICABLE, Context, Hit, Outcome, fail, unknown
from auditor.check.evidence import is_elsewhere, show
from auditor.check.kind import Kind, declare, names, pattern_faults
from auditor.model.report import Fact
from auditor.text.chars import squeeze
from auditor.text.patterns import regex_pattern

_SLASHES = frozenset({"/", "\\", "|", "∕", "⁄"})


def _tables_missing(context: Context) -> Outcome:
    if any(is_elsewhere(context, table) for table in ("t2", "t3", "t4", "st")):
        return unknown(context.say("needs.table", table="、".join(context.say(f"table.{table}") for table in ("t2", "t3", "t4"))))
    return NOT_APPLICABLE


def f_11(context: Context) -> Outcome:
    """One notice a table with counts of cells that are not plain digits."""
    if not context.report.tables:
        return _tables_missing(context)
    hits = []
    for table in context.report.tables:
        facts = [fact for fact in context.report.facts if fact.key.startswith(table.id + ".")]
        odd = [(fact, kind) for fact in facts if (kind := _kind(fact)) is not None]
        if odd:
            counts = Counter(kind for _, kind in odd)
            stop, dash = context.say("notation.between"), context.say("notation.colon")
            kinds = stop.join(
                f"{context.say(f'notation.{kind}')} {number}{dash}{_cells(context, [fact for fact, own in odd if own == kind])}"
                for kind, number in sorted(counts.items())
            )
            values = {"table": context.say(f"table.{table.id}"), "count": str(len(odd)), "kinds": kinds}
            places = tuple(fact.location for fact, _ in odd[:_NAMED] if fact.location is not None)
            hits.append(Hit(message="notation", values=values, location=table.location, related=places, quantity=table.id))
    return fail(*hits)


def _cells(context: Context, facts: list[Fact]) -> str:
    """The cells by row, as the form names them: all of a short list, else the first rows and how many cells there are."""
    named = context.say("notation.and").join(context.label(fact.key) for fact in facts[:_NAMED])
    return named if len(facts) <= _NAMED else context.say("notation.more", cells=named, count=str(len(facts)))


_NAMED = 4


def _kind(fact: Fact) -> str | None:
    if fact.state == "dash" and squeeze(fact.raw) in _SLASHES:
        return "slash"
    if fact.state in ("blank", "dash", "unit_text"):
        return fact.state
    if fact.state == "text":
        return "none" if fact.value is not None else "text"
    return "full_width" if "full_width" in fact.notes else None


def f_12(context: Context) -> Outcome:
    """A unit in a cell against the header's, or repeating it."""
    if not context.report.tables:
        return _tables_missing(context)
    hits = []
    for table in context.report.tables:
        form = context.rulebook.table(table.id, table.layout)
        units = {column.key: column.unit for column in form.columns} if form is not None else {}
        rows = {row.key: row.unit for row in form.rows} if form is not None else {}
        for fact in context.report.facts:
            if fact.unit is None or not fact.key.startswith(table.id + "."):
                continue
            last = fact.key.rpartition(".")[2]
            official = rows.get(last) if table.id == "st" else units.get(last)
            if official is None:
                continue
            same = fact.unit == official
            money = "元" in official and "元" in fact.unit
            severity = "warning" if not same and money and fact.value not in (None, Decimal(0)) else "notice"
            values = {"cell": context.label(fact.key), "printed": fact.raw.strip(), "unit": official}
            facts = context.cells.used(fact.key, question=(fact.key,))
            hits.append(
                Hit(
                    message="repeats" if same else "contradicts",
                    values=values,
                    severity="warning" if severity == "warning" else "notice",
                    expected=show(fact.value) if same and fact.value is not None else None,
                    facts=facts,
                    quantity=fact.key,
                )
            )
    return fail(*hits)


def damaged_text(context: Context) -> Outcome:
    """No replacement characters, mojibake or markup (``pattern``) is left in the text. Message ``damaged``, one finding a report."""
    if not context.report.passages and "sections" in context.report.elsewhere:
        return unknown(context.say("needs.sections"))
    pattern = regex_pattern(str(context.params["pattern"]))
    found = [(match.group(), entry) for entry in context.report.passages for match in pattern.finditer(entry.text)]
    if not found:
        return fail()
    values = {"count": str(len(found)), "sample": found[0][0]}
    related = tuple(entry.location for _, entry in found[1:6])
    return fail(Hit(message="damaged", values=values, confidence="medium", location=found[0][1].location, related=related, quantity="text"))


RULES: dict[str, Check] = {"F-11": f_11, "F-12": f_12}


class DamagedParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See :func:`damaged_text`."""

    pattern: str


declare(
    "damaged_text",
    Kind(
        damaged_text,
        DamagedParams,
        {"damaged": names("count", "sample")},
        faults=lambda params, formats: pattern_faults("pattern", (params.pattern,)),
    ),
)
