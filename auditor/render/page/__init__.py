"""The season as one HTML file, opened from disk, without a network."""

from auditor.render.page.data import About, Links
from auditor.render.page.page import page

__all__ = ["About", "Links", "page"]
