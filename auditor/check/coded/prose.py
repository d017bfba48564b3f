"""Sentences and clauses of a report's prose, folded and without spaces, with their places."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from auditor.check.context import Context, Hit, Outcome, unknown
from auditor.model.report import Passage, Report
from auditor.text.chars import squeeze
from auditor.text.patterns import re_pattern

_SENTENCE = re_pattern(r"[^。;!?\n]+")
_CLAUSE = re_pattern(r"[^,、，:：]+")
_FILE_YEAR = re_pattern(r"\[(20\d\d)\]")
SHOWN = 80
_TITLE = re_pattern(r"《[^《》]{0,120}》")


class PlacedSentence(Struct, frozen=True):
    """A sentence and the passage it stands in; ``bare`` has names of documents in 《》 blotted out."""

    text: str
    bare: str
    passage: Passage

    def clauses(self) -> list[str]:
        """The parts between commas, names of documents blotted out."""
        return _CLAUSE.findall(self.bare)


def sentences(report: Report, sections: tuple[str, ...] = ()) -> Iterator[PlacedSentence]:
    """All sentences in order, of these sections only when any are named."""
    if not _LAST or _LAST[0][0] is not report.passages:
        _LAST[:] = [(report.passages, tuple(_sentences(report.passages)))]
    return (entry for entry in _LAST[0][1] if not sections or entry.passage.section in sections)


_LAST: list[tuple[tuple[Passage, ...], tuple[PlacedSentence, ...]]] = []
"""The sentences of the report that is being checked: many rules look at them."""


def _sentences(passages: tuple[Passage, ...]) -> Iterator[PlacedSentence]:
    for passage in passages:
        for match in _SENTENCE.finditer(squeeze(passage.text)):
            yield PlacedSentence(match[0], _TITLE.sub("《》", match[0]), passage)


def hit_at(sentence: PlacedSentence, printed: str, message: str = "found", **values: str) -> Hit:
    """A finding on words of a sentence: ``printed`` and the sentence go into the message."""
    shown = sentence.text if len(sentence.text) <= SHOWN else sentence.text[:SHOWN] + "…"
    words = {"printed": printed, "sentence": shown, **values}
    return Hit(
        message=message,
        values={name: _FILE_YEAR.sub(r"〔\1〕", text) for name, text in words.items()},
        actual=printed,
        location=sentence.passage.location,
        quantity=f"{sentence.passage.section or 'preamble'}:{printed}",
        confidence="medium",
    )


def needing(part: str, rule: Callable[[Context], Outcome]) -> Callable[[Context], Outcome]:
    """The rule, undecided instead of passed where the report has nothing to look at (``passages``, ``sections``, ``tables``)."""

    def judged(context: Context) -> Outcome:
        outcome = rule(context)
        there = getattr(context.report, part) or (part == "passages" and context.report.residues)
        return unknown(context.say("needs.sections")) if outcome.verdict == "pass" and not there else outcome

    return judged
