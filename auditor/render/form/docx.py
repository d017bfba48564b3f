"""The form as a Word file: title, period, six sections with their tables."""

from __future__ import annotations

from typing import Any

from auditor.model.formats import Format, TableFormat
from auditor.model.report import Report
from auditor.model.rulebook import Rulebook
from auditor.render.form.grid import carried, form_grid, label_columns
from auditor.render.printable import xml_text
from auditor.render.word import fixed_bytes, set_margins, set_widths, use_chinese_fonts, use_grid
from auditor.text.numerals import chinese_number
from auditor.text.words import say

_WIDTH = 16.6
_LABELS = ((), (5.0,), (2.2, 5.2), (1.5, 1.7, 4.2))
"""Widths in cm of as many columns of labels."""


def form_docx(rulebook: Rulebook, form: Format, year: int, previous: Report | None = None, filled: dict[str, str] | None = None) -> bytes:
    """The form for ``year`` with the numbers of ``filled`` (by key) and last year's closing numbers in their cells.

    The same arguments give the same bytes. Headings, tables and their order are the form's own.
    """
    agency = (previous.agency if previous is not None else None) or say(rulebook.words, "zh", "form.agency")
    return fixed_bytes(form_document(rulebook, form, year, agency=agency, filled=carried(form, previous) | dict(filled or {})))


def form_document(rulebook: Rulebook, form: Format, year: int, *, agency: str, filled: dict[str, str]) -> Any:
    """The form as an open Word document, for what is added below it."""
    import docx

    values = filled
    document = docx.Document()
    use_chinese_fonts(document)
    set_margins(document, 2.2)
    title = document.add_heading(level=0)
    title.add_run(xml_text(say(rulebook.words, "zh", "form.title", agency=agency, year=year)))
    document.add_paragraph(say(rulebook.words, "zh", "form.preamble", year=year))
    for section in form.sections:
        document.add_heading(f"{chinese_number(section.ordinal)}、{section.title}", level=1)
        tables = [table for table in form.tables if table.section == section.key]
        hint = f"form.hint.{section.key}"
        if hint in rulebook.words:
            document.add_paragraph(say(rulebook.words, "zh", hint))
        for number, aspect in enumerate(section.aspects, start=1):
            document.add_paragraph(f"（{chinese_number(number)}）{aspect.label}")
            document.add_paragraph(say(rulebook.words, "zh", "form.hint.aspect"))
        for table in tables:
            _add_table(document, table, values)
    return document


def _add_table(document: Any, table: TableFormat, values: dict[str, str]) -> None:
    cells = form_grid(table)
    rows = max(cell.row + cell.rowspan for cell in cells)
    columns = max(cell.column + cell.colspan for cell in cells)
    made = document.add_table(rows=rows, cols=columns)
    use_grid(made)
    grid = [list(row.cells) for row in made.rows]  # once: looking cells up one by one is quadratic
    for cell in cells:
        target = grid[cell.row][cell.column]
        if cell.rowspan > 1 or cell.colspan > 1:
            target = target.merge(grid[cell.row + cell.rowspan - 1][cell.column + cell.colspan - 1])
        _write(target, cell.text if cell.key is None else values.get(cell.key, ""), centred=cell.key is not None or cell.colspan > 1)
    for line in grid[:-1]:  # the table stands on one page, below its heading
        for target in line:
            for paragraph in target.paragraphs:
                paragraph.paragraph_format.keep_with_next = True
    set_widths(made, _widths(table, columns))
    document.add_paragraph("")


def _widths(table: TableFormat, columns: int) -> list[float]:
    """Column widths in cm: narrow columns for figures, the rest for labels."""
    labels = _LABELS[label_columns(table)]
    return [*labels, *[(_WIDTH - sum(labels)) / (columns - len(labels))] * (columns - len(labels))]


def _write(cell: Any, text: str, *, centred: bool) -> None:
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    cell.text = ""
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(xml_text(text))
    run.font.size = Pt(9)
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
