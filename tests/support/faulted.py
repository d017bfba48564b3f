"""Commands with a fault at one of their steps on the disk, and what must hold afterwards.

``python -m tests.support.faulted --commands reply_season,reduce --points 50`` draws so many steps and kinds for each command by a fixed
seed, prints each, and ends with the number run by command and kind. Linux and macOS only (fork).
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import shutil
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any, Final

import docx
import openpyxl

from auditor import office
from auditor.atomic import is_temporary
from tests.cli.running import auditor
from tests.lab.compose import DocxStyle, ReportPlan, to_docx
from tests.lab.mutate import set_facts
from tests.season.play import OWN, TODAY, ending, filled
from tests.support.faults import FAULTS, KILLED, Fault, count_points, run_with_fault
from tests.support.season import wrong_plan

COMMANDS: Final = ("check", "dataset", "reduce", "reply_workbook", "reply_season", "season_first", "season_again")
OLD: Final = b"old content"
ANSWER: Final = "=1+1 已更正"


def _run(root: Path, command: str) -> list[str]:
    reports, season = str(root / "reports"), str(root / "season")
    return {
        "check": ["check", reports, "-q", "-j", "1", f"-ojson={root / 'out'}", "--ledger", str(root / "book.db"), "-f", "jsonl"],
        "dataset": ["dataset", reports, "-o", str(root / "out.xlsx"), "-q", "-j", "1"],
        "reduce": ["reduce", str(root / "parts"), f"-ojson={root / 'out'}", "-f", "jsonl", "-q", "-j", "1"],
        "reply_workbook": ["reply", str(root / "答复.docx"), "--workbook", str(root / "台账.xlsx"), "--ledger", str(root / "book.db")],
        "reply_season": ["reply", str(root / "答复.docx"), "--season", season],
        "season_first": ["check", reports, "--season", season, "-q", "-j", "1", "--today", TODAY],
        "season_again": ["check", reports, "--season", season, "-q", "-j", "1", "--today", TODAY],
    }[command]


def work(root: Path, command: str) -> Callable[[], object]:
    """The command in this process; another exit code than that of a run without a fault is raised."""
    from auditor.cli import group

    def run() -> None:
        code = group.main(_run(root, command), prog_name="auditor", standalone_mode=False)
        if code != (0 if command == "dataset" or command.startswith("reply") else 1):
            raise SystemExit(code)

    return run


def _report(folder: Path, plan: ReportPlan) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "报告.docx").write_bytes(to_docx(plan, DocxStyle()))


def _own_files(season: Path) -> None:
    for name, content in OWN.items():
        (season / name).parent.mkdir(parents=True, exist_ok=True)
        (season / name).write_bytes(content)


def _answered(letter: bytes) -> bytes:
    document = docx.Document(io.BytesIO(letter))
    table = next(table for table in document.tables if len(table.columns) == 9)
    for row in table.rows[1:]:
        row.cells[8].text = ANSWER
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def prepare(root: Path, command: str) -> None:
    """What the command finds: reports, older outputs, and what people entered. Made in processes of their own."""
    _report(root / "reports", wrong_plan(0))
    for name in ("out", "out.xlsx"):
        (root / name).write_bytes(OLD)
    if command == "reduce":
        assert auditor("part", root / "reports", "--shard", "1/1", "--parts", root / "parts", "-q", "-j", "1").code in (0, 1)
    if command.startswith(("season", "reply")):
        _own_files(root / "season")
    if command in ("season_again", "reply_season", "reply_workbook"):
        told: list[str | Path] = ["--ledger", root / "book.db"] if command == "reply_workbook" else []
        ran = auditor("check", root / "reports", "--season", root / "season", "-q", "-j", "1", "--today", TODAY, *told)
        assert ran.code == 1, ran.err
        with office.open_season(root / "season", who="甲") as store:
            row = next(row for row in office.findings(store, TODAY) if row.parent is None and row.severity == "error")
            office.set_finding(store, row.number, confirmation="confirmed", note="已电话核实")
        book = root / "season" / "问题台账.xlsx"
        book.write_bytes(filled(book.read_bytes(), row.key))
        letter = next((root / "season").rglob("整改通知书*.docx")).read_bytes()
        (root / "答复.docx").write_bytes(_answered(letter))
        (root / "台账.xlsx").write_bytes(book.read_bytes())
        (root / "key").write_text(row.key, encoding="utf-8")
    if command == "season_again":
        plan = wrong_plan(0)
        _report(root / "reports", set_facts(plan, {"t4.review_total": int(plan.facts["t4.review_total"]) - 2}))


def after(root: Path, command: str, told: object) -> None:
    """What must hold whatever happened: each file has its old or its new content, nothing entered is lost. Raises AssertionError."""
    for path in root.rglob("*"):
        if path.is_file() and not is_temporary(path.name) and path.suffix in (".docx", ".xlsx", ".zip") and path.name not in ("通报.docx",):
            data = path.read_bytes()
            assert data == OLD or _whole(data), (told, path)
    for path in (root / "out", root / "season" / "results.json"):
        if path.is_file():
            data = path.read_bytes()
            assert data == OLD or json.loads(data)["schema"], (told, path)
    if not command.startswith(("season", "reply")):
        return
    for name, content in OWN.items():
        assert (root / "season" / name).read_bytes() == content, (told, name)
    if command == "season_first":
        return
    key = (root / "key").read_text(encoding="utf-8")
    with office.open_season(root / "season") as store:
        assert store.connection.execute("PRAGMA integrity_check").fetchone() == ("ok",), told
        row = next(row for row in office.findings(store, TODAY) if row.key == key)
        assert (row.confirmation, row.note) == ("confirmed", "已电话核实"), told
        entered = dict(row.extra).get("经办人") == "王五" and row.deadline == "2026-04-10"
    books = [root / "season" / "问题台账.xlsx", *(root / "season").rglob("问题台账*.xlsx"), root / "台账.xlsx"]
    assert entered or any(_typed(path) for path in books[:-1] if path.is_file()), told
    if command == "reply_workbook":
        assert _typed(root / "台账.xlsx"), told


def _whole(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.testzip() is None


def _typed(path: Path) -> bool:
    book = openpyxl.load_workbook(path)
    cells = {cell.value for row in book["问题台账"].iter_rows() for cell in row}
    return {"王五", "已转业务科", "口头接到的另一个问题"} <= cells and book["会议纪要"]["A1"].value == "3月5日会议"


def _end(root: Path, command: str) -> Any:
    """What the command has made, without times: the same with and without a fault before it."""
    if command in ("check", "reduce"):
        return hashlib.sha256((root / "out").read_bytes()).hexdigest()
    if command == "dataset":
        book = openpyxl.load_workbook(root / "out.xlsx")
        return [[cell.value for row in sheet.iter_rows() for cell in row] for sheet in book]
    if command == "reply_workbook":
        sheet = openpyxl.load_workbook(root / "台账.xlsx")["问题台账"]
        import sqlite3

        with sqlite3.connect(root / "book.db") as ledger:
            answers = sorted(ledger.execute("SELECT finding, answer FROM reply").fetchall())
        return [[cell.value for cell in row] for row in sheet.iter_rows()], answers
    return ending(SimpleNamespace(folder=root / "season"))  # type: ignore[arg-type]


def try_command(place: Path, command: str, points: int, seed: int = 1) -> Iterator[tuple[Fault, int, int, str]]:
    """Draw ``points`` steps and kinds of fault; after each look at what is left, then run the command again to its end and compare with
    a run without a fault. Yields kind, step, number of steps, and what the run said."""
    start, tried = place / "start", place / "tried"
    prepare(start, command)

    def fresh() -> None:
        shutil.rmtree(tried, ignore_errors=True)
        shutil.copytree(start, tried)

    fresh()
    steps = count_points(tried, work(tried, command))
    assert steps > 3, command
    expected = _end(tried, command)
    after(tried, command, "no fault")
    cases: list[tuple[Fault, int]] = [(fault, at) for fault in FAULTS for at in range(1, steps + 1)]
    for fault, at in Random(seed).sample(cases, min(points, len(cases))):
        fresh()
        code, told = run_with_fault(tried, work(tried, command), fault, at)
        assert code == KILLED or fault != "kill", (command, fault, at, code)
        case = (command, fault, at, steps, code, told)
        after(tried, command, case)
        if code == 0:
            assert _end(tried, command) == expected, ("said nothing", *case)
        if fault not in ("kill", "terminate"):
            assert not [path for path in tried.rglob("*") if is_temporary(path.name)], case
        again = run_with_fault(tried, work(tried, command), "kill", 0)
        assert again[0] == 0, ("again", *case, *again)
        after(tried, command, case)
        ended = _end(tried, command)
        assert ended == expected, ("again", *case, ended, expected)
        yield fault, at, steps, case[-1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commands", default=",".join(COMMANDS))
    parser.add_argument("--points", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    counts: Counter[tuple[str, str]] = Counter()
    for command in given.commands.split(","):
        with tempfile.TemporaryDirectory() as place:
            try:
                for kind, at, steps, told in try_command(Path(place), command, given.points, given.seed):
                    counts[command, kind] += 1
                    print(command, kind, f"{at}/{steps}", told.strip()[:160], flush=True)
            except AssertionError as error:
                print("FAILED", command, repr(error)[:3000], flush=True)
    for (command, fault), number in sorted(counts.items()):
        print(f"{command:16} {fault:10} {number}")
    print(f"{counts.total()} points")
    return 0


if __name__ == "__main__":
    sys.exit(main())
