"""Damaged tables: a cell is read exactly, declared unread, or absent. Never another cell's number with full confidence.

Every value of a composed report is different, so a number under a wrong key is seen. The damage is what exports, page breaks and editors do.
"""

from __future__ import annotations

import itertools
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from auditor.bind import bind
from auditor.model.document import Cell, Table
from tests.bind.made import rulebook
from tests.lab.compose import GridOptions, ReportPlan, balanced_plan
from tests.lab.compose.memory import to_document

Damage = Callable[[Table, random.Random], tuple[Table, ...]]
LAYOUTS: tuple[dict[str, Any], ...] = (
    {},
    {"label_columns": 2},
    {"label_columns": 1},
    {"base": 6},
    {"split_t2": True},
    {"side_blocks": True},
    {"split_t4": True},
)
SURE = 0.9


def _with(table: Table, cells: list[Cell], **changes: object) -> Table:
    ordered = tuple(sorted(cells, key=lambda cell: (cell.row, cell.column)))
    return msgspec.structs.replace(table, cells=ordered, **changes)


def _numbers(table: Table) -> list[Cell]:
    return [cell for cell in table.cells if cell.text.isdigit()]


def cell_lost(table: Table, dice: random.Random) -> tuple[Table, ...]:
    gone = dice.choice(_numbers(table) or list(table.cells))
    return (_with(table, [cell for cell in table.cells if cell is not gone]),)


def label_lost(table: Table, dice: random.Random) -> tuple[Table, ...]:
    gone = dice.choice([cell for cell in table.cells if cell.text.strip() and not cell.text.isdigit()])
    return (_with(table, [msgspec.structs.replace(cell, text="") if cell is gone else cell for cell in table.cells]),)


def characters_lost(table: Table, dice: random.Random) -> tuple[Table, ...]:
    chosen = dice.choice([cell for cell in table.cells if len(cell.text) > 3 and not cell.text.isdigit()])
    keep = sorted(dice.sample(range(len(chosen.text)), len(chosen.text) - 2))
    text = "".join(chosen.text[place] for place in keep)
    return (_with(table, [msgspec.structs.replace(cell, text=text) if cell is chosen else cell for cell in table.cells]),)


def page_break(table: Table, dice: random.Random) -> tuple[Table, ...]:
    if table.rows < 6:
        return (table,)
    cut = dice.randrange(4, table.rows - 1)
    parts = []
    for first, last in ((0, cut), (cut, table.rows)):
        cells = [
            msgspec.structs.replace(
                cell,
                row=max(cell.row, first) - first,
                rowspan=min(cell.row + cell.rowspan, last) - max(cell.row, first),
                text=cell.text if cell.row >= first else "",
            )
            for cell in table.cells
            if cell.row < last and cell.row + cell.rowspan > first
        ]
        parts.append(_with(table, cells, rows=last - first))
    return tuple(parts)


def grid_lost(table: Table, dice: random.Random) -> tuple[Table, ...]:
    rows: dict[int, list[Cell]] = defaultdict(list)
    for cell in table.cells:
        rows[cell.row].append(cell)
    cells = [
        msgspec.structs.replace(cell, column=place, rowspan=1, colspan=1)
        for row in rows.values()
        for place, cell in enumerate(sorted(row, key=lambda cell: cell.column))
    ]
    return (_with(table, cells, grid="ragged", columns=max(len(row) for row in rows.values())),)


def grid_and_cell_lost(table: Table, dice: random.Random) -> tuple[Table, ...]:
    (ragged,) = grid_lost(table, dice)
    gone = dice.choice(_numbers(ragged) or list(ragged.cells))
    cells = [
        msgspec.structs.replace(cell, column=cell.column - 1) if cell.row == gone.row and cell.column > gone.column else cell
        for cell in ragged.cells
        if cell is not gone
    ]
    return (_with(ragged, cells),)


def rows_numbered(table: Table, dice: random.Random) -> tuple[Table, ...]:
    cells = [msgspec.structs.replace(cell, column=cell.column + 1) for cell in table.cells]
    cells += [Cell(text=str(row) if row > 2 else "序号", row=row, column=0, location=table.location) for row in range(table.rows)]
    return (_with(table, cells, columns=table.columns + 1),)


def remarks_added(table: Table, dice: random.Random) -> tuple[Table, ...]:
    cells = list(table.cells)
    for row in range(table.rows):
        text = "备注" if row == 0 else dice.choice(("", "", "7")) if row > 3 else ""
        cells.append(Cell(text=text, row=row, column=table.columns, location=table.location))
    return (_with(table, cells, columns=table.columns + 1),)


def cells_merged(table: Table, dice: random.Random) -> tuple[Table, ...]:
    numbers = sorted(_numbers(table), key=lambda cell: (cell.row, cell.column))
    pairs = [(a, b) for a, b in itertools.pairwise(numbers) if a.row == b.row]
    if not pairs:
        return (table,)
    left, right = dice.choice(pairs)
    wide = msgspec.structs.replace(left, colspan=right.column + right.colspan - left.column)
    return (_with(table, [wide if cell is left else cell for cell in table.cells if cell is not right]),)


DAMAGES: tuple[Damage, ...] = (
    cell_lost, label_lost, characters_lost, page_break, grid_lost, grid_and_cell_lost, rows_numbered, remarks_added, cells_merged,
)  # fmt: skip


def distinct(plan: ReportPlan) -> ReportPlan:
    return plan.with_facts(**{key: str(1000 + number) for number, key in enumerate(plan.truth())})


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("layout", ["layout_2019", "layout_2021"])
def test_no_number_under_a_wrong_key(damage: Damage, layout: str) -> None:
    exact = total = 0
    for seed in range(8):
        dice = random.Random(seed)
        plan = replace(distinct(balanced_plan(seed, layout, "small")), grid=GridOptions(**dice.choice(LAYOUTS)))
        document = to_document(plan)
        chosen = dice.choice([place for place, block in enumerate(document.blocks) if isinstance(block, Table)])
        table = document.blocks[chosen]
        assert isinstance(table, Table)
        blocks = (*document.blocks[:chosen], *damage(table, dice), *document.blocks[chosen + 1 :])
        report = bind(msgspec.structs.replace(document, blocks=blocks), rulebook())
        facts = {str(fact.key): fact for fact in report.facts}
        truth = plan.truth()
        wrong = {
            key: (facts[key].raw, text)
            for key, text in truth.items()
            if key in facts and facts[key].raw not in ("", text) and facts[key].state != "unreadable" and facts[key].confidence >= SURE
        }
        assert not wrong, f"seed {seed}: {wrong}"
        assert set(facts) <= set(truth)
        exact += sum(1 for key, text in truth.items() if key in facts and facts[key].raw == text)
        total += len(truth)
    assert exact / total > 0.85  # damage to one table must not cost the others
