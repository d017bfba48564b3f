"""What each page shows, as plain data for its template. Nothing here changes anything."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final
from urllib.parse import urlencode

from auditor import office
from auditor.desk.cells import cells_of_finding, told_of, waiting
from auditor.desk.rounds import asked_round, changes_of, difference, round_page
from auditor.desk.runs import not_audited, not_heard, received
from auditor.desk.seasonviews import known_agencies, on_roster
from auditor.desk.sentences import SENTENCE, aligned, pairs_of
from auditor.desk.sketch import calculation_of, linked, marks_of, page_of, sketch
from auditor.desk.snapshot import Filter, Snapshot
from auditor.desk.state import Desk
from auditor.desk.takeaway import TEMPLATE
from auditor.errors import SeasonError
from auditor.model.finding import Audit, Finding
from auditor.model.result import SEVERITIES
from auditor.model.source import Problem
from auditor.office import FindingRow, VersionRow
from auditor.office.people import NAMED_AGENCY
from auditor.office.rounds import CORPUS
from auditor.render.places import place_text, problem_text
from auditor.text.labels import label_of

PER_PAGE: Final = 100
LONGEST_LIST: Final = 400
"""Lines of a list of files or agencies; more are found by the filter."""
STATES: Final = (
    "open", "confirmed", "to_verify", "rejected", "notified", "answered", "remains", "regressed", "waived", "closed"
)  # fmt: skip
LONGEST_PREVIEW: Final = 120
"""Findings shown before many are decided at once; all of them are counted, and are in the list."""
LONGEST_FORM: Final = 200
"""Lines with boxes to tick; what has no line can be ticked as a whole."""
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
            "first": [entry.agency or entry.detail.rpartition("/")[2] for entry in entries[:3]],
        }
        for kind, entries in waiting.items()
    ]
    todo = [*_not_taken_in(desk), *todo]
    known = office.settings(desk.store)
    return {
        "settings": known,
        "begun": bool(office.last_round(desk.store)),
        "ready": bool(known.year and known.office),
        "new": len(not_audited(desk)),
        "folder": desk.store.folder.resolve(),
        "counts": snapshot.counts,
        "todo": todo,
        "awaiting": sum(1 for row in snapshot.rows.values() if row.parent is None and row.state == "notified"),
        "roster": _roster(desk),
        "rounds": list(reversed(office.rounds(desk.store)))[:8],
        "progress": desk.background.progress,
        "log": _log(desk, 8),
    }


def _not_taken_in(desk: Desk) -> list[Page]:
    """What lies in the folders or was typed and no run has looked at yet."""
    found = []
    for kind, href, entries in (
        ("not_audited", "/files", not_audited(desk)),
        ("not_heard", "/replies", not_heard(desk)),
        ("left_over", "/replies", [one.source for one in office.answer_files(desk.store) for _ in one.waiting]),
    ):
        if entries:
            first = [entry.rpartition("/")[2] for entry in entries[:3]]
            found.append({"text": desk.say(f"desk.todo_{kind}"), "count": len(entries), "href": href, "first": first})
    return found


def _todo_href(kind: str) -> str:
    return {
        "unread": "/files?state=unread",
        "partly_read": "/files?state=partly_read",
        "read_cells": "/files?state=to_read",
        "reread": "/files",
        "choose": "/files?state=choose",
        "regressed": "/findings?state=regressed",
        "confirm": "/findings?severity=asking&state=counting",
        "issue": "/documents",
        "reply_due": "/findings?state=notified",
        "look_at_reply": "/replies",
        "waiver_over": "/findings?state=waived",
    }.get(kind, "/findings")


def _log(desk: Desk, limit: int) -> list[Page]:
    """What people did, newest first; what was done at once, or the same within a minute, is one line."""
    lines: list[Page] = []
    seen: dict[int, Page] = {}
    for entry in desk.store.log(limit=limit * 60):
        if entry.what == "notified":  # the notice itself is a line, with its agency
            continue
        told = _log_line(desk, entry)
        line = seen.get(entry.action)
        if line is None and lines and all(lines[-1][name] == told[name] for name in ("at", "who", "what", "undone")):
            line = lines[-1]
        if line is None:
            if len(lines) == limit:
                break
            line = {**told, "more": 1, "told": {told["about"]}}
            lines.append(line)
        elif told["about"]:
            line["told"].add(told["about"])
            line["more"] = len(line["told"])
        seen[entry.action] = line
    return lines


def _log_line(desk: Desk, entry: office.LogEntry) -> Page:
    kind, _, name = entry.subject.partition(":")
    row = desk.snapshot().rows.get(name) if kind == "finding" else None
    about = f"{row.number} {row.agency}" if row is not None else name.rpartition("/")[2] if kind in ("file", "agency") else ""
    what = desk.say(f"office.log.{entry.what}")
    value = _logged(entry.after)
    if entry.what == "finding" and entry.field == "confirmation":
        what = desk.say(f"desk.decision.{value}") if value else desk.say("desk.decision_back")
    elif entry.what == "finding" and entry.field in ("waiver", "note", "deadline"):
        what = desk.say({"waiver": "desk.decision.waive", "note": "desk.column.note", "deadline": "desk.deadline"}[entry.field])
    elif kind == "version" and entry.field in ("agency", NAMED_AGENCY):
        what, about = desk.say("desk.assign"), str(value or "")
    elif entry.what == "attach" and name == "roster":
        what = desk.say("desk.roster_kept")
    elif entry.what == "settings" and entry.field in _SETTINGS:
        about = desk.say(f"desk.{_SETTINGS[entry.field]}")
    return {"at": entry.at[:16].replace("T", " "), "who": entry.who, "what": what, "about": about, "undone": entry.undone}


def _logged(written: str | None) -> Any:
    """A plain value of the log; ``None`` for any other, and for the number of a notice as earlier versions wrote it, quotes not escaped."""
    try:
        return json.loads(written) if written and written[:1] in '"tfn' else None
    except ValueError:
        return None


_SETTINGS: Final = {
    "year": "year", "office": "office", "deadline": "deadline_printed", "due": "due", "contact": "contact", "roster": "roster",
    "confirm_first": "confirm_first_short",
}  # fmt: skip
"""Settings by their label."""


def files(desk: Desk, given: Mapping[str, str]) -> Page:
    """The files of the season by state; what could not be read comes first."""
    snapshot = desk.snapshot()
    wanted, words = given.get("state", ""), given.get("words", "")
    several = _several(snapshot.versions)
    lying = received(desk)
    own = {row.report_key: row for row in snapshot.agencies}
    shown: list[Page] = []
    for version in snapshot.versions:
        state: str = version.state
        if state == "current" and version.status == "partly_read":
            state = "partly_read"
        if version.state == "current" and version.id in snapshot.cells and snapshot.cells[version.id].to_read:
            state = "to_read"
        if version.state == "current" and version.report_key in several:
            state = "choose"
        if wanted and wanted != state:
            continue
        if not wanted and version.state in ("replaced", "withdrawn"):
            continue
        if words and words not in version.path and words not in (version.agency or ""):
            continue
        row = own.get(version.report_key) if version.state == "current" else None
        shown.append(
            {
                "version": version,
                "state": state,
                "name": version.path.removeprefix(f"{desk.incoming.name}/"),
                "why": _why(desk, version),
                "assigned": _assigned(desk, version),
                "error": row.error if row is not None else 0,
                "warning": row.warning if row is not None else 0,
            }
        )
    order = {"unread": 0, "choose": 1, "to_read": 2, "partly_read": 3, "other": 4, "current": 5}
    shown.sort(key=lambda entry: order.get(str(entry["state"]), 6))
    return {
        "files": shown[:LONGEST_FORM],
        "more": max(0, len(shown) - LONGEST_FORM),
        "wanted": wanted,
        "words": words,
        "states": [("", desk.say("desk.all")), *((name, desk.say(f"desk.file.{name}")) for name in (*order, "replaced", "withdrawn"))],
        "agencies": known_agencies(desk),
        "progress": desk.background.progress,
        "incoming": desk.incoming.name,
        "new": lying.new,
        "copies": lying.copies,
        "begun": bool(office.last_round(desk.store)),
        "to_confirm": sum(1 for entry in snapshot.todo if entry.kind in ("confirm", "regressed")),
        "again": waiting(desk),
        "watch": desk.watch,
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
    return str(desk.store.value(f"version:{version.id}", NAMED_AGENCY) or "")


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
    original = _original(desk, version, marked, page, audit)
    if version is None:
        original["why"] = _why_nothing(snapshot.versions, row)
    return {
        "row": row,
        "finding": _finding(desk, row.finding, audit),
        "children": [_finding(desk, child, audit) for child in row.finding.children],
        "reports": _reports_of(snapshot, row),
        "state": desk.say(f"office.state.{row.state}"),
        "version": version,
        "original": original,
        "page": page,
        "query": query,
        "all_decided": bool(row.confirmation) and not any(entry.kind in ("confirm", "regressed") for entry in snapshot.todo),
        "previous": _address(keys[place - 1], query) if place > 0 else "",
        "next": _address(keys[place + 1], query) if 0 <= place < len(keys) - 1 else "",
        "position": place + 1,
        "found": len(keys),
        "history": [_log_line(desk, entry) for entry in office.history(desk.store, key)],
        "seen": [(number, desk.say(f"desk.seen.{what}")) for number, what in office.seen_in(desk.store, key)],
        "pairs": pairs_of(row.finding.passages),
        "cells": cells_of_finding(desk, audit, row.finding),
        "last_year": _last_year(desk, row, audit),
        "progress": desk.background.progress,
        "sizes": {page: (original["width"], original["height"])} if original["kind"] == "page" else {},
        "doubtful": len(snapshot.cells[version.id].to_read) if version is not None and version.id in snapshot.cells else 0,
    }


def _reports_of(snapshot: Snapshot, row: FindingRow) -> list[tuple[str, str]]:
    """The reports that a finding is about, as (agency, report key); a finding across reports is about several."""
    if row.report_key != CORPUS:
        return [(row.agency or row.path, row.report_key)]
    known = {one.agency: one.report_key for one in snapshot.agencies if row.year in (None, one.year)}
    return [(name, known.get(name, "")) for name in row.finding.agencies] or [(row.agency or row.path, "")]


def _last_year(desk: Desk, row: FindingRow, audit: Audit | None) -> list[tuple[str, str, str]]:
    """What last year's report of the agency prints in the cells of a finding: (cell, last year, this year)."""
    if audit is None or audit.report is None or row.year is None or not row.finding.facts:
        return []
    earlier = next((one for one in desk.snapshot().agencies if one.agency == row.agency and one.year == row.year - 1), None)
    version = desk.snapshot().current(earlier.report_key) if earlier is not None else None
    last = office.audit_of_version(desk.store, version.id) if version is not None else None
    if last is None or last.report is None:
        return []
    before = {str(fact.key): fact.raw.strip() for fact in last.report.facts}
    layouts = audit.report.layouts
    return [
        (label_of(desk.rulebook, layouts, used.key, desk.lang), before[used.key] or "—", used.raw.strip() or "—")
        for used in row.finding.facts[:14]
        if used.key in before
    ]


