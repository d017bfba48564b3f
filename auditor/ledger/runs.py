"""Finished runs in the ledger: written whole in one transaction, read back audit by audit."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from auditor.ledger.codec import pack, place, unpack
from auditor.ledger.record import Row, bare, light, placed, whole
from auditor.ledger.store import Ledger
from auditor.model.finding import Audit, Finding, Undecided
from auditor.model.report import Report
from auditor.model.result import Counted, Tally, severity_of, tally_of
from auditor.model.source import Problem, Source

__all__ = [
    "Finished",
    "Place",
    "RunHead",
    "RunTail",
    "find_run",
    "finished",
    "last_run",
    "read_across",
    "read_audits",
    "read_shown",
    "write_run",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an audit of a run lies: path, content key, and the numbers of stored reading and audit (``None``: nowhere else)."""

    path: str
    content: str = ""
    reading: int | None = None
    checked: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHead:
    """What a run was made under. ``key`` identifies inputs, rules, settings and code together."""

    key: str
    version: str
    rules: str
    reader: str
    checker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTail:
    """What a run found across reports, remarks on it, and the waivers it was given (rule, agency, year, reason, who, until)."""

    findings: tuple[Finding, ...] = ()
    unknown: tuple[Undecided, ...] = ()
    notes: tuple[str, ...] = ()
    defect: str = ""
    waivers: tuple[Row, ...] = ()
    tally: Tally | None = None


def find_run(ledger: Ledger, number: int | None = None) -> tuple[int, RunHead] | None:
    """A run by its number, or the last one; ``None`` when there is none."""
    query = "SELECT number, key, version, rules, reader, checker FROM run "
    row = (
        ledger.connection.execute(query + "ORDER BY number DESC LIMIT 1").fetchone()
        if number is None
        else ledger.connection.execute(query + "WHERE number = ?", (number,)).fetchone()
    )
    if row is None:
        return None
    return int(row[0]), RunHead(key=row[1], version=row[2], rules=row[3], reader=row[4], checker=row[5])


def last_run(ledger: Ledger, key: str) -> int | None:
    """The number of the last run if it is this very one: nothing has changed since."""
    found = find_run(ledger)
    return found[0] if found is not None and found[1].key == key else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """An audit of a run as rows, ready to be stored: made where the audit is at hand, which need not be where the ledger is written.

    ``position`` counts from 1; ``shown`` are pieces of the output by format; ``waivers`` the numbers of those that were used;
    ``defect`` says why comparing it with others failed.
    """

    position: int
    audit: Row
    findings: tuple[Row, ...]
    problems: tuple[Row, ...]
    published: Row
    tally: Tally
    shown: dict[str, bytes]
    waivers: tuple[int, ...] = ()
    defect: str = ""


def finished(
    ledger: Ledger,
    position: int,
    where: Place,
    counted: Counted,
    shown: dict[str, bytes],
    *,
    waivers: tuple[int, ...] = (),
    defect: str = "",
) -> Finished:
    """The rows of an audit. ``ledger`` is only read."""
    audit, report = counted.audit, counted.audit.report
    dated = report is not None and report.published is not None and report.agency is not None and report.year is not None
    return Finished(
        position=position,
        audit=_audit_row(ledger, where, counted),
        findings=tuple(_finding_row(index, finding, report) for index, finding in enumerate(audit.findings, start=1)),
        problems=tuple((index, problem.code, _json(problem.details), int(problem.fatal)) for index, problem in enumerate(audit.problems)),
        published=(report.agency, report.year, report.published, report.source.sha256) if dated and report is not None else (),
        tally=tally_of(counted),
        shown={name: zlib.compress(piece, 1) for name, piece in shown.items()},
        waivers=waivers,
        defect=defect,
    )


def write_run(ledger: Ledger, head: RunHead, audits: Iterable[Finished], tail_after: Callable[[], RunTail]) -> int:
    """Store a finished run and return its number. All or nothing. The audits come in any order; after the last the tail is asked for."""
    with ledger.transaction():
        found = find_run(ledger)  # inside: another run may have been stored a moment ago
        number = found[0] + 1 if found is not None else 1
        ledger.insert("run", [(number, head.key, head.version, head.rules, head.reader, head.checker, 0, 0, 0, "[]", "", "")])
        tally, read, findings = Tally(), 0, 0
        for entry in audits:
            tally = tally.plus(entry.tally)
            read += "read" in entry.tally.statuses
            findings += len(entry.findings)
            at = (number, entry.position)
            ledger.insert("run_audit", [(*at, *entry.audit)])
            ledger.insert("finding", ((*at, *row) for row in entry.findings))
            ledger.insert("problem", ((*at, *row) for row in entry.problems))
            if entry.published:
                ledger.insert("published", [entry.published])
            ledger.insert("shown", ((number, name, entry.position, piece) for name, piece in entry.shown.items()))
        tail = tail_after()
        ledger.insert("finding", ((number, 0, *_finding_row(index, entry, None)) for index, entry in enumerate(tail.findings, start=1)))
        ledger.insert("undecided", ((number, index, u.rule, u.verdict, u.needs) for index, u in enumerate(tail.unknown)))
        ledger.insert("waiver", ((number, index, *row) for index, row in enumerate(tail.waivers)))
        findings += len(tail.findings)
        ledger.connection.execute(
            "UPDATE run SET audits = ?, read = ?, findings = ?, notes = ?, defect = ?, tally = ? WHERE number = ?",
            (tally.audits, read, findings, _json(tail.notes), tail.defect, _json(tally), number),
        )
    return number


