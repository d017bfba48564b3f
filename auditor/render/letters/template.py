"""Word templates with placeholders ``{{name}}`` in body, tables, text boxes, headers and footers.

One alone in its paragraph may give way to a table, which takes the width of the text there.

An office may bring its own template; without one a plain letter is made (:mod:`auditor.render.letters.layout`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from docx.oxml.ns import qn

from auditor.errors import UsageError
from auditor.render.letters.layout import Line, new_letter
from auditor.render.printable import xml_text
from auditor.render.word import set_widths, use_grid

_PLACEHOLDER = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")

Rows = Sequence[Sequence[str]]
Tables = Mapping[str, tuple[Sequence[str], Rows, Sequence[float]]]


def open_template(path: Path | None, lines: Sequence[Line]) -> Any:
    """The office's template, or a new letter of these lines. Raises UsageError for an unusable file."""
    import docx

    if path is None:
        return new_letter(lines)
    try:
        return docx.Document(str(path))
    except Exception as error:  # python-docx raises whatever the package inside raises
        raise UsageError("{file}: this template cannot be opened as a Word file (.docx): {reason}", file=path.name, reason=error) from error


def fill(document: Any, values: Mapping[str, str], tables: Tables) -> None:
    """Replace the placeholders. ``tables``: name → (column heads, rows, widths in proportion); an unknown placeholder stays visible."""
    for paragraph in list(_paragraphs(document)):
        names = _PLACEHOLDER.findall(paragraph.text)
        table = next((name for name in names if name in tables), None)
        if table is not None:
            _insert_table(document, paragraph, *tables[table])
        elif any(name in values for name in names):
            _put(paragraph, values)


def _paragraphs(document: Any) -> Iterator[Any]:
    """All paragraphs: body, tables at any depth, text boxes, and what stands at the head and foot of the pages."""
    from docx.text.paragraph import Paragraph

    yield from (Paragraph(element, document._body) for element in document.element.body.iter(qn("w:p")))
    seen = set()
    for section in document.sections:
        for part in (
            section.header, section.footer, section.first_page_header, section.first_page_footer,
            section.even_page_header, section.even_page_footer,
        ):  # fmt: skip
            if not part.is_linked_to_previous and part._element not in seen:
                seen.add(part._element)
                yield from (Paragraph(element, part) for element in part._element.iter(qn("w:p")))


def _put(paragraph: Any, values: Mapping[str, str]) -> None:
    """Fill in one paragraph. Each run keeps its type; a placeholder cut over several runs takes that of its first."""

    def told(text: str) -> str:
        return xml_text(_PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text))

    cut: list[Any] = []
    for run in paragraph.runs:
        if "{{" in run.text and "}}" in run.text:
            run.text = told(run.text)
    for run in paragraph.runs:
        if cut or "{" in run.text:
            cut.append(run)
        if cut and "}}" in "".join(entry.text for entry in cut):
            first, *others = cut
            first.text = told("".join(entry.text for entry in cut))
            for other in others:
                other.text = ""
            cut = []


def _insert_table(document: Any, paragraph: Any, heads: Sequence[str], rows: Rows, widths: Sequence[float]) -> None:
    """The table in the place of the paragraph, which goes: an empty line would stay above it."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.shared import Pt

    made = document.add_table(rows=len(rows) + 1, cols=len(heads))
    use_grid(made)
    room = _room(document, paragraph)
    scale = room / sum(widths)
    size = 10 if room >= 20 else 8  # cm: on a portrait page nine columns are narrow
    lines = [list(row.cells) for row in made.rows]
    for number, (cells, texts) in enumerate(zip(lines, [heads, *rows], strict=True)):
        for cell, text in zip(cells, texts, strict=True):
            run = cell.paragraphs[0].add_run(xml_text(text))
            run.font.size = Pt(size)
            run.bold = number == 0
            form = cell.paragraphs[0].paragraph_format
            form.space_before = form.space_after = Pt(1.5)
            form.line_spacing_rule = WD_LINE_SPACING.SINGLE
            if number == 0:
                form.alignment = WD_ALIGN_PARAGRAPH.CENTER
                _shade(cell)
    set_widths(made, [width * scale for width in widths])
    _repeat_head(made.rows[0])
    following, before = paragraph._p.getnext(), paragraph._p.getprevious()
    if before is not None and before.tag == paragraph._p.tag:
        before.get_or_add_pPr().get_or_add_keepNext()  # what introduces a table stays on its page
    paragraph._p.addnext(made._tbl)
    keeps = paragraph._p.pPr is not None and paragraph._p.pPr.find(qn("w:sectPr")) is not None
    if following is not None and following.tag == paragraph._p.tag and not keeps:
        paragraph._p.getparent().remove(paragraph._p)
        following.get_or_add_pPr().get_or_add_spacing().set(qn("w:before"), "160")
    else:  # a table must be followed by a paragraph, and one that ends a section keeps it
        paragraph.text = ""
        made._tbl.addnext(paragraph._p)


def _room(document: Any, paragraph: Any) -> float:
    """Width of the text in cm where the paragraph stands: that of its section."""
    sections = list(document.sections)
    place = 0
    for element in document.element.body:
        if element is paragraph._p:
            break
        place += element.find(f"./{qn('w:pPr')}/{qn('w:sectPr')}") is not None
    section = sections[min(place, len(sections) - 1)]
    return float(section.page_width - section.left_margin - section.right_margin) / 360_000  # EMU


def _shade(cell: Any) -> None:
    properties = cell._tc.get_or_add_tcPr()
    properties.append(properties.makeelement(qn("w:shd"), {qn("w:val"): "clear", qn("w:color"): "auto", qn("w:fill"): "EDEDED"}))


def _repeat_head(row: Any) -> None:
    properties = row._tr.get_or_add_trPr()
    properties.append(properties.makeelement(qn("w:tblHeader"), {}))
