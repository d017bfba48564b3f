"""What people typed into the workbook, read back into the season: decisions, waivers, deadlines, answers, their own columns, rows, sheets.

A cell counts as typed where it differs from what the workbook last showed. The file is opened in a worker, never in this process.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from auditor import office
from auditor.deliver.foreign import read_in_worker
from auditor.deliver.sheet import ROWS, SHEETS, line_of, typed_of
from auditor.errors import ConflictError, SeasonError
from auditor.model.rule import Text
from auditor.model.rulebook import Rulebook
from auditor.office import FindingRow, SeasonStore
from auditor.render.printable import xml_text
from auditor.render.workbook import CONFIRMATIONS, TYPED

Words = Mapping[str, Text]
_MOST = 50_000
_LONGEST = 32_000


class Edits(Struct, frozen=True, kw_only=True):
    """What was read back: numbers of the findings changed, changes refused because the season was changed meanwhile (number, column), rows
    whose id is not known, and how many rows and sheets of their own people had."""

    changed: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()
    rows: int = 0
    sheets: int = 0
    unread: bool = False
    """The workbook could not be read: it goes into the history as it is."""


class SheetTexts(Struct, frozen=True, kw_only=True):
    """The texts of a workbook by sheet, rows from the first."""

    sheets: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]


def read_cells(data: bytes) -> SheetTexts:
    """The texts of all sheets. Runs in a worker. Raises whatever the workbook makes openpyxl raise."""
    import io

    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    try:
        return SheetTexts(
            sheets=tuple(
                (
                    str(sheet.title),
                    tuple(
                        tuple("" if value is None else _text(value)[:_LONGEST] for value in row)
                        for row in sheet.iter_rows(max_row=_MOST, values_only=True)
                    ),
                )
                for sheet in book.worksheets
            )
        )
    finally:
        book.close()


def import_workbook(store: SeasonStore, path: Path, rulebook: Rulebook, lang: str = "zh", *, who: str | None = None) -> Edits:
    """Read a workbook of the season back. What was changed in the season since the workbook was written is not overwritten but named.

    Raises SeasonError for a file that cannot be read or holds no ledger.
    """
    cells = read_in_worker(read_cells, path)
    if cells is None:
        raise SeasonError("workbook_unread", path=path)
    words = rulebook.words
    ledger = None
    for name, rows in cells.sheets:
        if name in _both(words, "workbook.sheet.ledger") and rows:
            ledger = rows
    if ledger is None:
        raise SeasonError("workbook_unread", path=path)
    columns = {key: _column(ledger[0], words, key) for key in ("id", "short", *TYPED)}
    if columns["id"] is None and columns["short"] is None:
        raise SeasonError("workbook_unread", path=path)
    known = {head for key in _headings(words) for head in _both(words, f"workbook.column.{key}")}
    own = {place: head for place, head in enumerate(ledger[0]) if head and head not in known}
    rows_by_key = {row.key: row for row in office.findings(store)}
    printed: dict[str, dict[str, str]] = {}
    for subject, field, value in store.rows("SELECT subject, field, value FROM printed"):
        printed.setdefault(subject, {})[field] = value
    changed: list[str] = []
    refused: list[tuple[str, str]] = []
    unknown: list[str] = []
    added: list[dict[str, str]] = []
    with store.transaction():
        action = store.new_action()
        for cells_of in ledger[1:]:
            named = [cells_of[place].strip() for key in ("short", "id") if (place := columns[key]) is not None and place < len(cells_of)]
            ids = [name for name in named if name]
            if not ids:
                if any(cells_of):
                    added.append({head: text for head, text in zip(ledger[0], cells_of, strict=False) if head and text})
                continue
            key = next((found for name in ids if (found := office.find_key(store, name)) is not None), None)
            if key is None or key not in rows_by_key:
                unknown.append(ids[0])
                continue
            row = rows_by_key[key]
            typed = {
                name: cells_of[place].strip() if place < len(cells_of) else ""
                for name, place in columns.items()
                if place is not None and name in TYPED
            }
            typed |= {f"column:{head}": cells_of[place].strip() if place < len(cells_of) else "" for place, head in own.items()}
            if _take(store, row, typed, printed.get(key, {}), words, lang, action, who, refused):
                changed.append(row.number or key)
        before = store.values(ROWS)
        store.enter(
            ROWS,
            dict.fromkeys(before) | {f"{n:04d}": json.dumps(line, ensure_ascii=False) for n, line in enumerate(added, start=1)},
            "import", who=who, action=action,
        )  # fmt: skip
        ours = {name for key in words if key.startswith("workbook.sheet.") for name in _both(words, key)}
        sheets = {name: json.dumps(rows, ensure_ascii=False) for name, rows in cells.sheets if name not in ours and any(map(any, rows))}
        store.enter(SHEETS, sheets, "import", who=who, action=action)
    return Edits(changed=tuple(changed), refused=tuple(refused), unknown=tuple(unknown), rows=len(added), sheets=len(sheets))


def _take(
    store: SeasonStore,
    row: FindingRow,
    typed: Mapping[str, str],
    printed: Mapping[str, str],
    words: Words,
    lang: str,
    action: int,
    who: str | None,
    refused: list[tuple[str, str]],
) -> bool:
    """Put what differs from the last print into the season; whether anything did."""
    # As the workbook shows them: a control character is not the same character in a cell.
    now = {
        name: xml_text(text)
        for name, text in (typed_of(line_of(row, words, lang)) | {f"column:{heading}": text for heading, text in row.extra}).items()
    }
    printed = {name: xml_text(text) for name, text in printed.items()}
    changes = {name: text for name, text in typed.items() if text != printed.get(name, now.get(name, "") if not printed else "").strip()}
    changes = {name: text for name, text in changes.items() if text != now.get(name, "").strip()}
    for name in list(changes):
        if printed and now.get(name, "").strip() != printed.get(name, "").strip():
            refused.append((row.number or row.key, _heading(words, lang, name)))
            del changes[name]
    if not changes:
        return False
    told: dict[str, object] = {}
    if "confirmation" in changes:
        text = changes["confirmation"]
        chosen = next((key for key in CONFIRMATIONS if text in _both(words, f"workbook.confirmation.{key}")), None)
        if text and chosen is None:
            refused.append((row.number or row.key, _heading(words, lang, "confirmation")))
        else:
            told["confirmation"] = chosen
    if "status" in changes:
        told["handling"] = (
            ""
            if changes["status"] in [text for name in ("open", "waived", "nothing") for text in _both(words, f"workbook.{name}")]
            else changes["status"]
        )
    if "deadline" in changes:
        told["deadline"] = changes["deadline"]
    if "waived" in changes:
        told["waiver"] = office.Waiver(reason=changes["waived"], who=who or store.who) if changes["waived"] else None
    elif changes.get("status") in _both(words, "workbook.waived") and row.waiver is None:
        refused.append((row.number or row.key, _heading(words, lang, "waived")))  # a waiver needs its reason
    try:
        if told:
            office.set_finding(store, row.key, who=who, action=action, what="import", **told)  # type: ignore[arg-type]
    except ConflictError:
        refused.append((row.number or row.key, ""))
        return False
    extra: dict[str, str | None] = {
        name.removeprefix("column:"): text or None for name, text in changes.items() if name.startswith("column:")
    }
    if extra:
        office.set_extra(store, f"finding:{row.key}", extra, who=who, action=action)
    if changes.get("reply"):
        office.record_replies(store, [office.Reply(finding=row.key, agency=row.agency, text=changes["reply"], how="typed")], who=who)
    return True


def _both(words: Words, key: str) -> tuple[str, ...]:
    text = words[key]
    return (text.zh, text.en)


def _headings(words: Words) -> tuple[str, ...]:
    return tuple(
        key.removeprefix("workbook.column.")
        for key in words
        if key.startswith("workbook.column.") and not key.startswith("workbook.column.figure")
    )


def _heading(words: Words, lang: str, name: str) -> str:
    if name.startswith("column:"):
        return name.removeprefix("column:")
    text = words[f"workbook.column.{name}"]
    return text.said(lang)


def _column(heads: tuple[str, ...], words: Words, key: str) -> int | None:
    names = _both(words, f"workbook.column.{key}")
    return next((place for place, head in enumerate(heads) if head.strip() in names), None)


def _text(value: object) -> str:
    import datetime

    if isinstance(value, datetime.datetime) and not (value.hour or value.minute or value.second):
        return value.date().isoformat()
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
