"""The brief: every number is made again from what its footnote names; nothing is said of small numbers or across a break of the form."""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from statistics import median
from typing import Any

import openpyxl
import pytest
from lxml import etree
from msgspec.structs import replace

from auditor.model.brief import Brief, BriefSentence, BriefTable, Chart, Figure, figures_of
from auditor.model.formats import FactKey
from auditor.render.brief import brief_docx, brief_html, brief_xlsx
from auditor.season.brief import Request, make_brief
from auditor.season.link import link
from tests.season import briefs
from tests.support.season import rulebook
from tests.support.soffice import convert, needs_office, office_content

ODF_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
ODF_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def again(how: str, of: list[Decimal | None], base: list[Decimal | None]) -> Decimal:
    """The number from the values of its evidence, written apart from the program."""
    one = sum((value or Decimal(0) for value in of), Decimal(0))
    other = sum((value or Decimal(0) for value in base), Decimal(0))
    made = {
        "计数": lambda: Decimal(len(of)),
        "合计": lambda: one,
        "占比": lambda: one * 100 / other,
        "占比（按份数）": lambda: Decimal(100 * len(of)) / len(base),
        "相差": lambda: abs(one - other),
        "增长率": lambda: abs(one - other) * 100 / other,
        "中位数": lambda: Decimal(median(value or Decimal(0) for value in of)),
        "平均": lambda: Decimal(len(of)) / len(base),
    }[how]()
    exact = how in ("计数", "合计", "相差", "中位数")
    return made if exact else made.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def numbers(text: str) -> list[str]:
    return re.findall(r"\d+(?:\.\d+)?", text)


def evidence_sheet(made: Brief) -> tuple[list[tuple[str, int | None]], dict[int, list[dict[str, Any]]]]:
    """The sentences with their notes, and the rows of evidence by note, as a reader of the workbook finds them."""
    book = openpyxl.load_workbook(io.BytesIO(brief_xlsx(made, rulebook())))
    text, rows = book["简报"], book["依据"]
    sentences = [(str(row[0].value), row[1].value) for row in text.iter_rows(min_row=3) if row[0].value]
    heads = [cell.value for cell in rows[1]]
    by_note: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.iter_rows(min_row=2, values_only=True):
        line = dict(zip(heads, row, strict=True))
        by_note[line["注"]].append(line)
    return sentences, by_note


def test_every_number_of_the_text_is_found_again_by_its_footnote() -> None:
    made = briefs.brief()
    sentences, by_note = evidence_sheet(made)
    names = sorted({agency.name for agency in briefs.roster().agencies}, key=len, reverse=True)
    shown = 0
    for text, note in sentences:
        if note is None:
            continue
        figures: dict[str, tuple[str, list[Decimal | None], list[Decimal | None]]] = {}
        for line in by_note[note]:
            how, of, base = figures.setdefault(line["数字"], (line["怎样得出"], [], []))
            if line["机关"] or line["文件"]:
                (of if line["作用"] == "依据" else base).append(None if line["数值"] is None else Decimal(str(line["数值"])))
        bare = text
        for name in (*names, "第1轮"):
            bare = bare.replace(name, "")
        bare = re.sub(r"\d{4}(?=年度|至|、|—)", "", bare)
        item = next(item for part in made.parts for item in part.items if item.note == note)
        if isinstance(item, BriefSentence):
            assert sorted(numbers(bare)) == sorted(number for figure in item.figures for number in numbers(figure.text)), text
        for figure_text, (how, of, base) in figures.items():
            shown += 1
            ours = [figure for figure in figures_of(item) if figure.text == figure_text]
            assert ours
            if len(ours) == 1:  # else their evidence stands under one number
                assert again(how, of, base) == Decimal(figure_text.rstrip("%")), (text, figure_text)
            assert how == {"count": "计数", "sum": "合计", "share": "占比", "share_count": "占比（按份数）", "difference": "相差",
                           "growth": "增长率", "median": "中位数", "mean": "平均"}[ours[0].how]  # fmt: skip
    assert shown > 60


def test_every_figure_follows_from_its_evidence() -> None:
    """Also those of charts and tables, and where two figures of one item read alike."""
    made = briefs.brief()
    how = {"count": "计数", "sum": "合计", "share": "占比", "share_count": "占比（按份数）", "difference": "相差",
           "growth": "增长率", "median": "中位数", "mean": "平均"}  # fmt: skip
    checked = 0
    for part in made.parts:
        for item in part.items:
            for figure in figures_of(item):
                of, base = ([made.evidence[place].value for place in places] for places in (figure.of, figure.base))
                assert again(how[figure.how], of, base) == Decimal(figure.text.rstrip("%")), (item, figure.text)
                assert len(set(figure.of)) == len(figure.of)  # nothing counted twice
                checked += 1
    assert checked > 150


