"""A run over many inputs with a ledger: what is stored is not read again, what only the rules touch is checked again, the rest is read.

Workers hand back bytes and rows; the parent only looks up and stores, in path order. Nothing large stays in memory: audits and reports
are loaded from the ledger when somebody asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias, overload

from auditor.batch.far import Shelf
from auditor.batch.inputs import Input, collect, unpack
from auditor.batch.run import Progress
from auditor.batch.task import FileTask, audit_of_failure, failed_audit, rulebook_of, seconds_for
from auditor.errors import ReadError
from auditor.ledger import Ledger, Record, checker_key, content_key, reader_key, recorded
from auditor.ledger.codec import unpack as decode
from auditor.ledger.keys import stem
from auditor.ledger.record import placed, rechecked, whole
from auditor.model.finding import Audit
from auditor.model.report import Report
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.model.source import Problem
from auditor.read import load
from auditor.supervise import Limits, run


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The state of reader and rules a run works under."""

    reader: str
    checker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a worker is given: an input to read, or with ``report`` the stored report of one to check again."""

    entry: Input
    content: str
    report: bytes = b""


Answer: TypeAlias = tuple[str, Record | bytes | Audit]
"""SHA-256 of what was read with: a record, the bytes of an audit checked again, or the audit of a file that gave no bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedTask:
    """The task of a worker: as :class:`auditor.batch.run.FileTask`, answering in the form the ledger stores."""

    task: FileTask

    def prepare(self) -> None:
        """Load the rule files before the first file's clock starts."""
        self.task.prepare()

    def __call__(self, work: Work) -> Answer:
        """Read and check, or only check."""
        from auditor.pipeline import check_report

        if work.report:
            report = placed(decode(work.report, Report), work.entry.shown)
            return work.content, rechecked(check_report(report, rulebook_of(self.task.packs), self.task.settings))
        audit = self.task(work.entry)
        return (audit.source.sha256, recorded(audit)) if audit.source.sha256 else ("", audit)


@dataclass(slots=True, kw_only=True)
class Slot:
    """One audit of the run: where it lies in the ledger, or itself when it lies nowhere (a failure, two halves joined)."""

    path: str
    content: str = ""
    reading: int | None = None
    checked: int | None = None
    half: str = ""
    own: Audit | None = None


@dataclass(slots=True, kw_only=True)
class Reached:
    """What the reading of a run came to, in path order. ``read`` and ``rechecked`` count the files that were not simply known."""

    slots: list[Slot] = field(default_factory=list)
    read: int = 0
    rechecked: int = 0
    interrupted: bool = False


class StoredAudits(Sequence[Audit]):
    """The audits of slots, each loaded when asked for; their reports load what is looked at (:mod:`auditor.batch.far`)."""

    def __init__(self, ledger: Ledger, slots: Sequence[Slot]) -> None:
        self._ledger = ledger
        self._slots = slots
        shelf = Shelf(ledger)
        self.reports = [_near_or_far(shelf, slot) for slot in slots]

    def __len__(self) -> int:
        return len(self._slots)

    @overload
    def __getitem__(self, index: int) -> Audit: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Audit]: ...
    def __getitem__(self, index: int | slice) -> Audit | Sequence[Audit]:
        places = range(len(self._slots))[index]
        return self._audit(places) if isinstance(places, int) else [self._audit(place) for place in places]

    def __iter__(self) -> Iterator[Audit]:
        return (self._audit(place) for place in range(len(self._slots)))

    def _audit(self, place: int) -> Audit:
        slot = self._slots[place]
        if slot.own is not None:
            return slot.own
        assert slot.checked is not None
        return whole(self._ledger.audit(slot.checked), self.reports[place])


def _near_or_far(shelf: Shelf, slot: Slot) -> Report:
    if slot.own is not None:
        assert slot.own.report is not None
        return slot.own.report
    assert slot.reading is not None
    return shelf.far(slot.reading, slot.path)


def audit_of(ledger: Ledger, slot: Slot) -> Audit:
    """The audit a slot stands for, with its report."""
    if slot.own is not None:
        return slot.own
    assert slot.reading is not None
    assert slot.checked is not None
    return whole(ledger.audit(slot.checked), placed(ledger.report(slot.reading), slot.path))


def keys_of(rulebook: Rulebook, settings: Settings, engine: str) -> Keys:
    """Reader and checker key of a run."""
    return Keys(reader=reader_key(rulebook, engine), checker=checker_key(rulebook, settings))


