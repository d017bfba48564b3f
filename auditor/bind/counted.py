"""A cell a line: rows rebuilt by counting the cells between labels, empty lines being empty cells (formats.md §5).

Empty lines mean cells only where the count agrees over the whole table: each row has as many lines as the table has columns, what is left
over is empty and always of the same length before labels of the same depth (the cells of labels merged over rows, a line between rows).
Where it does not agree nothing is guessed: the caller falls back on what is printed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.bind.axes import Axes
from auditor.bind.lexicon import Entry, Lexicon
from auditor.model.binding import BindingWords
from auditor.model.document import Paragraph
from auditor.model.source import Location
from auditor.text.chars import squeeze
from auditor.text.tokens import are_numbers, is_number

Token = tuple[str, Location]

_MOST_LEFT_OVER = 3
"""Empty cells of merged labels before a row: at most the three label columns of the form."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A label and the lines after it up to the next label, empty ones as ``""``. ``last``: how many lines follow is not known."""

    label: Token
    entries: tuple[Entry, ...]
    slots: tuple[Token, ...]
    last: bool

    def of(self, table: str, kind: str) -> list[Entry]:
        return [entry for entry in self.entries if entry.table == table and entry.kind == kind]


@dataclass(slots=True)
class _Draft:
    """Rows as they are found; ``left``: the numbers of empty lines left over before a label, by the label's depth; ``ends``: rows whose
    last cell is empty.
    """

    rows: list[list[Token]]
    left: dict[int, set[int]]
    ends: list[bool]


def counted_rows(cells: Sequence[Token], open_end: bool, lexicon: Lexicon, words: BindingWords) -> list[tuple[list[list[Token]], bool]]:
    """Rows of cells in reading order, the first of them a label, empty ones as ``""``: for each table in turn its rows, and whether they
    were counted. Where counting does not agree, the cells of the table come as one row, to be put into rows otherwise.

    ``open_end``: how many empty cells the last row ends in is not known. Header labels come as one row for each line of them; a counted row
    is its labels and exactly as many cells as its table has columns.
    """
    found: list[tuple[list[list[Token]], bool]] = []
    for table, stretch in _stretches(_pieces(cells, open_end, lexicon, words)):
        rows = _single_row(stretch, lexicon.axes[table]) if lexicon.axes[table].is_single_row else _labelled(table, stretch, lexicon, words)
        if rows is None:
            found.append(([[token for piece in stretch for token in (piece.label, *piece.slots)]], False))
        else:
            found.append((rows, True))
    return found


def lines_as_cells(run: Sequence[Paragraph], after: int | None, lexicon: Lexicon, words: BindingWords) -> list[Token] | None:
    """Lines as cells with the empty lines between them, or ``None`` where lines hold several cells or have no numbers.

    ``after`` is the line (from 1) of what follows the run, ``None`` at the end of the file. Where all lines are parted by the same number
    of empty ones, those count for nothing.
    """
    gaps = _gaps(run, after)
    if gaps is None:
        return None
    cells: list[Token] = []
    for paragraph, gap in zip(run, gaps, strict=True):
        text = paragraph.text.strip()
        several = are_numbers(text, words) if is_number(text, words) else len(text.split()) > 1 and not lexicon.look_up(text)
        if several:
            return None
        cells += [(text, paragraph.location), *[("", paragraph.location)] * gap]
    return cells


