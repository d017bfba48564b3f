"""The languages that the program speaks: here, the fields of :class:`auditor.model.rule.Text`, and the texts of ``rules/``."""

from __future__ import annotations

from typing import Final, Literal, get_args

Lang = Literal["zh", "en"]
LANGUAGES: Final[tuple[Lang, ...]] = get_args(Lang)
"""The first is the one that people get who ask for none."""
