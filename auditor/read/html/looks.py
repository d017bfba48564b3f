"""What the declarations that hold for an element mean for its text: seen or not, struck out, raised, generated, out of its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from auditor.read.html.css import colour, length, points

HIDDEN, INVISIBLE, STRUCK, RAISED = "h", "i", "s", "r"
"""Not there at all, there without being seen, struck out, raised or lowered."""
PARTLY, SEEN = "p", "v"
"""Not seen itself, although something inside may be; seen again inside of such an element."""
UNSTRUCK, LEVEL = "n", "b"
"""Neither struck out nor raised, whatever its tag says."""
DOUBT, MOVED = "d", "m"
"""Shown otherwise than its characters say; shown at another place than beside what stands before and after it."""
ADDED = "g"
"""A sheet adds text to it."""

Values = Mapping[str, str]

_FAR: Final = -675.0
"""Points to the left or above from where nothing is seen."""
_TINY: Final = 1.6
"""Points of type below which nobody reads."""
_ZERO: Final = 0.6
"""Points of a box in which nothing is seen."""
_INSET: Final = re.compile(r"inset\(\s*(\d+(?:\.\d+)?)%")
_RECT: Final = re.compile(r"rect\(\s*(\d+)(?:px)?[\s,]+(\d+)(?:px)?[\s,]+(\d+)(?:px)?[\s,]+(\d+)(?:px)?\s*\)")
_NO_SHAPE: Final = re.compile(r"circle\(\s*0|ellipse\(\s*0|polygon\(\s*(?:0(?:px|%)?\s+0(?:px|%)?\s*,?\s*)+\)")
_SCALE: Final = re.compile(r"scale[xy]?\(\s*(-?(?:\d+(?:\.\d+)?|\.\d+))")
_TURN: Final = re.compile(r"rotate[xyz]?\(\s*-?(\d+(?:\.\d+)?)deg|matrix")
_CLEAR: Final = re.compile(r"opacity\(\s*(0?\.?0*)%?\s*\)")
_STRING: Final = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'|attr\(\s*([\w-]+)\s*\)|(\S[^\s\"'()]*(?:\([^()]*\))?)")
_ESCAPE: Final = re.compile(r"\\([0-9a-fA-F]{1,6})\s?|\\(.)")
_INLINE: Final = frozenset(
    ("a", "abbr", "b", "bdi", "bdo", "big", "del", "em", "font", "i", "ins", "label", "s", "small", "span", "strong", "u")
)
_BOXES: Final = ("border", "border-top", "border-bottom", "background", "background-color", "background-image")


def is_gone(values: Values) -> bool:
    """Whether the element has no box."""
    return values.get("display") == "none" or values.get("mso-hide") == "all"


def is_veiled(values: Values) -> bool:
    """Whether nothing inside the element is seen, whatever is said of what it holds."""
    opacity = length(values.get("opacity"))
    if opacity is not None and opacity < 0.05:
        return True
    if values.get("content-visibility") == "hidden":
        return True
    if (match := _CLEAR.search(values.get("filter", ""))) and not float(match[1] or 0):
        return True
    transform = values.get("transform", "")
    if any(abs(float(scale)) < 0.05 for scale in _SCALE.findall(transform)):
        return True
    return _is_outside(values) or _is_cut_away(values)


def _is_outside(values: Values) -> bool:
    names = ["text-indent", "margin-left"]
    if values.get("position") in ("absolute", "fixed", "relative"):
        names += ["left", "top"]
    elif "position" not in values:
        names += ["left"]  # the position may be said by another sheet
    return any((far := points(values.get(name))) is not None and far <= _FAR for name in names)


def _is_cut_away(values: Values) -> bool:
    shape = values.get("clip-path", "")
    if ((match := _INSET.search(shape)) and float(match[1]) >= 50) or _NO_SHAPE.search(shape):
        return True
    if (rect := _RECT.search(values.get("clip", ""))) and values.get("position") in ("absolute", "fixed"):
        top, right, bottom, left = (int(side) for side in rect.groups())
        if right - left <= 1 or bottom - top <= 1:
            return True
    if not any(values.get(name, "").startswith(("hidden", "clip")) for name in ("overflow", "overflow-x", "overflow-y")):
        return False
    return any(
        (size := points(values.get(name))) is not None and size <= _ZERO and values.get(name) not in ("auto", "none")
        for name in ("width", "height", "max-width", "max-height")
    )


def is_unseen(values: Values) -> bool:
    """Whether the element's own text is not seen by what its inner elements may say anew: visibility and size of type."""
    if values.get("visibility") in ("hidden", "collapse"):
        return True
    size = points(values.get("font-size"))
    return size is not None and size < _TINY


