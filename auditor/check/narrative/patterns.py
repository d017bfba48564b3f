"""Compiled lists of patterns of the rule files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import regex

from auditor.text.patterns import regex_pattern

Pattern: TypeAlias = regex.Pattern[str]


def any_of(words: Iterable[str]) -> Pattern | None:
    """One pattern for a list of alternatives, ``None`` for an empty list."""
    joined = "|".join(f"(?:{word})" for word in words)
    return regex_pattern(joined) if joined else None


def found(pattern: Pattern | None, text: str) -> bool:
    """Whether the pattern occurs; an empty list of words occurs nowhere."""
    return pattern is not None and pattern.search(text) is not None
