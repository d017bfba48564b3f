"""The record the statement reader gives."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Kind = Literal["count", "share", "rate", "growth", "claim"]
Bound = Literal["exact", "about", "over", "under"]
Subject = Literal["none", "own", "whole", "office", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One number of the prose, or one claim without a number.

    ``value`` is ``None`` for claims and for numbers that cannot be read for certain; money is in yuan, 万 and 亿 are multiplied out.
    ``places`` is the number of printed decimals; ``year`` the year named for it, ``None`` when none is; ``subject`` whose number it
    is, ``subject_text`` by which words; ``part_of`` the ``index`` of the number it is a part of. ``direction`` (growth): 1, -1 or 0.
    ``passage`` is ``Passage.index``; ``span`` the range [start, end) of the number (or claim) in its text, from 0.
    """

    index: int
    kind: Kind
    quantity: str | None
    topic: str | None
    value: Decimal | None = None
    printed: str = ""
    unit: str = ""
    places: int = 0
    bound: Bound = "exact"
    year: int | None = None
    subject: Subject = "none"
    subject_text: str = ""
    marks: frozenset[str] = frozenset()
    part_of: int | None = None
    exhaustive: bool = False
    rest: bool = False
    direction: int = 0
    head: str = ""
    clause: str = ""
    passage: int = 0
    sentence: int = 0
    section: str | None = None
    span: tuple[int, int] = (0, 0)
