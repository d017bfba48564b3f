"""汇总: sixty generated departments added up on the official form, gaps shown as bounds, the workbook recalculated, the result clean."""

from __future__ import annotations

import io
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest

from auditor.bind import bind
from auditor.model.compiled import Compiled
from auditor.model.formats import Format
from auditor.model.report import Report
from auditor.render.compiled import compiled_docx, compiled_xlsx, sentences
from auditor.season.compiled import compile_government
from auditor.season.link import link
from auditor.season.roster import Agency, Roster
from tests.lab.compose import balanced_plan
from tests.lab.compose.memory import to_document
from tests.support.season import rulebook
from tests.support.soffice import convert, needs_office

YEAR = 2024
CITY = Agency(name="青禾市人民政府", kind="government", line=1)


def name(number: int) -> str:
    return f"青禾市第{number}局"


@lru_cache(maxsize=64)
def report(number: int) -> Report:
    bound = bind(to_document(balanced_plan(number, "layout_2021", "small", year=YEAR)), rulebook())
    source = msgspec.structs.replace(bound.source, path=f"{number}.docx", sha256=f"{number:064d}")
    return msgspec.structs.replace(bound, agency=name(number), source=source)


def form() -> Format:
    return next(entry for entry in rulebook().formats if entry.id == "era_2021")


def roster(count: int) -> Roster:
    return Roster(agencies=(CITY, *(Agency(name=name(n), kind="department", parent=CITY.name, line=n + 2) for n in range(count))))


def compiled(reports: list[Report], count: int, draft: Report | None = None) -> Compiled:
    return compile_government(link(reports, (), roster(count)), CITY, YEAR, form(), rulebook(), draft)


def changed(base: Report, key: str, **change: object) -> Report:
    facts = tuple(msgspec.structs.replace(fact, **change) if fact.key == key else fact for fact in base.facts)
    return msgspec.structs.replace(base, facts=facts)


def test_sixty_departments_add_up_exactly() -> None:
    reports = [report(n) for n in range(60)]
    whole = compiled(reports, 60)
    assert whole.missing == ()
    assert whole.gaps == ()
    for entry in whole.sums:
        assert entry.known == sum((fact.value or Decimal(0) for one in reports for fact in one.facts if fact.key == entry.key), Decimal(0))
    total = next(entry for entry in whole.sums if entry.key == "t3.new_received.total")
    assert str(total.known) in sentences(whole, rulebook())[0]


def test_sixty_departments_with_gaps_are_bounds_in_every_form() -> None:
    """Three missing, two unread cells, one report with blanks for its zeros: sums of what is known, said to be bounds where they are."""
    reports = [report(n) for n in range(57)]
    unread = ("t3.granted.total", "t4.review_total")
    reports[1] = changed(reports[1], unread[0], state="unreadable", value=None, raw="")
    reports[2] = changed(reports[2], unread[1], state="unreadable", value=None, raw="")
    zeros = [fact.key for fact in reports[3].facts if fact.value == 0]
    blank = tuple(msgspec.structs.replace(one, raw="", state="blank", value=None) if one.value == 0 else one for one in reports[3].facts)
    reports[3] = msgspec.structs.replace(reports[3], facts=blank)
    assert zeros
    told = compiled(reports, 60)
    assert told.missing == (name(57), name(58), name(59))
    assert set(unread) <= {entry.key for entry in told.own_gaps}
    grid: dict[str, str] = {}
    for entry in told.sums:
        assert entry.known == sum((fact.value or Decimal(0) for one in reports for fact in one.facts if fact.key == entry.key), Decimal(0))
        assert entry.bound
        gaps = [part.member for part in entry.parts if part.value is None]
        assert set(told.missing) <= set(gaps)
        assert (name(1) in gaps) == (entry.key == unread[0])
        assert (name(2) in gaps) == (entry.key == unread[1])
        grid[entry.key] = f"≥ {entry.known}"
    text = "\n".join(cell.text for table in _tables(compiled_docx(told, rulebook())) for row in table.rows for cell in row.cells)
    book = openpyxl.load_workbook(io.BytesIO(compiled_xlsx(told, rulebook())))
    conditions = [str(rule.formula[0]) for sheet in book.worksheets[:3] for area in sheet.conditional_formatting for rule in area.rules]
    assert len(conditions) == len(told.sums)
    assert all(condition.startswith("COUNT(") and condition.endswith("<60") for condition in conditions)
    cells = "\n".join(str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None)
    assert all(shown in text for shown in grid.values())
    assert all(named in cells and named in text for named in (*told.missing, name(1), name(2)))


