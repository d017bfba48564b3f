"""Long lines of many files do not stay in the memory of a worker; labels do."""

from __future__ import annotations

import pytest

from auditor.bind import bind
from auditor.model.document import Document, Paragraph
from auditor.model.source import Location, Source
from auditor.text import kept
from tests.support.season import rulebook


def _document(number: int) -> Document:
    blocks = tuple(Paragraph(text=f"{number} {line} " + "长" * 5_000, location=Location(line=line)) for line in range(20))
    return Document(source=Source(path=f"{number}.txt", sha256="", kind="text"), engine="text", blocks=blocks)


def _kept() -> int:
    return sum(cache.cache_info().currsize for cache in kept._caches)


def test_long_texts_are_forgotten_when_they_are_too_many_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 250_000)
    monkeypatch.setattr(kept, "_counted", 0)
    bind(_document(0), rulebook())
    before = _kept()
    for number in range(1, 9):
        bind(_document(number), rulebook())
        assert _kept() < before + 200
