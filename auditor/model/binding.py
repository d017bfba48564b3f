"""Words that binding needs beside the labels of the forms; loaded from ``rules/binding.toml``."""

from __future__ import annotations

from msgspec import Struct

from auditor.model.report import AgencyKind, Scope


class KindWords(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Endings of agency names that tell the kind of a body; the first entry that fits decides."""

    kind: AgencyKind
    endings: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()


class ScopeWords(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Wordings (regular expressions on folded text without spaces) that tell what the tables cover."""

    scope: Scope
    patterns: tuple[str, ...]
    agency_kinds: tuple[AgencyKind, ...] = ()


class BindingWords(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, eq=False):
    """Cell words, units, patterns of titles, look-alikes, periods and attachments.

    Patterns are regular expressions applied to folded text without white space, with the named groups the binder
    expects: ``agency`` and ``year`` (titles), ``y1 m1 d1 y2 m2 d2`` (periods). A period that is no calendar year counts
    only beside ``period_cues``. A title holds one of ``title_marks`` and one of ``title_names``; ``title_tails`` is what follows the
    report's name in the title of something else (编制工作的通知); ``lookalikes`` are whole titles of other documents, asked of a line that
    holds one of ``lookalike_marks``; ``lookalike_preamble`` and ``papers`` are their sayings, ``articles`` the beginning of a rule's
    article; ``sector_*`` tell schools, hospitals and companies, which report under rules of their own; ``section_signs`` is what the text
    of a section must treat to count under another title. Compared by identity, so that readings can be remembered beside the words they
    were made with.
    """

    none: tuple[str, ...] = ()
    null_text: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    money_units: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    title_marks: tuple[str, ...] = ()
    title_names: tuple[str, ...] = ()
    title_junk: tuple[str, ...] = ()
    title_tails: str = ""
    catalogue_labels: tuple[str, ...] = ()
    agency_prefixes: tuple[str, ...] = ()
    agency_suffixes: tuple[str, ...] = ()
    agency_not: str = ""
    agency_areas: str = ""
    agency_pattern: str = ""
    preamble_agency: tuple[str, ...] = ()
    publisher_labels: tuple[str, ...] = ()
    contact_agency: tuple[str, ...] = ()
    lookalikes: tuple[str, ...] = ()
    lookalike_marks: tuple[str, ...] = ()
    lookalike_preamble: str = ""
    papers: str = ""
    articles: str = ""
    government: str = ""
    national_law: str = ""
    sector_rules: str = ""
    sector_bodies: str = ""
    sector_titles: str = ""
    sector_self: str = ""
    partial_year: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    period_cues: str = ""
    annexed: tuple[str, ...] = ()
    """Patterns with ``{table}`` for a table's short label: text that says that the table is annexed."""
    section_signs: dict[str, str] = {}
    kinds: tuple[KindWords, ...] = ()
    scopes: tuple[ScopeWords, ...] = ()
    heading_ends: tuple[str, ...] = ()
    subtotal: tuple[str, ...] = ()
    corner_note: tuple[str, ...] = ()
