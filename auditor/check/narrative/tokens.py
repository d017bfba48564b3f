"""A passage of prose → tokens: words of the lexicon, numbers, years, marks of punctuation, and what is not understood."""

from __future__ import annotations

from msgspec import Struct

from auditor.check.narrative.lexicon import MARKS, Features, WordLexicon, lexicon_of
from auditor.check.narrative.numbers import GAP, Number, scan
from auditor.model.narrative import NarrativeWords
from auditor.text.chars import fold
from auditor.text.numerals import read_chinese_integer
from auditor.text.patterns import regex_pattern

MASK = "□"
"""Stands in the text for what was recognised by its form, so that no number is seen in it."""

SENTENCE_ENDS = frozenset("。!！?？")
_SPACE = frozenset(" \t\r\v\f\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\"'*#")
_YEAR = regex_pattern(r"(?<!\d)((?:19|20)\d\d|[二一][〇零○九0]\p{Han}{2})(?=年)年(?:度)?")
_PINYIN = regex_pattern(r"\([a-z\u00e0-\u00fc\u0101-\u01dc' ]{1,12}\)")
_QUOTED = regex_pattern(r"“[^“”]{0,80}”")
_QUOTED_NUMBER = regex_pattern(r"\d|[一二三四五六七八九十百千]+(?=[件条起例份篇宗次项个])")


class Token(Struct, frozen=True, gc=False):
    """One word at [start, end) of the prepared text. ``mark`` is set for punctuation, ``number`` and ``year`` for these;
    a token without features, mark, number and year is a word that is not understood.
    """

    start: int
    end: int
    text: str
    features: Features = ()
    mark: str = ""
    number: Number | None = None
    year: int | None = None

    @property
    def unknown(self) -> bool:
        """Whether the word is in no lexicon."""
        return not (self.features or self.mark or self.number is not None or self.year is not None)

    def has(self, feature: str) -> bool:
        """Whether the word carries this feature."""
        return feature in self.features


class PassageText(Struct, frozen=True):
    """A passage without white space: ``text`` folded, ``places[i]`` the offset of its i-th character in the printed passage."""

    printed: str
    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The printed range of ``text[start:end]``."""
        if not self.places:
            return 0, 0
        first = self.places[min(start, len(self.places) - 1)]
        return first, self.places[max(0, min(end, len(self.places)) - 1)] + 1

    def shown(self, start: int, end: int) -> str:
        """The printed words of ``text[start:end]`` on one line."""
        left, right = self.span(start, end)
        return " ".join(self.printed[left:right].split()) if end > start else ""


def prepare(printed: str) -> PassageText:
    """The passage without white space, in simplified characters; digits that white space parts are kept apart by ``GAP``."""
    folded = _QUOTED.sub(lambda match: _QUOTED_NUMBER.sub(MASK, match.group()), printed)
    folded = _PINYIN.sub(lambda match: " " * len(match.group()), fold(folded))
    kept: list[str] = []
    places: list[int] = []
    for index, char in enumerate(folded):
        if char == "\n":
            if (kept and kept[-1] in SENTENCE_ENDS) or not kept:
                continue
            before, after = kept[-1], folded[index + 1 : index + 2]
            if before.isdigit() and after.isdigit():
                kept.append(GAP)
                places.append(index)
            continue
        if char in _SPACE:
            if kept and kept[-1].isascii() and kept[-1].isdigit():
                following = folded[index + 1 : index + 12].lstrip()
                if following[:1].isascii() and following[:1].isdigit():
                    kept.append(GAP)
                    places.append(index)
            continue
        # A full-width comma is a comma, whatever stands around it; only the ASCII one separates thousands.
        kept.append("，" if char == "," and printed[index] == "，" else char)
        places.append(index)
    return PassageText(printed, "".join(kept), tuple(places))


def tokenise(ready: PassageText, words: NarrativeWords, names: tuple[str, ...] = ()) -> list[Token]:
    """The tokens of a passage in order; every character belongs to exactly one. ``names`` are those of the publisher.

    Linear in the length of the text.
    """
    lexicon = lexicon_of(words)
    text = ready.text
    fixed: list[Token] = []
    masked = list(text)

    def take(token: Token) -> None:
        fixed.append(token)
        masked[token.start : token.end] = MASK * (token.end - token.start)

    for match in _YEAR.finditer(text):
        value = int(match[1]) if match[1].isdigit() else read_chinese_integer(match[1].replace("0", "〇").replace("○", "〇"))
        if value is not None and 1980 <= value <= 2100:
            take(Token(match.start(), match.end(), match.group(), ("p:year",), year=value))
    for name in names:
        at = text.find(name)
        while at >= 0:
            if MASK not in masked[at : at + len(name)]:
                take(Token(at, at + len(name), name, ("b:own",)))
            at = text.find(name, at + len(name))
    years = "".join(masked)
    for match in lexicon.forms.finditer(years):
        if match.end() > match.start() and match.lastgroup:
            take(Token(match.start(), match.end(), text[match.start() : match.end()], lexicon.form_features[match.lastgroup]))
    masked_text = "".join(masked)
    for number in scan(masked_text, words):
        start = number.start
        word = lexicon.words.longest(masked_text, start, len(text)) if not text[start].isascii() else None
        if start + (word[0] if word is not None else 0) < number.end:
            fixed.append(Token(number.start, number.end, text[number.start : number.end], number=number))
    fixed.sort(key=lambda token: token.start)
    apart: list[Token] = []
    for token in fixed:
        if not apart or token.start >= apart[-1].end:
            apart.append(token)
    return _with_names(_words(text, apart, lexicon))


def _words(text: str, fixed: list[Token], lexicon: WordLexicon) -> list[Token]:
    """The words between what was recognised by its form, longest first; characters of no word run together."""
    tokens: list[Token] = []
    longest = lexicon.words.longest
    at, end = 0, len(text)
    for token in (*fixed, None):
        limit = token.start if token is not None else end
        unknown = at
        while at < limit:
            found = longest(text, at, limit)
            char = text[at]
            if found is None and char not in MARKS:
                at += 1
                continue
            if unknown < at:
                tokens.append(Token(unknown, at, text[unknown:at]))
            if found is None:
                tokens.append(Token(at, at + 1, char, mark=char))
                at = unknown = at + 1
            else:
                length, features = found
                tokens.append(Token(at, at + length, text[at : at + length], features))
                at = unknown = at + length
        if unknown < limit:
            tokens.append(Token(unknown, limit, text[unknown:limit]))
        if token is not None:
            tokens.append(token)
            at = token.end
    return tokens


_LONGEST_NAME = 24


def _with_names(tokens: list[Token]) -> list[Token]:
    """Words that end a body's name (局, 镇, 办事处) joined with the name before them, which is not an unknown word then."""
    joined: list[Token] = []
    for token in tokens:
        if token.has("k:body_end"):
            first = len(joined)
            while first > 0 and _may_be_name(joined[first - 1]) and token.end - joined[first - 1].start <= _LONGEST_NAME:
                first -= 1
            name = "".join(entry.text for entry in joined[first:]) + token.text
            if first < len(joined) and len(name) > 2:
                joined[first:] = [Token(joined[first].start, token.end, name, ("b:named",))]
                continue
        joined.append(token)
    return joined


def _may_be_name(token: Token) -> bool:
    if token.mark or token.number is not None or token.year is not None:
        return False
    return token.unknown or all(feature.startswith(("t:o.", "k:body_end")) or feature == "b:named" for feature in token.features)
