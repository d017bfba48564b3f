"""What people do to figures after they are typed: an old value struck out beside the new one, a note mark, a value hidden or recoloured."""

from __future__ import annotations

from typing import Literal

Flaw = Literal["none", "strike", "note", "whiteout", "hidden", "field", "tracked", "watermark"]

OLD = "8"
"""The figure that is no longer meant, beside the one that is."""
_EVERY = 5


def flawed(text: str, key: str | None) -> bool:
    """Whether a cell of the form gets the flaw of its file: whole numbers only, some of them, the same ones each time."""
    return key is not None and text.isascii() and text.isdigit() and sum(key.encode()) % _EVERY == 0
