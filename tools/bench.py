"""``make bench``: one table of how fast reports are read and checked, beside the plain libraries, in one run.

``python -m tools.bench [FOLDER…]`` measures the PDF, DOCX and HTML files found there (default: ``sample_reports``) in processor time. Every
engine is warmed up once; the figure is the best of several rounds, in turns, so that a busy machine disturbs all alike. Only two workers
against one are measured by the clock, which says little on a busy machine; the row below it does not depend on neighbours.
"""

from __future__ import annotations

import ctypes
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import docx
import lxml.html
import pdfplumber
import pypdfium2
import pypdfium2.raw as pdfium

from auditor.check.narrative.publisher import publisher_of
from auditor.check.narrative.reader import read_statements
from auditor.model.report import Passage, Report
from auditor.model.rulebook import Rulebook
from auditor.model.settings import Settings
from auditor.model.source import Location
from auditor.pipeline import audit_file, check_report, extract_file
from auditor.rulebook import load_rulebook
from tools import bench_season
from tools.season_files import write_season

Work = Callable[[Path], object]
ROUNDS = 5
_TEXT = "sample_reports/03_clean_centre_2020.txt"
_REPORTS = 120


def best_seconds(works: Sequence[Work], files: Sequence[Path]) -> list[float]:
    """Least processor time of each work over all files, in seconds, measured in turns."""
    times = [float("inf")] * len(works)
    for turn in range(ROUNDS + 1):
        for index, work in enumerate(works):
            if work is table_cell and turn > 1:  # by far the slowest, and no close race
                continue
            start = time.process_time()
            for path in files:
                work(path)
            if turn:
                times[index] = min(times[index], time.process_time() - start)
    return times


def plumber_tables(path: Path) -> object:
    with pdfplumber.open(path) as document:
        return [page.extract_tables() for page in document.pages]


def bare_pdfium(path: Path) -> object:
    """Every character with its box and every path object: the least any reader on this engine must do."""
    count = 0
    document = pypdfium2.PdfDocument(path)
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    for page in document:
        text = page.get_textpage()
        for index in range(text.count_chars()):
            pdfium.FPDFText_GetUnicode(text.raw, index)
            pdfium.FPDFText_GetCharBox(text.raw, index, left, right, bottom, top)
            count += 1
        for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH]):
            item.get_bounds()
            count += 1
        text.close()
        page.close()
    document.close()
    return count


def row_cells(path: Path) -> object:
    return [[cell.text for cell in row.cells] for table in docx.Document(str(path)).tables for row in table.rows]


def table_cell(path: Path) -> object:
    return [
        [table.cell(row, column).text for column in range(len(table.columns))]
        for table in docx.Document(str(path)).tables
        for row in range(len(table.rows))
    ]


def html_cells(path: Path) -> object:
    tree = lxml.html.parse(str(path))
    return [cell.text_content() for cell in tree.iter("td", "th")]


@contextmanager
def by_text_alone() -> Iterator[None]:
    """PDF read without holding it against what is displayed: no colours, clips, covers, struck-out text, notes, and no page looked at."""
    from auditor.read.pdf import characters, fragment, objects, pdfium

    def dark(_item: object, *, stroke: bool) -> tuple[float, float]:
        return 0.0, 1.0

    with ExitStack() as stack:
        for owner, name, stand_in in (
            (objects, "_colour", dark),
            (objects.Objects, "_judge_clip", lambda *_: None),
            (objects.Objects, "_judge_light", lambda *_: None),
            (objects.Objects, "must_look", lambda *_: False),
            (characters.Characters, "_uncovered", lambda _self, _textpage, chars: chars),
            (pdfium, "displayed", lambda page: page),
            (pdfium, "_notes", lambda *_: (set(), set())),
            (fragment._Look, "_is_part_drawn", lambda *_: False),
            (pdfium, "drawn_into", lambda *_: False),
        ):
            stack.enter_context(mock.patch.object(owner, name, stand_in))
        yield


class Figure(NamedTuple):
    """A row of the table. ``goal`` is the best or the least that is asked for; ``more`` tells which."""

    name: str
    value: float
    goal: float
    more: bool
    unit: str = "×"

    @property
    def met(self) -> bool:
        """Whether the goal is met."""
        return self.value >= self.goal if self.more else self.value <= self.goal

    def row(self) -> str:
        """As a row of the table."""
        goal = f"{'≥' if self.more else '≤'} {self.goal:g} {self.unit}"
        return f"| {self.name} | {self.value:.3g} {self.unit} | {goal} | {'met' if self.met else '**missed**'} |"


HEAD = "| what | measured | goal | |\n| --- | ---: | ---: | --- |"


