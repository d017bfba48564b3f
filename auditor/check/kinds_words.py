"""Check kinds over the words of a report: what is out of date, another year's, private, or marked as not for the public."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from auditor.check.coded.prose import PlacedSentence, hit_at, sentences
from auditor.check.context import NOT_APPLICABLE, Context, Hit, Outcome, fail, unknown
from auditor.model.report import Report
from auditor.model.source import Location
from auditor.text.chars import squeeze
from auditor.text.patterns import any_of
from auditor.text.privacy import CARD, IDENTITY, MOBILE, OLD_IDENTITY, is_identity_number, is_old_identity_number, mask, passes_luhn

_NUMBERS: Final[Mapping[str, tuple[re.Pattern[str], Callable[[str], bool], str]]] = {
    "identity": (IDENTITY, is_identity_number, "identity"),
    "old_identity": (OLD_IDENTITY, is_old_identity_number, "identity"),
    "card": (CARD, passes_luhn, "card"),
    "mobile": (MOBILE, lambda text: True, "mobile"),
}
"""Kinds of numbers: how they are found, what makes sure, and their name in the id of a finding."""


def with_text(outcome: Outcome, context: Context) -> Outcome:
    """The outcome, undecided instead of passed where the report has no prose to look at."""
    there = context.report.passages or context.report.residues
    return unknown(context.say("needs.sections")) if outcome.verdict == "pass" and not there else outcome


def outdated(context: Context) -> Outcome:
    """None of ``entries`` is said in its years (``from``, ``to``); one finding an entry, at its first place. Message ``found``.

    An entry has ``patterns``, and in ``unless`` what excuses the sentence; ``right`` is what governs instead.
    """
    year = context.report.year
    entries = context.params["entries"]
    if year is None and any("from" in entry or "to" in entry for entry in entries):
        return NOT_APPLICABLE
    hits = []
    for entry in entries:
        if year is not None and not int(entry.get("from", 0)) <= year <= int(entry.get("to", 9999)):
            continue
        named, unless = any_of(tuple(entry["patterns"])), any_of(tuple(entry.get("unless", ())))
        for sentence in sentences(context.report):
            match = named.search(sentence.text)
            if match and not unless.search(sentence.text):
                hits.append(hit_at(sentence, match[0], year=str(year or ""), right=str(entry.get("right", ""))))
                break
    return with_text(fail(*hits), context)


def report_year(context: Context) -> Outcome:
    """Where the introduction names the report by a year (group ``year`` of ``patterns``), it is the report's. Message ``found``."""
    if context.report.year is None:
        return NOT_APPLICABLE
    found = other_year(context.report, context.params)
    if found is None:
        return with_text(fail(), context)
    sentence, year, printed = found
    return fail(hit_at(sentence, printed, year=str(context.report.year), found=year))


def other_year(report: Report, params: Mapping[str, Any]) -> tuple[PlacedSentence, str, str] | None:
    """The sentence of the preamble that names the report by another year, that year, and the words."""
    named, unless = any_of(tuple(params["patterns"])), any_of(tuple(params["unless"]))
    for sentence in sentences(report, ("s0_preamble",)):
        if unless.search(sentence.text):
            continue
        for match in named.finditer(sentence.text):
            if int(match["year"]) != report.year:
                return sentence, match["year"], match[0]
    return None


def private_number(context: Context) -> Outcome:
    """No ``number`` of this kind is printed, in prose or cells. Messages ``found`` and, beside words of ``person``, ``person``.

    ``near``: words that must stand within ``near_within`` characters; ``unless``: words that excuse it within ``unless_within``;
    ``person``: words that make it a warning. What is printed is masked.
    """
    params = context.params
    pattern, certain, quantity = _NUMBERS[str(params["number"])]
    near, unless, person = (tuple(params.get(name, ())) for name in ("near", "unless", "person"))
    near_within, unless_within = int(params.get("near_within", 15)), int(params.get("unless_within", 20))
    hits = []
    for text, place in texts(context):
        for match in pattern.finditer(text):
            if not certain(match[0]) or (near and not any_of(near).search(_around(text, match, near_within))):
                continue
            if unless and any_of(unless).search(_around(text, match, unless_within)):
                continue
            private = bool(person) and any_of(person).search(_around(text, match, unless_within)) is not None
            hits.append(
                Hit(
                    message="person" if private else "found",
                    values={"printed": mask(match[0])},
                    severity="warning" if private else None,
                    actual=mask(match[0]),
                    location=place,
                    quantity=quantity,
                )
            )
    return with_text(fail(*hits), context)


def marked_words(context: Context) -> Outcome:
    """None of ``entries`` stands in prose or cells. An entry has ``patterns``, a ``message``, perhaps a ``severity`` and a ``quantity``.

    With ``quoted`` a text gives one finding with its words, for the first entry it has; without, an entry gives one finding and nothing
    is repeated. A message may use ``printed`` where words are quoted.
    """
    entries = context.params["entries"]
    found = [(entry, any_of(tuple(entry["patterns"]))) for entry in entries]
    hits = []
    if context.params.get("quoted", True):
        for text, place in texts(context):
            for entry, pattern in found:
                if match := pattern.search(text):
                    hits.append(_marked(entry, match[0], place))
                    break
    else:
        for entry, pattern in found:
            first = next((place for text, place in texts(context) if pattern.search(text)), None)
            if first is not None:
                hits.append(_marked(entry, None, first))
    return with_text(fail(*hits), context)


def _marked(entry: Mapping[str, Any], printed: str | None, place: Location) -> Hit:
    return Hit(
        message=str(entry["message"]),
        values={} if printed is None else {"printed": printed},
        severity=entry.get("severity"),
        actual=printed,
        location=place,
        quantity=str(entry.get("quantity", entry["message"])),
    )


def texts(context: Context) -> Iterator[tuple[str, Location]]:
    """Everything printed that is no number: passages, cells with text, what could not be placed."""
    for passage in context.report.passages:
        yield squeeze(passage.text), passage.location
    for fact in context.report.facts:
        if fact.state in ("text", "unit_text") or len(fact.raw) > 10:
            yield squeeze(fact.raw), fact.location
    for entry in context.report.unplaced:
        # Cells stay apart: numbers side by side in a row are no telephone number.
        for part in (entry.text, *entry.values):
            yield "|".join(map(squeeze, part.split())), entry.location


def _around(text: str, match: re.Match[str], reach: int) -> str:
    return text[max(0, match.start() - reach) : match.end() + reach]
