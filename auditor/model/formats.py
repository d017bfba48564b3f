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

    ``number``: ``count`` (integer ≥ 0), ``change`` (any integer), ``amount`` (decimal ≥ 0).
    """

    key: str
    label: str
    en: str
    variants: tuple[str, ...] = ()
    parent: str | None = None
    unit: str | None = None
    number: Literal["count", "change", "amount"] = "count"


class Row(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of a table. ``group`` is the key of the row group it stands in, ``columns`` the column keys it has (none = all)."""

    key: str
    label: str
    en: str
    variants: tuple[str, ...] = ()
    group: str | None = None
    columns: tuple[str, ...] = ()
    unit: str | None = None
    article: str | None = None
    optional: bool = False


class Group(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row group or block header (三、本年度办理结果, （三）不予公开, 第二十条第（一）项). ``parent`` is an outer group."""

    key: str
    label: str
    en: str
    variants: tuple[str, ...] = ()
    parent: str | None = None


class TableFormat(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table of one layout, in printed order.

    ``fingerprints`` are labels found in this layout only; ``sums`` are named sums of rows (virtual keys) per column.
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
