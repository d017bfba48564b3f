"""C-07, C-11, C-13, C-21: claims without a number against the tables."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from msgspec.structs import replace

from auditor.check.coded.c_numbers import needs_of, standing_of
from auditor.check.context import NOT_APPLICABLE, PASS, Context, Hit, Outcome, fail, unknown
from auditor.check.narrative.patterns import any_of, found
from auditor.check.narrative.place import hit_at, plain
from auditor.check.narrative.readings import is_statistical, row_value
from auditor.check.narrative.scope import said, standing, statements_of
from auditor.check.narrative.statement import Statement
from auditor.model.rule import Severity

_SPEAK = ("sure", "doubtful")
_BLOCKS = {"review": ("review",), "litigation": ("direct", "after_review"), "remedies": ("review", "direct", "after_review")}


def no_requests(context: Context) -> Outcome:
    """C-07: 未收到申请 against the new requests, and requests told of against a table of zeros."""
    claims = [claim for claim in said(context, "claim") if claim.quantity == "no_requests" and standing_of(context, claim) in _SPEAK]
    told = [
        entry
        for entry in said(context)
        if entry.quantity in ("received", "new_received", "requests")
        and entry.value
        and standing(context, entry) == "sure"
        and entry.part_of is None
    ]
    if not claims and not told:
        return NOT_APPLICABLE
    statistical = is_statistical(context)
    key = "st.req_received" if statistical else "t3.new_received.total"
    received = context.cells.bz(key) if statistical else row_value(context, "new_received")
    carried = None if statistical else row_value(context, "carried_over")
    if received is None:
        return unknown(needs_of(context))
    if claims and received > 0:
        return fail(
            hit_at(
                context,
                claims[0],
                "claim",
                values={"received": plain(received)},
                severity=_severity(context, claims[0]),
                calculation=f"{context.label(key)} {plain(received)} > 0",
                keys=(key,),
            )
        )
    if received == 0 and not carried and told and not claims:
        return fail(
            hit_at(
                context,
                told[0],
                "table_zero",
                severity="warning",
                keys=(key, "t3.carried_over.total"),
                calculation=f"{context.label(key)} 0 ≠ {told[0].printed}",
                explained_by="C-01",
            )
        )
    return PASS


def all_claims(context: Context) -> Outcome:
    """C-11: 全部办结 against what is carried forward, 均获维持 and 无败诉 against table 4."""
    if is_statistical(context):
        return NOT_APPLICABLE
    hits: list[Hit] = []
    undecided = decided = 0
    counted = [entry for entry in said(context) if entry.value]
    left_over = frozenset(entry.passage for entry in counted if entry.quantity in ("carried_forward", "carried_any", "pending"))
    unfinished = frozenset(entry.passage for entry in counted if (entry.quantity or "").endswith((".pending", ".other")))
    for claim in _universal(context):
        found_hit = _closed(context, claim, left_over) if claim.quantity == "all_closed" else _upheld(context, claim, unfinished)
        if found_hit == "unknown":
            undecided += 1
        elif found_hit is not None and not isinstance(found_hit, str):
            hits.append(found_hit)
        else:
            decided += 1
    if hits:
        return fail(*hits)
    if undecided:
        return unknown(needs_of(context))
    return PASS if decided else NOT_APPLICABLE


def _universal(context: Context) -> Iterator[Statement]:
    """Claims about all, and a rate of closed requests of 100 %."""
    statements = statements_of(context.report, context.rulebook)
    for entry in statements:
        if (
            entry.kind == "claim"
            and entry.quantity in ("all_closed", "all_upheld", "none_corrected")
            and standing_of(context, entry) in _SPEAK
        ):
            yield entry
        elif entry.kind == "rate" and entry.value == 100 and entry.quantity in ("answered", "handled") and _of_all(context, entry):
            yield replace(entry, quantity="all_closed")


def _of_all(context: Context, rate: Statement) -> bool:
    """Whether a rate is of all requests closed, not of those closed in time."""
    return "closed" in rate.grammar and "timely" not in rate.grammar and standing_of(context, rate) in _SPEAK


def _closed(context: Context, claim: Statement, left_over: frozenset[int]) -> Hit | str | None:
    if claim.passage in left_over:
        return None  # the passage itself says what is left over
    left = row_value(context, "carried_forward")
    if left is None:
        return "unknown"
    if left == 0:
        return None
    key = "t3.carried_forward.total"
    return hit_at(
        context,
        claim,
        "not_closed",
        values={"left": plain(left)},
        severity="warning",
        calculation=f"{context.label(key)} {plain(left)} > 0",
        keys=(key,),
    )


def none_carried(context: Context) -> Outcome:
    """Part of C-04 and C-02: 无结转 against what is carried over and forward."""
    hits: list[Hit] = []
    seen = False
    rows = {"C-04": "carried_forward", "C-02": "carried_over"}
    row = rows[context.rule.id]
    for claim in said(context, "claim"):
        if claim.quantity not in (f"none_{row}", "none_carried") or standing_of(context, claim) not in _SPEAK or is_statistical(context):
            continue
        both = [row_value(context, name) for name in ("carried_over", "carried_forward")]
        value = row_value(context, row)
        if claim.quantity == "none_carried" and (row == "carried_over" or None in both or 0 in both):
            continue
        seen = True
        if value:
            key = f"t3.{row}.total"
            hits.append(
                hit_at(
                    context,
                    claim,
                    "none",
                    values={"cell": context.label(key), "value": plain(value)},
                    severity=_severity(context, claim),
                    calculation=f"{context.label(key)} {plain(value)} > 0",
                    keys=(key,),
                )
            )
    return fail(*hits) if hits else PASS if seen else NOT_APPLICABLE


def _upheld(context: Context, claim: Statement, unfinished: frozenset[int]) -> Hit | str | None:
    blocks = _BLOCKS.get(claim.topic or "")
    if blocks is None:
        return None
    if "lost" in claim.events:  # a case is lost in court, a review is not
        blocks = _BLOCKS["litigation"]
    corrected = context.cells.total([f"t4.{block}_corrected" for block in blocks])
    rest_keys = [f"t4.{block}_{name}" for block in blocks for name in ("pending", "other")]
    rest = context.cells.total(rest_keys)
    if corrected is None or (claim.quantity == "all_upheld" and rest is None):
        return "unknown"
    keys = [f"t4.{block}_corrected" for block in blocks]
    if corrected > 0:
        severity: Severity | None = "error" if standing_of(context, claim) == "sure" else "warning"
        return hit_at(
            context,
            claim,
            "corrected",
            values={"corrected": plain(corrected)},
            severity=severity,
            calculation=_listed(context, keys),
            keys=tuple(keys),
        )
    if claim.quantity != "all_upheld" or not rest or "concluded" in claim.events or claim.passage in unfinished:
        return None
    return hit_at(
        context,
        claim,
        "not_upheld",
        values={"rest": plain(rest)},
        severity="warning",
        calculation=f"{_listed(context, rest_keys)}; {plain(rest)} > 0",
        keys=tuple(rest_keys),
    )


def _listed(context: Context, keys: list[str]) -> str:
    values = [(key, context.cells.bz(key) or Decimal(0)) for key in keys]
    return ", ".join(f"{context.label(key)} {plain(value)}" for key, value in values if value)


def no_remedies(context: Context) -> Outcome:
    """C-13: 未发生复议、诉讼 against the totals of table 4 (or of the statistical table)."""
    claims = [claim for claim in said(context, "claim") if claim.quantity == "no_remedies" and standing_of(context, claim) in _SPEAK]
    if not claims:
        return NOT_APPLICABLE
    hits, undecided = [], False
    for claim in claims:
        for key in _totals(context, claim):
            total = context.cells.bz(key)
            if total is None:
                undecided = True
            elif total > 0:
                hits.append(
                    hit_at(
                        context,
                        claim,
                        "claim",
                        values={"cell": context.label(key), "total": plain(total)},
                        calculation=f"{context.label(key)} {plain(total)} > 0",
                        keys=(key,),
                        severity=_severity(context, claim),
                    )
                )
    if hits:
        return fail(*hits)
    return unknown(needs_of(context)) if undecided else PASS


def _totals(context: Context, claim: Statement) -> list[str]:
    if is_statistical(context):
        return {"review": ["st.rv_total"], "litigation": ["st.lt_total"], "remedies": ["st.rv_total", "st.lt_total"]}.get(
            claim.topic or "", []
        )
    return [f"t4.{block}_total" for block in _BLOCKS.get(claim.topic or "", ())]


def corrected_cases(context: Context) -> Outcome:
    """C-21: cases lost are spoken of in section one or five."""
    keys = ["t4.review_corrected", "t4.direct_corrected", "t4.after_review_corrected"]
    corrected = context.cells.total(keys)
    if corrected is None:
        return unknown(needs_of(context)) if any(key in context.cells for key in keys) else NOT_APPLICABLE
    if corrected == 0:
        return NOT_APPLICABLE
    if corrected == 1 and (row_value(context, "result_total") or 0) >= int(context.params.get("large_volume", 100)):
        return PASS
    sections = set(context.params.get("sections", ()))
    spoken = [passage for passage in context.report.passages if passage.section in sections]
    if not spoken:
        return unknown(context.say("needs.sections"))
    pattern = any_of(context.rulebook.narrative.quality_words)
    if any(found(pattern, passage.text) for passage in spoken):
        return PASS
    return fail(
        Hit(
            message="silent",
            values={"corrected": plain(corrected)},
            facts=context.cells.used(*keys),
            calculation=_listed(context, keys),
            quantity="corrected",
        )
    )


def _severity(context: Context, claim: Statement) -> Severity | None:
    return None if standing_of(context, claim) == "sure" else "warning"
