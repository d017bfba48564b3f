"""One file without a ledger: its reports read, bound, checked and put together in one worker, and handed over in memory.

It takes the steps of every other run (:func:`auditor.season.audit.audit_season` over what :class:`FileTask` gives) and leaves out only
the storing in between. The worker has the limits of every other run. It is a copy of this process where the system can make one, so that
neither the program nor the rule book is loaded twice.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from auditor import __version__
from auditor.batch.inputs import Input, collect
from auditor.batch.outcome import count, remarks
from auditor.batch.task import FileTask, audit_of_failure, rulebook_of, seconds_for
from auditor.batch.unpacking import is_archive_name
from auditor.model.finding import Audit, Finding, Undecided
from auditor.model.result import Result
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.model.source import part_path
from auditor.supervise import Limits, Pool
from auditor.text.patterns import keep

if TYPE_CHECKING:
    from auditor.batch.waive import Waivers


class FileAudits(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one file: the audits of its reports, and what the rules over several reports say of them.

    ``defect``: how these failed through a fault of ours; the audits then stand as they are.
    """

    audits: tuple[Audit, ...]
    defect: str = ""
    findings: tuple[Finding, ...] = ()
    unknown: tuple[Undecided, ...] = ()


class Reports(Struct, frozen=True, kw_only=True):
    """The audits of all reports of a file that holds several, each as MessagePack, to be put together."""

    audits: tuple[bytes, ...]


class SingleTask(Struct, frozen=True, kw_only=True):
    """What the worker does. Answers MessagePack, which is quicker to hand over than objects."""

    task: FileTask

    def prepare(self) -> None:
        """Load everything before the file's clock starts."""
        import auditor.pipeline
        import auditor.season  # noqa: F401

        self.task.prepare()

    def __call__(self, job: Input | Reports) -> bytes:
        """To a file with one report, or to all reports of a file: :class:`FileAudits`; to one report of several: its audit alone in it."""
        if isinstance(job, Reports):
            return self._judged([msgspec.msgpack.decode(audit, type=Audit) for audit in job.audits])
        audit = self.task.audit(job)
        several = audit.report is not None and audit.report.part_count > 1
        answer = msgspec.msgpack.encode(FileAudits(audits=(audit,))) if several else self._judged([audit])
        keep()
        return answer

    def _judged(self, audits: list[Audit]) -> bytes:
        from auditor.season import audit_season

        try:
            season = audit_season(audits, rulebook_of(self.task.packs), self.task.settings)
        except Exception as error:  # a defect of ours must not cost the findings of the single reports
            return msgspec.msgpack.encode(FileAudits(audits=tuple(audits), defect=f"{type(error).__name__}: {error}"))
        return msgspec.msgpack.encode(FileAudits(audits=season.audits, findings=season.findings, unknown=season.unknown))


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
) -> Result:
    """The result of a run over one file, the same as with a ledger. ``rulebook`` must hold ``packs``."""
    task = SingleTask(task=FileTask(settings=settings, packs=packs, engine=engine))
    try:
        pool: Pool[Input | Reports, bytes]
        with Pool(task, 1, limits, _seconds(limits), copied=True) as pool:
            judged = _judged(entry, pool)
    except KeyboardInterrupt:
        return _interrupted(entry, rulebook)
    if progress is not None:
        progress(1, 1, entry.shown)
    audits, findings = judged.audits, judged.findings
    notes = tuple(remarks(rulebook, settings.lang, (), (), judged.defect))
    if waivers is not None:
        from auditor.batch.waive import Waiving

        waiving = Waiving(waivers, rulebook.words, settings.lang)
        audits, findings = tuple(map(waiving.audit, audits)), waiving.across(findings)
        notes += waiving.notes()
    return Result(
        audits=tuple(map(count, audits)),
        corpus_findings=findings,
        corpus_unknown=judged.unknown,
        version=__version__,
        rules_sha256=rulebook.sha256,
        notes=notes,
        defect=judged.defect,
    )


def _seconds(limits: Limits | None) -> Callable[[Input | Reports], float]:
    """The processor time of a job, in seconds."""
    of_input = seconds_for(limits)
    base = (limits or Limits()).seconds
    return lambda job: base + len(job.audits) if isinstance(job, Reports) else of_input(job)


def _judged(entry: Input, pool: Pool[Input | Reports, bytes]) -> FileAudits:
    """What came of the file; where a report of it brought the worker down, an audit that says so."""
    first = _answer(entry, pool)
    report = first.audits[0].report
    several = report.part_count if report is not None else 1
    if several < 2:
        return first
    more = [replace(entry, part=part, shown=part_path(entry.shown, part)) for part in range(2, several + 1)]
    audits = [*first.audits, *(_answer(other, pool).audits[0] for other in more)]
    _, outcome = next(iter(pool.run([Reports(audits=tuple(map(msgspec.msgpack.encode, audits)))])))
    if outcome.value is None:
        return FileAudits(audits=tuple(audits), defect=f"season: {outcome.kind}: {outcome.detail}")
    return msgspec.msgpack.decode(outcome.value, type=FileAudits)


def _answer(entry: Input, pool: Pool[Input | Reports, bytes]) -> FileAudits:
    _, outcome = next(iter(pool.run([entry])))
    if outcome.value is not None:
        return msgspec.msgpack.decode(outcome.value, type=FileAudits)
    return FileAudits(audits=(audit_of_failure(entry, outcome),))


def _interrupted(entry: Input, rulebook: Rulebook) -> Result:
    """The result of a run that was stopped by Ctrl-C."""
    from auditor.batch.task import failed_audit
    from auditor.model.source import Problem

    audit = failed_audit(entry.shown, Problem(code="RUN-INTERRUPTED", fatal=True))
    return Result(audits=(count(audit),), version=__version__, rules_sha256=rulebook.sha256, interrupted=True)