def _address(key: str, query: str) -> str:
    return f"/finding/{key}" + (f"?{query}" if query else "")


def _by_path(versions: Sequence[VersionRow], row: FindingRow) -> VersionRow | None:
    wanted = {row.path, *row.finding.sources[:1]}
    return next((version for version in versions if version.path in wanted and version.state == "current"), None)


def _why_nothing(versions: Sequence[VersionRow], row: FindingRow) -> str:
    """Why nothing can be shown beside a finding: no file of the agency at all, one that could not be read, or one that is away."""
    if not row.path and not row.finding.sources:
        return "none"
    wanted = {row.path, *row.finding.sources}
    return "unread" if any(version.path in wanted and version.state == "unread" for version in versions) else "gone"


def _original(desk: Desk, version: VersionRow | None, marked: Sequence[Any], page: int, audit: Audit | None) -> Page:
    if version is None:
        return {"kind": "nothing", "why": "none"}
    first = next((one.location.file for one in marked if one.location.file), None)
    path = first or version.path
    whole = audit is None or audit.report is None or len(audit.report.parts) < 2  # the hash of halves joined is that of neither file
    sha = version.sha256 if path == version.path and not first and whole else ""
    statements = audit.statements if audit is not None and not first else ()
    return {**sketch(desk.originals.show(path, sha, page), marked, page, statements), "path": path}


