"""``make bench``: how fast reports are read, beside the plain libraries, in one run on one core.

``python -m tools.bench [FOLDER…]`` measures the PDF, DOCX and HTML files found there (default: ``sample_reports``). Every engine is
warmed up once; the figure is the best of several rounds, in turns, so that a busy machine disturbs all alike.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
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

Work = Callable[[Path], object]
ROUNDS = 5


def best_seconds(works: Sequence[Work], files: Sequence[Path]) -> list[float]:
    """Best time of each work over all files, in seconds, measured in turns."""
    times = [float("inf")] * len(works)
    for turn in range(ROUNDS + 1):
        for index, work in enumerate(works):
            start = time.perf_counter()
            for path in files:
                work(path)
            if turn:
                times[index] = min(times[index], time.perf_counter() - start)
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
    from auditor.read.pdf import characters, objects, pdfium

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
            (pdfium, "notes_of", lambda *_: set()),
            (pdfium, "drawn_into", lambda *_: False),
        ):
            stack.enter_context(mock.patch.object(owner, name, stand_in))
        yield


def help_seconds() -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "auditor", "--help"], capture_output=True, check=True)
        times.append(time.perf_counter() - start)
    return min(times)


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


def paragraph_seconds(rulebook: Rulebook) -> tuple[int, float]:
    """A paragraph of 1 MB and the processor time of its statements."""
    sentence = (
        "全年收到政府信息公开申请240件，其中自然人208件、法人或其他组织32件；办结236件，予以公开120件，占50.85%。"
        "持续推进决策、执行、管理、服务和结果公开，严格落实审核制度，保障群众的知情权、参与权和监督权。"
    )
    text = sentence * (1_000_000 // len(sentence.encode()))
    start = time.process_time()
    read_statements.__wrapped__((Passage(index=0, section=None, text=text, location=Location()),), rulebook.narrative, None)
    return len(text.encode()), time.process_time() - start


def main(arguments: Sequence[str]) -> None:
    folders = [Path(argument) for argument in arguments] or [Path("sample_reports")]
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
        pages = sum(len(pypdfium2.PdfDocument(path)) for path in files["pdf"])
        ours, text, plain, bare = best_seconds([extract, extract_text, plumber_tables, bare_pdfium], files["pdf"])
        print(f"PDF, {len(files['pdf'])} files, {pages} pages")
        print(f"  auditor extract            {pages / ours:8.1f} pages/s")
        print(f"  … by its text alone        {pages / text:8.1f} pages/s   what is displayed costs {ours / text - 1:.0%} (goal 25 %)")
        print(f"  pdfplumber.extract_tables  {pages / plain:8.1f} pages/s   ours is {plain / ours:.1f} times as fast (goal 8)")
        print(f"  pypdfium2 chars and paths  {pages / bare:8.1f} pages/s   ours takes {ours / bare:.2f} times as long (goal 2.5)")
    if files["docx"]:
        number = len(files["docx"])
        ours, whole, rows, cells = best_seconds([extract, audit, row_cells, table_cell], files["docx"])
        print(f"DOCX, {number} files")
        print(f"  auditor extract            {number / ours:8.1f} reports/s")
        print(f"  auditor check              {number / whole:8.1f} reports/s   takes {whole / rows:.2f} times row.cells (goal 1)")
        print(f"  python-docx row.cells      {number / rows:8.1f} reports/s   ours is {rows / ours:.1f} times as fast (goal 4)")
        print(f"  python-docx table.cell()   {number / cells:8.1f} reports/s   ours is {cells / ours:.0f} times as fast (goal 100)")
    if files["html"]:
        number = len(files["html"])
        ours, bare = best_seconds([extract, html_cells], files["html"])
        print(f"HTML, {number} files")
        print(f"  auditor extract            {number / ours:8.1f} reports/s")
        print(f"  lxml.html, naive cells     {number / bare:8.1f} reports/s   ours takes {ours / bare:.2f} times as long (goal 3)")
    every = [report for kind in ("docx", "html", "pdf") for path in files[kind] if (report := extract_file(path, rulebook)).passages]
    if every:
        prose, tables = prose_seconds(every, rulebook)
        print(f"Prose, {len(every)} reports (processor time)")
        print(f"  statements                 {1000 * prose / len(every):8.1f} ms/report")
        print(f"  checks of the tables       {1000 * tables / len(every):8.1f} ms/report   prose takes {prose / tables:.2f} times (goal 1)")
        size, seconds = paragraph_seconds(rulebook)
        print(f"  one paragraph of {size / 1e6:.1f} MB  {seconds:9.2f} s           (goal 2)")
    print(f"auditor --help               {help_seconds():8.3f} s           (goal 0.3)")


if __name__ == "__main__":
    main(sys.argv[1:])
