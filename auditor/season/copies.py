"""Rules on copied text: last year's (F-08), another agency's (F-09), clusters (H-10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Final

from auditor.check.context import Context, Hit, Outcome, fail, unknown
from auditor.model.report import Report
from auditor.model.source import Location
from auditor.season.link import Entry
from auditor.season.names import same_body
from auditor.season.setting import Pair
from auditor.season.signature import Signature
from auditor.season.similarity import Marks, Text, clusters, passages_side_by_side, similar_pairs, similarity, text_of

_KEPT: Final = 512


def f_08(pair: Pair) -> Outcome:
    """Sections of this year's report against last year's."""
    least: dict[str, float] = pair.now.params["least"]
    shortest = int(pair.now.params["shortest"])
    names = (pair.before.agency or "", pair.now.report.agency or "")
    hits, compared = [], 0
    for section, limit in least.items():
        now, before = text_of(pair.now.report, section, names), text_of(pair.before, section, names)
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
                    actual=f"{likeness:.2f}",
                    expected=f"< {limit:.2f}",
                    location=place,
                    quantity=section,
                    passages=_shown(now, before, str(pair.now.report.year), str(pair.before.year)),
                )
            )
    return fail(*hits) if compared else unknown(pair.now.say("season.text"))


def copied_sections(
    entries: Sequence[Entry], signatures: Sequence[Signature], context: Context, report_of: Callable[[Entry], Report]
) -> list[tuple[tuple[int, ...], Hit]]:
    """Groups of reports of one year (places in ``entries``) with a near-identical section, each with its hit.

    ``signatures`` are those of the entries, in their order; ``report_of`` is asked only where two signatures are alike.
    """
    least: dict[str, float] = context.params["least"]
    shortest = int(context.params["shortest"])
    found: list[tuple[tuple[int, ...], Hit]] = []
    for section, limit in least.items():
        texts = _Sections(entries, section, report_of)
        marks = {place: signature.sections.get(section, Marks()) for place, signature in enumerate(signatures)}
        pairs = [
            pair
            for pair in similar_pairs(marks, limit, shortest, texts.likeness)
            if entries[pair[0]].key != entries[pair[1]].key and not same_body(entries[pair[0]].name, entries[pair[1]].name)
        ]
        groups = clusters(pairs)
        home = {place: number for number, group in enumerate(groups) for place in group}
        lowest = [1.0] * len(groups)
        for one, _, likeness in pairs:
            lowest[home[one]] = min(lowest[home[one]], likeness)
        for group, low in zip(groups, lowest, strict=True):
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
                        actual=f"{low:.2f}",
                        expected=f"< {limit:.2f}",
                        location=_place(report_of(members[0]), section),
                        quantity=f"{section}:{members[0].report.year}",
                        agencies=tuple(entry.name for entry in members),
                        sources=tuple(entry.report.source.path for entry in members),
                        passages=_shown(texts[group[0]], texts[group[1]], members[0].name, members[1].name),
                        confidence="high" if all(entry.certain for entry in members) else "medium",
                    ),
                )
            )
    return found


class _Sections:
    """One section of several reports, read when two are compared; those used last are kept."""

    def __init__(self, entries: Sequence[Entry], section: str, report_of: Callable[[Entry], Report]) -> None:
        self._entries, self._section, self._report_of = entries, section, report_of
        self._texts: dict[int, Text] = {}

    def __getitem__(self, place: int) -> Text:
        found = self._texts.pop(place, None)
        if found is None:
            found = text_of(self._report_of(self._entries[place]), self._section)
        self._texts[place] = found
        if len(self._texts) > _KEPT:
            del self._texts[next(iter(self._texts))]
        return found

    def likeness(self, one: int, other: int, dropped: frozenset[int]) -> float:
        """How alike two of them are without the sentences of these fingerprints."""
        return similarity(self[one].without(dropped), self[other].without(dropped))


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
        for group in groups.values():
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
                        quantity=f"{table}:{told[0].report.year}",
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
    return key if section is None else section.title if context.lang == "zh" else section.en


def _place(report: Report, section: str) -> Location | None:
    return next((passage.location for passage in report.passages if passage.section == section), None)


def _shown(one: Text, other: Text, first: str, second: str) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for left, right in passages_side_by_side(one, other):
        found += [(first, left), (second, right)]
    return tuple(found)
