"""Gives back what a page end or an export took away from tables, before anything is bound: which split of the print gives whole labels?

Labels wrapped over two lines are one again, labels above a table are its first rows, runs of lines and columns of cells without a grid are
rows (:mod:`auditor.bind.streams`), and rows at page ends are one where halves of one label are printed, two where two whole labels are.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from auditor.bind.labels import whole_split
from auditor.bind.lexicon import Lexicon
from auditor.bind.sections import read_title
from auditor.bind.streams import Token, rows_by_labels, rows_of
from auditor.model.binding import BindingWords
from auditor.model.document import Block, Cell, Paragraph, Table
from auditor.model.formats import SectionFormat
from auditor.model.source import Location
from auditor.text.chars import fold, is_blank, label_key, squeeze
from auditor.text.patterns import regex_pattern
from auditor.text.tokens import are_numbers, is_number

_TOKEN = regex_pattern(r"\S+")
_VALUES_AT_END = regex_pattern(r"(?:[\s|]+(?:[+-]?[\d,.]+\p{Han}{0,2}|[-—/]|无))+\s*$")
_LONGEST_LINE = 60
_LONGEST_REST = 14
_LONGEST_HALF = 60
_SHORTEST_RUN_ON = 200
_FEWEST_LABELS = 4
_FEWEST_RUN_ON_LABELS = 8
_FEWEST_CELLS = 12
_DOUBT, _WRAPPED = 0.95, 0.85  # confidence of a label, and of a figure, put together from two pages
_FEW = 4  # of so many figures one may be cut with its row


def repaired(blocks: Sequence[Block], lexicon: Lexicon, words: BindingWords, sections: tuple[SectionFormat, ...]) -> tuple[Block, ...]:
    """The blocks with every table that was cut or flattened put together again; all else stays as it is.

    Headings of ``sections`` between two tables end the one above, however short they are.
    """
    whole = _with_captions(_with_whole_lines(blocks, lexicon, words), lexicon)
    rebuilt = _Rebuilt(lexicon, words, sections).of(whole)
    return tuple(_without_page_ends(block, lexicon, words) if isinstance(block, Table) else block for block in rebuilt)


def _with_whole_lines(blocks: Sequence[Block], lexicon: Lexicon, words: BindingWords) -> list[Block]:
    """Labels wrapped over two lines (上一年项 / 目数量) as one paragraph: the halves are short and only together a label. So are notes in
    brackets on the figure above them: 22 / （其中修订16件）.
    """
    found: list[Block] = []
    joined = False
    for block in blocks:
        above = found[-1] if found and not joined else None
        joined = isinstance(above, Paragraph) and isinstance(block, Paragraph) and _are_one_line(above.text, block.text, lexicon, words)
        if joined and isinstance(above, Paragraph) and isinstance(block, Paragraph):
            found[-1] = Paragraph(text=above.text + "\n" + block.text, location=above.location)
        else:
            found.append(block)
    return found


def _are_one_line(first: str, second: str, lexicon: Lexicon, words: BindingWords) -> bool:
    in_brackets = second.startswith(("(", "（"))
    short = max(len(first), len(second)) <= _LONGEST_REST
    if not in_brackets and not short:
        return False
    if is_number(first, words):
        return in_brackets and not lexicon.is_label(second) and is_number(first + second, words)
    return short and not is_number(second, words) and len(whole_split([first, second], lexicon.is_label)) == 1


def _with_captions(blocks: Sequence[Block], lexicon: Lexicon) -> list[Block]:
    """Group labels that stand as paragraphs right above their table (第二十条第（一）项, 行政复议) become its first rows."""
    found: list[Block] = []
    for block in blocks:
        if isinstance(block, Table):
            above: list[Paragraph] = []
            while found and len(above) < 3 and isinstance(last := found[-1], Paragraph) and _is_group(last, lexicon):
                above.insert(0, last)
                found.pop()
            block = _below(above, block) if above else block
        found.append(block)
    return found


def _is_group(line: Paragraph, lexicon: Lexicon) -> bool:
    return len(line.text) <= _LONGEST_LINE and any(entry.kind == "group" for entry in lexicon.look_up(line.text))


def _below(above: Sequence[Paragraph], table: Table) -> Table:
    """The table with one full-width row for each paragraph above it."""
    span = table.columns if table.grid == "exact" else 1
    heads = tuple(Cell(text=line.text, row=number, column=0, colspan=span, location=line.location) for number, line in enumerate(above))
    moved = tuple(replace(cell, row=cell.row + len(above)) for cell in table.cells)
    return replace(table, rows=table.rows + len(above), cells=heads + moved)


class _Rebuilt:
    """Tables of which the grid was lost: runs of short lines, a long line, a column of cells."""

    def __init__(self, lexicon: Lexicon, words: BindingWords, sections: tuple[SectionFormat, ...]) -> None:
        self.lexicon, self.words, self.sections = lexicon, words, sections

    def of(self, blocks: Sequence[Block]) -> list[Block]:
        """The blocks with every run of label and number lines replaced by a ragged table."""
        rebuilt: list[Block] = []
        run: list[Paragraph] = []
        held: list[Paragraph] = []  # short lines inside a run: the second half of a wrapped label
        for block in blocks:
            if isinstance(block, Paragraph):
                if self._is_table_line(block.text):
                    run += [*held, block]
                    held = []
                    continue
                if run and len(block.text) <= _LONGEST_REST and len(held) < 2 and not self._parts_tables(block.text, run):
                    held.append(block)
                    continue
            rebuilt += [*self._of_run(run, held[0] if held else block), *held]
            run, held = [], []
            if isinstance(block, Paragraph):
                rebuilt += self._of_line(block)
            else:
                rebuilt.append(self._of_cells(block) if isinstance(block, Table) else block)
        return [*rebuilt, *self._of_run(run, held[0] if held else None), *held]

    def _of_cells(self, table: Table) -> Table:
        """One long column of cells of which the rows are unknown, put into rows; empty cells after a label are values, as printed."""
        is_stream = table.grid == "ragged" and table.columns == 1 and table.rows >= _FEWEST_CELLS
        if not is_stream or sum(1 for cell in table.cells if self.lexicon.is_label(cell.text)) < _FEWEST_LABELS:
            return table
        cells = [(cell.text, cell.location) for cell in table.cells]
        return _table(rows_of(cells, self.lexicon, self.words, are_cells=True, open_end=False), table.location)

    def _of_run(self, run: Sequence[Paragraph], after: Block | None) -> list[Block]:
        labels = [_label_part(line.text) for line in run]
        starts = [at for at, label in enumerate(labels) if self.lexicon.is_label(label)]
        if len({label_key(labels[at]) for at in starts}) < _FEWEST_LABELS:
            return list(run)
        if not any(is_number(token, self.words) for line in run for token in line.text.split()):
            return list(run)
        lines = run[starts[0] :]
        cells = self._lines_as_cells(lines, after.location.line if after is not None else None)
        if cells is None:
            rows = rows_by_labels([token for line in lines for token in self._tokens(line)], self.lexicon, self.words)
        else:
            rows = rows_of(cells, self.lexicon, self.words, are_cells=False, open_end=after is None)
        return [*run[: starts[0]], _table(rows, lines[0].location)]

    def _lines_as_cells(self, run: Sequence[Paragraph], after: int | None) -> list[Token] | None:
        """Lines as cells with the empty lines between them, or ``None`` where lines hold several cells or have no numbers.

        ``after`` is the line (from 1) of what follows the run, ``None`` at the end of the file. Where all lines are parted by the same
        number of empty ones, those count for nothing.
        """
        lines = [line.location.line for line in run if line.location.line is not None]
        if len(lines) < len(run) or any(self._holds_several(line.text.strip()) for line in run):
            return None
        ends = [start + line.text.count("\n") for start, line in zip(lines, run, strict=True)]
        distances = [following - end for end, following in zip(ends, lines[1:], strict=False)]
        period = max(1, min(distances, default=1))
        if any(distance % period for distance in distances):
            return None
        distances.append(after - ends[-1] if after is not None else period)
        cells: list[Token] = []
        for line, distance in zip(run, distances, strict=True):
            cells += [(line.text.strip(), line.location), *[("", line.location)] * (distance // period - 1)]
        return cells

    def _holds_several(self, text: str) -> bool:
        if is_number(text, self.words):
            return are_numbers(text, self.words)
        return len(text.split()) > 1 and not self.lexicon.is_label(text)

    def _tokens(self, line: Paragraph) -> list[Token]:
        """A line as one label, as single values, or as a label and its values."""
        text, label = line.text, _label_part(line.text)
        if self.lexicon.is_label(text) or (is_number(text, self.words) and not are_numbers(text, self.words)):
            parts = [text.strip()]
        elif self.lexicon.is_label(label):
            parts = [label.strip(), *fold(text)[len(label) :].replace("|", " ").split()]
        else:
            parts = text.split()
        return [(part, line.location) for part in parts]

    def _is_table_line(self, text: str) -> bool:
        if len(text) > _LONGEST_LINE + 40:
            return False
        tight = squeeze(text)
        if any(mark in tight for mark in self.words.corner_note) or is_number(text, self.words) or self.lexicon.is_label(_label_part(text)):
            return True
        tokens = fold(text).split()
        return all(is_number(token, self.words) or (len(tokens) > 1 and self.lexicon.is_label(token)) for token in tokens)

    def _parts_tables(self, text: str, run: Sequence[Paragraph]) -> bool:
        """Whether a line is a heading of the report; chapters of the statistical table have the same names and part nothing."""
        title = read_title(text, self.sections)
        if title is None or title.key is None or title.ordinal is None:
            return False
        entries = (entry for line in run for entry in self.lexicon.look_up(_label_part(line.text)))
        return not any(self.lexicon.axes[entry.table].has_one_column for entry in entries)

    def _of_line(self, block: Paragraph) -> list[Block]:
        """A long paragraph that contains a whole table: its labels cut it into rows."""
        if len(block.text) < _SHORTEST_RUN_ON:
            return [block]
        folded = fold(block.text)
        found: list[tuple[int, int]] = []
        for match in _TOKEN.finditer(folded):
            if len(match[0]) <= _LONGEST_LINE and (self.lexicon.is_label(match[0]) or is_number(match[0], self.words)):
                goes_on = bool(found) and is_blank(folded[found[-1][1] : match.start()])
                found.append((found.pop()[0] if goes_on else match.start(), match.end()))
        pieces: list[Block] = []
        done = 0
        for begin, end in found:
            part = folded[begin:end].split()
            if sum(map(self.lexicon.is_label, part)) >= _FEWEST_RUN_ON_LABELS:
                rows = rows_by_labels([(token, block.location) for token in part], self.lexicon, self.words)
                pieces += [Paragraph(text=block.text[done:begin].strip(), location=block.location), _table(rows, block.location)]
                done = end
        if not pieces:
            return [block]
        pieces.append(Paragraph(text=block.text[done:].strip(), location=block.location))
        return [piece for piece in pieces if isinstance(piece, Table) or not is_blank(piece.text)]


def _table(rows: Sequence[Sequence[Token]], place: Location) -> Table:
    """The ragged table of these rows."""
    cells = tuple(
        Cell(text=text, row=number, column=column, location=location)
        for number, row in enumerate(rows)
        for column, (text, location) in enumerate(row)
    )
    return Table(rows=len(rows), columns=max(map(len, rows)), cells=cells, grid="ragged", location=place)


def _label_part(text: str) -> str:
    """A line without the numbers at its end."""
    return str(_VALUES_AT_END.sub("", fold(text)))


_Row = dict[tuple[int, int], Cell]
"""Cells of a row by column and width."""


def _without_page_ends(table: Table, lexicon: Lexicon, words: BindingWords) -> Table:
    """The table with the last row of a page and the first of the next as one, wherever their labels say that they are one, and as two
    where a reader took two whole labels for one.
    """
    if len({cell.location.page for cell in table.cells}) < 2:
        return table
    rows: dict[int, _Row] = {}
    for cell in table.cells:
        rows.setdefault(cell.row, {})[(cell.column, cell.colspan)] = cell
    for row in range(table.rows - 1, 0, -1):  # from the end, so that the rows above keep their numbers
        above, below = rows.get(row - 1, {}), rows.get(row, {})
        if _on_two_pages(above, below) and _is_one_row(above, below, lexicon, words):
            table = _as_one_row(table, row, above, below, words)
    tall = {cell.row for cell in table.cells if cell.rowspan > 1}
    cut = {cell.row: (cell, labels) for cell in reversed(table.cells) if cell.row not in tall and (labels := _two_labels(cell, lexicon))}
    for row in sorted(cut, reverse=True):
        table = _as_two_rows(table, row, *cut[row])
    return table


def _on_two_pages(above: _Row, below: _Row) -> bool:
    pages = [{cell.location.page or 0 for cell in row.values()} for row in (above, below)]
    return all(pages) and max(pages[0]) < min(pages[1])


def _is_one_row(above: _Row, below: _Row, lexicon: Lexicon, words: BindingWords) -> bool:
    """Whether the labels of two rows are halves of known labels. A figure over a figure is the exception: one that was cut as well."""
    ends = {key: cell.text for key, cell in above.items() if cell.rowspan == 1}
    if not set(below) >= set(ends):
        return False
    evidence = False
    figures = sum(is_number(head, words) for head in ends.values())
    doubled = 0
    for head, tail in ((head, below[key].text) for key, head in ends.items()):
        if is_blank(head) or is_blank(tail):
            continue
        if is_number(head, words) or is_number(tail, words):
            doubled += 1
        elif max(len(head), len(tail)) <= _LONGEST_HALF:
            if lexicon.is_label(head) and lexicon.is_label(tail):
                return False
            evidence = evidence or bool(whole_split([head, tail], lexicon.is_label))
    return evidence and doubled <= figures // _FEW


def _as_one_row(table: Table, row: int, above: _Row, below: _Row, words: BindingWords) -> Table:
    """The table with ``row`` taken into the one above it."""
    cells: list[Cell] = []
    for cell in table.cells:
        key = (cell.column, cell.colspan)
        if cell.row == row:
            if key not in above or above[key].rowspan > 1:
                cells.append(replace(cell, row=row - 1))
        elif cell.row == row - 1 and cell.rowspan == 1:
            tail = below[key]
            printed = [part for part in (cell, tail) if not is_blank(part.text)]
            doubt = (_WRAPPED if is_number(cell.text, words) else _DOUBT) if len(printed) == 2 else 1.0
            text, place = "\n".join(part.text for part in printed), (printed[0] if printed else tail).location
            confidence = min(cell.confidence, tail.confidence, doubt)
            cells.append(replace(cell, text=text, rowspan=tail.rowspan, confidence=confidence, location=place))
        elif cell.row < row < cell.row + cell.rowspan:
            cells.append(replace(cell, rowspan=cell.rowspan - 1))
        else:
            cells.append(replace(cell, row=cell.row - 1) if cell.row > row else cell)
    return replace(table, rows=table.rows - 1, cells=tuple(cells))


def _two_labels(cell: Cell, lexicon: Lexicon) -> tuple[str, ...]:
    """The two labels that a doubtful cell of several lines is made of, if it is no label as a whole."""
    if cell.confidence >= 1 or len(cell.text) > 2 * _LONGEST_HALF:
        return ()
    labels = whole_split(cell.text.split("\n"), lexicon.is_label, "\n")
    return labels if len(labels) == 2 else ()


def _as_two_rows(table: Table, row: int, label: Cell, halves: tuple[str, ...]) -> Table:
    """The table with ``row`` in two: the other cells stay with the label on their page, and leave a blank with the other."""
    page = min(cell.location.page or 0 for cell in table.cells if cell.row == row)
    cells: list[Cell] = []
    for cell in table.cells:
        if cell.row < row < cell.row + cell.rowspan:
            cells.append(replace(cell, rowspan=cell.rowspan + 1))
        elif cell.row != row:
            cells.append(replace(cell, row=cell.row + 1) if cell.row > row else cell)
        else:
            below = (cell.location.page or 0) > page
            texts = halves if cell is label else ("", cell.text) if below else (cell.text, "")
            cells += [replace(cell, text=text, row=row + number) for number, text in enumerate(texts)]
    return replace(table, rows=table.rows + 1, cells=tuple(cells))
