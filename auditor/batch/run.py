"""Reading many inputs. Every file is read in a supervised worker, even a single one, so that nothing hangs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from msgspec import Struct, field
from msgspec.structs import replace

from auditor.batch.inputs import Input, collect
from auditor.batch.task import FileTask, audit_from, failed_audit, problem_of_failure, rulebook_of, seconds_for
from auditor.batch.unpacking import opened_groups
from auditor.errors import UsageError
from auditor.model.finding import Audit
from auditor.model.report import Report
from auditor.model.settings import Settings
from auditor.model.source import Problem, part_path
from auditor.scratch import scratch_folder
from auditor.supervise import Limits, Pool, TaskOutcome, call
from auditor.text.masked import masked_report

if TYPE_CHECKING:
    from auditor.season import Roster

Progress = Callable[[int, int, str], None]
"""Called after each file with the number done, the number known so far, and the path of the last one."""


class _Reading(Struct):
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
    """The bound reports below ``paths``, parts joined, private data masked, in path order; and whether the run was interrupted."""
    from auditor.bind import join_parts

    task = FileTask(settings=settings, packs=packs, engine=engine, check=False)
    reading = _read_all(collect(paths), task, jobs, limits, progress)
    joined = join_parts([audit.report for audit in reading.audits if audit.report is not None], rulebook_of(packs))
    return tuple(masked_report(report) for report in joined), reading.interrupted


def load_roster(path: Path | None) -> Roster | None:
    """The roster at ``path``, if one is given. Raises UsageError when it cannot be used."""
    from auditor.season import read_roster

    if path is None:
        return None
    require_bounded(read_roster, path)
    return read_roster(path)


_SMALL: Final = 1_000_000
"""Bytes up to which a plain text file is read here."""
_PROBE: Final = Limits(seconds=20.0, memory=3 * 1024**3 // 2)


def require_bounded(read: Callable[[Path], object], path: Path) -> None:
    """Let a worker read a file of the office (roster, template) first: what hangs, crashes or eats memory there is refused here.

    Raises UsageError. What the file is refused for in words is left to the reading that follows.
    """
    try:
        with path.open("rb") as file:
            if file.read(2) != b"PK" and path.stat().st_size <= _SMALL:
                return
    except OSError:
        return
    outcome = call(Probe(read), path, _PROBE)
    if outcome.kind in ("timeout", "crash", "memory"):
        raise UsageError(
            "{file}: cannot be read in reasonable time and memory ({kind} {detail})",
            file=path.name,
            kind=outcome.kind,
            detail=outcome.detail,
        )


class Probe(Struct, frozen=True):
    """Reads a file and keeps nothing. Picklable."""

    read: Callable[[Path], object]

    def __call__(self, path: Path) -> None:
        """Read it."""
        self.read(path)


def _read_all(inputs: Sequence[Input], task: FileTask, jobs: int, limits: Limits | None, progress: Progress | None) -> _Reading:
    reading = _Reading()
    reached = 0
    begun: set[int] = set()
    try:
        with (
            Pool(task, min(jobs, max(1, len(inputs))), limits, seconds_for(limits)) as pool,
            scratch_folder() as scratch,
        ):
            for group in opened_groups(inputs, pool, scratch, problem_of_failure):
                entries = [(place, entry) for place, entry in group if not entry.skipped]
                for (place, entry), (_, outcome) in zip(entries, pool.run([entry for _, entry in entries]), strict=True):
                    begun.add(place[0])
                    audit = audit_from(entry, cast(TaskOutcome[Audit], outcome))
                    reading.audits.append(audit)
                    count = audit.report.part_count if audit.report is not None else 1
                    more = [replace(entry, part=part, shown=part_path(entry.shown, part)) for part in range(2, count + 1)]
                    for other, (_, answer) in zip(more, pool.run(more) if more else (), strict=True):
                        reading.audits.append(audit_from(other, cast(TaskOutcome[Audit], answer)))
                    reached += 1
                    if progress is not None:
                        progress(reached, max(len(inputs), reached), entry.shown)
    except KeyboardInterrupt:
        reading.interrupted = True
        for number, entry in enumerate(inputs):
            if number not in begun and not entry.skipped:
                reading.audits.append(failed_audit(entry.shown, Problem(code="RUN-INTERRUPTED", fatal=True)))
        reading.audits.sort(key=lambda audit: audit.source.path.split("/"))
    return reading
