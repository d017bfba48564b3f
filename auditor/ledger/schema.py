"""The tables of a ledger. Nothing in them depends on the clock or on where the files lie: same inputs, same content.

===============  ==========================================================================================================
``reading``      one bound report: content, stem (a name may give the year) and reader (:mod:`auditor.ledger.keys`) identify it;
                 ``light`` is the report without cells, prose and sections, ``prose`` the report with its prose only
``fact``         its cells, as printed and as read; ``place`` is a JSON location, without the boxes. A view over the column ``facts``
                 of ``reading``: two hundred rows a report would cost more to store than all the rest
``checked``      its audit by one state of the rules, report left out; ``signature`` is what comparing it with others needs
``run``          a finished run, numbered from 1; running again without any change adds none
``run_audit``    its audits in path order; ``report`` only where none is stored (halves joined, failures), ``audit`` where it is not that of
                 ``checked`` (rules over several reports, waivers)
``finding``      its top findings, ``audit`` the position of the audit in the run, 0 across reports
``problem``      our own difficulties, by audit
``undecided``    checks across reports that stayed open
``published``    publication dates read, by agency and report year
``waiver``       waivers in force in a run
``reply``        what agencies answered, by finding id
``shown``        pieces of the output of a run in the formats it was asked for, so that the next run need not make them again
===============  ==========================================================================================================

This is the only place where the columns are named: what is written and taken out asks for them (:data:`HEAD`, :data:`FACT`). A change of a
table raises :data:`VERSION`, and :data:`HANDED_ON` says what a file of the version before hands on.

Numbers are kept as text, exactly as read; ``BLOB`` columns are msgpack of the records in ``auditor.model``, compressed with zlib.
"""

from __future__ import annotations

import sqlite3
from functools import lru_cache
from typing import Final

VERSION: Final = 2

HANDED_ON: Final[dict[int, tuple[str, ...]]] = {1: ("published", "reply")}
"""By earlier version the tables whose rows are taken over as they are, because people entered or counted on them. All others hold what
is computed again from the reports."""

