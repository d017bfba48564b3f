"""Fuzzing by command: ``python -m tests.fuzz.run --inputs 10000 --seed 1 [--kinds pdf,docx,…] [--jobs 1] [--out FILE] [--keep FOLDER]``.

Every input goes through reading, binding and checking in a worker under the supervisor's limits, and must end in one status line.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random

from auditor.errors import ReadError
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.pipeline import check_report, extract_bytes
from auditor.supervise import Limits, run
from tests.fuzz.inputs import KINDS, Item, data_of

SECONDS = 30.0
_STEP = 250
MEMORY = 3 * 1024**3


@lru_cache(maxsize=1)
def rulebook() -> Rulebook:
    from auditor.rulebook import load_rulebook

    return load_rulebook()


def status_of(item: Item) -> str:
    """The status line of one input: ``STATUS: problem codes``. What the program took as its own defect is in there as a code."""
    if item.kind == "document":
        return _bound(item)
    name, data = data_of(item)
    if data.startswith(b"PK") and item.kind in ("zip", "hostile"):
        from auditor.read.archive import members
        from auditor.read.sniff import sniff

        if sniff(data).kind == "zip":
            try:
                opened = members(data)
                lines = [_one(inner, inner_name) for inner_name, inner in opened]
            except ReadError as error:
                return f"refused: {error.code}"
            codes = sorted({problem.code for problem in opened.problems})
            return f"archive: {'; '.join(lines)[:300]} {' '.join(codes)}"
    return _one(data, name)


def _one(data: bytes, name: str) -> str:
    report = extract_bytes(data, name, rulebook(), "text-layer")
    audit = check_report(report, rulebook(), Settings())
    codes = sorted({problem.code + _where(problem.code, problem.details) for problem in audit.problems})
    return f"{audit.status}: {' '.join(codes)}"


def _where(code: str, details: dict[str, str]) -> str:
    return "[" + " ".join(f"{key}={value}" for key, value in sorted(details.items())) + "]" if "CRASHED" in code else ""


def _bound(item: Item) -> str:
    from auditor.bind import bind
    from tests.fuzz.documents import disturbed
    from tests.lab.compose.memory import to_document
    from tests.lab.variants import make_case

    random = Random(f"{item.seed} {item.number}")
    document = disturbed(to_document(make_case(random.randrange(40), 5, "memory").plan), random)
    audit = check_report(bind(document, rulebook()), rulebook(), Settings())
    codes = sorted({problem.code + _where(problem.code, problem.details) for problem in audit.problems})
    return f"{audit.status}: {' '.join(codes)}"


@dataclass(frozen=True)
class Counts:
    """What became of the inputs; ``bad`` lists (input, outcome) of those that must not end so."""

    outcomes: Counter[str]
    kinds: Counter[str]
    bad: tuple[tuple[Item, str], ...]


def fuzz(
    inputs: int,
    seed: int,
    kinds: tuple[str, ...] = KINDS,
    *,
    jobs: int = 1,
    seconds: float = SECONDS,
    seen: Callable[[Counts], None] = lambda counts: None,
) -> Counts:
    """Run ``inputs`` inputs shared over the kinds; ``seen`` is told the counts so far from time to time."""
    outcomes: Counter[str] = Counter()
    per_kind: Counter[str] = Counter()
    bad: list[tuple[Item, str]] = []
    limits = Limits(seconds=seconds, memory=MEMORY, recycle=500)
    for item, outcome in run(status_of, _items(inputs, seed, kinds), jobs, limits):
        per_kind[item.kind] += 1
        if sum(per_kind.values()) % _STEP == 0:
            seen(Counts(outcomes, per_kind, tuple(bad)))
        if outcome.kind != "result" or outcome.value is None:
            outcomes[outcome.kind] += 1
            bad.append((item, f"{outcome.kind}: {outcome.detail}"))
            continue
        crashed = "CRASHED" in outcome.value
        outcomes["crashed" if crashed else outcome.value.partition(":")[0]] += 1
        if crashed:
            bad.append((item, outcome.value))
    return Counts(outcomes, per_kind, tuple(bad))


def _items(inputs: int, seed: int, kinds: tuple[str, ...]) -> Iterator[Item]:
    return (Item(kinds[number % len(kinds)], number // len(kinds), seed) for number in range(inputs))


def as_text(counts: Counts, command: str) -> str:
    """The counts as lines."""
    lines = [
        command,
        f"inputs {sum(counts.kinds.values())}: " + ", ".join(f"{kind} {count}" for kind, count in sorted(counts.kinds.items())),
    ]
    lines.append("status lines " + ", ".join(f"{name} {count}" for name, count in sorted(counts.outcomes.items())))
    lines.append(", ".join(f"{name} {counts.outcomes[name]}" for name in ("error", "crashed", "crash", "timeout", "memory")))
    lines += [f"{item.kind} {item.number} {item.seed}: {what[:400]}" for item, what in counts.bad]
    return "\n".join([*lines, ""])


def main(arguments: list[str]) -> int:
    """Returns 1 when an input crashed, hung or took too much."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--keep", type=Path, help="folder for the inputs that failed")
    chosen = parser.parse_args(arguments)
    command = f"python -m tests.fuzz.run --inputs {chosen.inputs} --seed {chosen.seed}"

    def write(counts: Counts) -> None:
        if chosen.out:
            chosen.out.parent.mkdir(parents=True, exist_ok=True)
            chosen.out.write_text(as_text(counts, command), encoding="utf-8")

    counts = fuzz(chosen.inputs, chosen.seed, tuple(chosen.kinds.split(",")), jobs=chosen.jobs, seen=write)
    write(counts)
    print(as_text(counts, command))
    if chosen.keep:
        chosen.keep.mkdir(parents=True, exist_ok=True)
        for item, _ in counts.bad:
            if item.kind != "document":
                name, data = data_of(item)
                (chosen.keep / f"{item.seed}-{name}").write_bytes(data)
    return 1 if counts.bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
