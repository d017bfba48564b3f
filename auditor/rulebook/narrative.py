"""``rules/narrative/*.toml`` → :class:`~auditor.model.narrative.NarrativeWords`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import regex

from auditor.errors import RulebookError
from auditor.model.narrative import NarrativeWords
from auditor.rulefiles import load_toml, rules_folder


def load_narrative(folder: Path | None = None) -> NarrativeWords:
    """The words of the statement reader, all files of the folder laid together in the order of their names.

    Raises RulebookError naming the file and the key, or the pattern that does not compile.
    """
    base = (folder or rules_folder()) / "narrative"
    merged: dict[str, Any] = {}
    for path in sorted(base.glob("*.toml")):
        for key, value in load_toml(path).items():
            if isinstance(value, list) and isinstance(merged.get(key), list):
                merged[key] = merged[key] + value
            elif key in merged:
                raise RulebookError(f"{path.name}: {key!r} is already defined in another file of narrative")
            else:
                merged[key] = value
    try:
        words = msgspec.convert(merged, NarrativeWords)
    except msgspec.ValidationError as error:
        raise RulebookError(f"narrative: {error}") from error
    for pattern in _patterns(merged):
        try:
            regex.compile(pattern)
        except regex.error as error:
            raise RulebookError(f"narrative: pattern {pattern!r}: {error}") from error
    return words


_NO_PATTERNS = frozenset({"name", "key", "is", "lexicon", "quantities", "applicants", "events"})


def _patterns(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [pattern for entry in value for pattern in _patterns(entry)]
    if isinstance(value, dict):
        return [p for key, entry in value.items() if key not in _NO_PATTERNS for p in _patterns(entry)]
    return []
