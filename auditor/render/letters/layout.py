"""The page of an official letter (habits of GB/T 9704—2012): portrait A4, title, body with indented first lines, signature at the right.

A letter is a list of (role, text). Annexes follow on landscape pages. Fonts that a machine lacks are replaced by those named beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from auditor.render.printable import xml_text

Role = Literal[
    "number", "title", "address", "body", "heading", "attachment", "contact", "sign", "date", "annex", "annex_title", "table", "note"
]  # fmt: skip
Line = tuple[Role, str]

_MARGINS: Final = (3.7, 2.6, 3.5, 2.8)
"""Top, right, bottom, left in cm."""
_ANNEX_MARGINS: Final = (2.4, 1.8, 2.2, 1.8)
_BODY, _TITLE_FONT, _HEAD_FONT = "仿宋", "方正小标宋简体", "黑体"
_FALLBACKS: Final = {"方正小标宋简体": "华文中宋", "仿宋": "仿宋_GB2312", "黑体": "SimHei"}
_SIZE, _TITLE_SIZE, _LINE = 16, 22, 28  # points
_INDENT = 2 * _SIZE


def new_letter(lines: Sequence[Line]) -> Any:
    """A document with these lines. ``annex`` begins a landscape section; the others are paragraphs in their places."""
    import docx

    document = docx.Document()
    _styles(document)
    _page(document.sections[0], _MARGINS, landscape=False)
    _page_number(document.sections[0])
    for role, text in lines:
        if role == "annex":
            _annex(document, text)
        else:
            _add(document, role, text)
    _name_fallbacks(document)
    return document


def _styles(document: Any) -> None:
    from docx.enum.text import WD_LINE_SPACING
    from docx.shared import Pt, RGBColor

    for name, font, size in (("Normal", _BODY, _SIZE), ("Title", _TITLE_FONT, _TITLE_SIZE), ("Heading 1", _HEAD_FONT, _SIZE)):
        style = document.styles[name]
        style.font.name = font
        style.font.size = Pt(size)
        style.font.bold = False
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), font)
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        form = style.paragraph_format
        form.space_before = form.space_after = Pt(0)
        form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        form.line_spacing = Pt(_LINE if name != "Title" else 36)
        form.widow_control = True
    border = document.styles["Title"].element.pPr.find(qn("w:pBdr"))
    if border is not None:
        document.styles["Title"].element.pPr.remove(border)


def _add(document: Any, role: Role, text: str) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    style = {"title": "Title", "annex_title": "Title", "heading": "Heading 1"}.get(role)
    paragraph = document.add_paragraph(xml_text(text), style=style)
    form = paragraph.paragraph_format
    if role in ("title", "annex_title", "number"):
        form.alignment = WD_ALIGN_PARAGRAPH.CENTER
        form.space_before = Pt(0 if role == "number" else 14)
        form.space_after = Pt(0 if role == "number" else 28 if role == "title" else 14)
    elif role in ("body", "heading", "attachment", "contact"):
        form.first_line_indent = Pt(_INDENT)
        form.keep_with_next = role in ("heading", "attachment", "contact")  # a signature never stands alone on its page
        if role == "attachment":
            form.space_before = Pt(_LINE)
    elif role in ("sign", "date"):
        form.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        form.right_indent = Pt(_SIZE * (2 if role == "sign" else 4))
        form.keep_with_next = role == "sign"
        if role == "sign":
            form.space_before = Pt(2 * _LINE)
    if role == "note":
        for run in paragraph.runs:
            run.font.size = Pt(10.5)
    if role == "annex_title":
        for run in paragraph.runs:
            run.font.size = Pt(18)
    return paragraph


def _annex(document: Any, text: str) -> None:
    """A landscape section that begins with the word for an annex."""
    from docx.enum.section import WD_SECTION

    section = document.add_section(WD_SECTION.NEW_PAGE)
    _page(section, _ANNEX_MARGINS, landscape=True)
    paragraph = _add(document, "address", text)
    for run in paragraph.runs:
        run.font.name = _HEAD_FONT
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _HEAD_FONT)


def _page(section: Any, margins: tuple[float, float, float, float], *, landscape: bool) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm

    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (Cm(29.7), Cm(21.0)) if landscape else (Cm(21.0), Cm(29.7))
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = (Cm(value) for value in margins)
    section.footer_distance = Cm(min(2.5, margins[2] - 0.7))


def _page_number(section: Any) -> None:
    """— 1 — in the middle of the foot; later sections go on counting."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, kind in (("— ", ""), ("", "begin"), ("PAGE", "code"), ("", "end"), (" —", "")):
        run = paragraph.add_run(text if kind != "code" else "")
        run.font.size, run.font.name = Pt(14), "宋体"
        if kind in ("begin", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)
        elif kind == "code":
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = text
            run._r.append(code)


def _name_fallbacks(document: Any) -> None:
    """Name the fonts to use where a machine does not have ours."""
    for part in document.part.package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml":
            fonts = "".join(f'<w:font w:name="{name}"><w:altName w:val="{other}"/></w:font>' for name, other in _FALLBACKS.items())
            part._blob = part.blob.replace(b"</w:fonts>", fonts.encode() + b"</w:fonts>")
