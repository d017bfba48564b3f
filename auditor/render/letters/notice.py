"""整改通知书: one letter to one agency with its findings, what is asked, by when, and a column for its reply."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from auditor.errors import ReadError
from auditor.model.finding import Audit, Finding
from auditor.model.rule import Text
from auditor.model.rulebook import Rulebook
from auditor.render.letters.template import fill, open_template
from auditor.render.places import place_text
from auditor.render.word import fixed_bytes
from auditor.text.labels import label_of
from auditor.text.words import say

_COLUMNS = ("number", "place", "message", "printed", "expected", "basis", "action", "id", "reply")
_WIDTHS = (1.1, 2.6, 6.6, 1.8, 1.8, 3.8, 3.2, 1.9, 3.3)


class Reply(Struct, frozen=True, kw_only=True):
    """What an agency wrote beside one finding of its notice."""

    finding: str
    text: str


def notice(
    audit: Audit, rulebook: Rulebook, *, deadline: str = "", office: str = "", lang: str = "zh", template: Path | None = None
) -> bytes | None:
    """The letter, or ``None`` for an audit without findings that ask for action (notices alone ask for none).

    ``deadline`` and ``office`` are printed as given. The template's placeholders: ``{{agency}} {{year}} {{title}} {{count}} {{deadline}}
    {{office}} {{file}}`` and, alone in its paragraph, ``{{findings}}``. Raises UsageError for an unusable template.
    """
    listed = list(asked_for(audit.findings))
    if not listed or audit.report is None:
        return None
    words = rulebook.words
    styles = {"title": "Title", "head": "Heading 1"}
    parts = ("title", "address", "opening", "findings", "closing", "sign")
    paragraphs = [(styles.get(part, ""), say(words, lang, f"letter.notice.{part}")) for part in parts]
    document = open_template(template, [(style, text.replace("[[", "{{").replace("]]", "}}")) for style, text in paragraphs])
    values = {
        "agency": audit.report.agency or audit.source.path,
        "year": str(audit.report.year or "—"),
        "title": audit.report.title.text.replace("\n", "") if audit.report.title else "",
        "count": str(len(listed)),
        "deadline": deadline or say(words, lang, "letter.no_deadline"),
        "office": office,
        "file": audit.source.path,
    }
    heads = [say(words, lang, f"letter.column.{name}") for name in _COLUMNS]
    rows = [_row(number, finding, audit, rulebook, lang) for number, finding in enumerate(listed, start=1)]
    fill(document, values, {"findings": (heads, rows, _WIDTHS)})
    return fixed_bytes(document)


def asked_for(findings: Sequence[Finding]) -> Iterator[Finding]:
    """The findings a notice lists, in its order: not waived, and an error or a warning somewhere in them."""
    for finding in findings:
        worst = {finding.severity, *(child.severity for child in finding.children)}
        if finding.waived is None and worst & {"error", "warning"}:
            yield finding


def _row(number: int, finding: Finding, audit: Audit, rulebook: Rulebook, lang: str) -> list[str]:
    rule = rulebook.rule(finding.rule)
    action = rule.action if rule is not None else None
    message = (
        finding.message
        if finding.calculation is None or finding.calculation in finding.message
        else f"{finding.message}\n{finding.calculation}"
    )
    if finding.culprit is not None and finding.culprit.candidates and audit.report is not None:
        key = "certain" if finding.culprit.certain else "possible"
        named = "；".join(
            say(
                rulebook.words, lang, "letter.candidate", cell=label_of(rulebook, audit.report.layouts, c.key, lang),
                printed=c.printed or "—", likely=c.likely,
            )
            for c in finding.culprit.candidates[:3]
        )  # fmt: skip
        message += "\n" + say(rulebook.words, lang, f"letter.{key}", cells=named)
    asked = say(rulebook.words, lang, "letter.action") if action is None else action.zh if lang == "zh" else action.en
    if finding.question:
        asked += "\n" + finding.question
    place = place_text(finding.location, rulebook.words, lang)
    return [str(number), place, message, finding.actual or "", finding.expected or "", "\n".join(finding.basis), asked, finding.id, ""]


def read_replies(data: bytes, words: Mapping[str, Text]) -> tuple[Reply, ...]:
    """The replies in a returned notice: of each table whose head names id and reply, the rows with both.

    The columns are found by their heads in either language, wherever they have been moved. Raises ReadError when the file is no
    Word file or holds no such table.
    """
    import docx

    try:
        document = docx.Document(io.BytesIO(data))
    except Exception as error:  # python-docx raises whatever the package inside raises
        raise ReadError("READ-DAMAGED", reason=type(error).__name__) from error
    heads = {name: {words[f"letter.column.{name}"].zh, words[f"letter.column.{name}"].en} for name in ("id", "reply")}
    found: list[Reply] = []
    tables = 0
    for table in document.tables:
        rows = [[cell.text.strip() for cell in row.cells] for row in table.rows]
        places = {name: next((n for n, text in enumerate(rows[0]) if text in heads[name]), None) for name in heads} if rows else {}
        own, answer = places.get("id"), places.get("reply")
        if own is None or answer is None:
            continue
        tables += 1
        full = (row for row in rows[1:] if len(row) > max(own, answer))
        found += [Reply(finding=row[own], text=row[answer]) for row in full if row[own] and row[answer]]
    if not tables:
        raise ReadError("READ-NO-REPLIES")
    return tuple(found)
