"""Words of the statement reader, as data: quantities, topics, marks, claims. Loaded from ``rules/narrative/*.toml``.

All patterns are regular expressions on folded text without white space; what is no count (titles in 《》, dates, file numbers) is
replaced by ``□`` before they are applied, so positions never move.
"""

from __future__ import annotations

from msgspec import Struct, field

from auditor.model.rule import Text


class Topic(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A named part of the report with the words that announce it (C-22)."""

    key: str
    words: tuple[str, ...]


class LexiconEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words with one meaning. ``is``: features such as ``e:received`` (see rules/narrative/30_lexicon.toml); ``words`` may hold
    alternatives in brackets: ``(上年|去年)(度|)结转``.
    """

    features: tuple[str, ...] = field(name="is")
    words: tuple[str, ...]


class PatternEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is recognised by its form (dates, titles, file numbers, names of bodies): a regular expression and its features."""

    features: tuple[str, ...] = field(name="is")
    pattern: str


class Quantity(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that is counted. ``means``: the sets of events and grounds (separated by spaces) that say it, under one of ``topics``.

    ``readings``: admissible formulas over table rows (``new_received + carried_over``; keys with a table prefix are cells), ``columns``
    the applicant columns of table 3 they are taken in; ``stat``: the same over the statistical table 2014–2018. ``range``: the least value,
    then the greatest ones, of a number that may be anything between. ``rule`` is the rule that compares it, ``none`` if it is only known.
    ``certain = false``: a difference is at most a warning.
    """

    key: str
    name: Text
    topics: tuple[str, ...] = ()
    means: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    range: tuple[str, ...] = ()
    stat: tuple[str, ...] = ()
    columns: tuple[str, ...] = ("total",)
    layouts: tuple[str, ...] = ()
    rule: str = "none"
    family: str = ""
    certain: bool = True


class Applicant(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of applicant and its columns of table 3."""

    key: str
    name: Text
    columns: tuple[str, ...]


class Event(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What can happen, and to what: ``topics`` it can be of; ``o`` stands for every topic that is none of the form's."""

    key: str
    topics: tuple[str, ...]


class NarrativeWords(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything the statement reader knows about Chinese wording, and the word lists of single rules."""

    count_units: tuple[str, ...] = ()
    other_units: tuple[str, ...] = ()
    about_before: tuple[str, ...] = ()
    over_before: tuple[str, ...] = ()
    under_before: tuple[str, ...] = ()
    about_after: tuple[str, ...] = ()
    over_after: tuple[str, ...] = ()
    under_after: tuple[str, ...] = ()
    lexicon: tuple[LexiconEntry, ...] = ()
    patterns: tuple[PatternEntry, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    applicants: tuple[Applicant, ...] = ()
    events: tuple[Event, ...] = ()
    overlap: tuple[str, ...] = ()
    disclosure: tuple[str, ...] = ()
    fee_mentions: tuple[str, ...] = ()
    fee_denied: tuple[str, ...] = ()
    quality_words: tuple[str, ...] = ()
    announcement: tuple[str, ...] = ()
    open_list: tuple[str, ...] = ()
    parts_counted: str = ""
    """How many parts the sentence says there are; the group ``n`` is the number."""
    announced_parts: tuple[Topic, ...] = ()
    members_counted: str = ""
    """Words behind a list that say how many numbers make up the whole; the group ``n`` is their number."""
    parts_of_year: tuple[tuple[str, ...], ...] = ()
    total_words: tuple[str, ...] = ()
    share_words: str = ""
    """What stands between the words of a number that a share repeats and the share."""
    plain_words: tuple[str, ...] = ()
    """Words of a number that do not tell which is meant."""

    def applicant(self, key: str) -> Applicant | None:
        """The applicant with this key, or ``None``."""
        return next((entry for entry in self.applicants if entry.key == key), None)

    def topics_of(self, event: str) -> tuple[str, ...] | None:
        """The topics an event can be of, ``None`` when any."""
        return next((entry.topics for entry in self.events if entry.key == event), None)

    def quantity(self, key: str | None) -> Quantity | None:
        """The quantity with this key, or ``None``."""
        return next((entry for entry in self.quantities if entry.key == key), None)
