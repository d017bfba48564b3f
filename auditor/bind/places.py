"""Where the labels of a header stand on the page: which of them are the label of one column, and whether figures stand under their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

from msgspec import Struct

from auditor.model.document import Cell
from auditor.model.source import Box

_APART: Final = 3.0
"""Points between the middles of two labels, or of two figures, that stand side by side."""
_SAME: Final = 20.0
"""Points between the middles of two prints of one label (a header printed again may be set differently)."""


class LabelPlace(Struct, frozen=True):
    """A column of a header by its place: ``keys`` are the columns of the form that what is printed there may name.

    ``box`` in points on ``page`` (1-based); ``label`` is the first cell printed there.
    """

    keys: frozenset[str]
    box: Box
    page: int
    label: Cell


def middle(box: Box) -> float:
    """The middle of a box from left to right, in points."""
    return (box[0] + box[2]) / 2


def places_of(labels: Iterable[tuple[int, Cell, frozenset[str]]]) -> tuple[LabelPlace, ...] | None:
    """The places of column labels (each with the number of its line and the columns that it may name), from left to right.

    A label printed again below or above itself, on another page too, is one place. ``None`` where places are not known, or where labels
    of one line share one, as in a line of text that was cut into cells.
    """
    found: list[LabelPlace] = []
    rows: list[set[int]] = []
    for line, cell, keys in labels:
        box, page = cell.location.box, cell.location.page
        if box is None or page is None:
            return None
        if any(line in own and abs(middle(box) - middle(place.box)) < _APART for place, own in zip(found, rows, strict=True)):
            return None
        again = [
            number
            for number, place in enumerate(found)
            if line not in rows[number] and place.keys & keys and abs(middle(box) - middle(place.box)) < _SAME
        ]
        if again:
            nearest = min(again, key=lambda number: abs(middle(box) - middle(found[number].box)))
            place = found[nearest]
            found[nearest] = LabelPlace(place.keys & keys, place.box, place.page, place.label)
            rows[nearest].add(line)
        else:
            found.append(LabelPlace(keys, box, page, cell))
            rows.append({line})
    return tuple(sorted(found, key=lambda place: middle(place.box)))


def columns_at(places: Sequence[LabelPlace], groups: Sequence[Sequence[str]]) -> dict[str, LabelPlace] | None:
    """The column that each place is, from left to right; ``None`` where that is not certain.

    ``groups``: the columns under each group of the header, groups from left to right. A label that stands under several groups is told by
    its rank among the places that bear it, if there are as many of them as of the groups.
    """
    if any(after - before < _APART for before, after in pairwise(middle(place.box) for place in places)):
        return None  # labels of two columns stand over one place
    found: dict[str, LabelPlace] = {}
    for keys in {place.keys for place in places}:
        own = [place for place in places if place.keys == keys]
        named = [key for group in groups for key in group if key in keys] if len(keys) > 1 else list(keys)
        if len(named) != len(own) or not found.keys().isdisjoint(named):
            return None
        found |= dict(zip(named, own, strict=True))
    return dict(sorted(found.items(), key=lambda entry: middle(entry[1].box)))


def stand_under(places: Sequence[LabelPlace], cells: Mapping[str, Cell | None]) -> bool:
    """Whether no label of a header stands over the cell of a column that it does not name. ``cells``: column → its cell in one row.

    Where nothing is known of places, nothing speaks against it.
    """
    boxes = {key: cell.location.box for key, cell in cells.items() if cell is not None and cell.location.box is not None}
    order = sorted(boxes, key=lambda key: middle(boxes[key]))
    if len(boxes) < len(cells) or any(middle(boxes[after]) - middle(boxes[before]) < _APART for before, after in pairwise(order)):
        return True
    pages = {cell.location.page for cell in cells.values() if cell is not None}
    if len(places) == len(order) and pages.isdisjoint(place.page for place in places):
        return all(key in place.keys for key, place in zip(order, places, strict=True))  # margins may differ from page to page
    return all(min(order, key=lambda key: _distance(place.box, boxes[key])) in place.keys for place in places)


def _distance(label: Box, cell: Box) -> tuple[float, float]:
    """How far a cell is from standing under a label: the gap between them from left to right, and that between their middles."""
    return max(0.0, label[0] - cell[2], cell[0] - label[2]), abs(middle(label) - middle(cell))
