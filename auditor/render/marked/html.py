"""A saved page with marks at the elements of the findings. Works on the reader's own tree, in which its anchors lead."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from auditor.render.marked.notes import Note
from auditor.render.printable import xml_text

_COLOURS = {"error": "#fdecea", "warning": "#fff3d6", "notice": "#e4effa"}
_FRAMES = {"error": "#b3261e", "warning": "#b56a00", "notice": "#1f5fa8"}
MARK = "data-auditor"
_LIST = "all:initial;display:block;margin:12px;padding:12px;border:1px solid #999;background:#fff;color:#111;font:14px/1.6 sans-serif"


def mark_html(root: etree._Element, notes: Sequence[Note], heading: str = "") -> tuple[bytes, tuple[Note, ...]]:
    """The page as UTF-8 with a frame round each place and the note as its tooltip, and the notes that found no place.

    ``root`` is changed. Marks are attributes (``data-auditor``, ``style``, ``title``) and, with a ``heading``, a list of the notes at the
    head of the page, which carries the mark too: without it the text of the page is as it was.
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
    if heading:
        _list(root, [note for note in notes if note.listed], heading)
    for meta in list(root.iter("meta")):  # the copy is UTF-8 whatever the page was
        if meta.get("charset") is not None:
            meta.set("charset", "utf-8")
        elif "charset" in (meta.get("content") or "").lower():
            meta.set("content", "text/html; charset=utf-8")
    return bytes(etree.tostring(root, method="html", encoding="utf-8", doctype="<!DOCTYPE html>")), tuple(left)


def _list(root: etree._Element, notes: Sequence[Note], heading: str) -> None:
    """The notes in words before everything else on the page; the numbers are those of the marks."""
    body = next(root.iter("body"), root)
    box = etree.Element("div", {MARK: "list", "style": _LIST})
    etree.SubElement(box, "strong").text = xml_text(heading)
    for note in notes:
        line = etree.SubElement(box, "p", {"style": f"margin:6px 0;padding-left:8px;border-left:4px solid {_FRAMES[note.severity]}"})
        line.text = xml_text(f"[{note.number}] " + note.text.replace("\n", "　"))
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
