"""Near-identical text: sentence fingerprints to find pairs, character 5-grams to judge them (F-08, F-09, H-10).

Digits, dates and the agency's own name are masked; sentences of the form and the Regulation, and sentences that a great part of
all reports has, are left out. A section counts as copied only as a whole.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, TypeAlias
from zlib import crc32

from msgspec import Struct
from xxhash import xxh3_64_intdigest

from auditor.model.report import Report
from auditor.season.roster import roster_words
from auditor.text.chars import squeeze
from auditor.text.patterns import re_pattern, rule_table

_SENTENCE = re_pattern(r"[^。;;!?!?]+[。;;!?!?]?")
_NUMBER = re_pattern(r"[0-9][0-9.,%]*|[〇零一二三四五六七八九十百千万亿两]+(?=[年月日件条次个项份起人%])")
_GRAM = 5
_BITS = 1024
_BYTES = _BITS // 8


class SectionMarks(Struct, frozen=True, kw_only=True, array_like=True):
    """A section without its words: of each masked sentence the fingerprint, the length in characters and the 5-grams in it as bits, in
    :data:`_BITS` of which each gram has one; and the fingerprint of all sentences together.
    """

    prints: tuple[int, ...] = ()
    lengths: tuple[int, ...] = ()
    whole: int = 0
    bits: bytes = b""

    @property
    def length(self) -> int:
        """Characters of the masked sentences."""
        return sum(self.lengths)

    def without(self, dropped: frozenset[int]) -> SectionMarks:
        """The marks without sentences of these fingerprints; ``whole`` stays that of the full text."""
        if not dropped.intersection(self.prints):
            return self
        kept = [index for index, mark in enumerate(self.prints) if mark not in dropped]
        return SectionMarks(
            prints=tuple(self.prints[index] for index in kept),
            lengths=tuple(self.lengths[index] for index in kept),
            whole=self.whole,
            bits=b"".join(self.bits[index * _BYTES : (index + 1) * _BYTES] for index in kept),
        )


class SectionText(Struct, frozen=True):
    """One section of one report: sentences as printed, masked, and their fingerprints, shared sentences left out."""

    sentences: tuple[str, ...]
    masked: tuple[str, ...]
    prints: tuple[int, ...]

    @property
    def length(self) -> int:
        """Characters of the masked sentences."""
        return sum(map(len, self.masked))

    def marks(self) -> SectionMarks:
        """What is kept of the text to find others like it."""
        whole = xxh3_64_intdigest("".join(self.masked).encode())
        return SectionMarks(prints=self.prints, lengths=tuple(map(len, self.masked)), whole=whole, bits=b"".join(map(_bits, self.masked)))

    def without(self, dropped: frozenset[int]) -> SectionText:
        """The text without sentences of these fingerprints."""
        if not dropped.intersection(self.prints):
            return self
        kept = [index for index, mark in enumerate(self.prints) if mark not in dropped]
        return SectionText(
            tuple(self.sentences[index] for index in kept),
            tuple(self.masked[index] for index in kept),
            tuple(self.prints[index] for index in kept),
        )


@lru_cache(maxsize=1)
def _words() -> tuple[re.Pattern[str], re.Pattern[str]]:
    found: dict[str, Any] = rule_table("similarity.toml")
    own = sorted(found["masks"]["self"], key=lambda word: (-len(word), word))
    return re.compile("|".join(found["shared"]["patterns"])), re.compile("|".join(map(re.escape, own)))


def text_of(report: Report, section: str, names: Iterable[str] = ()) -> SectionText:
    """The prose of a section, ready to be compared. ``names`` are further names of the agency to be masked."""
    shared, own = _words()
    masks = sorted({part for name in (report.agency or "", *names) for part in _name_parts(squeeze(name))}, key=lambda n: (-len(n), n))
    sentences, masked, prints = [], [], []
    for passage in report.passages:
        if passage.section != section or passage.heading:
            continue
        for match in _SENTENCE.finditer(squeeze(passage.text)):
            plain = match[0]
            for name in masks:
                plain = plain.replace(name, "@")
            plain = own.sub("@", _NUMBER.sub("#", plain)).strip("@")
            if len(plain) < 6 or shared.search(plain):
                continue
            sentences.append(match[0])
            masked.append(plain)
            prints.append(xxh3_64_intdigest(plain.encode()))
    return SectionText(tuple(sentences), tuple(masked), tuple(prints))


def _name_parts(name: str) -> list[str]:
    """The name, and its places (甲市乙县…局 → 甲市, 乙县, the rest)."""
    if not name:
        return []
    places = roster_words()["names"]["places"]
    parts, start = [name], 0
    for end in range(2, len(name)):
        if end - start >= 2 and name[end - 1] in places and end < len(name):
            parts.append(name[start:end])
            start = end
    if 0 < start < len(name) - 1:
        parts.append(name[start:])
    return [part for part in parts if len(part) >= 2]


def similarity(one: SectionText, other: SectionText) -> float:
    """Share of character 5-grams in common (Dice, with repeats), 0 … 1."""
    if one.prints == other.prints:
        return 1.0 if one.prints else 0.0
    left, right = _grams("".join(one.masked)), _grams("".join(other.masked))
    size = len(left) + len(right)
    if not size or 2 * min(len(left), len(right)) < 0.7 * size:
        return 0.0
    return 2 * len(left & right) / size


@lru_cache(maxsize=256)  # a text is compared with one after another
def _grams(text: str) -> frozenset[str]:
    """The 5-grams of a text; each repeat bears its number, so that what two sets share is what the texts share with repeats."""
    counts = Counter(text[index : index + _GRAM] for index in range(len(text) - _GRAM + 1))
    repeats = [f"{gram}{number}" for gram, count in counts.items() if count > 1 for number in range(1, count)]
    return frozenset(counts).union(repeats)


Pairs: TypeAlias = Iterator[tuple[int, int]]
Likenesses: TypeAlias = Callable[[Pairs, frozenset[int]], Iterator[tuple[int, int, float]]]
"""Pairs of keys, and the fingerprints of sentences to leave out → the pairs, in any order, each with its similarity."""


def similar_pairs(marks: Mapping[int, SectionMarks], least: float, shortest: int, likenesses: Likenesses) -> list[tuple[int, int, float]]:
    """All pairs of texts at or above ``least``, as (smaller key, larger key, similarity), sorted. Shorter texts are left out.

    Works on fingerprints; ``likenesses`` is asked only about the pairs that share sentences enough. Texts equal after masking are judged
    once. A sentence in a great part of all different texts proves nothing and is dropped: so a text shares a sentence with a bounded
    number of others, however many there are.
    """
    groups: dict[int, list[int]] = defaultdict(list)
    for key in sorted(marks):
        if marks[key].length >= shortest:
            groups[marks[key].whole].append(key)
    frequency: Counter[int] = Counter()
    for members in groups.values():
        frequency.update(set(marks[members[0]].prints))
    limit = max(20, min(int(0.3 * len(groups)), 200))
    dropped = frozenset(mark for mark, count in frequency.items() if count > limit)
    reduced: dict[int, SectionMarks] = {}
    for members in groups.values():
        text = marks[members[0]].without(dropped)
        if text.length >= shortest:
            reduced[members[0]] = text
    pairs = [(one, other, 1.0) for members in groups.values() for one, other in pairwise(members)]
    equal: list[tuple[int, int]] = []
    pairs += likenesses(_candidates(reduced, {mark for mark, count in frequency.items() if count > 1}, least, equal), dropped)
    pairs += [(one, other, 1.0) for one, other in equal]
    return sorted(pair for pair in pairs if pair[2] >= least)


def _candidates(reduced: Mapping[int, SectionMarks], common: set[int], least: float, equal: list[tuple[int, int]]) -> Pairs:
    """Pairs that share three tenths of the shorter one's sentences and may be alike by length; those of equal prints go to ``equal``."""
    index: dict[int, list[int]] = defaultdict(list)
    shapes: dict[int, _Shape] = {}
    for one in sorted(reduced):
        # Only the texts before this one are in the index: each pair is met once, and no table of all pairs is held.
        mine = reduced[one]
        prints = set(mine.prints)
        shape = shapes[one] = _Shape(mine)
        shared: Counter[int] = Counter()
        for mark in prints & common:
            shared.update(index[mark])
            index[mark].append(one)
        for other, count in sorted(shared.items()):
            theirs = shapes[other]
            if mine.prints == reduced[other].prints:
                equal.append((other, one))
            elif count >= 0.3 * min(shape.sentences, theirs.sentences) and shape.most(theirs) >= least:
                yield other, one


