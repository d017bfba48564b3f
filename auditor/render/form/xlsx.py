"""The form as a workbook: the three tables to fill in, with live checks that state the same relations as the rules."""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from auditor.model.axes import cell_key, row_totals, sums_of_rows
from auditor.model.formats import Format, TableFormat
from auditor.model.report import Report
from auditor.model.rulebook import Rulebook
from auditor.render.form.grid import FormCell, carried, form_grid, label_columns
from auditor.render.printable import xml_text
from auditor.text.words import say

_WIDTHS = ((8,), (30, 16), (13, 36, 10), (8, 13, 36, 10))
"""Widths of as many columns of labels, the last that of each number."""
_ROW = 32  # points: two lines of a long label


class Formula(Struct, frozen=True, kw_only=True):
    """The formula of a cell and the number it gives. ``bound``: a condition of Excel (without =) while which the number is shown as
    a lower bound; empty: never. ``doubtful``: shown as one whose parts ask for a look.
    """

    text: str
    result: float
    bound: str = ""
    doubtful: bool = False


def form_xlsx(rulebook: Rulebook, form: Format, year: int, previous: Report | None = None, filled: dict[str, str] | None = None) -> bytes:
    """The workbook for ``year``: one sheet a table; check formulas stand right of and below the cells, apart from the form."""
    import xlsxwriter

    values = carried(form, previous) | dict(filled or {})
    agency = (previous.agency if previous is not None else None) or say(rulebook.words, "zh", "form.agency")
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": datetime.datetime(2020, 1, 1)})
    add_form_sheets(book, rulebook, form, year, agency=agency, values=values)
    book.close()
    return out.getvalue()


def add_form_sheets(
    book: Any,
    rulebook: Rulebook,
    form: Format,
    year: int,
    *,
    agency: str,
    values: dict[str, str],
    formulas: Mapping[str, Formula] | None = None,
    note: str = "",
) -> None:
    """A sheet for each table. ``formulas``: by key, in place of a value. ``note``: printed below each form."""
    styles = _styles(book)
    for table in form.tables:
        sheet = book.add_worksheet(table.short or table.title[:28])
        cells = form_grid(table)
        width = max(cell.column + cell.colspan for cell in cells)
        sheet.merge_range(0, 0, 0, width - 1, say(rulebook.words, "zh", "form.title", agency=agency, year=year), styles["title"])
        sheet.merge_range(1, 0, 1, width - 1, table.title, styles["title"])
        top = 2
        _write(sheet, cells, values, styles, top, formulas or {})
        _checks(sheet, table, cells, rulebook, styles, top)
        _validate(sheet, table, cells, rulebook, top)
        sizes = _WIDTHS[label_columns(table)]
        for column in range(width):
            sheet.set_column(column, column, sizes[min(column, len(sizes) - 1)])
        for number in range(top, top + max(cell.row + cell.rowspan for cell in cells)):
            sheet.set_row(number, _ROW)
        sheet.set_column(width, width, 3)
        sheet.set_column(width + 1, width + 1, 30)
        sheet.set_paper(9)
        if table.is_single_row:
            sheet.set_landscape()
        bottom = top + max(cell.row + cell.rowspan for cell in cells) - 1
        if note:
            bottom += 1  # the row that is free between the form and its checks
            sheet.merge_range(bottom, 0, bottom, width - 1, xml_text(note), styles["note"])
            sheet.set_row(bottom, 2 * _ROW)
        sheet.print_area(0, 0, bottom, width - 1)  # the checks are for the screen
        sheet.center_horizontally()
        sheet.fit_to_pages(1, 1)


def _styles(book: Any) -> dict[str, Any]:
    base = {"font_name": "SimSun", "font_size": 10, "text_wrap": True, "valign": "vcenter", "border": 1}
    return {
        "title": book.add_format({"bold": True, "font_size": 13, "align": "center", "font_name": "SimSun"}),
        "label": book.add_format(base | {"bg_color": "#F2F2F2", "align": "center"}),
        "value": book.add_format(base | {"align": "center"}),
        "check": book.add_format({"font_color": "#C00000", "font_size": 9, "font_name": "SimSun"}),
        "note": book.add_format({"font_name": "SimSun", "font_size": 10, "text_wrap": True, "valign": "top"}),
        "doubtful": book.add_format(base | {"align": "center", "bg_color": "#FBDC9C"}),
        "bound": book.add_format({"num_format": '"≥ "0.######', "bg_color": "#F3B5B0"}),
    }


