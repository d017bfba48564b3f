"""A saved page with marks at the elements of the findings. Works on the reader's own tree, in which its anchors lead."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from auditor.render.marked.notes import Note
from auditor.render.printable import xml_text

_COLOURS = {"error": "#fdecea", "warning": "#fff3d6", "notice": "#e4effa"}
_FRAMES = {"error": "#b3261e", "warning": "#b56a00", "notice": "#1f5fa8"}
MARK = "data-auditor"


def mark_html(root: etree._Element, notes: Sequence[Note]) -> tuple[bytes, tuple[Note, ...]]:
    """The page as UTF-8 with a frame round each place and the note as its tooltip, and the notes that found no place.

    ``root`` is changed. Marks are attributes only (``data-auditor``, ``style``, ``title``): no text is added to the page.
    """
    left: list[Note] = []
    for note in notes:
        target = _find(root, note.location.anchor)
        if target is None:
            left.append(note)
            continue
        style = f"background:{_COLOURS[note.severity]};outline:2px solid {_FRAMES[note.severity]}"
        before = target.get(MARK)
        target.set(MARK, f"{before} {note.number}" if before else str(note.number))
        target.set("style", f"{target.get('style', '').rstrip('; ')};{style}".lstrip(";"))
        words = f"[{note.number}] {xml_text(note.text)}"
        target.set("title", f"{target.get('title')}\n{words}" if before and target.get("title") else words)
    for meta in list(root.iter("meta")):  # the copy is UTF-8 whatever the page was
        if meta.get("charset") is not None:
            meta.set("charset", "utf-8")
        elif "charset" in (meta.get("content") or "").lower():
            meta.set("content", "text/html; charset=utf-8")
    return bytes(etree.tostring(root, method="html", encoding="utf-8", doctype="<!DOCTYPE html>")), tuple(left)


def _find(root: etree._Element, anchor: str | None) -> etree._Element | None:
    if not anchor:
        return None
    try:
        found = root.xpath(anchor)
    except etree.XPathError:
        return None
    first = found[0] if isinstance(found, list) and found else None
    return first if isinstance(first, etree._Element) else None
