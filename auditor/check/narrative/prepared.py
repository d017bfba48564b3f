"""A passage made ready for reading: no white space, titles and dates masked, every character with its printed position."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

import regex

from auditor.model.narrative import NarrativeWords
from auditor.text.chars import fold
from auditor.text.numerals import read_chinese_integer

MASK = "□"
PART = "▣"
"""Masks dates of less than the year: numbers behind them are not those of the year."""
GAP = "¦"
"""Stands where white space separated two digits: such a number is not read."""

_SPACE = frozenset(" \t\r\n\v\f\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f")
_ENDS = frozenset("。!！?？;；")
_CLAUSE_ENDS = ",，.。;；:：!！?？()"
_TITLES = regex.compile(r"《[^《》]{0,120}》|<[^<>]{0,120}>")
_QUOTED = regex.compile(r"“[^“”]{0,80}”")
_YEAR = regex.compile(r"(?<!\d)((?:19|20)\d\d|[二一][〇零○九0]\p{Han}{2})(?=年)年(?:度)?")
_BRACKET = regex.compile(r"\([^()]{0,100}\)")
_DIGIT = regex.compile(r"\d|[一二三四五六七八九十百千万两]+(?:余|多)?[件条起例份篇宗次项]")


@dataclass(frozen=True, slots=True)
class Prepared:
    """``text`` is masked and without spaces; ``places[i]`` the offset of its i-th character in the printed text.

    ``years`` are (position in ``text``, year, end of what it may stand for) of the years named, in order: a year that something is
    compared with or carried to, and one in brackets, stands only for its own clause or bracket.
    """

    text: str
    places: tuple[int, ...]
    years: tuple[tuple[int, int, int], ...]

    def year_at(self, position: int, start: int) -> int | None:
        """The year last named at or after ``start`` that still stands at ``position``; ``None`` when there is none."""
        place = bisect_left(self.years, (position, 0, 0))
        for at, year, end in reversed(self.years[:place]):
            if at < start:
                break
            if position <= end:
                return year
        return None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The printed range of ``text[start:end]``."""
        return self.places[start], self.places[end - 1] + 1


@lru_cache(maxsize=8)
def _not_counts(words: NarrativeWords) -> regex.Pattern[str]:
    return regex.compile("|".join(words.not_counts) if words.not_counts else r"(?!)")


@lru_cache(maxsize=8)
def _part_dates(words: NarrativeWords) -> regex.Pattern[str]:
    return regex.compile("|".join(words.part_dates) if words.part_dates else r"(?!)")


def prepare(printed: str, words: NarrativeWords) -> Prepared:
    """The passage for reading; only characters are masked, so positions stay comparable."""
    text = _QUOTED.sub(lambda match: _mask_digits(match.group()), printed)
    text = fold(text)
    kept: list[str] = []
    places: list[int] = []
    for index, char in enumerate(text):
        if char in _SPACE:
            if char == "\n" and kept and kept[-1] in _ENDS:
                continue
            if kept and kept[-1].isascii() and kept[-1].isdigit():
                following = text[index + 1 : index + 12].lstrip()
                if following[:1].isascii() and following[:1].isdigit():
                    kept.append(GAP)
                    places.append(index)
            continue
        # A full-width comma is a comma, whatever stands around it; only the ASCII one separates thousands.
        kept.append("，" if char == "," and printed[index] == "，" else char)
        places.append(index)
    plain = "".join(kept)
    for pattern in (_TITLES,):
        plain = pattern.sub(lambda match: MASK * len(match.group()), plain)
    years: list[tuple[int, int]] = []
    borrowed = _borrowed(words)

    def take_year(match: regex.Match[str]) -> str:
        value = int(match[1]) if match[1].isdigit() else read_chinese_integer(match[1].replace("0", "〇").replace("○", "〇"))
        if value is None or not 1980 <= value <= 2100:
            return str(match.group())
        years.append((match.start(), value))
        return MASK * len(match.group())

    plain = _YEAR.sub(take_year, plain)
    plain = _part_dates(words).sub(lambda match: PART * len(match.group()), plain)
    plain = _not_counts(words).sub(lambda match: MASK * len(match.group()), plain)
    plain = _BRACKET.sub(lambda match: match.group() if _DIGIT.search(match.group()) else MASK * len(match.group()), plain)
    return Prepared(plain, tuple(places), tuple((at, year, _reach(plain, at, borrowed)) for at, year in years))


@lru_cache(maxsize=8)
def _borrowed(words: NarrativeWords) -> regex.Pattern[str]:
    return regex.compile(f"(?:{'|'.join(words.borrowed_year)})$" if words.borrowed_year else r"(?!)")


def _reach(text: str, at: int, borrowed: regex.Pattern[str]) -> int:
    """Where a year at ``at`` ceases to stand for what follows: the end of its bracket or clause, else the end of the text."""
    opened = text.rfind("(", max(0, at - 100), at)
    if opened >= 0 and text.find(")", opened, at) < 0:
        closed = text.find(")", at)
        return closed if closed >= 0 else len(text)
    if borrowed.search(text, max(0, at - 8), at):
        after = at + len(text[at:]) - len(text[at:].lstrip(MASK))
        if text.startswith("(", after):  # 较2022年(20件): the bracket is about that year
            return max(text.find(")", after), after)
        return min((place for mark in _CLAUSE_ENDS if (place := text.find(mark, at)) >= 0), default=len(text))
    return len(text)


def _mask_digits(text: str) -> str:
    return str(regex.sub(r"\d|[一二三四五六七八九十百千]+(?=[件条起例份篇宗次项个])", lambda match: MASK * len(match.group()), text))
