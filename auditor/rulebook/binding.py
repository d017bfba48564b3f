"""``rules/binding.toml`` → :class:`~auditor.model.binding.BindingWords`."""

from __future__ import annotations

from pathlib import Path

import msgspec

from auditor.errors import RulebookError
from auditor.model.binding import BindingWords
from auditor.rulefiles import load_toml, rules_folder


def load_binding(folder: Path | None = None) -> BindingWords:
    """The words binding needs; units longest first. Raises RulebookError naming file and key."""
    path = (folder or rules_folder()) / "binding.toml"
    try:
        words = msgspec.convert(load_toml(path), BindingWords)
    except msgspec.ValidationError as error:
        raise RulebookError(f"{path.name}: {error}") from error
    return msgspec.structs.replace(words, units=tuple(sorted(words.units, key=len, reverse=True)))
