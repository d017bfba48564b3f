"""What the controls of a form show: values entered, texts of buttons, options chosen; and cells that scripts fill."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

Element = Any
"""An lxml element (lxml has no types of its own)."""

_BREAK: Final = "\v"
_WRITTEN: Final = frozenset(("text", "number", "tel", "", "search", "date", "month", "email", "url"))
_BUTTONS: Final = frozenset(("button", "submit", "reset"))
_UNSEEN: Final = frozenset(("hidden",))
_WRITES: Final = re.compile(r"innerHTML|innerText|textContent|\.html\s*\(|\.text\s*\(|\.val\s*\(|nodeValue|insertAdjacent|\.value\s*=")
_NAMES: Final = re.compile(r"[\"'`#.]\s*([A-Za-z_][\w\-]*)")
_SCRIPTS: Final = 400_000
"""Characters of a page's scripts that are looked at."""


def entered(field: Element, *, in_cell: bool = False) -> str:
    """What a field of a form shows: its value, its text, the option chosen; the text of a button where it stands in a table."""
    if field.tag == "textarea":
        return "".join(field.itertext()).strip("\r\n").replace("\n", _BREAK)
    if field.tag == "select" and is_inked(field):
        return ""  # several options are shown
    if field.tag == "select":
        options = list(field.iter("option"))
        chosen = [option for option in options if option.get("selected") is not None] or options[:1]
        return " ".join(option.get("label") or "".join(option.itertext()).strip() for option in chosen)
    if field.tag == "button":
        return "".join(field.itertext()).strip() if in_cell else ""
    if field.tag != "input":
        return ""
    kind = (field.get("type") or "text").lower()
    return (field.get("value") or "") if kind in _WRITTEN or (in_cell and kind in _BUTTONS) else ""


def is_inked(field: Element) -> bool:
    """Whether a field shows something that is not its value: a hint, dots, a slider, a list of options."""
    if field.tag in ("meter", "progress"):
        return True
    if field.tag == "select":
        return field.get("multiple") is not None and sum(1 for _ in field.iter("option")) > 1
    if field.tag == "textarea":
        return not "".join(field.itertext()).strip() and bool((field.get("placeholder") or "").strip())
    if field.tag != "input":
        return False
    kind = (field.get("type") or "text").lower()
    if kind in _WRITTEN:
        return not (field.get("value") or "").strip() and bool((field.get("placeholder") or "").strip())
    return kind not in _UNSEEN and kind not in _BUTTONS


def filled_by_script(root: Element) -> Callable[[Element], bool]:
    """Says of a cell whether a script of the page names it, or something in it, and writes into what it names."""
    names: set[str] = set()
    left = _SCRIPTS
    for node in root.iter("script"):
        text = (node.text or "")[:left]
        left -= len(text)
        if _WRITES.search(text):
            names.update(_NAMES.findall(text))
    if not names:
        return lambda cell: False

    def is_filled(cell: Element) -> bool:
        return any(
            isinstance(node.tag, str) and (node.get("id") in names or names.intersection((node.get("class") or "").split()))
            for node in cell.iter()
        )

    return is_filled
