"""Slips of drafting that supervising offices name: F-17 … F-22. All words are parameters of the cards."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from msgspec import Struct

from auditor.check.coded.prose import SHOWN, hit_at, needing, sentences
from auditor.check.context import PASS, Context, Hit, Outcome, fail
from auditor.check.kind import Kind, declare, names, pattern_faults
from auditor.model.formats import Format
from auditor.model.report import Passage
from auditor.text.chars import fold, squeeze
from auditor.text.patterns import any_of, re_pattern

_EARLY = 12


def _of(context: Context, name: str) -> re.Pattern[str]:
    return any_of(tuple(context.params[name]))


def f_20(context: Context) -> Outcome:
    """Doubled words, marks that are not closed, a comma between a noun and its number."""
    hits = []
    doubled, comma = _of(context, "doubled"), _of(context, "comma")
    unless = _of(context, "unless")
    seen = set()
    for sentence in sentences(context.report):
        for message, pattern in (("doubled", doubled), ("comma", comma)):
            for match in pattern.finditer(sentence.bare):
                if match[0] not in seen and not unless.search(match[0]):
                    seen.add(match[0])
                    hits.append(hit_at(sentence, match[0], message))
    for passage, mark in _unbalanced(context.report.passages, tuple(context.params["marks"])):
        text = squeeze(passage.text)
        shown = text if len(text) <= SHOWN else text[:SHOWN] + "…"
        quantity = f"{passage.section or 'preamble'}:{mark}"
        values = {"printed": mark, "sentence": shown}
        hits.append(Hit(message="mark", values=values, location=passage.location, quantity=quantity, confidence="low"))
    return fail(*hits)


def _unbalanced(passages: tuple[Passage, ...], marks: tuple[str, ...]) -> Iterator[tuple[Passage, str]]:
    """Paragraphs that open or close a pair of marks once too often, where the paragraphs beside them do not make up for it."""
    for pair in marks:
        left, right = pair[0], pair[1]
        balance = [_balance(passage.text, left, right) for passage in passages]
        for number, passage in enumerate(passages):
            near = balance[max(number - 2, 0) : number + 3]
            if balance[number] and sum(near) == balance[number] and passage.section is not None:
                yield passage, pair


# 1） and 一） count a point, they close nothing.
_POINT = re_pattern(r"(?:^|(?<=[。;:,、\s]))(?:\d{1,2}|[一二三四五六七八九十a-z])[)）]")


def _balance(text: str, left: str, right: str) -> int:
    if left in "（(":
        text = _POINT.sub("", fold(text))
        left, right = "(", ")"
    return text.count(left) - text.count(right)


def covering_letter(context: Context) -> Outcome:
    """The letter that sent the report in (``titles``, ``patterns`` early in the introduction) is not published with it.

    Message ``found``.
    """
    named = _of(context, "patterns")
    title = context.report.title
    if title is not None and (match := _of(context, "titles").search(squeeze(title.text))):
        values = {"printed": match[0], "sentence": squeeze(title.text)}
        return fail(Hit(message="found", values=values, actual=match[0], location=title.location, quantity="letter"))
    first = {passage.index for passage in context.report.passages[:_EARLY]}
    for sentence in sentences(context.report, ("s0_preamble",)):
        match = named.search(sentence.bare) if sentence.passage.index in first else None
        if match:
            return fail(hit_at(sentence, match[0]))
    return PASS


def own_work(context: Context) -> Outcome:
    """Long ``sections`` do not speak of agencies in general only (``fewest`` words of ``general``, nothing of the ``own``).

    Message ``found``.
    """
    chosen = tuple(context.params["sections"])
    texts = [squeeze(passage.text) for passage in context.report.passages if passage.section in chosen]
    whole = "\n".join(texts)
    if len(whole) < int(context.params["shortest"]):
        return PASS
    general = set(_of(context, "general").findall(whole))
    agency = squeeze(context.report.agency or "")
    own = _of(context, "own").search(whole) or "《" in whole or (agency and (agency in whole or agency[-3:] in whole))
    if own or len(general) < int(context.params["fewest"]):
        return PASS
    first = next(
        passage for passage in context.report.passages if passage.section in chosen and any(word in passage.text for word in general)
    )
    words = "、".join(sorted(general))
    return fail(Hit(message="found", values={"printed": words}, location=first.location, quantity="general", confidence="medium"))


RULES: dict[str, Callable[[Context], Outcome]] = {name: needing("passages", rule) for name, rule in (("F-20", f_20),)}


class LetterParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See :func:`covering_letter`."""

    patterns: tuple[str, ...]
    titles: tuple[str, ...]


class OwnWorkParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See :func:`own_work`; ``shortest``: characters of the sections from which on they are looked at."""

    sections: tuple[str, ...]
    shortest: int
    fewest: int
    general: tuple[str, ...]
    own: tuple[str, ...]


def _letter_faults(params: LetterParams, formats: tuple[Format, ...]) -> Iterator[tuple[str, str, str]]:
    yield from pattern_faults("patterns", params.patterns)
    yield from pattern_faults("titles", params.titles)


def _own_faults(params: OwnWorkParams, formats: tuple[Format, ...]) -> Iterator[tuple[str, str, str]]:
    yield from pattern_faults("general", params.general)
    yield from pattern_faults("own", params.own)


declare(
    "covering_letter",
    Kind(
        needing("passages", covering_letter),
        LetterParams,
        {"found": names("printed", "sentence")},
        faults=_letter_faults,
    ),
)


declare(
    "own_work",
    Kind(
        needing("passages", own_work),
        OwnWorkParams,
        {"found": names("printed")},
        faults=_own_faults,
    ),
)
