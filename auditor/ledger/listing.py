"""What a ledger holds, as lists for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from auditor.ledger.record import Row
from auditor.ledger.store import Ledger

_ONE_RUN: Final = "WHERE {table}.run = coalesce(:run, (SELECT max(number) FROM run))"
_QUERIES: Final = {
    "runs": "SELECT number, audits, read, findings, version, substr(rules, 1, 12) AS rules, (SELECT count(*) FROM run_audit WHERE "
    "run = number AND verdict = 'clean') AS clean FROM run WHERE :run IS NULL OR number = :run ORDER BY number",
    "agencies": "SELECT agency, year, status, verdict, (SELECT count(*) FROM finding WHERE finding.run = run_audit.run AND finding.audit = "
    f"run_audit.position) AS findings, path FROM run_audit {_ONE_RUN.format(table='run_audit')} ORDER BY agency, year, path",
    "findings": "SELECT finding.agency, finding.year, finding.rule, finding.severity, finding.message, finding.waived, finding.id, "
    "run_audit.path FROM finding LEFT JOIN run_audit ON run_audit.run = finding.run AND run_audit.position = finding.audit "
    f"{_ONE_RUN.format(table='finding')} ORDER BY finding.audit = 0, finding.audit, finding.position",
    "facts": "SELECT run_audit.agency, run_audit.year, fact.key, fact.raw, fact.state, fact.value, fact.unit, fact.confidence, "
    f"run_audit.path FROM run_audit JOIN fact ON fact.reading = run_audit.reading {_ONE_RUN.format(table='run_audit')} "
    "ORDER BY run_audit.position, fact.position",
    "problems": "SELECT run_audit.path, problem.code, problem.details, problem.fatal FROM problem JOIN run_audit ON run_audit.run = "
    f"problem.run AND run_audit.position = problem.audit {_ONE_RUN.format(table='problem')} ORDER BY problem.audit, problem.position",
    "publications": "SELECT agency, year, date, source FROM published WHERE :run IS NULL OR :run ORDER BY agency, year, date",
    "waivers": "SELECT rule, agency, year, reason, who, until FROM waiver " + _ONE_RUN.format(table="waiver") + " ORDER BY position",
    "replies": "SELECT finding, agency, year, answer, source FROM reply WHERE :run IS NULL OR :run ORDER BY agency, year, finding",
}
LISTS: Final = tuple(_QUERIES)


def listing(ledger: Ledger, name: str, run: int | None = None) -> tuple[tuple[str, ...], Iterator[Row]]:
    """Column names and rows of one of :data:`LISTS`, of a run or of the last one. Cells of joined halves are in ``auditor dataset``."""
    cursor = ledger.connection.execute(_QUERIES[name], {"run": run})
    return tuple(column[0] for column in cursor.description), iter(cursor)
