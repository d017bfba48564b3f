"""What the workbook shows of a season beside its findings: their life, what people typed, rates by agency and round."""

from __future__ import annotations

from msgspec import Struct

from auditor.model.finding import Finding


class FindingLine(Struct, frozen=True, kw_only=True):
    """What stands beside one finding of the ledger; texts as printed. ``closed`` is empty while the finding is open."""

    number: str = ""
    state: str = ""
    confirmation: str = ""
    status: str = ""
    waived: str = ""
    deadline: str = ""
    reply: str = ""
    closed: str = ""
    extra: tuple[tuple[str, str], ...] = ()


class Closed(Struct, frozen=True, kw_only=True):
    """A finding that is gone, with the report it was in."""

    finding: Finding
    agency: str
    year: int | None
    path: str
    severity: str


class AgencyProgress(Struct, frozen=True, kw_only=True):
    """How far an agency has come. ``rounds``: for each round (found, fixed, rate so far in percent or ``None``)."""

    agency: str
    year: int | None
    asked: int
    fixed: int
    open: int
    regressed: int
    waived: int
    rejected: int
    rate: int | None
    rounds: tuple[tuple[int, int, int | None], ...]


class SeasonSheet(Struct, frozen=True, kw_only=True):
    """The season beside the result. ``lines`` by report path and finding id; ``columns`` are headings that people added to the ledger,
    ``rows`` their own rows by heading, ``sheets`` their own sheets as rows of texts.
    """

    lines: dict[tuple[str, str], FindingLine] = {}
    closed: tuple[Closed, ...] = ()
    progress: tuple[AgencyProgress, ...] = ()
    rounds: tuple[int, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[dict[str, str], ...] = ()
    sheets: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...] = ()
