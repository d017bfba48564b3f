"""Raised and lowered text: a note mark behind a number is a note, no digit of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_MARK: Final = re.compile(
    r"[\s,，、]*(?:[\[（(〔【［]?\s*(?:注|备注|note)?\s*[:：]?\s*"
    r"(?:\d{1,2}|[①-⑳㈠-㈩⑴-⒇]|[a-hA-H]|[ivxIVX]{1,4}|[一二三四五六七八九十])\s*[\]）)〕】］]?|[*＊※†‡§#＃★☆△▲]{1,3}|注)[\s,，、]*"
)
_UNIT: Final = re.compile(r"[A-Za-z]$")


def is_note_mark(raised: str, before: str) -> bool:
    """Whether raised text is a mark that leads to a note: short, and behind something it marks (in ``m²`` the 2 is no mark)."""
    base = before.rstrip()
    return bool(base) and _MARK.fullmatch(raised) is not None and _UNIT.search(base) is None


def shown_of(runs: Iterable[tuple[str, bool, bool]]) -> tuple[str, bool]:
    """The text that runs of (text, struck out, raised) show as a value, and whether something was left out that is seen."""
    out = ""
    raised = ""
    inked = False
    for text, struck, is_raised in (*runs, ("", False, False)):
        if struck:
            inked = inked or bool(text.strip())
        elif is_raised:
            raised += text
        else:
            if raised and not is_note_mark(raised.strip(), out):
                out += raised
            raised = ""
            out += text
    return out, inked
