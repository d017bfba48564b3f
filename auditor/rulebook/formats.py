"""Form files → :class:`~auditor.model.formats.Format`: those of ``rules/formats`` and any given beside a pack.

A form ends where the next one begins: a form file for a later year needs no change in the files of the forms before it. It may
extend another form (``extends = "era_2021"``): ``[[add_row]]`` and ``[[add_column]]`` say ``table``, ``after`` and the new entry,
``[[leave_out]]`` names lists ``rows`` and ``columns`` of a ``table``, and a whole ``[[table]]`` or ``[[section]]`` replaces its like.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from auditor.errors import RulebookError
from auditor.model.formats import Format, SectionFormat, TableFormat
from auditor.rulefiles import load_toml, rules_folder


@lru_cache(maxsize=4)
def load_formats(folder: Path | None = None, extra: tuple[Path, ...] = ()) -> tuple[Format, ...]:
    """All forms in order of their years. ``folder`` is a ``rules`` folder (default: the installed one), ``extra`` are further form files.

    Raises RulebookError naming file and key.
    """
    base = (folder or rules_folder()) / "formats"
    found: dict[str, Format] = {}
    waiting = [(path, data) for path in (*sorted(base.glob("*.toml")), *extra) if "id" in (data := load_toml(path))]
    while waiting:
        ready = [(path, data) for path, data in waiting if data.get("extends") is None or data["extends"] in found]
        if not ready:
            path, data = waiting[0]
            raise RulebookError(f"{path.name}: extends: no such form, or one that extends this one: {data['extends']!r}")
        for path, data in ready:
            if data["id"] in found:
                raise RulebookError(f"{path.name}: id: another form has it already: {data['id']!r}")
            found[data["id"]] = _read_format(path, data, base, found)
        waiting = [entry for entry in waiting if entry not in ready]
    return in_turn(found.values())


def is_form(path: Path) -> bool:
    """Whether a file given beside a pack is a form: it says from which report year on."""
    return "first_year" in load_toml(path)


def in_turn(forms: Iterable[Format]) -> tuple[Format, ...]:
    """The forms in order of their years; one without an end ends where the next begins. Raises RulebookError for two at a time."""
    ordered = sorted(forms, key=lambda entry: entry.first_year)
    result: list[Format] = []
    for entry, following in zip(ordered, [*ordered[1:], None], strict=True):
        if following is not None:
            if entry.id == following.id or (entry.last_year or entry.first_year) >= following.first_year:
                raise RulebookError(f"{following.id}: id, first_year: another form governs {following.first_year}: {entry.id}")
            if entry.last_year is None:
                entry = msgspec.structs.replace(entry, last_year=following.first_year - 1)
        result.append(entry)
    return tuple(result)


def _read_format(path: Path, data: dict[str, Any], shipped: Path, known: Mapping[str, Format]) -> Format:
    sections: list[Any] = []
    tables: list[Any] = []
    for name in data.pop("include", []):
        beside = path.parent / name
        included = load_toml(beside if beside.is_file() else shipped / name)
        sections += included.get("section", [])
        tables += included.get("table", [])
    sections += data.pop("section", [])
    tables += data.pop("table", [])
    changes = {name: data.pop(name, []) for name in ("add_row", "add_column", "leave_out")}
    origin = data.pop("extends", None)
    try:
        own = [_of_year(table, data) for table in tables]
        if origin is not None:
            if "layout" not in data:
                raise ValueError("layout is missing: a name of its own for the tables of this form")
            own, sections = _extended(known[origin], own, sections, data["layout"], changes)
        data["sections"] = sections
        data["tables"] = sorted((table | {"sums": _sums(table), "sets": _sets(table)} for table in own), key=lambda table: str(table["id"]))
        entry = msgspec.convert(data, Format)
    except (msgspec.ValidationError, ValueError) as error:
        raise RulebookError(f"{path.name}: {error}") from error
    except KeyError as error:
        raise RulebookError(f"{path.name}: {error} is missing") from error
    _check_keys(path, entry)
    return entry


def _of_year(table: dict[str, Any], form: dict[str, Any]) -> dict[str, Any]:
    """The table without the rows that are not in force in the form's first year (``from``, ``until``: report years)."""
    year = form["first_year"]
    rows = [
        {key: value for key, value in row.items() if key not in ("from", "until")}
        for row in table["rows"]
        if row.get("from", year) <= year <= row.get("until", year)
    ]
    return table | {"rows": rows, "layout": form.get("layout") or ""}


def _extended(
    origin: Format, own: list[dict[str, Any]], sections: list[Any], layout: str, changes: Mapping[str, list[dict[str, Any]]]
) -> tuple[list[dict[str, Any]], list[Any]]:
    """The tables and sections of another form, with whole tables replaced, rows and columns added or left out."""
    tables = {table.id: _plain(table) | {"layout": layout, "sums": _by_groups(table)} for table in origin.tables}
    tables |= {table["id"]: table for table in own}
    kept = {section.key: _plain(section) for section in origin.sections}
    kept |= {section["key"]: section for section in sections}
    for change in changes["leave_out"]:
        _leave_out(_table_of(tables, change, "leave_out"), change)
    for kind in ("row", "column"):
        for change in changes[f"add_{kind}"]:
            item = dict(change)
            table = _table_of(tables, item, f"add_{kind}")
            del item["table"]
            if "after" not in item:
                raise ValueError(f"[[add_{kind}]] {item.get('key', '')}: after is missing: the key of the {kind} that it stands behind")
            _insert(table, f"{kind}s", item, item.pop("after"))
            if kind == "column":
                _give_to_rows(table, item, item.pop("rows", None))
    return list(tables.values()), list(kept.values())


