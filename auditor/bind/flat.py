"""Tables whose grid was lost: runs of short lines, or one long line, put back into rows by the labels of the form.

Rows are counted *between labels*, never from the start of the table: a row is a label and what follows it up to the next label.
"""

from __future__ import annotations

from collections.abc import Sequence

import regex

from auditor.bind.counted import Token, counted_rows, lines_as_cells
from auditor.bind.labels import are_halves
from auditor.bind.lexicon import Lexicon
from auditor.bind.sections import read_title
from auditor.model.binding import BindingWords
from auditor.model.document import Block, Cell, Paragraph, Table
from auditor.model.formats import SectionFormat
from auditor.model.source import Location
from auditor.text.chars import fold, is_blank, label_key, squeeze
from auditor.text.tokens import are_numbers, is_number

_TOKEN = regex.compile(r"\S+")
_LONGEST_LINE = 60
_LONGEST_REST = 14
_FEWEST_LABELS = 4
_INLINE_LABELS = 8


def rebuild_tables(
    blocks: Sequence[Block], lexicon: Lexicon, words: BindingWords, sections: tuple[SectionFormat, ...]
) -> tuple[Block, ...]:
    """The blocks with every run of label and number lines replaced by a ragged table; all else stays as it is.

    Headings of ``sections`` between two tables end the one above, however short they are.
    """
    blocks = _with_captions(_with_whole_labels(blocks, lexicon, words), lexicon)
    if not _worth_it(blocks, lexicon):
        return tuple(blocks)
    rebuilt: list[Block] = []
    run: list[Paragraph] = []
    held: list[Paragraph] = []  # short lines inside a run: the second half of a wrapped label
    for block in blocks:
        if isinstance(block, Paragraph) and _is_table_line(block.text, lexicon, words):
            run += [*held, block]
            held = []
            continue
        short = isinstance(block, Paragraph) and len(block.text) <= _LONGEST_REST and len(held) < 2
        if run and short and isinstance(block, Paragraph) and not _parts_tables(block.text, run, lexicon, sections):
            held.append(block)
            continue
        rebuilt += [*_flush(run, held[0] if held else block, lexicon, words), *held]
        run, held = [], []
        if isinstance(block, Paragraph):
            rebuilt += _inline(block, lexicon, words)
        else:
            rebuilt.append(_unrolled(block, lexicon, words) if isinstance(block, Table) else block)
    return (*rebuilt, *_flush(run, held[0] if held else None, lexicon, words), *held)


def _parts_tables(text: str, run: Sequence[Paragraph], lexicon: Lexicon, sections: tuple[SectionFormat, ...]) -> bool:
    """Whether a line is a heading of the report; chapters of the statistical table have the same names and part nothing."""
    title = read_title(text, sections)
    if title is None or title.key is None or title.ordinal is None:
        return False
    return not any(lexicon.axes[entry.table].has_one_column for line in run for entry in lexicon.look_up(_label_part(line.text)))


def _with_whole_labels(blocks: Sequence[Block], lexicon: Lexicon, words: BindingWords) -> tuple[Block, ...]:
    """Labels wrapped over two lines (上一年项 / 目数量) as one paragraph: the halves are short and only together a label. So are notes."""
    found: list[Block] = []
    place = 0
    while place < len(blocks):
        first, second = blocks[place], blocks[place + 1] if place + 1 < len(blocks) else None
        if (
            isinstance(first, Paragraph)
            and isinstance(second, Paragraph)
            and (_are_halves(first.text, second.text, lexicon, words) or _is_note(first.text, second.text, lexicon, words))
        ):
            found.append(Paragraph(text=first.text + "\n" + second.text, location=first.location))
            place += 2
        else:
            found.append(first)
            place += 1
    return tuple(found)


def _are_halves(first: str, second: str, lexicon: Lexicon, words: BindingWords) -> bool:
    if max(len(first), len(second)) > _LONGEST_REST or is_number(first, words) or is_number(second, words):
        return False
    return are_halves(first, second, lexicon.is_label)


def _is_note(first: str, second: str, lexicon: Lexicon, words: BindingWords) -> bool:
    """Whether the second line is a note in brackets on the figure above it: 22 / （其中修订16件）."""
    if not second.startswith(("(", "（")) or not is_number(first, words) or lexicon.look_up(second):
        return False
    return is_number(first + second, words)


