"""The binder: lines of one table of the form → facts. It names no table, row or layout; :class:`Axes` says how the table is built.

Three steps. *Name*: what the labels of each line say, and the header above it. *Choose* the layout that the printed labels speak for.
*Assign*: a value belongs to the row whose label stands left of it and the column whose label stands above it; else it is declared unread.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from auditor.bind.axes import Axes
from auditor.bind.headers import Header, read_header, supposed_header
from auditor.bind.lexicon import Lexicon
from auditor.bind.lines import TableLine
from auditor.bind.places import stand_under
from auditor.bind.result import TableResult, make_fact, unread_fact
from auditor.bind.rows import NamedLine, continues_header, has_cells, has_values, is_header, name_line, one_label_each, rejoined
from auditor.bind.single import bind_single_row
from auditor.bind.torn import mended, with_doubts
from auditor.bind.values import Placed, lone_value, only_value, values_after, values_in_label
from auditor.model.axes import cell_key
from auditor.model.binding import BindingWords
from auditor.model.document import Table
from auditor.model.formats import Row, TableFormat
from auditor.model.report import TableFound, Unplaced
from auditor.model.source import Problem
from auditor.text.chars import is_blank, label_key, squeeze
from auditor.text.tokens import is_number


def bind_table(lines: Sequence[TableLine], axes: Axes, expected: str | None, lexicon: Lexicon, words: BindingWords) -> TableResult:
    """Bind the lines of one table, built as ``axes`` say; ``expected`` is the layout of the report's year, used where no label tells."""
    if not lines:
        return TableResult()
    if axes.is_single_row:
        return bind_single_row(lines, axes.formats[axes.likeliest({}, expected)], lexicon, words)
    named = _named(one_label_each(lines, axes, lexicon), axes, lexicon, words)
    layout, mixed = _layout(named, lines, axes, expected, words)
    table = axes.formats[layout]
    result = TableResult()
    joined = with_doubts(mended(rejoined(named, axes, lexicon, words), axes, lexicon), words)
    fitting = _fitting(joined, words)
    every = tuple(column.key for column in table.columns)
    rows = {row.key: (row, supposed_header(row.columns or every)) for row in table.rows}
    for entry in joined:
        fits = entry.header is not None and (axes.is_stacked or id(entry.header) in fitting)
        told = entry if fits or entry.header is None else replace(entry, header=entry.header.in_doubt())
        _bind_line(told, rows, table, axes, result, words)
    _declare_lost(table, result)
    if result.rows:
        result.found = TableFound(
            id=table.id,
            layout=layout,
            rows=tuple(result.rows),
            columns=tuple(result.columns),
            blocks=tuple(dict.fromkeys(entry.group for entry in named if entry.group is not None)) if axes.is_stacked else (),
            labels=result.labels,
            mixed=mixed,
            note=_corner_note(lines, words) if axes.has_note else None,
            confidence=min((fact.confidence for fact in result.facts.values()), default=1.0),
            location=lines[0].table.location,
        )
    return result


def _named(lines: Sequence[TableLine], axes: Axes, lexicon: Lexicon, words: BindingWords) -> list[NamedLine]:
    """The lines that are no header, each with the header above it. In a table of blocks each block has a header of its own."""
    found: list[NamedLine] = []
    header: Header | None = None
    pending: list[TableLine] = []
    shown: list[str] = []  # what the last header says
    group: str | None = None
    last: Table | None = None
    for line in lines:
        if last is not None and line.table is not last and header is not None:
            header = header.of_other_grid()
        last = line.table
        if pending and not line.printed:
            continue  # an empty part of header cells that a page end cut
        entry = name_line(line, group, axes, lexicon, words)
        if axes.is_stacked and entry.group != group:
            group, header, pending = entry.group, None, []
        if is_header(entry, axes, lexicon, words) or (pending and continues_header(entry, axes, lexicon, words)):
            group = group if axes.is_stacked else None
            pending.append(line)
            continue
        if pending:
            before, shown = shown, [above.text for above in pending]
            if shown == before and found and found[-1].line.location.page != pending[0].location.page:
                entry = name_line(line, found[-1].group, axes, lexicon, words)  # printed again on a new page: the group goes on
            table = list(axes.formats.values())[-1]
            header = read_header(pending, table, lexicon, words.subtotal) or header
            pending = []
        group = entry.group
        found.append(replace(entry, header=header))
    return found


