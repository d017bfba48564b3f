"""Passages → statements: the way from a sentence to what it says.

prepare → tokens → sentences and items (``clauses``) → meaning of each item (``meaning``) → its place among wholes and members and
what it takes over from what was said before (here) → its quantity (``quantities``).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from msgspec.structs import replace

from auditor.check.narrative.claims import claims_of
from auditor.check.narrative.clauses import Clause, Item, Sentence, sentences_of
from auditor.check.narrative.inherit import CLOSES, DECISIONS, FORM_TOPICS, PERSONS, from_before, from_whole, summed
from auditor.check.narrative.meaning import OUTCOMES, REMEDIES, Meaning, meaning_of
from auditor.check.narrative.memory import Memory
from auditor.check.narrative.publisher import Publisher
from auditor.check.narrative.quantities import name_quantity
from auditor.check.narrative.statement import Kind, Statement
from auditor.check.narrative.tokens import PassageText, Token, prepare, tokenise
from auditor.model.narrative import NarrativeWords
from auditor.model.report import Passage

_SECTION_TOPICS = {"s3_requests": "requests", "f2_requests": "requests", "s4_review_litigation": "remedies", "s2_proactive": "published"}
_TOTALS = frozenset({"received", "new", "answered", "handled", "forward", "carry", "pending", "over"})
_CASES = frozenset({"件", "起", "宗", "例", "件次", "份", "个", "次"})
_SHORT_HEADING = 30
_NEAR = 40
"""How many numbers back a sentence is remembered."""
_STOCK = frozenset({"forward", "pending", "carry", "over"})
_RESULTS = frozenset({"upheld", "corrected", "other_result"})
_WHOLES = frozenset({"received", "new_received", "handled", "requests", "answered"})


@lru_cache(maxsize=16)
def read_statements(passages: tuple[Passage, ...], words: NarrativeWords, publisher: Publisher | None = None) -> tuple[Statement, ...]:
    """All statements of the prose in order. Headings only set the topic of what follows.

    ``Statement.index`` counts from 0 over the result; numbers without a unit, dates, file numbers, articles and titles give none.
    """
    publisher = publisher or Publisher()
    result: list[Statement] = []
    topic: str | None = None
    for passage in passages:
        ready = prepare(passage.text)
        tokens = tokenise(ready, words, publisher.names)
        if passage.heading:
            topic = _heading_topic(tokens, publisher)
            if len(ready.text) < 40:
                continue
        context = Memory(words, publisher, heading=topic or _SECTION_TOPICS.get(passage.section or ""))
        for number, sentence in enumerate(sentences_of(tokens)):
            _read_sentence(context, passage, ready, sentence, number, result)
        if not passage.heading and len(ready.text) < _SHORT_HEADING and not any(token.number for token in tokens):
            topic = _heading_topic(tokens, publisher) or topic  # a sub-heading that the file does not mark as one
    return tuple(result)


def _heading_topic(tokens: Sequence[Token], publisher: Publisher) -> str | None:
    topic = meaning_of(tokens, publisher).topic
    return topic if topic in FORM_TOPICS or topic == "published" else None


def _read_sentence(context: Memory, passage: Passage, ready: PassageText, sentence: Sentence, number: int, result: list[Statement]) -> None:
    context.earlier, context.top = context.top, []
    context.topic = context.told = context.year = None
    context.body, context.period, context.sticky, context.timely = context.passage_body, "", frozenset(), False
    context.shares = context.scoped = False
    context.whole = context.first_member = None
    context.around, context.run = _named_around(context, sentence), 0
    properties = _properties([piece for piece in sentence.pieces if isinstance(piece, Item)])
    for piece in sentence.pieces:
        context.run += piece.mark == ";"
        if isinstance(piece, Clause):
            told = _note_clause(context, piece)
            for claim in claims_of(piece, told, sentence, context_topic(context), ready, context.publisher):
                if claim.quantity == "all_closed" and not _of_all(context, result):
                    continue
                if not claim.body and any(result[index].unknown for index in context.top):
                    continue  # whose numbers the sentence tells was not understood
                if told.topic is None and any(result[index].kind == "count" and _is_subset(result[index]) for index in context.top):
                    continue  # 商业企业的27件申请，无结转: of these only
                result.append(
                    replace(
                        claim,
                        index=len(result),
                        body=claim.body or context.body,
                        passage=passage.index,
                        section=passage.section,
                        sentence=number,
                    )
                )
            continue
        _read_item(context, passage, ready, piece, number, result, None)
        if piece in properties:
            result[-1] = replace(result[-1], topic="o.documents", quantity=None)
        context.told = None
    _share_predicate(context, result)
    _widen(context, result)
    context.passage_topic = context.topic or context.passage_topic


def _named_around(context: Memory, sentence: Sentence) -> frozenset[str]:
    """What the sentence names; one that names no topic goes on telling of what the sentence before named."""
    named = frozenset(feature for token in sentence.tokens for feature in token.features if feature[0] in "tega" and feature[1] == ":")
    return named if any(feature[0] == "t" for feature in named) else named | context.around


def _widen(context: Memory, result: list[Statement]) -> None:
    """被提起行政诉讼41件，涉及政府信息公开的23件: the number before is of cases of all kinds."""
    about = [entry for index in context.top if (entry := result[index]).kind == "count" and entry.disclosure and entry.topic in REMEDIES]
    for index in context.top:
        entry = result[index]
        if entry.kind != "count" or entry.disclosure or entry.topic not in REMEDIES or entry.base:
            continue
        after = (one for one in about if one.index > index and one.topic in (entry.topic, "remedies") and not one.events & CLOSES)
        if any((one.value or 0) < (entry.value or 0) for one in after):
            result[index] = replace(entry, wider=True)


def _share_predicate(context: Memory, result: list[Statement]) -> None:
    """尚有4件复议、5件诉讼未收到结果: what is said behind the last number of such a list is said of all of it."""
    for index, following in zip(reversed(context.top[:-1]), reversed(context.top[1:]), strict=True):
        entry, after = result[index], result[following]
        behind = entry.noun_behind and after.noun_behind and entry.kind == after.kind == "count"
        if behind and not entry.events and (after.events or after.unknown or after.restrictions):
            result[index] = replace(
                entry, restrictions=entry.restrictions | {"some"} | after.restrictions, unknown=entry.unknown + after.unknown
            )


_REQUESTED = frozenset({"received", "new", "answered", "handled", "over", "forward"})


def _properties(items: list[Item]) -> list[Item]:
    """主动公开120件、依申请公开45件、不予公开30件 in one sentence are properties of documents, not requests."""
    found: dict[str, list[Item]] = {"k:active": [], "k:asked": [], "k:kept": []}
    for item in items:
        named = {feature for token in item.before for feature in token.features if feature in found}
        if len(named) == 1 and not any(token.has(f"e:{event}") for token in item.before for event in _REQUESTED):
            found[named.pop()].append(item)
    if not all(found.values()) or len({item.number.unit for entries in found.values() for item in entries}) > 1:
        return []
    return [item for entries in found.values() for item in entries]


def _is_subset(entry: Statement) -> bool:
    """Whether a number of requests or cases is said of some of them only."""
    return entry.topic in FORM_TOPICS and bool(entry.applicants or entry.restricted or entry.events & CLOSES)


def _of_all(context: Memory, result: list[Statement]) -> bool:
    """Whether 均已办结 may be said of all requests: the sentence names no number, or one of all of them, the last no special part."""
    if not context.top:
        return True
    last = result[context.top[-1]]
    special = last.part_of is not None and (last.restricted or last.applicants)
    return not special and any(result[index].quantity in _WHOLES and not result[index].restricted for index in context.top)


def context_topic(context: Memory) -> str | None:
    """The topic that a clause without one is about."""
    return context.topic or context.passage_topic or context.heading


def _note_clause(context: Memory, clause: Clause) -> Meaning:
    said = meaning_of(clause.tokens, context.publisher)
    if clause.tokens[-1].text == "方面":
        said = replace(said, restrictions=said.restrictions - {"subject"})  # 规范性文件方面，
    if said.topic is not None and not said.restrictions & {"subject"}:
        context.topic = said.topic
    if said.body:
        context.body = said.body
    if said.period and "than" not in said.grammar:
        context.period, context.year = said.period, said.year
    if "sticky" in said.grammar:
        context.sticky |= said.restrictions
    context.timely = (context.timely and clause.mark != ";") or "on_time" in said.restrictions
    if said.applicants and not said.grammar & {"no", "all"}:
        context.scoped = True
    context.told = said
    return said


def _read_item(
    context: Memory, passage: Passage, ready: PassageText, item: Item, sentence: int, result: list[Statement], bracket: int | None
) -> None:
    said = item.meaning(context.publisher)
    context.timely = (context.timely and item.mark != ";") or "on_time" in said.restrictions
    kind = _kind(context, item, said, bracket is not None)
    share_whole: frozenset[str] = frozenset()
    share_topic: str | None = None
    if kind == "share":
        part, share_of = item.share_meaning(context.publisher)
        share_whole, share_topic = share_of.events & OUTCOMES, share_of.topic
        summed_up = part.grammar & {"sum"}  # 二者相加占六成, not 占答复总数的六成
        said = replace(part, grammar=(said.grammar - {"sum"}) | summed_up, unknown=part.unknown + share_of.unknown)
    parent = bracket if bracket is not None else _whole_of(context, item, said, kind, result)
    statement = _statement(context, passage, ready, item, said, kind, parent, bracket is not None, sentence, result)
    if statement.base:
        statement = replace(statement, part_of=None)
    if share_whole or share_topic:
        statement = replace(statement, share_of=share_whole, share_topic=share_topic)
    result.append(statement)
    own = statement.index
    if said.events and not meaning_of(item.lead + item.before, context.publisher).events:
        context.behind.add(own)
    if bracket is None and not item.aside:
        context.top.append(own)
        del context.top[:-_NEAR]
        if said.topic is not None and (statement.part_of is None or kind != "count" or context.topic is None):
            context.topic = said.topic
        elif statement.events & CLOSES and statement.topic == "litigation":
            context.topic = "litigation"  # 经复议后起诉9件 names no topic and is of one
        if said.body and kind == "count":
            context.body = said.body
            if said.body in ("other", "area") or (context.passage_body and said.body == "own"):
                context.passage_body = said.body if said.body != "own" else ""
        if said.period and not statement.base and kind == "count":
            context.period, context.year = said.period, said.year
        if "sticky" in said.grammar:
            context.sticky |= said.restrictions
        if item.after and item.after[-1].has("k:end_of_whole") and kind == "count":
            _open_list(context, own)
        elif statement.part_of is not None and statement.listed:
            if context.first_member is None:
                context.first_member, context.first_names = statement, bool(said.says)
            elif item.mark in (",", "、"):
                context.commas += 1
            context.member = statement
    for child in item.children:
        _read_item(context, passage, ready, child, sentence, result, own if kind == "count" else statement.part_of)


def _kind(context: Memory, item: Item, said: Meaning, in_bracket: bool) -> Kind:
    unit = item.number.unit
    near = meaning_flags(item.before) if item.label is None else meaning_flags(item.label)
    growth = bool(near & {"up", "down"}) and not ("becomes" in near and unit not in ("%", "百分点", "倍"))
    if item.share_in is not None:
        return "share"
    if unit in ("%", "百分点", "倍"):
        if growth or unit != "%" or "than" in near:
            return "growth"
        if "rate" in near:
            return "rate"
        if context.told is not None and "share" in context.told.grammar:
            context.shares = True
        return "share" if "share" in near or in_bracket or not item.before or context.shares else "rate"
    return "growth" if growth else "count"


def meaning_flags(tokens: Sequence[Token]) -> frozenset[str]:
    """The words of the grammar among tokens."""
    return frozenset(feature[2:] for token in tokens for feature in token.features if feature[0] == "k")


def _whole_of(context: Memory, item: Item, said: Meaning, kind: Kind, result: list[Statement]) -> int | None:
    """The number of which this one is a part, keeping the open list."""
    if kind == "share" and "sum" in said.grammar and item.run[1] == 1:
        return None  # 同意31件，部分同意5件，二者相加占六成: of several numbers together
    if kind == "share" and item.share_in is not None:
        within = [index for index in context.top if result[index].kind == "count" and not result[index].base]
        return within[-2] if len(within) > 1 else None
    if kind == "share" and item.run[1] > 1 and item.label is None and not said.says and not said.topic:
        within = [index for index in context.top if result[index].kind == "count" and not result[index].base]
        place, length = item.run
        return within[place - length] if len(within) >= length else None
    if kind in ("share", "rate") and (said.says or said.applicants or said.topic or said.unknown):
        return None
    if kind == "share" and said.restrictions & {"channel", "manner", "subject"}:
        words = [token.text for token in item.lead + item.before if any(feature.startswith("r:") for feature in token.features)]
        named = [index for index in context.top if any(word in result[index].clause for word in words)]
        return named[-1] if named else None  # 线上160件、线下80件，线上占66.67%
    if kind == "share" and context.told is not None and any(char.isdigit() for word in context.told.unknown for char in word):
        return None  # the share of a number without a unit, which is not read
    if kind == "share" and item.run[1] == 1 and context.top and result[context.top[-1]].kind == "share":
        return None  # 占90%，…，20%属审批类: a second share is not of the same number
    if kind in ("share", "rate", "growth"):
        return next((index for index in reversed(context.top) if result[index].kind == "count" and not result[index].base), None)
    flags = meaning_flags(item.lead + item.before)
    opens = bool(flags & {"of_which", "divided", "subset"})
    if item.mark == ":" and context.top and not opens:
        opens = result[context.top[-1]].unit == item.number.unit
    if opens:
        candidates = context.top or [index for index in context.earlier if result[index].part_of is None]
        whole = next((i for i in reversed(candidates) if _can_hold(result[i], item)), None)
        if whole is not None and "divided" in flags and result[whole].part_of is not None:
            whole = result[whole].part_of
        if whole is not None and result[whole].listed and (result[whole].value or 0) < (item.number.value or 0):
            whole = result[whole].part_of  # 包括上年结转5件，其中予以公开60件: the member is no whole of that
        whole = _of_topic(context, said.topic, whole, result)
        if whole is not None and result[whole].listed and context.top and context.top[-1] == whole:
            result[whole] = replace(result[whole], part_of=None, listed=False)
        _open_list(context, whole)
        context.wholes = _paired(context, item, said, result)
        return context.wholes[0] if context.wholes else whole
    if context.whole is None:
        return None
    if context.wholes and 0 < item.run[0] < len(context.wholes) and said.empty:
        return context.wholes[item.run[0]]
    if _ends_list(context, item, said, result):
        context.whole = context.first_member = None
        return None
    topic = said.topic or (context.member.topic if context.member is not None and item.mark != ";" else None)
    chosen = _of_topic(context, topic, context.whole, result)
    return chosen if chosen is not None and _same_unit(result[chosen].unit, item.number.unit) else None


def _open_list(context: Memory, whole: int | None) -> None:
    context.whole, context.first_member, context.member, context.commas, context.wholes = whole, None, None, 0, ()
    context.lists += 1


def _paired(context: Memory, item: Item, said: Meaning, result: list[Statement]) -> tuple[int, ...]:
    """As many wholes of topics of their own as there are members without names: each member belongs to one."""
    length = item.run[1]
    wholes = tuple(context.top[-length:])
    topics = {result[index].topic for index in wholes}
    fits = all(_can_hold(result[index], item) and result[index].part_of is None for index in wholes)
    return wholes if length > 1 and said.empty and len(wholes) == len(topics) == length and fits else ()


def _of_topic(context: Memory, topic: str | None, whole: int | None, result: list[Statement]) -> int | None:
    """Of several wholes named together (行政复议84件、行政诉讼48件，其中…) the one of a member's topic."""
    if whole is None or topic not in REMEDIES or result[whole].topic in (topic, "remedies"):
        return whole
    return next((index for index in reversed(context.top) if result[index].topic == topic and result[index].part_of is None), whole)


