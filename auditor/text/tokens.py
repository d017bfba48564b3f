"""The grammar of printed tokens: figures, dashes, units, notes of cells (formats.md §9), values behind a label, enumerators.

Reads what is there, repairs nothing. Patterns of enumerators stand on folded text unless they name full-width forms themselves.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import NamedTuple

from auditor.model.binding import BindingWords
from auditor.model.report import State
from auditor.text.chars import REMEMBERED, fold, squeeze
from auditor.text.kept import forgettable
from auditor.text.numerals import DIGITS, LARGE_UNITS, read_chinese_integer
from auditor.text.patterns import re_pattern, regex_pattern


class CellValue(NamedTuple):
    """What a cell says: ``value`` is ``None`` where no number is printed; ``notes`` as in :class:`~auditor.model.report.Fact`."""

    state: State
    value: Decimal | None = None
    unit: str | None = None
    confidence: float = 1.0
    notes: tuple[str, ...] = ()


_MINUS = str.maketrans({"－": "-", "−": "-", "﹣": "-", "–": "-", "‒": "-", "‐": "-"})
_DASHES = frozenset("-—–−－―‐‒﹣─━/\\／＼*＊~～")
_NUMBER = regex_pattern(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_BRACKET = regex_pattern(r"(?P<head>[^()\[\]]+)(?P<part>[(\[][^()\[\]]*[)\]])")
_THOUSANDS_BY_SPACE = regex_pattern(r"[+-]?\d{1,3}(?: \d{3})+(?:\.\d+)?")
_VALUE = r"[+-]?[\d,]+(?:\.\d+)?|[-—/]+|无"
_VALUES_BEHIND = regex_pattern(rf"(?s)(?P<label>.*?[^\d\s,.\-/—])(?P<values>(?:\s+(?:{_VALUE}))+)\s*")

# What begins with a number, from a chapter to an item.
_CHINESE = "[一二三四五六七八九十]{1,3}"
_OPEN, _CLOSE, _STOP = r"[\(（]", r"[\)）]", "[、.．]"
ENUMERATED = regex_pattern(rf"^(?:{_OPEN}[一二三四五六七八九十\d]{{1,3}}{_CLOSE}|(?:{_CHINESE}|\d{{1,2}}){_STOP})")
"""A label that begins with a number of its own: （一）, 一、, 1."""
LEADING_NUMBER = regex_pattern(rf"^{_OPEN}?(?:{_CHINESE}|\d{{1,2}}){_CLOSE}?[、.．，,:：]?")
"""The same where marks may have been lost: 一本年新收."""
MAIN_NUMBER = re_pattern(rf"\s*{_CHINESE}、")
"""The number of a main heading as the form prints it, at the beginning of a line: 一、"""
CHAPTER = regex_pattern(
    rf"^\s*[\p{{P}}\p{{S}}lI|]{{0,2}}\s*(?:第\s*(?P<part>{_CHINESE})\s*(?:部分|章)|(?P<cn>{_CHINESE})\s*(?=[、.,:：\s])|(?P<num>\d{{1,2}})(?=[、.]))\s*[、.,:：\s]*\s*"
)
"""The number of a main heading: 一、, 第一部分, 1、"""
BRACKETED = regex_pattern(rf"^\s*{_OPEN}\s*{_CHINESE}\s*{_CLOSE}")
"""The number of a heading of the second level: （一）"""
ARABIC = regex_pattern(r"^\s*\d{1,2}\s*[、.]\s*\D")
"""The number of a heading of the third level, with the character behind it: 1. 属"""
_LETTER_ZERO = frozenset("oO")
_MOST_THOUSANDS = 4


# The same few texts fill most cells; what they say depends on the text and the words alone.
@lru_cache(maxsize=REMEMBERED)
def read_cell(raw: str, words: BindingWords) -> CellValue:
    """Read one printed cell. Raises nothing.

    "１，２３４" → number 1234; "—" → dash; "" → blank; "无" → text with value 0; "251000元" → unit_text 251000 with unit 元;
    "22（其中修订16件）" → number 22 with the note ``bracket``. A number wrapped over two lines is one number.
    """
    if raw.isascii() and raw.isdigit():  # most cells
        return CellValue("number" if raw.strip("0") else "zero", Decimal(raw))
    folded = fold(raw).translate(_MINUS).strip()
    tight = squeeze(raw).translate(_MINUS)
    if not tight:
        return CellValue("blank")
    if all(char in _DASHES for char in tight):
        return CellValue("dash")
    if tight in words.none:
        return CellValue("text", Decimal(0), notes=("none",))
    notes = ["full_width"] if _has_full_width(raw) else []
    bracket = _BRACKET.fullmatch(tight)
    if bracket and any(char.isdigit() for char in bracket["head"]):
        notes.append("bracket")
        tight = bracket["head"]
        folded = folded[: folded.find(bracket["part"][0])].strip()
    number, unit = _split_unit(tight, words)
    value, how = _read_number(number, folded)
    if value is None:
        return CellValue("text", notes=tuple(notes))
    notes += how
    confidence = 0.6 if "suspicious" in notes else 0.85 if "spaced" in notes else 1.0
    if unit is not None and not (value == 0 and unit not in words.money_units):
        return CellValue("unit_text", value, unit, confidence, tuple(notes))
    return CellValue("zero" if value == 0 else "number", value, unit, confidence, tuple(notes))


@lru_cache(maxsize=8192)
def looks_like_value(raw: str, words: BindingWords) -> bool:
    """Whether a cell can be a value of a table: a number (with unit or bracket), a dash, 无, or nothing."""
    if len(raw) > 60:
        return False
    reading = read_cell(raw, words)
    return reading.state != "text" or reading.value is not None or squeeze(raw) in words.null_text


@lru_cache(maxsize=REMEMBERED)
def is_number(raw: str, words: BindingWords) -> bool:
    """Whether a number, a dash or 无 is printed (an empty cell does not count)."""
    if raw.isascii() and raw.isdigit():
        return True
    if len(raw) > 60:
        return False
    reading = read_cell(raw, words)
    return reading.state in ("number", "zero", "unit_text", "dash") or "none" in reading.notes


def are_numbers(text: str, words: BindingWords) -> bool:
    """Whether a line holds several numbers parted by spaces (0 2 0 12), not one number grouped in thousands or with a gap (1 234)."""
    parts = fold(text).split()
    if len(parts) < 3 or not all(is_number(part, words) for part in parts):
        return False
    return len(parts) > _MOST_THOUSANDS or _THOUSANDS_BY_SPACE.fullmatch(" ".join(parts)) is None


def values_behind(text: str) -> tuple[str, tuple[str, ...]]:
    """A label and the values printed behind it in the same cell or line: "结转下年度 3 0 3" → ("结转下年度", ("3", "0", "3")).

    The label is folded; without values behind it the text comes back as it is.
    """
    match = _VALUES_BEHIND.fullmatch(fold(text))
    return (match["label"], tuple(match["values"].split())) if match else (text, ())


def _split_unit(tight: str, words: BindingWords) -> tuple[str, str | None]:
    for unit in words.units:  # longest first
        if tight.endswith(unit) and len(tight) > len(unit):
            return tight[: -len(unit)], unit
    return tight, None


def _read_number(tight: str, folded: str) -> tuple[Decimal | None, list[str]]:
    """The number of a text without spaces; ``folded`` is the same text with its spaces and line breaks."""
    if _NUMBER.fullmatch(tight):
        notes = ["separator"] if "," in tight else []
        if tight[0] in "+-":
            notes.append("sign")
        inner = " ".join(folded.replace("\n", "").split())
        if " " in inner.rstrip() and not _THOUSANDS_BY_SPACE.match(inner):
            notes.append("spaced" if regex_pattern(r"\d \d").search(inner) else "padded")
        elif " " in inner:
            notes.append("separator")
        try:
            value = Decimal(tight.replace(",", ""))
        except InvalidOperation:
            return None, []
        if "." in tight and value == value.to_integral_value():
            notes.append("decimal_zero")
        return value, notes
    if all(char in _LETTER_ZERO for char in tight):
        return Decimal(0), ["suspicious"]
    if any(char in DIGITS for char in tight) and not any(char in LARGE_UNITS for char in tight[:1]):
        chinese = read_chinese_integer(tight)
        if chinese is not None:
            return Decimal(chinese), ["chinese"]
    return None, []


def _has_full_width(raw: str) -> bool:
    return any("０" <= char <= "９" or char in "，．－＋" for char in raw)


forgettable(read_cell, looks_like_value, is_number)
