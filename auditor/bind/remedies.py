"""Table 4 (行政复议、行政诉讼): 15 numbers under a three-level header → facts ``t4.<key>``."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.bind.lexicon import Lexicon
from auditor.bind.lines import Line, printed_cells
from auditor.bind.readings import is_number, looks_like_value
from auditor.bind.result import TableResult, make_fact, unread_fact
from auditor.model.binding import BindingWords
from auditor.model.document import Cell
from auditor.model.formats import Column, TableFormat
from auditor.model.report import TableFound, Unplaced
from auditor.model.source import Problem
from auditor.text.chars import is_blank, squeeze

_BLOCKS = ("review", "direct", "after_review")


def bind_remedies(lines: Sequence[Line], table: TableFormat, lexicon: Lexicon, words: BindingWords) -> TableResult:
    """Bind the lines of table 4, printed as one table, as two, or turned (results as rows)."""
    result = TableResult()
    waiting: list[Line] = []  # a header whose numbers stand in the next table: on the next page
    for part in _by_table(lines):
        if _bind_turned(part, table, result, lexicon, words):
            continue
        for header, data in _runs(part, words):
            if not data:
                waiting = header
                continue
            _bind_upright(header or waiting, data, table, result, lexicon, words)
            waiting = []
    if result.facts:
        result.columns = [column.key for column in table.columns if f"t4.{column.key}" in result.facts]
        result.blocks = [block for block in _BLOCKS if any(c.parent == block and c.key in result.columns for c in table.columns)]
        result.found = TableFound(
            id="t4",
            layout=table.layout,
            rows=("data",),
            columns=tuple(result.columns),
            blocks=tuple(result.blocks),
            labels=result.labels,
            confidence=min(fact.confidence for fact in result.facts.values()),
            location=lines[0].table.location,
        )
    return result


def _by_table(lines: Sequence[Line]) -> list[list[Line]]:
    parts: list[list[Line]] = []
    for line in lines:
        if parts and parts[-1][0].table is line.table:
            parts[-1].append(line)
        else:
            parts.append([line])
    return parts


def _runs(lines: Sequence[Line], words: BindingWords) -> list[tuple[list[Line], list[Line]]]:
    """Header lines with the lines of numbers under them; review and litigation may follow each other in one table."""
    runs: list[tuple[list[Line], list[Line]]] = []
    for line in lines:
        own = [cell for cell in line.cells if cell.row == line.number]
        labels = [cell for cell in own if not is_blank(cell.text) and not looks_like_value(cell.text, words)]
        numbers = [cell for cell in own if is_number(cell.text, words)]
        if labels and len(labels) >= len(numbers):
            if not runs or runs[-1][1]:
                runs.append(([], []))
            runs[-1][0].append(line)
        elif numbers or (own and not labels):
            if not runs:
                runs.append(([], []))
            runs[-1][1].append(line)
    return runs


def _bind_upright(
    header: Sequence[Line], data: Sequence[Line], table: TableFormat, result: TableResult, lexicon: Lexicon, words: BindingWords
) -> None:
    data = [line for line in data if any(is_number(c.text, words) for c in line.cells if c.row == line.number)] or list(data[:1])
    if not header:
        header_columns: dict[int, str] = {}
    else:
        header_columns = _exact_columns(header, table, lexicon) if header[0].exact and header[0].table is data[0].table else {}
    for number, line in enumerate(data):
        placed = _place(line, header, header_columns, table, result, lexicon)
        if placed is None:
            if any(is_number(cell.text, words) for cell in line.cells):
                result.problems.append(
                    Problem(code="BIND-ROW", details={"row": table.short, "text": line.text[:80]}, location=line.location)
                )
                for key in _order(header, table, lexicon, result):
                    result.add(unread_fact(f"t4.{key}", line.text, line.location))
            continue
        if number > 0 and any(f"t4.{key}" in result.facts for key in placed):
            values = tuple(squeeze(cell.text) for cell in line.cells if is_number(cell.text, words))
            if values:
                result.unplaced.append(Unplaced(text=line.text, values=values, table="t4", duplicate_of="t4", location=line.location))
            continue
        confidence = 1.0 if header else 0.8
        for key, cell in placed.items():
            result.add(make_fact(f"t4.{key}", cell, words, confidence))


def _exact_columns(header: Sequence[Line], table: TableFormat, lexicon: Lexicon) -> dict[int, str]:
    """Grid column → key, from the block and the result printed above it."""
    found: dict[int, str] = {}
    for column in range(header[0].table.columns):
        block: str | None = None
        outcome: str | None = None
        for line in header:
            for cell in line.cells:
                if cell.column <= column < cell.column + cell.colspan and not is_blank(cell.text):
                    for text in _texts(cell, lexicon):
                        group = lexicon.group("t4", text)
                        if group in _BLOCKS:
                            block = group
                        key = _outcome(text, table, lexicon)
                        outcome = key or outcome
        if block and outcome:
            full = f"{block}_{outcome}"
            if full not in found.values():
                found[column] = full
    return found


def _texts(cell: Cell, lexicon: Lexicon) -> list[str]:
    """The labels in a header cell: its text, or where that is none, the runs of its lines that are (a head read with its column)."""
    lines = cell.text.split("\n")
    if len(lines) == 1 or any(entry.table == "t4" for entry in lexicon.look_up(cell.text)):
        return [cell.text]
    found: list[str] = []
    start = 0
    while start < len(lines):
        for end in range(len(lines), start, -1):
            text = "".join(lines[start:end])
            if any(entry.table == "t4" for entry in lexicon.look_up(text)):
                found.append(text)
                start = end
                break
        else:
            start += 1
    return found


def _outcome(text: str, table: TableFormat, lexicon: Lexicon) -> str | None:
    """upheld, corrected, other, pending or total for a result label."""
    for entry in lexicon.look_up(text):
        if entry.table == "t4" and entry.kind == "column" and entry.parent:
            return entry.key.removeprefix(f"{entry.parent}_")
    return None


def _order(header: Sequence[Line], table: TableFormat, lexicon: Lexicon, result: TableResult) -> list[str]:
    """Keys in the order of a header whose cells only follow each other (or of the form, without a header)."""
    blocks: list[str] = []
    outcomes: list[str] = []
    for line in header:
        for cell in printed_cells(line):
            for text in _texts(cell, lexicon):
                group = lexicon.group("t4", text)
                if group in _BLOCKS and group not in blocks:
                    blocks.append(group)
                outcome = _outcome(text, table, lexicon)
                if outcome:
                    outcomes.append(outcome)
    if "direct" in blocks or "after_review" in blocks:
        blocks = [block for block in _BLOCKS if block in blocks or (block == "review" and len(outcomes) == 15)]
    if not blocks:
        return [column.key for column in table.columns] if not header or len(outcomes) == 15 else []
    if outcomes and len(outcomes) == 5 * len(blocks):
        return [f"{block}_{outcome}" for position, block in enumerate(blocks) for outcome in outcomes[5 * position : 5 * position + 5]]
    return [column.key for block in blocks for column in table.columns if column.parent == block]


def _place(
    line: Line, header: Sequence[Line], columns: dict[int, str], table: TableFormat, result: TableResult, lexicon: Lexicon
) -> dict[str, Cell] | None:
    """Key → cell for one line of numbers: by the grid where every number stands under one header, else by count and order."""
    own = [cell for cell in line.cells if cell.row == line.number]
    if columns:
        by_grid: dict[str, Cell] = {}
        for column, key in columns.items():
            cell = next((c for c in own if c.column <= column < c.column + c.colspan), None)
            if cell is not None and (is_blank(cell.text) or not any(cell is other for other in by_grid.values())):
                by_grid[key] = cell
        placed = list(by_grid.values())
        complete = len(by_grid) == len(columns)
        if complete and all(is_blank(c.text) or any(c is p for p in placed) for c in own):
            return by_grid
    order = _order(header, table, lexicon, result)
    cells: list[Cell] = list(own)
    while len(cells) > len(order) and is_blank(cells[0].text):
        cells.pop(0)
    while len(cells) > len(order) and is_blank(cells[-1].text):
        cells.pop()
    if order and len(cells) == len(order):
        return dict(zip(order, cells, strict=True))
    if not header and len(cells) in (5, 10):  # the second of two tables whose header stayed with the first
        rest = [column.key for column in table.columns if f"t4.{column.key}" not in result.facts]
        if len(cells) == len(rest):
            return dict(zip(rest, cells, strict=True))
    return None


def _bind_turned(lines: Sequence[Line], table: TableFormat, result: TableResult, lexicon: Lexicon, words: BindingWords) -> bool:
    """Results or blocks as rows: each line starts with its label, the other half of the key stands in the header."""
    rows: list[tuple[Line, Cell, str]] = []
    for line in lines:
        first = next(printed_cells(line), None)
        if first is None or not any(is_number(cell.text, words) for cell in line.cells):
            continue
        label = lexicon.group("t4", first.text) if lexicon.group("t4", first.text) in _BLOCKS else _outcome(first.text, table, lexicon)
        if label is None:
            return False
        rows.append((line, first, label))
    if len(rows) < 2:
        return False
    names: dict[int, str] = {}
    for line in lines:
        if any(line is row[0] for row in rows):
            break
        for cell in printed_cells(line):
            group = lexicon.group("t4", cell.text)
            name = group if group in _BLOCKS else _outcome(cell.text, table, lexicon)
            if name:
                names[cell.column] = name
    known: dict[str, Column] = {column.key: column for column in table.columns}
    for line, first, label in rows:
        for cell in line.cells:
            other = names.get(cell.column)
            if cell is first or other is None:
                continue
            for key in (f"{label}_{other}", f"{other}_{label}"):
                if key in known:
                    result.add(make_fact(f"t4.{key}", cell, words))
    return bool(result.facts)
