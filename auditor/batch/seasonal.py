"""The season of a run over what a ledger holds: a map over agencies in the workers between two small steps over all reports.

First all reports are linked by their heads (agency, year, title …) and compared by their signatures; then every agency is judged in a
worker, which loads its reports, makes rows and pieces of output, and sends these; last comes what concerns all agencies. The parent
looks into a whole report only where two signatures agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Protocol

from msgspec import Struct
from msgspec.structs import replace

from auditor.batch.desk import Alike, Card, Chunk, Judgement
from auditor.batch.far import Shelf
from auditor.batch.slots import AuditSlot
from auditor.errors import InternalError
from auditor.ledger import Ledger
from auditor.ledger.codec import pack, unpack
from auditor.ledger.record import light, placed
from auditor.ledger.runs import Finished
from auditor.model.finding import Audit
from auditor.model.report import Evidence, Report
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.supervise import TaskOutcome

if TYPE_CHECKING:
    from auditor.season import Roster, SeasonResult
    from auditor.season.account import Account
    from auditor.season.group import Judged
    from auditor.season.link import Entry, Season
    from auditor.season.setting import Bench
    from auditor.season.signature import Signature
    from auditor.season.similarity import Likenesses, Pairs
    from auditor.season.wide import Copies

_REPORTS_A_CHUNK: Final = 24
_PAIRS_A_JOB: Final = 4096
_ATTEMPTS: Final = 2
"""Where the worker of a chunk goes down its agencies are tried once more, one by one; then their audits stay as they are."""


class Workers(Protocol):
    """What runs jobs: :class:`auditor.supervise.Pool`, or this very process."""

    def run(self, items: Iterable[Any], *, ordered: bool = True) -> Iterator[tuple[Any, TaskOutcome[Any]]]:
        """Each item with its outcome."""
        ...


class Told(Struct):
    """What came of the season as a whole, known once all audits were taken. ``defect`` is empty when all of it could be judged."""

    season: SeasonResult
    defect: str = ""
    account: Account | None = None


class SeasonRun:
    """The season over the slots of a run and earlier ones: :meth:`audits` first, then :meth:`told`."""

    def __init__(
        self,
        ledger: Ledger,
        slots: Sequence[AuditSlot],
        earlier: Sequence[AuditSlot],
        rulebook: Rulebook,
        settings: Settings,
        roster: Roster | None,
        named: Mapping[str, str] | None = None,
    ) -> None:
        from auditor.season.audit import audited, is_unread
        from auditor.season.bodies import bodies_of
        from auditor.season.link import link
        from auditor.season.setting import Bench

        self._ledger, self._slots, self._roster, self._named = ledger, slots, roster, named
        self._bench: Bench = Bench(rulebook, settings)
        self._shelf = Shelf(ledger)
        heads = [_head(ledger, slot) for slot in slots]
        before = [_head(ledger, slot) for slot in earlier]
        self._unread = [head for head in heads if is_unread(head)]
        self._before = before
        self._earlier = {id(head): slot for head, slot in zip(before, earlier, strict=True)}
        self._season: Season = link(heads, before, roster)
        self._mine = audited(self._season)
        self._bodies = bodies_of(self._season.entries)
        self._by_key: dict[str, list[Entry]] = {}
        for entry in self._season.entries:
            self._by_key.setdefault(entry.key, []).append(entry)
        self._judged: list[Judged] = []
        self._defects: dict[int, str] = {}
        self._copies: Copies | None = None

    def audits(self, workers: Workers, shown: tuple[str, ...]) -> Iterator[Finished]:
        """Every audit of the run as rows, in the order in which they are done. ``shown``: the formats to make pieces for."""
        copies = self._compare(workers)
        chunk_of = self._chunk_maker(copies, shown)
        jobs: Iterable[Chunk] = self._chunks(chunk_of, shown)
        for attempt in range(_ATTEMPTS + 1):
            failed: list[tuple[Chunk, str]] = []
            for chunk, outcome in workers.run(jobs, ordered=False):
                if outcome.value is None:
                    failed.append((chunk, f"season: {outcome.kind}: {outcome.detail}"))
                    continue
                judgement = outcome.value
                assert isinstance(judgement, Judgement)
                self._judged.append(judgement.judged)
                self._defects |= {entry.position: entry.defect for entry in judgement.finished if entry.defect}
                yield from judgement.finished
            if not failed:
                return
            if attempt == 0:
                jobs = [part for chunk, _ in failed for part in ([chunk_of([key]) for key in chunk.keys] or [chunk])]
            else:
                jobs = [_as_they_stand(chunk, reason) for chunk, reason in failed]
        raise InternalError(f"audits cannot be put together ({failed[0][1]})")

    def told(self) -> Told:
        """What is told of the season as a whole."""
        from auditor.season.account import account_for
        from auditor.season.audit import SeasonResult, concluded
        from auditor.season.wide import Copies

        defect = next((self._defects[position] for position in sorted(self._defects)), "")
        blank = self._blank() if self._mine and self._roster is not None else None
        try:
            copies = self._copies or Copies()
            season = concluded(self._bench, self._season, copies, self._judged, blank, self._unread, self._named)
        except Exception as error:  # a defect of ours must not cost the findings of the single reports
            return Told(SeasonResult(), f"{type(error).__name__}: {error}")
        return Told(season, defect, account_for(self._season, self._before, season.standings))

    def _compare(self, workers: Workers) -> Copies:
        from auditor.season.copies import WordSource
        from auditor.season.wide import Copies, find_copies

        def compare(entries: Sequence[Entry], section: str) -> Likenesses:
            return lambda pairs, dropped: self._likenesses(workers, entries, section, pairs, dropped)

        try:
            prose = WordSource(report=self._report, compare=compare)
            self._copies = find_copies(self._bench, self._mine, self._signature, prose)
        except Exception as error:
            self._defects[0] = f"{type(error).__name__}: {error}"
            self._copies = Copies()
        return self._copies

    def _likenesses(
        self, workers: Workers, entries: Sequence[Entry], section: str, pairs: Pairs, dropped: frozenset[int]
    ) -> Iterator[tuple[int, int, float]]:
        """Pairs compared in the workers, in blocks sorted so that each text is read about once a block."""

        def jobs() -> Iterator[Alike]:
            while block := sorted(islice(pairs, _PAIRS_A_JOB)):
                places = {place for pair in block for place in pair}
                cards = {place: _card(self._slots[entries[place].index or 0], None) for place in places}
                yield Alike(section=section, pairs=tuple(block), cards=cards, dropped=dropped)

        for alike, outcome in workers.run(jobs(), ordered=False):
            if outcome.value is None:
                raise InternalError(f"{outcome.kind}: {outcome.detail} over {len(alike.pairs)} pairs of section {section}")
            yield from outcome.value

    def _signature(self, entry: Entry) -> Signature:
        from auditor.season.signature import near

        assert entry.index is not None
        slot = self._slots[entry.index]
        return self._ledger.signature(slot.checked) if slot.checked is not None else near(replace(entry, report=self._report(entry)))

    def _report(self, entry: Entry) -> Report:
        assert entry.index is not None
        slot = self._slots[entry.index]
        return self._shelf.far(slot.reading, slot.path) if slot.reading is not None else _own_report(slot)

    def _blank(self) -> Report:
        """The first report of the run, without what fills it."""
        slot = self._slots[self._mine[0].index or 0]
        whole = placed(self._ledger.report(slot.reading), slot.path) if slot.reading is not None else _own_report(slot)
        return light(whole)

    def _chunk_maker(self, copies: Copies, shown: tuple[str, ...]) -> Callable[[Sequence[str]], Chunk]:
        """A function that gives the chunk of some agencies by their keys."""
        from auditor.season.audit import wide_of

        wide = wide_of(self._season, self._mine, copies)
        numbers = {agency.line: number for number, agency in enumerate(self._roster.agencies)} if self._roster is not None else {}

        def card(entry: Entry) -> Card:
            slot = self._slots[entry.index] if entry.index is not None else self._earlier[id(entry.report)]
            return replace(
                _card(slot, entry.index),
                key=entry.key,
                agency=numbers[entry.agency.line] if entry.agency is not None else None,
                how=entry.match.how,
                certain=entry.certain,
                corrected=entry.corrected,
                illustrated=entry.illustrated,
                body=self._bodies.get(entry.index, "") if entry.index is not None else "",
            )

        def chunk_of(keys: Sequence[str]) -> Chunk:
            below = [key for agency in keys for key in self._below(self._by_key[agency]) if key in self._by_key]
            entries = [entry for key in dict.fromkeys((*keys, *below)) for entry in self._by_key[key]]
            verdicts = {entry.index: copies.verdicts[entry.index] for entry in entries if entry.index in copies.verdicts}
            mine = replace(wide, copies={index: found for index, found in verdicts.items() if index is not None})
            return Chunk(keys=tuple(keys), cards=tuple(map(card, entries)), loose=(), wide=mine, shown=shown)

        return chunk_of

    def _chunks(self, chunk_of: Callable[[Sequence[str]], Chunk], shown: tuple[str, ...]) -> Iterator[Chunk]:
        keys: list[str] = []
        size = 0
        for key, entries in self._by_key.items():
            if self._roster is None and all(entry.index is None for entry in entries):
                continue
            keys.append(key)
            size += len(entries)
            if size >= _REPORTS_A_CHUNK:
                yield chunk_of(keys)
                keys, size = [], 0
        if keys:
            yield chunk_of(keys)
        judged = {entry.index for entry in self._mine}
        loose = [
            replace(_card(slot, index), body=self._bodies.get(index, "")) for index, slot in enumerate(self._slots) if index not in judged
        ]
        wide = chunk_of(()).wide
        for start in range(0, len(loose), _REPORTS_A_CHUNK):
            yield Chunk(keys=(), cards=(), loose=tuple(loose[start : start + _REPORTS_A_CHUNK]), wide=wide, shown=shown)

    def _below(self, entries: Sequence[Entry]) -> Iterator[str]:
        """Keys of the reports that are summed up in those of an agency, and of those that one wrong figure could reach."""
        if self._roster is None:
            return
        from auditor.season.chain import tree_keys

        for agency in {entry.agency.line: entry.agency for entry in entries if entry.agency is not None}.values():
            children = self._roster.children_of(agency)
            yield from (f"#{child.key}" for child in children)
            yield f"#{agency.key}|organ"
        yield from dict.fromkeys(key for entry in entries for key in tree_keys(entry, self._season))


def _as_they_stand(chunk: Chunk, reason: str) -> Chunk:
    """The audits of a chunk without what the season would add to them, with the reason."""
    mine = tuple(card for card in chunk.cards if card.key in chunk.keys and card.index is not None)
    return replace(chunk, keys=(), cards=(), loose=(*mine, *chunk.loose), defect=reason)


def _card(slot: AuditSlot, index: int | None) -> Card:
    own = slot.joined or (pack(slot.own) if slot.own is not None else b"")
    return Card(index=index, path=slot.path, content=slot.content, reading=slot.reading, checked=slot.checked, own=own)


def _own_report(slot: AuditSlot) -> Report:
    audit = unpack(slot.joined, Audit) if slot.joined else slot.own
    assert audit is not None
    assert audit.report is not None
    return audit.report


def _head(ledger: Ledger, slot: AuditSlot) -> Report:
    """What linking and the roster need of a report, and no more: it is held for every report of the run."""
    report = placed(ledger.light(slot.reading), slot.path) if slot.reading is not None else _own_report(slot)
    title = Evidence(text=report.title.text) if report.title is not None else None
    return Report(
        source=report.source,
        status=report.status,
        document=report.document,
        title=title,
        page_title=report.page_title,
        agency=report.agency,
        agency_kind=report.agency_kind,
        year=report.year,
        era=report.era,
        scope=report.scope,
        published=report.published,
    )
