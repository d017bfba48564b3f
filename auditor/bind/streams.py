"""Cells in reading order without a grid → rows of a table, by the labels of the form.

Rows are found *between labels*, never by counting from the start: a row is a label and what follows it up to the next one. Where empty
cells count is told by the table itself: each row has as many cells as the table has columns, what is left over is empty and always of the
same length before labels of the same depth (the cells of labels merged over rows). Where that does not agree nothing is guessed: a row is
then its label and what is printed behind it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from auditor.bind.axes import Axes
from auditor.bind.labels import whole_split
from auditor.bind.lexicon import LabelEntry, Lexicon
from auditor.model.binding import BindingWords
from auditor.model.source import Location
from auditor.text.chars import is_blank, squeeze
from auditor.text.tokens import is_number

Token = tuple[str, Location]
"""What is printed in a cell, empty for an empty one, and where."""

_MOST_LEFT_OVER = 3
"""Empty cells of merged labels before a row: at most the three label columns of the form."""
_HEADER = 4
"""So many labels of columns in a row make it a header."""


class _Piece(Struct, frozen=True):
    """A label and the cells after it up to the next one. ``last``: how many cells follow is not known."""

    label: Token
    entries: tuple[LabelEntry, ...]
    slots: tuple[Token, ...]
    last: bool

    def of(self, table: str, kind: str) -> list[LabelEntry]:
        return [entry for entry in self.entries if entry.table == table and entry.kind == kind]


def rows_of(cells: Sequence[Token], lexicon: Lexicon, words: BindingWords, *, are_cells: bool, open_end: bool) -> list[list[Token]]:
    """The rows of cells in reading order: header labels together, else one or more labels followed by their values.

    ``are_cells``: empty ones are cells of the page; else they are empty lines, which may be none. ``open_end``: how many empty ones
    the last row ends in is not known.
    """
    start = next((at for at, (text, _) in enumerate(cells) if lexicon.look_up(text)), len(cells))
    rows = rows_by_labels(cells[:start], lexicon, words)
    for table, stretch in _stretches(_pieces(cells[start:], open_end, lexicon, words)):
        found = _Count(lexicon.axes[table], lexicon, words).rows_of(stretch)
        if found is None:
            tokens = [token for piece in stretch for token in (piece.label, *piece.slots)]
            found = rows_by_labels([token for token in tokens if are_cells or token[0]], lexicon, words)
        rows += found
    return rows


def _pieces(cells: Sequence[Token], open_end: bool, lexicon: Lexicon, words: BindingWords) -> list[_Piece]:
    starts = [at for at, (text, _) in enumerate(cells) if text and not is_number(text, words) and lexicon.look_up(text)]
    return [
        _Piece(cells[start], lexicon.look_up(cells[start][0]), tuple(cells[start + 1 : end]), last=open_end and end == len(cells))
        for start, end in zip(starts, [*starts[1:], len(cells)], strict=True)
    ]


def _stretches(pieces: Sequence[_Piece]) -> list[tuple[str, list[_Piece]]]:
    """Consecutive pieces of one table; labels that several tables have (其他, 总计) go with those before them."""
    owners: list[str | None] = []
    for piece in pieces:
        tables = {entry.table for entry in piece.entries}
        owners.append(tables.pop() if len(tables) == 1 else owners[-1] if owners else None)
    first = next((owner for owner in owners if owner), "")
    found: list[tuple[str, list[_Piece]]] = []
    for piece, owner in zip(pieces, owners, strict=True):
        if not found or found[-1][0] != (owner or first):
            found.append((owner or first, []))
        found[-1][1].append(piece)
    return found


class _Count:
    """Rows of one table by counting its cells: ``rows`` as they are found; ``left``: numbers of empty cells left over before a label, by
    the label's depth; ``ends``: whether the last cell of a row is empty.
    """

    def __init__(self, axes: Axes, lexicon: Lexicon, words: BindingWords) -> None:
        self.axes, self.lexicon, self.words = axes, lexicon, words
        self.rows: list[list[Token]] = []
        self.left: dict[int, set[int]] = {}
        self.ends: list[bool] = []

    def rows_of(self, pieces: Sequence[_Piece]) -> list[list[Token]] | None:
        """The rows, or ``None`` where the counts do not agree."""
        return self._under_header(pieces) if self.axes.is_single_row else self._under_labels(pieces)

    def _under_labels(self, pieces: Sequence[_Piece]) -> list[list[Token]] | None:
        header: list[Token] = []
        lead: list[Token] = []
        columns: set[str] = set()
        began = False
        for piece, following in zip(pieces, [*pieces[1:], None], strict=True):
            if self._is_header(piece, began):
                named = self._columns(piece)
                if named is None:
                    return None
                columns = columns | named if header else named
                began = began and self.axes.is_crossed
                header.append(piece.label)
                continue
            began = True
            self._add_header(header)
            header = []
            if not piece.slots and piece.of(self.axes.id, "group"):
                lead.append(piece.label)
                continue
            if not self._add_rows(piece, lead, len(columns) or self._supposed_columns(pieces), following):
                return None
            lead = []
        self.rows += [header or lead] if header or lead else []
        return self.rows if self._agrees() else None

    def _is_header(self, piece: _Piece, began: bool) -> bool:
        """Whether a label belongs to a header. Column labels of table 3 that rows have too (其他, 总计) do so only above the first row."""
        rows, groups = piece.of(self.axes.id, "row"), piece.of(self.axes.id, "group")
        if self.axes.is_crossed:
            above = any(entry.key in self.axes.over_columns for entry in groups)
            return above or (bool(piece.of(self.axes.id, "column")) and (not began or not rows))
        return not rows and (self.axes.is_stacked or not began or not groups)

    def _columns(self, piece: _Piece) -> set[str] | None:
        """Columns that a header label and the unknown labels after it stand for (halves of one label for one); ``None`` for no header."""
        others = {squeeze(text) for text, _ in piece.slots if text}
        if any(is_number(text, self.words) for text in others):
            return None
        named = {entry.key for entry in piece.of(self.axes.id, "column")}
        if self.axes.has_one_column:  # columns beside the labels (单位) count, their own head does not
            return named | others | {e.key for e in piece.entries if e.table == self.axes.id and e.key in self.axes.corners[1:]}
        subtotals = others.intersection(self.words.subtotal)
        return None if self.axes.is_stacked and subtotals != others else named | subtotals

    def _supposed_columns(self, pieces: Sequence[_Piece]) -> int:
        """Columns where no header is printed: those of the form for table 3, for statistics as many as most rows have, none else."""
        if self.axes.is_crossed:
            return len({column.key for form in self.axes.formats.values() for column in form.columns})
        lengths = Counter(len(piece.slots) for piece in pieces if piece.of(self.axes.id, "row") and piece.slots)
        return lengths.most_common(1)[0][0] if lengths and self.axes.has_one_column else 0

    def _add_header(self, header: Sequence[Token]) -> None:
        """Titles of blocks on rows of their own, the other labels of a header together."""
        apart = True
        for token in header:
            is_title = self.axes.is_stacked and self.lexicon.group(self.axes.id, token[0]) in self.axes.over_rows
            if apart or is_title:
                self.rows.append([])
            self.rows[-1].append(token)
            apart = is_title

    def _add_rows(self, piece: _Piece, lead: list[Token], columns: int, following: _Piece | None) -> bool:
        """Adds the row of a label, and rows of labels unknown to the form that stand after it. Answers whether the cells are enough."""
        slots, labels = list(piece.slots), [*lead, piece.label]
        while columns:
            values, slots = slots[:columns], slots[columns:]
            if len(values) < columns and not (piece.last and following is None):
                return False
            self.rows.append([*labels, *values])
            self.ends.append(len(values) == columns and not values[-1][0])
            empty = next((at for at, (text, _) in enumerate(slots) if text), len(slots))
            slots = slots[empty:]
            above = piece if slots else following
            if above is not None:
                self.left.setdefault(self._depth(above), set()).add(empty)
            if not slots:
                return True
            if is_number(slots[0][0], self.words):
                return False
            labels = [slots.pop(0)]
            if self.axes.has_one_column and not any(text for text, _ in slots):
                self.rows.append(labels)  # the title of a chapter
                return True
        return False

    def _depth(self, piece: _Piece) -> int:
        """How many labels can stand before this one in its row: 0 for a title, 1 or 2 for what stands under it."""
        rows = piece.of(self.axes.id, "row")
        if not self.axes.is_crossed:
            return int(bool(rows))
        return max((self.axes.depth(entry.parent) for entry in (*rows, *piece.of(self.axes.id, "group"))), default=0)

    def _agrees(self) -> bool:
        """Whether what is left over depends on the depth of the next label alone, and not every row ends in an empty cell: then the last
        column may be missing and the empty cells part the rows.
        """
        if self.ends and all(self.ends):
            return False
        return all(len(found) == 1 and max(found) <= _MOST_LEFT_OVER for found in self.left.values())

    def _under_header(self, pieces: Sequence[_Piece]) -> list[list[Token]] | None:
        """A table of one row: header labels, and as many cells under them as columns are named."""
        sizes = list(self.axes.blocks.values())
        counts = {sum(sizes[:number]) for number in range(1, len(sizes) + 1)}
        header: list[Token] = []
        columns = 0
        for piece in pieces:
            header.append(piece.label)
            is_column = bool(piece.of(self.axes.id, "column"))
            columns += is_column
            filled = max((place for place, (text, _) in enumerate(piece.slots, start=1) if text), default=0)
            ends_header = is_column and columns in (sizes[0], sum(sizes)) and len(piece.slots) >= columns
            if not filled and piece is not pieces[-1] and not ends_header:
                continue  # empty cells between labels belong to the header
            values = list(piece.slots[:columns])
            if columns not in counts or filled > columns or (len(values) < columns and not piece.last):
                return None
            self.rows += [header, values]
            header, columns = [], 0
        return [*self.rows, header] if header else self.rows


def rows_by_labels(tokens: Sequence[Token], lexicon: Lexicon, words: BindingWords) -> list[list[Token]]:
    """Rows of one or more labels followed by their values, whatever their number."""
    rows: list[list[Token]] = []
    values = False
    for text, location in tokens:
        last = rows[-1] if rows else []
        if is_blank(text):
            if last and not _is_header_row(last, lexicon):
                last.append((text, location))
                values = any(entry.kind == "row" for cell, _ in last for entry in lexicon.look_up(cell))
            continue
        if is_number(text, words):
            apart = not last or (not values and _is_header_row(last, lexicon))
            values = True
        elif last and last[-1][0] and not values and len(whole_split([last[-1][0], text], lexicon.is_label)) == 1:
            last[-1] = (last[-1][0] + text, last[-1][1])
            continue
        else:  # the unit of a row stands between its label and its value
            apart = not last or values or not (text in words.units or _continues(last, text, lexicon))
            values = values and not apart
        if apart:
            rows.append([])
        rows[-1].append((text, location))
    return rows


def _is_header_row(row: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether a row names columns only (table 4 has no row labels: its numbers stand alone under the header)."""
    return sum(1 for text, _ in row if any(entry.kind == "column" for entry in lexicon.look_up(text))) >= _HEADER


def _continues(row: Sequence[Token], text: str, lexicon: Lexicon) -> bool:
    """Whether a label goes on in the row above it: column headers follow each other, a group comes before its item."""
    last, here = lexicon.look_up(row[-1][0]), {entry.kind for entry in lexicon.look_up(text)}
    kinds = {entry.kind for entry in last}
    over_columns = any(
        entry.kind == "group" and (entry.key in lexicon.axes[entry.table].blocks or entry.key in lexicon.axes[entry.table].corners)
        for entry in last
    )
    return ("column" in here and ("column" in kinds or over_columns)) or ("group" in kinds and "row" in here)
