"""Paragraphs as Word prints them."""

from __future__ import annotations

import io
import zipfile

import pytest

from auditor.model.document import Heading
from auditor.read.docx import read_docx
from tests.read.docx.made import SOURCE, p, package, read, tables, tbl, tc, texts


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def residues(document: object, kind: str) -> list[str]:
    return [residue.text for residue in document.residues if residue.kind == kind]  # type: ignore[attr-defined]


def test_accepted_text_is_the_text() -> None:
    document = read(f"<w:p>{run('受理')}<w:del>{'<w:r><w:delText>12</w:delText></w:r>'}</w:del><w:ins>{run('15')}</w:ins>{run('件')}</w:p>")
    assert texts(document) == ["受理15件"]
    assert residues(document, "deletion") == ["12"]
    assert residues(document, "insertion") == ["15"]


def test_moved_text_stands_where_it_was_moved_to() -> None:
    document = read(f"<w:p><w:moveFrom>{run('旧处')}</w:moveFrom>{run('甲')}</w:p><w:p><w:moveTo>{run('旧处')}</w:moveTo></w:p>")
    assert texts(document) == ["甲", "旧处"]


def test_deleted_paragraph_mark_joins_two_paragraphs() -> None:
    document = read(p("上半句", "<w:rPr><w:del/></w:rPr>") + p("下半句"))
    assert texts(document) == ["上半句下半句"]


def test_hidden_words_are_left_out_and_reported() -> None:
    visible = run("8", '<w:vanish w:val="0"/>')
    document = read(f"<w:p>{run('共')}{run('9', '<w:vanish/>')}{visible}</w:p>")
    assert texts(document) == ["共8"]
    assert residues(document, "hidden") == ["9"]


def test_style_can_hide() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="h"><w:rPr><w:vanish/></w:rPr></w:style>'
    assert texts(read(p("不可见", '<w:pStyle w:val="h"/>') + p("可见"), styles=styles)) == ["可见"]


def test_breaks_tabs_hyphens_and_symbols() -> None:
    inner = (
        '<w:t>甲</w:t><w:br/><w:t>乙</w:t><w:tab/><w:noBreakHyphen/><w:sym w:char="25A1"/><w:softHyphen/><w:br w:type="page"/><w:t>丙</w:t>'
    )
    assert texts(read(f"<w:p><w:r>{inner}</w:r></w:p>")) == ["甲\n乙\t-□丙"]


