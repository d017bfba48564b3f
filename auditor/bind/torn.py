"""Rows of a table without rules whose label was torn: read as several lines, of which one has the figures and the others seem blank.

Such a table's rows are guessed from where things stand. Its blanks are doubtful where they are beside figures that belong to no row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from msgspec import structs

from auditor.bind.axes import Axes
from auditor.bind.lexicon import Lexicon, RowMatch
from auditor.bind.lines import TableLine
from auditor.bind.rows import NamedLine
from auditor.model.binding import BindingWords
from auditor.model.document import Cell
from auditor.text.chars import is_blank
from auditor.text.tokens import is_number

_MOST: Final = 8
"""Lines that one torn label may have become."""


def mended(named: Sequence[NamedLine], axes: Axes, lexicon: Lexicon) -> list[NamedLine]:
    """The lines, those whose labels together are one whole label of the form as one row, with the figures that one of them has."""
    column = _label_column(named)
    if column is None:
        return list(named)
    found: list[NamedLine] = []
    start = 0
    while start < len(named):
        whole = _whole_row(named[start : start + _MOST], column, axes, lexicon)
        found.append(whole[0] if whole is not None else named[start])
        start += whole[1] if whole is not None else 1
    return found


def with_doubts(named: Sequence[NamedLine], words: BindingWords) -> list[NamedLine]:
    """The lines, those of guessed rows in doubt whose blanks may be figures: nothing is read beside their label, while a line next to them
    has figures and names no row, or a digit stands in the label, which is not wholly that of the form.
    """
    found: list[NamedLine] = []
    for place, entry in enumerate(named):
        found.append(entry)
        if entry.row is None or entry.label is None or not _is_guessed(entry.line):
            continue
        after = [cell for cell in entry.line.own if cell.column > entry.label.column]
        empty = bool(after) and all(is_blank(cell.text) for cell in after)
        beside = [*named[max(0, place - 1) : place], *named[place + 1 : place + 2]]
        unnamed = any(other.row is None and _has_figures(other.line, words) for other in beside if other.line.table is entry.line.table)
        inside = not entry.row.exact and any(char.isdigit() for char in entry.label.text.strip()[1:])
        if (empty and unnamed) or (inside and after and is_blank(after[0].text)):
            found[-1] = structs.replace(entry, doubted=True)
    return found


def _label_column(named: Sequence[NamedLine]) -> int | None:
    """The column of a table without rules in which its row labels stand; ``None`` for any other table."""
    columns = Counter(
        entry.label.column
        for entry in named
        if entry.label is not None and entry.row is not None and entry.row.exact and _is_guessed(entry.line)
    )
    return columns.most_common(1)[0][0] if columns else None


def _whole_row(named: Sequence[NamedLine], column: int, axes: Axes, lexicon: Lexicon) -> tuple[NamedLine, int] | None:
    """The row that lines from the first on are together, and of how many it is made; ``None`` where they are no single row."""
    text, figures, labels = "", [], list[Cell]()
    best: tuple[NamedLine, int] | None = None
    for count, entry in enumerate(named, 1):
        label = next((cell for cell in entry.line.printed if cell.column == column), None)
        if label is None or not _is_guessed(entry.line) or entry.line.table is not named[0].line.table:
            break
        labels.append(label)
        text += label.text
        figures += [entry] if any(not is_blank(cell.text) for cell in entry.line.own if cell.column > column) else []
        known = [other for other in lexicon.look_up(text) if other.table == axes.id and other.kind == "row"]
        inside = [other for other in known if other.parent == entry.group]
        keys = {other.key for other in inside or known}
        if count > 1 and len(figures) == 1 and len(keys) == 1:
            (key,) = keys
            alone = (lexicon.row(axes.id, part.text, entry.group) for part in labels)
            if all(row is None or not row.exact or row.key == key for row in alone):
                match = RowMatch(key, min(cell.confidence for cell in labels), True)
                whole = structs.replace(figures[0], row=match, label=_label_of(labels, figures[0], column))
                best = whole, count
    return best


def _label_of(labels: Sequence[Cell], entry: NamedLine, column: int) -> Cell:
    """The whole label, in the place of its part that stands beside the figures."""
    own = next(cell for cell in entry.line.printed if cell.column == column)
    return structs.replace(own, text="\n".join(cell.text for cell in labels))


def _has_figures(line: TableLine, words: BindingWords) -> bool:
    return any(is_number(cell.text, words) for cell in line.printed)


def _is_guessed(line: TableLine) -> bool:
    """Whether the cells of a line were guessed from where things stand, as in tables without rules."""
    return bool(line.own) and all(cell.confidence < 1 for cell in line.own)
