"""Table 2 (主动公开政府信息情况): lines → facts ``t2.<row>.<column>``. Its header changes from block to block."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.bind.header import Header, supposed_header
from auditor.bind.layouts import likeliest
from auditor.bind.lexicon import Lexicon, Match
from auditor.bind.lines import Line, is_numbering, printed_cells
from auditor.bind.readings import is_number
from auditor.bind.result import TableResult, make_fact, unread_fact
from auditor.bind.values import label_without_values, values_after
from auditor.model.binding import BindingWords
from auditor.model.document import Cell, Table
from auditor.model.formats import Row, TableFormat
from auditor.model.report import TableFound, Unplaced
from auditor.model.source import Problem
from auditor.text.chars import is_blank, squeeze


@dataclass(frozen=True, slots=True)
class _Entry:
    """A data line with the header of its block."""

    line: Line
    row: Match
    label: Cell
    header: Header | None


def bind_proactive(
    lines: Sequence[Line], formats: dict[str, TableFormat], expected: str | None, lexicon: Lexicon, words: BindingWords
) -> TableResult:
    """Bind the lines of table 2. ``formats`` by layout; the layout is told by the columns printed, else ``expected``."""
    result = TableResult()
    header: Header | None = None
    block: str | None = None
    entries: list[_Entry] = []
    votes: Counter[str] = Counter()
    marks: dict[str, list[str]] = {}
    telling = _fingerprints(formats)
    last: Table | None = None
    for line in lines:
        if last is not None and line.table is not last and header is not None:
            header = Header(header.order, {}, header.labels, header.confidence)  # another grid: columns by order only
        last = line.table
        own = _block(line, lexicon)
        if own is not None and own != block:
            block, header = own, None
            result.blocks.append(own)
        for cell in printed_cells(line):
            for layout in telling.get(squeeze(cell.text), ()):
                votes[layout] += 1
                marks.setdefault(layout, []).append(squeeze(cell.text))
        row, label = _row(line, block, lexicon, words)
        columns = _columns(line, label, lexicon)
        if columns is not None and (row is None or not _has_values(line, words)):
            header = columns
            continue
        if row is not None and label is not None:
            entries.append(_Entry(line, row, label, header))
        elif _has_values(line, words):
            values = tuple(squeeze(cell.text) for cell in line.cells if is_number(cell.text, words))
            labels = [cell.text for cell in printed_cells(line) if not is_number(cell.text, words)]
            result.unplaced.append(Unplaced(text=labels[-1] if labels else line.text, values=values, table="t2", location=line.location))
    layout = likeliest(votes, formats, expected)
    table = formats[layout]
    for entry in entries:
        _bind_line(entry, table, result, words)
    if result.rows:
        result.found = TableFound(
            id="t2",
            layout=layout,
            rows=tuple(result.rows),
            columns=tuple(result.columns),
            blocks=tuple(result.blocks),
            labels=result.labels,
            mixed=tuple(dict.fromkeys(text for texts in marks.values() for text in texts if layout not in telling[text])),
            confidence=min((fact.confidence for fact in result.facts.values()), default=1.0),
            location=lines[0].table.location,
        )
    return result


def _fingerprints(formats: dict[str, TableFormat]) -> dict[str, list[str]]:
    """Label without spaces → the layouts it is a fingerprint of."""
    found: dict[str, list[str]] = {}
    for layout, table in formats.items():
        for mark in table.fingerprints:
            found.setdefault(squeeze(mark), []).append(layout)
    return found


def _block(line: Line, lexicon: Lexicon) -> str | None:
    for cell in line.cells:
        if not is_blank(cell.text) and len(cell.text) <= 60:
            group = lexicon.group("t2", cell.text)
            if group is not None and group != "label_header":
                return group
    return None


def _row(line: Line, block: str | None, lexicon: Lexicon, words: BindingWords) -> tuple[Match | None, Cell | None]:
    """The first cell that names a row; cells left of it are block labels."""
    for cell in line.cells:
        if is_blank(cell.text):
            continue
        if is_number(cell.text, words):
            if is_numbering(line, cell, words):
                continue
            return None, None
        text = label_without_values(cell.text)
        if lexicon.group("t2", text) is not None:
            continue
        match = lexicon.row("t2", text, block)
        if match is not None:
            return match, cell
    return None, None


def _columns(line: Line, label: Cell | None, lexicon: Lexicon) -> Header | None:
    """The header a line prints: column labels with their places, or ``None``."""
    order: list[str] = []
    grid: dict[int, str] = {}
    labels: dict[str, str] = {}
    for cell in line.cells:
        if cell.row != line.number or cell is label or is_blank(cell.text) or len(cell.text) > 40:
            continue
        if lexicon.group("t2", cell.text) is not None:
            continue
        key = lexicon.column("t2", cell.text)
        if key is not None and key not in order:
            order.append(key)
            labels[key] = cell.text
            grid[cell.column] = key
    return Header(tuple(order), grid, labels, width=0 if line.exact else len(line.cells)) if order else None


def _has_values(line: Line, words: BindingWords) -> bool:
    return any(cell.row == line.number and is_number(cell.text, words) for cell in line.cells)


def _bind_line(entry: _Entry, table: TableFormat, result: TableResult, words: BindingWords) -> None:
    line, label, key = entry.line, entry.label, entry.row.key
    row = next((item for item in table.rows if item.key == key), None)
    numbers = tuple(squeeze(cell.text) for cell in line.cells if cell.column > label.column and is_number(cell.text, words))
    if row is None:
        if numbers:
            result.unplaced.append(Unplaced(text=label.text, values=numbers, table="t2", location=line.location))
        return
    if key in result.rows:
        earlier = [fact for path, fact in result.facts.items() if path.startswith(f"t2.{key}.")]
        if numbers and any(fact.state != "blank" for fact in earlier):
            result.unplaced.append(Unplaced(text=label.text, values=numbers, table="t2", duplicate_of=f"t2.{key}", location=line.location))
            return
        for fact in earlier:
            result.facts.pop(fact.key, None)
    header = entry.header if entry.header is not None and _fits(entry.header, row, table) else None
    header = header or supposed_header(table, row.columns)
    placed = values_after(line, label, header, words)
    placed = placed if placed is not None else _merged_value(line, label, header)
    if placed is None and header.order != row.columns:
        supposed = supposed_header(table, row.columns)
        placed = values_after(line, label, supposed, words)
        header = supposed if placed is not None else header
    if key not in result.rows:
        result.rows.append(key)
    result.labels.setdefault(f"row:{key}", label.text)
    confidence = min(entry.row.confidence, header.confidence)
    for column in header.order:
        if column not in row.columns:
            cell = placed.get(column) if placed else None
            if cell is not None and is_number(cell.text, words):
                result.unplaced.append(Unplaced(text=label.text, values=(squeeze(cell.text),), table="t2", location=cell.location))
            continue
        if column not in result.columns:
            result.columns.append(column)
            if column in header.labels:
                result.labels.setdefault(f"column:{column}", header.labels[column])
        path = f"t2.{key}.{column}"
        cell = placed.get(column) if placed else None
        if cell is None or (cell.row < line.number and not is_blank(cell.text)):
            result.add(unread_fact(path, line.text, line.location))
        else:
            result.add(make_fact(path, cell, words, confidence))
    if placed is None or any(cell is None for cell in placed.values()):
        result.problems.append(
            Problem(code="BIND-ROW", details={"row": squeeze(label.text)[:40], "text": line.text[:80]}, location=line.location)
        )


def _fits(header: Header, row: Row, table: TableFormat) -> bool:
    """Whether the header above belongs to this row's block: a block without its own header keeps the form's columns."""
    known = {column.key for column in table.columns}
    return any(key in row.columns for key in header.order) and all(key in known for key in header.order)


def _merged_value(line: Line, label: Cell, header: Header) -> dict[str, Cell | None] | None:
    """One value for one column, whatever empty cells surround it."""
    after = [cell for cell in line.cells if cell.column > label.column]
    printed = [cell for cell in after if not is_blank(cell.text)]
    if len(header.order) == 1 and len(printed) == 1:
        return {header.order[0]: printed[0]}
    if len(header.order) == 1 and not printed and after:
        return {header.order[0]: after[0]}
    return None