def _layout(
    named: Sequence[NamedLine], lines: Sequence[TableLine], axes: Axes, expected: str | None, words: BindingWords
) -> tuple[str, tuple[str, ...]]:
    """The layout told by the labels that not every layout has, and those labels that belong to another one."""
    votes: Counter[str] = Counter()
    marks: dict[str, list[str] | frozenset[str]] = {}  # label as printed → the layouts it speaks for
    for line in lines if axes.fingerprints else ():
        for cell in line.printed:
            text = squeeze(cell.text)
            votes.update(axes.fingerprints.get(text, ()))
            if text in axes.fingerprints:
                marks[text] = axes.fingerprints[text]
    printed: dict[str, str] = {}
    for entry in named if not axes.is_stacked else ():
        if entry.row is None or entry.label is None or entry.row.key not in axes.telling_rows or entry.row.key in printed:
            continue
        doubtful = entry.row.key in axes.rows_named_like_groups
        if any(is_number(cell.text, words) for cell in entry.line.cells) if doubtful else has_cells(entry):
            text = printed[entry.row.key] = squeeze(entry.label.text)
            marks[text] = axes.telling_rows[entry.row.key]
            for layout in marks[text]:
                votes[layout] += 1 if doubtful else 2
    chosen = axes.likeliest(votes, expected)
    return chosen, tuple(text for text, layouts in marks.items() if chosen not in layouts)


def _fitting(named: Sequence[NamedLine], words: BindingWords) -> set[int]:
    """The headers (by identity) that at least one row of printed numbers fits, or that no such row follows.

    A header of which only a part was recognised fits none; empty rows must not be read by it.
    """
    fits: dict[int, bool] = {}
    for entry in named:
        header = entry.header
        if header is None or entry.row is None or entry.label is None or not has_values(entry.line, words) or fits.get(id(header)):
            continue
        fits[id(header)] = values_after(entry.line, entry.label, header, words) is not None
    return {id(entry.header) for entry in named if entry.header is not None and fits.get(id(entry.header), True)}


_Rows = Mapping[str, tuple[Row, Header]]
"""The rows of a form by key, each with the columns it has in the form's order, as a header."""


def _bind_line(entry: NamedLine, rows: _Rows, table: TableFormat, axes: Axes, result: TableResult, words: BindingWords) -> None:
    line, label = entry.line, entry.label
    if entry.row is None or entry.row.key not in rows or label is None:
        _hand_on(line, result, table, words)
        return
    row, supposed = rows[entry.row.key]
    columns = supposed.order
    if row.key in result.rows and not _replaces_blank(table.id, row.key, line, result, words):
        # A cell that spans rows belongs to its first one: a row cut by a page end is not printed twice.
        own = [cell for cell in line.printed if is_number(cell.text, words)]
        if own:
            _, placed = _placed(entry, supposed, table, axes, words)
            ordered = [placed.get(column) for column in columns] if placed is not None else own
            values = tuple("" if cell is None else squeeze(cell.text) if cell.confidence > 0 else "\ufffd" for cell in ordered)
            again = f"{table.id}.{row.key}"
            result.unplaced.append(Unplaced(text=label.text, values=values, table=table.id, duplicate_of=again, location=line.location))
        return
    if not has_cells(entry) and label_key(label.text) in axes.named_like_columns and not values_in_label(label, len(columns)):
        return  # a column label that stands alone (其他): what is printed of its row we do not know
    header, placed = _placed(entry, supposed, table, axes, words)
    if placed is None and axes.has_one_column:
        if not line.exact:  # on a grid a label without a cell is a title across the table
            result.lost.setdefault(row.key, (line, label))
        return
    for column in columns if row.key in result.rows else ():
        result.facts.pop(cell_key(table, row.key, column), None)
    if row.key not in result.rows:
        result.rows.append(row.key)
    result.labels.setdefault(f"row:{row.key}", label.text)
    confidence = min(entry.row.confidence, header.confidence)
    for key in header.order:
        cell = placed.get(key) if placed is not None else None
        if row.columns and key not in row.columns:
            if cell is not None and is_number(cell.text, words):
                result.unplaced.append(Unplaced(text=label.text, values=(squeeze(cell.text),), table=table.id, location=cell.location))
            continue
        if key not in result.columns:
            result.columns.append(key)
            if key in header.labels:
                result.labels.setdefault(f"column:{key}", header.labels[key])
        path = cell_key(table, row.key, key)
        if cell is None or (entry.doubted and is_blank(cell.text)):
            result.add(unread_fact(path, line.text, line.location))
        elif cell.row < line.number and not is_blank(cell.text):
            result.add(unread_fact(path, cell.text, cell.location))  # one print merged over rows belongs to none of them alone
        else:
            result.add(make_fact(path, cell, words, confidence))
    if placed is None or any(cell is None or (entry.doubted and is_blank(cell.text)) for cell in placed.values()):
        _declare(label.text, line, result)


