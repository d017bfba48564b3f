"""Several reports in one file (a volume, two years on one page): one document for each, whatever the kind of file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

from auditor.bind.identity import agency_kind, titles_in
from auditor.bind.lexicon import lexicon_of
from auditor.bind.sections import read_prose
from auditor.bind.segments import find_segments
from auditor.model.binding import BindingWords
from auditor.model.document import Block, Document, Table
from auditor.model.rulebook import Rulebook
from auditor.text.chars import label_key, squeeze
from auditor.text.patterns import re_pattern

_FEWEST_BLOCKS: Final = 6
_MANY_TITLES: Final = 400
"""Titles of reports looked at in one file: a volume of a whole province has some hundred."""
_SECTIONS: Final = 3
_HEADING: Final = 30
_ORDINAL: Final = re_pattern(r"^\s*[（(]?[一1][)）]?\s*[、.．]?\s*")
_NEAR: Final = 15
"""Blocks between a title and the first section: who made the report, for which period, a table of contents."""


class _Start(NamedTuple):
    block: int
    agency: str
    year: int | None


def split_reports(document: Document, rulebook: Rulebook) -> tuple[Document, ...]:
    """The documents of the reports in a file, in order; the document itself where it holds one report or none.

    A report begins with a title that names another agency or another year than the one before, and has sections of its own. Where table 3
    is printed twice with other figures, it also begins with a title that says the same, or with the first section without any title. What
    stands before the first of several (a cover, a table of contents) belongs to none; what stands between two to the one before.
    """
    starts = _starts(document.blocks, rulebook.binding)
    twice = _prints_other_figures(document.blocks, rulebook)
    if twice:
        starts = _with_restarts(starts, document.blocks, rulebook)
    if len({(start.agency, start.year) for start in starts}) < 2 and not (twice and len(starts) > 1):
        return (document,)
    bounds = [*starts[1:], _Start(len(document.blocks), "", None)]
    kept: list[_Start] = []
    for start, end in zip(starts, bounds, strict=True):
        is_other = not kept or twice or _differ(kept[-1], start)
        if is_other and _is_report(document.blocks[start.block : end.block], rulebook):
            kept.append(start)
    if len(kept) < 2:
        return (document,)
    ends = [*(start.block for start in kept[1:]), len(document.blocks)]
    return tuple(_part(document, start.block, end, first=number == 0) for number, (start, end) in enumerate(zip(kept, ends, strict=True)))


def _starts(blocks: Sequence[Block], words: BindingWords) -> list[_Start]:
    """Where a title of a report stands; of titles over the same lines the first line counts."""
    places = [index for index, block in enumerate(blocks) if not isinstance(block, Table)]
    prose = [block for block in blocks if not isinstance(block, Table)]
    found: list[_Start] = []
    for title in titles_in(prose, words)[:_MANY_TITLES]:
        known = title.agency if agency_kind(title.agency, words) != "unknown" else ""
        if "。" in title.text or not (known or title.year):
            continue
        place = places[title.line]
        if found and place - found[-1].block <= 1 and not (found[-1].agency and known):
            first = found.pop()  # the agency on a line of its own above the rest of its title
            found.append(_Start(first.block, first.agency or squeeze(known), first.year or title.year))
        else:
            found.append(_Start(place, squeeze(known), title.year))
    return found


def _prints_other_figures(blocks: Sequence[Block], rulebook: Rulebook) -> bool:
    """Whether table 3 is printed more than once, and not with the same figures."""
    label = label_key(next(form.rows[0].label for entry in rulebook.formats if (form := entry.table("t3")) is not None))
    tables = [
        block
        for block in blocks
        if isinstance(block, Table) and any(label in label_key(cell.text) for cell in block.cells if len(cell.text) < 2 * len(label))
    ]
    return len(tables) > 1 and len({tuple(squeeze(cell.text) for cell in table.cells) for table in tables}) > 1


def _with_restarts(starts: Sequence[_Start], blocks: Sequence[Block], rulebook: Rulebook) -> list[_Start]:
    """The starts, and the headings of the first section that have no title of their own shortly before them."""
    first = rulebook.newest.sections[0]
    names = {label_key(name) for name in (first.title, *first.variants)}
    heads = [
        index
        for index, block in enumerate(blocks)
        if not isinstance(block, Table) and len(block.text) < _HEADING and label_key(_ORDINAL.sub("", block.text)) in names
    ]
    bare = [head for head in heads if not any(head - _NEAR <= start.block <= head for start in starts)]
    return sorted([*starts, *(_Start(head, "", None) for head in bare)])


def _differ(one: _Start, other: _Start) -> bool:
    agencies = bool(one.agency and other.agency) and one.agency != other.agency
    return agencies or (one.year is not None and other.year is not None and one.year != other.year)


def _is_report(blocks: Sequence[Block], rulebook: Rulebook) -> bool:
    """Whether blocks below a title make a report of their own: sections of the form, or two of its tables."""
    if len(blocks) < _FEWEST_BLOCKS and not any(isinstance(block, Table) for block in blocks):
        return False
    prose = read_prose([block for block in blocks if not isinstance(block, Table)], None, rulebook.newest, frozenset())
    sections = {section.key for section in prose.sections if section.key is not None}
    written = any(len(passage.text) > 0 and passage.heading == 0 for passage in prose.passages)
    if len(sections) >= _SECTIONS and written:
        return True
    segments, _ = find_segments(blocks, lexicon_of(rulebook))
    return len({segment.table for segment in segments}) >= 2


def _part(document: Document, start: int, end: int, *, first: bool) -> Document:
    blocks = document.blocks[start:end]
    if first:
        return msgspec.structs.replace(document, blocks=blocks, title=None)
    return msgspec.structs.replace(document, blocks=blocks, title=None, residues=(), published=None, attachments=(), images=0)
