"""Private data in text: what identifies a person, and its masking in every string that is written (rule book, group G)."""

from __future__ import annotations

import re
from datetime import date

IDENTITY = re.compile(r"(?<![0-9A-Za-z])(\d{3})(\d{13})(\d[0-9Xx])(?![0-9A-Za-z])")
OLD_IDENTITY = re.compile(r"(?<![0-9A-Za-z])(\d{3})(\d{10})(\d\d)(?![0-9A-Za-z])")
MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)(\d{6})(\d\d)(?!\d)")
CARD = re.compile(r"(?<![0-9A-Za-z])(\d{3})(\d{11,14})(\d\d)(?![0-9A-Za-z])")

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def mask(text: str) -> str:
    """The text with identity, card and mobile numbers reduced to their first 3 and last 2 characters. Masking twice changes nothing."""
    if not any(char.isdigit() for char in text):
        return text
    for pattern in (IDENTITY, CARD, OLD_IDENTITY, MOBILE):
        text = pattern.sub(lambda match: f"{match[1]}{'*' * len(match[2])}{match[3]}", text)
    return text


def mask_name(name: str) -> str:
    """A personal name with the surname only: the first character, the others starred."""
    return name[:1] + "*" * max(1, len(name) - 1)


def is_identity_number(text: str) -> bool:
    """Whether 18 characters are a citizen identity number: region, birth date and check digit (GB 11643-1999)."""
    if len(text) != 18 or not text[:17].isdigit() or not ("11" <= text[:2] <= "82"):
        return False
    if not _is_date(text[6:10], text[10:12], text[12:14]):
        return False
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(text, _WEIGHTS, strict=False)) % 11] == text[17].upper()


def is_old_identity_number(text: str) -> bool:
    """Whether 15 digits can be an identity number of the old kind: region and birth date 19YYMMDD."""
    return len(text) == 15 and "11" <= text[:2] <= "82" and _is_date("19" + text[6:8], text[8:10], text[10:12])


def passes_luhn(digits: str) -> bool:
    """Whether the last digit of a card number is the check digit of the others."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _is_date(year: str, month: str, day: str) -> bool:
    try:
        return 1880 <= date(int(year), int(month), int(day)).year <= 2099
    except ValueError:
        return False
