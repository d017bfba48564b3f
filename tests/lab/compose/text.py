"""A plan as plain text, in the flavours of text exports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tests.lab.compose.flow import Body, Head, Title, blocks
from tests.lab.compose.grid import Grid, GridCell
from tests.lab.compose.plan import ReportPlan

Flavour = Literal["tab_cells", "cell_lines", "tabs", "pipes", "markdown", "spaces"]


@dataclass(frozen=True)
class TextStyle:
    """``tab_cells``: a cell is a line that begins with a tab, an empty line ends the row. ``cell_lines``: one cell a line. ``tabs``,
    ``pipes``, ``markdown``, ``spaces``: a line is a row. ``merged``: later rows of a merged label have an ``empty`` cell or
    ``omitted`` one. ``blank``: what stands for an empty cell. ``encoding`` as Python names it.
    """

    flavour: Flavour = "tab_cells"
    merged: Literal["empty", "omitted"] = "empty"
    encoding: str = "utf-8"
    newline: str = "\n"
    blank: str = ""
    indent: str = ""


def to_text(plan: ReportPlan, style: TextStyle = TextStyle()) -> bytes:
    """The encoded file."""
    lines: list[str] = []
    for block in blocks(plan):
        if isinstance(block, Title):
            lines += ["# " + block.text if style.flavour == "markdown" else block.text, ""]
        elif isinstance(block, Head):
            mark = "#" * (block.level + 1) + " " if style.flavour == "markdown" else ""
            lines += [mark + block.number + block.text, ""] if mark else [block.number + block.text]
        elif isinstance(block, Body):
            lines += [style.indent + block.text, ""] if style.flavour == "markdown" else [style.indent + block.text]
        else:
            lines += _table(block, style)
    return style.newline.join([*lines, ""]).encode(style.encoding)


def _rows(grid: Grid, style: TextStyle) -> list[list[str]]:
    """The texts of each row; a merged label stands in its first row, below it is an empty cell or none."""
    out = []
    for index, covering in enumerate(grid.matrix()):
        row: list[str] = []
        seen: set[GridCell] = set()
        for cell in covering:
            if cell is None or cell in seen:
                continue
            seen.add(cell)
            if cell.row == index:
                row.append(cell.text or style.blank)
            elif style.merged == "empty":
                row.append(style.blank)
        out.append(row)
    return out


def _table(grid: Grid, style: TextStyle) -> list[str]:
    rows = _rows(grid, style)
    if style.flavour == "tab_cells":
        return [line for row in rows for line in [*("\t" + text for text in row), ""]]
    if style.flavour == "cell_lines":
        return [text for row in rows for text in row]
    flat = [[text.replace("\n", "") for text in row] for row in rows]
    if style.flavour == "tabs":
        return ["\t".join(row) for row in flat]
    if style.flavour == "spaces":
        return ["  ".join(text for text in row if text.strip()) for row in flat]
    if style.flavour == "pipes":
        return ["|".join(row) for row in flat]
    full = [
        [(cell.text.replace("\n", "") if cell is not None and (cell.row, cell.column) == (r, c) else "") for c, cell in enumerate(covering)]
        for r, covering in enumerate(grid.matrix())
    ]
    lines = ["| " + " | ".join(row) + " |" for row in full]
    return ["", lines[0], "|" + " --- |" * grid.columns, *lines[1:], ""]
