"""The dataset holds every printed cell once, comparable across layouts, and sums to what the reports print."""

from __future__ import annotations

import csv
import importlib.util
import sqlite3
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from auditor.render.dataset.cells import Cells
from auditor.rulebook import load_rulebook
from tests.cli.running import SAMPLES, auditor

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
    cells = Cells(load_rulebook(), "zh")
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
    found = dict(duckdb.sql(f"SELECT key, coalesce(sum(value), 0) FROM '{tmp_path / 'facts.parquet'}' GROUP BY key").fetchall())
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
