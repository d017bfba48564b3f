"""What the finders of flattened tables hand over: rows of cells, each with the line it stands on."""

from __future__ import annotations

from msgspec import Struct

from auditor.errors import LimitError
from auditor.model.document import Cell, Table
from auditor.model.source import Location
from auditor.read.limits import TABLE_CELLS

TextCell = tuple[str, int]
"""Text of a cell and the number of its first line."""


class Found(Struct, frozen=True):
    """A flattened table: its rows, and the index of the first line after it. No rows: there is no table on the lines before ``end``."""

    rows: list[list[TextCell]]
    end: int


def to_table(rows: list[list[TextCell]], number: int) -> Table:
    """The ragged table of these rows; ``number`` counts the tables of the document from 1. Raises :class:`LimitError`."""
    if sum(map(len, rows)) > TABLE_CELLS:
        raise LimitError("READ-LIMIT", limit="cells", allowed=str(TABLE_CELLS))
    cells = tuple(
        Cell(text=text, row=row, column=column, location=Location(table=number, row=row + 1, column=column + 1, line=line))
        for row, texts in enumerate(rows)
        for column, (text, line) in enumerate(texts)
    )
    first = next((line for texts in rows for _, line in texts), None)
    return Table(
        rows=len(rows),
        columns=max((len(texts) for texts in rows), default=0),
        cells=cells,
        grid="ragged",
        location=Location(table=number, line=first),
    )
