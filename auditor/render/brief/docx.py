"""The brief as a Word file: real footnotes, native charts with their numbers inside, an annex with the evidence of every number."""

from __future__ import annotations

import contextlib
import datetime
from typing import Any, Final

from auditor.model.brief import Brief, BriefSentence, BriefTable, Chart, figures_of
from auditor.model.rulebook import Rulebook
from auditor.render.brief.chart import chart_workbook, chart_xml
from auditor.render.brief.notes import evidence_text, figure_lines, how_text, is_short, noted
from auditor.render.printable import xml_text
from auditor.render.word import fixed_bytes, set_margins, set_widths, use_chinese_fonts, use_grid
from auditor.text.words import numbered, say

_WIDTH: Final = 16.0
_MOST_ROWS: Final = 40
_TOGETHER: Final = 12
"""Rows of a table that stay on one page."""
_MOST_EVIDENCE: Final = 20_000
"""Pieces of evidence up to which the annex stands in the file; beyond, the workbook has them."""
_EMU: Final = 360_000
_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SHAPE: Final = (
    '<w:drawing xmlns:w="{w}" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><wp:inline distT="0" distB="0" distL="0" distR="0">'
    '<wp:extent cx="{cx}" cy="{cy}"/><wp:docPr id="{id}" name="Chart {id}" descr="{title}"/><wp:cNvGraphicFramePr/><a:graphic>'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
    '<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="{rid}"/></a:graphicData></a:graphic></wp:inline>'
    "</w:drawing>"
)


def brief_docx(brief: Brief, rulebook: Rulebook, lang: str = "zh") -> bytes:
    """The same brief gives the same bytes."""
    return _Writer(brief, rulebook, lang).bytes()


