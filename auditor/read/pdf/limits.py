"""Limits that keep one hostile or odd PDF from taking the machine with it."""

from __future__ import annotations

from typing import Final

MAX_PAGES: Final = 500
MAX_CHARS_PER_PAGE: Final = 100_000
MAX_OBJECTS_PER_PAGE: Final = 150_000
MAX_SEGMENTS_PER_PATH: Final = 4_000
MAX_FORM_DEPTH: Final = 8
MAX_DRAWN_BYTES: Final = 8_000_000
"""Content that a page or a form draws, unpacked and with the forms in it. Of the 35 files at hand the largest had 85,353."""
MAX_OPEN_STATES: Final = 100_000
"""States of the graphics that are saved and not restored."""
MAX_ANNOTATIONS_PER_PAGE: Final = 4_000
"""Each is looked up in the list of all."""
# Above these a page's strokes are a drawing (map, chart) and no table: they are left out, its text stays.
MAX_RULES_PER_PAGE: Final = 40_000
MAX_SQUARES_PER_GRID: Final = 40_000
