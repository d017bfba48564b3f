"""Pages: the article with its tables, title, date and attachments, out of the site's furniture.

Anchors are XPaths from the root of :func:`auditor.read.html.page.parse_page`: of the block for paragraphs, of the cell in tables.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final

from auditor.model.document import Document
from auditor.model.source import Source
from auditor.read.html.address import Addresses
from auditor.read.html.controls import filled_by_script
from auditor.read.html.furniture import ATTACHMENT, Article, find_article, is_page_line, lift, reveal
from auditor.read.html.page import Element, is_hidden, parse_page
from auditor.read.html.sheets import apply_sheets, has_sheets, linked_sheets
from auditor.read.html.unread import unread_parts
from auditor.read.html.walk import SKIPPED, Walker, settle
from auditor.read.pieces import Para, Piece, to_blocks
from auditor.text.chars import squeeze

_TITLE_NAMES: Final = ("articletitle", "og:title")
_DATE_NAMES: Final = ("pubdate", "publishdate", "publish_date", "article:published_time", "publishtime")
_DATE: Final = re.compile(r"((?:19|20)\d\d)\s*[-/年.]\s*(\d{1,2})\s*[-/月.]\s*(\d{1,2})")
_PRINTED_DATE: Final = re.compile(
    r"(?:发布|发文|公开|发稿|生成|成文)(?:日期|时间)(?:<[^>]{0,200}>|&nbsp;|[\s:：\]】\u3000\xa0]){0,20}" + _DATE.pattern
)
_SITE: Final = re.compile(r"\s*[_|｜]\s*|\s+[-–—]+\s+|--+")
_SHORT_TITLE: Final = 6
_LONG_TITLE: Final = 80


def read_html(
    data: bytes,
    source: Source,
    base: Path | None = None,
    parts: Mapping[str, bytes] | None = None,
    address: str = "",
    sheets: Mapping[str, bytes] | None = None,
) -> Document:
    """The document of a page's bytes.

    ``base`` is the folder the page was saved in; nothing is read from it, attachments that exist there get their path. ``parts`` are the
    pages of its frames by address, ``address`` its own, ``sheets`` the style sheets it links to by their addresses. Raises
    :class:`ReadError` ``READ-EMPTY``, :class:`LimitError` ``READ-LIMIT`` (size, depth, cells).
    """
    root, text, problems = parse_page(data, parts, address)
    given = linked_sheets(root, sheets or {}, address)
    all_rules = apply_sheets(root, given)
    article = find_article(root)
    if reveal(root, article):
        article = find_article(root)
    path = Addresses(root).of
    walker = Walker(path, article.leaves_out, filled_by_script(root), told_apart=not all_rules or (not given and has_sheets(root)))
    meta = _meta(root)
    pieces = [piece for piece in walker.read(lift(article.main)) if not (isinstance(piece, Para) and is_page_line(piece.text))]
    printed = _title_before(root, article, meta)
    title = _title(root, meta, [*printed, *pieces])
    certain, doubts = unread_parts(root, text, article, walker.embedded)
    return Document(
        source=source,
        engine="html",
        blocks=to_blocks([*printed, *pieces]),
        title=title,
        published=_published(meta, text),
        images=walker.images,
        attachments=tuple(_attachments(root, base)),
        residues=tuple(walker.residues),
        problems=(*problems, *certain),
        doubts=doubts,
    )


def _meta(root: Element) -> dict[str, str]:
    """Contents of ``<meta>`` by lower-case name or property; the first of each."""
    found: dict[str, str] = {}
    for node in root.iter("meta"):
        name = (node.get("name") or node.get("property") or "").lower()
        content = (node.get("content") or "").strip()
        if name and content:
            found.setdefault(name, content)
    return found


def _page_title(root: Element) -> str:
    node = next(root.iter("title"), None)
    return "" if node is None else " ".join("".join(node.itertext()).split())


def _title(root: Element, meta: dict[str, str], pieces: list[Piece]) -> str | None:
    """Title by the content system, else the page's title without the site's name, else the first headings."""
    for name in _TITLE_NAMES:
        if name in meta:
            return meta[name]
    heads = [piece.text for piece in pieces if isinstance(piece, Para) and piece.level == 1]
    whole = _page_title(root)
    first = _SITE.split(whole)[0].strip()
    joined = "".join(heads[:2])
    if first and (not heads or squeeze(heads[0]) in squeeze(first) or squeeze(first) in squeeze(joined)):
        return first
    return (heads[0].replace("\n", "") if heads else whole) or None


def _title_before(root: Element, article: Article, meta: dict[str, str]) -> list[Piece]:
    """The printed title where it stands before the article's element: an ``h1``, or a short block that the page's title repeats."""
    if article.main.tag == "body" or any(True for _ in article.main.iterdescendants("h1")):
        return []
    known = [squeeze(text) for text in (*(meta.get(name, "") for name in _TITLE_NAMES), _page_title(root)) if text]
    for node in root.iter("h1", "h2", "h3", "div", "p", "td", "span", "strong", "b"):
        if node is article.main:
            break
        if node in article.holders:
            continue
        text = " ".join(line.strip() for line in settle("".join(_shown(node)))).strip()
        key = squeeze(text)
        repeated = len(key) >= _SHORT_TITLE and any(key in title for title in known)
        if (node.tag == "h1" and text and not _linked(node)) or (repeated and len(text) <= _LONG_TITLE and not _linked(node)):
            if any(article.leaves_out(upper) for upper in (node, *node.iterancestors())):
                continue
            return [Para(text, root.getroottree().getpath(node), 1)]
    return []


def _shown(node: Element) -> Iterator[str]:
    """Text below a node, with breaks, without scripts and hidden parts."""
    if node.text:
        yield node.text
    for child in node:
        if child.tag == "br":
            yield "\v"
        elif isinstance(child.tag, str) and child.tag not in SKIPPED and not is_hidden(child):
            yield from _shown(child)
        if child.tail:
            yield child.tail


def _linked(node: Element) -> bool:
    return any(True for _ in node.iterdescendants("a")) or any(upper.tag == "a" for upper in node.iterancestors())


def _published(meta: dict[str, str], text: str) -> str | None:
    """ISO date of publication by the content system, else the one printed beside 发布日期 and the like; ``None`` when impossible."""
    matches = [_DATE.search(meta[name]) for name in _DATE_NAMES if name in meta]
    matches.append(_PRINTED_DATE.search(text))
    for match in matches:
        if match:
            try:
                return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
            except ValueError:
                continue
    return None


def _attachments(root: Element, base: Path | None) -> Iterator[tuple[str, str]]:
    """(text, target) of links and frames that lead to documents, each target once."""
    seen: set[str] = set()
    for node in root.iter("a", "iframe", "embed", "object"):
        target = (node.get("href") or node.get("src") or node.get("data") or "").strip()
        name = "".join(node.itertext()).strip() or (node.get("title") or "").strip()
        if not target or target in seen or target.startswith(("#", "javascript:", "data:")):
            continue
        if ATTACHMENT.search(target) or (node.tag == "a" and ATTACHMENT.search(name)):
            seen.add(target)
            yield name or posixpath.basename(target), _beside(target, base)


def _beside(target: str, base: Path | None) -> str:
    """The path of an attachment saved beside the page, else the target as written. Never leads out of the folder."""
    if base is None or ":" in target or target.startswith(("/", "\\")) or ".." in target.replace("\\", "/").split("/"):
        return target
    saved = base / target.split("?")[0].split("#")[0]
    return saved.as_posix() if saved.is_file() else target
