"""A whole run with a ledger: read what changed, compare the season, store the run, and hand out a result that is loaded as it is read."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, overload

import msgspec

from auditor import __version__
from auditor.batch.outcome import assemble, count
from auditor.batch.recorded import Keys, Reached, Slot, StoredAudits, join_halves, keys_of, read_recorded
from auditor.batch.run import Batch, Progress, compare, load_roster
from auditor.batch.task import FileTask
from auditor.batch.waive import Waiving
from auditor.errors import UsageError
from auditor.ledger import Ledger
from auditor.ledger.keys import season_key
from auditor.ledger.runs import Place, RunHead, RunTail, last_run, read_across, read_audits, write_run
from auditor.model.finding import Finding
from auditor.model.result import Counted, Result
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.rulebook.config import Waiver
from auditor.supervise import Limits

if TYPE_CHECKING:
    from auditor.season import Roster


@dataclass(frozen=True, slots=True, kw_only=True)
class Waivers:
    """The waivers of a run, the file they come from, and the date by which they expire."""

    entries: tuple[Waiver, ...]
    source: Path
    today: datetime.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """How a run with a ledger ended. ``number`` of the stored run, ``None`` when it was interrupted (what was read is kept)."""

    result: Result
    number: int | None
    read: int
    rechecked: int


class RunAudits(Sequence[Counted]):
    """The audits of a stored run, loaded one by one as they are asked for; ``full`` with the cells of their reports."""

    def __init__(self, ledger: Ledger, number: int, length: int, *, full: bool) -> None:
        self._ledger, self._number, self._length, self._full = ledger, number, length, full

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> Counted: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Counted]: ...
    def __getitem__(self, index: int | slice) -> Counted | Sequence[Counted]:
        wanted = range(self._length)[index]
        positions = [wanted + 1] if isinstance(wanted, int) else [place + 1 for place in wanted]
        found = [count(audit) for _, audit in read_audits(self._ledger, self._number, full=self._full, positions=positions)]
        return found[0] if isinstance(wanted, int) else found

    def __iter__(self) -> Iterator[Counted]:
        return (count(audit) for _, audit in read_audits(self._ledger, self._number, full=self._full))


def audit_with_ledger(
    ledger: Ledger,
    paths: Sequence[Path],
    rulebook: Rulebook,
    settings: Settings,
    *,
    packs: tuple[str, ...] = (),
    engine: str = "pdfium",
    jobs: int = 1,
    roster: Path | None = None,
    previous: Sequence[Path] = (),
    waivers: Waivers | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
    full: bool = False,
) -> Remembered:
    """As :func:`auditor.batch.run.audit_batch` with waivers, from and into a ledger.

    The result is the same as without one, loaded as it is read and valid while the ledger is open; reports in it have their cells only
    with ``full``. Raises UsageError for a bad roster or ledger.
    """
    keys = keys_of(rulebook, settings, engine)
    task = FileTask(settings=settings, packs=packs, engine=engine)
    known = load_roster(roster)  # refused before anything is read
    reached = read_recorded(ledger, paths, task, keys, jobs, limits, progress)
    earlier: list[Slot] = []
    if previous and not reached.interrupted:
        earlier = read_recorded(ledger, previous, task, keys, jobs, limits).slots
    return finish(ledger, reached, earlier, rulebook, settings, keys, Season(roster=roster, known=known, waivers=waivers), full=full)


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """What a run is compared with besides its reports: the roster's file and content, the waivers."""

    roster: Path | None = None
    known: Roster | None = None
    waivers: Waivers | None = None


def finish(
    ledger: Ledger,
    reached: Reached,
    earlier: Sequence[Slot],
    rulebook: Rulebook,
    settings: Settings,
    keys: Keys,
    season: Season,
    *,
    full: bool,
) -> Remembered:
    """The second half of a run, once every file is in the ledger: halves joined, reports compared, waivers laid over, the run stored."""
    key = _key(reached.slots, earlier, keys, season.roster, season.waivers)
    number = None if reached.interrupted else last_run(ledger, key)
    if number is None:
        slots = join_halves(ledger, reached.slots, rulebook, settings)
        reports = StoredAudits(ledger, join_halves(ledger, earlier, rulebook, settings)).reports
        audits = StoredAudits(ledger, slots)
        batch = compare(audits, rulebook, settings, season.known, reports, interrupted=reached.interrupted)
        telling = _Telling(batch, audits, rulebook, settings, season.waivers)
        if reached.interrupted:
            counted = tuple(telling.counted())
            batch = replace(batch, corpus_findings=telling.across(), audits=(), defect=telling.defect)
            result = msgspec.structs.replace(assemble(batch, rulebook, settings.lang, telling.notes()), audits=counted)
            return Remembered(result=result, number=None, read=reached.read, rechecked=reached.rechecked)
        head = RunHead(key=key, version=__version__, rules=rulebook.sha256, reader=keys.reader, checker=keys.checker)
        number = write_run(ledger, head, zip(map(_place, slots), telling.counted(), strict=True), telling.tail)
    return Remembered(result=stored_result(ledger, number, full=full), number=number, read=reached.read, rechecked=reached.rechecked)


