"""A saved page with marks at the elements of the findings. Works on the reader's own tree, in which its anchors lead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from lxml import etree

from auditor.render.marked.notes import Note
from auditor.render.printable import xml_text

_COLOURS = {"error": "#fdecea", "warning": "#fff3d6", "notice": "#e4effa"}
_FRAMES = {"error": "#b3261e", "warning": "#b56a00", "notice": "#1f5fa8"}
MARK = "data-auditor"
_LIST = "all:initial;display:block;margin:12px;padding:12px;border:1px solid #999;background:#fff;color:#111;font:14px/1.6 sans-serif"


def mark_html(root: etree._Element, notes: Sequence[Note], heading: str = "", removed: str = "") -> tuple[bytes, tuple[Note, ...]]:
    """The page as UTF-8 with a frame round each place and the note as its tooltip, and the notes that found no place.

    ``root`` is changed. Marks are attributes (``data-auditor``, ``style``, ``title``) and, with a ``heading``, a list of the notes at the
    head of the page, which carries the mark too: without it the text of the page is as it was. ``removed``: what to say below the list
    where something was taken out of the page, with ``[count]`` for how much.
    """
    left: list[Note] = []
    for note in notes:
        target = _find(root, note.location.anchor)
        if target is None:
            left.append(note)
            continue
        before = target.get(MARK)
        line = "dashed" if note.part else "solid"
        style = f"background:{_COLOURS[note.severity]};outline:2px {line} {_FRAMES[note.severity]}"
        target.set(MARK, f"{before} {note.number}" if before else str(note.number))
        if not (before and note.part):  # what is in question stays so
            target.set("style", f"{target.get('style', '').rstrip('; ')};{style}".lstrip(";"))
        words = f"[{note.number}] {xml_text(note.text)}"
        target.set("title", f"{target.get('title')}\n{words}" if before and target.get("title") else words)
    count = _neutralise(root)
    if heading:
        _list(root, [note for note in notes if note.listed], heading, removed.replace("[count]", str(count)) if count else "")
    _forbid(root)
    for meta in list(root.iter("meta")):  # the copy is UTF-8 whatever the page was
        if meta.get("charset") is not None:
            meta.set("charset", "utf-8")
        elif "charset" in (meta.get("content") or "").lower():
            meta.set("content", "text/html; charset=utf-8")
    return bytes(etree.tostring(root, method="html", encoding="utf-8", doctype="<!DOCTYPE html>")), tuple(left)


_ACTIVE: Final = frozenset(
    {
        "script",
        "iframe",
        "frame",
        "frameset",
        "object",
        "embed",
        "applet",
        "link",
        "base",
        "template",
        "portal",
        "audio",
        "video",
        "source",
        "track",
    }
)
_LOADS: Final = (
    "src",
    "srcset",
    "poster",
    "background",
    "data",
    "lowsrc",
    "dynsrc",
    "longdesc",
    "ping",
    "formaction",
    "action",
    "codebase",
)
_REMOTE: Final = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?//|\s*(?:https?|ftp|file):", re.IGNORECASE)
_RUNS: Final = re.compile(r"\s*(?:javascript|vbscript|data):", re.IGNORECASE)
_STYLE_LOADS: Final = re.compile(
    r"url\s*\(|@import|image-set\s*\(|image\s*\(|expression\s*\(|behavior\s*:|-moz-binding|\\|</", re.IGNORECASE
)
"""What fetches or runs in a style; a backslash may spell any of it, and what is behind a ``</`` would be markup in the copy."""
_UNSEEN: Final = re.compile(r"[\x00-\x20\x7f-\xa0]+")
"""What browsers leave out of an address before they look at it."""
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'"
MUTED: Final = "data-auditor-removed"


def _neutralise(root: etree._Element) -> int:
    """Take out of the page what would run or fetch when the copy is opened: scripts, frames, remote pictures and styles, handlers,
    refreshes. What it pointed to stays readable in an attribute; the number of things taken out is an attribute of the page, and returned.
    """
    removed = 0
    for node in list(root.iter()):
        tag = str(node.tag).rpartition("}")[2].lower()
        if tag in _ACTIVE or (tag == "meta" and (node.get("http-equiv") or "").strip().lower() in ("refresh", "set-cookie")):
            _take_out(node)
            removed += 1
            continue
        if tag == "style" and _STYLE_LOADS.search("".join(str(part) for part in node.itertext())):
            for part in list(node):
                node.remove(part)
            node.text = ""
            removed += 1
        for name, value in [(name, str(value)) for name, value in node.attrib.items()]:
            key = str(name).rpartition("}")[2].rpartition(":")[2].lower()
            loads = key in _LOADS and not value.strip().lower().startswith("data:image/")
            leads = key == "href" and (tag not in ("a", "area") or _RUNS.match(_UNSEEN.sub("", value)) is not None)
            if key.startswith("on") or loads or leads or (key == "style" and _STYLE_LOADS.search(value)):
                del node.attrib[name]
                if loads and _REMOTE.match(value):
                    node.set(f"{MUTED}-{key}", xml_text(value))
                removed += 1
    if removed:
        root.set(MUTED, str(removed))
    return removed


def _forbid(root: etree._Element) -> None:
    """Tell the browser to run and fetch nothing, whatever was overlooked."""
    head = next(root.iter("head"), root)
    head.insert(0, etree.Element("meta", {"http-equiv": "Content-Security-Policy", "content": _POLICY}))


def _take_out(node: etree._Element) -> None:
    """Remove an element and what is in it; the text behind it stays. Frames and objects leave their text alternative to nobody."""
    parent = node.getparent()
    if parent is None:
        return
    tail = node.tail or ""
    previous = node.getprevious()
    parent.remove(node)
    if tail and previous is not None:
        previous.tail = (previous.tail or "") + tail
    elif tail:
        parent.text = (parent.text or "") + tail


def _list(root: etree._Element, notes: Sequence[Note], heading: str, removed: str) -> None:
    """The notes in words before everything else on the page; the numbers are those of the marks."""
    body = next(root.iter("body"), root)
    box = etree.Element("div", {MARK: "list", "style": _LIST})
    etree.SubElement(box, "strong").text = xml_text(heading)
    for note in notes:
        line = etree.SubElement(box, "p", {"style": f"margin:6px 0;padding-left:8px;border-left:4px solid {_FRAMES[note.severity]}"})
        line.text = xml_text(f"[{note.number}] " + note.text.replace("\n", "　"))
    if removed:
        etree.SubElement(box, "p", {"style": "margin:6px 0"}).text = xml_text(removed)
    body.insert(0, box)


def _find(root: etree._Element, anchor: str | None) -> etree._Element | None:
    if not anchor:
        return None
    try:
        found = root.xpath(anchor)
    except etree.XPathError:
        return None
    first = found[0] if isinstance(found, list) and found else None
    return first if isinstance(first, etree._Element) else None
