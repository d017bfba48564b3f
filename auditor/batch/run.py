"""One run over many inputs. Every file is read and checked in a supervised worker, even a single one, so that nothing hangs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.batch.inputs import Input, collect, unpack
from auditor.batch.task import FileTask, audit_from, failed_audit, seconds_for
from auditor.model.finding import Audit, Finding, Undecided
from auditor.model.report import Report
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.model.source import Problem
from auditor.supervise import Limits, run

if TYPE_CHECKING:
    from auditor.season import Roster

Progress = Callable[[int, int, str], None]
"""Called after each file with the number done, the number known so far, and the path of the last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What a run found, in path order. ``interrupted`` says that it was stopped; files not reached are listed as unreadable.

    ``unmatched``: reports that belong to no agency of the roster; ``unknown_columns`` of the roster; ``defect``: why the comparison
    of reports failed, empty when it did not.
    """

    audits: Sequence[Audit]
    corpus_findings: tuple[Finding, ...] = ()
    corpus_unknown: tuple[Undecided, ...] = ()
    interrupted: bool = False
    unmatched: tuple[str, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    defect: str = ""


@dataclass(slots=True)
class _Reading:
    audits: list[Audit] = field(default_factory=list)
    interrupted: bool = False


def extract_batch(
    paths: Iterable[Path],
    settings: Settings,
    *,
    packs: tuple[str, ...] = (),
    engine: str = "pdfium",
    jobs: int = 1,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> tuple[tuple[Report, ...], bool]:
    """The bound reports below ``paths``, parts joined, in path order; and whether the run was interrupted."""
    from auditor.bind import join_parts

    task = FileTask(settings=settings, packs=packs, engine=engine, check=False)
    reading = _read_all(collect(paths), task, jobs, limits, progress)
    return tuple(join_parts([audit.report for audit in reading.audits if audit.report is not None])), reading.interrupted


def audit_batch(
    paths: Iterable[Path],
    rulebook: Rulebook,
    settings: Settings,
    *,
    packs: tuple[str, ...] = (),
    engine: str = "pdfium",
    jobs: int = 1,
    roster: Path | None = None,
    previous: Sequence[Path] = (),
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Batch:
    """Audit everything below ``paths``, each file and then the season as a whole.

    ``rulebook`` must hold the same ``packs`` (paths of local rule packs), which workers load themselves. ``previous``: folders or
    files of earlier reports to compare with. The result does not depend on ``jobs``. Raises UsageError for a bad roster.
    """
    task = FileTask(settings=settings, packs=packs, engine=engine)
    known = load_roster(roster)
    reading = _read_all(collect(paths), task, jobs, limits, progress)
    earlier: tuple[Report, ...] = ()
    if previous and not reading.interrupted:
        earlier, _ = extract_batch(previous, settings, packs=packs, engine=engine, jobs=jobs, limits=limits)
    audits = _join(reading.audits, rulebook, settings)
    batch = compare(audits, rulebook, settings, known, earlier, interrupted=reading.interrupted)
    try:
        return replace(batch, audits=tuple(batch.audits))
    except Exception as error:  # as in compare: the audits of the single reports stand
        return replace(batch, audits=audits, defect=f"{type(error).__name__}: {error}")


def compare(
    audits: Sequence[Audit],
    rulebook: Rulebook,
    settings: Settings,
    roster: Roster | None,
    earlier: Sequence[Report],
    *,
    interrupted: bool = False,
) -> Batch:
    """Audits of single reports → the batch, with what the rules over several reports add; each audit is put together when asked for."""
    from auditor.season import judge_season

    columns = roster.unknown_columns if roster is not None else ()
    try:
        season = judge_season(audits, rulebook, settings, roster=roster, previous=earlier)
    except Exception as error:  # a defect of ours must not cost the findings of the single reports
        return Batch(audits=audits, interrupted=interrupted, unknown_columns=columns, defect=f"{type(error).__name__}: {error}")
    return Batch(
        audits=season.audits,
        corpus_findings=season.findings,
        corpus_unknown=season.unknown,
        interrupted=interrupted,
        unmatched=season.unmatched if roster is not None else (),
        unknown_columns=columns,
    )


def load_roster(path: Path | None) -> Roster | None:
    """The roster at ``path``, if one is given. Raises UsageError when it cannot be used."""
    from auditor.season import read_roster

    return read_roster(path) if path is not None else None


def _read_all(inputs: Sequence[Input], task: FileTask, jobs: int, limits: Limits | None, progress: Progress | None) -> _Reading:
    reading = _Reading()
    reached = 0
    try:
        for entry, outcome in run(task, unpack(inputs), min(jobs, max(1, len(inputs))), limits, seconds_for=seconds_for(limits)):
            reading.audits.append(audit_from(entry, outcome))
            reached += 1
            if progress is not None:
                progress(reached, max(len(inputs), reached), entry.shown)
    except KeyboardInterrupt:
        reading.interrupted = True
        seen = {audit.source.path for audit in reading.audits}
        for entry in inputs:
            if entry.shown not in seen:
                reading.audits.append(failed_audit(entry.shown, Problem(code="RUN-INTERRUPTED", fatal=True)))
        reading.audits.sort(key=lambda audit: audit.source.path.split("/"))
    return reading


def _join(audits: Sequence[Audit], rulebook: Rulebook, settings: Settings) -> tuple[Audit, ...]:
    """Audits with the halves of one report joined and checked again as a whole."""
    from auditor.bind import join_parts
    from auditor.pipeline import check_report

    known = {id(audit.report): audit for audit in audits if audit.report is not None}
    joined = join_parts([audit.report for audit in audits if audit.report is not None])
    return tuple(known.get(id(report)) or check_report(report, rulebook, settings) for report in joined)
