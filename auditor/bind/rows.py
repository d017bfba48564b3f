"""What the labels of a line say: the row it is, the group it stands in, or that it is a part of the header."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, structs

from auditor.bind.axes import Axes
from auditor.bind.headers import Header
from auditor.bind.labels import whole_split
from auditor.bind.lexicon import Lexicon, RowMatch
from auditor.bind.lines import TableLine, is_numbering, line_of
from auditor.bind.values import label_without_values
from auditor.model.binding import BindingWords
from auditor.model.document import Cell
from auditor.text.chars import is_blank
from auditor.text.tokens import is_number, looks_like_value

_LONGEST = 40


class NamedLine(Struct, frozen=True):
    """A line and what its labels say: the row, the cell of the label, the row group it stands in; the header above it.

    ``doubted``: its empty cells may be figures that were not found beside its label.
    """

    line: TableLine
    row: RowMatch | None
    label: Cell | None
    group: str | None
    header: Header | None = None
    doubted: bool = False


def name_line(line: TableLine, group: str | None, axes: Axes, lexicon: Lexicon, words: BindingWords) -> NamedLine:
    """Read the labels of a line from left to right, up to its first value. ``group`` is the row group above it."""
    row: RowMatch | None = None
    label: Cell | None = None
    own_group = False
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
        found = lexicon.group(axes.id, text)
        if found in axes.over_rows:
            own_group, group = True, found
        if found is not None and axes.is_stacked:
            continue  # the title of a block is no row
        match = lexicon.row(axes.id, text, group)
        if match is None and row is None and len(texts) > 1:
            match = lexicon.row(axes.id, "".join(texts), group)
        if match is not None and (row is None or may_be_group or match.exact or not row.exact):
            row, label, may_be_group = match, cell, found is not None
    if row is not None and not own_group and not axes.is_stacked and axes.is_outer(row.key):
        group = axes.above.get(row.key)
    return NamedLine(line, row, label, group)


def one_label_each(lines: Sequence[TableLine], axes: Axes, lexicon: Lexicon) -> list[TableLine]:
    """The lines, each with two whole row labels in one cell as two: of the cells beside it those of two printed lines give one to each.

    Of any other it cannot be told which row it belongs to: both rows then come with their label alone, and are declared unread.
    """
    found: list[TableLine] = []
    for line in lines:
        cell = next((cell for cell in line.own if "\n" in cell.text), None)
        halves = whole_split(cell.text.split("\n"), lambda text: _is_row(text, axes, lexicon), "\n") if cell is not None else ()
        if cell is None or len(halves) < 2:
            found.append(line)
            continue
        parts = [other.text.split("\n") if other.column > cell.column else [other.text] * 2 for other in line.cells]
        told = all(len(part) == 2 for other, part in zip(line.cells, parts, strict=True) if other is not cell)
        for place, half in enumerate(halves):
            cells = [
                structs.replace(other, text=half if other is cell else part[place])
                for other, part in zip(line.cells, parts, strict=True)
                if told or other.column <= cell.column
            ]
            found.append(line_of(line.table, line.number, cells))
    return found


def _is_row(text: str, axes: Axes, lexicon: Lexicon) -> bool:
    """Whether a text can be nothing but the label of a row."""
    kinds = {entry.kind for entry in lexicon.look_up(text) if entry.table == axes.id}
    return kinds == {"row"}


def is_header(named: NamedLine, axes: Axes, lexicon: Lexicon, words: BindingWords) -> bool:
    """Whether a line names columns or the groups above them. One label alone may be a row as well (其他, 总计): two may not."""
    cells = [cell for cell in named.line.printed if len(cell.text) <= _LONGEST]
    numbers = sum(1 for cell in cells if is_number(cell.text, words))
    if numbers and named.row is not None:
        return False
    groups = [lexicon.group(axes.id, cell.text) for cell in cells]
    others = [cell for cell, group in zip(cells, groups, strict=True) if group is None]
    columns = {key for cell in others if (key := lexicon.column(axes.id, cell.text)) is not None}
    if numbers:  # of a remark or a column 序号; a row that the form does not have begins with no column
        return numbers <= len(columns) >= (1 if axes.is_stacked else 2)
    if len(columns) >= 2 or any(group in axes.over_columns for group in groups):
        return True
    return named.row is None and len(columns) == 1 and (axes.has_one_column or len(others) <= 2)


def continues_header(named: NamedLine, axes: Axes, lexicon: Lexicon, words: BindingWords) -> bool:
    """Whether a line below a header goes on with it: words cut over several lines (总 / 计), but neither a row nor a value."""
    cells = named.line.printed
    is_row = named.row is not None and (axes.is_stacked or has_cells(named))
    if is_row or not cells or any(looks_like_value(cell.text, words) for cell in cells):
        return False
    return not any(lexicon.group(axes.id, cell.text) in axes.over_rows for cell in cells)


def has_cells(named: NamedLine) -> bool:
    """Whether anything, be it an empty cell, is printed right of the label: a label alone (其他) may be a stray column head."""
    return named.label is not None and named.line.cells[-1].column > named.label.column


def has_values(line: TableLine, words: BindingWords) -> bool:
    """Whether a number, a dash or 无 begins in the line."""
    return any(is_number(cell.text, words) for cell in line.printed)


def rejoined(named: Sequence[NamedLine], axes: Axes, lexicon: Lexicon, words: BindingWords) -> list[NamedLine]:
    """Rows cut by a page end as one row: label and empty cells on one page, the rest of the label with the numbers on the next."""
    found: list[NamedLine] = []
    for entry in named:
        above = found[-1] if found else None
        if entry.row is None and above is not None and has_values(entry.line, words) and not has_values(above.line, words):
            heads = [cell for cell in above.line.printed if not looks_like_value(cell.text, words)]
            tail = next((cell for cell in entry.line.printed if not looks_like_value(cell.text, words)), None)
            cut = above.row is None or not above.row.exact  # under a whole label the cells are empty, nothing was cut
            whole = lexicon.row(axes.id, heads[-1].text + tail.text, above.group) if cut and heads and tail is not None else None
            if whole is not None and (above.row is None or above.row.key == whole.key):
                found[-1] = NamedLine(entry.line, whole, tail, above.group, entry.header)
                continue
        found.append(entry)
    return found