def _can_hold(whole: Statement, item: Item) -> bool:
    return whole.kind == "count" and not whole.base and _same_unit(whole.unit, item.number.unit)


def _same_unit(first: str, second: str) -> bool:
    return first == second or (first in _CASES and second in _CASES)


def _ends_list(context: Memory, item: Item, said: Meaning, result: list[Statement]) -> bool:
    whole = result[context.whole or 0]
    first = context.first_member
    if whole.topic == "o.documents" and item.mark != ";":
        return False
    if item.mark == ";" and (context.commas or (first is not None and context.first_names != bool(said.says))):
        return True
    if said.grammar & {"anew", "sum"}:
        return True
    if said.period and said.period != "this" and not said.events & {"over"}:
        return True
    other = said.topic in FORM_TOPICS and said.topic != whole.topic and not (whole.topic == "remedies" and said.topic in REMEDIES)
    about = whole.topic in REMEDIES and said.topic in DECISIONS and not said.events  # 应诉31件，其中行政处罚类8件
    if other and said.explicit and not about and (whole.topic in FORM_TOPICS or (first is not None and first.topic != said.topic)):
        return True
    if said.body in ("own", "other") and first is not None and not first.body:
        return True
    totals = _TOTALS - {"pending"} if whole.topic in REMEDIES else _TOTALS
    return bool(said.events & totals and first is not None and not first.events & _TOTALS and first.says != frozenset())


