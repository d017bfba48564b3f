"""Marked copies of the originals: which reader's anchors lead where, and what to say at each place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from auditor.errors import ReadError
from auditor.model.finding import Audit, Finding
from auditor.read import identify, load
from auditor.read.archive import members
from auditor.render.letters.notice import asked_for
from auditor.render.marked import Note

_ENDINGS = {"docx": ".docx", "pdf": ".pdf", "html": ".html"}


def notes_of(audit: Audit) -> tuple[Note, ...]:
    """One note for each finding with a place (children included), numbered as in the notice; what the notice does not ask follows.

    Waived findings are not marked.
    """
    asked = list(asked_for(audit.findings))
    others = [finding for finding in audit.findings if finding.waived is None and finding not in asked]
    return tuple(_notes([*asked, *others]))


def _notes(findings: Sequence[Finding]) -> Iterator[Note]:
    for number, finding in enumerate(findings, start=1):
        for one in (finding, *finding.children):
            if one.location is None:
                continue
            basis = "\n".join(one.basis)
            text = one.message if not basis else f"{one.message}\n{basis}"
            yield Note(number=number, location=one.location, text=text, severity=one.severity, title=f"{one.rule} {one.title}")


class Copy(NamedTuple):
    """A file of a report with its marks: the file's path, the ending of the copy, its bytes; ``None`` when it could not be made."""

    path: str
    ending: str
    content: bytes | None


class Originals:
    """The files of the run, members of archives included. Keeps the archive read last, as reports come in path order."""

    def __init__(self) -> None:
        self._archive = ""
        self._members: dict[str, bytes] = {}

    def read(self, path: str) -> bytes:
        """The bytes of a file as the audits name it (``a.zip!/inner/b.docx``). Raises ReadError."""
        outer, inside, inner = path.partition("!/")
        if not inside:
            return load(Path(path))
        if outer != self._archive:
            self._archive, self._members = outer, dict(members(load(Path(outer))))
        if inner not in self._members:
            raise ReadError("READ-MISSING")
        return self._members[inner]


def marked_copies(audit: Audit, originals: Originals) -> Iterator[Copy]:
    """A copy of each file of the report in which a finding has its place, of the kinds that can be marked."""
    by_file: dict[str, list[Note]] = {}
    for note in notes_of(audit):
        by_file.setdefault(note.location.file or audit.source.path, []).append(note)
    for path, notes in by_file.items():
        try:
            data = originals.read(path)
            kind = identify(data, path).kind
        except ReadError:
            yield Copy(path, "", None)
            continue
        if kind in _ENDINGS:
            made = marked_copy(data, kind, notes)
            yield Copy(path, _ENDINGS[kind], made[0] if made is not None else None)


def marked_copy(data: bytes, kind: str, notes: Sequence[Note]) -> tuple[bytes, str, tuple[Note, ...]] | None:
    """The copy, its file ending and the notes without a place in it; ``None`` for a kind that cannot be marked or read again."""
    if kind not in _ENDINGS or not notes:
        return None
    try:
        if kind == "docx":
            from auditor.render.marked.docx import mark_docx

            copy, left = mark_docx(data, notes)
        elif kind == "pdf":
            from auditor.render.marked.pdf import mark_pdf

            copy, left = mark_pdf(data, notes)
        else:
            from auditor.read.html.page import parse_page
            from auditor.render.marked.html import mark_html

            copy, left = mark_html(parse_page(data)[0], notes)
    except Exception:  # an odd file may break any writer; its copy is named as missing, the rest of the season is written
        return None
    return copy, _ENDINGS[kind], left
