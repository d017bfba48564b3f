"""Where a statement is printed, and hits that point there."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from auditor.check.context import Context, Hit
from auditor.check.narrative.statement import Statement
from auditor.model.report import Passage
from auditor.model.rule import Severity
from auditor.model.source import Location


def place_of(context: Context, statement: Statement) -> Location | None:
    """The passage's location with the span of the statement's number."""
    passages = context.report.passages
    if statement.passage < len(passages) and passages[statement.passage].index == statement.passage:
        passage: Passage | None = passages[statement.passage]
    else:
        passage = next((entry for entry in passages if entry.index == statement.passage), None)
    return None if passage is None else msgspec.structs.replace(passage.location, span=statement.span)


def hit_at(
    context: Context,
    statement: Statement,
    message: str,
    *,
    values: Mapping[str, str] | None = None,
    severity: Severity | None = None,
    expected: str | None = None,
    actual: str | None = None,
    calculation: str | None = None,
    keys: tuple[str, ...] = (),
    quantity: str | None = None,
    related: tuple[Statement, ...] = (),
    explained_by: str | None = None,
) -> Hit:
    """A hit on one statement: its clause, number and place filled in."""
    places = tuple(place for entry in related if (place := place_of(context, entry)) is not None)
    return Hit(
        message=message,
        values={"clause": statement.clause, "printed": statement.printed, **(values or {})},
        severity=severity,
        expected=expected,
        actual=actual or statement.printed,
        calculation=calculation,
        location=place_of(context, statement),
        related=places,
        facts=context.cells.used(*keys),
        quantity=quantity or statement.quantity or statement.kind,
        explained_by=explained_by,
        confidence="high" if severity is None or severity == "error" else "medium",
    )


def name_of(context: Context, key: str | None) -> str:
    """The quantity in the language of the run."""
    entry = context.rulebook.narrative.quantity(key)
    if entry is None:
        return key or ""
    return entry.name.said(context.lang)


def plain(value: object) -> str:
    """A number without an exponent and without trailing zeros after the point."""
    text = f"{value:f}" if hasattr(value, "as_tuple") else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text
