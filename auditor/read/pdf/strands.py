"""The labels beside figures: which pieces stand side by side, which lines are one label, and which row each label names.

Nothing is ruled, so the whole column decides: of all ways to cut its lines into labels, the one is taken that puts labels best beside their
rows (by the middle, or by the first or last line), with breaks where the lines stand apart or a number begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from auditor.read.pdf.lines import rows_of, text_of_row
from auditor.read.pdf.pieces import ENUMERATED, Piece, follows

_ON_LEVEL = 0.35  # ems between the middle of a label and its row
_LOOSE = 3.0  # … and the head it stands beside
_MOST_LINES = 16
_NEAR = 40  # lines above and below that tell how wide a column is
_BAND = 10  # rows a label is looked for above and below its line
_ALONE, _MISSED = 2.0, 3.0  # costs: a label without figures, a row without label
_APART, _NUMBER, _PLAIN = 4.0, 3.0, 0.3
_TURNED = 2.8  # … lines of one label on two pages
_CUT = 0.4  # … where the last line of a page is full and the next goes on without a number
_JUMPED = 1.0  # … lines of one label between which the file draws something else
_BESIDE = 12.0  # … a label without figures on the level of some
_BROKEN = 2.5  # … a label cut by a page break, whose middle is lost
_FAR = 2.3  # ems between lines that are never one label

Anchor = str
"""``middle``, ``first`` or ``last``: the part of a label that stands on the level of its figures."""


@dataclass(frozen=True, slots=True)
class Target:
    """A row that may have a label: ``y`` in the strip. The label of a head (which begins at ``top``) need not be on one level with it."""

    y: float
    head: bool = False
    top: float = 0.0


@dataclass(frozen=True, slots=True)
class Strand:
    """Lines of one column of labels, from top to bottom; a line holds pieces of one level."""

    lines: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class RowLabel:
    """Lines that are one label, and the index of its target, if it has one."""

    lines: tuple[tuple[Piece, ...], ...]
    target: int | None

    @property
    def pieces(self) -> list[Piece]:
        """All its pieces."""
        return [piece for line in self.lines for piece in line]

    @property
    def text(self) -> str:
        """Its lines joined by line breaks."""
        return "\n".join("".join(text_of_row(row) for row in rows_of([c for p in line for c in p.chars])) for line in self.lines)

    @property
    def y(self) -> float:
        """Its middle."""
        return (self.lines[0][0].y + self.lines[-1][0].y) / 2

    @property
    def left(self) -> float:
        """Its left edge."""
        return min(piece.left for piece in self.pieces)

    @property
    def right(self) -> float:
        """Its right edge."""
        return max(piece.right for piece in self.pieces)


def separators(pieces: Sequence[Piece]) -> list[float]:
    """Upright lines that part labels standing side by side: as few as possible, each through the gaps between all that face each other."""
    gaps: list[tuple[float, float]] = []
    ordered = sorted(pieces, key=lambda piece: piece.y)
    for index, piece in enumerate(ordered):
        for other in ordered[index + 1 :]:
            if other.y - piece.y > 0.7 * max(piece.size, other.size):
                break
            first, second = (piece, other) if piece.left <= other.left else (other, piece)
            if first.right <= second.left + 0.5:
                gaps.append((second.left, first.right))
    found: list[float] = []
    low, high = -inf, -inf
    for end, start in sorted(gaps):
        if start < high and found:
            low = max(low, start)
            found[-1] = (low + high) / 2
            continue
        low, high = start, end
        found.append((low + high) / 2)
    return found


def strands_of(pieces: Sequence[Piece], edges: Sequence[float], pitch: float) -> list[Strand]:
    """The columns of labels between ``edges``; a piece that stands over an edge belongs to the last column it reaches."""
    columns: list[list[Piece]] = [[] for _ in range(len(edges) + 1)]
    reach: dict[int, int] = {}
    last = {(piece.page.number, piece.drawn[1] + 1): piece for piece in pieces}
    for piece in sorted(pieces, key=lambda piece: (piece.y, piece.left)):
        own = sum(1 for edge in edges if edge < piece.right - 1.0)
        # The short last line of a label over several columns stays with its other lines.
        above = last.get((piece.page.number, piece.drawn[0]))
        if above is not None and reach.get(id(above), 0) > own and _is_below(above, piece, pitch):
            own = reach[id(above)]
        reach[id(piece)] = own
        columns[own].append(piece)
    return [Strand(_lines(column)) for column in columns]


def _is_below(above: Piece, piece: Piece, pitch: float) -> bool:
    """Whether a piece stands right below another, in line with it."""
    apart = min(abs(above.left - piece.left), abs(above.right - piece.right), abs(above.centre - piece.centre))
    return 0.0 < piece.y - above.y < 1.3 * pitch and apart < 1.5


def _lines(pieces: Sequence[Piece]) -> tuple[tuple[Piece, ...], ...]:
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (piece.y, piece.left)):
        if lines and piece.y - lines[-1][0].y < 0.5 * piece.size and piece.page is lines[-1][0].page:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return tuple(tuple(sorted(line, key=lambda piece: piece.left)) for line in lines)


def pitch_of(pieces: Sequence[Piece]) -> float:
    """Usual distance in points between the lines of one cell: the closest at which lines follow each other in a column."""
    found: list[float] = []
    ordered = sorted(pieces, key=lambda piece: piece.y)
    for index, piece in enumerate(ordered):
        for other in ordered[index + 1 :]:
            step = other.y - piece.y
            if step > 1.62 * piece.size:
                break
            apart = min(abs(piece.left - other.left), abs(piece.right - other.right), abs(piece.centre - other.centre))
            if step > 0.9 * piece.size and apart < 1.5 and piece.page is other.page:
                found.append(step)
                break
    if not found:
        return 1.3 * ordered[0].size if ordered else 0.0
    return sorted(found)[len(found) // 5]


def assign(strand: Strand, targets: Sequence[Target], pitch: float, *, last: bool) -> list[RowLabel]:
    """The labels of a column, from top to bottom. ``last`` is the column next to the figures: there each row has its label, and no label
    stands beside a row that is not its own.
    """
    best: list[RowLabel] = []
    fewest = inf
    rows = sum(1 for target in targets if not target.head)
    for anchor in ("middle", "first", "last"):
        labels = _cheapest(strand, targets, pitch, anchor, last)
        missed = rows - sum(1 for label in labels if label.target is not None and not targets[label.target].head)
        loose = sum(1 for label in labels if label.target is None and not _is_numbered(label.lines[0]))
        # Labels stand in the middle of their rows unless many cannot: then rows lack labels, or lines hang loose below them.
        if fewest == inf or _MISSED * missed + loose < fewest - max(3.0, 0.15 * rows):
            best, fewest = labels, _MISSED * missed + loose
        if not last or fewest <= max(3.0, 0.15 * rows):
            break
    return best


def _cheapest(strand: Strand, targets: Sequence[Target], pitch: float, anchor: Anchor, last: bool) -> list[RowLabel]:
    """The labels of the way to cut the lines that costs least."""
    lines = strand.lines
    count, rows = len(lines), len(targets)
    numbered = sum(1 for line in lines if _is_numbered(line)) >= 3
    costs = [[inf] * (rows + 1) for _ in range(count + 1)]
    steps: list[list[tuple[int, int, bool]]] = [[(0, 0, False)] * (rows + 1) for _ in range(count + 1)]
    costs[0][0] = 0.0
    above = [sum(1 for target in targets if target.y < line[0].y) for line in lines]
    inner = [[_inside(lines, start, end, pitch) for end in range(start + 1, min(count, start + _MOST_LINES) + 1)] for start in range(count)]
    for at in range(count + 1):
        for row in range(rows + 1):
            here = costs[at][row]
            if here == inf:
                continue
            if row < rows:
                missed = here + (_MISSED if last and not targets[row].head else 0.0)
                if missed < costs[at][row + 1]:
                    costs[at][row + 1], steps[at][row + 1] = missed, (at, row, False)
            if at < count and abs(row - above[at]) > _BAND:
                continue  # labels stand near their rows
            for offset, within in enumerate(inner[at] if at < count else ()):
                end = at + offset + 1
                if within == inf:
                    break
                whole = here + within + (_PLAIN if numbered and not _is_numbered(lines[at]) else 0.0)
                if row < rows:
                    cost = whole + _fit(lines[at:end], targets, row, anchor, last)
                    if cost < costs[end][row + 1]:
                        costs[end][row + 1], steps[end][row + 1] = cost, (at, row, True)
                cost = whole + _ALONE + (min(_clash(lines[at:end], targets, row), _BESIDE) if last else 0.0)
                if cost < costs[end][row]:
                    costs[end][row], steps[end][row] = cost, (at, row, False)
    labels: list[RowLabel] = []
    at, row = count, rows
    while at or row:
        before, upper, matched = steps[at][row]
        if before < at:
            labels.append(RowLabel(lines[before:at], upper if matched else None))
        at, row = before, upper
    return labels[::-1]


def _is_numbered(line: Sequence[Piece]) -> bool:
    return ENUMERATED.match(line[0].text) is not None


def _inside(lines: Sequence[tuple[Piece, ...]], start: int, end: int, pitch: float) -> float:
    """Cost of lines as one label, by what stands between them."""
    cost = 0.0
    for index, (before, after) in enumerate(pairwise(lines[start:end]), start):
        step = after[0].y - before[0].y
        if after[0].page is before[0].page:
            if step > _FAR * after[0].size:
                return inf
            cost += _APART if step > 1.3 * pitch else 0.0
            cost += _JUMPED if len(after) == len(before) == 1 and not follows(before[0], after[0]) else 0.0
        else:
            cost += _CUT if _runs_on(lines[max(0, index - _NEAR) : index + _NEAR], before[0], after[0]) else _TURNED
        if _is_numbered(after):
            cost += _NUMBER
        sizes = after[0].size, before[0].size
        cost += _APART if max(sizes) > 1.15 * min(sizes) else 0.0
    # A label that ends at its neighbour's distance is less likely cut there.
    if end < len(lines) and lines[end][0].page is lines[end - 1][0].page and lines[end][0].y - lines[end - 1][0].y < 1.05 * pitch:
        cost += 0.3
    return cost


def _runs_on(lines: Sequence[tuple[Piece, ...]], before: Piece, after: Piece) -> bool:
    """Whether the last line of a page is full, and what begins the next one bears no number where others do."""
    if ENUMERATED.match(after.text) or sum(1 for line in lines if _is_numbered(line)) < 3:
        return False
    beside = [line[0] for line in lines if min(abs(line[0].left - before.left), abs(line[0].centre - before.centre)) < 3.0]
    return before.right - before.left > max(piece.right - piece.left for piece in beside) - 1.2 * before.size


def _fit(lines: Sequence[tuple[Piece, ...]], targets: Sequence[Target], row: int, anchor: Anchor, last: bool) -> float:
    """Cost of a label beside a row of figures; infinite where it stands beside another."""
    first, final, target = lines[0][0], lines[-1][0], targets[row]
    y = {"middle": (first.y + final.y) / 2, "first": first.y, "last": final.y}[anchor]
    distance = abs(y - target.y) / first.size
    if target.head:
        if first.page is not final.page:
            return inf
        return inf if distance > _LOOSE or (last and _clash(lines, targets, row, head=True)) else 0.3 * distance
    broken = first.page is not final.page and first.y - first.size < target.y < final.y + first.size
    if distance > _ON_LEVEL and not broken:
        return inf
    if last and any(
        first.y - 0.4 * first.size < (other.top if other.head else other.y) < final.y + 0.4 * first.size for other in _others(targets, row)
    ):
        return inf
    if distance <= _ON_LEVEL:
        return 2.0 * distance
    # Of a row cut by the page end, figures stand in the middle of the part on their page.
    parts = [[line[0].y for line in lines if (line[0].page is first.page) is upper] for upper in (True, False)]
    return _CUT if any(ys and abs((ys[0] + ys[-1]) / 2 - target.y) < _ON_LEVEL * first.size for ys in parts) else _BROKEN


def _others(targets: Sequence[Target], row: int) -> list[Target]:
    return [*targets[max(0, row - 1) : row], *targets[row + 1 : row + 2]]


def _clash(lines: Sequence[tuple[Piece, ...]], targets: Sequence[Target], row: int, *, head: bool = False) -> float:
    """Infinite where lines that are no label of it stand beside a row of figures; ``row`` is the next one below."""
    top, bottom = lines[0][0].y, lines[-1][0].y
    slack = 0.4 * lines[0][0].size
    if row > 0 and not targets[row - 1].head and targets[row - 1].y > top - slack:
        return inf
    after = row + 1 if head else row
    if after < len(targets) and (targets[after].top if targets[after].head else targets[after].y) < bottom + slack:
        return inf
    return 0.0
