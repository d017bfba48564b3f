"""Texts of ``rules/messages`` in the language of the run."""

from __future__ import annotations

import string
from collections.abc import Mapping
from typing import Any

from auditor.model.rule import Text
from auditor.text.numerals import chinese_number


class _Forgiving(string.Formatter):
    """Fills placeholders; one without a value reads "—", because a message must not fail for a missing detail."""

    def get_value(self, key: int | str, args: Any, kwargs: Mapping[str, Any]) -> Any:
        return kwargs.get(str(key), "—")


def pick(lang: str, zh: str, en: str) -> str:
    """Of a text in both languages that of the run."""
    return Text(zh=zh, en=en).said(lang)


def numbered(words: Mapping[str, Text], lang: str, key: str, **numbers: int) -> str:
    """A text of ``language`` with numbers from 1 to 99, each also in Chinese numerals: ``{number}`` and ``{number_han}``."""
    han = {f"{name}_han": chinese_number(value) for name, value in numbers.items()}
    return say(words, lang, f"language.{key}", **numbers, **han)


def say(words: Mapping[str, Text], lang: str, key: str, **values: object) -> str:
    """The text with this key, placeholders filled; a key without a text is returned itself. Raises nothing."""
    text = words.get(key)
    if text is None:
        return key
    return _Forgiving().vformat(text.said(lang), (), values)
