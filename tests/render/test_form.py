"""The form for a coming year: filled with a balanced report's numbers it is clean, with one number changed formula and rule both say so."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from auditor.bind import bind
from auditor.check.engine import check
from auditor.model.finding import Audit
from auditor.model.formats import Format
from auditor.model.settings import Settings
from auditor.read import read_bytes
from auditor.render.form import form_docx, form_xlsx
from auditor.render.places import place_text
from tests.lab.compose import ReportPlan, balanced_plan
from tests.support.season import audited, rulebook
from tests.support.soffice import convert, convert_all, needs_office, office_content

YEAR = 2024
WORDS = rulebook().words


def form(year: int = YEAR) -> Format:
    return max((entry for entry in rulebook().formats if entry.first_year <= year), key=lambda entry: entry.first_year)


def plan() -> ReportPlan:
    return balanced_plan(4, "layout_2021", "medium", year=YEAR)


def with_prose(data: bytes, made: ReportPlan) -> bytes:
    """The form as an agency fills it in: its name for the placeholder, its text for the hints."""
    document: Any = docx.Document(io.BytesIO(data))
    sections = {entry.key: entry for entry in made.sections}
    keys = iter(section.key for section in form().sections)
    current = ""
    for paragraph in list(document.paragraphs):
        if paragraph.style.name == "Title":
            paragraph.runs[0].text = made.heading
        elif paragraph.style.name == "Heading 1":
            current = next(keys)
        elif paragraph.text.startswith("（请"):
            lines = [entry.text for entry in sections[current].prose] or ["无其他需要报告的事项。"]
            for line in lines:
                paragraph.insert_paragraph_before(line)
            paragraph._p.getparent().remove(paragraph._p)
        elif not current and paragraph.text:
            for line in made.preamble:
                paragraph.insert_paragraph_before(line)
            paragraph._p.getparent().remove(paragraph._p)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def audit_of(data: bytes, name: str) -> Audit:
    return check(bind(read_bytes(data, name), rulebook()), rulebook(), Settings())


def grave(audit: Audit) -> list[str]:
    return [f"{finding.rule} {finding.message}" for finding in audit.findings if finding.severity != "notice"]


def test_filled_form_is_read_back_cell_by_cell_and_is_clean() -> None:
    made = plan()
    audit = audit_of(with_prose(form_docx(rulebook(), form(), YEAR, filled=dict(made.facts)), made), "a.docx")
    assert audit.report is not None
    assert {fact.key: fact.raw for fact in audit.report.facts} == dict(made.facts)
    assert audit.report.agency == made.agency
    assert audit.report.year == YEAR
    assert grave(audit) == []
    assert [table.id for table in audit.report.tables] == ["t2", "t3", "t4"]


def test_one_changed_number_is_shown_by_its_rule() -> None:
    made = plan().with_facts(t3__granted__natural_person=str(int(plan().facts["t3.granted.natural_person"]) + 5))
    audit = audit_of(with_prose(form_docx(rulebook(), form(), YEAR, filled=dict(made.facts)), made), "a.docx")
    fired = {one.rule for finding in audit.findings for one in (finding, *finding.children)}
    assert {"T3-02", "T3-03"} <= fired


@pytest.mark.parametrize("year", [2020, 2021, 2025])
def test_blank_form_is_recognised_as_one_and_has_every_cell(year: int) -> None:
    data = form_docx(rulebook(), form(year), year)
    report = bind(read_bytes(data, "blank.docx"), rulebook())
    assert report.document == "blank_form"
    assert [table.id for table in report.tables] == ["t2", "t3", "t4"]
    assert [section.key for section in report.sections] == [section.key for section in form(year).sections]
    assert len(docx.Document(io.BytesIO(data)).tables) == 3


def test_last_years_closing_numbers_are_this_years_opening_numbers() -> None:
    last = audited(balanced_plan(4, "layout_2021", "medium", year=YEAR - 1), "last.docx").report
    assert last is not None
    report = bind(read_bytes(form_docx(rulebook(), form(), YEAR, last), "a.docx"), rulebook())
    opening = {fact.key.split(".")[2]: fact.raw for fact in report.facts if fact.key.startswith("t3.carried_over.")}
    closing = {fact.key.split(".")[2]: fact.raw for fact in last.facts if fact.key.startswith("t3.carried_forward.")}
    assert opening == closing
    assert any(value not in ("", "0") for value in opening.values())
    assert str(last.agency) in docx.Document(io.BytesIO(form_docx(rulebook(), form(), YEAR, last))).paragraphs[0].text


def test_form_is_the_same_each_time() -> None:
    assert form_docx(rulebook(), form(), YEAR) == form_docx(rulebook(), form(), YEAR)
    assert form_xlsx(rulebook(), form(), YEAR) == form_xlsx(rulebook(), form(), YEAR)


def formulas(book: Any) -> list[tuple[str, str]]:
    return [(sheet.title, cell.coordinate) for sheet in book for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]


def shown(forms: dict[str, bytes], folder: Path) -> dict[str, list[str]]:
    """What the check formulas of each form say after a recalculation, where they say anything."""
    bare, places = {}, {}
    for name, data in forms.items():
        again = io.BytesIO()
        book = openpyxl.load_workbook(io.BytesIO(data))
        places[name] = formulas(book)
        assert places[name]
        book.save(again)  # drops the cached values, so that LibreOffice calculates
        bare[f"{name}.xlsx"] = again.getvalue()
    found = {}
    for name, data in convert_all(bare, "xlsx", folder).items():
        values = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        said = (values[sheet][cell].value for sheet, cell in places[name.removesuffix(".xlsx")])
        found[name.removesuffix(".xlsx")] = [str(text) for text in said if text not in (None, "")]
    return found


@pytest.mark.office
@needs_office
@pytest.mark.parametrize("layout", ["layout_2021", "layout_2019"])
def test_formulas_are_silent_while_the_numbers_agree_and_speak_when_one_is_changed(layout: str, tmp_path: Path) -> None:
    year = YEAR if layout == "layout_2021" else 2020
    made = balanced_plan(4, layout, "medium", year=year)
    cases = {
        "t3.granted.natural_person": 2,  # its row and its column
        "t3.new_received.commercial": 2,  # its row, its column's balance
        "t3.result_total.total": 3,  # row, column of outcomes, balance
        "t4.review_total": 1,
        "t4.direct_upheld": 1,
    }
    facts = dict(made.facts)
    wrong = {key: facts | {key: str(int(made.facts[key]) + 7)} for key in cases}
    forms = {name: form_xlsx(rulebook(), form(year), year, filled=filled) for name, filled in {"right": facts, **wrong}.items()}
    said = shown(forms, tmp_path)
    assert {name: len(texts) for name, texts in said.items()} == {"right": 0, **cases}


@pytest.mark.office
@needs_office
def test_form_opens_in_another_program(tmp_path: Path) -> None:
    written = office_content(convert(form_docx(rulebook(), form(), YEAR), "form.docx", "odt", tmp_path))
    assert len(list(written.iter("{urn:oasis:names:tc:opendocument:xmlns:table:1.0}table"))) >= 3
    assert "本年新收政府信息公开申请数量" in "".join(written.itertext())


def recalculated(data: bytes, folder: Path) -> bytes:
    """The workbook as another program saves it, every formula with its result."""
    again = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(data)).save(again)
    return convert(again.getvalue(), "form.xlsx", "xlsx", folder)


@pytest.mark.office
@needs_office
def test_form_saved_by_another_program_is_read_whole_and_its_cells_have_addresses(tmp_path: Path) -> None:
    made = plan()
    audit = audit_of(recalculated(form_xlsx(rulebook(), form(), YEAR, filled=dict(made.facts)), tmp_path), "form.xlsx")
    assert audit.report is not None
    assert not [problem.code for problem in audit.report.problems if problem.code == "READ-FORMULA"]
    assert {str(fact.key): fact.raw for fact in audit.report.facts} == dict(made.facts)
    place = place_text(next(fact.location for fact in audit.report.facts if fact.key == "t3.new_received.natural_person"), WORDS, "zh")
    assert re.fullmatch(r"工作表“[^”]+” D\d+单元格", place), place


@pytest.mark.office
@needs_office
def test_formulas_understand_numbers_typed_as_text(tmp_path: Path) -> None:
    made = plan()
    book = openpyxl.load_workbook(io.BytesIO(form_xlsx(rulebook(), form(), YEAR, filled=dict(made.facts))))
    for sheet in book:
        for line in sheet.iter_rows():
            for cell in line:
                if cell.data_type == "n" and cell.value is not None:
                    cell.value = str(int(cell.value)).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    out = io.BytesIO()
    book.save(out)
    assert shown({"typed": out.getvalue()}, tmp_path) == {"typed": []}


def test_cells_of_the_form_say_what_may_be_typed() -> None:
    book = openpyxl.load_workbook(io.BytesIO(form_xlsx(rulebook(), form(), YEAR)))
    kinds = [(rule.type, rule.operator) for sheet in book for rule in sheet.data_validations.dataValidation]
    assert ("whole", "greaterThanOrEqual") in kinds
    assert ("decimal", "greaterThanOrEqual") in kinds


def test_word_form_has_the_five_aspects_as_sub_headings() -> None:
    texts = [paragraph.text for paragraph in docx.Document(io.BytesIO(form_docx(rulebook(), form(), YEAR))).paragraphs]
    for number, aspect in zip("一二三四五", ("主动公开", "依申请公开", "政府信息管理", "平台建设", "监督保障"), strict=True):
        assert any(text.startswith(f"（{number}）") and aspect in text for text in texts), aspect


def command(*arguments: str) -> tuple[int, str]:
    from tests.cli.running import auditor

    done = auditor("template", *arguments)
    return done.code, done.err + done.out


def test_template_refuses_wrong_year_and_files_that_are_there(tmp_path: Path) -> None:
    last = tmp_path / "last.docx"
    made = plan()
    last.write_bytes(with_prose(form_docx(rulebook(), form(), YEAR, filled=dict(made.facts)), made))
    code, said = command("--year", str(YEAR), "--previous", str(last), "-o", str(tmp_path / "a.docx"))
    assert code == 2
    assert f"{YEAR}年度" in said
    (tmp_path / "b.docx").write_bytes(b"mine")
    code, said = command("--year", str(YEAR), "-o", str(tmp_path / "b.docx"))
    assert code == 2
    assert "--force" in said
    assert (tmp_path / "b.docx").read_bytes() == b"mine"
    assert command("--year", str(YEAR), "-o", str(tmp_path / "b.docx"), "--force")[0] == 0


def test_figures_of_the_workbook_are_poured_into_the_word_form(tmp_path: Path) -> None:
    made = plan()
    (tmp_path / "form.xlsx").write_bytes(form_xlsx(rulebook(), form(), YEAR, filled=dict(made.facts)))
    target = tmp_path / "form.docx"
    assert command("--year", str(YEAR), "--fill", str(tmp_path / "form.xlsx"), "-o", str(target))[0] == 0
    report = bind(read_bytes(target.read_bytes(), "form.docx"), rulebook())
    assert {str(fact.key): fact.raw for fact in report.facts} == dict(made.facts)
