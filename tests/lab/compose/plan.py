"""What a composed report says: facts as printed, prose, and the choices that the form leaves open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from auditor.model.formats import Format, TableFormat
from auditor.rulebook.formats import load_formats

NUMERALS = "零一二三四五六七八九十"


@dataclass(frozen=True)
class Prose:
    """A paragraph. ``heading`` 0 is body text, 2 a sub-heading printed as a line of its own, 3 one below it."""

    text: str
    heading: int = 0


@dataclass(frozen=True)
class SectionPlan:
    """A section to print. ``title`` and ``ordinal`` default to the form's title and the next number; ``ordinal`` 0 prints none.

    ``tables`` are printed after ``prose``; ``closing`` after the tables.
    """

    key: str
    prose: tuple[Prose, ...] = ()
    tables: tuple[str, ...] = ()
    closing: tuple[Prose, ...] = ()
    title: str | None = None
    ordinal: int | None = None


@dataclass(frozen=True)
class GridOptions:
    """How the tables are drawn, whatever the file kind.

    ``label_columns`` (table 3): 3 as in the form, 2 without the column of 三、本年度办理结果, 1 collapsed; ``group_rows`` (only with 1): a
    group such as （三）不予公开 is a row of its own with empty cells, else it is left out; ``base`` (table 2): grid columns
    beside the label column (3 as in the form, 6 for even widths); ``split_t2``: one table per block; ``side_blocks``: the
    block titles of table 2 stand in a column at the left; ``split_t4``: review and litigation in two tables;
    ``merges``: row labels over several rows are ``merged``, or one cell a row of which all but the first are empty (``blank``) or which ``repeat`` the text;
    ``corner_note``: printed in table 3, before it, or nowhere.
    """

    label_columns: int = 3
    group_rows: bool = True
    base: int = 3
    split_t2: bool = False
    side_blocks: bool = False
    split_t4: bool = False
    corner_note: str = "cell"
    vertical_outcome: bool = False
    two_line_headers: bool = False
    merges: str = "merged"


@dataclass(frozen=True)
class ReportPlan:
    """One report. ``layouts`` names the layout of each printed table; ``facts`` maps keys to the text printed in the cell.

    ``labels`` overrides a printed label (``t3/row/granted``, ``t2/column/issued``, ``t2/group/item1``); ``extra_rows`` adds rows
    that the form does not have, as (table, after row key, label, values); ``omit`` names rows or columns that are left out
    (``t3.granted``, ``t3/research``). ``lead`` is printed before the title (a covering letter); ``attachments`` are (text, target) links at the end; ``order`` names keys in another order
    than the form's (``t3/columns``, ``t3/rows``, ``t2/rows``; all of them or none).
    ``title`` defaults to agency + year + the usual words; ``page_title`` is what a web page is called, by default the title.
    """

    agency: str
    year: int
    layouts: Mapping[str, str]
    sections: tuple[SectionPlan, ...]
    facts: Mapping[str, str]
    preamble: tuple[str, ...] = ()
    title: str | None = None
    page_title: str | None = None
    published: str | None = None
    scope: str = "entity"
    labels: Mapping[str, str] = field(default_factory=dict)
    omit: frozenset[str] = frozenset()
    extra_rows: tuple[tuple[str, str, str, tuple[str, ...]], ...] = ()
    grid: GridOptions = GridOptions()
    attachments: tuple[tuple[str, str], ...] = ()
    lead: tuple[str, ...] = ()
    order: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def heading(self) -> str:
        """The title as printed."""
        return self.title if self.title is not None else f"{self.agency}{self.year}年政府信息公开工作年度报告"

    def with_facts(self, **changes: str) -> ReportPlan:
        """The plan with other cells; a key is written with ``__`` for the points (``t3__granted__total``)."""
        return replace(self, facts=dict(self.facts) | {key.replace("__", "."): value for key, value in changes.items()})

    def truth(self) -> dict[str, str]:
        """Every printed cell of the form by its key, as printed."""
        from tests.lab.compose.grid import grids

        return {
            cell.key: cell.text
            for section in self.sections
            for table in section.tables
            for grid in grids(self, table)
            for cell in grid.cells
            if cell.key is not None
        }


@lru_cache(maxsize=1)
def formats() -> tuple[Format, ...]:
    """The project's own formats: no label is typed a second time."""
    return load_formats()


def table_format(layout: str, table: str) -> TableFormat:
    """The table ``t2`` … of a layout. Raises KeyError when there is none."""
    for entry in formats():
        found = entry.table(table) if entry.layout == layout else None
        if found is not None:
            return found
    raise KeyError(f"{layout}/{table}")


def era_format(year: int) -> Format:
    """The format that governs a report year. Raises KeyError for a year before 2008."""
    for entry in reversed(formats()):
        if entry.first_year <= year:
            return entry
    raise KeyError(year)


def cell_keys(layout: str, table: str) -> tuple[str, ...]:
    """All cell keys of a table in printed order (optional rows left out)."""
    form = table_format(layout, table)
    if table == "t4":
        return tuple(f"t4.{column.key}" for column in form.columns)
    if table == "st":
        return tuple(f"st.{row.key}" for row in form.rows)
    return tuple(
        f"{table}.{row.key}.{column}"
        for row in form.rows
        if not row.optional
        for column in (row.columns or tuple(entry.key for entry in form.columns))
    )
