"""``rules/formats/*.toml`` → :class:`~auditor.model.formats.Format`, one per era."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from auditor.errors import RulebookError
from auditor.model.formats import Format
from auditor.rulebook.files import load_toml, rules_folder


@lru_cache(maxsize=4)
def load_formats(folder: Path | None = None) -> tuple[Format, ...]:
    """All eras in order of their years. ``folder`` is a ``rules`` folder (default: the installed one).

    Raises RulebookError naming file and key.
    """
    base = (folder or rules_folder()) / "formats"
    found = []
    for path in sorted(base.glob("*.toml")):
        data = load_toml(path)
        if "id" in data:
            found.append(_read_format(path, data))
    return tuple(sorted(found, key=lambda entry: entry.first_year))


def _read_format(path: Path, data: dict[str, Any]) -> Format:
    sections: list[Any] = []
    tables: list[Any] = []
    for name in data.pop("include", []):
        included = load_toml(path.parent / name)
        sections += included.get("section", [])
        tables += included.get("table", [])
    sections += data.pop("section", [])
    tables += data.pop("table", [])
    layout = data.get("layout")
    data["sections"] = sections
    data["tables"] = sorted((_for_layout(table, layout) for table in tables), key=lambda table: str(table["id"]))
    try:
        entry = msgspec.convert(data, Format)
    except msgspec.ValidationError as error:
        raise RulebookError(f"{path.name}: {error}") from error
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
