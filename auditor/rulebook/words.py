"""``rules/messages/*.toml`` → texts by dotted key, in each language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from auditor.errors import RulebookError
from auditor.model.language import LANGUAGES
from auditor.model.rule import Text
from auditor.rulefiles import load_toml


def read_words(paths: Iterable[Path], faults: list[str]) -> dict[str, Text]:
    """All texts of these files; a leaf is a table with exactly the languages (``zh``, ``en``). Faults are added to ``faults``."""
    words: dict[str, Text] = {}
    wanted = ", ".join(f"{lang} = …" for lang in LANGUAGES)
    for path in paths:
        try:
            data = load_toml(path)
        except RulebookError as error:
            faults.append(str(error))
            continue
        for key, value in _leaves(data, ""):
            if not isinstance(value, dict) or set(value) != set(LANGUAGES) or not all(isinstance(v, str) for v in value.values()):
                faults.append(f"{path.name}: {key}: expected a text in each language, {{ {wanted} }}")
            elif key in words:
                faults.append(f"{path.name}: {key}: this text is given twice")
            else:
                words[key] = Text(**value)
    return words


def _leaves(data: dict[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, value in data.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict) and value and all(isinstance(inner, dict) for inner in value.values()):
            yield from _leaves(value, key + ".")
        else:
            yield key, value
