"""Whether a statement speaks of what the tables cover: same year, same body, nothing left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from auditor.check.context import Context
from auditor.check.narrative.publisher import publisher_of
from auditor.check.narrative.reader import read_statements
from auditor.check.narrative.statement import Statement
from auditor.model.report import Report
from auditor.model.rulebook import Rulebook

Standing = Literal["sure", "doubtful", "part", "no"]
_GOVERNMENTS = frozenset({"government", "township"})
_ELSEWHERE = frozenset({"sub", "other"})
_OTHER_PERIODS = frozenset({"last", "next", "part", "many", "other"})


def statements_of(report: Report, rulebook: Rulebook) -> tuple[Statement, ...]:
    """The statements of a report's prose (kept while the same report is checked)."""
    return read_statements(report.passages, rulebook.narrative, publisher_of(report))


def said(context: Context, kind: str = "count") -> Iterator[Statement]:
    """The statements of one kind in order."""
    return (entry for entry in statements_of(context.report, context.rulebook) if entry.kind == kind)


def standing(context: Context, statement: Statement) -> Standing:
    """``sure``: the tables' own number; ``doubtful``: a difference is at most a warning; ``part``: only a bound; ``no``: another matter."""
    if other_period(statement) or other_subject(context.report, statement):
        return "no"
    if statement.restricted or statement.body in ("part", "level") or statement.period == "day":
        return "part"
    if "cumulated" in statement.grammar and not statement.period:
        return "part"  # 累计 may be of many years
    if statement.body == "area" and context.report.agency_kind == "government" and context.report.scope == "consolidated":
        return "sure"  # 全区 in the consolidated report of the district's government
    return "doubtful" if statement.body in ("area", "office", "whole") else "sure"


def other_period(statement: Statement) -> bool:
    """Whether the number is of another time than the year of the report."""
    return statement.base or statement.period in _OTHER_PERIODS


def other_subject(report: Report, statement: Statement) -> bool:
    """Whether the number is of another body than the report's."""
    if statement.wider or statement.body in _ELSEWHERE:
        return True
    if statement.body == "office":
        return report.agency_kind != "office" and not (report.agency_kind in _GOVERNMENTS and report.scope in ("organ_only", "entity"))
    if statement.body == "level":
        return not (report.agency_kind in _GOVERNMENTS or report.agency_kind == "unknown")
    if statement.body == "area":
        return not (report.scope in ("consolidated", "system") or report.agency_kind in _GOVERNMENTS or report.agency_kind == "unknown")
    return False
