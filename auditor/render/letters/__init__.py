"""What the office sends: the rectification notice of each agency and the circular on the season, as Word files."""

from auditor.render.letters.circular import circular
from auditor.render.letters.notice import notice

__all__ = ["circular", "notice"]
