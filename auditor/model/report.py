"""A report as bound: facts with their keys and places, sections, prose. Never repaired."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from auditor.model.document import Residue
from auditor.model.formats import FactKey
from auditor.model.source import Location, Problem, Source

State = Literal["number", "zero", "blank", "dash", "text", "unit_text", "unreadable"]
"""State of a printed cell (formats.md §9). ``absent`` cells have no fact."""

Scope = Literal["entity", "organ_only", "office", "consolidated", "system", "unknown"]
Status = Literal["read", "partly_read", "unreadable"]
DocumentKind = Literal["annual_report", "blank_form", "other", "unknown"]
AgencyKind = Literal["government", "department", "office", "township", "authorised", "vertical", "unknown"]


class PersonReading(Struct, frozen=True, kw_only=True):
    """Who looked at a cell of the original and said what it prints, when, and what this program had read (``machine``)."""

    who: str = ""
    at: str = ""
    machine: str = ""
    corrected: bool = False


class CellReading(Struct, frozen=True, kw_only=True):
    """What a person says that one cell (``key``) of a file prints."""

    key: str
    value: str
    who: str = ""
    at: str = ""


class Fact(Struct, frozen=True, kw_only=True):
    """One printed cell of the form: key, text as printed, its reading, its place.

    ``value`` is the printed number (``Decimal``) or ``None``; ``unit`` only when printed in the cell (元, 万元, 件 …);
    ``notes`` say what reading it took: ``full_width``, ``separator``, ``padded``, ``bracket`` (a part in brackets such as
    （其中修订16件） left out of the value), ``sign``, ``chinese``, ``decimal_zero`` (12.0), ``suspicious``.
    """

    key: FactKey
    raw: str
    state: State
    value: Decimal | None = None
    unit: str | None = None
    confidence: float = 1.0
    notes: tuple[str, ...] = ()
    location: Location
    person: PersonReading | None = None
    """Set where ``raw`` is what a person saw in the original, not what this program read."""


class Section(Struct, frozen=True, kw_only=True):
    """A top-level section in document order. ``key`` is ``None`` for a heading that is none of the form's sections.

    ``title`` is the heading as printed without ordinal; ``ordinal`` the printed number (一 = 1) or ``None``;
    ``match``: how the title was recognised.
    """

    key: str | None
    title: str
    printed: str
    ordinal: int | None = None
    match: Literal["exact", "variant", "similar", "replaced", "none"] = "exact"
    location: Location


class Passage(Struct, frozen=True, kw_only=True):
    """A paragraph of prose outside the tables. ``section`` is a section key, ``None`` under an unknown heading.

    ``heading`` is 0 for body text, else the depth of a sub-heading (2 = （一）, 3 = 1.); a body that begins on its
    heading line is a passage of its own. ``index`` counts from 0 over the report.
    """

    index: int
    section: str | None
    text: str
    heading: int = 0
    location: Location


class TableFound(Struct, frozen=True, kw_only=True):
    """A table of the form found in the document, with the rows and columns that are printed.

    ``mixed`` lists fingerprints of another layout found in it; ``note`` the corner note as printed; ``labels`` the
    printed label of each row and column key (``row:<key>``, ``column:<key>``) for F-13.
    """

    id: str
    layout: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    blocks: tuple[str, ...] = ()
    labels: dict[str, str] = {}
    mixed: tuple[str, ...] = ()
    note: str | None = None
    confidence: float = 1.0
    location: Location


class Unplaced(Struct, frozen=True, kw_only=True):
    """Something printed in or near a table of the form that is no cell of the form: handed on, never dropped."""

    text: str
    values: tuple[str, ...] = ()
    table: str | None = None
    duplicate_of: str | None = None
    location: Location


class Evidence(Struct, frozen=True, kw_only=True):
    """A piece of information about the report, as printed and where (title, period, agency …)."""

    text: str
    location: Location | None = None


class Period(Struct, frozen=True, kw_only=True):
    """A period sentence. Dates are ISO strings where they are valid, else ``None``; ``text`` is as printed.

    ``start`` and ``end`` take a missing year from the other date. ``valid`` is ``False`` for an impossible date.
    """

    text: str
    start: str | None = None
    end: str | None = None
    valid: bool = True
    location: Location | None = None


class Report(Struct, frozen=True, kw_only=True):
    """One annual report (or what looked like one), bound to its format. Round-trips through JSON without loss."""

    source: Source
    parts: tuple[str, ...] = ()
    part: int | None = None
    """Which of several reports in one file this is, from 1; ``None`` where the file holds one."""
    part_count: int = 1
    status: Status
    document: DocumentKind
    title: Evidence | None = None
    page_title: str | None = None
    agency: str | None = None
    agency_kind: AgencyKind = "unknown"
    year: int | None = None
    years_seen: dict[str, int] = {}
    """Year named by title, period, page title, file name (keys ``title``, ``period``, ``page``, ``file``)."""
    era: str | None = None
    layouts: dict[str, str] = {}
    scope: Scope = "unknown"
    scope_evidence: Evidence | None = None
    periods: tuple[Period, ...] = ()
    published: str | None = None
    sections: tuple[Section, ...] = ()
    passages: tuple[Passage, ...] = ()
    tables: tuple[TableFound, ...] = ()
    facts: tuple[Fact, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()
    residues: tuple[Residue, ...] = ()
    elsewhere: tuple[str, ...] = ()
    """What stands in another file or a picture and is therefore unknown here: ``tables``, ``t2`` …, ``st`` or ``sections``; ``rest`` where
    part of the file was not read, so that nothing that was not found may be called missing."""
    problems: tuple[Problem, ...] = ()

    def fact(self, key: str) -> Fact | None:
        """The fact of this key, or ``None`` when the cell is absent."""
        return next((fact for fact in self.facts if fact.key == key), None)

    def table(self, table: str) -> TableFound | None:
        """The table with this id (``t2``, ``t3``, ``t4``, ``st``), or ``None``."""
        return next((entry for entry in self.tables if entry.id == table), None)
