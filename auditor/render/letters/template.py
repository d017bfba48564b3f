"""Word templates with placeholders ``{{name}}`` in paragraphs; a paragraph ``{{findings}}`` gives way to a table.

An office may bring its own template; without one a plain letter is made from ``rules/messages/letters.toml``.
"""

from __future__ import annotations

import contextlib
import datetime
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from auditor.errors import UsageError
from auditor.render.printable import xml_text

_PLACEHOLDER = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
_FIXED = (1980, 1, 1, 0, 0, 0)

Rows = Sequence[Sequence[str]]


def open_template(path: Path | None, paragraphs: Sequence[tuple[str, str]]) -> Any:
    """The office's template, or a new document of ``paragraphs`` as (style, text). Raises UsageError for an unusable file."""
    import docx

    if path is not None:
        try:
            return docx.Document(str(path))
        except Exception as error:  # python-docx raises whatever the package inside raises
            raise UsageError(f"{path.name}: this template cannot be opened as a Word file (.docx): {error}") from error
    document = docx.Document()
    _use_chinese_fonts(document)
    for style, text in paragraphs:
        document.add_paragraph(text, style=style or None)
    return document


def fill(document: Any, values: Mapping[str, str], tables: Mapping[str, tuple[Sequence[str], Rows, Sequence[float]]]) -> None:
    """Replace the placeholders. ``tables``: name → (column heads, rows, widths in cm); an unknown placeholder stays visible."""
    for paragraph in [*document.paragraphs, *(p for t in document.tables for row in t.rows for c in row.cells for p in c.paragraphs)]:
        names = _PLACEHOLDER.findall(paragraph.text)
        table = next((name for name in names if name in tables), None)
        if table is not None:
            _insert_table(document, paragraph, *tables[table])
            continue
        if any(name in values for name in names):
            text = _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), paragraph.text)
            style = paragraph.runs[0] if paragraph.runs else paragraph.add_run()
            for run in paragraph.runs[1:]:
                run.text = ""
            style.text = xml_text(text)


def save(document: Any) -> bytes:
    """The package with fixed dates: the same letter has the same bytes."""
    document.core_properties.created = document.core_properties.modified = datetime.datetime(2020, 1, 1)
    document.core_properties.author = "Auditor"
    raw, out = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            entry = zipfile.ZipInfo(info.filename, date_time=_FIXED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(info))
    return out.getvalue()


def _insert_table(document: Any, paragraph: Any, heads: Sequence[str], rows: Rows, widths: Sequence[float]) -> None:
    from docx.shared import Cm, Pt

    made = document.add_table(rows=len(rows) + 1, cols=len(heads))
    with contextlib.suppress(KeyError):  # the office's template may lack the style
        made.style = "Table Grid"
    made.autofit = False
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Cm(width)
    for line, (row, texts) in enumerate(zip(made.rows, [heads, *rows], strict=True)):
        for cell, text, width in zip(row.cells, texts, widths, strict=True):
            cell.width = Cm(width)
            cell.text = ""
            run = cell.paragraphs[0].add_run(xml_text(text))
            run.font.size = Pt(9)
            run.bold = line == 0
        if line == 0:
            _repeat_head(row)
    paragraph._p.addnext(made._tbl)
    paragraph.text = ""


def _repeat_head(row: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = row._tr.get_or_add_trPr()
    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    properties.append(head)


def _use_chinese_fonts(document: Any) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    for name, font, size in (("Normal", "仿宋", 12), ("Title", "黑体", 18), ("Heading 1", "黑体", 14)):
        style = document.styles[name]
        style.font.name = font
        style.font.size = Pt(size)
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    section.left_margin = section.right_margin = Cm(2)
