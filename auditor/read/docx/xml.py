"""Parts of a Word package as trees: no entities, no DTD, no network; names of the elements that carry text."""

from __future__ import annotations

from typing import Any, Final

from lxml import etree

from auditor.errors import LimitError, ReadError
from auditor.read.limits import XML_DEPTH

Element = Any
"""An lxml element (lxml has no types of its own)."""

_TRANSITIONAL: Final = b"http://schemas.openxmlformats.org/"
# ISO "strict" files use other names for the same elements.
_STRICT: Final = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", _TRANSITIONAL + b"wordprocessingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/drawingml/main", _TRANSITIONAL + b"drawingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing", _TRANSITIONAL + b"drawingml/2006/wordprocessingDrawing"),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", _TRANSITIONAL + b"officeDocument/2006/relationships"),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", _TRANSITIONAL + b"officeDocument/2006/math"),
)

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
M: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
WP: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
VML: Final = "{urn:schemas-microsoft-com:vml}"

VAL: Final = W + "val"


def parse(data: bytes, part: str) -> Element:
    """The root element of an XML part.

    Raises :class:`ReadError` ``READ-DAMAGED`` when it is not well-formed, ``READ-UNSAFE`` when it declares a document type
    (no Office program writes one; entity attacks need it), :class:`LimitError` when it is nested too deeply.
    """
    if b"http://purl.oclc.org/ooxml/" in data[:4096]:
        for strict, plain in _STRICT:
            data = data.replace(strict, plain)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        message = str(error)
        if "depth" in message.lower():
            raise LimitError("READ-LIMIT", limit="depth", allowed=str(XML_DEPTH), member=part) from error
        if "entit" in message.lower() or b"<!DOCTYPE" in data[:4096]:
            raise ReadError("READ-UNSAFE", what="document type", member=part) from error
        raise ReadError("READ-DAMAGED", what="xml", member=part, reason=message) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise ReadError("READ-UNSAFE", what="document type", member=part)
    return root


def value(parent: Element, *path: str) -> str | None:
    """``w:val`` of the element found by local names below ``parent``, or ``None``."""
    node = parent
    for name in path:
        node = node.find(W + name)
        if node is None:
            return None
    found: str | None = node.get(VAL)
    return found


def is_on(parent: Element | None, name: str) -> bool | None:
    """A switch property such as ``w:vanish``: ``None`` when not given, else on or off."""
    if parent is None:
        return None
    node = parent.find(W + name)
    if node is None:
        return None
    return node.get(VAL) not in ("0", "false", "off", "none")


def number(text: str | None, default: int = 0) -> int:
    """An integer attribute; ``default`` when missing or not a number (some producers write ``12.0``)."""
    if text is None:
        return default
    try:
        return int(float(text))
    except (ValueError, OverflowError):
        return default
