"""The dataset holds every printed cell once, comparable across layouts, and sums to what the reports print."""

from __future__ import annotations

import csv
import importlib.util
import shutil
import sqlite3
import subprocess
import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from auditor.render.dataset.cells import FormCells
from auditor.rulebook import load_rulebook
from tests.cli.running import ROOT, SAMPLES, auditor

NEEDS_DUCKDB = pytest.mark.skipif(importlib.util.find_spec("duckdb") is None, reason="DuckDB is not installed (extra data)")


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dataset") / "season.db"
    assert auditor("check", SAMPLES, "--ledger", path, "--quiet", "--fail-on", "never").code in (0, 4)
    return path


@pytest.fixture(scope="module")
def printed() -> dict[tuple[str, str], tuple[str, str | None]]:
    """Path and key of each cell with its text and value, as `auditor extract` gives them."""
    found = {}
    for report in auditor("extract", SAMPLES, "--format", "json").json()["reports"]:
        for fact in report["facts"]:
            found[report["source"]["path"], fact["key"]] = (fact["raw"], fact["value"])
    return found


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_holds_every_cell_as_printed(book: Path, printed: dict[tuple[str, str], tuple[str, str | None]], tmp_path: Path) -> None:
    assert auditor("dataset", book, "-o", tmp_path / "facts.csv").code in (0, 4)
    rows = rows_of(tmp_path / "facts.csv")
    assert len(rows) == len(printed)
    for row in rows:
        raw, value = printed[row["path"], row["key"]]
        assert row["raw"].removeprefix("'") == raw
        assert row["value"] == (value or "")
    findings = rows_of(tmp_path / "facts_findings.csv")
    assert {row["rule"].partition("-")[0] for row in findings} >= {"T3", "T4"}
    described = {(row["table"], row["column"]) for row in rows_of(tmp_path / "facts_dictionary.csv")}
    assert {("facts", name) for name in rows[0]} <= described
    assert {("findings", name) for name in findings[0]} <= described


def test_blank_cells_have_no_value(book: Path, tmp_path: Path) -> None:
    auditor("dataset", book, "-o", tmp_path / "facts.db")
    with sqlite3.connect(tmp_path / "facts.db") as database:
        blank = database.execute("SELECT count(*), count(value) FROM facts WHERE state = 'blank'").fetchone()
        assert blank[0] > 0
        assert blank[1] == 0
    database.close()


def test_sums_over_a_series_compare_across_layouts() -> None:
    cells = FormCells(load_rulebook(), "zh")
    old = cells.cell("t3.other.total", "layout_2019")
    new = [cells.cell(f"t3.{name}.total", "layout_2021") for name in ("other_no_correction", "other_no_fee", "other_other")]
    assert {old.series} == {cell.series for cell in new}
    assert {old.mapping, *(cell.mapping for cell in new)} == {"part"}
    assert cells.cell("t3.granted.total", "layout_2019").mapping == "same"
    assert cells.cell("t2.gov_procurement.proc_count", "layout_2019").mapping == "only"
    assert cells.cell("t3.granted.total", "layout_2021").row_label == "（一）予以公开"


def test_workbook_and_database_agree(book: Path, tmp_path: Path) -> None:
    auditor("dataset", book, "-o", tmp_path / "facts.db")
    auditor("dataset", book, "-o", tmp_path / "facts.xlsx")
    with sqlite3.connect(tmp_path / "facts.db") as database:
        stored = database.execute("SELECT path, key, raw, value FROM facts").fetchall()
    database.close()
    sheet = openpyxl.load_workbook(tmp_path / "facts.xlsx", read_only=True)["facts"]
    lines = sheet.iter_rows(values_only=True)
    names = next(lines)
    shown = [dict(zip(names, line, strict=True)) for line in lines]
    assert [(row["path"], row["key"], row["raw"] or "", row["value"]) for row in shown] == [tuple(row) for row in stored]


