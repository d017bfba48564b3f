"""Pages of marks → one document: tables stitched, furniture out, prose and tables in reading order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from auditor.model.document import Block, Cell, Document, Paragraph, Residue, Table
from auditor.model.source import Box, Location, Problem, Source
from auditor.read.pdf.columns import find_tables
from auditor.read.pdf.fragment import Fragment, fragments_of
from auditor.read.pdf.furniture import furniture_of
from auditor.read.pdf.impose import halves
from auditor.read.pdf.lines import Line, in_reading_order, lines_of, round_box
from auditor.read.pdf.marks import UNREADABLE, Marks, Page
from auditor.read.pdf.paragraphs import Measure, measure_of, paragraphs_of
from auditor.read.pdf.stitch import Joined, continues, join, widen
from auditor.read.pdf.turn import as_displayed, upright
from auditor.read.pdf.wanting import doubts_of

_FEW_CHARS = 20  # page numbers and stamps on a picture are no text layer
_PICTURE = 0.5  # of the page
_OUTLINES = 60  # characters drawn as outlines
_GARBLED = 0.3  # of a page's characters that stand for nothing

Item = Line | list[Fragment]


@dataclass(frozen=True, slots=True)
class _Content:
    """One page: free lines and table fragments, each in order from the top."""

    page: Page
    lines: list[Line]
    fragments: list[Fragment]


def assemble(marks: Marks, source: Source, engine: str) -> Document:
    """The document of these marks. Pure; raises nothing on purpose."""
    pages = halves([upright(page) for page in marks.pages])
    contents, free = _contents(pages)
    measure = measure_of([line for content in contents for line in content.lines])
    places = {page.number: page for page in pages}
    blocks = tuple(_blocks(_merge_tables(_items(contents)), measure, places))
    return Document(
        source=source,
        engine=engine,
        blocks=blocks,
        pages=len(marks.pages),
        images=sum(page.images for page in pages),
        residues=_residues(marks),
        problems=_problems(pages, contents, marks.attached),
        doubts=doubts_of(free, [page.height for page in pages], blocks),
    )


def _contents(pages: list[Page]) -> tuple[list[_Content], list[list[Line]]]:
    """What each page holds, and its free lines with page numbers, heads and feet."""
    ruled = [fragments_of(page) for page in pages]
    lines = [lines_of(page.number, rest) for page, (_, rest) in zip(pages, ruled, strict=True)]
    furniture = furniture_of(lines, [page.height for page in pages])
    kept: list[list[Line]] = []
    drawn: list[list[Fragment]] = []
    for page, (fragments, _), own, drop in zip(pages, ruled, lines, furniture, strict=True):
        free = [line for index, line in enumerate(own) if index not in drop]
        real: list[Fragment] = []
        for fragment in fragments:
            if fragment.columns == 1:
                # Rules around or between lines of prose make no table; but columns may stand between them without rules.
                free.extend(lines_of(page.number, fragment.chars)) if _is_prose(fragment) else real.append(fragment)
            else:
                real.append(fragment)
        kept.append(in_reading_order(free))
        drawn.append(real)
    barriers = [(fragment.page, fragment.ys[0]) for fragments in drawn for fragment in fragments]
    unruled = find_tables(list(zip(pages, kept, strict=True)), barriers)
    contents = [
        _Content(page, free, sorted([*real, *found], key=lambda item: (item.ys[0], item.xs[0])))
        for page, real, (free, found) in zip(pages, drawn, unruled, strict=True)
    ]
    for before, after in pairwise(contents):
        if before.fragments and after.fragments and not before.fragments[-1].figures and not after.fragments[0].figures:
            fragment, free = widen(before.fragments[-1], after.fragments[0], after.lines)
            after.fragments[0], after.lines[:] = fragment, free
    return contents, lines


def _is_prose(fragment: Fragment) -> bool:
    """Whether a fragment of one column holds running text. One row may be part of a table that goes on over the page."""
    return fragment.rows > 1 or any(len(cell.text) > 60 for cell in fragment.cells)


def _items(contents: list[_Content]) -> Iterator[Item]:
    """Lines and fragments of all pages in reading order."""
    for content in contents:
        # A line that stands beside another, a hair higher, still comes after it.
        tops: list[tuple[float, int, Item]] = []
        top = 0.0
        for place, line in enumerate(in_reading_order(content.lines)):
            top = max(top, line.box[1]) if tops and place else line.box[1]
            tops.append((top, place, line))
        tops.extend((fragment.ys[0], -1, [fragment]) for fragment in content.fragments)
        for _, _, item in sorted(tops, key=lambda entry: entry[:2]):
            yield item


def _merge_tables(items: Iterator[Item]) -> Iterator[Item]:
    """Fragments that follow each other with nothing between them and fit are put into one list."""
    pending: list[Fragment] | None = None
    for item in items:
        if isinstance(item, Line):
            if pending is not None:
                yield pending
                pending = None
            yield item
            continue
        if pending is not None and _follows(pending[-1], item[0]) and continues(pending[-1], item[0]):
            pending = [*pending, item[0]]
            continue
        if pending is not None:
            yield pending
        pending = item
    if pending is not None:
        yield pending


def _follows(before: Fragment, after: Fragment) -> bool:
    """Next page, or the same page close below (one table drawn as two)."""
    if after.page == before.page + 1:
        return True
    return after.page == before.page and 0 <= after.ys[0] - before.ys[-1] < 8.0


def _blocks(items: Iterator[Item], measure: Measure, places: dict[int, Page]) -> Iterator[Block]:
    free: list[Line] = []
    tables = paragraphs = 0
    for item in [*items, None]:
        if isinstance(item, Line):
            free.append(item)
            continue
        joined = join(item) if item is not None else None
        if joined is not None and joined.columns == 1:
            free.extend(line for fragment in joined.fragments for line in lines_of(fragment.page, fragment.chars))
            continue
        for prose in paragraphs_of(free, measure):
            paragraphs += 1
            box = _box(prose.box, places[prose.page])
            page = sheet_of(places[prose.page])
            yield Paragraph(text=prose.text, location=Location(page=page, paragraph=paragraphs, box=box))
        free = []
        if joined is not None:
            tables += 1
            yield _table(joined, tables, places)


def _table(joined: Joined, number: int, places: dict[int, Page]) -> Table:
    first = joined.fragments[0]
    cells = tuple(
        Cell(
            text=cell.text,
            row=cell.row,
            column=cell.column,
            rowspan=cell.rowspan,
            colspan=cell.colspan,
            confidence=cell.confidence,
            location=Location(
                page=sheet_of(places[cell.page]),
                table=number,
                row=cell.row + 1,
                column=cell.column + 1,
                box=_box(cell.box, places[cell.page]),
            ),
        )
        for cell in joined.cells
    )
    return Table(
        rows=joined.rows,
        columns=joined.columns,
        cells=cells,
        grid="exact" if all(fragment.exact for fragment in joined.fragments) else "ragged",
        location=Location(page=sheet_of(places[first.page]), table=number, box=_box(first.box, places[first.page])),
    )


def _box(box: Box, page: Page) -> Box:
    return round_box(as_displayed(box, page))


def _residues(marks: Marks) -> tuple[Residue, ...]:
    found = [
        Residue(kind="link", text=target, location=Location(page=page.number, box=round_box(box)))
        for page in marks.pages
        for target, box in page.links
    ]
    if marks.author:
        found.append(Residue(kind="author", text=marks.author))
    return tuple(found)


def sheet_of(page: Page) -> int:
    """Number of the displayed page that a page is, or is part of."""
    return page.sheet or page.number


def is_picture(page: Page) -> bool:
    """Whether a page is to be seen and not to be read: a picture, characters drawn as outlines, a font that hides what it writes."""
    if page.recognised:
        return False
    few = len(page.chars) < _FEW_CHARS
    return (page.image_share > _PICTURE and (page.layer or few)) or is_outlined(page) or is_garbled(page)


def is_outlined(page: Page) -> bool:
    """Whether most of a page's characters are drawn as outlines."""
    return not page.recognised and page.outlines >= _OUTLINES and page.outlines > 3 * len(page.chars)


