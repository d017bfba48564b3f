"""Documents as readers could hand them to the binder, with their grids disturbed."""

from __future__ import annotations

from random import Random

import msgspec

from auditor.model.document import Block, Cell, Document, Paragraph, Table
from auditor.model.source import Location
from tests.fuzz.bytes_of import ODD_TEXTS


def disturbed(document: Document, random: Random) -> Document:
    """The document with some of its blocks and cells changed, lost, doubled or moved."""
    blocks: list[Block] = []
    for block in document.blocks:
        way = random.random()
        if way < 0.04:
            continue
        if way < 0.08:
            blocks.append(block)
        blocks.append(_table(block, random) if isinstance(block, Table) and random.random() < 0.8 else block)
        if way > 0.97:
            blocks.append(Paragraph(text=random.choice(ODD_TEXTS), location=Location(paragraph=1)))
    if random.random() < 0.2:
        random.shuffle(blocks)
    return msgspec.structs.replace(document, blocks=tuple(blocks), images=random.choice((0, 3)))


def _table(table: Table, random: Random) -> Table:
    cells: list[Cell] = list(table.cells)
    rows, columns = table.rows, table.columns
    for _ in range(random.choice((1, 3, 15))):
        if not cells:
            break
        place = random.randrange(len(cells))
        cell = cells[place]
        way = random.randrange(8)
        if way == 0:
            del cells[place]
        elif way == 1:
            cells.insert(place, cell)
        elif way == 2:
            cells[place] = msgspec.structs.replace(cell, text=random.choice(ODD_TEXTS))
        elif way == 3:
            cells[place] = msgspec.structs.replace(cell, text=random.choice(cells).text)
        elif way == 4:
            cells[place] = msgspec.structs.replace(cell, rowspan=random.choice((0, 1, 2, 50)), colspan=random.choice((0, 1, 3, 50)))
        elif way == 5:
            cells[place] = msgspec.structs.replace(cell, column=random.randrange(columns + 2))
        elif way == 6:
            row = random.randrange(rows)
            cells = [cell for cell in cells if cell.row != row]
        else:
            cells[place] = msgspec.structs.replace(cell, confidence=random.choice((0.0, 0.3, 0.95)))
    cells.sort(key=lambda cell: (cell.row, cell.column))
    grid = random.choice((table.grid, table.grid, "ragged"))
    return msgspec.structs.replace(table, cells=tuple(cells), grid=grid, rows=random.choice((rows, rows, rows - 1, 0)))
