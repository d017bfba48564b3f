"""The ledger file: readings and audits looked up by key, runs written whole. Every change is a transaction, so a kill loses at most
what was not yet committed and never leaves half of anything."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final

import msgspec

from auditor.errors import UsageError
from auditor.ledger.codec import is_sealed, sealed, unpack, unsealed
from auditor.ledger.record import Record, Row
from auditor.ledger.schema import HANDED_ON, HEAD, KEY, PACKED, TABLES, VERSION, VIEWS, columns, objects, own_objects
from auditor.model.finding import Audit
from auditor.model.report import Report
from auditor.season.signature import Signature

_FLUSH_EVERY: Final = 32
"""Files between two commits: about a second of work."""
_SIGNATURE: Final = msgspec.msgpack.Decoder(Signature)


_DISK: Final = ("full", "readonly", "disk i/o", "unable to open")
"""Words of SQLite's messages where the disk refuses, not the file."""


@dataclass(frozen=True, slots=True)
class StoredReading:
    """A stored report found by its key: its number, and which half of a report it may be."""

    id: int
    half: str


class Ledger:
    """An open ledger. Use as a context manager; one process writes at a time, others may read meanwhile (WAL).

    A file of an earlier version is brought up to this one; as it was, it stays beside (``NAME.version-N.db``). Raises UsageError when the
    file is no ledger, was written by a later version of the program, or is still held by another run after ``wait`` seconds.
    One that is not ``lasting`` is for this run only and need not survive a power cut.
    """

    def __init__(self, path: Path, *, create: bool = True, wait: float = 60.0, lasting: bool = True) -> None:
        if not create and not path.is_file():
            raise UsageError("{path}: no such ledger", path=path)
        self.path = path
        self._pending = 0
        self._inserts: dict[str, str] = {}
        try:
            self.connection = sqlite3.connect(path, isolation_level=None, timeout=wait)
            self._prepare()
            self.connection.execute(f"PRAGMA synchronous = {'NORMAL' if lasting else 'OFF'}")
            self.connection.execute("PRAGMA wal_autocheckpoint = 4000")
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            raise self._refused(error) from error

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        ours = isinstance(error, sqlite3.ProgrammingError)  # no fault of the file
        if isinstance(error, (sqlite3.DatabaseError, UnicodeDecodeError)) and not ours:
            self.connection.close()
            raise self._refused(error) from error
        self.close()

    def close(self) -> None:
        """Commit what is pending and close; all that was recorded is kept, also after Ctrl-C. Raises UsageError where the file refuses."""
        try:
            self.flush()
        except sqlite3.DatabaseError as error:
            raise self._refused(error) from error
        finally:
            self.connection.close()

    def _refused(self, error: Exception) -> UsageError:
        """A damaged file, a full disk or another run, in words."""
        if isinstance(error, sqlite3.OperationalError):
            text = str(error).lower()
            if "locked" in text or "busy" in text:
                return UsageError("{path}: cannot be written, another run may be using it ({reason})", path=self.path, reason=error)
            if any(said in text for said in _DISK):
                return UsageError("{path}: cannot be written ({reason})", path=self.path, reason=error)
        return UsageError("{path}: cannot be used as a ledger ({reason}); name another file", path=self.path, reason=error)

    def _prepare(self) -> None:
        run = self.connection.execute
        (version,) = run("PRAGMA user_version").fetchone()
        run("PRAGMA trusted_schema = OFF")
        if version == VERSION:
            self._require_own_schema()
            run("PRAGMA trusted_schema = ON")  # it is word for word ours; a view of it takes cells apart
            run("PRAGMA foreign_keys = ON")
            return
        found = objects(self.connection)
        if version > VERSION and any(name == "reading" for _, name, _ in found):
            raise UsageError(
                "{path}: written by a later version of the program ({found}, not {expected}); use that version, or name another file",
                path=self.path,
                found=version,
                expected=VERSION,
            )
        if found and not (
            version in HANDED_ON and {"reading", "run", *HANDED_ON[version]} <= {name for kind, name, _ in found if kind == "table"}
        ):
            raise UsageError("{path}: not a ledger (it holds other tables); name another file", path=self.path)
        if found:
            self._keep_as_it_was(version)
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA foreign_keys = OFF")
        run("BEGIN IMMEDIATE")
        handed = self._emptied(version) if found else {}
        for statement in (*TABLES, *VIEWS):
            run(statement)
        for table, rows in handed.items():
            names = columns(table)
            self.connection.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", rows)
        run(f"PRAGMA user_version = {VERSION}")
        run("COMMIT")
        run("PRAGMA foreign_keys = ON")
        run("PRAGMA trusted_schema = ON")

    def _keep_as_it_was(self, version: int) -> None:
        """A copy of a file of an earlier version beside it, once."""
        kept = self.path.with_name(f"{self.path.stem}.version-{version}{self.path.suffix}")
        if not kept.exists():
            with closing(sqlite3.connect(kept)) as copy:
                self.connection.backup(copy)

    def _emptied(self, version: int) -> dict[str, list[Row]]:
        """Remove all that a file of an earlier version holds, within the transaction; the rows that are handed on, by table."""
        run = self.connection.execute
        rows = {table: run(f"SELECT {', '.join(columns(table))} FROM {table}").fetchall() for table in HANDED_ON[version]}
        for kind in ("trigger", "view", "index", "table"):
            for _, name, _ in sorted(
                entry for entry in objects(self.connection) if entry[0] == kind and not entry[1].startswith("sqlite_")
            ):
                quoted = name.replace('"', '""')
                run(f'DROP {kind} "{quoted}"')
        return rows

    def _require_own_schema(self) -> None:
        """Refuse a file whose tables, views, indexes or triggers are not those made here: a trigger would run with every entry."""
        found = objects(self.connection)
        if found != own_objects():
            names = ", ".join(sorted(str(name) for _, name, _ in found ^ own_objects()))
            raise UsageError("{path}: not a ledger made by this program (changed: {names}); name another file", path=self.path, names=names)

    # readings and audits

    def is_whole(self, reading: int, checked: int | None) -> bool:
        """Whether what is stored of a reading and its audit can be taken out again."""
        names = ", ".join((*KEY, *HEAD, "facts", "light", "prose", "report"))
        row = self.connection.execute(f"SELECT {names} FROM reading WHERE id = ?", (reading,)).fetchone()
        *belongs, light, prose, report = row
        found = [(light, (*belongs[:3], "light")), (prose, (*belongs[:3], "prose")), (report, tuple(belongs))]
        if checked is not None:
            query = "SELECT audit, signature, checker FROM checked WHERE id = ?"
            audit, signature, checker = self.connection.execute(query, (checked,)).fetchone()
            found.append((audit, (*belongs[:3], checker, signature)))
        try:
            for blob, place in found:
                if not is_sealed(blob, *place):
                    return False
                zlib.decompress(blob)
            unpack(light, Report)
        except (zlib.error, msgspec.DecodeError, TypeError):
            return False
        return True

    def forget(self, reading: int) -> None:
        """Remove a reading that cannot be taken out again, with its audits; runs that showed it stay as they were written."""
        self._begin()
        run = self.connection.execute
        # A run that showed it is not what the next one would find, and must not be shown in its place.
        run("UPDATE run SET key = 'damaged ' || number WHERE number IN (SELECT run FROM run_audit WHERE reading = ?)", (reading,))
        run("UPDATE run_audit SET checked = NULL WHERE checked IN (SELECT id FROM checked WHERE reading = ?)", (reading,))
        run("UPDATE run_audit SET reading = NULL WHERE reading = ?", (reading,))
        self.connection.execute("DELETE FROM checked WHERE reading = ?", (reading,))
        self.connection.execute("DELETE FROM reading WHERE id = ?", (reading,))
        self._done()

    def reading(self, content: str, stem: str, reader: str) -> StoredReading | None:
        """The stored reading of a file, or ``None``."""
        found = self.connection.execute(
            "SELECT id, half FROM reading WHERE content = ? AND stem = ? AND reader = ?", (content, stem, reader)
        ).fetchone()
        return None if found is None else StoredReading(*found)

    def checked(self, reading: int, checker: str) -> int | None:
        """The number of the stored audit of a reading, or ``None``."""
        found = self.connection.execute("SELECT id FROM checked WHERE reading = ? AND checker = ?", (reading, checker)).fetchone()
        return None if found is None else int(found[0])

    def report_bytes(self, reading: int) -> bytes:
        """The stored report as bytes, without a path."""
        return unsealed(bytes(self.connection.execute("SELECT report FROM reading WHERE id = ?", (reading,)).fetchone()[0]))

    def report(self, reading: int) -> Report:
        """The stored report, without a path."""
        return unpack(self.report_bytes(reading), Report)

    def light(self, reading: int) -> Report:
        """The stored report without cells and prose, and without a path."""
        return unpack(self.connection.execute("SELECT light FROM reading WHERE id = ?", (reading,)).fetchone()[0], Report)

    def prose(self, reading: int) -> Report:
        """The stored report with its prose alone."""
        return unpack(self.connection.execute("SELECT prose FROM reading WHERE id = ?", (reading,)).fetchone()[0], Report)

    def audit_bytes(self, checked: int) -> bytes:
        """The stored audit as bytes, without report and path."""
        return unsealed(bytes(self.connection.execute("SELECT audit FROM checked WHERE id = ?", (checked,)).fetchone()[0]))

    def audit(self, checked: int) -> Audit:
        """The stored audit, without report and path."""
        return unpack(self.audit_bytes(checked), Audit)

    def signature(self, checked: int) -> Signature:
        """What was kept of the report to compare it with others."""
        return _SIGNATURE.decode(self.connection.execute("SELECT signature FROM checked WHERE id = ?", (checked,)).fetchone()[0])

    def put_reading(self, content: str, stem: str, reader: str, record: Record) -> StoredReading:
        """Store a report and its facts unless it is stored already."""
        self._begin()  # first: another run may be storing the same file
        known = self.reading(content, stem, reader)
        if known is not None:
            self._done()
            return known
        names = (*KEY, *HEAD, *PACKED)
        key = (content, stem, reader)
        values = (
            *key,
            *record.head,
            sealed(record.light, *key, "light"),
            sealed(record.prose, *key, "prose"),
            sealed(record.report, *key, *record.head, record.facts),
            record.facts,
        )
        number = self.connection.execute(
            f"INSERT INTO reading ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", values
        ).lastrowid
        assert number is not None
        self._done()
        return StoredReading(number, str(record.head[HEAD.index("half")]))

    def put_checked(self, reading: int, checker: str, audit: bytes, signature: bytes) -> int:
        """Store an audit and the signature of its report unless they are stored already."""
        self._begin()
        known = self.checked(reading, checker)
        if known is not None:
            self._done()
            return known
        query = f"SELECT {', '.join(KEY)} FROM reading WHERE id = ?"
        audit = sealed(audit, *self.connection.execute(query, (reading,)).fetchone(), checker, signature)
        number = self.connection.execute(
            "INSERT INTO checked (reading, checker, audit, signature) VALUES (?, ?, ?, ?)", (reading, checker, audit, signature)
        ).lastrowid
        assert number is not None
        self._done()
        return number

    # transactions

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; what was pending before is committed first."""
        self.flush()
        self._begin()
        try:
            yield
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def flush(self) -> None:
        """Commit what is pending."""
        if self.connection.in_transaction:
            self.connection.execute("COMMIT")
        self._pending = 0

    def insert(self, table: str, rows: Iterable[Row]) -> None:
        """Rows into a table of :mod:`auditor.ledger.schema`, in its column order; inside :meth:`transaction`."""
        if table not in self._inserts:
            width = len(columns(table))
            self._inserts[table] = f"INSERT OR IGNORE INTO {table} VALUES ({', '.join('?' * width)})"
        self.connection.executemany(self._inserts[table], rows)

    def _begin(self) -> None:
        if self.connection.in_transaction:
            return
        try:
            self.connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise UsageError("{path}: cannot be written, another run may be using it ({reason})", path=self.path, reason=error) from error

    def _done(self) -> None:
        self._pending += 1
        if self._pending >= 2 * _FLUSH_EVERY:
            self.flush()


def is_ledger(path: Path) -> bool:
    """Whether a path is a file that says it is a ledger (an SQLite file with our tables)."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\0":
            return False
    connection = sqlite3.connect(path)
    try:
        return bool(connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'run_audit'").fetchone())
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()
