"""The season as a whole, in five views: rules, agencies × rules, agencies × years, texts that agencies share, the tree of roll-ups.

The filter stands in the address; what a view shows can be taken away as a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from auditor import office
from auditor.desk.sentences import pairs_of
from auditor.desk.snapshot import by_rule
from auditor.desk.state import Desk
from auditor.errors import AuditorError
from auditor.model.result import SEVERITIES
from auditor.office import AgencyRow, FindingRow
from auditor.office.rounds import CORPUS
from auditor.render.page.data import flows_of
from auditor.scratch import scratch_folder
from auditor.season.roster import Agency, Roster, read_roster
from auditor.text.labels import label_of

Page = dict[str, Any]
VIEWS: Final = ("rules", "heat", "years", "pairs", "tree")
_HEAT_ROWS: Final = 200
_HEAT_RULES: Final = 24
_LONGEST: Final = 600
_FILTER: Final = ("severity", "year", "words")


def overview(desk: Desk, given: Mapping[str, str]) -> Page:
    """One view of the season; ``view`` in the address says which."""
    view = given.get("view", "") if given.get("view", "") in VIEWS else "rules"
    chosen = {name: given.get(name, "") for name in _FILTER}
    snapshot = desk.snapshot()
    rows = [row for row in snapshot.rows.values() if row.parent is None and _passes(row, chosen)]
    makers = {"rules": _rules, "heat": _heat, "years": _years, "pairs": _pairs}
    shown = _tree(desk, given.get("parent", "")) if view == "tree" else makers[view](desk, rows, chosen)
    kept = {name: value for name, value in chosen.items() if value}
    return {
        "view": view,
        "views": [(name, desk.say(f"desk.view.{name}"), urlencode(kept | {"view": name})) for name in VIEWS],
        "filter": chosen,
        "query": urlencode(kept | {"view": view} | ({"parent": given["parent"]} if view == "tree" and given.get("parent") else {})),
        "filters": view in ("rules", "heat", "years"),
        "years_there": sorted({row.year for row in snapshot.agencies if row.year}, reverse=True),
        "severities": SEVERITIES,
        "counts": snapshot.counts,
        **shown,
    }


def _passes(row: FindingRow, chosen: Mapping[str, str]) -> bool:
    if chosen["severity"] == "asking" and not row.asks:
        return False
    if chosen["severity"] not in ("", "asking") and row.severity != chosen["severity"]:
        return False
    if chosen["year"] and str(row.year) != chosen["year"]:
        return False
    return not chosen["words"] or chosen["words"] in row.agency


def _rules(desk: Desk, rows: Sequence[FindingRow], chosen: Mapping[str, str]) -> Page:
    missing = [row for row in rows if row.finding.rule == "H-01" and row.counts]
    return {
        "ranked": by_rule(rows),
        "missing": [agency for row in missing for agency in row.finding.agencies],
        "corpus": [{"row": row, "state": desk.say(f"office.state.{row.state}")} for row in rows if row.report_key == CORPUS],
    }


def _heat(desk: Desk, rows: Sequence[FindingRow], chosen: Mapping[str, str]) -> Page:
    ranked = by_rule([row for row in rows if row.report_key != CORPUS])
    shown = [rule for rule, *_ in ranked[:_HEAT_RULES]]
    heat: dict[str, dict[str, list[Any]]] = {}
    for row in rows:
        if row.counts and row.finding.rule in shown and row.report_key != CORPUS:
            cell = heat.setdefault(row.report_key, {}).setdefault(row.finding.rule, [0, row.severity])
            cell[0] += 1
            cell[1] = min(cell[1], row.severity, key=SEVERITIES.index)
    ordered = sorted((one for one in desk.snapshot().agencies if one.report_key in heat), key=lambda a: (-a.error, -a.warning, a.agency))
    return {
        "heat_rules": [(rule, title) for rule, title, *_ in ranked[:_HEAT_RULES]],
        "heat": [(agency, [heat[agency.report_key].get(rule) for rule in shown]) for agency in ordered[:_HEAT_ROWS]],
        "more": max(0, len(ordered) - _HEAT_ROWS),
    }


def _years(desk: Desk, rows: Sequence[FindingRow], chosen: Mapping[str, str]) -> Page:
    found = [
        one for one in desk.snapshot().agencies if chosen["words"] in one.agency and (not chosen["year"] or str(one.year) == chosen["year"])
    ]
    years = sorted({one.year for one in found if one.year})
    by_agency: dict[str, dict[int | None, AgencyRow]] = {}
    for one in found:
        by_agency.setdefault(one.agency, {})[one.year] = one
    ordered = sorted(by_agency, key=lambda name: (-sum(one.error for one in by_agency[name].values()), name))
    totals = [
        (year, sum(one.year == year for one in found), sum(one.error for one in found if one.year == year),
         sum(one.warning for one in found if one.year == year))
        for year in years
    ]  # fmt: skip
    return {
        "years": years,
        "totals": totals,
        "lines": [(name, [by_agency[name].get(year) for year in years]) for name in ordered[:_LONGEST]],
        "more": max(0, len(ordered) - _LONGEST),
    }


def _pairs(desk: Desk, rows: Sequence[FindingRow], chosen: Mapping[str, str]) -> Page:
    found = []
    for row in rows:
        told = pairs_of(row.finding.passages)
        if told and row.counts:
            labels = [told[0]["left"], *(pair["right"] for pair in told)]
            found.append({"row": row, "labels": labels, "shared": max(pair["shared"] for pair in told)})
    return {"pairs": found[:_LONGEST]}


# the tree


def _tree(desk: Desk, wanted: str) -> Page:
    roster = known_roster(desk)
    if roster is None:
        return {"parent": None, "lines": [], "no_roster": True, "columns": []}
    parent = roster.find(wanted) if wanted else None
    members = roster.children_of(parent) if parent is not None else _roots(roster)
    current = {version.agency: version.id for version in desk.snapshot().versions if version.state == "current" and version.agency}
    year = office.settings(desk.store).year
    if year is not None:
        current |= {
            version.agency: version.id
            for version in desk.snapshot().versions
            if version.state == "current" and version.agency and version.year == year
        }
    keys = [f"t3.{name}.total" for name in flows_of(desk.rulebook)]
    lines = [_tree_line(desk, roster, member, current, keys) for member in members[:_LONGEST]]
    above = None
    if parent is not None:
        own = figures(desk, current.get(parent.name), keys)
        sums = _sums([line["figures"] for line in lines], len(keys))
        above = {
            "agency": parent,
            "figures": own,
            "sums": sums,
            "differs": [_differs(one, other) for one, other in zip(own, sums, strict=True)],
        }
    return {
        "parent": above,
        "up": roster.find(parent.parent) if parent is not None and parent.parent else None,
        "lines": lines,
        "columns": [label_of(desk.rulebook, {}, key, desk.lang) for key in keys],
        "no_roster": False,
        "more": max(0, len(members) - _LONGEST),
    }


def _roots(roster: Roster) -> list[Agency]:
    """Agencies above others and below none, then those that stand alone."""
    top = [one for one in roster.agencies if not one.parent or roster.find(one.parent) is None]
    return sorted(top, key=lambda one: not roster.children_of(one))


def _tree_line(desk: Desk, roster: Roster, member: Agency, current: Mapping[str, int], keys: Sequence[str]) -> Page:
    below = roster.children_of(member)
    own = figures(desk, current.get(member.name), keys)
    sums = _sums([figures(desk, current.get(one.name), keys) for one in below], len(keys)) if below else [None] * len(keys)
    return {
        "agency": member,
        "below": len(below),
        "there": current.get(member.name) is not None,
        "figures": own,
        "sums": sums,
        "differs": [_differs(one, other) for one, other in zip(own, sums, strict=True)],
    }


def _differs(own: int | None, total: int | None) -> int | None:
    return None if own is None or total is None or own == total else own - total


def _sums(rows: Iterable[Sequence[int | None]], width: int) -> list[int | None]:
    """Sums of columns over what is known; nothing known is no sum."""
    found: list[int | None] = [None] * width
    for row in rows:
        for place, value in enumerate(row):
            if value is not None:
                found[place] = (found[place] or 0) + value
    return found


def figures(desk: Desk, version: int | None, keys: Sequence[str]) -> list[int | None]:
    """Totals that a report prints; ``None`` for what it does not or where it was not read for certain. Kept: a version
    changes with a run only."""
    if version is None:
        return [None] * len(keys)
    looked = desk.snapshot().looked
    kept = desk.figures.get((version, looked))
    if kept is None:
        audit = office.audit_of_version(desk.store, version)
        report = audit.report if audit is not None else None
        facts = {str(fact.key): fact for fact in report.facts} if report is not None else {}
        kept = {key: int(fact.value) for key in keys if (fact := facts.get(key)) and fact.value is not None and fact.confidence >= 0.9}
        desk.figures[version, looked] = kept
    return [kept.get(key) for key in keys]


def on_roster(desk: Desk) -> list[str]:
    """The agencies of the roster in its order; none without one."""
    roster = known_roster(desk)
    return [agency.name for agency in roster.agencies] if roster is not None else []


def known_agencies(desk: Desk) -> list[str]:
    """The agencies a file can belong to: those of the roster, else those of the season."""
    return sorted({name for name in on_roster(desk) or [row.agency for row in desk.snapshot().agencies] if name})


def known_roster(desk: Desk) -> Roster | None:
    """The roster kept in the season, read once."""
    try:
        kept = office.roster_file(desk.store)
    except AuditorError:
        return None
    if kept is None:
        return None
    if desk.roster is None or desk.roster[0] != kept[1]:
        with scratch_folder() as folder:
            path = Path(folder) / Path(kept[0]).name
            path.write_bytes(kept[1])
            try:
                desk.roster = (kept[1], read_roster(path))
            except AuditorError:
                return None
    return desk.roster[1]


def export(desk: Desk, given: Mapping[str, str]) -> tuple[list[str], list[list[object]]]:
    """What a view shows, as a list: headings and lines."""
    page = overview(desk, given)

    def say(name: str) -> str:
        return desk.say(f"desk.{name}")

    view = page["view"]
    if view == "heat":
        rules = page["heat_rules"]
        return [say("column.agency"), say("column.year"), *(rule for rule, _ in rules)], [
            [agency.agency, agency.year or "", *(cell[0] if cell else "" for cell in cells)] for agency, cells in page["heat"]
        ]
    if view == "years":
        return [say("column.agency"), *map(str, page["years"])], [
            [name, *(f"{one.error}/{one.warning}" if one else "" for one in cells)] for name, cells in page["lines"]
        ]
    if view == "pairs":
        return [say("column.number"), say("column.agency"), say("column.message"), say("shared")], [
            [one["row"].number, say("comma").join(one["labels"]), one["row"].finding.message, one["shared"]] for one in page["pairs"]
        ]
    if view == "tree":
        heads = [say("column.agency"), *(text for column in page["columns"] for text in (column, say("sum_below"), say("difference")))]
        lines = ([page["parent"]] if page["parent"] else []) + page["lines"]
        return heads, [
            [
                line["agency"].name,
                *(_or_blank(value) for three in zip(line["figures"], line["sums"], line["differs"], strict=True) for value in three),
            ]
            for line in lines
        ]
    return [say("column.rule"), say("column.message"), say("column.severity"), say("places"), say("nav.agencies")], [
        [rule, title, desk.say(f"severity.{worst}"), number, bodies] for rule, title, worst, number, bodies in page["ranked"]
    ]


def _or_blank(value: object) -> object:
    return "" if value is None else value


def _columns(line: Page) -> Iterable[tuple[object, object, object]]:
    return zip(line["figures"], line["sums"], line["differs"], strict=True)
