"""The check kind ``prose_numbers``: a number of the prose against every admissible reading of the tables."""

from __future__ import annotations

from auditor.check.context import NOT_APPLICABLE, PASS, Context, Hit, Outcome, fail, unknown
from auditor.check.narrative.compare import Comparison, comparisons
from auditor.check.narrative.place import hit_at, name_of, plain
from auditor.check.narrative.readings import Reading, is_statistical, readings_of
from auditor.check.narrative.scope import Standing, said, standing
from auditor.check.narrative.statement import Statement
from auditor.model.rule import Severity


def compare_numbers(context: Context) -> Outcome:
    """Every count whose quantity (``rules/narrative``) names this rule; reported only when no reading fits and none is undetermined.

    Messages ``mismatch`` (one reading), ``mismatch_any`` (several), ``beyond`` (a part larger than the whole), perhaps ``one_column`` (the
    column of natural persons was taken for the total). ``none_issued`` compares what is said not to have been issued as well: ``none``.
    """
    found = [entry for entry in comparisons(context) if entry.rule == context.rule.id]
    hits = [_hit(context, entry) for entry in found if entry.verdict in ("contradicts", "beyond")]
    if context.params.get("none_issued"):
        hits += _none_issued(context)
    if hits:
        return fail(*hits)
    if any(entry.verdict == "undecided" for entry in found):
        return unknown(needs_of(context))
    return PASS if any(entry.verdict in ("agrees", "within") for entry in found) else NOT_APPLICABLE


def needs_of(context: Context) -> str:
    """What an undecided comparison needs: the figures of the tables the rule compares with."""
    table = "st" if is_statistical(context) else context.params.get("table", "t3")
    return context.say("needs.table", table=context.say(f"table.{table}"))


def standing_of(context: Context, statement: Statement) -> Standing:
    """How a claim stands to the tables."""
    return standing(context, statement)


def _none_issued(context: Context) -> list[Hit]:
    """未制发规范性文件 against table 2."""
    hits = []
    for claim in said(context, "claim"):
        if claim.quantity != "none_issued" or standing_of(context, claim) not in ("sure", "doubtful"):
            continue
        row = "normative_doc" if claim.topic == "normative" else "regulation"
        for key in (f"t2.{row}.issued", f"t2.{row}.made"):
            value = context.cells.bz(key) if key in context.cells else None
            if value:
                hits.append(
                    hit_at(
                        context,
                        claim,
                        "none",
                        values={"cell": context.label(key), "value": plain(value)},
                        calculation=f"{context.label(key)} {plain(value)} > 0",
                        keys=(key,),
                    )
                )
                break
    return hits


def _hit(context: Context, entry: Comparison) -> Hit:
    statement, quantity, readings = entry.statement, entry.quantity, entry.readings
    certain = quantity is None or quantity.certain
    sure = not entry.doubtful and certain and statement.bound == "exact" and entry.verdict == "contradicts"
    severity: Severity | None = None if sure or context.rule.severity != "error" else "warning"
    readings = (
        tuple(reading for reading in readings if not reading.derived) or readings
    )  # what the table prints; column sums were tried too
    distinct = list(dict.fromkeys(plain(reading.value) for reading in readings))
    calculation = "; ".join(_equation(reading, statement, entry.verdict) for reading in _by_value(readings))
    message = "mismatch" if len(distinct) == 1 else "mismatch_any"
    if entry.verdict == "beyond":
        message = "beyond"
    elif quantity is not None and quantity.columns == ("total",) and not statement.applicants and _one_column(context, statement, quantity):
        message = "one_column" if "one_column" in context.rule.messages else message
    name = _name(context, statement)
    values = {"quantity": name, "expected": " / ".join(distinct), "calculation": calculation}
    keys = tuple(dict.fromkeys(key for reading in readings for key in reading.keys))
    return hit_at(
        context,
        statement,
        message,
        values=values,
        severity=severity,
        expected=distinct[0] if message != "beyond" and len(distinct) == 1 and _is_proved(context, keys) else None,
        calculation=calculation,
        keys=keys if len(keys) <= 16 else readings[0].keys,
        quantity=_key(statement),
    )


def _is_proved(context: Context, keys: tuple[str, ...]) -> bool:
    """Whether the sums of the tables confirm every one of these cells: each stands in an equation that holds, none in one that fails."""
    confirmed: set[str] = set()
    doubted: set[str] = set()
    for equation in context.analysis.standings:
        (confirmed if equation.state == "holds" else doubted).update(equation.identity.keys)
    return bool(keys) and set(keys) <= confirmed - doubted


def _key(statement: Statement) -> str:
    parts = [statement.quantity or "", *statement.sums, *sorted(statement.applicants)]
    return ".".join(part for part in parts if part)


def _name(context: Context, statement: Statement) -> str:
    """What is counted, in words: the quantity, or the several outcomes or applicants counted together."""
    lang = context.lang
    words = context.rulebook.narrative
    if statement.applicants:
        names = [found.name for key in sorted(statement.applicants) if (found := words.applicant(key)) is not None]
        if names:
            return context.say("language.comma").join(name.said(lang) for name in names)
    if statement.sums:
        return context.say("language.comma").join(name_of(context, key) for key in statement.sums)
    return name_of(context, statement.quantity)


def _by_value(readings: tuple[Reading, ...]) -> list[Reading]:
    """The first reading of each value: others with the same value prove nothing more."""
    first: dict[str, Reading] = {}
    for reading in readings:
        first.setdefault(plain(reading.value), reading)
    return list(first.values())


def _equation(reading: Reading, statement: Statement, verdict: str) -> str:
    relation = "<" if verdict == "beyond" else "≠"
    plainly = " + " not in reading.words and " − " not in reading.words
    if plainly:
        return f"{reading.words} {relation} {statement.printed}"
    return f"{reading.words} = {plain(reading.value)} {relation} {statement.printed}"


def _one_column(context: Context, statement: Statement, quantity: object) -> bool:
    """Whether the number of the prose is the natural-person cell of what it names: the commonest slip."""
    entry = context.rulebook.narrative.quantity(statement.quantity)
    if entry is None or entry.key in ("received", "answered", "requests", "handled") or is_statistical(context):
        return False
    return bool(statement.value) and any(
        reading.value == statement.value and "." not in reading.formula for reading in readings_of(context, entry, ("natural_person",))
    )
