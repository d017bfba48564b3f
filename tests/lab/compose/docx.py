"""A plan as a DOCX file, written with python-docx and made the same bytes each time."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any, Literal

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph as TextParagraph

from tests.lab.compose.archive import fixed_zip
from tests.lab.compose.flaws import OLD, Flaw, flawed
from tests.lab.compose.flow import Body, Head, Title, blocks
from tests.lab.compose.grid import Grid
from tests.lab.compose.plan import ReportPlan


@dataclass(frozen=True)
class DocxStyle:
    """``headings``: Word's own heading styles, or bold paragraphs; ``numbering``: typed ordinals or automatic ones (sections only);
    ``tracked``: cell key whose value is a tracked insertion beside a deleted one; ``text_box``: the first body paragraph stands
    in a text box; ``nested``: everything inside a layout table; ``split_rows``: each table is cut in two Word tables at
    this row; ``runs``: a text is cut into runs of this many characters; ``header``, ``footer``: page furniture; ``flaw``: what was done to some
    of the figures by hand.
    """

    font: str = "仿宋"
    size: float = 12
    headings: Literal["styles", "bold", "plain"] = "styles"
    numbering: Literal["typed", "automatic"] = "typed"
    tracked: str | None = None
    text_box: bool = False
    nested: bool = False
    split_rows: int | None = None
    runs: int | None = None
    header: str | None = None
    footer: str | None = None
    widths: Literal["even", "narrow_labels"] = "even"
    flaw: Flaw = "none"


def to_docx(plan: ReportPlan, style: DocxStyle = DocxStyle(), *more: ReportPlan) -> bytes:
    """The file; ``more`` reports follow in it. Raises nothing of its own."""
    document = docx.Document()
    document.core_properties.author = ""
    document.core_properties.comments = ""
    normal = document.styles["Normal"]
    normal.font.name = style.font
    normal.font.size = Pt(style.size)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), style.font)
    section = document.sections[0]
    section.left_margin = section.right_margin = Cm(2)
    if style.header:
        section.header.paragraphs[0].text = style.header
    if style.footer:
        section.footer.paragraphs[0].text = style.footer
    numbering = _numbering(document) if style.numbering == "automatic" else None
    target: Any = document.add_table(rows=1, cols=1).rows[0].cells[0] if style.nested else document
    boxed = False
    for block in (block for entry in (plan, *more) for block in blocks(entry)):
        if isinstance(block, Title):
            paragraph = target.add_paragraph()
            _text(paragraph, block.text, style)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            if style.headings == "styles":
                paragraph.style = document.styles["Title"]
        elif isinstance(block, Head):
            _heading(document, target, block, style, numbering)
        elif isinstance(block, Body):
            paragraph = target.add_paragraph()
            if style.text_box and not boxed:
                _box(paragraph, block.text)
                boxed = True
            else:
                _text(paragraph, block.text, style)
        else:
            for part in _cut(block, style.split_rows):
                _table(target, part, style)
                target.add_paragraph()
    buffer = io.BytesIO()
    document.save(buffer)
    return fixed_zip(buffer.getvalue())


def _text(paragraph: Any, text: str, style: DocxStyle) -> None:
    step = style.runs or max(len(text), 1)
    for start in range(0, len(text), step):
        paragraph.add_run(text[start : start + step])


def _heading(document: Any, target: Any, block: Head, style: DocxStyle, numbering: str | None) -> None:
    paragraph = target.add_paragraph()
    automatic = numbering is not None and bool(block.number)
    _text(paragraph, ("" if automatic else block.number) + block.text, style)
    if style.headings == "styles":
        paragraph.style = document.styles[f"Heading {block.level}"]
    elif style.headings == "bold":
        for run in paragraph.runs:
            run.bold = True
    if automatic:
        properties = paragraph._p.get_or_add_pPr()
        number = OxmlElement("w:numPr")
        for tag, value in (("w:ilvl", "0"), ("w:numId", str(numbering))):
            child = OxmlElement(tag)
            child.set(qn("w:val"), value)
            number.append(child)
        properties.insert_element_before(number, "w:suppressLineNumbers", "w:spacing", "w:ind", "w:jc", "w:outlineLvl")


def _numbering(document: Any) -> str:
    """Add a list 一、 二、 … and return its id."""
    root = document.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "900")
    level = OxmlElement("w:lvl")
    level.set(qn("w:ilvl"), "0")
    for tag, value in (
        ("w:start", "1"),
        ("w:numFmt", "chineseCounting"),
        ("w:suff", "nothing"),
        ("w:lvlText", "%1、"),
        ("w:lvlJc", "left"),
    ):
        child = OxmlElement(tag)
        child.set(qn("w:val"), value)
        level.append(child)
    abstract.append(level)
    root.insert(0, abstract)
    number = OxmlElement("w:num")
    number.set(qn("w:numId"), "900")
    link = OxmlElement("w:abstractNumId")
    link.set(qn("w:val"), "900")
    number.append(link)
    root.append(number)
    return "900"


def _cut(grid: Grid, row: int | None) -> list[Grid]:
    """The grid, or its two parts: a label merged over the cut continues as an empty cell."""
    if row is None or grid.rows <= row:
        return [grid]
    from dataclasses import replace

    first, second = [], []
    for cell in grid.cells:
        end = cell.row + cell.rowspan
        if cell.row < row:
            first.append(replace(cell, rowspan=min(end, row) - cell.row))
            if end > row:
                second.append(replace(cell, text="", key=None, row=0, rowspan=end - row))
        else:
            second.append(replace(cell, row=cell.row - row))
    second.sort(key=lambda cell: (cell.row, cell.column))
    return [replace(grid, rows=row, cells=tuple(first)), replace(grid, rows=grid.rows - row, cells=tuple(second), header_rows=0)]


def _table(target: Any, grid: Grid, style: DocxStyle) -> None:
    table = target.add_table(rows=grid.rows, cols=grid.columns)
    if not style.nested:
        table.style = "Table Grid"
    raw = [list(row.tc_lst) for row in table._tbl.tr_lst]
    for cell in grid.cells:
        _write(raw[cell.row][cell.column], "\n".join(cell.text) if cell.vertical else cell.text, style, cell.key)
    for cell in grid.cells:
        _merge(raw, cell.row, cell.column, cell.rowspan, cell.colspan)
    for at, column in enumerate(table.columns):
        column.width = Cm(1.2 if at < grid.label_columns and style.widths == "narrow_labels" else 17 / grid.columns)


def _merge(raw: list[list[Any]], row: int, column: int, rowspan: int, colspan: int) -> None:
    """Write gridSpan and vMerge as Word does. Written directly: the library's merge copies texts and is slow on 175 cells."""
    for line in range(row, row + rowspan):
        lead = raw[line][column]
        if colspan > 1:
            lead.grid_span = colspan
            for extra in raw[line][column + 1 : column + colspan]:
                extra.getparent().remove(extra)
        if rowspan > 1:
            lead.vMerge = "restart" if line == row else "continue"


