"""Pages of government sites as users save them."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.errors import LimitError, ReadError
from auditor.model.document import Document, Heading, Paragraph, Table
from auditor.model.source import Source
from auditor.read.html import read_html
from auditor.read.html.page import parse_page

SOURCE = Source(path="a.html", sha256="0" * 64, kind="html")
LONG = "本年度按照要求推进公开工作，完善制度，加强培训，及时更新栏目内容，回应群众关切，各项任务均已完成，公开质量和服务水平稳步提升。"


def read(body: str, head: str = "") -> Document:
    return read_html(f"<html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>".encode(), SOURCE)


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph | Heading)]


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


def rows(table: Table) -> list[list[str]]:
    return [[cell.text for cell in table.cells if cell.row == row] for row in range(table.rows)]


def spans(table: Table) -> list[tuple[str, int, int, int, int]]:
    return [(cell.text, cell.row, cell.column, cell.rowspan, cell.colspan) for cell in table.cells]


def data_table(count: int = 6) -> str:
    return "<table>" + "".join(f"<tr><td>第{n}行</td><td>{n}</td><td>0</td></tr>" for n in range(count)) + "</table>"


# cells


def test_spans_expand_and_clamp() -> None:
    (table,) = tables(
        read(
            "<table><tr><td rowspan=2>甲</td><td colspan=2>乙</td></tr><tr><td>1</td><td>2</td></tr>"
            "<tr><td rowspan=0>丙</td><td rowspan=99>3</td><td colspan='x'>4</td></tr><tr><td>5</td></tr></table>"
        )
    )
    assert spans(table) == [
        ("甲", 0, 0, 2, 1), ("乙", 0, 1, 1, 2), ("1", 1, 1, 1, 1), ("2", 1, 2, 1, 1),
        ("丙", 2, 0, 2, 1), ("3", 2, 1, 2, 1), ("4", 2, 2, 1, 1), ("5", 3, 2, 1, 1),
    ]  # fmt: skip


def test_foot_written_before_the_body_is_shown_after_it() -> None:
    body = "<table><thead><tr><td>甲<td>乙</thead><tfoot><tr><td>合计<td>3</tfoot><tbody><tr><td>丙<td>3</tbody></table>"
    assert rows(tables(read(body))[0]) == [["甲", "乙"], ["丙", "3"], ["合计", "3"]]


def test_ragged_rows_keep_their_cells() -> None:
    assert rows(tables(read("<table><tr><td>甲<td>1<td>2<tr><td>乙<td>3</table>"))[0]) == [["甲", "1", "2"], ["乙", "3"]]


def test_hidden_rows_cells_and_words_are_left_out() -> None:
    document = read(
        "<table><tr style='display:none'><td>隐<td>9</tr><tr><td>甲<td>1<span style='DISPLAY: none'>7</span><td hidden>8</tr>"
        "<tr><td>乙<td>2</table><p>正文<!-- 注 --><script>x</script></p>"
    )
    assert rows(tables(document)[0]) == [["甲", "1"], ["乙", "2"]]
    assert texts(document) == ["正文"]
    assert "7" in [residue.text for residue in document.residues if residue.kind == "hidden"]


def test_word_export_spans_join_without_spaces() -> None:
    cell = "<p class=MsoNormal><span lang=EN-US>1</span><span>2<o:p></o:p></span></p>"
    item = "<p><![if !supportLists]><span>一</span><span>、<span>&nbsp;</span></span><![endif]><b>总体\n情况</b></p>"
    document = read(f"<!--[if gte mso 9]><xml><w:x/></xml><![endif]--><table><tr><td>甲<td>{cell}<tr><td>乙<td>3</table>{item}")
    assert rows(tables(document)[0])[0] == ["甲", "12"]
    assert texts(document) == ["一、\xa0总体情况"]


def test_padding_breaks_and_line_ends() -> None:
    document = read("<table><tr><td>&nbsp;商业<br>企业&nbsp;<td>\n 22 <br>（其中修订16件）\n<tr><td>乙<td><p>3</p><p>4</p></table>")
    assert rows(tables(document)[0]) == [["商业\n企业", "22\n（其中修订16件）"], ["乙", "3\n4"]]


def test_sliver_column_of_an_export() -> None:
    body = (
        "<table><col width=100><col width=1><col width=100><tr><td>甲</td><td colspan=2>乙</td></tr>"
        "<tr><td colspan=2>1</td><td>2</td></tr><tr><td>3</td><td></td><td>4</td></tr></table>"
    )
    (table,) = tables(read(body))
    assert table.columns == 2
    assert rows(table) == [["甲", "乙"], ["1", "2"], ["3", "4"]]


def test_column_without_a_cell_of_its_own_is_two_edges_meant_as_one() -> None:
    body = (
        "<table><tr><td colspan=2>复议</td><td colspan=3>诉讼</td></tr><tr><td>维持</td><td colspan=2>总计</td><td>维持</td><td>总计</td></tr>"
        "<tr><td>1</td><td colspan=2>2</td><td>3</td><td>4</td></tr></table>"
    )
    (table,) = tables(read(body))
    assert table.columns == 4
    assert spans(table)[:2] == [("复议", 0, 0, 1, 2), ("诉讼", 0, 2, 1, 2)]


def test_caption_stands_before_its_table() -> None:
    document = read("<table><caption>统计表</caption><tr><td>甲<td>1<tr><td>乙<td>2</table>")
    assert [type(block) for block in document.blocks] == [Paragraph, Table]


def test_anchor_leads_back_to_the_cell() -> None:
    page = f"<body><div>{data_table()}<table><tbody><tr><th>甲<td>1<tr><td>乙<td>27</table></div></body>".encode()
    cell = tables(read_html(page, SOURCE))[1].cells[3]
    (found,) = parse_page(page)[0].xpath(cell.location.anchor)
    assert "".join(found.itertext()) == "27"
    assert (cell.location.table, cell.location.row, cell.location.column) == (2, 2, 2)


# blocks


def test_paragraphs_out_of_lines() -> None:
    body = f"<div>一、总体情况<br>　　{LONG}<br><br>　　（一）主动公开<br>二、其他</div>"
    assert texts(read(body)) == ["一、总体情况", LONG, "（一）主动公开", "二、其他"]


def test_line_broken_inside_a_sentence_stays_one_paragraph() -> None:
    assert texts(read("<div>统计期限自2024年1月1日<br>至2024年12月31日止</div>")) == ["统计期限自2024年1月1日\n至2024年12月31日止"]


def test_headings_carry_their_level() -> None:
    (one, two) = read("<h1>年度<br>报告</h1><h3>一、总体情况</h3>").blocks
    assert isinstance(one, Heading)
    assert isinstance(two, Heading)
    assert (one.text, one.level, two.level) == ("年度\n报告", 1, 3)


def test_page_laid_out_with_tables() -> None:
    body = f"<table><tr><td colspan=2>某某局 | 设为首页</td></tr><tr><td>导航</td><td><p>一、总体情况</p><p>{LONG}</p>{data_table()}</td></tr></table>"
    document = read(body)
    assert texts(document) == ["一、总体情况", LONG]
    assert len(tables(document)) == 1


# the site around the article

NAV = "<ul class='nav'><li><a href='/'>首页</a><li><a href='/a'>一、领导之窗</a></ul><div><a href='/'>首页</a> &gt; <a href='/b'>年报</a></div>"
FOOT = f"<div class='related'><h3>相关</h3><a href='c'>一、总体情况（图解）</a></div><div class=footer>主办：某某局。{LONG}</div>"


@pytest.mark.parametrize("wrapper", ["<div id=zoom>{}</div>", "{}", "<table><tr><td>{}</td></tr></table>"])
def test_article_without_furniture(wrapper: str) -> None:
    article = f"<p>一、总体情况</p><p>{LONG}</p>{data_table()}<p>六、其他</p><p>无。</p>"
    document = read(NAV + wrapper.format(article) + FOOT)
    assert texts(document) == ["一、总体情况", LONG, "六、其他", "无。"]
    assert len(tables(document)) == 1


def test_title_printed_above_the_article() -> None:
    body = f"{NAV}<div class=t>某某局2024年年度报告</div><div class=i>发布时间：2025-01-20 浏览次数：5</div><div id=z><p>一、总体情况</p><p>{LONG}</p></div>"
    document = read(body, "<title>某某局2024年年度报告_某某门户</title>")
    assert texts(document) == ["某某局2024年年度报告", "一、总体情况", LONG]
    assert (document.title, document.published) == ("某某局2024年年度报告", "2025-01-20")


def test_title_and_date_of_the_content_system_come_first() -> None:
    head = "<meta name=ArticleTitle content='甲报告'><meta name='PubDate' content='2025-01-22 10:00'><title>门户</title>"
    document = read("<p>发布日期：2025年1月20日</p>", head)
    assert (document.title, document.published) == ("甲报告", "2025-01-22")


def test_impossible_date_is_no_date() -> None:
    assert read("<p>发布日期：2025-13-40</p>").published is None


def test_attachments_are_listed_once_and_kept_in_the_text() -> None:
    document = read("<p>见附件：<a href='p/表.xlsx?x=1'>附件1</a> <a href='p/表.xlsx?x=1'>下载</a> <a href='b.html'>别处</a></p>")
    assert document.attachments == (("附件1", "p/表.xlsx?x=1"),)
    assert texts(document) == ["见附件：附件1 下载 别处"]


def test_attachment_saved_beside_the_page(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    page = b"<p><a href='a.pdf'>x</a><a href='../b.pdf'>y</a></p>"
    targets = [target for _, target in read_html(page, SOURCE, tmp_path).attachments]
    assert targets == [(tmp_path / "a.pdf").as_posix(), "../b.pdf"]


def test_tables_as_pictures_are_counted() -> None:
    assert (
        read(
            f"<p>一、甲</p><p>{LONG}</p><img src=t.png width=600 height=400><img src=s.png width=20><img src=u.jpg><img src=icon.gif>"
        ).images
        == 2
    )


# encodings and bad input


def test_gb2312_page_with_characters_outside_it() -> None:
    page = "<html><head><meta charset=gb2312></head><body><p>朱镕基</p><table><tr><td>甲<td>1<tr><td>乙<td>2</table>"
    document = read_html(page.encode("gb18030"), SOURCE)
    assert texts(document) == ["朱镕基"]
    assert len(tables(document)) == 1


def test_xml_declaration_does_not_matter() -> None:
    assert texts(read_html('<?xml version="1.0" encoding="gbk"?><html><body><p>甲</p></body></html>'.encode("gbk"), SOURCE)) == ["甲"]


@pytest.mark.parametrize("page", [b"", b"  \n", b"\xef\xbb\xbf"])
def test_nothing_is_an_error(page: bytes) -> None:
    with pytest.raises(ReadError) as caught:
        read_html(page, SOURCE)
    assert caught.value.code == "READ-EMPTY"


def test_tags_piled_up_do_not_cut_the_page() -> None:
    body = "".join(f"<font><p>第{n}段" for n in range(100)) + "<p>末段"
    assert texts(read(body))[-1] == "末段"


def test_nesting_without_end_is_refused() -> None:
    with pytest.raises(LimitError):
        read("<div>" * 3000 + "芯")


# the same report, page and document


@pytest.mark.corpus
@pytest.mark.parametrize("case", ["huaian_2024", "lucheng_xjm_2020"])
def test_page_and_word_file_of_a_real_report_give_the_same_tables(case: str) -> None:
    from auditor.read.docx import read_docx

    folder = Path(__file__).resolve().parents[3] / "../shared/corpus" / case
    if not folder.exists():
        pytest.skip("the real reports are not beside the checkout")
    page = read_html((folder / "page.html").read_bytes(), SOURCE)
    word = read_docx((folder / "report.docx").read_bytes(), SOURCE)
    assert [spans(table) for table in tables(page)] == [spans(table) for table in tables(word)]


def test_table_of_more_columns_than_any_form_is_refused_and_a_wide_one_is_read() -> None:
    row = "<tr><td rowspan='2' colspan='1000'>1</td></tr>"
    assert len(tables(read(f"<table>{row * 4}</table>"))) == 1
    cells = "<td colspan='1000'>1</td>" * 6
    with pytest.raises(LimitError) as caught:
        read(f"<table><tr>{cells}</tr></table>")
    assert (caught.value.code, caught.value.details["limit"]) == ("READ-LIMIT", "columns")


def test_page_of_more_tags_than_any_site_is_refused_before_it_is_parsed_and_a_busy_one_is_read() -> None:
    menu = "<ul class='menu'>" + "<li><a href='/a'>栏目</a></li>" * 6_000 + "</ul>"
    rows = "<tr><td>行政许可</td><td>12</td></tr>" * 300
    busy = read(f"<body>{menu}<div class='article'><p>{'正文。' * 60}</p><table>{rows}</table></div></body>")
    assert max(table.rows for table in tables(busy)) == 300
    with pytest.raises(LimitError) as caught:
        read("<p>x" * 100_001)
    assert (caught.value.code, caught.value.details["limit"]) == ("READ-LIMIT", "elements")


def test_characters_that_xml_refuses_are_left_out_however_they_are_spelled() -> None:
    """In a page whose tree is built as browsers do; a reference is decoded after the text was looked through."""
    from auditor.read.html.tree import html5_tree

    root = html5_tree("<html><body><p title='a&#1;b&#xFFFE;'>\x01c&#2;d<table><p>e</table><x² y²='1'>f")
    assert root is not None
    text = "".join(root.itertext())
    assert [char for char in "cdef" if char not in text] == []
    assert not {"\x01", "\x02"} & set(text)
    assert next(node.get("title") for node in root.iter("p")) == "ab"
