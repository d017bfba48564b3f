"""Texts of ``rules/messages`` in the language of the run."""

from __future__ import annotations

import string
from collections.abc import Mapping
from typing import Any

from auditor.model.rule import Text


class _Forgiving(string.Formatter):
    """Fills placeholders; one without a value reads "—", because a message must not fail for a missing detail."""

    def get_value(self, key: int | str, args: Any, kwargs: Mapping[str, Any]) -> Any:
        return kwargs.get(str(key), "—")


def say(words: Mapping[str, Text], lang: str, key: str, **values: object) -> str:
    """The text with this key, placeholders filled; a key without a text is returned itself. Raises nothing."""
    text = words.get(key)
    if text is None:
        return key
    return _Forgiving().vformat(text.zh if lang == "zh" else text.en, (), values)
