"""Table fragments on successive pages → whole tables.

Geometry decides where it can: edges, blanks, full lines. A label that a page break cuts in two is joined with ``\\n`` and the
last word is left to whoever knows the form. Nothing is added and no figure is ever joined with another.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from auditor.read.pdf.fragment import Fragment, FragmentCell
from auditor.read.pdf.glyphs import unbreakable
from auditor.read.pdf.lines import Line

_SAME_EDGE = 6.0
_SAME_WIDTH = 4.0
_MIRROR = 60.0  # left and right pages may have mirrored margins
_SNAP = 3.0
_EMPTY_PAGE = 0.45  # a table that ends above so much empty page has ended
_DOUBT = 0.95  # confidence of a label joined over a page break
_WRAPPED = 0.85  # … of a figure
# 一、 （一） (1) 1. 1、 ① 第二十条: what begins with these is no tail of the label above.
_ENUMERATED = re.compile(
    r"(?:[（(]?[一二三四五六七八九十]{1,3}[）)、.．]|[（(]?\d{1,2}[）)、.．](?!\d)|[①-⑩]|第[一二三四五六七八九十\d]+[条项章])"
)
_BEGUN = re.compile(r"[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})?[）)、.．]?")
_PADDING = 14.0
_MANY_COLUMNS = 5  # shared column edges that cannot be chance
_FIGURES = re.compile(r"[\d.,\s]+")
_DIGITS = re.compile(r"[\d.]+(?:[（(].*)?")  # the rest of a figure, with a note in brackets
_CHINESE = re.compile(r"[\u2e80-\u9fff]")
_NOTED = re.compile(r"[0-9０-９][0-9０-９,，.．]*[\u4e00-\u9fff]{0,2}[（(].*")  # a figure with a note in brackets
_UNIT = 2  # characters of a unit (件, 万元) at most, which is no label
_DIGIT = re.compile(r"[0-9０-９]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """A whole table: cells in one grid. ``page`` and ``box`` are those of its first fragment."""

    rows: int
    columns: int
    cells: tuple[FragmentCell, ...]
    fragments: tuple[Fragment, ...]


def continues(before: Fragment, after: Fragment) -> bool:
    """Whether two fragments with nothing between them are one table, by their outer edges."""
    if before.exact != after.exact or (before.page_height - before.box[3]) > _EMPTY_PAGE * before.page_height:
        return False
    if before.figures or after.figures:
        return False  # tables without rules are read over their page ends and are whole already
    left, right = after.xs[0] - before.xs[0], after.xs[-1] - before.xs[-1]
    if abs(left) < _SAME_EDGE and abs(right) < _SAME_EDGE:
        return True
    if after.page == before.page:
        return False
    return (abs(left - right) < _SAME_WIDTH and abs(left) < _MIRROR) or (abs(right) < _SNAP and _shares_columns(before, after))


def _shares_columns(before: Fragment, after: Fragment) -> bool:
    """Whether one fragment lacks only columns at the left: of a cell that spans a whole page no rule may be drawn there."""
    wide, narrow = (before, after) if before.xs[0] < after.xs[0] else (after, before)
    shared = [x for x in narrow.xs if min(abs(x - edge) for edge in wide.xs) < _SNAP]
    return len(shared) > _MANY_COLUMNS and narrow.xs[0] in shared and len(narrow.xs) - len(shared) <= 1


def widen(before: Fragment, after: Fragment, lines: Sequence[Line]) -> tuple[Fragment, list[Line]]:
    """The fragment with the column at its left for which no rules are drawn, taken with its text from the free lines."""
    left, top, right, bottom = before.xs[0], after.ys[0], after.xs[0], after.ys[-1]
    if right - left < _SAME_EDGE or abs(before.xs[-1] - after.xs[-1]) > _SNAP or not _shares_columns(before, after):
        return after, list(lines)
    inside = [line for line in lines if line.box[0] > left - _SNAP and line.box[2] < right + _SNAP and top < line.middle < bottom]
    text = "\n".join(line.text for line in inside)
    cell = FragmentCell(row=0, column=0, rowspan=after.rows, colspan=1, text=text, box=(left, top, right, bottom), page=after.page)
    moved = tuple(replace(item, column=item.column + 1) for item in after.cells)
    return replace(after, xs=(left, *after.xs), cells=(cell, *moved)), [line for line in lines if line not in inside]


def _shift(first: Fragment, fragment: Fragment) -> float:
    """What moves a fragment onto the first one: mirrored margins move whole tables."""
    left, right = first.xs[0] - fragment.xs[0], first.xs[-1] - fragment.xs[-1]
    return left if abs(left - right) < 2 * _SAME_EDGE else 0.0


def join(fragments: Sequence[Fragment]) -> Joined:
    """One table of fragments in order."""
    first = fragments[0]
    if len(fragments) == 1:
        return Joined(rows=first.rows, columns=first.columns, cells=first.cells, fragments=(first,))
    edges = _edges(fragments)
    cells: list[FragmentCell] = []
    rows = 0
    for fragment in fragments:
        placed = _place(fragment, _shift(first, fragment), edges)
        if not cells:
            cells, rows = placed, fragment.rows
            continue
        placed, high = _without_header(placed, fragment.rows, cells, rows)
        if high:
            cells, rows = _append(cells, rows, placed, high)
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return Joined(rows=rows, columns=len(edges) - 1, cells=tuple(cells), fragments=tuple(fragments))


def _edges(fragments: Sequence[Fragment]) -> list[float]:
    """Column edges over all fragments, the first one's left edge as common origin."""
    values = sorted(x + _shift(fragments[0], fragment) for fragment in fragments for x in fragment.xs)
    groups: list[list[float]] = [[values[0]]]
    for value in values[1:]:
        if value - groups[-1][-1] <= _SNAP and value - groups[-1][0] <= 2 * _SNAP:
            groups[-1].append(value)
        else:
            groups.append([value])
    centres = [sum(group) / len(group) for group in groups]
    # Outer edges may differ a little more than inner ones.
    while len(centres) > 2 and centres[-1] - centres[-2] < _SAME_EDGE:
        del centres[-2]
    return centres


