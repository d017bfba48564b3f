"""A batch with its verdicts and counts, and the exit code that follows from it (interface.md)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from auditor import __version__
from auditor.batch.run import Batch
from auditor.check.coverage import counts, verdict_of
from auditor.model.finding import Audit
from auditor.model.report import Report
from auditor.model.result import SEVERITIES, Counted, Result, severity_of
from auditor.model.rulebook import Rulebook
from auditor.rulebook.config import FailOn
from auditor.text.words import say

_OUR_FAULT: Final = ("CHECK-", "RUN-")
"""Problem codes that say that a check or a worker failed; READ and BIND problems show in the status."""


def assemble(batch: Batch, rulebook: Rulebook, lang: str, notes: tuple[str, ...] = ()) -> Result:
    """What the renderers take: each audit with its verdict and counts, and remarks on the run in ``lang``."""
    return Result(
        audits=tuple(count(audit) for audit in batch.audits),
        corpus_findings=batch.corpus_findings,
        corpus_unknown=batch.corpus_unknown,
        version=__version__,
        rules_sha256=rulebook.sha256,
        notes=(*notes, *_remarks(batch, rulebook, lang)),
        interrupted=batch.interrupted,
        defect=batch.defect,
    )


def _remarks(batch: Batch, rulebook: Rulebook, lang: str) -> Iterator[str]:
    join = say(rulebook.words, lang, "console.dash").join
    if batch.unknown_columns:
        yield say(rulebook.words, lang, "run.unknown_columns", columns=join(batch.unknown_columns))
    if batch.unmatched:
        yield say(rulebook.words, lang, "run.unmatched", paths=join(batch.unmatched))
    if batch.defect:
        yield say(rulebook.words, lang, "run.defect", detail=batch.defect)


def count(audit: Audit) -> Counted:
    """One audit with its verdict. What was not checked at all is ``incomplete`` with no checks."""
    verdict = verdict_of(audit) if audit.verdicts else "incomplete"
    return Counted(audit=audit, verdict=verdict, checks=counts(audit))


def exit_code(result: Result, fail_on: FailOn) -> int:
    """0 clean, 1 findings at or above ``fail_on``, 3 no annual report, 4 something unread or a check that failed; 3 before 4 before 1.

    A file that is missing counts as no file.
    """
    reports = [counted for counted in result.audits if counted.is_report and not _missing(counted)]
    if not reports:
        return 3
    if result.interrupted or result.defect or any(_incomplete(counted) for counted in result.audits):
        return 4
    if fail_on != "never":
        worst = SEVERITIES.index(fail_on)
        if any(finding.waived is None and SEVERITIES.index(severity_of(finding)) <= worst for finding in result.findings()):
            return 1
    return 0


def _incomplete(counted: Counted) -> bool:
    if not counted.is_report:
        return False
    return counted.audit.status != "read" or any(problem.code.startswith(_OUR_FAULT) for problem in counted.audit.problems)


def _missing(counted: Counted) -> bool:
    return any(problem.code == "READ-MISSING" for problem in counted.audit.problems)


def reading_exit_code(reports: Sequence[Report], interrupted: bool) -> int:
    """The same for reading without rules: 0, 3 or 4."""
    bare = [
        Counted(
            audit=Audit(source=report.source, status=report.status, report=report, problems=report.problems), verdict="clean", checks={}
        )
        for report in reports
    ]
    return exit_code(Result(audits=tuple(bare), version=__version__, rules_sha256="", interrupted=interrupted), "never")
