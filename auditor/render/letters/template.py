"""Word templates with placeholders ``{{name}}`` in paragraphs; a paragraph ``{{findings}}`` gives way to a table.

An office may bring its own template; without one a plain letter is made from ``rules/messages/letters.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from docx.oxml.ns import qn

from auditor.errors import UsageError
from auditor.render.printable import xml_text
from auditor.render.word import set_margins, set_widths, use_chinese_fonts, use_grid

_PLACEHOLDER = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")

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
    use_chinese_fonts(document)
    set_margins(document, 1.8, landscape=True)
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


def _insert_table(document: Any, paragraph: Any, heads: Sequence[str], rows: Rows, widths: Sequence[float]) -> None:
    """The table in the place of the paragraph, which goes: an empty line would stay above it."""
    from docx.shared import Pt

    made = document.add_table(rows=len(rows) + 1, cols=len(heads))
    use_grid(made)
    lines = [list(row.cells) for row in made.rows]
    for number, (cells, texts) in enumerate(zip(lines, [heads, *rows], strict=True)):
        for cell, text in zip(cells, texts, strict=True):
            run = cell.paragraphs[0].add_run(xml_text(text))
            run.font.size = Pt(9)
            run.bold = number == 0
            cell.paragraphs[0].paragraph_format.space_after = Pt(0)
    set_widths(made, widths)
    _repeat_head(made.rows[0])
    following = paragraph._p.getnext()
    paragraph._p.addnext(made._tbl)
    paragraph.text = ""
    if following is not None and following.tag == paragraph._p.tag:
        paragraph._p.getparent().remove(paragraph._p)
        following.get_or_add_pPr().get_or_add_spacing().set(qn("w:before"), "160")
    else:  # a table must be followed by a paragraph
        made._tbl.addnext(paragraph._p)


def _repeat_head(row: Any) -> None:
    properties = row._tr.get_or_add_trPr()
    properties.append(properties.makeelement(qn("w:tblHeader"), {}))
