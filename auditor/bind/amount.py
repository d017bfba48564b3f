"""How much prose of one report is taken in: the rules look at every number and clause of it, several times."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from auditor.bind.sections import Prose
from auditor.model.source import Problem
from auditor.text.patterns import regex_pattern

PASSAGES: Final = 6_000
"""Passages of one report; a thick one has 2,000."""
NUMBERS: Final = 15_000
"""Numbers with a unit in the prose of one report; the longest reports have some 2,000."""
CLAUSES: Final = 60_000
"""Marks of punctuation in the prose of one report; the longest reports have some 5,000."""

_NUMBER: Final = regex_pattern(r"[\d零〇一二两三四五六七八九十百千万亿][\p{Han}%％]")
_CLAUSE: Final = regex_pattern(r"[,，、;；:：.。!！?？()（）\[\]【】]")


def within_limits(prose: Prose) -> tuple[Prose, Problem | None]:
    """The prose up to the first passage beyond a limit, and the problem that says so; for any real report all of it and ``None``."""
    numbers = clauses = 0
    for place, passage in enumerate(prose.passages):
        numbers += len(_NUMBER.findall(passage.text))
        clauses += len(_CLAUSE.findall(passage.text))
        for limit, found, allowed in (("paragraphs", place + 1, PASSAGES), ("numbers", numbers, NUMBERS), ("clauses", clauses, CLAUSES)):
            if found > allowed:
                problem = Problem(
                    code="READ-LIMIT", details={"cause": "prose", "limit": limit, "allowed": str(allowed)}, location=passage.location
                )
                starts = tuple(min(start, place) for start in prose.starts)
                return replace(prose, passages=prose.passages[:place], starts=starts), problem
    return prose, None
