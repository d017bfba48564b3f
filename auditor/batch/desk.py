"""What a worker of a run does: read a file, check a stored report again, join halves, judge the reports of agencies.

The workers read the ledger, only the parent writes it; what they answer are bytes and rows, ready to be stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec import Struct

from auditor.batch.far import Shelf
from auditor.batch.inputs import Input
from auditor.batch.outcome import count
from auditor.batch.task import FileTask, rulebook_of
from auditor.batch.unpacking import Opened, Opening, open_archive
from auditor.batch.waive import Waivers, Waiving
from auditor.ledger import Ledger, Record, recorded
from auditor.ledger.codec import pack, unpack
from auditor.ledger.record import placed, rechecked, signature, whole
from auditor.ledger.runs import Finished, Place, finished
from auditor.model.finding import Audit
from auditor.model.report import Report
from auditor.model.result import Counted
from auditor.model.source import part_path

if TYPE_CHECKING:
    from auditor.season import Roster
    from auditor.season.group import Judged, Wide
    from auditor.season.link import Entry, Season
    from auditor.season.setting import Bench

SHOWN: Final = ("json", "jsonl", "csv")
"""Formats whose pieces are made audit by audit."""


class Work(Struct, frozen=True, kw_only=True):
    """An input to read at its ``place`` in the run (numbers of file, member, report), or with ``reading`` the stored report of
    one to check again.
    """

    place: tuple[int, ...]
    entry: Input
    content: str
    reading: int | None = None


class Halves(Struct, frozen=True, kw_only=True):
    """Readings that may be halves of reports, with their paths: those of one folder."""

    readings: tuple[tuple[int, str], ...]


class Card(Struct, frozen=True, kw_only=True):
    """Where one audit lies, and what is known of its report: all that is sent of it.

    ``index`` is its place in the run, ``None`` for an earlier report; ``own`` the packed audit with its report where the ledger has none.
    ``key`` is empty for a report without agency or year; ``agency`` the place of its agency in the roster;
    ``body`` tells bodies of one name apart (:mod:`auditor.season.bodies`).
    """

    index: int | None
    path: str
    content: str = ""
    reading: int | None = None
    checked: int | None = None
    own: bytes = b""
    key: str = ""
    agency: int | None = None
    how: str = "none"
    certain: bool = True
    corrected: bool = False
    illustrated: bool = False
    body: str = ""


class Chunk(Struct, frozen=True, kw_only=True):
    """Agencies to judge: their ``keys``, the cards of all their reports in order, those of the agencies below them, and ``loose``
    audits that no rule over several reports looks at. ``shown``: the formats to make pieces for.
    """

    keys: tuple[str, ...]
    cards: tuple[Card, ...]
    loose: tuple[Card, ...]
    wide: Wide
    shown: tuple[str, ...]
    defect: str = ""

    @property
    def loose_indexes(self) -> frozenset[int | None]:
        """The places of the loose audits in the run."""
        return frozenset(card.index for card in self.loose)


class Alike(Struct, frozen=True, kw_only=True):
    """Pairs of reports of one section to compare word for word: places in ``cards``, which hold those that occur."""

    section: str
    pairs: tuple[tuple[int, int], ...]
    cards: dict[int, Card]
    dropped: frozenset[int]


class Judgement(Struct, frozen=True, kw_only=True):
    """What came of a chunk: audits as rows, findings across reports."""

    finished: tuple[Finished, ...]
    judged: Judged


Job: TypeAlias = Work | Halves | Alike | Chunk | Opening
Answer: TypeAlias = (
    Opened
    | tuple[str, Record | tuple[bytes, bytes] | Audit]
    | tuple[tuple[tuple[str, ...], bytes], ...]
    | tuple[tuple[int, int, float], ...]
    | Judgement
)
"""To ``Work``: SHA-256 of what was read, with a record, or the bytes of audit and signature of what was checked again, or the audit of
a file that gave no bytes. To ``Halves``: for each joined report the paths of its parts and its packed audit. To ``Alike``: the pairs with
their similarity. To ``Chunk``: its judgement. To ``Opening``: the members of the archive.
"""

_OPEN: dict[str, tuple[Ledger, Shelf]] = {}
"""The ledgers of this process by path."""


def attach(ledger: Ledger, name: str) -> None:
    """Let tasks of this very process that name a ledger so use this open one."""
    _OPEN.clear()
    _OPEN[name] = (ledger, Shelf(ledger))


class RunTask(Struct, frozen=True, kw_only=True):
    """The task of the workers of a run. ``ledger`` is the path of the file they read."""

    task: FileTask
    ledger: str
    roster: Roster | None = None
    waivers: Waivers | None = None

    def prepare(self) -> None:
        """Load the rule files before the first file's clock starts."""
        self.task.prepare()

    def __call__(self, job: Job) -> Answer:
        """Do one job."""
        if isinstance(job, Work):
            return self._read(job)
        if isinstance(job, Opening):
            return open_archive(job)
        if isinstance(job, Halves):
            return self._join(job)
        return self._compare(job) if isinstance(job, Alike) else self._judge(job)

    def _book(self) -> tuple[Ledger, Shelf]:
        if self.ledger not in _OPEN:
            attach(Ledger(Path(self.ledger), create=False), self.ledger)
        return _OPEN[self.ledger]

    def _read(self, work: Work) -> tuple[str, Record | tuple[bytes, bytes] | Audit]:
        from auditor.pipeline import check_report

        if work.reading is not None:
            report = placed(self._book()[0].report(work.reading), work.entry.shown)
            return work.content, (rechecked(check_report(report, rulebook_of(self.task.packs), self.task.settings)), signature(report))
        audit = self.task.audit(work.entry)
        content = audit.source.sha256
        return (part_path(content, work.entry.part), recorded(audit)) if content else ("", audit)

    def _join(self, halves: Halves) -> tuple[tuple[tuple[str, ...], bytes], ...]:
        from auditor.bind import join_parts
        from auditor.pipeline import check_report

        book = self._book()[0]
        rulebook = rulebook_of(self.task.packs)
        joined = join_parts([placed(book.report(reading), path) for reading, path in halves.readings], rulebook)
        whole_reports = (self.task.as_read(report) for report in joined if report.parts)
        return tuple((report.parts, pack(check_report(report, rulebook, self.task.settings))) for report in whole_reports)

    def _compare(self, alike: Alike) -> tuple[tuple[int, int, float], ...]:
        from auditor.season.copies import likenesses

        shelf = self._book()[1]
        reports = {place: _stored(card, shelf) for place, card in alike.cards.items()}
        return tuple(likenesses(reports, alike.section, alike.pairs, alike.dropped))

    def _judge(self, chunk: Chunk) -> Judgement:
        from auditor.season.group import Judged
        from auditor.season.setting import Bench

        bench = Bench(rulebook_of(self.task.packs), self.task.settings)
        book, shelf = self._book()
        mine = (*(card for card in chunk.cards if card.key in chunk.keys), *chunk.loose)
        audits = {card.index: _Audit(book, shelf, card) for card in mine if card.index is not None}
        judged, defects = Judged(), dict[int, str]()
        if chunk.keys:
            season = _season(chunk, audits, shelf, self.roster)
            judged, defects = _judged(bench, season, chunk)
        ready = sorted(index for index in audits if index in judged.added or index in defects or index in chunk.loose_indexes)
        made = tuple(self._finish(bench, book, audits[index], judged, defects.get(index, chunk.defect), chunk.shown) for index in ready)
        judged.added.clear()  # all of it is in the audits now
        return Judgement(finished=made, judged=judged)

    def _finish(self, bench: Bench, book: Ledger, audit: _Audit, judged: Judged, defect: str, shown: Sequence[str]) -> Finished:
        from auditor.season.audit import finished as with_season
        from auditor.season.group import Judged

        card = audit.card
        assert card.index is not None
        try:
            changed = with_season(audit.audit, judged, card.index, card.body, bench)
        except Exception as error:  # a defect of ours must not cost the findings of the single report
            defect = f"{type(error).__name__}: {error}"
            changed = with_season(audit.audit, Judged(), card.index, card.body, bench)
        used: tuple[int, ...] = ()
        if self.waivers is not None:
            waiving = Waiving(self.waivers, bench.rulebook.words, self.task.settings.lang)
            changed = waiving.audit(changed)
            used = waiving.used
        counted = count(changed)
        where = Place(path=card.path, content=card.content, reading=card.reading, checked=card.checked)
        return finished(book, card.index + 1, where, counted, dict(self._pieces(counted, bench, shown)), waivers=used, defect=defect)

    def _pieces(self, counted: Counted, bench: Bench, shown: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        from auditor.render.csv import csv_piece
        from auditor.render.json_v1 import json_piece, jsonl_piece

        make = {"json": json_piece, "jsonl": jsonl_piece, "csv": csv_piece}
        for name in shown:
            yield name, make[name](counted, bench.rulebook.words, self.task.settings.lang)


class _Audit:
    """An audit of the run with the report the rules look at, which loads what is looked at."""

    def __init__(self, ledger: Ledger, shelf: Shelf, card: Card) -> None:
        self.card = card
        if card.own:
            self.audit = unpack(card.own, Audit)
            assert self.audit.report is not None
            self.report = self.audit.report
            return
        assert card.reading is not None
        assert card.checked is not None
        self.report = shelf.far(card.reading, card.path)
        self.audit = whole(ledger.audit(card.checked), self.report)


def _season(chunk: Chunk, audits: Mapping[int, _Audit], shelf: Shelf, roster: Roster | None) -> Season:
    """The part of the season that the agencies of a chunk can see."""
    from auditor.season.link import Entry, Season
    from auditor.season.names import Match

    entries: list[Entry] = []
    groups: dict[str, dict[int, list[Entry]]] = {}
    for card in chunk.cards:
        near = audits.get(card.index) if card.index is not None else None
        report = near.report if near is not None else _stored(card, shelf)
        agency = roster.agencies[card.agency] if roster is not None and card.agency is not None else None
        entry = Entry(
            report=report,
            key=card.key,
            index=card.index,
            match=Match(agency, card.how),  # type: ignore[arg-type]
            certain=card.certain,
            corrected=card.corrected,
            illustrated=card.illustrated,
        )
        assert report.year is not None
        entries.append(entry)
        groups.setdefault(entry.key, {}).setdefault(report.year, []).append(entry)
    by_agency = {key: {year: tuple(found) for year, found in sorted(years.items())} for key, years in groups.items()}
    return Season(entries=tuple(entries), by_agency=by_agency, roster=roster)


def _stored(card: Card, shelf: Shelf) -> Report:
    if card.own:
        report = unpack(card.own, Audit).report
        assert report is not None
        return report
    assert card.reading is not None
    return shelf.far(card.reading, card.path)


def _judged(bench: Bench, season: Season, chunk: Chunk) -> tuple[Judged, dict[int, str]]:
    """The chunk judged; where a rule fails through a defect of ours, agency by agency, so that it costs one agency only."""
    from auditor.season.group import Judged, judge_agencies

    def mine(keys: Sequence[str]) -> list[Entry]:
        return [e for e in season.entries if e.key in keys and e.index is not None and e.report.status != "unreadable"]

    try:
        return judge_agencies(bench, season, mine(chunk.keys), chunk.keys, chunk.wide), {}
    except Exception:
        judged, defects = Judged(), dict[int, str]()
    for key in chunk.keys:
        try:
            part = judge_agencies(bench, season, mine((key,)), (key,), chunk.wide)
        except Exception as error:
            defects |= {entry.index: f"{type(error).__name__}: {error}" for entry in mine((key,)) if entry.index is not None}
            continue
        judged.added |= part.added
        judged.across |= part.across
        judged.gaps |= part.gaps
    return judged, defects