def _plain(entry: TableFormat | SectionFormat) -> dict[str, Any]:
    """The record as it would stand in a file: tables and lists."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(entry))
    return plain


def _by_groups(table: TableFormat) -> dict[str, list[str]]:
    """The named sums of a table, those over whole row groups written as ``group:denied``, so that they take in added rows."""
    groups = {f"group:{group.key}": [row.key for row in table.rows if row.group == group.key] for group in table.groups}
    return {
        name: next(([key] for key, rows in groups.items() if rows == list(members)), list(members)) for name, members in table.sums.items()
    }


def _table_of(tables: Mapping[Any, dict[str, Any]], change: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The table that a change is about."""
    if change.get("table") not in tables:
        raise ValueError(f"[[{name}]] table: {change.get('table')!r} is none of the tables of the form ({', '.join(tables)})")
    return tables[change["table"]]


def _leave_out(table: dict[str, Any], change: Mapping[str, Any]) -> None:
    """Take rows and columns out of a table, and the labels of the columns out of those that tell its layout."""
    unknown = sorted(set(change) - {"table", "rows", "columns"})
    if unknown or len(change) < 2:
        raise ValueError(f"[[leave_out]] {', '.join(unknown)}: it takes table and lists of keys: rows, columns")
    for kind in ("rows", "columns"):
        gone = change.get(kind, [])
        if not isinstance(gone, list):
            raise ValueError(f"[[leave_out]] table {table['id']}, {kind}: a list of keys is expected: {gone!r}")
        absent = [key for key in gone if key not in {entry["key"] for entry in table[kind]}]
        if absent:
            raise ValueError(f"[[leave_out]] table {table['id']}, {kind}: no such keys: {absent}")
        labels = {entry["label"] for entry in table[kind] if entry["key"] in gone}
        table["fingerprints"] = [label for label in table.get("fingerprints", []) if label not in labels]
        table[kind] = [entry for entry in table[kind] if entry["key"] not in gone]


def _insert(table: dict[str, Any], kind: str, item: dict[str, Any], after: str) -> None:
    keys = [entry["key"] for entry in table[kind]]
    if after not in keys:
        raise ValueError(f"table {table['id']}: after: no such entry of {kind}: {after!r}")
    place = keys.index(after) + 1
    table[kind] = [*table[kind][:place], item, *table[kind][place:]]
    is_stacked = any(row.get("columns") for row in table["rows"])
    if kind == "columns" or is_stacked:  # elsewhere the rows that not every layout has tell the layout by themselves
        table["fingerprints"] = [*table.get("fingerprints", []), item["label"]]


def _give_to_rows(table: dict[str, Any], column: dict[str, Any], rows: list[str] | None) -> None:
    """A new column stands in the rows named; rows that have all columns have it anyway."""
    order = [entry["key"] for entry in table["columns"]]
    for number, row in enumerate(table["rows"]):
        if row.get("columns") and (rows is None or row["key"] in rows):
            columns = sorted([*row["columns"], column["key"]], key=order.index)
            table["rows"][number] = row | {"columns": columns}


def _sums(table: dict[str, Any]) -> dict[str, list[str]]:
    """The table's named sums, with ``group:denied`` replaced by the rows of that group, and rows that it does not have left out."""
    rows = {row["key"]: row.get("group") for row in table["rows"]}
    sums: dict[str, list[str]] = {}
    for name, keys in table.get("sums", {}).items():
        inside = [row for key in keys for row, group in rows.items() if key in (row, f"group:{group}")]
        sums[name] = list(dict.fromkeys(inside))
    return sums


def _sets(table: dict[str, Any]) -> dict[str, list[str]]:
    """The table's named sets of rows without rows that it does not have."""
    rows = {row["key"] for row in table["rows"]}
    return {name: [key for key in keys if key in rows] for name, keys in table.get("sets", {}).items()}


def _check_keys(path: Path, entry: Format) -> None:
    for table in entry.tables:
        groups = {group.key for group in table.groups}
        parents = {column.key: column.parent for column in table.columns} | {group.key: group.parent for group in table.groups}
        for key, parent in parents.items():
            if parent is not None and parent not in groups:
                raise RulebookError(f"{path.name}: table {table.id}, {key}: unknown parent {parent!r}")
        columns = {column.key for column in table.columns}
        for kind, keys in (("row", [r.key for r in table.rows]), ("column", [c.key for c in table.columns])):
            if len(keys) != len(set(keys)):
                raise RulebookError(f"{path.name}: table {table.id}: a {kind} key occurs twice: {keys}")
        for row in table.rows:
            if row.group is not None and row.group not in groups:
                raise RulebookError(f"{path.name}: table {table.id}, row {row.key}: unknown group {row.group!r}")
            if row.continues is not None and row.continues not in {other.key for other in table.rows}:
                raise RulebookError(f"{path.name}: table {table.id}, row {row.key}: continues: unknown row {row.continues!r}")
            if set(row.columns) - columns:
                raise RulebookError(f"{path.name}: table {table.id}, row {row.key}: unknown columns {set(row.columns) - columns}")
