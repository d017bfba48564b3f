"""Rules across two years of one agency (group D). Every function takes a :class:`Pair`; guards D-04 and D-11 are conditions here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec
from msgspec import Struct

from auditor.check.context import NOT_APPLICABLE, Context, Hit, Outcome, fail, needs_other_input, unknown
from auditor.check.culprit import one_of
from auditor.check.kind import Kind, declare, is_cell
from auditor.check.registry import Sees, rule
from auditor.model.finding import Candidate, FactUsed
from auditor.model.formats import Format, TableId
from auditor.model.report import Report
from auditor.model.rule import Severity
from auditor.model.source import Location
from auditor.season.setting import Pair

_EMPTY = ("blank", "dash")


def carried(pair: Pair) -> Outcome:
    """What a year opens with is what the year before closed with: row ``opening`` of this report, row ``closing`` of last year's.

    ``columns`` are compared; where ``of`` names their total, the finding is the milder when that agrees and stands under the rule
    ``beneath``. Message ``differs``.
    """
    params = pair.now.params
    columns, total = tuple(map(str, params["columns"])), params.get("of")
    if _no_requests_table(pair):
        return NOT_APPLICABLE
    opening, closing = str(params["opening"]), str(params["closing"])
    severity: Severity | None = None
    if total is not None and (agrees := _differs(pair, opening, closing, str(total))) is not None:
        severity = "warning" if agrees else "notice"
    wrong, missing = [], []
    for column in columns:
        differs = _differs(pair, opening, closing, column)
        if differs is None:
            missing.append(pair.now.label(f"{opening}.{column}"))
        elif differs:
            wrong.append(column)
    if not wrong:
        return unknown(pair.now.say("needs.cells", cells="、".join(missing))) if missing else fail()
    here = [f"{opening}.{column}" for column in wrong]
    there = [f"{closing}.{column}" for column in wrong]
    printed = [_shown(pair.now.cells.fact(key)) for key in here]
    closed = [_shown(pair.before_cells.fact(key)) for key in there]
    mild: Severity = severity or ("error" if pair.certain and total is None else "warning")
    if pair.before_cells.doubtful(*there):
        mild = "notice" if mild == "notice" else "warning"
    return fail(
        Hit(
            message="differs",
            values={
                "year": _year(pair, 0),
                "previous": _year(pair, -1),
                "cells": "；".join(f"{pair.now.label(key)} {now} ≠ {was}" for key, now, was in zip(here, printed, closed, strict=True)),
            },
            severity=mild,
            confidence="high" if pair.certain else "medium",
            calculation="；".join(f"{now} ≠ {was}" for now, was in zip(printed, closed, strict=True)),
            facts=pair.now.cells.used(*here, question=tuple(here)),
            related=_places(pair, *there),
            explained_by=params.get("beneath"),
            question=_question(pair),
        )
    )


def _differs(pair: Pair, opening: str, closing: str, column: str) -> bool | None:
    """Whether opening and closing differ; ``None`` when undetermined. A blank against a closing above zero differs."""
    then = pair.before_cells.bz(f"{closing}.{column}")
    key = f"{opening}.{column}"
    now = pair.now.cells.bz(key)
    if then is None:
        return None
    if now is None:
        if opening.partition(".")[0] in pair.now.analysis.empty or not pair.now.cells.is_blank(key):
            return None
        return then != 0
    return now != then


@rule("D-03", sees=Sees.YEAR_PAIR)
def d_03(pair: Pair) -> Outcome:
    """Documents in force: last year's, plus issued, minus repealed."""
    if not _both_have(pair, "t2.normative_doc.effective"):
        return NOT_APPLICABLE
    hits, missing = [], []
    for row in pair.now.params["rows"]:
        keys = [f"t2.{row}.{column}" for column in ("effective", "issued", "repealed")]
        effective, issued, repealed = (pair.now.cells.bz(key) for key in keys)
        before = pair.before_cells.bz(keys[0])
        if effective is None or issued is None or repealed is None or before is None:
            if keys[0] in pair.now.cells:
                missing.append(pair.now.label(keys[0]))
            continue
        expected = before + issued - repealed
        if effective == expected:
            continue
        explained = says(pair.now.report, pair.now.params["explained"])
        hits.append(
            Hit(
                message="explained" if explained else "differs",
                values={
                    "row": pair.now.label(keys[0]),
                    "calculation": f"{before} + {issued} − {repealed} = {expected}",
                    "actual": str(effective),
                    "rest": f"{effective - expected:+}",
                    "previous": _year(pair, -1),
                },
                severity="notice" if explained or not pair.same_scope else None,
                confidence="medium",
                calculation=f"{before} + {issued} − {repealed} = {expected} ≠ {effective}",
                facts=pair.now.cells.used(*keys, question=(keys[0],)),
                related=_places(pair, keys[0]),
                question=_question(pair),
                candidates=() if explained else _one_of(pair, keys, (expected, effective - before + repealed, before + issued - effective)),
            )
        )
    if not hits and missing:
        return unknown(pair.now.say("needs.cells", cells="、".join(missing)))
    return fail(*hits)


