"""Fact keys as people say them."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.model.formats import Column, Row, TableFormat
from auditor.model.rulebook import Rulebook


def label_of(rulebook: Rulebook, layouts: Mapping[str, str], key: str, lang: str = "zh") -> str:
    """``t3.granted.natural_person`` → 表三「（一）予以公开」自然人. Unknown keys are returned as they are."""
    table_id, _, rest = key.partition(".")
    table = rulebook.table(table_id, layouts.get(table_id)) or _any_table(rulebook, table_id)
    if table is None:
        return key
    first, _, second = rest.partition(".")
    short = table.short if lang == "zh" else {"t2": "table 2", "t3": "table 3", "t4": "table 4"}.get(table_id, table.en)
    columns = {column.key: column for column in table.columns}
    rows = {row.key: row for row in table.rows}
    groups = {group.key: group for group in table.groups}
    if first in rows and rows[first].label:
        parts = f"{short}「{_word(rows[first], lang)}」" if lang == "zh" else f"{short}, {_word(rows[first], lang)}"
        if second in columns:
            parts += _word(columns[second], lang) if lang == "zh" else f", {_word(columns[second], lang)}"
        return parts
    if first in columns:
        column = columns[first]
        if lang != "zh":
            return f"{short}, {column.en}"
        block = groups[column.parent].label if column.parent in groups else ""
        return f"{short}「{block}」{column.label}"
    if first in table.sums and second in columns:
        return f"{short} {first} {_word(columns[second], lang)}"
    return key


def _word(entry: Column | Row, lang: str) -> str:
    return entry.label if lang == "zh" else entry.en


def _any_table(rulebook: Rulebook, table_id: str) -> TableFormat | None:
    return next((table for entry in rulebook.formats for table in entry.tables if table.id == table_id), None)
