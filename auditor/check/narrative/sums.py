"""Sums that a sentence makes itself, in whatever words: numbers that it says are all, and the number they must come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from auditor.check.narrative.statement import Statement
from auditor.model.narrative import NarrativeWords
from auditor.text.numerals import read_chinese_integer
from auditor.text.patterns import regex_pattern

_FEWEST = 3


_Sum = tuple[Statement, tuple[Statement, ...]]


def own_sums(statements: Sequence[Statement], words: NarrativeWords) -> Iterator[_Sum]:
    """Each whole with the numbers that its sentence says make it up. One pass over the counts of each sentence.

    A number below one of those before it is not their sum: its sentence was read wrongly.
    """
    counts = [entry for entry in statements if entry.kind == "count"]
    for _, group in groupby(counts, key=lambda entry: (entry.passage, entry.sentence)):
        entries = [entry for entry in group if entry.part_of is None or entry.listed]
        if len(entries) < _FEWEST or len({entry.unit for entry in entries}) > 1:
            continue
        if any(entry.value is None or entry.bound != "exact" or entry.base for entry in entries):
            continue
        for whole, parts in (*_counted_total(entries, words), *_complement(entries)):
            if all((part.value or 0) <= (whole.value or 0) for part in parts):
                yield whole, parts


def _counted_total(entries: Sequence[Statement], words: NarrativeWords) -> Iterator[_Sum]:
    """石门村21件、东岭村17件、上坝村9件，三村共47件; 上半年138件，下半年102件，全年共240件."""
    last = entries[-1]
    match = regex_pattern(words.members_counted).search(last.head)
    if match is not None:
        number = read_chinese_integer(match["n"]) or 0
        if len(entries) > number:
            yield last, tuple(entries[-number - 1 : -1])
        return
    for names in words.parts_of_year:
        parts = entries[-len(names) - 1 : -1]
        if (
            len(parts) == len(names)
            and last.period == "this"
            and (last.grammar & {"sum"} or last.head.endswith(words.total_words))
            and all(name in part.head for name, part in zip(names, parts, strict=True))
            and last.own_says <= parts[0].says
        ):
            yield last, tuple(parts)


def _complement(entries: Sequence[Statement]) -> Iterator[_Sum]:
    """其他处理12件，除逾期不补正7件外，另有其他情形5件."""
    whole, first, last = entries[-3:]
    if len(entries) == _FEWEST and "except" in first.restrictions and "anew" in last.grammar and whole.part_of is None:
        yield whole, (first, last)
