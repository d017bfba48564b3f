"""Rows of a bound table whose labels stand outside it: printed, not read, and therefore declared so; never missing."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.bind.lexicon import Lexicon
from auditor.bind.result import TableResult, unread_fact
from auditor.model.document import Block, Paragraph, Table
from auditor.model.rulebook import Rulebook
from auditor.model.source import Location, Problem
from auditor.text.chars import fold, label_key, squeeze
from auditor.text.tokens import ENUMERATED

_LONGEST_LABEL = 60
_SHORTEST_LABEL = 4
_LONG_LABEL = 5


def declare_stray_rows(
    blocks: Sequence[Block], used: frozenset[int], results: dict[str, TableResult], rulebook: Rulebook, lexicon: Lexicon
) -> None:
    """Add unread facts to tables 2, 3 and the statistical table for rows of their form printed as lines of their own elsewhere.

    Only labels that can be nothing else count, and only where the row was not found in the table.
    """
    for index, block in enumerate(blocks):
        if index in used or not isinstance(block, Paragraph) or not _SHORTEST_LABEL <= len(block.text) <= _LONGEST_LABEL:
            continue
        named = {(entry.table, entry.kind, entry.key) for entry in lexicon.look_up(block.text)}
        if len(named) != 1:
            continue
        table, kind, key = named.pop()
        result = results.get(table)
        if kind != "row" or table not in ("t2", "t3", "st") or result is None or result.found is None or key in result.rows:
            continue
        form = rulebook.table(table, result.found.layout)
        row = next((item for item in form.rows if item.key == key), None) if form is not None else None
        if form is None or row is None:
            continue
        paths = [f"st.{key}"] if table == "st" else [f"{table}.{key}.{column}" for column in row.columns or tuple(result.columns)]
        if any(path in result.facts for path in paths):
            continue
        for path in paths:
            result.add(unread_fact(path, block.text, block.location))
        result.problems.append(Problem(code="BIND-ROW", details={"row": squeeze(block.text)[:40], "text": ""}, location=block.location))
    for table in ("t2", "t3"):
        _declare_run_on_rows(table, blocks, results[table], rulebook)


def _declare_run_on_rows(table: str, blocks: Sequence[Block], result: TableResult, rulebook: Rulebook) -> None:
    """The same for rows whose label, with its number, stands in the middle of other text (313二、上年结转…): a line break was lost."""
    form = rulebook.table(table, result.found.layout) if result.found is not None else None
    missing = [row for row in form.rows if row.key not in result.rows and not row.optional] if form is not None else []
    labels = {
        row.key: label_key(row.label) for row in missing if ENUMERATED.match(fold(row.label)) and len(label_key(row.label)) >= _LONG_LABEL
    }
    if not labels:
        return
    texts = [(text, place) for block in blocks for text, place in _texts(block)]
    for row in missing:
        place = next((place for text, place in texts if labels.get(row.key, " ") in text), None)
        if place is None:
            continue
        for column in row.columns or tuple(result.columns):
            result.add(unread_fact(f"{table}.{row.key}.{column}", row.label, place))
        result.problems.append(Problem(code="BIND-ROW", details={"row": squeeze(row.label)[:40], "text": ""}, location=place))


def _texts(block: Block) -> list[tuple[str, Location]]:
    cells = block.cells if isinstance(block, Table) else (block,)
    return [(label_key(cell.text), cell.location) for cell in cells]
