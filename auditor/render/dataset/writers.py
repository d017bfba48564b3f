"""Files of the dataset: CSV, workbook, SQLite, Parquet (through DuckDB). Rows are written as they come."""

from __future__ import annotations

import csv
import os
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import IO, Any, Final, Literal, Protocol, TypeAlias

from auditor.atomic import is_temporary, replacing
from auditor.errors import UsageError
from auditor.render.csv import safe_cell
from auditor.render.printable import xml_text
from auditor.scratch import scratch_folder

Value: TypeAlias = str | int | float | Decimal | None
Row: TypeAlias = tuple[Value, ...]
FORMATS: Final = ("csv", "db", "parquet", "xlsx")
_REFUSED: Final = "{path}: cannot be written ({reason})"
_ERRNO: Final = re.compile(r'"errno":"(\d+)"')
"""The system's number of an error, in what DuckDB says of it."""
_SHEET_ROWS: Final = 1_048_576
_SQL: Final = {"text": "TEXT", "integer": "INTEGER", "number": "NUMERIC"}
_PARQUET: Final = {"text": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE"}


@dataclass(frozen=True, slots=True)
class DatasetColumn:
    """A column: its name (also the key of its meaning in the dictionary) and what it holds."""

    name: str
    kind: Literal["text", "integer", "number"] = "text"


class Sink(Protocol):
    """Takes rows of several tables, in any order."""

    def put(self, table: str, row: Row) -> None:
        """One row, in the order of the table's columns."""


def format_of(path: Path) -> str:
    """Format by suffix. Raises UsageError for one that is not of :data:`FORMATS`."""
    name = path.suffix.lower().removeprefix(".")
    if name not in FORMATS:
        raise UsageError("{path}: expected a name ending in {formats}", path=path, formats=", ".join("." + entry for entry in FORMATS))
    return name


@contextmanager
def open_sink(path: Path, tables: Mapping[str, Sequence[DatasetColumn]]) -> Iterator[Sink]:
    """The sink for a path; complete when the context ends without an error. Raises UsageError when it cannot be written."""
    opener = {"csv": _csv, "db": _database, "parquet": _parquet, "xlsx": _workbook}[format_of(path)]
    try:
        with opener(path, tables) as sink:
            yield sink
    except OSError as error:
        other = error.filename if isinstance(error.filename, str) and not is_temporary(Path(error.filename).name) else None
        raise UsageError(_REFUSED, path=other or path, reason=error.strerror or error) from error


def beside(path: Path, table: str) -> Path:
    """The file of a table where a format takes one file a table; the cells have the name itself."""
    return path if table == "facts" else path.with_name(f"{path.stem}_{table}{path.suffix}")


class _Csv:
    def __init__(self, files: ExitStack, paths: Mapping[str, Path], tables: Mapping[str, Sequence[DatasetColumn]], *, plain: bool) -> None:
        self._plain = plain
        self._writers: dict[str, Any] = {}
        for table, columns in tables.items():
            file = files.enter_context(paths[table].open("w", encoding="utf-8" if plain else "utf-8-sig", newline=""))
            self._writers[table] = csv.writer(file, lineterminator="\n" if plain else "\r\n")
            self._writers[table].writerow([column.name for column in columns])

    def put(self, table: str, row: Row) -> None:
        texts = [_text(value) for value in row]
        self._writers[table].writerow(texts if self._plain else [safe_cell(text) for text in texts])


@contextmanager
def _csv(path: Path, tables: Mapping[str, Sequence[DatasetColumn]]) -> Iterator[Sink]:
    with ExitStack() as whole, ExitStack() as files:
        yield _Csv(files, {table: whole.enter_context(replacing(beside(path, table))) for table in tables}, tables, plain=False)


class _Database:
    def __init__(self, connection: sqlite3.Connection, tables: Mapping[str, Sequence[DatasetColumn]], path: Path) -> None:
        self._connection, self._path = connection, path
        self._inserts = {}
        for table, columns in tables.items():
            declared = ", ".join(f'"{column.name}" {_SQL[column.kind]}' for column in columns)
            connection.execute(f'CREATE TABLE "{table}" ({declared})')
            self._inserts[table] = f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(columns))})'

    def put(self, table: str, row: Row) -> None:
        values = tuple(_text(value) if isinstance(value, Decimal) else value for value in row)
        with _said(self._path):
            self._connection.execute(self._inserts[table], values)


@contextmanager
def _database(path: Path, tables: Mapping[str, Sequence[DatasetColumn]]) -> Iterator[Sink]:
    if path.exists():
        with path.open("rb") as file:
            if file.read(16) not in (b"", b"SQLite format 3\0"):
                raise UsageError("{path}: exists and is no database", path=path)
        if _tables_of(path) - set(tables):
            raise UsageError("{path}: exists and holds other tables; name another file", path=path)
    with replacing(path) as unfinished, closing(sqlite3.connect(unfinished)) as connection:
        # What fails leaves no file, so there is nothing to roll back, and no journal beside it that could stay.
        connection.execute("PRAGMA journal_mode = MEMORY")
        with _said(path):
            sink = _Database(connection, tables, path)
        yield sink
        with _said(path):
            connection.commit()