def _gaps(run: Sequence[Paragraph], after: int | None) -> list[int] | None:
    lines = [paragraph.location.line for paragraph in run]
    if any(line is None for line in lines):
        return None
    ends = [(line or 0) + paragraph.text.count("\n") for line, paragraph in zip(lines, run, strict=True)]
    distances = [(following or 0) - end for end, following in zip(ends, lines[1:], strict=False)]
    period = max(1, min(distances, default=1))
    if any(distance % period for distance in distances):
        return None
    last = after - ends[-1] if after is not None else period
    return [max(0, distance // period - 1) for distance in [*distances, last]]


def _pieces(cells: Sequence[Token], open_end: bool, lexicon: Lexicon, words: BindingWords) -> list[_Piece]:
    starts = [at for at, (text, _) in enumerate(cells) if text and not is_number(text, words) and lexicon.look_up(text)]
    pieces = []
    for start, end in zip(starts, [*starts[1:], len(cells)], strict=True):
        entries = lexicon.look_up(cells[start][0])
        pieces.append(_Piece(cells[start], entries, tuple(cells[start + 1 : end]), last=open_end and end == len(cells)))
    return pieces


def _stretches(pieces: Sequence[_Piece]) -> list[tuple[str, list[_Piece]]]:
    """Consecutive pieces of one table; labels that several tables have (其他, 总计) go with those before them."""
    owners: list[str | None] = []
    for piece in pieces:
        tables = {entry.table for entry in piece.entries}
        owners.append(tables.pop() if len(tables) == 1 else owners[-1] if owners else None)
    first = next((owner for owner in owners if owner), "")
    found: list[tuple[str, list[_Piece]]] = []
    for piece, owner in zip(pieces, owners, strict=True):
        table = owner or first
        if not found or found[-1][0] != table:
            found.append((table, []))
        found[-1][1].append(piece)
    return found


def _labelled(table: str, pieces: Sequence[_Piece], lexicon: Lexicon, words: BindingWords) -> list[list[Token]] | None:
    """Tables 2 and 3 and the statistical table: rows under their labels."""
    axes = lexicon.axes[table]
    draft = _Draft([], {}, [])
    header: list[Token] = []
    names: set[str] = set()
    columns = 0
    lead: list[Token] = []
    began = False
    for number, piece in enumerate(pieces):
        following = pieces[number + 1] if number + 1 < len(pieces) else None
        if _heads(axes, piece, began):
            names = names if header else set()
            named = _columns(axes, piece, words)
            if named is None:
                return None
            names |= named
            columns = len(names)
            began = began and axes.is_crossed
            header.append(piece.label)
            continue
        began = True
        if header:
            draft.rows += _header_rows(axes, header, lexicon)
            header = []
        columns = columns or _supposed_columns(axes, pieces)
        if not columns:
            return None
        if not piece.slots and piece.of(table, "group"):
            lead.append(piece.label)
            continue
        if not _rows_of(piece, lead, columns, following, axes, draft, words):
            return None
        lead = []
    if header or lead:
        draft.rows += [header] if header else [lead]
    return draft.rows if _agrees(draft) else None


def _heads(axes: Axes, piece: _Piece, began: bool) -> bool:
    """Whether a label belongs to a header. Column labels of table 3 that rows have too (其他, 总计) do so only above the first row."""
    rows, groups = piece.of(axes.id, "row"), piece.of(axes.id, "group")
    if axes.is_crossed:
        above = any(entry.key in axes.over_columns for entry in groups)
        return above or (bool(piece.of(axes.id, "column")) and (not began or not rows))
    return not rows and (axes.is_stacked or not began or not groups)


def _columns(axes: Axes, piece: _Piece, words: BindingWords) -> set[str] | None:
    """Columns that a header label and the unknown labels after it stand for (halves of one label for one); ``None`` for no header."""
    others = [squeeze(text) for text, _ in piece.slots if text]
    if any(is_number(text, words) for text in others):
        return None
    if axes.has_one_column:  # columns beside the labels (单位) count, their own head does not
        beside = axes.corners[1:]
        named = {entry.key for entry in piece.entries if entry.table == axes.id and (entry.kind == "column" or entry.key in beside)}
        return named | set(others)
    if axes.is_stacked and any(text not in words.subtotal for text in others):
        return None
    return {entry.key for entry in piece.of(axes.id, "column")} | {text for text in others if text in words.subtotal}


def _supposed_columns(axes: Axes, pieces: Sequence[_Piece]) -> int:
    """Columns where no header is printed: those of the form for table 3, for statistics as many as most rows have, none else."""
    if axes.is_crossed:
        return len({column.key for form in axes.formats.values() for column in form.columns})
    lengths = Counter(len(piece.slots) for piece in pieces if axes.has_one_column and piece.of(axes.id, "row") and piece.slots)
    return lengths.most_common(1)[0][0] if lengths else 0


def _header_rows(axes: Axes, header: Sequence[Token], lexicon: Lexicon) -> list[list[Token]]:
    """Titles of blocks on rows of their own, the other labels of a header together."""
    rows: list[list[Token]] = []
    for token in header:
        after_title = axes.is_stacked and len(rows) > 0 and _is_title(rows[-1], axes, lexicon)
        if rows and not after_title and not (axes.is_stacked and lexicon.group(axes.id, token[0]) in axes.over_rows):
            rows[-1].append(token)
        else:
            rows.append([token])
    return rows


def _is_title(row: Sequence[Token], axes: Axes, lexicon: Lexicon) -> bool:
    return len(row) == 1 and lexicon.group(axes.id, row[0][0]) in axes.over_rows


def _rows_of(
    piece: _Piece, lead: list[Token], columns: int, following: _Piece | None, axes: Axes, draft: _Draft, words: BindingWords
) -> bool:
    """Adds the row of a label, and rows of labels unknown to the form that stand after it. Answers whether the lines are enough."""
    label: Token = piece.label
    slots = list(piece.slots)
    labels = [*lead, label]
    while True:
        values, slots = slots[:columns], slots[columns:]
        if len(values) < columns and not (piece.last and following is None):
            return False
        draft.rows.append([*labels, *values])
        draft.ends.append(len(values) == columns and not values[-1][0])
        empty = 0
        while slots and not slots[0][0]:
            slots.pop(0)
            empty += 1
        if not slots:
            if following is not None:
                draft.left.setdefault(_depth(axes, following), set()).add(empty)
            return True
        if is_number(slots[0][0], words):
            return False
        draft.left.setdefault(_depth(axes, piece), set()).add(empty)
        labels = [slots.pop(0)]
        if not any(text for text, _ in slots) and axes.has_one_column:
            draft.rows.append(labels)  # the title of a chapter
            return True


def _depth(axes: Axes, piece: _Piece) -> int:
    """How many labels can stand before this one in its row: 0 for a title, 1 or 2 for what stands under it."""
    if not axes.is_crossed:
        return int(bool(piece.of(axes.id, "row")))
    return max((axes.depth(entry.parent) for kind in ("row", "group") for entry in piece.of(axes.id, kind)), default=0)


def _agrees(draft: _Draft) -> bool:
    """Whether what is left over depends on the depth of the next label alone, and not every row ends in an empty cell."""
    if draft.ends and all(draft.ends):
        return False  # the last column may be missing and the empty lines part the rows
    return all(len(found) == 1 and max(found) <= _MOST_LEFT_OVER for found in draft.left.values())


def _single_row(pieces: Sequence[_Piece], axes: Axes) -> list[list[Token]] | None:
    """A table of one row: header labels, and as many cells under them as columns are named."""
    sizes = list(axes.blocks.values())
    counts = {sum(sizes[:number]) for number in range(1, len(sizes) + 1)}
    rows: list[list[Token]] = []
    header: list[Token] = []
    outcomes = 0
    for piece in pieces:
        header.append(piece.label)
        outcomes += bool(piece.of(axes.id, "column"))
        filled = max((place for place, (text, _) in enumerate(piece.slots, start=1) if text), default=0)
        ends_header = piece.of(axes.id, "column") and outcomes in (sizes[0], sum(sizes)) and len(piece.slots) >= outcomes
        if not filled and piece is not pieces[-1] and not ends_header:
            continue  # empty cells between labels belong to the header
        values = list(piece.slots[:outcomes])
        if outcomes not in counts or filled > outcomes or (len(values) < outcomes and not piece.last):
            return None
        rows += [header, values]
        header, outcomes = [], 0
    return [*rows, header] if header else rows
