"""The axes of a table of the form as trees: which label stands over which rows or columns, and what sums up what.

Everything that knows the shape of a table draws it from here: the binder, the blank form, the checks and the composer of test reports.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from auditor.model.formats import Column, Group, Row, TableFormat


class Node(NamedTuple):
    """A label of an axis: a group with what stands under it, or a row or column of the table (no ``children``)."""

    key: str
    label: str
    children: tuple[Node, ...] = ()

    @property
    def leaves(self) -> tuple[str, ...]:
        """Keys of the rows or columns under this label, in printed order."""
        return tuple(key for child in self.children for key in child.leaves) if self.children else (self.key,)

    @property
    def depth(self) -> int:
        """Number of labels on the longest way down from here, this one included."""
        return 1 + max((child.depth for child in self.children), default=0)


def column_tree(table: TableFormat, columns: Sequence[Column] | None = None) -> tuple[Node, ...]:
    """The columns (of the form, or those given) under their groups, outermost first, in printed order."""
    chosen = table.columns if columns is None else columns
    groups = {group.key: group for group in table.groups if group.axis == "column"}
    return _tree([(column.key, column.label, _chain(column.parent, groups)) for column in chosen], groups, 0)


def row_tree(table: TableFormat, rows: Sequence[Row] | None = None) -> tuple[Node, ...]:
    """The rows (of the form, or those given) under their groups, outermost first, in printed order."""
    chosen = table.rows if rows is None else rows
    groups = {group.key: group for group in table.groups if group.axis == "row"}
    return _tree([(row.key, row.label, _chain(row.group, groups)) for row in chosen], groups, 0)


_Leaf = tuple[str, str, tuple[str, ...]]
"""Key and label of a row or column, and the keys of the groups above it, outermost first."""


def _chain(group: str | None, groups: Mapping[str, Group]) -> tuple[str, ...]:
    found: list[str] = []
    while group is not None and group in groups:
        found.insert(0, group)
        group = groups[group].parent
    return tuple(found)


def _tree(leaves: Sequence[_Leaf], groups: Mapping[str, Group], depth: int) -> tuple[Node, ...]:
    nodes: list[Node] = []
    place = 0
    while place < len(leaves):
        key, label, chain = leaves[place]
        end = place + 1
        if len(chain) <= depth:
            nodes.append(Node(key, label))
        else:
            while end < len(leaves) and leaves[end][2][depth : depth + 1] == chain[depth : depth + 1]:
                end += 1
            group = groups[chain[depth]]
            nodes.append(Node(group.key, group.label, _tree(leaves[place:end], groups, depth + 1)))
        place = end
    return tuple(nodes)


def walk(nodes: Sequence[Node], depth: int = 0, first: int = 0) -> Iterator[tuple[Node, int, int]]:
    """All labels of a tree, each before those under it, with its depth and the place of its first row or column (both from 0)."""
    for node in nodes:
        yield node, depth, first
        yield from walk(node.children, depth + 1, first)
        first += len(node.leaves)


def leaves_under(table: TableFormat, group: str) -> tuple[str, ...]:
    """The rows or columns under a group of either axis, in printed order."""
    above = {entry.key: entry.parent for entry in table.groups}
    columns = tuple(column.key for column in table.columns if group in groups_over(column.parent, above))
    return columns or tuple(row.key for row in table.rows if group in groups_over(row.group, above))


def groups_over(group: str | None, above: Mapping[str, str | None]) -> Iterator[str]:
    """A group and those around it, innermost first; ``above``: group → the group around it."""
    while group is not None:
        yield group
        group = above.get(group)


def column_totals(table: TableFormat) -> dict[str, tuple[str, ...]]:
    """Total column → the columns that add up to it: all others under its parent (of table 3 the six kinds of applicants)."""
    return _totals([column.key for column in table.columns if column.total], column_tree(table))


def row_totals(table: TableFormat) -> dict[str, tuple[str, ...]]:
    """Total row → the rows that add up to it: all others under its group."""
    return _totals([row.key for row in table.rows if row.total], row_tree(table))


def _totals(totals: Sequence[str], tree: tuple[Node, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for total in totals:
        above = [node for node, _, _ in walk(tree) if any(child.key == total and not child.children for child in node.children)]
        others = above[-1].leaves if above else tuple(key for node in tree for key in node.leaves)
        found[total] = tuple(key for key in others if key not in totals)
    return found


def cell_key(table: TableFormat, row: str, column: str) -> str:
    """The key of the cell of a row and a column: ``t3.granted.total``; ``t4.review_total`` and ``st.rv_total`` name one of them only."""
    if table.is_single_row:
        return f"{table.id}.{column}"
    return f"{table.id}.{row}" if len(table.columns) == 1 else f"{table.id}.{row}.{column}"


def sums_of_rows(table: TableFormat, rows: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """The totals within each of these rows: key of the total cell and keys of its parts (rows of table 3, blocks of table 4)."""
    totals = column_totals(table)
    return [
        (cell_key(table, row, total), tuple(cell_key(table, row, part) for part in parts))
        for row in rows
        for total, parts in totals.items()
    ]
