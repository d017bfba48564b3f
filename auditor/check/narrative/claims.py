"""Claims without a number: 未收到申请, 全部办结, 均获维持."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import regex

from auditor.check.narrative.patterns import Patterns, found
from auditor.check.narrative.prepared import Prepared
from auditor.check.narrative.statement import Statement, Subject
from auditor.model.report import Passage

_CLAUSE = regex.compile(r"[^,，.。;；:：!！?？()]+")
_SENTENCE_ENDS = "。!！?？"
_COMMAS = (",", "，")
_REMEDIES = frozenset({"review", "litigation", "remedies"})
_REACH = 200


def claims_of(ready: Prepared, patterns: Patterns, topic_at: Callable[[int], str | None], passage: Passage) -> Iterator[Statement]:
    """The claims of a passage in order; ``index`` is left at 0 for the caller.

    For remedies the topics of all the sentence said before count: 复议7件，诉讼9件，均获维持 is about both.
    """
    text = ready.text
    last = ""
    for clause in _CLAUSE.finditer(text):
        words = clause.group()[:_REACH]
        start = clause.start()
        before, last = last if text[start - 1 : start] in _COMMAS else "", words
        nearest = max(0, start - 2 * _REACH)
        sentence_start = max(nearest, max(text.rfind(char, nearest, start) for char in _SENTENCE_ENDS) + 1)
        for claim, pattern, unless, unless_before in patterns.claims:
            match = pattern.search(words) if pattern is not None else None
            if match is None or found(unless, words) or found(unless_before, before):
                continue
            at, end = start + match.start(), start + match.end()
            topic = topic_at(end)
            if claim.topics and topic not in claim.topics:
                continue
            if topic in _REMEDIES or claim.key == "no_remedies":
                topic = _remedies(
                    text,
                    patterns,
                    start if claim.key == "no_remedies" else sentence_start,
                    end if claim.key != "no_remedies" else clause.end(),
                )
            said = text[sentence_start:end]
            yield Statement(
                index=0,
                kind="claim",
                quantity=claim.key,
                topic=topic,
                printed=passage.text[ready.places[at] : ready.places[end - 1] + 1],
                year=ready.year_at(at, sentence_start),
                subject=_subject(patterns, said),
                marks=_marks(patterns, words, topic),
                head=said[-80:],
                clause=" ".join(passage.text[ready.places[start] : ready.places[min(clause.end(), start + _REACH) - 1] + 1].split()),
                passage=passage.index,
                section=passage.section,
                span=ready.span(at, end),
            )


def _remedies(text: str, patterns: Patterns, start: int, end: int) -> str | None:
    seen = {patterns.topic_keys[m.lastgroup] for m in patterns.topics.finditer(text[start:end]) if m.lastgroup} & _REMEDIES
    if seen == {"review"}:
        return "review"
    if seen == {"litigation"}:
        return "litigation"
    return "remedies" if seen else None


def _subject(patterns: Patterns, before: str) -> Subject:
    ends = {
        name: max((m.end() for m in pattern.finditer(before)), default=-1) for name, pattern in patterns.subjects if pattern is not None
    }
    best = max(ends, key=lambda name: ends[name], default="none")
    if ends.get(best, -1) < 0:
        return "none"
    names: dict[str, Subject] = {"own": "own", "office": "office", "other": "other", "whole": "whole"}
    return names[best]


def _marks(patterns: Patterns, words: str, topic: str | None) -> frozenset[str]:
    scope = topic or "requests"
    return frozenset(
        mark.key
        for mark, pattern, unless in patterns.marks
        if (not mark.topics or scope in mark.topics) and found(pattern, words) and not found(unless, words)
    )