class _Shape:
    """What bounds the similarity of a text with another: the number of its 5-grams, those within sentences as bits, how many have no bit
    of their own, and how many reach from one sentence into the next.
    """

    __slots__ = ("_between", "_bits", "_grams", "_rest", "sentences")

    def __init__(self, marks: SectionMarks) -> None:
        self.sentences = len(set(marks.prints))
        self._bits = 0
        for start in range(0, len(marks.bits), _BYTES):
            self._bits |= int.from_bytes(marks.bits[start : start + _BYTES], "little")
        within = sum(max(0, length - _GRAM + 1) for length in marks.lengths)
        self._grams = max(0, marks.length - _GRAM + 1)
        self._rest = within - self._bits.bit_count()
        self._between = self._grams - within

    def most(self, other: _Shape) -> float:
        """The similarity that the two texts can have at most: never less than what it is."""
        size = self._grams + other._grams
        if not size:
            return 0.0
        # Grams in common have a bit in common; of those that share a bit with another gram no more than the fewer can match.
        common = (self._bits & other._bits).bit_count() + min(self._rest, other._rest) + self._between + other._between
        return 2 * min(self._grams, other._grams, common) / size


def _bits(sentence: str) -> bytes:
    mask = 0
    for index in range(len(sentence) - _GRAM + 1):
        mask |= 1 << (crc32(sentence[index : index + _GRAM].encode()) % _BITS)
    return mask.to_bytes(_BYTES, "little")


