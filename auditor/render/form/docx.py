"""The form as a Word file: title, period, six sections with their tables."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from auditor.model.formats import Format, TableFormat
from auditor.model.report import Report
from auditor.model.rulebook import Rulebook
from auditor.render.form.grid import carried, form_grid
from auditor.text.words import say

_FIXED = (1980, 1, 1, 0, 0, 0)


def form_docx(rulebook: Rulebook, form: Format, year: int, previous: Report | None = None, filled: dict[str, str] | None = None) -> bytes:
    """The form for ``year`` with the numbers of ``filled`` (by key) and last year's closing numbers in their cells.

    The same arguments give the same bytes. Headings, tables and their order are the form's own.
    """
    import docx
    from docx.enum.section import WD_ORIENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    values = carried(previous) | dict(filled or {})
    agency = (previous.agency if previous is not None else None) or say(rulebook.words, "zh", "form.agency")
    document = docx.Document()
    title = document.add_heading(level=0)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.add_run(say(rulebook.words, "zh", "form.title", agency=agency, year=year))
    document.add_paragraph(say(rulebook.words, "zh", "form.preamble", year=year))
    for section in form.sections:
        document.add_heading(f"{'一二三四五六'[section.ordinal - 1]}、{section.title}", level=1)
        tables = [table for table in form.tables if table.section == section.key]
        hint = f"form.hint.{section.key}"
        if hint in rulebook.words:
            document.add_paragraph(say(rulebook.words, "zh", hint))
        for table in tables:
            _add_table(document, table, values)
    for part in document.sections:
        part.orientation = WD_ORIENT.PORTRAIT
    return _fixed(document)


def _add_table(document: Any, table: TableFormat, values: dict[str, str]) -> None:
    cells = form_grid(table)
    rows = max(cell.row + cell.rowspan for cell in cells)
    columns = max(cell.column + cell.colspan for cell in cells)
    made = document.add_table(rows=rows, cols=columns)
    made.style = "Table Grid"
    grid = [list(row.cells) for row in made.rows]  # once: looking cells up one by one is quadratic
    for cell in cells:
        target = grid[cell.row][cell.column]
        if cell.rowspan > 1 or cell.colspan > 1:
            target = target.merge(grid[cell.row + cell.rowspan - 1][cell.column + cell.colspan - 1])
        target.text = cell.text if cell.key is None else values.get(cell.key, "")
    document.add_paragraph("")


def _fixed(document: Any) -> bytes:
    """The package with fixed dates, so that the same form has the same bytes."""
    import datetime

    document.core_properties.created = document.core_properties.modified = datetime.datetime(2020, 1, 1)
    raw = io.BytesIO()
    document.save(raw)
    out = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            entry = zipfile.ZipInfo(info.filename, date_time=_FIXED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(info))
    return out.getvalue()
