"""What a number takes over: from the whole it is a part of, from the clause before it, from what the sentence and the passage said."""

from __future__ import annotations

from msgspec.structs import replace

from auditor.check.narrative.clauses import Item
from auditor.check.narrative.meaning import OUTCOMES, REMEDIES, Meaning
from auditor.check.narrative.memory import Memory
from auditor.check.narrative.statement import Kind, Statement

FORM_TOPICS = frozenset({"requests", "review", "litigation", "remedies", "normative", "regulation", "license", "penalty", "coercion"})
DECISIONS = frozenset({"license", "penalty", "coercion"})
CLOSES = frozenset({"direct", "after_review"})
_ENDS = frozenset({"upheld", "corrected", "other_result", "pending"})
_OWN_MATTERS = frozenset(
    f"o.{name}" for name in ("procedure", "inquiry", "petition", "proposal", "correction", "case", "license_application")
)
"""Topics whose numbers may be told in the words of requests (同意公开, 办结), without being any."""
PERSONS = frozenset({"人", "名", "位"})
_OF_TEXTS = frozenset({"条", "篇"})
_OF_MATTERS = _OF_TEXTS | {"项"}
"""Units in which requests are counted only where they are named."""


def from_whole(context: Memory, item: Item, said: Meaning, whole: Statement) -> Meaning:
    """What a member takes over from its whole: topic, body, period, restrictions, and the event where it names none of its own."""
    if context.wholes and item.run[0] and context.member is not None:
        said = replace(said, body=said.body or context.member.body)
    topic = said.topic or whole.topic
    if whole.topic == "o.documents":
        topic = whole.topic
    member = context.member
    if said.topic is None and member is not None and member.part_of == whole.index and member.topic in REMEDIES and item.mark != ";":
        topic = member.topic
    if whole.topic == "requests" and said.topic == "published" and (said.grounds or said.events & {"public", *OUTCOMES}):
        topic = "requests"
    if whole.topic is not None and whole.topic.startswith("o.") and said.topic == "requests" and not said.explicit:
        topic = whole.topic
    events, grounds = said.events, said.grounds
    restrictions = set(said.restrictions)
    same = topic == whole.topic or (whole.topic == "remedies" and topic in REMEDIES)
    named = bool(events or grounds or said.applicants)
    wider = said.wider
    own_part = said.body in ("own", "part") and whole.body in ("area", "sub", "other", "office", "") and said.body
    if not (events or grounds):
        events, grounds = (whole.events, whole.grounds) if same or topic is None else (frozenset(), frozenset())
        if (
            not same
            and topic not in (None, "published")
            and whole.events & {"received", "posted", "public", "issued", "handled", "answered"}
        ):
            events = whole.events - {"over", "new"}
        elif not same and said.topic is not None and (whole.events or whole.grounds):
            restrictions.add("some")  # 尚未审结的9件争议（复议4件、诉讼5件）
        if said.topic in DECISIONS and whole.topic in FORM_TOPICS - DECISIONS:
            restrictions.add("some")  # 应诉31件，其中行政处罚类8件: suits about penalties
        if not named and not said.topic and not said.disclosure and not own_part and not said.unknown and not restrictions:
            restrictions.add("some")
    elif events <= {"new", "over"} and whole.events & {"answered"}:
        events |= {"answered"}
    elif same and whole.events & {"new", "over"} and not events & {"new", "over", "forward", "carry", "pending"}:
        restrictions.add("of_over" if "over" in whole.events and "new" not in whole.events else "of_new")
    if same and whole.events & CLOSES and not events & CLOSES:
        events |= whole.events & CLOSES
    if same and not grounds and whole.grounds and not events & {"granted", "partial"}:
        grounds = whole.grounds
    if said.grounds and "cause" in said.grammar and not said.events:
        restrictions.add("cause")
    if grounds and not events and whole.events & {"denied", "unable", "rejected", "other_outcome"}:
        events = whole.events
    body = "own" if own_part else said.body or whole.body
    inherited = whole.restrictions - ({"beyond", "bare"} if said.says else {"beyond"}) if not own_part else frozenset()
    if said.disclosure and not said.topic and topic in REMEDIES:
        wider, inherited = False, whole.restrictions & {"authority", "passed_on"}
    elif whole.wider and not (said.disclosure or (said.topic in REMEDIES and said.explicit and said.disclosure)):
        wider = True
    return replace(
        said,
        topic=topic,
        events=events,
        grounds=grounds,
        applicants=said.applicants | whole.applicants,
        restrictions=frozenset(restrictions) | (inherited if same else frozenset()),
        wider=wider,
        body=body,
        period=said.period or whole.period,
        year=said.year if said.period else whole.year,
        unknown=said.unknown if own_part or said.explicit or (said.disclosure and wider is False) else said.unknown + whole.unknown,
    )