def _place(fragment: Fragment, shift: float, edges: list[float]) -> list[FragmentCell]:
    index = [_nearest(edges, x + shift) for x in fragment.xs]
    placed = []
    for cell in fragment.cells:
        left, right = index[cell.column], index[cell.column + cell.colspan]
        if right > left:
            same = left == cell.column and right - left == cell.colspan
            placed.append(cell if same else replace(cell, column=left, colspan=right - left))
    if index[0] > 0:
        box = (edges[0] - shift, fragment.ys[0], fragment.xs[0], fragment.ys[-1])
        placed.append(FragmentCell(row=0, column=0, rowspan=fragment.rows, colspan=index[0], text="", box=box, page=fragment.page))
    return placed


def _nearest(edges: list[float], x: float) -> int:
    at = bisect_left(edges, x)
    if at == 0:
        return 0
    if at == len(edges):
        return len(edges) - 1
    return at if edges[at] - x < x - edges[at - 1] else at - 1


def _without_header(placed: list[FragmentCell], high: int, cells: list[FragmentCell], rows: int) -> tuple[list[FragmentCell], int]:
    """The fragment without the rows at its top that repeat the table's first rows exactly."""
    count = 0
    while count < min(high - 1, rows) and _row(placed, count) == _row(cells, count) != ():
        count += 1
    while count and (_cut_by(placed, count) or _cut_by(cells, count)):
        count -= 1
    words = [cell for cell in placed if cell.row < count and _CHINESE.search(cell.text)]
    if not count or len(words) < 2:
        return placed, high
    return [replace(cell, row=cell.row - count) for cell in placed if cell.row >= count], high - count


