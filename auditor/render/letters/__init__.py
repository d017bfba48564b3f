"""What the office sends: the rectification notice of each agency and the circular on the season, as Word files."""

from auditor.render.letters.circular import circular
from auditor.render.letters.notice import Reply, notice, read_replies

__all__ = ["Reply", "circular", "notice", "read_replies"]
