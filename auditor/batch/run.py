"""One run over many inputs. Every file is read and checked in a supervised worker, even a single one, so that nothing hangs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from auditor.batch.inputs import Input, collect, unpack
from auditor.errors import ReadError
from auditor.model.finding import Audit, Finding, Undecided
from auditor.model.report import Report
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.model.source import Problem, Source
from auditor.supervise import Limits, Outcome, run

Progress = Callable[[int, int, str], None]
"""Called after each file with the number done, the number known so far, and the path of the last one."""

_SECONDS: Final = 60.0
_SECONDS_PER_MEGABYTE: Final = 6.0
"""A file may take a minute, and longer the larger it is: 500 pages of PDF are some 20 MB."""

_OUTCOMES: Final = {"error": "RUN-ERROR", "timeout": "RUN-TIMEOUT", "crash": "RUN-CRASH", "memory": "RUN-MEMORY"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What a run found, in path order. ``interrupted`` says that it was stopped; files not reached are listed as unreadable.

    ``unmatched``: reports that belong to no agency of the roster; ``unknown_columns`` of the roster; ``defect``: why the comparison
    of reports failed, empty when it did not.
    """

    audits: tuple[Audit, ...]
    corpus_findings: tuple[Finding, ...] = ()
    corpus_unknown: tuple[Undecided, ...] = ()
    interrupted: bool = False
    unmatched: tuple[str, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    defect: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTask:
    """What a worker does with one input: read and bind, and check if asked. Picklable; rule files are loaded once a worker."""

    settings: Settings
    packs: tuple[str, ...] = ()
    engine: str = "pdfium"
    check: bool = True

    def prepare(self) -> None:
        """Load the rule files before the first file's clock starts."""
        _rulebook(self.packs)

    def __call__(self, entry: Input) -> Audit:
        """The audit of one input; without ``check`` it carries the bound report only."""
        from auditor.pipeline import check_report, extract_bytes, extract_file, unreadable

        rulebook = _rulebook(self.packs)
        if entry.problem is not None:
            report = unreadable(Source(path=entry.shown, sha256="", kind="unknown"), entry.problem)
        elif entry.data is not None:
            report = extract_bytes(entry.data, entry.shown, rulebook, self.engine)
        else:
            report = extract_file(entry.path, rulebook, self.engine, entry.shown)
        if self.check:
            return check_report(report, rulebook, self.settings)
        return Audit(source=report.source, status=report.status, report=report, problems=report.problems)


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

    from auditor.season import audit_season, read_roster

    known = read_roster(roster) if roster is not None else None
    task = FileTask(settings=settings, packs=packs, engine=engine)
    reading = _read_all(collect(paths), task, jobs, limits, progress)
    earlier: tuple[Report, ...] = ()
    if previous and not reading.interrupted:
        earlier, _ = extract_batch(previous, settings, packs=packs, engine=engine, jobs=jobs, limits=limits)
    audits = _join(reading.audits, rulebook, settings)
    columns = known.unknown_columns if known is not None else ()
    try:
        season = audit_season(audits, rulebook, settings, roster=known, previous=earlier)
    except Exception as error:  # a defect of ours must not cost the findings of the single reports
        defect = f"{type(error).__name__}: {error}"
        return Batch(audits=audits, interrupted=reading.interrupted, unknown_columns=columns, defect=defect)
    return Batch(
        audits=season.audits,
        corpus_findings=season.findings,
        corpus_unknown=season.unknown,
        interrupted=reading.interrupted,
        unmatched=season.unmatched if known is not None else (),
        unknown_columns=columns,
    )


def _read_all(inputs: Sequence[Input], task: FileTask, jobs: int, limits: Limits | None, progress: Progress | None) -> _Reading:
    reading = _Reading()
    reached = 0
    try:
        for entry, outcome in run(task, unpack(inputs), min(jobs, max(1, len(inputs))), limits, seconds_for=_seconds(limits)):
            reading.audits.append(_as_audit(entry, outcome))
            reached += 1
            if progress is not None:
                progress(reached, max(len(inputs), reached), entry.shown)
    except KeyboardInterrupt:
        reading.interrupted = True
        seen = {audit.source.path for audit in reading.audits}
        for entry in inputs:
            if entry.shown not in seen:
                reading.audits.append(_failed(entry.shown, Problem(code="RUN-INTERRUPTED", fatal=True)))
        reading.audits.sort(key=lambda audit: audit.source.path.split("/"))
    return reading


def _seconds(limits: Limits | None) -> Callable[[Input], float]:
    base = _SECONDS if limits is None else limits.seconds
    return lambda entry: base + _SECONDS_PER_MEGABYTE * entry.size / 1_000_000


def _as_audit(entry: Input, outcome: Outcome[Audit]) -> Audit:
    if outcome.value is not None:
        return outcome.value
    problem = Problem(code=_OUTCOMES[outcome.kind], details={"detail": outcome.detail}, fatal=True)
    return _failed(entry.shown, problem, entry)


def _failed(shown: str, problem: Problem, entry: Input | None = None) -> Audit:
    from auditor.pipeline import unreadable

    report = unreadable(_source(entry) if entry is not None else Source(path=shown, sha256="", kind="unknown"), problem)
    return Audit(source=report.source, status="unreadable", report=report, problems=report.problems)


def _source(entry: Input) -> Source:
    from auditor.read import identify, load

    try:
        return identify(entry.data if entry.data is not None else load(entry.path), entry.shown)
    except ReadError:
        return Source(path=entry.shown, sha256="", kind="unknown")


def _join(audits: Sequence[Audit], rulebook: Rulebook, settings: Settings) -> tuple[Audit, ...]:
    """Audits with the halves of one report joined and checked again as a whole."""
    from auditor.bind import join_parts
    from auditor.pipeline import check_report

    known = {id(audit.report): audit for audit in audits if audit.report is not None}
    joined = join_parts([audit.report for audit in audits if audit.report is not None])
    return tuple(known.get(id(report)) or check_report(report, rulebook, settings) for report in joined)


@lru_cache(maxsize=2)
def _rulebook(packs: tuple[str, ...]) -> Rulebook:
    from auditor.rulebook import load_rulebook

    return load_rulebook(tuple(Path(pack) for pack in packs))
