"""The entry of reading: one file or one member of an archive → :class:`~auditor.model.document.Document`.

Readers are imported when their kind of file comes up, so that a text file costs no PDF engine.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Final, cast

import msgspec

from auditor.errors import AuditorError, LimitError, ReadError, place_of, system_reason
from auditor.model.document import Document, Table
from auditor.model.source import Kind, Problem, Source
from auditor.read.limits import BLOCKS, FILE_BYTES, PARAGRAPH_CHARS, TABLE_CELLS, TEXT_CHARS
from auditor.read.sniff import contradicts, sniff

__all__ = ["identify", "read_bytes", "read_file"]

# kind → module and function; each takes (data, source).
_READERS: Final[dict[Kind, tuple[str, str]]] = {
    "text": ("auditor.read.text", "read_text"),
    "docx": ("auditor.read.docx", "read_docx"),
    "pdf": ("auditor.read.pdf", "read_pdf"),
    "html": ("auditor.read.html", "read_html"),
    "xlsx": ("auditor.read.xlsx", "read_xlsx"),
    "xls": ("auditor.read.xls", "read_xls"),
    "doc": ("auditor.read.doc", "read_doc"),
    "wps": ("auditor.read.doc", "read_doc"),
    "ofd": ("auditor.read.ofd", "read_ofd"),
    "rtf": ("auditor.read.rtf", "read_rtf"),
    "mht": ("auditor.read.mht", "read_mht"),
    "image": ("auditor.read.ocr", "read_picture"),
}

TEXT_LAYER: Final = "text-layer"
"""Engine for PDF that recognises no pictures."""


def read_file(path: Path, *, shown: str | None = None, engine: str = "pdfium") -> Document:
    """Read the file at ``path``. ``shown`` is the path to quote (default: ``path`` with ``/``), ``engine`` the PDF engine:
    ``pdfium`` or ``pdfplumber``, or :data:`TEXT_LAYER` for pdfium without recognition of scanned pages.

    Raises :class:`ReadError`: ``READ-MISSING`` (no such file, or a folder), ``READ-DENIED`` (not allowed or not readable from the
    disk), and all that :func:`read_bytes` raises.
    """
    return read_bytes(load(path), shown if shown is not None else path.as_posix(), engine)


def load(path: Path) -> bytes:
    """The bytes of a file within the size limit. Raises ``READ-MISSING``, ``READ-DENIED``, ``READ-TOO-LARGE``."""
    try:
        if not path.is_file():
            raise ReadError("READ-MISSING", found="folder" if path.is_dir() else "nothing")
        size = path.stat().st_size
        if size > FILE_BYTES:
            raise _too_large(size)
        return path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        raise ReadError("READ-DENIED", reason=system_reason(error)) from error


def identify(data: bytes, shown: str) -> Source:
    """Path to quote, SHA-256 and kind of these bytes; also for what cannot be read. Never raises."""
    return Source(path=shown, sha256=hashlib.sha256(data).hexdigest(), kind=sniff(data).kind)


def read_bytes(data: bytes, shown: str, engine: str = "pdfium") -> Document:
    """Read a file held in memory, such as a member of an archive; ``shown`` is the path to quote.

    Raises :class:`ReadError` ``READ-EMPTY``, ``READ-TOO-LARGE``, ``READ-ENCRYPTED``, ``READ-DAMAGED``, ``READ-UNSUPPORTED`` (with
    ``found`` and the kind to ``save_as``), :class:`LimitError` ``READ-LIMIT``; any other error of a reader becomes ``READ-CRASHED``.
    A suffix that promises another kind of file is the problem ``READ-SUFFIX``, not an error.
    """
    if len(data) > FILE_BYTES:
        raise _too_large(len(data))
    sniffed = sniff(data)
    if sniffed.refusal is not None:
        raise ReadError(sniffed.refusal, **sniffed.details)
    kind = sniffed.kind
    if kind not in _READERS:
        raise ReadError("READ-UNSUPPORTED", found=kind, save_as="docx")
    source = Source(path=shown, sha256=hashlib.sha256(data).hexdigest(), kind=kind)
    document = _read(data, source, engine)
    _require_bounded(document)
    if contradicts(shown, kind):
        problem = Problem(code="READ-SUFFIX", details={"suffix": "." + shown.rsplit(".", 1)[-1], "kind": kind})
        document = msgspec.structs.replace(document, problems=(*document.problems, problem))
    return document


def _require_bounded(document: Document) -> None:
    """Refuse what no report is, before the tables and the prose are looked at: their work grows with it. Raises ``READ-LIMIT``."""
    if len(document.blocks) > BLOCKS:
        raise LimitError("READ-LIMIT", limit="paragraphs", allowed=str(BLOCKS), found=str(len(document.blocks)))
    total = longest = cells = 0
    for block in document.blocks:
        if isinstance(block, Table):
            cells += len(block.cells)
            sizes = [len(cell.text) for cell in block.cells]
        else:
            sizes = [len(block.text)]
        total += sum(sizes)
        longest = max(longest, *sizes) if sizes else longest
    if cells > TABLE_CELLS:
        raise LimitError("READ-LIMIT", limit="cells", allowed=str(TABLE_CELLS), found=str(cells))
    if longest > PARAGRAPH_CHARS:
        raise LimitError("READ-LIMIT", limit="line length", allowed=str(PARAGRAPH_CHARS), found=str(longest))
    if total > TEXT_CHARS:
        raise LimitError("READ-LIMIT", limit="text", allowed=str(TEXT_CHARS), found=str(total))


_PICTURED = ("READ-SCANNED", "READ-TEXT-LAYER", "READ-OUTLINES", "READ-GARBLED")
"""Problems of pages that can only be seen: pictures, with or without a text layer that somebody else recognised; text without codes."""


def _read(data: bytes, source: Source, engine: str) -> Document:
    module, name = _READERS[source.kind]
    try:
        reader = cast(Callable[..., Document], getattr(import_module(module), name))
        if source.kind == "pdf":
            return _read_pdf(reader, data, source, engine)
        document = reader(data, source)
        return _with_pictures(document, data) if source.kind == "docx" and engine != TEXT_LAYER else document
    except AuditorError:
        raise
    except RecursionError as error:
        raise LimitError("READ-LIMIT", limit="depth", allowed=str(sys.getrecursionlimit())) from error
    except Exception as error:
        raise ReadError(
            "READ-CRASHED", kind=source.kind, error=type(error).__name__, reason=str(error)[:200], place=place_of(error)
        ) from error


def _read_pdf(reader: Callable[..., Document], data: bytes, source: Source, engine: str) -> Document:
    """A PDF by its text layer; its pictures of pages are recognised where the extra for it is there and not switched off."""
    document = reader(data, source, "pdfium" if engine == TEXT_LAYER else engine)
    if engine != TEXT_LAYER and any(problem.code in _PICTURED for problem in document.problems):
        from auditor.read.ocr import is_available, read_ocr

        if is_available():
            return read_ocr(data, source)
    return document


def _with_pictures(document: Document, data: bytes) -> Document:
    """A Word file whose large pictures are recognised, where the extra for it is there."""
    if not document.images:
        return document
    from auditor.read.ocr import is_available, read_docx_pictures

    return read_docx_pictures(data, document.source) if is_available() else document


def _too_large(size: int) -> LimitError:
    return LimitError("READ-TOO-LARGE", allowed=str(FILE_BYTES), found=str(size))
