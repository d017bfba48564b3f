"""Word documents (Office Open XML)."""

from auditor.read.docx.reader import read_docx

__all__ = ["read_docx"]
