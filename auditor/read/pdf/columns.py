"""Tables without ruling lines: figures that stand below each other make the columns, labels beside them the rows.

What is found is less certain than a ruled grid, so its cells carry a lower confidence, blanks the lowest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from auditor.model.source import Box
from auditor.read.pdf.fragment import Fragment, FragmentCell
from auditor.read.pdf.glyphs import is_wide
from auditor.read.pdf.lines import Line, box_of, rows_of, text_of_row
from auditor.read.pdf.marks import UNREADABLE, Char, Page

_FIGURE = re.compile(r"[+\-−－–]?[0-9０-９][0-9０-９,，.．]*(?:件|元|万元|%|％)?|[/／—–\-－]|无")
_ENUMERATED = re.compile(
    r"(?:[（(]?[一二三四五六七八九十]{1,3}[）)、.．]|[（(]?\d{1,2}[）)、.．](?!\d)|[①-⑩]|第[一二三四五六七八九十\d]+[条项])"
)
_FIRST = re.compile(r"[（(]?1[）)、.．](?!\d)")
_PRINTED, _BLANK = 0.75, 0.7
_SEED_FIGURES = 2  # figures side by side that suggest a table
_TOUCH = 3.2  # ems between rows of one table


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters that stand together on one level."""

    chars: tuple[Char, ...]
    text: str
    box: Box

    @property
    def figure(self) -> bool:
        """Whether it is a figure or a mark for none."""
        return _FIGURE.fullmatch(self.text) is not None


@dataclass(frozen=True, slots=True)
class Level:
    """All pieces on one level of the page, from left to right; ``lines`` are the indexes of the lines they come from."""

    pieces: tuple[Piece, ...]
    lines: tuple[int, ...]
    middle: float
    size: float

    @property
    def figures(self) -> int:
        """Number of figures."""
        return sum(1 for piece in self.pieces if piece.figure)


@dataclass(slots=True)
class Label:
    """A label of one or more lines beside the figures. ``row`` is the index of its row of figures, once known."""

    left: float
    right: float
    text: str
    box: Box
    middles: list[float]
    row: int | None = None

    @property
    def middle(self) -> float:
        """Its vertical centre."""
        return (self.box[1] + self.box[3]) / 2


def find_tables(page: Page, lines: list[Line]) -> tuple[list[Line], list[Fragment]]:
    """The lines outside and the tables found among the free lines of a page, both from top to bottom."""
    if sum(1 for line in lines if _FIGURE.fullmatch(line.text)) < _SEED_FIGURES:
        return lines, []
    levels = _levels(lines)
    used: set[int] = set()
    fragments: list[Fragment] = []
    for first, last in _regions(levels):
        built = _build(page, levels, first, last)
        if built is not None:
            fragment, taken = built
            fragments.append(fragment)
            used.update(index for level in taken for index in level.lines)
    return [line for index, line in enumerate(lines) if index not in used], fragments


def _levels(lines: Sequence[Line]) -> list[Level]:
    order = sorted(range(len(lines)), key=lambda index: lines[index].middle)
    groups: list[list[int]] = []
    for index in order:
        line = lines[index]
        if groups and line.middle - lines[groups[-1][0]].middle < 0.45 * line.size:
            groups[-1].append(index)
        else:
            groups.append([index])
    levels = []
    for group in groups:
        pieces = sorted((piece for index in group for piece in _pieces(lines[index])), key=lambda piece: piece.box[0])
        sizes = [lines[index].size for index in group]
        middle = sum(lines[index].middle for index in group) / len(group)
        levels.append(Level(tuple(pieces), tuple(group), middle, max(sizes)))
    return levels


def _pieces(line: Line) -> list[Piece]:
    """A line cut where more than a space stands between two characters."""
    found: list[Piece] = []
    start = 0
    chars = line.chars
    for index in range(1, len(chars) + 1):
        if index < len(chars):
            gap = chars[index][0] - chars[index - 1][2]
            wide = is_wide(chars[index][4]) + is_wide(chars[index - 1][4])
            if gap <= (0.4, 0.8, 0.65)[wide] * line.size:
                continue
        part = chars[start:index]
        found.append(Piece(part, text_of_row(part), box_of(part)))
        start = index
    return found


