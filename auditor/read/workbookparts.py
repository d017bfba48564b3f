"""The parts of a workbook's package: Strict names made usual ones, what no reading needs left out, pictures over cells."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from typing import Any, Final

from auditor.errors import ReadError
from auditor.read.docx.xml import parse
from auditor.read.zipped import Members

_STRICT: Final = b"http://purl.oclc.org/ooxml/"
_USUAL: Final = b"http://schemas.openxmlformats.org/"
_NAMES: Final = (
    (b"spreadsheetml/main", b"spreadsheetml/2006/main"),
    (b"drawingml/main", b"drawingml/2006/main"),
    (b"drawingml/spreadsheetDrawing", b"drawingml/2006/spreadsheetDrawing"),
    (b"drawingml/chart", b"drawingml/2006/chart"),
    (b"officeDocument/relationships", b"officeDocument/2006/relationships"),
    (b"officeDocument/extendedProperties", b"officeDocument/2006/extended-properties"),
    (b"officeDocument/docPropsVTypes", b"officeDocument/2006/docPropsVTypes"),
)
_DATE: Final = re.compile(rb'<c\b([^>]*)\bt="d"([^>]*)>')
# What cells, merges, formats and borders do not need, and libraries stumble over.
_LOOSE: Final = re.compile(
    rb"<(?:\w+:)?(dataValidations|conditionalFormatting|extLst|legacyDrawing|legacyDrawingHF|drawing|picture|tableParts|oleObjects|controls"
    rb"|autoFilter|printOptions|pageMargins|pageSetup|headerFooter|rowBreaks|colBreaks|phoneticPr|hyperlinks|protectedRanges|scenarios"
    rb"|definedNames|externalReferences|pivotCaches|customWorkbookViews|bookViews|sheetViews|fileRecoveryPr|workbookProtection"
    rb"|sheetProtection|ignoredErrors|dxfs|tableStyles|colors|cellStyles|smartTagPr)\b(?:[^>]*/>|.*?</(?:\w+:)?\1>)",
    re.DOTALL,
)
_FONT_PARTS: Final = re.compile(rb"<(?:\w+:)?(?:family|charset|scheme)\b[^>]*/>")
_EMPTY_FILL: Final = re.compile(rb"<((?:\w+:)?)fill\s*/>|<((?:\w+:)?)fill\s*>\s*</(?:\w+:)?fill>")
_KEPT: Final = re.compile(r"xl/(?:workbook|styles|sharedStrings|worksheets/[^/]+)\.xml$|\.rels$|\[Content_Types\]\.xml$", re.IGNORECASE)
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"


def transitional(data: bytes, members: Members) -> bytes:
    """A workbook saved as Strict Open XML with the usual names of elements; any other as it is."""
    book = "xl/workbook.xml"
    if book not in members or _STRICT not in members.read(book)[:4096]:
        return data
    return _repacked(data, members, _usual)


def _usual(name: str, content: bytes) -> bytes:
    if _STRICT not in content:
        return content
    for strict, usual in _NAMES:
        content = content.replace(_STRICT + strict, _USUAL + usual)
    return content


def cut_down(data: bytes, members: Members) -> bytes:
    """The package with cells, merges, formats and borders only, for workbooks with parts that the library refuses."""
    return _repacked(data, members, _cells_only)


def _cells_only(name: str, content: bytes) -> bytes | None:
    if not _KEPT.search(name):
        return None
    content = _usual(name, content)
    if name.endswith(".rels"):
        return re.sub(rb"<Relationship\b(?![^>]*/(?:officeDocument|worksheet|styles|sharedStrings)\")[^>]*/>", b"", content)
    if name.endswith("Types].xml"):
        return re.sub(rb"<Override\b(?![^>]*(?:sheet\.main|worksheet|styles|sharedStrings)\+xml)[^>]*/>", b"", content)
    content = _LOOSE.sub(b"", content)
    if name.endswith("styles.xml"):
        content = _FONT_PARTS.sub(b"", content)
        content = _EMPTY_FILL.sub(_plain_fill, content)
    return content


def _plain_fill(match: re.Match[bytes]) -> bytes:
    prefix = match[1] or match[2] or b""
    return b'<%bfill><%bpatternFill patternType="none"/></%bfill>' % (prefix, prefix, prefix)


def _repacked(data: bytes, members: Members, change: Any) -> bytes:
    """The package with the XML parts that ``change(name, content)`` gives, without those for which it gives ``None``."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        for name in members.names():
            if name.endswith("/"):
                continue
            is_text = name.lower().endswith((".xml", ".rels", ".vml"))
            content = change(name, members.read(name)) if is_text else None
            if content is not None:
                made.writestr(name, content)
    return out.getvalue()


def pictured_cells(members: Members) -> frozenset[tuple[str, int, int]]:
    """Cells (sheet, row and column from 1) on which a picture or a drawn object begins and ends."""
    found: set[tuple[str, int, int]] = set()
    if not any(name.startswith("xl/drawings/") for name in members.names()) or "xl/workbook.xml" not in members:
        return frozenset()
    try:
        targets = _relations(members, "xl/workbook.xml")
        book = parse(_usual("", members.read("xl/workbook.xml")), "xl/workbook.xml")
        for sheet in book.iter(_MAIN + "sheet"):
            part = targets.get(sheet.get(_RELATION) or "", "")
            for drawing in _relations(members, part).values():
                if drawing.startswith("xl/drawings/") and drawing in members and drawing.endswith(".xml"):
                    root = parse(_usual("", members.read(drawing)), drawing)
                    found |= {(sheet.get("name") or "", row, column) for row, column in _anchored(root)}
    except (ReadError, ValueError):
        return frozenset()
    return frozenset(found)


def _anchored(root: Any) -> set[tuple[int, int]]:
    places: set[tuple[int, int]] = set()
    for anchor in root:
        first, last = anchor.find(_DRAWING + "from"), anchor.find(_DRAWING + "to")
        if first is None or anchor.find(_DRAWING + "clientData") is None:
            continue
        row, column = _number(first, "row"), _number(first, "col")
        end = (row, column) if last is None else (_number(last, "row"), _number(last, "col"))
        if end[0] - row <= 1 and end[1] - column <= 1:
            places |= {(at + 1, beside + 1) for at in range(row, end[0] + 1) for beside in range(column, end[1] + 1)}
    return places


def _number(node: Any, name: str) -> int:
    return int((node.findtext(_DRAWING + name) or "0").strip() or 0)


def _relations(members: Members, part: str) -> dict[str, str]:
    folder, name = posixpath.split(part)
    place = posixpath.join(folder, "_rels", name + ".rels")
    if not part or place not in members:
        return {}
    return {
        node.get("Id") or "": posixpath.normpath(posixpath.join("/" + folder, node.get("Target") or "")).lstrip("/")
        for node in parse(members.read(place), place)
        if node.get("TargetMode") != "External"
    }
