"""What a ledger holds, as lists for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from auditor.ledger.record import Row
from auditor.ledger.store import Ledger
from auditor.text.privacy import mask

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
_CLEAR: Final = frozenset({"agency", "path", "key", "id", "finding", "rule", "source", "code"})
"""Columns that name and place things, as in every output."""
LISTS: Final = tuple(_QUERIES)


def listing(ledger: Ledger, name: str, run: int | None = None) -> tuple[tuple[str, ...], Iterator[Row]]:
    """Column names and rows of one of :data:`LISTS`, of a run or of the last one. Cells of joined halves are in ``auditor dataset``."""
    cursor = ledger.connection.execute(_QUERIES[name], {"run": run})
    columns = tuple(column[0] for column in cursor.description)
    return columns, (_masked(dict(zip(columns, row, strict=True))) for row in cursor)


def _masked(row: dict[str, Any]) -> Row:
    """A row without private data: a ledger keeps what was read, a list of it is an output like others."""
    told = {name: mask(value) if isinstance(value, str) and name not in _CLEAR else value for name, value in row.items()}
    if told.get("raw") != row.get("raw"):
        told["value"] = None
    return tuple(told.values())
