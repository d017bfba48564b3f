"""Scans and photographs through offline recognition (extra ``ocr``).

A recognised page is a set of marks like that of any PDF page, so the same grid code makes its tables. What is recognised
never counts as certain: every cell has a confidence below 0.9, and the document says ``READ-OCR``.
"""

from __future__ import annotations

from auditor.errors import ReadError
from auditor.model.document import Document
from auditor.model.source import Source
from auditor.read.ocr.recogniser import is_available

__all__ = ["is_available", "read_docx_pictures", "read_ocr", "read_picture"]


def read_ocr(data: bytes, source: Source) -> Document:
    """A PDF whose pages are pictures, in part or all; pages with a text layer are read as usual.

    Raises what :func:`auditor.read.pdf.read_pdf` raises. Call only when :func:`is_available`.
    """
    from auditor.read.ocr.document import from_pdf

    return from_pdf(data, source)


def read_docx_pictures(data: bytes, source: Source) -> Document:
    """A Word file with its large pictures recognised, each in its place.

    Raises what :func:`auditor.read.docx.read_docx` raises. Call only when :func:`is_available`.
    """
    from auditor.read.ocr.pictures import read_docx_pictures as read

    return read(data, source)


def read_picture(data: bytes, source: Source) -> Document:
    """A photograph or scan as an image file, one page.

    Raises :class:`ReadError` ``READ-PICTURE`` when the extra is not installed, ``READ-DAMAGED`` when the picture cannot be decoded,
    ``READ-LIMIT`` when it is too large.
    """
    if not is_available():
        raise ReadError("READ-PICTURE")
    from auditor.read.ocr.document import from_picture

    return from_picture(data, source)
