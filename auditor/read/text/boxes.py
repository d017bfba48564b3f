"""Tables drawn with box characters or with ``+---+``: lines of ink end a row, the lines between them are one row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from auditor.read.text.lines import TextLine
from auditor.read.text.rows import Found, TextCell
from auditor.text.patterns import re_pattern

_INK: Final = re_pattern(r"\s*[\u2500-\u257f+\-=\s]+$")
_FRAME: Final = re_pattern(r"\s*(?:[┌┏╔├┣╠└┗╚╭╰].*[─━═]|\+[-=+]{3,})")
_BAR: Final = re_pattern("[│┃║|├┤┝┥┠┨┣┫╠╣┼╂╋╬]")
_DRAWN: Final = re_pattern("[\u2500-\u257f\\s+=-]*$")


def find_box(lines: Sequence[TextLine], start: int) -> Found | None:
    """The drawn table that begins with a line of ink on ``start``, or ``None``."""
    if not _FRAME.match(lines[start].text) or not _INK.match(lines[start].text):
        return None
    rows: list[list[TextCell]] = []
    row: list[TextCell] = []
    index = start
    while index < len(lines):
        text = lines[index].text
        if _INK.match(text) and text.strip():
            if row:
                rows.append(row)
            row = []
        elif len(_BAR.findall(text)) > 1 and _BAR.match(text.strip()):
            parts = [part.strip() for part in _BAR.split(text.strip())[1:-1]]
            inked = [bool(part) and _DRAWN.match(part) is not None for part in parts]
            written = ["" if ink else part for part, ink in zip(parts, inked, strict=True)]
            row = _add(row, written, lines[index].number)
            if any(inked):
                # The line ends the row for some columns; the words of a merged cell stay with the row above.
                rows.append(row)
                row = []
        else:
            break
        index += 1
    if row:
        rows.append(row)
    return Found(rows, index)


def _add(row: list[TextCell], parts: list[str], number: int) -> list[TextCell]:
    if not row or len(row) != len(parts):
        return [*row, *((part, number) for part in parts)] if not row else [*row, *((part, number) for part in parts if part)]
    return [
        (f"{text}\n{part}" if text and part else text or part, line if text else number)
        for (text, line), part in zip(row, parts, strict=True)
    ]
