"""A corrected version against the published one: what went, what stayed, what came, what was touched unasked."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Ran, auditor
from tests.lab.compose import ReportPlan, balanced_plan, to_text

PLAN = balanced_plan(11)


def write(folder: Path, *plans: ReportPlan) -> Path:
    folder.mkdir(exist_ok=True)
    for number, plan in enumerate(plans):
        (folder / f"report_{number}.txt").write_bytes(to_text(plan))
    return folder


def off_by(plan: ReportPlan, key: str, amount: int) -> ReportPlan:
    return plan.with_facts(**{key.replace(".", "__"): str(int(plan.facts[key]) + amount)})


def compared(old: Path | str, new: Path | str) -> tuple[Any, Ran]:
    ran = auditor("diff", old, new, "--format", "json")
    return json.loads(ran.out), ran


def kinds(document: Any) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for report in document["reports"]:
        for finding in report["findings"]:
            if not finding["consequence"]:
                found.setdefault(finding["kind"], set()).add(finding["rule"])
    return found


WRONG_T4 = off_by(PLAN, "t4.review_total", 3)


def test_fixed_and_nothing_else(tmp_path: Path) -> None:
    document, ran = compared(write(tmp_path / "old", WRONG_T4), write(tmp_path / "new", PLAN))
    assert kinds(document) == {"fixed": {"T4-01"}}
    assert [(change["key"], change["asked"]) for change in document["reports"][0]["changes"]] == [("t4.review_total", True)]
    assert ran.code == 0


def test_remaining_is_no_failure_of_the_comparison(tmp_path: Path) -> None:
    document, ran = compared(write(tmp_path / "old", WRONG_T4), write(tmp_path / "new", off_by(PLAN, "t4.review_total", 5)))
    assert kinds(document) == {"remaining": {"T4-01"}}
    assert ran.code == 0


def test_regressed_where_the_check_had_passed(tmp_path: Path) -> None:
    document, ran = compared(write(tmp_path / "old", WRONG_T4), write(tmp_path / "new", off_by(PLAN, "t3.new_received.natural_person", 1)))
    found = kinds(document)
    assert found["fixed"] == {"T4-01"}
    assert any(rule.startswith("T3") for rule in found["regressed"])
    assert ran.code == 1


def test_a_cell_changed_without_being_asked(tmp_path: Path) -> None:
    new = off_by(PLAN, "t2.regulation.effective", 2)
    document, _ = compared(write(tmp_path / "old", WRONG_T4), write(tmp_path / "new", new))
    unasked = [change for report in document["reports"] for change in report["changes"] if not change["asked"]]
    assert [change["key"] for change in unasked] == ["t2.regulation.effective"]
    assert unasked[0]["old"]["value"] != unasked[0]["new"]["value"]
    assert document["summary"]["changed_unasked"] == 1
    shown = auditor("diff", tmp_path / "old", tmp_path / "new", "--lang", "en").out
    assert "changed without being asked" in shown


def test_the_same_file_differs_in_nothing(tmp_path: Path) -> None:
    folder = write(tmp_path / "old", PLAN)
    document, ran = compared(folder, folder)
    assert document["reports"] == []
    assert ran.code == 0


def test_a_new_version_that_cannot_be_read_fixes_nothing(tmp_path: Path) -> None:
    old = write(tmp_path / "old", WRONG_T4)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "report_0.pdf").write_bytes(b"%PDF-1.7 broken")
    (tmp_path / "new" / "report_0.pdf").rename(tmp_path / "new" / "report_0.txt")
    document, ran = compared(old, tmp_path / "new")
    assert "fixed" not in kinds(document)
    assert kinds(document)["unclear"] >= {"T4-01"}
    assert ran.code in (1, 4)


def test_a_missing_report_fixes_nothing(tmp_path: Path) -> None:
    other = replace(balanced_plan(12), year=PLAN.year)
    document, ran = compared(write(tmp_path / "old", other, WRONG_T4), write(tmp_path / "new", other))
    assert kinds(document) == {"unclear": {"T4-01"}}
    assert ran.code == 4


def test_runs_of_one_ledger_and_saved_results(tmp_path: Path) -> None:
    folder, book = write(tmp_path / "reports", WRONG_T4), tmp_path / "season.db"
    for name, plan in (("one", WRONG_T4), ("two", PLAN)):
        write(folder, plan)
        auditor("check", folder, "--ledger", book, "--output", f"json={tmp_path / name}.json", "--quiet")
    by_run, _ = compared(f"{book}@1", book)
    by_file, _ = compared(tmp_path / "one.json", tmp_path / "two.json")
    assert kinds(by_run) == kinds(by_file) == {"fixed": {"T4-01"}}
    assert by_run["reports"][0]["cells_compared"] is True
    assert by_file["reports"][0]["cells_compared"] is False


@pytest.mark.parametrize("name", ["nothing_there", "other.json"])
def test_what_cannot_be_compared_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "other.json").write_text("{}")
    assert auditor("diff", tmp_path / name, tmp_path).code == 2


def test_page_and_workbook_say_cells_by_their_labels(tmp_path: Path) -> None:
    import openpyxl

    old, new = write(tmp_path / "old", WRONG_T4), write(tmp_path / "new", PLAN)
    page, book = tmp_path / "d.html", tmp_path / "d.xlsx"
    assert auditor("diff", old, new, "--output", f"html={page}", "--output", f"xlsx={book}").code == 0
    text = page.read_text(encoding="utf-8")
    assert "已改" in text
    assert "行政复议" in text
    assert "t4.review_total" not in text
    assert "<script" not in text
    sheets = openpyxl.load_workbook(book)
    cells = [str(cell.value) for sheet in sheets for line in sheet.iter_rows() for cell in line]
    assert any("行政复议" in cell for cell in cells)
    assert not any("t4.review_total" in cell for cell in cells)
