"""Table 3 (收到和处理政府信息公开申请情况): lines → facts ``t3.<row>.<column>``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from auditor.bind.header import Header, read_header, supposed_header
from auditor.bind.layouts import also_groups, likeliest, telling_rows
from auditor.bind.lexicon import Lexicon, Match, label_forms
from auditor.bind.lines import Line, is_numbering, printed_cells
from auditor.bind.readings import is_number, looks_like_value
from auditor.bind.result import TableResult, make_fact, unread_fact
from auditor.bind.values import label_without_values, values_after, values_in_label
from auditor.model.binding import BindingWords
from auditor.model.document import Cell, Table
from auditor.model.formats import TableFormat
from auditor.model.report import TableFound, Unplaced
from auditor.model.source import Problem
from auditor.text.chars import is_blank, label_key, squeeze


@dataclass(frozen=True, slots=True)
class _Named:
    """A line and what its labels say: the row, the cell of the label, the group it stands in."""

    line: Line
    row: Match | None
    label: Cell | None
    group: str | None


def bind_requests(
    lines: Sequence[Line], formats: dict[str, TableFormat], expected: str | None, lexicon: Lexicon, words: BindingWords
) -> TableResult:
    """Bind the lines of table 3. ``formats`` by layout; ``expected`` is the layout of the report's year, used where no line tells."""
    result = TableResult()
    table = formats[expected] if expected in formats else list(formats.values())[-1]
    note = _corner_note(lines, words)
    header: Header | None = None
    pending: list[Line] = []
    group: str | None = None
    named: list[tuple[_Named, Header | None]] = []
    last_table: Table | None = None
    for line in lines:
        if line.table is not last_table:
            if last_table is not None and header is not None and line.exact:
                header = Header(header.order, {}, header.labels, header.confidence)  # another grid: columns by order only
            last_table = line.table
        if pending and next(printed_cells(line), None) is None:
            continue  # an empty part of header cells that a page end cut
        entry = _name(line, group, lexicon, words)
        if _is_header(line, entry, lexicon, words) or (pending and _continues_header(line, entry, lexicon, words)):
            group = None
            pending.append(line)
            continue
        if pending:
            header = read_header(pending, table, lexicon, words.subtotal) or header
            pending = []
        group = entry.group
        named.append((entry, header))
    layout, mixed = _layout([entry for entry, _ in named], formats, expected, words)
    table = formats[layout]
    joined = _joined(named, lexicon, words)
    fitting = _fitting(joined, words)
    for entry, columns in joined:
        own = columns if columns is not None and id(columns) in fitting else None
        _bind_line(entry, own or supposed_header(table, [column.key for column in table.columns]), table, result, words)
    if result.rows:
        first = lines[0]
        result.found = TableFound(
            id="t3",
            layout=layout,
            rows=tuple(result.rows),
            columns=tuple(result.columns),
            labels=result.labels,
            mixed=mixed,
            note=note,
            confidence=min((fact.confidence for fact in result.facts.values()), default=1.0),
            location=first.table.location,
        )
    return result


def _fitting(named: Sequence[tuple[_Named, Header | None]], words: BindingWords) -> set[int]:
    """The headers (by identity) that at least one row of printed numbers fits, or that no such row follows.

    A header of which only a part was recognised fits none; empty rows must not be read by it.
    """
    fits: dict[int, bool] = {}
    for entry, header in named:
        if header is None or entry.row is None or entry.label is None or not _has_values(entry.line, words) or fits.get(id(header)):
            continue
        fits[id(header)] = values_after(entry.line, entry.label, header, words) is not None
    return {id(header) for _, header in named if header is not None and fits.get(id(header), True)}


