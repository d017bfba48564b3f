"""Kind of a file by its content; the suffix only raises a question when it says something else."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import Final

from msgspec import Struct, field

from auditor.model.source import Kind
from auditor.read.decode import decode
from auditor.text.patterns import re_pattern

_HEAD: Final = 65_536

_SUFFIXES: Final[dict[str, frozenset[Kind]]] = {
    "pdf": frozenset({"pdf"}),
    **dict.fromkeys(("docx", "docm", "dotx", "dotm"), frozenset({"docx"})),
    **dict.fromkeys(("doc", "dot", "wps", "wpt"), frozenset({"doc", "wps"})),
    **dict.fromkeys(("xlsx", "xlsm", "xltx"), frozenset({"xlsx"})),
    **dict.fromkeys(("xls", "xlt", "et", "ett"), frozenset({"xls"})),
    **dict.fromkeys(("html", "htm", "shtml", "xhtml"), frozenset({"html"})),
    **dict.fromkeys(("txt", "text", "md", "markdown", "csv", "tsv"), frozenset({"text"})),
    **dict.fromkeys(("mht", "mhtml"), frozenset({"mht"})),
    **dict.fromkeys(("png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "webp"), frozenset({"image"})),
    "rtf": frozenset({"rtf"}),
    "ofd": frozenset({"ofd"}),
    "zip": frozenset({"zip"}),
}

_IMAGES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*")
# First bytes of what is recognised in order to be refused by name, and the kind to save it as.
_REFUSED: Final = (
    (b"Rar!\x1a\x07", "rar", "zip"),
    (b"7z\xbc\xaf\x27\x1c", "7z", "zip"),
    (b"\x1f\x8b", "gzip", "zip"),
    (b"\xdb\xa5", "word2", "docx"),
    (b"\x9b\xa5", "word1", "docx"),
    (b"\xdc\xa5", "word6", "docx"),
    (b"\xd0\xcf\x11\xe0\x0e\x11", "ole-beta", "docx"),
    (b"%!PS", "postscript", "pdf"),
    (b"AT&TFORM", "djvu", "pdf"),
)
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TAG: Final = re_pattern(
    r"</?(html|head|body|title|meta|link|script|style|div|p|span|font|center|section|article|table|tbody|tr|td|th|ul|ol|li|h[1-6]|a|br|img|b|strong)\b[^<>]*>",
    re.IGNORECASE,
)
_MARKUP_START: Final = re_pattern(
    r"<(?:!doctype\s+html|html|head|body|meta|title|div|table|p|section|span|font|style|center)\b", re.IGNORECASE
)
_ODD: Final = re_pattern("[\x00-\x08\x0e-\x19\x1b\x1f\ufffd\ue000-\uf8ff]")
"""What stands in no text: control characters but those that part lines, pages and records, lost and private characters."""
_BEFORE_MARKUP: Final = (("<?xml", "?>"), ("<!--", "-->"))
"""What may stand before the first tag of a page, with its end."""
_MIME_HEADER: Final = re_pattern(
    r"(?:From|Subject|Date|MIME-Version|Content-Type|Content-Location|Snapshot-Content-Location|X-\S+)\s*:", re.IGNORECASE
)


class Sniffed(Struct, frozen=True):
    """What the bytes are. ``refusal`` is a problem code with ``details`` for kinds that no reader takes."""

    kind: Kind
    refusal: str | None = None
    details: dict[str, str] = field(default_factory=dict)


def sniff(data: bytes) -> Sniffed:
    """The kind of ``data`` by its content. Never raises; what cannot be read comes with a ``refusal``."""
    if not data.strip(b" \t\r\n\0\xef\xbb\xbf"):
        return Sniffed("unknown", "READ-EMPTY")
    if data.startswith(_OLE):
        return _sniff_ole(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _sniff_zip(data)
    if b"%PDF-" in data[:1024]:
        return Sniffed("pdf")
    if data.startswith(_IMAGES) or (data.startswith(b"RIFF") and data[8:12] == b"WEBP") or _is_bitmap(data):
        return Sniffed("image")
    if data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        return Sniffed("rtf")
    for start, found, save_as in _REFUSED:
        if data.startswith(start):
            return Sniffed("unknown", "READ-UNSUPPORTED", {"found": found, "save_as": save_as})
    return _sniff_text(data)


def contradicts(suffix_of: str, kind: Kind) -> bool:
    """Whether the suffix of a file name promises another kind; unknown suffixes promise nothing."""
    promised = _SUFFIXES.get(PurePosixPath(suffix_of).suffix.lower().lstrip("."))
    return promised is not None and kind not in promised


def _unsupported(found: str, save_as: str) -> Sniffed:
    return Sniffed("unknown", "READ-UNSUPPORTED", {"found": found, "save_as": save_as})


def _is_bitmap(data: bytes) -> bool:
    return data.startswith(b"BM") and len(data) > 26 and data[6:10] == b"\0\0\0\0"


_OLE_COUNTS: Final = (44, 64, 72)
"""Places in the header of an OLE container that count sectors of its allocation tables."""


def _is_sane_ole(data: bytes) -> bool:
    """Whether the header of an OLE container claims no more sectors than the file holds, each of the list of tables once.

    The library below goes through as many as the header claims.
    """
    if len(data) < 512:
        return False
    shift = int.from_bytes(data[30:32], "little")
    if shift not in (9, 12):
        return False
    sector = 1 << shift
    most = len(data) // sector + 1
    if any(int.from_bytes(data[at : at + 4], "little") > most for at in _OLE_COUNTS):
        return False
    seen: set[int] = set()
    at = int.from_bytes(data[68:72], "little")
    for _ in range(int.from_bytes(data[72:76], "little")):
        end = sector * (at + 2)
        if at in seen or end > len(data) + sector:
            return False
        seen.add(at)
        at = int.from_bytes(data[end - 4 : end], "little")
    return True


def _sniff_ole(data: bytes) -> Sniffed:
    import olefile

    if not _is_sane_ole(data):
        return Sniffed("doc", "READ-DAMAGED", {"what": "ole", "reason": "sectors"})
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as container:
            streams = {"/".join(entry).lower() for entry in container.listdir(streams=True, storages=True)}
    except Exception as error:  # olefile raises many kinds on damaged containers
        return Sniffed("doc", "READ-DAMAGED", {"what": "ole", "reason": type(error).__name__})
    if {"encryptedpackage", "encryptioninfo"} & streams:
        return Sniffed("unknown", "READ-ENCRYPTED", {"what": "ooxml"})
    if "worddocument" in streams:
        return Sniffed("wps" if "wpscustomdata" in streams else "doc")
    if {"workbook", "book"} & streams:
        return Sniffed("xls")
    if "powerpoint document" in streams:
        return _unsupported("ppt", "pdf")
    if "contents" in streams and any(name.startswith("matost") for name in streams):
        return _unsupported("works", "docx")
    if "fileheader" in streams and "docinfo" in streams:
        return _unsupported("hwp", "docx")
    if any(name.startswith("__substg1.0_") for name in streams):
        return _unsupported("msg", "pdf")
    return _unsupported("ole", "docx")


def _sniff_zip(data: bytes) -> Sniffed:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name.replace("\\", "/").lstrip("/").lower() for name in archive.namelist()}
            mimetype = _mimetype(archive) if "mimetype" in names else ""
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, NotImplementedError, RuntimeError):
        # Cut files have no directory; the names stand before each member too, and the reader will say what is broken.
        names, mimetype = {name for name in ("word/document.xml", "xl/workbook.xml", "ofd.xml") if name.encode() in data.lower()}, ""
    if "ofd.xml" in names:
        return Sniffed("ofd")
    if mimetype.startswith("application/vnd.oasis.opendocument"):
        return _unsupported("opendocument", "docx")
    if any(name.startswith("word/") for name in names) and ("[content_types].xml" in names or "word/document.xml" in names):
        return Sniffed("docx")
    if "xl/workbook.bin" in names:
        return _unsupported("xlsb", "xlsx")
    if any(name.startswith("xl/") for name in names) and ("[content_types].xml" in names or "xl/workbook.xml" in names):
        return Sniffed("xlsx")
    if "ppt/presentation.xml" in names:
        return _unsupported("pptx", "pdf")
    if "meta-inf/container.xml" in names:
        return _unsupported("epub", "docx")
    return Sniffed("zip")


def _mimetype(archive: zipfile.ZipFile) -> str:
    with archive.open("mimetype") as stream:
        return stream.read(200).decode("ascii", "replace")


def _sniff_text(data: bytes) -> Sniffed:
    head = data[:_HEAD]
    text, _, _ = decode(head)
    odd = len(_ODD.findall(text))
    if odd > max(2, len(text) // 50):
        return _unsupported("binary", "docx")
    start = text.lstrip("\ufeff \t\r\n")
    if _is_mime(start):
        return Sniffed("mht")
    if start.startswith("<") and (
        "<?mso-application" in start[:2000] or "<pkg:package" in start[:4000] or "<w:wordDocument" in start[:4000]
    ):
        return _unsupported("wordxml", "docx")
    if _MARKUP_START.match(start, _first_tag(start)):
        return Sniffed("html")
    tags = {match[1].lower() for match in _TAG.finditer(text)}
    if (start.startswith("<") and len(tags) >= 2) or {"html", "body"} <= tags or {"head", "meta"} <= tags:
        return Sniffed("html")
    return Sniffed("text")


def _first_tag(text: str) -> int:
    """Where the first tag can begin: after white space, XML declarations and comments. Each character is passed once."""
    at = 0
    while True:
        while at < len(text) and text[at].isspace():
            at += 1
        end = next((end for begin, end in _BEFORE_MARKUP if text[at : at + len(begin)].lower() == begin), None)
        if end is None:
            return at
        closed = text.find(end, at)
        if closed < 0:
            return at
        at = closed + len(end)


def _is_mime(start: str) -> bool:
    if not _MIME_HEADER.match(start):
        return False
    head = start[:8000].lower()
    return "mime-version:" in head and ("multipart/" in head or "text/html" in head)
