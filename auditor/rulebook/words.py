"""``rules/messages/*.toml`` → texts by dotted key, in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from auditor.errors import RulebookError
from auditor.model.rule import Text
from auditor.rulefiles import load_toml


def read_words(paths: Iterable[Path], faults: list[str]) -> dict[str, Text]:
    """All texts of these files; a leaf is a table with exactly ``zh`` and ``en``. Faults are added to ``faults``."""
    words: dict[str, Text] = {}
    for path in paths:
        try:
            data = load_toml(path)
        except RulebookError as error:
            faults.append(str(error))
            continue
        for key, value in _leaves(data, ""):
            if not isinstance(value, dict) or set(value) != {"zh", "en"} or not all(isinstance(v, str) for v in value.values()):
                faults.append(f"{path.name}: {key}: expected a text in both languages, {{ zh = …, en = … }}")
            elif key in words:
                faults.append(f"{path.name}: {key}: this text is given twice")
            else:
                words[key] = Text(zh=value["zh"], en=value["en"])
    return words


def _leaves(data: dict[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, value in data.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict) and value and all(isinstance(inner, dict) for inner in value.values()):
            yield from _leaves(value, key + ".")
        else:
            yield key, value
