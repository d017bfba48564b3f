"""What each page shows, as plain data for its template. Nothing here changes anything."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final
from urllib.parse import urlencode

from auditor import office
from auditor.desk.sketch import calculation_of, linked, marks_of, page_of, sketch
from auditor.desk.snapshot import Filter, by_rule
from auditor.desk.state import Desk
from auditor.errors import SeasonError
from auditor.model.finding import Audit, Finding
from auditor.model.result import SEVERITIES
from auditor.office import FindingRow, VersionRow
from auditor.render.places import place_text, problem_text
from auditor.text.labels import label_of

PER_PAGE: Final = 100
LONGEST_LIST: Final = 600
"""Lines of a list of files or agencies; more are found by the filter."""
_HEAT_ROWS: Final = 300
_HEAT_RULES: Final = 24
_SURE: Final = 0.9
STATES: Final = (
    "open", "confirmed", "to_verify", "rejected", "notified", "answered", "remains", "regressed", "waived", "closed"
)  # fmt: skip
_SENTENCE: Final = re.compile(r"[^。；！？\n]+[。；！？]?")
Page = dict[str, Any]


def home(desk: Desk) -> Page:
    """The season at a glance: figures, what to do, rounds."""
    snapshot = desk.snapshot()
    waiting: dict[str, list[office.Todo]] = {}
    for entry in snapshot.todo:
        waiting.setdefault(entry.kind, []).append(entry)
    todo = [
        {
            "text": desk.say(f"office.todo.{kind}"),
            "count": len(entries),
            "href": _todo_href(kind),
            "first": [entry.agency or entry.detail for entry in entries[:3]],
        }
        for kind, entries in waiting.items()
    ]
    return {
        "settings": office.settings(desk.store),
        "counts": snapshot.counts,
        "todo": todo,
        "rounds": list(reversed(office.rounds(desk.store)))[:8],
        "progress": desk.background.progress,
        "log": _log(desk, 12),
    }


def _todo_href(kind: str) -> str:
    return {
        "unread": "/files?state=unread",
        "partly_read": "/files?state=partly_read",
        "choose": "/files?state=choose",
        "regressed": "/findings?state=regressed",
        "confirm": "/findings?severity=asking&state=counting",
        "issue": "/documents",
        "reply_due": "/findings?state=notified",
        "look_at_reply": "/replies",
        "waiver_over": "/findings?state=waived",
    }.get(kind, "/findings")


def _log(desk: Desk, limit: int) -> list[Page]:
    """What people did, newest first; what was done at once is one line."""
    lines: dict[int, Page] = {}
    for entry in desk.store.log(limit=limit * 6):
        line = lines.setdefault(entry.action, {**_log_line(desk, entry), "more": -1})
        line["more"] += line["about"] != "" or line["more"] < 0
    return list(lines.values())[:limit]


def _log_line(desk: Desk, entry: office.LogEntry) -> Page:
    kind, _, name = entry.subject.partition(":")
    row = desk.snapshot().rows.get(name) if kind == "finding" else None
    about = f"{row.number} {row.agency}" if row is not None else name if kind in ("file", "agency") else ""
    return {"at": entry.at[:16].replace("T", " "), "who": entry.who, "what": desk.say(f"office.log.{entry.what}"), "about": about,
            "undone": entry.undone}  # fmt: skip


def files(desk: Desk, given: Mapping[str, str]) -> Page:
    """The files of the season by state; what could not be read comes first."""
    snapshot = desk.snapshot()
    wanted = given.get("state", "")
    several = _several(snapshot.versions)
    shown = []
    for version in snapshot.versions:
        state: str = version.state
        if state == "current" and version.status == "partly_read":
            state = "partly_read"
        if state == "current" and version.report_key in several:
            state = "choose"
        if wanted and wanted != state:
            continue
        if not wanted and version.state in ("replaced", "withdrawn"):
            continue
        shown.append({"version": version, "state": state, "why": _why(desk, version), "assigned": _assigned(desk, version)})
    order = {"unread": 0, "choose": 1, "partly_read": 2, "other": 3, "current": 4}
    shown.sort(key=lambda entry: order.get(str(entry["state"]), 5))
    return {
        "files": shown[:LONGEST_LIST],
        "more": max(0, len(shown) - LONGEST_LIST),
        "wanted": wanted,
        "states": [("", desk.say("desk.all")), *((name, desk.say(f"desk.file.{name}")) for name in (*order, "replaced", "withdrawn"))],
        "agencies": sorted({row.agency for row in snapshot.agencies if row.agency}),
        "progress": desk.background.progress,
        "incoming": desk.incoming.name,
    }


def _several(versions: Sequence[VersionRow]) -> set[str]:
    """The reports of which more than one version stands, so that a person has to choose."""
    current = sorted(
        version.report_key for version in versions if version.state == "current" and not version.report_key.startswith("file:")
    )
    return {one for one, other in pairwise(current) if one == other}


def _why(desk: Desk, version: VersionRow) -> str:
    if version.state not in ("unread", "other") and version.status == "read":
        return ""
    audit = office.audit_of_version(desk.store, version.id)
    problems = audit.problems if audit is not None else ()
    return desk.say("desk.semicolon").join(problem_text(problem, desk.rulebook.words, desk.lang) for problem in problems[:3])


def _assigned(desk: Desk, version: VersionRow) -> str:
    return str(desk.store.value(f"version:{version.id}", ASSIGNED) or "")


ASSIGNED: Final = "column:agency"
"""The agency a person named for a file that could not be read."""


def findings(desk: Desk, given: Mapping[str, str]) -> Page:
    """A list of findings; the filter stands in the address."""
    snapshot = desk.snapshot()
    chosen = Filter.of(given)
    rows = chosen.apply(snapshot.rows.values())
    page = max(1, int(given.get("page", "1")) if given.get("page", "1").isdecimal() else 1)
    pages = max(1, -(-len(rows) // PER_PAGE))
    page = min(page, pages)
    rules = sorted({(row.finding.rule, row.finding.title) for row in snapshot.rows.values() if row.parent is None})
    return {
        "rows": [_line(desk, row) for row in rows[(page - 1) * PER_PAGE : page * PER_PAGE]],
        "found": len(rows),
        "filter": chosen,
        "query": urlencode(chosen.query()),
        "page": page,
        "pages": pages,
        "rules": list(dict(rules).items()),
        "severities": SEVERITIES,
        "states": [state for state in STATES if any(row.state == state for row in snapshot.rows.values())],
        "bulk": chosen.rule and len(rows) > 1,
    }


def _line(desk: Desk, row: FindingRow) -> Page:
    return {"row": row, "state": desk.say(f"office.state.{row.state}")}


def review(desk: Desk, key: str, given: Mapping[str, str]) -> Page | None:
    """One finding beside its original; ``None`` where there is none of this key."""
    snapshot = desk.snapshot()
    row = snapshot.rows.get(key)
    if row is None:
        return None
    chosen = Filter.of(given)
    rows = chosen.apply(snapshot.rows.values())
    keys = [one.key for one in rows]
    place = keys.index(key) if key in keys else -1
    marked = marks_of(row.finding)
    version = snapshot.current(row.report_key) or _by_path(snapshot.versions, row)
    audit = office.audit_of_version(desk.store, version.id) if version is not None else None
    page = page_of(marked, int(given.get("at", "0")) if given.get("at", "0").isdecimal() else 0)
    query = urlencode(chosen.query())
    return {
        "row": row,
        "finding": _finding(desk, row.finding, audit),
        "children": [_finding(desk, child, audit) for child in row.finding.children],
        "state": desk.say(f"office.state.{row.state}"),
        "version": version,
        "original": _original(desk, version, marked, page),
        "page": page,
        "query": query,
        "previous": _address(keys[place - 1], query) if place > 0 else "",
        "next": _address(keys[place + 1], query) if 0 <= place < len(keys) - 1 else "",
        "position": place + 1,
        "found": len(keys),
        "history": [_log_line(desk, entry) for entry in office.history(desk.store, key)],
        "seen": [(number, desk.say(f"desk.seen.{what}")) for number, what in office.seen_in(desk.store, key)],
        "pairs": [_aligned(row.finding.passages)] if row.finding.passages else [],
        "readings": _readings(desk, version, row.finding, audit),
    }


def _address(key: str, query: str) -> str:
    return f"/finding/{key}" + (f"?{query}" if query else "")


def _by_path(versions: Sequence[VersionRow], row: FindingRow) -> VersionRow | None:
    wanted = {row.path, *row.finding.sources[:1]}
    return next((version for version in versions if version.path in wanted and version.state == "current"), None)


def _original(desk: Desk, version: VersionRow | None, marked: Sequence[Any], page: int) -> Page:
    if version is None:
        return {"kind": "nothing", "why": "gone"}
    first = next((one.location.file for one in marked if one.location.file), None)
    path = first or version.path
    sha = version.sha256 if path == version.path and not first else ""
    return {**sketch(desk.originals.show(path, sha, page), marked, page), "path": path}


def _finding(desk: Desk, finding: Finding, audit: Audit | None) -> Page:
    """A finding in words: labels in place of keys, numbers tied to their cells."""
    layouts = audit.report.layouts if audit is not None and audit.report is not None else {}
    words = desk.rulebook.words
    rule = desk.rulebook.rule(finding.rule)
    zh = desk.lang == "zh"
    candidates = []
    for candidate in finding.culprit.candidates if finding.culprit is not None else ():
        cells = [(candidate.key, candidate.printed, candidate.likely), *candidate.others]
        candidates.append([(label_of(desk.rulebook, layouts, key, desk.lang), printed, likely, key) for key, printed, likely in cells])
    return {
        "rule": finding.rule,
        "title": finding.title,
        "severity": finding.severity,
        "message": linked(finding.message, finding.facts),
        "place": place_text(finding.location, words, desk.lang) if finding.location is not None else "",
        "actual": finding.actual,
        "expected": finding.expected,
        "calculation": calculation_of(finding),
        "certain": finding.culprit is not None and finding.culprit.certain,
        "candidates": candidates,
        "basis": finding.basis,
        "question": finding.question,
        "why": (rule.why.zh if zh else rule.why.en) if rule is not None else "",
        "cautions": [text.zh if zh else text.en for text in rule.cautions] if rule is not None else [],
        "low": finding.confidence == "low",
    }


def _readings(desk: Desk, version: VersionRow | None, finding: Finding, audit: Audit | None) -> list[Page]:
    """Cells of the finding that were not read for certain, with what a person said they print."""
    if version is None or audit is None or audit.report is None:
        return []
    known = {reading.cell: reading for reading in office.readings(desk.store, version.sha256)}
    facts = {str(fact.key): fact for fact in audit.report.facts}
    found = []
    for used in finding.facts:
        fact = facts.get(used.key)
        if fact is None or (fact.confidence >= _SURE and fact.state != "unreadable" and used.key not in known):
            continue
        reading = known.get(used.key)
        found.append(
            {
                "key": used.key,
                "label": label_of(desk.rulebook, audit.report.layouts, used.key, desk.lang),
                "raw": fact.raw,
                "box": fact.location.box,
                "page": fact.location.page,
                "said": reading,
                "version": reading.version if reading is not None else 0,
            }
        )
    return found


def _aligned(passages: Sequence[tuple[str, str]]) -> list[Page]:
    """Texts side by side, sentences that all of them share marked."""
    split = [[part.strip() for part in _SENTENCE.findall(text)] for _, text in passages]
    shared = set(split[0]).intersection(*split[1:]) if len(split) > 1 else set()
    return [
        {"label": label, "parts": [(sentence, sentence in shared) for sentence in sentences]}
        for (label, _), sentences in zip(passages, split, strict=True)
    ]


def agencies(desk: Desk, given: Mapping[str, str]) -> Page:
    """All reports of the season, worst first or by name."""
    snapshot = desk.snapshot()
    words = given.get("words", "")
    rows = [row for row in snapshot.agencies if words in row.agency]
    if given.get("sort") != "name":
        rows.sort(key=lambda row: (-row.error, -row.warning, row.agency))
    return {
        "rows": rows[:LONGEST_LIST],
        "more": max(0, len(rows) - LONGEST_LIST),
        "words": words,
        "sort": given.get("sort", ""),
        "found": len(rows),
    }


def agency(desk: Desk, report_key: str) -> Page | None:
    """One agency: versions, findings by life, notices, replies, other years."""
    snapshot = desk.snapshot()
    row = next((row for row in snapshot.agencies if row.report_key == report_key), None)
    if row is None:
        return None
    own = [snapshot.rows[key] for key in snapshot.of_report.get(report_key, ())]
    notices = [notice for notice in office.notices(desk.store) if notice.agency == row.agency and notice.year == row.year]
    versions = [version for version in snapshot.versions if version.report_key == report_key]
    current = snapshot.current(report_key)
    return {
        "agency": row,
        "rows": [_line(desk, one) for one in Filter().apply(own)],
        "versions": versions,
        "current": current,
        "reach": _reach(desk, current),
        "notices": notices,
        "replies": [reply for one in own for reply in one.replies],
        "years": [other for other in snapshot.agencies if other.agency == row.agency and other.report_key != report_key],
        "to_ask": len(office.to_ask(desk.store, report_key, desk.today)),
        "withdrawn": row.status == "withdrawn",
    }


def _reach(desk: Desk, version: VersionRow | None) -> Page | None:
    audit = office.audit_of_version(desk.store, version.id) if version is not None else None
    if audit is None or audit.reach is None or audit.report is None or not audit.reach.cells:
        return None
    blind = [label_of(desk.rulebook, audit.report.layouts, key, desk.lang) for key in audit.reach.blind]
    return {"cells": audit.reach.cells, "found": audit.reach.found, "located": audit.reach.located, "blind": blind}


def compared(desk: Desk, report_key: str) -> Page | None:
    """What changed between the version that counts and the one before it: cells as printed then and now."""
    versions = [version for version in desk.snapshot().versions if version.report_key == report_key and version.state != "unread"]
    current = next((version for version in versions if version.state == "current"), None)
    earlier = [version for version in versions if version.state == "replaced"]
    if current is None or not earlier:
        return None
    audits = [office.audit_of_version(desk.store, version.id) for version in (earlier[-1], current)]
    reports = [audit.report for audit in audits if audit is not None and audit.report is not None]
    if len(reports) < 2:
        return None
    before, now = ({fact.key: fact.raw.strip() for fact in report.facts} for report in reports)
    changed = [
        (label_of(desk.rulebook, reports[1].layouts, key, desk.lang), before.get(key, "—"), now.get(key, "—"))
        for key in dict.fromkeys([*now, *before])
        if before.get(key) != now.get(key)
    ]
    texts = [{part.strip() for passage in report.passages for part in _SENTENCE.findall(passage.text)} for report in reports]
    return {
        "agency": current.agency,
        "before": earlier[-1],
        "now": current,
        "cells": changed,
        "gone": sorted(texts[0] - texts[1])[:200],
        "new": sorted(texts[1] - texts[0])[:200],
        "report_key": report_key,
    }


def documents(desk: Desk) -> Page:
    """Notices that can be issued, notices that were, the circular and what can be taken away."""
    snapshot = desk.snapshot()
    known = office.settings(desk.store)
    waiting = []
    for row in snapshot.agencies:
        own = [snapshot.rows[key] for key in snapshot.of_report.get(row.report_key, ())]
        asked = [one for one in own if one.counts and one.asks and (not known.confirm_first or one.confirmation == "confirmed")]
        fresh = [one for one in asked if not one.notices or one.state in ("remains", "regressed")]
        undecided = sum(1 for one in own if one.counts and one.asks and one.confirmation is None)
        if fresh or (known.confirm_first and undecided):
            waiting.append({"agency": row, "asked": len(asked), "fresh": len(fresh), "undecided": undecided})
    return {
        "settings": known,
        "agencies": waiting,
        "notices": list(reversed(office.notices(desk.store))),
        "findings": {key: row.number for key, row in snapshot.rows.items()},
    }


def replies(desk: Desk) -> Page:
    """Answers that came in; those a person should look at first."""
    snapshot = desk.snapshot()
    found = [(row, reply) for row in snapshot.rows.values() for reply in row.replies]
    found.sort(key=lambda entry: (entry[1].certain, -entry[1].id))
    return {
        "replies": [{"row": row, "reply": reply, "answer": desk.say(f"office.answer.{reply.answer}")} for row, reply in found],
        "answers": [(name, desk.say(f"office.answer.{name}")) for name in ("corrected", "explained", "disputed")],
        "progress": desk.background.progress,
    }


def overview(desk: Desk) -> Page:
    """The season as a whole: rules, heat map, findings across reports."""
    snapshot = desk.snapshot()
    rows = [row for row in snapshot.rows.values() if row.parent is None]
    ranked = by_rule(rows)
    shown = [rule for rule, *_ in ranked[:_HEAT_RULES]]
    heat: dict[str, dict[str, list[Any]]] = {}
    for row in rows:
        if row.counts and row.finding.rule in shown and row.report_key != "corpus":
            cell = heat.setdefault(row.report_key, {}).setdefault(row.finding.rule, [0, row.severity])
            cell[0] += 1
            cell[1] = min(cell[1], row.severity, key=SEVERITIES.index)
    ordered = sorted((agency for agency in snapshot.agencies if agency.report_key in heat), key=lambda a: (-a.error, -a.warning, a.agency))
    return {
        "counts": snapshot.counts,
        "ranked": ranked,
        "heat_rules": [(rule, title) for rule, title, *_ in ranked[:_HEAT_RULES]],
        "heat": [(agency, [heat[agency.report_key].get(rule) for rule in shown]) for agency in ordered[:_HEAT_ROWS]],
        "more": max(0, len(ordered) - _HEAT_ROWS),
        "corpus": [_line(desk, row) for row in rows if row.report_key == "corpus"],
        "published": _published(desk),
        "years": _years(snapshot.agencies),
    }


def _years(rows: Sequence[office.AgencyRow]) -> list[tuple[int | None, int, int, int]]:
    years = sorted({row.year for row in rows}, key=lambda year: year or 0)
    return [
        (year, sum(row.year == year for row in rows), sum(row.error for row in rows if row.year == year),
         sum(row.warning for row in rows if row.year == year))
        for year in years
    ]  # fmt: skip


def _published(desk: Desk) -> Page | None:
    """Reports that were not found, as the roster rules say it."""
    rows = [row for row in desk.snapshot().rows.values() if row.parent is None and row.finding.rule == "H-01" and row.counts]
    return {"missing": [agency for row in rows for agency in row.finding.agencies]} if rows else None


def bulk(desk: Desk, given: Mapping[str, str]) -> Page:
    """What a decision over a whole filter would touch: the preview."""
    chosen = Filter.of(given)
    rows = [row for row in chosen.apply(desk.snapshot().rows.values()) if row.counts and row.confirmation is None]
    return {
        "rows": [_line(desk, row) for row in rows],
        "filter": chosen,
        "query": urlencode(chosen.query()),
        "body": json.dumps({"keys": [row.key for row in rows], "versions": [row.version for row in rows]}),
    }


def configuration(desk: Desk) -> Page:
    """Settings of the season, the roster, the log."""
    return {
        "settings": office.settings(desk.store),
        "log": _log(desk, 100),
        "roster": _roster(desk),
    }


def _roster(desk: Desk) -> Page | None:
    try:
        kept = office.roster_file(desk.store)
    except SeasonError:
        return None
    return None if kept is None else {"name": kept[0], "size": len(kept[1])}