def _write(cell: Any, text: str, style: DocxStyle, key: str | None) -> None:
    paragraph = TextParagraph(cell.p_lst[0], cell)
    if key is not None and key == style.tracked:
        _tracked(cell.p_lst[0], text)
        return
    if style.flaw != "none" and flawed(text, key):
        _flawed(paragraph, text, style.flaw)
        return
    for index, line in enumerate(text.split("\n")):
        if index:
            paragraph.add_run().add_break()
        _text(paragraph, line, style)


def _flawed(paragraph: Any, text: str, flaw: Flaw) -> None:
    """The figure and what was done beside it."""
    if flaw == "tracked":
        _tracked(paragraph._p, text)
        return
    if flaw == "field":
        from docx.oxml import parse_xml

        names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        content = f"<w:sdtContent><w:r><w:t>{text}</w:t></w:r></w:sdtContent>"
        paragraph._p.append(parse_xml(f"<w:sdt {names}><w:sdtPr><w:text/></w:sdtPr>{content}</w:sdt>"))
        return
    if flaw == "note":
        paragraph.add_run(text)
        paragraph.add_run("1").font.superscript = True
        return
    old = paragraph.add_run(OLD)
    if flaw == "strike":
        old.font.strike = True
    elif flaw == "hidden":
        old.font.hidden = True
    else:
        old.font.color.rgb = RGBColor(255, 255, 255)
    paragraph.add_run(text)


def _tracked(paragraph: Any, text: str) -> None:
    """A deleted value and the inserted one, as an editor leaves them with change tracking on."""
    for tag, word, content in (("w:del", "w:delText", "8" + text), ("w:ins", "w:t", text)):
        change = OxmlElement(tag)
        for name, value in (("w:id", "901" if tag == "w:del" else "902"), ("w:author", "校对"), ("w:date", "2024-01-10T09:00:00Z")):
            change.set(qn(name), value)
        run = OxmlElement("w:r")
        body = OxmlElement(word)
        body.text = content
        run.append(body)
        change.append(run)
        paragraph.append(change)


def _box(paragraph: Any, text: str) -> None:
    """The paragraph's text inside a VML text box."""
    from docx.oxml import parse_xml

    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"'
    run = parse_xml(
        f'<w:r {names}><w:pict><v:shape style="width:400pt;height:60pt"><v:textbox><w:txbxContent><w:p><w:r><w:t/></w:r></w:p>'
        "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )
    next(run.iter(qn("w:t"))).text = text
    paragraph._p.append(run)
