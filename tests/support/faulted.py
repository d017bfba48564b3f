"""Commands with a fault at one of their steps on the disk, and what must hold afterwards.

``python -m tests.support.faulted --commands reply_season,reduce --points 50`` draws so many steps and kinds for each command by a fixed
seed, prints each, and ends with the number kept by command and kind; the exit code is 1 where a promise was broken. Linux and macOS only (fork).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import io
import json
import re
import shutil
import sqlite3
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlencode

import docx
import openpyxl

from auditor import office
from auditor.atomic import is_temporary
from tests.cli.running import auditor
from tests.lab.compose import DocxStyle, ReportPlan, to_docx
from tests.lab.mutate import set_facts
from tests.season.play import OWN, TODAY, ending, filled
from tests.support.faults import FAULTS, KILLED, Fault, count_points, run_with_fault
from tests.support.season import rulebook, wrong_plan

if TYPE_CHECKING:
    from auditor.desk.state import Desk

COMMANDS: Final = (
    "check", "dataset", "dataset_csv", "dataset_db", "part", "reduce", "brief", "compile", "reply_workbook", "reply_season", "season_first", "season_again", "season_import",
    "season_issue", "season_backup", "desk",
)  # fmt: skip
_AT_WORK: Final = ("season_again", "season_import", "season_issue", "season_backup", "reply_season", "reply_workbook", "desk")
"""Commands over a season with decisions, an own workbook and an answer in it."""
OLD: Final = b"old content"
_ASKED: Final = ("kill", "interrupt", "terminate")
"""Ends that a person or the system asks for: nothing need be said."""
_DEFECT: Final = re.compile(r"内部错误|Errno|Traceback|[A-Z]\w+Error")
ANSWER: Final = "=1+1 已更正"


def _run(root: Path, command: str) -> list[str]:
    reports, season = str(root / "reports"), str(root / "season")
    briefs = [part for name in ("out.docx", "out.html", "out.xlsx") for part in ("-o", str(root / name))]
    return {
        "brief": ["brief", reports, *briefs, "-q", "-j", "1"],
        "compile": ["compile", reports, "--roster", str(root / "名册.csv"), "--year", "2024", "-o", str(root / "汇总"), "-q", "-j", "1"],
        "season_import": ["season", "import", season, str(root / "台账.xlsx"), "--who", "乙"],
        "season_backup": ["season", "backup", season, str(root / "out.zip")],
        "season_issue": ["season", "issue", season, "--number", "〔2026〕1号", "--date", "2026-03-02", "--who", "甲"],
        "check": ["check", reports, "-q", "-j", "1", f"-ojson={root / 'out'}", "--ledger", str(root / "book.db"), "-f", "jsonl"],
        "dataset": ["dataset", reports, "-o", str(root / "out.xlsx"), "-q", "-j", "1"],
        "dataset_csv": ["dataset", reports, "-o", str(root / "out.csv"), "-q", "-j", "1"],
        "dataset_db": ["dataset", reports, "-o", str(root / "out.db"), "-q", "-j", "1"],
        "part": ["part", reports, "--shard", "1/1", "--parts", str(root / "parts"), "-q", "-j", "1"],
        "reduce": ["reduce", str(root / "parts"), f"-ojson={root / 'out'}", "-f", "jsonl", "-q", "-j", "1"],
        "reply_workbook": ["reply", str(root / "答复.docx"), "--workbook", str(root / "台账.xlsx"), "--ledger", str(root / "book.db")],
        "reply_season": ["reply", str(root / "答复.docx"), "--season", season],
        "season_first": ["check", reports, "--season", season, "-q", "-j", "1", "--today", TODAY],
        "season_again": ["check", reports, "--season", season, "-q", "-j", "1", "--today", TODAY],
    }[command]


def work(root: Path, command: str) -> Callable[[], object]:
    """The command in this process, as its program runs it; another exit code than that of a run without a fault is raised, with what
    was said."""
    if command == "desk":
        return lambda: at_the_desk(root)
    from auditor.cli import main

    def run() -> None:
        said = io.StringIO()
        code: object = 0
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO())):
            try:
                main(_run(root, command))
            except SystemExit as ended:
                code = ended.code or 0
        if code != (1 if command in ("check", "reduce", "season_first", "season_again") else 0):
            raise SystemExit(f"{code} {said.getvalue()[-600:]}")

    return run


def at_the_desk(root: Path) -> None:
    """What a person does at the desk, each a request; what was acknowledged is noted beside ``root``. A request refused ends it."""
    from auditor.cli import _heed_signals
    from auditor.desk.state import open_desk

    _heed_signals()
    season, notes = root / "season", root.parent / "acknowledged"
    desk = open_desk(season, rulebook(), "zh", "甲")
    desk.background.queue = lambda arguments: None  # type: ignore[method-assign]  # no process beside this one
    noted = (root / "key").read_text(encoding="utf-8")
    rows = sorted((row for row in office.findings(desk.store, TODAY) if row.parent is None and row.key != noted), key=lambda row: row.key)
    steps: list[tuple[str, str, bytes]] = [
        ("decide", "", json.dumps({"key": rows[0].key, "confirmation": "to_verify", "note": "在核"}).encode()),
        ("decide", "", json.dumps({"key": noted, "handling": "已转业务科"}).encode()),
        ("report", "补报.txt", "一份报告".encode()),
        ("reply", "答复.txt", "一份答复".encode()),
        ("settings", "", json.dumps({"year": "2024", "office": "某办", "confirm_first": False}).encode()),
        ("issue", "", json.dumps({"reports": [rows[0].report_key], "number": "〔2026〕#号", "date": "2026-03-02"}).encode()),
        ("roster", "名册.csv", "机关名称\n甲局\n乙局\n".encode()),
        ("keep-roster", "", b"{}"),
    ]
    for what, name, body in steps:
        done = notes.read_text(encoding="utf-8").split("\n") if notes.exists() else []
        if what in ("issue", "report", "reply") and f"{what} {name}" in done:
            continue
        status, said = _request(desk, what, name, body)
        if status != 200:
            raise SystemExit(f"{status} {said}")
        with notes.open("a", encoding="utf-8") as file:
            file.write(f"{what} {name}\n")


def _request(desk: Desk, what: str, name: str, body: bytes) -> tuple[int, str]:
    """One request to the desk: its status and what it answers. An exception that the desk does not answer is raised."""
    from starlette.requests import Request

    from auditor.desk import app

    given = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        return given.pop() if given else {"type": "http.disconnect"}

    uploaded = what in ("report", "reply", "roster")
    query = urlencode({"kind": what, "name": name}) if uploaded else ""
    scope = {"type": "http", "method": "POST", "path": "/", "headers": [], "query_string": query.encode(), "path_params": {"name": what}}
    answer = asyncio.run((app._upload if uploaded else app._act)(desk, Request(scope, receive)))
    return answer.status_code, bytes(answer.body).decode()


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
    for name in ("out", "out.xlsx", "out.docx", "out.html"):
        (root / name).write_bytes(OLD)
    agency = wrong_plan(0).agency
    (root / "名册.csv").write_text(f"机关名称,类型,上级\n某市人民政府,政府,\n{agency},部门,某市人民政府\n", encoding="utf-8")
    if command == "reduce":
        assert auditor("part", root / "reports", "--shard", "1/1", "--parts", root / "parts", "-q", "-j", "1").code in (0, 1)
    if _in_season(command):
        _own_files(root / "season")
    if command in _AT_WORK:
        told: list[str | Path] = ["--ledger", root / "book.db"] if command == "reply_workbook" else []
        ran = auditor("check", root / "reports", "--season", root / "season", "-q", "-j", "1", "--today", TODAY, *told)
        assert ran.code == 1, ran.err
        with office.open_season(root / "season", who="甲") as store:
            row = next(row for row in office.findings(store, TODAY) if row.parent is None and row.severity == "error")
            office.set_finding(store, row.number, confirmation="confirmed", note="已电话核实")
        book = root / "season" / "问题台账.xlsx"
        if command not in ("season_import", "desk"):
            book.write_bytes(filled(book.read_bytes(), row.key))
        letter = next((root / "season").rglob("整改通知书*.docx")).read_bytes()
        (root / "答复.docx").write_bytes(_answered(letter))
        (root / "台账.xlsx").write_bytes(filled(book.read_bytes(), row.key) if command == "season_import" else book.read_bytes())
        (root / "key").write_text(row.key, encoding="utf-8")
    if command == "season_again":
        plan = wrong_plan(0)
        _report(root / "reports", set_facts(plan, {"t4.review_total": int(plan.facts["t4.review_total"]) - 2}))


def _in_season(command: str) -> bool:
    return command.startswith(("season", "reply", "desk"))


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
    page = (root / "out.html").read_bytes()
    assert page == OLD or page.rstrip().endswith(b"</html>"), told
    if not _in_season(command):
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
    if command == "desk":
        _acknowledged(root, told)
        return
    if command == "season_import":
        assert _typed(root / "台账.xlsx"), told
        return
    if command == "season_issue":
        _issued(root, told)
    books = [root / "season" / "问题台账.xlsx", *(root / "season").rglob("问题台账*.xlsx"), root / "台账.xlsx"]
    assert entered or any(_typed(path) for path in books[:-1] if path.is_file()), told
    if command == "reply_workbook":
        assert _typed(root / "台账.xlsx"), told


def _acknowledged(root: Path, told: object) -> None:
    """What the desk said was done is in the season."""
    notes = root.parent / "acknowledged"
    done = notes.read_text(encoding="utf-8").split("\n") if notes.exists() else []
    with office.open_season(root / "season") as store:
        rows = office.findings(store, TODAY)
        assert "decide " not in done or "to_verify" in {row.confirmation for row in rows}, told
        assert done.count("decide ") < 2 or "已转业务科" in {row.handling for row in rows}, told
        assert "settings " not in done or office.settings(store).office == "某办", told
        assert "issue " not in done or len(office.notices(store)) == 1, told
        assert "keep-roster " not in done or (office.roster_file(store) or ("",))[0] == "名册.csv", told
    for what, place, name in (("report", "收到的报告", "补报.txt"), ("reply", "收到的答复", "答复.txt")):
        if f"{what} {name}" in done:
            assert (root / "season" / place / name).stat().st_size == len("一份报告".encode()), told
    _issued(root, told)


def _issued(root: Path, told: object) -> None:
    """A notice that counts as issued lies there as it was issued."""
    with office.open_season(root / "season") as store:
        for notice in office.notices(store):
            content = office.notice_content(store, notice.id)
            assert content, told
            path = root / "season" / notice.path
            assert not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() == notice.sha256, told


def _whole(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.testzip() is None


def _is_said(told: str) -> bool:
    """Whether a run that failed ended as the program ends runs, with some words, not with an exception."""
    return told.startswith("SystemExit: ") and bool(re.search(r"[\u4e00-\u9fff]{4}", told))


def _typed(path: Path) -> bool:
    book = openpyxl.load_workbook(path)
    cells = {cell.value for row in book["问题台账"].iter_rows() for cell in row}
    return {"王五", "已转业务科", "口头接到的另一个问题"} <= cells and book["会议纪要"]["A1"].value == "3月5日会议"


def _end(root: Path, command: str) -> Any:
    """What the command has made, without times: the same with and without a fault before it."""
    if command in ("check", "reduce"):
        return hashlib.sha256((root / "out").read_bytes()).hexdigest()
    if command in ("dataset_csv", "part"):
        made = sorted((*root.glob("out*.csv"), *root.glob("parts/*")))
        return [(path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in made]
    if command == "dataset_db":
        with contextlib.closing(sqlite3.connect(root / "out.db")) as database:
            return list(database.iterdump())
    if command == "season_backup":
        with zipfile.ZipFile(root / "out.zip") as package:
            return sorted(package.namelist())
    if command in ("brief", "compile"):
        made = [root / name for name in ("out.docx", "out.html", "out.xlsx")] if command == "brief" else sorted((root / "汇总").rglob("*"))
        return [(path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in made if path.is_file()]
    if command == "dataset":
        book = openpyxl.load_workbook(root / "out.xlsx")
        return [[cell.value for row in sheet.iter_rows() for cell in row] for sheet in book]
    if command == "reply_workbook":
        sheet = openpyxl.load_workbook(root / "台账.xlsx")["问题台账"]
        with sqlite3.connect(root / "book.db") as ledger:
            answers = sorted(ledger.execute("SELECT finding, answer FROM reply").fetchall())
        return [[cell.value for cell in row] for row in sheet.iter_rows()], answers
    return ending(SimpleNamespace(folder=root / "season"))  # type: ignore[arg-type]


class Case(NamedTuple):
    """A fault at one of ``steps`` steps, what the run said, and ``broken``: which promise it broke, empty where all were kept."""

    fault: Fault
    at: int
    steps: int
    told: str
    broken: str


def try_command(place: Path, command: str, points: int, seed: int = 1) -> Iterator[Case]:
    """Draw ``points`` steps and kinds of fault; after each look at what is left, then run the command again to its end and compare with
    a run without a fault."""
    start, tried = place / "start", place / "tried"
    prepare(start, command)

    def fresh() -> None:
        shutil.rmtree(tried, ignore_errors=True)
        (place / "acknowledged").unlink(missing_ok=True)
        shutil.copytree(start, tried)

    fresh()
    steps = count_points(tried, work(tried, command))
    assert steps > 3, command
    fresh()
    assert run_with_fault(tried, work(tried, command), "kill", 0) == (0, ""), command
    expected = _end(tried, command)
    after(tried, command, "no fault")
    cases: list[tuple[Fault, int]] = [(fault, at) for fault in FAULTS for at in range(1, steps + 1)]
    for fault, at in Random(seed).sample(cases, min(points, len(cases))):
        fresh()
        code, told = run_with_fault(tried, work(tried, command), fault, at)
        try:
            _hold(tried, command, (fault, code, told), expected)
        except AssertionError as error:
            yield Case(fault, at, steps, told, repr(error)[:3000])
        else:
            yield Case(fault, at, steps, told, "")


def _hold(tried: Path, command: str, ran: tuple[Fault, int, str], expected: object) -> None:
    """What must hold after a run with a fault, and after the next one. Raises AssertionError."""
    fault, code, told = ran
    assert code == KILLED or fault != "kill", code
    after(tried, command, ran)
    if code == 0:
        assert _end(tried, command) == expected, "said nothing"
    assert fault in _ASKED or code == 0 or (_is_said(told) and not _DEFECT.search(told)), ("not said in words", code, told)
    if fault != "kill":
        assert not [path for path in tried.rglob("*") if is_temporary(path.name)], told
    again = run_with_fault(tried, work(tried, command), "kill", 0)
    assert again[0] == 0, ("again", *again)
    after(tried, command, ran)
    assert not [path for path in tried.rglob("*") if is_temporary(path.name)], "left after the next run"
    ended = _end(tried, command)
    assert ended == expected, ("again", ended, expected)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commands", default=",".join(COMMANDS))
    parser.add_argument("--points", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    kept: Counter[tuple[str, str]] = Counter()
    broken = 0
    for command in given.commands.split(","):
        with tempfile.TemporaryDirectory() as place:
            for case in try_command(Path(place), command, given.points, given.seed):
                said = case.told.strip()[-160:].replace("\n", " ")
                print("BROKEN" if case.broken else "kept", command, case.fault, f"{case.at}/{case.steps}", said, case.broken, flush=True)
                kept[command, case.fault] += not case.broken
                broken += bool(case.broken)
    print("command".ljust(16), *(fault.rjust(10) for fault in FAULTS))
    for command in given.commands.split(","):
        print(command.ljust(16), *(str(kept[command, fault]).rjust(10) for fault in FAULTS))
    print(f"{kept.total()} points kept, {broken} broken")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