def test_field_shows_its_result_only() -> None:
    def char(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    field = char("begin") + "<w:r><w:instrText>PAGE</w:instrText></w:r>" + run("旧") + char("separate") + run("7") + char("end")
    assert texts(read(f'<w:p>{field}{run("页")}<w:fldSimple w:instr="X">{run("8")}</w:fldSimple></w:p>')) == ["7页8"]


def test_field_that_is_never_closed_swallows_nothing() -> None:
    assert texts(read(f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{run("正文")}</w:p>{p("下段")}')) == ["正文", "下段"]


def test_content_controls_and_formulas_are_read() -> None:
    body = f"<w:sdt><w:sdtContent>{p('控件')}</w:sdtContent></w:sdt><w:p><m:oMath><m:r><m:t>1+1</m:t></m:r></m:oMath></w:p>"
    assert texts(read(body)) == ["控件", "1+1"]


@pytest.mark.parametrize("wrapper", ["drawing", "pict"])
def test_text_box_once_where_it_is_anchored(wrapper: str) -> None:
    modern = f"<w:drawing><wps:txbx><w:txbxContent>{p('框内')}</w:txbxContent></wps:txbx></w:drawing>"
    old = f"<w:pict><v:textbox><w:txbxContent>{p('框内')}</w:txbxContent></v:textbox></w:pict>"
    both = f"<mc:AlternateContent><mc:Choice>{modern}</mc:Choice><mc:Fallback>{old}</mc:Fallback></mc:AlternateContent>"
    body = f"<w:p>{run('前')}<w:r>{both if wrapper == 'drawing' else old}</w:r></w:p>{p('后')}"
    assert texts(read(body)) == ["前", "框内", "后"]


def test_table_inside_a_text_box() -> None:
    inner = tbl(tc("甲") + tc("1"), tc("乙") + tc("2"))
    body = f"<w:p><w:r><w:pict><v:textbox><w:txbxContent>{inner}</w:txbxContent></v:textbox></w:pict></w:r></w:p>"
    assert len(tables(read(body))) == 1


def test_headings_by_style_inheritance_and_outline_level() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="own"><w:name w:val="章"/><w:basedOn w:val="1"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="loop"><w:name w:val="圈"/><w:basedOn w:val="loop"/></w:style>'
    )
    body = (
        p("一级", '<w:pStyle w:val="1"/>')
        + p("继承", '<w:pStyle w:val="own"/>')
        + p("二级", '<w:outlineLvl w:val="1"/>')
        + p("正文", '<w:pStyle w:val="1"/><w:outlineLvl w:val="9"/>')
        + p("圈", '<w:pStyle w:val="loop"/>')
    )
    levels = [block.level if isinstance(block, Heading) else 0 for block in read(body, styles=styles).blocks]
    assert levels == [1, 1, 2, 0, 0]


def test_table_of_contents_is_no_heading_twice() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="t"><w:name w:val="toc 1"/></w:style>'
    body = p("一、总体情况…………3", '<w:pStyle w:val="t"/>') + p("误用目录样式的正文", '<w:pStyle w:val="t"/>')
    assert texts(read(body, styles=styles)) == ["误用目录样式的正文"]


def test_comments_links_and_authors_are_residues() -> None:
    document = read(
        f'<w:p><w:hyperlink r:id="r9">{run("链接")}</w:hyperlink><w:r><w:commentReference w:id="4"/></w:r></w:p>',
        rels='<Relationship Id="r9" Type="x/hyperlink" Target="https://example.org/a" TargetMode="External"/>',
        comments=f'<w:comment w:id="4">{p("数字待核")}</w:comment>',
        core="<dc:creator>甲某</dc:creator><cp:lastModifiedBy>乙某</cp:lastModifiedBy>",
    )
    assert texts(document) == ["链接"]
    assert residues(document, "link") == ["https://example.org/a"]
    assert residues(document, "comment") == ["数字待核"]
    assert residues(document, "author") == ["甲某", "乙某"]


def test_footnotes_follow_the_text() -> None:
    note = f'<w:footnote w:type="separator" w:id="0">{p("线")}</w:footnote><w:footnote w:id="2">{p("含上年结转")}</w:footnote>'
    assert texts(read(f'<w:p>{run("正文")}<w:r><w:footnoteReference w:id="2"/></w:r></w:p>', footnotes=note)) == ["正文", "含上年结转"]


def test_large_pictures_are_counted() -> None:
    def drawing(width: int, height: int) -> str:
        return f'<w:p><w:r><w:drawing><wp:inline><wp:extent cx="{width}" cy="{height}"/><a:blip/></wp:inline></w:drawing></w:r></w:p>'

    assert read(drawing(5_000_000, 3_000_000) + drawing(900_000, 900_000)).images == 1


def test_anchors_count_all_paragraphs_of_the_file() -> None:
    document = read(p("甲") + p() + tbl(tc("1") + tc("2")) + p("乙"))
    assert [block.location.anchor for block in document.blocks] == ["p1", "tbl1", "p5"]
    assert [block.location.paragraph for block in document.blocks] == [1, None, 2]
    assert [cell.location.anchor for cell in tables(document)[0].cells] == ["tbl1/tr1/tc1", "tbl1/tr1/tc2"]


def test_strict_namespaces() -> None:
    transitional = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package(p("正文")))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(transitional, b"http://purl.oclc.org/ooxml/wordprocessingml/main"))
    assert texts(read_docx(out.getvalue(), SOURCE)) == ["正文"]
