"""Numbers that Word prints and the file does not contain."""

from __future__ import annotations

import pytest

from tests.read.docx.made import p, read, tables, tbl, tc, texts


def level(depth: int, form: str, text: str, extra: str = "") -> str:
    return f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{extra}<w:lvlText w:val="{text}"/></w:lvl>'


LISTS = (
    '<w:abstractNum w:abstractNumId="7">'
    + level(0, "chineseCounting", "%1、")
    + level(1, "chineseCountingThousand", "（%2）")
    + level(2, "decimal", "%3.")
    + "</w:abstractNum>"
    '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
)


def item(text: str, depth: int = 0, number: int = 1) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>')


def test_levels_count_and_restart() -> None:
    body = item("总体情况") + item("主动公开", 1) + item("依申请公开", 1) + item("第一", 2) + item("主动公开情况") + item("甲", 1)
    assert texts(read(body, numbering=LISTS)) == [
        "一、总体情况", "（一）主动公开", "（二）依申请公开", "1.第一", "二、主动公开情况", "（一）甲",
    ]  # fmt: skip


def test_start_override_restarts_once() -> None:
    body = item("甲") + item("乙") + item("丙", 0, 2) + item("丁", 0, 2)
    assert texts(read(body, numbering=LISTS)) == ["一、甲", "二、乙", "一、丙", "二、丁"]


def test_numbering_switched_off() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="s"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    body = (
        p("甲", '<w:pStyle w:val="s"/>')
        + p("乙", '<w:pStyle w:val="s"/><w:numPr><w:numId w:val="0"/></w:numPr>')
        + p("丙", '<w:pStyle w:val="s"/>')
    )
    assert texts(read(body, numbering=LISTS, styles=styles)) == ["一、甲", "乙", "二、丙"]


def test_labels_in_table_cells() -> None:
    body = tbl(tc(item("属于国家秘密", 2)) + tc("0"), tc(item("重复申请", 2)) + tc("3"))
    (table,) = tables(read(body, numbering=LISTS))
    assert [cell.text for cell in table.cells] == ["1.属于国家秘密", "0", "2.重复申请", "3"]


@pytest.mark.parametrize(
    ("form", "count", "printed"),
    [
        ("chineseCounting", 12, "十二"),
        ("chineseCountingThousand", 105, "一百零五"),
        ("chineseLegalSimplified", 11, "壹拾壹"),
        ("ideographDigital", 20, "二〇"),
        ("decimalEnclosedCircleChinese", 3, "③"),
        ("decimalFullWidth", 10, "１０"),
        ("upperRoman", 14, "XIV"),
        ("lowerLetter", 28, "bb"),
        ("decimalZero", 4, "04"),
    ],
)
def test_forms(form: str, count: int, printed: str) -> None:
    lists = (
        f'<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="{count}"/><w:numFmt w:val="{form}"/>'
        '<w:lvlText w:val="%1、"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    )
    assert texts(read(item("甲"), numbering=lists)) == [f"{printed}、甲"]


def test_bullets_are_not_text_and_bare_numbers_do_not_touch_it() -> None:
    lists = (
        '<w:abstractNum w:abstractNumId="1">' + level(0, "bullet", "\uf0b7") + level(1, "decimal", "%2") + "</w:abstractNum>"
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    )
    assert texts(read(item("甲") + item("2024年", 1), numbering=lists)) == ["甲", "1 2024年"]