def _row(cells: list[FragmentCell], row: int) -> tuple[tuple[int, int, int, str], ...]:
    return tuple((cell.column, cell.colspan, cell.rowspan, "".join(cell.text.split())) for cell in cells if cell.row == row)


def _cut_by(cells: list[FragmentCell], row: int) -> bool:
    return any(cell.row < row < cell.row + cell.rowspan for cell in cells)


def _append(cells: list[FragmentCell], rows: int, placed: list[FragmentCell], high: int) -> tuple[list[FragmentCell], int]:
    """Both parts as one, with what the page break cut made whole."""
    above = {(cell.column, cell.colspan): cell for cell in cells if cell.row + cell.rowspan == rows}
    below = {(cell.column, cell.colspan): cell for cell in placed if cell.row == 0}
    same_row = _is_cut_row(above, below)
    offset = rows - 1 if same_row else rows
    continued: dict[tuple[int, int], FragmentCell] = {}
    for key, tail in below.items():
        head = above.get(key)
        if head is None:
            continue
        if same_row or _continues_span(key, head, tail, above, below):
            continued[key] = _merge(head, tail, tail.row + offset + tail.rowspan - head.row)
    replaced = {id(above[key]) for key in continued}
    dropped = {id(below[key]) for key in continued}
    result = [cell for cell in cells if id(cell) not in replaced]
    result.extend(continued.values())
    result.extend(replace(cell, row=cell.row + offset) for cell in placed if id(cell) not in dropped)
    return result, offset + high


def _merge(head: FragmentCell, tail: FragmentCell, rowspan: int) -> FragmentCell:
    """One cell of two parts: where it stands is where its text is."""
    if not tail.text:
        return replace(head, rowspan=rowspan)
    if not head.text:
        confidence = min(tail.confidence, _WRAPPED) if _is_figure(tail.text) else tail.confidence
        return replace(tail, row=head.row, rowspan=rowspan, confidence=confidence)
    confidence = min(head.confidence, tail.confidence, _WRAPPED if _is_figure(head.text) else _DOUBT)
    return replace(head, text=f"{head.text}\n{tail.text}", rowspan=rowspan, confidence=confidence, room=tail.room, em=tail.em)


def _runs_on(head: FragmentCell, tail: FragmentCell) -> bool:
    """Whether the head's last line was full when its text went on: what follows could not have stood there as well."""
    if _is_figure(head.text) and _is_figure(tail.text):
        return head.room < 0.5 * head.em + _PADDING
    return head.room < (unbreakable(tail.text) + 0.6) * head.em + _PADDING


Side = dict[tuple[int, int], FragmentCell]


def _is_cut_row(above: Side, below: Side) -> bool:
    """Whether the last row above and the first row below are two halves of one row.

    A row is cut when its label runs on below without figures of its own, when one half is blank throughout, or when the figures below
    fill blanks of the figures above. At most one half of each cell may hold a figure.
    """
    ends = {key: cell for key, cell in above.items() if cell.rowspan == 1}
    pairs = [(above[key], below[key]) for key in ends if key in below]
    if not pairs or len(pairs) < len(ends) or len(below) < len(ends):
        return False
    # A figure may be wrapped in a narrow cell and cut there; a whole second figure is another row.
    wrapped = [(head, tail) for head, tail in pairs if head.text and tail.text and (_is_figure(head.text) or _is_figure(tail.text))]
    if not all(_is_wrapped(head, tail) for head, tail in wrapped):
        return False
    if wrapped and not any(_is_figure(head.text) and not tail.text for head, tail in pairs):
        return False
    heads, tails = [head for head, _ in pairs if head.text], [tail for _, tail in pairs if tail.text]
    if not heads or not tails:
        # One half holds nothing: an empty strip at the page's edge belongs to the row it was cut from, unless it is a row of blank cells
        # beside a label of its own.
        outside = above if not heads else below
        return not any(cell.text for key, cell in outside.items() if key in ends)
    if any(_begins(tail.text, head.text) for head, tail in pairs if tail.text):
        return False
    figures_above = any(_is_figure(head.text) for head in heads)
    figures_below = any(_is_figure(tail.text) for tail in tails)
    if figures_above and figures_below and not wrapped:
        return _is_parted(pairs)
    both = [(head, tail) for head, tail in pairs if head.text and tail.text]
    if both:
        return all(_runs_on(head, tail) for head, tail in both)
    return figures_below and not figures_above and _only_words(heads)


