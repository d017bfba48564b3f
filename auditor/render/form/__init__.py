"""The official form for a coming year, as Word file and as workbook with live checks, last year's closing numbers filled in."""

from auditor.render.form.docx import form_docx
from auditor.render.form.xlsx import form_xlsx

__all__ = ["form_docx", "form_xlsx"]
