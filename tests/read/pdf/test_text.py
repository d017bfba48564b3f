"""Prose, characters and page furniture."""

from __future__ import annotations

import io

import pypdfium2 as pdfium
import pytest

from tests.read.pdf.made import Sheet, prose, read, specs, steps, tables

LONG = "本局围绕中心工作主动回应群众关切通过网站公开各类信息并认真办理各项申请切实保障公众的知情权"


def test_paragraphs_are_rebuilt_and_headings_stand_alone() -> None:
    sheet = Sheet()
    sheet.text(200, 80, "云杉区档案局年度报告", 18)
    sheet.text(80, 120, "一、总体情况")
    sheet.text(80, 138, LONG[:40])
    sheet.text(60, 156, LONG[:42])
    sheet.text(60, 174, "共计20项。")
    sheet.text(80, 192, "（一）主动公开。" + LONG[:30])
    sheet.text(80, 210, "二、主动公开政府信息情况")
    assert prose(read(sheet.data())) == [
        "云杉区档案局年度报告",
        "一、总体情况",
        LONG[:40] + LONG[:42] + "共计20项。",
        "（一）主动公开。" + LONG[:30],
        "二、主动公开政府信息情况",
    ]


def test_sentence_goes_on_over_the_page() -> None:
    sheet = Sheet()
    sheet.text(80, 700, LONG[:40])
    sheet.text(60, 718, LONG[:42])
    sheet.text(290, 810, "- 1 -")
    sheet.page()
    sheet.text(60, 60, "直到这里才结束。")
    sheet.text(290, 810, "- 2 -")
    document = read(sheet.data())
    assert prose(document) == [LONG[:40] + LONG[:42] + "直到这里才结束。"]


@pytest.mark.parametrize(
    ("numbers", "left"),
    [
        (["— 1 —", "— 2 —"], []),
        (["第1页 共2页", "第2页 共2页"], []),
        (["1", "2"], []),
        (["1/2", "2/2"], []),
        (["甲乙丙", "丁戊己"], ["甲乙丙", "丁戊己"]),
    ],
)
def test_page_numbers_are_left_out_and_other_lines_kept(numbers: list[str], left: list[str]) -> None:
    sheet = Sheet()
    for number in numbers:
        sheet.text(60, 200, LONG[:42])
        sheet.text(80, 300, LONG[:20])
        sheet.text(280, 815, number)
        sheet.page()
    assert [text for text in prose(read(sheet.data())) if text not in LONG] == left


def test_running_heads_are_left_out() -> None:
    sheet = Sheet()
    for number in range(3):
        sheet.text(60, 40, "云杉区档案局 年度报告")
        sheet.text(80, 300, f"第{number}段，" + LONG[:20])
        sheet.page()
    assert not any("年度报告" in text for text in prose(read(sheet.data())))


def test_slanted_watermark_is_not_part_of_cells() -> None:
    sheet = Sheet()
    cells = [(0, 0, 1, 1, "甲"), (0, 1, 1, 1, "1"), (1, 0, 1, 1, "乙"), (1, 1, 1, 1, "2")]
    sheet.table(steps(60, 200, 200), steps(100, 60, 60), cells)
    sheet.canvas.saveState()
    sheet.canvas.translate(150, 842 - 220)
    sheet.canvas.rotate(35)
    sheet.canvas.setFont("STSong-Light", 40)
    sheet.canvas.drawString(0, 0, "内部资料")
    sheet.canvas.restoreState()
    document = read(sheet.data())
    assert specs(tables(document)[0]) == cells
    assert prose(document) == []


def test_spaces_between_words_stay_and_letter_spacing_makes_none() -> None:
    sheet = Sheet()
    cells = [(0, 0, 1, 1, "Open Data 平台"), (0, 1, 1, 1, "12 88"), (1, 0, 1, 1, "乙"), (1, 1, 1, 1, "")]
    sheet.table(steps(60, 150, 150), steps(100, 24, 24), cells)
    sheet.text(220, 140, "1288", 9, spacing=2)
    sheet.text(80, 200, "总  计", 9, spacing=6)
    table = tables(read(sheet.data()))[0]
    assert [cell.text for cell in table.cells][:2] == ["Open Data 平台", "12 88"]
    assert table.cells[3].text == "1288"


def test_characters_off_the_page_are_not_printed() -> None:
    sheet = Sheet(width=300)
    cells = [(0, 0, 1, 1, "甲"), (0, 1, 1, 1, "1"), (0, 2, 1, 1, "2"), (1, 0, 1, 1, "乙"), (1, 1, 1, 1, "3"), (1, 2, 1, 1, "4")]
    sheet.table(steps(60, 100, 100, 100), steps(100, 24, 24), cells)
    sheet.table(steps(60, 100, 300), steps(300, 24, 24), [cells[0], cells[1], cells[3], cells[4]])
    sheet.text(350, 315, "9")
    assert not any("9" in cell.text for table in tables(read(sheet.data())) for cell in table.cells)


@pytest.mark.parametrize("angle", [90, 180, 270])
@pytest.mark.parametrize("engine", ["pdfium", "pdfplumber"])
def test_turned_pages_read_like_upright_ones(angle: int, engine: str) -> None:
    def drawn(turn: int) -> bytes:
        sheet = Sheet()
        cells = [(0, 0, 1, 1, "甲"), (0, 1, 1, 1, "1234"), (1, 0, 1, 1, "乙"), (1, 1, 1, 1, "2")]
        sheet.table(steps(60, 100, 100), steps(100, 24, 24), cells)
        sheet.text(80, 200, LONG[:30])
        document = pdfium.PdfDocument(sheet.data())
        document[0].set_rotation(turn)
        buffer = io.BytesIO()
        document.save(buffer)
        document.close()
        return buffer.getvalue()

    flat, turned = read(drawn(0), engine), read(drawn(angle), engine)
    assert specs(tables(turned)[0]) == specs(tables(flat)[0])
    assert prose(turned) == prose(flat)
    left, top, right, bottom = tables(flat)[0].cells[1].location.box or (0, 0, 0, 0)
    expected = {
        90: (842 - bottom, left, 842 - top, right),
        180: (595 - right, 842 - bottom, 595 - left, 842 - top),
        270: (top, 595 - right, bottom, 595 - left),
    }
    assert tables(turned)[0].cells[1].location.box == pytest.approx(expected[angle], abs=1)
