"""The lexicon: words of ``rules/narrative`` with what they mean, found longest first."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec
import regex
from msgspec import Struct

from auditor.model.narrative import LexiconEntry, NarrativeWords
from auditor.text.patterns import kept_table, regex_pattern

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

    words: Words
    forms: regex.Pattern[str]
    """What is recognised by its form, one named group for each entry of ``patterns``."""
    form_features: dict[str, Features]


class Words:
    """All words with what they mean, by their first two characters. Those of two characters are unpacked when a text has them.

    A vocabulary stands for tens of thousands of words, of which a report uses a few hundred.
    """

    def __init__(self, meanings: list[Features], packed: dict[str, bytes]) -> None:
        self._meanings = meanings
        self._packed = packed
        self._unpacked: dict[str, dict[str, Features]] = {}
        self._sizes: dict[str, tuple[int, ...]] = {}

    def longest(self, text: str, start: int, limit: int) -> tuple[int, Features] | None:
        """Length and meaning of the longest word at ``start`` that ends by ``limit``."""
        pair = text[start : start + 2]
        if pair in self._packed:
            known = self._unpacked.get(pair) or self._unpack(pair)
            for size in self._sizes[pair]:
                if start + size <= limit and (features := known.get(text[start : start + size])) is not None:
                    return size, features
        char = pair[:1]
        if start < limit and char in self._packed and char not in MARKS:
            return 1, (self._unpacked.get(char) or self._unpack(char))[char]
        return None

    def _unpack(self, pair: str) -> dict[str, Features]:
        known: dict[str, Features] = {}
        for line in self._packed[pair].decode().split("\n"):
            number, *words = line.split(" ")
            known |= dict.fromkeys(words, self._meanings[int(number)])
        self._sizes[pair] = tuple(sorted(set(map(len, known)), reverse=True))
        self._unpacked[pair] = known
        return known


@once_for_words
def lexicon_of(words: NarrativeWords) -> WordLexicon:
    """The lexicon of a vocabulary. A word given twice has the meanings of its first entry."""
    forms = "|".join(f"(?P<form{number}>{entry.pattern})" for number, entry in enumerate(words.patterns))
    digest = hashlib.sha256(Path(__file__).read_bytes() + msgspec.msgpack.encode(words.lexicon)).digest()
    packed = kept_table("narrative lexicon", digest, lambda: _packed(words.lexicon))
    return WordLexicon(
        words=Words([entry.features for entry in words.lexicon], packed),
        forms=regex_pattern(forms or r"(?!)"),
        form_features={f"form{number}": entry.features for number, entry in enumerate(words.patterns)},
    )


def _packed(entries: tuple[LexiconEntry, ...]) -> dict[str, bytes]:
    """The words under their first two characters (under the only one if it is alone), a line for each entry: its number, its words."""
    meanings: dict[str, int] = {}
    for number, entry in enumerate(entries):
        for written in entry.words:
            for word in expand(written):
                meanings.setdefault(word, number)
    gathered: dict[str, dict[int, list[str]]] = {}
    for word, number in meanings.items():
        if word and (len(word) == 1 or word[0] not in MARKS):
            gathered.setdefault(word[:2], {}).setdefault(number, []).append(word)
    return {pair: "\n".join(f"{number} {' '.join(words)}" for number, words in found.items()).encode() for pair, found in gathered.items()}


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
