"""The figures of a table without rules: cells, rows, blocks under a head of their own, and the columns all rows agree on."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from auditor.read.pdf.lines import rows_of, text_of_row
from auditor.read.pdf.pieces import ENUMERATED, FIGURE_START, Piece, follows, goes_over, is_figure, split

_LEVEL = 0.45  # ems between figures of one row
_LIES_OVER = 0.3  # of the width of a column
_FINEST = 0.1  # ems between figures of two columns whose cells stand without space
_FINE = 0.2  # ems that part the labels of two columns with figures below
_WORD_GAP = 0.35  # … without
_HALVES = 1.6  # ems between figures and marks of one column
_SHIFTED = 0.95  # ems between figures of one row that stand on several lines of their cells
_ALONE = 1.35  # … where no label could part them

Span = tuple[float, float]
"""Left and right edge."""


@dataclass(slots=True)
class FigureValue:
    """A cell right of the labels, of one or more lines."""

    pieces: list[Piece]

    @property
    def text(self) -> str:
        """Its lines joined by line breaks."""
        return text_of(self.pieces)

    @property
    def tight(self) -> str:
        """Its text without breaks."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def figure(self) -> bool:
        """Whether it holds a figure, or begins with one and goes on with a note."""
        text = self.tight
        return is_figure(text) or (FIGURE_START.match(text) is not None and not ENUMERATED.match(text) and not text.endswith(("年", "项")))

    @property
    def top(self) -> float:
        """Middle of its first line."""
        return self.pieces[0].y

    @property
    def bottom(self) -> float:
        """Middle of its last line."""
        return self.pieces[-1].y

    @property
    def y(self) -> float:
        """Its middle."""
        return (self.top + self.bottom) / 2

    @property
    def span(self) -> Span:
        """Left and right edge."""
        return min(piece.left for piece in self.pieces), max(piece.right for piece in self.pieces)


@dataclass(slots=True)
class ValueRow:
    """Values on one level; ``head`` says that they name columns, ``sure`` that they are one row beyond doubt."""

    y: float
    values: list[FigureValue]
    head: bool = False
    sure: bool = True


@dataclass(slots=True)
class Block:
    """Rows of figures under one head. ``columns`` are the spans of their columns, ``sure`` whether every row fits them."""

    head: list[ValueRow] = field(default_factory=list)
    rows: list[ValueRow] = field(default_factory=list)
    columns: list[Span] = field(default_factory=list)
    sure: bool = True


def text_of(pieces: Sequence[Piece]) -> str:
    """The text of pieces: their lines joined by line breaks."""
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (piece.y, piece.left)):
        if lines and piece.page is lines[-1][0].page and piece.y - lines[-1][0].y < 0.5 * piece.size:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return "\n".join("".join(text_of_row(row) for row in rows_of([char for piece in line for char in piece.chars])) for line in lines)


def values_of(pieces: Sequence[Piece], pitch: float) -> list[FigureValue]:
    """The cells that pieces right of the labels make: a figure goes on below in brackets or with its unit, words of a head may wrap.

    Digits go on only in cells beside which others have one line.
    """
    found: list[FigureValue] = []
    open_: list[FigureValue] = []
    figures = sorted(piece.y for piece in pieces if piece.figure)
    most = max((_beside(figures, piece) for piece in pieces), default=0)
    for piece in sorted(pieces, key=lambda piece: (round(piece.y, 1), piece.left)):
        open_ = [value for value in open_ if piece.y - value.bottom < 3 * piece.size]
        above = [value for value in open_ if _overlap(value.span, (piece.left, piece.right)) and piece.y - value.bottom > 0.5 * piece.size]
        value = max(above, key=lambda value: value.bottom) if above else None
        if value is not None:
            last = value.pieces[-1]
            between = bisect_right(figures, (last.y + piece.y) / 2 + 0.2 * piece.size) - bisect_left(
                figures, (last.y + piece.y) / 2 - 0.2 * piece.size
            )
            wraps = between > 0 or (follows(last, piece) and 2 * min(_beside(figures, piece), _beside(figures, last)) < most)
            if _goes_on(value, piece, above, pitch, wraps) and not _parts_below(value.pieces[-1], piece, pieces):
                value.pieces.append(piece)
                continue
        fresh = FigureValue([piece])
        found.append(fresh)
        open_.append(fresh)
    return found


def _beside(figures: Sequence[float], piece: Piece) -> int:
    """How many figures stand on the level of a piece."""
    reach = 0.3 * piece.size
    return bisect_right(figures, piece.y + reach) - bisect_left(figures, piece.y - reach)


def _overlap(first: Span, second: Span) -> bool:
    return min(first[1], second[1]) - max(first[0], second[0]) > 0.3 * min(first[1] - first[0], second[1] - second[0])


def _parts_below(upper: Piece, piece: Piece, pieces: Sequence[Piece]) -> bool:
    """Whether a piece is one of several below the upper one, or wider: then the upper stands over columns and does not go on."""
    if upper.figure:
        return False
    below = [
        other
        for other in pieces
        if abs(other.y - piece.y) < 0.5 * piece.size and min(other.right, upper.right) - max(other.left, upper.left) > 0.3 * piece.size
    ]
    return len(below) > 1 or (not follows(upper, piece) and piece.right - piece.left > upper.right - upper.left + 1.2 * piece.size)


