"""The form for a coming year: filled with a balanced report's numbers it is clean, with one number changed formula and rule both say so."""

from __future__ import annotations

import io
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
from tests.lab.compose import ReportPlan, balanced_plan
from tests.support.season import audited, rulebook
from tests.support.soffice import convert, needs_office

YEAR = 2024


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


def shown(data: bytes, folder: Path) -> list[str]:
    """What the check formulas say after a recalculation, where they say anything."""
    again = io.BytesIO()
    book = openpyxl.load_workbook(io.BytesIO(data))
    places = formulas(book)
    assert places
    book.save(again)  # drops the cached values, so that LibreOffice calculates
    values = openpyxl.load_workbook(io.BytesIO(convert(again.getvalue(), "form.xlsx", "xlsx", folder)), data_only=True)
    said = (values[sheet][cell].value for sheet, cell in places)
    return [str(text) for text in said if text not in (None, "")]


@pytest.mark.office
@needs_office
@pytest.mark.parametrize("layout", ["layout_2021", "layout_2019"])
def test_formulas_are_silent_while_the_numbers_agree_and_speak_when_one_is_changed(layout: str, tmp_path: Path) -> None:
    year = YEAR if layout == "layout_2021" else 2020
    made = balanced_plan(4, layout, "medium", year=year)
    assert shown(form_xlsx(rulebook(), form(year), year, filled=dict(made.facts)), tmp_path) == []
    cases = {
        "t3.granted.natural_person": 2,  # its row and its column
        "t3.new_received.commercial": 2,  # its row, its column's balance
        "t3.result_total.total": 3,  # row, column of outcomes, balance
        "t4.review_total": 1,
        "t4.direct_upheld": 1,
    }
    wrong = dict(made.facts)
    for number, (key, least) in enumerate(cases.items()):
        wrong = dict(made.facts) | {key: str(int(made.facts[key]) + 7)}
        folder = tmp_path / str(number)
        folder.mkdir()
        assert len(shown(form_xlsx(rulebook(), form(year), year, filled=wrong), folder)) == least, key


@pytest.mark.office
@needs_office
def test_form_opens_in_another_program(tmp_path: Path) -> None:
    assert convert(form_docx(rulebook(), form(), YEAR), "form.docx", "pdf", tmp_path).startswith(b"%PDF")
