"""Claims without a number: 未收到申请, 全部办结, 均获维持, 未制发规范性文件. Only what every word of the clause is understood of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from auditor.check.narrative.clauses import Clause, Sentence
from auditor.check.narrative.meaning import Meaning, meaning_of
from auditor.check.narrative.publisher import Publisher
from auditor.check.narrative.statement import Statement
from auditor.check.narrative.tokens import PassageText, Token

_REMEDIES = ("review", "litigation", "remedies")
_RECEIVING = frozenset({"received", "new", "handled"})
_CLOSING = frozenset({"answered", "handled", "received", "new"})
_CLAIMING = frozenset({"no", "all", "told"})
_ROADS = ("e:direct", "e:after_review")
_ASIDE = frozenset({"aside", "preposition", "cause"})


def claims_of(
    clause: Clause, said: Meaning, sentence: Sentence, topic: str | None, ready: PassageText, publisher: Publisher
) -> Iterator[Statement]:
    """The claims of a clause without numbers; ``index``, passage and section are the caller's to fill.

    ``said`` is what its words say, ``topic`` what it is about.
    """
    if not said.grammar & _CLAIMING:
        return
    for key, about in _claims(clause.tokens, said, topic, sentence, clause):
        span = ready.span(clause.start, clause.end)
        yield Statement(
            index=0,
            kind="claim",
            quantity=key,
            topic=about,
            printed=ready.shown(clause.start, clause.end),
            events=said.events,
            restrictions=said.restrictions,
            unknown=said.unknown,
            grammar=said.grammar,
            body=said.body,
            period=said.period or _period(sentence, clause, publisher),
            year=said.year,
            head=ready.text[sentence.start : clause.end][-80:],
            clause=ready.shown(clause.start, clause.end),
            span=span,
        )


_PERIOD_WITHIN: Final = 300
"""Words before a clause in which its period is looked for."""


def _period(sentence: Sentence, clause: Clause, publisher: Publisher) -> str:
    before = [token for token in sentence.tokens if token.end <= clause.start]
    return meaning_of(before[-_PERIOD_WITHIN:], publisher).period


def _claims(
    tokens: Sequence[Token], said: Meaning, topic: str | None, sentence: Sentence, clause: Clause
) -> Iterator[tuple[str, str | None]]:
    open_ = said.restrictions - {"channel"} if "any_channel" in said.grammar else said.restrictions
    if "told" in said.grammar and "no" not in said.grammar and (said.topic or topic) == "requests":
        yield "requests_told", "requests"
    if said.unknown or open_ or said.wider or said.period in ("last", "part", "many", "other", "next"):
        return
    if "rest" in said.grammar or any(token.has("r:except") for token in sentence.tokens):
        return  # also where only the end of the sentence says so: 上述数据未计入全县统计
    topics = _topics(tokens)
    if "no" in said.grammar:
        some = any(token.has(road) for token in sentence.tokens if token.end <= clause.end for road in _ROADS)
        for key, about in _denials(tokens, said, topics, topic):
            if key != "none_corrected" or not some:  # 复议后起诉的9件中，无纠正: of these suits only
                yield key, about
        return
    if "all" not in said.grammar and not (said.events == {"answered"} and "closed" in said.grammar and "all" in said.grammar):
        return
    about = said.topic or topic
    if said.events and said.events <= {"upheld", "concluded"} and "upheld" in said.events:
        named = {entry for token in sentence.tokens if token.end <= clause.end for entry in _topics((token,)) if entry in _REMEDIES}
        about = "review" if named == {"review"} else "litigation" if named == {"litigation"} else "remedies" if named else about
        if about in _REMEDIES:
            yield "all_upheld", about
    elif (
        "closed" in said.grammar
        and said.events <= _CLOSING
        and about == "requests"
        and not said.applicants
        and not _timely(sentence, clause)
    ):
        yield "all_closed", "requests"


def _denials(tokens: Sequence[Token], said: Meaning, topics: list[str], topic: str | None) -> Iterator[tuple[str, str | None]]:
    named = [entry for entry in topics if entry in _REMEDIES]
    asked = "requests" in topics or ("request" in topics and bool(said.events & _RECEIVING) and not named)
    others = [entry for entry in topics if entry.startswith("o.") and entry != "o.petition"]
    if said.applicants or said.grounds or others:
        return
    if asked and said.events <= _RECEIVING and not any(entry in topics for entry in ("license", "penalty", "coercion", "normative")):
        yield "no_requests", "requests"
    if named and said.events <= _RECEIVING:
        pair = set(named)
        yield "no_remedies", "review" if pair == {"review"} else "litigation" if pair == {"litigation"} else "remedies"
    elif said.events and (said.events <= {"corrected", "lost"} or (said.events == {"part_result"} and "set_aside" in said.grammar)):
        about = (named[0] if len(set(named)) == 1 else "remedies") if named else topic if topic in _REMEDIES else None
        if about is not None:
            yield "none_corrected", about
    about_requests = "requests" in topics or "request" in topics or topic == "requests"
    if about_requests and not named:
        if said.events == {"forward"} or said.events == {"pending"}:
            yield "none_carried_forward", "requests"
        elif said.events == {"carry"}:
            yield "none_carried", "requests"
        elif said.events == {"over"}:
            yield "none_carried_over", "requests"
    for entry in ("normative", "regulation"):
        if entry in topics and "issued" in said.events and said.events <= {"issued", "repealed", "amended", "posted"}:
            yield "none_issued", entry


def _topics(tokens: Sequence[Token]) -> list[str]:
    """All topics named, without a request that only says what a review was about (政府信息公开申请行政复议)."""
    found: list[str] = []
    last_end = -1
    for token in tokens:
        for feature in token.features:
            if not feature.startswith("t:"):
                continue
            key = feature[2:]
            if key in _REMEDIES and found and found[-1] in ("requests", "request") and last_end == token.start:
                found.pop()
            found.append(key)
            last_end = token.end
    return found


def _timely(sentence: Sentence, clause: Clause) -> bool:
    """Whether the sentence has said before that answers were given in time: what follows is meant so."""
    return any(token.has("r:on_time") for token in sentence.tokens if token.end <= clause.start)
