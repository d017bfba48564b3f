"""A plan as plain text, in the flavours of text exports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tests.lab.compose.flow import Body, Head, Title, blocks
from tests.lab.compose.grid import Grid, GridCell
from tests.lab.compose.plan import ReportPlan

Flavour = Literal["tab_cells", "cell_lines", "tabs", "pipes", "markdown", "spaces", "bar_lines", "bar_below", "bar_ends", "bar_frame"]


@dataclass(frozen=True)
class TextStyle:
    """``tab_cells``: a cell is a line that begins with a tab, an empty line ends the row. ``cell_lines``: one cell a line. ``tabs``,
    ``pipes``, ``markdown``, ``spaces``: a line is a row. ``bar_lines``: a cell a line with a bar behind it, ``bar_below``: the bar on a line
    of its own; both fill short rows up with a line of bars, as pages saved as text do. ``bar_ends``, ``bar_frame``: a line is a row whose
    cells end in bars (and begin with one), filled up at its end. ``merged``: later rows of a merged label have an ``empty`` cell or
    ``omitted`` one. ``blank``: what stands for an empty cell. ``encoding`` as Python names it.
    """

    flavour: Flavour = "tab_cells"
    merged: Literal["empty", "omitted"] = "empty"
    encoding: str = "utf-8"
    newline: str = "\n"
    blank: str = ""
    indent: str = ""


def to_text(plan: ReportPlan, style: TextStyle = TextStyle(), *more: ReportPlan) -> bytes:
    """The encoded file; ``more`` reports follow in it."""
    lines: list[str] = []
    for block in (block for entry in (plan, *more) for block in blocks(entry)):
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
    if style.flavour in ("bar_lines", "bar_below"):
        return _bar_lines(flat, grid.columns, " |" if style.flavour == "bar_lines" else "\n|")
    if style.flavour in ("bar_ends", "bar_frame"):
        lead = "| " if style.flavour == "bar_frame" else ""
        return [lead + " | ".join(row) + " |" + "|" * max(0, grid.columns - len(row)) for row in flat]
    if style.flavour == "pipes":
        return ["|".join(row) for row in flat]
    full = [
        [(cell.text.replace("\n", "") if cell is not None and (cell.row, cell.column) == (r, c) else "") for c, cell in enumerate(covering)]
        for r, covering in enumerate(grid.matrix())
    ]
    lines = ["| " + " | ".join(row) + " |" for row in full]
    return ["", lines[0], "|" + " --- |" * grid.columns, *lines[1:], ""]


def _bar_lines(rows: list[list[str]], columns: int, bar: str) -> list[str]:
    """A cell a line; an empty cell is a bar alone, and what a row lacks of the table's width a line of bars."""
    lines = []
    for row in rows:
        for text in row:
            lines += (text + bar).split("\n") if text.strip() else ["|"]
        lines += ["|" * (columns - len(row))] if len(row) < columns else []
    return lines
