"""Documents that resemble an annual report and are none: notices, rules, corrections, papers, reports of schools and companies.

Whether the document holds filled tables of the form is asked by the caller: what holds them is a report whatever it is called.
"""

from __future__ import annotations

from collections.abc import Sequence

from auditor.bind.identity import ReportIdentity, compiled, tight_title, title_tail
from auditor.model.binding import BindingWords
from auditor.model.document import Document
from auditor.model.report import Passage
from auditor.text.chars import squeeze

_LONGEST_HEAD = 120
_EARLY = 12
_LONGEST_PARAGRAPH = 3000
_LONGEST_TAIL = 25
_FEWEST_ARTICLES = 3
_FEWEST_SECTIONS = 3
_FEWEST_TITLES = 3


def is_lookalike(document: Document, identity: ReportIdentity, passages: Sequence[Passage], sections: int, words: BindingWords) -> bool:
    """Whether title, opening sentences or build say that this is another kind of document. ``sections``: those of the form found."""
    early = [squeeze(passage.text[:_LONGEST_PARAGRAPH]) for passage in passages[:_EARLY]]
    opening = [squeeze(p.text[:_LONGEST_PARAGRAPH]) for p in passages[:_EARLY] if p.section in ("s0_preamble", None)]
    clean = any(_is_clean(title, words) for title in identity.titles)
    if _is_continued(identity, words):
        return True
    if not (clean and sections >= _FEWEST_SECTIONS):
        if _titled(document, identity, early, words):
            return True
        if words.lookalike_preamble and any(compiled(words.lookalike_preamble).search(text) for text in opening):
            return True
    return (
        _is_sector(document, identity, opening or early, words)
        or _is_rule(passages, words)
        or (bool(words.papers) and any(compiled(words.papers).search(text) for text in early))
        or _is_index(document, identity, passages, sections, words)
    )


def _is_clean(title: str, words: BindingWords) -> bool:
    """Whether a line is the title of a report and nothing else."""
    tight = tight_title(title, words)
    return not _tailed(title, words) and not any(compiled(pattern).search(tight) for pattern in words.lookalikes)


def _tailed(title: str, words: BindingWords) -> bool:
    tail = title_tail(title, words)
    return bool(tail) and bool(words.title_tails) and compiled(words.title_tails).match(tail or "") is not None


def _titled(document: Document, identity: ReportIdentity, early: Sequence[str], words: BindingWords) -> bool:
    """Whether the title, or where there is none the first lines, name something else."""
    page = squeeze(document.title or "")
    if identity.title is not None:
        title = tight_title(identity.title.text, words)
        if _tailed(identity.title.text, words):
            return True
        heads = [title]
    else:
        heads = [page, *early[:3]]
    heads = [head for head in heads if head and len(head) <= _LONGEST_HEAD and any(mark in head for mark in words.lookalike_marks)]
    return any(compiled(pattern).search(head) for head in heads for pattern in words.lookalikes)


def _is_continued(identity: ReportIdentity, words: BindingWords) -> bool:
    """Whether the line below the title goes on with it and makes it another title: 有关问题整改情况的报告."""
    below = squeeze(identity.after)
    if identity.title is None or not words.title_tails or len(below) > _LONGEST_TAIL:
        return False
    if any(below.endswith(mark) for mark in (*words.heading_ends, ":")):
        return False
    return compiled(words.title_tails).match(below) is not None


def _is_sector(document: Document, identity: ReportIdentity, opening: Sequence[str], words: BindingWords) -> bool:
    """A school, hospital or company under its sector's rules, or the openness of a party, a village, a court."""
    title = tight_title(identity.title.text, words) if identity.title is not None else ""
    shown = title or squeeze(document.title or "") or next((text for text in opening[:2] if _is_head(text, words)), "")
    governmental = bool(words.government) and compiled(words.government).search(shown) is not None
    if shown and not governmental and words.sector_titles and compiled(words.sector_titles).search(shown):
        return True
    text = "\n".join(opening)
    named = bool(words.sector_rules) and compiled(words.sector_rules).search(text) is not None
    national = bool(words.national_law) and words.national_law in text
    body = bool(words.sector_bodies) and compiled(words.sector_bodies).search(identity.agency or "") is not None
    own = bool(words.sector_self) and compiled(words.sector_self).search(text) is not None
    if named and (body or (not governmental and (own or not national))):
        return True
    return bool(shown) and not governmental and not national and (body or own)


def _is_head(text: str, words: BindingWords) -> bool:
    """Whether a line may be a title: short, no sentence, about openness or a yearly report."""
    return len(text) <= _LONGEST_HEAD and not text.endswith(words.heading_ends) and any(mark in text for mark in words.lookalike_marks)


def _is_rule(passages: Sequence[Passage], words: BindingWords) -> bool:
    """Articles 第一条, 第二条 …: a local rule on annual reports."""
    if not words.articles:
        return False
    lines = (squeeze(line) for passage in passages for line in passage.text.split("\n"))
    return sum(1 for line in lines if compiled(words.articles).match(line)) >= _FEWEST_ARTICLES


def _is_index(document: Document, identity: ReportIdentity, passages: Sequence[Passage], sections: int, words: BindingWords) -> bool:
    """A list of reports, or a table of contents: no sentence in it, and nothing that could hold one (picture, attachment)."""
    if any("。" in passage.text or "；" in passage.text for passage in passages):
        return False
    if len({tight_title(title, words) for title in identity.titles}) >= _FEWEST_TITLES:
        return True
    elsewhere = document.attachments or document.images or document.problems
    return identity.title_found and sections >= _FEWEST_SECTIONS and not elsewhere