class _Writer:
    def __init__(self, brief: Brief, rulebook: Rulebook, lang: str) -> None:
        import docx

        self.brief, self.rulebook, self.lang = brief, rulebook, lang
        self.document: Any = docx.Document()
        use_chinese_fonts(self.document)
        set_margins(self.document, 2.5)
        self.notes: list[tuple[int, str]] = []
        self.charts = 0
        weight = sum(len(f.of) + len(f.base) for item in noted(brief) for f in figures_of(item))
        self.annexed = weight <= _MOST_EVIDENCE

    def say(self, key: str, **values: object) -> str:
        return say(self.rulebook.words, self.lang, f"brief.{key}", **values)

    def bytes(self) -> bytes:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        document, brief = self.document, self.brief
        document.styles["Normal"].paragraph_format.space_after = Pt(4)
        document.add_heading(xml_text(brief.title), level=0)
        if brief.office or brief.date:
            line = document.add_paragraph(xml_text("　".join(text for text in (brief.office, brief.date) if text)))
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        hint = document.add_paragraph(self.say("print_hint"))
        hint.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for run in hint.runs:
            run.font.size = Pt(9)
        for number, part in enumerate(brief.parts, start=1):
            self._heading(numbered(self.rulebook.words, self.lang, "ordinal", number=number) + part.title)
            for item in part.items:
                if isinstance(item, BriefSentence):
                    self._sentence(item)
                elif isinstance(item, BriefTable):
                    self._grid(item)
                else:
                    self._chart(item)
        self._heading(self.say("remarks"))
        for text in brief.remarks:
            self._paragraph(text)
        if self.annexed:
            self._annex()
        self._footnotes()
        return fixed_bytes(document, title=brief.title, author=brief.office, date=_day(brief.date))

    def _heading(self, text: str) -> None:
        heading = self.document.add_heading(xml_text(text), level=1)
        heading.paragraph_format.keep_with_next = True

    def _paragraph(self, text: str) -> Any:
        from docx.shared import Pt

        paragraph = self.document.add_paragraph(xml_text(text))
        paragraph.paragraph_format.first_line_indent = Pt(24)
        paragraph.paragraph_format.line_spacing = 1.3
        return paragraph

    def _sentence(self, item: BriefSentence) -> None:
        paragraph = self._paragraph(item.text)
        if item.note:
            self._mark(paragraph, item.note, self._note_text(item))

    def _note_text(self, item: Any) -> str:
        stop, semicolon = (say(self.rulebook.words, self.lang, f"language.{name}") for name in ("stop", "semicolon"))
        if is_short(item):
            told = []
            for figure in figures_of(item):
                names = [evidence_text(self.brief.evidence[place], self.rulebook, self.lang) for place in (*figure.of, *figure.base)]
                told.append(self.say("how.from", figure=figure.text, names=semicolon.join(names)) if names else figure.text)
            return stop.join(told)
        see = self.say("see_annex" if self.annexed else "see_workbook", number=item.note)
        if not isinstance(item, BriefSentence):
            return see
        hows = ((figure.text, how_text(figure, self.rulebook, self.lang)) for figure in item.figures)
        listed = semicolon.join(self.say("how.figure", figure=figure, how=how) for figure, how in hows)
        return f"{listed}{stop}{see}"

    def _grid(self, item: BriefTable) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        title = self.document.add_paragraph()
        title.add_run(xml_text(item.title)).bold = True
        title.paragraph_format.keep_with_next = True
        title.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if item.note:
            self._mark(title, item.note, self._note_text(item))
        rows = item.rows[:_MOST_ROWS]
        table = self.document.add_table(rows=1, cols=len(item.heads))
        use_grid(table)
        lines = [list(item.heads), *([cell if isinstance(cell, str) else cell.text for cell in row] for row in rows)]
        for number, line in enumerate(lines):
            cells = table.rows[0].cells if number == 0 else table.add_row().cells
            for place, (cell, text) in enumerate(zip(cells, line, strict=True)):
                paragraph = cell.paragraphs[0]
                paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1.5)
                paragraph.paragraph_format.keep_with_next = len(lines) <= _TOGETHER and number < len(lines) - 1
                paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if place == 0 else WD_ALIGN_PARAGRAPH.CENTER
                run = paragraph.add_run(xml_text(text))
                run.font.size = Pt(10)
                run.bold = number == 0
        first = 6.2 if len(item.heads) > 2 else _WIDTH - 3
        set_widths(table, [first, *[(_WIDTH - first) / (len(item.heads) - 1)] * (len(item.heads) - 1)])
        _repeat_heading(table)
        after = self.document.add_paragraph()
        after.paragraph_format.space_after = Pt(0)
        if len(item.rows) > len(rows):
            after.add_run(self.say("more_rows", count=len(item.rows) - len(rows)))

    def _chart(self, item: Chart) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part
        from lxml import etree

        self.charts += 1
        package, number = self.document.part.package, self.charts
        book = Part(
            PackURI(f"/word/embeddings/Microsoft_Excel_Worksheet{number}.xlsx"), CONTENT_TYPE.SML_SHEET, chart_workbook(item), package
        )
        made = Part(PackURI(f"/word/charts/chart{number}.xml"), CONTENT_TYPE.DML_CHART, chart_xml(item), package)
        assert made.relate_to(book, RELATIONSHIP_TYPE.PACKAGE) == "rId1"
        relation = self.document.part.relate_to(made, RELATIONSHIP_TYPE.CHART)
        paragraph = self.document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        height = 5.8 if len(item.categories) <= 8 else 7.5
        shape = _SHAPE.format(
            w=_W, cx=int(_WIDTH * _EMU), cy=int(height * _EMU), id=number + 100, rid=relation, title=_attribute(item.title)
        )
        paragraph.add_run()._r.append(etree.fromstring(shape))
        if item.note:
            self._mark(paragraph, item.note, self._note_text(item))

    def _mark(self, paragraph: Any, number: int, text: str) -> None:
        """A footnote mark at the end of a paragraph."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        run = paragraph.add_run()
        run.font.superscript = True
        reference = OxmlElement("w:footnoteReference")
        reference.set(qn("w:id"), str(number))
        run._r.append(reference)
        self.notes.append((number, text))

    def _annex(self) -> None:
        from docx.shared import Pt

        self.document.add_page_break()
        self._heading(self.say("annex"))
        for item in noted(self.brief):
            if is_short(item):
                continue
            head = self.document.add_paragraph()
            run = head.add_run(self.say("note", number=item.note))
            run.bold, run.font.size = True, Pt(9)
            head.paragraph_format.keep_with_next = True
            head.paragraph_format.space_after = Pt(0)
            for figure, how, listed in figure_lines(item, self.brief, self.rulebook, self.lang):
                line = self.document.add_paragraph()
                line.paragraph_format.space_after = Pt(0)
                line.paragraph_format.line_spacing = 1.0
                first = line.add_run(xml_text(f"{figure.text} "))
                first.bold, first.font.size = True, Pt(8)
                rest = line.add_run(xml_text(say(self.rulebook.words, self.lang, "language.stop").join((how, listed))))
                rest.font.size = Pt(8)

    def _footnotes(self) -> None:
        from docx.enum.style import WD_STYLE_TYPE
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part
        from docx.shared import Pt

        # The styles that Word and LibreOffice know for footnotes, so that number and text are small in both.
        style = self.document.styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH)
        style.base_style, style.font.size = self.document.styles["Normal"], Pt(8)
        style.paragraph_format.space_after, style.paragraph_format.line_spacing = Pt(0), 1.0
        mark = self.document.styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER)
        mark.font.superscript = True
        text_style, mark_style = style.style_id, mark.style_id
        notes = "".join(
            f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="{text_style}"/></w:pPr><w:r><w:rPr><w:rStyle w:val="{mark_style}"/>'
            f'</w:rPr><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> {_text(text)}</w:t></w:r></w:p></w:footnote>'
            for number, text in self.notes
        )
        content = (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:footnotes xmlns:w="{_W}">'
            '<w:footnote w:type="separator" w:id="-1">'
            '<w:p><w:r><w:separator/></w:r></w:p></w:footnote><w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r>'
            f"<w:continuationSeparator/></w:r></w:p></w:footnote>{notes}</w:footnotes>"
        )
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
        part = Part(PackURI("/word/footnotes.xml"), kind, content.encode(), self.document.part.package)
        self.document.part.relate_to(part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes")


def _repeat_heading(table: Any) -> None:
    from docx.oxml import OxmlElement

    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _day(text: str) -> datetime.date | None:
    with contextlib.suppress(ValueError):
        return datetime.date.fromisoformat(text)
    return None


def _text(text: str) -> str:
    from xml.sax.saxutils import escape

    return escape(xml_text(text))


def _attribute(text: str) -> str:
    from xml.sax.saxutils import escape

    return escape(xml_text(text), {'"': "&quot;"})
