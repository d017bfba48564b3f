"""Pages saved as one file (.mht, .mhtml): the main page of a MIME message."""

from __future__ import annotations

from email import policy
from email.message import Message
from email.parser import BytesParser

from auditor.errors import LimitError, ReadError
from auditor.model.document import Document
from auditor.model.source import Source
from auditor.read.limits import MHT_PARTS


def read_mht(data: bytes, source: Source) -> Document:
    """The document of the main page in ``data``.

    Raises :class:`ReadError` ``READ-DAMAGED`` without a page inside, :class:`LimitError` ``READ-LIMIT``, and what reading the page raises.
    """
    from auditor.read.html import read_html

    message = BytesParser(policy=policy.compat32).parsebytes(data.lstrip(b"\xef\xbb\xbf\r\n \t"))
    return read_html(_page(message), source)


def _page(message: Message) -> bytes:
    """Bytes of the start part: the one the header names, else the first page that is not empty."""
    start = str(message.get_param("start") or "")
    pages: list[Message] = []
    for count, part in enumerate(message.walk()):
        if count > MHT_PARTS:
            raise LimitError("READ-LIMIT", limit="parts", allowed=str(MHT_PARTS))
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            pages.append(part)
    pages.sort(key=lambda part: not (start and str(part.get("Content-ID", "")).strip() == start.strip()))
    for part in pages:
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and content.strip():
            return _declared(content, part.get_content_charset())
    raise ReadError("READ-DAMAGED", what="mht", reason="no page inside")


def _declared(content: bytes, charset: str | None) -> bytes:
    """The page with the encoding of its MIME header written into it, where it says none itself."""
    if charset and b"charset" not in content[:4096].lower():
        return f'<meta charset="{charset}">'.encode("ascii", "ignore") + content
    return content
