"""A Word file with a comment at the exact cell or paragraph of each finding.

Only the document part gains comment marks and the comments part is added or grows; every other part is copied byte for byte, so that
deleting the comments gives the original again.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Sequence

from lxml import etree

from auditor.errors import ReadError
from auditor.render.marked.notes import Note
from auditor.render.printable import xml_text

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT_W = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_REL = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_COMMENTS_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_STRICT_REL = "http://purl.oclc.org/ooxml/officeDocument/relationships/comments"
_CELL = re.compile(r"tbl(\d+)/tr(\d+)/tc(\d+)")
_PARAGRAPH = re.compile(r"p(\d+)")
_CONTENT_TYPES = "[Content_Types].xml"
_THROUGH = frozenset(("sdt", "sdtContent", "ins", "customXml", "moveTo", "smartTag"))


def mark_docx(data: bytes, notes: Sequence[Note], author: str = "Auditor") -> tuple[bytes, tuple[Note, ...]]:
    """The file with comments, and the notes that found no place in it (their anchor is missing or leads nowhere).

    A comment on a cell spans the whole cell; one on a text box stands on the paragraph that holds the box, for Word allows no
    comments inside. Comments that are there stay. Raises ReadError when the file is no Word file of this kind.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        names = archive.namelist()
        main = _main_part(archive)
        document = _parse(archive.read(main))
        types = archive.read(_CONTENT_TYPES)
        folder, base = posixpath.split(main)
        rels = posixpath.join(folder, "_rels", f"{base}.rels")
        relations = _parse(archive.read(rels)) if rels in names else etree.fromstring(f'<Relationships xmlns="{_REL}"/>'.encode())
        comments = _target(relations, "comments", folder) or posixpath.join(folder, "comments.xml")
        namespace = _STRICT_W if document.tag.startswith(f"{{{_STRICT_W}}}") else _W
        is_new = comments not in names
        existing = etree.Element(f"{{{namespace}}}comments", nsmap={"w": namespace}) if is_new else _parse(archive.read(comments))
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, RuntimeError, NotImplementedError) as error:
        raise ReadError("READ-DAMAGED", what="docx", reason=type(error).__name__) from error
    w = f"{{{namespace}}}"
    next_id = max((int(comment.get(f"{w}id") or 0) for comment in existing if comment.get(f"{w}id", "").isdigit()), default=-1) + 1
    left: list[Note] = []
    places = _Places(document, w)
    for note in notes:
        span = places.find(note.location.anchor)
        if span is None:
            left.append(note)
            continue
        _mark(*span, next_id, w)
        existing.append(_comment(next_id, note, author, w))
        next_id += 1
    if len(left) == len(notes):
        return data, tuple(left)
    changed = {main: _bytes(document), comments: _bytes(existing)}
    if is_new:
        changed[_CONTENT_TYPES] = _with_type(types, comments)
    if _target(relations, "comments", folder) is None:
        _relate(relations, posixpath.relpath(comments, folder) if folder else comments, _COMMENTS_REL if namespace == _W else _STRICT_REL)
        changed[rels] = _bytes(relations)
    return _rewrite(archive, changed), tuple(left)


def _main_part(archive: zipfile.ZipFile) -> str:
    names = archive.namelist()
    found = _target(_parse(archive.read("_rels/.rels")), "officeDocument", "") if "_rels/.rels" in names else None
    return found if found in names else "word/document.xml"


def _target(relations: etree._Element, kind: str, folder: str) -> str | None:
    """The part a relationship of this kind leads to, as a name in the archive."""
    for relation in relations.iter(f"{{{_REL}}}Relationship"):
        if (relation.get("Type") or "").rpartition("/")[2] == kind and relation.get("TargetMode") != "External":
            return posixpath.normpath(posixpath.join("/" + folder, relation.get("Target") or "")).lstrip("/")
    return None


def _parse(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False))


def _bytes(root: etree._Element) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


