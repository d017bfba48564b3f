"""How a legal basis is printed.

A basis on a card is ``<source id>`` or ``<source id>:<place>``. A place that is a number is an article, with ``/2`` for
paragraph 2 (款) and ``#4`` for item 4 (项): ``SRC-01:50/1#4``. Any other place is printed as it stands: ``SRC-03:（四）明确责任``.
"""

from __future__ import annotations

import re

from auditor.model.rulebook import Rulebook

_ARTICLE = re.compile(r"(?P<article>\d+)(?:/(?P<paragraph>\d+))?(?:#(?P<item>\d+))?$")
_DIGITS = "零一二三四五六七八九"


def source_id(basis: str) -> str:
    """The source a basis names: ``SRC-01:50`` → ``SRC-01``."""
    return basis.partition(":")[0]


def cite(rulebook: Rulebook, basis: str, lang: str = "zh") -> str:
    """A basis as people read it: 《政府信息公开条例》第五十条第一款第（四）项. An unknown source is returned as it is."""
    name, _, place = basis.partition(":")
    source = rulebook.sources.get(name)
    if source is None:
        return basis
    title = source.cite.zh if lang == "zh" else source.cite.en
    if not place:
        return title
    article = _ARTICLE.match(place)
    if article is None:
        return f"{title}{place}" if lang == "zh" else f"{title}, {place}"
    number, paragraph, item = (article[name] for name in ("article", "paragraph", "item"))
    if lang == "zh":
        text = f"{title}第{chinese_number(int(number))}条"
        text += f"第{chinese_number(int(paragraph))}款" if paragraph else ""
        return text + (f"第（{chinese_number(int(item))}）项" if item else "")
    text = f"{title}, art. {number}"
    text += f" para. {paragraph}" if paragraph else ""
    return text + (f" item {item}" if item else "")


def in_force(rulebook: Rulebook, basis: tuple[str, ...], era: str | None) -> tuple[str, ...]:
    """What a finding on a report of this era may cite: no source of another era, and local notices only where nothing else is left."""

    def governs(entry: str) -> bool:
        source = rulebook.sources.get(source_id(entry))
        return source is None or era is None or not source.eras or era in source.eras

    kept = tuple(entry for entry in basis if governs(entry)) or basis
    national = tuple(entry for entry in kept if (source := rulebook.sources.get(source_id(entry))) is None or source.tag != "L")
    return national or kept


def chinese_number(value: int) -> str:
    """A number from 1 to 99 in Chinese: 50 → 五十, 12 → 十二."""
    tens, ones = divmod(value, 10)
    if tens == 0:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
