"""A government's tables added up from the reports below it: every number with its parts."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from msgspec import Struct

JOINT: Final = frozenset({"t2.normative_doc.issued", "t2.normative_doc.repealed", "t2.normative_doc.effective"})
"""Cells in which a joint document may be counted by each of its agencies (rule E-04)."""


class MemberShare(Struct, frozen=True, kw_only=True):
    """One member's share of one cell. ``doubtful``: read, but not for certain; ``least``: a bound itself, because it was added up from
    reports of which some are missing.

    ``value`` is ``None`` where it is not known: no report, cell absent or unread, a blank that may be anything.
    """

    member: str
    value: Decimal | None = None
    raw: str = ""
    doubtful: bool = False
    least: bool = False


class Sum(Struct, frozen=True, kw_only=True):
    """One cell of the government's table: the sum of what is known, and its parts in the order of the roster."""

    key: str
    known: Decimal
    parts: tuple[MemberShare, ...]

    @property
    def exact(self) -> bool:
        """Whether every part is known for certain."""
        return all(part.value is not None and not part.doubtful and not part.least for part in self.parts)

    @property
    def bound(self) -> bool:
        """Whether the sum is a lower bound only."""
        return any(part.value is None or part.least for part in self.parts)


class DraftDifference(Struct, frozen=True, kw_only=True):
    """A cell of the government's draft that is not what the parts add up to (or is below the known part of it).

    ``joint``: less than the sum in a cell where members may each count what is one, a joint document; no error by itself.
    """

    key: str
    draft: Decimal
    known: Decimal
    bound: bool
    joint: bool = False


class Compiled(Struct, frozen=True, kw_only=True):
    """A government's year: the form it is for, members with the path of their report (empty: none), sums by cell in printed order.

    ``below``: members whose numbers were added up themselves, because their consolidated report is not at hand. ``several``: members
    with reports of the year that differ, none of which is used. ``loose``: files that may be the report of a missing member.
    """

    government: str
    year: int
    form: str
    members: tuple[tuple[str, str], ...]
    sums: tuple[Sum, ...]
    differences: tuple[DraftDifference, ...] = ()
    below: tuple[str, ...] = ()
    several: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()

    @property
    def wrong(self) -> tuple[DraftDifference, ...]:
        """The differences that joint documents do not explain."""
        return tuple(difference for difference in self.differences if not difference.joint)

    @property
    def joint(self) -> tuple[Sum, ...]:
        """Sums of documents that several members may each have counted: more than one of them has some."""
        return tuple(entry for entry in self.sums if entry.key in JOINT and sum(1 for part in entry.parts if part.value) > 1)

    @property
    def missing(self) -> tuple[str, ...]:
        """Members without a usable report."""
        return tuple(name for name, path in self.members if not path and name not in self.below)

    @property
    def gaps(self) -> tuple[Sum, ...]:
        """Cells that are not exact, for whatever reason."""
        return tuple(entry for entry in self.sums if not entry.exact)

    @property
    def own_gaps(self) -> tuple[Sum, ...]:
        """Cells that would not be exact even with the missing reports: numbers absent, unread or doubtful in a report that is there."""
        missing = set(self.missing)
        return tuple(
            entry
            for entry in self.sums
            if any((part.value is None and part.member not in missing) or part.doubtful or part.least for part in entry.parts)
        )