class _Places:
    """Elements of the document by the reader's anchors (``tbl2/tr4/tc3``, ``p12``), counted from 1 in document order."""

    def __init__(self, root: etree._Element, w: str) -> None:
        self._w = w
        self._tables = list(root.iter(f"{w}tbl"))
        self._paragraphs = list(root.iter(f"{w}p"))

    def find(self, anchor: str | None) -> tuple[etree._Element, etree._Element] | None:
        """First and last paragraph to mark: those of a cell, or the paragraph itself twice."""
        if anchor is None:
            return None
        cell = _CELL.match(anchor)
        if cell:
            found = self._cell(int(cell[1]), int(cell[2]), int(cell[3]))
            inside = [] if found is None else list(found.iter(f"{self._w}p"))
            own = [one for one in inside if not self._boxes(one, found)]
            return self._outside(own[0], own[-1]) if own else None
        paragraph = _PARAGRAPH.fullmatch(anchor)
        if paragraph and 0 < int(paragraph[1]) <= len(self._paragraphs):
            one = self._paragraphs[int(paragraph[1]) - 1]
            return self._outside(one, one)
        return None

    def _boxes(self, element: etree._Element, within: etree._Element | None = None) -> list[etree._Element]:
        """Text boxes around an element, innermost first."""
        found = []
        for parent in element.iterancestors():
            if parent is within:
                break
            if parent.tag == f"{self._w}txbxContent":
                found.append(parent)
        return found

    def _outside(self, first: etree._Element, last: etree._Element) -> tuple[etree._Element, etree._Element] | None:
        boxes = self._boxes(first)
        if not boxes:
            return first, last
        host = next(boxes[-1].iterancestors(f"{self._w}p"), None)
        return None if host is None else (host, host)

    def _cell(self, table: int, row: int, column: int) -> etree._Element | None:
        if not 0 < table <= len(self._tables):
            return None
        rows = list(_own(self._tables[table - 1], f"{self._w}tr"))
        if not 0 < row <= len(rows):
            return None
        cells = list(_own(rows[row - 1], f"{self._w}tc"))
        return cells[column - 1] if 0 < column <= len(cells) else None


def _own(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row, through content controls and insertions, never into inner tables."""
    for child in element:
        if child.tag == tag:
            yield child
        elif isinstance(child.tag, str) and child.tag.rpartition("}")[2] in _THROUGH:
            yield from _own(child, tag)


def _mark(first: etree._Element, last: etree._Element, number: int, w: str) -> None:
    start = etree.Element(f"{w}commentRangeStart")
    end = etree.Element(f"{w}commentRangeEnd")
    run = etree.Element(f"{w}r")
    reference = etree.SubElement(run, f"{w}commentReference")
    for element in (start, end, reference):
        element.set(f"{w}id", str(number))
    properties = first.find(f"{w}pPr")
    first.insert(0 if properties is None else 1, start)
    last.append(end)
    last.append(run)


def _comment(number: int, note: Note, author: str, w: str) -> etree._Element:
    comment = etree.Element(f"{w}comment")
    comment.set(f"{w}id", str(number))
    comment.set(f"{w}author", author)
    comment.set(f"{w}initials", author[:2])
    for line in f"[{note.number}] {note.text}".splitlines():
        paragraph = etree.SubElement(comment, f"{w}p")
        text = etree.SubElement(etree.SubElement(paragraph, f"{w}r"), f"{w}t")
        text.text = xml_text(line)
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return comment


def _with_type(data: bytes, part: str) -> bytes:
    root = _parse(data)
    override = etree.SubElement(root, f"{{{_TYPES}}}Override")
    override.set("PartName", f"/{part}")
    override.set("ContentType", _COMMENTS_TYPE)
    return _bytes(root)


def _relate(relations: etree._Element, target: str, kind: str) -> None:
    used = {relation.get("Id") for relation in relations}
    number = next(n for n in range(1, len(used) + 2) if f"rIdAudit{n}" not in used)
    relation = etree.SubElement(relations, f"{{{_REL}}}Relationship")
    relation.set("Id", f"rIdAudit{number}")
    relation.set("Type", kind)
    relation.set("Target", target)


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
