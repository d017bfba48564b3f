"""A table whose numbers are told by their columns alone: one line of numbers under a tree of columns, or turned with labels at its left."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.bind.axes import blocks_of
from auditor.bind.headers import Header, column_key, read_header, supposed_header, texts_above
from auditor.bind.lexicon import Lexicon
from auditor.bind.lines import TableLine
from auditor.bind.places import stand_under
from auditor.bind.result import TableResult, make_fact, unread_fact
from auditor.bind.values import values_after
from auditor.model.axes import cell_key, leaves_under
from auditor.model.binding import BindingWords
from auditor.model.formats import TableFormat
from auditor.model.report import TableFound, Unplaced
from auditor.model.source import Problem
from auditor.text.chars import squeeze
from auditor.text.tokens import is_number, looks_like_value


def bind_single_row(lines: Sequence[TableLine], table: TableFormat, lexicon: Lexicon, words: BindingWords) -> TableResult:
    """Bind the lines of such a table, printed as one, as several (one for each group of columns), or turned."""
    result = TableResult()
    waiting: list[TableLine] = []  # a header whose numbers stand in the next table: on the next page
    for part in _by_table(lines):
        if _bind_turned(part, table, result, lexicon, words):
            continue
        for header, data in _runs(part, words):
            if data:
                _bind_upright(header or waiting, data, table, result, lexicon, words)
            waiting = [] if data else header
    if result.facts:
        columns = tuple(column.key for column in table.columns if cell_key(table, "", column.key) in result.facts)
        result.found = TableFound(
            id=table.id,
            layout=table.layout,
            rows=(table.rows[0].key,),
            columns=columns,
            blocks=blocks_of(table, columns),
            labels=result.labels,
            confidence=min(fact.confidence for fact in result.facts.values()),
            location=lines[0].table.location,
        )
    return result


def _by_table(lines: Sequence[TableLine]) -> list[list[TableLine]]:
    parts: list[list[TableLine]] = []
    for line in lines:
        if not parts or parts[-1][0].table is not line.table:
            parts.append([])
        parts[-1].append(line)
    return parts


def _runs(lines: Sequence[TableLine], words: BindingWords) -> list[tuple[list[TableLine], list[TableLine]]]:
    """Header lines with the lines of numbers under them; groups of columns may follow each other in one table."""
    runs: list[tuple[list[TableLine], list[TableLine]]] = [([], [])]
    for line in lines:
        labels = [cell for cell in line.printed if not looks_like_value(cell.text, words)]
        numbers = [cell for cell in line.printed if is_number(cell.text, words)]
        if labels and len(labels) >= len(numbers):
            if runs[-1][1]:
                runs.append(([], []))
            runs[-1][0].append(line)
        elif line.own and (numbers or not labels):
            runs[-1][1].append(line)
    return [run for run in runs if run != ([], [])]


def _bind_upright(
    lines: Sequence[TableLine], data: Sequence[TableLine], table: TableFormat, result: TableResult, lexicon: Lexicon, words: BindingWords
) -> None:
    """Lines of numbers under header lines; by count and order where no header is printed or its grid is another."""
    numbers = [line for line in data if any(is_number(cell.text, words) for cell in line.printed)]
    header = read_header(lines, table, lexicon, words.subtotal)
    if header is not None and lines[0].table is not data[0].table:
        header = header.of_other_grid()
    for place, line in enumerate(numbers or data[:1]):
        printed = tuple(squeeze(cell.text) for cell in line.cells if is_number(cell.text, words))
        candidates = _candidates(header, lines, table, result)
        fitting = (values_after(line, None, entry, words) for entry in candidates if entry.certain)
        places = header.places if header is not None else ()
        placed = next((found for found in fitting if found is not None and stand_under(places, found)), None)
        if placed is None:
            if printed:
                details = {"row": table.short, "text": line.text[:80]}
                result.problems.append(Problem(code="BIND-ROW", details=details, location=line.location))
                for key in max((entry.order for entry in candidates), key=len, default=()):
                    result.add(unread_fact(cell_key(table, "", key), line.text, line.location))
            continue
        if place > 0 and any(cell_key(table, "", key) in result.facts for key in placed):
            if printed:
                again = Unplaced(text=line.text, values=printed, table=table.id, duplicate_of=table.id, location=line.location)
                result.unplaced.append(again)
            continue
        for key, cell in placed.items():
            if cell is not None:
                result.add(make_fact(cell_key(table, "", key), cell, words, 1.0 if lines else 0.8))


def _candidates(header: Header | None, lines: Sequence[TableLine], table: TableFormat, result: TableResult) -> list[Header]:
    """The headers a line of numbers may stand under, likeliest first: the printed one, the form's columns of the groups it names, and
    without any header all columns of the form, or those of which nothing was printed yet.
    """
    if header is not None:
        groups = blocks_of(table, header.order)
        return [header, supposed_header([key for group in groups for key in leaves_under(table, group)])]
    if lines:
        return []
    every = [column.key for column in table.columns]
    return [supposed_header(every), supposed_header([key for key in every if cell_key(table, "", key) not in result.facts])]


def _bind_turned(lines: Sequence[TableLine], table: TableFormat, result: TableResult, lexicon: Lexicon, words: BindingWords) -> bool:
    """Labels of columns or of their groups at the left of at least two lines: the other half of each key stands in the header."""
    rows: list[TableLine] = []
    for line in lines:
        first = line.printed[0] if line.printed else None
        if first is None or not any(is_number(cell.text, words) for cell in line.cells):
            continue
        if not any(entry.table == table.id and entry.kind in ("column", "group") for entry in lexicon.look_up(first.text)):
            return False
        rows.append(line)
    if len(rows) < 2:
        return False
    above = lines[: lines.index(rows[0])]
    for line in rows:
        first = line.printed[0]
        for cell in line.cells:
            key = column_key(table, [first.text, *texts_above(above, cell.column)], lexicon, words.subtotal) if cell is not first else None
            if key is not None:
                result.add(make_fact(cell_key(table, "", key), cell, words))
    return bool(result.facts)