def _one_of(pair: Pair, keys: Sequence[str], likely: Sequence[Decimal]) -> tuple[Candidate, ...]:
    facts = [pair.now.cells.fact(key) for key in keys]
    return one_of([fact for fact in facts if fact is not None], likely) if None not in facts else ()


@rule("D-05", sees=Sees.YEAR_PAIR)
def d_05(pair: Pair) -> Outcome:
    """Items of the 2019 layout: last year's count and change give this year's “last year”."""
    if not _both_have(pair, "t2.license.prev_items"):
        return NOT_APPLICABLE
    hits, compared = [], 0
    for row in pair.now.params["rows"]:
        key, change = f"t2.{row}.prev_items", f"t2.{row}.change"
        now = pair.now.cells.bz(key)
        then, moved = pair.before_cells.bz(key), pair.before_cells.bz(change)
        if now is None or then is None or moved is None:
            continue
        compared += 1
        if then + moved != now:
            hits.append(
                Hit(
                    message="differs",
                    values={"row": pair.now.label(key), "calculation": f"{then} + {moved} = {then + moved}", "actual": str(now)},
                    calculation=f"{then} + {moved} = {then + moved} ≠ {now}",
                    confidence="medium",
                    facts=pair.now.cells.used(key, question=(key,)),
                    related=_places(pair, key, change),
                    question=_question(pair),
                )
            )
    return fail(*hits) if compared else unknown(pair.now.say("needs.table", table=pair.now.say("table.t2")))


@rule("D-06", sees=Sees.YEAR_PAIR)
def d_06(pair: Pair) -> Outcome:
    """Published stock of the 2019 layout grows by what was published."""
    if not _both_have(pair, "t2.normative_doc.public_total"):
        return NOT_APPLICABLE
    hits, compared = [], 0
    for row in pair.now.params["rows"]:
        total, published = f"t2.{row}.public_total", f"t2.{row}.published"
        now, new, before = pair.now.cells.bz(total), pair.now.cells.bz(published), pair.before_cells.bz(total)
        if now is None or new is None or before is None:
            continue
        compared += 1
        if now >= new and now <= before + new:
            continue  # less than the sum: documents may have been withdrawn
        hits.append(
            Hit(
                message="differs",
                values={"row": pair.now.label(total), "actual": str(now), "before": str(before), "new": str(new)},
                calculation=f"{before} + {new} = {before + new}; {now}",
                confidence="low",
                facts=pair.now.cells.used(total, published, question=(total,)),
                related=_places(pair, total),
            )
        )
    return fail(*hits) if compared else unknown(pair.now.say("needs.table", table=pair.now.say("table.t2")))


def covers(pair: Pair) -> Outcome:
    """For each of ``entries``: Σ cells ``now`` of this report ≥ Σ cells ``before`` of last year's. An entry has its ``message``."""
    hits, compared = [], 0
    for entry in pair.now.params["entries"]:
        totals, pending = tuple(map(str, entry["now"])), tuple(map(str, entry["before"]))
        now, before = pair.now.cells.total(totals), pair.before_cells.total(pending)
        if now is None or before is None:
            continue
        compared += 1
        if now < before:
            hits.append(
                Hit(
                    message=str(entry["message"]),
                    values={"actual": str(now), "before": str(before), "previous": _year(pair, -1)},
                    calculation=f"{now} < {before}",
                    confidence="low",
                    facts=pair.now.cells.used(*totals, question=totals),
                    related=_places(pair, *pending),
                )
            )
    table = str(pair.now.params["table"])
    return fail(*hits) if compared else unknown(pair.now.say("needs.table", table=pair.now.say(f"table.{table}")))


