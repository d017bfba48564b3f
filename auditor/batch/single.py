"""One file without a ledger: read, bound, checked and compared with nobody, in one worker, and handed over in memory.

The worker has the limits of every other run. It is a copy of this process where the system can make one, so that neither the program
nor the rule book is loaded twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from auditor import __version__
from auditor.batch.inputs import Input, collect
from auditor.batch.outcome import count
from auditor.batch.task import FileTask, audit_of_failure, rulebook_of, seconds_for
from auditor.batch.unpacking import is_archive_name
from auditor.model.finding import Audit, Finding, Undecided
from auditor.model.result import Result
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.supervise import Limits, Pool
from auditor.text.patterns import keep

if TYPE_CHECKING:
    from auditor.batch.waive import Waivers


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one file: its audit, and what the rules over several reports say of a run of one."""

    audit: Audit
    findings: tuple[Finding, ...] = ()
    unknown: tuple[Undecided, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleTask:
    """What the worker does. Answers MessagePack of :class:`Judged`, which is quicker to hand over than objects."""

    task: FileTask

    def prepare(self) -> None:
        """Load everything before the file's clock starts."""
        import auditor.pipeline
        import auditor.season  # noqa: F401

        self.task.prepare()

    def __call__(self, entry: Input) -> bytes:
        """The file's audit with what a season of it alone would add."""
        from auditor.season import audit_season

        season = audit_season([self.task.audit(entry)], rulebook_of(self.task.packs), self.task.settings)
        keep()
        return msgspec.msgpack.encode(Judged(audit=season.audits[0], findings=season.findings, unknown=season.unknown))


def single_input(paths: tuple[Path, ...]) -> Input | None:
    """The one file to read, or ``None`` where there are several, none, an archive, or something that is left out."""
    if len(paths) != 1 or not paths[0].is_file():
        return None
    inputs = collect(paths)
    entry = inputs[0] if len(inputs) == 1 else None
    return None if entry is None or entry.skipped or entry.problem is not None or is_archive_name(entry) else entry


def audit_single(
    entry: Input,
    rulebook: Rulebook,
    settings: Settings,
    *,
    packs: tuple[str, ...] = (),
    engine: str = "pdfium",
    waivers: Waivers | None = None,
    limits: Limits | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> Result | None:
    """The result of a run over one file, the same as with a ledger; ``None`` where the file holds several reports, which have to be
    compared with each other. ``rulebook`` must hold ``packs``.
    """
    task = SingleTask(task=FileTask(settings=settings, packs=packs, engine=engine))
    try:
        with Pool(task, 1, limits, seconds_for(limits), copied=True) as pool:
            _, outcome = next(iter(pool.run([entry])))
    except KeyboardInterrupt:
        return _interrupted(entry, rulebook)
    if outcome.value is not None:
        judged = msgspec.msgpack.decode(outcome.value, type=Judged)
    else:
        judged = Judged(audit=audit_of_failure(entry, outcome))
    if judged.audit.report is not None and judged.audit.report.part_count > 1:
        return None
    if progress is not None:
        progress(1, 1, entry.shown)
    notes: tuple[str, ...] = ()
    if waivers is not None:
        from auditor.batch.waive import Waiving

        waiving = Waiving(waivers, rulebook.words, settings.lang)
        judged = msgspec.structs.replace(judged, audit=waiving.audit(judged.audit), findings=waiving.across(judged.findings))
        notes = waiving.notes()
    return Result(
        audits=(count(judged.audit),),
        corpus_findings=judged.findings,
        corpus_unknown=judged.unknown,
        version=__version__,
        rules_sha256=rulebook.sha256,
        notes=notes,
    )


def _interrupted(entry: Input, rulebook: Rulebook) -> Result:
    """The result of a run that was stopped by Ctrl-C."""
    from auditor.batch.task import failed_audit
    from auditor.model.source import Problem

    audit = failed_audit(entry.shown, Problem(code="RUN-INTERRUPTED", fatal=True))
    return Result(audits=(count(audit),), version=__version__, rules_sha256=rulebook.sha256, interrupted=True)
