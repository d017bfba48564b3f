"""The statutory formats as data: eras, layouts, sections, tables. Loaded from ``rules/formats/*.toml``."""

from __future__ import annotations

from typing import Literal, NewType

from msgspec import Struct

FactKey = NewType("FactKey", str)
"""Key of a printed cell: ``t2.<row>.<column>``, ``t3.<row>.<column>``, ``t4.<key>`` or ``st.<key>``."""

TableId = Literal["t2", "t3", "t4", "st"]


class Label(Struct, frozen=True, kw_only=True):
    """A printed label: the official wording, accepted variants, and an English word for ``--lang en``."""

    key: str
    label: str
    en: str
    variants: tuple[str, ...] = ()


class Column(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A column of a table. ``unit`` as in the form (件, 万元); ``number`` says what a value may be.

    ``number``: ``count`` (integer ≥ 0), ``change`` (any integer), ``amount`` (decimal ≥ 0). ``parent`` is the key of the group of columns
    it stands under. ``total``: it is the sum of all other columns under its parent.
    """

    key: str
    label: str
    en: str
    variants: tuple[str, ...] = ()
    parent: str | None = None
    unit: str | None = None
    number: Literal["count", "change", "amount"] = "count"
    total: bool = False


class Row(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of a table. ``group`` is the key of the row group it stands in, ``columns`` the column keys it has (none = all).

    ``total``: it is the sum of all other rows under its group. ``continues``: the row of last year's report whose numbers it repeats.
    """

    key: str
    label: str
    en: str
    variants: tuple[str, ...] = ()
    group: str | None = None
    columns: tuple[str, ...] = ()
    unit: str | None = None
    article: str | None = None
    optional: bool = False
    total: bool = False
    continues: str | None = None


class Group(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A label over several rows or columns (三、本年度办理结果, （三）不予公开, 法人或其他组织). ``parent`` is an outer group.

    ``axis``: what it stands over; a ``corner`` is the head of the label columns themselves (信息内容, 统计指标) and stands over nothing.
    ``subtotal``: key of the column that some reports add behind its own columns, printed under a word of ``binding.subtotal``.
    """

    key: str
    label: str
    en: str
    variants: tuple[str, ...] = ()
    parent: str | None = None
    axis: Literal["row", "column", "corner"] = "row"
    subtotal: str | None = None


class TableFormat(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table of one layout, in printed order.

    ``fingerprints`` are labels found in this layout only; ``sums`` are named sums of rows (virtual keys) per column; ``sets`` are rows
    that are spoken of together, by name. The trees of its rows and columns are in :mod:`auditor.model.axes`.
    """

    id: TableId
    layout: str
    section: str
    title: str
    en: str
    short: str = ""
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    groups: tuple[Group, ...] = ()
    fingerprints: tuple[str, ...] = ()
    note: str | None = None
    sums: dict[str, tuple[str, ...]] = {}
    sets: dict[str, tuple[str, ...]] = {}

    @property
    def is_single_row(self) -> bool:
        """Whether it has one row without a label: its cells are told by their columns alone (table 4)."""
        return len(self.rows) == 1 and not self.rows[0].label

    @property
    def is_stacked(self) -> bool:
        """Whether it is printed as blocks one below the other, each with columns of its own (table 2)."""
        return any(row.columns for row in self.rows)

    def group(self, key: str | None) -> Group | None:
        """The group with this key, or ``None``."""
        return next((group for group in self.groups if group.key == key), None)


class SectionFormat(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One section: exact title without its ordinal, accepted variants, and titles that change the subject."""

    key: str
    ordinal: int
    title: str
    en: str
    variants: tuple[str, ...] = ()
    not_variants: tuple[str, ...] = ()
    aspects: tuple[Label, ...] = ()


class Format(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One form: the report years it governs, its sections and tables. ``basis`` are source ids with item.

    ``reviewed_through``: the last report year for which somebody made sure that this form is the one in force.
    """

    id: str
    title: str
    en: str
    first_year: int
    last_year: int | None = None
    basis: tuple[str, ...]
    checked_on: str
    reviewed_through: int | None = None
    layout: str | None = None
    sections: tuple[SectionFormat, ...]
    tables: tuple[TableFormat, ...] = ()

    @property
    def has_tables(self) -> bool:
        """Whether this form prescribes tables 2 to 4: the forms since report year 2019."""
        return self.table("t3") is not None

    def table(self, table: str) -> TableFormat | None:
        """The table with this id, or ``None``."""
        return next((entry for entry in self.tables if entry.id == table), None)

    def has(self, name: str) -> bool:
        """Whether the form has this table (``t3``), row (``t3.granted``) or cell (``t3.granted.total``, ``t4.review_total``)."""
        table, *parts = name.split(".")
        found = self.table(table)
        if found is None or not parts:
            return found is not None
        if table == "t4":
            return any(column.key == parts[0] for column in found.columns)
        row = next((row for row in found.rows if row.key == parts[0]), None)
        if row is None or len(parts) == 1:
            return row is not None
        return parts[1] in (row.columns or tuple(column.key for column in found.columns))
