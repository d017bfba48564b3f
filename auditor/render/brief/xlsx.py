"""The brief as a workbook: its sentences, native Excel charts over their numbers, its tables, and every piece of evidence in a row."""

from __future__ import annotations

import datetime
import io
from typing import Any, Final

from auditor.model.brief import Brief, BriefSentence, BriefTable, Chart, Figure, figures_of
from auditor.model.rulebook import Rulebook
from auditor.render.brief.chart import COLOURS
from auditor.render.brief.notes import noted
from auditor.render.printable import cell_width, xml_text
from auditor.text.words import say

_EVIDENCE: Final = ("note", "figure", "how", "role", "agency", "year", "cell", "key", "printed", "value", "place", "path")
_MOST_LINES: Final = 1_000_000
"""Rows of evidence that a sheet can hold; a brief of more than that is cut, and says so in its last row."""
_BELOW: Final = 18
_TEXT_WIDTH: Final = 96


def brief_xlsx(brief: Brief, rulebook: Rulebook, lang: str = "zh") -> bytes:
    """The same brief gives the same bytes."""
    return _Book(brief, rulebook, lang).bytes()


class _Book:
    def __init__(self, brief: Brief, rulebook: Rulebook, lang: str) -> None:
        import xlsxwriter

        self.brief, self.rulebook, self.lang = brief, rulebook, lang
        self.out = io.BytesIO()
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.book = xlsxwriter.Workbook(self.out, options)
        self.book.set_properties({"created": datetime.datetime(2020, 1, 1), "title": xml_text(brief.title)[:255]})
        self.head = self.book.add_format({"bold": True, "bg_color": "#EEF2F6", "border": 1, "text_wrap": True, "valign": "top"})
        self.title = self.book.add_format({"bold": True, "font_size": 14})
        self.bold = self.book.add_format({"bold": True})
        self.wrap = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.plain = self.book.add_format({"border": 1})

    def say(self, key: str, **values: object) -> str:
        return say(self.rulebook.words, self.lang, f"brief.{key}", **values)

    def bytes(self) -> bytes:
        self._sentences()
        self._charts()
        self._grids()
        self._evidence()
        self.book.close()
        return self.out.getvalue()

    def _sheet(self, name: str) -> Any:
        return self.book.add_worksheet(self.say(f"sheet.{name}"))

    def _sentences(self) -> None:
        sheet = self._sheet("text")
        sheet.set_column(0, 0, _TEXT_WIDTH)
        sheet.set_column(1, 1, 8)
        sheet.write_string(0, 0, xml_text(self.brief.title), self.title)
        sheet.write_string(1, 0, xml_text("　".join(text for text in (self.brief.office, self.brief.date) if text)))
        row = 2
        for part in self.brief.parts:
            sheet.write_string(row, 0, xml_text(part.title), self.bold)
            row += 1
            for item in part.items:
                self._line_of_text(sheet, row, item.text if isinstance(item, BriefSentence) else item.title)
                if item.note:
                    sheet.write_number(row, 1, item.note)
                row += 1
        sheet.write_string(row, 0, self.say("remarks"), self.bold)
        for row, text in enumerate(self.brief.remarks, start=row + 1):  # noqa: B020
            self._line_of_text(sheet, row, text)
        sheet.set_portrait()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)

    def _line_of_text(self, sheet: Any, row: int, text: str) -> None:
        """A text in the first column, the row as high as its lines."""
        sheet.set_row(row, 15 * max(1, -(-cell_width(text) // (_TEXT_WIDTH - 4))))
        sheet.write_string(row, 0, xml_text(text), self.wrap)

    def _charts(self) -> None:
        charts = [item for part in self.brief.parts for item in part.items if isinstance(item, Chart)]
        if not charts:
            return
        sheet = self._sheet("charts")
        name = self.say("sheet.charts")
        sheet.set_column(0, 0, 22)
        sheet.set_column(1, 6, 14)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        row = 0
        for chart in charts:
            sheet.write_string(row, 0, xml_text(chart.title), self.bold)
            sheet.write_string(row + 1, 0, self.say("note", number=chart.note))
            first = row + 2
            for column, series in enumerate(chart.series, start=1):
                sheet.write_string(row + 1, column, xml_text(series.name), self.head)
            for place, category in enumerate(chart.categories):
                sheet.write_string(first + place, 0, xml_text(category), self.plain)
                for column, series in enumerate(chart.series, start=1):
                    point = series.points[place]
                    if point is None:
                        sheet.write_blank(first + place, column, None, self.plain)
                    else:
                        sheet.write_number(first + place, column, float(point.value), self.plain)
            sheet.insert_chart(row, 8, self._native(chart, name, first))
            row = max(first + len(chart.categories), row + _BELOW) + 2

    def _native(self, chart: Chart, sheet: str, first: int) -> Any:
        kinds: dict[str, dict[str, str]] = {
            "bar": {"type": "column"},
            "stacked": {"type": "column", "subtype": "stacked"},
            "line": {"type": "line"},
        }
        made = self.book.add_chart(kinds[chart.kind])
        last = first + len(chart.categories) - 1
        for number, _ in enumerate(chart.series):
            column = number + 1
            colour = f"#{COLOURS[number % len(COLOURS)]}"
            series: dict[str, Any] = {
                "name": [sheet, first - 1, column],
                "categories": [sheet, first, 0, last, 0],
                "values": [sheet, first, column, last, column],
                "data_labels": {"value": True},
            }
            if chart.kind == "line":
                series |= {"line": {"color": colour, "width": 2.25}, "marker": {"type": "circle", "size": 6, "fill": {"color": colour}}}
            else:
                series |= {"fill": {"color": colour}, "gap": 70}
            made.add_series(series)
        made.set_title({"name": xml_text(chart.title), "name_font": {"size": 12}})
        made.set_y_axis({"min": 0, "major_gridlines": {"visible": True, "line": {"color": "#D9DEE4"}}})
        made.set_legend({"none": True} if len(chart.series) == 1 else {"position": "bottom"})
        made.show_blanks_as("gap")
        made.set_size({"width": 620, "height": 340})
        return made

    def _grids(self) -> None:
        sheet = self._sheet("agencies")
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 8, 13)
        row = 0
        for item in (entry for part in self.brief.parts for entry in part.items if isinstance(entry, BriefTable)):
            sheet.write_string(row, 0, xml_text(item.title), self.bold)
            sheet.write_string(row, max(1, len(item.heads) - 1), self.say("note", number=item.note))
            for column, head in enumerate(item.heads):
                sheet.write_string(row + 1, column, xml_text(head), self.head)
            for row, line in enumerate(item.rows, start=row + 2):  # noqa: B020
                for column, cell in enumerate(line):
                    self._cell(sheet, row, column, cell)
            row += 2

    def _cell(self, sheet: Any, row: int, column: int, cell: str | Figure) -> None:
        if isinstance(cell, str):
            sheet.write_string(row, column, xml_text(cell), self.plain)
        elif cell.text.endswith("%"):
            sheet.write_string(row, column, cell.text, self.plain)
        else:
            sheet.write_number(row, column, float(cell.value), self.plain)

    def _evidence(self) -> None:
        sheet = self._sheet("evidence")
        for column, name in enumerate(_EVIDENCE):
            sheet.write_string(0, column, self.say(f"column.{name}"), self.head)
        row = 1
        for item in noted(self.brief):
            for figure in figures_of(item):
                how = self.say(f"how.{figure.how}")
                for role, places in (("of", figure.of), ("base", figure.base)):
                    for place in places or ((None,) if role == "of" else ()):
                        if row >= _MOST_LINES:
                            break
                        self._line(sheet, row, item.note, figure, how, self.say(f"how.{role}"), place)
                        row += 1
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.autofilter(0, 0, max(row - 1, 1), len(_EVIDENCE) - 1)
        for column, width in enumerate((6, 10, 10, 8, 28, 8, 40, 26, 12, 12, 30, 40)):
            sheet.set_column(column, column, width)

    def _line(self, sheet: Any, row: int, note: int, figure: Figure, how: str, role: str, place: int | None) -> None:
        sheet.write_number(row, 0, note)
        sheet.write_string(row, 1, figure.text)
        sheet.write_string(row, 2, how)
        sheet.write_string(row, 3, role)
        if place is None:  # nothing was counted: the number is 0
            return
        one = self.brief.evidence[place]
        sheet.write_string(row, 4, xml_text(one.agency))
        if one.year is not None:
            sheet.write_number(row, 5, one.year)
        for column, text in ((6, one.label), (7, one.key), (8, one.printed), (10, one.place), (11, one.path)):
            sheet.write_string(row, column, xml_text(text))
        if one.value is not None:
            sheet.write_number(row, 9, float(one.value))