def _finding(desk: Desk, finding: Finding, audit: Audit | None) -> Page:
    """A finding in words: labels in place of keys, numbers tied to their cells."""
    layouts = audit.report.layouts if audit is not None and audit.report is not None else {}
    words = desk.rulebook.words
    rule = desk.rulebook.rule(finding.rule)
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
        "explained": finding.explained,
        "why": rule.why.said(desk.lang) if rule is not None else "",
        "cautions": [text.said(desk.lang) for text in rule.cautions] if rule is not None else [],
        "low": finding.confidence == "low",
    }


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
        "doubtful": len(snapshot.cells[current.id].to_read) if current is not None and current.id in snapshot.cells else 0,
        "read_by_people": len(told_of(desk, audit)) if current and (audit := office.audit_of_version(desk.store, current.id)) else 0,
    }


def _reach(desk: Desk, version: VersionRow | None) -> Page | None:
    audit = office.audit_of_version(desk.store, version.id) if version is not None else None
    if audit is None or audit.reach is None or audit.report is None or not audit.reach.cells:
        return None
    blind = [label_of(desk.rulebook, audit.report.layouts, key, desk.lang) for key in audit.reach.blind]
    return {"cells": audit.reach.cells, "found": audit.reach.found, "located": audit.reach.located, "blind": blind}