def _goes_on(value: FigureValue, piece: Piece, above: Sequence[FigureValue], pitch: float, wraps: bool) -> bool:
    last = value.pieces[-1]
    step = piece.y - last.y
    broken = last.page is not piece.page
    text = value.tight
    tight = step <= 1.12 * pitch + 0.5
    # Words of a head that the file draws one after the other are one cell, however wide its lines are set.
    drawn = follows(last, piece) and step < 1.3 * pitch and (not value.figure or _is_unit(piece.text))
    if not (tight or drawn or broken):
        return False
    if text.count("（") + text.count("(") > text.count("）") + text.count(")"):
        return True
    if broken:
        return False
    if value.figure and piece.text.startswith(("（", "(")):
        return True
    if wraps and value.figure and piece.text.isdigit() and text[-1].isdigit():
        return True
    if value.figure:
        return (not piece.figure and len(piece.text) <= 3 and not is_figure(text + "0")) or (is_figure(text) and _is_unit(piece.text))
    if piece.figure or FIGURE_START.match(piece.text) or ENUMERATED.match(piece.text):
        return False
    beside = [other for other in above if abs(other.bottom - value.bottom) < 0.5 * piece.size]
    return len(beside) == 1 and (drawn or goes_over(last, piece))


def _is_unit(text: str) -> bool:
    return is_figure("1" + text) and not is_figure(text)


