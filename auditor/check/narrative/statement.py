"""The record the reader of prose gives."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from msgspec import Struct

Kind = Literal["count", "share", "rate", "growth", "claim"]
Bound = Literal["exact", "about", "over", "under"]
Body = Literal["", "own", "part", "sub", "area", "office", "other"]
Period = Literal["", "this", "last", "next", "part", "many", "other"]


class Statement(Struct, frozen=True, kw_only=True, gc=False):
    """One number of the prose, or one claim without a number.

    ``value`` is ``None`` for claims and for numbers that cannot be read for certain; money is in yuan, 万 and 亿 are multiplied out.
    ``places`` is the number of printed decimals. ``quantity`` is what is counted, ``sums`` names the outcomes that one number counts
    together; ``restrictions`` make the number a part of it, ``unknown`` are the words not understood; ``wider``: it counts more than the
    report does. ``body`` says whose number it is, ``period`` of when (``year`` where one is named). ``part_of`` is the ``index`` of the
    number it is a part of. ``direction`` (growth): 1, -1 or 0; ``base`` marks the earlier number that something is compared with.
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
    counts: bool = True
    events: frozenset[str] = frozenset()
    grounds: frozenset[str] = frozenset()
    applicants: frozenset[str] = frozenset()
    restrictions: frozenset[str] = frozenset()
    grammar: frozenset[str] = frozenset()
    sums: tuple[str, ...] = ()
    explicit: bool = False
    unknown: tuple[str, ...] = ()
    wider: bool = False
    disclosure: bool = False
    body: str = ""
    period: str = ""
    year: int | None = None
    part_of: int | None = None
    share_in: int | None = None
    """The ``index`` of the whole that a share names with its number (占总数2000条的35%)."""
    share_of: frozenset[str] = frozenset()
    """Outcomes of which a share names the whole (占不予公开总数的…); empty where it names all requests or nothing."""
    share_topic: str | None = None
    """The topic of the whole that a share names (占诉讼案件总数的…)."""
    listed: bool = False
    """Whether it is a member of a list behind 其中 or a colon (not of a bracket)."""
    group: int = 0
    """Lists of the same passage are numbered: two divisions of one whole are two lists."""
    total: bool = False
    """Whether it sums up the numbers before it (合计 …)."""
    named: bool = True
    """Whether its sentence says what is counted; otherwise the heading or the sentence before does."""
    self_named: bool = True
    """Whether words of its own name a topic, event, ground, applicant or body; otherwise all of it is taken over."""
    own_says: frozenset[str] = frozenset()
    """Events and grounds that words of its own name; all others are taken over."""
    own_topic: bool = True
    """Whether words of its own name the topic."""
    around: frozenset[str] = frozenset()
    """Topics, events, grounds and applicants (``t:`` ``e:`` ``g:`` ``a:``) that its sentence names anywhere."""
    run: int = 0
    """How many semicolons of its sentence stand before it."""
    leads: bool = True
    """Whether no number of its sentence stands before it and it is a part of none."""
    noun_behind: bool = False
    """Whether what is counted stands behind the number (4件复议)."""
    base: bool = False
    rest: bool = False
    direction: int = 0
    head: str = ""
    clause: str = ""
    passage: int = 0
    sentence: int = 0
    section: str | None = None
    span: tuple[int, int] = (0, 0)

    @property
    def says(self) -> frozenset[str]:
        """Events and grounds together."""
        return self.events | self.grounds

    @property
    def restricted(self) -> bool:
        """Whether the words make the number a part of its quantity."""
        return bool(self.restrictions or self.unknown)
