"""Pages inside a page: what a frame shows takes the frame's place, where the file holds it (``srcdoc``, the parts of a saved page)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urljoin

Element = Any
"""An lxml element (lxml has no types of its own)."""

_DEEP: Final = 3
_MANY: Final = 20
_TINY: Final = ("0", "1", "0px", "1px")

Pages = Mapping[str, str]
"""Address (``cid:…`` or the place a part was saved from) → markup of a page."""


def fill_frames(root: Element, pages: Pages, base: str, build: Callable[[str], Element | None], depth: int = 0) -> None:
    """Puts the content of each frame whose page is at hand in place of the frame, as a block. ``base`` is the page's address."""
    if depth >= _DEEP:
        return
    for count, frame in enumerate(list(root.iter("iframe", "frame"))):
        if count >= _MANY:
            return
        markup = frame.get("srcdoc")
        address = urljoin(base, (frame.get("src") or "").strip()) if not markup else base
        if not markup:
            markup = pages.get(address) or pages.get((frame.get("src") or "").strip())
        inner = build(markup) if markup and markup.strip() else None
        if inner is None:
            continue
        fill_frames(inner, pages, address, build, depth + 1)
        body = inner.find("body")
        children = list(body if body is not None else inner)
        words = (body.text if body is not None else inner.text) or ""
        frame.tag = "div"
        for name in ("src", "srcdoc"):
            frame.attrib.pop(name, None)
        frame.text = words
        for old in list(frame):
            frame.remove(old)
        styles = [style for style in inner.iter("style") if not any(style is child for child in children)]
        frame.extend([*styles, *children])


def unfilled(root: Element) -> list[str]:
    """Addresses of the frames and objects whose content is not in the file; empty and tiny ones (counters, scripts) are left out."""
    found = []
    for node in root.iter("iframe", "frame", "object", "embed"):
        target = (node.get("src") or node.get("data") or "").strip()
        tiny = node.get("width") in _TINY or node.get("height") in _TINY
        if target and not tiny and not target.lower().startswith(("about:", "javascript:")):
            found.append(target)
    return found
