"""Is it an annual report, the empty form, a look-alike, or something else?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from auditor.bind.identity import ReportIdentity, compiled
from auditor.bind.lexicon import Lexicon
from auditor.bind.lookalike import is_lookalike
from auditor.bind.sections import Prose
from auditor.bind.wholeness import may_hide_a_report
from auditor.model.binding import BindingWords
from auditor.model.document import Block, Document, Table
from auditor.model.formats import Format
from auditor.model.report import DocumentKind, Fact, TableFound
from auditor.text.chars import label_key, squeeze
from auditor.text.patterns import re_pattern

_LONGEST_LINE = 200
_FORM_PROSE = 260
_MANY_FIGURES = 5
_DOUBTED_LABELS = 1
_FEWEST_LABELS = {"t2": 4, "t3": 6, "t4": 5}
_FEWEST_FIGURES = 8
_FILLED_TABLES = 2
_FIGURE = re_pattern(r"[+-]?[0-9０-９][0-9０-９,，.．]*")
_FEWEST_RUN_ON = {"t2": 3, "t3": 8, "t4": 6}
_SHORTEST_RUN_ON = 4


def recognise(
    document: Document, identity: ReportIdentity, prose: Prose, tables: Sequence[TableFound], facts: Sequence[Fact], words: BindingWords
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
    if not _has_filled_tables(tables, facts) and is_lookalike(document, identity, prose.passages, len(sections), words):
        return "other"
    if statutory or (identity.title_found and (sections or tables or len(prose.passages) >= 3)):
        return "annual_report"
    if identity.title_found and (document.attachments or document.images):
        return "annual_report"
    if sections or tables or identity.title_found:
        return "annual_report" if identity.year is not None and (len(sections) >= 2 or tables) else "unknown"
    if may_hide_a_report(document):
        return "unknown"
    return "other" if sum(len(passage.text) for passage in prose.passages) >= 100 else "unknown"


def _has_filled_tables(tables: Sequence[TableFound], facts: Sequence[Fact]) -> bool:
    """Whether figures stand in two tables of the form, or in the statistical table of earlier years."""
    filled = {fact.key.partition(".")[0] for fact in facts if fact.value is not None}
    return len(filled & {table.id for table in tables}) >= _FILLED_TABLES or "st" in filled


def _is_blank_form(sections: Sequence[object], prose: Prose, tables: Sequence[TableFound], facts: Sequence[Fact]) -> bool:
    """All cells of at least two tables empty and next to no text: the form as agencies receive it."""
    if len(tables) < 2 or not facts or any(fact.state not in ("blank", "dash") for fact in facts):
        return False
    written = sum(len(squeeze(p.text)) for p in prose.passages if p.heading == 0 and p.section not in ("s0_preamble", None))
    return written < _FORM_PROSE


def unread_tables(
    blocks: Sequence[Block], used: frozenset[int], prose: Prose, tables: Sequence[TableFound], form: Format | None, lexicon: Lexicon
) -> tuple[str, ...]:
    """Tables of the form that are printed in the document although none could be bound: unread, never missing.

    They show by their labels, or by bare figures below the heading of their section.
    """
    present = {found.id for found in tables}
    seen: dict[str, set[str]] = {}
    for index, block in enumerate(blocks):
        if index in used:
            continue
        texts = [cell.text for cell in block.cells] if isinstance(block, Table) else block.text.split("\n")
        for text in texts:
            if len(text) > _LONGEST_LINE:
                continue
            for part in dict.fromkeys((text, *text.split())):  # a label, or a row whose cells only spaces part
                owners = lexicon.look_up(part)
                names = {entry.table for entry in owners}
                if len(names) == 1:
                    seen.setdefault(names.pop(), set()).add(owners[0].key)
    # Figures side by side whose head could not be read may be a table of the form whose labels are in pieces.
    doubted = any(_is_headless(block) for index, block in enumerate(blocks) if index not in used)
    labelled = {table for table, fewest in _FEWEST_LABELS.items() if len(seen.get(table, ())) >= (_DOUBTED_LABELS if doubted else fewest)}
    figures: Counter[str | None] = Counter()
    for passage in prose.passages:
        figures[passage.section] += _bare_figures(passage.text)
    scattered = {table.id for table in form.tables if figures[table.section] >= _FEWEST_FIGURES} if form is not None else set()
    lacking = [table for table in _FEWEST_LABELS if table not in present]
    run_on = _run_on_labels(blocks, lexicon) if lacking else {}
    labelled |= {table for table in lacking if len(run_on.get(table, ())) >= _FEWEST_RUN_ON[table]}
    return tuple(table for table in lacking if table in labelled | scattered)


def _bare_figures(text: str) -> int:
    """How many figures a paragraph consists of; none where it holds a word as well."""
    words = text.replace("|", " ").split()
    return len(words) if all(_FIGURE.fullmatch(word) for word in words) else 0


def _run_on_labels(blocks: Sequence[Block], lexicon: Lexicon) -> dict[str, set[str]]:
    """Labels printed without any break between them and the text around them, by table: long ones that no other table has."""
    pieces = [cell.text for block in blocks for cell in (block.cells if isinstance(block, Table) else (block,))]
    text = "\n".join(map(label_key, pieces))
    found: dict[str, set[str]] = {}
    for form, entries in lexicon.entries.items():
        tables = {entry.table for entry in entries}
        if len(tables) != 1 or len(form) < _SHORTEST_RUN_ON or form not in text:
            continue
        table = tables.pop()
        if table != "t2" or entries[0].kind == "column":  # its rows (行政许可) are words of any text
            found.setdefault(table, set()).add(entries[0].key)
    return found


def _is_headless(block: Block) -> bool:
    """Whether a block is rows of many figures and next to no words, read without certainty."""
    if not isinstance(block, Table):
        return False
    printed = [cell for cell in block.cells if squeeze(cell.text)]
    figures = sum(1 for cell in printed if cell.text[-1:].isdigit())
    return any(cell.confidence < 1 for cell in printed) and figures >= _MANY_FIGURES and 2 * figures > len(printed)
