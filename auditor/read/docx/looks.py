"""How a run of text is printed: hidden, struck out, raised, white on white."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from auditor.read.docx.xml import VAL, Element, W

LOOKS: Final[dict[str, str]] = {W + name: name for name in ("vanish", "strike", "dstrike", "vertAlign", "color", "position", "sz", "w")}
"""Run properties that say whether and how text is seen, by tag."""
_STYLE: Final = W + "rStyle"
_COLOUR: Final = W + "color"
_OFF: Final = ("0", "false", "off", "none")
_PALE: Final = ("auto", "FFFFFF", "ffffff", "FFF")
_FILL: Final = W + "fill"
_THEME: Final = W + "themeColor"
_GROUNDS: Final = ("background1", "light1", "bg1", "lt1")
"""Theme colours that are those of the paper."""
_SLIVER: Final = 10
"""Per cent of its width to which a character is squeezed that nobody reads."""
_SYMBOLS: Final = ("wingdings", "webdings", "wingdings 2", "wingdings 3", "marlett")
"""Fonts whose digits are drawn as something else."""
_RAISED_FROM: Final = 4
"""Half-points by which a run is raised that is a note (``w:position``)."""
_TINY: Final = 2
"""Half-points below which nobody reads a character."""


@dataclass(frozen=True, slots=True)
class Look:
    """``None`` where nothing is said."""

    hidden: bool | None = None
    struck: bool | None = None
    raised: bool | None = None
    white: bool | None = None


PRINTED: Final = Look()
"""Text as any other."""


def merged(base: Look, own: Look | Mapping[str, str | None]) -> Look:
    """``base`` with what ``own`` says over it."""
    over = own if isinstance(own, Look) else look_of(own)
    if over == PRINTED:
        return base
    return Look(
        hidden=base.hidden if over.hidden is None else over.hidden,
        struck=base.struck if over.struck is None else over.struck,
        raised=base.raised if over.raised is None else over.raised,
        white=base.white if over.white is None else over.white,
    )


def look_of(own: Mapping[str, str | None]) -> Look:
    """The look that these run properties (name → value) give."""
    hidden = (own["vanish"] not in _OFF) if "vanish" in own else None
    if _number(own.get("sz")) is not None and (_number(own.get("sz")) or 0) <= _TINY:
        hidden = True
    strikes = [own[name] not in _OFF for name in ("strike", "dstrike") if name in own]
    raised = (own["vertAlign"] in ("superscript", "subscript")) if "vertAlign" in own else None
    if "position" in own and abs(_number(own["position"]) or 0) >= _RAISED_FROM:
        raised = True
    white = ((own["color"] or "").upper() in ("FFFFFF", "FEFEFE")) if "color" in own else None
    return Look(hidden=hidden, struck=any(strikes) if strikes else None, raised=raised, white=white)


def look_in(properties: Element | None) -> Look:
    """The look that a ``w:rPr`` gives."""
    return (
        PRINTED if properties is None else look_of({LOOKS[child.tag]: child.get(VAL) or "" for child in properties if child.tag in LOOKS})
    )


class Said(NamedTuple):
    """What the properties of a run say themselves; ``style`` is its character style, where it has one."""

    has_style: bool
    style: str | None
    look: Look
    camouflaged: bool
    disguised: bool


def said_by(properties: Element) -> Said:
    """What a ``w:rPr`` of a run says."""
    own: dict[str, str | None] = {}
    has_style, style = False, None
    for child in properties:
        if child.tag == _STYLE:
            has_style, style = True, child.get(VAL)
        elif child.tag in LOOKS:
            own[LOOKS[child.tag]] = "FFFFFF" if child.tag == _COLOUR and is_paper(child) else child.get(VAL) or ""
    return Said(has_style, style, look_of(own), is_camouflaged(properties), is_disguised(properties))


def is_paper(colour: Element) -> bool:
    """Whether a ``w:color`` is the colour of the paper by the document's theme."""
    return (colour.get(_THEME) or "") in _GROUNDS and colour.get(W + "themeTint") is None and colour.get(W + "themeShade") is None


def is_disguised(properties: Element) -> bool:
    """Whether a run shows other signs than its characters, or none that could be read: a symbol font, a bar over them."""
    for child in properties:
        if child.tag == W + "rFonts" and (child.get(W + "ascii") or "").lower() in _SYMBOLS:
            return True
        if child.tag == W + "w" and (_number((child.get(VAL) or "").rstrip("%")) or 100) <= _SLIVER:
            return True
    return _over(properties) is not None


def is_camouflaged(properties: Element) -> bool:
    """Whether a run is written in the colour of its own ground, or has no colour at all."""
    if any(True for node in properties.iter() if node.tag.endswith("}textFill") and any(inner.tag.endswith("}noFill") for inner in node)):
        return True
    return _over(properties) is True


def _over(properties: Element) -> bool | None:
    """``True`` where the ground of a run is the colour of its text, ``False`` where it is black and the text has the usual colour."""
    colour, shade, marker = (properties.find(W + name) for name in ("color", "shd", "highlight"))
    ink = ((colour.get(VAL) if colour is not None else None) or "auto").upper()
    ground = (shade.get(_FILL) or "" if shade is not None else "").upper()
    if marker is not None:
        ground = {"black": "000000", "white": "FFFFFF"}.get(marker.get(VAL) or "", (marker.get(VAL) or "").upper())
    if not ground or ground == "AUTO":
        return None
    if ink == ground:
        return True
    return False if ink == "AUTO" and ground == "000000" and marker is not None else None


def is_shaded(run: Element, shaded: frozenset[str]) -> bool:
    """Whether a run stands on a ground that is not white, or on one that is not known. ``shaded`` are table styles with grounds."""
    node = run
    while node is not None:
        tag = node.tag
        if tag in (W + "txbxContent", W + "docBackground"):
            return True
        settings = node.find(_SETTINGS[tag]) if tag in _SETTINGS else None
        if settings is not None:
            shade = settings.find(W + "shd")
            if shade is not None:
                return shade.get(_FILL) not in (None, *_PALE) or shade.get(VAL) not in (None, "clear", "nil")
            marker = settings.find(W + "highlight")
            if marker is not None and marker.get(VAL) not in ("none", "white"):
                return True
            if tag == W + "tbl":
                style = settings.find(W + "tblStyle")
                if style is not None and style.get(VAL) in shaded:
                    return True
        if tag == W + "document":
            return node.find(W + "background") is not None
        node = node.getparent()
    return False


_SETTINGS: Final = {W + "r": W + "rPr", W + "p": W + "pPr", W + "tc": W + "tcPr", W + "tbl": W + "tblPr"}


def _number(text: str | None) -> int | None:
    try:
        return None if text is None else int(float(text))
    except (ValueError, OverflowError):
        return None