def _placed(entry: NamedLine, supposed: Header, table: TableFormat, axes: Axes, words: BindingWords) -> tuple[Header, Placed | None]:
    """The cells of a row by column, under the header above it or, where that does not fit, under the one the form has."""
    line, label, header, columns = entry.line, entry.label, entry.header, supposed.order
    assert label is not None
    if axes.has_one_column:
        figures = sum(1 for cell in line.printed if is_number(cell.text, words))
        sure = figures <= 1 or (header is not None and bool(header.grid))
        header = header if header is not None and header.certain else supposed
        value = only_value(line, label, header, words)
        return replace(header, confidence=1.0 if sure else 0.7, labels={}), {columns[0]: value} if value is not None else None
    if header is not None and axes.is_stacked:  # a block without a header of its own keeps the form's columns
        known = {column.key for column in table.columns}
        header = header if known.issuperset(header.order) and not set(columns).isdisjoint(header.order) else None
    places = entry.header.places if entry.header is not None else ()
    header = header if header is not None and header.certain else supposed  # which reads nothing that stands under another label
    placed = values_after(line, label, header, words)
    if placed is None and len(header.order) == 1 and (lone := lone_value(line, label)) is not None:
        placed = {header.order[0]: lone}
    if placed is None and header.order != supposed.order:
        placed = values_after(line, label, supposed, words)
        header = supposed if placed is not None else header
    return header, placed if placed is None or stand_under(places, placed) else None


def _replaces_blank(table: str, row: str, line: TableLine, result: TableResult, words: BindingWords) -> bool:
    """Whether the row was printed before with empty cells only (its first half before a page end)."""
    earlier = [fact for key, fact in result.facts.items() if f"{key}.".startswith(f"{table}.{row}.")]
    return bool(earlier) and all(fact.state == "blank" for fact in earlier) and has_values(line, words)


def _hand_on(line: TableLine, result: TableResult, table: TableFormat, words: BindingWords) -> None:
    """A line with values that is no row of the form goes to ``unplaced``; captions and empty lines do not."""
    values = tuple(squeeze(cell.text) for cell in line.printed if is_number(cell.text, words))
    labels = [cell.text for cell in line.printed if not is_number(cell.text, words) and squeeze(cell.text) not in words.units]
    if values:
        result.unplaced.append(Unplaced(text=labels[-1] if labels else line.text, values=values, table=table.id, location=line.location))


def _declare(label: str, line: TableLine, result: TableResult) -> None:
    details = {"row": squeeze(label)[:40], "text": line.text[:80]}
    result.problems.append(Problem(code="BIND-ROW", details=details, location=line.location))


def _declare_lost(table: TableFormat, result: TableResult) -> None:
    """Rows printed without a figure that could be found: unread, never missing without a word."""
    for key, (line, label) in result.lost.items():
        if key not in result.rows:
            for column in table.columns:
                result.add(unread_fact(cell_key(table, key, column.key), line.text, line.location))
            _declare(label.text, line, result)


def _corner_note(lines: Sequence[TableLine], words: BindingWords) -> str | None:
    return next((c.text for line in lines for c in line.cells if any(mark in squeeze(c.text) for mark in words.corner_note)), None)
