"""Fact keys as people say them."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.model.formats import Column, Row, TableFormat
from auditor.model.rulebook import Rulebook
from auditor.text.words import pick, say


def label_of(rulebook: Rulebook, layouts: Mapping[str, str], key: str, lang: str = "zh") -> str:
    """``t3.granted.natural_person`` → 表三「（一）予以公开」自然人. Unknown keys are returned as they are."""
    table_id, _, rest = key.partition(".")
    table = rulebook.table(table_id, layouts.get(table_id)) or _any_table(rulebook, table_id)
    if table is None:
        return key
    first, _, second = rest.partition(".")
    words = rulebook.words
    short = say(words, lang, f"table.{table_id}") if f"table.{table_id}" in words else table.short
    columns = {column.key: column for column in table.columns}
    rows = {row.key: row for row in table.rows}
    groups = {group.key: group for group in table.groups}
    if first in rows and rows[first].label:
        row = _word(rows[first], lang)
        if second in columns:
            return say(words, lang, "language.cell", table=short, row=row, column=_word(columns[second], lang))
        return say(words, lang, "language.row", table=short, row=row)
    if first in columns:
        column = columns[first]
        block = groups[column.parent].label if column.parent in groups else ""
        return say(words, lang, "language.block_column", table=short, block=block, column=column.label, column_en=column.en)
    if first in table.sums and second in columns:
        return f"{short} {first} {_word(columns[second], lang)}"
    return key


def _word(entry: Column | Row, lang: str) -> str:
    return pick(lang, entry.label, entry.en)


def _any_table(rulebook: Rulebook, table_id: str) -> TableFormat | None:
    return next((table for entry in rulebook.formats for table in entry.tables if table.id == table_id), None)
