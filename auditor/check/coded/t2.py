"""Table 2 (rule book B1): stocks and flows, items and decisions, units and powers."""

from __future__ import annotations

from decimal import Decimal

from auditor.check.context import Context, Hit, Outcome, fail, unknown
from auditor.check.evidence import gate, question, show, undecided_cells
from auditor.check.registry import rule
from auditor.text.patterns import regex_pattern

_ITEM_ROWS = ("license", "other_service", "penalty", "coercion", "admin_fee")
_DOCUMENT_ROWS = ("regulation", "normative_doc")


@rule("T2-03")
def t2_03(context: Context) -> Outcome:
    """Only bodies with rule-making power report regulations."""
    stopped = gate(context, "t2")
    if stopped is not None:
        return stopped
    facts = [fact for fact in context.report.facts if fact.key.startswith("t2.regulation.")]
    positive = [fact for fact in facts if fact.value is not None and fact.value > 0]
    if not positive:
        return fail()
    agency = context.report.agency
    if agency is None:
        return unknown(context.say("needs.agency"))
    # A county or district in the name decides over a city before it: 青山市白石县人民政府.
    core = agency.removesuffix("人民政府办公室").removesuffix("人民政府").removesuffix("办公室")
    may = regex_pattern(str(context.params["makers"])).search(agency) and not regex_pattern(str(context.params["below"])).search(core)
    if may:
        return fail()
    keys = tuple(fact.key for fact in positive)
    values = {"agency": agency, "values": "、".join(fact.raw.strip() for fact in positive)}
    return fail(
        Hit(
            message="power",
            values=values,
            facts=context.cells.used(*keys, question=keys),
            question=question(context),
            quantity="regulation",
        )
    )


@rule("T2-04")
def t2_04(context: Context) -> Outcome:
    """A fee amount that is implausible in 万元."""
    stopped = gate(context, "t2", "t2.admin_fee.fee_amount")
    if stopped is not None:
        return stopped
    if context.report.scope == "consolidated" or context.report.agency_kind == "government":
        return Outcome(verdict="not_applicable")
    key = "t2.admin_fee.fee_amount"
    fact, value = context.cells.fact(key), context.cells.bz(key)
    if value is None:
        return undecided_cells(context, [key])
    agency = context.report.agency
    plain_unit = fact is not None and fact.unit == "元"  # F-12 speaks of the unit
    if value < Decimal(str(context.params["limit"])) or plain_unit:
        return fail()
    if agency is None:  # a whole city may well take as much
        return unknown(context.say("needs.agency"))
    if regex_pattern(str(context.params["large_collectors"])).search(agency):
        return fail()
    return fail(
        Hit(
            message="large",
            values={"value": show(value)},
            calculation=f"{show(value)} ≥ {context.params['limit']}",
            facts=context.cells.used(key, question=(key,)),
            question=question(context),
            quantity=key,
        )
    )


@rule("T2-08")
def t2_08(context: Context) -> Outcome:
    """Number and amount of purchases are both zero or both positive; the amount has a unit."""
    stopped = gate(context, "t2", "t2.gov_procurement.proc_amount")
    if stopped is not None:
        return stopped
    keys = ("t2.gov_procurement.proc_count", "t2.gov_procurement.proc_amount")
    count, amount = (context.cells.bz(key) for key in keys)
    if count is None or amount is None:
        return undecided_cells(context, [key for key in keys if context.cells.bz(key) is None])
    fact = context.cells.fact(keys[1])
    found = context.report.table("t2")
    label = found.labels.get("column:proc_amount", "") if found is not None else ""
    printed = fact.raw.strip() if fact is not None else show(amount)
    values = {"count": show(count), "amount": printed}
    facts = context.cells.used(*keys, question=keys)
    hits = []
    if (count == 0) != (amount == 0):
        calculation = f"{show(max(count, amount))} > 0; {show(min(count, amount))} = 0"
        hits.append(Hit(message="pair", values=values, calculation=calculation, facts=facts, question=question(context), quantity="pair"))
    if amount != 0 and fact is not None and fact.unit is None and "元" not in label:
        facts = context.cells.used(keys[1], question=keys[1:])
        hits.append(Hit(message="unit", values=values, severity="notice", facts=facts, question=question(context), quantity="unit"))
    return fail(*hits)


@rule("T2-09")
def t2_09(context: Context) -> Outcome:
    """No figure where the form has no cell."""
    stopped = gate(context, "t2")
    if stopped is not None:
        return stopped
    form = context.rulebook.table("t2", context.report.layouts.get("t2"))
    labels = [name for row in (form.rows if form is not None else ()) for name in (row.label, *row.variants)]
    hits = []
    for entry in context.report.unplaced:
        values = [value for value in entry.values if any(char.isdigit() for char in value)]
        if entry.table == "t2" and entry.duplicate_of is None and values and any(label in entry.text for label in labels):
            said = {"label": entry.text.strip(), "values": "、".join(values)}
            hits.append(Hit(message="value", values=said, confidence="low", location=entry.location, quantity=entry.text.strip()))
    return fail(*hits)
