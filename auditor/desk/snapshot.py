"""The season in memory: read once, brought up to date by what changed, so that a page over 1,500 agencies answers at once."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from auditor import office
from auditor.model.result import SEVERITIES
from auditor.model.rule import Severity
from auditor.office import AgencyRow, Counts, FindingRow, OpenCells, Todo, VersionRow
from auditor.office.rounds import joined_files

Stamp = tuple[int, int]


def address_of(report_key: str) -> str:
    """The address of a report on the desk: always the same for it, and nothing of its agency or path can be read in it."""
    return hashlib.sha256(report_key.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(slots=True)
class Snapshot:
    """What the pages are made from. ``rows`` by key in the order of reports; ``of_report`` keys by report."""

    stamp: Stamp
    rows: dict[str, FindingRow]
    versions: tuple[VersionRow, ...]
    agencies: tuple[AgencyRow, ...] = ()
    counts: Counts | None = None
    todo: tuple[Todo, ...] = ()
    of_report: dict[str, list[str]] = field(default_factory=dict)
    cells: Mapping[int, OpenCells] = field(default_factory=dict)
    """Cells that wait for a person, by the number of the version."""
    reports: dict[str, str] = field(default_factory=dict)
    """Report keys by address."""
    looked: str = ""
    """When the last run was recorded."""
    joined: tuple[str, ...] = ()
    """Files that are a part of another file's report."""

    def current(self, report_key: str) -> VersionRow | None:
        """The version of a report that counts."""
        return next((version for version in self.versions if version.report_key == report_key and version.state == "current"), None)


class Cache:
    """Keeps the snapshot of one open store. Changes of other processes are noticed; own changes say which findings they touched."""

    def __init__(self, store: office.SeasonStore) -> None:
        self._store = store
        self._last: Snapshot | None = None
        self._day = ""
        self._decoded: dict[tuple[int, int, int], Any] = {}

    def get(self, today: str) -> Snapshot:
        """The season as it stands on a day (ISO)."""
        stamp = self._stamp()
        if self._last is None or self._last.stamp != stamp or self._day != today:
            rows = {row.key: row for row in office.findings(self._store, today)}
            cells = office.open_cells(self._store, self._decoded)
            self._last, self._day = self._made(stamp, rows, cells, today), today
        return self._last

    def touched(self, keys: Iterable[str], today: str) -> None:
        """Own changes touched these findings and nothing else: only they are read again."""
        if self._last is None or self._day != today:
            return
        wanted = tuple(keys)
        fresh = {row.key: row for row in office.findings(self._store, today, keys=wanted)}
        rows = {key: fresh.get(key, row) for key, row in self._last.rows.items()}
        self._last = self._made(self._stamp(), rows, self._last.cells, today)

    def _made(self, stamp: Stamp, rows: dict[str, FindingRow], cells: Mapping[int, OpenCells], today: str) -> Snapshot:
        told = tuple(rows.values())
        of_report: dict[str, list[str]] = {}
        for row in told:
            of_report.setdefault(row.report_key, []).append(row.key)
        (looked,) = self._store.connection.execute("SELECT coalesce(max(number || ' ' || at), '') FROM round").fetchone()
        versions = office.versions(self._store, every=True)
        agencies = office.agencies(self._store, today, rows=told)
        keys = {*(one.report_key for one in versions), *(one.report_key for one in agencies)}
        return Snapshot(
            stamp=stamp,
            rows=rows,
            versions=versions,
            agencies=agencies,
            counts=office.counts(self._store, today, rows=told),
            todo=office.todo(self._store, today, rows=told, cells=cells),
            of_report=of_report,
            cells=cells,
            joined=joined_files(self._store),
            looked=looked,
            reports={address_of(key): key for key in keys},
        )

    def _stamp(self) -> Stamp:
        connection = self._store.connection
        return int(connection.execute("PRAGMA data_version").fetchone()[0]), connection.total_changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which findings a list shows; all of it stands in the address. ``state`` may be ``counting``: those that count as open."""

    severity: str = ""
    state: str = ""
    rule: str = ""
    agency: str = ""
    words: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Filter:
        """From the address."""
        return cls(**{name: given.get(name, "") for name in ("severity", "state", "rule", "agency", "words")})

    def query(self) -> dict[str, str]:
        """As it stands in the address."""
        named = {"severity": self.severity, "state": self.state, "rule": self.rule, "agency": self.agency, "words": self.words}
        return {name: value for name, value in named.items() if value}

    def apply(self, rows: Iterable[FindingRow]) -> list[FindingRow]:
        """The top findings that pass, worst first, then in the order of reports."""
        found = [row for row in rows if row.parent is None and self._passes(row)]
        return sorted(found, key=lambda row: (not row.counts, SEVERITIES.index(row.severity)))

    def _passes(self, row: FindingRow) -> bool:
        if self.severity == "asking" and not row.asks:
            return False
        if self.severity not in ("", "asking") and row.severity != self.severity:
            return False
        if self.state == "counting" and not row.counts:
            return False
        if self.state not in ("", "counting") and row.state != self.state:
            return False
        if self.rule and row.finding.rule != self.rule:
            return False
        if self.agency and row.agency != self.agency:
            return False
        told = (row.agency, row.finding.message, row.finding.title, row.finding.rule, row.number, row.path)
        return not self.words or any(self.words in text for text in told)


def by_rule(rows: Sequence[FindingRow]) -> list[tuple[str, str, str, int, int]]:
    """(rule, title, worst severity, findings that count, agencies) of the rules with open findings: worst first, then most."""
    counted: Counter[str] = Counter()
    agencies: dict[str, set[str]] = {}
    titles: dict[str, str] = {}
    worst: dict[str, Severity] = {}
    for row in rows:
        if row.counts:
            rule = row.finding.rule
            counted[rule] += 1
            agencies.setdefault(rule, set()).add(row.agency)
            titles[rule] = row.finding.title
            worst[rule] = min(worst.get(rule, row.severity), row.severity, key=SEVERITIES.index)
    ordered = sorted(counted, key=lambda rule: (SEVERITIES.index(worst[rule]), -counted[rule], rule))
    return [(rule, titles[rule], worst[rule], counted[rule], len(agencies[rule])) for rule in ordered]
