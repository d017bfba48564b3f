"""Sentences → clauses → items: each number with the words that belong to it, brackets nested in their place."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from auditor.check.narrative.meaning import Meaning, meaning_of
from auditor.check.narrative.numbers import Number
from auditor.check.narrative.publisher import Publisher
from auditor.check.narrative.tokens import SENTENCE_ENDS, Token

_COMMAS = frozenset(",，")
_SEMICOLONS = frozenset(";；")
_COLONS = frozenset(":：")
_OPEN, _CLOSE = frozenset("(（["), frozenset(")）]")
_DEEPEST = 4
_WHOSE = {**dict.fromkeys(("家", "个"), ("r:persons", "b:sub")), **dict.fromkeys(("名", "位", "户"), ("r:persons",))}
"""Units of bodies and people: a number of these right before another one says whose that is."""
_SINCE = frozenset({"已", "已经", "现已", "均", "并", "且", "后"})


class Bracket(Struct, frozen=True):
    """What stands between brackets."""

    start: int
    end: int
    inside: tuple[Element, ...]


Element = Token | Bracket


class Item(Struct):
    """One number with its words. ``before`` and ``after`` stand in its clause, ``notes`` in a bracket behind it that holds no number;
    ``children`` are the numbers of such a bracket. ``mark`` is what parts it from the item before: ``,`` ``;`` ``:`` ``、`` or nothing.
    ``lead`` are words of clauses before that only introduce this one (通过网络, …).
    """

    number: Number
    token: Token
    lead: tuple[Token, ...] = ()
    before: tuple[Token, ...] = ()
    after: tuple[Token, ...] = ()
    notes: tuple[Token, ...] = ()
    children: list[Item] = field(default_factory=list)
    mark: str = ""
    clause: int = 0
    start: int = 0
    end: int = 0
    label: tuple[Token, ...] | None = None
    """The name that 分别 pairs with this number."""
    run: tuple[int, int] = (0, 1)
    """Its place, from 0, among the numbers 33件、23件 that follow each other without words, and how many these are."""
    becomes: bool = False
    """Whether the next number says what it became (由22件降至14件)."""
    aside: bool = False
    """Whether it stands in a bracket before the number of its clause (申请（含上年结转9件）217件)."""
    share_in: Item | None = None
    """The whole that a share names with its number (占总数2000条的35%)."""

    def meaning(self, publisher: Publisher) -> Meaning:
        """What the words of this item say. 均已办结 behind a named number tells what became of it, not what it counts."""
        before = self.lead + self.before if self.label is None else self.label
        told = meaning_of(before, publisher)
        behind = self.after
        at = next((place for place, token in enumerate(self.after) if token.has("k:all") or token.text in _SINCE), None)
        if at is not None:
            named = meaning_of(before + self.after[:at], publisher)
            if named.events or named.topic:
                behind = self.after[:at]
        behind += self.notes
        return meaning_of(before + behind, publisher) if behind else told

    def share_meaning(self, publisher: Publisher) -> tuple[Meaning, Meaning]:
        """What a share is of and what it is a share in: the words before and behind 占."""
        words = self.lead + self.before if self.label is None else self.label
        at = next((place for place, token in enumerate(words) if token.has("k:share")), len(words))
        return meaning_of(words[:at], publisher), meaning_of(words[at:], publisher)


class Clause(Struct):
    """A clause without a number of its own: it may name a topic, body or period for what follows, or make a claim."""

    tokens: tuple[Token, ...]
    mark: str
    start: int
    end: int
    number: int = 0


Piece = Item | Clause


class Sentence(Struct):
    """A sentence: its pieces in order, and its range in the prepared text."""

    pieces: list[Piece]
    tokens: tuple[Token, ...]
    start: int
    end: int


def sentences_of(tokens: Sequence[Token]) -> list[Sentence]:
    """The sentences of a passage."""
    found: list[Sentence] = []
    current: list[Token] = []
    for token in tokens:
        current.append(token)
        if token.mark in SENTENCE_ENDS and token.mark:
            found.append(_sentence(current))
            current = []
    if current:
        found.append(_sentence(current))
    return found


def _sentence(tokens: list[Token]) -> Sentence:
    elements = _nest(tokens)
    return Sentence(_pieces(elements), tuple(tokens), tokens[0].start, tokens[-1].end)


def _nest(tokens: list[Token]) -> tuple[Element, ...]:
    """Brackets as elements of their own; one that is not closed ends with the sentence."""
    stack: list[tuple[int, list[Element]]] = [(0, [])]
    for token in tokens:
        if token.mark in _OPEN and token.mark and len(stack) <= _DEEPEST:
            stack.append((token.start, []))
        elif token.mark in _CLOSE and token.mark:
            if len(stack) > 1:
                start, inside = stack.pop()
                stack[-1][1].append(Bracket(start, token.end, tuple(inside)))
        else:
            stack[-1][1].append(token)
    while len(stack) > 1:
        start, inside = stack.pop()
        stack[-1][1].append(Bracket(start, tokens[-1].end, tuple(inside)))
    return tuple(stack[0][1])


_BEFORE_BRACKET: Final = 80
"""Words of a clause that say what the numbers in its brackets are: many brackets after many words must not cost their product."""


def _pieces(elements: Sequence[Element], first: int = 0) -> list[Piece]:
    pieces: list[Piece] = []
    lead: tuple[Token, ...] = ()
    mark = ""
    number = first
    for words, ends_with in _clauses(elements):
        number += 1
        flat = tuple(entry for entry in words if isinstance(entry, Token))
        if any(token.number is not None for token in flat):
            pieces += _items(words, lead, mark, number)
            lead = ()
        else:
            for entry in words:
                if isinstance(entry, Bracket):
                    pieces += _pieces((*flat[-_BEFORE_BRACKET:], *entry.inside), number)
            if flat:
                clause = Clause(flat, mark, flat[0].start, flat[-1].end, number)
                pieces.append(clause)
                lead = lead + flat if _introduces(flat) and ends_with in _COMMAS else ()
        mark = ends_with
    return pieces


def _clauses(elements: Sequence[Element]) -> list[tuple[list[Element], str]]:
    found: list[tuple[list[Element], str]] = []
    current: list[Element] = []
    for entry in elements:
        if isinstance(entry, Token) and entry.mark and entry.mark not in "、":
            mark = "," if entry.mark in _COMMAS else ";" if entry.mark in _SEMICOLONS else ":" if entry.mark in _COLONS else "."
            if current:
                found.append((current, mark))
            current = []
        else:
            current.append(entry)
    if current:
        found.append((current, ""))
    return found


_INTRODUCING = ("k:cause", "k:preposition", "k:than", "r:except", "k:of_which", "k:divided")
_TRAILING = frozenset({"后", "外", "中", "时", "之外", "以外", "的", "相比"})


def _introduces(tokens: tuple[Token, ...]) -> bool:
    """Whether a clause without a number only introduces the next (因…, 通过…, 除…外, 经沟通); 根据… and 在…下 say nothing of it."""
    first, last = tokens[0], tokens[-1]
    if last.text in ("下", "基础上", "要求"):
        return False
    if first.has("k:aside"):
        return False
    if any(token.has("k:no") for token in tokens):
        return False
    return any(first.has(feature) for feature in _INTRODUCING) or last.text in _TRAILING or _names_what_follows(last) or last.has("k:than")


def _names_what_follows(last: Token) -> bool:
    """我局不再处理其申请的，全年共11件: an outcome or ground that ends in 的 says what the next number counts."""
    return last.text[-1] == "的" and any(feature[:2] in ("e:", "g:") for feature in last.features)


def _items(words: list[Element], lead: tuple[Token, ...], mark: str, clause: int) -> list[Piece]:
    """The items of one clause in order, brackets before the first number read for themselves."""
    found: list[Piece] = []
    current: Item | None = None
    gap: list[Token] = []
    for entry in words:
        if isinstance(entry, Bracket):
            inside = [token for token in _flat(entry) if not token.mark]
            if current is not None and not _names_next(gap):
                if any(token.number is not None for token in inside):
                    children = _pieces(entry.inside, clause)
                    current.children += [piece for piece in children if isinstance(piece, Item)]
                    current.notes += tuple(token for piece in children if isinstance(piece, Clause) for token in piece.tokens)
                else:
                    current.notes += () if _only_includes(inside) else tuple(inside)
            elif any(token.number is not None for token in inside):
                aside = [piece for piece in _pieces((*gap, *entry.inside), clause) if isinstance(piece, Item)]
                for piece in aside:
                    piece.aside = current is None
                found += aside
            elif not _only_includes(inside):
                gap += inside
            continue
        if entry.number is None:
            gap.append(entry)
            continue
        if current is None:
            before, part = tuple(token for token in gap if not token.mark or token.mark == "、"), mark
        else:
            behind, part, next_words = _divide(gap)
            current.after = behind
            current.end = behind[-1].end if behind else current.end
            before = next_words
            if part == "" and current.number.unit in _WHOSE and gap and gap[0].mark == "":
                before = (replace(current.token, features=_WHOSE[current.number.unit], number=None), *before)  # 23家单位受理申请512件
        start = before[0].start if before else entry.start
        current = Item(entry.number, entry, lead if current is None else (), before, mark=part, clause=clause, start=start, end=entry.end)
        found.append(current)
        gap = []
    if current is not None:
        current.after = tuple(token for token in gap if not token.mark or token.mark == "、")
        current.end = gap[-1].end if gap else current.end
    items = [piece for piece in found if isinstance(piece, Item)]
    for earlier, later in pairwise(items):
        earlier.becomes = any(token.has("k:becomes") for token in later.before)
    _note_runs(items)
    _pair_respectively(items)
    return found


def _note_runs(items: list[Item]) -> None:
    """Numbers that follow each other without words, and the whole that stands inside a share."""
    first = 0
    for index in range(1, len(items) + 1):
        if index < len(items) and items[index].mark == "、" and not items[index].before:
            continue
        for place in range(first, index):
            items[place].run = (place - first, index - first)
        first = index
    for whole, share in pairwise(items):
        inside = any(token.has("k:share") for token in whole.before) and whole.number.unit != "%"
        if inside and share.number.unit == "%" and all(_is_noun(token) for token in share.before + whole.after):
            share.share_in = whole


def _is_noun(token: Token) -> bool:
    """Whether a word between a whole and its share only says what is counted (占全部33件复议案件的12.1%)."""
    return bool(token.features) and all(feature[:2] == "t:" or feature in ("n", "k:case") for feature in token.features)


def _only_includes(inside: list[Token]) -> bool:
    """（含上年结转） says what the number holds as well, not what it counts."""
    return bool(inside) and inside[0].has("k:of_which") and not any(token.has("r:except") for token in inside)


def _flat(bracket: Bracket) -> list[Token]:
    found: list[Token] = []
    for entry in bracket.inside:
        found += _flat(entry) if isinstance(entry, Bracket) else [entry]
    return found


def _names_next(gap: list[Token]) -> bool:
    """Whether the words before a bracket already belong to the next number (… 30件，复议后起诉(…)18件)."""
    return any(token.mark == "、" or token.has("k:and") for token in gap)


def _divide(gap: list[Token]) -> tuple[tuple[Token, ...], str, tuple[Token, ...]]:
    """What stands between two numbers of a clause: words of the first, what parts them, words of the second."""
    for index, token in enumerate(gap):
        if token.mark == "、" or (token.has("k:and") and (index + 1 < len(gap) or len(gap) == 1)):
            return tuple(gap[:index]), "、", tuple(entry for entry in gap[index + 1 :] if not entry.mark or entry.mark == "、")
    for index, token in enumerate(gap):
        if token.has("k:end_of_whole") and index < 4:
            return tuple(gap[: index + 1]), "", tuple(gap[index + 1 :])
    behind = 0
    while behind < len(gap) and (any(feature.startswith("t:") for feature in gap[behind].features) or gap[behind].text in ("案件", "件")):
        behind += 1
    if behind == len(gap):
        behind = 0 if len(gap) == 0 else behind
    return tuple(gap[:behind]), "", tuple(gap[behind:])


def _pair_respectively(items: list[Item]) -> None:
    """新收、办结、结转分别为110件、100件、6件: names and numbers of equal length are paired."""
    for index, item in enumerate(items):
        at = next((place for place, token in enumerate(item.before) if token.has("k:respectively")), None)
        if at is None:
            continue
        names: list[list[Token]] = [[]]
        for token in _apart(item.lead + item.before[:at]):
            if token.mark == "、" or token.has("k:and"):
                names.append([])
            else:
                names[-1].append(token)
        names = [name for name in names if name]
        numbers = items[index : index + item.run[1]]
        if len(names) == len(numbers) > 1:
            for name, number in zip(names, numbers, strict=True):
                number.label = (*name, *item.before[at + 1 :])
                number.start = min(number.start, item.start)
        elif len(numbers) > 1 and len(names) > 1:
            for number in numbers:
                number.label = (*item.before, replace(item.before[at], features=()))  # which is whose is not understood
        return


def _apart(tokens: tuple[Token, ...]) -> list[Token]:
    """Words with the several names that one word of the lexicon holds (予以公开、部分公开) as words of their own."""
    found: list[Token] = []
    for token in tokens:
        names = token.text.split("、")
        if len(names) == len(token.features) > 1:
            start = token.start
            for name, feature in zip(names, token.features, strict=True):
                if start > token.start:
                    found.append(Token(start - 1, start, "、", mark="、"))
                found.append(Token(start, start + len(name), name, (feature,)))
                start += len(name) + 1
        else:
            found.append(token)
    return found
