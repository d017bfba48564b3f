"""A workbook's values as the program shows them: number formats (ECMA-376 part 1, 18.8.31), the part of them that tables use.

A column too narrow for its number, colours and fill characters are left aside. Scientific and fraction formats give the plain number,
because what they show is no longer the figure.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

_TOKEN: Final = re.compile(
    r'"([^"]*)"|\\(.)|\[([^\]]*)\]|_.|\*.|([0#?][0#?,]*(?:\.[0#?]*)?|\.[0#?]+)(,*)|(General)|(.)',
    re.IGNORECASE | re.DOTALL,
)
_SECTION: Final = re.compile(r'((?:"[^"]*"|\\.|\[[^\]]*\]|[^;"\\\[])*)(?:;|$)', re.DOTALL)
_PLAIN_ONLY: Final = re.compile(r"[0#?]\s*/\s*[0#?\d]|E[+-]", re.IGNORECASE)
_CONDITION: Final = re.compile(r"\[[<>=]")
_DATE_TOKEN: Final = re.compile(r'"([^"]*)"|\\(.)|\[[^\]]*\]|_.|\*.|(y+|m+|d+|h+|s+)|(AM/PM|上午/下午)|(.)', re.IGNORECASE | re.DOTALL)


def shown(value: object, number_format: str | None) -> str:
    """What a cell with this value and number format prints; ``""`` for nothing.

    >>> shown(12.0, "General"), shown(96171.6, "0.00"), shown(1234567, "#,##0"), shown(0.125, "0.0%")
    ('12', '96171.60', '1,234,567', '12.5%')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(Decimal(repr(value)) if isinstance(value, float) else Decimal(value), number_format or "General")
    if isinstance(value, datetime | date | time | timedelta):
        return _date(value, number_format or "")
    return str(value)


def plain(value: Decimal) -> str:
    """The number with the 15 significant digits a workbook keeps, without exponent or trailing zeros."""
    if not value.is_finite():
        return str(value)
    rounded = Decimal(f"{value:.15g}")
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _number(value: Decimal, number_format: str) -> str:
    if number_format in ("General", "@", "") or not value.is_finite() or _CONDITION.search(number_format):
        return plain(value)
    sections = [match[1] for match in _SECTION.finditer(number_format) if match[0]]
    section = sections[0] if sections else "General"
    if value < 0 and len(sections) > 1:
        section, value = sections[1], -value
    elif value == 0 and len(sections) > 2:
        section = sections[2]
    bare = re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", section)
    if _PLAIN_ONLY.search(bare):
        return plain(value)
    if "%" in bare:
        value *= 100
    out: list[str] = []
    placed = False
    negative = value < 0
    for match in _TOKEN.finditer(section):
        quoted, escaped, _, digits, scale, general, other = match.groups()
        if digits and not placed:
            out.append(_digits(abs(value) / 1000 ** len(scale or ""), digits))
            placed = True
        elif general and not placed:
            out.append(plain(abs(value)))
            placed = True
        elif other == "@":
            out.append(plain(abs(value)))
        else:
            out.append(quoted or escaped or other or "")
    text = "".join(out).strip()
    return f"-{text}" if negative and any(char in "123456789" for char in text) else text


def _digits(value: Decimal, pattern: str) -> str:
    whole, _, part = pattern.partition(".")
    comma = "," in whole.rstrip(",")
    value /= 1000 ** (len(whole) - len(whole.rstrip(",")))
    rounded = value.quantize(Decimal(1).scaleb(-len(part)), ROUND_HALF_UP)
    text = f"{rounded:f}"
    left, _, right = text.partition(".")
    left = left.lstrip("0").rjust(whole.count("0"), "0")
    if comma and left:
        left = f"{int(left):,}".rjust(whole.count("0"), "0")
    while right and part[len(right) - 1] == "#" and right[-1] == "0":
        right = right[:-1]
    return f"{left}.{right}" if "." in pattern and (right or pattern[-1:] == ".") else left


def _date(value: datetime | date | time | timedelta, number_format: str) -> str:
    if isinstance(value, timedelta) or not re.search("[ymdhs]", re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", number_format), re.IGNORECASE):
        return str(value)
    out: list[str] = []
    clock = False
    for match in _DATE_TOKEN.finditer(number_format.split(";")[0]):
        quoted, escaped, code, half, other = match.groups()
        if code:
            letter = code[0].lower()
            out.append(_part(value, letter, len(code), clock))
            clock = letter in "hs" or (clock and letter == "m")
        else:
            out.append("" if half else quoted or escaped or other or "")
    return "".join(out).strip()


def _part(value: datetime | date | time, letter: str, length: int, clock: bool) -> str:
    names = {"y": "year", "m": "minute" if clock else "month", "d": "day", "h": "hour", "s": "second"}
    number = getattr(value, names[letter], None)
    if number is None:
        return ""
    if letter == "y":
        return f"{number:04d}" if length > 2 else f"{number % 100:02d}"
    return f"{number:02d}" if length == 2 else str(number)