def is_garbled(page: Page) -> bool:
    """Whether a page's fonts do not tell what they write."""
    unknown = sum(1 for char in page.chars if char[4] == UNREADABLE)
    return not page.recognised and unknown >= _FEW_CHARS and unknown > _GARBLED * len(page.chars)


def _problems(pages: list[Page], contents: list[_Content], attached: tuple[str, ...]) -> tuple[Problem, ...]:
    problems: list[Problem] = []
    unread = [page for page in pages if is_picture(page) and not page.layer]
    empty = [page for page in pages if len(page.chars) < _FEW_CHARS or is_garbled(page)]
    fatal = bool(unread) and len(empty) == len(pages)
    for page in unread:
        code = "READ-GARBLED" if is_garbled(page) else "READ-OUTLINES" if is_outlined(page) else "READ-SCANNED"
        place = Location(page=sheet_of(page))
        problems.append(Problem(code=code, details={"page": str(sheet_of(page))}, location=place, fatal=fatal))
    if not unread and all(not page.chars for page in pages):
        problems.append(Problem(code="READ-NO-TEXT", details={"pages": str(len(pages))}, fatal=True))
    for page, content in zip(pages, contents, strict=True):
        place = Location(page=sheet_of(page))
        number = {"page": str(sheet_of(page))}
        inked = sum(cell.unread for fragment in content.fragments for cell in fragment.cells)
        unknown = sum(1 for char in page.chars if char[4] == UNREADABLE)
        told: tuple[tuple[str, bool | int], ...] = (
            ("READ-TEXT-LAYER", page.layer),
            ("READ-HIDDEN-TEXT", page.unprinted > 0),
            ("READ-COVERED", page.covered),
            ("READ-STRUCK", len(page.struck)),
            ("READ-INK", inked),
            ("READ-CROWDED", page.crowded),
            ("READ-UNKNOWN-CHARACTERS", 0 if is_garbled(page) else unknown),
        )
        for code, count in told:
            if count:
                details = number if isinstance(count, bool) else {**number, "count": str(count)}
                if code == "READ-INK":
                    details["cause"] = "cells"
                problems.append(Problem(code=code, details=details, location=place))
    if attached:
        problems.append(Problem(code="READ-EMBEDDED", details={"what": "、".join(attached)}))
    return tuple(problems)
