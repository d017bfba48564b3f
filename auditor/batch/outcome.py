"""Verdicts and counts, remarks on a run, and the exit code that follows from them (interface.md)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from auditor import __version__
from auditor.check.coverage import counts, verdict_of
from auditor.model.finding import Audit
from auditor.model.report import Report
from auditor.model.result import SEVERITIES, Counted, Result
from auditor.model.rulebook import Rulebook
from auditor.model.settings import InForce
from auditor.rulebook.config import FailOn
from auditor.text.in_force import weakened_note
from auditor.text.masked import masked_audit
from auditor.text.words import say

if TYPE_CHECKING:
    from auditor.season.account import Account


_UNUSED_SHOWN = 8


def account_notes(account: Account | None, rulebook: Rulebook, lang: str) -> Iterator[str]:
    """How many of the earlier reports were of use, and how the roster stands."""
    if account is None:
        return
    words = rulebook.words
    if account.given:
        years = "、".join(map(str, account.wanted))
        told = [
            say(words, lang, "run.unused_entry", path=path, why=say(words, lang, f"run.unused.{why}", year=year, wanted=years))
            for path, why, year in account.unused[:_UNUSED_SHOWN]
        ]
        more = len(account.unused) - len(told)
        if more:
            told.append(say(words, lang, "run.unused_more", count=more))
        text = say(words, lang, "run.previous", given=account.given, used=account.used)
        if told:
            text += say(words, lang, "run.previous_unused", count=len(account.unused), entries=say(words, lang, "finding.or").join(told))
        yield text
    if account.roster:
        counts = {state: account.roster.get(state, 0) for state in ("present", "late", "duplicate", "missing", "waived", "not_obliged")}
        there = counts["present"] + counts["late"] + counts["duplicate"]
        yield say(words, lang, "run.roster", all=sum(account.roster.values()), there=there, **counts)


def remarks(rulebook: Rulebook, lang: str, columns: Sequence[str], unmatched: Sequence[str], defect: str) -> Iterator[str]:
    """Remarks on a run: columns of the roster that are not known, reports that belong to nobody on it, a comparison that failed."""
    join = say(rulebook.words, lang, "console.dash").join
    if columns:
        yield say(rulebook.words, lang, "run.unknown_columns", columns=join(columns))
    if unmatched:
        yield say(rulebook.words, lang, "run.unmatched", paths=join(unmatched))
    if defect:
        yield say(rulebook.words, lang, "run.defect", detail=defect)


def settings_notes(told: InForce, rulebook: Rulebook, lang: str) -> tuple[str, ...]:
    """One remark on the settings where they may have made the verdict milder, and one on a configuration that was left out."""

    notes = [note for note in (weakened_note(told, rulebook.words, lang),) if note]
    if told.ignored_config is not None:
        notes.append(say(rulebook.words, lang, "run.settings.ignored", file=told.ignored_config))
    return tuple(notes)


_SHOWN_SKIPS = 50


def skip_notes(skipped: Sequence[tuple[str, str]], rulebook: Rulebook, lang: str) -> Iterator[str]:
    """One remark for each path that was left out without loss, with the reason; of very many the rest are counted."""
    for path, why in skipped[:_SHOWN_SKIPS]:
        yield say(rulebook.words, lang, f"run.skipped.{why}", path=path)
    if len(skipped) > _SHOWN_SKIPS:
        yield say(rulebook.words, lang, "run.skipped.more", count=len(skipped) - _SHOWN_SKIPS)


def count(audit: Audit) -> Counted:
    """One audit with its verdict, private data masked: what all outputs are made of. What was not checked at all is ``incomplete``."""
    audit = masked_audit(audit)
    verdict = verdict_of(audit) if audit.verdicts else "incomplete"
    return Counted(audit=audit, verdict=verdict, checks=counts(audit))


def exit_code(result: Result, fail_on: FailOn) -> int:
    """0 clean, 1 findings at or above ``fail_on``, 3 no annual report, 4 something unread or a check that failed; 3 before 4 before 1.

    A file that is missing counts as no file.
    """
    tally = result.tally()
    if not tally.reports:
        return 3
    if result.interrupted or result.defect or tally.incomplete:
        return 4
    if fail_on != "never" and any(tally.findings.get(severity) for severity in SEVERITIES[: SEVERITIES.index(fail_on) + 1]):
        return 1
    return 0


def reading_exit_code(reports: Sequence[Report], interrupted: bool) -> int:
    """The same for reading without rules: 0, 3 or 4."""
    bare = [
        Counted(
            audit=Audit(source=report.source, status=report.status, report=report, problems=report.problems), verdict="clean", checks={}
        )
        for report in reports
    ]
    return exit_code(Result(audits=tuple(bare), version=__version__, rules_sha256="", interrupted=interrupted), "never")
