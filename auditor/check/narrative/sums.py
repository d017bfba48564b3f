"""Sums that a sentence makes itself, in whatever words: numbers that it says are all, and the number they must come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from auditor.check.narrative.statement import Statement
from auditor.text.patterns import regex_pattern

_COUNTED = regex_pattern(r"(?:以上|上述|这)?(?P<n>[两二三四五六七八])(?:\p{Han}{1,4}?)?(?:合计|共计|总计|相加|共)[有为计]?$")
_NUMBERS = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8}
_PARTS_OF_YEAR = (("上半年", "下半年"), ("第一季度", "第二季度", "第三季度", "第四季度"), ("一季度", "二季度", "三季度", "四季度"))
_FEWEST = 3


def own_sums(statements: Sequence[Statement]) -> Iterator[tuple[Statement, tuple[Statement, ...]]]:
    """Each whole with the numbers that its sentence says make it up. One pass over the counts of each sentence."""
    counts = [entry for entry in statements if entry.kind == "count"]
    for _, group in groupby(counts, key=lambda entry: (entry.passage, entry.sentence)):
        entries = [entry for entry in group if entry.part_of is None or entry.listed]
        if len(entries) < _FEWEST or len({entry.unit for entry in entries}) > 1:
            continue
        if any(entry.value is None or entry.bound != "exact" or entry.base for entry in entries):
            continue
        yield from _counted_total(entries)
        yield from _complement(entries)


def _counted_total(entries: Sequence[Statement]) -> Iterator[tuple[Statement, tuple[Statement, ...]]]:
    """石门村21件、东岭村17件、上坝村9件，三村共47件; 上半年138件，下半年102件，全年共240件."""
    last = entries[-1]
    match = _COUNTED.search(last.head)
    if match is not None:
        number = _NUMBERS[match["n"]]
        if len(entries) > number:
            yield last, tuple(entries[-number - 1 : -1])
        return
    for names in _PARTS_OF_YEAR:
        parts = entries[-len(names) - 1 : -1]
        if (
            len(parts) == len(names)
            and last.period == "this"
            and (last.grammar & {"sum"} or last.head.endswith(("共", "共计", "合计")))
            and all(name in part.head for name, part in zip(names, parts, strict=True))
            and last.own_says <= parts[0].says
        ):
            yield last, tuple(parts)


def _complement(entries: Sequence[Statement]) -> Iterator[tuple[Statement, tuple[Statement, ...]]]:
    """其他处理12件，除逾期不补正7件外，另有其他情形5件."""
    whole, first, last = entries[-3:]
    if len(entries) == _FEWEST and "except" in first.restrictions and "anew" in last.grammar and whole.part_of is None:
        yield whole, (first, last)
