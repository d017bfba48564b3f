"""A plan as the sequence of blocks that every renderer prints."""

from __future__ import annotations

from dataclasses import dataclass

from tests.lab.compose.grid import Grid, grids
from tests.lab.compose.plan import NUMERALS, ReportPlan, SectionPlan, era_format


@dataclass(frozen=True)
class Title:
    text: str


@dataclass(frozen=True)
class Head:
    """A heading. ``number`` is its printed ordinal with mark (一、 …) or empty; ``level`` counts from 1."""

    number: str
    text: str
    level: int


@dataclass(frozen=True)
class Body:
    """A paragraph; ``link`` is the target of a link that it is."""

    text: str
    link: str | None = None


Block = Title | Head | Body | Grid


def blocks(plan: ReportPlan) -> tuple[Block, ...]:
    """Title, preamble, and each section with heading, prose, tables and closing prose, in printed order."""
    out: list[Block] = [Body(text) for text in plan.lead]
    if plan.heading:
        out.append(Title(plan.heading))
    if plan.published:
        out.append(Body(f"发布日期：{plan.published}"))
    out += [Body(text) for text in plan.preamble]
    for place, section in enumerate(plan.sections, start=1):
        out.append(_head(plan, section, place))
        out += [Head("", line.text, line.heading) if line.heading else Body(line.text) for line in section.prose]
        for table in section.tables:
            for grid in grids(plan, table):
                if grid.caption:
                    out.append(Body(grid.caption))
                out.append(grid)
        out += [Head("", line.text, line.heading) if line.heading else Body(line.text) for line in section.closing]
    out += [Body(text, link) for text, link in plan.attachments]
    return tuple(out)


def _head(plan: ReportPlan, section: SectionPlan, place: int) -> Head:
    title = section.title
    if title is None:
        entries = era_format(plan.year).sections
        title = next((entry.title for entry in entries if entry.key == section.key), section.key)
    ordinal = place if section.ordinal is None else section.ordinal
    return Head(f"{NUMERALS[ordinal]}、" if ordinal else "", title, 1)
