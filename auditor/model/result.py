"""What one run hands to the renderers: audits with their verdicts and counts, and what was found across reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal, get_args

from msgspec import Struct

from auditor.model.companion import Question
from auditor.model.finding import Audit, Finding, ProseState, Undecided
from auditor.model.receipt import Verified
from auditor.model.report import Report, Status
from auditor.model.rule import Severity, Verdict
from auditor.model.settings import InForce

AuditVerdict = Literal["clean", "findings", "incomplete"]

SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "notice")
"""Worst first."""
STATUSES: Final[tuple[Status, ...]] = ("read", "partly_read", "unreadable")
PROSE_STATES: Final[tuple[ProseState, ...]] = get_args(ProseState)
CHECKED_STATES: Final[tuple[ProseState, ...]] = ("compared", "bounded", "internal")
"""Numbers of the prose that were held against the tables or the text."""
OUR_FAULT: Final = ("CHECK-", "RUN-")
"""Problem codes that say that a check or a worker failed; READ and BIND problems show in the status."""


class Counted(Struct, frozen=True, kw_only=True):
    """One audit with its verdict and the number of checks by verdict (see interface.md)."""

    audit: Audit
    verdict: AuditVerdict
    checks: dict[Verdict, int]

    @property
    def is_report(self) -> bool:
        """Whether the input is an annual report or may be one (it could not be read)."""
        return self.audit.report is None or may_be_report(self.audit.report)


class Tally(Struct, frozen=True, kw_only=True):
    """Counts over audits. ``findings``: top findings not waived; ``reports``: inputs that are or may be annual reports and were there;
    ``incomplete``: those of them not wholly read, or for which a check or a worker failed; ``statuses`` counts files: a report joined
    from several counts each of them.
    """

    audits: int = 0
    statuses: dict[Status, int] = {}
    findings: dict[Severity, int] = {}
    waived: int = 0
    reports: int = 0
    incomplete: int = 0
    statements: dict[ProseState, int] = {}

    def plus(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(
            audits=self.audits + other.audits,
            statuses={status: self.statuses.get(status, 0) + other.statuses.get(status, 0) for status in STATUSES},
            findings={severity: self.findings.get(severity, 0) + other.findings.get(severity, 0) for severity in SEVERITIES},
            waived=self.waived + other.waived,
            reports=self.reports + other.reports,
            incomplete=self.incomplete + other.incomplete,
            statements=_both(self.statements, other.statements),
        )


class Result(Struct, frozen=True, kw_only=True):
    """A whole run in path order. ``notes`` are remarks on the run itself, such as waivers that were not used.

    ``counted`` are the counts over ``audits`` where they are known already, so that these need not be gone through. ``settings``:
    what the run was told, where that is known.
    """

    audits: Sequence[Counted]
    corpus_findings: tuple[Finding, ...] = ()
    corpus_unknown: tuple[Undecided, ...] = ()
    version: str
    rules_sha256: str
    notes: tuple[str, ...] = ()
    interrupted: bool = False
    defect: str = ""
    counted: Tally | None = None
    settings: InForce | None = None
    questions: tuple[Question, ...] = ()
    """What other official sources say beside the reports."""
    receipts: tuple[Verified, ...] = ()
    """Receipts of agencies' own checks that were held against this run."""

    def tally(self) -> Tally:
        """Counts over the audits and the findings across reports."""
        counted = self.counted
        if counted is None:
            counted = Tally()
            for audit in self.audits:
                counted = counted.plus(tally_of(audit))
        return counted.plus(_of_findings(self.corpus_findings))

    def findings(self) -> Iterator[Finding]:
        """All top findings: of the audits in order, then across reports."""
        for counted in self.audits:
            yield from counted.audit.findings
        yield from self.corpus_findings


def tally_of(counted: Counted) -> Tally:
    """The counts of one audit."""
    audit = counted.audit
    found = _of_findings(audit.findings)
    there = counted.is_report and not any(problem.code == "READ-MISSING" for problem in audit.problems)
    failed = audit.status != "read" or any(problem.code.startswith(OUR_FAULT) for problem in audit.problems)
    return Tally(
        audits=1,
        statuses={audit.status: max(1, len(audit.report.parts) if audit.report is not None else 0)},
        findings=found.findings,
        waived=found.waived,
        reports=int(there),
        incomplete=int(counted.is_report and failed),
        statements=count_statements(audit),
    )


def count_statements(audit: Audit) -> dict[ProseState, int]:
    """Numbers of the prose by state, states without a number left out."""
    counts: dict[ProseState, int] = {}
    for entry in audit.statements:
        counts[entry.state] = counts.get(entry.state, 0) + 1
    return counts


def _both(first: dict[ProseState, int], second: dict[ProseState, int]) -> dict[ProseState, int]:
    return {state: first.get(state, 0) + second.get(state, 0) for state in PROSE_STATES if state in first or state in second}


def _of_findings(findings: Sequence[Finding]) -> Tally:
    return Tally(findings=count_by_severity(findings), waived=sum(1 for finding in findings if finding.waived is not None))


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
    """Whether a rule over several reports was decided for at least one report: without it "none" would be a false comfort.

    Files that belong to nobody leave a rule open for themselves, not for the agencies whose reports were found.
    """
    return any(counted.audit.verdicts.get(rule) in ("pass", "fail") for counted in result.audits)


def may_be_report(report: Report) -> bool:
    """Whether an input counts as an annual report: recognised as one, entitled like one, or not (wholly) read."""
    if report.status == "unreadable" or report.document == "annual_report":
        return True
    return report.document == "unknown" and (report.title is not None or report.status == "partly_read")
