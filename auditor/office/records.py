"""What the season's file tells its callers: frozen records."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from auditor.model.finding import Finding
from auditor.model.rule import Severity

State = Literal[
    "open", "confirmed", "rejected", "to_verify", "notified", "answered", "fixed", "remains", "regressed", "closed", "waived"
]  # fmt: skip
Confirmation = Literal["confirmed", "rejected", "to_verify"]
Answer = Literal["corrected", "explained", "disputed", "none", "unclear"]
"""What an agency says it did. ``none``: it was asked and said nothing; ``unclear``: it wrote something no word of which tells."""
Presence = Literal["present", "explained", "unclear", "gone"]
"""Whether the last look found it. ``explained``: another finding names its cause; ``unclear``: its check could not be made."""
GoneAs = Literal["fixed", "dropped", "withdrawn"]
"""Why a finding is gone: a later version of the report is right; the same file is judged otherwise by another state of the program or its
comparison files; its report was withdrawn from the season."""
VersionState = Literal["current", "replaced", "unread", "other", "withdrawn"]
"""``current`` versions are audited; ``unread`` files could not be read; ``other`` files are no annual reports."""

COUNTED: Final[frozenset[str]] = frozenset({"open", "confirmed", "to_verify", "notified", "answered", "remains", "regressed"})
"""States of findings that count as open in every output."""


class SeasonSettings(Struct, frozen=True, kw_only=True):
    """What the office set for its season. Dates are ISO strings; ``deadline`` is printed as given.

    ``confirm_first``: only findings that a person confirmed go into notices. ``roster`` is the name of the stored roster file.
    """

    year: int | None = None
    office: str = ""
    deadline: str = ""
    due: str = ""
    contact: str = ""
    confirm_first: bool = False
    roster: str = ""
    version: int = 0


class Waiver(Struct, frozen=True, kw_only=True):
    """Why a finding is accepted, by whom, and the last day (ISO) on which that holds; no day: for good."""

    reason: str
    who: str = ""
    until: str = ""


class Reply(Struct, frozen=True, kw_only=True):
    """An answer of an agency. ``how`` it was found: ``column``, ``tracked``, ``outside``, ``typed`` …

    One that is not ``certain`` is for a person to look at.     ``notice``: the notice it answers.
    """

    id: int = 0
    finding: str
    agency: str = ""
    answer: Answer = "unclear"
    text: str = ""
    how: str = "column"
    certain: bool = True
    notice: int | None = None
    source: str = ""
    source_sha256: str = ""
    who: str = ""
    at: str = ""


class LeftOver(Struct, frozen=True, kw_only=True):
    """A piece of a returned file that was matched to no finding. ``loose``: text that may be an answer; ``unknown``: a number that names
    no finding; ``refused``: a finding of another agency."""

    kind: Literal["loose", "unknown", "refused"]
    text: str


class AnswerFile(Struct, frozen=True, kw_only=True):
    """A returned file as it was read: what is left of it for a person, and which of that (places in ``left``) a person has settled.

    ``error`` is the code of the problem of a file that could not be read. ``version`` goes into ``expected`` of a change.
    """

    source: str
    sha256: str = ""
    agency: str = ""
    answers: int = 0
    left: tuple[LeftOver, ...] = ()
    error: str = ""
    details: dict[str, str] = {}
    settled: tuple[int, ...] = ()
    at: str = ""
    version: int = 0

    @property
    def waiting(self) -> tuple[tuple[int, LeftOver], ...]:
        """What a person has not settled yet, with its place."""
        return tuple((place, entry) for place, entry in enumerate(self.left) if place not in self.settled)


class Notice(Struct, frozen=True, kw_only=True):
    """A notice that was issued. ``ordinal`` counts the notices to one agency on one year's report, from 1; ``findings`` are keys."""

    id: int
    agency: str
    year: int | None
    ordinal: int
    round: int
    number: str
    date: str
    deadline: str
    path: str
    sha256: str
    who: str
    at: str
    findings: tuple[str, ...] = ()


