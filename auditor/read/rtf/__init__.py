"""Rich text files (.rtf)."""

from __future__ import annotations

from auditor.model.document import Document
from auditor.model.source import Source
from auditor.read.rtf.reader import read


def read_rtf(data: bytes, source: Source) -> Document:
    """The document in ``data``; ``source`` is handed through.

    A file that ends inside a group has the problem ``READ-TRUNCATED``. Raises :class:`~auditor.errors.LimitError` ``READ-LIMIT``.
    """
    return read(data, source)
