"""The content of a ledger without anything that depends on the order of work: two ledgers of the same inputs dump alike."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final

from auditor.ledger.schema import HEAD, KEY, PACKED
from auditor.ledger.store import Ledger

_READING: Final = "(SELECT content || ' ' || stem || ' ' || reader FROM reading WHERE id = {})"
_QUERIES: Final = {
    "reading": f"SELECT {', '.join((*KEY, *HEAD, *PACKED))} FROM reading ORDER BY {', '.join(KEY)}",
    "checked": f"SELECT {_READING.format('checked.reading')}, checker, audit, signature FROM checked ORDER BY 1, 2",
    "run": "SELECT * FROM run ORDER BY number",
    "run_audit": f"SELECT run, position, path, status, verdict, agency, year, content, {_READING.format('run_audit.reading')}, "
    "(SELECT checker FROM checked WHERE id = run_audit.checked), report, audit FROM run_audit ORDER BY run, position",
    "finding": "SELECT * FROM finding ORDER BY run, audit, position",
    "problem": "SELECT * FROM problem ORDER BY run, audit, position",
    "undecided": "SELECT * FROM undecided ORDER BY run, position",
    "published": "SELECT * FROM published ORDER BY agency, year, date, source",
    "waiver": "SELECT * FROM waiver ORDER BY run, position",
    "reply": "SELECT * FROM reply ORDER BY finding, agency, source",
}


def dump(ledger: Ledger) -> Iterator[str]:
    """One line a row, in an order that depends on the content only; bytes as their hash."""
    for table, query in _QUERIES.items():
        for row in ledger.connection.execute(query):
            shown = (hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else repr(value) for value in row)
            yield f"{table}\t" + "\t".join(shown)
