"""Fields whose result is not saved beside their code: what they show, as far as the code says it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from auditor.read.docx.xml import VAL, Element, W, number

_SILENT: Final = frozenset({
    "ADVANCE", "ASK", "BOOKMARK", "COMMENTS", "FILLIN", "HYPERLINK", "NEXT", "NEXTIF", "PRIVATE", "RD", "SET", "SKIPIF", "TA", "TC", "XE",
    "MERGEFIELD", "PAGE", "NUMPAGES", "TOC", "REF", "PAGEREF", "",
})  # fmt: skip
"""Fields that show nothing, or nothing that belongs to a table, where no result is saved."""


def name_of(codes: Sequence[Element]) -> str:
    """The name of a field, in capitals; ``=`` for a formula."""
    text = "".join(node.text or "" for node in codes[1:]).strip()
    return "=" if text.startswith("=") else (text.split() or [""])[0].upper()


def result_of(codes: Sequence[Element]) -> str | None:
    """The option chosen in a drop-down field, which is saved in its settings; ``None`` for all other fields."""
    data = codes[0].find(f"{W}ffData/{W}ddList") if codes else None
    if data is None:
        return None
    entries = [node.get(VAL) or "" for node in data.findall(W + "listEntry")]
    chosen = data.find(W + "result")
    chosen = data.find(W + "default") if chosen is None else chosen
    index = number(chosen.get(VAL)) if chosen is not None else 0
    return entries[index] if 0 <= index < len(entries) else ""


def is_drawn(codes: Sequence[Element], bare: bool) -> bool:
    """Whether a field shows what its saved text does not say: an equation of strokes and steps, and any that has no result (``bare``)."""
    name = name_of(codes)
    return name == "EQ" or (bare and name not in _SILENT)