def read_recorded(
    ledger: Ledger,
    paths: Sequence[Path],
    task: FileTask,
    keys: Keys,
    jobs: int,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Reached:
    """Every file below ``paths`` in the ledger, read or checked again only where it must be; commits as it goes.

    Files that could not be had or brought their worker down are tried again in the next run: their audits are in ``own``, not stored.
    """
    inputs = collect(paths)
    reached = Reached()
    slots: dict[int, Slot] = {}
    done = _Count(progress, len(inputs))

    def open_work() -> Iterator[tuple[int, Work]]:
        for place, entry in enumerate(unpack(inputs)):
            content = _content(entry)
            slot = slots[place] = Slot(path=entry.shown, content=content)
            known = ledger.reading(content, stem(entry.shown), keys.reader) if content else None
            if known is None:
                reached.read += 1
                yield place, Work(entry=entry, content=content)
                continue
            slot.reading, slot.half = known.id, known.half
            slot.checked = ledger.checked(known.id, keys.checker)
            if slot.checked is None:
                reached.rechecked += 1
                yield place, Work(entry=entry, content=content, report=ledger.report_bytes(known.id))
            else:
                done(entry.shown)

    try:
        for (place, work), outcome in run(_Numbered(RecordedTask(task=task)), open_work(), jobs, limits, seconds_for=_seconds(limits)):
            slot = slots[place]
            if outcome.value is None:
                slot.own = audit_of_failure(work.entry, outcome)
            else:
                store_answer(ledger, slot, keys, *outcome.value)
            done(work.entry.shown)
    except KeyboardInterrupt:
        reached.interrupted = True
        begun = {slot.path for slot in slots.values()}
        missing = [Slot(path=entry.shown) for entry in inputs if entry.shown not in begun]
        reached.slots = sorted([*slots.values(), *missing], key=lambda slot: slot.path.split("/"))
        for slot in reached.slots:
            if slot.own is None and slot.checked is None:
                slot.own = failed_audit(slot.path, Problem(code="RUN-INTERRUPTED", fatal=True))
        return reached
    finally:
        ledger.flush()
    reached.slots = [slots[place] for place in sorted(slots)]
    return reached


def join_halves(ledger: Ledger, slots: Sequence[Slot], rulebook: Rulebook, settings: Settings) -> list[Slot]:
    """The slots with the halves of one report joined and checked as a whole, as :func:`auditor.bind.join_parts` does over all reports."""
    from auditor.bind import join_parts
    from auditor.pipeline import check_report

    folders: dict[str, list[int]] = {}
    for index, slot in enumerate(slots):
        if slot.half:
            folders.setdefault(slot.path.replace("!/", "/").rpartition("/")[0], []).append(index)
    result: list[Slot | None] = list(slots)
    for members in folders.values():
        if all(slots[index].half != "text" for index in members):
            continue
        at = {slots[index].path: index for index in members}
        for report in join_parts([_report(ledger, slots[index]) for index in members]):
            if report.parts:
                for part in report.parts:
                    result[at[part]] = None
                first = at[report.source.path]
                result[first] = Slot(path=report.source.path, content=slots[first].content, own=check_report(report, rulebook, settings))
    return [slot for slot in result if slot is not None]


def _report(ledger: Ledger, slot: Slot) -> Report:
    report = audit_of(ledger, slot).report
    assert report is not None
    return report


def store_answer(ledger: Ledger, slot: Slot, keys: Keys, content: str, value: Record | bytes | Audit) -> None:
    """Put what a worker answered into the ledger and the slot."""
    if isinstance(value, Audit):
        slot.own = value
    elif isinstance(value, bytes):
        assert slot.reading is not None
        slot.checked = ledger.put_checked(slot.reading, keys.checker, value)
    else:
        slot.content = content
        known = ledger.put_reading(content, stem(slot.path), keys.reader, value)
        slot.reading, slot.half = known.id, known.half
        slot.checked = ledger.put_checked(known.id, keys.checker, value.audit)


def _content(entry: Input) -> str:
    """The content key of an input; empty when its bytes cannot be had."""
    if entry.problem is not None:
        return ""
    try:
        return content_key(entry.data if entry.data is not None else load(entry.path))
    except ReadError:
        return ""


def _seconds(limits: Limits | None) -> Callable[[tuple[int, Work]], float]:
    own = seconds_for(limits)
    return lambda numbered: own(numbered[1].entry)


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A task over numbered items."""

    task: RecordedTask

    def prepare(self) -> None:
        self.task.prepare()

    def __call__(self, numbered: tuple[int, Work]) -> Answer:
        return self.task(numbered[1])


class _Count:
    def __init__(self, progress: Progress | None, known: int) -> None:
        self._progress, self._known, self._done = progress, known, 0

    def __call__(self, path: str) -> None:
        self._done += 1
        if self._progress is not None:
            self._progress(self._done, max(self._known, self._done), path)
