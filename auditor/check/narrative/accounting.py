"""Every number with a unit of the prose and what became of it: compared, bounded, checked within the text, or why it could not be."""

from __future__ import annotations

from auditor.check.coded.c_lists import listings_of
from auditor.check.coded.c_shares import share_is_decided
from auditor.check.context import Context
from auditor.check.narrative.compare import Comparison, comparisons
from auditor.check.narrative.growth import printed_pair
from auditor.check.narrative.place import place_of
from auditor.check.narrative.scope import other_period, other_subject, statements_of
from auditor.check.narrative.statement import Statement
from auditor.model.finding import ProseNumber, ProseState
from auditor.text.privacy import mask

_NUMBERS = frozenset({"count", "share", "rate", "growth"})
_MORE_UNITS = frozenset({"人", "个", "元", "名", "%", "百分点", "倍"})


def account(context: Context) -> tuple[ProseNumber, ...]:
    """All numbers of the prose with a unit of counting, in order, each in exactly one state."""
    statements = statements_of(context.report, context.rulebook)
    compared = {entry.statement.index: entry for entry in comparisons(context)}
    internal: set[int] = set()
    for listing in listings_of(context):
        internal.add(listing.whole.index)
        internal.update(part.index for part in listing.parts)
    for entry in statements:
        if entry.kind == "growth":
            now, base = printed_pair(statements, entry)
            if now and base is not None:
                internal.update((entry.index, now[0].index, base.index))
    return tuple(
        _number(context, entry, compared.get(entry.index), internal)
        for entry in statements
        if entry.kind in _NUMBERS and (entry.counts or entry.unit in _MORE_UNITS)
    )


def _number(context: Context, entry: Statement, found: Comparison | None, internal: set[int]) -> ProseNumber:
    state = found.state if found is not None else _of_share(context, entry)
    if entry.index in internal and state not in ("compared", "bounded"):
        state = "internal"
    keys = found.keys if found is not None and state in ("compared", "bounded") else ()
    verdict = "contradicts" if found is not None and found.verdict in ("contradicts", "beyond") else "agrees" if state == "compared" else ""
    return ProseNumber(
        section=entry.section,
        text=mask(entry.clause),
        printed=entry.printed,
        quantity=entry.quantity,
        topic=entry.topic,
        events=tuple(sorted(entry.says)),
        value=entry.value,
        unit=entry.unit,
        state=state,
        agrees=None if not verdict else verdict == "agrees",
        compared=keys,
        unknown=tuple(mask(word) for word in entry.unknown),
        passage=entry.passage,
        sentence=entry.sentence,
        location=place_of(context, entry),
    )


def _of_share(context: Context, entry: Statement) -> ProseState:
    """The state of a share, a rate or a growth."""
    if entry.value is None:
        return "not_understood"
    if other_period(entry):
        return "other_period"
    if other_subject(context.report, entry):
        return "other_subject"
    if entry.kind in ("share", "rate") and share_is_decided(context, entry):
        return "internal" if entry.part_of is not None else "compared"
    return "no_counterpart"
