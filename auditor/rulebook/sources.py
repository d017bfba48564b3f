"""``rules/sources.toml`` → :class:`~auditor.model.rulebook.LegalSource` by id. How a source is printed: :mod:`auditor.text.citations`."""

from __future__ import annotations

from pathlib import Path

import msgspec

from auditor.errors import RulebookError
from auditor.model.rulebook import LegalSource
from auditor.rulefiles import load_toml


def read_sources(path: Path, faults: list[str]) -> dict[str, LegalSource]:
    """The sources of one file. Faults (file, id, key) are added to ``faults``."""
    sources: dict[str, LegalSource] = {}
    try:
        entries = load_toml(path).get("source", [])
    except RulebookError as error:
        faults.append(str(error))
        return sources
    for number, entry in enumerate(entries, start=1):
        name = str(entry.get("id", f"entry {number}"))
        try:
            source = msgspec.convert(entry, LegalSource)
        except msgspec.ValidationError as error:
            faults.append(f"{path.name}: {name}: {error}")
            continue
        if source.id in sources:
            faults.append(f"{path.name}: {name}: this id is given twice")
        sources[source.id] = source
    return sources
