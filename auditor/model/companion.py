"""What another official source says beside a report, and the questions that come of it. Questions are no findings."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from auditor.model.source import Location

SourceKind = Literal["enforcement", "rule_of_law", "documents"]


class Stated(Struct, frozen=True, kw_only=True):
    """A number of another source. ``at_least``: the source may not list all (a list of what is in force)."""

    quantity: str
    value: Decimal
    text: str = ""
    location: Location | None = None
    at_least: bool = False


class Companion(Struct, frozen=True, kw_only=True):
    """A document as far as it was understood. ``head``: title, name and beginning, in which its agency is looked for; ``year``: of its
    numbers. ``by_year``: numbers by year, for a list. ``why``: a key of ``companion.why`` where it is of no use.
    """

    path: str
    kind: SourceKind | None = None
    head: str = ""
    year: int | None = None
    stated: tuple[Stated, ...] = ()
    by_year: dict[int, tuple[Stated, ...]] = {}
    why: str = ""


class Question(Struct, frozen=True, kw_only=True):
    """A number of a report beside that of another source. ``text`` is final; ``agrees`` where both are the same."""

    agency: str
    year: int
    path: str
    key: str
    ours: str
    theirs: str
    kind: SourceKind
    source: str
    place: str
    text: str
    cautions: str
    basis: str
    agrees: bool
