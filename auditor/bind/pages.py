"""Pages of one article, saved one by one as a content system parts it, put together where all of them are there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from auditor.model.report import Fact, Passage, Report, Section, TableFound, Unplaced
from auditor.model.rulebook import Rulebook
from auditor.model.source import Location, Problem, left_unread


def page_of(report: Report) -> tuple[int, int] | None:
    """(number of the page, number of pages) where the file says that it is one page of an article."""
    for problem in report.problems:
        if problem.code == "READ-PART" and problem.details.get("cause") == "pages" and problem.details.get("page", "").isdigit():
            return int(problem.details["page"]), int(problem.details["pages"])
    return None


def join_pages(reports: Sequence[Report], rulebook: Rulebook) -> tuple[Report, ...]:
    """The reports with the pages of an article joined; all others unchanged, in order.

    Page 1 is named ``t1.html``, the others ``t1_1.html``, ``t1_2.html`` … in the same folder. Nothing is joined where a page is missing, or
    where a table of the form is cut between two pages: then each page says that it is one.
    """
    by_path = {report.source.path: index for index, report in enumerate(reports)}
    result: list[Report | None] = list(reports)
    for index, first in enumerate(reports):
        page = page_of(first)
        if page is None or page[0] != 1 or "." not in first.source.path:
            continue
        stem, _, suffix = first.source.path.rpartition(".")
        places = [by_path.get(f"{stem}_{number}.{suffix}") for number in range(1, page[1])]
        if any(place is None for place in places):
            continue
        others = [reports[place] for place in places if place is not None]
        if [page_of(other) for other in others] != [(number, page[1]) for number in range(2, page[1] + 1)]:
            continue
        joined = _joined([first, *others], rulebook)
        if joined is not None:
            result[index] = joined
            for place in places:
                if place is not None:
                    result[place] = None
    return tuple(report for report in result if report is not None)


def _joined(pages: Sequence[Report], rulebook: Rulebook) -> Report | None:
    """The pages as one report; ``None`` where a table is on two of them or not whole."""
    first = pages[0]
    tables = tuple(_at(table, page) for page in pages for table in page.tables)
    if len({table.id for table in tables}) < len(tables) or not all(_is_whole(table, rulebook) for table in tables):
        return None
    passages: list[Passage] = []
    section = None
    for page in pages:
        begun = False
        for passage in page.passages:
            begun = begun or passage.section in {entry.key for entry in page.sections}
            key = passage.section if begun or page is first else section
            passages.append(msgspec.structs.replace(_at(passage, page), index=len(passages), section=key))
        section = page.sections[-1].key if page.sections else section
    problems = tuple(problem for page in pages for problem in page.problems if not _is_settled(problem))
    present = {table.id for table in tables}
    elsewhere = tuple(name for name in first.elsewhere if name.startswith("t") and name not in present)
    if any(map(left_unread, problems)):
        elsewhere = (*elsewhere, "rest")
    partly = bool(elsewhere) or bool(problems) or any(fact.state == "unreadable" for page in pages for fact in page.facts)
    return msgspec.structs.replace(
        first,
        parts=tuple(page.source.path for page in pages),
        document="annual_report",
        status="partly_read" if partly else "read",
        layouts={name: layout for page in reversed(pages) for name, layout in page.layouts.items()},
        sections=tuple(_at(entry, page) for page in pages for entry in page.sections),
        passages=tuple(passages),
        tables=tables,
        facts=tuple(_at(fact, page) for page in pages for fact in page.facts),
        unplaced=tuple(_at(entry, page) for page in pages for entry in page.unplaced),
        residues=tuple(residue for page in pages for residue in page.residues),
        elsewhere=elsewhere,
        problems=problems,
    )


def _is_settled(problem: Problem) -> bool:
    return problem.code == "READ-PART" and problem.details.get("cause") in (
        "pages",
        "attachments",
        "pictures",
        "cut",
        "breaks_off",
        "sheets",
    )


def _is_whole(table: TableFound, rulebook: Rulebook) -> bool:
    form = rulebook.table(table.id, table.layout)
    return form is not None and not {row.key for row in form.rows if not row.optional} - set(table.rows)


_Entry = TypeVar("_Entry", Section, Passage, TableFound, Fact, Unplaced)


def _at(entry: _Entry, page: Report) -> _Entry:
    """The entry with the file of its page in its place."""
    place: Location = msgspec.structs.replace(entry.location, file=page.source.path)
    return msgspec.structs.replace(entry, location=place)
