"""Tables without ruling lines: figures that stand below each other make the columns, labels beside them the rows.

A table is read as a whole, its pages laid end to end, because what one row leaves open the others tell. What is found is less certain than
a ruled grid, so its cells carry a lower confidence, blanks the lowest, and cells that do not fit their columns none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from auditor.model.source import Box
from auditor.read.pdf.figures import Block, FigureValue, ValueRow, blocks_of, columns_under, place_of, set_columns, values_of
from auditor.read.pdf.fragment import Fragment, FragmentCell
from auditor.read.pdf.lines import Line, box_of
from auditor.read.pdf.marks import UNREADABLE, Page
from auditor.read.pdf.pieces import ENUMERATED, FIRST, Piece, is_figure, join, levels_of, split
from auditor.read.pdf.regions import Barrier, Region, regions_of
from auditor.read.pdf.strands import RowLabel, Target, assign, pitch_of, separators, strands_of

_PRINTED, _BLANK = 0.75, 0.7
_FINE = 0.2  # ems between a label and the figure beside it
_OFF_LEVEL = 0.35  # ems from the line of a label to figures that are not beside it
_LOWER = 2.3  # ems between figures of one row on several lines
_DOUBTED = 0.5  # of cells in rows that do not fit the columns


def find_tables(pages: Sequence[tuple[Page, Sequence[Line]]], barriers: Sequence[Barrier]) -> list[tuple[list[Line], list[Fragment]]]:
    """For each page the lines outside tables without rules, and the tables that begin on it, both from top to bottom.

    ``pages`` hold the free lines of all pages in order; ``barriers`` are places with something else between them.
    """
    levels = []
    starts = []
    count = 0
    for page, lines in pages:
        levels.extend(levels_of(page, lines, count))
        starts.append(count)
        count += len(lines)
    used: set[int] = set()
    found: dict[int, list[Fragment]] = {}
    for region in regions_of(levels, barriers):
        built = _Reading(region).build()
        if built is not None:
            fragment, taken = built
            found.setdefault(fragment.page, []).append(fragment)
            used |= taken
    return [
        ([line for index, line in enumerate(lines) if start + index not in used], found.get(page.number, []))
        for (page, lines), start in zip(pages, starts, strict=True)
    ]


@dataclass(slots=True)
class _Entry:
    """A row of the finished table: figures, a head, or a label alone. ``top`` and ``bottom`` are its extent in the strip."""

    y: float
    block: Block | None
    row: ValueRow | None
    labels: list[tuple[int, RowLabel]]
    top: float
    bottom: float


class _Reading:
    """One region on its way to a table."""

    def __init__(self, region: Region) -> None:
        self.region = region
        self.pitch = pitch_of(region.pieces)
        self.edge = _edge_of_labels(region)
        self.cells: list[FragmentCell] = []

    def build(self) -> tuple[Fragment, set[int]] | None:
        """The table and the indexes of the lines it is made of; ``None`` when there is none."""
        region = self.region
        values, labels = self._sides()
        blocks = blocks_of(values_of(values, self.pitch), region.size)
        if not any(block.rows for block in blocks):
            return None
        set_columns(blocks, region.size, labelled=bool(labels))
        edges = separators(labels)
        strands = strands_of([*labels, *region.tail], edges, self.pitch) if labels else []
        entries = [self._entry(row, block) for block in blocks for row in (*block.head, *block.rows)]
        targets, owners = self._targets(blocks, entries)
        placed: list[list[RowLabel]] = []
        taken = {piece.line for piece in region.pieces}
        for number, strand in enumerate(strands):
            found = assign(strand, targets, self.pitch, last=number + 1 == len(strands))
            placed.append(found)
        last = placed[-1] if placed else []
        kept = self._without_tail(last, entries)
        taken |= {piece.line for label in kept for piece in label.pieces}
        for label in kept:
            head = next((entry for entry in reversed(entries) if _is_head_at(entry, label)), None)
            if label.target is not None or head is not None:
                entry = entries[owners[label.target]] if label.target is not None else head
                _put(entry, len(strands) - 1, label) if entry is not None else None
            else:
                entries.append(_Entry(label.y, None, None, [(len(strands) - 1, label)], 0.0, 0.0))
        entries.sort(key=lambda entry: entry.y)
        entries = self._without_halves(entries)
        self._set_extents(entries)
        tail = {id(piece) for piece in region.tail}
        for number, own in enumerate(placed[:-1]):
            groups = [label for label in own if _is_no_prose(label, tail)]
            taken |= {piece.line for label in groups for piece in label.pieces}
            self._add_groups(number, groups, entries, edges)
        return self._fragment(entries, blocks, edges, len(strands)), taken

    def _sides(self) -> tuple[list[Piece], list[Piece]]:
        """Pieces right of the labels, and the labels."""
        values: list[Piece] = []
        labels: list[Piece] = []
        figures = _figures(self.region)
        for piece in (part for whole in self.region.pieces for part in self._parts(whole)):
            right = id(piece) in figures or piece.left > self.edge or (piece.centre > self.edge and piece.right > self.edge + 2.0)
            (values if right else labels).append(piece)
        return values, labels

    def _parts(self, piece: Piece) -> list[Piece]:
        """A label and what stands so close to it, in the first column, that both were taken for one word."""
        if piece.figure or not piece.left <= self.edge < piece.right:
            return [piece]
        slack = 0.6 * piece.size
        parts = split(piece, _FINE)
        if is_figure(parts[-1].text) and parts[-1].left > self.edge - slack:
            return [join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts
        cut = [
            place for place in range(1, len(parts)) if parts[place - 1].right < self.edge + slack and parts[place].left > self.edge - slack
        ]
        return [join(parts[: cut[0]]), join(parts[cut[0] :])] if len(cut) == 1 else [piece]

    def _entry(self, row: ValueRow, block: Block) -> _Entry:
        return _Entry(row.y, block, row, [], min(value.top for value in row.values), max(value.bottom for value in row.values))

    def _targets(self, blocks: Sequence[Block], entries: Sequence[_Entry]) -> tuple[list[Target], list[int]]:
        """What may have a label, from top to bottom, with the index of its entry: each head as a whole, and each row of figures."""
        targets: list[Target] = []
        owners: list[int] = []
        index = 0
        for block in blocks:
            if block.head:
                top = min(value.top for row in block.head for value in row.values)
                bottom = max(value.bottom for row in block.head for value in row.values)
                targets.append(Target((top + bottom) / 2, head=True, top=top))
                owners.append(index + len(block.head) - 1)
            index += len(block.head)
            for row in block.rows:
                targets.append(Target(row.y))
                owners.append(index)
                index += 1
        return targets, owners

    def _without_tail(self, labels: Sequence[RowLabel], entries: Sequence[_Entry]) -> list[RowLabel]:
        """The labels without those below the last row that are no rows of their own: what stands there may be prose."""
        tail = {id(piece) for piece in self.region.tail}
        kept: list[RowLabel] = []
        gaps = [
            after.lines[0][0].y - before.lines[-1][0].y
            for before, after in pairwise(labels)
            if after.lines[0][0].page is before.lines[-1][0].page
        ]
        for label in labels:
            if label.target is None and any(id(piece) in tail for piece in label.pieces):
                inside = [other for other in kept if other.target is not None or any(id(p) not in tail for p in other.pieces)]
                numbered = sum(1 for other in inside if ENUMERATED.match(other.lines[0][0].text))
                aligned = any(
                    min(
                        abs(label.left - other.left),
                        abs(label.right - other.right),
                        abs(label.left + label.right - other.left - other.right) / 2,
                    )
                    < 1.5
                    for other in inside
                )
                before = kept[-1].lines[-1][0] if kept else None
                first = label.lines[0][0]
                widest = max((gap for gap in gaps[: len(inside) - 1]), default=0.0)
                near = before is not None and (before.page is not first.page or first.y - before.y <= 1.1 * widest + 1.0)
                if not aligned or not near or (2 * numbered > len(inside) and not ENUMERATED.match(first.text)):
                    break
            kept.append(label)
        return kept

    def _without_halves(self, entries: Sequence[_Entry]) -> list[_Entry]:
        """The rows, those without label joined to the row beside them that they fill up: figures of one row on several lines."""
        kept: list[_Entry] = []
        for index, entry in enumerate(entries):
            above = kept[-1] if kept else None
            if (
                above is not None
                and above.row is not None
                and entry.row is not None
                and _fills_up(above, entry, entries[index + 1 : index + 2], self.region.size)
            ):
                above.row.values = sorted([*above.row.values, *entry.row.values], key=lambda value: value.span[0])
                above.row.sure = False
                continue
            kept.append(entry)
        return kept

    def _set_extents(self, entries: Sequence[_Entry]) -> None:
        """Give each row its height: half-way to its neighbours."""
        half = 0.6 * self.region.size
        for entry in entries:
            ys = [line[0].y for _, label in entry.labels for line in label.lines]
            if entry.row is not None:
                ys += [entry.top, entry.bottom]
            entry.top, entry.bottom = min(ys) - half, max(ys) + half
        for before, after in pairwise(entries):
            before.bottom = after.top = (before.bottom + after.top) / 2

    def _add_groups(self, number: int, labels: Sequence[RowLabel], entries: Sequence[_Entry], edges: Sequence[float]) -> None:
        """Labels of groups span the rows they stand in the middle of, as far as nothing else stands in their column."""
        open_ = [not any(own.left < edges[number] for _, own in entry.labels) for entry in entries]
        end = -1
        for label in labels:
            at = min(range(len(entries)), key=lambda index: max(entries[index].top - label.y, label.y - entries[index].bottom))
            if not open_[at]:
                entries[at].labels.insert(0, (number, label))
                continue
            first = at
            while first - 1 > end and open_[first - 1] and not _begins(entries[first]):
                first -= 1
            final = at
            best = abs((entries[first].top + entries[final].bottom) / 2 - label.y)
            while final + 1 < len(entries) and open_[final + 1] and not _begins(entries[final + 1]):
                off = abs((entries[first].top + entries[final + 1].bottom) / 2 - label.y)
                if off > best:
                    break
                final, best = final + 1, off
            end = final
            self._add_label(first, number, label, edges, rowspan=final - first + 1)

    def _add_label(self, row: int, strand: int, label: RowLabel, edges: Sequence[float], rowspan: int = 1) -> None:
        column = min(strand, sum(1 for edge in edges if edge < label.left + 1.0))
        chars = [char for piece in label.pieces if piece.page is label.pieces[0].page for char in piece.chars]
        self._add(row, column, label.text, box_of(chars), label.pieces[0].page, rowspan, strand - column + 1)

    def _add(self, row: int, column: int, text: str, box: Box, page: Page, rowspan: int = 1, colspan: int = 1, sure: float = 1.0) -> None:
        doubt = min(sure, _PRINTED if text else _BLANK) * (0.7 if page.layer or page.recognised else 1.0)
        self.cells.append(
            FragmentCell(
                row=row,
                column=column,
                rowspan=rowspan,
                colspan=colspan,
                text=text,
                box=box,
                page=page.number,
                confidence=min(doubt, 0.3) if UNREADABLE in text else doubt,
            )
        )

    def _fragment(self, entries: Sequence[_Entry], blocks: Sequence[Block], edges: Sequence[float], strands: int) -> Fragment:
        """All rows on one grid, whose columns are those of all blocks together."""
        right = max(piece.right for piece in self.region.pieces) + 6.0
        lefts = [piece.left for piece in self.region.pieces]
        inner = {id(block): [(before[1] + after[0]) / 2 for before, after in pairwise(block.columns)] for block in blocks}
        start = self._start(blocks)
        xs = [start, *sorted({x for own in inner.values() for x in own}), right]
        label_xs = [min(lefts) - 2.0, *edges][:strands]
        blank = next((block for block in blocks if block.columns), None)
        for index, entry in enumerate(entries):
            for strand, label in entry.labels:
                self._add_label(index, strand, label, edges)
            block = entry.block or self._block_at(entry.y, blocks) or blank
            if block is not None:
                own = [start, *inner[id(block)], right]
                torn = _is_torn(entries, index, self.region.size)
                self._add_values(index, entry, block, [strands + xs.index(x) for x in own], own, torn=torn)
        first = self.region.pieces[0].page
        same = [piece for piece in self.region.pieces if piece.page is first]
        top, bottom = min(piece.box[1] for piece in same), max(piece.box[3] for piece in same)
        step = (bottom - top) / max(1, len(entries))
        return Fragment(
            page=first.number,
            page_height=first.height,
            xs=(*label_xs, *xs),
            ys=tuple(top + step * index for index in range(len(entries) + 1)),
            cells=tuple(sorted(self.cells, key=lambda cell: (cell.row, cell.column))),
            figures=len(xs) - 1,
            exact=strands > 0,
        )

    def _start(self, blocks: Sequence[Block]) -> float:
        left = min(span[0] for block in blocks for span in block.columns)
        return (left + self.edge) / 2 if 0 < self.edge < left else left - 4.0

    def _block_at(self, y: float, blocks: Sequence[Block]) -> Block | None:
        """The block whose rows surround a label that stands alone."""
        return next((block for block in reversed(blocks) if block.columns and (block.head or block.rows)[0].y < y), None)

    def _add_values(self, index: int, entry: _Entry, block: Block, columns: Sequence[int], xs: Sequence[float], *, torn: bool) -> None:
        """The figures of a row, or its blanks; ``torn``: its figures may stand in the row beside it."""
        row = entry.row
        filled: dict[int, list[FigureValue]] = {}
        spans: dict[int, int] = {}
        for value in row.values if row is not None else ():
            place = place_of(value.span, block.columns)
            if row is not None and row.head:
                under = [p for p, span in enumerate(block.columns) if span[0] < value.span[1] and span[1] > value.span[0]]
                if len(under) > 1 and not any(p in filled for p in under):
                    place, spans[under[0]] = under[0], len(under)
            filled.setdefault(place, []).append(value)
        taken = {place + offset for place, count in spans.items() for offset in range(1, count)}
        fused: set[int] = set()  # columns of which no figure can be told
        for value in row.values if row is not None and not row.head else ():
            over = columns_under(value.span, block.columns)
            fused |= set(over) if len(over) > 1 else set()
        page, y = _page_of(entry)
        certain = block.sure and (row is None or row.sure)
        for place in range(len(block.columns)):
            own = filled.get(place, [])
            if place in taken and not own:
                continue
            end = place + spans.get(place, 1)
            width = columns[end] - columns[place]
            if own:
                text = "\n".join(value.text for value in own) if row is not None and row.head else " ".join(value.text for value in own)
                chars = [char for value in own for piece in value.pieces if piece.page is page for char in piece.chars]
                box = box_of(chars) if chars else (xs[place], y - 5, xs[place + 1], y + 5)
                sure = 1.0 if (len(own) == 1 and place not in fused) or (row is not None and row.head) else 0.0
                self._add(index, columns[place], text, box, page, 1, width, sure if certain else min(sure, _DOUBTED))
            elif row is None or not row.head:
                box = (xs[place], y - 5.0, xs[place + 1], y + 5.0)
                self._add(index, columns[place], "", box, page, 1, width, 0.0 if torn or place in fused else 1.0 if certain else _DOUBTED)


def _fills_up(above: _Entry, entry: _Entry, after: Sequence[_Entry], size: float) -> bool:
    """Whether a row without label holds the figures that the labelled row above it lacks."""
    if above.row is None or entry.row is None or above.block is not entry.block or above.block is None:
        return False
    if above.row.head or entry.row.head or entry.labels or not above.labels or entry.y - above.y > _LOWER * size:
        return False
    if after and after[0].y - entry.y < entry.y - above.y:
        return False
    columns = above.block.columns
    return not {place_of(v.span, columns) for v in above.row.values} & {place_of(v.span, columns) for v in entry.row.values}


def _is_torn(entries: Sequence[_Entry], index: int, size: float) -> bool:
    """Whether a row of a label alone may be a line of the label above or below, whose figures stand level with none of its own lines
    but nearer to this one.
    """
    entry = entries[index]
    if entry.row is not None or not entry.labels:
        return False
    for other, way in ((index - 1, 1.0), (index + 1, -1.0)):
        beside = entries[other] if 0 <= other < len(entries) else None
        if beside is None or beside.row is None or beside.row.head or not beside.labels:
            continue
        lines = sorted(line[0].y for _, label in beside.labels for line in label.lines)
        off = min((beside.y - y for y in (*lines, (lines[0] + lines[-1]) / 2)), key=abs)
        if way * off > _OFF_LEVEL * size:
            return True
    return False


def _is_head_at(entry: _Entry, label: RowLabel) -> bool:
    """Whether a label stands beside the head that ends with this row."""
    if entry.row is None or entry.block is None or not entry.row.head or entry.row is not entry.block.head[-1]:
        return False
    size = label.pieces[0].size
    top = min(value.top for row in entry.block.head for value in row.values)
    return len(entry.block.head) > 1 and top - 0.3 * size < label.y < entry.bottom + 0.3 * size


def _put(entry: _Entry, strand: int, label: RowLabel) -> None:
    """Add a label to a row; lines of the same column are one cell."""
    for index, (own, other) in enumerate(entry.labels):
        if own == strand:
            lines = tuple(sorted((*other.lines, *label.lines), key=lambda line: line[0].y))
            entry.labels[index] = (own, RowLabel(lines, other.target))
            return
    entry.labels.append((strand, label))


def _begins(entry: _Entry) -> bool:
    """Whether the label of a row is the first of a group."""
    return any(FIRST.match(label.lines[0][0].text) for _, label in entry.labels)


def _page_of(entry: _Entry) -> tuple[Page, float]:
    """The page of a row and its height there."""
    piece = entry.row.values[0].pieces[0] if entry.row is not None else entry.labels[0][1].pieces[0]
    return piece.page, (piece.box[1] + piece.box[3]) / 2


def _figures(region: Region) -> set[int]:
    """The pieces that are figures. A mark for none left of full rows (无) may as well be a line of a narrow label."""
    first = _first_of(region)
    return {id(piece) for row in region.rows for piece in row if piece.left >= first or any(char.isdigit() for char in piece.text)}


def _first_of(region: Region) -> float:
    """Where the figures of full rows begin; a mark that only one row has before its figures is no measure for the others."""
    counts = Counter(len(row) for row in region.rows)
    usual = max(counts, key=lambda count: (counts[count], count))
    rows = [row[1:] if len(row) > usual and _is_stray(row, region) else row for row in region.rows]
    most = max(len(row) for row in rows)
    return min(row[0].left for row in rows if len(row) >= 0.6 * most)


def _is_no_prose(label: RowLabel, tail: set[int]) -> bool:
    """Whether a label stands beside rows, or as a whole beside the last one, though its last lines hang below that row's figures.

    ``tail``: identities of the pieces below the last row, where prose may stand.
    """
    below = [id(piece) in tail for piece in label.pieces]
    return not any(below) or (label.target is not None and not all(below))


def _is_stray(row: tuple[Piece, ...], region: Region) -> bool:
    """Whether a row begins with a mark that stands left of labels."""
    if len(row) < 2 or any(char.isdigit() for char in row[0].text):
        return False
    between = [piece for piece in region.pieces if not piece.figure and piece.left > row[0].right and piece.right < row[1].left]
    return len(between) >= 2


def _edge_of_labels(region: Region) -> float:
    """Where the labels beside rows of figures end; -1 where there are none."""
    figures = _figures(region)
    first = _first_of(region)
    words = [piece for piece in region.pieces if id(piece) not in figures and piece.right <= first]
    ys = [row[0].y for row in region.rows]
    level = [piece for piece in words if any(abs(piece.y - y) < 0.45 * region.size for y in ys)]
    # Labels of an even number of lines stand above and below the level of their figures.
    below = any(0.3 * region.size < piece.y - y < 0.95 * region.size for piece in words for y in ys)
    body = [piece for piece in words if below and piece.y > ys[0] - 2.0 * region.size]
    return max((piece.right for piece in (level if 2 * len(level) >= len(ys) else body)), default=-1.0)
