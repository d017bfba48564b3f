"""Slips of drafting that supervising offices name: F-17 … F-22. All words are parameters of the cards."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from auditor.check.coded.prose import SHOWN, hit_at, needing, sentences
from auditor.check.context import PASS, Context, Hit, Outcome, fail
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


def f_21(context: Context) -> Outcome:
    """The letter that sent the report in is published with it."""
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


def f_22(context: Context) -> Outcome:
    """Sections 一 and 五 speak of agencies in general and hold nothing of the agency's own."""
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


RULES: dict[str, Callable[[Context], Outcome]] = {
    name: needing("passages", rule) for name, rule in (("F-20", f_20), ("F-21", f_21), ("F-22", f_22))
}
