"""What the page's own style sheets and styles do to text: hidden, struck out, raised. A small cascade without layout or inheritance.

Each element that a rule or its own style speaks about gets the attribute :data:`SHOWN` with the letters of what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

Element = Any
"""An lxml element (lxml has no types of its own)."""

SHOWN: Final = "auditor-shown"
HIDDEN, INVISIBLE, STRUCK, RAISED = "h", "i", "s", "r"
"""Not there at all, there without being seen, struck out, raised or lowered."""

_RULES: Final = 500
_SHEET: Final = 100_000
"""Characters of the sheets of a page together that are looked at."""
_STEPS: Final = 2_000_000
_SIBLINGS: Final = 200
_MATCHES: Final = 20_000
_SCREEN: Final = 1280.0
_TELLING: Final = re.compile(
    r"display|visibility|opacity|line-through|vertical-align|font-size|color|background|left|text-indent|clip", re.IGNORECASE
)
_OWN: Final = re.compile(
    r"line-through|vertical-align\s*:\s*(?:su[pb]|text-top)|opacity\s*:\s*0|font-size\s*:\s*0(?![.\d])|(?:text-indent|left)\s*:\s*-\d{3}"
    r"|(?<![-\w])color\s*:\s*(?:white|transparent|#f[0-9a-f]f|#f[a-f0-9]{2}\b|rgba?\(\s*2[45]\d|rgba\([^)]*,\s*0?\.?0\s*\))",
    re.IGNORECASE,
)
"""Styles worth parsing: colours near white, what hides, strikes or raises (not ``display:none``, which is told without)."""
_KEPT: Final = frozenset({
    "display", "visibility", "opacity", "text-decoration", "text-decoration-line", "vertical-align", "font-size", "color", "background",
    "background-color", "left", "text-indent", "mso-hide",
})  # fmt: skip
_LENGTH: Final = re.compile(r"(-?\d+(?:\.\d+)?)(px|pt|em|rem|%)?")
_WIDTH: Final = re.compile(r"\(\s*(min|max)-(?:device-)?width\s*:\s*(\d+(?:\.\d+)?)\s*(px|em|rem)?\s*\)")
_FAR: Final = -900.0
_WHITE: Final = 0.97

Declarations = dict[str, tuple[tuple[bool, tuple[int, int, int], int], str]]
"""Property → (weight, value): of two declarations the greater weight counts."""


def apply_sheets(root: Element) -> None:
    """Marks the elements of a page that its sheets or styles hide, strike out or raise."""
    found: dict[Element, Declarations] = {}
    order = 0
    work = _Work(root)
    for selector, specificity, declared in _rules(root):
        order += 1
        if not work.allows(selector):
            continue
        for node in _matching(root, selector):
            if not isinstance(node.tag, str):
                continue
            own = found.setdefault(node, {})
            for name, value, important in declared:
                _put(own, name, value, (important, specificity, order))
            if len(found) > _MATCHES:
                break
    for node in root.iter():
        style = node.get("style") if isinstance(node.tag, str) else None
        if style and (node in found or _OWN.search(style)):
            own = found.setdefault(node, {})
            for name, value, important in _declarations(style):
                _put(own, name, value, (important, (9, 0, 0), order))
    linked = any(True for _ in root.iter("link"))
    for node, own in found.items():
        values = {name: value for name, (_, value) in own.items()}
        gone = HIDDEN if values.get("display") == "none" or values.get("mso-hide") == "all" else ""
        flags = gone + (INVISIBLE if _unseen(values) or _same_colour(node, values, found, linked) else "") + _marks(values)
        node.set(SHOWN, flags)


class _Work:
    """How much matching a page may ask for: elements looked at, with those each step of a selector leads to."""

    def __init__(self, root: Element) -> None:
        self.left = _STEPS
        self.elements = 0
        self.depth = 1
        level: list[tuple[Element, int]] = [(root, 1)]
        while level:
            node, depth = level.pop()
            self.elements += 1
            self.depth = max(self.depth, depth)
            level += [(child, depth + 1) for child in node]

    def allows(self, selector: Any) -> bool:
        """Whether the page's elements may be held against this selector; counts it."""
        text = selector.canonical()
        siblings = text.count("~") + text.count("+")
        steps = text.count(" ") + text.count(">")
        cost = self.elements * (1 + self.depth * steps) * (1 + _SIBLINGS * siblings)
        if cost > self.left:
            return False
        self.left -= cost
        return True


def _put(own: Declarations, name: str, value: str, weight: tuple[bool, tuple[int, int, int], int]) -> None:
    if name not in own or own[name][0] <= weight:
        own[name] = (weight, value)


