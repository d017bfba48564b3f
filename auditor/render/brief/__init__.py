"""The leaders' report as a Word file with footnotes and native charts, a page, and a workbook with native charts and the evidence."""

from auditor.render.brief.docx import brief_docx
from auditor.render.brief.page import brief_html
from auditor.render.brief.xlsx import brief_xlsx

__all__ = ["brief_docx", "brief_html", "brief_xlsx"]
