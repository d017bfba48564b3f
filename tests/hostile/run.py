"""Hostile names and texts through every command and output: ``python -m tests.hostile.run FOLDER`` (long; Linux).

Each command runs on a terminal of its own (pty), with and without colours. Every file it writes is looked through (``tests.hostile.look``),
every page opened in Chromium, every Word file and workbook turned into a PDF by LibreOffice. Prints one line for each fault and ends with
the number of things looked at.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import docx

from auditor import office
from auditor.cli.options import FILE_FORMATS
from auditor.read.html.page import parse_page
from auditor.render.marked.html import mark_html
from tests.browser.chromium import PROGRAM as CHROMIUM
from tests.hostile.active import WAYS, addressed, listening, page
from tests.hostile.look import faults_of, terminal_faults
from tests.hostile.memory import from_memory
from tests.hostile.names import HOST, HOSTILE, file_name, make_documents, make_reports, make_roster
from tests.hostile.opened import faults_of_flat, flat, printed
from tests.lab.compose import to_text
from tests.support.season import wrong_plan
from tests.support.soffice import PROGRAM as SOFFICE

Arguments = Sequence[str | Path]
_HERE = ("file:", "http://127.0.0.1", "data:", "blob:")
"""Addresses of the pages that are looked at."""
_OWN = frozenset({"标注件.html", "标注件.docx", "标注件.pdf"})
"""Copies of the agency's own file: its characters stay."""


