"""Documents inside others: a saved page (MHTML), an archive, and a PDF of pictures of pages."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

import pypdfium2
from PIL import Image, ImageChops, ImageFilter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests.lab.compose.archive import STAMP
from tests.lab.compose.worn import photographed, with_pen, with_seal


def to_mht(page: bytes, charset: str) -> bytes:
    """The page as browsers save it in one file: a MIME message with quoted-printable HTML."""
    import quopri

    body = quopri.encodestring(page).replace(b"\n", b"\r\n")
    head = (
        "From: <Saved by a browser>\r\nSubject: report\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="----=_part_1"\r\n\r\n'
        f'------=_part_1\r\nContent-Type: text/html; charset="{charset}"\r\nContent-Transfer-Encoding: quoted-printable\r\n'
        "Content-Location: http://www.example.gov.cn/report.html\r\n\r\n"
    )
    return head.encode() + body + b"\r\n------=_part_1--\r\n"


class _GbkName(zipfile.ZipInfo):
    """A member whose name is written in GBK without the mark of UTF-8."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


def to_zip(members: Mapping[str, bytes], *, gbk_names: bool = False) -> bytes:
    """An archive with fixed dates. ``gbk_names``: names in GBK without the UTF-8 mark, as old Chinese programs write them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = _GbkName(name, STAMP) if gbk_names else zipfile.ZipInfo(name, STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()


@dataclass(frozen=True)
class Wear:
    """What the paper has been through before it is a picture: a ``seal`` on each page, strokes of a ``pen``, a ``photo`` in place of a scan.

    ``seed`` gives their places.
    """

    seal: bool = False
    pen: bool = False
    photo: bool = False
    seed: str = ""

    def on(self, page: Image.Image, dpi: int, number: int) -> Image.Image:
        """A page in colour after it."""
        random = Random(f"{self.seed}/{number}")
        if self.seal:
            page = with_seal(page, dpi, random)
        if self.pen:
            page = with_pen(page, dpi, random)
        return photographed(page, random) if self.photo else page


def to_scan(
    pdf: bytes,
    *,
    dpi: int = 150,
    skew: float = 0.0,
    grey: bool = True,
    noise: float = 0.0,
    blur: float = 0.0,
    quality: int | None = None,
    wear: Wear | None = None,
    turn: int = 0,
) -> bytes:
    """The PDF's pages as pictures in a PDF without text.

    ``skew`` in degrees turns each page, as a feeder does; ``noise`` is the spread of each pixel's brightness (of 255), ``blur`` the
    radius in pixels, ``quality`` that of JPEG compression (``None``: no loss); ``wear`` comes before all of these;
    every other page lies ``turn`` quarters (counter-clockwise) over.
    """
    source = pypdfium2.PdfDocument(pdf)
    buffer = io.BytesIO()
    canvas: Any = Canvas(buffer, invariant=1)
    for number, page in enumerate(source):
        width, height = page.get_size()
        image = page.render(scale=dpi / 72, grayscale=grey and wear is None).to_pil()
        if wear is not None:
            image = wear.on(image.convert("RGB"), dpi, number)
            image = image.convert("L") if grey else image
        if skew:
            image = image.rotate(skew, Image.Resampling.BICUBIC, fillcolor=255 if grey else (255, 255, 255))
        if blur:
            image = image.filter(ImageFilter.GaussianBlur(blur))
        if noise:
            width_, height_ = image.size
            even = Image.frombytes("L", image.size, Random(width_).randbytes(width_ * height_))
            share = noise / 73.6  # the spread of even noise over all values
            grain = even.point([round(128 + (value - 128) * share) for value in range(256)])
            image = ImageChops.add(image, grain if grey else Image.merge("RGB", (grain, grain, grain)), offset=-128)
        if quality is not None:
            packed = io.BytesIO()
            image.save(packed, "JPEG", quality=quality)
            image = Image.open(packed)
        if turn and number % 2:
            image = image.rotate(90 * turn, expand=True)
            width, height = (height, width) if turn % 2 else (width, height)
        canvas.setPageSize((width, height))
        canvas.drawImage(ImageReader(image), 0, 0, width, height)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()
