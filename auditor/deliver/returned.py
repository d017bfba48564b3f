"""A file that came back from an agency → its tables and paragraphs as texts. Runs in a worker; nothing here knows a season."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from auditor.errors import ReadError
from auditor.model.document import Document, Table
from auditor.model.language import LANGUAGES
from auditor.model.rulebook import Rulebook
from auditor.read import read_bytes
from auditor.read.archive import members
from auditor.rulebook import load_rulebook
from auditor.text.words import say

_SPACE: Final = re.compile(r"\s+")
_AFTER_DASH: Final = re.compile(r"-\s+")
_NUMBER: Final = re.compile(r"(?<![0-9a-z])(20\d\d)-(\d{3,6})(?![0-9a-z])")
_HASH: Final = re.compile(r"(?<![0-9a-z])[0-9a-f]{16}(?:~[0-9a-f]{6})?(?![0-9a-z])")
_LONGEST_ID: Final = 40
_CELLS: Final = 2
"""Columns before the register's: what is counted, and its number in the report."""
_NOTE: Final = re.compile(r"注[:：]|note:", re.IGNORECASE)
_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−－﹣ー_", "-"))

Block = str | list[list[str]]
"""A paragraph, or the lines of a table."""
_Columns = tuple[int | None, int | None, list[str]]
"""Places of ids and replies, and the headings."""


class ReplyRow(Struct, frozen=True, kw_only=True):
    """A row of a table that names a finding: ids as found, the reply column's text (``None``: the table has none), the other cells by
    heading."""

    ids: tuple[str, ...]
    reply: str | None
    others: tuple[tuple[str, str], ...]


class Returned(Struct, frozen=True, kw_only=True):
    """What one file says. ``error`` is the code of the problem where it could not be read; ``inserted`` says that changes were tracked;
    ``registers`` are the numbers of its register that the agency put beside those no check can see, in words."""

    name: str
    rows: tuple[ReplyRow, ...] = ()
    paragraphs: tuple[str, ...] = ()
    inserted: tuple[str, ...] = ()
    registers: tuple[str, ...] = ()
    error: str = ""
    details: dict[str, str] = {}


def read_returned(data: bytes, name: str) -> tuple[Returned, ...]:
    """The returned file, or each member of an archive of them. Never raises ReadError."""
    if _is_plain_archive(data):
        found: list[Returned] = []
        try:
            for inner, content in members(data):
                found += read_returned(content, f"{name}!/{inner}")
        except ReadError as error:
            found.append(Returned(name=name, error=error.code, details=error.details))
        return tuple(found)
    try:
        document = read_bytes(data, name)
        blocks = _word_blocks(data) if document.source.kind == "docx" else _blocks(document)
    except ReadError as error:
        return (Returned(name=name, error=error.code, details=error.details),)
    return (_texts(document, blocks, name, load_rulebook()),)


def ids_in(text: str) -> tuple[str, ...]:
    """Short numbers and ids of findings in a text, normalised: full-width forms, other dashes, spaces and line breaks, capitals."""
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).lower()
    found: dict[str, None] = {}
    for form in (_SPACE.sub(" ", plain), _AFTER_DASH.sub("-", plain), _SPACE.sub("", plain)):
        found |= {f"{match[1]}-{match[2]}": None for match in _NUMBER.finditer(form)}
        found |= {match[0]: None for match in _HASH.finditer(form)}
    squeezed = _SPACE.sub("", plain)
    if not found and (both := re.fullmatch(r"(20\d\d-\d{3,6}?)([0-9a-f]{16}(?:~[0-9a-f]{6})?)", squeezed)):
        found |= {both[1]: None, both[2]: None}
    return tuple(found)


def _is_plain_archive(data: bytes) -> bool:
    if data[:2] != b"PK":
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
    return "[Content_Types].xml" not in names and "mimetype" not in names and "OFD.xml" not in names


def _blocks(document: Document) -> Iterator[Block]:
    """Paragraphs as texts, tables as lines of texts."""
    for block in document.blocks:
        yield _grid(block) if isinstance(block, Table) else block.text


