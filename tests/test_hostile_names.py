"""Some fifty hostile texts as names of agencies, files and members, in cells and sentences: nothing of them runs on the page or the desk in
Chromium, no cell of a workbook is a formula, and JSON stays JSON. Every command and LibreOffice: `make hostile` (``tests.hostile.run``)."""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path

import pytest

from auditor.cli.options import FILE_FORMATS
from auditor.render.csv import safe_cell
from tests.browser.chromium import PROGRAM as CHROMIUM
from tests.cli.running import auditor
from tests.hostile.look import COMMANDS, faults_of, terminal_faults
from tests.hostile.memory import from_memory
from tests.hostile.names import HOSTILE, file_name, make_reports
from tests.hostile.opened import faults_of_flat, flat
from tests.hostile.run import on_a_terminal, watched
from tests.lab.compose import to_text
from tests.support.season import wrong_plan
from tests.support.soffice import needs_office

_AGENCY = 12
"""Reports made: text i names the agency of one; files, cells and sentences take the others."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports and everything one run writes about them."""
    root = tmp_path_factory.mktemp("hostile")
    make_reports(root / "reports")
    wanted = [f"-o{name}={root / ('out.' + name)}" for name in FILE_FORMATS]
    ran = auditor("check", root / "reports", *wanted, "--season", root / "season", "--ledger", root / "book.db", "-q")
    assert ran.code in (1, 4), ran.err
    assert not COMMANDS.search(ran.out + ran.err)
    auditor("dataset", root / "reports", "-o", root / "data.xlsx", "-q")
    return root


def test_json_is_json(made: Path) -> None:
    json.loads((made / "out.json").read_bytes())


@pytest.mark.parametrize("name", ["out.json", "out.jsonl", "out.csv", "out.sarif", "out.junit"])
def test_no_text_output_holds_a_command_for_what_shows_it(made: Path, name: str) -> None:
    text = (made / name).read_text(encoding="utf-8-sig")
    assert re.findall("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", text) == []


def test_nothing_written_holds_a_formula_a_link_or_a_command(made: Path) -> None:
    """In the workbooks, letters, circular and page of a run and its season, and the data set."""
    kinds = (".docx", ".xlsx", ".html", ".csv")
    written = [path for path in made.rglob("*") if path.suffix in kinds and "标注件" not in path.name and "reports" not in path.parts]
    letters = sorted(path for path in written if path.name == "整改通知书.docx")
    assert len(letters) > 30
    for path in [path for path in written if path not in letters[6:]]:
        assert faults_of(path) == [], path


def test_nor_do_outputs_about_agencies_of_such_names(tmp_path: Path) -> None:
    """All kinds of outputs of a run, brief, compilation and season; all names by `make hostile`."""
    from_memory(tmp_path, [HOSTILE[number] for number in (1, 22, 32, 33, 34, 37, 41)])
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".db"]
    assert len(written) > 25
    assert {path.name: found for path in written if (found := faults_of(path))} == {}


@pytest.mark.office
@needs_office
def test_no_cell_of_a_csv_file_is_a_formula_in_libreoffice(tmp_path: Path) -> None:
    """All that writes CSV writes its cells so; formulas count, and known ones are seen. All papers and files by `make hostile`."""
    known, safe = tmp_path / "known.csv", tmp_path / "safe.csv"
    known.write_text('=1+1,"=WEBSERVICE(""http://127.0.0.1/"")"\n', encoding="utf-8")
    with safe.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([safe_cell(text), safe_cell(f"\n{text}"), safe_cell(f" {text}")] for text in HOSTILE)
    opened = flat([known, safe], tmp_path)
    assert len(list(faults_of_flat(opened[known]))) == 2
    assert list(faults_of_flat(opened[safe])) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no terminals of this kind")
def test_nothing_of_a_name_steers_a_terminal(tmp_path: Path) -> None:
    """Progress, findings and errors of a run over such names, on a terminal of its own. All commands by `make hostile`."""
    for number, text in enumerate((HOSTILE[30], HOSTILE[32] + HOSTILE[34], HOSTILE[33])):
        content = to_text(wrong_plan(number)) if number else b"\x1b[31m"
        (tmp_path / file_name(text, number)).write_bytes(content)
    code, shown = on_a_terminal(["check", tmp_path, "-j", "1"])
    assert code in (1, 4), shown
    assert "\\x1b" in shown, "the names were printed"
    assert terminal_faults(shown) == []


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
def test_nothing_runs_on_the_page_and_the_desk(made: Path) -> None:
    from auditor import office
    from tests.browser.desk_driver import opened

    with office.open_season(made / "season") as store:
        rows = office.findings(store)
    with watched() as (tab, seen):
        for file in (made / "out.html", made / "season" / "index.html"):
            tab.goto(file.as_uri())
            for view in ("overview", "findings", "agencies", "heat", *(f"agency-{number}" for number in range(_AGENCY))):
                tab.evaluate(f"auditor.select('{view}')")
                assert tab.evaluate("window.__ran === undefined"), view
                assert tab.locator("main svg script, main iframe, main script, main base, main style").count() == 0
        for path in sorted((made / "season").rglob("标注件*.html"))[:8]:
            tab.goto(path.as_uri())
            assert tab.evaluate("window.__ran === undefined"), path.name
        with opened(made / "season") as (address, _):
            tab.goto(address)
            base = address.partition("?")[0]
            pages = {row.report_key: row.key for row in rows}
            views = [
                item
                for report, key in list(pages.items())[:_AGENCY]
                for item in (f"finding/{key}", f"agency/{report}", f"cells/{report}?all=1")
            ]
            for name in ("", "files", "findings", "agencies", "documents", "replies", "configuration", "overview?view=rules", *views):
                tab.goto(base + name)
                assert tab.evaluate("window.__ran === undefined"), name
                assert tab.evaluate("document.body.innerText").strip(), name
        assert seen == []
