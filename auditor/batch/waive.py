"""Waivers laid over the findings of a run: a waived finding stays, marked; unused and expired waivers are reported."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from auditor.model.finding import Audit, Finding
from auditor.model.rule import Text
from auditor.rulebook.config import ConfiguredWaiver
from auditor.text.chars import squeeze
from auditor.text.words import say


class Waivers(Struct, frozen=True, kw_only=True):
    """The waivers of a run, the file they come from, and the date by which they expire (their last day still counts)."""

    entries: tuple[ConfiguredWaiver, ...]
    source: Path
    today: datetime.date


class Waiving:
    """Marks what is waived, audit by audit, and knows afterwards which waivers were of no use.

    A finding across reports is waived only when each of its agencies is.
    """

    def __init__(self, waivers: Waivers, words: Mapping[str, Text], lang: str) -> None:
        self._waivers, self._source, self._today = waivers.entries, waivers.source, waivers.today
        self._words, self._lang = words, lang
        self._used: set[ConfiguredWaiver] = set()

    @property
    def used(self) -> tuple[int, ...]:
        """Numbers of the waivers that were of use so far, from 0."""
        return tuple(index for index, waiver in enumerate(self._waivers) if waiver in self._used)

    def add_used(self, numbers: Iterable[int]) -> None:
        """Waivers that were of use elsewhere."""
        self._used.update(self._waivers[number] for number in numbers)

    def audit(self, audit: Audit) -> Audit:
        """The audit with its waived findings marked."""
        report = audit.report
        if report is None or report.agency is None:
            return audit
        agency, year = report.agency, report.year
        return msgspec.structs.replace(audit, findings=tuple(self._mark(finding, [agency], year) for finding in audit.findings))

    def across(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """Findings across reports with the waived ones marked."""
        return tuple(self._mark(finding, finding.agencies, None) for finding in findings)

    def notes(self) -> tuple[str, ...]:
        """Remarks on waivers that were unused or have expired, once everything was marked."""
        notes = []
        for waiver in self._waivers:
            expired = waiver.until is not None and waiver.until < self._today
            if expired or waiver not in self._used:
                key = "waiver.expired" if expired else "waiver.unused"
                values = {"rule": waiver.rule, "agency": waiver.agency, "until": waiver.until, "file": self._source.name}
                notes.append(say(self._words, self._lang, key, **values))
        return tuple(notes)

    def _mark(self, finding: Finding, agencies: Sequence[str], year: int | None) -> Finding:
        found = [_first(self._waivers, finding.rule, agency, year, self._today) for agency in agencies]
        matched = [waiver for waiver in found if waiver is not None]
        if not matched or len(matched) < len(found):
            return finding
        self._used.update(matched)
        first = matched[0]
        until = say(self._words, self._lang, "waiver.until", date=first.until.isoformat()) if first.until else ""
        note = say(self._words, self._lang, "waiver.note", reason=first.reason, who=first.who, until=until)
        return msgspec.structs.replace(finding, waived=note)


def _first(waivers: Sequence[ConfiguredWaiver], rule: str, agency: str, year: int | None, today: datetime.date) -> ConfiguredWaiver | None:
    for waiver in waivers:
        if waiver.until is not None and waiver.until < today:
            continue
        same_rule = waiver.rule in (rule, rule.partition("-")[0])
        same_year = waiver.year is None or year is None or waiver.year == year
        if same_rule and same_year and squeeze(waiver.agency) == squeeze(agency):
            return waiver
    return None
