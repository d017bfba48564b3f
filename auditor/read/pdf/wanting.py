"""Signs that a file holds only a part of what was printed: page numbers with gaps, an end in the middle of things."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from auditor.model.document import Block, Paragraph
from auditor.model.source import Problem
from auditor.read.ended import breaks_off
from auditor.read.pdf.lines import Line
from auditor.read.pdf.paragraphs import measure_of

_FULL: Final = 2.5  # em between the end of a full line and the right edge, at most
_FOOT: Final = 0.87  # of a page's height, below which page numbers stand
_MARKS: Final = r"[-–—―─－·•~～<>《》\[\]()（）\s]*"
_NUMBER: Final = re.compile(
    _MARKS + r"(?:第\s*)?(?:page\s*)?(\d{1,3})\s*页?(?:\s*[,，/／|]?\s*(?:of|共|/|／)\s*(\d{1,3})\s*页?|\s*[/／]\s*(\d{1,3}))?" + _MARKS,
    re.IGNORECASE,
)


def doubts_of(lines: Sequence[Sequence[Line]], heights: Sequence[float], blocks: Sequence[Block]) -> tuple[Problem, ...]:
    """Why something may be wanting, as ``READ-PART``: ``lines`` are the free lines of each page, ``blocks`` those of the document."""
    found = [_printed_number(own, height) for own, height in zip(lines, heights, strict=True)]
    gap = _gap(found)
    if gap:
        return (Problem(code="READ-PART", details={"cause": "sheets", "found": gap}),)
    last = blocks[-1] if blocks else None
    if last is None or (isinstance(last, Paragraph) and not (breaks_off(last.text) and _is_full(last.text, lines))):
        return ()
    return (Problem(code="READ-PART", details={"cause": "breaks_off"}),)


def _is_full(text: str, lines: Sequence[Sequence[Line]]) -> bool:
    """Whether the last line of this paragraph reaches the right edge of the text, as a line does that goes on.

    The foot of a printed web page (版权所有 …) ends without a mark too, but where its words end.
    """
    every = [line for own in lines for line in own]
    ended = "".join(text.split())
    last = next((line for line in reversed(every) if (printed := "".join(line.text.split())) and ended.endswith(printed)), None)
    return last is None or last.box[2] > measure_of(every).right - _FULL * last.size


def _printed_number(lines: Sequence[Line], height: float) -> tuple[int, int] | None:
    """A page's number at its foot and the number of pages (0: not printed)."""
    for line in reversed(lines[-3:]):
        match = _NUMBER.fullmatch(line.text.strip()) if line.box[1] > _FOOT * height else None
        if match:
            return int(match[1]), int(match[2] or match[3] or 0)
    return None


def _gap(numbers: Sequence[tuple[int, int] | None]) -> str:
    """The page numbers as printed where some are wanting between them, before the first or after the last; else nothing."""
    known = [entry for entry in numbers if entry is not None]
    if not known or any(entry is None for entry in numbers[1:]):
        return ""
    printed = [number for number, _ in known]
    total = max(total for _, total in known)
    rising = all(after > before for before, after in pairwise(printed))
    jumps = rising and any(after != before + 1 for before, after in pairwise(printed))
    late = rising and len(known) == len(numbers) and printed[0] > 1 and (len(printed) > 1 or total > 0)
    early = rising and printed[-1] < total
    return "、".join(map(str, printed)) if jumps or late or early else ""
