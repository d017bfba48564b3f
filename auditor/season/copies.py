"""Rules on copied text: last year's (F-08), another agency's (F-09), clusters (H-10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from auditor.check.context import Context, Hit, Outcome, fail, unknown
from auditor.check.kind import Kind, declare, names
from auditor.check.registry import Sees, rule
from auditor.model.report import Report
from auditor.model.source import Location
from auditor.season.link import Entry
from auditor.season.names import same_body
from auditor.season.setting import Pair
from auditor.season.signature import Signature
from auditor.season.similarity import (
    Likenesses,
    SectionMarks,
    SectionText,
    clusters,
    passages_side_by_side,
    similar_pairs,
    similarity,
    text_of,
    told_by,
)

_KEPT: Final = 256


def copied_section(pair: Pair) -> Outcome:
    """No section of ``least`` (key and limit, 0 to 1) of ``shortest`` characters or more is like last year's. Message ``copied``."""
    least: dict[str, float] = pair.now.params["least"]
    shortest = int(pair.now.params["shortest"])
    bodies = (pair.before.agency or "", pair.now.report.agency or "")
    hits, compared = [], 0
    for section, limit in least.items():
        now, before = text_of(pair.now.report, section, bodies), text_of(pair.before, section, bodies)
        if now.length < shortest or before.length < shortest:
            continue
        compared += 1
        likeness = similarity(now, before)
        if likeness >= limit:
            place = next((p.location for p in pair.now.report.passages if p.section == section and not p.heading), None)
            hits.append(
                Hit(
                    message="copied",
                    values={"section": _title(pair.now, section), "percent": f"{likeness:.0%}", "limit": f"{limit:.0%}"},
                    location=place,
                    quantity=section,
                    passages=_shown(now, before, str(pair.now.report.year), str(pair.before.year)),
                )
            )
    return fail(*hits) if compared else unknown(pair.now.say("season.text"))


class WordSource(Struct, frozen=True, kw_only=True):
    """Where the words come from when two signatures agree: whole reports, and the comparison of one section of many pairs of entries."""

    report: Callable[[Entry], Report]
    compare: Callable[[Sequence[Entry], str], Likenesses]


def near_prose() -> WordSource:
    """Of reports that are at hand."""

    def compare(entries: Sequence[Entry], section: str) -> Likenesses:
        return lambda pairs, dropped: likenesses([entry.report for entry in entries], section, pairs, dropped)

    return WordSource(report=lambda entry: entry.report, compare=compare)


def likenesses(
    reports: Sequence[Report] | Mapping[int, Report], section: str, pairs: Iterable[tuple[int, int]], dropped: frozenset[int]
) -> Iterator[tuple[int, int, float]]:
    """How alike a section of each pair of reports is without the sentences of these fingerprints; the texts used last are kept."""
    texts: dict[int, SectionText] = {}

    def text(place: int) -> SectionText:
        found = texts.pop(place, None)
        if found is None:
            found = text_of(reports[place], section).without(dropped)
        texts[place] = found
        if len(texts) > _KEPT:
            del texts[next(iter(texts))]
        return found

    for one, other in pairs:
        yield one, other, similarity(text(one), text(other))


