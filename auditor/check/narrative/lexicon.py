"""The lexicon: words of ``rules/narrative`` with what they mean, found longest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import regex
from msgspec import Struct

from auditor.model.narrative import NarrativeWords
from auditor.text.patterns import regex_pattern

Features = tuple[str, ...]
Made = TypeVar("Made")


def once_for_words(function: Callable[[NarrativeWords], Made]) -> Callable[[NarrativeWords], Made]:
    """The function, called once for each vocabulary, told apart by identity: hashing thousands of words takes longer than using them."""
    made: dict[int, tuple[NarrativeWords, Made]] = {}

    def remembered(words: NarrativeWords) -> Made:
        found = made.get(id(words))
        if found is None or found[0] is not words:
            if len(made) > _VOCABULARIES:
                made.clear()
            found = made[id(words)] = (words, function(words))
        return found[1]

    return remembered


_VOCABULARIES = 8
MARKS = frozenset(",，、;；:：。.!！?？()[]")


class WordLexicon(Struct, frozen=True):
    """Words by their text."""

    words: dict[str, Features]
    forms: regex.Pattern[str]
    """What is recognised by its form, one named group for each entry of ``patterns``."""
    form_features: dict[str, Features]
    pairs: dict[str, tuple[int, ...]]
    """For two first characters the lengths of their words, longest first."""

    def longest(self, text: str, start: int, limit: int) -> int:
        """Length of the longest word at ``start`` that ends by ``limit``; 0 when there is none."""
        for length in self.pairs.get(text[start : start + 2], ()):
            if start + length <= limit and text[start : start + length] in self.words:
                return length
        return 1 if text[start] in self.words and start < limit else 0


@once_for_words
def lexicon_of(words: NarrativeWords) -> WordLexicon:
    """The lexicon of a vocabulary, compiled once. A word given twice has the meanings of its first entry."""
    found: dict[str, Features] = {}
    for entry in words.lexicon:
        for written in entry.words:
            for word in expand(written):
                if word:
                    found.setdefault(word, entry.features)
    pairs: dict[str, set[int]] = {}
    for word in found:
        if len(word) > 1 and word[0] not in MARKS:
            pairs.setdefault(word[:2], set()).add(len(word))
    forms = "|".join(f"(?P<form{number}>{entry.pattern})" for number, entry in enumerate(words.patterns))
    return WordLexicon(
        words=found,
        forms=regex_pattern(forms or r"(?!)"),
        form_features={f"form{number}": entry.features for number, entry in enumerate(words.patterns)},
        pairs={first: tuple(sorted(sizes, reverse=True)) for first, sizes in pairs.items()},
    )


def expand(written: str) -> list[str]:
    """All words that a written form with alternatives stands for.

    >>> expand("(上年|去年)(度|)结转")
    ['上年度结转', '上年结转', '去年度结转', '去年结转']
    """
    alternatives, end = _alternatives(written, 0)
    if end != len(written):
        raise ValueError(f"unbalanced bracket in {written!r}")
    return list(dict.fromkeys(alternatives))


def _alternatives(written: str, at: int) -> tuple[list[str], int]:
    whole: list[str] = []
    current = [""]
    while at < len(written):
        char = written[at]
        if char == "(":
            inner, at = _alternatives(written, at + 1)
            current = [head + tail for head in current for tail in inner]
            if at >= len(written):
                raise ValueError(f"unbalanced bracket in {written!r}")
        elif char == ")":
            break
        elif char == "|":
            whole += current
            current = [""]
        else:
            current = [head + char for head in current]
        at += 1
    return whole + current, at


def features_of(items: Iterator[Features] | tuple[Features, ...]) -> Features:
    """All features, each once, in order."""
    return tuple(dict.fromkeys(feature for features in items for feature in features))
