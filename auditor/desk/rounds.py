"""What a later round brought: findings closed, still open, new or back, and cells changed that nobody asked about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from auditor import office
from auditor.desk.state import Desk
from auditor.model.finding import Audit
from auditor.model.result import Counted, Result
from auditor.office import FindingRow, VersionRow
from auditor.office.rounds import CORPUS
from auditor.revision.compare import Difference, compare
from auditor.revision.state import state_of_result
from auditor.text.labels import label_of

Page = dict[str, Any]
_REPORTS: Final = 30
"""Reports whose versions are compared on one page."""
MOST_CHANGES: Final = 200


def round_page(desk: Desk, number: int, page: int = 1) -> Page | None:
    """One round after the first, by report; ``None`` before there is one."""
    if number < 2:
        return None
    snapshot = desk.snapshot()
    lines: dict[str, Page] = {}

    def line(report_key: str, agency: str, year: int | None) -> Page:
        empty: Page = {"closed": [], "open": [], "new": [], "unasked": None, "replaced": False}
        return lines.setdefault(report_key, {"report_key": report_key, "agency": agency, "year": year, **empty})

    for row in snapshot.rows.values():
        if row.parent is None and row.report_key != CORPUS and (kind := _kind(row, number)):
            line(row.report_key, row.agency, row.year)[kind].append(row)
    for version in snapshot.versions:
        if version.state == "current" and version.first_round == number and before_of(snapshot.versions, version) is not None:
            line(version.report_key, version.agency or version.path, version.year)["replaced"] = True
    ordered = sorted(lines.values(), key=lambda one: (not one["replaced"], -len(one["open"]) - len(one["new"]), one["agency"]))
    ordered = [one for one in ordered if one["replaced"] or one["closed"] or one["new"]]
    pages = max(1, -(-len(ordered) // _REPORTS))
    page = min(max(1, page), pages)
    shown = ordered[(page - 1) * _REPORTS : page * _REPORTS]
    for one in shown:
        if one["replaced"]:
            found = difference(desk, str(one["report_key"]))
            one["unasked"] = len(found[2].unasked) if found is not None else None
    return {
        "number": number,
        "lines": shown,
        "page": page,
        "pages": pages,
        "closed": sum(len(one["closed"]) for one in ordered),
        "open": sum(len(one["open"]) for one in ordered),
        "new": sum(len(one["new"]) for one in ordered),
    }


def _kind(row: FindingRow, number: int) -> str:
    if row.gone_round == number and row.gone_as == "fixed":
        return "closed"
    if not row.counts:
        return ""
    if row.back_round == number or row.first_round == number:
        return "new"
    return "open" if row.asks else ""


def before_of(versions: tuple[VersionRow, ...], current: VersionRow) -> VersionRow | None:
    """The version of a report that the current one replaced."""
    earlier = [one for one in versions if one.report_key == current.report_key and one.state == "replaced" and one.id < current.id]
    return earlier[-1] if earlier else None


def difference(desk: Desk, report_key: str) -> tuple[VersionRow, VersionRow, Difference, Audit, Audit] | None:
    """The version that counts against the one before it: both, what differs, and their audits."""
    versions = desk.snapshot().versions
    current = desk.snapshot().current(report_key)
    earlier = before_of(versions, current) if current is not None else None
    if current is None or earlier is None:
        return None
    audits = [office.audit_of_version(desk.store, one.id) for one in (earlier, current)]
    if any(audit is None or audit.report is None for audit in audits):
        return None
    before, now = (audit for audit in audits if audit is not None)
    found = compare(_state(before), _state(now)).reports
    return (earlier, current, found[0] if found else Difference(old=None, new=None), before, now)


def _state(audit: Audit) -> Any:
    return state_of_result("", Result(audits=(Counted(audit=audit, verdict="incomplete", checks={}),), version="", rules_sha256=""))


def changes_of(desk: Desk, found: Difference, audit: Audit) -> list[Page]:
    """The changed cells in words, those that nobody asked about first."""
    assert audit.report is not None
    layouts = audit.report.layouts
    told = [
        {
            "label": label_of(desk.rulebook, layouts, change.key, desk.lang),
            "old": None if change.old is None else change.old.raw.strip(),
            "new": None if change.new is None else change.new.raw.strip(),
            "asked": change.asked,
        }
        for change in found.changes
    ]
    return sorted(told, key=lambda one: bool(one["asked"]))[:MOST_CHANGES]


def asked_round(given: Mapping[str, str], last: int) -> int:
    """The round that the address asks for, else the last one."""
    text = given.get("round", "")
    return int(text) if text.isdecimal() and 0 < int(text[:6]) <= last else last
