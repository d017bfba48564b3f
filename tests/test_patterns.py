"""Compiled expressions kept for the next start: the same as compiled anew, and never in the way."""

from __future__ import annotations

import marshal
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from auditor.check.narrative.lexicon import lexicon_of
from auditor.model.narrative import LexiconEntry, NarrativeWords
from auditor.text import patterns

EXPRESSIONS = (r"(?P<year>20\d\d)年(?:度)?", r"(?<![\d.])\d{1,3}(?:,\d{3})+", "[一二三]+|未|没有", "(?:甲|乙){2,}?丙")
TEXT = "2024年度收到1,234件，未结3件；甲乙甲丙"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "kept.bin"
    monkeypatch.setattr(patterns, "_places", lambda: (path,))
    _start()
    yield path
    monkeypatch.undo()
    _start()


def _start() -> None:
    for cached in (patterns._store, patterns.re_pattern, patterns.regex_pattern, patterns.rule_table, patterns.any_of):
        cached.cache_clear()


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_what_was_kept_finds_the_same(place: Path, expression: str) -> None:
    fresh = re.compile(expression, re.IGNORECASE)
    for make in (lambda: patterns.re_pattern(expression, re.IGNORECASE), lambda: patterns.regex_pattern(expression)):
        before = [(found.span(), found.groupdict()) for found in make().finditer(TEXT)]
        patterns.keep()
        _start()
        again = make()
        assert [(found.span(), found.groupdict()) for found in again.finditer(TEXT)] == before
        assert before == [(found.span(), found.groupdict()) for found in fresh.finditer(TEXT)]
        assert again.pattern == expression
    assert not patterns._store().new, "the second start compiled again"


@pytest.mark.parametrize("damage", [b"", b"\x00", b"no marshal data", marshal.dumps((("other version",), {}, {})), marshal.dumps(3)])
def test_a_file_that_does_not_fit_is_left_out(place: Path, damage: bytes) -> None:
    place.write_bytes(damage)
    assert patterns.re_pattern("一+").fullmatch("一一")
    patterns.keep()
    assert place.read_bytes() != damage


def test_a_table_is_read_again_when_its_file_changes(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "rules_path", lambda: tmp_path)
    (tmp_path / "words.toml").write_text("a = 1", encoding="utf-8")
    assert patterns.rule_table("words.toml") == {"a": 1}
    patterns.keep()
    _start()
    (tmp_path / "words.toml").write_text("a = 2", encoding="utf-8")
    assert patterns.rule_table("words.toml") == {"a": 2}


def test_words_are_expanded_once_and_mean_the_same_when_kept(place: Path) -> None:
    entries = (
        LexiconEntry(features=("e:received",), words=("(新|)收到", "收")),
        LexiconEntry(features=("e:answered",), words=("收到答复", "收到", "，答")),
    )
    text = "新收到答复，收"
    found = []
    for _ in range(2):
        words = lexicon_of(NarrativeWords(lexicon=entries)).words
        found.append([words.longest(text, at, len(text)) for at in range(len(text))])
        assert words.longest(text, 1, 4) == (2, ("e:received",)), "a word given twice means what its first entry says"
        patterns.keep()
        _start()
    received, answered = ("e:received",), ("e:answered",)
    assert found == [[(3, received), (4, answered), None, None, None, None, (1, received)]] * 2


def test_a_folder_that_cannot_be_written_to_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setattr(patterns, "_places", lambda: (blocked / "kept.bin",))
    _start()
    patterns.re_pattern("一+")
    patterns.keep()
    _start()