def from_before(context: Memory, item: Item, said: Meaning, kind: Kind, result: list[Statement]) -> Meaning:
    """What a number that is no member takes over from what the sentence and the passage said before."""
    last = next((result[index] for index in reversed(context.top) if result[index].kind == "count" and not result[index].base), None)
    if kind == "count" and said.empty and context.told is not None and item.mark == ",":
        said = _said_before(said, context.told)
    events, grounds, unknown, restrictions = said.events, said.grounds, said.unknown, said.restrictions
    topic, applicants = said.topic, said.applicants
    wider, body, period, year = said.wider, said.body, said.period, said.year
    bare = kind == "count" and not (events or grounds)
    if bare and "anew" in said.grammar and not said.topic and not said.applicants:
        restrictions |= {"some"}  # 另有13件因收到较晚
    if bare and last is not None and not said.grammar & {"sum", "anew", "than", "rest"}:
        shared = (last.part_of is None or item.mark == "、") and item.mark != ";" and last.index not in context.behind
        listed = item.mark == "、" or topic is not None or said.applicants or restrictions or unknown
        if shared and listed and (topic is None or _event_fits(context, last.events, topic)):
            events, grounds = last.events, last.grounds
            unknown = unknown + last.unknown if topic is not None or item.mark == "、" else unknown
            restrictions |= last.restrictions - {"channel", "subject", "manner"}
            if item.mark == "、":
                wider, body, period = wider or last.wider, body or last.body, period or last.period
    elif bare and last is None and context.told is not None and item.mark == ",":
        told = context.told
        same = topic is None or told.topic in (None, topic) or (topic in REMEDIES and told.topic in REMEDIES)
        if (
            same
            and "no" not in told.grammar
            and not told.grammar & {"aside"}
            and (told.topic or topic) in FORM_TOPICS
            and not said.applicants
        ):
            events, grounds = told.events, told.grounds
            unknown, restrictions = unknown + told.unknown, restrictions | told.restrictions
            topic = topic or told.topic
    if kind == "count" and item.mark in (",", ":") and topic is None and context.told is not None and context.told.topic == "requests":
        told = context.told
        if told.restrictions or told.unknown or told.applicants:
            restrictions |= {"some"}  # 涉及历史遗留问题的申请增多，全年共收到52件
            unknown = unknown + (told.unknown if told.restrictions else ())
    roads = {road for road in CLOSES if f"e:{road}" in context.around}
    first = next((result[index] for index in context.top if result[index].kind == "count"), None)
    if first is not None and len(roads) == 1 and roads <= first.events and not first.base and events and events <= _ENDS and not said.topic:
        events, topic = events | roads, "litigation"  # 复议后起诉9件，维持6件: of these
    if last is not None and last.events & CLOSES and events == {"concluded"} and not said.topic:
        restrictions |= {"some"}  # 未经复议直接起诉14件，已审结11件: perhaps of these only
    if "becomes" in said.grammar and context.top:
        before = result[context.top[-1]]  # 测绘类申请由38件降至21件
        unknown, restrictions = unknown + before.unknown, restrictions | before.restrictions
        topic, applicants = topic or before.topic, applicants or before.applicants
        events, grounds = (events, grounds) if events or grounds else (before.events, before.grounds)
        wider, body = wider or before.wider, body or before.body
    persons = any(result[index].unit in PERSONS for index in context.top)
    if persons and (item.run[1] > 1 or said.grammar & {"sum", "respectively"}):
        restrictions |= {"some"}  # 多次申请的有3人，共提出46件: what they count together
    if bare and said.empty and not (events or grounds or topic or applicants) and context.topic is None and "sum" not in said.grammar:
        restrictions |= {"bare"}  # its words do not say what it counts
    head = next((result[index] for index in context.top if result[index].kind == "count" and not result[index].base), None)
    follows = head is not None and kind == "count" and item.mark == "," and head.part_of is None and head.topic == "requests"
    if head is not None and follows and not said.topic:
        unknown += head.unknown  # whose numbers the sentence tells was not understood
    of_head = head is not None and head.topic is None and kind in ("rate", "share")  # 应公开事项236项，公开率100%
    if topic is None and not of_head:
        topic = _inherited_topic(context, events | grounds, item.number.unit, last)
    if (
        topic is not None
        and not topic.startswith("o.")
        and said.topic == "published"
        and context.topic == "requests"
        and events & {"public"}
    ):
        topic = "published"
    if "of_which" in said.grammar and "over" in events and topic == "requests" and "sum" in said.grammar:
        events = events | {"received"}
    return replace(
        said,
        topic=topic,
        events=events,
        grounds=grounds,
        applicants=applicants,
        unknown=unknown,
        restrictions=restrictions,
        wider=wider,
        body=body or context.body,
        period=period or context.period,
        year=year if said.period else context.year,
    )