def blocks_of(values: Sequence[FigureValue], size: float) -> list[Block]:
    """The blocks of a table from top to bottom: each a head (perhaps none) and the rows below it."""
    rows: list[ValueRow] = []
    single = sorted((value for value in values if value.figure and value.bottom - value.top < 0.3 * size), key=lambda value: value.y)
    for value in single:
        if rows and value.y - rows[-1].values[0].y < _LEVEL * size:
            rows[-1].values.append(value)
        else:
            rows.append(ValueRow(value.y, [value]))
    for row in rows:
        ordered = sorted(value.y for value in row.values)
        row.y = ordered[len(ordered) // 2]
    heads: list[ValueRow] = []
    placed = {id(value) for value in single}
    for value in sorted((value for value in values if id(value) not in placed), key=lambda value: value.y):
        slack = 0.4 * size
        near = [row for row in rows if value.top - slack <= row.y <= value.bottom + slack]
        if near:
            min(near, key=lambda row: abs(row.y - value.y)).values.append(value)
        elif value.figure:
            rows.append(ValueRow(value.y, [value]))
        elif heads and value.y - heads[-1].y < _LEVEL * size:
            heads[-1].values.append(value)
        else:
            heads.append(ValueRow(value.y, [value], head=True))
    return _in_blocks(sorted([*rows, *heads], key=lambda row: row.y))


def _in_blocks(rows: Sequence[ValueRow]) -> list[Block]:
    blocks = [Block()]
    for row in rows:
        row.values.sort(key=lambda value: value.span[0])
        if row.head:
            # A caption begins another block, even below one whose rows are all blank.
            caption = len(row.values) == 1 and ENUMERATED.match(row.values[0].tight)
            if blocks[-1].rows or (caption and any(len(head.values) > 1 for head in blocks[-1].head)):
                blocks.append(Block())
            blocks[-1].head.append(row)
        else:
            blocks[-1].rows.append(row)
    return blocks


def set_columns(blocks: Sequence[Block], size: float, *, labelled: bool) -> None:
    """Find the columns of each block: spans that all its figures stand in, with those of like blocks, and those that only a head names.

    ``size`` is the em in points, ``labelled`` whether labels stand beside the figures.
    """
    for block in blocks:
        _split_joined(block)
        block.columns = _columns(block.rows)
        _add_heads(block)
        _merge_halves(block)
    for block in blocks:
        for other in blocks:
            if other is not block and len(other.columns) == len(block.columns):
                merged = [(min(a[0], b[0]), max(a[1], b[1])) for a, b in zip(block.columns, other.columns, strict=True)]
                if all(before[1] < after[0] for before, after in pairwise(merged)):
                    block.columns = merged
    for block in blocks:
        for row in block.rows:
            row.values = [part for value in row.values for part in _cut(value, block.columns)]
        block.rows = _whole_rows(block, (_SHIFTED if labelled else _ALONE) * size)
        block.sure = all(_fits(row, block.columns) for row in block.rows)


def _cut(value: FigureValue, columns: Sequence[Span]) -> list[FigureValue]:
    """A value, or the values of two columns that stand so close that they were taken for one."""
    if len(value.pieces) > 1 or sum(1 for span in columns if span[0] < value.span[1] and span[1] > value.span[0]) < 2:
        return [value]
    for fine in (_FINE, _FINEST):
        parts = [FigureValue([part]) for part in split(value.pieces[0], fine)]
        places = {place_of(part.span, columns) for part in parts}
        if len(parts) > 1 and len(places) == len(parts):
            return parts
    return [value]


def columns_under(span: Span, columns: Sequence[Span]) -> list[int]:
    """The columns that a cell lies over, by a good part of their width each; more than one where two figures were taken for one."""
    return [place for place, own in enumerate(columns) if min(span[1], own[1]) - max(span[0], own[0]) > _LIES_OVER * (own[1] - own[0])]


def _whole_rows(block: Block, reach: float) -> list[ValueRow]:
    """The rows of a block, with those made one that are too close to be two and fill each other up."""
    whole: list[ValueRow] = []
    for row in block.rows:
        above = whole[-1] if whole else None
        if above is not None and row.y - above.y < reach:
            both = ValueRow(max(above, row, key=lambda item: len(item.values)).y, [*above.values, *row.values])
            if _fits(both, block.columns):
                both.values.sort(key=lambda value: value.span[0])
                whole[-1] = both
                continue
        whole.append(row)
    return whole


def _fits(row: ValueRow, columns: Sequence[Span]) -> bool:
    places = [place_of(value.span, columns) for value in row.values]
    return len(set(places)) == len(places)


def place_of(span: Span, columns: Sequence[Span]) -> int:
    """The column a cell stands in: that which it overlaps most, or else the nearest."""
    return max(range(len(columns)), key=lambda column: min(span[1], columns[column][1]) - max(span[0], columns[column][0]))


def _columns(rows: Sequence[ValueRow]) -> list[Span]:
    """Spans of the columns: what overlaps stands in one column; where figures of neighbours overlap, those of full rows count."""
    spans = sorted(value.span for row in rows for value in row.values if is_figure(value.tight))
    found: list[Span] = []
    for left, right in spans:
        if found and left < found[-1][1] - 0.1:
            found[-1] = (found[-1][0], max(found[-1][1], right))
        else:
            found.append((left, right))
    for value in [value for row in rows for value in row.values if value.figure and not is_figure(value.tight)]:
        left, right = value.span  # a figure with a note
        under = [place for place, span in enumerate(found) if span[0] < right and span[1] > left]
        if not under:
            found.append((left, right))
            found.sort()
        elif len(under) == 1:
            place = under[0]
            found[place] = (min(found[place][0], left), max(found[place][1], right))
    most = max((len(row.values) for row in rows), default=0)
    if len(found) >= most:
        return found
    full = [row for row in rows if len(row.values) == most]
    middles = [(min(row.values[place].span[0] for row in full), max(row.values[place].span[1] for row in full)) for place in range(most)]
    return [
        (
            left if not place else max(left, (middles[place - 1][1] + left) / 2),
            right if place + 1 == most else min(right, (middles[place + 1][0] + right) / 2),
        )
        for place, (left, right) in enumerate(middles)
    ]


def _add_heads(block: Block) -> None:
    """Columns without figures, and columns as wide as their heads; a head over several columns stays out."""
    for row in reversed(block.head):
        for value in row.values:
            left, right = value.span
            under = [place for place, span in enumerate(block.columns) if span[0] < right and span[1] > left]
            if not under and (len(row.values) > 1 or not block.rows):
                block.columns.append((left, right))
                block.columns.sort()
            elif len(under) == 1:
                place = under[0]
                span = block.columns[place]
                block.columns[place] = (min(span[0], left), max(span[1], right))


def _merge_halves(block: Block) -> None:
    """Columns made one that no row fills both and no head parts: figures set to one side and marks for none to the other."""
    place = 0
    while place + 1 < len(block.columns):
        left, right = block.columns[place], block.columns[place + 1]
        both = any(
            {place, place + 1} <= {place_of(value.span, block.columns) for value in row.values if value.figure} for row in block.rows
        )
        above, beside = _lowest(block, left), _lowest(block, right)
        one = above is not None and above is beside
        bare = (above is None or beside is None) and right[0] - left[1] < _HALVES * _size_of(block)
        if block.rows and not both and (one or bare):
            block.columns[place : place + 2] = [(left[0], right[1])]
        else:
            place += 1


def _lowest(block: Block, span: Span) -> FigureValue | None:
    """The word of the head that stands closest above a column."""
    over = [value for row in block.head for value in row.values if value.span[0] < span[1] and value.span[1] > span[0]]
    return max(over, key=lambda value: value.y) if over else None


def _size_of(block: Block) -> float:
    return block.rows[0].values[0].pieces[0].size if block.rows else 0.0


def _split_joined(block: Block) -> None:
    """Heads of neighbouring columns that stand so close that they were taken for one word are cut where the gaps are."""
    columns = _columns(block.rows)
    for row in block.head:
        values: list[FigureValue] = []
        for value in row.values:
            under = sum(1 for span in columns if span[0] < value.span[1] and span[1] > value.span[0])
            cut = len(value.pieces) == 1 and (under > 1 or len(row.values) > 2)
            parts = split(value.pieces[0], _FINE if under > 1 else _WORD_GAP) if cut else []
            values.extend([FigureValue([part]) for part in parts] if len(parts) > 1 else [value])
        row.values = values
