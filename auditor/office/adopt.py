"""What earlier versions of this program kept elsewhere, taken into the season: answers in a ledger."""

from __future__ import annotations

from pathlib import Path

from auditor.ledger import Ledger
from auditor.office.letters import record_replies
from auditor.office.records import Reply
from auditor.office.store import SeasonStore


def adopt_ledger(store: SeasonStore, path: Path, *, who: str | None = None) -> tuple[int, tuple[str, ...]]:
    """Take over the answers that ``auditor reply --ledger`` stored: how many are new, and ids of which the season knows no finding.

    Can be done again without harm. The ledger is only read. Raises UsageError when it is none.
    """
    with Ledger(path, create=False) as ledger:
        rows = ledger.connection.execute("SELECT finding, agency, answer, source FROM reply ORDER BY finding, source").fetchall()
    given = [
        Reply(finding=finding, agency=agency, text=answer, how="ledger", source=source, source_sha256=f"ledger:{source}")
        for finding, agency, answer, source in rows
    ]
    new, unknown = record_replies(store, given, who=who)
    return len(new), unknown
