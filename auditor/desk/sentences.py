"""Texts side by side: sentences lined up, those that both have in one line, what differs within a sentence marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any, Final

from auditor.text.chars import squeeze

SENTENCE: Final = re.compile(r"[^。；！？\n]+[。；！？]?")
_MOST: Final = 400
"""Sentences of one side that are lined up."""
_ALIKE: Final = 0.55
_TOKEN: Final = re.compile(r"\d+(?:\.\d+)?|.", re.DOTALL)
"""A number is one piece: 390 and 154 share no digit."""
Line = dict[str, Any]
Piece = tuple[str, bool]
"""A piece of a sentence, and whether the other side has it too."""


def pairs_of(passages: Sequence[tuple[str, str]]) -> list[Line]:
    """Texts that a finding shows side by side, the first against each of the others, line by line. Pieces of one text are put together."""
    texts: dict[str, list[str]] = {}
    for label, text in passages:
        texts.setdefault(label, []).extend(_sentences(text))
    (left, first), *others = texts.items() if texts else (("", []),)
    return [{"left": left, "right": label, "lines": aligned(first, text), "shared": _shared(first, text)} for label, text in others[:5]]


def aligned(left: Sequence[str], right: Sequence[str]) -> list[Line]:
    """Two lists of sentences lined up: equal ones beside each other, alike ones with what they share, the rest alone.

    ``same`` tells equal ones; ``left`` and ``right`` are pieces, empty where a side has nothing.
    """
    left, right = list(left[:_MOST]), list(right[:_MOST])
    keys = [squeeze(text) for text in left], [squeeze(text) for text in right]
    found: list[Line] = []
    for what, a, b, c, d in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        if what == "equal":
            found += [_line(one, other, True) for one, other in zip(left[a:b], right[c:d], strict=True)]
        else:
            found += _alike(left[a:b], right[c:d])
    return found


def _alike(left: Sequence[str], right: Sequence[str]) -> list[Line]:
    """Sentences between two equal ones: each beside the next that is alike, the others alone."""
    found: list[Line] = []
    at = 0
    for one in left:
        best = next((place for place in range(at, len(right)) if _ratio(one, right[place]) >= _ALIKE), None)
        if best is None:
            found.append(_line(one, "", False))
            continue
        found += [_line("", other, False) for other in right[at:best]]
        found.append(_line(one, right[best], False))
        at = best + 1
    found += [_line("", other, False) for other in right[at:]]
    return found


def _ratio(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE else 0.0


def _line(one: str, other: str, same: bool) -> Line:
    if same or not one or not other:
        return {"left": [(one, same)] if one else [], "right": [(other, same)] if other else [], "same": same}
    pieces: tuple[list[Piece], list[Piece]] = ([], [])
    left, right = _TOKEN.findall(one), _TOKEN.findall(other)
    for what, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if left[a:b]:
            pieces[0].append(("".join(left[a:b]), what == "equal"))
        if right[c:d]:
            pieces[1].append(("".join(right[c:d]), what == "equal"))
    return {"left": pieces[0], "right": pieces[1], "same": False}


def _sentences(text: str) -> list[str]:
    return [part.strip() for part in SENTENCE.findall(text) if part.strip()]


def _shared(left: Sequence[str], right: Sequence[str]) -> int:
    there = {squeeze(text) for text in right}
    return sum(1 for text in left if squeeze(text) in there)
