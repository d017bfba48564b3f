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


def figure_of(extra: str) -> tuple[str, float]:
    """The cell of the table that holds ４７, after ``extra`` was drawn over the page."""
    (table,) = [block for block in read_bytes(package(table_marks() + extra), "a.ofd").blocks if isinstance(block, Table)]
    cell = next(cell for cell in table.cells if (cell.row, cell.column) == (1, 1))
    return cell.text, cell.confidence


def drawn(words: str, more: str) -> str:
    return text(112, 62, words).replace("<ofd:TextObject ", f"<ofd:TextObject {more} ")


WHITE = '<ofd:FillColor Value="255 255 255"/>'


@pytest.mark.parametrize(
    "extra",
    [
        drawn("９", 'Fill="false"'),
        drawn("９", 'Alpha="0"'),
        text(112, 62, "９").replace("<ofd:TextCode", f"{WHITE}<ofd:TextCode"),
    ],
)
def test_text_that_leaves_no_ink_is_not_there(extra: str) -> None:
    assert figure_of(extra)[0] == "４７"


def cover(x: float, y: float, width: float, height: float) -> str:
    return (
        f'<ofd:PathObject ID="8" Boundary="{x} {y} {width} {height}" Stroke="false" Fill="true">{WHITE}'
        f"<ofd:AbbreviatedData>M 0 0 L {width} 0 L {width} {height} L 0 {height} C</ofd:AbbreviatedData></ofd:PathObject>"
    )


def test_what_is_painted_over_is_not_there() -> None:
    assert figure_of(cover(93, 61, 20, 7) + text(94, 62, "５８"))[0] == "５８"


def test_picture_in_a_cell_is_unread_not_blank() -> None:
    picture = '<ofd:ImageObject ID="7" Boundary="100 62 8 4" CTM="8 0 0 4 0 0" ResourceID="3"/>'
    assert figure_of(cover(93, 61, 20, 7) + picture)[1] < 1.0


def test_composite_objects_are_read() -> None:
    inner = text(94, 62, "６１")
    unit = f'<ofd:CompositeGraphicUnit ID="5" Width="210" Height="297"><ofd:Content>{inner}</ofd:Content></ofd:CompositeGraphicUnit>'
    data = package(table_marks() + cover(93, 61, 20, 7) + '<ofd:CompositeObject ID="6" Boundary="0 0 210 297" ResourceID="5"/>')
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name).decode()
            content = content.replace("<ofd:CommonData>", "<ofd:CommonData><ofd:DocumentRes>R.xml</ofd:DocumentRes>")
            new.writestr(name, content)
        new.writestr("Doc_0/R.xml", f"<ofd:Res {NS}><ofd:CompositeGraphicUnits>{unit}</ofd:CompositeGraphicUnits></ofd:Res>")
    (table,) = [block for block in read_bytes(out.getvalue(), "a.ofd").blocks if isinstance(block, Table)]
    assert "６１" in [cell.text for cell in table.cells]


def test_composite_object_within_itself_ends() -> None:
    unit = '<ofd:CompositeObject ID="6" Boundary="0 0 210 297" ResourceID="5"/>' * 4
    page = package(table_marks() + unit)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(page)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name).decode()
            new.writestr(name, content.replace("<ofd:CommonData>", "<ofd:CommonData><ofd:DocumentRes>R.xml</ofd:DocumentRes>"))
        held = f'<ofd:CompositeGraphicUnit ID="5"><ofd:Content>{unit}</ofd:Content></ofd:CompositeGraphicUnit>'
        new.writestr("Doc_0/R.xml", f"<ofd:Res {NS}>{held}</ofd:Res>")
    with pytest.raises(ReadError) as raised:
        read_bytes(out.getvalue(), "a.ofd")
    assert raised.value.code == "READ-LIMIT"
