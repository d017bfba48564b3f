"""``check --season``, the file formats, ``template`` and ``reply`` from the outside."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import docx
import openpyxl
import pytest

from tests.cli.running import SAMPLES, auditor

WRONG = SAMPLES / "06_column_balance_2024.docx"
CLEAN = SAMPLES / "01_clean_bureau_2024.docx"


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("season") / "2025"
    ran = auditor(
        "check", SAMPLES, "--season", folder, "--office", "某市政府办公室", "--deadline", "4月10日前", "--quiet", "--fail-on", "never"
    )
    assert ran.code in (0, 4), ran.err
    return folder


def test_season_folder_has_every_piece(season: Path) -> None:
    names = {path.name for path in season.iterdir() if path.is_file() and not path.name.startswith(".")}
    assert names == {"index.html", "问题台账.xlsx", "通报.docx", "results.json", "auditor-season.db", "auditor-season.lock"}
    letter = docx.Document(str(season / "松岚县教育局_2024" / "整改通知书.docx"))
    text = "\n".join(paragraph.text for paragraph in letter.paragraphs)
    assert "某市政府办公室" in text
    assert "4月10日前" in text
    assert (season / "松岚县教育局_2024" / "标注件.docx").is_file()


def report_of(path: Path, *, right: bool) -> None:
    """A report of one agency, with or without the error in its table 3."""
    from tests.lab.compose import DocxStyle, balanced_plan, to_docx
    from tests.support.season import YEAR, wrong_plan

    plan = balanced_plan(0, "layout_2021", "medium", year=YEAR) if right else wrong_plan(0)
    path.write_bytes(to_docx(plan, DocxStyle()))


def letters_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("整改通知书*.docx") if "历史" not in path.parts)


def test_draft_of_what_is_corrected_goes_into_the_history(tmp_path: Path) -> None:
    reports, folder = tmp_path / "in", tmp_path / "out"
    reports.mkdir()
    report_of(reports / "a.docx", right=False)
    auditor("check", reports, "--season", folder, "--quiet")
    (letter,) = letters_in(folder)
    kept = letter.read_bytes()
    report_of(reports / "a.docx", right=True)
    auditor("check", reports, "--season", folder, "--quiet")
    assert letters_in(folder) == []
    assert (folder / "历史" / "第2轮" / letter.relative_to(folder)).read_bytes() == kept
    sheet = openpyxl.load_workbook(folder / "问题台账.xlsx")["问题台账"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    assert "第2轮" in [sheet.cell(row, heads["销号轮次"]).value for row in range(2, sheet.max_row + 1)]


@pytest.mark.parametrize("issued", [False, True])
def test_notice_that_was_filled_in_or_issued_is_never_taken_away(issued: bool, tmp_path: Path) -> None:
    reports, folder = tmp_path / "in", tmp_path / "out"
    reports.mkdir()
    report_of(reports / "a.docx", right=False)
    auditor("check", reports, "--season", folder, "--quiet")
    (letter,) = letters_in(folder)
    if issued:
        assert auditor("season", "issue", folder, "--number", "〔2026〕1号").code == 0
    else:
        answer(letter, "已更正")
    kept = letter.read_bytes()
    for right in (True, False):
        report_of(reports / "a.docx", right=right)
        auditor("check", reports, "--season", folder, "--quiet")
        assert letter.read_bytes() == kept
    assert [path.name for path in letters_in(folder)] == (
        ["整改通知书.docx", "整改通知书（第2次）.docx"] if issued else ["整改通知书.docx"]
    )


def test_season_writes_nothing_on_standard_output_of_a_machine_format(tmp_path: Path) -> None:
    ran = auditor("check", WRONG, "--format", "json", "--season", tmp_path / "s")
    assert ran.code == 1
    assert ran.json()["audits"]
    assert "index.html" in ran.err


def test_every_format_is_written_to_its_file(tmp_path: Path) -> None:
    names = {name: tmp_path / f"out.{name}" for name in ("html", "xlsx", "docx", "sarif", "junit", "json", "csv")}
    outputs = [part for name, path in names.items() for part in ("--output", f"{name}={path}")]
    assert auditor("check", WRONG, *outputs, "--quiet").code == 1
    assert names["html"].read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert "问题台账" in openpyxl.load_workbook(names["xlsx"]).sheetnames
    assert docx.Document(str(names["docx"])).paragraphs
    assert json.loads(names["sarif"].read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert ElementTree.parse(names["junit"]).getroot().tag == "testsuites"


def test_baseline_tells_new_findings_from_old(tmp_path: Path) -> None:
    old, log = tmp_path / "old.json", tmp_path / "log.sarif"
    auditor("check", WRONG, "--output", f"json={old}", "--quiet")
    auditor("check", WRONG, SAMPLES / "08_row_total_2022.pdf", "--output", f"sarif={log}", "--baseline", old, "--quiet")
    states = {entry["baselineState"] for entry in json.loads(log.read_text(encoding="utf-8"))["runs"][0]["results"]}
    assert states == {"unchanged", "new"}
    assert auditor("check", WRONG, "--baseline", WRONG).code == 2


@pytest.mark.parametrize("option", ["--notice-template", "--circular-template"])
def test_template_that_cannot_be_used_is_refused_before_the_work(option: str, tmp_path: Path) -> None:
    bad = tmp_path / "bad.docx"
    bad.write_text("no Word file")
    for path in (bad, tmp_path / "missing.docx"):
        ran = auditor("check", WRONG, "--season", tmp_path / "s", option, path)
        assert ran.code == 2
        assert path.name in ran.err


def test_form_of_a_year_with_last_years_closing_numbers(tmp_path: Path) -> None:
    word, sheet = tmp_path / "f.docx", tmp_path / "f.xlsx"
    ran = auditor("template", "--year", "2025", "--previous", WRONG, "--output", word, "--output", sheet)
    assert ran.code == 0, ran.err
    carried = [cell.text for table in docx.Document(str(word)).tables for row in table.rows for cell in row.cells if cell.text == "8"]
    assert carried
    assert "松岚县教育局" in docx.Document(str(word)).paragraphs[0].text
    assert len(openpyxl.load_workbook(sheet).sheetnames) == 3


@pytest.mark.parametrize(
    "arguments",
    [
        ("--year", "2025", "--output", "f.pdf"),
        ("--year", "1990", "--output", "f.docx"),
        ("--year", "2016", "--output", "f.docx"),
        ("--year", "2025", "--previous", "missing.docx", "--output", "f.docx"),
        ("--year", "2025",),
    ],
)  # fmt: skip
def test_form_that_cannot_be_made_is_refused(arguments: tuple[str, ...]) -> None:
    ran = auditor("template", *arguments)
    assert ran.code == 2
    assert ran.err
    assert not Path(arguments[-1]).exists()


def answer(letter: Path, text: str) -> list[str]:
    """Fill in the reply column as an agency does; the ids of the rows."""
    document = docx.Document(str(letter))
    table = next(table for table in document.tables if len(table.columns) == 9)
    ids = []
    for row in table.rows[1:]:
        row.cells[8].text = text
        ids.append(row.cells[7].text.split()[-1])
    out = io.BytesIO()
    document.save(out)
    letter.write_bytes(out.getvalue())
    return ids


def test_replies_go_into_workbook_and_ledger(tmp_path: Path) -> None:
    folder, ledger = tmp_path / "s", tmp_path / "ledger.db"
    auditor("check", WRONG, "--season", folder, "--ledger", ledger, "--quiet")
    ids = answer(next(folder.rglob("整改通知书.docx")), "=1+1 已更正")
    letter, book = next(folder.rglob("整改通知书.docx")), folder / "问题台账.xlsx"
    ran = auditor("reply", letter, "--workbook", book, "--ledger", ledger, "--format", "json")
    assert ran.code == 0, ran.err
    assert [(entry["finding"], entry["reply"]) for entry in ran.json()] == [(one, "=1+1 已更正") for one in ids]
    sheet = openpyxl.load_workbook(book)["问题台账"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    rows = {sheet.cell(row, heads["编号"]).value: sheet.cell(row, heads["机关答复"]) for row in range(2, sheet.max_row + 1)}
    assert {rows[one].value for one in ids} == {"=1+1 已更正"}
    assert {rows[one].data_type for one in ids} == {"s"}
    from auditor.ledger import Ledger

    with Ledger(ledger, create=False) as stored:
        found = stored.connection.execute("SELECT finding, agency, year, answer FROM reply ORDER BY finding").fetchall()
    assert found == [(one, "松岚县教育局", 2024, "=1+1 已更正") for one in sorted(ids)]


def test_reply_of_an_unknown_finding_and_a_file_that_is_no_notice_are_named(tmp_path: Path, season: Path) -> None:
    letter = tmp_path / "n.docx"
    shutil.copy(next(season.rglob("整改通知书.docx")), letter)
    ids = answer(letter, "已更正")
    book = tmp_path / "other.xlsx"
    auditor("check", CLEAN, "--output", f"xlsx={book}", "--quiet")
    ran = auditor("reply", letter, "--workbook", book)
    assert all(one in ran.err for one in ids)
    assert auditor("reply", CLEAN).code == 4
    assert auditor("reply", tmp_path / "missing.docx").code == 2


def test_last_years_values_of_other_files_stand_on_the_page(tmp_path: Path) -> None:
    from tests.lab.compose import DocxStyle, balanced_plan, to_docx

    for year in (2023, 2024):
        (tmp_path / f"{year}.docx").write_bytes(to_docx(balanced_plan(3, "layout_2021", "medium", year=year), DocxStyle()))
    auditor("check", tmp_path / "2024.docx", "--previous", tmp_path / "2023.docx", "--season", tmp_path / "s", "--quiet")
    text = (tmp_path / "s" / "index.html").read_text(encoding="utf-8")
    data = json.loads(text.split('id="data">')[1].split("</script>")[0])
    table = data["agencies"][0]["tables"]["t3:layout_2021"]
    assert table["p"] == table["v"]


def test_replies_and_states_go_on_into_the_next_workbook(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    auditor("check", WRONG, "--season", folder, "--quiet")
    book = folder / "问题台账.xlsx"
    ids = answer(next(folder.rglob("整改通知书.docx")), "已更正")
    auditor("reply", next(folder.rglob("整改通知书.docx")), "--workbook", book)
    edited = openpyxl.load_workbook(book)
    heads = {cell.value: cell.column for cell in edited["问题台账"][1]}
    edited["问题台账"].cell(2, heads["办理状态"]).value = "已说明"
    edited.save(book)
    auditor("check", WRONG, "--season", folder, "--quiet")
    sheet = openpyxl.load_workbook(book)["问题台账"]
    rows = {sheet.cell(row, heads["编号"]).value: sheet.cell(row, heads["机关答复"]).value for row in range(2, sheet.max_row + 1)}
    assert {rows[one] for one in ids} == {"已更正"}
    assert sheet.cell(2, heads["办理状态"]).value == "已说明"
    assert (folder / "历史" / "第1轮" / "问题台账.xlsx").is_file()