def on_a_terminal(arguments: Arguments, *, colours: bool = False, folder: Path | None = None) -> tuple[int, str]:
    """What the command shows on a terminal of 100 columns, both streams, and its exit code."""
    import pty  # not on Windows

    leader, follower = pty.openpty()
    env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "PYTHONUTF8": "1"}
    env.pop("NO_COLOR", None)
    if not colours:
        env["NO_COLOR"] = "1"
    process = subprocess.Popen(
        [sys.executable, "-m", "auditor", *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=follower,
        env=env,
        cwd=folder,
    )
    os.close(follower)
    shown = b""
    with contextlib.suppress(OSError):
        while piece := os.read(leader, 1 << 16):
            shown += piece
    os.close(leader)
    return process.wait(), shown.decode("utf-8", "replace")


class Looked:
    """Faults found and things looked at."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []

    def fault(self, where: str, what: str) -> None:
        self.faults.append(f"{where}: {what}")
        print("FAULT", where, what[:600], flush=True)

    def command(self, arguments: Arguments, codes: Sequence[int] = (0, 1, 4), *, colours: bool = False) -> str:
        code, shown = on_a_terminal(arguments, colours=colours)
        name = " ".join(str(part) for part in arguments[:2])[:80]
        self.counts["commands"] += 1
        if code not in codes:
            self.fault(name, f"exit code {code}: {shown.split(chr(13))[-1][-400:]} … {shown[-100:]}")
        if colours:  # our own colours are there; none of the texts may be as it was
            for text in (text for text in HOSTILE if terminal_faults(text)):
                if text.strip() in shown:
                    self.fault(name, f"{text!r} raw on the terminal")
        else:
            for found in terminal_faults(shown):
                self.fault(name, found)
        return shown

    def files(self, folder: Path) -> None:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            if path.name in _OWN:
                continue
            self.counts["files"] += 1
            try:
                found = faults_of(path)
            except Exception as error:
                found = [f"cannot be looked into: {error!r}"]
            for fault in found[:6]:
                self.fault(str(path.relative_to(folder)), fault)

    def in_libreoffice(self, folder: Path, place: Path) -> None:
        """Every Word file, workbook and CSV file opened; what LibreOffice has in memory then is looked through. Marked copies are printed only."""
        if SOFFICE is None:
            print("no LibreOffice here")
            return
        known = place / "known.csv"
        known.write_text('=1+1,"=WEBSERVICE(""http://127.0.0.1/"")"\n', encoding="utf-8")
        papers = sorted(path for path in folder.rglob("*") if path.suffix in (".docx", ".xlsx", ".csv") and not path.name.startswith("~"))
        opened = flat([known, *papers], place)
        if len(list(faults_of_flat(opened.get(known, "")))) != 2:
            self.fault("known.csv", "a formula in a CSV file is not seen")
        for path in papers:
            self.counts["opened in LibreOffice"] += 1
            name = str(path.relative_to(folder))
            if path not in opened:
                self.fault(name, "LibreOffice does not open it")
            elif path.name not in _OWN:
                for found in list(faults_of_flat(opened[path]))[:4]:
                    self.fault(name, f"in LibreOffice: {found}")
        for path in printed([path for path in papers if path.suffix != ".csv"], place):
            self.fault(str(path.relative_to(folder)), "LibreOffice does not print it")


@contextlib.contextmanager
def watched() -> Iterator[tuple[Any, list[str]]]:
    """A browser window; dialogs and requests to other places are noted."""
    from playwright import sync_api

    from tests.browser.desk_driver import ARGUMENTS

    with sync_api.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS, timeout=180_000)
        tab = chromium.new_context(locale="zh-CN").new_page()
        tab.set_default_timeout(180_000)  # a browser beside other work
        seen: list[str] = []

        def dismissed(dialog: Any) -> None:
            seen.append(f"dialog {dialog.message}")
            dialog.dismiss()

        tab.on("dialog", dismissed)
        tab.on(
            "request",
            lambda asked: seen.append(asked.url) if urlsplit(asked.url).netloc == HOST or not asked.url.startswith(_HERE) else None,
        )
        yield tab, seen
        chromium.close()


def pages(look: Looked, folder: Path) -> None:
    """Every page in Chromium: nothing of the texts runs, nothing is asked for; the static page in all its views."""
    with watched() as (tab, seen):
        for path in sorted(folder.rglob("*.html")):
            name = str(path.relative_to(folder))
            tab.goto(path.as_uri())
            look.counts["pages in Chromium"] += 1
            views = tab.evaluate("typeof auditor === 'object' && !!auditor.select")
            for view in ("overview", "findings", "agencies", "heat", *(f"agency-{number}" for number in range(50))) if views else ("",):
                if view:
                    tab.evaluate(f"auditor.select('{view}')")
                    look.counts["views"] += 1
                if not tab.evaluate("window.__ran === undefined"):
                    look.fault(name, f"something ran in view {view!r}")
                if (
                    view
                    and tab.locator(
                        "main svg script, main iframe, main script, main base, main style, main [onerror], main [onload]"
                    ).count()
                ):
                    look.fault(name, f"markup in view {view!r}")
        for asked in seen:
            look.fault("pages", f"asked for {asked[:200]}")


def marked(look: Looked, place: Path) -> None:
    """Every known way of a page to run or fetch something, in its marked copy in Chromium; and as it was, to know that it would be seen."""
    place.mkdir(exist_ok=True)
    seen_in_the_original = 0
    with listening() as (port, asked), watched() as (tab, _):
        copies, originals = [], []
        for head, body in WAYS:
            data = addressed(page(head, body), port).encode()
            copies.append(mark_html(parse_page(data)[0], [], "审核标注", "去掉 [count] 处")[0])
            originals.append(addressed(f"<!DOCTYPE html>{head}<body>{body}", port).encode())
        for name, contents in (("copy", copies), ("original", originals)):  # all copies first: a slow original may ask late
            for number, ((head, body), content) in enumerate(zip(WAYS, contents, strict=True)):
                file = place / f"{number:03} {name}.html"
                file.write_bytes(content)
                before = len(asked)
                window = tab.context.new_page()
                window.goto(file.as_uri(), wait_until="commit")
                window.wait_for_timeout(250)
                with contextlib.suppress(Exception):  # it has left
                    if not window.url.startswith("file:") or window.evaluate("window.__ran !== undefined"):
                        asked.append("it ran")
                window.close()
                if name == "original":
                    seen_in_the_original += len(asked) > before
                else:
                    look.counts["marked copies with active pages"] += 1
                    for found in asked[before:]:
                        look.fault(f"marked copy of {head}{body}", found)
    look.counts["originals seen to run or ask"] = seen_in_the_original
    if seen_in_the_original < 40:
        look.fault("originals", f"only {seen_in_the_original} were seen to run or ask")


def desk(look: Looked, season: Path) -> None:
    """Every page of the desk over the season."""
    from auditor.desk.snapshot import address_of
    from auditor.office.rounds import CORPUS
    from tests.browser.desk_driver import opened

    with office.open_season(season, read_only=True) as store:
        reports: dict[str, str] = {}
        for row in office.findings(store):
            if row.report_key != CORPUS:
                reports.setdefault(row.report_key, row.key)
    names = ["", "files", "findings", "agencies", "documents", "replies", "configuration", "overview?view=rules", "overview?view=log"]
    names += [
        item
        for report, key in reports.items()
        for item in (f"finding/{key}", f"agency/{address_of(report)}", f"cells/{address_of(report)}?all=1")
    ]
    with watched() as (tab, seen), opened(season) as (address, _):
        tab.goto(address)
        base = address.partition("?")[0]
        for name in names:
            answer = tab.goto(base + name)
            without = name.startswith("cells/")  # an agency without a report that was read has no cells
            if answer is None or answer.status not in ((200, 404) if without else (200,)):
                look.fault(f"desk {name}", f"answered {answer and answer.status}")
            look.counts["desk pages in Chromium"] += 1
            if not tab.evaluate("window.__ran === undefined"):
                look.fault(f"desk {name}", "something ran")
            if not tab.evaluate("document.body.innerText").strip():
                look.fault(f"desk {name}", "empty")
        for asked in seen:
            look.fault("desk", f"asked for {asked[:200]}")


def answered(folder: Path, letters: Sequence[Path]) -> list[Path]:
    """Notices as agencies return them, a text in each reply."""
    made = []
    for number, path in enumerate(letters):
        document = docx.Document(str(path))
        for table in document.tables:
            heads = [cell.text for cell in table.rows[0].cells]
            column = next((place for place, head in enumerate(heads) if "答复" in head), None)
            if column is not None:
                for row in table.rows[1:]:
                    text = HOSTILE[number % len(HOSTILE)]
                    row.cells[column].text = "".join(char for char in text if char >= " " and char not in "\ufffe\uffff\x7f")
        made.append(folder / f"{number}{HOSTILE[-1 - number % len(HOSTILE)].replace('/', '')[:40]}.docx")
        document.save(str(made[-1]))
    return made


def everything(look: Looked, root: Path, every: int) -> None:
    """Every command over the texts; what it writes lies in ``root / 'out'``. ``every``: Word files, pages and workbooks for each so-manieth."""
    out = root / "out"
    make_reports(root / "reports")
    make_documents(root / "documents", HOSTILE[::every])
    csv_roster, roster = make_roster(root)
    strange = HOSTILE[32]
    wanted = [f"-o{name}={out / ('check.' + name)}" for name in FILE_FORMATS]
    reports, documents = root / "reports", root / "documents"
    both = [reports, documents]
    office_: list[str | Path] = [
        "--office",
        HOSTILE[0] + HOSTILE[30],
        "--deadline",
        HOSTILE[21] + strange,
        "--number",
        HOSTILE[22],
        "--contact",
        HOSTILE[34],
    ]
    book: list[str | Path] = ["--ledger", root / "book.db"]
    season = out / "season"
    look.command(["check", *both, *wanted, "--season", season, "--roster", csv_roster, *office_, *book])
    look.command(["check", *both, "--roster", roster, *book, "--previous", documents], colours=True)
    for name in ("console", "json", "jsonl", "csv"):
        look.command(["check", reports, "-f", name, *book, "--show-passed"])
        look.command(["extract", documents, "-f", name])
    look.command(["extract", reports], colours=True)
    for ending in ("xlsx", "csv", "db", "parquet"):
        look.command(["dataset", *both, "-o", out / f"data.{ending}", "--roster", csv_roster, *book])
    for name in ("console", "csv", "json"):
        look.command(["sample", documents, "-f", name])
    draft = next(path for path in documents.iterdir() if path.suffix == ".docx")
    look.command(["compile", reports, "--roster", csv_roster, "--year", "2024", "-o", out / "compiled", "--draft", draft])
    diff = [f"-o{name}={out / ('diff.' + name)}" for name in ("html", "xlsx", "json")]
    look.command(["diff", out / "check.json", documents, *diff])
    look.command(["diff", documents, out / "check.json"], colours=True)
    look.command(["template", "--year", "2025", "--previous", draft, "-o", out / "template.docx", "-o", out / "template.xlsx"], (0, 2))
    receipts = root / "receipts"
    receipts.mkdir()
    for number, path in enumerate(sorted(documents.iterdir())[:5]):
        explained = root / f"{number}.csv"
        explained.write_text(f'T3-01,"{HOSTILE[number * 8]}"\nT4-01,"=1+1"\n', encoding="utf-8")
        look.command(["check", path, "--receipt", receipts / f"{number}.json", "--explain", explained])
    wanted = [f"-o{name}={out / ('receipts.' + name)}" for name in FILE_FORMATS]
    look.command(["check", documents, "--receipts", receipts, *wanted, *book])
    look.command(["part", documents, "--shard", "1/1", "--parts", root / "parts"])
    look.command(["reduce", root / "parts", f"-ojson={out / 'reduce.json'}", f"-ohtml={out / 'reduce.html'}"])
    for what in ("runs", "agencies", "findings", "facts", "problems", "publications", "waivers", "replies"):
        for name in ("text", "csv", "jsonl"):
            look.command(["ledger", root / "book.db", what, "-f", name])
    look.command(["check", root / HOSTILE[30].replace("/", "")], (2, 3))
    look.command([HOSTILE[30]], (2,))
    look.command(["check", root, "--config", root / strange.replace("/", "")], (2,))
    look.command(["explain", HOSTILE[31]], (2,))


def named(look: Looked, root: Path) -> None:
    """What is said of agencies of such names, and the commands of a season over them."""
    out = root / "out"
    from_memory(out)
    _, roster = make_roster(root)
    look.counts["agencies named so"] += len(HOSTILE)
    season, json_ = out / "named", out / "memory.json"
    brief = [part for ending in ("docx", "html", "xlsx") for part in ("-o", out / f"brief.{ending}")]
    look.command(["brief", season, *brief, "--roster", roster, "--office", HOSTILE[0] + HOSTILE[32]])
    look.command(["dataset", season, "-o", out / "named.xlsx"])
    look.command(["dataset", season, "-o", out / "named.csv"])
    look.command(["diff", season, json_])
    look.command(["diff", json_, season], colours=True)
    in_season(look, root, season)


def in_season(look: Looked, root: Path, season: Path) -> None:
    """What an office does in a season, with such texts in what it types and in what agencies answer."""
    told = HOSTILE[0] + HOSTILE[30] + HOSTILE[34]
    with office.open_season(season) as store:
        numbers = [str(row.number) for row in office.findings(store) if row.parent is None and row.counts][:4]
        agencies = [row.agency for row in office.agencies(store)][:3]
    look.command(["season", "set", season, "--office", told, "--deadline", HOSTILE[21], "--contact", HOSTILE[24], "--who", told])
    look.command(
        ["season", "confirm", season, *numbers[:2], "--note", told, "--status", HOSTILE[21], "--deadline", HOSTILE[30], "--who", told],
        (0, 2),
    )
    look.command(["season", "waive", season, numbers[3], "--reason", told, "--until", "2099-01-01", "--who", told])
    look.command(["season", "issue", season, "--number", HOSTILE[21] + told, "--date", "2026-03-01", "--who", told], (0, 2))
    folder = root / "answers"
    folder.mkdir()
    letters = sorted(path for path in season.rglob("整改通知书*.docx"))
    look.command(["reply", *answered(folder, letters), "--season", season], (0, 1, 2, 4))
    look.command(["reply", folder, "-f", "json"], (0, 1, 2, 4))
    look.command(["reply", folder, "--workbook", season / "问题台账.xlsx"], (0, 1, 2, 4))
    look.command(["season", "withdraw", season, agencies[-1], "--reason", told], (0, 2))
    report = root / file_name(HOSTILE[30], 0)
    report.write_bytes(to_text(wrong_plan(0)))
    look.command(["season", "add", season, report], (0, 2))
    look.command(["season", "import", season], (0, 2))
    look.command(["season", "write", season])
    for what in ("todo", "findings", "agencies", "versions", "notices", "replies", "left", "rounds", "readings", "log", "settings"):
        for name in ("text", "json"):
            look.command(["season", "show", season, what, "-f", name])
    look.command(["season", "backup", season, root / "backup.zip"])


def _look_at(look: Looked, steps: Sequence[str], root: Path, every: int) -> None:
    if "named" in steps:
        named(look, root)
    if "make" in steps:
        everything(look, root, every)
    if "files" in steps:
        look.files(root / "out")
    if "pages" in steps:
        pages(look, root / "out")
    if "marked" in steps:
        marked(look, root / "active")
    if "desk" in steps:
        desk(look, root / "out" / "named")
    if "libreoffice" in steps:
        look.in_libreoffice(root / "out", root)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a new folder for everything that is made")
    parser.add_argument(
        "--only",
        default="named,make,files,pages,marked,desk,libreoffice",
        help="steps, parted by commas; all but the first two look at what these made",
    )
    parser.add_argument("--every", type=int, default=3, help="Word files, pages and workbooks are made for each so-manieth text")
    given = parser.parse_args()
    look = Looked()
    steps, root = given.only.split(","), given.folder.resolve()
    (root / "out").mkdir(parents=True, exist_ok=True)
    with listening(int(HOST.partition(":")[2])) as (_, asked):
        _look_at(look, steps, root, given.every)
    for line in asked:
        look.fault("the listener", line)
    for name, count in sorted(look.counts.items()):
        print(f"{name:24} {count}")
    print(f"{len(look.faults)} faults")
    return 1 if look.faults else 0


if __name__ == "__main__":
    sys.exit(main())
