"""From a plan (facts, prose, choices) to documents of every kind. A development tool: nothing here is installed."""

from tests.lab.compose.balanced import balanced_plan
from tests.lab.compose.docx import DocxStyle, to_docx
from tests.lab.compose.html import HtmlStyle, to_html
from tests.lab.compose.pdf import PdfStyle, to_pdf
from tests.lab.compose.plan import GridOptions, Prose, ReportPlan, SectionPlan
from tests.lab.compose.text import TextStyle, to_text
from tests.lab.compose.xlsx import XlsxStyle, to_xlsx

__all__ = [
    "DocxStyle",
    "GridOptions",
    "HtmlStyle",
    "PdfStyle",
    "Prose",
    "ReportPlan",
    "SectionPlan",
    "TextStyle",
    "XlsxStyle",
    "balanced_plan",
    "to_docx",
    "to_html",
    "to_pdf",
    "to_text",
    "to_xlsx",
]
