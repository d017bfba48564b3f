"""Column headers of a table: which grid column, or which place in the row, belongs to which column of the form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from auditor.bind.labels import whole_labels
from auditor.bind.lexicon import Lexicon
from auditor.bind.lines import TableLine
from auditor.bind.places import LabelPlace, columns_at, middle, places_of
from auditor.model.document import Cell
from auditor.model.formats import TableFormat
from auditor.text.chars import label_key, squeeze

_LONGEST_FUSED = 60


class Header(Struct, frozen=True):
    """``order``: column keys from left to right; ``grid``: grid column (0-based) → key, empty for ragged tables.

    ``width``: number of cells of a ragged header line, whose ordinals ``grid`` then holds (they count only for lines of the same
    width). ``labels``: column key → header text as printed; ``confidence`` is below 1 when the header had to be supposed.
    ``places``: where labels stand on the page, known of ragged tables only; no figure may be read that stands under another label.
    ``certain`` is false where the labels do not tell their columns: nothing is then read by ``order``.
    """

    order: tuple[str, ...]
    grid: dict[int, str]
    labels: dict[str, str]
    confidence: float = 1.0
    width: int = 0
    places: tuple[LabelPlace, ...] = ()
    certain: bool = True

    def of_other_grid(self) -> Header:
        """The same for a table that goes on in another grid: columns by order only."""
        return Header(self.order, {}, self.labels, self.confidence, places=self.places, certain=self.certain)

    def in_doubt(self) -> Header:
        """The same for rows that it does not fit: what is known of it is where its labels stand."""
        return Header(self.order, {}, {}, self.confidence, places=self.places, certain=False)


def supposed_header(keys: Iterable[str], confidence: float = 0.8) -> Header:
    """The form's own order, where no header is printed or none fits: values read by it are marked as doubtful."""
    return Header(tuple(keys), {}, {}, confidence)


def read_header(lines: Sequence[TableLine], table: TableFormat, lexicon: Lexicon, subtotal: Sequence[str]) -> Header | None:
    """The header made of consecutive header lines, or ``None`` when they name no column."""
    if not lines:
        return None
    if not lines[0].exact:
        return _ragged_header(lines, table, lexicon, subtotal)
    if any(len(fused_labels(cell.text, table, lexicon)) > 1 for line in lines for cell in line.printed if cell.colspan > 1):
        return _fused_header(lines, table, lexicon)
    grid: dict[int, str] = {}
    labels: dict[str, str] = {}
    for column in range(lines[0].table.columns):
        texts = texts_above(lines, column)
        key = column_key(table, texts, lexicon, subtotal)
        if key is not None and key not in grid.values():
            grid[column] = key
            labels[key] = next((text for text in reversed(texts) if squeeze(text)), "")
    return Header(tuple(grid[column] for column in sorted(grid)), grid, labels) if grid else None


def fused_labels(text: str, table: TableFormat, lexicon: Lexicon) -> list[str]:
    """The labels of columns of which the text of one cell is made, where it is two at least and nothing else; else none."""
    text = squeeze(text)
    if len(text) > _LONGEST_FUSED or lexicon.look_up(text):
        return []
    parts = whole_labels(text, lambda part: any(e.table == table.id and e.kind == "column" for e in lexicon.look_up(part)))
    return parts if "".join(parts) == text else []


def _fused_header(lines: Sequence[TableLine], table: TableFormat, lexicon: Lexicon) -> Header | None:
    """A header in which labels of neighbouring columns were read as one cell: only their order is known."""
    texts = [label for cell in lines[-1].printed for label in (fused_labels(cell.text, table, lexicon) or [cell.text])]
    named = [(key, text) for text in texts if (key := lexicon.column(table.id, text)) is not None]
    order = tuple(dict.fromkeys(key for key, _ in named))
    return Header(order, {}, dict(named), certain=len(order) == len(named)) if order else None


def texts_above(lines: Sequence[TableLine], column: int) -> list[str]:
    """What the cells of header lines over a grid column say, from above; a cell over several lines once."""
    cells = {id(cell): cell for line in lines for cell in line.cells if cell.column <= column < cell.column + cell.colspan}
    return [cell.text for cell in cells.values()]


