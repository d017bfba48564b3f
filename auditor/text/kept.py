"""Answers kept for texts that come back in every report, and when they are forgotten.

A cache is bounded by the number of its texts; one of lines of some ten thousand characters would still fill the memory of a worker that
reads thousands of files. So the long texts of all documents are counted, and all is forgotten when they are too many together.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from weakref import WeakSet

LONG: Final = 200
"""Characters from which on a text counts as long: labels are shorter."""
MOST: Final = 10_000_000
"""Characters of long texts after which everything is forgotten."""
_caches: WeakSet[Any] = WeakSet()
_counted = 0


def forgettable(*caches: Any) -> None:
    """Name functions of ``functools.lru_cache`` whose answers depend on their texts alone and may be forgotten at any time."""
    _caches.update(caches)


def count_texts(lengths: Iterable[int]) -> None:
    """Count the texts of a document that are looked at next, by their lengths."""
    global _counted
    _counted += sum(length for length in lengths if length > LONG)
    if _counted > MOST:
        _counted = 0
        for cache in tuple(_caches):
            cache.cache_clear()