def jump(pair: Pair) -> Outcome:
    """None of the cells ``keys`` is ``times`` what it was, that part of it, or comes from or goes to nothing. Message ``jump``.

    ``least``: what the larger of the two numbers must reach.
    """
    if not pair.same_scope:
        return unknown(pair.now.say("season.scope"))
    least, times = Decimal(str(pair.now.params["least"])), Decimal(str(pair.now.params["times"]))
    wrong = []
    for key in pair.now.params["keys"]:
        now, before = pair.now.cells.bz(key), pair.before_cells.bz(key)
        if now is None or before is None or max(now, before) < least:
            continue
        low, high = min(now, before), max(now, before)
        if low == 0 or high / low >= times:
            wrong.append((key, before, now))
    if not wrong:
        return fail()
    keys = tuple(key for key, _, _ in wrong)
    return fail(
        Hit(
            message="jump",
            values={
                "cells": "；".join(f"{pair.now.label(key)} {before} → {now}" for key, before, now in wrong),
                "previous": _year(pair, -1),
                "year": _year(pair, 0),
            },
            confidence="low",
            calculation="；".join(f"{before} → {now}" for _, before, now in wrong),
            facts=pair.now.cells.used(*keys, question=keys),
            related=_places(pair, *keys),
            quantity="jumps",
        )
    )


def copied_table(pair: Pair) -> Outcome:
    """None of ``tables`` with ``non_zero`` figures above zero or more is last year's, cell for cell. Message ``copied``."""
    hits, compared = [], 0
    for table in map(str, pair.now.params["tables"]):
        if pair.now.report.layouts.get(table) != pair.before.layouts.get(table):
            continue
        keys = [fact.key for fact in pair.now.report.facts if fact.key.startswith(table + ".")]
        if not keys or {fact.key for fact in pair.before.facts if fact.key.startswith(table + ".")} != set(keys):
            continue
        values = [(pair.now.cells.bz(key), pair.before_cells.bz(key)) for key in keys]
        if any(now is None or before is None for now, before in values):
            continue
        compared += 1
        filled = tuple(key for key, (now, _) in zip(keys, values, strict=True) if now)
        if len(filled) >= int(pair.now.params["non_zero"]) and all(now == before for now, before in values):
            found = pair.now.report.table(table)
            hits.append(
                Hit(
                    message="copied",
                    values={"table": pair.now.say(f"table.{table}"), "previous": _year(pair, -1), "count": str(len(filled))},
                    location=found.location if found else None,
                    facts=pair.now.cells.used(*filled[:6]),
                    quantity=table,
                    confidence="medium",
                )
            )
    return fail(*hits) if compared else unknown(pair.now.say("season.tables"))


@rule("T4-06", sees=Sees.YEAR_PAIR)
def t4_06(context: Context, earlier: Sequence[Decimal | None]) -> Outcome:
    """Suits after review presuppose reviews in this or the two years before; ``earlier`` are the review totals of those years."""
    suits = context.cells.bz("t4.after_review_total")
    reviews = context.cells.bz("t4.review_total")
    if suits is None or reviews is None:
        return unknown(context.say("needs.table", table=context.say("table.t4")))
    if suits == 0 or reviews > 0 or any(value is not None and value > 0 for value in earlier):
        return fail()
    if len(earlier) < 2 or any(value is None for value in earlier):
        return needs_other_input(context.say("season.earlier"))
    return fail(
        Hit(
            message=next(iter(context.rule.messages)),
            values={"suits": str(suits), "years": "、".join(str((context.report.year or 0) - back) for back in (2, 1, 0))},
            confidence="low",
            facts=context.cells.used("t4.after_review_total", "t4.review_total", question=("t4.after_review_total",)),
        )
    )


def milder(pair: Pair, outcome: Outcome) -> Outcome:
    """An outcome with errors lowered to warnings where agency, scope or reading are not certain (rule book 1.2)."""
    if pair.certain:
        return outcome
    hits = tuple(hit if hit.severity in ("warning", "notice") else _lowered(hit, pair.now.rule.severity) for hit in outcome.hits)
    return Outcome(verdict=outcome.verdict, hits=hits, needs=outcome.needs)