def compared(desk: Desk, report_key: str) -> Page | None:
    """What changed between the version that counts and the one before it: cells as printed then and now, sentences side by side."""
    found = difference(desk, report_key)
    if found is None:
        return None
    earlier, current, told, before, now = found
    texts = [
        [part.strip() for passage in audit.report.passages for part in SENTENCE.findall(passage.text) if part.strip()]
        for audit in (before, now)
        if audit.report is not None
    ]
    lines = aligned(texts[0], texts[1])
    return {
        "agency": current.agency,
        "before": earlier,
        "now": current,
        "cells": changes_of(desk, told, now),
        "unasked": len(told.unasked),
        "sentences": [line for line in lines if not line["same"]][:200],
        "fixed": [one for kind, one in told.found if kind == "fixed" and one.top],
        "remaining": [one for kind, one in told.found if kind == "remaining" and one.top],
        "fresh": [one for kind, one in told.found if kind in ("new", "regressed") and one.top],
        "report_key": report_key,
    }


def documents(desk: Desk) -> Page:
    """Notices that can be issued, notices that were, the circular and what can be taken away."""
    snapshot = desk.snapshot()
    known = office.settings(desk.store)
    waiting: list[Page] = []
    for row in snapshot.agencies:
        own = [snapshot.rows[key] for key in snapshot.of_report.get(row.report_key, ())]
        asked = [one for one in own if one.counts and one.asks and (not known.confirm_first or one.confirmation == "confirmed")]
        fresh = [one for one in asked if not one.notices or one.state in ("remains", "regressed")]
        undecided = sum(1 for one in own if one.counts and one.asks and one.confirmation is None)
        if fresh or (known.confirm_first and undecided):
            waiting.append({"agency": row, "asked": len(asked), "fresh": len(fresh), "undecided": undecided})
    place = {name: number for number, name in enumerate(on_roster(desk))}
    waiting.sort(key=lambda entry: (not entry["fresh"], place.get(entry["agency"].agency, len(place))))
    across = [row for row in snapshot.rows.values() if row.report_key == CORPUS and row.counts and row.confirmation == "confirmed"]
    notices = list(reversed(office.notices(desk.store)))
    return {
        "settings": known,
        "across": len(across),
        "agencies": waiting[:LONGEST_FORM],
        "rest": [entry["agency"].report_key for entry in waiting[LONGEST_FORM:] if entry["fresh"]],
        "undecided_rest": sum(1 for entry in waiting[LONGEST_FORM:] if not entry["fresh"]),
        "notices": notices[:LONGEST_FORM],
        "more_notices": max(0, len(notices) - LONGEST_FORM),
        "template": bool(desk.store.attachment(TEMPLATE)),
    }


