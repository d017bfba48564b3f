"""Paragraph and character styles with what they inherit: heading level, list, hidden text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

from auditor.errors import LimitError
from auditor.read.docx.looks import PRINTED, Look, Said, look_in, merged, said_by
from auditor.read.docx.xml import VAL, Element, W, is_on, number, value
from auditor.read.limits import WORD_STYLES

_HEADING: Final = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_CONTENTS: Final = re.compile(r"(?:toc|目录)\s*[1-9]", re.IGNORECASE)
_SHADED: Final = re.compile(rb"<w:shd\b(?![^>]*w:fill=\"(?:auto|[Ff]{6})\")")
_STYLE_ID: Final = re.compile(rb'w:styleId="([^"]*)"')
_BODY_LEVEL: Final = 9
_REMEMBERED: Final = 1000
_CHAIN: Final = 20


@dataclass(frozen=True, slots=True)
class Style:
    """What the reader needs of one style, ``basedOn`` resolved. ``level`` 0 means no heading; ``list`` is (numId, ilvl)."""

    level: int = 0
    list: tuple[str, int] | None = None
    hidden: bool = False
    contents: bool = False
    title: bool = False
    look: Look = PRINTED


PLAIN: Final = Style()


class Styles:
    """The styles of ``word/styles.xml`` by id; unknown ids are plain. ``tables`` are the table styles as written.

    Raises :class:`~auditor.errors.LimitError` for more styles than any office program makes.
    """

    def __init__(self, root: Element | None, tables: tuple[bytes, ...] = ()) -> None:
        self._raw: dict[str, Element] = {}
        self._known: dict[str, Style] = {}
        self.default: str | None = None
        self._tables = tables
        self._said: dict[tuple[tuple[object, ...], ...], Said] = {}
        if root is None:
            return
        for node in islice(root.iter(W + "style"), WORD_STYLES + 1):
            key = node.get(W + "styleId")
            if key:
                self._raw[key] = node
                if node.get(W + "type") == "paragraph" and node.get(W + "default") in ("1", "true", "on"):
                    self.default = key
        if len(self._raw) > WORD_STYLES:
            raise LimitError("READ-LIMIT", limit="styles", allowed=str(WORD_STYLES), found=str(sum(1 for _ in root.iter(W + "style"))))

    @cached_property
    def shaded(self) -> frozenset[str]:
        """Ids of the table styles that give cells a ground of their own."""
        named = (_STYLE_ID.search(style) for style in self._tables if _SHADED.search(style))
        return frozenset(key[1].decode("utf-8", "replace") for key in named if key is not None)

    def get(self, key: str | None) -> Style:
        """The style with this id, the default paragraph style for ``None``."""
        key = key or self.default
        if key is None or key not in self._raw:
            return PLAIN
        if key not in self._known:
            self._known[key] = self._resolve(key)
        return self._known[key]

    def said(self, properties: Element) -> Said:
        """What the properties of a run say; most runs of a document say one of a few things."""
        if any(map(len, properties)):
            return said_by(properties)
        key = tuple((child.tag, *child.items()) for child in properties)
        if key not in self._said:
            if len(self._said) >= _REMEMBERED:
                self._said.clear()
            self._said[key] = said_by(properties)
        return self._said[key]

    def _resolve(self, key: str) -> Style:
        level: int | None = None
        listed: str | None = None
        depth: int | None = None
        hidden: bool | None = None
        names: list[str] = []
        look = PRINTED
        current: str | None = key
        for _ in range(_CHAIN):
            node = self._raw.get(current) if current else None
            if node is None:
                break
            name = value(node, "name") or ""
            names.append(name)
            if level is None:
                outline = value(node, "pPr", "outlineLvl")
                if outline is not None:
                    level = 0 if number(outline, _BODY_LEVEL) >= _BODY_LEVEL else number(outline) + 1
                elif match := _HEADING.fullmatch(name.strip()):
                    level = int(match[1])
            numbering = node.find(f"{W}pPr/{W}numPr")
            if numbering is not None:
                listed = listed if listed is not None else value(numbering, "numId")
                depth = depth if depth is not None else _level(numbering)
            if hidden is None:
                hidden = is_on(node.find(W + "rPr"), "vanish")
            look = merged(look_in(node.find(W + "rPr")), look)
            current = value(node, "basedOn")
        return Style(
            level=level or 0,
            list=None if listed is None else (listed, -1 if depth is None else depth),
            hidden=bool(hidden),
            contents=any(_CONTENTS.fullmatch(name.strip()) for name in names[:1]),
            title=bool(names) and names[0].strip().lower() == "title",
            look=look,
        )


def _level(numbering: Element) -> int | None:
    node = numbering.find(W + "ilvl")
    return None if node is None else number(node.get(VAL))
