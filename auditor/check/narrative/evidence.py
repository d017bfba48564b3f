"""Which numbers may be held against the tables one for one: those whose reading something else bears out.

A number takes topic, event and applicants over from what stands before it. Most false accusations came from taking over what the writer
did not mean (商业企业的27件申请中，予以公开20件). So a number that is not the first of its sentence, or has no words of its own,
counts as understood only where the sentence confirms the reading: an agreeing number beside it, a plain total before it, or members
that add up to a cell. Otherwise it is only a part: it agrees with all up to the greatest reading and proves nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from auditor.check.narrative.inherit import CLOSES, FORM_TOPICS
from auditor.check.narrative.meaning import OUTCOMES
from auditor.check.narrative.statement import Statement

if TYPE_CHECKING:
    from auditor.check.narrative.compare import Comparison

_SUBSETS = OUTCOMES | CLOSES | {"upheld", "corrected", "other_result", "pending", "over", "forward", "carry", "withdrawn"}
"""Events that make a number a part of all there were."""


class _Beside(Struct, frozen=True):
    """What a number's sentence has beside it: the number that leads (else the whole it is a part of), the one right before, how many of
    the others agree with the tables and contradict them, and count and sum of the numbers of its unit before it.
    """

    head: Comparison | None
    before: Comparison | None
    agree: int
    contradict: int
    members: tuple[int, Decimal]


def borne_out(found: Sequence[Comparison]) -> tuple[Comparison, ...]:
    """The comparisons in order; those that nothing bears out agree with no cell and contradict none (``bounded`` or ``not_understood``)."""
    known = {entry.statement.index: entry for entry in found}
    result: list[Comparison] = []
    for _, entries in groupby(found, key=lambda entry: (entry.statement.passage, entry.statement.sentence)):
        result += _sentence(tuple(entries), known)
    return tuple(result)


def _sentence(entries: Sequence[Comparison], known: Mapping[int, Comparison]) -> list[Comparison]:
    """The comparisons of one sentence, in one pass: a sentence may hold thousands of numbers."""
    verdicts = Counter(entry.verdict for entry in entries if not entry.statement.leads)
    members: dict[str, tuple[int, Decimal]] = {}
    head: Comparison | None = None
    before: Comparison | None = None
    result: list[Comparison] = []
    for entry in entries:
        statement = entry.statement
        told = members.get(statement.unit, (0, Decimal(0)))
        if head is None and statement.part_of is not None:
            head = known.get(statement.part_of)  # the whole stands in the sentence before: 共46件。其中…，3件结转下年
        beside = _Beside(
            head=head,
            before=before,
            agree=verdicts["agrees"] - (entry.verdict == "agrees" and not statement.leads),
            contradict=verdicts["contradicts"] - (entry.verdict == "contradicts" and not statement.leads),
            members=told,
        )
        result.append(entry if entry.state != "compared" or _stands(entry, beside) else held_back(entry))
        head, before = (entry if statement.leads else head), entry
        if statement.value is not None:
            members[statement.unit] = (told[0] + 1, told[1] + statement.value)
    return result


def held_back(entry: Comparison) -> Comparison:
    """The comparison as one that accuses nobody: bounded where the number lies within its readings, else not understood."""
    values = [reading.value for reading in entry.readings if reading.value is not None]
    within = entry.statement.value is not None and bool(values) and entry.statement.value <= max(values)
    if within:
        return replace(entry, state="bounded", verdict="within", held_back=True)
    return replace(entry, state="not_understood", verdict="none", held_back=True)


def _stands(entry: Comparison, beside: _Beside) -> bool:
    """Whether the number is named by its own words at the head of its sentence, or the rest of the sentence (or the whole that it is
    said to be a part of) confirms how it was read.
    """
    statement, head = entry.statement, beside.head
    if statement.leads and statement.self_named:
        return True
    head_agrees = head is not None and head.verdict == "agrees"
    if head is not None and not statement.explicit and head.statement.applicants and not statement.applicants:
        return False  # 27件企业申请中，…，剩余2件结转下年: of these only, however well the others agree
    if not statement.self_named:
        neighbour = beside.before is not None and beside.before.verdict == "agrees"
        return (beside.agree > beside.contradict and (head_agrees or neighbour)) or _becomes(statement, beside) or _adds_up(entry, beside)
    if beside.agree > beside.contradict or (head_agrees and not beside.contradict):
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


def _becomes(statement: Statement, beside: _Beside) -> bool:
    """由200件增至240件: the earlier number names what the later one counts."""
    before = beside.before
    return "becomes" in statement.grammar and before is not None and _is_earlier(before.statement) and before.statement.self_named


def _is_earlier(statement: Statement) -> bool:
    return statement.base or (statement.period == "last" and bool(statement.own_says) and not statement.restricted)


def _adds_up(entry: Comparison, beside: _Beside) -> bool:
    """Whether the numbers that a total sums up (合计) are together what the tables have."""
    count, summed = beside.members
    return entry.statement.total and count > 1 and summed in {reading.value for reading in entry.readings}
