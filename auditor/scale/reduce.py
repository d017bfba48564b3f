"""Parts → one run: every audit put into a ledger, then the second half of a local run."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from auditor.batch.recorded import Keys, Reached, Slot, keys_of, store_answer
from auditor.batch.remembered import Remembered, Season, finish
from auditor.errors import UsageError
from auditor.ledger import Ledger, recorded
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.scale.part import Head, read_part


def reduce_parts(
    ledger: Ledger,
    parts: Iterable[tuple[str, bytes]],
    rulebook: Rulebook,
    settings: Settings,
    *,
    engine: str = "pdfium",
    season: Season | None = None,
    full: bool = False,
) -> Remembered:
    """The run over all files of these parts (name and bytes), as if they had been read here, in path order.

    Raises UsageError for parts made by another program or other rules, an incomplete part, or a shard that is missing.
    """
    keys = keys_of(rulebook, settings, engine)
    slots: dict[str, Slot] = {}
    names: set[str] = set()
    for name, data in parts:
        head, lines = read_part(name, data)
        _require_same(name, head, keys)
        names.add(head.name)
        for line in lines:
            if line.path in slots:
                continue
            slot = slots[line.path] = Slot(path=line.path)
            content = line.audit.source.sha256
            failed = any(problem.code.startswith("RUN-") for problem in line.audit.problems)
            store_answer(ledger, slot, keys, content, line.audit if failed or not content else recorded(line.audit))
    ledger.flush()
    _require_all(names)
    reached = Reached(slots=[slots[path] for path in sorted(slots, key=lambda path: path.split("/"))])
    return finish(ledger, reached, (), rulebook, settings, keys, season or Season(), full=full)


def part_files(paths: Iterable[Path]) -> list[Path]:
    """The part files among paths and in folders, sorted. Raises UsageError when there is none."""
    found = [file for path in paths for file in (sorted(path.glob("part-*.jsonl")) if path.is_dir() else [path])]
    if not found:
        raise UsageError("no part files (part-*.jsonl) found")
    return found


def _require_same(name: str, head: Head, keys: Keys) -> None:
    if (head.reader, head.checker) != (keys.reader, keys.checker):
        raise UsageError(f"{name}: made by another version of the program, its rules or settings; make this part again")


def _require_all(names: set[str]) -> None:
    shards = {name.partition("/")[2]: 0 for name in names if "/" in name}
    for of in shards:
        missing = [str(number) for number in range(1, int(of) + 1) if f"{number}/{of}" not in names]
        if missing:
            raise UsageError(f"shards missing of {of}: {', '.join(missing)}")
