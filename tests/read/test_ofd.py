"""Fixed pages in OFD: a ruled table and prose come out as from a PDF."""

from __future__ import annotations

import io
import zipfile

import pytest

from auditor.errors import ReadError
from auditor.model.document import Paragraph, Table
from auditor.read import read_bytes

NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def text(x: float, y: float, words: str, size: float = 4.0) -> str:
    return (
        f'<ofd:TextObject ID="1" Boundary="{x} {y} 100 6" Font="1" Size="{size}">'
        f'<ofd:TextCode X="0" Y="{size}" DeltaX="g {len(words) - 1} {size}">{words}</ofd:TextCode></ofd:TextObject>'
    )


def line(x0: float, y0: float, x1: float, y1: float) -> str:
    return (
        f'<ofd:PathObject ID="2" Boundary="{x0} {y0} {max(x1 - x0, 0.1)} {max(y1 - y0, 0.1)}" LineWidth="0.2">'
        f"<ofd:AbbreviatedData>M 0 0 L {x1 - x0} {y1 - y0}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def package(content: str, template: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("OFD.xml", f"<ofd:OFD {NS}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>")
        archive.writestr(
            "Doc_0/Document.xml",
            f"<ofd:Document {NS}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>"
            '<ofd:TemplatePage ID="9" BaseLoc="Tpls/T.xml"/></ofd:CommonData>'
            '<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>',
        )
        use = '<ofd:Template TemplateID="9"/>' if template else ""
        for name, inner in (("Pages/Page_0/Content.xml", content), ("Tpls/T.xml", template)):
            archive.writestr(
                f"Doc_0/{name}",
                f"<ofd:Page {NS}>{use if inner is content else ''}<ofd:Content><ofd:Layer>{inner}</ofd:Layer></ofd:Content></ofd:Page>",
            )
    return out.getvalue()


def table_marks() -> str:
    rules = [line(30, y, 150, y) for y in (50, 60, 70)] + [line(x, 50, x, 70) for x in (30, 90, 150)]
    words = [text(34, 52, "事项甲"), text(94, 52, "数量栏"), text(34, 62, "许可件"), text(94, 62, "４７")]
    return "".join([text(30, 30, "青禾县档案馆公开情况说明文字。"), *rules, *words])


def test_table_and_prose() -> None:
    document = read_bytes(package(table_marks()), "a.ofd")
    assert document.source.kind == "ofd"
    (table,) = [block for block in document.blocks if isinstance(block, Table)]
    assert [(cell.row, cell.column, cell.text) for cell in table.cells] == [
        (0, 0, "事项甲"),
        (0, 1, "数量栏"),
        (1, 0, "许可件"),
        (1, 1, "４７"),
    ]
    assert [block.text for block in document.blocks if isinstance(block, Paragraph)] == ["青禾县档案馆公开情况说明文字。"]


def test_lines_of_a_template_rule_the_page() -> None:
    rules = "".join([line(30, y, 150, y) for y in (50, 60, 70)] + [line(x, 50, x, 70) for x in (30, 90, 150)])
    words = "".join([text(34, 52, "甲甲"), text(94, 52, "乙乙"), text(34, 62, "丙丙"), text(94, 62, "丁丁")])
    document = read_bytes(package(words, rules), "a.ofd")
    (table,) = [block for block in document.blocks if isinstance(block, Table)]
    assert (table.rows, table.columns) == (2, 2)


def test_missing_page_is_damage() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("OFD.xml", f"<ofd:OFD {NS}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>")
    with pytest.raises(ReadError) as caught:
        read_bytes(out.getvalue(), "a.ofd")
    assert caught.value.code == "READ-DAMAGED"
