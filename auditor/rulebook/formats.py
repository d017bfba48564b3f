"""Form files → :class:`~auditor.model.formats.Format`: those of ``rules/formats`` and any given beside a pack.

A form ends where the next one begins: a form file for a later year needs no change in the files of the forms before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from auditor.errors import RulebookError
from auditor.model.formats import Format
from auditor.rulefiles import load_toml, rules_folder


@lru_cache(maxsize=4)
def load_formats(folder: Path | None = None, extra: tuple[Path, ...] = ()) -> tuple[Format, ...]:
    """All forms in order of their years. ``folder`` is a ``rules`` folder (default: the installed one), ``extra`` are further form files.

    Raises RulebookError naming file and key.
    """
    base = (folder or rules_folder()) / "formats"
    found = []
    for path in (*sorted(base.glob("*.toml")), *extra):
        data = load_toml(path)
        if "id" in data:
            found.append(_read_format(path, data, base))
    return in_turn(found)


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


def _read_format(path: Path, data: dict[str, Any], shipped: Path) -> Format:
    sections: list[Any] = []
    tables: list[Any] = []
    for name in data.pop("include", []):
        beside = path.parent / name
        included = load_toml(beside if beside.is_file() else shipped / name)
        sections += included.get("section", [])
        tables += included.get("table", [])
    sections += data.pop("section", [])
    tables += data.pop("table", [])
    layout = data.get("layout")
    data["sections"] = sections
    try:
        data["tables"] = sorted((_for_layout(table, layout) for table in tables), key=lambda table: str(table["id"]))
        entry = msgspec.convert(data, Format)
    except msgspec.ValidationError as error:
        raise RulebookError(f"{path.name}: {error}") from error
    except KeyError as error:
        raise RulebookError(f"{path.name}: table: {error} is missing") from error
    _check_keys(path, entry)
    return entry


def _for_layout(table: dict[str, Any], layout: str | None) -> dict[str, Any]:
    """The table without the rows that belong to another layout; its sums name the remaining rows only."""
    rows = [
        {key: value for key, value in row.items() if key != "layouts"} for row in table["rows"] if layout in row.get("layouts", [layout])
    ]
    present = {row["key"] for row in rows}
    sums = {name: [key for key in keys if key in present] for name, keys in table.get("sums", {}).items()}
    return table | {"rows": rows, "sums": sums, "layout": layout or ""}


def _check_keys(path: Path, entry: Format) -> None:
    for table in entry.tables:
        groups = {group.key for group in table.groups}
        columns = {column.key for column in table.columns}
        for kind, keys in (("row", [r.key for r in table.rows]), ("column", [c.key for c in table.columns])):
            if len(keys) != len(set(keys)):
                raise RulebookError(f"{path.name}: table {table.id}: a {kind} key occurs twice: {keys}")
        for row in table.rows:
            if row.group is not None and row.group not in groups:
                raise RulebookError(f"{path.name}: table {table.id}, row {row.key}: unknown group {row.group!r}")
            if set(row.columns) - columns:
                raise RulebookError(f"{path.name}: table {table.id}, row {row.key}: unknown columns {set(row.columns) - columns}")
