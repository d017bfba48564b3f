"""A run over many inputs with a ledger: what is stored is not read again, what only the rules touch is checked again, the rest is read.

Workers hand back bytes and rows; the parent only looks up and stores. Nothing large stays in memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from auditor.batch.desk import Alike, Halves, Job, RunTask, Work
from auditor.batch.inputs import Input, collect
from auditor.batch.run import Progress
from auditor.batch.seasonal import Workers
from auditor.batch.slots import AuditSlot, Reached, audit_of
from auditor.batch.task import audit_of_failure, failed_audit, problem_of_failure, seconds_for
from auditor.batch.unpacking import Numbered, Opening, opened_groups
from auditor.ledger import Ledger, Record, checker_key, content_key, reader_key, recorded
from auditor.ledger.keys import stem
from auditor.model.finding import Audit
from auditor.model.report import CellReading
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.model.source import Problem, part_path
from auditor.read.limits import FILE_BYTES
from auditor.scratch import scratch_folder
from auditor.supervise import Limits, Pool, TaskOutcome

__all__ = ["AuditSlot", "Keys", "Reached", "audit_of", "join_halves", "keys_of", "open_pool", "read_recorded", "store_answer"]

_SECONDS_A_REPORT = 2.0
"""Of judging an agency, beside those any job may take."""


class Keys(Struct, frozen=True, kw_only=True):
    """The state of reader and rules a run works under."""

    reader: str
    checker: str
    people: Mapping[str, str] = field(default_factory=dict)
    """A hash of what people read in the cells of a file, by the file's hash: such a file is a reading of its own."""

    def reader_of(self, content: str) -> str:
        """The reader key of one file: with what people read in it, where they did."""
        told = self.people.get(content)
        return f"{self.reader}:{told}" if told else self.reader


def keys_of(rulebook: Rulebook, settings: Settings, engine: str, readings: Mapping[str, Sequence[CellReading]] | None = None) -> Keys:
    """Reader and checker key of a run. ``readings``: what people read in cells, by the file's hash."""
    people = {sha: hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:32] for sha, told in (readings or {}).items()}
    return Keys(reader=reader_key(rulebook, engine), checker=checker_key(rulebook, settings), people=people)


def open_pool(task: RunTask, jobs: int, limits: Limits | None = None) -> Pool[Any, Any]:
    """The workers of a run; to be closed."""
    of_input = seconds_for(limits)
    base = (limits or Limits()).seconds

    def seconds(job: Job) -> float:
        if isinstance(job, Work):
            return of_input(job.entry)
        if isinstance(job, Opening):
            return of_input(job)
        if isinstance(job, Alike):
            return base + _SECONDS_A_REPORT * len(job.cards)
        return base + _SECONDS_A_REPORT * len(job.readings if isinstance(job, Halves) else (*job.cards, *job.loose))

    return Pool(task, jobs, limits, seconds)


def read_recorded(ledger: Ledger, paths: Sequence[Path], workers: Workers, keys: Keys, progress: Progress | None = None) -> Reached:
    """Every file below ``paths`` in the ledger, read or checked again only where it must be; commits as it goes.

    Files that could not be had or brought their worker down are tried again in the next run: their audits are in ``own``, not stored.
    """
    inputs = collect(paths)
    reached = Reached()
    slots: dict[tuple[int, ...], AuditSlot] = {}
    done = _Count(progress, len(inputs))

    def open_work(group: Sequence[tuple[tuple[int, ...], Input]]) -> Iterator[Work]:
        for place, entry in group:
            if entry.skipped:
                reached.skipped.append((entry.shown, entry.skipped))
                continue
            content = part_path(_content(entry), entry.part)
            slot = slots[place] = AuditSlot(path=entry.shown, content=content)
            known = ledger.reading(content, stem(entry.shown), keys.reader_of(content)) if content else None
            if known is not None and not ledger.is_whole(known.id, ledger.checked(known.id, keys.checker)):
                ledger.forget(known.id)  # damaged or meddled with: read the file again
                known = None
            if known is None:
                reached.read += 1
                yield Work(place=place, entry=entry, content=content)
                continue
            slot.reading, slot.half = known.id, known.half
            slot.checked = ledger.checked(known.id, keys.checker)
            if slot.checked is None:
                reached.rechecked += 1
                yield Work(place=place, entry=entry, content=content, reading=known.id)
            else:
                done(entry.shown)

    def read(group: Sequence[tuple[tuple[int, ...], Input]]) -> None:
        for work, outcome in workers.run(open_work(group), ordered=False):
            slot = slots[work.place]
            if outcome.value is None:
                slot.own = audit_of_failure(work.entry, outcome)
            else:
                store_answer(ledger, slot, keys, *outcome.value)
            done(work.entry.shown)

    def others_of(group: Sequence[Numbered]) -> Iterator[tuple[tuple[int, ...], Input]]:
        """The second and further reports of files that hold several, as inputs of their own."""
        for place, entry in group:
            slot = slots.get(place)
            if slot is not None and slot.half == "several" and slot.reading is not None:
                for part in range(2, ledger.light(slot.reading).part_count + 1):
                    yield (*place, part), replace(entry, part=part, shown=part_path(entry.shown, part))

    try:
        with scratch_folder() as scratch:
            for group in opened_groups(inputs, workers, scratch, problem_of_failure):
                # In the order of completion: what hangs holds nobody up, and the ledger knows no order.
                read(group)
                read(list(others_of(group)))
    except KeyboardInterrupt:
        reached.interrupted = True
        begun = {place[0] for place in slots}
        for number, entry in enumerate(inputs):
            if number not in begun and not entry.skipped:
                slots[number, 0] = AuditSlot(path=entry.shown)
        for slot in slots.values():
            if slot.own is None and slot.checked is None:
                slot.own = failed_audit(slot.path, Problem(code="RUN-INTERRUPTED", fatal=True))
                slot.reading = None
    finally:
        ledger.flush()
    reached.slots = [slots[place] for place in sorted(slots)]
    return reached


