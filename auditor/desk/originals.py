"""The published file as a person sees it: pages of a PDF as pictures, every other kind as our rendering of the Document.

Foreign bytes are looked at in a worker with limits only, never in the server. What is shown is inert: a picture, or text that the page
escapes; no script, link or remote picture of the file survives.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections import OrderedDict
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct

from auditor.model.document import Document
from auditor.supervise import Limits, run

_WIDTH: Final = 1000
"""Pixels across a page picture."""
_FINE: Final = 2400
"""Pixels across one from which cells are cut out."""
_KEPT: Final = 40
_PART: Final = re.compile(r"#\d+$")
_LIMITS: Final = Limits(seconds=60.0)


class Wanted(Struct, frozen=True, kw_only=True):
    """What to show: a file of the season, perhaps a member of an archive in it, and the page (from 1) of a PDF."""

    path: str
    member: str = ""
    sha256: str = ""
    page: int = 1
    fine: bool = False


class Shown(Struct, frozen=True, kw_only=True):
    """What was made: a page picture (PNG) with the page's size in points and the number of pages, or the document.

    ``why`` names what stood in the way: ``gone`` no such file, ``changed`` other bytes than were audited, ``unreadable``.
    """

    kind: Literal["page", "document", "nothing"]
    picture: bytes = b""
    width: float = 0.0
    height: float = 0.0
    pages: int = 0
    document: Document | None = None
    why: Literal["", "gone", "changed", "unreadable"] = ""


class SeasonOriginals:
    """Originals of one season, those looked at last kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: OrderedDict[Wanted, Shown] = OrderedDict()

    def show(self, path: str, sha256: str, page: int = 1, fine: bool = False) -> Shown:
        """The file of a version as displayed. ``path`` is the path as audited, a relative one counts from the season's folder."""
        if not (self._folder / path.partition("!/")[0]).is_file():
            path = _PART.sub("", path)  # the second report of a file stands under a path of its own
        outer, _, member = path.partition("!/")
        wanted = Wanted(path=str(self._folder / outer), member=member, sha256=sha256, page=page, fine=fine)
        if wanted not in self._kept:
            self._kept[wanted] = _made(wanted)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(wanted)
        return self._kept[wanted]


def _made(wanted: Wanted) -> Shown:
    if not Path(wanted.path).is_file():
        return Shown(kind="nothing", why="gone")
    for _, outcome in run(make, [wanted], 1, _LIMITS):
        return outcome.value if outcome.value is not None else Shown(kind="nothing", why="unreadable")
    return Shown(kind="nothing", why="unreadable")


def make(wanted: Wanted) -> Shown:
    """Make what is wanted, in a worker. Raises ReadError for what cannot be read."""
    from auditor.read import identify, read_bytes

    data = _bytes(wanted)
    if data is None:
        return Shown(kind="nothing", why="gone")
    if wanted.sha256 and hashlib.sha256(data).hexdigest() != wanted.sha256:
        return Shown(kind="nothing", why="changed")
    name = wanted.member or wanted.path
    kind = identify(data, name).kind
    if kind == "pdf":
        return _page(data, wanted.page, _FINE if wanted.fine else _WIDTH)
    if kind == "image":
        return _picture(data)
    return Shown(kind="document", document=read_bytes(data, name))


def _bytes(wanted: Wanted) -> bytes | None:
    from auditor.read import load
    from auditor.read.archive import members

    data = load(Path(wanted.path))
    if not wanted.member:
        return data
    return next((content for name, content in members(data) if name == wanted.member), None)


def _page(data: bytes, number: int, across: int) -> Shown:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    document.init_forms()
    count = len(document)
    page = document[min(max(number, 1), count) - 1]
    width, height = page.get_size()
    picture = page.render(scale=across / max(width, 1.0), may_draw_forms=True).to_pil()
    buffer = io.BytesIO()
    picture.convert("RGB").save(buffer, "PNG", optimize=False)
    return Shown(kind="page", picture=buffer.getvalue(), width=width, height=height, pages=count)


def _picture(data: bytes) -> Shown:
    """An image file as it was recognised: sizes in points, as the places of its cells are."""
    import cv2

    from auditor.read.ocr.document import decode
    from auditor.read.ocr.picture import DPI

    image = decode(data)
    height, width = image.shape[:2]
    done, made = cv2.imencode(".png", image)
    if not done:
        return Shown(kind="nothing", why="unreadable")
    return Shown(kind="page", picture=made.tobytes(), width=width * 72 / DPI, height=height * 72 / DPI, pages=1)
