"""Signs that pages are wanting, and what is no such sign."""

from __future__ import annotations

import pytest

from tests.read.pdf.made import Sheet, read

_FULL = "本年度的主要问题是公开的时效还不够强栏目的更新也不及时下一年度将继续加强培训并且逐月检查各科室公开"
_FOOT = "版权所有：某县住房保障局 技术支持：县信息中心 您是第 00203118 位访客"


def _cause(sheet: Sheet) -> list[object]:
    return [doubt.details.get("cause") for doubt in read(sheet.data()).doubts]


def _page(sheet: Sheet, last: str, x: float = 50.0, number: str = "") -> None:
    for place in range(6):
        sheet.text(50, 100 + 20 * place, _FULL)
    sheet.text(x, 220, last)
    if number:
        sheet.text(290, 800, number)


def test_a_page_that_ends_within_a_full_line_may_go_on() -> None:
    sheet = Sheet()
    _page(sheet, _FULL)
    assert _cause(sheet) == ["breaks_off"]


def test_the_foot_of_a_printed_web_page_is_the_end() -> None:
    sheet = Sheet()
    _page(sheet, "逐月检查各科室公开的情况。")
    sheet.text(120, 300, _FOOT)
    assert _cause(sheet) == []


def test_a_page_that_ends_in_a_table_may_go_on() -> None:
    sheet = Sheet()
    _page(sheet, "见下表。")
    sheet.table(
        [50, 150, 250, 350], [260, 280, 300, 320], [(row, column, 1, 1, f"{row}{column}") for row in range(3) for column in range(3)]
    )
    assert _cause(sheet) == ["breaks_off"]


@pytest.mark.parametrize(
    ("numbers", "causes"),
    [
        (["— 1 —", "— 2 —", "— 3 —"], []),
        (["— 1 —", "— 3 —"], ["sheets"]),
        (["— 2 —", "— 3 —"], ["sheets"]),
        (["第 1 页 共 3 页", "第 2 页 共 3 页"], ["sheets"]),
        (["", "2", "3"], []),
    ],
)
def test_page_numbers_with_gaps_tell_of_wanting_pages(numbers: list[str], causes: list[str]) -> None:
    sheet = Sheet()
    for place, number in enumerate(numbers):
        if place:
            sheet.page()
        _page(sheet, "逐月检查各科室公开的情况。", number=number)
    assert _cause(sheet) == causes
