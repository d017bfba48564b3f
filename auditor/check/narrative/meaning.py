"""What a run of words says: topic, events, grounds, applicants, restrictions, whose and when, and the words not understood."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from auditor.check.narrative.lexicon import Features
from auditor.check.narrative.publisher import Publisher
from auditor.check.narrative.tokens import Token

REMEDIES = frozenset({"remedies", "litigation", "review"})
OUTCOMES = frozenset({"granted", "partial", "denied", "unable", "rejected", "other_outcome"})
_IN_CAUSES = {"answered", "handled", "public", "received", *OUTCOMES}
_TO = frozenset({"至", "到", "—", "-", "~", "－", "–", "―", "——", "和", "与", "、"})
_AND_SO_ON = frozenset({"等", "等等"})
_COMPARED = 3
"""How many words may stand between 较 and the year it compares with."""


class Meaning(Struct, frozen=True, gc=False):
    """``topic`` is ``None`` where no word names one; ``body`` whose number: ``""`` unnamed, ``own``, ``part``, ``sub``, ``area``,
    ``office``, ``other``; ``period``: ``""`` unnamed, ``this``, ``last``, ``part``, ``many``, ``other``; ``grammar`` the ``k:`` words.
    """

    topic: str | None = None
    explicit: bool = False
    """Whether the topic is named in full (政府信息公开申请), not by 申请 alone."""
    events: frozenset[str] = frozenset()
    grounds: frozenset[str] = frozenset()
    applicants: frozenset[str] = frozenset()
    restrictions: frozenset[str] = frozenset()
    wider: bool = False
    disclosure: bool = False
    body: str = ""
    period: str = ""
    year: int | None = None
    grammar: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()

    @property
    def says(self) -> frozenset[str]:
        """Events and grounds together."""
        return self.events | self.grounds

    @property
    def empty(self) -> bool:
        """Whether nothing is said that a quantity could be told by."""
        return not (self.topic or self.events or self.grounds or self.applicants)


_MATTERS = frozenset({"o.petition", "o.inquiry", "o.proposal"})
"""Topics that are counted themselves, not only what something is about, unless requests about them are named."""


def _asks(tokens: Sequence[Token]) -> bool:
    return any(token.has("t:request") or token.has("t:requests") for token in tokens)


_NEUTRAL = ("n",)
_NOTHING = Meaning()
_EMPTY: frozenset[str] = frozenset()
_KINDS: dict[Features, tuple[tuple[str, str], ...]] = {}


def _split(features: Features) -> tuple[tuple[str, str], ...]:
    """Features as kind and key; the few hundred of a lexicon are split once."""
    found = _KINDS.get(features)
    if found is None:
        found = _KINDS[features] = tuple((feature.partition(":")[0], feature.partition(":")[2]) for feature in features)
    return found


def meaning_of(tokens: Sequence[Token], publisher: Publisher) -> Meaning:
    """The meaning of these words taken together."""
    if all(token.features == _NEUTRAL or (token.mark and not token.features) for token in tokens):
        return _NOTHING
    topics: list[str] = []
    events: set[str] = set()
    grounds: set[str] = set()
    applicants: set[str] = set()
    restrictions: set[str] = set()
    forwarded = -_COMPARED
    grammar: set[str] = set()
    unknown: list[str] = []
    wider = disclosure = False
    body = period = ""
    year: int | None = None
    subject = False
    for index, token in enumerate(tokens):
        features = token.features
        if not features:
            if token.unknown:
                unknown.append(token.text)
            if token.year is None:
                continue
        elif token.text in _AND_SO_ON and index and any(entry.startswith("g:") for entry in tokens[index - 1].features):
            restrictions.add("open")  # 国家秘密、商业秘密等: which others is not said
        if token.year is not None:
            carried = _carried(tokens, index, token.year, publisher)
            if carried:
                events -= {"carry", "pending"}
                events.add(carried)
                forwarded = index if carried == "forward" else forwarded
            elif not _is_compared(tokens, index):
                several = index > 1 and tokens[index - 2].year is not None and tokens[index - 1].text in _TO
                period, year = ("many" if several else publisher.period(token.year)), token.year
        if subject and token.text[-1] == "的" and not token.has("r:subject"):
            subject = False  # 涉及征地的: what follows is what is counted
        for kind, key in _split(features):
            if kind == "t":
                if key == "disclosure":
                    disclosure = True
                elif key.startswith("o.") and subject and (key not in _MATTERS or _asks(tokens[index + 1 :])):
                    restrictions.add("subject")
                else:
                    if key in REMEDIES and "cause" in grammar:
                        events -= _IN_CAUSES  # what a review or suit is about is not what is counted
                        grounds.clear()
                        subject = False
                    if key == "published" and subject:
                        restrictions.add("cause")  # 因主动公开引起的
                    topics.append(key)
            elif kind == "e":
                if key in ("handled", "answered") and index - forwarded <= 2:
                    continue  # 顺延至2024年办理
                if key in OUTCOMES and grounds:
                    grammar.add("by_ground")
                if not (key == "carry" and events & {"over", "forward"}) and not (key == "pending" and events & {"over", "forward"}):
                    events.add(key)
            elif kind == "g":
                grounds.add(key)
            elif kind == "a":
                applicants.add(key)
            elif kind == "r":
                if key == "subject" and token.has("k:kind") and index and _names_kind(tokens[index - 1]):
                    continue  # 予以公开类, 自然人类
                restrictions.add(key)
                subject = subject or key in ("subject", "belongs")
            elif kind == "w":
                wider = True
            elif kind == "k":
                if key == "no" and subject and "cause" in grammar:
                    restrictions.add("cause")  # 因未按规定公开引起的
                grammar.add(key)
                if key == "becomes" and period in ("", "last"):
                    period, year = "this", None  # 由上年的320件降至240件
                subject = subject or key == "cause"
            elif kind == "b":
                body = (
                    publisher.body(token.text)
                    if key == "named"
                    else "own"
                    if (key == "office" and publisher.kind == "office") or (key == "part" and publisher.is_short(token.text))
                    else key
                )
            elif kind == "p" and key != "year" and not _is_compared(tokens, index):
                period = key
    if "any_channel" in grammar:
        restrictions.discard("channel")
    if events & {"over", "forward"}:
        events.discard("carry")
    if "pending" in events and "forward" in events:
        events.discard("pending")
    if grounds:
        restrictions.discard("belongs")
    if applicants and "people" in grammar:
        applicants.clear()  # 群众和企业递交的: of all kinds
    if {"natural_person", "organisations"} <= applicants:
        applicants -= {"natural_person", "organisations"}
    if "effective" in events:
        restrictions.discard("so_far")
    if grounds or events & OUTCOMES:
        events.discard("decided")  # 作出不予公开决定
    topic, explicit, restricted = _topic(topics, events)
    if restricted:
        restrictions.add("cause")
    if topic in REMEDIES and disclosure and not unknown:
        restrictions.discard("subject")  # 针对政府信息公开答复提起的行政复议
    return Meaning(
        topic=topic,
        explicit=explicit,
        events=frozenset(events) if events else _EMPTY,
        grounds=frozenset(grounds) if grounds else _EMPTY,
        applicants=frozenset(applicants) if applicants else _EMPTY,
        restrictions=frozenset(restrictions) if restrictions else _EMPTY,
        wider=wider,
        disclosure=disclosure,
        body=body,
        period=period,
        year=year,
        grammar=frozenset(grammar) if grammar else _EMPTY,
        unknown=tuple(unknown),
    )


def _names_kind(token: Token) -> bool:
    """Whether a word names an outcome, a ground or an applicant: 类 behind it restricts nothing."""
    return any(feature.startswith(("g:", "a:")) or feature.removeprefix("e:") in {"public", *OUTCOMES} for feature in token.features)


_DECISIONS = ("license", "penalty", "coercion")


def _topic(topics: list[str], events: set[str]) -> tuple[str | None, bool, bool]:
    """The topic of several named, whether it is named in full, and whether another one restricts it (因行政处罚被申请行政复议)."""
    if not topics:
        return None, False, False
    others = [topic for topic in topics if topic.startswith("o.")]
    remedies = [topic for topic in topics if topic in REMEDIES]
    if others:
        return others[-1], True, False
    if remedies:
        named = set(remedies)
        topic = "remedies" if "remedies" in named or {"review", "litigation"} <= named else remedies[-1]
        if topic == "remedies" and events & {"direct", "after_review"}:
            topic = "litigation"
        return topic, True, any(entry in _DECISIONS for entry in topics)
    strong = [topic for topic in topics if topic not in ("request", "published")]
    if not strong:
        if "request" in topics:
            return "requests", False, False
        return "published", True, False
    if "requests" in strong:
        rest = [topic for topic in strong if topic != "requests"]
        return ("requests", True, False) if not rest else (rest[-1], True, True)
    if "request" in topics:
        return f"o.{strong[-1]}_application", True, False
    return strong[-1], True, False


def _is_compared(tokens: Sequence[Token], index: int) -> bool:
    """Whether a period only says with what something is compared (较2023年, 比上年)."""
    return any(token.has("k:than") for token in tokens[max(0, index - _COMPARED) : index] if not token.mark)


def _carried(tokens: Sequence[Token], index: int, year: int, publisher: Publisher) -> str:
    """``over`` for 2023年结转 in a report for 2024, ``forward`` for 结转至2025年; empty when the year is of something else."""
    before = tokens[max(0, index - 2) : index]
    after = tokens[index + 1 : index + 3]
    if after and after[0].has("e:pending"):  # 2023年未办结, 2025年继续办理
        return {"last": "over", "next": "forward"}.get(publisher.period(year), "")
    carry = ("e:carry", "e:over", "e:forward")
    if any(token.has(feature) for token in before for feature in carry) and publisher.period(year) == "next":
        return "forward"
    if any(token.has(feature) for token in after for feature in carry) and publisher.period(year) == "last":
        return "over"
    return ""
