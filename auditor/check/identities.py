"""The equations a report must satisfy, as data: built from the cards of kind ``equation`` and the tables printed.

Params of such a card: ``table``; ``each`` = ``column`` (``left`` and ``right`` name rows), ``row`` (they name columns) or
absent (they name cells). ``group:<key>`` stands for all rows under a row group that the other side does not name, ``parts:<key>`` for the
columns that add up to this total.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct

from auditor.model.axes import column_totals
from auditor.model.formats import TableFormat
from auditor.model.report import Report, TableFound, Unplaced
from auditor.model.rule import Rule
from auditor.model.rulebook import Rulebook


class Identity(Struct, frozen=True):
    """Σ left = Σ right over cells of one table. ``quantity`` tells it from the others of its rule (a row, a column, a block).

    ``extra`` is printed on the right side in a row that the form does not have (rule A-20).
    """

    rule: str
    table: str
    quantity: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    extra: Decimal = Decimal(0)

    @property
    def keys(self) -> tuple[str, ...]:
        """All cells, left side first."""
        return self.left + self.right

    @property
    def id(self) -> tuple[str, str]:
        """Rule and quantity, unique within a report."""
        return (self.rule, self.quantity)


def identities_of(report: Report, rulebook: Rulebook) -> tuple[Identity, ...]:
    """All equations of the tables found in this report, absent cells included (they are not assessable, never zero)."""
    found: list[Identity] = []
    for rule in _equation_cards(rulebook):
        table = report.table(str(rule.params["table"]))
        form = rulebook.table(table.id, table.layout) if table is not None else None
        if table is not None and form is not None:
            found += _of_card(rule.id, rule.params, table, form)
    return tuple(found)


def identities_on(table: TableFound, form: TableFormat, rulebook: Rulebook, year: int) -> tuple[Identity, ...]:
    """The equations of one table, by the cards in force for reports of a year."""
    return tuple(
        identity
        for rule in _equation_cards(rulebook)
        if str(rule.params["table"]) == table.id and (rule.valid_from or 0) <= year <= (rule.valid_to or 9999)
        for identity in _of_card(rule.id, rule.params, table, form)
    )


def _equation_cards(rulebook: Rulebook) -> Iterator[Rule]:
    return (rule for rule in rulebook.rules if rule.check == "equation" and rule.status not in ("guard", "retired"))


def _of_card(rule: str, params: Mapping[str, Any], table: TableFound, form: TableFormat) -> Iterator[Identity]:
    each = params.get("each")
    if each is None:
        quantity = str(params.get("quantity", "total"))
        yield Identity(rule, table.id, quantity, tuple(params["left"]), tuple(params["right"]))
    elif each == "column":
        left = rows_named(form, params["left"], ())
        right = rows_named(form, params["right"], left)
        for column in form.columns:
            if column.key in table.columns:
                yield Identity(
                    rule,
                    table.id,
                    column.key,
                    tuple(f"{table.id}.{row}.{column.key}" for row in left),
                    tuple(f"{table.id}.{row}.{column.key}" for row in right),
                )
    else:
        left, right = columns_named(form, params["left"]), columns_named(form, params["right"])
        for row in form.rows:
            if row.key in table.rows:
                yield Identity(
                    rule,
                    table.id,
                    row.key,
                    tuple(f"{table.id}.{row.key}.{column}" for column in left),
                    tuple(f"{table.id}.{row.key}.{column}" for column in right),
                )


def rows_named(form: TableFormat, names: tuple[str, ...] | list[str], other_side: tuple[str, ...]) -> tuple[str, ...]:
    """Row keys, with ``group:<key>`` replaced by the rows under that group at any depth."""
    parents = {group.key: group.parent for group in form.groups}
    rows: list[str] = []
    for name in names:
        if not name.startswith("group:"):
            rows.append(name)
            continue
        wanted = name.removeprefix("group:")
        for row in form.rows:
            group = row.group
            while group is not None and group != wanted:
                group = parents.get(group)
            if group == wanted and row.key not in other_side:
                rows.append(row.key)
    return tuple(rows)


def columns_named(form: TableFormat, names: Sequence[str]) -> tuple[str, ...]:
    """Column keys, with ``parts:<total>`` replaced by the columns that add up to this total in the form."""
    totals = column_totals(form)
    return tuple(
        column for name in names for column in (totals.get(name.removeprefix("parts:"), ()) if name.startswith("parts:") else (name,))
    )


def extra_rows(report: Report, table: TableFound) -> tuple[tuple[Unplaced, dict[str, Decimal]], ...]:
    """Rows printed in the table that the form does not have, with their numbers by column; copies and subtotals left out."""
    found = []
    for entry in report.unplaced:
        if entry.table != table.id or entry.duplicate_of is not None or len(entry.values) != len(table.columns):
            continue
        numbers = {column: Decimal(text) for column, text in zip(table.columns, entry.values, strict=True) if text.strip().isdecimal()}
        if numbers:
            found.append((entry, numbers))
    return tuple(found)
