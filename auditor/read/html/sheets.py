"""What style sheets and styles do to the text of a page: a small cascade without layout.

Each element that a rule or its own style speaks about gets the attribute :data:`SHOWN` with the letters of what it is
(:mod:`auditor.read.html.looks`), and :data:`BEFORE` and :data:`AFTER` with the text that a sheet adds to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urljoin

from lxml import etree

from auditor.read.html import looks
from auditor.read.html.css import Colour, colour, declarations, for_screen, resolved, rules
from auditor.read.html.selectors import Finder, WorkError

Element = Any
"""An lxml element (lxml has no types of its own)."""

SHOWN: Final = "auditor-shown"
BEFORE: Final = "auditor-before"
AFTER: Final = "auditor-after"

_RULES: Final = 500
_SHEET: Final = 100_000
"""Characters of the sheets of a page together that are looked at."""
_MATCHES: Final = 20_000
_TELLING: Final = re.compile(
    r"display|visibility|opacity|line-through|decoration|vertical-align|font-size|color|background|left|right|top|text-indent|clip"
    r"|height|width|transform|filter|float|order|flex|content|security|bidi|--",
    re.IGNORECASE,
)
_OWN: Final = re.compile(
    r"line-through|decoration|vertical-align|opacity|font-size\s*:\s*[01]?(?:\.\d+)?(?![\d.])|(?<![-\w])color|fill-color|visibility"
    r"|text-indent\s*:\s*-|(?:left|right|top)\s*:|clip|overflow|transform|filter|float|order\s*:|flex-direction|security|bidi|raise"
    r"|position|--",
    re.IGNORECASE,
)
"""Styles worth parsing (``display:none`` is told without)."""
_WHITE: Final = 0.97
_SPEAKING: Final[Any] = etree.XPath("descendant-or-self::*[@style or self::font or self::bdo]")
"""Finds the elements of a page that say themselves how they look, in order."""

Weight = tuple[bool, tuple[int, int, int], int]
Declared = dict[str, tuple[Weight, str]]
"""Property → (weight, value): of two declarations the greater weight counts."""


class _Page:
    """The declarations that hold for the elements of one page."""

    def __init__(self, root: Element, sheets: Sequence[str]) -> None:
        self.root = root
        self.sheets = [*sheets, *("".join(node.itertext()) for node in root.iter("style") if for_screen(node.get("media") or ""))]
        self.linked = any(_is_sheet(node) for node in root.iter("link")) and not sheets
        self.skipped = False
        """Whether more was asked for than a page may ask: rules that nobody looked at may hide or strike out something."""
        self.found: dict[Element, Declared] = {}
        self.added: dict[tuple[Element, str], Declared] = {}
        self.variables: dict[str, str] = {}
        self.values: dict[Element, dict[str, str]] = {}

    def gather(self) -> None:
        """Hold all rules and styles against the elements."""
        order = 0
        finder: Finder | None = None
        for selector, body in self._selectors():
            finder = finder or Finder(self.root)
            order += 1
            try:
                nodes = finder.matching(selector)
            except WorkError:
                self.skipped = True
                continue
            weight = selector.specificity()
            where = selector.pseudo_element
            for node in nodes:
                own = self.found.setdefault(node, {}) if where is None else self.added.setdefault((node, str(where)), {})
                for name, value, important in body:
                    _put(own, name, value, (important, weight, order))
                if len(self.found) > _MATCHES:
                    self.skipped = True
                    break
        for node in _SPEAKING(self.root):
            if node.tag == "font" and node.get("color"):
                _put(self.found.setdefault(node, {}), "color", node.get("color").lower(), (False, (0, 0, 0), 0))
            elif node.tag == "bdo" and node.get("dir", "").lower() == "rtl":
                for name, value in (("direction", "rtl"), ("unicode-bidi", "bidi-override")):
                    _put(self.found.setdefault(node, {}), name, value, (False, (0, 0, 0), 0))
            style = node.get("style")
            if style and (node in self.found or _OWN.search(style)):
                own = self.found.setdefault(node, {})
                for name, value, important in declarations(style):
                    _put(own, name, value, (important, (9, 0, 0), order))
        for node, own in self.found.items():
            self.values[node] = self._plain(own)

    def _plain(self, own: Declared) -> dict[str, str]:
        return {name: resolved(value, self.variables) if "var(" in value else value for name, (_, value) in own.items()}

    def _selectors(self) -> Iterator[tuple[Any, list[tuple[str, str, bool]]]]:
        """(selector, telling declarations) of the sheets, in order."""
        if not any(map(_TELLING.search, self.sheets)):
            return
        import cssselect

        count = 0
        left = _SHEET
        for sheet in self.sheets:
            self.skipped = self.skipped or _TELLING.search(sheet, left) is not None
            text, left = sheet[:left], max(0, left - len(sheet))
            for prelude, body in rules(text):
                if not _TELLING.search(body):
                    continue
                declared = list(declarations(body))
                for name, value, _ in declared:
                    if name.startswith("--"):
                        self.variables[name] = value
                declared = [entry for entry in declared if not entry[0].startswith("--")]
                if not declared:
                    continue
                try:
                    selectors = cssselect.parse(prelude)
                except cssselect.SelectorError:
                    continue
                for selector in selectors:
                    count += 1
                    if count > _RULES:
                        self.skipped = True
                        return
                    if selector.pseudo_element in (None, "before", "after"):
                        yield selector, declared

    def mark(self) -> None:
        """Write on each element what it is."""
        for node, values in self.values.items():
            flags = looks.HIDDEN if looks.is_gone(values) else ""
            flags += looks.marks(values)
            if looks.is_veiled(values):
                flags += looks.INVISIBLE
            else:
                flags += looks.doubts(node.tag, values)
            if looks.INVISIBLE not in flags and (looks.is_unseen(values) or self._is_camouflaged(node, values)):
                flags += looks.PARTLY if self._reveal(node, values) else looks.INVISIBLE
            node.set(SHOWN, (node.get(SHOWN) or "") + flags)
        for (node, where), own in self.added.items():
            text, more = looks.generated(node.tag, self._plain(own), node.attrib)
            if text:
                node.set(BEFORE if where == "before" else AFTER, text)
            if text or more:
                node.set(SHOWN, (node.get(SHOWN) or "") + (looks.DOUBT if more else looks.ADDED))

    def _reveal(self, node: Element, values: dict[str, str]) -> bool:
        """Marks what is seen again inside of an unseen element; whether there is any."""
        found = False
        by_colour = not looks.is_unseen(values)
        for inner in node.iterdescendants():
            own = self.values.get(inner)
            if own is None:
                continue
            if by_colour:
                ink = looks.ink_of(own)
                inherited = own if colour(ink) is not None else {**own, "color": looks.ink_of(values) or ""}
                changed = colour(ink) is not None or self._ground(inner) is not None
                again = changed and not self._is_camouflaged(inner, inherited)
            else:
                again = looks.sees_again(own)
            if again:
                inner.set(SHOWN, (inner.get(SHOWN) or "") + looks.SEEN)
                found = True
        return found

    def _is_camouflaged(self, node: Element, values: dict[str, str]) -> bool:
        """Whether text has the colour of what lies behind it. Where a sheet outside the page may colour that, nobody knows."""
        ink = colour(looks.ink_of(values))
        if ink is None:
            return False
        if ink[3] < 0.05:
            return True
        upper = node
        while upper is not None and isinstance(upper.tag, str):
            behind = self._ground(upper)
            if behind == "picture":
                return False
            if isinstance(behind, tuple):
                return all(abs(one - other) <= 1 - _WHITE for one, other in zip(ink[:3], behind[:3], strict=True))
            if self.linked and (upper.get("class") or upper.get("id")):
                return False
            upper = upper.getparent()
        return min(ink[:3]) >= _WHITE

    def _ground(self, node: Element) -> Colour | str | None:
        """The colour an element lays behind its text, ``picture`` for one that is not known, ``None`` for none."""
        values = self.values.get(node) or {}
        if not values and node.get("style") and "background" in node.get("style").lower():
            values = {name: value for name, value, _ in declarations(node.get("style"))}
        for text in (values.get("background-color"), values.get("background"), values.get("background-image"), node.get("bgcolor")):
            if (text and ("url(" in text or "gradient(" in text)) or node.get("background"):
                return "picture"
            behind = next((found for word in (text or "").split() if (found := colour(word)) is not None), None) or colour(text)
            if behind is not None and behind[3] >= 0.05:
                return behind
        return None


def apply_sheets(root: Element, sheets: Sequence[str] = ()) -> bool:
    """Marks the elements of a page that its sheets or styles hide, strike out, raise or add to; whether all rules were looked at.

    ``sheets`` are those it links to, as far as they are at hand.
    """
    page = _Page(root, sheets)
    page.gather()
    page.mark()
    return not page.skipped


def linked_sheets(root: Element, sheets: Mapping[str, bytes], base: str) -> list[str]:
    """The texts of the style sheets a page links to, as far as they are at hand; ``base`` is the page's address."""
    found = []
    for node in root.iter("link"):
        place = (node.get("href") or "").strip()
        if _is_sheet(node) and place and for_screen(node.get("media") or ""):
            data = sheets.get(urljoin(base, place)) or sheets.get(place)
            if data:
                found.append(data.decode("utf-8", "replace"))
    return found


def has_sheets(root: Element) -> bool:
    """Whether a page links to a style sheet."""
    return any(_is_sheet(node) for node in root.iter("link"))


def _is_sheet(link: Element) -> bool:
    return "stylesheet" in (link.get("rel") or "").lower()


def _put(own: Declared, name: str, value: str, weight: Weight) -> None:
    if name not in own or own[name][0] <= weight:
        own[name] = (weight, value)
