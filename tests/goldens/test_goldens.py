"""What is read from three samples is what the goldens say; each golden holds every printed cell of its tables."""

from __future__ import annotations

import pytest

from tests.goldens.extracted import ABSENT, SAMPLES, extracted, golden_of


@pytest.mark.parametrize("sample", SAMPLES)
def test_what_is_read_is_as_reviewed(sample: str) -> None:
    """After a change that is meant: ``make goldens``, then compare the new text with the sample."""
    assert extracted(sample) == golden_of(sample).read_text(encoding="utf-8")


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_golden_shows_all_tables_and_no_cell_is_absent(sample: str) -> None:
    text = golden_of(sample).read_text(encoding="utf-8")
    assert all(f"\n{name} " in text for name in ("表二", "表三", "表四"))
    assert ABSENT not in text
    assert "未读" not in text
