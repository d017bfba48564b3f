"""What was checked and what was not: the counts and the verdict of an audit (interface.md)."""

from __future__ import annotations

from typing import Literal

from auditor.model.finding import Audit, Finding
from auditor.model.rule import Severity, Verdict

AuditVerdict = Literal["clean", "findings", "incomplete"]

UNREVIEWED = "FORM-UNREVIEWED"
"""Problem of a report of a later year than the rule book was reviewed for: whatever was found, it is not known to be all."""
VERDICTS: tuple[Verdict, ...] = ("pass", "fail", "unknown", "not_applicable", "needs_other_input")
_MUST_BE_DECIDED = ("A", "T2", "T3", "T4", "ST")
_RANK: dict[Severity, int] = {"error": 2, "warning": 1, "notice": 0}


def counts(audit: Audit) -> dict[Verdict, int]:
    """How many rules reached each verdict on this report, in the order of :data:`VERDICTS`."""
    found = list(audit.verdicts.values())
    return {verdict: found.count(verdict) for verdict in VERDICTS}


def decided(audit: Audit) -> tuple[int, int]:
    """Checks decided, and checks that could have been: those that need other inputs or do not apply are in neither."""
    number = counts(audit)
    done = number["pass"] + number["fail"]
    return done, done + number["unknown"]


def verdict_of(audit: Audit) -> AuditVerdict:
    """``incomplete`` when not fully read, when the form of the year was not reviewed, or when a check of groups A, T2, T3, T4, ST is
    unknown; else by findings.

    Waived findings do not count, nor do notices: they ask for nothing, so a report with notices only is ``clean``.
    """
    undecided = any(verdict == "unknown" and rule.partition("-")[0] in _MUST_BE_DECIDED for rule, verdict in audit.verdicts.items())
    if audit.status != "read" or undecided or any(problem.code == UNREVIEWED for problem in audit.problems):
        return "incomplete"
    asks = any(finding.waived is None and severity_of(finding) != "notice" for finding in audit.findings)
    return "findings" if asks else "clean"


def severity_of(finding: Finding) -> Severity:
    """The highest severity among a finding and what it explains."""
    return max((finding.severity, *(severity_of(child) for child in finding.children)), key=_RANK.__getitem__)
