"""Footnotes in words: how each number of an item was made, and from which cells, reports or findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from auditor.model.brief import Brief, BriefEvidence, Figure, Item, figures_of
from auditor.model.rulebook import Rulebook
from auditor.text.words import say

_SHORT = 4
"""Pieces of evidence up to which a footnote names them itself."""


def noted(brief: Brief) -> Iterator[Item]:
    """All items with a footnote, in order."""
    for part in brief.parts:
        for item in part.items:
            if item.note:
                yield item


def how_text(figure: Figure, rulebook: Rulebook, lang: str) -> str:
    """合计，24 项，对照 24 项."""
    words = rulebook.words
    how = say(words, lang, f"brief.how.{figure.how}")
    text = say(words, lang, "brief.how.items", how=how, count=len(figure.of))
    return text + (say(words, lang, "brief.how.base_items", count=len(figure.base)) if figure.base else "")


def evidence_text(evidence: BriefEvidence, rulebook: Rulebook, lang: str, *, short: bool = False) -> str:
    """机关 · 年度 · 栏目 · 数值 · 位置; ``short`` leaves out what a list under one number repeats."""
    parts = [evidence.agency or evidence.path]
    if not short and evidence.year is not None:
        parts.append(str(evidence.year))
    if evidence.label and not (short and evidence.kind == "report"):
        parts.append(evidence.label)
    if evidence.value is not None:
        parts.append(_value(evidence))
    if evidence.place and not short:
        parts.append(evidence.place)
    return " · ".join(parts)


def is_short(item: Item) -> bool:
    """Whether the footnote itself can name all the evidence."""
    return all(len(figure.of) + len(figure.base) <= _SHORT for figure in figures_of(item)) and len(figures_of(item)) <= _SHORT


def figure_lines(item: Item, brief: Brief, rulebook: Rulebook, lang: str) -> Iterator[tuple[Figure, str, str]]:
    """For each number of an item: the number, how it was made, and the whole of its evidence in one text."""
    for figure in figures_of(item):
        yield figure, how_text(figure, rulebook, lang), evidence_list(figure, brief, rulebook, lang)


def evidence_list(figure: Figure, brief: Brief, rulebook: Rulebook, lang: str) -> str:
    """The evidence of a number one after another; cells of one label under it, so that sixty agencies take a few lines."""
    words = rulebook.words
    text = _grouped([brief.evidence[place] for place in figure.of], rulebook, lang)
    if figure.base:
        base = _grouped([brief.evidence[place] for place in figure.base], rulebook, lang)
        text += f" ｜ {say(words, lang, 'brief.how.base')}: {base}"
    return text


def _grouped(evidence: Sequence[BriefEvidence], rulebook: Rulebook, lang: str) -> str:
    groups: dict[tuple[str, int | None], list[str]] = {}
    for one in evidence:
        name = one.agency or one.path
        entry = f"{name} {_value(one)}" if one.kind == "cell" else name
        groups.setdefault((one.label if one.kind in ("cell", "finding") else "", one.year), []).append(entry)
    join = say(rulebook.words, lang, "brief.join")
    told = []
    for (label, year), entries in groups.items():
        head = " ".join(part for part in (str(year) if year is not None else "", label) if part)
        told.append(f"{head}: {join.join(entries)}" if head else join.join(entries))
    return say(rulebook.words, lang, "language.semicolon").join(told)


def _value(evidence: BriefEvidence) -> str:
    if evidence.value is None:
        return evidence.printed or "—"
    text = format(evidence.value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