def _with_captions(blocks: Sequence[Block], lexicon: Lexicon) -> tuple[Block, ...]:
    """Group labels that stand as paragraphs right above their table (第二十条第（一）项, 行政复议) become its first rows."""
    found: list[Block] = []
    for block in blocks:
        if isinstance(block, Table):
            above: list[Paragraph] = []
            while found and len(above) < 3 and isinstance(last := found[-1], Paragraph) and _is_group(last.text, lexicon):
                above.insert(0, last)
                found.pop()
            block = _below(above, block) if above else block
        found.append(block)
    return tuple(found)


def _is_group(text: str, lexicon: Lexicon) -> bool:
    return len(text) <= _LONGEST_LINE and any(entry.kind == "group" for entry in lexicon.look_up(text))


def _below(above: Sequence[Paragraph], table: Table) -> Table:
    """The table with one full-width row for each paragraph above it."""
    count = len(above)
    span = table.columns if table.grid == "exact" else 1
    heads = tuple(Cell(text=line.text, row=number, column=0, colspan=span, location=line.location) for number, line in enumerate(above))
    moved = tuple(
        Cell(
            text=cell.text, row=cell.row + count, column=cell.column, rowspan=cell.rowspan, colspan=cell.colspan,
            location=cell.location, confidence=cell.confidence,
        )
        for cell in table.cells
    )  # fmt: skip
    return Table(rows=table.rows + count, columns=table.columns, cells=heads + moved, grid=table.grid, location=table.location)


def _worth_it(blocks: Sequence[Block], lexicon: Lexicon) -> bool:
    hits = 0
    for block in blocks:
        if isinstance(block, Table) and _is_stream(block):
            return True
        if isinstance(block, Paragraph):
            if len(block.text) <= _LONGEST_LINE:
                hits += bool(lexicon.look_up(_label_part(block.text)))
            elif any(char.isdigit() for char in block.text) and "勾稽关系" in block.text:
                return True
            elif len(block.text) > 400:
                hits += 1
            if hits >= _FEWEST_LABELS:
                return True
    return False


def _is_stream(table: Table) -> bool:
    """Whether a table is one long column of cells of which the rows are unknown."""
    return table.grid == "ragged" and table.columns == 1 and table.rows >= 12


def _unrolled(table: Table, lexicon: Lexicon, words: BindingWords) -> Table:
    """A stream of cells put into rows; empty cells after a label are values, as printed."""
    if not _is_stream(table) or sum(1 for cell in table.cells if lexicon.look_up(cell.text)) < _FEWEST_LABELS:
        return table
    cells = [(cell.text, cell.location) for cell in table.cells]
    start = next(at for at, (text, _) in enumerate(cells) if lexicon.look_up(text))
    rows = _rows(cells[:start], lexicon, words)
    for found, counted in counted_rows(cells[start:], False, lexicon, words):
        rows += found if counted else _rows(found[0], lexicon, words)
    return _made(rows, table.location)


def _label_part(text: str) -> str:
    """A line without the numbers at its end."""
    return str(regex.sub(r"(?:[\s|]+(?:[+-]?[\d,.]+\p{Han}{0,2}|[-—/]|无))+\s*$", "", fold(text)))


def _is_table_line(text: str, lexicon: Lexicon, words: BindingWords) -> bool:
    if len(text) > _LONGEST_LINE + 40:
        return False
    tight = squeeze(text)
    if any(mark in tight for mark in words.corner_note):
        return True
    if is_number(text, words) or all(is_number(token, words) for token in text.split()):
        return True
    label = _label_part(text)
    if lexicon.look_up(label):
        return True
    tokens = fold(text).split()
    return len(tokens) > 1 and all(is_number(token, words) or lexicon.look_up(token) for token in tokens)


def _flush(run: Sequence[Paragraph], after: Block | None, lexicon: Lexicon, words: BindingWords) -> list[Block]:
    labels = {label_key(_label_part(line.text)) for line in run if lexicon.look_up(_label_part(line.text))}
    numbers = sum(1 for line in run if any(is_number(token, words) for token in line.text.split()))
    if len(labels) < _FEWEST_LABELS or numbers == 0:
        return list(run)
    start = 0
    while start < len(run) and not lexicon.look_up(_label_part(run[start].text)):
        start += 1
    cells = lines_as_cells(run[start:], after.location.line if after is not None else None, lexicon, words)
    if cells is None:
        rows = _rows([token for line in run[start:] for token in _tokens(line, lexicon, words)], lexicon, words)
    else:
        rows = []
        for found, counted in counted_rows(cells, after is None, lexicon, words):
            rows += found if counted else _rows([token for token in found[0] if token[0]], lexicon, words)
    return [*run[:start], _made(rows, run[start].location)]


