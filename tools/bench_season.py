"""``make bench-season``: a season of generated reports from end to end, beside the plain libraries, in one run.

``python -m tools.bench_season [NUMBER…] [--folder DIR] [--one-job NUMBER]`` measures seasons of 500 and 4,000 reports by default:
first run, second run, run after one changed rule, run with added reports; memory of the whole process tree; share of time by stage;
then what 300,000 would take. Seasons up to ``--one-job`` (500) are also run with one job. On a shared machine all figures are upper bounds.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import docx
import lxml.html
import pdfplumber

from tools.season_files import write_report, write_season

ADDED = 50
SAMPLE = 100


@dataclass(frozen=True)
class Measured:
    seconds: float
    megabytes: float
    bytes_out: bytes


def tree_megabytes(pid: int) -> float:
    """Memory of a process and all below it; shared pages are counted once (Pss). 0 where the system does not tell."""
    total, waiting = 0.0, [pid]
    while waiting:
        current = waiting.pop()
        try:
            for line in Path(f"/proc/{current}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) / 1024
            for task in Path(f"/proc/{current}/task").iterdir():
                waiting += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue
    return total


def check(folder: Path, ledger: Path, jobs: int, *more: str) -> Measured:
    out = ledger.with_suffix(".jsonl")
    start = time.perf_counter()
    with out.open("wb") as file:
        arguments = [
            sys.executable,
            "-m",
            "auditor",
            "check",
            str(folder),
            "--format",
            "jsonl",
            "--jobs",
            str(jobs),
            "--ledger",
            str(ledger),
        ]
        process = subprocess.Popen([*arguments, *more], stdout=file, stderr=subprocess.DEVNULL)
        peak = 0.0
        done = threading.Event()

        def watch() -> None:
            nonlocal peak
            while not done.wait(0.25):
                peak = max(peak, tree_megabytes(process.pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        process.wait()
        seconds = time.perf_counter() - start
        done.set()
        watcher.join()
    return Measured(seconds, peak, out.read_bytes())


def forget_runs(ledger: Path) -> None:
    """Everything read and checked stays; the season must be compared, stored and written again."""
    with sqlite3.connect(ledger) as connection:
        for table in ("run", "run_audit", "finding", "problem", "undecided", "waiver"):
            connection.execute(f"DELETE FROM {table}")
    connection.close()


def stages(files: list[Path]) -> dict[str, float]:
    """Seconds a report by stage, in one process."""
    from auditor.batch.task import rulebook_of
    from auditor.bind import bind
    from auditor.check.engine import check as check_one
    from auditor.ledger import recorded
    from auditor.model.settings import Settings
    from auditor.read import load, read_bytes

    rulebook, settings = rulebook_of(()), Settings()
    spent = dict.fromkeys(("read", "bind", "check", "store"), 0.0)
    for path in files:
        marks = [time.perf_counter()]
        document = read_bytes(load(path), str(path), "pdfium")
        marks.append(time.perf_counter())
        report = bind(document, rulebook)
        marks.append(time.perf_counter())
        audit = check_one(report, rulebook, settings)
        marks.append(time.perf_counter())
        recorded(audit)
        marks.append(time.perf_counter())
        for name, start, end in zip(spent, marks, marks[1:], strict=False):
            spent[name] += (end - start) / len(files)
    return spent


def plain_loop(files: list[Path]) -> float:
    """Seconds a report that plain libraries take to get the tables out, and nothing more."""
    start = time.perf_counter()
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
    return (time.perf_counter() - start) / len(files)


def say(text: str) -> None:
    print(text, flush=True)


def season(number: int, folder: Path, work: Path, *, one_job: bool) -> tuple[float, float]:
    """Measure one season; seconds of the first run with two jobs, and its peak memory."""
    reports = folder / str(number)
    write_season(number, reports)
    for extra in range(number, number + ADDED):
        added = reports / f"{extra // 500:03}" / f"report_{extra:06}"
        for path in added.parent.glob(added.name + ".*"):
            path.unlink()
    ledger = work / f"{number}.db"
    say(f"{number} reports")
    if one_job:
        alone = check(reports, work / f"{number}-alone.db", 1)
        say(f"  first run, one job      {alone.seconds:8.1f} s  {number / alone.seconds:7.1f} reports/s  {alone.megabytes:6.0f} MB at most")
    first = check(reports, ledger, 2)
    say(f"  first run, two jobs     {first.seconds:8.1f} s  {number / first.seconds:7.1f} reports/s  {first.megabytes:6.0f} MB at most")
    if one_job:
        same = "same bytes" if alone.bytes_out == first.bytes_out else "OTHER BYTES"
        say(f"                          {alone.seconds / first.seconds:8.2f} times as fast with two jobs (goal 1.8), {same}")
    again = check(reports, ledger, 2)
    same = "same bytes" if again.bytes_out == first.bytes_out else "OTHER BYTES"
    say(f"  second run              {again.seconds:8.1f} s  {first.seconds / again.seconds:7.1f} times as fast (goal 50), {same}")
    changed = check(reports, ledger, 2, "--severity", "T4-01=notice")
    say(f"  after one changed rule  {changed.seconds:8.1f} s  {first.seconds / changed.seconds:7.1f} times as fast")
    check(reports, ledger, 2)
    forget_runs(ledger)
    compared = check(reports, ledger, 2)
    say(f"  season rules and output {compared.seconds:8.1f} s  {1000 * compared.seconds / number:7.2f} ms a report, similarity included")
    for extra in range(number, number + ADDED):
        write_report(extra, reports)
    more = check(reports, ledger, 2)
    say(f"  {ADDED} reports added        {more.seconds:8.1f} s  {1000 * (more.seconds - compared.seconds) / ADDED:7.1f} ms an added report")
    return first.seconds, first.megabytes


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("numbers", nargs="*", type=int)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--one-job", type=int, default=500)
    given = parser.parse_args()
    work = Path(tempfile.mkdtemp())
    folder = given.folder or work / "reports"
    try:
        numbers = given.numbers or [500, 4000]
        measured = [season(number, folder, work, one_job=number <= given.one_job) for number in numbers]
        files = sorted(path for path in (folder / str(numbers[0])).rglob("report_*") if path.is_file())[:SAMPLE]
        spent = stages(files)
        whole = sum(spent.values())
        shares = ", ".join(f"{name} {seconds / whole:.0%}" for name, seconds in spent.items())
        plain = plain_loop(files)
        say(f"one process, {len(files)} reports: {1000 * whole:.1f} ms a report ({shares})")
        say(f"plain pdfplumber, python-docx, lxml: {1000 * plain:.1f} ms a report for the tables alone")
        say(f"ours takes {whole / plain:.2f} times as long")
        if len(numbers) > 1:
            (small, least), (large, most) = measured[0], measured[-1]
            each = (large - small) / (numbers[-1] - numbers[0])
            say(f"from {numbers[0]} to {numbers[-1]}: {1000 * each:.1f} ms an added report; {1000 * small / numbers[0]:.1f} ms before")
            say(f"memory {most / least:.2f} times (goal 1.2)")
            say(f"300,000 reports, two jobs: {300_000 * each / 3600:.1f} hours")
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
