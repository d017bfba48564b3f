"""What the audit says: findings with their proof, and one audit per input."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from msgspec import Struct

from auditor.model.report import Fact, PersonReading, Report, Status
from auditor.model.rule import Severity, Verdict
from auditor.model.source import Location, Problem, Source

Confidence = Literal["high", "medium", "low"]


class FactUsed(Struct, frozen=True, kw_only=True):
    """A cell a finding rests on: key, text as printed (masked where private) and reading. ``role``: ``in_question`` or ``taking_part``."""

    key: str
    raw: str
    value: Decimal | None = None
    role: Literal["in_question", "taking_part"] = "taking_part"
    location: Location | None = None
    person: PersonReading | None = None


class Candidate(Struct, frozen=True, kw_only=True):
    """One cell whose correction explains the failing identities. ``kind``: how it went wrong.

    ``kind``: ``value``, ``blank``, ``transposed``, ``digit``, ``swapped``, ``shifted_row``, ``shifted_column``,
    ``repeated_row``, ``offset``.
    ``others`` are further cells of the same correction (two swapped cells, a shifted row), as (key, printed, likely).
    """

    key: str
    printed: str
    likely: str
    kind: str
    others: tuple[tuple[str, str, str], ...] = ()


class Culprit(Struct, frozen=True, kw_only=True):
    """The diagnosis T3-08: best candidates first; ``certain`` only when the smallest correction is unique."""

    certain: bool
    candidates: tuple[Candidate, ...]


class Elsewhere(Struct, frozen=True, kw_only=True):
    """Another report that shares a finding's cause; with ``key``, ``printed`` and ``likely`` where the wrong figure stands there."""

    agency: str
    year: int | None
    path: str
    key: str = ""
    printed: str = ""
    likely: str = ""


class Finding(Struct, frozen=True, kw_only=True):
    """One defect of the published report, with its proof. Text is final, in the language asked for, and masked.

    ``id`` is the fingerprint of interface.md; ``calculation`` the formula with its numbers filled in; ``question`` what to ask the
    agency where an exception is plausible; ``waived`` the waiver's reason. Across reports: ``agencies`` and ``sources``. Where a season is
    at hand: ``state`` of its life, the ``round`` in which it got there, and its short ``number`` (2024-017).
    """

    id: str
    rule: str
    severity: Severity
    confidence: Confidence = "high"
    title: str
    message: str
    expected: str | None = None
    actual: str | None = None
    calculation: str | None = None
    location: Location | None = None
    related: tuple[Location, ...] = ()
    facts: tuple[FactUsed, ...] = ()
    basis: tuple[str, ...] = ()
    question: str | None = None
    culprit: Culprit | None = None
    children: tuple[Finding, ...] = ()
    agencies: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    passages: tuple[tuple[str, str], ...] = ()
    """Texts shown side by side (F-08, F-09): pairs of (label, passage)."""
    explained_by: tuple[Elsewhere, ...] = ()
    """The wrong figures of other reports that explain this finding wholly."""
    explains: tuple[Elsewhere, ...] = ()
    """Other reports that the certain culprit of this finding upsets."""
    waived: str | None = None
    state: str | None = None
    round: int | None = None
    number: str | None = None
    explained: str | None = None
    """What the agency itself says to it, from the receipt of its own check."""


class Undecided(Struct, frozen=True, kw_only=True):
    """A check that could not be decided, and what it would need."""

    rule: str
    needs: str
    verdict: Verdict = "unknown"


class Reach(Struct, frozen=True, kw_only=True):
    """The blind map: of ``cells`` printed numbers, how many would surely be found, how many surely located, if one were wrong.

    ``blind`` are the keys for which nothing is promised; ``unlocated`` those found but not told apart from others. Printed order.
    """

    cells: int = 0
    found: int = 0
    located: int = 0
    blind: tuple[str, ...] = ()
    unlocated: tuple[str, ...] = ()


def is_counted(fact: Fact) -> bool:
    """Whether a cell is one of the numbers that the blind map speaks of."""
    return fact.value is not None and fact.state != "unreadable"


class Proved(Struct, frozen=True, kw_only=True):
    """What was proved of one form. Equations are (rule id, quantity); cells are keys."""

    form: str
    equations: int
    cells: int
    contradicting: tuple[tuple[str, str], ...] = ()
    forced_zero: tuple[str, ...] = ()
    implied: tuple[tuple[str, str], ...] = ()
    uncovered: tuple[str, ...] = ()


ProseState = Literal["compared", "bounded", "internal", "other_subject", "other_period", "no_counterpart", "not_understood"]
"""What became of a number of the prose (additions to the rule book, 2.9)."""


class ProseNumber(Struct, frozen=True, kw_only=True):
    """One number of the prose with a unit of counting, and what it was held against.

    ``text`` is its clause, ``printed`` the number as printed; money is in yuan in ``value``. ``agrees`` is ``None`` where nothing was
    compared; ``compared`` are the cells. ``unknown`` are the words not understood. ``location`` has the span in the passage.
    """

    section: str | None = None
    text: str = ""
    printed: str = ""
    quantity: str | None = None
    topic: str | None = None
    events: tuple[str, ...] = ()
    value: Decimal | None = None
    unit: str = ""
    state: ProseState
    agrees: bool | None = None
    compared: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    passage: int = 0
    sentence: int = 0
    location: Location | None = None


class Audit(Struct, frozen=True, kw_only=True):
    """The outcome for one input: one per file, even an unreadable one.

    ``verdicts`` gives each rule's verdict on this report; counts and the audit's own verdict follow from it.
    """

    source: Source
    status: Status
    report: Report | None = None
    verdicts: dict[str, Verdict] = {}
    findings: tuple[Finding, ...] = ()
    unknown: tuple[Undecided, ...] = ()
    problems: tuple[Problem, ...] = ()
    statements: tuple[ProseNumber, ...] = ()
    """Every number of the prose with a unit of counting, in order."""
    body: str = ""
    """Tells bodies of one name apart in a run: roster id, parent or folder; empty for a name that occurs once."""
    reach: Reach | None = None
    """What the checks decided on this report can see; ``None`` where nothing was audited."""