def _lowered(hit: Hit, severity: Severity) -> Hit:
    from msgspec.structs import replace

    wanted = hit.severity or severity
    return replace(hit, severity="warning" if wanted == "error" else wanted)


def _no_requests_table(pair: Pair) -> bool:
    """D-11: a statistical table has no closing stock that could be compared."""
    forms = [pair.now.rulebook.format_for(report.era) for report in (pair.before, pair.now.report)]
    return any(form is None or not form.has_tables for form in forms)


def _both_have(pair: Pair, cell: str) -> bool:
    """D-04: both tables 2 must follow layouts with this cell, or columns of different meaning would be compared."""
    rulebook = pair.now.rulebook
    return all(rulebook.layout_has(report.layouts.get("t2"), cell) for report in (pair.now.report, pair.before))


def says(report: Report, patterns: Sequence[str]) -> bool:
    """Whether one of these patterns is found in the prose."""
    return any(re.search(pattern, passage.text) for passage in report.passages for pattern in patterns)


def _shown(fact: object) -> str:
    from auditor.model.report import Fact

    if not isinstance(fact, Fact):
        return "—"
    return "∅" if fact.state in _EMPTY and not fact.raw.strip() else str(fact.value if fact.value is not None else fact.raw)


def _places(pair: Pair, *keys: str) -> tuple[Location, ...]:
    used: tuple[FactUsed, ...] = pair.before_cells.used(*keys)
    return tuple(
        msgspec.structs.replace(fact.location, file=fact.location.file or pair.before.source.path)
        for fact in used
        if fact.location is not None
    )


def _question(pair: Pair) -> str | None:
    return pair.now.say("season.question") if not pair.certain else None


def _year_of(pair: Pair) -> int:
    return pair.now.report.year or 0


def _year(pair: Pair, offset: int) -> str:
    return str(_year_of(pair) + offset)


class CarriedParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See :func:`carried`."""

    opening: str
    closing: str
    columns: tuple[str, ...]
    of: str | None = None
    beneath: str | None = None


class Covered(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Cells of this year that cover cells of last year."""

    message: str
    now: tuple[str, ...]
    before: tuple[str, ...]


class CoversParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See :func:`covers`; ``table``: what is missing where nothing could be compared."""

    table: TableId
    entries: tuple[Covered, ...]


class JumpParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See :func:`jump`."""

    keys: tuple[str, ...]
    least: int | float
    times: int | float


class CopiedTableParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See :func:`copied_table`."""

    tables: tuple[TableId, ...]
    non_zero: int


def _cells(key: str, names: Sequence[str], formats: tuple[Format, ...]) -> Iterator[tuple[str, str, str]]:
    """Names of cells that no form has; none at all."""
    if not names:
        yield key, "empty", ""
    for name in names:
        if not is_cell(name, formats):
            yield key, "no_cell", name


def _carried_faults(params: CarriedParams, formats: tuple[Format, ...]) -> Iterator[tuple[str, str, str]]:
    columns = (*params.columns, params.of) if params.of is not None else params.columns
    yield from _cells("opening", [f"{params.opening}.{column}" for column in columns], formats)
    yield from _cells("closing", [f"{params.closing}.{column}" for column in columns], formats)


def _covers_faults(params: CoversParams, formats: tuple[Format, ...]) -> Iterator[tuple[str, str, str]]:
    for entry in params.entries:
        yield from _cells("entries", (*entry.now, *entry.before), formats)


declare(
    "carried",
    Kind(
        carried,
        CarriedParams,
        {"differs": frozenset({"year", "previous", "cells"})},
        sees=Sees.YEAR_PAIR,
        faults=_carried_faults,
    ),
)
declare(
    "covers",
    Kind(
        covers,
        CoversParams,
        {},
        sees=Sees.YEAR_PAIR,
        faults=_covers_faults,
        wording=lambda params: {entry.message: frozenset({"actual", "before", "previous"}) for entry in params.entries},
    ),
)
declare(
    "jump",
    Kind(
        jump,
        JumpParams,
        {"jump": frozenset({"cells", "previous", "year"})},
        sees=Sees.YEAR_PAIR,
        faults=lambda params, formats: _cells("keys", params.keys, formats),
    ),
)
declare("copied_table", Kind(copied_table, CopiedTableParams, {"copied": frozenset({"table", "previous", "count"})}, sees=Sees.YEAR_PAIR))
