"""Completeness of the tables (rule book A-02, A-09 … A-12, A-18 … A-20)."""

from __future__ import annotations

from auditor.check.coded.check import Check
from auditor.check.context import NOT_APPLICABLE, Context, Hit, Outcome, fail, unknown
from auditor.check.evidence import gate, is_elsewhere, named
from auditor.model.formats import Format, TableFormat
from auditor.model.rule import Severity
from auditor.text.chars import squeeze

_TABLES = ("t2", "t3", "t4")


def _unread(context: Context, table: str) -> Outcome:
    return unknown(context.say("needs.table", table=context.say(f"table.{table}")))


def _dated(context: Context, form: Format) -> str:
    """The form's title with the report years it governs: the two titles differ in one word only."""
    title = context.pick(form.title, form.en)
    if form.last_year is None:
        return context.say("language.form_from", title=title, first=str(form.first_year))
    return context.say("language.form_between", title=title, first=str(form.first_year), last=str(form.last_year))


def a_02(context: Context) -> Outcome:
    """Tables 2 and 3 follow the layout of the report year; traces of another layout in one table fail too."""
    year = context.report.year
    if year is None or context.format is None or context.format.layout is None:
        return unknown(context.say("needs.year"))
    titles = {entry.layout: _dated(context, entry) for entry in context.rulebook.formats}
    milder: Severity | None = "warning" if year <= int(context.params["milder_to"]) else None
    hits = []
    tables = [table for table in context.report.tables if table.id in ("t2", "t3")]
    for table in tables:
        values = {"table": context.say(f"table.{table.id}"), "year": str(year), "found": titles.get(table.layout, table.layout)}
        values |= {"expected": titles[context.format.layout], "parts": "、".join(table.mixed)}
        if table.layout != context.format.layout:
            hits.append(
                Hit(
                    message="layout",
                    values=values,
                    severity=milder,
                    location=table.location,
                    quantity=table.id,
                )
            )
        elif table.mixed:
            hits.append(Hit(message="mixed", values=values, severity=milder, location=table.location, quantity=table.id))
    if hits:
        return fail(*hits)
    missing = [table for table in ("t2", "t3") if is_elsewhere(context, table)]
    if missing:
        return _unread(context, missing[0])
    return fail() if tables else NOT_APPLICABLE


def complete(context: Context) -> Outcome:
    """The check kind ``complete_rows``: every cell of the layout is there. A row that we could not read is unknown, never missing."""
    table_id = str(context.params["table"])
    short = context.say(f"table.{table_id}")
    found = context.report.table(table_id)
    if found is None:
        if is_elsewhere(context, table_id):
            return _unread(context, table_id)
        if context.format is None:
            return unknown(context.say("needs.year"))
        return fail(Hit(message="table", values={"table": short, "items": ""}, quantity=table_id, absent=True))
    form = context.rulebook.table(table_id, found.layout)
    if form is None:
        return _unread(context, table_id)
    missing = [key for key in _expected(form) if key not in context.cells]
    if not missing:
        return fail()
    if any(problem.code == "BIND-ROW" for problem in context.report.problems):
        return _unread(context, table_id)
    values = {"table": short, "items": named(context, missing)}
    worse = _essential(form, missing, tuple(context.params.get("essential", ())))
    severity: Severity = "error" if worse else "warning"
    message = "block" if worse else "cells"
    return fail(
        Hit(
            message=message,
            values=values,
            severity=severity,
            location=found.location,
            quantity=message,
            absent=True,
        )
    )


def _expected(form: TableFormat) -> list[str]:
    if form.id == "t4":
        return [f"t4.{column.key}" for column in form.columns]
    names = tuple(column.key for column in form.columns)
    return [f"{form.id}.{row.key}.{column}" for row in form.rows if not row.optional for column in (row.columns or names)]


def _essential(form: TableFormat, missing: list[str], essential: tuple[str, ...]) -> bool:
    """Whether a whole block of table 2, or a row or column that the sums of table 3 rest on, is missing."""
    gone = set(missing)
    expected = _expected(form)
    if form.id == "t2":
        groups = {row.group for row in form.rows if not row.optional}
        for group in groups:
            rows = {row.key for row in form.rows if row.group == group and not row.optional}
            if all(key in gone for key in expected if key.split(".")[1] in rows):
                return True
        return False
    return any(all(key in gone for key in expected if name in key.split(".")[1:]) for name in essential)


def a_19(context: Context) -> Outcome:
    """The note on the balance is kept in table 3."""
    found = context.report.table("t3")
    if found is None:
        return gate(context, "t3") or NOT_APPLICABLE
    note = context.rulebook.binding.corner_note
    texts = (squeeze(entry.text) for entry in context.report.passages)  # a note that stands above its table
    if found.note or any(mark in text for text in texts for mark in note):
        return fail()
    return fail(Hit(message="missing", values={}, location=found.location, quantity="note", absent=True))


def a_20(context: Context) -> Outcome:
    """Rows that the form does not have; worse where the sums need them."""
    accepted = tuple(str(word) for word in context.params["accepted"])
    hits = []
    for entry in context.report.unplaced:
        if entry.table not in _TABLES or entry.duplicate_of is not None or not entry.values:
            continue
        label = entry.text.strip()
        needed = entry.text in context.analysis.extra_needed
        if not needed and (not label or any(word in label for word in accepted)):
            continue
        values = {"table": context.say(f"table.{entry.table}"), "label": label, "values": "、".join(entry.values)}
        severity: Severity | None = "warning" if needed else None
        hits.append(Hit(message="needed" if needed else "extra", values=values, severity=severity, location=entry.location, quantity=label))
    if hits:
        return fail(*hits)
    missing = [table for table in _TABLES if is_elsewhere(context, table)]
    if missing:
        return _unread(context, missing[0])
    return fail() if context.report.tables else NOT_APPLICABLE


RULES: dict[str, Check] = {
    "A-02": a_02,
    "A-19": a_19,
    "A-20": a_20,
}