def _regions(levels: list[Level]) -> list[tuple[int, int]]:
    """First and last level (inclusive) with figures of each possible table."""
    regions: list[tuple[int, int]] = []
    for index, level in enumerate(levels):
        if not _is_row(level):
            continue
        if regions:
            first, last = regions[-1]
            between = levels[last + 1 : index]
            near = all(
                after.middle - before.middle < _TOUCH * max(before.size, after.size)
                for before, after in zip(levels[last:index], levels[last + 1 : index + 1], strict=True)
            )
            start = min(piece.box[0] for piece in level.pieces if piece.figure)
            heads = sum(1 for item in between if any(piece.box[0] > start - 1 for piece in item.pieces))
            if near and len(between) <= 6 and heads <= 1 and not any(_is_foreign(item, level) for item in between):
                regions[-1] = (first, index)
                continue
        regions.append((index, index))
    return [
        (first, last)
        for first, last in regions
        if max(level.figures for level in levels[first : last + 1]) >= _SEED_FIGURES and (last > first or levels[first].figures >= 4)
    ]


def _is_row(level: Level) -> bool:
    """Figures at the end of the level, after one label or none."""
    return level.figures > 0 and level.figures >= len(level.pieces) - 3 and level.pieces[-1].figure


def _is_foreign(item: Level, row: Level) -> bool:
    """Whether a level beside a row of figures is no part of its table: prose, or a heading in larger type."""
    if item.size > 1.35 * row.size:
        return True
    if len(item.pieces) > 1:
        return False
    piece, start = item.pieces[0], min(piece.box[0] for piece in row.pieces if piece.figure)
    return len(piece.text) > 14 and piece.box[0] < start - 20 and piece.box[2] > start + 20


def _build(page: Page, levels: list[Level], first: int, last: int) -> tuple[Fragment, list[Level]] | None:
    body = levels[first : last + 1]
    spans = _figure_columns(body)
    if len(spans) < _SEED_FIGURES:
        return None
    start = _start_of_figures(body, spans[0][0])
    header = _header(levels, first, start)
    label_lefts = [piece.box[0] for level in [*header, *body] for piece in level.pieces if piece.box[2] <= start]
    if not label_lefts and len(spans) < 4:
        return None
    rows = [level for level in body if any(piece.box[0] >= start - 1 for piece in level.pieces)]
    labels = _labels(body, rows, start)
    extra = _assign(labels, rows)
    edges = _edges(spans, labels, start, min([*label_lefts, start]))
    label_columns = len(edges) - 1 - len(spans)
    table = _Builder(page, edges, label_columns)
    table.add_header(header)
    ordered: list[tuple[float, Level | Label]] = [(level.middle, level) for level in rows]
    ordered.extend((label.middle, label) for label in extra)
    ordered.sort(key=lambda entry: entry[0])
    base = table.rows
    index_of = {id(item): base + number for number, (_, item) in enumerate(ordered)}
    for _, item in ordered:
        table.add_row(item if isinstance(item, Level) else None)
    placed = [(label, index_of[id(label)] if label.row is None else index_of[id(rows[label.row])]) for label in labels]
    table.add_labels(placed)
    taken = [*header, *body]
    return table.fragment(min(level.middle for level in taken), max(level.middle for level in taken)), taken


def _figure_columns(body: list[Level]) -> list[tuple[float, float]]:
    """x ranges of the columns, by the rows with most figures: their first figures stand in one column, and so on."""
    most = max(level.figures for level in body)
    full = [[piece for piece in level.pieces if piece.figure] for level in body if level.figures == most]
    return [(min(row[column].box[0] for row in full), max(row[column].box[2] for row in full)) for column in range(most)]


def _start_of_figures(body: list[Level], first: float) -> float:
    """Where the labels beside figures end and the figures' columns begin."""
    rights = [piece.box[2] for level in body if level.figures for piece in level.pieces if piece.box[2] <= first and not piece.figure]
    return min(first, max(rights) + 1.0) if rights else first


