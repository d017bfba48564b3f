"""What one run hands to the renderers: audits with their verdicts and counts, and what was found across reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal

from msgspec import Struct

from auditor.model.finding import Audit, Finding, Undecided
from auditor.model.report import Report
from auditor.model.rule import Severity, Verdict

AuditVerdict = Literal["clean", "findings", "incomplete"]

SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "notice")
"""Worst first."""


class Counted(Struct, frozen=True, kw_only=True):
    """One audit with its verdict and the number of checks by verdict (see interface.md)."""

    audit: Audit
    verdict: AuditVerdict
    checks: dict[Verdict, int]

    @property
    def is_report(self) -> bool:
        """Whether the input is an annual report or may be one (it could not be read)."""
        return self.audit.report is None or may_be_report(self.audit.report)


class Result(Struct, frozen=True, kw_only=True):
    """A whole run in path order. ``notes`` are remarks on the run itself, such as waivers that were not used."""

    audits: Sequence[Counted]
    corpus_findings: tuple[Finding, ...] = ()
    corpus_unknown: tuple[Undecided, ...] = ()
    version: str
    rules_sha256: str
    notes: tuple[str, ...] = ()
    interrupted: bool = False
    defect: str = ""

    def findings(self) -> Iterator[Finding]:
        """All top findings: of the audits in order, then across reports."""
        for counted in self.audits:
            yield from counted.audit.findings
        yield from self.corpus_findings


def severity_of(finding: Finding) -> Severity:
    """The worst severity among a finding and what it explains."""
    return min((finding.severity, *(severity_of(child) for child in finding.children)), key=SEVERITIES.index)


def count_by_severity(findings: Iterable[Finding]) -> dict[Severity, int]:
    """Top findings by severity; waived ones are not counted."""
    counts: dict[Severity, int] = dict.fromkeys(SEVERITIES, 0)
    for finding in findings:
        if finding.waived is None:
            counts[severity_of(finding)] += 1
    return counts


def was_checked(result: Result, rule: str) -> bool:
    """Whether a rule over several reports was decided for at least one report: without it "none" would be a false comfort."""
    if any(entry.rule == rule for entry in result.corpus_unknown):
        return False
    return any(counted.audit.verdicts.get(rule) in ("pass", "fail") for counted in result.audits)


def may_be_report(report: Report) -> bool:
    """Whether an input counts as an annual report: recognised as one, entitled like one, or not (wholly) read."""
    if report.status == "unreadable" or report.document == "annual_report":
        return True
    return report.document == "unknown" and (report.title is not None or report.status == "partly_read")
