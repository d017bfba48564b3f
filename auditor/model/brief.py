"""A leaders' report: sentences, tables and charts whose every number names the cells, reports or findings it comes from."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from msgspec import Struct

How = Literal["count", "sum", "share", "share_count", "difference", "growth", "median", "mean"]
"""How a number follows from its evidence ``of`` and, for some, ``base``.

``count``: how many in ``of``; ``sum``: of their values; ``share``: sum of ``of`` in percent of the sum of ``base``; ``share_count``: the
same of their numbers; ``difference``: sum of ``of`` less sum of ``base``; ``growth``: that difference in percent of the sum of ``base``;
``median``: of the values of ``of``; ``mean``: number of ``of`` for each of ``base``.
"""


class BriefEvidence(Struct, frozen=True, kw_only=True):
    """Something a number rests on: a printed cell, a report, a finding, or a line of the roster without a report."""

    kind: Literal["cell", "report", "finding", "roster"]
    agency: str
    year: int | None = None
    label: str = ""
    """What the cell is called, or the title of the finding."""
    key: str = ""
    """Key of the cell, id of the rule, or state of the report."""
    printed: str = ""
    value: Decimal | None = None
    path: str = ""
    place: str = ""


class Figure(Struct, frozen=True, kw_only=True, tag=True):
    """A number as it is printed, its exact value, and the evidence (places in :attr:`Brief.evidence`) it can be made from again."""

    text: str
    value: Decimal
    how: How
    of: tuple[int, ...]
    base: tuple[int, ...] = ()


class BriefSentence(Struct, frozen=True, kw_only=True, tag="BriefSentence"):
    """A finished sentence with its numbers in the order of the template. ``note`` is the number of its footnote, 0 without one.

    ``named``: years, agencies and titles in the text, whose digits are names and no figures.
    """

    text: str
    figures: tuple[Figure, ...] = ()
    named: tuple[str, ...] = ()
    note: int = 0


class BriefTable(Struct, frozen=True, kw_only=True, tag="BriefTable"):
    """A table; the first cell of a row is its name."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str | Figure, ...], ...]
    note: int = 0


class Series(Struct, frozen=True, kw_only=True):
    """One row of points of a chart; ``None`` where there is nothing that may be compared."""

    name: str
    points: tuple[Figure | None, ...]


class Chart(Struct, frozen=True, kw_only=True, tag=True):
    """A chart over categories. ``kind``: ``bar`` (side by side), ``stacked`` or ``line``."""

    title: str
    kind: Literal["bar", "stacked", "line"]
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    note: int = 0


Item = BriefSentence | BriefTable | Chart


class BriefPart(Struct, frozen=True, kw_only=True):
    """A section of the report."""

    title: str
    items: tuple[Item, ...]


class Brief(Struct, frozen=True, kw_only=True):
    """The whole report. ``remarks`` say how it was made and what was left out, and hold no figures of the reports."""

    title: str
    year: int
    office: str = ""
    date: str = ""
    parts: tuple[BriefPart, ...] = ()
    remarks: tuple[str, ...] = ()
    evidence: tuple[BriefEvidence, ...] = ()


ChangeKind = Literal["new", "fixed", "remaining", "regressed", "unclear"]


class Changed(Struct, frozen=True, kw_only=True):
    """A finding that is new, fixed, remaining, back or no longer decidable since the round before."""

    kind: ChangeKind
    agency: str
    year: int | None
    rule: str
    title: str
    path: str


class Changes(Struct, frozen=True, kw_only=True):
    """What changed since ``name`` (a round, a saved result)."""

    name: str
    found: tuple[Changed, ...] = ()
    same_rules: bool = True


def figures_of(item: Item) -> tuple[Figure, ...]:
    """All numbers of a sentence, table or chart, in reading order."""
    if isinstance(item, BriefSentence):
        return item.figures
    if isinstance(item, BriefTable):
        return tuple(cell for row in item.rows for cell in row if isinstance(cell, Figure))
    return tuple(point for series in item.series for point in series.points if point is not None)
