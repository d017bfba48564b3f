"""What of a page was not read: other pages of one article, frames, hidden cards, scripts that bring the text, a download that broke off."""

from __future__ import annotations

import re
from typing import Final

from auditor.model.source import Problem
from auditor.read.html.frames import unfilled
from auditor.read.html.furniture import Article, hides_tables
from auditor.read.html.page import Element, is_hidden
from auditor.read.html.tree import left_open
from auditor.read.html.walk import SKIPPED

_PAGES: Final = re.compile(r"createPage(?:HTML|Html|html)?\s*\(\s*[\"']?(\d{1,4})[\"']?\s*,\s*[\"']?(\d{1,4})")
_NEXT: Final = re.compile(r"\s*[\[【(（]?\s*(?:下一页|下页|后一页|第二页|next\s*page)\s*[>»›→\]】)）]*\s*", re.IGNORECASE)
_NOWHERE: Final = ("", "#", "javascript:;", "javascript:void(0)", "javascript:void(0);")
_OPENED: Final = re.compile(r"<(?:html|body)[\s>]", re.IGNORECASE)
_CLOSED: Final = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
_BRIEF: Final = 100

Found = tuple[tuple[Problem, ...], tuple[Problem, ...]]


def unread_parts(root: Element, text: str, article: Article, embedded: int) -> Found:
    """(certain, doubtful) problems of what the page shows elsewhere, on request, or would have shown had it been saved whole."""
    certain: list[Problem] = []
    doubts: list[Problem] = []
    if left_open(text):
        certain.append(Problem(code="READ-TRUNCATED", details={"what": "html"}))
    elif _OPENED.search(text) and not _CLOSED.search(text):
        doubts.append(_part("cut"))
    pages = _PAGES.search(text)
    if pages is not None and int(pages[1]) > 1:
        certain.append(_part("pages", page=str(int(pages[2]) + 1), pages=pages[1]))
    elif any(_leads_on(link) for link in root.iter("a")):
        doubts.append(_part("pages", page="?", pages="?"))
    frames = unfilled(root)
    if frames and (article.evidence == 0 or next(root.iter("frameset"), None) is not None):
        certain.append(_part("frame", what=frames[0]))
    elif frames and embedded:
        doubts.append(_part("frame", what=frames[0]))
    elif article.evidence == 0 and next(root.iter("script"), None) is not None and _shown_length(root) < _BRIEF:
        certain.append(_part("script"))
    if hides_tables(root):
        doubts.append(_part("hidden", what="table"))
    return tuple(certain), tuple(doubts)


def _part(cause: str, **details: str) -> Problem:
    return Problem(code="READ-PART", details={"cause": cause, **details})


def _leads_on(link: Element) -> bool:
    return _NEXT.fullmatch("".join(link.itertext())) is not None and (link.get("href") or "").strip().lower() not in _NOWHERE


def _shown_length(root: Element) -> int:
    """Characters that the page shows, counted up to a few more than :data:`_BRIEF`."""
    length = 0
    stack = [root]
    while stack and length < _BRIEF:
        node = stack.pop()
        length += len((node.text or "").strip())
        for child in node:
            length += len((child.tail or "").strip())
            if isinstance(child.tag, str) and child.tag not in SKIPPED and not is_hidden(child):
                stack.append(child)
    return length