@NEEDS_DUCKDB
def test_parquet_sums_equal_the_reports(book: Path, printed: dict[tuple[str, str], tuple[str, str | None]], tmp_path: Path) -> None:
    import duckdb

    auditor("dataset", book, "-o", tmp_path / "facts.parquet")
    expected: dict[str, Decimal] = defaultdict(Decimal)
    for (_, key), (_, value) in printed.items():
        expected[key] += Decimal(value or 0)
    rows = duckdb.sql(f"SELECT key, coalesce(sum(value), 0) FROM '{tmp_path / 'facts.parquet'}' GROUP BY key")
    assert rows is not None
    found = dict(rows.fetchall())
    assert set(found) == set(expected)
    assert all(found[key] == pytest.approx(float(expected[key])) for key in expected)


def test_reports_given_as_files_need_no_ledger(tmp_path: Path) -> None:
    assert auditor("dataset", next(SAMPLES.glob("03_*")), "-o", tmp_path / "one.csv").code == 0
    assert {row["year"] for row in rows_of(tmp_path / "one.csv")} == {"2020"}


def test_an_unknown_kind_of_file_is_refused(tmp_path: Path) -> None:
    refused = auditor("dataset", SAMPLES, "-o", tmp_path / "facts.doc")
    assert refused.code == 2
    assert ".parquet" in refused.err


def test_another_database_is_not_overwritten(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "mine.db") as other:
        other.execute("CREATE TABLE mine (x)")
    other.close()
    assert auditor("dataset", next(SAMPLES.glob("03_*")), "-o", tmp_path / "mine.db").code == 2
    with sqlite3.connect(tmp_path / "mine.db") as other:
        assert other.execute("SELECT count(*) FROM mine").fetchone() == (0,)
    other.close()


def test_agencies_keep_their_id_over_renames_and_the_roster_comes_along(tmp_path: Path) -> None:
    roster = tmp_path / "名册.csv"
    roster.write_text(
        "机关编号,机关名称,曾用名,类型,上级,地区\nA1,青禾市水务局,青禾市水利局,部门,,东\nA2,青禾市民政局,,部门,,西\nA3,青禾市没有报告局,,部门,,西\n",
        encoding="utf-8",
    )
    assert auditor("dataset", SAMPLES, "-o", tmp_path / "d.db", "--roster", roster, "-q").code in (0, 4)
    with sqlite3.connect(tmp_path / "d.db") as database:
        agencies = {row[0]: row[1:] for row in database.execute("SELECT agency_id, name, former_names, other_columns FROM agencies")}
        ids = dict(database.execute("SELECT agency, agency_id FROM reports WHERE agency IS NOT NULL").fetchall())
    database.close()
    assert agencies["A1"] == ("青禾市水务局", "青禾市水利局", '{"地区":"东"}')
    assert ids["青禾市水务局"] == "A1"
    assert "A3" in agencies  # on the roster, without a report
    assert ids["松岚县教育局"].startswith("N-")


def test_renames_of_the_roster_are_one_agency() -> None:
    from auditor.cli.dataset import known_agencies
    from auditor.model.finding import Audit
    from auditor.model.report import Report
    from auditor.model.source import Source
    from auditor.season.roster import Agency, Roster

    def of(known: object, name: str, year: int, body: str = "") -> str:
        source = Source(path=f"{name}.docx", sha256="0" * 64, kind="docx")
        report = Report(source=source, status="read", document="annual_report", agency=name, year=year)
        return known.of(Audit(source=source, status="read", report=report, body=body)).id  # type: ignore[attr-defined, no-any-return]

    roster = Roster(agencies=(Agency(name="青禾市水务局", former_names=("青禾市水利局",), line=1),))
    known = known_agencies(roster, {})
    assert of(known, "青禾市水务局", 2024) == of(known, "青禾市水利局", 2019)
    free = known_agencies(None, {})
    assert of(free, "青禾市水务局", 2024) == of(free, "青禾市 水务局", 2020)
    assert of(free, "财政局", 2024, "甲县") != of(free, "财政局", 2024, "乙县")  # namesakes