def _tokens(line: Paragraph, lexicon: Lexicon, words: BindingWords) -> list[Token]:
    """A line as one label, as single values, or as a label and its values."""
    text = line.text
    if lexicon.look_up(text) or (is_number(text, words) and not are_numbers(text, words)):
        return [(text.strip(), line.location)]
    label = _label_part(text)
    if lexicon.look_up(label):
        values = fold(text)[len(label) :].replace("|", " ").split()
        return [(label.strip(), line.location), *((value, line.location) for value in values)]
    return [(token, line.location) for token in text.split()]


def _rows(tokens: Sequence[Token], lexicon: Lexicon, words: BindingWords) -> list[list[Token]]:
    """Rows of one or more labels followed by their values."""
    rows: list[list[Token]] = []
    values = False
    for text, location in tokens:
        if is_blank(text):
            if rows and not _is_header_row(rows[-1], lexicon):
                rows[-1].append((text, location))
                values = any(entry.kind == "row" for cell, _ in rows[-1] for entry in lexicon.look_up(cell))
            continue
        if is_number(text, words):
            if not values and rows and _is_header_row(rows[-1], lexicon):
                rows.append([])
            values = True
        elif rows and not values and not lexicon.look_up(text) and lexicon.look_up(rows[-1][-1][0] + text):
            rows[-1][-1] = (rows[-1][-1][0] + text, rows[-1][-1][1])
            continue
        elif rows and not values and text in words.units:
            pass  # the unit of a row stands between its label and its value
        elif values or not rows or not _continues(rows[-1], text, lexicon):
            rows.append([])
            values = False
        if not rows:
            rows.append([])
        rows[-1].append((text, location))
    return rows


def _made(rows: Sequence[Sequence[Token]], place: Location) -> Table:
    """The ragged table of these rows."""
    cells = tuple(
        Cell(text=text, row=number, column=column, location=location)
        for number, row in enumerate(rows)
        for column, (text, location) in enumerate(row)
    )
    return Table(rows=len(rows), columns=max(len(row) for row in rows), cells=cells, grid="ragged", location=place)


def _is_header_row(row: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether a row names columns only (table 4 has no row labels: its numbers stand alone under the header)."""
    return sum(1 for text, _ in row if any(entry.kind == "column" for entry in lexicon.look_up(text))) >= 4


def _continues(row: Sequence[Token], text: str, lexicon: Lexicon) -> bool:
    """Whether a label goes on in the row above it: column headers follow each other, a group comes before its item."""
    last = lexicon.look_up(row[-1][0])
    here = lexicon.look_up(text)
    columns_before = any(entry.kind == "column" for entry in last)
    column_here = any(entry.kind == "column" for entry in here)
    header_group = any(
        entry.kind == "group" and (entry.key in lexicon.axes[entry.table].blocks or entry.key in lexicon.axes[entry.table].corners)
        for entry in last
    )
    if column_here and (columns_before or header_group):
        return True
    group_before = any(entry.kind == "group" for entry in last)
    return group_before and any(entry.kind == "row" for entry in here)


def _inline(block: Paragraph, lexicon: Lexicon, words: BindingWords) -> list[Block]:
    """A long paragraph that contains a whole table: its labels cut it into rows."""
    if len(block.text) < 200:
        return [block]
    folded = fold(block.text)
    found: list[tuple[int, int]] = []
    for match in _TOKEN.finditer(folded):
        token = match.group()
        if len(token) <= _LONGEST_LINE and (lexicon.look_up(token) or is_number(token, words)):
            if found and folded[found[-1][1] : match.start()].strip() == "":
                found[-1] = (found[-1][0], match.end())
            else:
                found.append((match.start(), match.end()))
    pieces: list[Block] = []
    done = 0
    for begin, end in found:
        part = folded[begin:end].split()
        if sum(1 for token in part if lexicon.look_up(token)) < _INLINE_LABELS:
            continue
        before = block.text[done:begin]
        if not is_blank(before):
            pieces.append(Paragraph(text=before.strip(), location=block.location))
        tokens = [(token, block.location) for token in part]
        pieces.append(_made(_rows(tokens, lexicon, words), block.location))
        done = end
    if not pieces:
        return [block]
    rest = block.text[done:]
    if not is_blank(rest):
        pieces.append(Paragraph(text=rest.strip(), location=block.location))
    return pieces
