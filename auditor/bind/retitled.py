"""Sections of the form that stand in their place under another title, told by what their text treats."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from auditor.bind.identity import compiled
from auditor.bind.sections import Prose
from auditor.model.formats import SectionFormat
from auditor.model.report import Passage, Section
from auditor.text.chars import squeeze


def place_retitled(prose: Prose, sections: tuple[SectionFormat, ...], signs: Mapping[str, str]) -> Prose:
    """The prose with each section that is missing by title bound to the heading that stands in its place.

    ``signs``: per section a pattern that its text or title must hold. The heading must carry the ordinal of the missing section and
    stand between its neighbours; its match becomes ``replaced``. Sections without signs are left as they are.
    """
    found = {section.key for section in prose.sections if section.key is not None}
    ordinals = {section.ordinal: section.key for section in sections}
    placed: dict[int, str] = {}
    for number, section in enumerate(prose.sections):
        key = ordinals.get(section.ordinal or 0)
        if section.key is not None or key is None or key in found or key not in signs:
            continue
        if not _between(prose.sections, number, sections):
            continue
        begin, end = _span(prose, number)
        text = squeeze(section.title) + "".join(squeeze(passage.text) for passage in prose.passages[begin:end])
        if compiled(signs[key]).search(text):
            placed[number] = key
    if not placed:
        return prose
    passages = list(prose.passages)
    for number, key in placed.items():
        begin, end = _span(prose, number)
        passages[begin:end] = [_moved(passage, key) for passage in passages[begin:end]]
    changed = tuple(
        msgspec.structs.replace(section, key=placed[number], match="replaced") if number in placed else section
        for number, section in enumerate(prose.sections)
    )
    return Prose(changed, tuple(passages), prose.starts)


def _moved(passage: Passage, key: str) -> Passage:
    return msgspec.structs.replace(passage, section=key)


def _span(prose: Prose, number: int) -> tuple[int, int]:
    """The passages of a section: index of the first and behind the last."""
    end = prose.starts[number + 1] if number + 1 < len(prose.starts) else len(prose.passages)
    return prose.starts[number], end


def _between(found: tuple[Section, ...], number: int, sections: tuple[SectionFormat, ...]) -> bool:
    """Whether the neighbours that are sections of the form have smaller and greater places."""
    places = {section.key: section.ordinal for section in sections}
    own = found[number].ordinal or 0
    before = [places[s.key] for s in found[:number] if s.key in places]
    after = [places[s.key] for s in found[number + 1 :] if s.key in places]
    return (not before or max(before) < own) and (not after or min(after) > own)