def test_missing_reports_unread_and_doubtful_cells_make_bounds_that_name_them() -> None:
    reports = [report(n) for n in range(8)]
    reports[1] = changed(reports[1], "t3.granted.total", state="unreadable", value=None)
    reports[2] = changed(reports[2], "t4.review_total", confidence=0.5)
    told = compiled(reports[:6], 8)
    assert told.missing == (name(6), name(7))
    assert {entry.key for entry in told.own_gaps} == {"t3.granted.total", "t4.review_total"}
    granted = next(entry for entry in told.sums if entry.key == "t3.granted.total")
    assert granted.bound
    assert [part.member for part in granted.parts if part.value is None] == [name(1), name(6), name(7)]
    text = "\n".join(cell.text for table in _tables(compiled_docx(told, rulebook())) for row in table.rows for cell in row.cells)
    assert f"≥ {granted.known}" in text
    assert name(1) in text


def test_a_number_of_the_workbook_is_shown_as_a_bound_until_its_parts_are_there() -> None:
    """Only the cells whose parts are missing carry the condition, and the coverage is printed below each form."""
    reports = [changed(report(n), "t3.granted.total", state="unreadable", value=None, raw="") if n == 1 else report(n) for n in range(4)]
    made = compiled(reports, 4)
    book = openpyxl.load_workbook(io.BytesIO(compiled_xlsx(made, rulebook())))
    marked = [(sheet.title, str(area.sqref)) for sheet in book.worksheets[:3] for area in sheet.conditional_formatting]
    assert len(marked) == 1
    title, place = marked[0]
    cell = book[title][place.partition(":")[0]]
    column = str(cell.value).partition("$")[2].partition("$")[0]
    assert not book["各机关明细"][f"{column}4"].value  # the second department's part
    notes = "\n".join(str(one.value) for row in book.worksheets[0].iter_rows() for one in row if one.value is not None)
    assert "应汇总 4 个机关，已有报告 4 个" in notes
    whole = openpyxl.load_workbook(io.BytesIO(compiled_xlsx(compiled([report(n) for n in range(4)], 4), rulebook())))
    assert not any(list(sheet.conditional_formatting) for sheet in whole.worksheets[:3])


def test_a_draft_is_compared_cell_by_cell() -> None:
    reports = [report(n) for n in range(3)]
    whole = compiled(reports, 3)
    sums = {entry.key: entry.known for entry in whole.sums}
    base = report(0)
    values = {fact.key: sums.get(fact.key, fact.value) for fact in base.facts}
    facts = tuple(msgspec.structs.replace(fact, value=values[fact.key], raw=str(values[fact.key])) for fact in base.facts)
    draft = msgspec.structs.replace(base, facts=facts, agency=CITY.name)
    assert compiled(reports, 3, draft).differences == ()
    wrong = changed(draft, "t3.granted.total", value=sums["t3.granted.total"] + 1)
    assert [entry.key for entry in compiled(reports, 3, wrong).differences] == ["t3.granted.total"]
    # With a report missing more than the known sum may be right, less cannot be.
    more = compiled(reports[:2], 3, draft)
    assert more.differences == ()


def test_sums_filled_into_the_form_satisfy_every_equation_of_the_tables() -> None:
    from auditor.check.engine import check
    from auditor.read import read_bytes

    whole = compiled([report(n) for n in range(6)], 6)
    read = bind(read_bytes(compiled_docx(whole, rulebook()), "city.docx"), rulebook())
    audit = check(msgspec.structs.replace(read, year=YEAR), rulebook())
    assert not [finding for finding in audit.findings if finding.rule.startswith(("T3", "T4"))]
    facts = {str(fact.key): fact.value for fact in read.facts}
    assert {entry.key: facts.get(entry.key) for entry in whole.sums} == {entry.key: entry.known for entry in whole.sums}


@pytest.mark.office
@needs_office
def test_the_workbook_recalculates_to_the_same_numbers(tmp_path: Path) -> None:
    whole = compiled([report(n) for n in range(60)], 61)
    made = compiled_xlsx(whole, rulebook())
    book = openpyxl.load_workbook(io.BytesIO(convert(made, "sums.xlsx", "xlsx", tmp_path)), data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(made))
    shown: list[float] = []
    for sheet in formulas.worksheets[:3]:
        for row in sheet.iter_rows():
            summed = [cell for cell in row if isinstance(cell.value, str) and cell.value.startswith("=SUM(")]
            shown += [float(book[sheet.title][cell.coordinate].value) for cell in summed]
    assert sorted(shown) == pytest.approx(sorted(float(entry.known) for entry in whole.sums))


def _tables(content: bytes) -> list[Any]:
    import docx

    return list(docx.Document(io.BytesIO(content)).tables)


def test_the_sums_as_the_governments_report_leave_the_rules_over_children_clean() -> None:
    """What is filled in from 汇总 and audited with the departments: every E rule that can be decided passes."""
    from auditor.check.engine import check
    from auditor.read import read_bytes
    from auditor.season.audit import audit_season

    reports = [report(n) for n in range(12)]
    whole = compiled(reports, 12)
    read = bind(read_bytes(compiled_docx(whole, rulebook()), "city.docx"), rulebook())
    city = msgspec.structs.replace(read, year=YEAR, agency=CITY.name, agency_kind="government", scope="consolidated")
    audits = [check(one, rulebook()) for one in (city, *reports)]
    seen = audit_season(audits, rulebook(), roster=roster(12))
    verdicts = {rule: verdict for rule, verdict in seen.audits[0].verdicts.items() if rule.startswith("E-")}
    assert [finding for finding in seen.audits[0].findings if finding.rule.startswith("E-")] == []
    assert verdicts["E-01"] == verdicts["E-02"] == verdicts["E-03"] == "pass"
    assert not {"fail", "unknown"} & set(verdicts.values())