@rule("F-09", sees=Sees.CORPUS)
def copied_sections(
    entries: Sequence[Entry], signatures: Sequence[Signature], context: Context, prose: WordSource
) -> list[tuple[tuple[int, ...], Hit]]:
    """Groups of reports of one year (places in ``entries``) with a near-identical section, each with its hit.

    ``signatures`` are those of the entries, in their order; ``prose`` is asked only where two signatures agree.
    """
    least: dict[str, float] = context.params["least"]
    shortest = int(context.params["shortest"])
    found: list[tuple[tuple[int, ...], Hit]] = []
    for section, limit in least.items():
        marks = {place: signature.sections.get(section, SectionMarks()) for place, signature in enumerate(signatures)}
        pairs = [
            pair
            for pair in similar_pairs(marks, limit, shortest, prose.compare(entries, section))
            if entries[pair[0]].key != entries[pair[1]].key and not same_body(entries[pair[0]].name, entries[pair[1]].name)
        ]
        groups = clusters(pairs)
        home = {place: number for number, group in enumerate(groups) for place in group}
        lowest = [1.0] * len(groups)
        for one, _, likeness in pairs:
            lowest[home[one]] = min(lowest[home[one]], likeness)
        for group, low, sentence in zip(groups, lowest, told_by(groups, marks), strict=True):
            members = [entries[place] for place in group]
            found.append(
                (
                    group,
                    Hit(
                        message="pair" if len(group) == 2 else "cluster",
                        values={
                            "section": _title(context, section),
                            "count": str(len(group)),
                            "agencies": "、".join(entry.name for entry in members[:8]) + ("…" if len(members) > 8 else ""),
                            "percent": f"{low:.0%}",
                        },
                        location=_place(prose.report(members[0]), section),
                        common=f"text:{section}:{members[0].report.year}:{sentence:x}",
                        agencies=tuple(entry.name for entry in members),
                        sources=tuple(entry.report.source.path for entry in members),
                        passages=_side_by_side(members, section, prose),
                        confidence="high" if all(entry.certain for entry in members) else "medium",
                    ),
                )
            )
    return found


@rule("H-10", sees=Sees.CORPUS)
def same_tables(
    entries: Sequence[Entry], signatures: Sequence[Signature], non_zero: int, context: Context
) -> list[tuple[tuple[int, ...], Hit]]:
    """Groups of reports of different agencies with one table equal, cell for cell, and not nearly empty."""
    found: list[tuple[tuple[int, ...], Hit]] = []
    alike: dict[str, dict[str, list[int]]] = {table: defaultdict(list) for table in ("t2", "t3", "t4")}
    for place, signature in enumerate(signatures):
        for table, groups in alike.items():
            filled, digest = signature.tables.get(table, (0, ""))
            if filled >= non_zero:
                groups[digest].append(place)
    for table, groups in alike.items():
        for digest, group in groups.items():
            if len(group) < 2:
                continue
            members: list[int] = []
            for place in group:
                if all(
                    entries[place].key != entries[other].key and not same_body(entries[place].name, entries[other].name)
                    for other in members
                ):
                    members.append(place)
            if len(members) < 2:
                continue
            told = [entries[place] for place in members]
            found.append(
                (
                    tuple(members),
                    Hit(
                        message="tables",
                        values={
                            "table": context.say(f"table.{table}"),
                            "count": str(len(told)),
                            "agencies": "、".join(entry.name for entry in told[:8]),
                        },
                        common=f"table:{table}:{told[0].report.year}:{digest}",
                        agencies=tuple(entry.name for entry in told),
                        sources=tuple(entry.report.source.path for entry in told),
                        confidence="medium",
                    ),
                )
            )
    return found


def _title(context: Context, key: str) -> str:
    form = context.format
    section = next((entry for entry in form.sections if entry.key == key), None) if form else None
    return key if section is None else context.pick(section.title, section.en)


def _place(report: Report, section: str) -> Location | None:
    return next((passage.location for passage in report.passages if passage.section == section), None)


def _side_by_side(members: Sequence[Entry], section: str, prose: WordSource) -> tuple[tuple[str, str], ...]:
    one, other = (text_of(prose.report(entry), section) for entry in members[:2])
    return _shown(one, other, members[0].name, members[1].name)


def _shown(one: SectionText, other: SectionText, first: str, second: str) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for left, right in passages_side_by_side(one, other):
        found += [(first, left), (second, right)]
    return tuple(found)


class CopiedSectionParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See :func:`copied_section`."""

    least: dict[str, float]
    shortest: int


declare(
    "copied_section",
    Kind(copied_section, CopiedSectionParams, {"copied": names("section", "percent", "limit")}, sees=Sees.YEAR_PAIR),
)
