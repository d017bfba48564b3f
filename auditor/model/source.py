"""Where a document comes from and where in it a thing stands."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

Kind = Literal["text", "docx", "pdf", "html", "xlsx", "xls", "doc", "wps", "ofd", "rtf", "mht", "zip", "image", "unknown"]
"""Kind of a file by its content, never by its name."""

Box = tuple[float, float, float, float]
"""[left, top, right, bottom] in points from the top left corner of the page as displayed."""


class Source(Struct, frozen=True, kw_only=True):
    """Identity of one input file, quoted in every output.

    ``path`` is the path as the user gave it, with ``/``; members of an archive are ``a.zip!/inner/b.docx``.
    ``sha256`` is the hash of the bytes in hexadecimal.
    """

    path: str
    sha256: str
    kind: Kind


def part_path(path: str, part: int) -> str:
    """The path under which one of several reports in a file is quoted: the first by the file's own, the others with ``#2`` and so on."""
    return path if part < 2 else f"{path}#{part}"


class Location(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A place in a published file. All numbers count from 1; what the file kind cannot give is ``None``.

    ``page`` page as displayed; ``table`` number of the table in the document; ``row``, ``column`` of the table's grid;
    ``paragraph`` number of the paragraph outside tables; ``line`` line of a text file; ``span`` character range
    [start, end) inside the block's text; ``box`` PDF points; ``file`` path of the part, when a report has several;
    ``sheet`` worksheet name; ``anchor`` the reader's own exact address, used to mark copies
    (DOCX ``tbl2/tr4/tc3`` or ``p12``: document order of ``w:tbl`` / ``w:p`` elements, from 1).
    """

    page: int | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None
    paragraph: int | None = None
    line: int | None = None
    span: tuple[int, int] | None = None
    box: Box | None = None
    file: str | None = None
    sheet: str | None = None
    anchor: str | None = None


class Problem(Struct, frozen=True, kw_only=True):
    """What stopped *us*, never an accusation against a report.

    ``code`` is a key of ``problems`` in ``rules/messages/*.toml``; ``details`` fill the message's placeholders;
    ``fatal`` means that the file could not be read at all.
    """

    code: str
    details: dict[str, str] = {}
    location: Location | None = None
    fatal: bool = False


UNREAD: Final = frozenset(
    {"READ-PART", "READ-EMBEDDED", "READ-TRUNCATED", "READ-SCANNED", "READ-NO-TEXT", "READ-INK", "READ-SEVERAL", "READ-LIMIT"}
    | {"READ-OUTLINES", "READ-GARBLED"}
)
"""Problem codes that say that something a person sees in the file was not read: what is not found may stand there."""


def left_unread(problem: Problem) -> bool:
    """Whether this problem says that content was left unread beyond a single cell, so that nothing may be called missing."""
    place = problem.location
    within_cell = problem.code == "READ-INK" and (problem.details.get("cause") == "cells" or (place is not None and place.row is not None))
    return problem.code in UNREAD and not within_cell
