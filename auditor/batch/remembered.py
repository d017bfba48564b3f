"""A whole run with a ledger: read what changed, compare the season, store the run, and hand out a result that is loaded as it is read."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct, field

from auditor import __version__
from auditor.batch.desk import SHOWN, RunTask, attach
from auditor.batch.outcome import account_notes, count, remarks, skip_notes
from auditor.batch.recorded import Keys, join_halves, keys_of, open_pool, put_beside, read_recorded
from auditor.batch.run import Progress, load_roster
from auditor.batch.seasonal import SeasonRun, Workers
from auditor.batch.slots import AuditSlot, Reached, audit_of
from auditor.batch.stored import RunAudits, stored_result
from auditor.batch.task import FileTask
from auditor.batch.waive import Waivers, Waiving
from auditor.errors import UsageError
from auditor.ledger import Ledger
from auditor.ledger.codec import unpack
from auditor.ledger.keys import season_key
from auditor.ledger.runs import Finished, RunHead, RunTail, last_run, write_run
from auditor.model.finding import Audit
from auditor.model.report import CellReading
from auditor.model.result import Counted, Result
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.supervise import Limits, TaskOutcome

if TYPE_CHECKING:
    from auditor.season import Roster

__all__ = ["Remembered", "RunAudits", "SeasonInputs", "Waivers", "audit_with_ledger", "finish", "stored_result"]


class Remembered(Struct, frozen=True, kw_only=True):
    """How a run with a ledger ended. ``number`` of the stored run, ``None`` when it was interrupted (what was read is kept).

    ``beside``: places in the result's audits of reports that the run did not look at.
    """

    result: Result
    number: int | None
    read: int
    rechecked: int
    beside: frozenset[int] = frozenset()


class SeasonInputs(Struct, frozen=True, kw_only=True):
    """What a run is compared with besides its reports: the roster's file and content, the waivers."""

    roster: Path | None = None
    known: Roster | None = None
    waivers: Waivers | None = None


class Setting(Struct, frozen=True, kw_only=True):
    """Under what a run is made: rules, settings and engine, and what it is compared with."""

    rulebook: Rulebook
    settings: Settings
    packs: tuple[str, ...] = ()
    engine: str = "pdfium"
    season: SeasonInputs = SeasonInputs()
    readings: Mapping[str, tuple[CellReading, ...]] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)

    @property
    def keys(self) -> Keys:
        """The state of reader and rules."""
        return keys_of(self.rulebook, self.settings, self.engine, self.readings)

    def task(self, ledger: Ledger, task: FileTask | None = None) -> RunTask:
        """The task of the workers of the run; ``task`` reads one file."""
        reads = task or FileTask(settings=self.settings, packs=self.packs, engine=self.engine, readings=self.readings)
        return RunTask(task=reads, ledger=str(ledger.path.absolute()), roster=self.season.known, waivers=self.season.waivers)


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
    formats: Iterable[str] = (),
    task: FileTask | None = None,
    beside: Callable[[Sequence[AuditSlot], Ledger], Iterable[Audit]] | None = None,
    readings: Mapping[str, tuple[CellReading, ...]] | None = None,
    named: Mapping[str, str] | None = None,
) -> Remembered:
    """Audit everything below ``paths``, each file and then the season as a whole, from and into a ledger.

    ``rulebook`` must hold the same ``packs`` (paths of local rule packs), which workers load themselves. ``previous``: folders or files of
    earlier reports to compare with. ``formats``: what will be printed, so that the workers can prepare it. The result depends neither on
    ``jobs`` nor on what the ledger held. ``beside`` is told what was read and gives the audits, with their reports, of further reports that
    the others are compared with; they are not read. ``readings``: what people read in cells, by the hash of
    the file; it stands in the place of what is read there. ``named``: agencies that people named for files that cannot be read, by the
    hash of the file. The result is loaded as it is read and valid while the ledger is open; reports
    in it have their cells only with ``full``. Raises UsageError for a bad roster or ledger, or where the ledger cannot be written.
    """
    season = SeasonInputs(roster=roster, known=load_roster(roster), waivers=waivers)  # refused before anything is read
    setting = Setting(
        rulebook=rulebook, settings=settings, packs=packs, engine=engine, season=season, readings=readings or {}, named=named or {}
    )
    try:
        with open_pool(setting.task(ledger, task), jobs, limits) as pool:
            reached = read_recorded(ledger, paths, pool, setting.keys, progress)
            earlier: list[AuditSlot] = []
            if previous and not reached.interrupted:
                earlier = read_recorded(ledger, previous, pool, setting.keys).slots
            if beside is not None and not reached.interrupted:
                put_beside(ledger, reached, beside(reached.slots, ledger))
            return finish(ledger, reached, earlier, setting, pool, full=full, formats=formats)
    except sqlite3.OperationalError as error:  # such as a full disk
        raise UsageError("{path}: cannot be written ({reason})", path=ledger.path, reason=error) from error