def _name(line: Line, group: str | None, lexicon: Lexicon, words: BindingWords) -> _Named:
    """Read the labels of a line from left to right, up to its first value."""
    row: Match | None = None
    label: Cell | None = None
    own_group: str | None = None
    may_be_group = False
    texts: list[str] = []
    for cell in line.cells:
        if is_blank(cell.text):
            continue
        if label is not None and looks_like_value(cell.text, words):
            break
        if is_number(cell.text, words):
            if not texts and is_numbering(line, cell, words):
                continue
            break
        text = label_without_values(cell.text)
        texts.append(text)
        found_group = lexicon.group("t3", text)
        if found_group is not None:
            own_group = found_group
            group = found_group
        match = lexicon.row("t3", text, group) or (lexicon.row("t3", "".join(texts), group) if len(texts) > 1 else None)
        if match is not None and (row is None or may_be_group or match.exact or not row.exact):
            row, label, may_be_group = match, cell, found_group is not None
    if (
        row is not None
        and own_group is None
        and row.key in ("new_received", "carried_over", "carried_forward", "result_total", "granted", "partial")
    ):
        group = "outcome" if row.key in ("granted", "partial", "result_total") else None
    return _Named(line, row, label, group)


def _is_header(line: Line, entry: _Named, lexicon: Lexicon, words: BindingWords) -> bool:
    """Whether a line names columns or the groups above them. One label alone may be a row as well (其他, 总计): two may not."""
    cells = [cell for cell in printed_cells(line) if len(cell.text) <= 40]
    if any(is_number(cell.text, words) for cell in cells):
        return False
    columns = {key for cell in cells if (key := lexicon.column("t3", cell.text)) is not None}
    groups = sum(1 for cell in cells if lexicon.group("t3", cell.text) in ("applicants", "legal_person"))
    return len(columns) >= 2 or groups > 0 or (entry.row is None and len(columns) == 1 and len(cells) <= 2)


def _continues_header(line: Line, entry: _Named, lexicon: Lexicon, words: BindingWords) -> bool:
    """Whether a line below a header goes on with it: words cut over several lines (总 / 计), but neither a row nor a value."""
    cells = list(printed_cells(line))
    if (entry.row is not None and _has_cells(entry)) or not cells or any(looks_like_value(cell.text, words) for cell in cells):
        return False
    return all(lexicon.group("t3", cell.text) in (None, "applicants", "legal_person") for cell in cells)


def _layout(
    entries: Sequence[_Named], formats: Mapping[str, TableFormat], expected: str | None, words: BindingWords
) -> tuple[str, tuple[str, ...]]:
    """The layout told by the rows that not every layout has, and the labels of those that belong to another one."""
    telling, ambiguous = telling_rows(formats), also_groups(formats)
    printed: dict[str, str] = {}
    for entry in entries:
        if entry.row is None or entry.label is None or entry.row.key not in telling or entry.row.key in printed:
            continue
        in_doubt = entry.row.key in ambiguous
        if any(is_number(cell.text, words) for cell in entry.line.cells) if in_doubt else _has_cells(entry):
            printed[entry.row.key] = squeeze(entry.label.text)
    votes: Counter[str] = Counter()
    for key in printed:
        for layout in telling[key]:
            votes[layout] += 1 if key in ambiguous else 2
    chosen = likeliest(votes, formats, expected)
    return chosen, tuple(label for key, label in printed.items() if chosen not in telling[key])


def _has_cells(entry: _Named) -> bool:
    """Whether anything, be it an empty cell, is printed right of the label: a label alone (其他) may be a stray column head."""
    return entry.label is not None and any(cell.column > entry.label.column for cell in entry.line.cells)


def _joined(named: Sequence[tuple[_Named, Header | None]], lexicon: Lexicon, words: BindingWords) -> list[tuple[_Named, Header | None]]:
    """Rows cut by a page end are one row: label and empty cells on one page, the rest of the label with the numbers on the next."""
    joined: list[tuple[_Named, Header | None]] = []
    for entry, header in named:
        if entry.row is None and joined and _has_values(entry.line, words) and not _has_values(joined[-1][0].line, words):
            above = joined[-1][0]
            if above.row is not None and above.row.exact:  # a whole label: its cells are empty, nothing was cut
                joined.append((entry, header))
                continue
            heads = [cell for cell in printed_cells(above.line) if not looks_like_value(cell.text, words)]
            tail = next((cell for cell in printed_cells(entry.line) if not looks_like_value(cell.text, words)), None)
            if heads and tail is not None:
                whole = lexicon.row("t3", heads[-1].text + tail.text, above.group)
                if whole is not None and (above.row is None or above.row.key == whole.key):
                    joined[-1] = (_Named(entry.line, whole, tail, above.group), header)
                    continue
        joined.append((entry, header))
    return joined


