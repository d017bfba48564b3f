"""Pages saved as one file (.mht, .mhtml): the main page of a MIME message."""

from __future__ import annotations

import re
from email import policy
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesParser
from html import escape
from typing import Final

import msgspec

from auditor.errors import LimitError, ReadError
from auditor.model.document import Document
from auditor.model.source import Problem, Source
from auditor.read.limits import MAIL_HEADER_BYTES, MHT_PARTS

_DOCUMENT: Final = re.compile(r"\.(?:pdf|docx?|wps|xlsx?|et|ofd|rtf|zip|rar|7z|txt|html?)$", re.IGNORECASE)
_LONG_HEADER: Final = re.compile(rb"(?im)^[\w-]{1,80}:(?=[^\n]*;[^\n]*;)[^\n]{%d}" % MAIL_HEADER_BYTES)
"""A header line with parameters that the parser takes apart again and again."""
_PLAIN: Final = b'<meta charset="utf-8"><!-- text -->'


def read_mht(data: bytes, source: Source) -> Document:
    """The document of the main page in ``data``, the pages of its frames in their places.

    Raises :class:`ReadError` ``READ-DAMAGED`` without a page inside, :class:`LimitError` ``READ-LIMIT``, and what reading the page raises.
    """
    from auditor.read.html import read_html

    if _LONG_HEADER.search(data):
        raise LimitError("READ-LIMIT", limit="headers", allowed=str(MAIL_HEADER_BYTES))
    message = BytesParser(policy=policy.compat32).parsebytes(data.lstrip(b"\xef\xbb\xbf\r\n \t"))
    pages, sheets, enclosed = _parts(message)
    main, address = pages[0]
    parts: dict[str, bytes] = {}
    for content, name in pages[1:]:
        for key in name:
            parts.setdefault(key, content)
    document = read_html(main, source, parts=parts, address=address[-1] if address else "", sheets=sheets)
    problems = tuple(Problem(code="READ-PART", details={"cause": "enclosed", "what": name}) for name in enclosed)
    return msgspec.structs.replace(document, problems=(*document.problems, *problems)) if problems else document


def _parts(message: Message) -> tuple[list[tuple[bytes, list[str]]], dict[str, bytes], list[str]]:
    """The pages with their addresses, the start part first (the one the header names, else the first that is not empty), the style sheets
    by their addresses, and the names of enclosed documents. Raises ``READ-DAMAGED`` without a page."""
    start = str(message.get_param("start") or "").strip()
    pages: list[tuple[bytes, list[str]]] = []
    sheets: dict[str, bytes] = {}
    enclosed: list[str] = []
    for count, part in enumerate(message.walk()):
        if count > MHT_PARTS:
            raise LimitError("READ-LIMIT", limit="parts", allowed=str(MHT_PARTS))
        if part.is_multipart():
            continue
        name = _filename(part)
        if name is not None and _DOCUMENT.search(name):
            enclosed.append(name)
        elif part.get_content_type() == "text/css":
            content = part.get_payload(decode=True)
            number = str(part.get("Content-ID", "")).strip("<> ")
            for key in (f"cid:{number}" if number else "", str(part.get("Content-Location", "")).strip()):
                if key and isinstance(content, bytes):
                    sheets.setdefault(key, content)
        elif part.get_content_type() in ("text/html", "application/xhtml+xml", "text/plain"):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and content.strip():
                number = str(part.get("Content-ID", "")).strip()
                place = str(part.get("Content-Location", "")).strip()
                plain = part.get_content_type() == "text/plain"
                page = _escaped(content, part.get_content_charset()) if plain else _declared(content, part.get_content_charset())
                first = bool(start) and number == start
                keys = [key for key in (f"cid:{number.strip('<>')}" if number else "", place) if key]
                pages.insert(0, (page, keys)) if first else pages.append((page, keys))
                if plain and not first:
                    pages.sort(key=lambda entry: entry[0].startswith(_PLAIN))
    if not pages:
        raise ReadError("READ-DAMAGED", what="mht", reason="no page inside")
    return pages, sheets, enclosed


def _filename(part: Message) -> str | None:
    """The name under which a part would be saved, decoded."""
    name = part.get_filename()
    if name is None:
        return None
    try:
        return str(make_header(decode_header(name)))
    except (LookupError, ValueError, UnicodeError):
        return name


def _escaped(content: bytes, charset: str | None) -> bytes:
    """A text of a message as a page."""
    from auditor.read.decode import decode

    lines = decode(content, charset)[0].splitlines()
    return _PLAIN + "".join(f"<p>{escape(line)}</p>" for line in lines).encode()


def _declared(content: bytes, charset: str | None) -> bytes:
    """The page with the encoding of its MIME header written into it, where it says none itself."""
    if charset and b"charset" not in content[:4096].lower():
        return f'<meta charset="{charset}">'.encode("ascii", "ignore") + content
    return content
