"""The season's file: opened, created, brought up to date; values that people enter, with a log and undo.

A season is a folder with one SQLite file, :data:`STORE_NAME`. Every change is one transaction that reaches the disk before the call
returns, so a kill, a power cut or a full disk leaves the state before or after a change, never between. There is no second file that
must travel with it (no write-ahead log).
"""

from __future__ import annotations

import contextlib
import datetime
import json
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import msgspec

from auditor.atomic import keep_copy
from auditor.errors import ConflictError, SeasonError
from auditor.office.records import LogEntry
from auditor.office.schema import APPLICATION, MIGRATIONS, TABLES, VERSION, VERSION_1

STORE_NAME: Final = "auditor-season.db"
Clock = Callable[[], datetime.datetime]
Value = Any
"""What JSON can hold."""


def local_time() -> datetime.datetime:
    """Now, with the offset of this PC's time zone."""
    return datetime.datetime.now().astimezone()


_UNREADABLE: Final = (zlib.error, msgspec.DecodeError)
_PERHAPS_UNREADABLE: Final = (TypeError, ValueError, KeyError, IndexError, AttributeError, AssertionError, OverflowError)
"""What code raises that gets a value it never wrote; where the file is sound they are defects of ours."""
_SCHEMA: Final = (
    "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND NOT (type = 'table' AND name LIKE 'sqlite!_%' ESCAPE '!')"
)
"""All but the tables that SQLite keeps for itself."""


@lru_cache(maxsize=VERSION)
def _own_schema(version: int) -> frozenset[tuple[str, str, str]]:
    """Tables, indexes and triggers as this program makes them, or made them in an earlier version of the file."""
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        for statement in VERSION_1:
            connection.execute(statement)
        for number in range(1, version):
            for statement in MIGRATIONS[number]:
                connection.execute(statement)
        return frozenset(connection.execute(_SCHEMA))


