"""Chinese numerals: 四十五, 三千一百一十九, 〇, 十万 → numbers."""

from __future__ import annotations

from decimal import Decimal

DIGITS = {"零": 0, "〇": 0, "○": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
          "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9}  # fmt: skip
SMALL_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
LARGE_UNITS = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
NUMERAL_CHARACTERS = "".join([*DIGITS, *SMALL_UNITS, *LARGE_UNITS])


def read_chinese_integer(text: str) -> int | None:
    """The value of a numeral written in Chinese characters only, or ``None`` when it is not one.

    Both styles are read: with units (三千零五) and digit by digit (二〇二四).

    >>> read_chinese_integer("四十五"), read_chinese_integer("二〇二四"), read_chinese_integer("十万三千")
    (45, 2024, 103000)
    """
    if not text or any(char not in NUMERAL_CHARACTERS for char in text):
        return None
    if all(char in DIGITS for char in text):
        return int("".join(str(DIGITS[char]) for char in text))
    total = section = 0
    digit: int | None = None
    last_small = 10_000
    for char in text:
        if char in DIGITS:
            if digit not in (None, 0):
                return None
            digit = DIGITS[char]
        elif char in SMALL_UNITS:
            unit = SMALL_UNITS[char]
            if unit >= last_small:
                return None
            section += (1 if digit is None or (digit == 0 and unit == 10) else digit) * unit
            digit, last_small = None, unit
        else:
            section += digit or 0
            if section == 0:
                return None
            total = (total + section) * LARGE_UNITS[char] if LARGE_UNITS[char] > 10_000 else total + section * 10_000
            section, digit, last_small = 0, None, 10_000
    return total + section + (digit or 0)


ORDINALS = "一二三四五六七八九十"


def ordinal(text: str) -> int | None:
    """The value of a section ordinal (一 … 十九), or ``None``."""
    value = read_chinese_integer(text)
    return value if value is not None and 1 <= value <= 20 else None


def large_unit(text: str) -> Decimal:
    """The factor of 万 or 亿 standing after an Arabic number (``Decimal(1)`` for anything else)."""
    return Decimal(LARGE_UNITS.get(text, 1))


def chinese_number(value: int) -> str:
    """A number from 1 to 99 in Chinese: 50 → 五十, 12 → 十二."""
    tens, ones = divmod(value, 10)
    if tens == 0:
        return _WRITTEN[ones]
    return ("" if tens == 1 else _WRITTEN[tens]) + "十" + (_WRITTEN[ones] if ones else "")


_WRITTEN = "零一二三四五六七八九"