def _header(levels: list[Level], first: int, start: float) -> list[Level]:
    """Levels above the first figures that belong to the table's head."""
    best = index = first
    while index > 0:
        above, below = levels[index - 1], levels[index]
        if below.middle - above.middle > _TOUCH * max(above.size, below.size) or _is_foreign(above, levels[first]) or _is_row(above):
            break
        if len(above.pieces) == 1:
            piece = above.pieces[0]
            over_figures = piece.box[0] >= start - 12
            if over_figures and not _ENUMERATED.match(piece.text):
                best = index - 1
        else:
            best = index - 1
        index -= 1
    return levels[best:first]


def _labels(body: list[Level], rows: list[Level], start: float) -> list[Label]:
    """The labels left of the figures, lines that belong together joined."""
    row_middles = [level.middle for level in rows]
    labels: list[Label] = []
    for level in body:
        on_row = any(abs(level.middle - middle) < 0.1 for middle in row_middles)
        for piece in level.pieces:
            if piece.box[0] >= start - 1:
                continue
            before = next((label for label in reversed(labels) if abs(label.left - piece.box[0]) < 8.0), None)
            if (
                before is not None
                and not _ENUMERATED.match(piece.text)
                and piece.box[1] - before.box[3] < 0.7 * level.size
                and not (on_row and any(abs(middle - item) < 0.1 for middle in before.middles for item in row_middles))
            ):
                before.text += "\n" + piece.text
                before.right = max(before.right, piece.box[2])
                before.box = (min(before.left, piece.box[0]), before.box[1], before.right, piece.box[3])
                before.middles.append(level.middle)
            else:
                labels.append(Label(piece.box[0], piece.box[2], piece.text, piece.box, [level.middle]))
    return labels


def _assign(labels: list[Label], rows: list[Level]) -> list[Label]:
    """Give each label its row of figures; answers the labels that stand in rows without figures."""
    extra: list[Label] = []
    for label in sorted(labels, key=lambda item: -item.left):
        near = min(range(len(rows)), key=lambda index: abs(rows[index].middle - label.middle))
        taken = any(other.row == near and abs(other.left - label.left) < 8.0 for other in labels)
        beside = any(other.left > label.right and other.box[1] < label.box[3] and other.box[3] > label.box[1] for other in labels)
        distance = abs(rows[near].middle - label.middle)
        high = label.box[3] - label.box[1]
        if not beside and (taken or distance > 0.75 * high):
            extra.append(label)
        else:
            label.row = near
    return extra


def _edges(spans: list[tuple[float, float]], labels: list[Label], start: float, left: float) -> list[float]:
    """Column edges: between the figures half-way, left of them where several labels begin."""
    lefts: list[float] = []
    for label in sorted(labels, key=lambda item: item.left):
        if not lefts or label.left - lefts[-1] > 8.0:
            lefts.append(label.left)
    edges = [min(left, lefts[0]) - 2.0] if lefts else []
    edges.extend(x - 2.0 for x in lefts[1:] if x < start - 8.0)
    edges.append(start - 1.0 if lefts else start - 4.0)
    edges.extend((before[1] + after[0]) / 2 for before, after in pairwise(spans))
    edges.append(spans[-1][1] + 6.0)
    return edges


