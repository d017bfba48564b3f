"""Which numbers may be held against the tables one for one: those whose reading something else bears out.

A number takes topic, event and applicants over from what stands before it. Most false accusations came from taking over what the writer
did not mean (商业企业的27件申请中，予以公开20件). So a number that is not the first of its sentence, or has no words of its own,
counts as understood only where the sentence confirms the reading: an agreeing number beside it, a plain total before it, or members
that add up to a cell. Otherwise it is only a part: it agrees with all up to the greatest reading and proves nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec.structs import replace

from auditor.check.narrative.inherit import CLOSES, FORM_TOPICS
from auditor.check.narrative.meaning import OUTCOMES
from auditor.check.narrative.statement import Statement

if TYPE_CHECKING:
    from auditor.check.narrative.compare import Comparison

_SUBSETS = OUTCOMES | CLOSES | {"upheld", "corrected", "other_result", "pending", "over", "forward", "carry", "withdrawn"}
"""Events that make a number a part of all there were."""


def borne_out(found: Sequence[Comparison]) -> tuple[Comparison, ...]:
    """The comparisons in order; those that nothing bears out agree with no cell and contradict none (``bounded`` or ``not_understood``)."""
    sentences: dict[tuple[int, int], list[Comparison]] = defaultdict(list)
    for entry in found:
        sentences[(entry.statement.passage, entry.statement.sentence)].append(entry)
    known = {entry.statement.index: entry for entry in found}
    return tuple(
        entry
        if entry.state != "compared" or _stands(entry, sentences[(entry.statement.passage, entry.statement.sentence)], known)
        else _held_back(entry)
        for entry in found
    )


def _held_back(entry: Comparison) -> Comparison:
    values = [reading.value for reading in entry.readings if reading.value is not None]
    within = entry.statement.value is not None and bool(values) and entry.statement.value <= max(values)
    if within:
        return replace(entry, state="bounded", verdict="within", held_back=True)
    return replace(entry, state="not_understood", verdict="none", held_back=True)


def _stands(entry: Comparison, sentence: Sequence[Comparison], known: Mapping[int, Comparison]) -> bool:
    """Whether the number is named by its own words at the head of its sentence, or the rest of the sentence (or the whole that it is
    said to be a part of) confirms how it was read.
    """
    statement = entry.statement
    if statement.leads and statement.self_named:
        return True
    before = [other for other in sentence if other.statement.index < statement.index]
    beside = [other for other in sentence if other is not entry and not other.statement.leads]
    agree = sum(other.verdict == "agrees" for other in beside)
    contradict = sum(other.verdict == "contradicts" for other in beside)
    whole = known.get(statement.part_of) if statement.part_of is not None else None
    head = next((other for other in reversed(before) if other.statement.leads), whole)
    head_agrees = head is not None and head.verdict == "agrees"
    if head is not None and not statement.explicit and head.statement.applicants and not statement.applicants:
        return False  # 27件企业申请中，…，剩余2件结转下年: of these only, however well the others agree
    if not statement.self_named:
        neighbour = bool(before) and before[-1].verdict == "agrees"
        return (agree > contradict and (head_agrees or neighbour)) or _becomes(statement, before) or _adds_up(entry, before)
    if agree > contradict or (head_agrees and not contradict):
        return True
    if statement.explicit and statement.events and head is not None and head.statement.topic != statement.topic:
        return True  # it starts anew: 公开行政处罚决定57件，作出行政许可处理决定860件
    return head is not None and _is_plain(head.statement)


def _is_plain(head: Statement) -> bool:
    """Whether the number is a total of the form: what follows it tells of all of them."""
    return (
        head.topic in FORM_TOPICS
        and head.self_named
        and not head.restricted
        and not head.applicants
        and not head.grounds
        and not head.events & _SUBSETS
        and not head.base
    )


def _becomes(statement: Statement, before: Sequence[Comparison]) -> bool:
    """由200件增至240件: the earlier number names what the later one counts."""
    return "becomes" in statement.grammar and bool(before) and before[-1].statement.base and before[-1].statement.self_named


def _adds_up(entry: Comparison, before: Sequence[Comparison]) -> bool:
    """Whether the numbers that a total sums up (合计) are together what the tables have."""
    members = [
        other.statement.value for other in before if other.statement.unit == entry.statement.unit and other.statement.value is not None
    ]
    return entry.statement.total and len(members) > 1 and sum(members, Decimal(0)) in {reading.value for reading in entry.readings}