def clusters(pairs: Sequence[tuple[int, int, float]]) -> list[tuple[int, ...]]:
    """Connected components of the pairs, members sorted."""
    leader: dict[int, int] = {}

    def find(key: int) -> int:
        while leader.setdefault(key, key) != key:
            key = leader[key]
        return key

    for one, other, _ in pairs:
        first, second = sorted((find(one), find(other)))
        leader[second] = first
    groups: dict[int, list[int]] = defaultdict(list)
    for key in sorted(leader):
        groups[find(key)].append(key)
    return [tuple(members) for _, members in sorted(groups.items())]


def told_by(groups: Sequence[Sequence[int]], marks: Mapping[int, SectionMarks]) -> list[int]:
    """Of each group the fingerprint of a sentence by which it is known again: the longest that two of its members have and no other group.

    A group that grows has every such sentence it had before. Another one is taken only where the newcomer shares a longer sentence with
    a member that was alone with it, or where the one taken is in a second group now.
    """
    found: list[Counter[tuple[int, int]]] = []
    for group in groups:
        held: Counter[tuple[int, int]] = Counter()
        for place in group:
            held.update(set(zip(marks[place].lengths, marks[place].prints, strict=True)))
        found.append(held)
    shared = [{mark for mark, count in held.items() if count > 1} for held in found]
    groups_with = Counter(mark for marks_of in shared for mark in marks_of)
    told = []
    for held, marks_of in zip(found, shared, strict=True):
        own = {mark for mark in marks_of if groups_with[mark] == 1}
        told.append(max(own or marks_of or held)[1])
    return told


def passages_side_by_side(one: SectionText, other: SectionText, most: int = 3) -> list[tuple[str, str]]:
    """The longest sentences of ``one`` with the sentence of ``other`` that is nearest, as printed."""
    from rapidfuzz import fuzz, process

    order = sorted(range(len(one.masked)), key=lambda index: (-len(one.masked[index]), index))[:most]
    found = []
    for index in sorted(order):
        best = process.extractOne(one.masked[index], other.masked, scorer=fuzz.ratio, score_cutoff=70)
        if best is not None:
            found.append((one.sentences[index], other.sentences[best[2]]))
    return found
