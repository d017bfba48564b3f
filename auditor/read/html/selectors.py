"""Which elements of a page a selector means, found from lists of their names, classes and ids.

What the lists cannot tell (``:first-child``, ``:not(…)``, ``:has(…)``) is asked as an XPath condition of the few elements that are left.
All work is counted: a page whose sheets ask for more than any site's is found out before it has cost anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, NamedTuple

Element = Any
"""An lxml element (lxml has no types of its own)."""

_STEPS: Final = 1_000_000
"""Elements held against a part of a selector, for all selectors of a page: about a second."""
_MOVE: Final = 3
_CONDITION: Final = 4
"""What going on to the next part of a selector costs in steps, and asking an XPath condition of an element."""
_VISITED: Final = 50
"""Elements that a condition visits in the time of one step."""
_NEVER: Final = "0"
_FURTHER: Final = " ~"
"""Combinators that lead over any number of elements."""
_PARTS: Final = 50
"""Parts of one selector."""
_NESTED: Final = 3
"""Conditions about what is inside that may multiply each other's work."""
_WORD: Final = re.compile(r"[^ \t\r\n\f]+")


class WorkError(Exception):
    """The selectors of a page ask for more work than is allowed."""


class _Compound(NamedTuple):
    """One part of a selector between combinators; all that it says must hold of an element."""

    tag: str | None
    ids: tuple[str, ...]
    classes: tuple[str, ...]
    attributes: tuple[tuple[str, Callable[[str], bool]], ...]
    conditions: tuple[tuple[Callable[[Element], Any], str], ...]
    """XPath expressions, compiled and as written."""


_Chain = tuple[tuple[str, _Compound], ...]
"""The parts from the right to the left, each with the combinator before it ("" for the leftmost)."""