class FindingRow(Struct, frozen=True, kw_only=True):
    """A finding of the season with its life.

    ``key`` names it in this store for good; ``finding.id`` is the fingerprint of its latest print; ``number`` is for people.
    ``version`` goes into ``expected`` of a change. ``round`` is the round in which it entered its state.
    """

    key: str
    number: str
    finding: Finding
    severity: Severity
    agency: str
    year: int | None
    path: str
    report_key: str
    parent: str | None
    presence: Presence
    first_round: int
    last_round: int
    gone_round: int | None
    gone_as: GoneAs | None
    back_round: int | None
    state: State
    round: int
    confirmation: Confirmation | None = None
    handling: str = ""
    deadline: str = ""
    note: str = ""
    waiver: Waiver | None = None
    waived_by_file: str = ""
    notices: tuple[Notice, ...] = ()
    replies: tuple[Reply, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()
    version: int = 0

    @property
    def counts(self) -> bool:
        """Whether it counts as open: a top finding in a state of :data:`COUNTED`."""
        return self.parent is None and self.presence in ("present", "unclear") and self.state in COUNTED

    @property
    def asks(self) -> bool:
        """Whether it asks the agency for something: notices alone ask for nothing."""
        return self.severity != "notice"


class VersionRow(Struct, frozen=True, kw_only=True):
    """A version of a report, or a file that is none or could not be read.

    ``marked``: it says that it is a correction; ``same_as``: the version it does not differ from although its bytes do;
    ``unread_round``: the last round in which this very file could not be read (its earlier audit stands).
    """

    id: int
    sha256: str
    part: int
    report_key: str
    path: str
    agency: str | None
    year: int | None
    status: str
    document: str
    published: str | None
    marked: bool
    state: VersionState
    same_as: int | None
    first_round: int
    last_round: int
    unread_round: int | None
    chosen: bool = False


class LogEntry(Struct, frozen=True, kw_only=True):
    """One line of the log. ``action`` groups what was done at once; ``undone`` when a later line took it back."""

    number: int
    action: int
    at: str
    who: str
    what: str
    subject: str
    field: str = ""
    before: str | None = None
    after: str | None = None
    undoes: int | None = None
    undone: bool = False


class LookedAtCell(Struct, frozen=True, kw_only=True):
    """A cell that a person looked at: the value it really prints, for one file by its hash and one cell by its key."""

    sha256: str
    cell: str
    value: str
    corrected: bool
    who: str
    at: str
    version: int = 0


class RoundRow(Struct, frozen=True, kw_only=True):
    """A run that changed something."""

    number: int
    at: str
    version: str
    rules: str
    files: int


class OpenCells(Struct, frozen=True, kw_only=True):
    """Cells of a report that wait for a person (``to_read``, by key), and how many were read by one and are in no audit yet."""

    to_read: tuple[str, ...] = ()
    not_used: int = 0


class Todo(Struct, frozen=True, kw_only=True):
    """Something for a person to do. ``kind`` is a key of the messages ``office.todo.…``; ``subject`` what to open; ``cells`` the keys of
    the cells it is about."""

    kind: str
    subject: str
    agency: str = ""
    number: str = ""
    detail: str = ""
    cells: tuple[str, ...] = ()


class AgencyRow(Struct, frozen=True, kw_only=True):
    """How an agency's report stands, by the one counting rule: only top findings, errors and warnings; ``asked`` = all but rejected,
    waived and dropped ones. ``rate`` is fixed of asked in whole percent, ``None`` where nothing was asked. ``by_round``: (round, newly
    found, seen fixed).
    """

    agency: str
    year: int | None
    report_key: str
    status: str
    path: str
    error: int = 0
    warning: int = 0
    notice: int = 0
    asked: int = 0
    fixed: int = 0
    open: int = 0
    regressed: int = 0
    waived: int = 0
    rejected: int = 0
    by_round: tuple[tuple[int, int, int], ...] = ()

    @property
    def rate(self) -> int | None:
        """Fixed of asked in whole percent, rounded down so that 100 means all."""
        return None if not self.asked else 100 * self.fixed // self.asked


class Counts(Struct, frozen=True, kw_only=True):
    """The season's figures, the same in every output."""

    reports: int
    unread: int
    other: int
    replaced: int
    error: int
    warning: int
    notice: int
    asked: int
    fixed: int
    states: dict[str, int]
