"""A bounded run of the fuzzer, and that its inputs are what they are meant to be."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from auditor.supervise import run
from tests.fuzz.hostile import FILES
from tests.fuzz.inputs import KINDS, Item, data_of, original
from tests.fuzz.run import as_text, fuzz, status_of
from tests.fuzz.state import STATE_KINDS, good, use


def test_broken_files_of_every_kind_end_in_a_status() -> None:
    kinds = tuple(kind for kind in KINDS if kind != "hostile")
    counts = fuzz(13 * 13, 77, kinds)
    assert not counts.bad, as_text(counts, "")
    assert sum(counts.outcomes.values()) == 13 * 13


def test_hostile_files_end_in_a_status() -> None:
    counts = fuzz(len(FILES), 77, ("hostile",))
    assert not counts.bad, as_text(counts, "")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("sniff", "document", "season", "hostile")])
def test_unharmed_files_are_read(kind: str) -> None:
    """Mutations of files that nobody can read would test nothing."""
    from auditor.pipeline import extract_bytes
    from tests.fuzz.inputs import rulebook

    if kind == "zip":
        assert original(kind, 0).startswith(b"PK")
        return
    report = extract_bytes(original(kind, 0), f"x.{kind}", rulebook())
    assert report.status in ("read", "partly_read")


def test_inputs_are_the_same_each_time() -> None:
    for kind in ("text", "docx", "pdf", "hostile"):
        assert data_of(Item(kind, 5, 3)) == data_of(Item(kind, 5, 3))
    assert data_of(Item("text", 5, 3)) != data_of(Item("text", 6, 3))


def test_an_input_that_is_no_report_says_so() -> None:
    empty = sorted(FILES).index("empty")
    assert status_of(Item("hostile", empty, 1)).startswith("unreadable: READ-EMPTY")


def test_broken_files_of_the_office_are_taken_or_refused() -> None:
    counts = fuzz(len(STATE_KINDS) * 5, 5, STATE_KINDS)
    assert not counts.bad, as_text(counts, "")
    assert set(counts.outcomes) <= {"taken", "refused"}


def test_unharmed_files_of_the_office_are_taken() -> None:
    """Injuries to files that nobody takes would test nothing."""
    refused = [(kind, outcome.detail) for kind, outcome in run(take, STATE_KINDS) if outcome.kind != "result"]
    assert refused == []


def take(kind: str) -> None:
    """Use an unharmed file, in a worker: making some replaces functions of the program."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / kind
        path.write_bytes(good(kind))
        use(kind, path)
