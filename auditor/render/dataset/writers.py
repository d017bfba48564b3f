"""Files of the dataset: CSV, workbook, SQLite, Parquet (through DuckDB). Rows are written as they come."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal, Protocol, TypeAlias

from auditor.atomic import replacing
from auditor.errors import UsageError
from auditor.render.csv import safe_cell
from auditor.render.printable import xml_text
from auditor.scratch import scratch_folder

Value: TypeAlias = str | int | float | Decimal | None
Row: TypeAlias = tuple[Value, ...]
FORMATS: Final = ("csv", "db", "parquet", "xlsx")
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
        raise UsageError("{path}: {reason}", path=path, reason=error.strerror or error) from error


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
    def __init__(self, connection: sqlite3.Connection, tables: Mapping[str, Sequence[DatasetColumn]]) -> None:
        self._connection = connection
        self._inserts = {}
        for table, columns in tables.items():
            declared = ", ".join(f'"{column.name}" {_SQL[column.kind]}' for column in columns)
            connection.execute(f'CREATE TABLE "{table}" ({declared})')
            self._inserts[table] = f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(columns))})'

    def put(self, table: str, row: Row) -> None:
        self._connection.execute(self._inserts[table], tuple(_text(value) if isinstance(value, Decimal) else value for value in row))


@contextmanager
def _database(path: Path, tables: Mapping[str, Sequence[DatasetColumn]]) -> Iterator[Sink]:
    if path.exists():
        with path.open("rb") as file:
            if file.read(16) not in (b"", b"SQLite format 3\0"):
                raise UsageError("{path}: exists and is no database", path=path)
        with sqlite3.connect(path) as old:
            if {name for (name,) in old.execute("SELECT name FROM sqlite_master WHERE type = 'table'")} - set(tables):
                raise UsageError("{path}: exists and holds other tables; name another file", path=path)
        old.close()
    with replacing(path) as unfinished:
        connection = sqlite3.connect(unfinished)
        try:
            with connection:
                yield _Database(connection, tables)
        finally:
            connection.close()


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

    # Strings in the cells themselves: a row can leave memory once it is written, whichever sheet it is on.
    with replacing(path) as unfinished:
        book = xlsxwriter.Workbook(str(unfinished), {"constant_memory": True})
        book.set_properties({"created": datetime.datetime(2000, 1, 1)})
        yield _Workbook(book, tables)
        book.close()


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
        with duckdb.connect() as connection:
            for table, columns in tables.items():
                types = ", ".join(f"'{column.name}': '{_PARQUET[column.kind]}'" for column in columns)
                source = (
                    f"read_csv({_quoted(parts[table])}, header = true, columns = {{{types}}}, quote = '\"', escape = '\"', nullstr = '')"
                )
                with replacing(beside(path, table)) as unfinished:
                    connection.execute(f"COPY (SELECT * FROM {source}) TO {_quoted(unfinished)} (FORMAT parquet)")


def _quoted(path: Path) -> str:
    return "'" + path.as_posix().replace("'", "''") + "'"


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value, "f")
    return f"{value:g}" if isinstance(value, float) else str(value)
