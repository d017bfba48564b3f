"""What a rule sees, and what it answers.

A rule is a pure function ``rule(context) -> Outcome``. It reads cells through :class:`Cells` (which applies the blank
policy of the rule book, section 1.3) and prose through ``context.report.passages``; it writes no text of its own: a
:class:`Hit` names a message of the card and the values that fill it.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from msgspec import Struct, field

from auditor.check.blanks import Analysis
from auditor.model.finding import Candidate, Confidence, FactUsed
from auditor.model.formats import Format
from auditor.model.report import Fact, Report
from auditor.model.rule import Rule, Severity, Verdict
from auditor.model.rulebook import Rulebook
from auditor.model.source import Location
from auditor.text.labels import label_of
from auditor.text.words import pick


class Hit(Struct, frozen=True, kw_only=True):
    """One way in which a rule fails. ``message`` is a key of the card's ``messages``, ``values`` fill its placeholders.

    ``severity`` overrides the card's (a rule may fail in a milder way); ``quantity`` names what is compared and goes
    into the finding's id (never a value or a line number); ``explained_by`` is the id of a rule whose finding over the
    same cells explains this one. ``absent``: what it says is that something is missing, which nobody knows of a file that was read in part.
    ``common``: what several reports have in common, where the finding is about that and not about one agency; its id rests on it alone.
    """

    message: str
    values: Mapping[str, str] = field(default_factory=dict)
    severity: Severity | None = None
    confidence: Confidence = "high"
    expected: str | None = None
    actual: str | None = None
    calculation: str | None = None
    location: Location | None = None
    related: tuple[Location, ...] = ()
    facts: tuple[FactUsed, ...] = ()
    quantity: str = ""
    question: str | None = None
    candidates: tuple[Candidate, ...] = ()
    explained_by: str | None = None
    passages: tuple[tuple[str, str], ...] = ()
    agencies: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    absent: bool = False
    common: str = ""


class Outcome(Struct, frozen=True, kw_only=True):
    """The verdict of one rule on one report. ``needs`` says what an undecided check would need (final text)."""

    verdict: Verdict
    hits: tuple[Hit, ...] = ()
    needs: str = ""


PASS = Outcome(verdict="pass")
NOT_APPLICABLE = Outcome(verdict="not_applicable")


def fail(*hits: Hit) -> Outcome:
    """``fail`` with these hits, or ``pass`` when there are none."""
    return Outcome(verdict="fail", hits=hits) if hits else PASS


def unknown(needs: str) -> Outcome:
    """Not decidable; ``needs`` is what is missing, for people."""
    return Outcome(verdict="unknown", needs=needs)


def needs_other_input(needs: str) -> Outcome:
    """Not decidable from this report alone (last year's report, a roster, other agencies)."""
    return Outcome(verdict="needs_other_input", needs=needs)


class Cells:
    """The cells of one report by key, with the blank policy applied table by table.

    ``accepted`` are the tables whose blanks may be read as zero (rule book 1.3, point 2).
    """

    def __init__(self, facts: tuple[Fact, ...], accepted: frozenset[str] = frozenset()) -> None:
        self._facts: dict[str, Fact] = {fact.key: fact for fact in facts}
        self._accepted = accepted

    def __contains__(self, key: str) -> bool:
        return key in self._facts

    def fact(self, key: str) -> Fact | None:
        """The fact of a key, ``None`` when the cell is absent."""
        return self._facts.get(key)

    def printed(self, key: str) -> Decimal | None:
        """The printed number (无 is 0); ``None`` for blank, dash, text, unreadable and absent cells."""
        fact = self._facts.get(key)
        return None if fact is None else fact.value

    def is_blank(self, key: str) -> bool:
        """Whether the cell is printed but empty or a dash."""
        fact = self._facts.get(key)
        return fact is not None and fact.state in ("blank", "dash")

    def bz(self, key: str) -> Decimal | None:
        """The number, with blank and dash read as 0 where the table's identities allow it; else ``None``."""
        if self.is_blank(key):
            return Decimal(0) if key.partition(".")[0] in self._accepted else None
        return self.printed(key)

    def total(self, keys: tuple[str, ...] | list[str]) -> Decimal | None:
        """Sum of ``bz`` over the keys, ``None`` as soon as one is undetermined."""
        result = Decimal(0)
        for key in keys:
            value = self.bz(key)
            if value is None:
                return None
            result += value
        return result

    def used(self, *keys: str, question: tuple[str, ...] = ()) -> tuple[FactUsed, ...]:
        """The facts of these keys as evidence of a finding; ``question`` are the keys in question."""
        found = []
        for key in keys:
            fact = self._facts.get(key)
            if fact is not None:
                role: Literal["in_question", "taking_part"] = "in_question" if key in question else "taking_part"
                found.append(FactUsed(key=key, raw=fact.raw, value=fact.value, role=role, location=fact.location, person=fact.person))
        return tuple(found)

    def doubtful(self, *keys: str) -> bool:
        """Whether any of these cells was read with low confidence or not at all."""
        return any((fact := self._facts.get(key)) is not None and (fact.confidence < 0.9 or fact.state == "unreadable") for key in keys)


class Context(Struct, frozen=True, kw_only=True):
    """Everything one rule may look at. ``params`` are the card's, with the user's thresholds laid over them."""

    report: Report
    rule: Rule
    rulebook: Rulebook
    cells: Cells
    format: Format | None
    params: Mapping[str, Any]
    lang: str = "zh"
    analysis: Analysis = field(default_factory=Analysis)
    """How the equations of the tables stand, and what blanks may be read as."""

    def say(self, key: str, **values: str) -> str:
        """A text of ``rules/messages`` in the language of the run, placeholders filled."""
        text = self.rulebook.words[key]
        return text.said(self.lang).format(**values)

    def pick(self, zh: str, en: str) -> str:
        """Of a text in both languages the one of the run."""
        return pick(self.lang, zh, en)

    def label(self, key: str) -> str:
        """A fact key as people say it: 表三「（一）予以公开」自然人."""
        return label_of(self.rulebook, self.report.layouts, key, self.lang)
