"""``make bench-season``: seasons of generated reports from end to end, beside the plain libraries, in one run; prints tables.

``python -m tools.bench_season [NUMBER…] [--folder DIR] [--one-job NUMBER] [--rounds R] [--synthetic N]`` measures seasons of 500, 1,000,
2,000 and 4,000 reports by default: first run, second run, run after one changed rule, season rules alone, added reports, reduce of parts.
Beside wall time it says the processor time of all processes and the share of the parent, which is what bounds the speed-up and does not
suffer from neighbours; memory is that of the whole process tree. Seasons up to ``--one-job`` are run with one job as well, in turns.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import docx
import lxml.html
import pdfplumber

from tools.season_files import write_report, write_season
from tools.season_signatures import compare_synthetic

ADDED = 50
SAMPLE = 100
TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
SOURCE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Measured:
    """``cpu`` seconds of all processes, ``parent`` those of the first; ``megabytes`` at most, of all together."""

    seconds: float
    cpu: float
    parent: float
    megabytes: float
    out: Path


def tree(pid: int) -> tuple[float, dict[int, float]]:
    """Memory of a process and all below it, shared pages counted once (Pss), and processor seconds by process; on Linux only."""
    total, spent, waiting = 0.0, dict[int, float](), [pid]
    while waiting:
        current = waiting.pop()
        try:
            for line in Path(f"/proc/{current}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) / 1024
            fields = Path(f"/proc/{current}/stat").read_text().rpartition(")")[2].split()
            spent[current] = (int(fields[11]) + int(fields[12])) / TICK
            for task in Path(f"/proc/{current}/task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue
    return total, spent


def auditor(out: Path, *arguments: object) -> Measured:
    """Run the program and measure it."""
    start = time.perf_counter()
    with out.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "auditor", *map(str, arguments)], stdout=file, stderr=subprocess.DEVNULL, cwd=SOURCE
        )
        peak, spent = 0.0, dict[int, float]()
        done = threading.Event()

        def watch() -> None:
            nonlocal peak
            while not done.wait(0.1):
                megabytes, times = tree(process.pid)
                peak = max(peak, megabytes)
                spent.update(times)

        watcher = threading.Thread(target=watch)
        watcher.start()
        _, _, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        done.set()
        watcher.join()
    parent = used.ru_utime + used.ru_stime
    spent[process.pid] = parent
    return Measured(seconds, sum(spent.values()), parent, peak, out)


def check(folder: Path, out: Path, jobs: int, ledger: Path | None, *more: str) -> Measured:
    kept = ("--ledger", ledger) if ledger is not None else ()
    return auditor(out, "check", folder, "--format", "jsonl", "--jobs", jobs, *kept, *more)


def same(one: Measured, other: Measured) -> str:
    return "same bytes" if one.out.read_bytes() == other.out.read_bytes() else "OTHER BYTES"


def forget_runs(ledger: Path) -> None:
    """Everything read and checked stays; the season must be compared, stored and written again."""
    with sqlite3.connect(ledger) as connection:
        for table in ("run", "run_audit", "finding", "problem", "undecided", "waiver", "shown"):
            connection.execute(f"DELETE FROM {table}")
    connection.close()


def write_part(ledger: Path, part: Path) -> None:
    """The part that reading these files would give, from a ledger that holds them."""
    from auditor.batch.recorded import keys_of
    from auditor.batch.task import rulebook_of
    from auditor.ledger.record import Record
    from auditor.ledger.schema import HEAD
    from auditor.model.settings import Settings
    from auditor.scale.part import Head, PartLine, Tail, encoded

    keys = keys_of(rulebook_of(()), Settings(), "pdfium")
    columns = ", ".join(f"reading.{name}" for name in HEAD)
    with sqlite3.connect(ledger) as connection, part.open("wb") as file:
        file.write(encoded(Head(name="all", reader=keys.reader, checker=keys.checker)))
        count = 0
        for path, content, facts, light, prose, report, audit, signature, *head in connection.execute(
            "SELECT latest.path, latest.content, facts, light, prose, reading.report, checked.audit, signature, "
            f"{columns} FROM latest JOIN reading ON reading.id = latest.reading JOIN checked ON checked.id = latest.checked"
        ):
            record = Record(head=tuple(head), facts=facts, light=light, prose=prose, report=report, audit=audit, signature=signature)
            file.write(encoded(PartLine.of(path, content, record)))
            count += 1
        file.write(encoded(Tail(files=count)))
    connection.close()


def duckdb_load(part: Path, work: Path) -> Measured | None:
    """The same part into a DuckDB file: heads as rows, cells as rows. ``None`` without DuckDB."""
    code = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[2]); c.execute('SET threads = 1'); "
        "c.execute(\"CREATE TABLE line AS SELECT * FROM read_json(?, format='newline_delimited', maximum_object_size=100000000, "
        "columns={'type': 'VARCHAR', 'path': 'VARCHAR', 'content': 'VARCHAR', 'agency': 'VARCHAR', 'year': 'INTEGER', 'facts': 'JSON', "
        "'light': 'VARCHAR', 'prose': 'VARCHAR', 'report': 'VARCHAR', 'audit': 'VARCHAR', 'signature': 'VARCHAR'}) WHERE type = 'file'\", "
        "[sys.argv[1]])"
    )
    out = work / "duckdb.out"
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(part), str(work / f"{part.stem}.duckdb")], stdout=out.open("wb"), stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    cpu = used.ru_utime + used.ru_stime
    return Measured(time.perf_counter() - start, cpu, cpu, used.ru_maxrss / 1024, out) if status == 0 else None


def sqlite_load(part: Path, work: Path) -> Measured:
    """The same part into a ledger, without the season."""
    code = (
        "import sys; from pathlib import Path; from auditor.ledger import Ledger; from auditor.scale.part import read_part; "
        "from auditor.batch.recorded import Keys, Slot, store_answer\n"
        "with Ledger(Path(sys.argv[2])) as book, open(sys.argv[1], 'rb') as file:\n"
        "    head, lines = read_part('x', file)\n"
        "    keys = Keys(reader=head.reader, checker=head.checker)\n"
        "    for line in lines: store_answer(book, Slot(path=line.path), keys, line.content, line.record())\n"
    )
    out = work / "sqlite.out"
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", code, str(part), str(work / f"{part.stem}.loaded.db")], cwd=SOURCE)
    _, _, used = os.wait4(process.pid, 0)
    cpu = used.ru_utime + used.ru_stime
    return Measured(time.perf_counter() - start, cpu, cpu, used.ru_maxrss / 1024, out)


def stages(files: list[Path]) -> dict[str, float]:
    """Processor seconds a report by stage, in one process."""
    from auditor.batch.outcome import count
    from auditor.batch.task import rulebook_of
    from auditor.bind import bind
    from auditor.check.engine import check as check_one
    from auditor.ledger import recorded
    from auditor.model.settings import Settings
    from auditor.read import load, read_bytes
    from auditor.render.json_v1 import jsonl_piece

    rulebook, settings = rulebook_of(()), Settings()
    spent = dict.fromkeys(("read", "bind", "check", "pack for the ledger", "output"), 0.0)
    for path in files:
        marks = [time.process_time()]
        document = read_bytes(load(path), str(path), "pdfium")
        marks.append(time.process_time())
        report = bind(document, rulebook)
        marks.append(time.process_time())
        audit = check_one(report, rulebook, settings)
        marks.append(time.process_time())
        recorded(audit)
        marks.append(time.process_time())
        jsonl_piece(count(audit), rulebook.words, "zh")
        marks.append(time.process_time())
        for name, start, end in zip(spent, marks, marks[1:], strict=False):
            spent[name] += (end - start) / len(files)
    return spent


def plain_loop(files: list[Path]) -> float:
    """Processor seconds a report that plain libraries take to get the tables out, and nothing more."""
    start = time.process_time()
    for path in files:
        if path.suffix == ".pdf":
            with pdfplumber.open(path) as document:
                [page.extract_tables() for page in document.pages]
        elif path.suffix == ".docx":
            [[cell.text for cell in row.cells] for table in docx.Document(str(path)).tables for row in table.rows]
        elif path.suffix == ".html":
            [cell.text_content() for cell in lxml.html.parse(str(path)).iter("td", "th")]
        else:
            path.read_text(encoding="utf-8")
    return (time.process_time() - start) / len(files)


def say(text: str = "") -> None:
    print(text, flush=True)


@dataclass(frozen=True)
class Season:
    """What was measured of one season."""

    number: int
    first: Measured
    compared: Measured
    reduced: Measured

    @property
    def points(self) -> dict[str, float]:
        """Processor seconds by part of the work."""
        return {
            "reading and checking": self.first.cpu - self.compared.cpu,
            "season rules, similarity, storing, output": self.compared.cpu,
            "reduce of parts (instead of the former)": self.reduced.cpu,
        }


def line(name: str, measured: Measured, number: int, note: str = "") -> None:
    say(
        f"| {name} | {measured.seconds:.1f} | {measured.cpu:.1f} | {measured.parent:.1f} | {1000 * measured.cpu / number:.1f} | "
        f"{measured.megabytes:.0f} | {note} |"
    )


def season(number: int, folder: Path, work: Path, *, rounds: int) -> Season:
    """Measure one season."""
    reports = folder / str(number)
    write_season(number, reports)
    for extra in range(number, number + ADDED):
        added = reports / f"{extra // 500:03}" / f"report_{extra:06}"
        for path in added.parent.glob(added.name + ".*"):
            path.unlink()
    ledger = work / f"{number}.db"
    say(f"\n**{number:,} reports**\n")
    say("| run | wall s | CPU s, all | CPU s, parent | CPU ms a report | MB at most | |")
    say("| --- | ---: | ---: | ---: | ---: | ---: | --- |")
    first = check(reports, work / "first.out", 2, ledger)
    line("first run, 2 jobs, ledger", first, number, f"parent's share {first.parent / first.cpu:.1%}")
    for _ in range(rounds):
        alone = check(reports, work / "alone.out", 1, None)
        line("first run, 1 job, no ledger", alone, number, same(alone, first))
        both = check(reports, work / "both.out", 2, None)
        line(
            "first run, 2 jobs, no ledger",
            both,
            number,
            f"{alone.seconds / both.seconds:.2f} times one job (goal 1.8), {same(both, first)}",
        )
    again = check(reports, work / "again.out", 2, ledger)
    line("second run", again, number, f"{first.seconds / again.seconds:.0f} times as fast (goal 50), {same(again, first)}")
    changed = check(reports, work / "changed.out", 2, ledger, "--severity", "T4-01=notice")
    line("after one changed rule", changed, number, f"{first.seconds / changed.seconds:.1f} times as fast")
    check(reports, work / "back.out", 2, ledger)
    forget_runs(ledger)
    compared = check(reports, work / "compared.out", 2, ledger)
    line("season rules and output alone", compared, number, same(compared, first))
    for extra in range(number, number + ADDED):
        write_report(extra, reports)
    more = check(reports, work / "more.out", 2, ledger)
    line(f"{ADDED} reports added", more, number, f"{1000 * (more.cpu - compared.cpu) / ADDED:.0f} CPU ms an added report")
    forget_runs(ledger)
    part = work / f"part-{number}.jsonl"
    check(reports, work / "more.out", 2, ledger)
    write_part(ledger, part)
    reduced = auditor(work / "reduced.out", "reduce", part, "--format", "jsonl", "--jobs", 2)
    line("reduce of a part", reduced, number, same(reduced, more))
    loaded = sqlite_load(part, work)
    line("of this: part into SQLite", loaded, number, f"part of {part.stat().st_size / 1e6:.0f} MB")
    duck = duckdb_load(part, work)
    if duck is not None:
        line("part into DuckDB, one thread", duck, number, f"{duck.cpu / loaded.cpu:.1f} times SQLite")
    part.unlink()
    return Season(number, first, compared, reduced)


def extrapolate(seasons: Sequence[Season], target: int) -> None:
    """Least squares through the points, and what the target would take."""
    say(f"\n**To {target:,} reports** (straight line through {', '.join(f'{s.number:,}' for s in seasons)})\n")
    say("| part | CPU ms a report, first to last point | CPU ms an added report (fit) | CPU hours |")
    say("| --- | ---: | ---: | ---: |")
    for name in seasons[0].points:
        xs, ys = [float(s.number) for s in seasons], [s.points[name] for s in seasons]
        mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
        slope = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / sum((x - mean_x) ** 2 for x in xs)
        each = " → ".join(f"{1000 * y / x:.1f}" for x, y in zip(xs, ys, strict=True))
        say(f"| {name} | {each} | {1000 * slope:.1f} | {slope * target / 3600:.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("numbers", nargs="*", type=int)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--one-job", type=int, default=4000, help="largest season to run with one job too")
    parser.add_argument("--rounds", type=int, default=1, help="pairs of runs with one and two jobs")
    parser.add_argument("--synthetic", type=int, default=300_000, help="signatures to compare; 0 for none")
    given = parser.parse_args()
    work = Path(tempfile.mkdtemp())
    folder = given.folder or work / "reports"
    try:
        numbers = sorted(given.numbers or [500, 1000, 2000, 4000])
        seasons = [season(n, folder, work, rounds=given.rounds if n <= given.one_job else 0) for n in numbers]
        files = sorted(path for path in (folder / str(numbers[0])).rglob("report_*") if path.is_file())[:SAMPLE]
        spent, plain = stages(files), plain_loop(files)
        whole = sum(spent.values())
        say(f"\n**One process, {len(files)} reports**: {1000 * whole:.1f} CPU ms a report, without the season\n")
        say("| stage | CPU ms a report | share |\n| --- | ---: | ---: |")
        for name, seconds in spent.items():
            say(f"| {name} | {1000 * seconds:.2f} | {seconds / whole:.0%} |")
        say(f"| *plain pdfplumber, python-docx and lxml loops, tables alone* | {1000 * plain:.1f} | {plain / whole:.2f} times ours |")
        if len(seasons) > 1:
            extrapolate(seasons, 300_000)
            grown = seasons[-1].first.megabytes / seasons[0].first.megabytes
            say(f"\nMemory from {numbers[0]:,} to {numbers[-1]:,}: {grown:.2f} times (goal 1.2)")
        if given.synthetic:
            say(f"\n{compare_synthetic(given.synthetic)}")
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