class _Builder:
    """Collects the cells of one table."""

    def __init__(self, page: Page, edges: list[float], label_columns: int) -> None:
        self.page = page
        self.edges = edges
        self.label_columns = label_columns
        self.cells: list[FragmentCell] = []
        self.rows = 0

    def _column(self, x: float) -> int:
        column = sum(1 for edge in self.edges[1:-1] if edge <= x)
        return min(column, len(self.edges) - 2)

    def _add(self, row: int, column: int, text: str, box: Box, rowspan: int = 1, colspan: int = 1) -> None:
        doubt = (_PRINTED if text else _BLANK) * (0.7 if self.page.layer or self.page.recognised else 1.0)
        self.cells.append(
            FragmentCell(
                row=row,
                column=column,
                rowspan=rowspan,
                colspan=colspan,
                text=text,
                box=box,
                page=self.page.number,
                confidence=min(doubt, 0.3) if UNREADABLE in text else doubt,
            )
        )

    def add_header(self, header: list[Level]) -> None:
        """The head: words over several columns by level, then one row with the words over each column."""
        leaves: dict[int, list[Piece]] = {}
        for level in header:
            spanning = []
            for piece in level.pieces:
                middle = (piece.box[0] + piece.box[2]) / 2
                first, last = self._column(piece.box[0] + 1), self._column(piece.box[2] - 1)
                column = self._column(middle)
                if column >= self.label_columns and last > first and piece.box[2] - piece.box[0] > 1.15 * self._width(column):
                    spanning.append((first, last, piece))
                else:
                    leaves.setdefault(max(column, 0) if column >= self.label_columns else 0, []).append(piece)
            if spanning:
                for first, last, piece in spanning:
                    left = max(first, self.label_columns)
                    self._add(self.rows, left, piece.text, piece.box, colspan=last - left + 1)
                self.rows += 1
        if leaves:
            for column, pieces in sorted(leaves.items()):
                chars = [char for piece in pieces for char in piece.chars]
                colspan = self.label_columns if column == 0 and self.label_columns else 1
                self._add(self.rows, column, "\n".join(text_of_row(row) for row in rows_of(chars)), box_of(chars), colspan=colspan)
            self.rows += 1

    def _width(self, column: int) -> float:
        return self.edges[column + 1] - self.edges[column]

    def add_row(self, level: Level | None) -> None:
        """A row of figures; a row without any has blank cells."""
        filled: dict[int, list[Piece]] = {}
        columns = len(self.edges) - 1
        figures = [piece for piece in level.pieces if piece.figure] if level is not None else []
        if len(figures) == columns - self.label_columns:
            filled = {self.label_columns + number: [piece] for number, piece in enumerate(figures)}
        for piece in level.pieces if level is not None and not filled else ():
            column = self._column((piece.box[0] + piece.box[2]) / 2)
            if column >= self.label_columns:
                filled.setdefault(column, []).append(piece)
        if level is not None or self.label_columns:
            for column in range(self.label_columns, columns):
                pieces = filled.get(column, [])
                if pieces:
                    self._add(self.rows, column, " ".join(piece.text for piece in pieces), box_of([c for p in pieces for c in p.chars]))
                elif level is not None and level.figures:
                    self._add(self.rows, column, "", (self.edges[column], level.middle - 5, self.edges[column + 1], level.middle + 5))
        self.rows += 1

    def add_labels(self, placed: list[tuple[Label, int]]) -> None:
        """Labels in their columns; a label beside others is a group's and spans its rows."""
        columns = [(label, row, min(self._column(label.left), max(0, self.label_columns - 1))) for label, row in placed]
        for label, row, column in columns:
            finer = [(other, r) for other, r, c in columns if c > column]
            right = [c for other, r, c in columns if c > column and r == row]
            spans_rows = bool(right) and (len(label.middles) > 1 or bool(finer))
            end = min(right) if right else self.label_columns
            top, bottom = self._group_rows(row, column, columns) if spans_rows else (row, row)
            self._add(top, column, label.text, label.box, rowspan=bottom - top + 1, colspan=max(1, end - column))

    def _group_rows(self, row: int, column: int, columns: list[tuple[Label, int, int]]) -> tuple[int, int]:
        """Rows of a group: up to its first member (1.) and down to the next group or the next label of its own rank."""
        own = {r for _, r, c in columns if c <= column and r != row}
        firsts = {r for label, r, c in columns if c > column and _FIRST.match(label.text)}
        members = {r for _, r, c in columns if c > column}
        top = bottom = row
        while top not in firsts and top - 1 in members and not (top - 1 in own and column > 0 and top - 1 not in members):
            if top - 1 in {r for _, r, c in columns if c <= column}:
                break
            top -= 1
        while bottom + 1 in members and bottom + 1 not in own:
            if column > 0 and bottom + 1 in firsts:
                break
            bottom += 1
        return top, bottom

    def fragment(self, top: float, bottom: float) -> Fragment:
        """The table as a fragment. Rows have no edges of their own here: they are spread evenly."""
        step = (bottom - top + 12.0) / max(1, self.rows)
        cells = tuple(sorted(self.cells, key=lambda cell: (cell.row, cell.column)))
        return Fragment(
            page=self.page.number,
            page_height=self.page.height,
            xs=tuple(self.edges),
            figures=len(self.edges) - 1 - self.label_columns,
            ys=tuple(top - 6.0 + step * index for index in range(self.rows + 1)),
            cells=cells,
        )
