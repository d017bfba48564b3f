"""Where a fact key stands in the form, and under which series it can be compared across layouts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from auditor.model.formats import TableFormat
from auditor.model.rulebook import Rulebook
from auditor.text.words import pick

Mapping = Literal["same", "part", "only"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetCell:
    """A cell of the form in one layout.

    ``mapping``: ``same`` – the other layouts have this cell too; ``part`` – they have it in another division, and the sum over
    ``series`` can be compared; ``only`` – no other layout has it.
    """

    table: str
    layout: str
    row: str
    column: str
    row_label: str
    column_label: str
    unit: str
    series: str
    mapping: Mapping


class FormCells:
    """The cells of all layouts of a rule book, in one language."""

    def __init__(self, rulebook: Rulebook, lang: str) -> None:
        self._tables: dict[tuple[str, str], TableFormat] = {
            (table.id, table.layout): table for entry in rulebook.formats for table in entry.tables
        }
        self._lang = lang
        self._known: dict[tuple[str, str | None], DatasetCell] = {}

    def cell(self, key: str, layout: str | None) -> DatasetCell:
        """The cell with this key in this layout; a key that the layout does not have keeps its parts and empty labels."""
        found = self._known.get((key, layout))
        if found is None:
            found = self._known[key, layout] = self._find(key, layout)
        return found

    def _find(self, key: str, layout: str | None) -> DatasetCell:
        table_id, _, rest = key.partition(".")
        table = self._tables.get((table_id, layout or "")) or next((t for t in self._tables.values() if t.id == table_id), None)
        row, column = _parts(table, rest)
        if table is None:
            return DatasetCell(
                table=table_id, layout="", row=row, column=column, row_label="", column_label="", unit="", series=key, mapping="only"
            )
        rows, columns = {entry.key: entry for entry in table.rows}, {entry.key: entry for entry in table.columns}
        shown_row, shown_column = rows.get(row), columns.get(column)
        series, mapping = self._series(table, row, column, key)
        return DatasetCell(
            table=table.id,
            layout=table.layout,
            row=row,
            column=column,
            row_label=pick(self._lang, shown_row.label, shown_row.en) if shown_row is not None else "",
            column_label=pick(self._lang, shown_column.label, shown_column.en) if shown_column is not None else "",
            unit=(shown_column.unit if shown_column is not None else None) or (shown_row.unit if shown_row is not None else None) or "",
            series=series,
            mapping=mapping,
        )

    def _series(self, table: TableFormat, row: str, column: str, key: str) -> tuple[str, Mapping]:
        others = [other for other in self._tables.values() if other.id == table.id and other.layout != table.layout]
        if others and all(_has(other, row, column) for other in others):
            return key, "same"
        for name, members in table.sums.items():
            if row in members and others and all(name in other.sums and _has_column(other, column) for other in others):
                return f"{table.id}.{name}.{column}", "part"
        return key, "only"


def _parts(table: TableFormat | None, rest: str) -> tuple[str, str]:
    first, _, second = rest.partition(".")
    if second or table is None:
        return first, second
    if any(column.key == first for column in table.columns):
        return (table.rows[0].key if len(table.rows) == 1 else ""), first
    return first, (table.columns[0].key if len(table.columns) == 1 else "")


def _has(table: TableFormat, row: str, column: str) -> bool:
    for entry in table.rows:
        if entry.key == row:
            return _has_column(table, column) and (not entry.columns or column in entry.columns)
    return False


def _has_column(table: TableFormat, column: str) -> bool:
    return any(entry.key == column for entry in table.columns)
