"""A run over files, recorded in a season: what ``auditor check --season`` and the workbench do."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from msgspec import structs

from auditor import office
from auditor.atomic import require_replaceable, sweep
from auditor.batch.remembered import Remembered, audit_with_ledger
from auditor.batch.run import Progress
from auditor.batch.slots import AuditSlot
from auditor.batch.waive import Waivers
from auditor.deliver.folder import Choices, Written, record_and_write
from auditor.errors import SeasonError
from auditor.ledger import Ledger
from auditor.model.finding import Audit
from auditor.model.report import Report
from auditor.model.result import Result
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.office import SeasonStore
from auditor.office.rounds import report_key
from auditor.scratch import scratch_folder
from auditor.text.words import say

_TOP = ("deliver.workbook", "deliver.circular")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonRequest:
    """What to audit for which season. ``earlier`` gives the reports of earlier years for the page, once the run has gone well.

    ``roster``: without one the roster kept in the season is used. ``today`` (ISO) is the day by which waivers run out.
    ``told`` adds to the result the settings it was made under.
    """

    folder: Path
    paths: Sequence[Path]
    rulebook: Rulebook
    settings: Settings
    packs: tuple[str, ...] = ()
    engine: str = "pdfium"
    jobs: int = 1
    roster: Path | None = None
    previous: Sequence[Path] = ()
    waivers: Waivers | None = None
    today: str = ""
    who: str = ""
    lang: str = "zh"
    choices: Choices = field(default_factory=Choices)
    formats: Iterable[str] = ()
    progress: Progress | None = None
    earlier: Callable[[], Mapping[tuple[str, int], Report]] = dict
    told: Callable[[Result], Result] = lambda result: result


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveredRun:
    """How it ended. ``result`` is about the files of this run, findings with their state; ``written`` is ``None`` where nothing was
    recorded because no report was audited or the run was stopped. ``clock``: time of the last event, where this PC's clock is behind it.
    """

    result: Result
    written: Written | None
    clock: str | None = None


def audit_into_season(ledger: Ledger, request: SeasonRequest) -> DeliveredRun:
    """Audit, record, write. Whether the folder can be written, and nobody else is at it, is asked before the audit.

    Raises SeasonError with the season as it was; where the outputs fail after the run was recorded, it says so.
    """
    with ExitStack() as stack:
        store: SeasonStore | None = None
        if office.is_season(request.folder):
            store = stack.enter_context(office.open_season(request.folder, who=request.who))
            stack.enter_context(office.season_lock(request.folder, "check", store.now()))
        require_writable(request.folder, request.rulebook, request.lang)
        done = audit_with_ledger(
            ledger,
            request.paths,
            request.rulebook,
            request.settings,
            packs=request.packs,
            engine=request.engine,
            jobs=request.jobs,
            roster=_roster(request, store, stack),
            previous=request.previous,
            waivers=request.waivers,
            progress=request.progress,
            full=True,
            formats=request.formats,
            beside=_beside(store),
            readings=office.cell_readings(store) if store is not None else None,
            named=office.named_files(store) if store is not None else None,
        )
        result = request.told(own_result(done))
        if result.interrupted or not result.tally().reports:
            return DeliveredRun(result=result, written=None)
        earlier = request.earlier()
        if store is None:
            store = stack.enter_context(office.create_season(request.folder, who=request.who))
            stack.enter_context(office.season_lock(request.folder, "check", store.now()))
        clock = store.clock_behind()
        _keep_settings(store, request, result)
        sweep(request.folder)
        written = record_and_write(
            store, result, request.rulebook, lang=request.lang, choices=request.choices, previous=earlier, today=request.today
        )
        shown = office.with_states(store, result, request.rulebook.words, request.lang, request.today)
        return DeliveredRun(result=shown, written=written, clock=clock)


def own_result(done: Remembered) -> Result:
    """The result of a run without the reports it was only compared with, everything at hand."""
    audits = tuple(counted for place, counted in enumerate(done.result.audits) if place not in done.beside)
    return structs.replace(done.result, audits=audits, counted=None)


def require_writable(folder: Path, rulebook: Rulebook, lang: str) -> None:
    """Say before the audit what would fail after it: folder or files read-only, a file open in Excel. Raises SeasonError."""
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    if not there.is_dir() or (there != folder and not os.access(there, os.W_OK)):
        raise SeasonError("cannot_write", path=folder, reason=str(there))
    if there != folder:
        return
    for name in ("index.html", "results.json", *(say(rulebook.words, lang, key) for key in _TOP)):
        for mark in (folder / f"~${name}", folder / f".~lock.{name}#"):
            if mark.exists() and (folder / name).exists():
                raise SeasonError("open_elsewhere", path=folder / name, mark=mark.name)
        try:
            require_replaceable(folder / name)
        except OSError as error:
            raise SeasonError("cannot_write", path=folder / name, reason=error.strerror or type(error).__name__) from error


def _roster(request: SeasonRequest, store: SeasonStore | None, stack: ExitStack) -> Path | None:
    """The roster given, else the one kept in the season."""
    if request.roster is not None or store is None:
        return request.roster
    kept = office.roster_file(store)
    if kept is None:
        return None
    place = Path(stack.enter_context(scratch_folder())) / Path(kept[0]).name
    place.write_bytes(kept[1])
    return place


def _beside(store: SeasonStore | None) -> Callable[[Sequence[AuditSlot], Ledger], Iterable[Audit]] | None:
    """The reports of the season that a run does not look at, so that rules over several reports see all of them."""
    if store is None:
        return None
    season = store

    def audits(slots: Sequence[AuditSlot], ledger: Ledger) -> Iterable[Audit]:
        read = [slot for slot in slots if slot.own is None and slot.reading is not None]
        keys = set()
        for slot in read:
            report = ledger.light(slot.reading or 0)
            source = structs.replace(report.source, path=slot.path)
            keys.add(report_key(Audit(source=source, status=report.status, report=report)))
        paths = {slot.path for slot in read}
        tried = {slot.path for slot in slots}
        for version, audit in office.beside(season, [slot.content for slot in read]):
            if version.report_key not in keys and version.path not in (paths if version.state == "current" else tried):
                yield structs.replace(audit, source=structs.replace(audit.source, sha256=version.sha256))

    return audits


def _keep_settings(store: SeasonStore, request: SeasonRequest, result: Result) -> None:
    """What the office gave with this run holds for the next ones."""
    known = office.settings(store)
    if request.choices.office or request.choices.deadline:
        office.set_settings(store, office=request.choices.office or known.office, deadline=request.choices.deadline or known.deadline)
    if known.year is None:
        reports = [counted.audit.report for counted in result.audits]
        years = [report.year for report in reports if report is not None and report.year is not None]
        if years:
            office.set_settings(store, year=max(set(years), key=lambda year: (years.count(year), year)))
    if request.roster is not None:
        office.set_roster(store, request.roster)