def test_a_draft_with_fewer_documents_may_have_counted_joint_ones_once() -> None:
    reports = [report(n) for n in range(3)]
    key = "t2.normative_doc.issued"
    reports = [changed(one, key, value=Decimal(4), raw="4", state="number") for one in reports]
    whole = compiled(reports, 3)
    sums = {entry.key: entry.known for entry in whole.sums}
    base = report(0)
    values = {fact.key: sums.get(fact.key, fact.value) for fact in base.facts}
    facts = tuple(msgspec.structs.replace(fact, value=values[fact.key], raw=str(values[fact.key])) for fact in base.facts)
    draft = changed(msgspec.structs.replace(base, facts=facts, agency=CITY.name), key, value=Decimal(10))
    told = compiled(reports, 3, draft)
    assert [(one.key, one.joint) for one in told.differences] == [(key, True)]
    assert told.wrong == ()
    more = compiled(reports, 3, changed(draft, key, value=Decimal(13)))
    assert [one.key for one in more.wrong] == [key]
    text = "\n".join(paragraph.text for paragraph in _document(compiled_docx(told, rulebook())).paragraphs)
    assert "联合发文由牵头机关计" in text
    assert f"其中 {name(0)} 4、{name(1)} 4、{name(2)} 4" in text


def test_governments_below_are_added_up_first_and_their_gaps_stay_gaps() -> None:
    from auditor.render.compiled import overview_xlsx
    from auditor.season.compiled import in_order

    county = Agency(name="青禾市东县人民政府", kind="government", parent=CITY.name, line=50)
    rest = [Agency(name=name(n), kind="department", parent=county.name if n > 2 else CITY.name, line=n + 2) for n in range(6)]
    known = Roster(agencies=(CITY, *rest, county))
    assert [agency.name for agency in in_order(known, [CITY, county])] == [county.name, CITY.name]
    reports = [report(n) for n in range(6)]
    season = link(reports, (), known)
    lower = compile_government(season, county, YEAR, form(), rulebook())
    upper = compile_government(season, CITY, YEAR, form(), rulebook(), below={county.key: lower})
    assert upper.missing == ()
    assert upper.below == (county.name,)
    assert upper.gaps == ()
    for entry in upper.sums:
        assert entry.known == sum((fact.value or Decimal(0) for one in reports for fact in one.facts if fact.key == entry.key), Decimal(0))
    short = link(reports[:5], (), known)
    lower = compile_government(short, county, YEAR, form(), rulebook())
    upper = compile_government(short, CITY, YEAR, form(), rulebook(), below={county.key: lower})
    assert all(entry.bound for entry in upper.sums)
    sheet = openpyxl.load_workbook(io.BytesIO(overview_xlsx([lower, upper], rulebook()))).worksheets[0]
    assert [row[0].value for row in sheet.iter_rows(min_row=3)] == [county.name, CITY.name]
    assert float(sheet.cell(4, 4).value) == float(upper.sums[0].known)


def _document(content: bytes) -> Any:
    import docx

    return docx.Document(io.BytesIO(content))


def test_files_that_may_be_the_missing_reports_and_reports_that_differ_are_named() -> None:
    other = msgspec.structs.replace(report(5), agency="别处某局", source=msgspec.structs.replace(report(5).source, path="别处.docx"))
    broken = msgspec.structs.replace(other, status="unreadable", year=None, agency=None, facts=())
    broken = msgspec.structs.replace(broken, source=msgspec.structs.replace(report(6).source, path="读不出.pdf"))
    second = changed(report(1), "t3.granted.total", value=Decimal(9999), raw="9999", state="number")
    second = msgspec.structs.replace(second, source=msgspec.structs.replace(second.source, path="1（二）.docx", sha256="f" * 64))
    season = link([report(0), report(1), second, other], (), roster(3))
    told = compile_government(season, CITY, YEAR, form(), rulebook(), unread=[broken])
    assert told.missing == (name(1), name(2))
    assert told.several == (name(1),)
    assert set(told.loose) == {"别处.docx", "读不出.pdf"}
    text = "\n".join(paragraph.text for paragraph in _document(compiled_docx(told, rulebook())).paragraphs)
    assert "可能就是缺少的报告：" in text
    assert f"有几份内容不同的报告、无法选定的：{name(1)}" in text
    assert compile_government(link([report(0)], (), roster(1)), CITY, YEAR, form(), rulebook(), unread=[broken]).loose == ()