def _said_before(said: Meaning, told: Meaning) -> Meaning:
    """涉及征地的申请最多，有96件: a number without words of its own is what the clause before it says."""
    if "no" in told.grammar:
        return replace(said, restrictions=said.restrictions | {"bare"})
    if told.grammar & {"aside", "all"} or not (
        told.topic or told.applicants or told.grounds or told.events & OUTCOMES or told.restrictions & {"subject"}
    ):
        return said
    return replace(
        said,
        topic=told.topic,
        explicit=told.explicit,
        events=told.events,
        grounds=told.grounds,
        applicants=told.applicants,
        restrictions=said.restrictions | told.restrictions,
        unknown=told.unknown + said.unknown,
        body=said.body or told.body,
    )


def _event_fits(context: Memory, events: frozenset[str], topic: str) -> bool:
    kind = "o" if topic.startswith("o.") else topic
    return all(kind in (context.words.topics_of(event) or (kind,)) for event in events)


def _inherited_topic(context: Memory, says: frozenset[str], unit: str, last: Statement | None) -> str | None:
    """The topic last named that the events can be of; else the only one they can be of."""
    if context.topic in ("o.documents", "o.paper") and says:
        return context.topic
    if unit in _OF_MATTERS and context.topic is None and not says & {"received", "new"}:
        return None  # 应公开事项236项，已公开236项
    if last is not None and unit in _OF_TEXTS and last.unit == unit and says & OUTCOMES and last.topic != "requests":
        return "o.documents"  # 审查信息2100条，不予公开38条
    if context.topic in _OWN_MATTERS:
        return context.topic  # 征求意见9件，7件同意公开
    allowed: set[str] | None = None
    for event in says:
        topics = context.words.topics_of(event)
        if topics is None and event.partition("_")[0] in ("denied", "unable", "rejected", "other"):
            topics = ("requests",)
        if topics is not None:
            allowed = set(topics) if allowed is None else allowed & set(topics)
    if context.topic in REMEDIES and allowed is not None and not allowed & REMEDIES:
        return context.topic  # 去年诉讼3件，今年新增2件
    for topic in (context.topic, context.passage_topic, context.heading):
        if topic is None:
            continue
        kind = "o" if topic.startswith("o.") else topic
        if allowed is None or kind in allowed:
            return topic
        if topic == "remedies" and allowed & REMEDIES:
            return next(iter(sorted(allowed & REMEDIES))) if len(allowed & REMEDIES) == 1 else "remedies"
    if allowed is not None and len(allowed - {"o"}) == 1:
        return next(iter(allowed - {"o"}))
    if says & {"lost"}:
        return "litigation"
    return None


def summed(context: Memory, taken: Meaning, result: list[Statement]) -> Meaning:
    """A sum without a name of its own counts what the numbers before it count together."""
    before = [
        result[index] for index in context.top if result[index].kind == "count" and not result[index].base and result[index].part_of is None
    ]
    events = frozenset(event for entry in before for event in entry.events)
    topics = {entry.topic for entry in before}
    bodies = {entry.body for entry in before}
    return replace(
        taken,
        topic=next(iter(topics)) if len(topics) == 1 else taken.topic if not topics else None,
        events=events,
        unknown=tuple(word for entry in before for word in entry.unknown) if len(before) == 1 else (),
        body="" if len(bodies) > 1 else next(iter(bodies), ""),
        period=before[-1].period if before else taken.period,
    )
