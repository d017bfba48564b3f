"""Bytes of a page to an element tree that has lost nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from lxml import etree

from auditor.errors import LimitError, ReadError
from auditor.model.source import Problem
from auditor.read.decode import decode
from auditor.read.html.frames import fill_frames
from auditor.read.html.looks import HIDDEN, INVISIBLE
from auditor.read.html.sheets import SHOWN
from auditor.read.html.tree import closes_well, html5_tree
from auditor.read.limits import CHARS_PER_TAG, MARKUP_BYTES, PAGE_TAGS, TAG_ATTRIBUTES

Element = Any
"""An lxml element (lxml has no types of its own)."""

_CHARSET: Final = re.compile(rb"charset\s*=\s*[\"']?\s*([\w:.-]+)", re.IGNORECASE)
_XML: Final = re.compile(r"^\s*<\?xml[^>]*>", re.IGNORECASE)
_XML_ENCODING: Final = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"']([\w:.-]+)", re.IGNORECASE)
# Word's "downlevel-revealed" conditions: their content is shown, the marks are not.
_CONDITIONS: Final = re.compile(r"<!\[(?:if|endif)[^>-]*>", re.IGNORECASE)
_TAG: Final = re.compile(r"<[A-Za-z]")
_LONG_TAG: Final = re.compile(r"<[A-Za-z][^<>]{8000,}")
_HEAD: Final = 8192


def parse_page(data: bytes, parts: Mapping[str, bytes] | None = None, address: str = "") -> tuple[Element, str, tuple[Problem, ...]]:
    """The root element, the decoded source, and problems of decoding. Anchors of the reader are XPaths from this root.

    Decoding comes first: lxml given GB bytes stops at the first character outside the declared set. ``parts`` are pages for the frames of
    this one by their address, ``address`` is its own. Raises :class:`LimitError` for pages beyond ``MARKUP_BYTES`` or with too many tags,
    :class:`ReadError` ``READ-EMPTY`` when there is no element at all.
    """
    text, problems = _decoded(data)
    root = _build(text)
    if root is None:
        raise ReadError("READ-EMPTY", what="html")
    fill_frames(root, {name: _decoded(part)[0] for name, part in (parts or {}).items()}, address, _build)
    return root, text, problems


def _decoded(data: bytes) -> tuple[str, tuple[Problem, ...]]:
    if len(data) > MARKUP_BYTES:
        raise LimitError("READ-LIMIT", limit="page size", allowed=str(MARKUP_BYTES), found=str(len(data)))
    head = data[:_HEAD]
    declared = _CHARSET.search(head) or _XML_ENCODING.search(head)
    text, _, problems = decode(data, declared[1].decode("ascii", "replace") if declared else None)
    text = _XML.sub("", text, count=1).replace("\0", "")
    if "<![" in text:
        text = _CONDITIONS.sub("", text)
    allowed = max(PAGE_TAGS, len(text) // CHARS_PER_TAG)
    if text.count("<") > allowed and (tags := len(_TAG.findall(text))) > allowed:
        raise LimitError("READ-LIMIT", limit="elements", allowed=str(allowed), found=str(tags))
    if any(tag[0].count("=") > TAG_ATTRIBUTES for tag in _LONG_TAG.finditer(text)):
        raise LimitError("READ-LIMIT", limit="elements", allowed=str(TAG_ATTRIBUTES))
    return text, problems


def _build(text: str) -> Element | None:
    """The tree of a page; ``None`` when there is none."""
    if not text.strip():
        return None
    if not closes_well(text):
        return html5_tree(text)
    # Without huge_tree libxml2 cuts a page silently where unclosed tags pile up; the walk has its own limit on depth.
    parser = etree.HTMLParser(no_network=True, huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(text, parser)
    except (etree.LxmlError, ValueError) as error:
        raise ReadError("READ-EMPTY", what="html", reason=str(error)) from error


_CLOSED: Final = {"dialog": "open"}
"""Elements that are shown only with an attribute."""
_HIDDEN: Final = re.compile(r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)", re.IGNORECASE)


Given = Mapping[str, str]
"""The attributes of an element: asked for once, as each question to lxml takes longer than all of those to a dictionary."""


def given_of(node: Element) -> Given:
    """The attributes of an element."""
    return dict(node.items())


def is_hidden(node: Element, given: Given | None = None) -> bool:
    """Whether the element's own attributes, or the page's sheets where they were applied, keep it from being shown."""
    given = given_of(node) if given is None else given
    if node.tag in _CLOSED and _CLOSED[node.tag] not in given:
        return True
    if not given:
        return False
    flags = given.get(SHOWN)
    if flags is not None:
        return HIDDEN in flags or INVISIBLE in flags or "hidden" in given
    style = given.get("style")
    if style and ("none" in style or "hid" in style or "NONE" in style or "HID" in style) and _HIDDEN.search(style):
        return True
    return "hidden" in given


_GONE: Final = re.compile(r"(?:^|[;\s])(?:display\s*:\s*none|mso-hide\s*:\s*all)", re.IGNORECASE)


def is_gone(given: Given) -> bool:
    """Whether an element of these attributes takes no place at all: a cell that is only invisible still keeps its column."""
    if not given:
        return False
    flags = given.get(SHOWN)
    if flags is not None:
        return HIDDEN in flags or "hidden" in given
    style = given.get("style")
    return "hidden" in given or bool(style and ("none" in style or "all" in style or "NONE" in style) and _GONE.search(style))