def put_beside(ledger: Ledger, reached: Reached, audits: Iterable[Audit]) -> None:
    """Add reports that are not read in this run to what was reached, in path order: they are only compared with."""
    for audit in audits:
        record = recorded(audit)
        # Under a key of their own: another state of the program may have read them.
        key = f"season:{content_key(record.report + record.audit)}"
        reading = ledger.put_reading(audit.source.sha256, stem(audit.source.path), key, record)
        checked = ledger.put_checked(reading.id, key, record.audit, record.signature)
        slot = AuditSlot(path=audit.source.path, content=audit.source.sha256, reading=reading.id, checked=checked, beside=True)
        reached.slots.append(slot)
    ledger.flush()
    reached.slots.sort(key=lambda slot: slot.path.split("/"))


def join_halves(slots: Sequence[AuditSlot], workers: Workers) -> list[AuditSlot]:
    """The slots with the halves of one report joined and checked as a whole, as :func:`auditor.bind.join_parts` does over all reports."""
    folders: dict[str, list[int]] = {}
    for index, slot in enumerate(slots):
        if slot.half in ("text", "tables", "pages"):
            folders.setdefault(slot.path.replace("!/", "/").rpartition("/")[0], []).append(index)
    groups = [part for members in folders.values() for part in _bounded(slots, members)]
    jobs = [Halves(readings=tuple((slots[index].reading or 0, slots[index].path) for index in members)) for members in groups]
    result: list[AuditSlot | None] = list(slots)
    for (_, outcome), members in zip(workers.run(jobs) if jobs else (), groups, strict=True):
        if outcome.value is None:
            # Joining them failed: each stays what it was read as, a text or tables alone, and says so.
            for index in members:
                result[index] = _unjoined(slots[index], outcome)
            continue
        at = {slots[index].path: index for index in members}
        for parts, packed in outcome.value:
            for part in parts:
                result[at[part]] = None
            first = at[parts[0]]
            result[first] = AuditSlot(path=parts[0], content=slots[first].content, joined=packed)
    return [slot for slot in result if slot is not None]


_HALVES_OF_A_FOLDER: Final = 200
"""Halves looked at together: each is compared with each. A report has a handful of files."""


def _bounded(slots: Sequence[AuditSlot], members: Sequence[int]) -> Iterator[list[int]]:
    """The halves of one folder in groups that can be joined in bounded time: all, or in path order so many at a time."""
    for start in range(0, len(members), _HALVES_OF_A_FOLDER):
        part = list(members[start : start + _HALVES_OF_A_FOLDER])
        if any(slots[index].half in ("text", "pages") for index in part):
            yield part


def _unjoined(slot: AuditSlot, outcome: TaskOutcome[Any]) -> AuditSlot:
    """A half that could not be joined with the other: not wholly read, for a reason of ours."""
    problem = problem_of_failure(Input(shown=slot.path, path=Path(slot.path), named=False), outcome)
    return AuditSlot(path=slot.path, content=slot.content, own=failed_audit(slot.path, problem))


def store_answer(ledger: Ledger, slot: AuditSlot, keys: Keys, content: str, value: Record | tuple[bytes, bytes] | Audit) -> None:
    """Put what a worker answered into the ledger and the slot."""
    if isinstance(value, Audit):
        slot.own = value
    elif isinstance(value, tuple):
        assert slot.reading is not None
        slot.checked = ledger.put_checked(slot.reading, keys.checker, *value)
    else:
        slot.content = content
        known = ledger.put_reading(content, stem(slot.path), keys.reader_of(content), value)
        slot.reading, slot.half = known.id, known.half
        slot.checked = ledger.put_checked(known.id, keys.checker, value.audit, value.signature)


def _content(entry: Input) -> str:
    """The content key of an input; empty when its bytes cannot be had. They pass by in blocks and are not looked at."""
    if entry.problem is not None:
        return ""
    if entry.sha256:
        return entry.sha256
    if entry.data is not None:
        return content_key(entry.data)
    try:
        if not entry.path.is_file() or entry.size > FILE_BYTES:
            return ""
        with entry.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return ""


class _Count:
    def __init__(self, progress: Progress | None, known: int) -> None:
        self._progress, self._known, self._done = progress, known, 0

    def __call__(self, path: str) -> None:
        self._done += 1
        if self._progress is not None:
            self._progress(self._done, max(self._known, self._done), path)
