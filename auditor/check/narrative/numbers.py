"""Numbers with their units in prepared text: one pass, one token each."""

from __future__ import annotations

from decimal import Decimal

import regex
from msgspec import Struct

from auditor.check.narrative.lexicon import once_for_words
from auditor.check.narrative.statement import Bound
from auditor.model.narrative import NarrativeWords
from auditor.text.numerals import large_unit, read_chinese_integer
from auditor.text.patterns import regex_pattern

GAP = "¦"
"""Stands where white space separated two digits: such a number is not read."""


class Number(Struct, frozen=True, gc=False):
    """A number and its unit at [start, end) of the prepared text. ``value`` is ``None`` when it cannot be read for certain."""

    start: int
    end: int
    value: Decimal | None
    unit: str
    places: int
    bound: Bound
    counts: bool


@once_for_words
def _pattern(words: NarrativeWords) -> regex.Pattern[str]:
    before = "|".join((*words.about_before, *words.over_before, *words.under_before))
    after = "|".join((*words.about_after, *words.over_after, *words.under_after))
    counts, others = "|".join(words.count_units), "|".join(words.other_units)
    return regex_pattern(
        rf"(?P<before>{before})?"
        rf"(?:(?P<digits>(?<![\d.A-Za-z¦-])\d{{1,3}}(?:,\d{{3}}){{1,6}}(?:\.\d{{1,8}})?(?![\d,])|(?<![\d.A-Za-z-])[\d{GAP}]{{1,24}}(?:\.\d{{1,8}})?)"
        r"|(?<![第数几每无零〇一二两三四五六七八九十百千万亿])(?P<han>[零〇一二两三四五六七八九十百千万亿]{1,14}))"
        rf"(?P<more>余|多)?(?P<big>万|亿|千|百)?(?P<more2>余|多)?"
        rf"(?:(?P<percent>%)|(?P<points>个?百分点)|(?P<times>倍)|(?:个(?={counts}))?(?P<count>{counts})|(?P<other>{others}))"
        rf"(?P<after>{after})?"
        r"|(?<![一二三四五六七八九十])(?P<tenths>[一二三四五六七八九\d])成(?P<half>[一二三四五六七八九半])?(?![立功员为本人果长])"
        r"|百分之(?P<hundredth>[零〇一二两三四五六七八九十百]{1,6}(?:点[零〇一二三四五六七八九]{1,4})?)"
    )


def scan(text: str, words: NarrativeWords) -> tuple[Number, ...]:
    """All numbers with a unit, in order. Numbers without a unit are no counts and are left out."""
    return tuple(_number(match, text, words) for match in _pattern(words).finditer(text))


_PARTS = ("before", "digits", "han", "more", "big", "more2", "percent", "points", "times", "count", "other", "after", "tenths", "hundredth")
_FACTORS = {None: Decimal(1), "千": Decimal(1000), "百": Decimal(100)}


def _number(match: regex.Match[str], text: str, words: NarrativeWords) -> Number:
    before, digits, han, more, big, more2, percent, points, times, count, other, after, tenths, hundredth = match.group(*_PARTS)
    if hundredth:
        return _hundredth(match)
    if tenths:
        return _tenths(match)
    factor = _FACTORS.get(big) or large_unit(big)
    value, places = _of_digits(digits, factor) if digits else _of_characters(han, factor)
    start = match.start("digits") if digits else match.start("han")
    if start > 1 and text[start - 1] in ",，.-~/" and text[start - 2].isdigit():
        value = None  # the rest of something longer: a range, a comma of unknown meaning
    unit = "%" if percent else "百分点" if points else times or count or other
    bound = _bound(before, after, bool(more or more2), words) if before or after or more or more2 else "exact"
    return Number(match.start(), match.end(), value, unit, places, bound, bool(count) or unit == "元")


def _of_characters(han: str, factor: Decimal) -> tuple[Decimal | None, int]:
    whole = read_chinese_integer(han)
    return (None if whole is None else Decimal(whole) * factor), 0


def _of_digits(digits: str, factor: Decimal) -> tuple[Decimal | None, int]:
    """The value and the number of decimal places printed."""
    if GAP in digits:
        return None, 0
    digits = digits.replace(",", "")
    return Decimal(digits) * factor, len(digits.partition(".")[2])


def _bound(before: str | None, after: str | None, more: bool, words: NarrativeWords) -> Bound:
    if (before and before in words.under_before) or (after and after in words.under_after):
        return "under"
    if more or (before and before in words.over_before) or (after and after in words.over_after):
        return "over"
    return "about"


def _hundredth(match: regex.Match[str]) -> Number:
    whole, _, rest = match["hundredth"].partition("点")
    value = read_chinese_integer(whole)
    tail = read_chinese_integer(rest) if rest else 0
    known = value is not None and tail is not None
    number = Decimal(f"{value}.{str(tail).zfill(len(rest))}" if rest else str(value)) if known else None
    return Number(match.start(), match.end(), number, "%", len(rest), "exact", False)


def _tenths(match: regex.Match[str]) -> Number:
    """六成, 一成二, 七成半: tenths as a percentage; what is printed tells no more than its last digit."""
    whole = read_chinese_integer(match["tenths"]) if not match["tenths"].isdigit() else int(match["tenths"])
    half = match["half"]
    rest = 5 if half == "半" else (read_chinese_integer(half) or 0) if half else 0
    value = Decimal((whole or 0) * 10 + rest)
    return Number(match.start(), match.end(), value, "%", 0 if half else -1, "exact", False)