def test_the_evidence_is_what_the_reports_print() -> None:
    season, _ = briefs.city()
    printed = {
        (entry.report.agency, entry.report.year, fact.key): (fact.raw, fact.value)
        for entry in season.entries
        for fact in entry.report.facts
    }
    cells = [one for one in briefs.brief().evidence if one.kind == "cell"]
    assert len(cells) > 500
    for one in cells:
        raw, value = printed[one.agency, one.year, FactKey(one.key)]
        assert one.printed == raw
        assert one.value == value
        assert one.place
        assert one.path == f"{one.agency}_{one.year}.docx"


def test_sums_of_the_text_are_those_of_the_reports() -> None:
    _, audits = briefs.city()
    reports = [one.audit.report for one in audits if one.audit.report is not None]
    total = sum(report.fact("t3.new_received.total").value for report in reports)  # type: ignore[union-attr, misc]
    text = "\n".join(item.text for part in briefs.brief().parts for item in part.items if isinstance(item, BriefSentence))
    assert f"新收政府信息公开申请 {total} 件" in text
    assert "应公布2024年度报告的机关 15 个，见到报告的 13 个" in text
    assert "没有见到报告的 2 个：青禾市人民政府、青禾市柳湾街道" in text


def test_trends_take_the_same_agencies_every_year_and_stop_where_the_form_changes() -> None:
    made = briefs.brief()
    charts = {item.title: item for part in made.parts for item in part.items if isinstance(item, Chart)}
    received = charts["新收申请（各年齐全的同一批机关，件）"]
    assert received.categories == ("2018", "2020", "2022", "2023", "2024")
    now, earlier = received.series
    assert now.points[0] is None  # the table of 2014–2018 is told apart, never joined
    assert [point is not None for point in earlier.points] == [True, False, False, False, False]
    sizes = {len(point.of) for point in now.points if point is not None}
    assert sizes == {12}  # one of the 13 agencies has no report for 2022
    issued = charts["制发行政规范性文件（各年齐全的同一批机关，件）"]
    assert issued.categories == ("2022", "2023", "2024")  # the trial form of 2019 and 2020 asked for something else
    assert any("制发行政规范性文件：2018、2020年度使用的表格没有可以比较的栏目" in text for text in made.remarks)
    assert any("新收申请、办结申请：2018年度" in text for text in made.remarks)  # said once of all the numbers it is true of


def test_small_numbers_give_no_shares_and_no_order() -> None:
    season, audits = briefs.city()
    few = [one.audit.report for one in audits[:3]]
    made = make_brief(rulebook(), link(few, (), briefs.roster()), audits[:3], Request())
    assert made is not None
    text = "\n".join(item.text for part in made.parts for item in part.items if isinstance(item, BriefSentence))
    assert "没有需要整改的问题的占" not in text  # three reports
    assert "中位数" not in text
    idle = [_zeros(report) for report in few if report is not None]
    made = make_brief(rulebook(), link((), idle, None), (), Request(year=briefs.YEAR))
    assert made is not None
    text = "\n".join(item.text for part in made.parts for item in part.items if isinstance(item, BriefSentence))
    assert "占办结总数" not in text
    assert "3 份报告全年没有新收申请" in text
    assert season.roster is not None


def _zeros(report: Any) -> Any:
    facts = tuple(replace(fact, raw="0", value=Decimal(0), state="zero") if fact.value is not None else fact for fact in report.facts)
    return replace(report, facts=facts)


def test_unread_cells_are_left_out_and_said() -> None:
    _, audits = briefs.city()
    first = audits[0].audit.report
    assert first is not None
    facts = tuple(
        replace(fact, state="unreadable", value=None, raw="") if fact.key == "t3.new_received.total" else fact for fact in first.facts
    )
    reports = [replace(first, facts=facts), *(one.audit.report for one in audits[1:])]
    made = make_brief(rulebook(), link(reports, (), briefs.roster()), audits, Request())
    assert made is not None
    text = "\n".join(item.text for part in made.parts for item in part.items if isinstance(item, BriefSentence))
    assert "以上 1 个数字在 1 份报告中未读到或没有把握，未计入" in text
    whole = first.fact("t3.new_received.total")
    assert whole is not None
    assert not any(one.agency == first.agency and one.key == whole.key and one.value is not None for one in made.evidence)


def test_a_consolidated_report_is_never_added_to_what_it_contains() -> None:
    season, audits = briefs.city()
    base = audits[0].audit.report
    assert base is not None
    source = replace(base.source, path="city.docx", sha256="c" * 64)
    whole = replace(base, agency=briefs.CITY.name, agency_kind="government", scope="consolidated", source=source)
    reports = [whole, *(one.audit.report for one in audits)]
    made = make_brief(rulebook(), link(reports, (), briefs.roster()), (audits[0], *audits), Request())
    assert made is not None
    sentences = [
        item for part in made.parts for item in part.items if isinstance(item, BriefSentence) and "新收政府信息公开申请" in item.text
    ]
    assert len(sentences) == 2
    assert {len(sentence.figures[0].of) for sentence in sentences} == {13, 1}
    assert any("不重复相加" in text for text in made.remarks)
    assert season.roster is not None