def _is_parted(pairs: Sequence[tuple[FragmentCell, FragmentCell]]) -> bool:
    """Whether some figures of a row slipped over the page end: few stand below, without a label, each where nothing stands above."""
    heads, tails = [head for head, _ in pairs if head.text], [tail for _, tail in pairs if tail.text]
    return (
        len(tails) < len(heads)
        and all(_is_figure(tail.text) for tail in tails)
        and not any(head.text and tail.text for head, tail in pairs)
    )


def _is_wrapped(head: FragmentCell, tail: FragmentCell) -> bool:
    """Whether a figure was cut where a narrow cell wraps it: between its digits, or inside a note in brackets."""
    if _is_open(head.text):
        return not _is_open(head.text + tail.text)
    rest = _squeezed(tail.text)
    if not _FIGURES.fullmatch(head.text) or not _DIGITS.fullmatch(rest):
        return False
    return _runs_on(head, tail) or (not rest.isdigit() and head.room < (unbreakable(rest) + 0.6) * head.em + _PADDING)


def _is_open(text: str) -> bool:
    """Whether a bracket is opened in a text and not closed."""
    return sum(text.count(mark) for mark in "（(") > sum(text.count(mark) for mark in "）)")


def _only_words(cells: list[FragmentCell]) -> bool:
    return all(not _is_figure(cell.text) for cell in cells)


def _continues_span(key: tuple[int, int], head: FragmentCell, tail: FragmentCell, above: Side, below: Side) -> bool:
    """Whether the cell below is the rest of the cell above it, both cut by the page break."""
    if tail.text:
        if _is_figure(tail.text) or _is_figure(head.text) or _begins(tail.text, head.text) or not head.text:
            return False
        spans = head.rowspan > 1 or tail.rowspan > 1 or (_begins(head.text) and _has_finer_right(key, below))
        return spans and _runs_on(head, tail)
    if not head.text or _is_figure(head.text):
        return False
    # A blank label cell goes on from above; blank figures are blanks. A label stands to the right of a continued group cell.
    words_right = any(cell.text and not _is_figure(cell.text) for (column, _), cell in below.items() if column > key[0])
    return words_right or tail.rowspan > 1


def _has_finer_right(key: tuple[int, int], below: Side) -> bool:
    """Whether another label stands to the right, so that the cell is a group's label and not the row's own."""
    return any(len(_squeezed(cell.text)) > _UNIT and not _is_figure(cell.text) for (column, _), cell in below.items() if column > key[0])


def _begins(text: str, before: str = "") -> bool:
    """Whether a text begins a label of its own, with its number; not where the number was begun ``before`` it: （ over 三）."""
    return _ENUMERATED.match(_squeezed(text)) is not None and not (_is_begun(before) and _squeezed(before)[-1] not in "）)、.．")


def _is_begun(text: str) -> bool:
    """Whether a text is a label's number and nothing else yet."""
    text = _squeezed(text)
    return bool(text) and _BEGUN.fullmatch(text) is not None and not text.isdigit()


def _is_figure(text: str) -> bool:
    """Whether a text is a figure or a mark for none, as far as a reader without knowledge of the form can tell."""
    if not text or _is_begun(text):
        return False
    if _CHINESE.search(text):
        text = _squeezed(text)
        return bool(_NOTED.fullmatch(text) or (_DIGIT.match(text) and len(text) <= 12)) and not _begins(text)
    return True


def _squeezed(text: str) -> str:
    return "".join(text.split())
