"""No figure is read where the page shows nothing, and no blank where it shows something (a small part of :mod:`tests.lab.inked`)."""

from __future__ import annotations

from pathlib import Path

from tests.lab.inked import composed, held_pages


def test_figures_are_read_where_they_are_seen(tmp_path: Path) -> None:
    held = held_pages(composed(5, tmp_path), 20)
    assert held.figures > 500
    assert held.unseen == []
    assert held.filled == []
