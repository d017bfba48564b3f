"""Masking of private data in every string that is written (rule book, group G)."""

from __future__ import annotations

import re

_IDENTITY = re.compile(r"(?<![0-9A-Za-z])(\d{3})\d{12}(?:\d)([0-9Xx]{2})(?![0-9A-Za-z])")
_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)\d{6}(\d\d)(?!\d)")


def mask(text: str) -> str:
    """The text with identity numbers (first 3, last 2 kept) and mobile numbers (first 3, last 2 kept) made unreadable."""
    text = _IDENTITY.sub(lambda match: f"{match[1]}{'*' * 13}{match[2]}", text)
    return _MOBILE.sub(lambda match: f"{match[1]}{'*' * 6}{match[2]}", text)
