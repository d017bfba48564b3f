"""Private data in text: what identifies a person, and its masking in every string that is written (rule book, group G).

Names and addresses are told by the words of ``rules/privacy.toml``; numbers by their build.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from auditor.text.patterns import re_pattern, rule_table

_GAP: Final = r"[ \u00a0\u3000\-–—]?"
"""What people write between the groups of a number."""
_ALONE: Final = r"(?<![0-9A-Za-z])(?<!\d[ \u00a0\u3000\-–—])"
_END: Final = r"(?![0-9A-Za-z])(?![ \u00a0\u3000\-–—]\d)"
"""Not inside a longer row of numbers, such as the cells of a table."""

IDENTITY = re_pattern(rf"{_ALONE}(\d{{3}})(\d{{3}}{_GAP}\d{{4}}{_GAP}\d{{2}}{_GAP}\d{{2}}{_GAP}\d{{2}}{_GAP})(\d[0-9Xx])(?![0-9A-Za-z])")
OLD_IDENTITY = re_pattern(r"(?<![0-9A-Za-z])(\d{3})(\d{10})(\d\d)(?![0-9A-Za-z])")
MOBILE = re_pattern(
    rf"(?<!\d)(?<!\d[ \u00a0\u3000\-–—])((?:\+?86{_GAP})?1[3-9]\d)({_GAP}\d{{4}}{_GAP}\d{{2}})(\d\d)(?!\d)(?![ \u00a0\u3000\-–—]\d)"
)
CARD = re_pattern(r"(?<![0-9A-Za-z])(\d{3})(\d{11,14})(\d\d)(?![0-9A-Za-z])")
_GROUPED_CARD: Final = re_pattern(rf"{_ALONE}(\d{{3}})(\d(?:[ \-]\d{{4}}){{2,3}}[ \-]\d{{1,2}})(\d\d){_END}")

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_MOST_NAMES: Final = 200
"""Names looked for in the text of one report."""


class _Words(NamedTuple):
    """Patterns of ``rules/privacy.toml``: a name after a role (group ``name``), and a place after a word for home (group ``place``)."""

    person: re.Pattern[str]
    home: re.Pattern[str]
    hint: re.Pattern[str]


@lru_cache(maxsize=1)
def _words() -> _Words:
    data = rule_table("privacy.toml")
    surname = f"(?:[{data['surnames']}]|{'|'.join(data['long_surnames'])})"
    roles, masked = "|".join(data["roles"]), data["masked"]
    name = rf"(?P<name>{surname}(?!{masked}|[\u4e00-\u9fff]{masked})[\u4e00-\u9fff]{{1,2}}?){data['after']}"
    home, door = "|".join(data["home"]), "|".join(data["door"])
    return _Words(
        person=re_pattern(rf"(?:{roles})\s*[:：为是]?\s*{name}"),
        home=re_pattern(rf"(?:{home})\s*[:：为于]?\s*(?P<place>[^。;；,，\n]{{2,40}}(?:{door}))"),
        hint=re_pattern(rf"{roles}|{home}"),
    )


def names_in(texts: Iterable[str]) -> tuple[str, ...]:
    """Names of private persons that these texts print after a role (申请人、原告 …), each once, in order, at most 200."""
    words = _words()
    found: dict[str, None] = {}
    for text in texts:
        if words.hint.search(text):
            found |= dict.fromkeys(match["name"] for match in words.person.finditer(text))
    return tuple(found)[:_MOST_NAMES]


def mask(text: str, names: Iterable[str] = ()) -> str:
    """The text with identity, card and mobile numbers reduced to their first 3 and last 2 characters, names of private persons to their
    surname, and home addresses to their first 2 characters. ``names`` are masked wherever they stand. Masking twice changes nothing.
    """
    if any(char.isdigit() for char in text):
        for pattern in (IDENTITY, CARD, _GROUPED_CARD, OLD_IDENTITY, MOBILE):
            text = pattern.sub(_star_middle, text)
    words = _words()
    if words.hint.search(text):
        text = words.home.sub(_star_place, text)
        text = words.person.sub(_star_name, text)
    for name in names:
        if name in text:
            text = text.replace(name, mask_name(name))
    return text


def _star_middle(match: re.Match[str]) -> str:
    return f"{match[1]}{'*' * len(match[2])}{match[3]}"


def _star_place(match: re.Match[str]) -> str:
    place = match["place"]
    return match[0][: match.start("place") - match.start()] + place[:2] + "*" * (len(place) - 2)


def _star_name(match: re.Match[str]) -> str:
    return match[0][: match.start("name") - match.start()] + mask_name(match["name"])


def mask_name(name: str) -> str:
    """A personal name with the surname only: the first character, the others starred."""
    return name[:1] + "*" * max(1, len(name) - 1)


def is_identity_number(text: str) -> bool:
    """Whether 18 characters, groups apart or not, are a citizen identity number: region, birth date and check digit (GB 11643-1999)."""
    text = re.sub(_GAP[:-1], "", text)
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
