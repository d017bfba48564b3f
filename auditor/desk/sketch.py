"""The original with its marks as plain data for the templates: boxes over a page, or blocks of a document with framed cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from auditor.desk.originals import Shown
from auditor.model.document import Document, Table
from auditor.model.finding import FactUsed, Finding, ProseNumber
from auditor.model.source import Location

Mark = Literal["question", "part", "place"]
_NUMBER: Final = re.compile(r"\d[\d,]*(?:\.\d+)?")
_MOST_BLOCKS: Final = 4000
_CellAt = tuple[str, int, int, int]
"""Sheet, table, row and column, from 1 (0 where there is none)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A place to mark. ``key`` ties it to numbers of the calculation; it is a number of this page, never printed."""

    location: Location
    mark: Mark
    key: str


def marks_of(finding: Finding) -> tuple[Marked, ...]:
    """The places of a finding and of what it explains: cells in question first."""
    found: dict[tuple[str, str], Marked] = {}

    def put(location: Location | None, mark: Mark, key: str) -> None:
        if location is not None:
            found.setdefault((key, location.file or ""), Marked(location=location, mark=mark, key=key))

    certain = finding.culprit.candidates[0].key if finding.culprit is not None and finding.culprit.certain else ""
    for one in (finding, *finding.children):
        for fact in one.facts:
            asked = fact.key == certain if certain else fact.role == "in_question" and one is finding
            put(fact.location, "question" if asked else "part", fact.key)
    for number, one in enumerate((finding, *finding.children)):
        if not one.facts or (one.location is not None and one.location.row is None):
            put(one.location, "place", f"place{number}")
        for other, location in enumerate(one.related):
            put(location, "place", f"related{number}.{other}")
    return tuple(sorted(found.values(), key=lambda marked: ("question", "place", "part").index(marked.mark)))


def calculation_of(finding: Finding) -> list[tuple[str, str]]:
    """The calculation in pieces: (text, key of the cell whose number it is, or empty)."""
    return linked(finding.calculation or "", finding.facts)


def linked(text: str, facts: Sequence[FactUsed]) -> list[tuple[str, str]]:
    """A text in pieces, each number that one of the cells prints tied to that cell; equal numbers take their cells in turn."""
    waiting: dict[str, list[str]] = {}
    for fact in facts:
        if fact.value is not None:
            waiting.setdefault(format(fact.value.normalize(), "f"), []).append(fact.key)
    pieces: list[tuple[str, str]] = []
    end = 0
    for match in _NUMBER.finditer(text):
        keys = waiting.get(match[0].replace(",", ""))
        if not keys:
            continue
        if match.start() > end:
            pieces.append((text[end : match.start()], ""))
        pieces.append((match[0], keys.pop(0) if len(keys) > 1 else keys[0]))
        end = match.end()
    if end < len(text):
        pieces.append((text[end:], ""))
    return pieces


def page_of(marked: Iterable[Marked], asked: int) -> int:
    """The page to show: the one asked for, else that of the first mark, else the first."""
    return asked or next((one.location.page for one in marked if one.location.page), 1) or 1


def sketch(shown: Shown, marked: Sequence[Marked], page: int, statements: Sequence[ProseNumber] = ()) -> dict[str, Any]:
    """What the template draws: ``kind`` page, document or nothing. ``statements``: the numbers of the prose, marked by state."""
    if shown.kind == "page":
        boxes = [
            {"x": box[0], "y": box[1], "w": box[2] - box[0], "h": box[3] - box[1], "mark": one.mark, "key": one.key}
            for one in marked
            if (box := one.location.box) is not None and (one.location.page or 1) == page
        ]
        return {"kind": "page", "width": shown.width, "height": shown.height, "pages": shown.pages, "page": page, "boxes": boxes}
    if shown.document is not None:
        blocks, more = _blocks(shown.document, marked, statements)
        return {"kind": "document", "blocks": blocks, "more": more}
    return {"kind": "nothing", "why": shown.why}


def _blocks(document: Document, marked: Sequence[Marked], statements: Sequence[ProseNumber]) -> tuple[list[dict[str, Any]], bool]:
    cells = {_cell_at(one.location): one for one in reversed(marked) if one.location.row is not None}
    lines = {_line_at(one.location): one for one in reversed(marked) if one.location.row is None}
    numbers: dict[_CellAt, list[tuple[int, int, str, str]]] = {}
    for told in statements:
        if told.location is not None and told.location.span is not None:
            state = "differs" if told.agrees is False else told.state
            numbers.setdefault(_line_at(told.location), []).append((*told.location.span, told.printed, f"num n-{state}"))
    found: list[dict[str, Any]] = []
    for block in document.blocks[:_MOST_BLOCKS]:
        if isinstance(block, Table):
            found.append(_table(block, cells))
            continue
        hit = lines.get(_line_at(block.location))
        entry: dict[str, Any] = {"kind": "text", "level": getattr(block, "level", 0), "parts": [(block.text, "", "")]}
        if hit is not None:
            span = hit.location.span
            start, end = span if span is not None and 0 <= span[0] < span[1] <= len(block.text) else (0, len(block.text))
            entry["parts"] = [(block.text[:start], "", ""), (block.text[start:end], hit.mark, hit.key), (block.text[end:], "", "")]
        elif spans := numbers.get(_line_at(block.location)):
            entry["parts"] = _numbered(block.text, spans)
        found.append(entry)
    return found, len(document.blocks) > _MOST_BLOCKS


def _numbered(text: str, spans: Sequence[tuple[int, int, str, str]]) -> list[tuple[str, str, str]]:
    """A paragraph in pieces, its numbers with the class of their state."""
    parts: list[tuple[str, str, str]] = []
    at = 0
    for start, end, printed, state in sorted(spans):
        if at <= start < end <= len(text) and printed in text[start:end]:
            parts += [(text[at:start], "", ""), (text[start:end], state, "")]
            at = end
    return [*parts, (text[at:], "", "")]


def _table(table: Table, cells: Mapping[_CellAt, Marked]) -> dict[str, Any]:
    rows: list[list[dict[str, Any]]] = [[] for _ in range(table.rows)]
    for cell in table.cells:
        if not 0 <= cell.row < table.rows:
            continue
        hit = cells.get(_cell_at(cell.location))
        rows[cell.row].append(
            {
                "text": cell.text,
                "rowspan": cell.rowspan,
                "colspan": cell.colspan,
                "mark": hit.mark if hit else "",
                "key": hit.key if hit else "",
                "doubt": cell.confidence < 0.9,
            }
        )
    return {"kind": "table", "rows": rows}


def _cell_at(location: Location) -> _CellAt:
    return (location.sheet or "", location.table or 0, location.row or 0, location.column or 0)


def _line_at(location: Location) -> tuple[str, int, int, int]:
    return (location.sheet or "", location.page or 0, location.paragraph or 0, location.line or 0)
