"""Marked copies of the originals: which reader's anchors lead where, and what to say at each place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.model.finding import Audit, Finding
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


def can_mark(audit: Audit) -> bool:
    """Whether a marked copy is wanted: a kind that can be marked, a file of its own, and findings with a place in it."""
    return audit.source.kind in _ENDINGS and "!/" not in audit.source.path and bool(notes_of(audit))


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
