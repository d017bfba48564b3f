"""What binding one table gives, and how facts are made."""

from __future__ import annotations

from msgspec import Struct, field

from auditor.bind.lines import TableLine
from auditor.model.binding import BindingWords
from auditor.model.document import Cell
from auditor.model.formats import FactKey
from auditor.model.report import Fact, TableFound, Unplaced
from auditor.model.source import Location, Problem
from auditor.text.tokens import read_cell


class TableResult(Struct):
    """Collected while a table is bound; ``labels`` are the printed labels by ``row:<key>`` and ``column:<key>``; ``lost`` are rows of
    which only the label was found."""

    facts: dict[str, Fact] = field(default_factory=dict)
    unplaced: list[Unplaced] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    rows: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    lost: dict[str, tuple[TableLine, Cell]] = field(default_factory=dict)
    found: TableFound | None = None

    def add(self, fact: Fact) -> None:
        """Keep a fact; the first print of a cell counts."""
        self.facts.setdefault(fact.key, fact)


def make_fact(key: str, cell: Cell, words: BindingWords, confidence: float = 1.0) -> Fact:
    """The fact of one cell; its confidence is the least of the reader's, the label's and the reading's."""
    reading = read_cell(cell.text, words)
    return Fact(
        key=FactKey(key),
        raw=cell.text,
        state="unreadable" if cell.confidence <= 0 else reading.state,
        value=None if cell.confidence <= 0 else reading.value,
        unit=reading.unit,
        confidence=round(min(cell.confidence, confidence, reading.confidence), 3),
        notes=reading.notes,
        location=cell.location,
    )


def unread_fact(key: str, raw: str, location: Location) -> Fact:
    """A cell of which we only know that something is printed: declared unread, never guessed."""
    return Fact(key=FactKey(key), raw=raw, state="unreadable", confidence=0.0, location=location)
