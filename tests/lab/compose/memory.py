"""A plan as a Document without any file: what a perfect reader would answer. It parts the binder's faults from the readers'."""

from __future__ import annotations

from auditor.model.document import Block as Printed
from auditor.model.document import Cell, Document, Heading, Paragraph, Table
from auditor.model.source import Location, Source
from tests.lab.compose.flow import Body, Head, Title, blocks
from tests.lab.compose.grid import Grid
from tests.lab.compose.plan import ReportPlan


def to_document(plan: ReportPlan) -> Document:
    """Blocks with exact grids; headings are headings."""
    out: list[Printed] = []
    tables = 0
    for number, block in enumerate(blocks(plan), start=1):
        place = Location(paragraph=number)
        if isinstance(block, Grid):
            tables += 1
            out.append(_table(block, tables))
        elif isinstance(block, Head):
            out.append(Heading(text=block.number + block.text, level=block.level, location=place))
        elif isinstance(block, Title | Body):
            out.append(Paragraph(text=block.text, location=place))
    return Document(source=Source(path="composed.docx", sha256="0" * 64, kind="docx"), engine="composer", blocks=tuple(out), title=None)


def _table(grid: Grid, number: int) -> Table:
    cells = tuple(
        Cell(
            text=cell.text,
            row=cell.row,
            column=cell.column,
            rowspan=cell.rowspan,
            colspan=cell.colspan,
            location=Location(table=number, row=cell.row + 1, column=cell.column + 1),
        )
        for cell in grid.cells
    )
    return Table(rows=grid.rows, columns=grid.columns, cells=cells, location=Location(table=number))