def column_key(table: TableFormat, texts: Sequence[str], lexicon: Lexicon, subtotal: Sequence[str]) -> str | None:
    """The column that the labels above (or beside) a cell name together."""
    if any(squeeze(text) in subtotal for text in texts):
        return subtotal_key(table)
    if table.is_single_row:  # the same labels stand under several groups: only label and group together name a column
        return _by_path(table, [label for text in texts for label in labels_in(text, table, lexicon)], lexicon)
    key = lexicon.column(table.id, "".join(texts))
    if key is None:  # an inner label alone (the labels above it may be damaged)
        key = next((lexicon.column(table.id, text) for text in reversed(texts) if squeeze(text)), None)
    return key


def subtotal_key(table: TableFormat) -> str | None:
    """The column that some reports add for the subtotal of a group, or ``None``."""
    return next((group.subtotal for group in table.groups if group.subtotal), None)


def _by_path(table: TableFormat, labels: Sequence[str], lexicon: Lexicon) -> str | None:
    """The column whose label and whose group stand among these labels; of several labels of a kind the last counts."""
    group: str | None = None
    named: set[tuple[str, str | None]] = set()
    parents = {column.parent for column in table.columns}
    for label in labels:
        entries = [entry for entry in lexicon.look_up(label) if entry.table == table.id]
        group = next((entry.key for entry in entries if entry.kind == "group" and entry.key in parents), group)
        named = {(entry.key, entry.parent) for entry in entries if entry.kind == "column"} or named
    return next((key for key, parent in sorted(named) if parent == group), None)


def labels_in(text: str, table: TableFormat, lexicon: Lexicon) -> list[str]:
    """The labels in a header cell: its text, or where that is none, the runs of its lines that are (a head read with its column)."""
    lines = text.split("\n")
    return (
        [text] if len(lines) == 1 else whole_labels(lines, lambda part: any(e.table == table.id for e in lexicon.look_up(part))) or [text]
    )


_Label = tuple[int, Cell, str]
"""A label of a header: the number of its line (from 0 in the header), its cell, its text."""


def _ragged_header(lines: Sequence[TableLine], table: TableFormat, lexicon: Lexicon, subtotal: Sequence[str]) -> Header | None:
    """Header cells that only follow each other: their places on the page tell their columns, or where none is known their order."""
    found = [
        (number, cell, text) for number, line in enumerate(lines) for cell in line.printed for text in labels_in(cell.text, table, lexicon)
    ]
    header = _by_place(found, table, lexicon, subtotal)
    if header is not None and not header.certain:  # printed again where margins differ? The last whole print alone then tells more
        pages = list(dict.fromkeys(cell.location.page for _, cell, _ in reversed(found)))
        prints = (_by_place([entry for entry in found if entry[1].location.page == page], table, lexicon, subtotal) for page in pages)
        whole = (alone for alone in prints if alone is not None and alone.certain and len(alone.order) == len(table.columns))
        header = next(whole, header) if len(pages) > 1 else header
    if header is None:
        cells = _by_print(found, table, lexicon, subtotal)
        header = Header(tuple(cells), {}, {key: cell.text for key, cell in cells.items()})
        if len(lines) == 1:
            header = replace(header, grid={cell.column: key for key, cell in cells.items()}, width=len(lines[0].cells))
    elif len(lines) == 1 and header.certain:
        grid = {place.label.column: key for key, place in zip(header.order, header.places, strict=True)}
        header = replace(header, grid=grid, width=len(lines[0].cells))
    return header if header.order else None


def _by_place(found: Sequence[_Label], table: TableFormat, lexicon: Lexicon, subtotal: Sequence[str]) -> Header | None:
    """The header by the places of its labels on the page; ``None`` where they are not known."""
    groups = _groups_in(found, table, lexicon)
    labels = [
        (number, cell, keys)
        for number, cell, text in found
        if lexicon.group(table.id, text) not in groups and (keys := _columns_named(text, table, lexicon, subtotal))
    ]
    places = places_of(labels)
    if not places:
        return None
    boxes = {lexicon.group(table.id, text): cell.location.box for _, cell, text in reversed(found)}
    every = list(dict.fromkeys(column.parent for column in table.columns))
    named = sorted((key for key in groups if key in every), key=lambda key: middle(boxes[key] or (0.0, 0.0, 0.0, 0.0)))
    under = {key: [column.key for column in table.columns if column.parent == key] for key in every}
    columns = columns_at(places, [under[key] for key in named]) or columns_at(places, list(under.values()))
    if columns is None:  # the form's columns under these groups, which its figures may have if no label speaks against it
        return Header(tuple(key for owner in named or every for key in under[owner]), {}, {}, places=places, certain=False)
    return Header(tuple(columns), {}, {key: place.label.text for key, place in columns.items()}, places=places)


