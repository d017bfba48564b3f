"""What of a page is the article and what is the site around it, told by shape: amount of text, tables, links, generic names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from auditor.errors import LimitError
from auditor.read.html.page import Element, is_hidden
from auditor.read.html.sheets import SHOWN
from auditor.read.html.walk import SKIPPED
from auditor.read.limits import XML_DEPTH
from auditor.text.tokens import MAIN_NUMBER

ATTACHMENT: Final = re.compile(r"\.(?:pdf|docx?|wps|xlsx?|et|ofd|zip|rar|7z)(?:$|[?#&])", re.IGNORECASE)

_NAMES: Final = re.compile(
    r"(?:^|[\W_])(?:nav\w*|menu|crumbs?|breadcrumbs?|position|foot|footer|copyright|bdshare\w*|share|related|rel|sidebar|toolbar|tools?|"
    r"pagination|friendlinks?|recommend|qrcode|banner|search\w*|login)(?:$|[\W_])",
    re.IGNORECASE,
)
_TAGS: Final = frozenset(("nav", "footer", "aside"))
_TEXT_BLOCKS: Final = frozenset(("p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "dd", "dt", "blockquote"))
_HOLDERS: Final = frozenset(("div", "td", "th", "article", "section", "main", "body", "form", "center", "table", "li", "dd"))
_INNER_OF_TABLE: Final = frozenset(("tr", "tbody", "thead", "tfoot"))
_LONG: Final = 60
_MANY_CELLS: Final = 12
_MANY_ROWS: Final = 3
_FEW: Final = 3
# Lines a content system prints above or below an article.
_PAGE_LINE: Final = re.compile(
    r"浏览次数|浏览量|点击数|点击率|点击量|阅读次数|阅读量|访问次数|访问量|字体[:：]|字号[:：]|分享到|【打印|打印本页|信息来源[:：]"
)
_PAGE_LINE_LENGTH: Final = 150


@dataclass(slots=True)
class Article:
    """The element that holds the article, and its ancestors-in-evidence: elements on the way to what makes it an article."""

    main: Element
    holders: set[Element] = field(default_factory=set)
    evidence: int = 0
    """How many tables, headings and long paragraphs make it an article."""

    def leaves_out(self, node: Element) -> bool:
        """Whether an element inside the article is furniture: so named, or mostly links, and without anything of the article."""
        if node in self.holders or node is self.main:
            return False
        if _named(node):
            return True
        if node.tag in ("ul", "ol", "div", "dl"):
            links = node.findall(".//a")
            if len(links) > 1 and not any(ATTACHMENT.search(link.get("href") or "") for link in links):
                linked = sum(len("".join(link.itertext()).strip()) for link in links)
                return linked * 2 > len("".join("".join(node.itertext()).split()))
        return False


def find_article(root: Element) -> Article:
    """The smallest element holding all tables of some size, numbered headings and long paragraphs that are no links.

    The body when there are none. Raises :class:`LimitError` for pages nested too deeply.
    """
    body = root.find("body")
    body = root if body is None else body
    evidence: list[Element] = []
    doubtful: list[Element] = []
    _collect(body, evidence, doubtful, 0)
    evidence = evidence or doubtful
    if not evidence:
        return Article(body)
    chains = [[node, *node.iterancestors()][::-1] for node in evidence]
    shared = chains[0]
    for chain in chains[1:]:
        same = 0
        for one, other in zip(shared, chain, strict=False):
            if one is not other:
                break
            same += 1
        shared = shared[:same]
    main = shared[-1]
    while main is not body and (main.tag not in _HOLDERS or (main.tag == "table" and main in evidence) or main.tag == "li"):
        parent = main.getparent()
        if parent is None:
            break
        main = parent
    return Article(main, {node for chain in chains for node in chain}, len(evidence))


def reveal(root: Element, article: Article) -> bool:
    """Shows what the page's script shows: a hidden element that holds an article, where nothing else of the page is one. ``True``: done."""
    if article.evidence >= _FEW or any(node.tag == "table" for node in article.holders):
        return False
    done = False
    for node in root.iter():
        if not isinstance(node.tag, str) or node.tag in SKIPPED or not is_hidden(node):
            continue
        before, hidden = node.get(SHOWN), node.attrib.pop("hidden", None)
        node.set(SHOWN, "")
        found: list[Element] = []
        _collect(node, found, found, 0)
        if len(found) >= _FEW or any(entry.tag == "table" for entry in found):
            done = True
            continue
        if before is None:
            del node.attrib[SHOWN]
        else:
            node.set(SHOWN, before)
        if hidden is not None:
            node.set("hidden", hidden)
    return done