class SeasonStore:
    """An open season. Use as a context manager. Several processes may have it open; changes wait for one another up to ``wait`` seconds.

    ``who`` is put into the log with each change. Raises SeasonError when there is no season (without ``create``), when the file is
    none or is newer than this program, or when it cannot be read or written.
    """

    def __init__(
        self, folder: Path, *, create: bool = False, who: str = "", wait: float = 10.0, clock: Clock = local_time, read_only: bool = False
    ) -> None:
        self.folder, self.path, self.who, self._clock = folder, folder / STORE_NAME, who, clock
        self._depth = 0
        if not create and not self.path.is_file():
            raise SeasonError("no_season", folder=folder)
        if create and not read_only:
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise SeasonError("cannot_write", path=folder, reason=error.strerror or type(error).__name__) from error
        with told_as_season(self.path):
            uri = self.path.absolute().as_uri() + ("?mode=ro" if read_only else "?mode=rwc" if create else "?mode=rw")
            # One connection may be used by the threads of a server that takes turns.
            self.connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=wait, check_same_thread=False)
            try:
                self._prepare(read_only)
            except BaseException:
                self.connection.close()
                raise

    def __enter__(self) -> SeasonStore:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        injured = isinstance(error, _UNREADABLE) or (isinstance(error, _PERHAPS_UNREADABLE) and self._is_injured())
        self.close()
        if injured:
            raise SeasonError("damaged", path=self.path, reason=f"{type(error).__name__}: {error}") from error

    def close(self) -> None:
        """Close the file. Whatever was changed is on the disk already."""
        self.connection.close()

    def _is_injured(self) -> bool:
        """Whether the file holds what this program never writes: damaged pages, values of another type, JSON that is none."""
        types = {"INTEGER": "'integer', 'null'", "TEXT": "'text', 'null'", "BLOB": "'blob', 'null'"}
        run = self.connection.execute
        try:
            if run("PRAGMA quick_check(1)").fetchone() != ("ok",):
                return True
            for (table,) in run("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'").fetchall():
                for column in run(f"PRAGMA table_info({table})").fetchall():
                    odd = f"typeof({column[1]}) NOT IN ({types.get(column[2], types['BLOB'])})"
                    if run(f"SELECT 1 FROM {table} WHERE {odd} LIMIT 1").fetchone():
                        return True
            return bool(run("SELECT 1 FROM entered WHERE NOT json_valid(value) LIMIT 1").fetchone())
        except sqlite3.DatabaseError:
            return True

    def _prepare(self, read_only: bool) -> None:
        run = self.connection.execute
        run("PRAGMA trusted_schema = OFF")
        version, empty = self._state()
        if read_only and (version != VERSION or empty):
            raise SeasonError("no_season", folder=self.folder) if empty else SeasonError("old", path=self.path, found=version)
        if not read_only:
            run("PRAGMA journal_mode = DELETE")
            run("PRAGMA synchronous = EXTRA")
        run("PRAGMA foreign_keys = ON")
        if version == VERSION:
            self._require_own_schema(version)
            run("PRAGMA trusted_schema = ON")
            return
        if empty:
            with self.transaction():
                if self._state()[1]:  # another process may have been faster
                    for statement in TABLES:
                        run(statement)
                    run(f"PRAGMA application_id = {APPLICATION}")
                    run(f"PRAGMA user_version = {VERSION}")
            return
        if run("PRAGMA application_id").fetchone()[0] != APPLICATION:
            raise SeasonError("not_a_season", path=self.path)
        if version > VERSION:
            raise SeasonError("newer", path=self.path, found=version, expected=VERSION)
        self._require_own_schema(version)  # before the first statement: a trigger would run with what brings the file up to date
        self._migrate(version)

    def _require_own_schema(self, version: int) -> None:
        """Refuse a file whose tables, indexes or triggers are not those made here: a foreign trigger would run with every entry."""
        found, own = set(self.connection.execute(_SCHEMA)), _own_schema(version)
        if found != own:
            raise SeasonError("foreign", path=self.path, names=", ".join(sorted({str(name) for _, name, _ in found ^ own})))

    def _state(self) -> tuple[int, bool]:
        version = int(self.connection.execute("PRAGMA user_version").fetchone()[0])
        return version, not version and not self.connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]

    def _migrate(self, version: int) -> None:
        """Bring an older file up to date in one transaction; a copy of it as it was stays beside it."""
        copy = self.path.with_name(f"{self.path.stem}.version-{version}{self.path.suffix}")
        if not copy.exists():
            try:
                keep_copy(self.path, copy)
            except OSError as error:
                raise SeasonError("cannot_write", path=copy, reason=error.strerror or type(error).__name__) from error
        with self.transaction():
            for number in range(self._state()[0], VERSION):
                for statement in MIGRATIONS[number]:
                    self.connection.execute(statement)
            self.connection.execute(f"PRAGMA user_version = {VERSION}")

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; transactions inside it become part of it. Raises SeasonError where the disk refuses."""
        with told_as_season(self.path):
            if self._depth or self.connection.in_transaction:
                yield self.connection
                return
            self.connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self.connection.execute("ROLLBACK")
                raise
            finally:
                self._depth -= 1

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with told_as_season(self.path):
            return self.connection.execute(query, values).fetchall()

    # time

    def now(self) -> str:
        """The time for the log, ISO with offset. The order of events is that of their numbers, not of this clock."""
        return self._clock().isoformat(timespec="seconds")

    def clock_behind(self) -> str | None:
        """The time of the last event where this PC's clock is earlier than that; then a person should look at the date."""
        found = self.rows("SELECT at FROM log ORDER BY number DESC LIMIT 1")
        if not found:
            return None
        try:
            last = datetime.datetime.fromisoformat(found[0][0])
            return found[0][0] if self._clock() < last - datetime.timedelta(minutes=5) else None
        except (ValueError, TypeError):
            return None

    # entered values

    def value(self, subject: str, field: str, default: Value = None) -> Value:
        """An entered value, or ``default``."""
        found = self.rows("SELECT value FROM entered WHERE subject = ? AND field = ?", subject, field)
        return json.loads(found[0][0]) if found else default

    def values(self, subject: str) -> dict[str, Value]:
        """All entered values of a subject by field."""
        return {field: json.loads(value) for field, value in self.rows("SELECT field, value FROM entered WHERE subject = ?", subject)}

    def version_of(self, subject: str) -> int:
        """The version of a subject: the number of the last line of the log about it, 0 for none. For ``expected``."""
        return int(self.rows("SELECT coalesce(max(number), 0) FROM log WHERE subject = ?", subject)[0][0])

    def enter(self, subject: str, changes: Mapping[str, Value | None], what: str, *, who: str | None = None, expected: int | None = None,
              action: int | None = None) -> int:  # fmt: skip
        """Change entered values (``None`` takes one away) and log it; the new version of the subject. Equal values change nothing.

        ``what`` is a key of ``office.log`` in the messages. Raises ConflictError when ``expected`` is not the version of the subject.
        """
        with self.transaction():
            self.require_version(subject, expected)
            before = self.values(subject)
            action = action or self.new_action()
            for field, value in changes.items():
                old = _packed(before.get(field))
                new = _packed(value)
                if old != new:
                    self.write_log(what, subject, field, old, new, who=who, action=action)
                    self._put(subject, field, new, who)
            return self.version_of(subject)

    def note(self, subject: str, field: str, value: Value, what: str, *, who: str | None = None) -> None:
        """Keep what came in from outside under a subject and log it; no undo takes it back."""
        with self.transaction():
            if _packed(self.value(subject, field)) != _packed(value):
                self.write_log(what, subject, after=_packed(value), who=who)
                self._put(subject, field, _packed(value), who)

    def _put(self, subject: str, field: str, value: str | None, who: str | None) -> None:
        if value is None:
            self.connection.execute("DELETE FROM entered WHERE subject = ? AND field = ?", (subject, field))
        else:
            self.connection.execute(
                "INSERT OR REPLACE INTO entered VALUES (?, ?, ?, ?, ?)",
                (subject, field, value, self.who if who is None else who, self.now()),
            )

    def require_version(self, subject: str, expected: int | None) -> None:
        """Raise ConflictError when somebody changed the subject after version ``expected`` (``None``: do not ask)."""
        if expected is None or expected == self.version_of(subject):
            return
        at, who = self.rows("SELECT at, who FROM log WHERE subject = ? ORDER BY number DESC LIMIT 1", subject)[0]
        raise ConflictError("conflict", subject=subject, who=who or "?", at=at)

    # log and undo

    def new_action(self) -> int:
        """A number under which several lines of the log are one action, undone together."""
        return int(self.rows("SELECT coalesce(max(action), 0) + 1 FROM log")[0][0])

    def write_log(
        self, what: str, subject: str, field: str = "", before: str | None = None, after: str | None = None, *, who: str | None = None,
        action: int | None = None, undoes: int | None = None,
    ) -> int:  # fmt: skip
        """Add a line to the log; its number. Inside a transaction."""
        number = self.connection.execute(
            "INSERT INTO log (action, at, who, what, subject, field, before, after, undoes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (action or self.new_action(), self.now(), self.who if who is None else who, what, subject, field, before, after, undoes),
        ).lastrowid
        assert number is not None
        return number

    def log(self, *, subject: str | None = None, limit: int = 200, before: int | None = None) -> tuple[LogEntry, ...]:
        """The log, latest first."""
        rows = self.rows(
            "SELECT number, action, at, who, what, subject, field, before, after, undoes, EXISTS (SELECT 1 FROM log AS later WHERE "
            "later.undoes = log.number) FROM log WHERE (?1 IS NULL OR subject = ?1) AND (?2 IS NULL OR number < ?2) "
            "ORDER BY number DESC LIMIT ?3",
            subject,
            before,
            limit,
        )
        return tuple(
            LogEntry(number=r[0], action=r[1], at=r[2], who=r[3], what=r[4], subject=r[5], field=r[6], before=r[7], after=r[8],
                     undoes=r[9], undone=bool(r[10]))
            for r in rows
        )  # fmt: skip

    def undo(self, action: int | None = None, *, who: str | None = None) -> int:
        """Take back an action (the last one that can be, by default): its values become what they were; its number.

        Notices and replies are facts and stay. Raises SeasonError when there is nothing to undo, ConflictError when a value was changed
        again since.
        """
        with self.transaction():
            if action is None:
                found = self.rows(
                    "SELECT action FROM log WHERE field <> '' AND undoes IS NULL AND NOT EXISTS "
                    "(SELECT 1 FROM log AS later WHERE later.undoes = log.number) ORDER BY number DESC LIMIT 1"
                )
                if not found:
                    raise SeasonError("nothing_to_undo")
                action = int(found[0][0])
            lines = self.rows(
                "SELECT number, subject, field, before, after FROM log WHERE action = ? AND field <> '' AND undoes IS NULL AND NOT EXISTS "
                "(SELECT 1 FROM log AS later WHERE later.undoes = log.number) ORDER BY number DESC",
                action,
            )
            if not lines:
                raise SeasonError("nothing_to_undo")
            group = self.new_action()
            for number, subject, field, before, after in lines:
                if _packed(self.value(subject, field)) != after:
                    raise ConflictError("changed_since", subject=subject)
                self.write_log("undo", subject, field, after, before, who=who, action=group, undoes=number)
                self._put(subject, field, before, who)
            return action

    # attachments

    def attach(self, name: str, content: bytes, *, who: str | None = None) -> None:
        """Keep a file of the office (its roster, say) inside the season under a name; an earlier one of that name is replaced."""
        import hashlib

        digest = hashlib.sha256(content).hexdigest()
        with self.transaction() as connection:
            if self.rows("SELECT 1 FROM attachment WHERE name = ? AND sha256 = ?", name, digest):
                return
            connection.execute(
                "INSERT OR REPLACE INTO attachment VALUES (?, ?, ?, ?, ?)",
                (name, digest, content, self.who if who is None else who, self.now()),
            )
            self.write_log("attach", f"attachment:{name}", after=_packed(digest), who=who)

    def attachment(self, name: str) -> bytes | None:
        """A kept file, or ``None``."""
        found = self.rows("SELECT content FROM attachment WHERE name = ?", name)
        return bytes(found[0][0]) if found else None


@contextlib.contextmanager
def told_as_season(path: Path) -> Iterator[None]:
    """What SQLite refuses, as SeasonError that says why: disk full, read-only, busy, damaged."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise SeasonError("damaged", path=path, reason=str(error)) from error
    except sqlite3.DatabaseError as error:
        text = str(error).lower()
        if "full" in text or "disk i/o" in text:
            raise SeasonError("disk_full", path=path, reason=str(error)) from error
        if "readonly" in text or "unable to open" in text:
            raise SeasonError("cannot_write", path=path, reason=str(error)) from error
        if "locked" in text or "busy" in text:
            raise SeasonError("busy", path=path) from error
        if "not a database" in text or "malformed" in text or "corrupt" in text:
            raise SeasonError("damaged", path=path, reason=str(error)) from error
        raise SeasonError("refused", path=path, reason=str(error)) from error


def is_season(folder: Path) -> bool:
    """Whether a folder is a season: it holds the season's file."""
    return (folder / STORE_NAME).is_file()


def _packed(value: Value | None) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)
