"""Rival readings: whether a number that contradicts the tables equals something else that the words of its sentence could mean.

Words between a number and what it counts are sometimes read for another thing than was meant (对企业申请的办理结果为：予以公开20件). Where
the number is exactly what another reading of the same words has in the same report, or what other numbers of its sentence add up to, the
reading is not certain, and the number accuses nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from auditor.check.context import Context
from auditor.check.narrative.readings import is_statistical, readings_of
from auditor.check.narrative.statement import Statement
from auditor.model.narrative import Quantity

if TYPE_CHECKING:
    from auditor.check.narrative.compare import Comparison

_REMEDIES = frozenset({"review", "litigation", "remedies"})
_BLOCKS = {"review": "t:review", "direct": "e:direct", "after_review": "e:after_review"}
_RESULTS = ("upheld", "corrected", "other", "pending", "concluded", "total")


def has_rival(context: Context, entry: Statement, formulas: Sequence[str], sums: frozenset[int]) -> bool:
    """Whether the number may mean something else than it was read as. ``formulas`` are those it was held against; ``sums`` the indexes of
    numbers that their sentence adds up (``summed_up``).
    """
    if entry.value is None or is_statistical(context):
        return False
    return entry.index in sums or any(entry.value == value for value in _values(context, entry, formulas))


def _values(context: Context, entry: Statement, formulas: Sequence[str]) -> Iterator[Decimal]:
    """What other readings have: the same row of applicants the sentence names, the same result of another road, another row it names."""
    words = context.rulebook.narrative
    if entry.topic == "requests":
        for kind in words.applicants:
            if f"a:{kind.key}" in entry.around and kind.key not in entry.applicants:
                yield from _read(context, formulas, kind.columns)
    elif entry.topic in _REMEDIES and not entry.own_topic:
        result = (entry.quantity or "").rpartition(".")[2]
        if result in _RESULTS:
            yield from _read(context, [_result(block, result) for block, name in _BLOCKS.items() if name in entry.around], ())
    if entry.own_says or entry.leads:
        return
    for quantity in words.quantities:
        if quantity.readings and any(_is_named(entry, quantity, frozenset(means.split())) for means in quantity.means):
            yield from _read(context, quantity.readings, ())


def _result(block: str, result: str) -> str:
    return f"t4.{block}_total - t4.{block}_pending" if result == "concluded" else f"t4.{block}_{result}"


def _is_named(entry: Statement, quantity: Quantity, means: frozenset[str]) -> bool:
    named = {feature[2:] for feature in entry.around if feature[0] in "eg"}
    topics = {feature[2:] for feature in entry.around if feature[0] == "t"}
    about = topics & set(quantity.topics) or ("requests" in quantity.topics and entry.topic == "requests")
    return bool(means) and means <= named and means != entry.says and bool(about)


def _read(context: Context, formulas: Sequence[str], columns: tuple[str, ...]) -> Iterator[Decimal]:
    first = context.rulebook.narrative.quantities[0]
    asked = Quantity(key=first.key, name=first.name, readings=tuple(formulas), columns=columns or first.columns)
    yield from (reading.value for reading in readings_of(context, asked) if reading.value is not None)


def summed_up(found: Sequence[Comparison]) -> frozenset[int]:
    """Indexes of the numbers that their sentence itself adds up around one that agrees with the tables: of a run between semicolons (or
    of a bracket and the number before it) the first is the sum of all others, or the last of all before it. One pass.
    """
    counted = [entry for entry in found if entry.statement.value is not None and not entry.statement.base]
    runs: dict[tuple[int, ...], list[Comparison]] = defaultdict(list)
    known = {entry.statement.index: entry for entry in counted}
    for entry in counted:
        statement = entry.statement
        if statement.part_of is not None and not statement.listed:
            bracket = runs[-1, statement.part_of]
            bracket += [known[statement.part_of]] if not bracket and statement.part_of in known else []
            bracket.append(entry)
        else:
            runs[statement.passage, statement.sentence, statement.run].append(entry)
    sums: set[int] = set()
    for entries in runs.values():
        values = [entry.statement.value or Decimal(0) for entry in entries]
        if len(values) < 3 or len({entry.statement.unit for entry in entries}) > 1:
            continue
        whole = 0 if sum(values) == values[0] * 2 else -1 if sum(values) == values[-1] * 2 else None
        if whole is None or not any(entry.verdict == "agrees" for entry in entries):
            continue
        borne = {
            entry.statement.topic
            for entry in entries
            if entry.verdict == "agrees" and entry.statement.own_says and entry is not entries[whole]
        }
        total = entries[whole]
        plain = total.verdict == "agrees"
        members_agree = all(entry.verdict == "agrees" for entry in entries if entry is not total)
        # 维持6件、纠正3件: where one member of a row of results agrees, the others are read as they were meant;
        # 收到240件，办结230件，结转10件: what words of its own name under a whole that agrees, too, unless it names the same as the whole.
        for member in (one.statement for one in entries):
            another = member.own_says and member.says != total.statement.says
            if member is total.statement:  # 复议9件，其中维持5件、…: the total of a row all of whose members are the table's
                clear = members_agree and member.self_named
            else:
                clear = plain and bool(another or (member.applicants and member.self_named))
            if not clear and not (member.own_says and member.topic in borne):
                sums.add(member.index)
    return frozenset(sums)
