"""Reports of a run against the roster (group H): missing, late, several for one year, wrong year, changed later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Literal

from msgspec import Struct

from auditor.check.context import NOT_APPLICABLE, Context, Hit, Outcome, fail, unknown
from auditor.check.kind import Kind, NoParams, declare
from auditor.check.registry import Sees, rule
from auditor.model.rule import Severity
from auditor.season.link import Entry, Season, differing
from auditor.season.publication import Loose
from auditor.season.roster import Agency, roster_words

_NAMED = 5

State = Literal["present", "late", "duplicate", "missing", "waived", "not_obliged"]


class RosterStanding(Struct, frozen=True, kw_only=True):
    """How one agency of the roster stands for one year. ``days`` late; ``how`` its report was matched."""

    agency: Agency
    year: int
    state: State
    sources: tuple[str, ...] = ()
    days: int = 0
    how: str = "none"


def seasons_of(season: Season) -> tuple[int, ...]:
    """The report years the run is about: the most frequent one, and every year for which half of the obliged have a report."""
    assert season.roster is not None
    counted = Counter(entry.report.year for entry in season.entries if entry.index is not None)
    if not counted:
        return ()
    most = max(counted.values())
    chosen = {max(year for year, number in counted.items() if number == most and year is not None)}
    for year, number in counted.items():
        if year is not None and 2 * number >= sum(agency.obliged(year) for agency in season.roster.agencies) > 0:
            chosen.add(year)
    return tuple(sorted(chosen))


def standings(season: Season, years: Sequence[int]) -> tuple[RosterStanding, ...]:
    """Every agency of the roster for every year, in the order of the roster."""
    assert season.roster is not None
    held: dict[tuple[int, int], list[Entry]] = {}
    for entry in season.entries:
        if entry.agency is not None and entry.report.year is not None and entry.index is not None:
            held.setdefault((entry.agency.line, entry.report.year), []).append(entry)
    found = []
    for year in years:
        for agency in season.roster.agencies:
            entries = held.get((agency.line, year), [])
            days = max((days for entry in entries if (days := lateness(season, entry)[0]) is not None), default=0)
            public = [entry for entry in entries if not entry.illustrated]
            state: State
            if len({entry.key for entry in public}) < len(public):
                state = "duplicate"
            elif entries:
                state = "late" if days > 0 else "present"
            else:
                state = "waived" if agency.waived else "missing" if agency.obliged(year) else "not_obliged"
            found.append(
                RosterStanding(
                    agency=agency,
                    year=year,
                    state=state,
                    sources=tuple(entry.report.source.path for entry in entries),
                    days=days,
                    how=entries[0].match.how if entries else "none",
                )
            )
    return tuple(found)


def deadline(agency: Agency, year: int) -> tuple[str | None, bool]:
    """The last day for the report of a year (ISO), and whether the Regulation sets it; ``None`` where only a local date could."""
    for entry in roster_words()["deadlines"]:
        if agency.kind in entry["kinds"] and entry.get("first_year", year) <= year <= entry.get("last_year", year):
            return f"{year + 1}-{entry['day']}", True
    return local_deadline(agency, year), False


def local_deadline(agency: Agency, year: int) -> str | None:
    """The date of the roster, for the year after the report year; ``None`` when there is none or it is for another season."""
    if agency.deadline is None:
        return None
    if len(agency.deadline) == 5:
        return f"{year + 1}-{agency.deadline}"
    return agency.deadline if agency.deadline[:4] == str(year + 1) else None


def lateness(season: Season, entry: Entry) -> tuple[int | None, str | None, bool]:
    """Days late (``None`` = no evidence), the deadline, and whether it is the Regulation's.

    A date after a move of the site proves nothing.
    """
    agency, year = entry.agency, entry.report.year
    if agency is None or year is None:
        return None, None, False
    listed = (
        agency.published if agency.published and agency.published > f"{year}-12-31" and agency.published < f"{year + 2}-01-01" else None
    )
    shown = listed or entry.report.published
    limit, statutory = deadline(agency, year)
    local = local_deadline(agency, year)
    if shown is None or shown <= f"{year}-12-31" or _bulk(season, entry, shown):
        return None, limit, statutory
    for last, legal in ((limit, statutory), (local, False)):
        if last is not None and shown > last:
            return (date.fromisoformat(shown) - date.fromisoformat(last)).days, last, legal
    return (0 if limit or local else None), limit, statutory


def _bulk(season: Season, entry: Entry, shown: str) -> bool:
    years = season.by_agency.get(entry.key, {})
    return any(other.report.published == shown for year, found in years.items() if year != entry.report.year for other in found) or shown[
        :4
    ] > str((entry.report.year or 0) + 2)


def by_deadline(context: Context, season: Season, entry: Entry) -> Outcome:
    """Published by the deadline of the Regulation and that of the roster. Messages ``late``, ``local``."""
    if entry.agency is None:
        return unknown(context.say("season.unmatched", agency=entry.name or "—"))
    days, limit, statutory = lateness(season, entry)
    if days is None:
        return unknown(context.say("season.published"))
    if days <= 0:
        return fail()
    severity: Severity = ("error" if entry.match.certain else "warning") if statutory else "notice"
    return fail(
        Hit(
            message="late" if statutory else "local",
            values={
                "agency": entry.name,
                "days": str(days),
                "limit": str(limit),
                "date": _published(entry),
                "match": context.say(f"match.{entry.match.how}"),
            },
            severity=severity,
            confidence="high" if entry.match.certain else "low",
            calculation=f"{_published(entry)} > {limit}",
            quantity="published",
            agencies=(entry.name,),
            sources=(entry.report.source.path,),
        )
    )


def _published(entry: Entry) -> str:
    year = str((entry.report.year or 0) + 1)
    listed = entry.agency.published if entry.agency is not None and (entry.agency.published or "").startswith(year) else None
    return listed or entry.report.published or "—"


def asked(context: Context, season: Season, entry: Entry) -> Outcome:
    """What no report shows and only a person can say: always undecided; ``needs`` is the key of what is needed. Messages are not used."""
    return unknown(context.say(str(context.params["needs"])))


def versions_agree(context: Context, season: Season, entry: Entry) -> Outcome:
    """Several reports of one agency for one year agree; with ``attached`` a page and the file beside it, else any others.

    The finding stands with the first of them. Messages ``differ``, ``same``.
    """
    same_publication = bool(context.params.get("attached"))
    found = season.by_agency.get(entry.key, {}).get(entry.report.year or 0, ())
    twins = [e for e in found if e.index is not None and not e.illustrated]
    others = [e for e in twins if e is not entry and _page_and_file(e, entry) == same_publication]
    elsewhere = [] if entry.certain else [e for e in others if _folder(e) != _folder(entry)]
    others = [e for e in others if e not in elsewhere]
    if elsewhere and not others:  # bodies of two counties may bear one name that says no place
        return unknown(context.say("season.same_name", agency=entry.name, path=elsewhere[0].report.source.path))
    if not others:
        return NOT_APPLICABLE if same_publication else fail()
    if entry.illustrated or any((e.index or 0) < (entry.index or 0) for e in others):
        return NOT_APPLICABLE  # reported once, with the first
    hits = []
    for other in others:
        cells = differing(entry.report, other.report)
        if entry.corrected or other.corrected:
            continue
        if not cells and (same_publication or not entry.report.facts or entry.report.source.sha256 == other.report.source.sha256):
            continue
        hits.append(
            Hit(
                message="differ" if cells else "same",
                values={
                    "agency": entry.name,
                    "one": entry.report.source.path,
                    "other": other.report.source.path,
                    "count": str(len(cells)),
                    "cells": "；".join(f"{context.label(key)} {_raw(entry, key)} / {_raw(other, key)}" for key in cells[:5]),
                },
                severity="error" if cells and entry.certain else "warning" if cells else "notice",
                confidence="high" if entry.certain else "medium",
                facts=context.cells.used(*cells[:8], question=tuple(cells[:8])),
                agencies=(entry.name,),
                sources=(entry.report.source.path, other.report.source.path),
                quantity="versions",
            )
        )
    return fail(*hits)


def _page_and_file(one: Entry, other: Entry) -> bool:
    kinds = {one.report.source.kind, other.report.source.kind}
    return _folder(one) == _folder(other) and len(kinds) == 2 and bool(kinds & {"html", "mht"})


def _folder(entry: Entry) -> str:
    return entry.report.source.path.rpartition("/")[0]


def _raw(entry: Entry, key: str) -> str:
    fact = entry.report.fact(key)
    return fact.raw.strip() or "∅" if fact is not None else "—"


def page_year(context: Context, season: Season, entry: Entry) -> Outcome:
    """The page's title and the document behind it name one year. Message ``year``."""
    seen = entry.report.years_seen
    page = seen.get("page")
    own = {seen[name] for name in ("title", "period") if name in seen}
    if page is None or not own:
        return NOT_APPLICABLE
    if page in own:
        return fail()
    return fail(
        Hit(
            message="year",
            values={"page": str(page), "document": "、".join(map(str, sorted(own))), "agency": entry.name},
            calculation=f"{page} ≠ {'、'.join(map(str, sorted(own)))}",
            quantity="year",
            agencies=(entry.name,),
            sources=(entry.report.source.path,),
        )
    )


