"""A-21: the number of parts that the introduction announces and the parts that are printed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from auditor.check.coded.prose import hit_at, sentences
from auditor.check.context import NOT_APPLICABLE, PASS, Context, Outcome, fail, unknown
from auditor.check.kind import Kind, declare, names, pattern_faults
from auditor.model.formats import Format
from auditor.text.numerals import read_chinese_integer
from auditor.text.patterns import any_of

_FEWEST = 3


def announced_parts(context: Context) -> Outcome:
    """As many parts as the introduction announces (group ``number`` of ``patterns``) are printed. Message ``number``.

    ``beside``: words for a part that is not counted. Silent where headings were lost or numbered with gaps: then other rules speak.
    """
    if "sections" in context.report.elsewhere:
        return unknown(context.say("needs.sections"))
    patterns = [any_of((str(pattern),)) for pattern in context.params["patterns"]]
    beside = any_of(tuple(context.params["beside"]))
    printed = [section.ordinal for section in context.report.sections if section.ordinal is not None]
    for sentence in sentences(context.report, ("s0_preamble",)):
        match = next((found for pattern in patterns if (found := pattern.search(sentence.text)) is not None), None)
        if match is None:
            continue
        number = _read(match["number"])
        if number is None or len(printed) < _FEWEST or printed != list(range(1, len(printed) + 1)):
            return PASS
        if number == len(printed) or (number == len(printed) + 1 and beside.search(sentence.text)):
            return PASS
        values = {"announced": str(number), "found": str(len(printed))}
        hit = hit_at(sentence, match[0], "number", **values)
        return fail(replace(hit, calculation=f"{number} ≠ {len(printed)}", explained_by="C-22"))
    return NOT_APPLICABLE


def _read(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\d+", text) else read_chinese_integer(text)


class PartsParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See :func:`announced_parts`."""

    patterns: tuple[str, ...]
    beside: tuple[str, ...]


def _parts_faults(params: PartsParams, formats: tuple[Format, ...]) -> Iterator[tuple[str, str, str]]:
    yield from pattern_faults("patterns", params.patterns)
    yield from pattern_faults("beside", params.beside)


declare(
    "announced_parts",
    Kind(
        announced_parts,
        PartsParams,
        {"number": names("printed", "sentence", "announced", "found")},
        faults=_parts_faults,
    ),
)
