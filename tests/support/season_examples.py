"""Examples of rules that look at several reports: the example's report audited as a season with its further reports and roster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from auditor.check.engine import check
from auditor.model.finding import Finding
from auditor.model.report import Report
from auditor.model.rule import Example, Rule, Verdict
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.model.source import Source
from auditor.rulebook.examples import build_report, report_before
from auditor.season import SeasonResult, audit_season
from auditor.season.roster import Roster, roster_of

LEVELS = ("previous", "children", "corpus", "roster")


def season_of(rule: Rule, example: Example, rulebook: Rulebook, lang: str = "zh") -> SeasonResult:
    """The season of an example: its report first, then the others of the run; ``previous`` is given for comparison."""
    reports = [_numbered(build_report(example, rulebook), 0)]
    reports += [_numbered(build_report(shape, rulebook), number) for number, shape in enumerate(example.others, start=1)]
    before = report_before(example, rulebook)
    previous = [_numbered(before, 99)] if before is not None else []
    settings = Settings(select=(rule.id,), lang=lang)
    return audit_season(
        [check(report, rulebook, settings) for report in reports],
        rulebook,
        settings,
        roster=_roster(example.roster) if example.roster else None,
        previous=previous,
    )


def run_season_example(rule: Rule, example: Example, rulebook: Rulebook) -> tuple[Verdict, tuple[Finding, ...]]:
    """The verdict of the rule on the example's own report, and its findings wherever they stand."""
    result = season_of(rule, example, rulebook)
    first = result.audits[0]
    found = [finding for finding in (*first.findings, *result.findings) if finding.rule == rule.id]
    if rule.id == "H-01":  # a missing report has no audit of its own
        return ("fail" if found else first.verdicts[rule.id]), tuple(found)
    return first.verdicts[rule.id], tuple(found)


def _numbered(report: Report, number: int) -> Report:
    source = report.source
    path = source.path if number == 0 or source.path != "in/example.docx" else f"in/example{number}.docx"
    return msgspec.structs.replace(report, source=Source(path=path, sha256=f"{number:064d}", kind=source.kind))


def _roster(lines: tuple[Mapping[str, Any], ...]) -> Roster:
    columns = sorted({column for line in lines for column in line})
    return roster_of([columns, *([line.get(column) for column in columns] for line in lines)])