def unchanged(context: Context, season: Season, entry: Entry) -> Outcome:
    """The tables are those of the same report kept from an earlier run. Message ``changed``."""
    earlier = [e for e in season.by_agency.get(entry.key, {}).get(entry.report.year or 0, ()) if e.index is None]
    if not earlier:
        return unknown(context.say("season.stored"))
    if entry.corrected:
        return fail()
    cells = differing(entry.report, earlier[0].report)
    if not cells:
        return fail()
    return fail(
        Hit(
            message="changed",
            values={
                "count": str(len(cells)),
                "cells": "；".join(f"{context.label(k)} {_raw(earlier[0], k)} → {_raw(entry, k)}" for k in cells[:5]),
            },
            facts=context.cells.used(*cells[:8], question=tuple(cells[:8])),
            confidence="medium",
            quantity="stored",
            agencies=(entry.name,),
            sources=(entry.report.source.path, earlier[0].report.source.path),
        )
    )


@rule("H-08", sees=Sees.ROSTER)
def h_08(season: Season, key: str, newest: int) -> tuple[Hit, ...]:
    """Years without a report between the first and the last of an agency."""
    years = season.by_agency[key]
    entry = next(iter(years[max(years)]))
    if entry.agency is None:
        return ()
    gaps = [year for year in range(min(years), max(years)) if year not in years and entry.agency.exists_in(year)]
    if not gaps:
        return ()
    return (
        Hit(
            message="gap",
            values={"agency": entry.name, "years": "、".join(map(str, gaps)), "first": str(min(years)), "last": str(max(years))},
            severity="warning" if any(newest - year < 3 for year in gaps) else "notice",
            agencies=(entry.name,),
            sources=tuple(e.report.source.path for found in years.values() for e in found),
            quantity="series",
            confidence="low",
        ),
    )