def sees_again(values: Values) -> bool:
    """Whether an element inside of an unseen one says that it is seen."""
    size = points(values.get("font-size"))
    return values.get("visibility") == "visible" or (size is not None and size >= _TINY)


def ink_of(values: Values) -> str | None:
    """The colour that text is written in."""
    fill = values.get("-webkit-text-fill-color")
    if "text" in (values.get("background-clip"), values.get("-webkit-background-clip")):
        return None  # its ground shows through the letters
    return fill if fill and colour(fill) is not None else values.get("color")


def marks(values: Values) -> str:
    """What strikes or raises text, or takes back what its tag does."""
    line = values.get("text-decoration", "") + " " + values.get("text-decoration-line", "")
    found = ""
    if "line-through" in line:
        found += STRUCK
    elif "none" in line.split() or "underline" in line:
        found += UNSTRUCK
    align = values.get("vertical-align", "")
    lift = points(align)
    raised = align in ("super", "sub", "text-top") or (lift is not None and abs(lift) >= 2)
    raised = raised or values.get("font-variant-position") in ("super", "sub") or (points(values.get("mso-text-raise")) or 0) >= 2
    if values.get("position") == "relative" and ((points(values.get("top")) or 0) <= -2 or (points(values.get("bottom")) or 0) >= 2):
        raised = True
    if raised:
        found += RAISED
    elif align == "baseline":
        found += LEVEL
    return found


def doubts(tag: str, values: Values) -> str:
    """Whether text is shown otherwise than its characters say, or elsewhere than in their order."""
    security = values.get("-webkit-text-security", "none")
    reversed_text = values.get("direction") == "rtl" and values.get("unicode-bidi", "").endswith("override")
    transform = values.get("transform", "")
    mirrored = any(float(scale) < 0 for scale in _SCALE.findall(transform)) or any(
        turn == "" or float(turn) % 360 > 45 for turn in _TURN.findall(transform)
    )
    painted = tag in _INLINE and "gradient(" in values.get("background", "") + values.get("background-image", "")
    laid_over = values.get("position") in ("absolute", "fixed") and any(name in values for name in _BOXES)
    if laid_over or security != "none" or reversed_text or mirrored or values.get("flex-direction", "").endswith("reverse") or painted:
        return DOUBT
    sideways = any((shift := points(values.get(name))) is not None and abs(shift) > 1 for name in ("left", "right"))
    moved = (
        values.get("float") in ("left", "right")
        or (values.get("order") or "0") != "0"
        or values.get("position") in ("absolute", "fixed")
        or (values.get("position") == "relative" and sideways)
        or (tag in _INLINE and (points(values.get("margin-left")) or 0) < -2)
    )
    return MOVED if moved else ""


def generated(tag: str, values: Values, attributes: Mapping[str, str]) -> tuple[str, bool]:
    """The text that a pseudo-element shows, and whether it shows more than that (a counter, a picture, a stroke)."""
    content = values.get("content", "")
    if content in ("", "none", "normal") or is_gone(values) or is_veiled(values) or is_unseen(values):
        return "", False
    ink = colour(ink_of(values))
    if ink is not None and (ink[3] < 0.05 or min(ink[:3]) > 0.97):
        return "", False
    text, unknown = "", False
    for double, single, attribute, other in _STRING.findall(content):
        if attribute:
            text += attributes.get(attribute, "")
        elif other:
            unknown = unknown or not other.startswith(("no-", "open-quote", "close-quote", "/"))
        else:
            text += _ESCAPE.sub(_unescaped, double or single)
    text = "".join(char for char in text if not ("\ue000" <= char <= "\uf8ff"))  # icons
    drawn = not text.strip() and tag in _INLINE and values.get("position") == "absolute" and any(name in values for name in _BOXES)
    return text if text.strip() else "", unknown or drawn


def _unescaped(match: re.Match[str]) -> str:
    if match[1]:
        code = int(match[1], 16)
        return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
    return match[2]
