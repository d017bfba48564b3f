"""What a worker does with one input, and what stands for an input whose worker failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, field

from auditor.batch.inputs import Input
from auditor.batch.unpacking import Opened, Opening, open_archive
from auditor.model.finding import Audit
from auditor.model.report import CellReading, Report
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.model.source import Problem, Source, part_path
from auditor.supervise import Limits, TaskOutcome

_SECONDS: Final = 60.0
_MOST_SECONDS: Final = 300.0
_MOST_SECONDS_OF_SCANS: Final = 3600.0
_SECONDS_PER_MEGABYTE: Final = 6.0
_SECONDS_PER_MEGABYTE_OF_SCANS: Final = 120.0
"""A scanned page takes 100 to 200 kilobytes and some five seconds."""
_MAYBE_SCANS: Final = (".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp")
"""A file may take a minute of processor time, and longer the larger it is: 500 pages of PDF are some 20 MB."""

_OUTCOMES: Final = {"error": "RUN-ERROR", "timeout": "RUN-TIMEOUT", "crash": "RUN-CRASH", "memory": "RUN-MEMORY"}


class FileTask(Struct, frozen=True, kw_only=True):
    """What a worker does with one input: read and bind, and check if asked. Picklable; rule files are loaded once a worker."""

    settings: Settings
    packs: tuple[str, ...] = ()
    engine: str = "pdfium"
    check: bool = True
    readings: Mapping[str, tuple[CellReading, ...]] = field(default_factory=dict)
    """What people read in cells, by the hash of the file (with the part where it holds several reports)."""

    def prepare(self) -> None:
        """Load the rule files before the first file's clock starts."""
        rulebook_of(self.packs)

    def __call__(self, entry: Input | Opening) -> Audit | Opened:
        """The audit of one input, without ``check`` with the bound report only; or an archive opened."""
        return open_archive(entry) if isinstance(entry, Opening) else self.audit(entry)

    def audit(self, entry: Input) -> Audit:
        """The audit of one input; without ``check`` it carries the bound report only."""
        from auditor.pipeline import check_report, extract_bytes, extract_file, unreadable

        rulebook = rulebook_of(self.packs)
        if entry.problem is not None:
            report = unreadable(Source(path=entry.shown, sha256="", kind="unknown"), entry.problem)
        elif entry.data is not None:
            report = extract_bytes(entry.data, entry.shown, rulebook, self.engine, entry.part)
        else:
            report = extract_file(entry.path, rulebook, self.engine, entry.shown, entry.part)
        report = self.as_read(report)
        if self.check:
            return check_report(report, rulebook, self.settings)
        return Audit(source=report.source, status=report.status, report=report, problems=report.problems)

    def as_read(self, report: Report) -> Report:
        """The report with what people read in its cells."""
        told = self.readings.get(part_path(report.source.sha256, report.part or 1), ()) if self.readings else ()
        if not told:
            return report
        from auditor.bind.person import with_person_readings

        return with_person_readings(report, told, rulebook_of(self.packs).binding)


def seconds_for(limits: Limits | None) -> Callable[[Input | Opening], float]:
    """The processor time each input may take, in seconds: more for what may be scans, where they can be recognised."""
    from auditor.read.ocr import is_available

    base = _SECONDS if limits is None else limits.seconds
    recognises = is_available()

    def seconds(job: Input | Opening) -> float:
        entry = job.entry if isinstance(job, Opening) else job
        scan = recognises and entry.shown.lower().endswith(_MAYBE_SCANS)
        longer = (_SECONDS_PER_MEGABYTE_OF_SCANS if scan else _SECONDS_PER_MEGABYTE) * entry.size / 1_000_000
        return min(base + longer, max(base, _MOST_SECONDS_OF_SCANS if scan else _MOST_SECONDS))

    return seconds


def audit_from(entry: Input, outcome: TaskOutcome[Audit]) -> Audit:
    """The audit a worker gave, or the one that stands for a worker that failed."""
    return outcome.value if outcome.value is not None else audit_of_failure(entry, outcome)


def audit_of_failure(entry: Input, outcome: TaskOutcome[Any]) -> Audit:
    """The audit of an input that brought its worker down. Its bytes are not looked at again: what hung a worker would hang the parent."""
    return failed_audit(entry.shown, problem_of_failure(entry, outcome))


def problem_of_failure(entry: Input, outcome: TaskOutcome[Any]) -> Problem:
    """How an input brought its worker down; with the size of the file, which is all that is known of it."""
    return Problem(code=_OUTCOMES[outcome.kind], details={"detail": outcome.detail, "bytes": str(entry.size)}, fatal=True)


def failed_audit(shown: str, problem: Problem) -> Audit:
    """The audit of an input that could not be read for this reason."""
    from auditor.pipeline import unreadable

    report = unreadable(Source(path=shown, sha256="", kind="unknown"), problem)
    return Audit(source=report.source, status="unreadable", report=report, problems=report.problems)


@lru_cache(maxsize=2)
def rulebook_of(packs: tuple[str, ...]) -> Rulebook:
    """The rule book with these local packs, loaded once a process."""
    from auditor.rulebook import load_rulebook

    return load_rulebook(tuple(Path(pack) for pack in packs), prove=False)