def test_the_wide_table_has_a_row_a_report_and_the_same_numbers(book: Path, tmp_path: Path) -> None:
    auditor("dataset", book, "-o", tmp_path / "d.db")
    with sqlite3.connect(tmp_path / "d.db") as database:
        database.row_factory = sqlite3.Row
        rows = [dict(row) for row in database.execute("SELECT * FROM wide")]
        facts = database.execute("SELECT path, key, value FROM facts WHERE value IS NOT NULL").fetchall()
        described = {row[0] for row in database.execute('SELECT "column" FROM dictionary WHERE "table" = ?', ("wide",))}
    database.close()
    by_path = {row["path"]: row for row in rows}
    assert len(rows) == len(by_path) > 10
    compared = 0
    for path, key, value in facts:
        if path in by_path and key in by_path[path]:
            assert by_path[path][key] == value
            compared += 1
    assert compared > 1000
    assert set(rows[0]) <= described


def test_sections_hold_the_prose_in_order(book: Path, tmp_path: Path) -> None:
    auditor("dataset", book, "-o", tmp_path / "d.db")
    with sqlite3.connect(tmp_path / "d.db") as database:
        rows = database.execute(
            "SELECT section, heading, text, characters FROM sections WHERE path LIKE '%/01_%' ORDER BY position"
        ).fetchall()
    database.close()
    assert [row[0] for row in rows][:2] == ["s0_preamble", "s1_overview"]
    assert [row[1] for row in rows][1].startswith("一、")
    assert all(len(row[2]) == row[3] for row in rows)


def test_the_page_says_every_column() -> None:
    from tools.dataset_page import PAGE, page

    assert page() == PAGE.read_text(encoding="utf-8")


@NEEDS_DUCKDB
def test_the_example_in_duckdb_runs(book: Path, tmp_path: Path) -> None:
    auditor("dataset", book, "-o", tmp_path / "facts.parquet")
    shown = _example("dataset_duckdb.py", tmp_path / "facts.parquet")
    assert "granted_percent" in shown
    assert "T3-" in shown


@pytest.mark.skipif(importlib.util.find_spec("pandas") is None, reason="pandas is not installed")
def test_the_example_in_pandas_runs(book: Path, tmp_path: Path) -> None:
    auditor("dataset", book, "-o", tmp_path / "facts.csv")
    shown = _example("dataset_pandas.py", tmp_path / "facts.csv")
    assert "new requests by year" in shown
    assert "other outcomes" in shown


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="no R here")
def test_the_example_in_r_runs(book: Path, tmp_path: Path) -> None:
    auditor("dataset", book, "-o", tmp_path / "facts.csv")
    done = subprocess.run(["Rscript", "examples/dataset.R", tmp_path / "facts.csv"], capture_output=True, text=True, timeout=1200, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert "t3.new_received.total" in done.stdout


def _example(name: str, data: Path) -> str:
    done = subprocess.run([sys.executable, f"examples/{name}", str(data)], capture_output=True, text=True, timeout=1200, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_season_folder_gives_rounds_and_states_without_auditing_again(tmp_path: Path) -> None:
    from auditor.deliver import write_season
    from tests.support.season import rulebook, season

    write_season(tmp_path / "审核", season(4), rulebook(), today="2026-03-20")
    assert auditor("dataset", tmp_path / "审核", "-o", tmp_path / "d.db", "-q").code in (0, 4)
    with sqlite3.connect(tmp_path / "d.db") as database:
        rounds = {row[0] for row in database.execute("SELECT round FROM reports WHERE document = 'annual_report'")}
        life = database.execute("SELECT life, round, number FROM findings WHERE explained_by = ''").fetchall()
    database.close()
    assert rounds == {1}
    assert life
    assert all(state == "open" and number_ == 1 and short for state, number_, short in life)
