"""Private persons in text: where their names and home addresses stand, told by the words of ``rules/privacy.toml``.

All is looked for in the folded text (:func:`auditor.text.chars.fold`), whose places are those of the text as printed.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from auditor.text.patterns import re_pattern, rule_table

Span = tuple[int, int]
"""First character and the one behind the last, 0-based."""

_HAN: Final = "[\u4e00-\u9fff]"
_MOST_IN_A_LIST: Final = 50
"""Names that may stand in one list behind a role."""


class _Words(NamedTuple):
    """Patterns of ``rules/privacy.toml``: the name is group ``name``, a home group ``place``, a telephone number group ``number``."""

    hint: re.Pattern[str]
    """What must stand in a text for any of the others to be found."""
    person: re.Pattern[str]
    told: re.Pattern[str]
    more: re.Pattern[str]
    home: re.Pattern[str]
    dwelling: re.Pattern[str]
    phone: re.Pattern[str]


@lru_cache(maxsize=1)
def _words() -> _Words:
    data = rule_table("privacy.toml")
    roles, homes, after = "|".join(data["roles"]), "|".join(data["home"]), data["after"]
    long, word = "|".join(data["long_surnames"]), data["word_surnames"]
    no_name = f"(?!{'|'.join(data['no_names'])})(?!{_HAN}{{1,2}}{data['masked']})"
    sure = f"(?:{long}|[{data['surnames']}])"
    given, ends = f"{_HAN}{{1,2}}?{after}", f"(?={data['between']}|{after[3:]}"
    apart = f"{sure}[ ]{{1,3}}{_HAN}(?!{_HAN})"  # two characters that are printed as wide as three
    many = rf"{_HAN}{{2,6}}(?:·{_HAN}{{2,6}}?)+?{after}|{_HAN}{{2,6}}(?:·{_HAN}{{2,6}})+"
    name = rf"{no_name}(?:{sure}{given}|[{word}]{given}|{apart}|{sure}{_HAN}{{1,2}})|{many}"
    listed = rf"{no_name}(?:(?:{sure}|[{word}]){_HAN}{{1,2}}?{ends})|{many}"
    door = "|".join(sorted(data["door"], key=len, reverse=True))
    place = rf"(?P<place>(?:(?!{data['address_ends']})[^。;,\n]){{2,40}}(?:{door})(?:[-#\d]*\d)?(?:[,]\d+(?:{door}))*)"
    told = rf"(?:{data['before']}){no_name}(?P<name>{sure}{_HAN}{{1,2}}?|{_HAN}{{2,6}}(?:·{_HAN}{{2,6}}?)+?){data['said_of_persons']}"
    return _Words(
        hint=re_pattern(rf"{roles}|{homes}|{data['phone']}|单元|{data['said_of_persons']}"),
        person=re_pattern(rf"(?:{roles}){data['label']}(?P<name>{name})"),
        told=re_pattern(told),
        more=re_pattern(rf"{data['between']}(?P<name>{listed})"),
        home=re_pattern(rf"(?:{homes}|(?:{roles}){data['address']})\s*[:为于]?\s*{place}"),
        dwelling=re_pattern(data["dwelling"]),
        phone=re_pattern(rf"{data['phone']}[^0-9]{{0,8}}(?P<number>1[3-9](?:[^0-9\n]{{0,2}}[0-9]){{9}})(?![0-9])"),
    )


def may_name(folded: str) -> bool:
    """Whether anything in a text hints at a person; where nothing does, the functions below find nothing."""
    return _words().hint.search(folded) is not None


def name_spans(folded: str) -> list[Span]:
    """Where names of private persons stand: after a role (申请人、原告 …), in a list that begins so, or before words said of persons."""
    words = _words()
    found: list[Span] = []
    for pattern in (words.person, words.told):
        for match in pattern.finditer(folded):
            found.append(match.span("name"))
            end = match.end("name")
            for _ in range(_MOST_IN_A_LIST):
                following = words.more.match(folded, end)
                if following is None:
                    break
                found.append(following.span("name"))
                end = following.end("name")
    return sorted(set(found))


def home_spans(folded: str) -> list[Span]:
    """Where a person lives: behind words such as 家住 or 申请人地址, and places down to a 单元."""
    words = _words()
    return [match.span("place") for pattern in (words.home, words.dwelling) for match in pattern.finditer(folded)]


def phone_spans(folded: str) -> list[Span]:
    """Mobile numbers in groups of any length behind words such as 电话."""
    return [match.span("number") for match in _words().phone.finditer(folded)]
