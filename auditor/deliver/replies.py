"""Replies of agencies stored where the office keeps them: in the reply column of the workbook, in the ledger of the runs."""

from __future__ import annotations

import contextlib
import io
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from auditor.atomic import write_whole
from auditor.errors import UsageError
from auditor.ledger import Ledger
from auditor.model.rule import Text
from auditor.office import Reply
from auditor.render.printable import xml_text
from auditor.text.privacy import mask


class Stored(Struct, frozen=True, kw_only=True):
    """How many replies found their finding, and the ids that did not."""

    count: int
    unknown: tuple[str, ...] = ()


def into_workbook(path: Path, replies: Sequence[tuple[Path, Reply]], words: Mapping[str, Text]) -> Stored:
    """Fill the reply column of the sheet that has one beside ids; replies stay text. Raises UsageError for another file."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(path)
    except Exception as error:  # openpyxl raises whatever the package inside raises
        raise UsageError(
            "{path}: no workbook that can be opened: {reason}", path=path, reason=f"{type(error).__name__}: {error}"
        ) from error
    wanted = {entry.finding: entry.text for _, entry in replies}
    count = 0
    seen: set[str] = set()
    for sheet in book.worksheets:
        place = _reply_column(sheet, words)
        if place is None:
            continue
        ids, answers = place
        for row in range(2, sheet.max_row + 1):
            found = str(sheet.cell(row, ids).value or "")
            if found in wanted:
                cell = sheet.cell(row, answers)
                cell.value = xml_text(mask(wanted[found]))
                cell.data_type = "s"
                seen.add(found)
                count += 1
    if seen:
        out = io.BytesIO()
        book.save(out)
        try:
            write_whole(path, out.getvalue())
        except OSError as error:
            raise UsageError("{path}: {reason}", path=path, reason=error.strerror) from error
    return Stored(count=count, unknown=tuple(sorted(set(wanted) - seen)))


def _reply_column(sheet: Any, words: Mapping[str, Text]) -> tuple[int, int] | None:
    """Columns of ids and of replies (1-based), by their heads in either language."""
    first = {str(cell.value): int(cell.column) for cell in next(sheet.iter_rows(min_row=1, max_row=1), ())}
    places = []
    for name in ("id", "reply"):
        head = words[f"workbook.column.{name}"]
        places.append(first.get(head.zh) or first.get(head.en))
    ids, answers = places
    return (ids, answers) if ids is not None and answers is not None else None


def into_ledger(path: Path, replies: Sequence[tuple[Path, Reply]]) -> Stored:
    """Store them by finding id with agency and year of the finding; the same file read again replaces its replies.

    Raises UsageError when there is no such ledger.
    """
    known: dict[str, tuple[str, int | None]] = {}
    count = 0
    with Ledger(path, create=False) as ledger:
        run = ledger.connection.execute
        for identity, agency, year in run("SELECT id, agency, year FROM finding ORDER BY run"):
            known[identity] = (agency or "", year)
        run("BEGIN IMMEDIATE")
        try:
            for source, entry in replies:
                if entry.finding in known:
                    agency, year = known[entry.finding]
                    run(
                        "INSERT OR REPLACE INTO reply (finding, agency, year, answer, source) VALUES (?, ?, ?, ?, ?)",
                        (entry.finding, agency, year, entry.text, source.name),
                    )
                    count += 1
            run("COMMIT")
        except sqlite3.DatabaseError as error:
            with contextlib.suppress(sqlite3.DatabaseError):
                run("ROLLBACK")
            raise UsageError("{path}: {reason}", path=path, reason=error) from error
    return Stored(count=count, unknown=tuple(sorted({entry.finding for _, entry in replies} - set(known))))