class Finder:
    """Looks up elements of one page by selectors of :mod:`cssselect`."""

    def __init__(self, root: Element) -> None:
        self.left = _STEPS
        self.elements: list[Element] = []
        self.depth = self.widest = 1
        self._tags: dict[str, list[Element]] = {}
        self._classes: dict[str, list[Element]] = {}
        self._ids: dict[str, list[Element]] = {}
        level: list[tuple[Element, int]] = [(root, 1)]
        while level:
            node, depth = level.pop()
            self.depth, self.widest = max(self.depth, depth), max(self.widest, len(node))
            self._list(node)
            level += [(child, depth + 1) for child in reversed(node) if isinstance(child.tag, str)]

    def _list(self, node: Element) -> None:
        self.elements.append(node)
        self._tags.setdefault(node.tag, []).append(node)
        name = node.get("id")
        if name is not None:
            self._ids.setdefault(name, []).append(node)
        for name in _words(node.get("class")):
            self._classes.setdefault(name, []).append(node)

    def matching(self, selector: Any) -> list[Element]:
        """The elements that a selector means, in document order, its pseudo-element left aside; none where it cannot be understood.

        Raises :class:`WorkError` when the page's selectors together have asked for too much.
        """
        chain = _chain(selector.parsed_tree)
        if chain is None:
            return []
        if len(chain) > _PARTS:
            raise WorkError
        if not all(map(self._has_any, (part for _, part in chain))):
            return []
        known: dict[tuple[Element, int], bool] = {}
        return [node for node in self._candidates(chain[0][1]) if self._holds(node, chain[0][1]) and self._goes_on(node, chain, 0, known)]

    def _has_any(self, part: _Compound) -> bool:
        return bool(self._candidates(part))

    def _candidates(self, part: _Compound) -> list[Element]:
        lists = [self._ids.get(name, []) for name in part.ids]
        lists += [self._classes.get(name, []) for name in part.classes]
        if part.tag is not None:
            lists.append(self._tags.get(part.tag, []))
        return min(lists, key=len, default=self.elements)

    def _holds(self, node: Element, part: _Compound) -> bool:
        """Whether an element is what one part of a selector says."""
        self._spend(1 + len(part.attributes))
        if part.tag is not None and node.tag != part.tag:
            return False
        if part.ids and any(node.get("id") != name for name in part.ids):
            return False
        if part.classes:
            own = _words(node.get("class"))
            if any(name not in own for name in part.classes):
                return False
        for name, test in part.attributes:
            value = node.get(name)
            if value is None or not test(value):
                return False
        for test_, text in part.conditions:
            self._spend(_CONDITION + len(text) // 40 + self._visited(text) // _VISITED)
            if not test_(node):
                return False
        return True

    def _visited(self, condition: str) -> int:
        """How many elements an XPath condition may visit."""
        below = condition.count("descendant")
        beside = condition.count("::") + condition.count("/") - below
        return beside * (self.widest + self.depth) + (len(self.elements) ** min(below, _NESTED) if below else 0)

    def _goes_on(self, node: Element, chain: _Chain, place: int, known: dict[tuple[Element, int], bool]) -> bool:
        """Whether what stands before the part at ``place`` of a selector, which is this element, is found in the page.

        ``known`` keeps of (element, place) whether the element, or one further on, is what is looked for.
        """
        combinator = chain[place][0]
        if not combinator:
            return True
        self._spend(_MOVE)
        part = chain[place + 1][1]
        passed: list[tuple[Element, int]] = []
        found = False
        other = _before(node, combinator)
        while other is not None and not found:
            if (other, place) in known:
                found = known[other, place]
                break
            self._spend(1)
            passed.append((other, place))
            found = self._holds(other, part) and self._goes_on(other, chain, place + 1, known)
            other = _before(other, combinator) if combinator in _FURTHER else None
        known.update(dict.fromkeys(passed, found))
        return found

    def _spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise WorkError


def _before(node: Element, combinator: str) -> Element | None:
    """The next element that a combinator leads to from the right to the left."""
    if combinator in " >":
        return node.getparent()
    other = node.getprevious()
    while other is not None and not isinstance(other.tag, str):
        other = other.getprevious()
    return other


def _words(value: str | None) -> list[str]:
    """The names in a list parted by spaces."""
    if not value:
        return []
    return value.split() if value.isascii() else _WORD.findall(value)


def _chain(tree: Any) -> _Chain | None:
    """A selector in parts; ``None`` for one that never holds or cannot be understood."""
    import cssselect.parser as css

    parts: list[tuple[str, _Compound]] = []
    while True:
        combined = isinstance(tree, css.CombinedSelector)
        part = _compound(tree.subselector if combined else tree)
        if part is None:
            return None
        parts.append((tree.combinator if combined else "", part))
        if not combined:
            return tuple(parts)
        tree = tree.selector


def _compound(tree: Any) -> _Compound | None:
    import cssselect.parser as css
    from cssselect import SelectorError
    from lxml import etree

    ids, classes, attributes, others = [], [], [], []
    while not isinstance(tree, css.Element):
        if isinstance(tree, css.Hash):
            ids.append(tree.id)
        elif isinstance(tree, css.Class):
            classes.append(tree.class_name)
        elif isinstance(tree, css.Attrib) and tree.namespace is None and tree.flag is None and tree.operator in _TESTS:
            value = "" if tree.value is None else str(tree.value.value)
            attributes.append((tree.attrib.lower(), _TESTS[tree.operator](value)))
        else:
            others.append(tree)
        if not hasattr(tree, "selector"):
            return None
        tree = tree.selector
    if tree.namespace is not None:
        return None
    name = tree.element.lower() if tree.element else None
    conditions = []
    for other in others:
        try:
            text = _condition(other, css.Element(None, name))
            if text == _NEVER:
                return None
            conditions.append((_compiled(text), text))
        except (SelectorError, etree.XPathError):
            return None
    return _Compound(name, tuple(ids), tuple(classes), tuple(attributes), tuple(conditions))


def _condition(tree: Any, element: Any) -> str:
    """What one link of a compound selector says, as an XPath condition of an element of that name."""
    from copy import copy

    import cssselect

    alone = copy(tree)
    alone.selector = element
    expression = cssselect.HTMLTranslator().xpath(alone)
    return str(expression.condition) or "1"


@lru_cache(maxsize=512)
def _compiled(condition: str) -> Callable[[Element], Any]:
    from lxml import etree

    found: Callable[[Element], Any] = etree.XPath(f"boolean(self::*[{condition}])")
    return found


_TESTS: Final[dict[str, Callable[[str], Callable[[str], bool]]]] = {
    "exists": lambda value: lambda found: True,
    "=": lambda value: lambda found: found == value,
    "~=": lambda value: lambda found: value in _words(found),
    "|=": lambda value: lambda found: found == value or found.startswith(f"{value}-"),
    "^=": lambda value: lambda found: bool(value) and found.startswith(value),
    "$=": lambda value: lambda found: bool(value) and found.endswith(value),
    "*=": lambda value: lambda found: bool(value) and value in found,
}
"""What each operator of an attribute selector asks."""
