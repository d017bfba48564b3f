"""Parts → one run: their records put into a ledger as they are, then the second half of a local run over heads, signatures and facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path

from auditor.batch.recorded import AuditSlot, Keys, Reached, open_pool, store_answer
from auditor.batch.remembered import Remembered, SeasonInputs, Setting, finish
from auditor.batch.task import failed_audit
from auditor.errors import UsageError
from auditor.ledger import Ledger
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.model.source import Problem
from auditor.scale.part import Head, read_part, require_unchanged


def reduce_parts(
    ledger: Ledger,
    parts: Iterable[tuple[str, bytes | Path]],
    rulebook: Rulebook,
    settings: Settings,
    *,
    packs: tuple[str, ...] = (),
    engine: str = "pdfium",
    season: SeasonInputs | None = None,
    jobs: int = 0,
    full: bool = False,
    formats: Iterable[str] = (),
) -> Remembered:
    """The run over all files of these parts (a name with bytes or a file), as if they had been read here, in path order.

    Nothing is decoded on the way into the ledger. ``jobs``: workers that judge the agencies; with 0 this process does.
    Raises UsageError for parts made by another program or other rules, an incomplete part, or a shard that is missing.
    """
    setting = Setting(rulebook=rulebook, settings=settings, packs=packs, engine=engine, season=season or SeasonInputs())
    keys = setting.keys
    slots: dict[str, AuditSlot] = {}
    names: set[str] = set()
    skipped: list[tuple[str, str]] = []
    given = list(parts)
    for name, data in given:
        require_unchanged(name, _rows(data))
    for name, data in given:
        head, lines = read_part(name, _rows(data), skipped)
        _require_same(name, head, keys)
        names.add(head.name)
        for line in lines:
            if line.path in slots:
                continue
            slot = slots[line.path] = AuditSlot(path=line.path)
            store_answer(ledger, slot, keys, line.content, line.failure if line.failure is not None else line.record())
            if slot.reading is not None and not ledger.is_whole(slot.reading, slot.checked):
                # Bytes that cannot be taken out again cost this file only.
                ledger.forget(slot.reading)
                problem = Problem(code="RUN-STORED", fatal=True)
                slot = slots[line.path] = AuditSlot(path=line.path, content=line.content, own=failed_audit(line.path, problem))
    ledger.flush()
    _require_all(names)
    reached = Reached(
        slots=[slots[path] for path in sorted(slots, key=lambda path: path.split("/"))],
        skipped=sorted(skipped, key=lambda entry: entry[0].split("/")),
    )
    with open_pool(setting.task(ledger), jobs) if jobs else nullcontext() as workers:
        return finish(ledger, reached, (), setting, workers, full=full, formats=formats)


def _rows(data: bytes | Path) -> Iterator[bytes]:
    if isinstance(data, bytes):
        yield from data.splitlines(keepends=True)
        return
    with data.open("rb") as file:
        yield from file


def part_files(paths: Iterable[Path]) -> list[Path]:
    """The part files among paths and in folders, sorted. Raises UsageError when there is none."""
    found = [file for path in paths for file in (sorted(path.glob("part-*.jsonl")) if path.is_dir() else [path])]
    if not found:
        raise UsageError("no part files (part-*.jsonl) found")
    return found


def _require_same(name: str, head: Head, keys: Keys) -> None:
    if (head.reader, head.checker) != (keys.reader, keys.checker):
        raise UsageError("{file}: made by another version of the program, its rules or settings; make this part again", file=name)


def _require_all(names: set[str]) -> None:
    shards = {name.partition("/")[2]: 0 for name in names if "/" in name}
    for of in shards:
        missing = [str(number) for number in range(1, int(of) + 1) if f"{number}/{of}" not in names]
        if missing:
            raise UsageError("shards missing of {of}: {missing}", of=of, missing=", ".join(missing))