def read_shown(ledger: Ledger, number: int, name: str) -> Iterator[bytes] | None:
    """The pieces of the output of a run in this format, in path order; ``None`` when they were not kept."""
    query = "SELECT (SELECT audits FROM run WHERE number = ?), (SELECT count(*) FROM shown WHERE run = ? AND format = ?)"
    audits, kept = ledger.connection.execute(query, (number, number, name)).fetchone()
    if audits != kept or not audits:
        return None
    rows = ledger.connection.execute("SELECT piece FROM shown WHERE run = ? AND format = ? ORDER BY audit", (number, name))
    return (zlib.decompress(piece) for (piece,) in rows)


def read_audits(ledger: Ledger, number: int, *, full: bool, positions: Sequence[int] | None = None) -> Iterator[tuple[str, Audit]]:
    """The audits of a run in path order with their content keys; ``full`` with cells and prose, else reports are light.

    ``positions`` (from 1) picks some.
    """
    column = "report" if full else "light"
    query = (
        f"SELECT run_audit.path, content_key, own_report, own_audit, reading.{column}, checked.audit FROM (SELECT path, position, "
        "content AS content_key, report AS own_report, audit AS own_audit, reading, checked FROM run_audit WHERE run = ?) AS run_audit "
        "LEFT JOIN reading ON reading.id = run_audit.reading LEFT JOIN checked ON checked.id = run_audit.checked "
    )
    if positions is None:
        rows: Iterable[tuple[str, str, bytes | None, bytes | None, bytes | None, bytes | None]] = ledger.connection.execute(
            query + "ORDER BY position", (number,)
        )
    else:
        rows = (ledger.connection.execute(query + "WHERE position = ?", (number, position)).fetchone() for position in positions)
    for path, content, own_report, own_audit, report, audit in rows:
        try:
            stored = unpack(own_report or report or b"", Report)
            known = unpack(own_audit or audit or b"", Audit)
        except (zlib.error, msgspec.DecodeError):
            yield content, _damaged(path, content)
            continue
        if own_report is not None and not full:
            stored = light(stored)
        yield content, whole(known, placed(stored, path))


def _damaged(path: str, content: str) -> Audit:
    """What stands for an audit whose stored bytes are damaged: it costs this file only."""
    source = Source(path=path, sha256=content, kind="unknown")
    problems = (Problem(code="RUN-STORED", fatal=True),)
    report = Report(source=source, status="unreadable", document="unknown", problems=problems)
    return Audit(source=source, status="unreadable", report=report, problems=problems)


def read_across(ledger: Ledger, number: int) -> RunTail:
    """What a run found across reports, and its remarks."""
    run = ledger.connection.execute
    notes, defect, tally = run("SELECT notes, defect, tally FROM run WHERE number = ?", (number,)).fetchone()
    findings = run("SELECT record FROM finding WHERE run = ? AND audit = 0 ORDER BY position", (number,))
    unknown = run("SELECT rule, needs, verdict FROM undecided WHERE run = ? ORDER BY position", (number,))
    return RunTail(
        findings=tuple(unpack(record, Finding) for (record,) in findings),
        unknown=tuple(Undecided(rule=rule, needs=needs, verdict=verdict) for rule, needs, verdict in unknown),
        notes=msgspec.json.decode(notes, type=tuple[str, ...]),
        defect=defect,
        tally=msgspec.json.decode(tally, type=Tally),
    )


def _audit_row(ledger: Ledger, where: Place, counted: Counted) -> Row:
    audit, report = counted.audit, counted.audit.report
    assert report is not None
    packed: bytes | None = pack(bare(audit))
    if where.checked is not None and packed == ledger.audit_bytes(where.checked):
        packed = None
    own = pack(report) if where.reading is None else None
    return (
        where.path,
        audit.status,
        counted.verdict,
        report.agency,
        report.year,
        where.content,
        where.reading,
        where.checked,
        own,
        packed,
    )


def _finding_row(position: int, finding: Finding, report: Report | None) -> Row:
    agency = report.agency if report is not None else "、".join(finding.agencies) or None
    return (
        position,
        finding.id,
        finding.rule,
        severity_of(finding),
        finding.confidence,
        agency,
        report.year if report is not None else None,
        finding.title,
        finding.message,
        finding.calculation,
        place(finding.location),
        finding.waived,
        pack(finding) if report is None else None,
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value, order="deterministic").decode()
