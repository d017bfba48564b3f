"""The same marks through pdfplumber: slower, on another parser, for disputes and as an oracle."""

from __future__ import annotations

import io
import logging
from itertools import pairwise
from typing import Any

import pdfplumber
import pypdfium2
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from auditor.errors import LimitError, ReadError
from auditor.read.pdf import limits, substitute
from auditor.read.pdf.glyphs import printed
from auditor.read.pdf.ink import Ink, look
from auditor.read.pdf.marks import SPACED, UNREADABLE, Char, Marks, Page
from auditor.read.pdf.rules import RuleCollector
from auditor.read.pdf.shown import displayed, without_notes

_LARGE_IMAGE = 0.04
logging.getLogger("pdfminer").setLevel(logging.ERROR)  # its warnings on fonts would fill the console


def read_marks(data: bytes) -> Marks:
    """As :func:`auditor.read.pdf.pdfium.read_marks`, with the same errors."""
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            count = len(document.pages)
            if count > limits.MAX_PAGES:
                raise LimitError("READ-LIMIT-PAGES", limit=str(limits.MAX_PAGES), found=str(count))
            if count == 0:
                raise ReadError("READ-DAMAGED", what="pdf", reason="no pages")
            pages = []
            looks = _looks(data, count)
            for number, page in enumerate(document.pages, start=1):
                pages.append(_read_page(page, number, looks[number - 1]))
                page.close()
            author = document.metadata.get("Author", "")
            return Marks(pages=pages, author=author.strip() if isinstance(author, str) else "")
    except ReadError:
        raise
    except PdfminerException as error:
        if any(isinstance(item, PDFPasswordIncorrect) for item in error.args):
            raise ReadError("READ-ENCRYPTED") from error
        raise ReadError("READ-DAMAGED", what="pdf", reason=str(error)) from error
    except Exception as error:  # pdfminer raises whatever a broken file provokes
        raise ReadError("READ-DAMAGED", what="pdf", reason=f"{type(error).__name__}: {error}") from error


def _looks(data: bytes, count: int) -> list[Ink | None]:
    """The look of each page; none where pdfium cannot open the file or sees another number of pages."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return [None] * count
    try:
        if len(document) != count:
            return [None] * count
        document.init_forms()
        with substitute.installed():
            return [look(page.raw, *page.get_size()) for page in document]
    except pypdfium2.PdfiumError:
        return [None] * count
    finally:
        document.close()


def _read_page(page: Any, number: int, ink: Ink | None) -> Page:
    width, height = float(page.width), float(page.height)
    left, top = float(page.bbox[0]), float(page.bbox[1])
    if len(page.chars) > limits.MAX_CHARS_PER_PAGE:
        raise LimitError("READ-LIMIT-CHARS", limit=str(limits.MAX_CHARS_PER_PAGE), found=str(len(page.chars)), page=str(number))
    objects = len(page.lines) + len(page.rects) + len(page.curves)
    if objects > limits.MAX_OBJECTS_PER_PAGE:
        raise LimitError("READ-LIMIT-PATHS", limit=str(limits.MAX_OBJECTS_PER_PAGE), found=str(objects), page=str(number))
    chars: list[Char] = []
    spaced = False
    for item in page.chars:
        if not item["text"].strip():
            spaced = True
            continue
        chars.extend(_chars(item, left, top, SPACED if spaced else 0))
        spaced = False
    chars = [char for char in chars if -1 <= (char[0] + char[2]) / 2 <= width + 1 and -1 <= (char[1] + char[3]) / 2 <= height + 1]
    rules = RuleCollector()
    for item in [*page.lines, *page.rects, *page.curves]:
        if not item.get("fill") and not item.get("stroke"):
            continue
        if rules.add_box(item["x0"] - left, item["top"] - top, item["x1"] - left, item["bottom"] - top):
            continue
        points = [(x - left, y - top) for x, y in item["pts"]]
        if item["object_type"] == "rect" and len(points) == 4:
            points.append(points[0])
        segments = list(pairwise(points))[: limits.MAX_SEGMENTS_PER_PATH]
        if item.get("stroke"):
            for start, end in segments:
                rules.add_segment(start, end)
        elif len(segments) > 5:
            rules.add_filled(segments)
    areas = [
        max(0.0, min(item["x1"] - left, width) - max(item["x0"] - left, 0.0))
        * max(0.0, min(item["bottom"] - top, height) - max(item["top"] - top, 0.0))
        for item in page.images
    ]
    crowded = max(len(rules.horizontals), len(rules.verticals)) > limits.MAX_RULES_PER_PAGE
    found = Page(
        number=number,
        width=width,
        height=height,
        chars=chars,
        horizontals=[] if crowded else rules.horizontals,
        verticals=[] if crowded else rules.verticals,
        image_share=min(1.0, sum(areas) / max(1.0, width * height)),
        images=sum(1 for area in areas if area > _LARGE_IMAGE * width * height),
        links=tuple(
            (str(item["uri"]), (item["x0"] - left, item["top"] - top, item["x1"] - left, item["bottom"] - top))
            for item in page.hyperlinks
            if item.get("uri")
        ),
        crowded=crowded,
        ink=ink,
    )
    return displayed(without_notes(found))


def _chars(item: dict[str, Any], left: float, top: float, spaced: int) -> list[Char]:
    """The characters of one glyph: a ligature is cut evenly, ``(cid:7)`` is a glyph without a character."""
    text: str = item["text"]
    if text.startswith("(cid:") and text.endswith(")"):
        text = UNREADABLE
    a, b, c, d, _, _ = item["matrix"]
    scale = max(abs(a), abs(b), abs(c), abs(d))
    if scale and min(abs(a), abs(b)) > 0.1 * scale:
        return []  # slanted: a watermark
    turn = (0 if a >= 0 else 2) if abs(b) <= 0.1 * scale else (1 if b < 0 else 3)
    x0, x1, y0, y1 = item["x0"] - left, item["x1"] - left, item["top"] - top, item["bottom"] - top
    step = (x1 - x0) / len(text) if text else 0.0
    found: list[Char] = []
    for index, char in enumerate(text):
        shown = printed(ord(char))
        if shown:
            found.append((x0 + index * step, y0, x0 + (index + 1) * step, y1, shown, turn | (spaced if index == 0 else 0)))
    return found
