"""The page of a letter as offices expect it, and what circular and notice may and may not say."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import docx
from docx.shared import Cm
from msgspec.structs import replace

from auditor.model.finding import Audit, Finding
from auditor.model.result import Result
from auditor.render.letters import circular, notice
from tests.render.test_letters import opened, words, wrong
from tests.support.season import counted, not_published, rulebook, season


def letter(audit: Audit | None = None, **values: Any) -> Any:
    return opened(notice(audit or wrong(), rulebook(), **values))


def texts(document: Any) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def test_notice_is_a_portrait_letter_with_a_landscape_annex() -> None:
    document = letter(office="某市政府办公室", date="2026-03-20", number="某政办函〔2026〕12号", contact="张某")
    first, annex = document.sections
    margins = (first.top_margin, first.right_margin, first.bottom_margin, first.left_margin)
    assert [round(margin.mm) for margin in margins] == [37, 26, 35, 28]
    assert first.page_height > first.page_width
    assert annex.page_width > annex.page_height
    lines = texts(document)
    assert lines[0] == "某政办函〔2026〕12号"
    assert "2026年3月20日" in lines
    assert any("张某" in line for line in lines)
    assert any(line.startswith("附件：") for line in lines)
    assert any("根据《中华人民共和国政府信息公开条例》" in line for line in lines)
    body = next(paragraph for paragraph in document.paragraphs if paragraph.text.startswith("根据"))
    assert body.paragraph_format.first_line_indent.pt == 32


def test_notice_without_number_office_and_date_leaves_no_gap_where_they_would_stand() -> None:
    lines = texts(letter())
    assert lines[0].startswith("政府信息公开工作年度报告整改通知书")
    assert "　　年　　月　　日" in lines
    assert not any("{{" in line for line in lines)


def test_second_notice_says_that_it_is_the_second() -> None:
    lines = texts(letter(time=2))
    assert "（第二次）" in lines[0]
    assert any("本通知是第二次通知" in line for line in lines)
    assert "（第" not in texts(letter())[0]


def test_document_is_the_offices() -> None:
    properties = letter(office="某市政府办公室", date="2026年3月20日").core_properties
    assert properties.author == "某市政府办公室"
    assert properties.created.year == 2026
    assert "python" not in (properties.comments or "")


def test_template_headers_are_filled_and_the_table_is_as_wide_as_the_text(tmp_path: Path) -> None:
    own = docx.Document()
    own.sections[0].header.paragraphs[0].text = "{{office}}　{{number}}"
    own.sections[0].footer.paragraphs[0].text = "{{date}}"
    own.sections[0].page_width = Cm(15)
    own.add_paragraph("{{findings}}")
    own.save(str(tmp_path / "own.docx"))
    document = letter(office="市办", number="〔2026〕3号", date="2026-04-01", template=tmp_path / "own.docx")
    section = document.sections[0]
    assert section.header.paragraphs[0].text == "市办　〔2026〕3号"
    assert section.footer.paragraphs[0].text == "2026年4月1日"
    room = section.page_width - section.left_margin - section.right_margin
    widths = sum(column.width for column in document.tables[0].columns)
    assert abs(widths - room) < Cm(0.1)


def test_what_a_certain_culprit_changes_is_the_row_and_nothing_else_is_asked() -> None:
    audit = wrong()
    document = letter(audit)
    rows = {row.cells[7].text: [cell.text for cell in row.cells] for row in document.tables[0].rows[1:]}
    for finding in audit.findings:
        if finding.culprit is not None and finding.culprit.certain and finding.id in rows:
            best = finding.culprit.candidates[0]
            assert rows[finding.id][3].split("\n")[0] == best.printed
            assert rows[finding.id][4].split("\n")[0] == best.likely


def _noticed(finding: Finding) -> Finding:
    return replace(finding, severity="notice", rule="F-11", message="这是提示", children=())


def test_notices_are_not_in_the_circular() -> None:
    base = season(6)
    audits = tuple(
        counted(replace(entry.audit, findings=(*entry.audit.findings, *(map(_noticed, entry.audit.findings[:1]))))) for entry in base.audits
    )
    text = words(opened(circular(replace(base, audits=audits), rulebook())))
    assert "这是提示" not in text
    assert "F-11" not in text


def test_sums_of_the_circular_close_over_all_files() -> None:
    document = opened(circular(season(9), rulebook()))
    text = words(document)
    counted = re.search(r"文件(\d+)份。其中年度报告(\d+)份，未能读取(\d+)份，不是年度报告的(\d+)份", text)
    assert counted is not None
    files, read, unread, other = map(int, counted.groups())
    clean, problems, left = map(
        int,
        re.search(r"未发现需整改问题的(\d+)份，存在需整改问题的(\d+)份，.*?的(\d+)份。", text).groups(),  # type: ignore[union-attr]
    )
    assert files == read + unread + other == 9
    assert read == clean + problems + left
    errors, warnings = map(int, re.search(r"共发现错误(\d+)处、警告(\d+)处", text).groups())  # type: ignore[union-attr]
    total = document.tables[1].rows[-1].cells
    assert (total[0].text, int(total[1].text), int(total[2].text)) == ("合计", errors, warnings)


def test_agency_whose_file_may_be_there_is_to_be_verified_and_not_unpublished() -> None:
    unsure = replace(not_published("青禾市教育局"), confidence="medium", severity="warning", sources=("收件/教育局扫描.pdf",))
    text = words(opened(circular(season(3, corpus=(not_published("白榆县财政局"), unsure)), rulebook())))
    assert "未公布：白榆县财政局。" in text
    assert "青禾市教育局（教育局扫描.pdf）" in text


def test_circular_has_its_four_parts() -> None:
    result = Result(audits=season(3).audits, version="0", rules_sha256="")
    lines = texts(opened(circular(result, rulebook(), office="市办", date="2026-04-20", number="〔2026〕5号")))
    assert [line for line in lines if re.match("[一二三四]、", line)] == [
        "一、基本情况", "二、主要问题", "三、未公布和待核实情况", "四、工作要求",
    ]  # fmt: skip
    assert io.BytesIO(circular(result, rulebook())).getvalue() == circular(result, rulebook())
