"""What stands in print at the place of a finding: ``actual`` is that print or nothing, and a certain culprit leads its finding."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from auditor.check.context import Hit
from auditor.model.finding import Candidate, Culprit, FactUsed, Finding
from auditor.model.report import Report
from auditor.model.source import Location
from auditor.text.chars import squeeze
from auditor.text.privacy import mask


def place_and_print(report: Report, hit: Hit) -> tuple[Location | None, str | None]:
    """The place of a hit and what is printed there.

    A hit on cells stands at the first cell in question (else the first cell) and its print is that cell's, blank included. A hit on
    text keeps its place; its print is what the hit names where the text there has it, else ``None``.
    """
    if hit.location is None:
        lead = next((fact for fact in hit.facts if fact.role == "in_question"), hit.facts[0] if hit.facts else None)
        return (None, None) if lead is None else (lead.location, lead.raw.strip())
    if not hit.actual:
        return hit.location, None
    for text in texts_at(report, hit.location):
        printed = printed_in(text, hit.actual, hit.location.span)
        if printed is not None:
            return hit.location, printed
    return hit.location, None


def texts_at(report: Report, place: Location) -> Iterator[str]:
    """Everything printed at a place: cells, paragraphs, headings, the title, periods, rows outside the form, traces of editing."""
    wanted = _bare(place)
    cells = ((fact.raw, fact.location) for fact in report.facts)
    texts = (
        *((entry.text, entry.location) for entry in report.passages),
        *((entry.text, entry.location) for entry in report.periods),
        *((entry.text, entry.location) for entry in report.unplaced),
        *((entry.text, entry.location) for entry in report.residues),
    )
    headings = ((section.printed, section.location) for section in report.sections)
    title = ((report.title.text, report.title.location),) if report.title is not None else ()
    for text, location in (*cells, *texts, *headings, *title):
        if location is not None and _bare(location) == wanted:
            yield text
    for entry in report.unplaced:
        if _bare(entry.location) == wanted:
            yield " ".join((entry.text, *entry.values))


def printed_in(text: str, wanted: str, span: tuple[int, int] | None = None) -> str | None:
    """The part of ``text`` that reads as ``wanted`` when spaces and character forms are set aside, as printed; the one at ``span`` first.

    What was masked is found in the masked text and stays masked.
    """
    if span is not None and squeeze(text[span[0] : span[1]]) == squeeze(wanted):
        return text[span[0] : span[1]]
    kept = [(number, squeeze(char)) for number, char in enumerate(text)]
    places = [number for number, char in kept for _ in char]
    plain = "".join(char for _, char in kept)
    looked = squeeze(wanted)
    at = plain.find(looked) if looked else -1
    if at >= 0:
        return text[places[at] : places[at + len(looked) - 1] + 1]
    starred = re.escape(looked).replace(r"\*", ".")
    return wanted if looked.strip("*") and re.search(starred, plain) else None


def led(finding: Finding, report: Report) -> Finding:
    """The finding with its place, print and likely value taken from its culprit.

    A certain culprit leads: its cell is the place, its print the print, its likely value what should stand there; where several cells
    change together, one that stands in the finding's own equation comes first. An open one leaves the place to the equation, and the sum of
    its parts to a total as long as that is one of the candidates.
    """
    culprit = finding.culprit
    facts = {str(fact.key): fact for fact in report.facts}
    if culprit is None or not culprit.candidates or not any(used.key.partition(".")[0] in _TABLES for used in finding.facts):
        return finding
    if not culprit.certain:
        return _open(finding, culprit)
    first = _lead(culprit.candidates[0], finding.facts)
    fact = facts.get(first.key)
    if fact is None:
        return finding
    return msgspec.structs.replace(
        finding,
        culprit=Culprit(certain=True, candidates=(first, *culprit.candidates[1:])),
        location=fact.location,
        actual=mask(fact.raw.strip()),
        expected=first.likely,
    )


_TABLES = ("t2", "t3", "t4", "st")


def unproved(finding: Finding) -> Finding:
    """The finding without a value that should stand there: nothing proves one."""
    return finding if finding.expected is None else msgspec.structs.replace(finding, expected=None)


def _open(finding: Finding, culprit: Culprit) -> Finding:
    """At the cell in question of the equation; its value only where that cell alone, so changed, settles everything."""
    lead = next((used for used in finding.facts if used.role == "in_question"), finding.facts[0])
    proved = any(c.key == lead.key and c.likely == finding.expected and not c.others for c in culprit.candidates)
    return msgspec.structs.replace(finding, location=lead.location, actual=lead.raw.strip(), expected=finding.expected if proved else None)


def _lead(candidate: Candidate, facts: Sequence[FactUsed]) -> Candidate:
    """The same correction, its first cell one of the finding's own where there is one."""
    changes = ((candidate.key, candidate.printed, candidate.likely), *candidate.others)
    own = {used.key for used in facts}
    first = next((change for change in changes if change[0] in own), changes[0])
    rest = tuple(change for change in changes if change is not first)
    return Candidate(key=first[0], printed=first[1], likely=first[2], kind=candidate.kind, others=rest)


def _bare(place: Location) -> Location:
    return place if place.span is None else msgspec.structs.replace(place, span=None)