def stored_result(ledger: Ledger, number: int, *, full: bool) -> Result:
    """A stored run as a result. Raises UsageError when there is no such run."""
    row = ledger.connection.execute("SELECT version, rules, audits FROM run WHERE number = ?", (number,)).fetchone()
    if row is None:
        raise UsageError(f"{ledger.path}: no run {number}")
    tail = read_across(ledger, number)
    return Result(
        audits=RunAudits(ledger, number, row[2], full=full),
        corpus_findings=tail.findings,
        corpus_unknown=tail.unknown,
        version=row[0],
        rules_sha256=row[1],
        notes=tail.notes,
        defect=tail.defect,
    )


def _place(slot: Slot) -> Place:
    if slot.own is not None:
        return Place(path=slot.path, content=slot.content)
    return Place(path=slot.path, content=slot.content, reading=slot.reading, checked=slot.checked)


class _Telling:
    """The audits of a batch one by one with waivers laid over them, then what is to be said of the run as a whole."""

    def __init__(self, batch: Batch, stored: StoredAudits, rulebook: Rulebook, settings: Settings, waivers: Waivers | None) -> None:
        self._batch, self._stored, self._rulebook, self._lang = batch, stored, rulebook, settings.lang
        self._waivers = waivers
        self._waiving = (
            Waiving(waivers.entries, waivers.source, waivers.today, rulebook.words, settings.lang) if waivers is not None else None
        )
        self.defect = batch.defect

    def counted(self) -> Iterator[Counted]:
        """Each audit with its verdict. Where comparing fails through a defect of ours, the audit of the single report stands."""
        for place in range(len(self._stored)):
            try:
                audit = self._batch.audits[place]
            except Exception as error:
                self.defect = f"{type(error).__name__}: {error}"
                audit = self._stored[place]
            yield count(self._waiving.audit(audit) if self._waiving is not None else audit)

    def across(self) -> tuple[Finding, ...]:
        """Findings across reports, waived ones marked."""
        found = self._batch.corpus_findings
        return self._waiving.across(found) if self._waiving is not None else found

    def notes(self) -> tuple[str, ...]:
        """Remarks on waivers; after everything else."""
        return self._waiving.notes() if self._waiving is not None else ()

    def tail(self) -> RunTail:
        """What is stored of the run as a whole."""
        across = self.across()
        batch = replace(self._batch, audits=(), corpus_findings=across, defect=self.defect)
        result = assemble(batch, self._rulebook, self._lang, self.notes())
        return RunTail(
            findings=across,
            unknown=result.corpus_unknown,
            notes=result.notes,
            defect=result.defect,
            waivers=tuple(
                (w.rule, w.agency, w.year, w.reason, w.who, w.until.isoformat() if w.until is not None else None)
                for w in (self._waivers.entries if self._waivers is not None else ())
            ),
        )


def _key(slots: Sequence[Slot], earlier: Sequence[Slot], keys: Keys, roster: Path | None, waivers: Waivers | None) -> str:
    """Identifies a run by all it depends on; order and number of workers are no part of it."""
    parts = [keys.reader, keys.checker, hashlib.sha256(roster.read_bytes()).hexdigest() if roster is not None else ""]
    if waivers is not None:
        parts += [waivers.today.isoformat(), waivers.source.name, msgspec.json.encode(waivers.entries).decode()]
    for name, group in (("in", slots), ("previous", earlier)):
        for slot in group:
            problems = msgspec.json.encode(slot.own.problems, order="deterministic").decode() if slot.own is not None else ""
            parts.append("\t".join((name, slot.path, slot.content, problems)))
    return season_key(parts)
