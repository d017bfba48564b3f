"""One paragraph's text as printed: runs, fields, symbols; deletions and hidden words go to the residues."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from auditor.model.document import Residue
from auditor.model.source import Location
from auditor.read.docx.fields import is_drawn, result_of
from auditor.read.docx.looks import PRINTED, Look, is_shaded, merged
from auditor.read.docx.styles import Style, Styles
from auditor.read.docx.xml import MC, VAL, VML, WP, Element, M, R, W, number
from auditor.read.limits import PICTURE_HEIGHT, PICTURE_WIDTH
from auditor.read.raised import is_note_mark

_THROUGH: Final = frozenset(
    [*(W + name for name in ("smartTag", "customXml", "sdtContent", "fldSimple", "dir", "bdo", "rubyBase")), MC + "Choice", MC + "Fallback"]
)
_TEXT: Final = W + "t"
_RUN: Final = W + "r"
_PROPERTIES: Final = W + "rPr"
_TURNED: Final = (W + "bdo", W + "dir")
_LINES: Final = ("line", "straightConnector1", "lineInv")
"""Shapes that may be drawn through text."""
_KNOWN: Final = frozenset(
    ("wps", "wpg", "wpi", "wpc", "wp14", "w14", "w15", "w16", "w16se", "w16cid", "a14", "cx", "v", "o", "w10", "m", "wne")
)
"""Extensions that a reader of today knows."""
_BUILT: Final = frozenset(M + name for name in ("f", "sSup", "sSub", "sSubSup", "sPre", "rad", "nary", "m", "limLow", "limUpp", "eqArr"))
"""Equations whose parts stand over, under or beside each other."""
_UNSEEN: Final = Look(hidden=True)
_EMU: Final = 12_700.0
_LINK: Final = re.compile(r'HYPERLINK\s+(?:\\[a-z]\s+)*"([^"]+)"', re.IGNORECASE)
_SIZE: Final = re.compile(r"(?<![\w-])(width|height)\s*:\s*(\d+(?:\.\d+)?)\s*(pt|in|cm|mm|px)?")
_POINTS: Final = {"pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835, "px": 0.75, "": 0.75}
_BLIP: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"

Kind = Literal["insertion", "deletion", "comment", "hidden", "author", "link"]


@dataclass(frozen=True, slots=True)
class TablePicture:
    """A picture large enough to hold a table: its relationship and its width on the page in points."""

    key: str
    width: float


class DocumentMarks:
    """What is found beside the text of a document, over all its paragraphs. ``fields`` are the open fields, inner last."""

    def __init__(self, links: dict[str, str]) -> None:
        self.links = links
        self.residues: list[Residue] = []
        self.comments: dict[str, str] = {}
        self.notes: set[tuple[str, str]] = set()
        self.images = 0

    def note(self, kind: Kind, text: str, anchor: str | None = None) -> None:
        """Adds a residue unless it holds nothing (a link within the page is nothing)."""
        if text.strip() and not (kind == "link" and text.startswith(("#", "javascript:"))):
            self.residues.append(Residue(kind=kind, text=text.strip(), location=Location(anchor=anchor) if anchor else None))


class ParagraphText:
    """Text of one paragraph. After :meth:`walk`, ``boxes`` are the ``w:txbxContent`` elements anchored in it."""

    def __init__(self, marks: DocumentMarks, styles: Styles, anchor: str, style: Style) -> None:
        self.marks, self.styles, self.anchor = marks, styles, anchor
        self.look = style.look
        self.style_hidden = style.hidden
        self.parts: list[str] = []
        self.hidden: list[str] = []
        self.raised: list[str] = []
        """Raised text not yet told to be a note mark or part of the line."""
        self.inked = False
        """Whether something was met that is seen and has no text: a picture, an object, struck-out words."""
        self.doubtful = False
        """Whether something is shown otherwise than its characters say: in a font of symbols, below a bar, crossed by a line."""
        self.codes: list[list[Element]] = []
        """Per open field what stands in it before its result."""
        self.boxes: list[Element] = []
        self.pictures: list[TablePicture] = []
        self.fields: list[list[str] | None] = []
        """Per open field the text met before its result begins, ``None`` once it has begun."""

    def finish(self) -> str:
        """The text; a field never closed nor begun gives back what stood in it."""
        self._settle()
        for field in self.fields:
            if field is not None:
                self.parts += field
        self.marks.note("hidden", "".join(self.hidden), self.anchor)
        return "".join(self.parts)

    def walk(self, parent: Element) -> None:
        """Adds the content of a paragraph or of an element inside it."""
        for child in parent:
            tag = child.tag
            if tag == _RUN:
                self._run(child)
            elif tag in _THROUGH:
                self.doubtful = self.doubtful or (tag in _TURNED and child.get(VAL) == "rtl")
                self.walk(child)
            elif tag == W + "hyperlink":
                self.marks.note("link", self.marks.links.get(child.get(R + "id") or "", ""), self.anchor)
                self.walk(child)
            elif tag in (W + "ins", W + "moveTo"):
                self.marks.note("insertion", plain(child), self.anchor)
                self.walk(child)
            elif tag in (W + "del", W + "moveFrom"):
                self.marks.note("deletion", plain(child, deleted=True), self.anchor)
            elif tag == W + "sdt":
                content = child.find(W + "sdtContent")
                if child.find(f"{W}sdtPr/{W}showingPlcHdr") is not None:
                    self.inked = True  # a hint where nothing was entered
                elif content is not None:
                    self.walk(content)
            elif tag == MC + "AlternateContent":
                self._alternate(child)
            elif tag in (M + "oMath", M + "oMathPara"):
                self._equation(child)
            elif tag == W + "commentRangeStart":
                self.marks.comments.setdefault(child.get(W + "id") or "", self.anchor)

    def _equation(self, node: Element) -> None:
        """An equation that is a row of characters is text; numbers over or beside each other are not to be read as one."""
        if any(child.tag in _BUILT for child in node.iter()):
            self.inked = True
        else:
            self._add("".join(child.text or "" for child in node.iter(M + "t")))

    def _settle(self) -> None:
        """Raised text is a note mark behind what it marks, and else part of the line."""
        if not self.raised:
            return
        text, self.raised = "".join(self.raised), []
        if not is_note_mark(text.strip(), "".join(self.parts)):
            self._add(text)

    def _add(self, text: str, look: Look = PRINTED) -> None:
        if look is not PRINTED:
            if look.hidden:
                self.hidden.append(text)
                return
            if look.struck:
                self.inked = self.inked or bool(text.strip())
                return
            if look.raised:
                self.raised.append(text)
                return
        if self.raised:
            self._settle()
        for field in self.fields:
            if field is not None:
                field.append(text)
                return
        self.parts.append(text)

    def _run(self, run: Element) -> None:
        look = _UNSEEN if self.style_hidden else self.look
        for child in run:
            tag = child.tag
            if tag == _TEXT:
                self._add(child.text or "", look)
            elif tag == _PROPERTIES:
                look = self._look(child, run)
            elif tag == W + "tab" or tag == W + "ptab":
                self._add("\t", look)
            elif tag == W + "br":
                self._add("" if child.get(W + "type") in ("page", "column") else "\n", look)
            elif tag == W + "cr":
                self._add("\n", look)
            elif tag == W + "noBreakHyphen":
                self._add("-", look)
            elif tag == W + "sym":
                self._add(self._symbol(child), look)
            elif tag == W + "fldChar":
                self._field(child)
            elif tag in (W + "dayShort", W + "dayLong", W + "monthShort", W + "monthLong", W + "yearShort", W + "yearLong", W + "pgNum"):
                self.inked = True
            elif tag == W + "instrText":
                if self.codes:
                    self.codes[-1].append(child)
                for target in _LINK.findall(child.text or ""):
                    self.marks.note("link", target, self.anchor)
            elif tag == W + "ruby":
                base = child.find(W + "rubyBase")
                if base is not None:
                    self.walk(base)
            elif tag in (W + "drawing", W + "pict", W + "object"):
                self._picture(child)
            elif tag == MC + "AlternateContent":
                self._alternate(child)
            elif tag == W + "commentReference":
                self.marks.comments.setdefault(child.get(W + "id") or "", self.anchor)
            elif tag in (W + "footnoteReference", W + "endnoteReference"):
                self.marks.notes.add((tag[len(W) : -len("Reference")] + "s", child.get(W + "id") or ""))

    def _look(self, properties: Element, run: Element) -> Look:
        """How a run is printed by its own properties, its character style and its paragraph's style."""
        said = self.styles.said(properties)
        look = merged(self.look, self.styles.get(said.style).look) if said.has_style else self.look
        look = merged(look, said.look)
        if said.camouflaged:
            look = merged(look, _UNSEEN)
        else:
            self.doubtful = self.doubtful or said.disguised
        hidden = self.style_hidden if look.hidden is None else look.hidden
        if look.white and not hidden:
            hidden = not is_shaded(run, self.styles.shaded)
        if not hidden and not look.struck and not look.raised:
            return PRINTED
        return Look(hidden=hidden, struck=look.struck, raised=look.raised)

    def _symbol(self, node: Element) -> str:
        """The character of ``w:sym``: digits of the font Symbol are digits, other symbols cannot be read."""
        text = _symbol(node)
        if "\uf000" <= text <= "\uf0ff":
            plain_text = chr(ord(text) - 0xF000)
            if (node.get(W + "font") or "") == "Symbol" and plain_text in "0123456789.,%+-/":
                return plain_text
            self.inked = self.doubtful = True
        return text

    def _field(self, node: Element) -> None:
        kind = node.get(W + "fldCharType")
        if kind == "begin":
            self.fields.append([])
            self.codes.append([node])
        elif kind == "separate" and self.fields:
            self.fields[-1] = None
        elif kind == "end" and self.fields:
            bare = self.fields.pop() is not None
            codes = self.codes.pop() if self.codes else []
            text = result_of(codes)
            if text is not None:
                self._add(text)
            elif is_drawn(codes, bare):
                self.inked = True
                self.doubtful = self.doubtful or not bare or not self.parts

    def _alternate(self, node: Element) -> None:
        chosen = choice(node)
        for child in () if chosen is None else chosen:
            if child.tag in (W + "drawing", W + "pict", W + "object"):
                self._picture(child)
            elif child.tag == W + "r":
                self._run(child)
            elif child.tag == W + "t":
                self._add(child.text or "")
            elif child.tag in _THROUGH:
                self.walk(child)

    def _picture(self, node: Element) -> None:
        """Text boxes inside, or one more picture when it is large enough to hold a table."""
        boxes = list(_boxes(node))
        self.boxes += boxes
        if boxes:
            return
        self.inked = True
        self.doubtful = self.doubtful or any(
            inner.tag == VML + "line" or (inner.tag.endswith("}prstGeom") and inner.get("prst") in _LINES) for inner in node.iter()
        )
        width = height = 0.0
        key = ""
        if node.tag == W + "drawing":
            blip = next(node.iter(_BLIP), None)
            if blip is None:
                return
            key = blip.get(R + "embed") or ""
            extent = next(node.iter(WP + "extent"), None)
            if extent is not None:
                width, height = number(extent.get("cx")) / _EMU, number(extent.get("cy")) / _EMU
        elif (image := next(node.iter(VML + "imagedata"), None)) is not None:
            key = image.get(R + "id") or ""
            shape = next((child for child in node.iter() if child.get("style") and child.tag != W + "pict"), None)
            style = shape.get("style") if shape is not None else ""
            sizes = {name: float(size) * _POINTS[unit] for name, size, unit in _SIZE.findall(style)}
            width, height = sizes.get("width", 0.0), sizes.get("height", 0.0)
        if width >= PICTURE_WIDTH and height >= PICTURE_HEIGHT:
            self.marks.images += 1
            self.pictures.append(TablePicture(key, width))


