"""Whether a statement speaks of what the tables cover: same year, same body, nothing left out."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from auditor.check.context import Context
from auditor.check.narrative.patterns import Pattern, any_of, found
from auditor.check.narrative.reader import read_statements
from auditor.check.narrative.statement import Statement
from auditor.model.report import Report
from auditor.model.rulebook import Rulebook

Standing = Literal["sure", "doubtful", "no"]
_GOVERNMENTS = frozenset({"government", "township"})
_RESULTS = frozenset({"given_up", "outcome", "unable_item", "rejected_item", ""})
_BESIDE = frozenset({"department", "vertical", "authorised"})
_TOTALS = frozenset({"received", "new_received", "handled", "requests", "answered"})
_REMEDIES = frozenset({"review.total", "litigation.total", "remedies.total", "litigation.direct", "litigation.after_review"})


def statements_of(report: Report, rulebook: Rulebook) -> tuple[Statement, ...]:
    """The statements of a report's prose (kept while the same report is checked)."""
    return read_statements(report.passages, rulebook.narrative)


def said(context: Context, kind: str = "count") -> Iterator[Statement]:
    """The statements of one kind in order."""
    return (entry for entry in statements_of(context.report, context.rulebook) if entry.kind == kind)


def standing(context: Context, statement: Statement) -> Standing:
    """``no``: not comparable with the tables; ``doubtful``: a difference is at most a warning."""
    report = context.report
    if statement.year is not None and report.year is not None and statement.year != report.year:
        return "no"
    effects = {mark.key: mark.effect for mark in context.rulebook.narrative.marks}
    if any(effects.get(mark) == "skip" for mark in statement.marks):
        return "no"
    level = _body(report, statement, any_of(context.rulebook.narrative.own_part))
    if level == "sure" and any(effects.get(mark) == "loose" for mark in statement.marks):
        return "doubtful"
    return level


def part_is_comparable(context: Context, statement: Statement, statements: tuple[Statement, ...]) -> bool:
    """Whether a part (其中) can still be the table's number: parts of a total can, parts of a part cannot."""
    if statement.part_of is None:
        return True
    parent = statements[statement.part_of]
    entry = context.rulebook.narrative.quantity(statement.quantity)
    if entry is None or parent.quantity == statement.quantity:
        return False
    if entry.family == "applicant":
        return parent.quantity in _TOTALS or parent.quantity is None
    if not entry.parts:
        return False
    if parent.quantity is None:
        return parent.topic == statement.topic
    if parent.quantity in _TOTALS:
        return True
    return parent.quantity in _REMEDIES and not (entry.key.endswith(".total") and parent.quantity != "remedies.total")


def told_apart(context: Context, statement: Statement) -> tuple[Decimal, ...]:
    """What the sentence of a statement counts beside it: the requests given up, and these with all single results.

    Sums by which the statement may differ from the tables and be right (收到47件，撤销9件，答复38件). Empty when there is nothing.
    """
    words = context.rulebook.narrative
    beside = [
        (named.family if (named := words.quantity(entry.quantity)) is not None else "", entry.value)
        for entry in said(context)
        if (entry.passage, entry.sentence, entry.unit) == (statement.passage, statement.sentence, statement.unit)
        and entry.index != statement.index
        and entry.value
        and entry.topic == statement.topic
        and entry.part_of == statement.part_of
        and "channel" not in entry.marks
    ]
    given_up = sum((value for family, value in beside if family == "given_up"), Decimal(0))
    results = sum((value for family, value in beside if family in _RESULTS), Decimal(0))
    return tuple(value for value in dict.fromkeys((given_up, results)) if value)


def _body(report: Report, statement: Statement, own_part: Pattern | None) -> Standing:
    if statement.subject in ("none", "own"):
        return "sure"
    if statement.subject == "other":
        return "sure" if _is_agency(report.agency, statement.subject_text) else "no"
    if statement.subject == "office":
        if report.agency_kind == "office" or _is_agency(report.agency, statement.subject_text):
            return "sure"
        if report.agency_kind in _BESIDE and not found(own_part, statement.subject_text):
            return "no"  # a department that tells of its government's office
        return "doubtful" if report.scope in ("organ_only", "entity") else "no"
    if report.scope in ("consolidated", "system"):
        return "sure"
    if report.agency_kind in _GOVERNMENTS or report.agency_kind == "unknown":
        return "doubtful"
    return "no"


def _is_agency(agency: str | None, text: str) -> bool:
    """Whether the words name this agency: they share an ending of at least three characters."""
    if not agency:
        return False
    length = 0
    for own, other in zip(reversed(agency), reversed(text), strict=False):
        if own != other:
            break
        length += 1
    return length >= 3 or (len(text) >= 3 and text in agency)