def _groups_in(found: Sequence[_Label], table: TableFormat, lexicon: Lexicon) -> list[str]:
    """The groups over columns that a header names, as first printed."""
    known = {group.key for group in table.groups if group.axis == "column"}
    return list(dict.fromkeys(key for _, _, text in found if (key := lexicon.group(table.id, text)) in known))


def _columns_named(text: str, table: TableFormat, lexicon: Lexicon, subtotal: Sequence[str]) -> frozenset[str]:
    """The columns that a label may be the label of."""
    key = subtotal_key(table) if squeeze(text) in subtotal else lexicon.column(table.id, text)
    if key is not None:
        return frozenset([key])
    return frozenset(entry.key for entry in lexicon.look_up(text) if entry.table == table.id and entry.kind == "column")


def _by_print(found: Sequence[_Label], table: TableFormat, lexicon: Lexicon, subtotal: Sequence[str]) -> dict[str, Cell]:
    """The columns with the cells of their labels where nothing but the order of print is known: what stands under a group stands where
    the group's own label stands.

    A label that several groups have (结果维持) stands under the first of them at its first print, under the second at its second …
    """
    parents: dict[str, str | None] = {group.key: group.parent for group in table.groups if group.axis == "column"}
    parents |= {column.key: column.parent for column in table.columns} | {g.subtotal: g.key for g in table.groups if g.subtotal}
    groups = _groups_in(found, table, lexicon)
    owners = _owners(table, [text for _, _, text in found], groups, lexicon)
    cells: dict[str, Cell] = {}
    sequence: dict[str, int] = {}
    for number, cell, text in found:
        key = lexicon.group(table.id, text)
        if key is None or key not in groups:
            key = subtotal_key(table) if squeeze(text) in subtotal else lexicon.column(table.id, text)
            if key is None:
                columns = (entry for entry in lexicon.look_up(text) if entry.table == table.id and entry.kind == "column")
                same = {entry.parent: entry.key for entry in columns}
                key = next((same[owner] for owner in owners if owner in same and same[owner] not in sequence), None)
            if key is not None:
                cells.setdefault(key, cell)
        if key is not None:
            sequence.setdefault(key, number)
    return {key: cells[key] for key in _expanded(sequence, parents) if key in cells}


def _owners(table: TableFormat, texts: Sequence[str], printed: Iterable[str], lexicon: Lexicon) -> list[str | None]:
    """The innermost groups that a header names, in printed order; all of the form where its labels are printed more often than that."""
    every = list(dict.fromkeys(column.parent for column in table.columns))
    named = [key for key in printed if key in every]
    times = Counter(label_key(text) for text in texts if any(e.table == table.id and e.kind == "column" for e in lexicon.look_up(text)))
    return [*named] if named and max(times.values(), default=0) <= len(named) else every


def _expanded(printed: dict[str, int], parents: dict[str, str | None]) -> list[str]:
    """Groups and columns (with the line each is printed in), what is printed under a group right behind it."""

    def above(key: str) -> str | None:
        outer = parents.get(key)
        return outer if outer is None or outer in printed else above(outer)

    children: dict[str | None, list[str]] = {}
    for key in printed:
        children.setdefault(above(key), []).append(key)
    places = {key: place for place, key in enumerate(printed)}

    def place(key: str) -> int:
        """Where the label stands; where its columns and those beside it stand in one line below it, where the first of them stands."""
        inside, beside = children.get(key, []), [other for other in children[above(key)] if other not in children]
        lines = {printed[other] for other in (*inside, *beside)}
        shared = inside and beside and len(lines) == 1 and printed[key] < min(lines)
        return places[inside[0] if shared else key]

    def under(key: str | None) -> list[str]:
        return [part for child in sorted(children.get(key, []), key=place) for part in (child, *under(child))]

    return under(None)