def _word_blocks(data: bytes) -> list[Block]:
    """The same of a Word file, every table as the table it is: readers of reports take tables that only lay out a page apart.

    Inserted text that is not accepted yet counts, deleted text does not. Raises ReadError.
    """
    import docx
    from docx.oxml.ns import qn

    try:
        body = docx.Document(io.BytesIO(data)).element.body
    except Exception as error:  # python-docx raises whatever the package inside raises
        raise ReadError("READ-DAMAGED", what="docx", reason=type(error).__name__) from error
    gone = {qn("w:del"), qn("w:moveFrom")}

    def text(paragraphs: Iterable[Any]) -> str:
        lines = []
        for paragraph in paragraphs:
            nodes = paragraph.iter(qn("w:t"), qn("w:tab"), qn("w:br"))
            shown = [node for node in nodes if not gone & {parent.tag for parent in node.iterancestors()}]
            parts = [(node.text or "") if node.tag == qn("w:t") else " " if node.tag == qn("w:tab") else "\n" for node in shown]
            lines.append("".join(parts))
        return "\n".join(lines).strip()

    found: list[Block] = []
    inside = {qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")}

    def walk(parent: Any) -> None:
        for element in parent:
            if element.tag in inside:
                walk(element)
            elif element.tag == qn("w:p"):
                found.append(text([element]))
            elif element.tag == qn("w:tbl"):
                found.append([_cells(row) for row in element.iter(qn("w:tr"))])

    def _cells(row: Any) -> list[str]:
        cells: list[str] = []
        for cell in row.iter(qn("w:tc")):
            span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
            cells += [text(cell.iter(qn("w:p"))), *[""] * (min(int(span.get(qn("w:val"), "1")), 64) - 1 if span is not None else 0)]
        return cells

    walk(body)
    return found


def _texts(document: Document, blocks: Iterable[Block], name: str, rulebook: Rulebook) -> Returned:
    heads = {key: _both(rulebook, f"letter.column.{key}") for key in ("id", "reply")}
    rows: list[ReplyRow] = []
    paragraphs: list[str] = []
    registers: list[str] = []
    columns: _Columns | None = None
    for block in blocks:
        if isinstance(block, str):
            if block.strip():
                paragraphs.append(block.strip())
            continue
        told_beside = _registers(block, rulebook)
        if told_beside is not None:  # a table of its own, not the last finding's row going on
            registers += told_beside
            continue
        for line in block:
            texts = [_SPACE.sub("", unicodedata.normalize("NFKC", text)) for text in line]
            reply = next((place for place, text in enumerate(texts) if text in heads["reply"]), None)
            own = next((place for place, text in enumerate(texts) if text in heads["id"]), None)
            if reply is not None and (own is not None or len([text for text in texts if text]) > 2):
                columns = (own, reply, line)  # also where the head is repeated on the next page
                continue
            told = _row(line, columns)
            if told is not None:
                rows.append(told)
            elif columns is None and any(line):
                paragraphs.append(" ".join(text for text in line if text))
            elif rows and columns is not None and any(line):
                rows[-1] = _continued(rows[-1], line, columns)
    if not rows:
        rows, paragraphs = _flattened(paragraphs, heads)
    inserted = tuple(residue.text for residue in document.residues if residue.kind == "insertion" and residue.text.strip())
    return Returned(name=name, rows=tuple(rows), paragraphs=tuple(paragraphs), inserted=inserted, registers=tuple(registers))


def _registers(table: list[list[str]], rulebook: Rulebook) -> list[str] | None:
    """What stands in the register columns of the table of numbers that no check can see; ``None`` for another table."""
    head = [_SPACE.sub("", text) for text in table[0]] if table else []
    for lang in LANGUAGES:
        name = _SPACE.sub("", say(rulebook.words, lang, "letter.notice.unseen_register"))
        places = [place for place, text in enumerate(head) if text == name and place >= _CELLS]
        if places:
            filled = [
                line[place - _CELLS : place + 1] for line in table[1:] for place in places if place < len(line) and line[place].strip()
            ]
            return [
                say(rulebook.words, lang, "letter.notice.unseen_told", cell=cell.strip(), printed=printed.strip(), register=told.strip())
                for cell, printed, told in filled
            ]
    return None


def _flattened(paragraphs: list[str], heads: Mapping[str, tuple[str, str]]) -> tuple[list[ReplyRow], list[str]]:
    """Rows of a table that a file holds as single lines: what follows an id, up to the next number or the end, may be its answer."""
    plain = [_SPACE.sub("", unicodedata.normalize("NFKC", text)) for text in paragraphs]
    head = next((place for place, text in enumerate(plain) if text in heads["reply"]), None)
    if head is None:
        return [], paragraphs
    rows: list[ReplyRow] = []
    for place in range(head + 1, len(paragraphs)):
        ids = ids_in(paragraphs[place])
        if ids and len(plain[place]) < _LONGEST_ID:
            after = paragraphs[place + 1] if place + 1 < len(paragraphs) else ""
            told = after if after and not plain[place + 1].isdigit() and not _NOTE.match(plain[place + 1]) else ""
            # Not in a column for certain: among the other texts of the row, so that a person looks at it.
            rows.append(ReplyRow(ids=ids, reply=None, others=(("", told),) if told else ()))
    return rows, paragraphs[:head]


def _row(line: list[str], columns: _Columns | None) -> ReplyRow | None:
    own, reply, heads = columns if columns is not None else (None, None, [])
    ids = ids_in(line[own]) if own is not None and own < len(line) else ()
    if not ids:  # the column was moved, merged or typed over: an id anywhere in the row but in the reply
        ids = ids_in(" ".join(text for place, text in enumerate(line) if place != reply))
    if not ids:
        return None
    others = tuple(
        (heads[place] if place < len(heads) else "", text.strip())
        for place, text in enumerate(line)
        if place not in (own, reply) and text.strip()
    )
    return ReplyRow(ids=ids, reply=line[reply].strip() if reply is not None and reply < len(line) else None, others=others)


def _continued(row: ReplyRow, line: list[str], columns: _Columns) -> ReplyRow:
    """A row cut by a page break goes on in the next one."""
    _, reply, heads = columns
    more = line[reply].strip() if reply is not None and reply < len(line) else ""
    others = tuple(
        (heads[place] if place < len(heads) else "", text.strip()) for place, text in enumerate(line) if place != reply and text.strip()
    )
    return ReplyRow(ids=row.ids, reply=f"{row.reply or ''}{more}" if more else row.reply, others=(*row.others, *others))


def _grid(table: Table) -> list[list[str]]:
    lines = [[""] * table.columns for _ in range(table.rows)]
    for cell in table.cells:
        if cell.row < table.rows and cell.column < table.columns:
            lines[cell.row][cell.column] = cell.text
    return lines


def _both(rulebook: Rulebook, key: str) -> tuple[str, str]:
    text = rulebook.words[key]
    return (_SPACE.sub("", text.zh), _SPACE.sub("", text.en))
