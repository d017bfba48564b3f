"""PDF files with a text layer: ruling lines and characters → :class:`~auditor.model.document.Document`."""

from __future__ import annotations

from auditor.errors import UsageError
from auditor.model.document import Document
from auditor.model.source import Source

ENGINES = ("pdfium", "pdfplumber")


def read_pdf(data: bytes, source: Source, engine: str = "pdfium") -> Document:
    """The document in ``data``; ``source`` is handed through.

    ``engine`` is ``pdfium`` (fast) or ``pdfplumber`` (a second opinion): both deliver characters and rules to the same grid code.
    Raises :class:`~auditor.errors.ReadError` ``READ-ENCRYPTED`` or ``READ-DAMAGED`` and :class:`~auditor.errors.LimitError`
    ``READ-LIMIT-PAGES``, ``READ-LIMIT-CHARS``, ``READ-LIMIT-PATHS``. A page without text layer is a problem ``READ-SCANNED``,
    fatal when no page has one.
    """
    if engine not in ENGINES:
        raise UsageError(f"engine: expected one of {', '.join(ENGINES)}, found {engine!r}")
    from auditor.read.pdf.assemble import assemble

    if engine == "pdfium":
        from auditor.read.pdf import pdfium

        return assemble(pdfium.read_marks(data), source, engine)
    from auditor.read.pdf import plumber

    return assemble(plumber.read_marks(data), source, engine)
