"""The memory of a season: an SQLite file of bound reports, facts, audits, findings and runs. See :mod:`auditor.ledger.schema`."""

from auditor.ledger.keys import checker_key, content_key, reader_key
from auditor.ledger.record import Record, recorded
from auditor.ledger.store import Ledger

__all__ = ["Ledger", "Record", "checker_key", "content_key", "reader_key", "recorded"]
