"""The compiled patterns of a vocabulary: compiled once, kept for the run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import regex

from auditor.model.narrative import Claim, Mark, NarrativeWords, Quantity

Pattern: TypeAlias = regex.Pattern[str]


def any_of(words: Iterable[str]) -> Pattern | None:
    """One pattern for a list of alternatives, ``None`` for an empty list."""
    joined = "|".join(f"(?:{word})" for word in words)
    return regex.compile(joined) if joined else None


def found(pattern: Pattern | None, text: str) -> bool:
    """Whether the pattern occurs; an empty list of words occurs nowhere."""
    return pattern is not None and pattern.search(text) is not None


@dataclass(frozen=True, slots=True)
class Patterns:
    """Everything compiled. Topics are one alternation, longest kinds first as listed; the group's name tells the topic."""

    quantities: tuple[tuple[Quantity, Pattern | None, Pattern | None, Pattern | None], ...]
    marks: tuple[tuple[Mark, Pattern | None, Pattern | None], ...]
    claims: tuple[tuple[Claim, Pattern | None, Pattern | None, Pattern | None], ...]
    topics: Pattern
    topic_keys: dict[str, str]
    weak_topics: frozenset[str]
    """Names of the groups of ``topics`` that change no topic the sentence has named."""
    subjects: tuple[tuple[str, Pattern | None], ...]
    fillers: Pattern | None
    of_which: Pattern | None
    partition: Pattern | None
    new_whole: Pattern | None
    respectively: Pattern | None
    up: Pattern | None
    down: Pattern | None
    same: Pattern | None
    share: Pattern | None
    rate: Pattern | None
    rest: Pattern | None
    exhaustive: Pattern | None
    overlap: Pattern | None


@lru_cache(maxsize=8)
def patterns_of(words: NarrativeWords) -> Patterns:
    """The compiled patterns of this vocabulary."""
    neutral = f"(?>{'|'.join(words.neutral) or '(?!)'})"  # atomic: one way to read a run of them
    groups = {f"t{number}": topic for number, topic in enumerate(words.topics)}
    topics = "|".join(f"(?P<{name}>{'|'.join(topic.words)})" for name, topic in groups.items()).replace("<neutral>", neutral)
    return Patterns(
        quantities=tuple(
            (q, any_of(word.replace("<neutral>", neutral) for word in q.words), any_of(q.after), any_of(q.unless)) for q in words.quantities
        ),
        marks=tuple((mark, any_of(mark.words), any_of(mark.unless)) for mark in words.marks),
        claims=tuple(
            (claim, any_of(word.replace("<neutral>", neutral) for word in claim.words), any_of(claim.unless), any_of(claim.unless_before))
            for claim in words.claims
        ),
        topics=regex.compile(topics or r"(?!)"),
        topic_keys={name: topic.key for name, topic in groups.items()},
        weak_topics=frozenset(name for name, topic in groups.items() if topic.weak),
        subjects=tuple(
            (name, any_of(getattr(words, field)))
            for name, field in (("own", "own"), ("office", "office"), ("other", "other_body"), ("whole", "whole_area"))
        ),
        fillers=any_of(words.fillers),
        of_which=any_of(words.of_which),
        partition=any_of(words.partition),
        new_whole=any_of(words.new_whole),
        respectively=any_of(words.respectively),
        up=any_of(words.growth_up),
        down=any_of(words.growth_down),
        same=any_of(words.growth_same),
        share=any_of(words.share),
        rate=any_of(words.rate),
        rest=any_of(words.rest),
        exhaustive=any_of(words.exhaustive),
        overlap=any_of(words.overlap),
    )
