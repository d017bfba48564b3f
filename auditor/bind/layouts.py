"""Which layout of the forms a printed table follows, told by the labels that not every layout has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from auditor.model.formats import TableFormat
from auditor.text.chars import label_key


def telling_rows(formats: Mapping[str, TableFormat]) -> dict[str, frozenset[str]]:
    """Row key → the layouts that have the row, for rows that not every layout has."""
    having: dict[str, set[str]] = {}
    for layout, table in formats.items():
        for row in table.rows:
            having.setdefault(row.key, set()).add(layout)
    return {key: frozenset(layouts) for key, layouts in having.items() if len(layouts) < len(formats)}


def also_groups(formats: Mapping[str, TableFormat]) -> frozenset[str]:
    """Rows whose label is that of a row group in another layout: such a label alone does not tell a row."""
    groups = {label_key(label) for table in formats.values() for group in table.groups for label in (group.label, *group.variants)}
    return frozenset(row.key for table in formats.values() for row in table.rows if label_key(row.label) in groups)


def likeliest(votes: Mapping[str, float], formats: Iterable[str], expected: str | None) -> str:
    """The layout with most votes. Among equals the one of the report's year, else the oldest that anything speaks for, else the newest."""
    known = list(formats)
    most = max((votes.get(layout, 0) for layout in known), default=0)
    best = [layout for layout in known if votes.get(layout, 0) == most]
    if expected in best:
        return expected
    return best[0] if most > 0 else expected if expected in known else known[-1]
