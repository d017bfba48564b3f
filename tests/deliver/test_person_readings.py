"""What a person read in a cell: used by the audit, kept over another reading of the file, marked as a person's in every output."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl

from auditor import office
from auditor.batch.remembered import audit_with_ledger
from auditor.deliver import SeasonRequest, audit_into_season
from auditor.ledger import Ledger
from auditor.model.settings import Settings
from auditor.office import FindingRow
from auditor.pipeline import extract_file
from auditor.render.csv import extract_csv
from auditor.render.dataset.tables import FACTS
from auditor.render.json_v1 import extract_json
from auditor.render.letters import notice
from tests.support.season import rulebook

SAMPLE = Path(__file__).resolve().parents[2] / "sample_reports" / "08_row_total_2022.pdf"


def season_of(folder: Path) -> Path:
    kept = folder / "收到的报告" / SAMPLE.name
    kept.parent.mkdir(parents=True)
    kept.write_bytes(SAMPLE.read_bytes())
    return kept


def audited(folder: Path, kept: Path, ledger: Path) -> None:
    with Ledger(ledger) as book:
        audit_into_season(
            book, SeasonRequest(folder=folder, paths=[kept], rulebook=rulebook(), settings=Settings(), who="甲", today="2026-03-01")
        )


def rows_of(folder: Path) -> list[FindingRow]:
    with office.open_season(folder, read_only=True) as store:
        return list(office.findings(store))


def read_as(folder: Path, cell: str, value: str) -> str:
    with office.open_season(folder, who="甲") as store:
        audit = office.audit_of_version(store, office.versions(store)[0].id)
        assert audit is not None
        office.set_reading(store, audit.source.sha256, cell, value, corrected=True)
        return audit.source.sha256


def test_a_reading_of_a_person_is_audited_and_survives_every_later_run(tmp_path: Path) -> None:
    folder = tmp_path / "季"
    kept = season_of(folder)
    audited(folder, kept, tmp_path / "a.db")
    (row,) = [row for row in rows_of(folder) if row.counts and row.finding.rule == "T3-03"]
    (wrong,) = [fact for fact in row.finding.facts if fact.role == "in_question"]
    printed = extract_file(kept, rulebook()).fact(wrong.key)
    assert printed is not None
    assert printed.value is not None
    others = sum(fact.value or 0 for fact in row.finding.facts if fact.key != wrong.key)
    read_as(folder, wrong.key, str(others))
    for ledger in ("a.db", "b.db", "a.db"):  # a ledger that knows the file, one that does not
        audited(folder, kept, tmp_path / ledger)
        found = {one.finding.rule: one for one in rows_of(folder) if one.key == row.key}
        assert found["T3-03"].state == "closed"
        assert found["T3-03"].gone_as == "dropped"
    with office.open_season(folder, who="甲") as store:
        office.set_reading(store, _sha(store), wrong.key, None)
    audited(folder, kept, tmp_path / "a.db")
    assert next(one for one in rows_of(folder) if one.key == row.key).counts


def _sha(store: office.SeasonStore) -> str:
    audit = office.audit_of_version(store, office.versions(store)[0].id)
    assert audit is not None
    return audit.source.sha256


def test_a_reading_of_a_person_is_marked_in_every_output(tmp_path: Path) -> None:
    folder = tmp_path / "季"
    kept = season_of(folder)
    audited(folder, kept, tmp_path / "a.db")
    row = next(row for row in rows_of(folder) if row.counts and row.finding.rule == "T3-03")
    (wrong,) = [fact for fact in row.finding.facts if fact.role == "in_question"]
    read_as(folder, wrong.key, str(int(wrong.value or 0) + 100))
    audited(folder, kept, tmp_path / "a.db")

    told = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    finding, person = next(
        (entry, fact["person"]) for entry in told["audits"][0]["findings"] for fact in entry["facts"] if fact["key"] == wrong.key
    )
    assert (person["who"], person["machine"], person["corrected"]) == ("甲", wrong.raw, True)
    assert "甲对照原文读出" in finding["message"]

    book = openpyxl.load_workbook(folder / "问题台账.xlsx", read_only=True)
    cells = {str(cell) for sheet in book for line in sheet.iter_rows(values_only=True) for cell in line if cell is not None}
    assert any("甲" in text and f"程序读作{wrong.raw}" in text for text in cells)
    assert f"程序读作{wrong.raw}" in (folder / "index.html").read_text(encoding="utf-8")

    with office.open_season(folder, read_only=True) as store:
        audit = office.audit_of_version(store, office.versions(store)[0].id)
    assert audit is not None
    assert audit.report is not None
    fact = audit.report.fact(wrong.key)
    assert fact is not None
    assert fact.person is not None
    assert fact.confidence == 1.0
    assert "甲" in extract_json([audit.report], rulebook().words, "zh")
    line = next(one for one in csv.DictReader(io.StringIO(extract_csv([audit.report], rulebook().words, "zh"))) if one["key"] == wrong.key)
    assert "对照原文" in line["person"]
    assert "person" in [column.name for column in FACTS]
    letter = notice(audit, rulebook())
    assert letter is not None
    from docx import Document

    table = "".join(cell.text for grid in Document(io.BytesIO(letter)).tables for line_ in grid.rows for cell in line_.cells)
    assert "甲对照原文读出" in table


def test_without_readings_a_run_is_what_it_was(tmp_path: Path) -> None:
    kept = season_of(tmp_path / "季")
    with Ledger(tmp_path / "a.db") as book:
        one = audit_with_ledger(book, [kept], rulebook(), Settings(), full=True)
        other = audit_with_ledger(book, [kept], rulebook(), Settings(), full=True, readings={})
        assert (other.read, other.rechecked) == (0, 0)
        assert one.number == other.number


def test_a_cell_that_was_not_read_is_read_by_a_person_and_the_report_is_whole() -> None:
    from msgspec.structs import replace

    from auditor.bind.bind import is_partly_read
    from auditor.bind.person import with_person_readings
    from auditor.model.report import CellReading, Report
    from auditor.model.source import Problem

    report = extract_file(SAMPLE, rulebook())
    unread = [replace(fact, raw="", state="unreadable", value=None, confidence=0.0) for fact in report.facts[:2]]
    problem = Problem(code="READ-INK", details={"count": "2"}, location=unread[0].location)
    blind: Report = replace(report, facts=(*unread, *report.facts[2:]), problems=(problem,), status="partly_read")
    assert is_partly_read(blind.problems)
    words = rulebook().binding
    keys = [str(fact.key) for fact in unread]
    half = with_person_readings(blind, [CellReading(key=keys[0], value="5", who="甲")], words)
    assert (half.status, half.problems) == ("partly_read", (problem,))
    whole = with_person_readings(blind, [CellReading(key=keys[0], value="5"), CellReading(key=keys[1], value="")], words)
    assert (whole.status, whole.problems) == ("read", ())
    assert [(fact.state, fact.value and int(fact.value)) for fact in whole.facts[:2]] == [("number", 5), ("blank", None)]
    assert with_person_readings(whole, [CellReading(key=keys[0], value="5"), CellReading(key=keys[1], value="")], words) == whole