@rule("H-01", sees=Sees.ROSTER)
def h_01(found: Sequence[RosterStanding], loose: Sequence[Loose]) -> tuple[tuple[Agency, Hit], ...]:
    """One hit for each agency whose report is missing; to be verified where one of the ``loose`` files can be its report."""
    hits = []
    bearers = Counter(key for key, _ in {(entry.agency.key, entry.agency.line) for entry in found})
    for entry in found:
        if entry.state != "missing":
            continue
        body = f"{entry.agency.parent}/" if bearers[entry.agency.key] > 1 else ""
        named = entry.agency.kind in ("department", "government", "office")
        mine = [file.path for file in loose if file.can_be(entry.agency, entry.year)]
        shown = [path.rpartition("/")[2] for path in mine]
        hits.append(
            (
                entry.agency,
                Hit(
                    message="missing_unsure" if mine else "missing",
                    values={
                        "agency": entry.agency.name,
                        "year": str(entry.year),
                        "count": str(len(mine)),
                        "files": "、".join(shown[:_NAMED]) + ("…" if len(shown) > _NAMED else ""),
                        "line": str(entry.agency.line),
                    },
                    severity="error" if named and not mine else "warning",
                    confidence="high" if not mine else "medium",
                    agencies=(entry.agency.name,),
                    sources=tuple(mine[:_NAMED]),
                    quantity=f"{body}{entry.agency.key}:{entry.year}",
                ),
            )
        )
    return tuple(hits)


class AskedParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``needs``: a key of ``rules/messages``."""

    needs: str


class VersionsParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See :func:`versions_agree`."""

    attached: bool = False


_LATE = frozenset({"agency", "days", "limit", "date", "match"})
_VERSIONS = frozenset({"agency", "one", "other", "count", "cells"})
declare("by_deadline", Kind(by_deadline, NoParams, {"late": _LATE, "local": _LATE}, sees=Sees.ROSTER))
declare("asked", Kind(asked, AskedParams, {"late": frozenset()}, optional=frozenset({"late"}), sees=Sees.ROSTER))
declare("versions_agree", Kind(versions_agree, VersionsParams, {"differ": _VERSIONS, "same": _VERSIONS}, sees=Sees.VERSIONS))
declare("page_year", Kind(page_year, NoParams, {"year": frozenset({"page", "document", "agency"})}, sees=Sees.VERSIONS))
declare("unchanged", Kind(unchanged, NoParams, {"changed": frozenset({"count", "cells"})}, sees=Sees.VERSIONS))
