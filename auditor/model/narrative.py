"""Words of the statement reader, as data: quantities, topics, marks, claims. Loaded from ``rules/narrative/*.toml``.

All patterns are regular expressions on folded text without white space; what is no count (titles in 《》, dates, file numbers) is
replaced by ``□`` before they are applied, so positions never move.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from auditor.model.rule import Text


class Topic(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words that tell what the text is about from here on. ``key`` ``other`` means: nothing of the form.

    ``weak``: words that fit several topics (上年结转) and change none that the sentence has named.
    """

    key: str
    words: tuple[str, ...]
    weak: bool = False


class Mark(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A circumstance of a number. ``reach``: the number's own clause, or everything before it in the sentence, or the whole sentence.

    ``effect``: ``skip`` (not comparable), ``loose`` (at most a warning) or ``note`` (for rules that ask for it).
    """

    key: str
    words: tuple[str, ...]
    unless: tuple[str, ...] = ()
    reach: Literal["clause", "before", "sentence"] = "clause"
    effect: Literal["skip", "loose", "note"] = "skip"
    topics: tuple[str, ...] = ()


class Quantity(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that is counted. The first entry of the file whose words stand in a number's clause is its quantity.

    ``topics``: needed topic (none = any). ``words``: before the number; ``after``: after it. ``readings``: admissible formulas over table
    rows (``new_received + carried_over``; keys with a table prefix are cells), ``columns`` the applicant columns of table 3 they
    are taken in. ``rule`` is the rule that compares it, ``none`` if it is only known. ``family``: parts of one family may be added up.
    ``certain = false``: a difference is at most a warning.
    """

    key: str
    name: Text
    topics: tuple[str, ...] = ()
    words: tuple[str, ...]
    after: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    columns: tuple[str, ...] = ("total",)
    layouts: tuple[str, ...] = ()
    rule: str = "none"
    family: str = ""
    certain: bool = True
    parts: bool = True
    """Whether the number may be compared when it is a part (其中) of another number of any quantity."""


class Claim(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A statement without a number: 未收到申请, 均获维持. ``unless`` in the same clause undoes it, ``unless_before`` in the one before."""

    key: str
    words: tuple[str, ...]
    unless: tuple[str, ...] = ()
    unless_before: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    skip_marks: tuple[str, ...] = ()


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
    part_dates: tuple[str, ...] = ()
    """Dates of less than a year; masked by ``▣`` instead of ``□``."""
    not_counts: tuple[str, ...] = ()
    neutral: tuple[str, ...] = ()
    """Words that ``<neutral>`` stands for in the words of topics, quantities and claims."""
    borrowed_year: tuple[str, ...] = ()
    """Words before a year that only says with what is compared or where to something is carried."""
    fillers: tuple[str, ...] = ()
    of_which: tuple[str, ...] = ()
    new_whole: tuple[str, ...] = ()
    respectively: tuple[str, ...] = ()
    growth_up: tuple[str, ...] = ()
    growth_down: tuple[str, ...] = ()
    growth_same: tuple[str, ...] = ()
    share: tuple[str, ...] = ()
    rate: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()
    exhaustive: tuple[str, ...] = ()
    overlap: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    whole_area: tuple[str, ...] = ()
    office: tuple[str, ...] = ()
    other_body: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    marks: tuple[Mark, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    claims: tuple[Claim, ...] = ()
    closed_only: tuple[str, ...] = ()
    own_part: tuple[str, ...] = ()
    partition: tuple[str, ...] = ()
    in_court: tuple[str, ...] = ()
    disclosure: tuple[str, ...] = ()
    fee_mentions: tuple[str, ...] = ()
    fee_denied: tuple[str, ...] = ()
    quality_words: tuple[str, ...] = ()
    announcement: tuple[str, ...] = ()
    open_list: tuple[str, ...] = ()
    announced_parts: tuple[Topic, ...] = ()

    def quantity(self, key: str | None) -> Quantity | None:
        """The quantity with this key, or ``None``."""
        return next((entry for entry in self.quantities if entry.key == key), None)
