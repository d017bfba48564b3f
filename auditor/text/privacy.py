"""Private data in text: what identifies a person, and its masking in every string that is written (rule book, group G).

Names and addresses are told by the words of ``rules/privacy.toml``; numbers by their build.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from auditor.text.chars import fold
from auditor.text.patterns import re_pattern
from auditor.text.persons import Span, home_spans, may_name, name_spans, phone_spans

_GAP: Final = r"[ \u00a0\u3000\-–—]?"
"""What people write between the groups of a number, as the rules find it."""
_END: Final = r"(?![0-9A-Za-z])(?![ \u00a0\u3000\-–—]\d)"
"""Not inside a longer row of numbers, such as the cells of a table."""
_ALONE: Final = r"(?<![0-9A-Za-z])(?<!\d[ \u00a0\u3000\-–—])"

IDENTITY = re_pattern(rf"{_ALONE}(\d{{3}})(\d{{3}}{_GAP}\d{{4}}{_GAP}\d{{2}}{_GAP}\d{{2}}{_GAP}\d{{2}}{_GAP})(\d[0-9Xx])(?![0-9A-Za-z])")
OLD_IDENTITY = re_pattern(r"(?<![0-9A-Za-z])(\d{3})(\d{10})(\d\d)(?![0-9A-Za-z])")
MOBILE = re_pattern(
    rf"(?<!\d)(?<!\d[ \u00a0\u3000\-–—])((?:\+?86{_GAP})?1[3-9]\d)({_GAP}\d{{4}}{_GAP}\d{{2}})(\d\d)(?!\d)(?![ \u00a0\u3000\-–—]\d)"
)
CARD = re_pattern(r"(?<![0-9A-Za-z])(\d{3})(\d{11,14})(\d\d)(?![0-9A-Za-z])")
"""What the rules look for; what is masked is wider."""

# Between groups of a number that is masked, in the folded text: up to two of these.
_PART: Final = r"[ \-\u2010-\u2015\u2212.·•_]"
_BETWEEN: Final = rf"{_PART}{{0,2}}"
_GROUPED_IDENTITY: Final = re_pattern(
    rf"(?<![0-9A-Za-z])(?<!\d{_PART})(\d{{3}})(\d{{3}}{_BETWEEN}\d{{4}}{_BETWEEN}\d\d{_BETWEEN}\d\d{_BETWEEN}\d\d{_BETWEEN})(\d[0-9Xx])(?![0-9A-Za-z])"
)
_ANY_IDENTITY: Final = re_pattern(
    rf"(?<![0-9A-Za-z])([1-8](?:{_BETWEEN}\d){{2}})((?:{_BETWEEN}\d){{13}}{_BETWEEN})(\d{_BETWEEN}[0-9Xx])(?![0-9A-Za-z])"
)
_GROUPED_OLD: Final = re_pattern(rf"(?<![0-9A-Za-z])(\d{{3}})(\d{{3}}{_PART}\d{{6}}{_PART}\d)(\d\d)(?![0-9A-Za-z])")
_GROUPED_CARD: Final = re_pattern(
    rf"(?<![0-9A-Za-z])(?<!\d{_PART})(\d{{3}})(\d(?:{_PART}\d{{4}}){{2,3}}{_PART}\d{{1,2}})(\d\d)(?![0-9A-Za-z])(?!{_PART}\d)"
)
_WHOLE_MOBILE: Final = re_pattern(rf"(?<![0-9.])((?:(?:\+|00)?86{_BETWEEN})?1[3-9]\d)(\d{{6}})(\d\d)(?![0-9]|\.\d|\s*(?:元|万元))")
_PARTED_MOBILE: Final = re_pattern(
    rf"(?<![0-9])((?:(?:\+|00)?86{_BETWEEN})?1[3-9]\d)({_PART}{{1,2}}\d{{4}}{_BETWEEN}\d\d|\d{{4}}{_PART}{{1,2}}\d\d)(\d\d)(?![0-9])"
)
_LEFT: Final = re_pattern(rf"\d{_PART}$")

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_MOST_NAMES: Final = 200
"""Names looked for in the text of one report."""
_LONG: Final = 10
"""Digits of the shortest number that is masked, less one."""


def names_in(texts: Iterable[str]) -> tuple[str, ...]:
    """Names of private persons that these texts print (after a role: 申请人、原告 …), each once, in order, at most 200."""
    found: dict[str, None] = {}
    for text in texts:
        folded = fold(text)
        if may_name(folded):
            found |= dict.fromkeys(text[start:end] for start, end in name_spans(folded))
    return tuple(found)[:_MOST_NAMES]


def mask(text: str, names: Iterable[str] = ()) -> str:
    """The text with identity, card and mobile numbers reduced to their first 3 and last 2 characters, names of private persons to their
    surname, and home addresses to their first 2 characters. ``names`` are masked wherever they stand. Masking twice changes nothing,
    nor does it change the length.
    """
    if not text.isascii() or not text.isalpha():
        folded = fold(text)
        stars = [*_number_stars(folded), *_person_stars(folded)]
        if stars:
            shown = list(text)
            for start, end in stars:
                shown[start:end] = "*" * (end - start)
            text = "".join(shown)
    for name in names:
        if name in text:
            text = text.replace(name, mask_name(name))
    return text


def _number_stars(folded: str) -> Iterator[Span]:
    """What is starred of identity, card and mobile numbers."""
    if sum(map(folded.count, "0123456789")) <= _LONG:
        return
    for pattern, certain in (
        (_GROUPED_IDENTITY, None), (CARD, None), (_GROUPED_CARD, None), (OLD_IDENTITY, None), (_WHOLE_MOBILE, None),
        (_ANY_IDENTITY, is_identity_number), (_GROUPED_OLD, is_old_identity_number),
    ):  # fmt: skip
        for match in pattern.finditer(folded):
            if certain is None or certain(_NO_DIGIT.sub("", match[0])):
                yield match.span(2)
    # Groups of a mobile number may be cells of a row: only where no other number stands beside them, but numbers of the same kind.
    row: list[re.Match[str]] = []
    for found in _PARTED_MOBILE.finditer(folded):
        if row and found.start() - row[-1].end() != 1:
            yield from _alone(row, folded)
            row = []
        row.append(found)
    yield from _alone(row, folded)


def _alone(row: list[re.Match[str]], folded: str) -> Iterator[Span]:
    """What is starred of mobile numbers one behind the other; nothing where further numbers stand beside them."""
    if row and not _LEFT.search(folded, max(0, row[0].start() - 2), row[0].start()) and not _RIGHT.match(folded, row[-1].end()):
        yield from (one.span(2) for one in row)


_NO_DIGIT: Final = re_pattern(r"[^0-9Xx]")
_RIGHT: Final = re_pattern(rf"{_PART}\d")


def _person_stars(folded: str) -> Iterator[Span]:
    """What is starred of names, homes and telephone numbers of persons."""
    if not may_name(folded):
        return
    yield from ((start + 2, end) for start, end in home_spans(folded))
    yield from ((start + 1, end) for start, end in name_spans(folded))
    yield from ((start + 3, end - 2) for start, end in phone_spans(folded))


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
