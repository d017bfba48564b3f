"""How a legal basis is printed.

A basis on a card is ``<source id>`` or ``<source id>:<place>``. A place that is a number is an article, with ``/2`` for
paragraph 2 (款) and ``#4`` for item 4 (项): ``SRC-01:50/1#4``. Any other place is printed as it stands: ``SRC-03:（四）明确责任``.
"""

from __future__ import annotations

from auditor.model.rulebook import Rulebook
from auditor.text.patterns import re_pattern
from auditor.text.words import numbered, say

_ARTICLE = re_pattern(r"(?P<article>\d+)(?:/(?P<paragraph>\d+))?(?:#(?P<item>\d+))?$")


def source_id(basis: str) -> str:
    """The source a basis names: ``SRC-01:50`` → ``SRC-01``."""
    return basis.partition(":")[0]


def cite(rulebook: Rulebook, basis: str, lang: str = "zh") -> str:
    """A basis as people read it: 《政府信息公开条例》第五十条第一款第（四）项. An unknown source is returned as it is."""
    name, _, place = basis.partition(":")
    source = rulebook.sources.get(name)
    if source is None:
        return basis
    title = source.cite.said(lang)
    if not place:
        return title
    article = _ARTICLE.match(place)
    if article is None:
        return say(rulebook.words, lang, "language.other_basis", title=title, place=place)
    parts = {name: int(value) for name, value in article.groupdict().items() if value}
    return title + "".join(numbered(rulebook.words, lang, name, **{name: number}) for name, number in parts.items())


_DUE = "{}-03-31"
_FALLBACK = "P-PRACTICE"


def in_force(rulebook: Rulebook, basis: tuple[str, ...], year: int | None) -> tuple[str, ...]:
    """What a finding on a report of this year may cite: nothing issued after the report was due or replaced before, and local
    notices only where nothing else is left. Where nothing at all is left it is drafting practice. All of it without a year.
    """
    kept = basis if year is None else tuple(entry for entry in basis if _governs(rulebook, entry, year))
    if not kept:
        kept = (_FALLBACK,) if _FALLBACK in rulebook.sources else ()
    national = tuple(entry for entry in kept if (source := rulebook.sources.get(source_id(entry))) is None or source.tag != "L")
    return national or kept


def _governs(rulebook: Rulebook, basis: str, year: int) -> bool:
    """Whether the source was there when the report of ``year`` was due (31 March of the next year) and not replaced by then."""
    source = rulebook.sources.get(source_id(basis))
    if source is None:
        return True
    due = _DUE.format(year + 1)
    begins = max(_latest(source.issued), _latest(source.in_force))
    return begins <= due and not (source.until and _latest(source.until) <= due)


def _latest(date: str) -> str:
    """The last day a date or a year can mean: ``2019`` is ``2019-12-31``. Empty stays empty."""
    return f"{date}-12-31" if len(date) == len("2019") else date