def hides_tables(root: Element) -> bool:
    """Whether a table of some size stands in a part of the page that is not shown, such as the other cards of a set of tabs."""
    return any(any(map(is_hidden, (table, *table.iterancestors()))) and _is_data(table) for table in root.iter("table"))


def is_page_line(text: str) -> bool:
    """Whether a paragraph is a line of the content system (source, hits, font size), not of the article."""
    return len(text) < _PAGE_LINE_LENGTH and "。" not in text and _PAGE_LINE.search(text) is not None


def _named(node: Element) -> bool:
    if node.tag in _TAGS:
        return True
    names = f"{node.get('class') or ''} {node.get('id') or ''}"
    return names != " " and _NAMES.search(names) is not None


def _collect(node: Element, evidence: list[Element], doubtful: list[Element], depth: int) -> None:
    """Adds what makes an article; what little stands in elements named like furniture is only ``doubtful``."""
    if depth > XML_DEPTH:
        raise LimitError("READ-LIMIT", limit="depth", allowed=str(XML_DEPTH))
    if _is_text(node.text or ""):
        evidence.append(node)
    for child in node:
        tag = child.tag
        if not isinstance(tag, str):
            continue
        if tag not in SKIPPED and tag != "a" and tag not in _TAGS and not is_hidden(child):
            if tag == "table" and next(child.iterdescendants("table"), None) is None and _is_data(child):
                evidence.append(child)
            elif tag in _TEXT_BLOCKS and next(child.iterdescendants("table"), None) is None:
                if _is_text(_unlinked(child)):
                    evidence.append(child)
            else:
                found: list[Element] = []
                _collect(child, found, doubtful, depth + 1)
                few = len(found) < _FEW and not any(entry.tag == "table" for entry in found)
                (doubtful if found and few and _named(child) else evidence).extend(found)
        if child.tail and _is_text(child.tail):
            evidence.append(node)


def _is_text(text: str) -> bool:
    return len(text) > 2 and (MAIN_NUMBER.match(text) is not None or (len(text) > _LONG and "。" in text and len(text.strip()) > _LONG))


def _unlinked(node: Element) -> str:
    """Text of a block without that of its links."""
    parts = [node.text or ""]
    for child in node:
        if isinstance(child.tag, str) and child.tag != "a" and child.tag not in SKIPPED:
            parts += child.itertext() if next(child.iterdescendants("a"), None) is None else [_unlinked(child)]
        parts.append(child.tail or "")
    return "".join(parts)


def _is_data(table: Element) -> bool:
    """Whether a table without inner tables has the size of a table of figures and is no list of links."""
    rows = sum(1 for _ in table.iterdescendants("tr"))
    cells = sum(1 for _ in table.iterdescendants("td", "th"))
    if rows < _MANY_ROWS or cells < _MANY_CELLS or cells < rows * 3 // 2:
        return False
    return sum(1 for _ in table.iterdescendants("a")) * 3 < cells


def lift(main: Element) -> Element:
    """Rows and row groups stand for their table."""
    while main.tag in _INNER_OF_TABLE:
        main = main.getparent()
    return main
