"""Rules on copied text: last year's (F-08), another agency's (F-09), clusters (H-10)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from xxhash import xxh3_64_hexdigest

from auditor.check.context import Context, Hit, Outcome, fail, unknown
from auditor.model.source import Location
from auditor.season.link import Entry, values_of
from auditor.season.names import same_body
from auditor.season.setting import Bench, Pair
from auditor.season.similarity import Text, clusters, passages_side_by_side, similar_pairs, similarity, text_of


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


def copied_sections(bench: Bench, entries: Sequence[Entry], context: Context) -> list[tuple[tuple[int, ...], Hit]]:
    """Groups of reports of one year (places in ``entries``) with a near-identical section, each with its hit."""
    least: dict[str, float] = context.params["least"]
    shortest = int(context.params["shortest"])
    found: list[tuple[tuple[int, ...], Hit]] = []
    for section, limit in least.items():
        texts = {place: text_of(entry.report, section) for place, entry in enumerate(entries)}
        pairs = [
            pair
            for pair in similar_pairs(texts, limit, shortest)
            if entries[pair[0]].key != entries[pair[1]].key and not same_body(entries[pair[0]].name, entries[pair[1]].name)
        ]
        value = {(one, other): likeness for one, other, likeness in pairs}
        for group in clusters(pairs):
            lowest = min(likeness for (one, other), likeness in value.items() if one in group and other in group)
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
                            "percent": f"{lowest:.0%}",
                        },
                        actual=f"{lowest:.2f}",
                        expected=f"< {limit:.2f}",
                        location=_place(members[0], section),
                        quantity=f"{section}:{members[0].report.year}",
                        agencies=tuple(entry.name for entry in members),
                        sources=tuple(entry.report.source.path for entry in members),
                        passages=_shown(texts[group[0]], texts[group[1]], members[0].name, members[1].name),
                        confidence="high" if all(entry.certain for entry in members) else "medium",
                    ),
                )
            )
    return found


def same_tables(entries: Sequence[Entry], non_zero: int, context: Context) -> list[tuple[tuple[int, ...], Hit]]:
    """Groups of reports of different agencies with one table equal, cell for cell, and not nearly empty."""
    found: list[tuple[tuple[int, ...], Hit]] = []
    alike: dict[str, dict[str, list[int]]] = {table: defaultdict(list) for table in ("t2", "t3", "t4")}
    for place, entry in enumerate(entries):
        for table, groups in alike.items():
            values = values_of(entry.report, table)
            if sum(1 for value in values.values() if value) >= non_zero:
                groups[xxh3_64_hexdigest(repr(sorted((key, str(value)) for key, value in values.items())).encode())].append(place)
    for table, groups in alike.items():
        for group in groups.values():
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


def _place(entry: Entry, section: str) -> Location | None:
    return next((passage.location for passage in entry.report.passages if passage.section == section), None)


def _shown(one: Text, other: Text, first: str, second: str) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for left, right in passages_side_by_side(one, other):
        found += [(first, left), (second, right)]
    return tuple(found)
