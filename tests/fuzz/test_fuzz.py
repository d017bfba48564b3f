"""A bounded run of the fuzzer, and that its inputs are what they are meant to be."""

from __future__ import annotations

import pytest

from tests.fuzz.hostile import FILES
from tests.fuzz.inputs import KINDS, Item, data_of, original
from tests.fuzz.run import as_text, fuzz, status_of


def test_broken_files_of_every_kind_end_in_a_status() -> None:
    kinds = tuple(kind for kind in KINDS if kind != "hostile")
    counts = fuzz(11 * 14, 77, kinds)
    assert not counts.bad, as_text(counts, "")
    assert sum(counts.outcomes.values()) == 11 * 14


def test_hostile_files_end_in_a_status() -> None:
    counts = fuzz(len(FILES), 77, ("hostile",))
    assert not counts.bad, as_text(counts, "")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("document", "hostile")])
def test_unharmed_files_are_read(kind: str) -> None:
    """Mutations of files that nobody can read would test nothing."""
    from auditor.pipeline import extract_bytes
    from tests.fuzz.run import rulebook

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


def test_broken_state_files_are_taken_or_refused() -> None:
    from tests.fuzz.state import fuzz as fuzz_state

    assert fuzz_state(45, seed=5) == []