@contextmanager
def _said(path: Path) -> Iterator[None]:
    """What SQLite says of a full or read-only disk, as a refusal that names the file asked for."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise UsageError(_REFUSED, path=path, reason=error) from error


def _tables_of(path: Path) -> set[str]:
    """Names of the tables of a database that is there. Raises UsageError for one that cannot be opened."""
    try:
        with closing(sqlite3.connect(path)) as old:
            return {str(name) for (name,) in old.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise UsageError("{path}: exists and is no database", path=path) from error


class _Workbook:
    def __init__(self, book: Any, tables: Mapping[str, Sequence[DatasetColumn]]) -> None:
        self._book = book
        self._tables = tables
        self._sheets: dict[str, tuple[Any, int, int]] = {}
        for table in tables:
            self._open(table, 1)

    def _open(self, table: str, number: int) -> None:
        sheet = self._book.add_worksheet(table if number == 1 else f"{table}_{number}")
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(self._tables[table]):
            sheet.write_string(0, place, column.name)
        self._sheets[table] = (sheet, 1, number)

    def put(self, table: str, row: Row) -> None:
        sheet, line, number = self._sheets[table]
        if line >= _SHEET_ROWS:
            self._open(table, number + 1)
            sheet, line, number = self._sheets[table]
        for place, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(line, place, xml_text(value)[:32_767])
            elif value is not None:
                sheet.write_number(line, place, value)
        self._sheets[table] = (sheet, line + 1, number)


@contextmanager
def _workbook(path: Path, tables: Mapping[str, Sequence[DatasetColumn]]) -> Iterator[Sink]:
    import datetime

    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    # Strings in the cells themselves: a row can leave memory once it is written, whichever sheet it is on.
    with scratch_folder() as folder, replacing(path) as unfinished, unfinished.open("wb") as file:
        target = _Refusing(file)
        try:
            book = xlsxwriter.Workbook(target, {"constant_memory": True, "tmpdir": str(folder)})
            book.set_properties({"created": datetime.datetime(2000, 1, 1)})
            yield _Workbook(book, tables)
            book.close()
        except (OSError, FileCreateError) as error:
            cause = error if isinstance(error, OSError) else error.args[0]
            if target.refusal is None:  # rows wait in the temporary folder until their sheet is written
                raise UsageError(_REFUSED, path=folder.parent, reason=cause.strerror or cause) from error
            raise target.refusal from error


class _Refusing:
    """A file that says once what the disk refuses. What the library's archive writes after that, when it is closed or collected, is
    dropped: it would print the same refusal on the terminal in words of its own."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._place = 0  # in what is dropped, as the library counts it
        self.refusal: OSError | None = None

    @property
    def _is_over(self) -> bool:
        return self.refusal is not None or self._file.closed

    def write(self, data: bytes) -> int:
        """Write, unless the disk has refused before. Raises OSError the first time."""
        if self._is_over:
            self._place += len(data)
            return len(data)
        try:
            return self._file.write(data)
        except OSError as error:
            self.refusal = error
            raise

    def flush(self) -> None:
        """Hand over what is held back. Raises OSError the first time."""
        if self._is_over:
            return
        try:
            self._file.flush()
        except OSError as error:
            self.refusal = error
            raise

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move in the file."""
        if self._is_over:
            self._place = offset
            return offset
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """The place in the file."""
        return self._place if self._is_over else self._file.tell()


@contextmanager
def _parquet(path: Path, tables: Mapping[str, Sequence[DatasetColumn]]) -> Iterator[Sink]:
    try:
        import duckdb
    except ImportError as error:
        raise UsageError(
            "{file}: Parquet needs DuckDB, which is not installed: pip install 'auditor[data]', or write .csv", file=path.name
        ) from error
    with scratch_folder() as folder:
        parts = {table: folder / f"{table}.csv" for table in tables}
        with ExitStack() as files:
            yield _Csv(files, parts, tables, plain=True)
        with duckdb.connect(config={"temp_directory": str(folder / "spilled")}) as connection, ExitStack() as whole:
            for table, columns in tables.items():
                types = ", ".join(f"'{column.name}': '{_PARQUET[column.kind]}'" for column in columns)
                source = (
                    f"read_csv({_quoted(parts[table])}, header = true, columns = {{{types}}}, quote = '\"', escape = '\"', nullstr = '')"
                )
                unfinished = whole.enter_context(replacing(beside(path, table)))
                try:
                    connection.execute(f"COPY (SELECT * FROM {source}) TO {_quoted(unfinished)} (FORMAT parquet)")
                except duckdb.IOException as error:
                    found = _ERRNO.search(str(error))
                    reason = os.strerror(int(found[1])) if found else str(error)
                    raise UsageError(_REFUSED, path=beside(path, table), reason=reason) from error


def _quoted(path: Path) -> str:
    return "'" + path.as_posix().replace("'", "''") + "'"


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value, "f")
    return f"{value:g}" if isinstance(value, float) else str(value)