def _statement(
    context: Memory,
    passage: Passage,
    ready: PassageText,
    item: Item,
    said: Meaning,
    kind: Kind,
    parent: int | None,
    in_bracket: bool,
    sentence: int,
    result: list[Statement],
) -> Statement:
    whole = result[parent] if parent is not None else None
    number = item.number
    flags = meaning_flags(item.before if item.label is None else item.label)
    taken = (
        from_whole(context, item, said, whole) if whole is not None and kind == "count" else from_before(context, item, said, kind, result)
    )
    if kind == "growth" and whole is not None and said.empty and not said.unknown:
        taken = replace(
            taken,
            topic=whole.topic,
            events=whole.events,
            grounds=whole.grounds,
            applicants=whole.applicants,
            restrictions=taken.restrictions | whole.restrictions,
            unknown=whole.unknown,
            body=taken.body or whole.body,
        )
    if taken.period == "part" and said.period == "part" and "forward" in taken.events:
        taken = replace(taken, period="", restrictions=taken.restrictions | {"so_far"})  # 12月收到的3件结转下年
    if kind == "count" and "no" in flags:
        taken = replace(taken, restrictions=taken.restrictions | {"except"})  # 未受理的申请6件
    if "cause" in flags and taken.topic in ("license", "penalty", "coercion"):
        taken = replace(taken, restrictions=taken.restrictions | {"cause"})  # 其中不服行政处罚的45件
    if kind == "count" and "all" in flags and "pending" in taken.events:
        taken = replace(taken, restrictions=taken.restrictions | {"some"})  # 在全部249件待办申请中: all there were to do
    rest = "rest" in flags or "rest" in meaning_flags(item.after)
    compared = ("than" in flags and not flags & {"up", "down"}) or (in_bracket and "than" in said.grammar and not said.events)
    base = item.becomes or (kind == "count" and compared)
    total = kind == "count" and whole is None and "sum" in flags and said.empty and not said.unknown and bool(context.top)
    if total:
        taken = summed(context, taken, result)
    if taken.topic not in ("license", "penalty", "coercion", None):
        taken = replace(taken, events=taken.events - {"decided"})
    several = (
        whole is not None
        and not context.wholes
        and not in_bracket
        and len({result[index].topic for index in context.top if result[index].unit == number.unit}) > 1
    )
    if several and taken.body == "own" and not said.says and not said.topic:
        taken = replace(taken, restrictions=taken.restrictions | {"some"})
    if "case" in said.grammar and taken.topic == "requests" and said.topic is None:
        taken = replace(taken, restrictions=taken.restrictions | {"beyond"})  # cases of what kind is not said
    says = taken.events | taken.grounds
    if says & _RESULTS:
        says -= {"concluded"}  # 判决败诉
    named = name_quantity(taken.topic, says, rest, number.unit, context.words)
    if rest and said.topic in REMEDIES:
        taken = replace(taken, wider=True)  # 其他行政复议案件: cases of another kind
    if (
        rest
        and not named.sums
        and not (named.quantity or "").endswith(".other")
        and (not taken.events & _STOCK or (whole is not None and whole.events & _STOCK))
    ):
        taken = replace(taken, restrictions=taken.restrictions | {"rest"})
    if "/" in (ready.text[number.end : number.end + 1], ready.text[number.start - 1 : number.start]):
        taken = replace(taken, restrictions=taken.restrictions | {"fraction"})  # 21件/29件
    restrictions = taken.restrictions | (context.sticky if kind == "count" else frozenset()) | ({"beyond"} if named.extra else frozenset())
    if kind == "count" and context.scoped and not taken.applicants and not said.topic and taken.topic == "requests":
        restrictions |= {"some"}  # 对企业申请的办理结果为：予以公开20件: of these
    if kind == "count" and context.top:
        first, last = result[context.top[0]], result[context.top[-1]]
        if last.unit in PERSONS and said.topic is None:
            restrictions |= {"some"}  # 1人提出5件，2人各提出2件
        if (
            first.applicants
            and not taken.applicants
            and not said.explicit
            and not any(result[index].applicants for index in context.top[1:])
        ):
            restrictions |= {"some"}  # 商业企业的27件申请，予以公开20件: of these
    if "cause" in flags and said.topic in REMEDIES and said.events & _RESULTS:
        restrictions |= {"cause"}  # 其中对维持决定不服起诉的8件
    if said.period == "this" and taken.topic in ("normative", "regulation"):
        restrictions -= {"cleanup"}  # 经清理，全年废止30件: all of the year
    direction = 0
    if kind == "growth":
        direction = -1 if "down" in flags else 1 if flags & {"up", "than"} else 0
    start = min(item.start, item.token.start)
    roughly = kind in ("share", "rate") and any(token.text.startswith("约") or token.text.endswith("约") for token in item.before)
    return Statement(
        index=len(result),
        kind=kind,
        quantity=named.quantity,
        topic=taken.topic,
        value=number.value,
        printed=ready.shown(number.start, number.end),
        unit=number.unit,
        places=number.places,
        bound="about" if roughly and number.bound == "exact" else number.bound,
        counts=number.counts,
        events=taken.events,
        grounds=taken.grounds,
        applicants=taken.applicants,
        restrictions=frozenset(restrictions),
        grammar=said.grammar | ({"timely"} if context.timely else frozenset()),
        sums=named.sums,
        explicit=said.explicit,
        unknown=taken.unknown[-_NEAR:],
        wider=taken.wider,
        disclosure=said.disclosure,
        body=taken.body,
        period="last" if base and not said.period else taken.period,
        year=taken.year,
        part_of=parent,
        share_in=_share_in(context, item, ready, result),
        listed=parent is not None and not in_bracket and kind == "count",
        group=context.lists if parent is not None and not in_bracket else 0,
        total=total,
        named=_is_named(context, said, taken, whole),
        self_named=not said.empty or said.body == "own" or _goes_on(context, said, named.quantity, result),
        own_says=said.says,
        own_topic=said.topic is not None,
        around=context.around,
        run=context.run,
        leads=parent is None
        and (all(result[index].kind == "growth" for index in context.top) or _shares_lead(context, item, said, result)),
        noun_behind=bool(item.after and said.topic and not meaning_of(item.lead + item.before, context.publisher).topic),
        base=base,
        rest=rest,
        direction=direction,
        head=ready.text[start : number.start][-80:],
        clause=ready.shown(start, max(item.end, number.end)),
        passage=passage.index,
        sentence=sentence,
        section=passage.section,
        span=ready.span(number.start, number.end),
    )


