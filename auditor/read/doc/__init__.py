"""Word 97-2003 documents (.doc) and WPS Writer files in the same container (.wps)."""

from __future__ import annotations

import struct

from auditor.errors import ReadError
from auditor.model.document import Document
from auditor.model.source import Source
from auditor.read.doc.reader import read


def read_doc(data: bytes, source: Source) -> Document:
    """The document in ``data``; ``source`` is handed through.

    Raises :class:`ReadError` ``READ-ENCRYPTED``, ``READ-DAMAGED``, ``READ-UNSUPPORTED`` (Word 6 and 95, when LibreOffice is not
    installed), :class:`~auditor.errors.LimitError` ``READ-LIMIT``. What this reader refuses is converted by LibreOffice where it is
    installed, with the problem ``READ-CONVERTED``.
    """
    try:
        return _read(data, source)
    except ReadError as error:
        if error.code not in ("READ-UNSUPPORTED", "READ-DAMAGED"):
            raise
        from auditor.read.libreoffice import read_converted

        document = read_converted(data, source, error.code)
        if document is None:
            raise
        return document


def _read(data: bytes, source: Source) -> Document:
    try:
        return read(data, source)
    except (struct.error, IndexError, ValueError, OverflowError, OSError) as error:
        raise ReadError("READ-DAMAGED", what="doc", reason=type(error).__name__) from error
