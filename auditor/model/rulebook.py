"""Everything loaded from ``rules/``, handed to bind, check and render as one value."""

from __future__ import annotations

from msgspec import Struct

from auditor.model.binding import BindingWords
from auditor.model.formats import Format, TableFormat
from auditor.model.narrative import NarrativeWords
from auditor.model.rule import Rule, Text


class LegalSource(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A source of ``rules/sources.toml``: how it is cited, and how far it was read (rule book, section 2).

    ``issued``, ``in_force`` and ``until`` are dates (``2021-09-26``) or, where no more was read, years (``2019``: some day of it);
    empty for what is no document, still in force, or was not read. A finding cites only what governs its report's year.
    """

    id: str
    cite: Text
    tag: str
    read: str = ""
    issued: str = ""
    in_force: str = ""
    until: str = ""


class Rulebook(Struct, frozen=True, kw_only=True):
    """Formats, rule cards, legal sources and message texts; ``sha256`` over all rule files identifies it.

    ``words`` maps a message key (``place.page``, ``problem.READ-ENCRYPTED`` …) to its text in both languages.
    """

    formats: tuple[Format, ...]
    rules: tuple[Rule, ...]
    sources: dict[str, LegalSource]
    words: dict[str, Text]
    sha256: str
    binding: BindingWords = BindingWords()
    narrative: NarrativeWords = NarrativeWords()

    def rule(self, rule_id: str) -> Rule | None:
        """The card with this id, or ``None``."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    @property
    def newest(self) -> Format:
        """The form of the latest report years."""
        return self.formats[-1]

    def format_of_year(self, year: int | None) -> Format | None:
        """The form that governs a report year, or ``None``."""
        if year is None:
            return None
        fitting = [entry for entry in self.formats if entry.first_year <= year and (entry.last_year is None or year <= entry.last_year)]
        return fitting[-1] if fitting else None

    def format_for(self, era: str | None) -> Format | None:
        """The format of an era, or ``None``."""
        return next((entry for entry in self.formats if entry.id == era), None)

    def layout_has(self, layout: str | None, cell: str) -> bool:
        """Whether some form of this layout has the table, row or cell named (as in :meth:`Format.has`)."""
        return any(entry.layout == layout and entry.has(cell) for entry in self.formats)

    def table(self, table: str, layout: str | None) -> TableFormat | None:
        """Table ``t2`` … of a layout, whichever era defines it, or ``None``."""
        for entry in self.formats:
            if entry.layout == layout:
                return entry.table(table)
        return None
