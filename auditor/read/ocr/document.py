"""Files of pictures → documents: pages rendered, recognised and put together as PDF pages are."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from auditor.errors import LimitError, ReadError
from auditor.model.document import Document
from auditor.model.source import Location, Problem, Source
from auditor.read.ocr.page import PageRead, read_page
from auditor.read.ocr.picture import DPI
from auditor.read.ocr.recogniser import load
from auditor.read.pdf.assemble import assemble, is_garbled, is_picture
from auditor.read.pdf.marks import Marks, Page
from auditor.read.pdf.pdfium import read_marks

MAX_PAGES: Final = 100
"""Pages recognised in one file; the rest stays a picture and is declared."""
MOST_WORK: Final = 8_000_000
"""Work for the pages of one file together, in the measure of :data:`auditor.read.ocr.page.MOST_WORK`."""
MAX_PIXELS: Final = 60_000_000
"""Of an image file before it is decoded."""
_LONGEST: Final = 1_300
"""Points of a page's longer side above which its size is not that of the paper (one point for each pixel): it is taken for A4 then."""
_A4_LONG: Final = 842 / 72


def from_pdf(data: bytes, source: Source) -> Document:
    """The document of a PDF with its pictures of pages recognised."""
    marks = read_marks(data)
    wanted = [page for page in marks.pages if is_picture(page)][:MAX_PAGES]
    reads = _recognised(data, wanted)
    found = {read.page.number: read.page for read in reads}
    pages = [_better(page, found.get(page.number)) for page in marks.pages]
    document = _document(Marks(pages=pages, author=marks.author, attached=marks.attached), source, reads)
    garbled = [page.number for page, better in zip(marks.pages, pages, strict=True) if better is not page and is_garbled(page)]
    problems = (
        Problem(code="READ-GARBLED", details={"cause": "recognised", "page": str(number)}, location=Location(page=number))
        for number in garbled
    )
    return msgspec.structs.replace(document, problems=(*document.problems, *problems))


def from_picture(data: bytes, source: Source) -> Document:
    """The document of an image file."""
    read = read_page(decode(data), 1, load())
    return _document(Marks(pages=[read.page]), source, [read])


def decode(data: bytes, width: float | None = None) -> Any:
    """An image file as a picture (blue, green, red) of about :data:`DPI` dots an inch.

    ``width`` is that of the picture on its page in points; without it the longer side is taken for that of an A4 sheet.

    Raises ``READ-DAMAGED`` and ``READ-LIMIT``.
    """
    import cv2
    import numpy

    if (pixels := _declared_pixels(data)) > MAX_PIXELS:
        raise LimitError("READ-LIMIT", limit="pixels", allowed=str(MAX_PIXELS), found=str(pixels))
    try:
        image = cv2.imdecode(numpy.frombuffer(data, numpy.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise ReadError("READ-DAMAGED", what="image") from error
    if image is None or min(image.shape[:2]) < 8:
        raise ReadError("READ-DAMAGED", what="image")
    longest = max(image.shape[:2])
    scale = DPI * width / 72 / image.shape[1] if width else DPI * _A4_LONG / longest
    scale = min(scale, 2.5 if width else 2.0, 4_500 / longest)
    if abs(scale - 1.0) > 0.05:
        image = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    return image


def _declared_pixels(data: bytes) -> int:
    """Width times height as the header of a PNG, GIF or BMP says; 0 for others, whose decoders bound themselves by the file's size."""
    if data.startswith(b"\x89PNG") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
    elif data.startswith(b"GIF8") and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
    elif data.startswith(b"BM") and len(data) >= 26:
        width, height = (abs(side) for side in struct.unpack("<ii", data[18:26]))
    elif data.startswith(b"\xff\xd8"):
        width, height = _jpeg_size(data)
    else:
        return 0
    return int(width) * int(height)


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Width and height in the frame header of a JPEG file, (0, 0) where none is found."""
    place = 2
    while place + 9 < len(data) and data[place] == 0xFF:
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(data[place + 7 : place + 9], "big"), int.from_bytes(data[place + 5 : place + 7], "big")
        place += 2 + max(2, length)
    return 0, 0


def _recognised(data: bytes, wanted: Sequence[Page]) -> list[PageRead]:
    """These pages recognised one after the other, as far as the work allowed reaches."""
    import pypdfium2

    recogniser = load()
    reads: list[PageRead] = []
    document = pypdfium2.PdfDocument(data)
    try:
        for page in wanted:
            if sum(read.work for read in reads) > MOST_WORK:
                break
            longest = max(page.width, page.height, 1.0)
            scale = DPI / 72 if longest <= _LONGEST else DPI * _A4_LONG / longest
            sheet = document[page.number - 1]
            try:
                image = sheet.render(scale=scale).to_numpy()
            except (pypdfium2.PdfiumError, MemoryError, ValueError):
                continue
            finally:
                sheet.close()
            reads.append(read_page(image[:, :, :3].copy(), page.number, recogniser))
    finally:
        document.close()
    return reads


def _better(page: Page, found: Page | None) -> Page:
    """The recognised page where there is one with text, else the page as it is."""
    return found if found is not None and found.chars else page


def _document(marks: Marks, source: Source, reads: Sequence[PageRead]) -> Document:
    document = assemble(marks, source, "ocr")
    problems = list(document.problems)
    done = [read for read in reads if read.page.chars]
    if done:
        pages = "、".join(str(read.page.number) for read in done)
        problems.append(Problem(code="READ-OCR", details={"pages": pages}, location=Location(page=done[0].page.number)))
    problems.extend(
        Problem(code="READ-PART", details={"page": str(read.page.number)}, location=Location(page=read.page.number))
        for read in reads
        if read.cut
    )
    problems.extend(
        Problem(code="READ-INK", details={"cause": "seal", "page": str(read.page.number)}, location=Location(page=read.page.number))
        for read in reads
        if read.sealed
    )
    return msgspec.structs.replace(document, problems=tuple(problems))