TABLES: Final = (
    """CREATE TABLE IF NOT EXISTS reading (
        id INTEGER PRIMARY KEY, content TEXT NOT NULL, stem TEXT NOT NULL, reader TEXT NOT NULL, kind TEXT NOT NULL,
        status TEXT NOT NULL, document TEXT NOT NULL, half TEXT NOT NULL, agency TEXT, agency_kind TEXT NOT NULL, year INTEGER, era TEXT,
        scope TEXT NOT NULL, published TEXT, light BLOB NOT NULL, prose BLOB NOT NULL, report BLOB NOT NULL, facts TEXT NOT NULL,
        UNIQUE (content, stem, reader))""",
    """CREATE TABLE IF NOT EXISTS checked (
        id INTEGER PRIMARY KEY, reading INTEGER NOT NULL REFERENCES reading (id) ON DELETE CASCADE, checker TEXT NOT NULL,
        audit BLOB NOT NULL, signature BLOB NOT NULL, UNIQUE (reading, checker))""",
    """CREATE TABLE IF NOT EXISTS run (
        number INTEGER PRIMARY KEY, key TEXT NOT NULL, version TEXT NOT NULL, rules TEXT NOT NULL, reader TEXT NOT NULL,
        checker TEXT NOT NULL, audits INTEGER NOT NULL, read INTEGER NOT NULL, findings INTEGER NOT NULL, notes TEXT NOT NULL,
        defect TEXT NOT NULL, tally TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS run_audit (
        run INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE, position INTEGER NOT NULL, path TEXT NOT NULL, status TEXT NOT NULL,
        verdict TEXT NOT NULL, agency TEXT, year INTEGER, content TEXT NOT NULL,
        reading INTEGER REFERENCES reading (id), checked INTEGER REFERENCES checked (id), report BLOB, audit BLOB,
        PRIMARY KEY (run, position)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS finding (
        run INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE, audit INTEGER NOT NULL, position INTEGER NOT NULL, id TEXT NOT NULL,
        rule TEXT NOT NULL, severity TEXT NOT NULL, confidence TEXT NOT NULL, agency TEXT, year INTEGER, title TEXT NOT NULL,
        message TEXT NOT NULL, calculation TEXT, place TEXT, waived TEXT, record BLOB, PRIMARY KEY (run, audit, position)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS problem (
        run INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE, audit INTEGER NOT NULL, position INTEGER NOT NULL,
        code TEXT NOT NULL, details TEXT NOT NULL, fatal INTEGER NOT NULL, PRIMARY KEY (run, audit, position)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS undecided (
        run INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE, position INTEGER NOT NULL, rule TEXT NOT NULL,
        verdict TEXT NOT NULL, needs TEXT NOT NULL, PRIMARY KEY (run, position)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS published (
        agency TEXT NOT NULL, year INTEGER NOT NULL, date TEXT NOT NULL, source TEXT NOT NULL,
        PRIMARY KEY (agency, year, date, source)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS waiver (
        run INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE, position INTEGER NOT NULL, rule TEXT NOT NULL, agency TEXT NOT NULL,
        year INTEGER, reason TEXT NOT NULL, who TEXT NOT NULL, until TEXT, PRIMARY KEY (run, position)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS reply (
        finding TEXT NOT NULL, agency TEXT NOT NULL, year INTEGER, answer TEXT NOT NULL, source TEXT NOT NULL,
        PRIMARY KEY (finding, agency, source)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS shown (
        run INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE, format TEXT NOT NULL, audit INTEGER NOT NULL, piece BLOB NOT NULL,
        PRIMARY KEY (run, format, audit)) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS finding_rule ON finding (rule)",
)

# Views for people: cells as rows; of the latest run only, with the names they know.
VIEWS: Final = (
    """CREATE VIEW IF NOT EXISTS fact AS SELECT reading.id AS reading, cell.key AS position, json_extract(cell.value, '$[0]') AS key,
        json_extract(cell.value, '$[1]') AS raw, json_extract(cell.value, '$[2]') AS state, json_extract(cell.value, '$[3]') AS value,
        json_extract(cell.value, '$[4]') AS unit, json_extract(cell.value, '$[5]') AS confidence,
        json_extract(cell.value, '$[6]') AS place FROM reading, json_each(reading.facts) AS cell""",
    "CREATE VIEW IF NOT EXISTS latest AS SELECT * FROM run_audit WHERE run = (SELECT max(number) FROM run)",
    """CREATE VIEW IF NOT EXISTS facts AS SELECT latest.path, latest.agency, latest.year, fact.key, fact.raw, fact.state, fact.value,
        fact.unit, fact.confidence, fact.place FROM latest JOIN fact ON fact.reading = latest.reading""",
    """CREATE VIEW IF NOT EXISTS findings AS SELECT latest.path, finding.* FROM finding
        LEFT JOIN latest ON latest.position = finding.audit WHERE finding.run = (SELECT max(number) FROM run)""",
)

_OBJECTS: Final = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"


def objects(connection: sqlite3.Connection) -> frozenset[tuple[str, str, str]]:
    """Tables, views, indexes and triggers of a file: type, name and statement. Raises sqlite3.DatabaseError."""
    return frozenset(connection.execute(_OBJECTS))


@lru_cache(maxsize=1)
def own_objects() -> frozenset[tuple[str, str, str]]:
    """Tables, views and indexes as this program makes them."""
    return objects(_empty())


def columns(table: str) -> tuple[str, ...]:
    """The columns of a table or view, in order."""
    return tuple(name for _, name, *_ in _empty().execute(f"PRAGMA table_info({table})"))


@lru_cache(maxsize=1)
def _empty() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    for statement in (*TABLES, *VIEWS):
        connection.execute(statement)
    return connection


KEY: Final = ("content", "stem", "reader")
"""What identifies a reading."""
PACKED: Final = ("light", "prose", "report", "facts")
"""Its records and cells."""
HEAD: Final = tuple(name for name in columns("reading") if name not in ("id", *KEY, *PACKED))
"""The other columns of a reading, which people query."""
FACT: Final = columns("fact")[2:]
"""What is kept of a cell."""
