"""Addresses of elements of a page, as lxml's ``getpath`` gives them, each parent's children counted once."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, Final

_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*")


class Addresses:
    """XPaths of elements of one tree that does not change meanwhile. ``getpath`` counts all siblings before an element for each call."""

    def __init__(self, root: Any) -> None:
        self._tree = root.getroottree()
        self._known: dict[Any, str] = {}
        self._counted: set[Any] = set()

    def of(self, node: Any) -> str:
        """The address of an element."""
        found = self._known.get(node)
        if found is not None:
            return found
        parent = node.getparent()
        if parent is None or not isinstance(node.tag, str) or not _PLAIN.fullmatch(node.tag):
            return str(self._tree.getpath(node))
        if parent not in self._counted:
            self._counted.add(parent)
            base = self.of(parent)
            children = [child for child in parent if isinstance(child.tag, str) and _PLAIN.fullmatch(child.tag)]
            of_tag = Counter(child.tag for child in children)
            seen: Counter[str] = Counter()
            for child in children:
                seen[child.tag] += 1
                self._known[child] = f"{base}/{child.tag}" + (f"[{seen[child.tag]}]" if of_tag[child.tag] > 1 else "")
        return self._known.get(node) or str(self._tree.getpath(node))