def choice(node: Element) -> Element | None:
    """What a reader of today takes of ``mc:AlternateContent``: the first choice whose extensions it knows, else the fallback."""
    for found in node.findall(MC + "Choice"):
        if _KNOWN.issuperset((found.get("Requires") or "").split()):
            return found
    fallback = node.find(MC + "Fallback")
    return fallback if fallback is not None else node.find(MC + "Choice")


def _boxes(node: Element) -> list[Element]:
    """Outermost text boxes of a drawing, one form of each alternative."""
    found: list[Element] = []
    for child in node:
        if child.tag == W + "txbxContent":
            found.append(child)
        elif child.tag == MC + "AlternateContent":
            chosen = choice(child)
            found += [] if chosen is None else _boxes(chosen)
        elif len(child):
            found += _boxes(child)
    return found


def _symbol(node: Element) -> str:
    """The character of ``w:sym``. Symbol fonts keep theirs in the private area F000–F0FF, where no meaning is known."""
    try:
        code = int(node.get(W + "char") or "", 16)
        return chr(code) if 0x20 <= code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
    except ValueError:
        return ""


def plain(node: Element, deleted: bool = False) -> str:
    """All characters below a node, paragraphs on lines of their own; for residues only. ``deleted``: deleted words too."""
    wanted = (W + "t", W + "delText", W + "p", W + "tab") if deleted or node.tag != W + "ins" else (W + "t", W + "p", W + "tab")
    out: list[str] = []
    for child in node.iter(*wanted):
        if child.tag == W + "p":
            if out:
                out.append("\n")
        else:
            out.append("\t" if child.tag == W + "tab" else child.text or "")
    return "".join(out)