def children_seconds(*command: object) -> float:
    """Processor time of a program and of all that it started, in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", *map(str, command)], capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def cold(*arguments: object) -> float:
    """The least processor time of the program, started anew ten times."""
    return min(children_seconds("auditor", *arguments) for _ in range(10))


def workers() -> list[Figure]:
    """Two workers against one over generated reports: by the clock, and what the processor time of parent and workers allows."""
    with tempfile.TemporaryDirectory() as folder:
        reports, out = Path(folder) / "reports", Path(folder) / "out"
        write_season(_REPORTS, reports)
        one, two = [], []
        for _ in range(2):
            one.append(bench_season.check(reports, out, 1, None))
            two.append(bench_season.check(reports, out, 2, None))
        alone = min(one, key=lambda run: run.cpu)
        pair = min(two, key=lambda run: run.cpu)
        clock = min(run.seconds for run in one) / min(run.seconds for run in two)
    name = f"two workers ÷ one, {_REPORTS} reports"
    allowed = alone.cpu / max(pair.cpu / 2, pair.parent)
    return [
        Figure(f"{name}, by the clock", clock, 1.9, True),
        Figure(f"{name}, as processor time allows on two cores", allowed, 1.9, True),
    ]


def prose_seconds(reports: Sequence[Report], rulebook: Rulebook) -> tuple[float, float]:
    """Processor time for all reports: reading the prose into statements, and checking the tables without the rules on prose."""
    prose, tables = [], []
    settings = Settings(ignore=("C",))
    for turn in range(ROUNDS + 1):
        start = time.process_time()
        for report in reports:
            read_statements.__wrapped__(report.passages, rulebook.narrative, publisher_of(report))
        middle = time.process_time()
        for report in reports:
            check_report(report, rulebook, settings)
        if turn:
            prose.append(middle - start)
            tables.append(time.process_time() - middle)
    return min(prose), min(tables)


def paragraph_seconds(rulebook: Rulebook) -> float:
    """The processor time of the statements of a paragraph of 1 MB."""
    sentence = (
        "全年收到政府信息公开申请240件，其中自然人208件、法人或其他组织32件；办结236件，予以公开120件，占50.85%。"
        "持续推进决策、执行、管理、服务和结果公开，严格落实审核制度，保障群众的知情权、参与权和监督权。"
    )
    text = sentence * (1_000_000 // len(sentence.encode()))
    start = time.process_time()
    read_statements.__wrapped__((Passage(index=0, section=None, text=text, location=Location()),), rulebook.narrative, None)
    return time.process_time() - start


def figures(folders: Sequence[Path]) -> Iterator[Figure]:
    """All rows of the table, in order."""
    files = {kind: [path for folder in folders for path in sorted(folder.rglob(f"*.{kind}"))] for kind in ("pdf", "docx", "html")}
    rulebook = load_rulebook()

    def extract(path: Path) -> object:
        return extract_file(path, rulebook)

    def audit(path: Path) -> object:
        return audit_file(path, rulebook, Settings())

    def extract_text(path: Path) -> object:
        with by_text_alone():
            return extract_file(path, rulebook, "text-layer")

    if files["pdf"]:
        ours, text, plain, bare = best_seconds([extract, extract_text, plumber_tables, bare_pdfium], files["pdf"])
        yield Figure("PDF: pdfplumber.extract_tables ÷ extract", plain / ours, 8, True)
        yield Figure("PDF: extract ÷ bare pdfium pass (characters with boxes, paths)", ours / bare, 2, False)
        yield Figure("PDF: what is displayed (ink, clips, covers) on top of the text alone", 100 * (ours / text - 1), 25, False, "%")
    if files["docx"]:
        ours, whole, rows, cells = best_seconds([extract, audit, row_cells, table_cell], files["docx"])
        yield Figure("DOCX: python-docx row.cells ÷ extract", rows / ours, 5, True)
        yield Figure("DOCX: python-docx table.cell() ÷ extract", cells / ours, 100, True)
        yield Figure("DOCX: whole check ÷ python-docx row.cells", whole / rows, 1, False)
    if files["html"]:
        ours, bare = best_seconds([extract, html_cells], files["html"])
        yield Figure("HTML: extract ÷ lxml parse with naive cells", ours / bare, 6, False)
    every = [report for kind in ("docx", "html", "pdf") for path in files[kind] if (report := extract_file(path, rulebook)).passages]
    if every:
        prose, tables = prose_seconds(every, rulebook)
        yield Figure("statements of the prose ÷ checks of the tables", prose / tables, 1, False)
        yield Figure("one paragraph of 1 MB", paragraph_seconds(rulebook), 2, False, "s")
    yield Figure("cold check of one text file, all processes", cold("check", _TEXT), 0.45, False, "s")
    yield Figure("auditor --help, all processes", cold("--help"), 0.3, False, "s")
    yield from workers()


def main(arguments: Sequence[str]) -> None:
    print(HEAD)
    found = []
    for figure in figures([Path(argument) for argument in arguments] or [Path("sample_reports")]):
        found.append(figure)
        print(figure.row(), flush=True)
    print(f"\n{sum(figure.met for figure in found)} of {len(found)} goals are met.")


if __name__ == "__main__":
    main(sys.argv[1:])
