"""Marked copies of the originals: which reader's anchors lead where, and what to say at each place."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from auditor.errors import ReadError
from auditor.model.finding import Audit, Finding
from auditor.model.rulebook import Rulebook
from auditor.model.source import Location
from auditor.read import identify, load
from auditor.read.archive import members
from auditor.render.demands import children_text, culprit_text, demands, shown
from auditor.render.letters.notice import asked_for
from auditor.render.marked import Note
from auditor.supervise import Limits, Pool, in_worker
from auditor.text.words import say

_MOST_CELLS = 40
_NEVER = "-"
"""In place of an ending: a kind that is never marked, which nobody misses."""
_ENDINGS = {"docx": ".docx", "pdf": ".pdf", "html": ".html"}


def notes_of(audit: Audit, rulebook: Rulebook | None = None, lang: str = "zh") -> tuple[Note, ...]:
    """One note for each finding with a place (children included), numbered as in the notice; what the notice does not ask follows.

    A finding on the cells of a sum has one at each of them: the words stand at the first, what else a certain culprit changes and what
    takes part is marked with the number only. Waived findings are not marked. ``rulebook``: the built-in one where none is given.
    """
    rulebook = rulebook or _built_in()
    asked = list(asked_for(audit.findings))
    others = [finding for finding in audit.findings if finding.waived is None and finding not in asked]
    told = list(_told([*asked, *others], audit, rulebook, lang))
    placed = {(note.number, note.location) for note in told}
    parts: dict[Location, list[int]] = {}
    for number, finding in enumerate([*asked, *others], start=1):
        for place in _taking_part(finding):
            if (number, place) not in placed and number not in parts.setdefault(place, []):
                parts[place].append(number)
    words = rulebook.words
    for place, numbers in parts.items():
        text = say(words, lang, "finding.part", numbers="、".join(map(str, numbers)))
        severity = next(note.severity for note in told if note.number == numbers[0])
        told.append(Note(number=numbers[0], location=place, text=text, severity=severity, title=text, part=True, listed=False))
    return tuple(told)


def _built_in() -> Rulebook:
    from auditor.rulebook import load_rulebook

    return load_rulebook()


def _told(findings: Sequence[Finding], audit: Audit, rulebook: Rulebook, lang: str) -> Iterator[Note]:
    """The notes with words, those of further cells to change behind their finding's."""
    for number, finding in enumerate(findings, start=1):
        for one in (finding, *finding.children):
            if one.location is None:
                continue
            yield Note(
                number=number, location=one.location, text=_words(one, audit, rulebook, lang), severity=one.severity,
                title=f"{one.rule} {one.title}", listed=one is finding,
            )  # fmt: skip
        for change in demands(finding, audit.report, rulebook, lang)[1:]:
            if change.location is not None:
                text = say(
                    rulebook.words, lang, "finding.change",
                    cell=change.label, printed=shown(change.printed, rulebook.words, lang), likely=change.likely,
                )  # fmt: skip
                title = f"{finding.rule} {finding.title}"
                yield Note(number=number, location=change.location, text=text, severity=finding.severity, title=title, listed=False)


def _words(finding: Finding, audit: Audit, rulebook: Rulebook, lang: str) -> str:
    """What a comment says: the problem, the message, what should stand there or what may be wrong, what to look at besides, the basis."""
    words = rulebook.words
    layouts = audit.report.layouts if audit.report is not None else {}
    lines = [f"{finding.rule} {finding.title}", finding.message]
    culprit = culprit_text(finding, layouts, rulebook, lang)
    if culprit:
        lines.append(culprit)
    elif finding.expected is not None:
        lines.append(say(words, lang, "finding.expected", printed=shown(finding.actual, words, lang), likely=finding.expected))
    lines += [children_text(finding, words, lang), *finding.basis]
    return "\n".join(line for line in lines if line)


def _taking_part(finding: Finding) -> Iterator[Location]:
    """The cells of the finding and of what it explains that stand in a table; none where there are too many to help."""
    for one in (finding, *finding.children):
        places = [used.location for used in one.facts if used.location is not None]
        if len(places) <= _MOST_CELLS:
            yield from places


class Copy(NamedTuple):
    """A file of a report with its marks: the file's path, the ending of the copy, its bytes; ``None`` when it could not be made."""

    path: str
    ending: str
    content: bytes | None


@dataclass(frozen=True, slots=True)
class _Order:
    """A copy to be made. ``sha256``: of the file when it was audited, empty where that is not known."""

    path: str
    sha256: str
    notes: tuple[Note, ...]
    heading: str
    removed: str


class Originals:
    """The files of the run, members of archives included, looked into by a worker only. A context manager: the worker ends with it."""

    def __init__(self) -> None:
        self._pool: Pool[_Order, Copy] = Pool(Maker(), 1, Limits())

    def __enter__(self) -> Originals:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._pool.close()

    def mark(self, order: _Order) -> Copy:
        """The copy of one file."""
        if not Path(order.path.partition("!/")[0]).is_file():
            return Copy(order.path, "", None)
        if in_worker():
            return Maker()(order)
        _, outcome = next(iter(self._pool.run([order])))
        return outcome.value if outcome.value is not None else Copy(order.path, "", None)


class Maker:
    """Makes copies, in a worker. Keeps the archive read last, as reports come in path order."""

    def __init__(self) -> None:
        self._archive = ""
        self._members: dict[str, bytes] = {}

    def __call__(self, order: _Order) -> Copy:
        """The copy, without content for a file that is gone, was replaced since it was audited, or cannot be marked."""
        try:
            data = self.read(order.path)
            if order.sha256 and hashlib.sha256(data).hexdigest() != order.sha256:
                raise ReadError("READ-CHANGED")  # the marks would stand in another text
            kind = identify(data, order.path).kind
        except ReadError:
            return Copy(order.path, "", None)
        if kind not in _ENDINGS:
            return Copy(order.path, _NEVER, None)
        made = marked_copy(data, kind, order.notes, order.heading, order.removed)
        return Copy(order.path, _ENDINGS[kind], made[0] if made is not None else None)

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


def marked_copies(audit: Audit, originals: Originals, rulebook: Rulebook | None = None, lang: str = "zh") -> Iterator[Copy]:
    """A copy of each file of the report in which a finding has its place, of the kinds that can be marked."""
    by_file: dict[str, list[Note]] = {}
    words = (rulebook or _built_in()).words
    for note in notes_of(audit, rulebook, lang):
        by_file.setdefault(note.location.file or audit.source.path, []).append(note)
    for path, notes in by_file.items():
        heading = say(words, lang, "finding.list", count=sum(note.listed for note in notes))
        sha256 = audit.source.sha256 if path == audit.source.path else ""
        copy = originals.mark(_Order(path, sha256, tuple(notes), heading, say(words, lang, "finding.removed")))
        if copy.ending != _NEVER:
            yield copy


def marked_copy(
    data: bytes, kind: str, notes: Sequence[Note], heading: str = "", removed: str = ""
) -> tuple[bytes, str, tuple[Note, ...]] | None:
    """The copy, its file ending and the notes without a place in it; ``None`` for a kind that cannot be marked or read again.

    ``heading`` stands above the list of notes on a page, ``removed`` below it where something was taken out of the page.
    """
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

            copy, left = mark_html(parse_page(data)[0], notes, heading, removed)
    except Exception:  # an odd file may break any writer; its copy is named as missing, the rest of the season is written
        return None
    return copy, _ENDINGS[kind], left
