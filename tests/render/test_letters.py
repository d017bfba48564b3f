"""Notice and circular: what they say, the office's own templates, replies read back."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import docx
import pytest
from msgspec.structs import replace

from auditor.deliver.returned import read_returned
from auditor.errors import UsageError
from auditor.model.finding import Audit
from auditor.model.result import count_by_severity
from auditor.render.letters import circular, notice
from auditor.render.letters.notice import asked_for
from auditor.text.labels import label_of
from tests.lab.compose import balanced_plan
from tests.support.season import audited, counted, not_published, renamed, rulebook, season, unread, wrong_plan
from tests.support.soffice import convert, convert_all, needs_office

WORDS = rulebook().words


def opened(data: bytes | None) -> Any:
    assert data is not None
    return docx.Document(io.BytesIO(data))


def words(document: Any) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def wrong() -> Audit:
    return audited(wrong_plan(0), "报告/甲.docx")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("15个工作日", "于15个工作日内更正"),
        ("十五个工作日内", "于十五个工作日内更正"),
        ("30天", "于30天内更正"),
        ("2026-04-30", "于2026年4月30日前更正"),
        ("2026年4月30日", "于2026年4月30日前更正"),
        ("2026年4月30日前", "于2026年4月30日前更正"),
        ("2026年4月30日下班前", "于2026年4月30日下班前更正"),
        ("收到之日起5个工作日内", "于收到之日起5个工作日内更正"),
        ("", "于收到本通知后五个工作日内更正"),
    ],
)
def test_a_deadline_reads_as_a_sentence(given: str, said: str) -> None:
    assert said in words(opened(notice(wrong(), rulebook(), deadline=given)))


def test_notice_states_place_numbers_calculation_basis_action_and_deadline() -> None:
    audit = wrong()
    document = opened(notice(audit, rulebook(), deadline="4月10日前", office="某市政府办公室"))
    text = words(document)
    listed = list(asked_for(audit.findings))
    assert len(document.tables[0].rows) == len(listed) + 1
    for finding in listed:
        rule = rulebook().rule(finding.rule)
        assert finding.message in text
        assert finding.calculation is None or finding.calculation in text
        assert all(basis in text for basis in finding.basis)
        assert (finding.expected or "") in text
        assert rule is not None
        assert rule.action is None or rule.action.zh in text
        assert finding.id in text
    assert "4月10日前" in text
    assert "某市政府办公室" in text
    assert audit.report is not None
    assert document.paragraphs[1].text == f"{audit.report.agency}："
    assert "{{" not in text
    assert "[[" not in text


def test_no_notice_for_clean_unread_waived_or_merely_hinted() -> None:
    clean = audited(balanced_plan(1, "layout_2021", "medium", year=2024), "a.docx")
    assert not list(asked_for(clean.findings))
    assert notice(clean, rulebook()) is None
    assert notice(unread("b.pdf"), rulebook()) is None
    waived = replace(wrong(), findings=tuple(replace(finding, waived="经核实") for finding in wrong().findings))
    assert notice(waived, rulebook()) is None


def test_names_that_are_code_or_broken_stay_text() -> None:
    document = opened(notice(renamed(wrong(), "<w:p>\x00\ud800{{office}}=1", "a.docx"), rulebook(), office="市政府办"))
    assert document.paragraphs[1].text.startswith("<w:p>")


def test_offices_own_template_is_filled_and_keeps_its_form(tmp_path: Path) -> None:
    own = docx.Document()
    own.add_paragraph("某市政府办公室").runs[0].bold = True
    line = own.add_paragraph("致")
    line.add_run("{{age")
    line.add_run("ncy}}")
    line.add_run("，{{year}}年度，共{{count}}项，{{unknown}}")
    own.add_paragraph("{{findings}}")
    own.add_table(1, 1).rows[0].cells[0].text = "期限：{{ deadline }}"
    own.save(str(tmp_path / "own.docx"))
    audit = wrong()
    document = opened(notice(audit, rulebook(), deadline="月底前", template=tmp_path / "own.docx"))
    assert audit.report is not None
    count = len(list(asked_for(audit.findings)))
    assert document.paragraphs[1].text == f"致{audit.report.agency}，2024年度，共{count}项，{{{{unknown}}}}"
    assert document.paragraphs[0].runs[0].bold
    assert any(table.rows[0].cells[0].text == "期限：月底前" for table in document.tables)
    assert any(len(table.columns) == 9 for table in document.tables)


def test_template_that_is_no_word_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.docx").write_text("x")
    with pytest.raises(UsageError, match=r"bad\.docx"):
        notice(wrong(), rulebook(), template=tmp_path / "bad.docx")


def answered(data: bytes | None, texts: dict[int, str]) -> bytes:
    document = opened(data)
    for row, text in texts.items():
        document.tables[0].rows[row].cells[8].text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def replies_in(data: bytes | None) -> list[tuple[str, str]]:
    """Id and reply of each row that has both."""
    (returned,) = read_returned(data or b"", "notice.docx")
    return [(row.ids[-1], row.reply) for row in returned.rows if row.reply]


def test_replies_are_read_back_with_the_ids_of_their_findings() -> None:
    audit = wrong()
    listed = list(asked_for(audit.findings))
    assert len(listed) >= 2
    data = answered(notice(audit, rulebook()), {1: "已更正\n见网站", 2: "  "})
    assert replies_in(data) == [(listed[0].id, "已更正\n见网站")]
    assert replies_in(notice(audit, rulebook())) == []


def test_reply_column_survives_rows_and_columns_moved_by_the_agency() -> None:
    audit = wrong()
    document = opened(answered(notice(audit, rulebook()), {1: "甲", 2: "乙"}))
    table = document.tables[0]
    for row in table.rows:  # the agency takes a column away
        row._tr.remove(row.cells[5]._tc)
    out = io.BytesIO()
    document.save(out)
    assert [text for _, text in replies_in(out.getvalue())] == ["甲", "乙"]


def test_file_without_reply_column_has_none() -> None:
    out = io.BytesIO()
    docx.Document().save(out)
    assert replies_in(out.getvalue()) == []
    assert read_returned(b"%PDF-1.4 broken", "a.pdf")[0].error


@pytest.mark.office
@needs_office
def test_replies_survive_another_word_processor(tmp_path: Path) -> None:
    data = answered(notice(wrong(), rulebook()), {1: "已更正"})
    back = convert(data, "notice.docx", "docx", tmp_path)
    assert [text for _, text in replies_in(back)] == ["已更正"]


def test_circular_counts_as_the_other_outputs_and_names_missing_and_late() -> None:
    result = season(8, corpus=(not_published("白榆县财政局"), not_published("青禾市教育局", rule="H-02")))
    text = words(opened(circular(result, rulebook(), office="某市政府办公室")))
    counts = count_by_severity(finding for entry in result.audits for finding in entry.audit.findings)
    assert f"错误{counts['error']}处、警告{counts['warning']}处" in text
    assert "未公布：白榆县财政局。" in text
    assert "逾期公布：青禾市教育局。" in text
    assert "未能读取1份" in text
    assert "T3-01" in text


def test_circular_without_roster_does_not_say_that_nobody_is_missing() -> None:
    text = words(opened(circular(season(4), rulebook())))
    assert "未公布：无" not in text
    assert "未核对" in text


def test_circular_with_own_template(tmp_path: Path) -> None:
    own = docx.Document()
    own.add_paragraph("共{{files}}份")
    own.add_paragraph("{{agencies}}")
    own.save(str(tmp_path / "own.docx"))
    document = opened(circular(season(3), rulebook(), template=tmp_path / "own.docx"))
    assert document.paragraphs[0].text == "共3份"
    assert len(document.tables) == 1


def test_letters_are_the_same_each_time() -> None:
    audit, result = wrong(), replace(season(1), audits=(counted(wrong()),))
    assert notice(audit, rulebook()) == notice(audit, rulebook())
    assert circular(result, rulebook()) == circular(result, rulebook())


@pytest.mark.office
@needs_office
def test_letters_open_in_another_program_without_repair(tmp_path: Path) -> None:
    letter = notice(wrong(), rulebook())
    assert letter is not None
    pages = convert_all({"notice.docx": letter, "circular.docx": circular(season(8), rulebook())}, "pdf", tmp_path)
    assert all(page.startswith(b"%PDF") for page in pages.values())


def test_notice_lists_the_numbers_no_check_can_see_for_the_agencys_own_check() -> None:
    audit = wrong()
    assert audit.report is not None
    assert audit.reach is not None
    assert audit.reach.blind
    document = opened(notice(audit, rulebook()))
    text = words(document)
    assert f"表内{audit.reach.cells}个数字" in text
    assert f"其余{len(audit.reach.blind)}个无从核对" in text
    rows = [[cell.text for cell in row.cells] for row in document.tables[-1].rows]
    assert rows[0] == ["无从核对的栏目", "报告数字", "台账数字"] * 2
    listed = [(name, printed) for row in rows[1:] for name, printed in (row[:2], row[3:5]) if name]
    facts = {key: audit.report.fact(key) for key in audit.reach.blind}
    expected = [
        (label_of(rulebook(), audit.report.layouts, key, "zh"), fact.raw.strip()) for key, fact in facts.items() if fact is not None
    ]
    assert sorted(listed) == sorted(expected)
    assert {row[2] + row[5] for row in rows[1:]} == {""}, "room for the number of the register"
    seen = replace(audit, reach=replace(audit.reach, blind=()))
    assert "自查提示" not in words(opened(notice(seen, rulebook())))
    assert "无从核对" not in words(opened(notice(seen, rulebook())))