def finish(
    ledger: Ledger,
    reached: Reached,
    earlier: Sequence[AuditSlot],
    setting: Setting,
    workers: Workers | None = None,
    *,
    full: bool = False,
    formats: Iterable[str] = (),
) -> Remembered:
    """The second half of a run, once every file is in the ledger: halves joined, reports compared, waivers laid over, the run stored.

    Without ``workers`` everything is done in this process.
    """
    shown = tuple(name for name in SHOWN if name in set(formats))
    keys, season = setting.keys, setting.season
    key = _key(reached, earlier, keys, season.roster, season.waivers, setting.named)
    number = None if reached.interrupted else last_run(ledger, key)
    others = any(slot.beside for slot in reached.slots)
    if number is None or others:
        if workers is None or reached.interrupted:
            workers = Here(setting.task(ledger), ledger)
        slots = join_halves(reached.slots, workers)
        run = SeasonRun(ledger, slots, join_halves(earlier, workers), setting.rulebook, setting.settings, season.known, setting.named)
        ending = _Ending(run, setting, reached.skipped)
        if reached.interrupted:
            result = _interrupted(ledger, slots, ending.audits(workers, ()), ending)
            return Remembered(result=result, number=None, read=reached.read, rechecked=reached.rechecked)
        head = RunHead(key=key, version=__version__, rules=setting.rulebook.sha256, reader=keys.reader, checker=keys.checker)
        number = write_run(ledger, head, ending.audits(workers, shown), ending.tail)
        if others:
            away = frozenset(place for place, slot in enumerate(slots) if slot.beside)
            result = stored_result(ledger, number, full=full)
            return Remembered(result=result, number=number, read=reached.read, rechecked=reached.rechecked, beside=away)
    return Remembered(result=stored_result(ledger, number, full=full), number=number, read=reached.read, rechecked=reached.rechecked)


class Here:
    """Jobs done in this process, one after another."""

    def __init__(self, task: RunTask, ledger: Ledger) -> None:
        attach(ledger, task.ledger)
        self._task = task

    def run(self, items: Iterable[Any], *, ordered: bool = True) -> Iterator[tuple[Any, TaskOutcome[Any]]]:
        for item in items:
            yield item, TaskOutcome(kind="result", value=self._task(item))


class _Ending:
    """The audits of a run, and when they are through, what is to be said of it as a whole."""

    def __init__(self, run: SeasonRun, setting: Setting, skipped: Sequence[tuple[str, str]]) -> None:
        self._run, self._setting, self._skipped = run, setting, skipped
        self.rules = setting.rulebook.sha256
        waivers = setting.season.waivers
        self._waiving = Waiving(waivers, setting.rulebook.words, setting.settings.lang) if waivers is not None else None

    def audits(self, workers: Workers, shown: tuple[str, ...]) -> Iterator[Finished]:
        """Each audit as rows."""
        for entry in self._run.audits(workers, shown):
            if self._waiving is not None:
                self._waiving.add_used(entry.waivers)
            yield entry

    def tail(self) -> RunTail:
        """What is stored of the run as a whole."""
        told, setting, known = self._run.told(), self._setting, self._setting.season.known
        across = self._waiving.across(told.season.findings) if self._waiving is not None else told.season.findings
        own = self._waiving.notes() if self._waiving is not None else ()
        columns = known.unknown_columns if known is not None else ()
        unmatched = told.season.unmatched if known is not None else ()
        waivers = setting.season.waivers
        return RunTail(
            findings=across,
            unknown=told.season.unknown,
            notes=(
                *skip_notes(self._skipped, setting.rulebook, setting.settings.lang),
                *own,
                *account_notes(told.account, setting.rulebook, setting.settings.lang),
                *remarks(setting.rulebook, setting.settings.lang, columns, unmatched, told.defect),
            ),
            defect=told.defect,
            waivers=tuple(
                (w.rule, w.agency, w.year, w.reason, w.who, w.until.isoformat() if w.until is not None else None)
                for w in (waivers.entries if waivers is not None else ())
            ),
        )


def _interrupted(ledger: Ledger, slots: Sequence[AuditSlot], audits: Iterable[Finished], ending: _Ending) -> Result:
    """The result of a run that was stopped: what was read, at hand, and not stored as a run."""
    counted: dict[int, Counted] = {}
    for entry in audits:
        packed = entry.audit[-1]
        plain = audit_of(ledger, slots[entry.position - 1])
        audit = plain
        if isinstance(packed, bytes):
            audit = msgspec.structs.replace(unpack(packed, Audit), source=plain.source, report=plain.report)
        counted[entry.position] = count(audit)
    tail = ending.tail()
    return Result(
        audits=tuple(counted[position] for position in sorted(counted)),
        corpus_findings=tail.findings,
        corpus_unknown=tail.unknown,
        version=__version__,
        rules_sha256=ending.rules,
        notes=tail.notes,
        interrupted=True,
        defect=tail.defect,
    )


def _key(
    reached: Reached, earlier: Sequence[AuditSlot], keys: Keys, roster: Path | None, waivers: Waivers | None, named: Mapping[str, str]
) -> str:
    """Identifies a run by all it depends on; order and number of workers are no part of it."""
    parts = [keys.reader, keys.checker, hashlib.sha256(roster.read_bytes()).hexdigest() if roster is not None else ""]
    if waivers is not None:
        parts += [waivers.today.isoformat(), waivers.source.name, msgspec.json.encode(waivers.entries).decode()]
    parts += ["\t".join(("skipped", *entry)) for entry in reached.skipped]
    parts += ["\t".join(("people", *entry)) for entry in sorted(keys.people.items())]
    parts += ["\t".join(("named", *entry)) for entry in sorted(named.items())]
    for name, group in (("in", reached.slots), ("previous", earlier)):
        for slot in group:
            problems = msgspec.json.encode(slot.own.problems, order="deterministic").decode() if slot.own is not None else ""
            parts.append("\t".join((name, slot.path, slot.content, problems)))
    return season_key(parts)