def _rules(root: Element) -> Iterator[tuple[Any, tuple[int, int, int], list[tuple[str, str, bool]]]]:
    """(selector, specificity, telling declarations) of the sheets, in order."""
    sheets = ["".join(node.itertext()) for node in root.iter("style") if _for_screen(node.get("media") or "")]
    if not any(map(_TELLING.search, sheets)):
        return
    import cssselect
    import tinycss2

    count = 0
    left = _SHEET
    for sheet in sheets:
        text, left = sheet[:left], max(0, left - len(sheet))
        for rule in _flat(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True), 0):
            body = tinycss2.serialize(rule.content)
            if not _TELLING.search(body):
                continue
            declared = list(_declarations(body))
            if not declared:
                continue
            try:
                selectors = cssselect.parse(tinycss2.serialize(rule.prelude))
            except cssselect.SelectorError:
                continue
            for selector in selectors:
                count += 1
                if count > _RULES:
                    return
                if selector.pseudo_element is None:
                    yield selector, selector.specificity(), declared


def _flat(rules: Any, depth: int) -> Iterator[Any]:
    import tinycss2

    for rule in rules:
        if rule.type == "qualified-rule":
            yield rule
        elif rule.type == "at-rule" and rule.content is not None and depth < 3:
            name = rule.lower_at_keyword
            if name in ("supports", "layer") or (name == "media" and _for_screen(tinycss2.serialize(rule.prelude))):
                yield from _flat(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True), depth + 1)


def _for_screen(query: str) -> bool:
    """Whether a media query holds for a desktop screen of usual width."""
    return not query.strip() or any(_holds(part.lower()) for part in query.split(","))


def _holds(query: str) -> bool:
    if re.search(r"\b(?:print|speech|not)\b|orientation\s*:\s*portrait|prefers-color-scheme\s*:\s*dark", query):
        return False
    for bound, size, unit in _WIDTH.findall(query):
        width = float(size) * (16 if unit in ("em", "rem") else 1)
        if (bound == "min" and width > _SCREEN) or (bound == "max" and width < _SCREEN):
            return False
    return True


def _declarations(text: str) -> Iterator[tuple[str, str, bool]]:
    import tinycss2

    for entry in tinycss2.parse_declaration_list(text, skip_comments=True, skip_whitespace=True):
        if entry.type == "declaration" and entry.lower_name in _KEPT:
            yield entry.lower_name, tinycss2.serialize(entry.value).strip().lower(), entry.important


def _matching(root: Element, selector: Any) -> list[Element]:
    import cssselect
    from lxml import etree

    try:
        path = cssselect.HTMLTranslator().selector_to_xpath(selector)
        found = root.xpath(path)
    except (cssselect.SelectorError, etree.XPathError):
        return []
    return found if isinstance(found, list) else []


def _unseen(values: dict[str, str]) -> bool:
    if values.get("visibility") in ("hidden", "collapse"):
        return True
    opacity, size = _length(values.get("opacity")), _length(values.get("font-size"))
    if (opacity is not None and opacity < 0.05) or (size is not None and size < 1 and "em" not in values["font-size"]):
        return True
    return any((length := _length(values.get(name))) is not None and length <= _FAR for name in ("left", "text-indent"))


def _marks(values: dict[str, str]) -> str:
    line = values.get("text-decoration", "") + " " + values.get("text-decoration-line", "")
    raised = values.get("vertical-align", "") in ("super", "sub", "text-top")
    return (STRUCK if "line-through" in line else "") + (RAISED if raised else "")


def _same_colour(node: Element, values: dict[str, str], found: dict[Element, Declarations], linked: bool) -> bool:
    """Whether text has the colour of what lies behind it. Where a sheet outside the page may colour that, nobody knows."""
    ink = _colour(values.get("color"))
    if ink is None:
        return False
    if ink[3] < 0.05:
        return True
    upper = node
    while upper is not None and isinstance(upper.tag, str):
        own = found.get(upper, {})
        style = {name: value for name, value, _ in _declarations(upper.get("style") or "")}
        for text in (
            style.get("background-color"), style.get("background"), own.get("background-color", (0, None))[1],
            own.get("background", (0, None))[1], upper.get("bgcolor"),
        ):  # fmt: skip
            if (text and "url(" in text) or upper.get("background"):
                return False
            behind = next((colour for word in (text or "").split() if (colour := _colour(word)) is not None), None)
            behind = behind if behind is not None else _colour(text)
            if behind is not None and behind[3] >= 0.05:
                return all(abs(one - other) <= 1 - _WHITE for one, other in zip(ink[:3], behind[:3], strict=True))
        if linked and (upper.get("class") or upper.get("id")):
            return False
        upper = upper.getparent()
    return min(ink[:3]) >= _WHITE


def _colour(text: str | None) -> tuple[float, float, float, float] | None:
    if not text:
        return None
    from tinycss2.color3 import parse_color

    colour = parse_color(text.strip())
    return None if colour is None or isinstance(colour, str) else (colour[0], colour[1], colour[2], colour[3])


def _length(text: str | None) -> float | None:
    match = _LENGTH.match(text or "")
    return float(match[1]) if match else None
