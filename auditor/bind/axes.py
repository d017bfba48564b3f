"""The axes of one table over all its layouts, as the binder asks for them; and which layout a printed table follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from auditor.model.axes import groups_over, leaves_under
from auditor.model.formats import TableFormat
from auditor.text.chars import label_key, squeeze


class Axes:
    """What the layouts of one table have in common and what tells them apart. ``formats``: layout → table, oldest first."""

    def __init__(self, formats: Mapping[str, TableFormat]) -> None:
        self.formats = dict(formats)
        newest = list(self.formats.values())[-1]
        self.id = newest.id
        self.is_stacked = newest.is_stacked
        self.is_single_row = newest.is_single_row
        self.has_one_column = len(newest.columns) == 1
        self.has_note = newest.note is not None

    @cached_property
    def over_rows(self) -> frozenset[str]:
        """Keys of groups that stand over rows."""
        return self._groups("row")

    @cached_property
    def over_columns(self) -> frozenset[str]:
        """Keys of groups that stand over columns."""
        return self._groups("column")

    def _groups(self, axis: str) -> frozenset[str]:
        return frozenset(group.key for table in self.formats.values() for group in table.groups if group.axis == axis)

    @cached_property
    def corners(self) -> tuple[str, ...]:
        """Keys of the heads of the label columns, in printed order."""
        return tuple(dict.fromkeys(group.key for table in self.formats.values() for group in table.groups if group.axis == "corner"))

    @cached_property
    def blocks(self) -> dict[str, int]:
        """Groups of columns that hold no further groups, with the number of their columns, in printed order."""
        newest = list(self.formats.values())[-1]
        outer = {group.parent for group in newest.groups}
        inner = [group.key for group in newest.groups if group.axis == "column" and group.key not in outer]
        return {key: len(leaves_under(newest, key)) for key in inner}

    @property
    def is_crossed(self) -> bool:
        """Whether every row has the same columns, several of them (table 3)."""
        return not (self.is_stacked or self.is_single_row or self.has_one_column)

    def depth(self, group: str | None) -> int:
        """How many groups stand around a row of this group, its own included."""
        return 0 if group is None or group in self.over_columns else 1 + self.depth(self.above.get(group))

    @cached_property
    def above(self) -> dict[str, str | None]:
        """Row or column → the group it stands under; group → the group around it."""
        found: dict[str, str | None] = {}
        for table in self.formats.values():
            found |= {column.key: column.parent for column in table.columns} | {row.key: row.group for row in table.rows}
            found |= {group.key: group.parent for group in table.groups}
        return found

    def is_outer(self, row: str) -> bool:
        """Whether a row stands under no group that lies within another: its label ends the groups above it."""
        group = self.above.get(row)
        return group is None or self.above.get(group) is None

    @cached_property
    def fingerprints(self) -> dict[str, list[str]]:
        """Label without spaces → the layouts that it speaks for."""
        found: dict[str, list[str]] = {}
        for layout, table in self.formats.items():
            for mark in table.fingerprints:
                found.setdefault(squeeze(mark), []).append(layout)
        return found

    @cached_property
    def telling_rows(self) -> dict[str, frozenset[str]]:
        """Row → the layouts that have it, for rows that not every layout has."""
        having: dict[str, set[str]] = {}
        for layout, table in self.formats.items():
            for row in table.rows:
                having.setdefault(row.key, set()).add(layout)
        return {key: frozenset(layouts) for key, layouts in having.items() if len(layouts) < len(self.formats)}

    @cached_property
    def rows_named_like_groups(self) -> frozenset[str]:
        """Rows whose label is that of a row group in another layout: such a label alone does not tell a row."""
        groups = {label_key(label) for table in self.formats.values() for group in table.groups for label in (group.label, *group.variants)}
        return frozenset(row.key for table in self.formats.values() for row in table.rows if label_key(row.label) in groups)

    @cached_property
    def named_like_columns(self) -> frozenset[str]:
        """Labels of columns as they are compared: one that stands alone may be a stray column head, even where a row has it too."""
        columns = [column for table in self.formats.values() for column in table.columns]
        return frozenset(label_key(label) for column in columns for label in (column.label, *column.variants))

    def likeliest(self, votes: Mapping[str, float], expected: str | None) -> str:
        """The layout with most votes; among equals that of the report's year, else the oldest that anything speaks for, else the newest."""
        known = list(self.formats)
        most = max((votes.get(layout, 0) for layout in known), default=0)
        best = [layout for layout in known if votes.get(layout, 0) == most]
        if expected in best:
            return expected
        return best[0] if most > 0 else expected if expected in known else known[-1]


def blocks_of(table: TableFormat, columns: Iterable[str]) -> tuple[str, ...]:
    """The innermost groups of columns under which any of these columns stand, in printed order."""
    wanted = set(columns)
    parents = {column.parent for column in table.columns}
    above = {group.key: group.parent for group in table.groups}
    named = {group for column in table.columns if column.key in wanted for group in groups_over(column.parent, above)}
    return tuple(group.key for group in table.groups if group.key in parents and group.key in named)
