"""A Word file with a comment at the exact cell or paragraph of each finding.

Only ``word/document.xml`` gains comment marks and the comments part is added; every other part is copied byte for byte, so that
deleting the comments gives the original again.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence

from lxml import etree

from auditor.errors import ReadError
from auditor.render.marked.notes import Note

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_REL = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_COMMENTS_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_CELL = re.compile(r"tbl(\d+)/tr(\d+)/tc(\d+)")
_PARAGRAPH = re.compile(r"p(\d+)")
_DOCUMENT = "word/document.xml"
_COMMENTS = "word/comments.xml"
_RELS = "word/_rels/document.xml.rels"
_CONTENT_TYPES = "[Content_Types].xml"


def mark_docx(data: bytes, notes: Sequence[Note], author: str = "Auditor") -> tuple[bytes, tuple[Note, ...]]:
    """The file with comments, and the notes that found no place in it (their anchor is missing or leads nowhere).

    Raises ReadError when the file is no Word file of this kind.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        document = _parse(archive.read(_DOCUMENT))
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError) as error:
        raise ReadError("READ-DAMAGED", reason=type(error).__name__) from error
    existing = _parse(archive.read(_COMMENTS)) if _COMMENTS in archive.namelist() else etree.Element(f"{{{_W}}}comments", nsmap={"w": _W})
    next_id = max((int(comment.get(f"{{{_W}}}id", "0")) for comment in existing), default=-1) + 1
    left: list[Note] = []
    places = _Places(document)
    for note in notes:
        target = places.find(note.location.anchor)
        if target is None:
            left.append(note)
            continue
        _mark(target, next_id)
        existing.append(_comment(next_id, note, author))
        next_id += 1
    changed = {_DOCUMENT: _bytes(document), _COMMENTS: _bytes(existing)}
    if _COMMENTS not in archive.namelist():
        changed[_CONTENT_TYPES] = _with_type(archive.read(_CONTENT_TYPES))
        changed[_RELS] = _with_relation(archive.read(_RELS) if _RELS in archive.namelist() else None)
    return _rewrite(archive, changed), tuple(left)


def _parse(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False))


def _bytes(root: etree._Element) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


class _Places:
    """Elements of the document by the reader's anchors (``tbl2/tr4/tc3``, ``p12``), counted from 1 in document order."""

    def __init__(self, root: etree._Element) -> None:
        self._tables = list(root.iter(f"{{{_W}}}tbl"))
        self._paragraphs = list(root.iter(f"{{{_W}}}p"))

    def find(self, anchor: str | None) -> etree._Element | None:
        """The paragraph to mark: the first one of a cell, or the paragraph itself."""
        if anchor is None:
            return None
        cell = _CELL.match(anchor)
        if cell:
            found = self._cell(int(cell[1]), int(cell[2]), int(cell[3]))
            return None if found is None else found.find(f"{{{_W}}}p")
        paragraph = _PARAGRAPH.fullmatch(anchor)
        if paragraph and 0 < int(paragraph[1]) <= len(self._paragraphs):
            return self._paragraphs[int(paragraph[1]) - 1]
        return None

    def _cell(self, table: int, row: int, column: int) -> etree._Element | None:
        if not 0 < table <= len(self._tables):
            return None
        rows = list(_own(self._tables[table - 1], "tr"))
        if not 0 < row <= len(rows):
            return None
        cells = list(_own(rows[row - 1], "tc"))
        return cells[column - 1] if 0 < column <= len(cells) else None


def _own(element: etree._Element, name: str):  # type: ignore[no-untyped-def]
    """Rows of a table or cells of a row, through content controls and insertions, never into inner tables."""
    for child in element:
        if child.tag == f"{{{_W}}}{name}":
            yield child
        elif isinstance(child.tag, str) and child.tag.rpartition("}")[2] in ("sdt", "sdtContent", "ins", "customXml", "moveTo"):
            yield from _own(child, name)


def _mark(paragraph: etree._Element, number: int) -> None:
    start = etree.Element(f"{{{_W}}}commentRangeStart")
    end = etree.Element(f"{{{_W}}}commentRangeEnd")
    run = etree.Element(f"{{{_W}}}r")
    reference = etree.SubElement(run, f"{{{_W}}}commentReference")
    for element in (start, end, reference):
        element.set(f"{{{_W}}}id", str(number))
    properties = paragraph.find(f"{{{_W}}}pPr")
    paragraph.insert(0 if properties is None else 1, start)
    paragraph.append(end)
    paragraph.append(run)


def _comment(number: int, note: Note, author: str) -> etree._Element:
    comment = etree.Element(f"{{{_W}}}comment")
    comment.set(f"{{{_W}}}id", str(number))
    comment.set(f"{{{_W}}}author", author)
    comment.set(f"{{{_W}}}initials", author[:2])
    for line in f"[{note.number}] {note.text}".splitlines():
        paragraph = etree.SubElement(comment, f"{{{_W}}}p")
        text = etree.SubElement(etree.SubElement(paragraph, f"{{{_W}}}r"), f"{{{_W}}}t")
        text.text = "".join(char for char in line if char >= " ")
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return comment


def _with_type(data: bytes) -> bytes:
    root = _parse(data)
    override = etree.SubElement(root, f"{{{_TYPES}}}Override")
    override.set("PartName", f"/{_COMMENTS}")
    override.set("ContentType", _COMMENTS_TYPE)
    return _bytes(root)


def _with_relation(data: bytes | None) -> bytes:
    root = _parse(data) if data is not None else etree.fromstring(f'<Relationships xmlns="{_REL}"/>'.encode())
    used = {relation.get("Id") for relation in root}
    number = next(n for n in range(1, len(used) + 2) if f"rIdAudit{n}" not in used)
    relation = etree.SubElement(root, f"{{{_REL}}}Relationship")
    relation.set("Id", f"rIdAudit{number}")
    relation.set("Type", _COMMENTS_REL)
    relation.set("Target", "comments.xml")
    return _bytes(root)


def _rewrite(archive: zipfile.ZipFile, changed: dict[str, bytes]) -> bytes:
    """The archive with some parts replaced or added; the others keep their bytes and their dates."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy:
        for info in archive.infolist():
            copy.writestr(info, changed.pop(info.filename) if info.filename in changed else archive.read(info))
        for name in sorted(changed):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            copy.writestr(entry, changed[name])
    return out.getvalue()
