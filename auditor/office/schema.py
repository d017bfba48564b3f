"""Tables of the season's file, its versions, and how an older file is brought up to date.

Two groups of tables are kept apart. *Entered* tables hold what people typed, decided, sent out or received; no run changes a row of them.
*Computed* tables hold what a run found; they can be made again from the reports.

entered
  ``entered``      one value a person typed: subject (``season``, ``finding:KEY``, ``agency:NAME``, ``reading:SHA256:CELL``, ``version:N``
                   …), field, value as JSON, who and when
  ``log``          append-only: every change of an entered value, every notice and reply, who and when; an undo is a further row
  ``number``       the short number of each finding (2024-017), given once and never given to another finding
  ``notice``       notices that were issued, with the file as sent; ``notice_item`` the findings in each. Immutable
  ``reply``        what agencies answered, one row an answer; two answers to one finding are two rows. Immutable
  ``attachment``   files that people gave: the roster, received reports by name

computed
  ``round``        runs that changed something, numbered from 1, with what was found across reports
  ``version``      each version of each report by content, with its audit; ``state`` says whether it is the one that counts
  ``finding``      every finding ever seen, with the round in which it was first and last seen, and since when it is gone
  ``alias``        ids of a finding other than its key: of a cluster that grew, of an id that two reports share
  ``seen``         what each round said about each finding
  ``output``       files this program wrote into the folder, with their hashes
  ``printed``      what the workbook showed of values people may change there, so that their changes can be told from ours
  ``draft``        the notices that lie in the folder and are not issued yet, with the findings in them
"""

from __future__ import annotations

from typing import Final

VERSION: Final = 3
APPLICATION: Final = 0x41554453
"""``PRAGMA application_id`` of a season's file ("AUDS")."""

_ENTERED: Final = (
    """CREATE TABLE entered (
        subject TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, who TEXT NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (subject, field)) WITHOUT ROWID""",
    """CREATE TABLE log (
        number INTEGER PRIMARY KEY AUTOINCREMENT, action INTEGER NOT NULL, at TEXT NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL,
        subject TEXT NOT NULL, field TEXT NOT NULL DEFAULT '', before TEXT, after TEXT, undoes INTEGER)""",
    "CREATE INDEX log_subject ON log (subject)",
    "CREATE INDEX log_action ON log (action)",
    "CREATE TABLE number (key TEXT PRIMARY KEY, number TEXT NOT NULL UNIQUE) WITHOUT ROWID",
    """CREATE TABLE notice (
        id INTEGER PRIMARY KEY, agency TEXT NOT NULL, year INTEGER, ordinal INTEGER NOT NULL, round INTEGER NOT NULL,
        number TEXT NOT NULL, date TEXT NOT NULL, deadline TEXT NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL, content BLOB,
        who TEXT NOT NULL, at TEXT NOT NULL)""",
    """CREATE TABLE notice_item (
        notice INTEGER NOT NULL REFERENCES notice (id), position INTEGER NOT NULL, finding TEXT NOT NULL, message TEXT NOT NULL,
        PRIMARY KEY (notice, position)) WITHOUT ROWID""",
    "CREATE INDEX notice_item_finding ON notice_item (finding)",
    """CREATE TABLE reply (
        id INTEGER PRIMARY KEY, finding TEXT NOT NULL, agency TEXT NOT NULL, answer TEXT NOT NULL, text TEXT NOT NULL,
        how TEXT NOT NULL, certain INTEGER NOT NULL, notice INTEGER, source TEXT NOT NULL, source_sha256 TEXT NOT NULL, who TEXT NOT NULL,
        at TEXT NOT NULL, UNIQUE (finding, text, source_sha256))""",
    "CREATE INDEX reply_finding ON reply (finding)",
    """CREATE TABLE attachment (
        name TEXT PRIMARY KEY, sha256 TEXT NOT NULL, content BLOB NOT NULL, who TEXT NOT NULL, at TEXT NOT NULL)""",
    *(
        f"CREATE TRIGGER {table}_{event} BEFORE {event} ON {table} BEGIN SELECT raise(ABORT, '{table} is append-only'); END"
        for table in ("notice", "notice_item", "reply", "log")
        for event in ("UPDATE", "DELETE")
    ),
)

_COMPUTED: Final = (
    """CREATE TABLE round (
        number INTEGER PRIMARY KEY, at TEXT NOT NULL, version TEXT NOT NULL, rules TEXT NOT NULL, files INTEGER NOT NULL,
        tail BLOB NOT NULL)""",
    """CREATE TABLE version (
        id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL, part INTEGER NOT NULL, report_key TEXT NOT NULL, path TEXT NOT NULL, agency TEXT,
        year INTEGER, status TEXT NOT NULL, document TEXT NOT NULL, published TEXT, marked INTEGER NOT NULL, state TEXT NOT NULL,
        same_as INTEGER, first_round INTEGER NOT NULL, last_round INTEGER NOT NULL, unread_round INTEGER, content TEXT NOT NULL,
        report BLOB, audit BLOB NOT NULL, UNIQUE (sha256, part, report_key))""",
    "CREATE INDEX version_report ON version (report_key)",
    """CREATE TABLE finding (
        key TEXT PRIMARY KEY, id TEXT NOT NULL, rule TEXT NOT NULL, severity TEXT NOT NULL, agency TEXT NOT NULL, year INTEGER,
        report_key TEXT NOT NULL, parent TEXT, presence TEXT NOT NULL, first_round INTEGER NOT NULL, last_round INTEGER NOT NULL,
        gone_round INTEGER, gone_as TEXT, back_round INTEGER, sha256 TEXT NOT NULL, path TEXT NOT NULL, record BLOB NOT NULL)
        WITHOUT ROWID""",
    "CREATE INDEX finding_report ON finding (report_key)",
    "CREATE TABLE alias (id TEXT NOT NULL, report_key TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (id, report_key)) WITHOUT ROWID",
    """CREATE TABLE seen (
        finding TEXT NOT NULL, round INTEGER NOT NULL, what TEXT NOT NULL, PRIMARY KEY (finding, round)) WITHOUT ROWID""",
    "CREATE TABLE output (name TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (name, sha256)) WITHOUT ROWID",
)

_WORKBOOK: Final = (
    "ALTER TABLE version ADD COLUMN arrived INTEGER",  # the round in which an older version came back in the place of a newer one
    """CREATE TABLE printed (
        subject TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (subject, field)) WITHOUT ROWID""",
    """CREATE TABLE draft (
        path TEXT PRIMARY KEY, report_key TEXT NOT NULL, agency TEXT NOT NULL, year INTEGER, ordinal INTEGER NOT NULL,
        findings TEXT NOT NULL) WITHOUT ROWID""",
)

VERSION_1: Final = (*_ENTERED, *_COMPUTED)
"""The first version of the file; never changed again."""
_PATHS: Final = ("CREATE INDEX version_path ON version (path)",)

TABLES: Final = (*VERSION_1, *_WORKBOOK, *_PATHS)
ENTERED: Final = ("entered", "log", "number", "notice", "notice_item", "reply", "attachment")
"""Tables that no run may change or empty."""

MIGRATIONS: Final[dict[int, tuple[str, ...]]] = {1: _WORKBOOK, 2: _PATHS}
"""Statements that bring a file of this version to the next one."""