def _shares_lead(context: Memory, item: Item, said: Meaning, result: list[Statement]) -> bool:
    """2022年、2023年、2024年分别为150件、200件、240件: each year's number is named by the words before all of them."""
    before = [result[index] for index in context.top[-item.run[0] :]] if item.run[0] and item.label is not None else []
    return bool(before) and before[0].leads and said.year is not None and len(context.top) == item.run[0]


def _goes_on(context: Memory, said: Meaning, quantity: str | None, result: list[Statement]) -> bool:
    """重复申请较上年减少6件，降至5件: the growth before it says what it counts."""
    before = result[context.top[-1]] if context.top and "becomes" in said.grammar else None
    return before is not None and before.kind == "growth" and before.self_named and before.quantity == quantity


def _is_named(context: Memory, said: Meaning, taken: Meaning, whole: Statement | None) -> bool:
    """Whether the sentence itself says what is counted: the topic, or an outcome, ground, applicant or road that only the form has."""
    own = said.topic is not None or taken.topic is None
    told = taken.events & (OUTCOMES | CLOSES | _RESULTS | {"over", "forward"}) or taken.grounds or taken.applicants
    return bool(own or told or context.topic is not None or (whole is not None and whole.named))


def _share_in(context: Memory, item: Item, ready: PassageText, result: list[Statement]) -> int | None:
    """The statement of the whole that a share names with its number."""
    if item.share_in is None:
        return None
    place = ready.span(item.share_in.number.start, item.share_in.number.end)
    return next((index for index in reversed(context.top) if result[index].span == place), None)
