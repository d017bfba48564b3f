"""The receipt of an agency's own check: which file it checked with which rules, what came of it, and what it says to each finding."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from auditor.model.rule import Severity

SCHEMA: Final = "auditor.receipt/1"

Standing = Literal["same", "differs", "other_rules", "other_file", "no_report", "unusable"]
"""What running again says of a receipt.

``same``: the file at hand is the checked file, the rules are the same, and so is the outcome; ``differs``: the same file and rules, another
outcome (settings of its own, or a receipt that was changed); ``other_rules``: the same file, checked with other rules; ``other_file``: the
report at hand is not the checked file; ``no_report``: nothing at hand belongs to it; ``unusable``: no receipt, or a damaged one.
"""


class Explained(Struct, frozen=True, kw_only=True):
    """A finding of the agency's own check, with its place for an explanation. ``part_of``: id of the finding that explains it."""

    id: str
    rule: str
    severity: Severity
    title: str = ""
    message: str = ""
    location: str = ""
    part_of: str = ""
    waived: bool = False
    explanation: str = ""


class CheckedReport(Struct, frozen=True, kw_only=True):
    """One report of the checked file."""

    verdict: str
    agency: str | None = None
    year: int | None = None
    part: int | None = None
    checks: dict[str, int] = {}
    findings: tuple[Explained, ...] = ()


class CheckedFile(Struct, frozen=True, kw_only=True):
    """The file: its name without folders, and the hash of its bytes."""

    name: str
    sha256: str


class Engine(Struct, frozen=True, kw_only=True):
    """Version of the program and hash of its rule book."""

    version: str
    rules_sha256: str


class Receipt(Struct, frozen=True, kw_only=True):
    """The whole receipt. ``weakened``: the check was made with milder settings than the program's own."""

    schema: str
    engine: Engine
    file: CheckedFile
    reports: tuple[CheckedReport, ...]
    weakened: bool = False


class Verified(Struct, frozen=True, kw_only=True):
    """What running again said of one receipt. ``file`` is the receipt, ``path`` the report at hand; ``why`` is for people."""

    file: str
    standing: Standing
    agency: str = ""
    year: int | None = None
    path: str = ""
    why: str = ""
    explained: int = 0
    lost: int = 0
    """Explanations that stand at no finding of the run."""
    rules: tuple[str, ...] = ()
    """Rules on which receipt and run differ."""