def _write(
    sheet: Any,
    cells: Sequence[FormCell],
    values: dict[str, str],
    styles: dict[str, Any],
    top: int,
    formulas: Mapping[str, Formula],
) -> None:
    for cell in cells:
        if cell.key is not None and cell.key in formulas:
            formula = formulas[cell.key]
            style = styles["doubtful" if formula.doubtful else "value"]
            last = (cell.row + top + cell.rowspan - 1, cell.column + cell.colspan - 1)
            if cell.rowspan > 1 or cell.colspan > 1:
                sheet.merge_range(cell.row + top, cell.column, *last, "", style)
            sheet.write_formula(cell.row + top, cell.column, formula.text, style, formula.result)
            if formula.bound:
                shown = {"type": "formula", "criteria": "=" + formula.bound, "format": styles["bound"]}
                sheet.conditional_format(cell.row + top, cell.column, *last, shown)
            continue
        style = styles["label"] if cell.key is None else styles["value"]
        text = cell.text if cell.key is None else values.get(cell.key, "")
        content: str | float = float(text) if cell.key is not None and text.replace(".", "", 1).isdigit() else text
        if cell.rowspan > 1 or cell.colspan > 1:
            last = (cell.row + top + cell.rowspan - 1, cell.column + cell.colspan - 1)
            sheet.merge_range(cell.row + top, cell.column, *last, content, style)
        elif content == "":
            sheet.write_blank(cell.row + top, cell.column, None, style)
        elif isinstance(content, float):
            sheet.write_number(cell.row + top, cell.column, content, style)
        else:
            sheet.write_string(cell.row + top, cell.column, xml_text(content), style)


def _checks(sheet: Any, table: TableFormat, cells: Sequence[FormCell], rulebook: Rulebook, styles: dict[str, Any], top: int) -> None:
    """Formulas that stay empty while a relation holds and else say what it asks for, one blank column or row away from the form."""
    from xlsxwriter.utility import xl_rowcol_to_cell as name

    place = {cell.key: name(cell.row + top, cell.column) for cell in cells if cell.key}
    columns = {cell.key: cell.column for cell in cells if cell.key}
    words = rulebook.words
    width = max(cell.column + cell.colspan for cell in cells)
    height = max(cell.row + cell.rowspan for cell in cells) + top

    def number(key: str) -> str:
        """A cell as a number, also where it was typed as text or in full width; anything else counts nothing."""
        return f"IFERROR(VALUE(ASC({place[key]})),0)"

    def write(row: int, column: int, condition: str, otherwise: str) -> None:
        sheet.write_formula(row, column, f'=IF({condition},"",{otherwise})', styles["check"], " ")

    def put(row: int, column: int, sum_of: Sequence[str], total: str, text: str) -> None:
        parts = "+".join(number(key) for key in sum_of)
        write(row, column, f"{parts}={number(total)}", f'"{text}"&({parts})')

    rows = {cell.key: cell.row + top for cell in cells if cell.key}
    left = label_columns(table)
    for row in table.rows:
        for total, parts in sums_of_rows(table, [row.key]):
            # beside its row where a row has one total; below its block where one row has several
            at = (height + 1, min(columns[key] for key in parts)) if table.is_single_row else (rows[total], width + 1)
            put(*at, parts, total, say(words, "zh", "form.check.row"))
    for total, parts in row_totals(table).items():
        for place_of, column in enumerate(table.columns):
            outcomes = [cell_key(table, row, column.key) for row in parts]
            put(height + 1, left + place_of, outcomes, cell_key(table, total, column.key), say(words, "zh", "form.check.outcome"))
        sheet.write_string(height + 1, 0, say(words, "zh", "form.check.outcome_row"), styles["check"])
    if "opened" in table.sets:
        for place_of, column in enumerate(table.columns):
            opened, closed = (
                "+".join(number(cell_key(table, row, column.key)) for row in table.sets[name]) for name in ("opened", "closed")
            )
            text = say(words, "zh", "form.check.balance")
            write(height + 2, left + place_of, f"{opened}={closed}", f'"{text}"&({opened})&"≠"&({closed})')
        sheet.write_string(height + 2, 0, say(words, "zh", "form.check.balance_row"), styles["check"])


def _validate(sheet: Any, table: TableFormat, cells: Sequence[FormCell], rulebook: Rulebook, top: int) -> None:
    """What may be typed into each cell: whole numbers from 0, any whole number for a change, any number from 0 for an amount."""
    kinds = {column.key: column.number for column in table.columns}
    for cell in cells:
        if cell.key is None:
            continue
        kind = kinds.get(cell.key.rpartition(".")[2], "count")
        allowed = {"validate": "decimal" if kind == "amount" else "integer", "criteria": ">=", "value": -(10**9) if kind == "change" else 0}
        told = {
            "error_title": say(rulebook.words, "zh", "form.validation.title"),
            "error_message": say(rulebook.words, "zh", f"form.validation.{kind}"),
            "error_type": "warning",
        }
        sheet.data_validation(cell.row + top, cell.column, cell.row + top, cell.column, allowed | told)