def test_the_word_file_has_real_footnotes_native_charts_and_the_same_bytes() -> None:
    made = briefs.brief()
    content = brief_docx(made, rulebook())
    assert content == brief_docx(made, rulebook())
    package = zipfile.ZipFile(io.BytesIO(content))
    charts = [name for name in package.namelist() if name.startswith("word/charts/chart")]
    wanted = [item for part in made.parts for item in part.items if isinstance(item, Chart)]
    assert len(charts) == len(wanted) > 4
    for number, item in enumerate(wanted, start=1):
        book = openpyxl.load_workbook(io.BytesIO(package.read(f"word/embeddings/Microsoft_Excel_Worksheet{number}.xlsx")))
        rows = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
        assert [row[0] for row in rows] == list(item.categories)
        for column, series in enumerate(item.series, start=1):
            assert [row[column] for row in rows] == [None if point is None else float(point.value) for point in series.points]
        etree.fromstring(package.read(f"word/charts/chart{number}.xml"))
    body = etree.fromstring(package.read("word/document.xml"))
    marks = [int(mark.get(f"{W}id", "")) for mark in body.iter(f"{W}footnoteReference")]
    noted = [item.note for part in made.parts for item in part.items if item.note]
    assert marks == noted == list(range(1, len(noted) + 1))  # as Word numbers them
    notes = {int(note.get(f"{W}id", "")) for note in etree.fromstring(package.read("word/footnotes.xml"))}
    assert set(marks) <= notes
    text = "".join(map(str, body.itertext()))
    for told in (item for part in made.parts for item in part.items if item.note):
        for figure in figures_of(told):  # in the footnote or in the annex, with everything it comes from
            assert all(made.evidence[place].agency in text or made.evidence[place].path in text for place in (*figure.of, *figure.base))
    for sentence in (item for part in made.parts for item in part.items if isinstance(item, BriefSentence)):
        assert sentence.text in text


def test_the_page_fetches_nothing_and_escapes_what_reports_say() -> None:
    made = briefs.brief()
    hostile = replace(made, office="<script>alert(1)</script>", evidence=tuple(replace(one, agency="<b>甲</b>") for one in made.evidence))
    page = brief_html(hostile, rulebook())
    assert "<script" not in page
    assert "<b>甲" not in page
    assert not re.search(r"(?:src|href)=\"(?!#)", page)
    assert "default-src 'none'" in page
    assert page == brief_html(hostile, rulebook())
    notes = set(re.findall(r'<details id="n(\d+)"', page))
    assert notes == set(re.findall(r'href="#n(\d+)"', page))


def test_english_has_the_same_numbers() -> None:
    zh, en = briefs.brief(), briefs.brief("en")
    assert [f.text for p in zh.parts for i in p.items for f in figures_of(i)] == [
        f.text for p in en.parts for i in p.items for f in figures_of(i)
    ]
    assert not re.search(r"[一-鿿]", "".join(part.title for part in en.parts))


def test_tables_show_what_they_hold() -> None:
    made = briefs.brief()
    grids = [item for part in made.parts for item in part.items if isinstance(item, BriefTable)]
    assert grids
    for grid in grids:
        for row in grid.rows:
            assert len(row) == len(grid.heads)
            assert all(isinstance(cell, str | Figure) for cell in row)


@pytest.mark.office
@needs_office
def test_office_programs_open_it(tmp_path: Path) -> None:
    made = briefs.brief()
    # Saved again as the office program understood it; a PDF would take three times as long and could not be looked into.
    written = office_content(convert(brief_docx(made, rulebook()), "b.docx", "odt", tmp_path))
    assert made.title in "".join(written.itertext())
    assert len(list(written.iter(f"{ODF_TEXT}note"))) == len([item for part in made.parts for item in part.items if item.note])
    sheets = office_content(convert(brief_xlsx(made, rulebook()), "x.xlsx", "ods", tmp_path))
    assert {"简报", "依据"} <= {table.get(f"{ODF_TABLE}name") for table in sheets.iter(f"{ODF_TABLE}table")}


def test_nobody_is_said_to_be_missing_while_an_unread_file_may_be_its_report() -> None:
    from tests.support.season import counted, unread

    _, audits = briefs.city()
    scan = counted(unread("收到的报告/柳湾街道年报.pdf"))
    everything = (*audits, scan)
    made = make_brief(rulebook(), link([one.audit.report for one in everything], (), briefs.roster()), everything, Request())
    assert made is not None
    text = "\n".join(item.text for part in made.parts for item in part.items if isinstance(item, BriefSentence))
    assert "没有见到报告的 1 个：青禾市人民政府" in text
    assert "有待核实的 1 个：青禾市柳湾街道" in text
    assert "另有 1 个文件未能读取" in text