def replies(desk: Desk, given: Mapping[str, str]) -> Page:
    """Answers that came in, those a person should look at first; what was matched to nothing; what the last round brought."""
    snapshot = desk.snapshot()
    found = [(row, reply) for row in snapshot.rows.values() for reply in row.replies]
    found.sort(key=lambda entry: (entry[1].certain, -entry[1].id))
    last = office.last_round(desk.store)
    page = int(given.get("page", "1")) if given.get("page", "1").isdecimal() else 1
    return {
        "replies": [
            {"row": row, "reply": reply, "answer": desk.say(f"office.answer.{reply.answer}")} for row, reply in found[:LONGEST_LIST]
        ],
        "more": max(0, len(found) - LONGEST_LIST),
        "answers": [(name, desk.say(f"office.answer.{name}")) for name in ("corrected", "explained", "disputed")],
        "left": [
            {"file": one, "place": place, "entry": entry, "hint": _of_agency(snapshot, one.agency)}
            for one in office.answer_files(desk.store)
            for place, entry in one.waiting
        ][:LONGEST_LIST],
        "unread": [(one, _answer_problem(desk, one)) for one in office.answer_files(desk.store) if one.error],
        "choices": [row for row in snapshot.rows.values() if row.parent is None and row.number and (row.notices or row.counts)][:4000],
        "round": round_page(desk, asked_round(given, last), page),
        "rounds": list(range(2, last + 1)),
        "progress": desk.background.progress,
        "watch": desk.watch,
    }


def _of_agency(snapshot: Snapshot, agency: str) -> str:
    """The number of the only finding an agency was told, to be offered."""
    own = [row.number for row in snapshot.rows.values() if agency and row.agency == agency and row.notices and row.parent is None]
    return own[0] if len(own) == 1 else ""


def _answer_problem(desk: Desk, told: office.AnswerFile) -> str:
    return problem_text(Problem(code=told.error, details=told.details, fatal=True), desk.rulebook.words, desk.lang)


def bulk(desk: Desk, given: Mapping[str, str]) -> Page:
    """What a decision over a whole filter would touch: the preview."""
    chosen = Filter.of(given)
    rows = [row for row in chosen.apply(desk.snapshot().rows.values()) if row.counts and row.confirmation is None]
    return {
        "rows": [_line(desk, row) for row in rows[:LONGEST_PREVIEW]],
        "found": len(rows),
        "more": max(0, len(rows) - LONGEST_PREVIEW),
        "filter": chosen,
        "query": urlencode(chosen.query()),
        "body": json.dumps({"keys": [row.key for row in rows], "versions": [row.version for row in rows]}),
    }


def configuration(desk: Desk, given: Mapping[str, str]) -> Page:
    """Settings of the season, the roster, the log."""
    return {
        "settings": office.settings(desk.store),
        "log": _log(desk, 100),
        "roster": _roster(desk),
        "uploaded": desk.uploaded is not None,
    }


def roster_page(desk: Desk, given: Mapping[str, str]) -> Page | None:
    """An uploaded roster before it is kept: what its columns mean, and what comes of that."""
    from auditor.desk.intake import roster_preview

    return roster_preview(desk, given)


def _roster(desk: Desk) -> Page | None:
    try:
        kept = office.roster_file(desk.store)
    except SeasonError:
        return None
    if kept is None:
        return None
    return {"name": kept[0].rpartition(".")[0] or kept[0], "count": len(on_roster(desk))}
