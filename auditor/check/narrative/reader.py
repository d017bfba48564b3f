"""Passages → statements: numbers are found first, then each is told from its clause, its sentence and what was said before."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, replace
from functools import lru_cache
from re import split

from auditor.check.narrative.claims import claims_of
from auditor.check.narrative.numbers import Number, scan
from auditor.check.narrative.patterns import Patterns, found, patterns_of
from auditor.check.narrative.prepared import MASK, Prepared, prepare
from auditor.check.narrative.statement import Kind, Statement, Subject
from auditor.model.narrative import NarrativeWords
from auditor.model.report import Passage

_CLAUSE_ENDS = frozenset(",，.。;；:：!！?？()")
_SENTENCE_ENDS = frozenset("。!！?？")
_HEAD = 70
_TAIL = 26
_SECTION_TOPICS = {"s3_requests": "requests", "f2_requests": "requests"}


@dataclass(slots=True)
class _Run:
    """What is remembered while one passage is read."""

    passage: Passage
    ready: Prepared
    patterns: Patterns
    topics: list[tuple[int, int, str]]
    first_topic: str | None
    base: int
    statements: list[Statement] = field(default_factory=list)
    by_number: list[Statement | None] = field(default_factory=list)
    subject: tuple[Subject, str] = ("none", "")
    list_parent: Statement | None = None
    list_family: str = ""
    divided: int = -1
    """Start of the sentence that divides a whole by something."""
    list_commas: int = 0
    """Members of the list so far that only commas part: after them a semicolon ends it."""
    ends: tuple[int, ...] = ()
    """Positions of the ends of sentences."""

    def sentence(self, position: int) -> tuple[int, int, int]:
        """Start, end and number of the sentence a position stands in."""
        place = bisect_left(self.ends, position)
        start = self.ends[place - 1] + 1 if place else 0
        return start, self.ends[place] if place < len(self.ends) else len(self.ready.text), place


@lru_cache(maxsize=16)
def read_statements(passages: tuple[Passage, ...], words: NarrativeWords) -> tuple[Statement, ...]:
    """All statements of the prose in order. Headings only set the topic of what follows.

    ``Statement.index`` counts from 0 over the result; numbers without a unit, dates, file numbers, articles and titles give none.
    """
    patterns = patterns_of(words)
    result: list[Statement] = []
    topic: str | None = None
    for passage in passages:
        ready = prepare(passage.text, words)
        topics = _topics(ready.text, patterns)
        if passage.heading:
            topic = topics[-1][2] if topics else None
            if len(ready.text) < 40:
                continue
        first = topic or _SECTION_TOPICS.get(passage.section or "")
        ends = tuple(index for index, char in enumerate(ready.text) if char in _SENTENCE_ENDS)
        run = _Run(passage=passage, ready=ready, patterns=patterns, topics=topics, first_topic=first, base=len(result), ends=ends)
        _read_passage(run, words)
        result += run.statements
        if not passage.heading and topics and len(ready.text) < 30:
            topic = topics[-1][2]  # a sub-heading that the file does not mark as one
    return tuple(result)


def _topics(text: str, patterns: Patterns) -> list[tuple[int, int, str]]:
    """Start, end and topic of the words that name one, in order."""
    found_topics: list[tuple[int, int, str]] = []
    named: set[str] = set()
    place = 0
    for match in patterns.topics.finditer(text):
        if not match.lastgroup:
            continue
        if any(text.find(end, place, match.start()) >= 0 for end in _SENTENCE_ENDS):
            named = set()
        place = match.start()
        key = patterns.topic_keys[match.lastgroup]
        if match.lastgroup in patterns.weak_topics and named and key not in named:
            continue
        named.add(key)
        found_topics.append((match.start(), match.end(), key))
    return found_topics


def _read_passage(run: _Run, words: NarrativeWords) -> None:
    numbers = scan(run.ready.text, words)
    for order in range(len(numbers)):
        statement = _statement(run, numbers, order, words)
        run.by_number.append(statement)
        if statement is not None:
            run.statements.append(statement)
    for claim in claims_of(run.ready, run.patterns, lambda at: _topic_at(run, at), run.passage):
        run.statements.append(replace(claim, index=run.base + len(run.statements)))


def _topic_at(run: _Run, position: int) -> str | None:
    place = bisect_left(run.topics, position, key=lambda entry: entry[0])
    return run.topics[place - 1][2] if place else run.first_topic


def _statement(run: _Run, numbers: tuple[Number, ...], order: int, words: NarrativeWords) -> Statement | None:
    text, patterns, number = run.ready.text, run.patterns, numbers[order]
    floor = numbers[order - 1].end if order else 0
    left = _left(text, floor, number.start)
    sentence_start, _, sentence = run.sentence(number.start)
    head = text[max(left, number.start - _HEAD) : number.start]
    tail = _tail(text, numbers, order)
    gap = text[max(floor, sentence_start, number.start - 400) : number.start]
    previous = run.by_number[order - 1] if order and floor >= sentence_start else None
    bracket = _open_bracket(text, sentence_start, number.start)
    kind = _kind(patterns, number, head, bracket is not None)
    if kind is None:
        _close_list(run, patterns, gap)
        return None
    topic = _topic_of(run, number, head, tail)
    quantity = _quantity(run, number, topic, head, tail, kind, text, floor, left, sentence_start, words)
    earlier = bracket is not None and _of_another_year(run, bracket)
    if earlier:
        parent = None
    elif bracket is not None and bracket >= floor and order:
        parent = run.by_number[order - 1]
    elif bracket is not None and order:
        before = run.by_number[order - 1]
        parent = run.statements[before.part_of - run.base] if before is not None and before.part_of is not None else None
    else:
        parent = _list_parent(run, numbers, order, gap, sentence_start, quantity, words)
    if kind == "share" and bracket is None and any(char.isdigit() for char in gap):
        parent, quantity = None, None  # the share of a number without a unit, which is not read
    elif kind in ("share", "growth") and (quantity is None or kind == "share"):
        reference = previous if previous is not None and (kind == "growth" or quantity in (None, previous.quantity)) else None
        if bracket is not None and order and kind == "share":
            reference = run.by_number[order - 1]
        while reference is not None and reference.kind != "count":
            reference = run.statements[reference.part_of - run.base] if reference.part_of is not None else None
        parent = reference
        quantity = quantity or (reference.quantity if reference is not None else None)
    marks = _marks(run, number, topic, head, tail, floor, sentence_start) | ({"last_year"} if earlier else set())
    subject = _subject(run, text[max(sentence_start, number.start - 120) : number.start])
    year = run.ready.year_at(number.start, sentence_start)
    if parent is not None and kind == "count":
        marks |= parent.marks & _inherited(words)
        if subject[0] == "none" or parent.subject != "none":
            subject = (parent.subject, parent.subject_text)
        year = parent.year if year is None else year
    growth_text = head
    direction = 0
    if kind == "growth" and not found(patterns.same, growth_text):
        direction = -1 if found(patterns.down, growth_text) else 1
    return Statement(
        index=run.base + len(run.statements),
        kind=kind,
        quantity=quantity,
        topic=topic,
        value=number.value,
        printed=run.passage.text[run.ready.places[number.start] : run.ready.places[number.end - 1] + 1],
        unit=number.unit,
        places=number.places,
        bound=number.bound,
        year=year,
        subject=subject[0],
        subject_text=subject[1],
        marks=frozenset(marks),
        part_of=parent.index if parent is not None else None,
        exhaustive=found(patterns.exhaustive, gap),
        rest=found(patterns.rest, head[-8:]),
        direction=direction,
        head=head,
        clause=_printed_clause(run, left, number.end + len(tail)),
        passage=run.passage.index,
        sentence=sentence,
        section=run.passage.section,
        span=run.ready.span(number.start, number.end),
    )


def _left(text: str, floor: int, start: int) -> int:
    for index in range(start - 1, floor - 1, -1):
        if text[index] in _CLAUSE_ENDS:
            return index + 1
    left = floor
    while left < start and text[left] in "、和及与":
        left += 1
    return left


def _tail(text: str, numbers: tuple[Number, ...], order: int) -> str:
    """What follows the number in its clause; words that run on into the next number belong to that one."""
    end = numbers[order].end
    limit = numbers[order + 1].start if order + 1 < len(numbers) else len(text)
    for index in range(end, min(limit, end + _TAIL)):
        if text[index] in _CLAUSE_ENDS or text[index] == "、":
            return text[end:index]
    return text[end : end + _TAIL] if limit >= end + _TAIL else ""


def _open_bracket(text: str, start: int, position: int) -> int | None:
    depth = 0
    for index in range(position - 1, max(start, position - 400) - 1, -1):
        if text[index] == ")":
            depth += 1
        elif text[index] == "(":
            if depth == 0:
                return index
            depth -= 1
    return None


def _of_another_year(run: _Run, bracket: int) -> bool:
    """Whether a bracket stands behind a year or 上年 that something is compared with (较上年(20件)减少)."""
    before = run.ready.text[max(0, bracket - 10) : bracket]
    last = next((words for mark, words, _ in run.patterns.marks if mark.key == "last_year"), None)
    return before.endswith(MASK) or (last is not None and any(match.end() == len(before) for match in last.finditer(before)))


def _kind(patterns: Patterns, number: Number, head: str, bracket: bool) -> Kind | None:
    growth = found(patterns.up, head) or found(patterns.down, head) or found(patterns.same, head)
    if number.unit in ("%", "百分点", "倍"):
        if growth or number.unit != "%":
            return "growth"
        if found(patterns.rate, head) and not found(patterns.share, head):
            return "rate"
        if found(patterns.share, head) or (bracket and not head.strip("约近为")):
            return "share"
        return "rate"
    if not number.counts:
        return None
    return "growth" if growth else "count"


def _topic_of(run: _Run, number: Number, head: str, tail: str) -> str | None:
    if tail and found(run.patterns.fillers, head):
        place = bisect_left(run.topics, number.end, key=lambda entry: entry[0])
        if place < len(run.topics) and run.topics[place][0] < number.end + len(tail):
            return run.topics[place][2]
    return _topic_at(run, number.start)


def _quantity(
    run: _Run,
    number: Number,
    topic: str | None,
    head: str,
    tail: str,
    kind: Kind,
    text: str,
    floor: int,
    left: int,
    start: int,
    words: NarrativeWords,
) -> str | None:
    patterns = run.patterns
    gap = text[max(floor, start, number.start - 60) : number.start]
    if found(patterns.respectively, gap[-40:]):
        return None
    if kind == "share":
        match = patterns.share.search(head) if patterns.share is not None else None
        head, tail = (head[: match.start()] if match else ""), ""
    elif kind == "growth":
        cut = [m.start() for p in (patterns.up, patterns.down, patterns.same) if p is not None and (m := p.search(head))]
        head, tail = head[: min(cut)] if cut else head, ""
    key = _match(patterns, topic, head, tail, number.unit, words)
    if kind == "count" and _several_outcomes(patterns, topic, head, key, number.unit, words):
        return None
    if key is None and tail and found(patterns.fillers, head):
        return None
    if key is None and kind == "count" and not tail and found(patterns.fillers, head) and left > max(floor, start):
        # 收到政府信息公开申请，共12件: the clause before has no number and says what is counted.
        before = _left(text, max(floor, start), left - 1)
        if before > floor or not floor or (before >= start and floor <= start):
            key = _match(patterns, topic, text[max(before, left - 1 - _HEAD) : left - 1], "", number.unit, words)
    return key


def _several_outcomes(patterns: Patterns, topic: str | None, head: str, key: str | None, unit: str, words: NarrativeWords) -> bool:
    """Whether one number counts results of several groups together (不予公开、无法提供、不予处理合计14件)."""
    entry = words.quantity(key)
    if entry is None or entry.family != "outcome" or entry.key == "granted_partial":
        return False
    groups: set[str] = set()
    for piece in split("[、和及与或]", head):
        named = words.quantity(_match(patterns, topic, piece, "", unit, words))
        if named is not None and named.family == "outcome" and named.readings:
            groups.add(named.readings[0].partition("_")[0])
    return len(groups) > 1


def _match(patterns: Patterns, topic: str | None, head: str, tail: str, unit: str, words: NarrativeWords) -> str | None:
    whole = head + "¦" + tail
    for quantity, before, after, unless in patterns.quantities:
        if quantity.topics and topic not in quantity.topics:
            continue
        if quantity.units and unit not in quantity.units:
            continue
        if (found(before, head) or (tail and found(after, tail))) and not found(unless, whole):
            return quantity.key
    return None


def _list_parent(
    run: _Run, numbers: tuple[Number, ...], order: int, gap: str, sentence_start: int, quantity: str | None, words: NarrativeWords
) -> Statement | None:
    patterns, text = run.patterns, run.ready.text
    entry = words.quantity(quantity)
    family = entry.family if entry is not None else ""
    if order and any(char in _SENTENCE_ENDS for char in text[numbers[order - 1].end : numbers[order].start]):
        run.list_parent = None
    if found(patterns.partition, gap):
        again, run.divided = run.divided == sentence_start, sentence_start
        if again:
            run.list_parent = None  # the same whole divided a second time: 按渠道分
            return None
    if found(patterns.of_which, gap):
        run.list_parent = next((entry for entry in reversed(run.by_number) if entry is not None and entry.kind == "count"), None)
        run.list_family, run.list_commas = family, 0
        if run.list_parent is not None and order and numbers[order].unit == "元" and run.list_parent.unit != "元":
            run.list_parent = None
        return run.list_parent
    if _close_list(run, patterns, gap):
        return None
    semicolon = ";" in gap or "；" in gap
    if run.list_parent is not None and semicolon and (family != run.list_family or run.list_commas):
        run.list_parent = None
    if run.list_parent is not None and not semicolon and numbers[order].counts:
        run.list_commas += 1
    return run.list_parent


def _close_list(run: _Run, patterns: Patterns, gap: str) -> bool:
    tail = gap.rpartition(",")[2].rpartition("，")[2]
    if found(patterns.new_whole, tail):
        run.list_parent = None
        return True
    return False


def _marks(run: _Run, number: Number, topic: str | None, head: str, tail: str, floor: int, start: int) -> set[str]:
    text = run.ready.text
    before = text[max(start, number.start - 160) : number.start]
    clause = head + tail
    left = number.start - len(head) - 1
    if left > max(floor, start):
        previous = text[_left(text, max(floor, start), left) : left]
        if previous.startswith(("通过", "以", "采用", "采取", "对", "去", "上")) or previous.endswith(("中", "时")):
            clause = previous + "," + clause
    end = run.sentence(number.end)[1]
    reaches = {"clause": clause, "before": before + tail, "sentence": text[start:end][:400]}
    return {
        mark.key
        for mark, words, unless in run.patterns.marks
        if (not mark.topics or topic in mark.topics) and found(words, reaches[mark.reach]) and not found(unless, reaches[mark.reach])
    }


@lru_cache(maxsize=8)
def _inherited(words: NarrativeWords) -> frozenset[str]:
    return frozenset(mark.key for mark in words.marks if mark.effect != "note")


def _subject(run: _Run, before: str) -> tuple[Subject, str]:
    best: tuple[int, Subject, str] | None = None
    names: dict[str, Subject] = {"own": "own", "office": "office", "other": "other", "whole": "whole"}
    for name, pattern in run.patterns.subjects:
        if pattern is None:
            continue
        for match in pattern.finditer(before):
            if best is None or match.end() > best[0]:
                best = (match.end(), names[name], match.group())
    if best is not None:
        run.subject = (best[1], best[2])
    return run.subject


def _printed_clause(run: _Run, left: int, end: int) -> str:
    places = run.ready.places
    end = min(end, len(places))
    return " ".join(run.passage.text[places[left] : places[end - 1] + 1].split()) if left < end else ""
