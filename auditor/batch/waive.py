"""Waivers laid over the findings of a run: a waived finding stays, marked; unused and expired waivers are reported."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from auditor.model.finding import Audit, Finding
from auditor.model.rule import Text
from auditor.rulebook.config import Waiver
from auditor.text.chars import squeeze
from auditor.text.words import say


def waive(
    audits: Sequence[Audit],
    corpus: Sequence[Finding],
    waivers: Sequence[Waiver],
    source: Path,
    today: datetime.date,
    words: Mapping[str, Text],
    lang: str,
) -> tuple[tuple[Audit, ...], tuple[Finding, ...], tuple[str, ...]]:
    """Audits and findings across reports with waived ones marked, and notes on waivers that were unused or have expired.

    ``today`` is the date by which waivers expire (their last day still counts). A finding across reports is waived only when each
    of its agencies is.
    """
    used: set[Waiver] = set()

    def mark(finding: Finding, agencies: Sequence[str], year: int | None) -> Finding:
        found = [_first(waivers, finding.rule, agency, year, today) for agency in agencies]
        matched = [waiver for waiver in found if waiver is not None]
        if not matched or len(matched) < len(found):
            return finding
        used.update(matched)
        first = matched[0]
        until = say(words, lang, "waiver.until", date=first.until.isoformat()) if first.until else ""
        return msgspec.structs.replace(finding, waived=say(words, lang, "waiver.note", reason=first.reason, who=first.who, until=until))

    marked = []
    for audit in audits:
        report = audit.report
        if report is not None and report.agency is not None:
            agency, year = report.agency, report.year
            audit = msgspec.structs.replace(audit, findings=tuple(mark(finding, [agency], year) for finding in audit.findings))
        marked.append(audit)
    across = tuple(mark(finding, finding.agencies, None) for finding in corpus)
    notes = []
    for waiver in waivers:
        expired = waiver.until is not None and waiver.until < today
        if expired or waiver not in used:
            key = "waiver.expired" if expired else "waiver.unused"
            notes.append(say(words, lang, key, rule=waiver.rule, agency=waiver.agency, until=waiver.until, file=source.name))
    return tuple(marked), across, tuple(notes)


def _first(waivers: Sequence[Waiver], rule: str, agency: str, year: int | None, today: datetime.date) -> Waiver | None:
    for waiver in waivers:
        if waiver.until is not None and waiver.until < today:
            continue
        same_rule = waiver.rule in (rule, rule.partition("-")[0])
        same_year = waiver.year is None or year is None or waiver.year == year
        if same_rule and same_year and squeeze(waiver.agency) == squeeze(agency):
            return waiver
    return None
