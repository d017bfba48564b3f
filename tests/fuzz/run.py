"""Fuzzing by command: ``python -m tests.fuzz.run --inputs 10000 --seed 1 [--kinds pdf,docx,…] [--jobs 1] [--out FILE] [--keep FOLDER]``.

Reports of every kind go through sniffing, reading, binding and checking, some together through the rules of a season; the office's own
files through what reads them (:mod:`tests.fuzz.state`). Each input in a worker under the supervisor's limits, and each must end in one
status line. At the end nothing may be left in the temporary folder, no process may be left, and nobody may have called at the listener
whose address stands in many inputs. With ``--table`` the largest costs by kind are printed as a table of Markdown.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from auditor.errors import ReadError
from auditor.model.finding import Audit
from auditor.model.settings import Settings
from auditor.pipeline import check_report, extract_bytes
from auditor.supervise import Limits, run
from tests.fuzz.inputs import KINDS, Item, data_of, rulebook
from tests.fuzz.listener import Listener
from tests.fuzz.measured import Measured, measured
from tests.fuzz.state import STATE_KINDS, state_of

SECONDS = 30.0
_STEP = 250
MEMORY = 3 * 1024**3
MOST_SECONDS, MOST_MEGABYTES = 5.0, 512
"""What a file of a megabyte may cost; more is reported as too dear."""
_ABOVE_A_MEGABYTE = ("hostile",)
"""Kinds whose files may be larger."""
EVERY_KIND = (*KINDS, *STATE_KINDS)


def measure(item: Item) -> Measured:
    """One input, done and measured. What is only the making of the input is not counted."""
    _prepare(item)
    return measured(lambda: state_of(item) if item.kind in STATE_KINDS else status_of(item))


def _prepare(item: Item) -> None:
    """Load what a worker loads once, and make the unharmed files."""
    rulebook()
    if item.kind in STATE_KINDS:
        from tests.fuzz.state import good

        good(item.kind)
    elif item.kind not in ("document", "season"):
        data_of(item)


def status_of(item: Item) -> str:
    """The status line of one input: ``STATUS: problem codes``. What the program took as its own defect is in there as a code."""
    if item.kind == "document":
        return _bound(item)
    if item.kind == "season":
        return _season(item)
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
    return f"{audit.status}: {' '.join(_codes(audit))}"


def _where(code: str, details: dict[str, str]) -> str:
    return "[" + " ".join(f"{key}={value}" for key, value in sorted(details.items())) + "]" if "CRASHED" in code else ""


def _bound(item: Item) -> str:
    audit = _disturbed_audit(Random(f"{item.seed} {item.number}"))
    return f"{audit.status}: {' '.join(_codes(audit))}"


def _season(item: Item) -> str:
    """A season of some reports, among them two years of one body and one that could not be read, with a roster that half fits."""
    from auditor.pipeline import as_problem, unreadable
    from auditor.season import audit_season
    from auditor.season.roster import Agency, Roster
    from tests.fuzz.bytes_of import ODD_TEXTS

    random = Random(f"{item.seed} {item.number} season")
    audits = [_disturbed_audit(random) for _ in range(random.choice((2, 3, 4)))]
    missing = unreadable(audits[0].source, as_problem(ReadError("READ-DAMAGED", reason="x")))
    audits.append(check_report(missing, rulebook(), Settings()))
    names = [audit.report.agency or "" for audit in audits if audit.report is not None]
    agencies = tuple(
        Agency(name=random.choice((name, *ODD_TEXTS)) or "某局", id=random.choice(("", str(line), "1")), parent=random.choice(("", "1", "2")),
               deadline=random.choice((None, "01-20", "2025-02-30")), published=random.choice((None, "2025-03-31")), line=line)
        for line, name in enumerate((*names, "某县水务局"), start=2)
    )  # fmt: skip
    found = audit_season(audits, rulebook(), Settings(), roster=random.choice((None, Roster(agencies=agencies))))
    codes = sorted({code for audit in found.audits for code in _codes(audit)})
    return f"season: {' '.join(codes)}"


def _disturbed_audit(random: Random) -> Audit:
    from auditor.bind import bind
    from tests.fuzz.documents import disturbed
    from tests.lab.compose.memory import to_document
    from tests.lab.variants import make_case

    document = disturbed(to_document(make_case(random.randrange(40), 5, "memory").plan), random)
    return check_report(bind(document, rulebook()), rulebook(), Settings())


def _codes(audit: Audit) -> list[str]:
    return sorted({problem.code + _where(problem.code, problem.details) for problem in audit.problems})


@dataclass(frozen=True)
class Counts:
    """What became of the inputs; ``bad`` lists (input, outcome) of those that must not end so; ``worst`` the largest costs by kind."""

    outcomes: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    bad: list[tuple[Item, str]] = field(default_factory=list)
    worst: dict[str, tuple[float, int]] = field(default_factory=dict)

    def add(self, item: Item, found: Measured) -> None:
        """Count one that ended in a status line."""
        crashed = "CRASHED" in found.status
        self.outcomes["crashed" if crashed else found.status.partition(":")[0]] += 1
        seconds, megabytes = self.worst.get(item.kind, (0.0, 0))
        self.worst[item.kind] = (max(seconds, found.seconds), max(megabytes, found.megabytes))
        dear = (found.seconds > MOST_SECONDS or found.megabytes > MOST_MEGABYTES) and item.kind not in _ABOVE_A_MEGABYTE
        if crashed or dear:
            self.bad.append((item, f"{found.seconds:.1f} s {found.megabytes} MB {found.status}"))


def fuzz(
    inputs: int,
    seed: int,
    kinds: tuple[str, ...] = KINDS,
    *,
    first: int = 0,
    jobs: int = 1,
    seconds: float = SECONDS,
    seen: Callable[[Counts], None] = lambda counts: None,
) -> Counts:
    """Run ``inputs`` inputs shared over the kinds, from number ``first`` on; ``seen`` is told the counts so far from time to time."""
    counts = Counts()
    limits = Limits(seconds=seconds, memory=MEMORY, recycle=500)
    items = _items(first, inputs, seed, kinds)
    for item, outcome in run(measure, items, jobs, limits):
        counts.kinds[item.kind] += 1
        if sum(counts.kinds.values()) % _STEP == 0:
            seen(counts)
        if outcome.kind != "result" or outcome.value is None:
            counts.outcomes[outcome.kind] += 1
            counts.bad.append((item, f"{outcome.kind}: {outcome.detail}"))
        else:
            counts.add(item, outcome.value)
    return counts


def _items(first: int, inputs: int, seed: int, kinds: tuple[str, ...]) -> Iterator[Item]:
    return (Item(kinds[number % len(kinds)], number // len(kinds), seed) for number in range(first, first + inputs))


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


def as_table(counts: Counts) -> str:
    """The largest costs by kind as a table of Markdown."""
    lines = ["| kind | inputs | seconds of processor at most | MB at most |", "| --- | --- | --- | --- |"]
    for kind, (seconds, megabytes) in sorted(counts.worst.items()):
        lines.append(f"| {kind} | {counts.kinds[kind]} | {seconds:.1f} | {megabytes} |")
    return "\n".join([*lines, ""])


def left_behind(temporary: Path, mark: str) -> list[str]:
    """What the run left: entries of its temporary folder, processes that carry its mark in their environment (Linux)."""
    left = [f"left in the temporary folder: {path.name}" for path in temporary.iterdir()]
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            marked = mark.encode() in (folder / "environ").read_bytes()
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if marked and int(folder.name) != os.getpid() and b"multiprocessing" not in command:
            left.append(f"left running: {command.replace(bytes(1), b' ').decode(errors='replace')}")
    return left


def main(arguments: list[str]) -> int:
    """Returns 1 when an input crashed, hung or took too much, or when anything was left or fetched."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first input, to go on with a run")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", default=",".join(EVERY_KIND))
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--keep", type=Path, help="folder for the inputs that failed")
    chosen = parser.parse_args(arguments)
    command = f"python -m tests.fuzz.run --inputs {chosen.inputs} --seed {chosen.seed}"

    def write(counts: Counts) -> None:
        if chosen.out:
            chosen.out.parent.mkdir(parents=True, exist_ok=True)
            chosen.out.write_text(as_text(counts, command) + as_table(counts), encoding="utf-8")

    mark = f"AUDITOR_FUZZ={os.getpid()}"
    os.environ["AUDITOR_FUZZ"] = str(os.getpid())
    with tempfile.TemporaryDirectory(prefix="fuzzing-") as folder, Listener() as listener:
        os.environ["TMPDIR"] = folder  # of the workers
        counts = fuzz(chosen.inputs, chosen.seed, tuple(chosen.kinds.split(",")), first=chosen.first, jobs=chosen.jobs, seen=write)
        left = left_behind(Path(folder), mark) + [f"called: {call}" for call in listener.calls]
    write(counts)
    print(as_text(counts, command))
    print(as_table(counts))
    print("\n".join(left) or "nothing left behind, nothing fetched")
    if chosen.keep:
        chosen.keep.mkdir(parents=True, exist_ok=True)
        for item, _ in counts.bad:
            if item.kind not in ("document", "season", *STATE_KINDS):
                name, data = data_of(item)
                (chosen.keep / f"{item.seed}-{name}").write_bytes(data)
    return 1 if counts.bad or left else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
