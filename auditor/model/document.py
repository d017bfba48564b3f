"""A document as read: blocks in reading order, text as printed. Knows no law."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from auditor.model.source import Location, Problem, Source


class Heading(Struct, frozen=True, kw_only=True, tag="heading"):
    """A paragraph that the file itself marks as a heading. ``level`` counts from 1 (outermost)."""

    text: str
    level: int
    location: Location


class Paragraph(Struct, frozen=True, kw_only=True, tag="paragraph"):
    """A run of text; automatic list numbers are part of ``text``. Line breaks inside it are ``\\n``."""

    text: str
    location: Location


class Cell(Struct, frozen=True, kw_only=True):
    """One printed cell, merged cells once. ``row`` and ``column`` count from 0 and are its top left corner.

    ``text`` is as printed, lines joined by ``\\n``; ``confidence`` below 1 says that the reader doubts it.
    """

    text: str
    row: int
    column: int
    rowspan: int = 1
    colspan: int = 1
    location: Location
    confidence: float = 1.0


class Table(Struct, frozen=True, kw_only=True, tag="table"):
    """A grid of ``rows`` × ``columns`` positions, covered by ``cells`` sorted by (row, column).

    ``grid`` is ``"exact"`` when the columns are true grid columns (ruling lines, gridSpan, colspan), ``"ragged"`` when
    cells are only known to follow each other within a row (text exports): there ``column`` is the ordinal in the row.
    A table cut by page breaks is one table here.
    """

    rows: int
    columns: int
    cells: tuple[Cell, ...]
    grid: Literal["exact", "ragged"] = "exact"
    location: Location


Block = Heading | Paragraph | Table


class Residue(Struct, frozen=True, kw_only=True):
    """What an editor left in the file beside its visible text (for rule G-08).

    ``text`` holds the inserted, deleted or hidden words, the comment, the author's name or the link's target.
    """

    kind: Literal["insertion", "deletion", "comment", "hidden", "author", "link"]
    text: str
    location: Location | None = None


class Document(Struct, frozen=True, kw_only=True):
    """One file as read. ``title`` is the file's or page's own title; ``published`` an ISO date the page prints.

    ``pages`` is the number of pages where the kind has pages; ``images`` the number of pictures large enough to hold a
    table; ``links`` to attachments (text, target); ``engine`` names the reader that was used.

    ``problems`` are certain. ``doubts`` say where something may stand that was not read (a page without closing tags, a hidden sheet): they
    become problems only where a part of the report is not found.
    """

    source: Source
    engine: str
    blocks: tuple[Block, ...]
    title: str | None = None
    published: str | None = None
    pages: int | None = None
    images: int = 0
    attachments: tuple[tuple[str, str], ...] = ()
    residues: tuple[Residue, ...] = ()
    problems: tuple[Problem, ...] = ()
    doubts: tuple[Problem, ...] = ()