def _has_values(line: Line, words: BindingWords) -> bool:
    return any(cell.row == line.number and is_number(cell.text, words) for cell in line.cells)


def _bind_line(entry: _Named, header: Header, table: TableFormat, result: TableResult, words: BindingWords) -> None:
    line, row, label = entry.line, entry.row, entry.label
    known = {item.key for item in table.rows}
    if row is None or label is None or row.key not in known:
        _hand_on(entry, known, table, result, words)
        return
    if row.key in result.rows:
        if not _replaces_blank(row.key, line, result, words):
            values = tuple(squeeze(cell.text) for cell in line.cells if is_number(cell.text, words))
            if values:
                result.unplaced.append(
                    Unplaced(text=label.text, values=values, table="t3", duplicate_of=f"t3.{row.key}", location=line.location)
                )
            return
        for column in table.columns:
            result.facts.pop(f"t3.{row.key}.{column.key}", None)
    if not any(cell.column > label.column for cell in line.cells) and len(label_forms(label.text)) == 1 and not values_in_label(label, 7):
        return  # a column label that stands alone (其他): what is printed of its row we do not know
    placed = values_after(line, label, header, words)
    if placed is None:
        supposed = supposed_header(table, [column.key for column in table.columns])
        placed = values_after(line, label, supposed, words)
        header = supposed if placed is not None else header
    if row.key not in result.rows:
        result.rows.append(row.key)
    result.labels.setdefault(f"row:{row.key}", label.text)
    for key in header.order:
        if key not in result.columns:
            result.columns.append(key)
            if key in header.labels:
                result.labels.setdefault(f"column:{key}", header.labels[key])
    confidence = min(row.confidence, header.confidence)
    for key in header.order:
        path = f"t3.{row.key}.{key}"
        cell = placed.get(key) if placed is not None else None
        if cell is None:
            result.add(unread_fact(path, line.text, line.location))
        elif cell.row < line.number and not is_blank(cell.text):
            result.add(unread_fact(path, cell.text, cell.location))  # one print merged over rows belongs to none of them alone
        else:
            result.add(make_fact(path, cell, words, confidence))
    if placed is None or any(cell is None for cell in placed.values()):
        result.problems.append(
            Problem(code="BIND-ROW", details={"row": squeeze(label.text)[:40], "text": line.text[:80]}, location=line.location)
        )


def _replaces_blank(row: str, line: Line, result: TableResult, words: BindingWords) -> bool:
    """Whether the row was printed before with empty cells only (its first half before a page end)."""
    earlier = [fact for key, fact in result.facts.items() if key.startswith(f"t3.{row}.")]
    return bool(earlier) and all(fact.state == "blank" for fact in earlier) and _has_values(line, words)


def _hand_on(entry: _Named, known: set[str], table: TableFormat, result: TableResult, words: BindingWords) -> None:
    """A line with values that is no row of the form goes to ``unplaced``; captions and empty lines do not."""
    line = entry.line
    values = tuple(squeeze(cell.text) for cell in line.cells if cell.row == line.number and is_number(cell.text, words))
    labels = [cell.text for cell in printed_cells(line) if not is_number(cell.text, words)]
    if not values:
        return
    if all(label_key(label) in ("", label_key(table.note or "")) for label in labels) and not labels:
        text = line.text
    else:
        text = labels[-1] if labels else line.text
    result.unplaced.append(Unplaced(text=text, values=values, table="t3", location=line.location))


def _corner_note(lines: Sequence[Line], words: BindingWords) -> str | None:
    for line in lines:
        for cell in line.cells:
            if any(mark in squeeze(cell.text) for mark in words.corner_note):
                return cell.text
    return None
