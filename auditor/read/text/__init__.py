"""Plain text, Markdown and delimited files: prose, headings, and tables in the ways exports flatten them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from auditor.errors import LimitError
from auditor.model.document import Block, Document, Heading, Paragraph, Table
from auditor.model.source import Location, Problem, Source
from auditor.read.decode import decode
from auditor.read.ended import breaks_off, ends_in_table, has_no_end
from auditor.read.limits import TEXT_LINES
from auditor.read.text import markdown
from auditor.read.text.boxes import find_box
from auditor.read.text.lines import TextLine, is_rule, lines_of, paragraphs, wrapped_at
from auditor.read.text.opened import rejoined
from auditor.read.text.rows import Found, TextCell, to_table
from auditor.read.text.separated import find_bars, find_commas, find_gaps, find_tabs, unpadded
from auditor.read.text.streams import find_stream
from auditor.read.text.tabbed import find_tabbed
from auditor.text.patterns import re_pattern

_FINDERS: Final[tuple[Callable[[Sequence[TextLine], int], Found | None], ...]] = (
    find_box,
    find_tabbed,
    find_tabs,
    find_stream,
    find_bars,
    find_commas,
    find_gaps,
)
_TABLE: Final = re_pattern(r"<table\b", re.IGNORECASE)
_TABLE_END: Final = re_pattern(r"</table\s*>", re.IGNORECASE)
_FILE: Final = re_pattern(r"\.(docx?|xlsx?|pdf|wps|ofd|zip|rar|et)$", re.IGNORECASE)
_UNFINISHED: Final = ("，", "、", "；", "（", "《", "“", "：")
"""No text ends with one of these."""
_TAIL: Final = 8
"""Lines and tables at the end that tell how a text ends."""
_SOME: Final = 200
"""Characters of a text of which the last line may tell whether it goes on."""
_LONGEST_DASH: Final = 4
"""In plain text a few dashes may be all that a cell holds; more of them are a drawn line."""

_Part = TextLine | Found | Document


def read_text(data: bytes, source: Source) -> Document:
    """The document in ``data``, whose encoding is found out; ``source`` is handed through.

    A line is a paragraph unless the file is wrapped at a fixed width; flattened tables come as ``ragged`` tables. Problems: those of
    decoding. Raises :class:`~auditor.errors.LimitError` for tables beyond the limits.
    """
    text, encoding, problems = decode(data)
    count = max(text.count("\n"), text.count("\r"), text.count("\u2028"), text.count("\f"), text.count("\v"))
    if count > TEXT_LINES:
        raise LimitError("READ-LIMIT", limit="lines", allowed=str(TEXT_LINES), found=str(count))
    lines = rejoined(unpadded(lines_of(text)))
    marked = markdown.uses_markdown(lines)
    parts = _parts(lines, source)
    prose = [part for part in parts if isinstance(part, TextLine)]
    found = [pair for line in prose for pair in markdown.links(line.text)] if marked else []
    last = next((part for part in reversed(parts) if not isinstance(part, TextLine) or not part.blank), None)
    cut = isinstance(last, TextLine) and last.text.rstrip().endswith(_UNFINISHED)
    cut = cut or _ends_damaged(text, problems)
    tail = [part for part in parts[-_TAIL:] if not isinstance(part, TextLine) or not part.blank]
    before = ["0" if not isinstance(part, TextLine) else part.text for part in tail[-3:-1]]
    above = tail[-2].text if len(tail) > 1 and isinstance(tail[-2], TextLine) else ""
    ends_open = not cut and (
        not isinstance(last, TextLine)
        or breaks_off(last.text, *before)
        or (len(tail) > 1 and isinstance(tail[-2], Found) and ends_in_table(last.text))
        or (len(text) > _SOME and has_no_end(last.text, above))
    )
    return Document(
        source=source,
        engine=f"text {encoding}",
        blocks=_blocks(parts, wrapped_at(prose), marked),
        images=sum(markdown.pictures(line.text) for line in prose) if marked else 0,
        attachments=tuple((words, target) for words, target in found if _FILE.search(target)),
        problems=(*problems, Problem(code="READ-TRUNCATED", details={"what": "text"})) if cut else problems,
        doubts=(Problem(code="READ-PART", details={"cause": "breaks_off"}),) if ends_open else (),
    )


def _ends_damaged(text: str, problems: Sequence[Problem]) -> bool:
    """Whether the last character is one that could not be decoded, or was left out because only its first bytes are there."""
    return text.rstrip().endswith("\ufffd") or (bool(problems) and "\ufffd" not in text)


def _parts(lines: Sequence[TextLine], source: Source) -> list[_Part]:
    """The lines of prose, blank ones included, with tables in their places."""
    parts: list[_Part] = []
    closing = max((at for at, line in enumerate(lines) if _TABLE_END.search(line.text)), default=-1)
    barren = [0] * len(_FINDERS)
    index = 0
    while index < len(lines):
        if lines[index].blank and not lines[index].text.startswith("\t"):
            parts.append(lines[index])
            index += 1
            continue
        if index <= closing and _TABLE.search(lines[index].text) and (page := _page(lines, index, source)):
            document, index = page
            parts.append(document)
            continue
        found = _find(lines, index, barren)
        if found is None:
            parts.append(lines[index])
            index += 1
        else:
            parts.append(found)
            index = found.end
    return parts


def _find(lines: Sequence[TextLine], index: int, barren: list[int]) -> Found | None:
    """The table that begins at ``index``. ``barren`` keeps for each finder up to where it has looked in vain."""
    for place, find in enumerate(_FINDERS):
        if barren[place] > index:
            continue
        found = find(lines, index)
        if found is not None and found.rows and found.end > index:
            return found
        if found is not None:
            barren[place] = found.end
    return None


def _page(lines: Sequence[TextLine], start: int, source: Source) -> tuple[Document, int] | None:
    """A table written in HTML inside the text, and the index of the line after it."""
    end = next((at for at in range(start, len(lines)) if _TABLE_END.search(lines[at].text)), None)
    if end is None:
        return None
    from auditor.read.html import read_html

    markup = "\n".join(line.text for line in lines[start : end + 1])
    return read_html(f"<html><body>{markup}</body></html>".encode(), source), end + 1


def _blocks(parts: Sequence[_Part], wrap: int | None, marked: bool) -> tuple[Block, ...]:
    blocks: list[Block] = []
    counts = {"table": 0, "paragraph": 0}
    run: list[TextLine] = []

    def number(kind: str) -> int:
        counts[kind] += 1
        return counts[kind]

    def flush() -> None:
        for line in paragraphs(run, wrap):
            heading = markdown.heading_of(line.text) if marked else None
            text = markdown.plain(line.text) if marked else line.text
            drawn = is_rule(line.text) and (marked or len(line.text.strip()) > _LONGEST_DASH)
            if drawn or (marked and line.text.startswith("```")):
                continue
            place = Location(paragraph=number("paragraph"), line=line.number)
            if heading:
                blocks.append(Heading(text=heading[1], level=heading[0], location=place))
            else:
                blocks.append(Paragraph(text=text, location=place))
        run.clear()

    for part in parts:
        if isinstance(part, TextLine):
            run.append(part)
            continue
        flush()
        if isinstance(part, Found):
            rows = [[(markdown.plain(text), line) for text, line in row] for row in part.rows] if marked else part.rows
            blocks.append(to_table(rows, number("table")))
        else:
            blocks += [_renumbered(block, number("table" if isinstance(block, Table) else "paragraph")) for block in part.blocks]
    flush()
    return tuple(blocks)


def _renumbered(block: Block, number: int) -> Block:
    if not isinstance(block, Table):
        return msgspec.structs.replace(block, location=msgspec.structs.replace(block.location, paragraph=number))
    cells = tuple(msgspec.structs.replace(cell, location=msgspec.structs.replace(cell.location, table=number)) for cell in block.cells)
    return msgspec.structs.replace(block, cells=cells, location=msgspec.structs.replace(block.location, table=number))


__all__ = ["TextCell", "read_text"]
