"""A cell a line: rows rebuilt by counting the lines between labels, empty lines being empty cells (formats.md §5).

Blank lines mean cells only where the count agrees over the whole table: each row has as many lines as the table has columns, what is left
over is empty and always of the same length before labels of the same depth (the cells of labels merged over rows, a line between rows).
Where it does not agree nothing is guessed: the caller falls back on what is printed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from auditor.bind.lexicon import Entry, Lexicon
from auditor.bind.readings import is_number
from auditor.model.binding import BindingWords
from auditor.model.document import Paragraph
from auditor.model.source import Location
from auditor.text.chars import squeeze

Token = tuple[str, Location]

_MOST_LEFT_OVER = 3
"""Empty cells of merged labels before a row: at most the three label columns of the form."""
_OUTCOME = "outcome"


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


def counted_rows(run: Sequence[Paragraph], after: int | None, lexicon: Lexicon, words: BindingWords) -> list[list[Token]] | None:
    """The rows of a run of lines that begins with a label, or ``None`` where counting does not agree.

    ``after`` is the line (from 1) of what follows the run, ``None`` at the end of the file. Header labels come as one row for each line
    of them; a row is its labels and exactly as many cells as its table has columns.
    """
    gaps = _gaps(run, after)
    if gaps is None:
        return None
    pieces = _pieces(run, gaps, lexicon, words)
    if pieces is None:
        return None
    rows: list[list[Token]] = []
    for table, stretch in _stretches(pieces):
        made = _remedies(stretch, lexicon) if table == "t4" else _labelled(table, stretch, lexicon, words)
        if made is None:
            return None
        rows += made
    return rows


def _gaps(run: Sequence[Paragraph], after: int | None) -> list[int | None] | None:
    """Empty lines after each line of the run. Where all lines are parted by the same number of empty ones, those count for nothing."""
    lines = [paragraph.location.line for paragraph in run]
    found: list[int | None] = []
    for paragraph, line, following in zip(run, lines, [*lines[1:], after], strict=True):
        if line is None or (following is None and paragraph is not run[-1]):
            return None
        found.append(None if following is None else following - line - paragraph.text.count("\n"))
    inner = [distance for distance in found[:-1] if distance is not None]
    period = max(1, min(inner, default=1))
    if any(distance % period for distance in inner):
        return None
    return [None if distance is None else max(0, distance // period - 1) for distance in found]


def _pieces(run: Sequence[Paragraph], gaps: Sequence[int | None], lexicon: Lexicon, words: BindingWords) -> list[_Piece] | None:
    pieces: list[_Piece] = []
    label: tuple[Token, tuple[Entry, ...]] | None = None
    slots: list[Token] = []
    for paragraph, gap in zip(run, gaps, strict=True):
        text, place = paragraph.text.strip(), paragraph.location
        entries = () if is_number(text, words) else lexicon.look_up(text)
        if entries:
            if label is not None:
                pieces.append(_Piece(*label, tuple(slots), last=False))
            label, slots = ((text, place), entries), []
        elif len(text.split()) > 1 and not is_number(text, words):
            return None  # several cells on the line
        else:
            slots.append((text, place))
        slots += [("", place)] * (gap or 0)
    if label is None:
        return None
    pieces.append(_Piece(*label, tuple(slots), last=gaps[-1] is None))
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
    draft = _Draft([], {}, [])
    header: list[Token] = []
    names: set[str] = set()
    columns = 0
    lead: list[Token] = []
    began = False
    for number, piece in enumerate(pieces):
        following = pieces[number + 1] if number + 1 < len(pieces) else None
        if _heads(table, piece, began):
            names = names if header else set()
            named = _columns(table, piece, words)
            if named is None:
                return None
            names |= named
            columns = len(names)
            began = began and table == "t3"
            header.append(piece.label)
            continue
        began = True
        if header:
            draft.rows += _header_rows(table, header, lexicon)
            header = []
        columns = columns or _supposed_columns(table, pieces, lexicon)
        if not columns:
            return None
        if not piece.slots and piece.of(table, "group"):
            lead.append(piece.label)
            continue
        if not _rows_of(piece, lead, columns, following, table, draft, words):
            return None
        lead = []
    if header or lead:
        draft.rows += [header] if header else [lead]
    return draft.rows if _agrees(draft) else None


def _heads(table: str, piece: _Piece, began: bool) -> bool:
    """Whether a label belongs to a header. Column labels of table 3 that rows have too (其他, 总计) do so only above the first row."""
    rows, groups = piece.of(table, "row"), piece.of(table, "group")
    if table == "t3":
        above = any(entry.key in ("applicants", "legal_person", "label_header") for entry in groups)
        return above or (bool(piece.of(table, "column")) and (not began or not rows))
    return not rows and (table == "t2" or not began or not groups)


def _columns(table: str, piece: _Piece, words: BindingWords) -> set[str] | None:
    """Columns that a header label and the unknown labels after it stand for (halves of one label for one); ``None`` for no header."""
    others = [squeeze(text) for text, _ in piece.slots if text]
    if any(is_number(text, words) for text in others):
        return None
    if table == "st":
        named = {entry.key for entry in piece.entries if entry.table == table and (entry.kind == "column" or entry.key == "unit")}
        return named | set(others)
    if table == "t2" and any(text not in words.subtotal for text in others):
        return None
    return {entry.key for entry in piece.of(table, "column")} | {text for text in others if text in words.subtotal}


def _supposed_columns(table: str, pieces: Sequence[_Piece], lexicon: Lexicon) -> int:
    """Columns where no header is printed: those of the form for table 3, for statistics as many as most rows have, none else."""
    if table == "t3":
        return len({entry.key for entries in lexicon.entries.values() for entry in entries if entry[:2] == ("t3", "column")})
    lengths = Counter(len(piece.slots) for piece in pieces if table == "st" and piece.of(table, "row") and piece.slots)
    return lengths.most_common(1)[0][0] if lengths else 0


def _header_rows(table: str, header: Sequence[Token], lexicon: Lexicon) -> list[list[Token]]:
    """Titles of blocks on rows of their own, the other labels of a header together."""
    rows: list[list[Token]] = []
    for token in header:
        group = lexicon.group(table, token[0])
        if rows and (table != "t2" or group is None or group == "label_header") and not (table == "t2" and _is_title(rows[-1], lexicon)):
            rows[-1].append(token)
        else:
            rows.append([token])
    return rows


def _is_title(row: Sequence[Token], lexicon: Lexicon) -> bool:
    return len(row) == 1 and lexicon.group("t2", row[0][0]) not in (None, "label_header")


def _rows_of(
    piece: _Piece, lead: list[Token], columns: int, following: _Piece | None, table: str, draft: _Draft, words: BindingWords
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
                draft.left.setdefault(_depth(table, following), set()).add(empty)
            return True
        if is_number(slots[0][0], words):
            return False
        draft.left.setdefault(_depth(table, piece), set()).add(empty)
        labels = [slots.pop(0)]
        if not any(text for text, _ in slots) and table == "st":
            draft.rows.append(labels)  # the title of a chapter
            return True


def _depth(table: str, piece: _Piece) -> int:
    """How many labels can stand before this one in its row: 0 for a title, 1 or 2 for what stands under it."""
    if table != "t3":
        return int(bool(piece.of(table, "row")))
    parents = {entry.parent for kind in ("row", "group") for entry in piece.of(table, kind)}
    return 2 if parents - {None, _OUTCOME} else 1 if _OUTCOME in parents else 0


def _agrees(draft: _Draft) -> bool:
    """Whether what is left over depends on the depth of the next label alone, and not every row ends in an empty cell."""
    if draft.ends and all(draft.ends):
        return False  # the last column may be missing and the empty lines part the rows
    return all(len(found) == 1 and max(found) <= _MOST_LEFT_OVER for found in draft.left.values())


def _remedies(pieces: Sequence[_Piece], lexicon: Lexicon) -> list[list[Token]] | None:
    """Table 4: header labels, and as many cells under them as results are named."""
    rows: list[list[Token]] = []
    header: list[Token] = []
    outcomes = 0
    for piece in pieces:
        header.append(piece.label)
        outcomes += bool(piece.of("t4", "column"))
        filled = max((place for place, (text, _) in enumerate(piece.slots, start=1) if text), default=0)
        ends_header = piece.of("t4", "column") and outcomes in (5, 15) and len(piece.slots) >= outcomes
        if not filled and piece is not pieces[-1] and not ends_header:
            continue  # empty cells between labels belong to the header
        values = list(piece.slots[:outcomes])
        if outcomes not in (5, 10, 15) or filled > outcomes or (len(values) < outcomes and not piece.last):
            return None
        rows += [header, values]
        header, outcomes = [], 0
    return [*rows, header] if header else rows
