"""Further check kinds: sums compared, shares, wordings present or absent, counts stated, length of text, date of publication."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from auditor.check.coded.prose import hit_at, sentences
from auditor.check.context import Context, Hit, Outcome, fail, unknown
from auditor.check.evidence import gate, question, show, terms, undecided_cells
from auditor.text.chars import squeeze
from auditor.text.patterns import any_of, re_pattern

_COMPARED: Final[dict[str, Callable[[Decimal, Decimal], bool]]] = {
    "=": Decimal.__eq__,
    "<=": Decimal.__le__,
    ">=": Decimal.__ge__,
}
_NUMBER: Final = r"(?:\d+(?:[.,]\d+)*|[一二两三四五六七八九十百千万零]+)"
_SHOWN: Final = 80


def compare(context: Context) -> Outcome:
    """Σ left ≤, ≥ or = Σ right + ``plus`` for each of ``pairs`` of one table. Message ``differs``, perhaps ``question``."""
    table = str(context.params["table"])
    stopped = gate(context, table)
    if stopped is not None:
        return stopped
    hits: list[Hit] = []
    missing: list[str] = []
    for pair in context.params["pairs"]:
        left, right = [str(key) for key in pair["left"]], [str(key) for key in pair.get("right", ())]
        keys = [*left, *right]
        one, other = context.cells.total(left), context.cells.total(right)
        if one is None or other is None:
            missing += [key for key in keys if context.cells.bz(key) is None]
            continue
        plus = Decimal(str(pair.get("plus", 0)))
        if _COMPARED[str(pair["op"])](one, other + plus):
            continue
        shown_left, shown_right = terms(context, left), terms(context, right, plus) if right else show(plus)
        values = {
            "left": "、".join(context.label(key) for key in left),
            "right": "、".join(context.label(key) for key in right),
            "left_terms": shown_left,
            "right_terms": shown_right,
            "left_value": show(one),
            "right_value": show(other + plus),
        }
        hits.append(
            Hit(
                message="differs",
                values=values,
                calculation=f"{shown_left} = {show(one)}; {shown_right} = {show(other + plus)}",
                facts=context.cells.used(*keys, question=tuple(keys)),
                question=_question(context),
                quantity=keys[0],
            )
        )
    if hits:
        return fail(*hits)
    return undecided_cells(context, missing) if missing else fail()


def share(context: Context) -> Outcome:
    """A cell is at most ``most`` (0 to 1) of another once that reaches ``least``. ``part``: the first of these cells that is printed.

    Message ``dominates``, perhaps ``question``.
    """
    table = str(context.params["table"])
    stopped = gate(context, table)
    if stopped is not None:
        return stopped
    parts = [str(key) for key in context.params["part"]]
    key = next((name for name in parts if name in context.cells), parts[-1])
    whole = str(context.params["whole"])
    value, total = context.cells.bz(key), context.cells.bz(whole)
    if value is None or total is None:
        return undecided_cells(context, [name for name in (key, whole) if context.cells.bz(name) is None])
    if total <= 0 or total < Decimal(str(context.params.get("least", 0))) or value <= Decimal(str(context.params["most"])) * total:
        return fail()
    percent = show((value * 100 / total).quantize(Decimal("0.1")))
    return fail(
        Hit(
            message="dominates",
            values={"cell": context.label(key), "value": show(value), "total": show(total), "share": percent},
            calculation=f"{show(value)} / {show(total)} = {percent}%",
            facts=context.cells.used(key, whole, question=(key,)),
            question=_question(context),
            quantity=key,
        )
    )


def present(context: Context) -> Outcome:
    """Each of ``items`` (``name``, ``pattern``) stands in the sections. Message ``missing``."""
    text = _text(context)
    if text is None:
        return _no_prose(context)
    return _missing(context, [item for item in context.params["items"] if not re_pattern(str(item["pattern"])).search(text)])


def absent_pattern(context: Context) -> Outcome:
    """None of ``patterns`` stands in the sections, except in a sentence with one of ``unless``. Message ``found``.

    ``names_aside``: names in 《》 are not looked at. ``each``: one finding a ``sentence``, or one for each different ``wording``.
    """
    if _text(context) is None:
        return _no_prose(context)
    wanted = any_of(tuple(str(pattern) for pattern in context.params["patterns"]))
    unless = any_of(tuple(str(pattern) for pattern in context.params.get("unless", ())))
    aside = bool(context.params.get("names_aside"))
    hits, seen = [], set()
    for sentence in sentences(context.report, _sections(context)):
        text = sentence.bare if aside else sentence.text
        if unless.search(text):
            continue
        if context.params.get("each") == "wording":
            for found in wanted.finditer(text):
                if found[0] not in seen:
                    seen.add(found[0])
                    hits.append(hit_at(sentence, found[0]))
            continue
        match = wanted.search(text)
        if match is not None:
            shown = sentence.text if len(sentence.text) <= _SHOWN else sentence.text[:_SHOWN] + "…"
            values = {"printed": match[0], "sentence": shown}
            place = sentence.passage.location
            hits.append(Hit(message="found", values=values, actual=match[0], location=place, quantity=match[0], confidence="medium"))
    return fail(*hits)


def must_state_number(context: Context) -> Outcome:
    """A sentence of the sections names each of ``items`` (``name``, ``pattern``) with a number and one of its ``units``, or denies it.

    Message ``missing``.
    """
    if _text(context) is None:
        return _no_prose(context)
    told = [sentence.text for sentence in sentences(context.report, _sections(context))]
    return _missing(context, [item for item in context.params["items"] if not any(_states(item, text) for text in told)])


def _states(item: dict[str, object], text: str) -> bool:
    units = item.get("units")
    assert isinstance(units, Sequence)
    counted = re_pattern(_NUMBER + "余?多?(?:" + "|".join(re.escape(str(unit)) for unit in units) + ")")
    if not re_pattern(str(item["pattern"])).search(text):
        return False
    return counted.search(text) is not None or re_pattern("未|无|没有").search(text) is not None


def text_length(context: Context) -> Outcome:
    """The sections have at least ``least`` and at most ``most`` characters, spaces not counted. Messages ``short``, ``long``."""
    text = _text(context)
    if text is None:
        return _no_prose(context)
    length, least, most = len(text), context.params.get("least"), context.params.get("most")
    place = next((entry.location for entry in context.report.sections if entry.key in _sections(context)), None)
    if least is not None and length < int(least):
        message, limit, sign = "short", least, "<"
    elif most is not None and length > int(most):
        message, limit, sign = "long", most, ">"
    else:
        return fail()
    values = {"length": str(length), "limit": str(limit)}
    return fail(Hit(message=message, values=values, calculation=f"{length} {sign} {limit}", location=place, quantity=message))


def date(context: Context) -> Outcome:
    """The report was published by ``latest`` (MM-DD) of the year after its own. Message ``late``; unknown without a date of publication."""
    report = context.report
    if report.year is None:
        return unknown(context.say("needs.year"))
    if not report.published:
        return unknown(context.say("needs.published"))
    last = f"{report.year + 1}-{context.params['latest']}"
    if report.published[:10] <= last:
        return fail()
    values = {"published": report.published[:10], "latest": last}
    return fail(
        Hit(message="late", values=values, actual=report.published[:10], calculation=f"{report.published[:10]} > {last}", quantity="late")
    )


def _question(context: Context) -> str | None:
    return question(context) if "question" in context.rule.messages else None


def _sections(context: Context) -> tuple[str, ...]:
    return tuple(str(key) for key in context.params.get("sections", ()))


def _text(context: Context) -> str | None:
    """The prose of the sections without spaces, or ``None`` where nothing of them was read."""
    sections = _sections(context)
    found = [squeeze(entry.text) for entry in context.report.passages if not sections or entry.section in sections]
    return "".join(found) if found else None


def _no_prose(context: Context) -> Outcome:
    elsewhere = {"sections", "rest"} & set(context.report.elsewhere)
    return unknown(context.say("needs.sections")) if elsewhere or not context.report.passages else Outcome(verdict="not_applicable")


def _missing(context: Context, items: Sequence[dict[str, object]]) -> Outcome:
    if not items:
        return fail()
    names = [context.pick(name["zh"], name["en"]) for item in items if isinstance(name := item["name"], dict)]
    place = next((entry.location for entry in context.report.sections if entry.key in _sections(context)), None)
    quantity = "|".join(str(item["pattern"]) for item in items)
    return fail(Hit(message="missing", values={"items": "、".join(names)}, location=place, quantity=quantity, absent=True))
