"""Halves of one report in several files (sections on a page, tables in a workbook) joined into one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from auditor.bind.pages import join_pages
from auditor.model.report import Fact, Report
from auditor.model.rulebook import Rulebook
from auditor.model.source import Location, left_unread
from auditor.text.chars import squeeze

_EXPLAINED: Final = ("pictures", "attachments", "breaks_off")
"""Causes of doubt about a page without tables that its tables in another file settle."""


def join_parts(reports: Sequence[Report], rulebook: Rulebook | None = None) -> tuple[Report, ...]:
    """The reports with the halves of one agency and year in one folder joined, and with ``rulebook`` the pages of one article; all others
    unchanged, in order.

    Two halves fit when one lacks what the other has: ``elsewhere`` of the first names the tables (or sections) that the second brings. A
    half without a name or year of its own takes those of the only half in its folder that it completes.
    """
    reports = join_pages(reports, rulebook) if rulebook is not None else reports
    result: list[Report | None] = list(reports)
    for index, first in enumerate(reports):
        if result[index] is None or not _lacks_tables(first):
            continue
        partners = [
            other for other, second in enumerate(reports) if other != index and result[other] is not None and _completes(first, second)
        ]
        named = [other for other in partners if reports[other].agency is not None or reports[other].year is not None]
        chosen = named or partners
        if len(chosen) != 1:
            continue
        second = reports[chosen[0]]
        if not named and sum(1 for other in reports if _lacks_tables(other) and _folder(other) == _folder(second)) > 1:
            continue
        result[index] = _join(first, second)
        result[chosen[0]] = None
    return tuple(report for report in result if report is not None)


def _folder(report: Report) -> str:
    return report.source.path.replace("!/", "/").rpartition("/")[0]


def _lacks_tables(report: Report) -> bool:
    return report.document == "annual_report" and not report.facts and any(map(_is_table, report.elsewhere))


def _is_table(name: str) -> bool:
    """Whether a name of ``elsewhere`` is a table's."""
    return name not in ("sections", "rest")


def _completes(first: Report, second: Report) -> bool:
    if _folder(first) != _folder(second) or not second.facts:
        return False
    if any(section.key is not None for section in second.sections):
        return False
    same_agency = first.agency is None or second.agency is None or squeeze(first.agency) == squeeze(second.agency)
    same_year = first.year is None or second.year is None or first.year == second.year
    return same_agency and same_year


def _join(first: Report, second: Report) -> Report:
    present = {found.id for found in second.tables}
    elsewhere = tuple(name for name in first.elsewhere if name not in present)
    problems = first.problems
    if not any(map(_is_table, elsewhere)):  # the tables that the first half lacked are here
        problems = tuple(problem for problem in problems if problem.details.get("cause") not in _EXPLAINED)
        elsewhere = tuple(name for name in elsewhere if name != "rest") if not any(map(left_unread, problems)) else elsewhere
    return msgspec.structs.replace(
        first,
        parts=(first.source.path, second.source.path),
        agency=first.agency or second.agency,
        year=first.year or second.year,
        layouts=first.layouts | second.layouts,
        tables=first.tables + second.tables,
        facts=first.facts + tuple(_placed(fact, second.source.path) for fact in second.facts),
        unplaced=first.unplaced + second.unplaced,
        residues=first.residues + second.residues,
        elsewhere=elsewhere,
        problems=problems + second.problems,
        status="partly_read" if second.status == "partly_read" or (first.status == "partly_read" and problems) else "read",
    )


def _placed(fact: Fact, path: str) -> Fact:
    location: Location = msgspec.structs.replace(fact.location, file=path)
    return msgspec.structs.replace(fact, location=location)
