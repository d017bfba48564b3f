"""What all Word files we write share: black Chinese type, column widths that every program keeps, the same bytes each time."""

from __future__ import annotations

import contextlib
import datetime
import io
import zipfile
from collections.abc import Sequence
from typing import Any

from auditor.render.printable import xml_text

_LONGEST = 255  # characters of a document property
_FIXED = (1980, 1, 1, 0, 0, 0)
_STYLES = (("Normal", "仿宋", 12, False), ("Title", "黑体", 18, False), ("Heading 1", "黑体", 14, False))


def use_chinese_fonts(document: Any) -> None:
    """The fonts of official letters in place of the blue headings of the default template; the title centred, no rule below it."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    for name, font, size, bold in _STYLES:
        style = document.styles[name]
        style.font.name = font
        style.font.size = Pt(size)
        style.font.bold = bold
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.set(qn("w:eastAsia"), font)
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
    title = document.styles["Title"]
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(12)
    border = title.element.pPr.find(qn("w:pBdr"))
    if border is not None:
        title.element.pPr.remove(border)


def set_margins(document: Any, centimetres: float, *, landscape: bool = False) -> None:
    """A4 with even margins."""
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm

    for section in document.sections:
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (Cm(29.7), Cm(21.0)) if landscape else (Cm(21.0), Cm(29.7))
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(centimetres)


def set_widths(table: Any, widths: Sequence[float]) -> None:
    """Fixed column widths in cm, in the grid and in every cell: Word goes by the cells, LibreOffice by the grid."""
    from docx.oxml.ns import qn
    from docx.shared import Cm

    table.autofit = False
    for column, width in zip(table._tbl.tblGrid.findall(qn("w:gridCol")), widths, strict=True):
        column.set(qn("w:w"), str(Cm(width).twips))
    for row in table._tbl.tr_lst:
        place = 0
        for cell in row.tc_lst:
            span = cell.grid_span
            cell.width = Cm(sum(widths[place : place + span]))
            place += span
        properties = row.get_or_add_trPr()
        if properties.find(qn("w:cantSplit")) is None:
            properties.append(properties.makeelement(qn("w:cantSplit"), {}))


def use_grid(table: Any) -> None:
    """Ruled lines; the style may be missing from an office's own template."""
    with contextlib.suppress(KeyError):
        table.style = "Table Grid"


def fixed_bytes(document: Any, *, author: str = "", title: str = "", date: datetime.date | None = None) -> bytes:
    """The package with fixed dates: the same content has the same bytes. ``author``: whose document it is (ours where nobody is named)."""
    properties = document.core_properties
    day = date or datetime.date(2020, 1, 1)
    properties.created = properties.modified = datetime.datetime(day.year, day.month, day.day)
    properties.author = properties.last_modified_by = xml_text(author)[:_LONGEST] or "Auditor"
    properties.title = xml_text(title)[:_LONGEST] or properties.title
    properties.comments = ""
    raw, out = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            entry = zipfile.ZipInfo(info.filename, date_time=_FIXED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(info))
    return out.getvalue()
