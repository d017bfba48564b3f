"""Limits that keep one hostile or odd PDF from taking the machine with it."""

from __future__ import annotations

from typing import Final

MAX_PAGES: Final = 500
MAX_CHARS_PER_PAGE: Final = 100_000
MAX_OBJECTS_PER_PAGE: Final = 300_000
MAX_SEGMENTS_PER_PATH: Final = 4_000
MAX_FORM_DEPTH: Final = 8
# Above these a page's strokes are a drawing (map, chart) and no table: they are left out, its text stays.
MAX_RULES_PER_PAGE: Final = 40_000
MAX_SQUARES_PER_GRID: Final = 40_000
