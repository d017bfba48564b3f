"""Files that this program wrote for an office: marked as such, so that they are never taken for reports, wherever they are copied.

Office programs keep a document property when they save a file again; pages carry a generator, result files their schema.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Final

_PROPERTY: Final = b"auditor-season"
_CUSTOM: Final = "docProps/custom.xml"
_META: Final = b'<meta name="generator" content="auditor-season">'
_PDF: Final = b"%auditor-season"
_SCHEMA: Final = b'"schema": "auditor.check/1"'
_NEAR: Final = 65_536
_TYPE: Final = (
    b'<Override PartName="/docProps/custom.xml" ContentType="application/vnd.openxmlformats-officedocument.custom-properties+xml"/></Types>'
)
_RELATION: Final = (
    b'<Relationship Id="rIdAuditor" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties" '
    b'Target="docProps/custom.xml"/></Relationships>'
)
_XML: Final = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><property fmtid="{D5CDD505-2E9C-'
    b'101B-9397-08002B2CF9AE}" pid="2" name="auditor-season"><vt:lpwstr>1</vt:lpwstr></property></Properties>'
)


def stamped(content: bytes, suffix: str) -> bytes:
    """An output with the mark that :func:`is_own` finds; what kind it is by its suffix. Kinds that hold no mark stay as they are."""
    if suffix == ".html":
        head = content.lower().find(b"<head>")
        return content if _META in content or head < 0 else content[: head + 6] + b"\n" + _META + content[head + 6 :]
    if suffix == ".pdf":
        return content if _PDF in content[-64:] else content + b"\n" + _PDF + b"\n"
    if suffix in (".docx", ".xlsx"):
        return _stamped_package(content)
    return content


def is_own(data: bytes) -> bool:
    """Whether the bytes are an output of this program: page, workbook, letter, marked copy or result of a season."""
    if data[:2] == b"PK":
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as package, package.open(_CUSTOM) as file:
                return _PROPERTY in file.read(_NEAR)
        except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, OSError, RuntimeError, NotImplementedError, EOFError):
            return False
    if data[:5] == b"%PDF-":
        return _PDF in data[-64:]
    return _META in data[:_NEAR] or (data[:1] == b"{" and _SCHEMA in data[:200])


def _stamped_package(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        if _CUSTOM in source.namelist():  # somebody's own properties: they stay, ours is added
            custom = source.read(_CUSTOM)
            if _PROPERTY in custom:
                return content
            added = _XML[_XML.index(b"<property ") : _XML.index(b"</Properties>")].replace(b'pid="2"', b'pid="9999"')
            replaced = {_CUSTOM: custom.replace(b"</Properties>", added + b"</Properties>")}
        else:
            replaced = {
                "[Content_Types].xml": source.read("[Content_Types].xml").replace(b"</Types>", _TYPE),
                "_rels/.rels": source.read("_rels/.rels").replace(b"</Relationships>", _RELATION),
            }
        for info in source.infolist():
            entry = zipfile.ZipInfo(info.filename, date_time=info.date_time)
            entry.compress_type = info.compress_type
            entry.external_attr = info.external_attr
            target.writestr(entry, replaced.get(info.filename, source.read(info)))
        if _CUSTOM not in source.namelist():
            entry = zipfile.ZipInfo(_CUSTOM, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, _XML)
    return out.getvalue()
