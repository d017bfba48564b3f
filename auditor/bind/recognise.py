"""Is it an annual report, the empty form, a look-alike, or something else?"""

from __future__ import annotations

from collections.abc import Sequence

from auditor.bind.identity import Identity, compiled
from auditor.bind.lexicon import Lexicon
from auditor.bind.sections import Prose
from auditor.model.binding import BindingWords
from auditor.model.document import Block, Document, Table
from auditor.model.report import DocumentKind, Fact, TableFound
from auditor.text.chars import squeeze

_LONGEST_LINE = 200
_FORM_PROSE = 260
_FEWEST_LABELS = {"t2": 4, "t3": 6, "t4": 5}


def recognise(
    document: Document, identity: Identity, prose: Prose, tables: Sequence[TableFound], facts: Sequence[Fact], words: BindingWords
) -> DocumentKind:
    """The kind of a document, by its title first, then by its sections and tables."""
    sections = [section for section in prose.sections if section.key is not None]
    if _is_blank_form(sections, prose, tables, facts):
        return "blank_form"
    title = squeeze(identity.title.text) if identity.title is not None else ""
    heads = (
        [title, squeeze(document.title or "")] if title else [squeeze(document.title or ""), *(squeeze(p.text) for p in prose.passages[:3])]
    )
    heads = [head for head in heads if head and len(head) <= 120]
    statutory = len(sections) >= 3 or (len(tables) >= 2 and bool(facts))
    if any(compiled(pattern).search(head) for head in heads[:2] for pattern in words.partial_year) and not title:
        return "other"
    if any(compiled(pattern).search(head) for head in heads[:1] for pattern in words.lookalikes) and len(sections) < 4 and not tables:
        return "other"
    if not title and any(compiled(pattern).search(head) for head in heads for pattern in words.lookalikes) and len(sections) < 4:
        return "other"
    if statutory or (identity.title_found and (sections or tables or len(prose.passages) >= 3)):
        return "annual_report"
    if identity.title_found and (document.attachments or document.images):
        return "annual_report"
    if sections or tables or identity.title_found:
        return "annual_report" if identity.year is not None and (len(sections) >= 2 or tables) else "unknown"
    return "other" if sum(len(passage.text) for passage in prose.passages) >= 100 else "unknown"


def _is_blank_form(sections: Sequence[object], prose: Prose, tables: Sequence[TableFound], facts: Sequence[Fact]) -> bool:
    """All cells of at least two tables empty and next to no text: the form as agencies receive it."""
    if len(tables) < 2 or not facts or any(fact.state not in ("blank", "dash") for fact in facts):
        return False
    written = sum(len(squeeze(p.text)) for p in prose.passages if p.heading == 0 and p.section not in ("s0_preamble", None))
    return written < _FORM_PROSE


def unread_tables(blocks: Sequence[Block], used: frozenset[int], tables: Sequence[TableFound], lexicon: Lexicon) -> tuple[str, ...]:
    """Tables of the form whose labels are printed in the document although no table could be bound: unread, never missing."""
    present = {found.id for found in tables}
    seen: dict[str, set[str]] = {}
    for index, block in enumerate(blocks):
        if index in used:
            continue
        texts = [cell.text for cell in block.cells] if isinstance(block, Table) else block.text.split("\n")
        for text in texts:
            if len(text) > _LONGEST_LINE:
                continue
            for part in (text, *text.split()):  # a label, or a row whose cells only spaces part
                owners = lexicon.look_up(part)
                names = {entry.table for entry in owners}
                if len(names) == 1:
                    seen.setdefault(names.pop(), set()).add(owners[0].key)
    return tuple(table for table, fewest in _FEWEST_LABELS.items() if table not in present and len(seen.get(table, ())) >= fewest)
