"""The parts of a Word package: which member is the document, its relationships, its companions."""

from __future__ import annotations

import posixpath
import re
from typing import Final

from auditor.errors import LimitError, ReadError
from auditor.read.docx.xml import Element, parse
from auditor.read.limits import WORD_TAGS
from auditor.read.zipped import Members

_RELATION: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_CORE_AUTHORS: Final = (
    "{http://purl.org/dc/elements/1.1/}creator",
    "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}lastModifiedBy",
)

_STYLE: Final = b"<w:style "
_MARGIN: Final = re.compile(r"/(?:header|footer)\d*\.xml$", re.IGNORECASE)


class Package:
    """A Word package. ``links`` maps relationship ids to targets outside the package, ``inside`` to members.

    Raises :class:`ReadError` ``READ-DAMAGED`` when there is no document part, and what :class:`Members` raises.
    """

    def __init__(self, data: bytes) -> None:
        self.members = Members(data)
        main = next((target for kind, target, _, _ in self._relations("", "_rels/.rels") if kind == "officeDocument"), "word/document.xml")
        if main not in self.members:
            main = "word/document.xml"
        if main not in self.members:
            raise ReadError("READ-DAMAGED", what="docx", reason="no document part")
        content = self.members.read(main)
        if content.count(b"<") > WORD_TAGS:
            raise LimitError("READ-LIMIT", limit="elements", allowed=str(WORD_TAGS))
        self.document = parse(content, main)
        folder, name = posixpath.split(main)
        self.links: dict[str, str] = {}
        self.inside: dict[str, str] = {}
        self._companions: dict[str, str] = {}
        for kind, target, key, external in self._relations(folder, posixpath.join(folder, "_rels", name + ".rels")):
            if external:
                self.links[key] = target
            else:
                self.inside[key] = target
                self._companions.setdefault(kind, target)

    def companion(self, kind: str) -> Element | None:
        """The root of the styles, numbering, comments … part, ``None`` when there is none or it is not well-formed."""
        return self._optional(self._companions.get(kind, f"word/{kind}.xml"))

    def styles(self) -> tuple[Element | None, tuple[bytes, ...]]:
        """The root of the styles of text, as :meth:`companion` gives it, and the table styles as written.

        Table styles are most of the part, cost most of the time and say nothing about text.
        """
        name = self._companions.get("styles", "word/styles.xml")
        if name not in self.members:
            return None, ()
        kept, tables = [], []
        first, *styles = self.members.read(name).split(_STYLE)
        for style in styles:
            if style.startswith(b'w:type="table"'):
                table, _, rest = style.partition(b"</w:style>")
                tables.append(table)
                kept.append(rest)
            else:
                kept.append(_STYLE + style)
        return _parsed(first + b"".join(kept), name), tuple(tables)

    def margins(self) -> tuple[Element, ...]:
        """The roots of headers and footers."""
        names = [name for name in self.inside.values() if _MARGIN.search(name)]
        return tuple(root for name in dict.fromkeys(names) if (root := self._optional(name)) is not None)

    def authors(self) -> tuple[str, ...]:
        """Author and last editor of ``docProps/core.xml``, without repetition."""
        root = self._optional("docProps/core.xml")
        if root is None:
            return ()
        found = [(node.text or "").strip() for tag in _CORE_AUTHORS for node in root.iter(tag)]
        return tuple(dict.fromkeys(name for name in found if name))

    def _optional(self, name: str) -> Element | None:
        if name not in self.members:
            return None
        try:
            data = self.members.read(name)
        except ReadError as error:
            if error.code == "READ-DAMAGED":
                return None
            raise
        return _parsed(data, name)

    def _relations(self, folder: str, name: str) -> list[tuple[str, str, str, bool]]:
        """(last word of the type, target, id, external) of each relationship."""
        root = self._optional(name)
        out = []
        for node in () if root is None else root.iter(_RELATION):
            target = node.get("Target") or ""
            external = node.get("TargetMode") == "External"
            if not external:
                target = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
            out.append(((node.get("Type") or "").rpartition("/")[2], target, node.get("Id") or "", external))
        return out


def _parsed(data: bytes, name: str) -> Element | None:
    """The root of a part, ``None`` when it is not well-formed."""
    try:
        return parse(data, name)
    except ReadError as error:
        if error.code == "READ-DAMAGED":
            return None
        raise
