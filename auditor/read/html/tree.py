"""The element tree that browsers build (HTML5 tree construction), for pages whose tags do not close as they open.

libxml2 reads well-formed pages as browsers do, and faster. Where tables are left open, cells lie about, or foreign and void elements
(``<svg>``, ``<embed>``, ``<object>``) would swallow what follows, lexbor builds the tree, which is copied into one of lxml.
"""

from __future__ import annotations

import re
from typing import Any, Final

from auditor.errors import LimitError
from auditor.read.limits import XML_DEPTH

Element = Any
"""An lxml element (lxml has no types of its own)."""

_STRUCTURE: Final = re.compile(
    r"<(/?)(t(?:able|body|head|foot|[rdh]|extarea|emplate)|c(?:aption|olgroup)|s(?:vg|elect)|math|object|embed|frameset|iframe|plaintext|noembed)"
    r"(?=[\s/>])"
)
"""Of a text in lower case: looking for either case takes three times as long."""
_ALWAYS: Final = frozenset(
    ("svg", "math", "object", "embed", "template", "frameset", "iframe", "textarea", "plaintext", "noembed", "select")
)
_INSIDE: Final = {
    "caption": ("table",),
    "colgroup": ("table",),
    "thead": ("table",),
    "tbody": ("table",),
    "tfoot": ("table",),
    "tr": ("table", "thead", "tbody", "tfoot"),
    "td": ("tr",),
    "th": ("tr",),
}
_NAME: Final = re.compile(r"[A-Za-z_][0-9A-Za-z_.\-]*")
_ODD: Final = re.compile(r"[^0-9A-Za-z_.\-]")
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def closes_well(text: str) -> bool:
    """Whether every element that tables consist of closes in the order it opened, and no element is there that trees differ on."""
    open_: list[str] = []
    for closes, name in _STRUCTURE.findall(text.lower()):
        if name in _ALWAYS:
            return False
        if closes:
            if not open_ or open_.pop() != name:
                return False
        else:
            if name in _INSIDE and (not open_ or open_[-1] not in _INSIDE[name]):
                return False
            if name == "table" and open_ and open_[-1] not in ("td", "th", "caption"):
                return False
            open_.append(name)
    return not open_


def left_open(text: str) -> bool:
    """Whether a text ends inside a tag, or in a table after which nothing closes the page: it was cut off."""
    tail = text[-2000:].rstrip()
    start = tail.rfind("<")
    if start >= 0 and ">" not in tail[start:] and re.match(r"</?[A-Za-z!]|<$|</$", tail[start:]):
        return True
    end = text[-20_000:].lower()
    if "</html" in end or "</body" in end:
        return False
    depth = 0
    for closes, name in _STRUCTURE.findall(text.lower()):
        if name == "table":
            depth = max(0, depth - 1) if closes else depth + 1
    return depth > 0


def html5_tree(text: str) -> Element | None:
    """The tree of a page as browsers build it, comments left out; ``None`` when there is none. Raises :class:`LimitError` (depth)."""
    from lxml import etree
    from selectolax.lexbor import LexborHTMLParser

    source: Any = LexborHTMLParser(_NOT_XML.sub("", text)).root
    if source is None:
        return None
    root: Element = etree.Element("html")
    out: Element = root
    _set_attributes(root, source)
    node = source.child
    path: list[Any] = []
    last: Element | None = None
    while node is not None:
        tag = node.tag or ""
        if tag == "-text":
            words = _NOT_XML.sub("", node.text_content or "")  # a reference may have spelled what the text did not hold
            if last is not None:
                last.tail = (last.tail or "") + words
            else:
                out.text = (out.text or "") + words
        elif tag[:1] not in "-_!":
            last = etree.SubElement(out, tag if _NAME.fullmatch(tag) else _ODD.sub("-", f"x{tag}"))
            _set_attributes(last, node)
            child = node.child
            if child is not None:
                if len(path) >= XML_DEPTH * 4:
                    raise LimitError("READ-LIMIT", limit="depth", allowed=str(XML_DEPTH * 4))
                path.append(node)
                out, node, last = last, child, None
                continue
        following = node.next
        while following is None and path:
            node = path.pop()
            last, out = out, out.getparent()
            following = node.next
        node = following
    return root


def _set_attributes(element: Element, node: Any) -> None:
    for name, value in node.attributes.items():
        if _NAME.fullmatch(name):
            element.set(name, _NOT_XML.sub("", value or ""))
