"""Document → Report: which blocks are tables of the form, what the prose says of itself, and what stands elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from auditor.bind.amount import within_limits
from auditor.bind.identity import read_identity, read_scope
from auditor.bind.lexicon import Lexicon, lexicon_of
from auditor.bind.recognise import recognise, unread_tables
from auditor.bind.repair import repaired
from auditor.bind.result import TableResult
from auditor.bind.retitled import place_retitled
from auditor.bind.sections import read_prose
from auditor.bind.segments import Segment, find_segments
from auditor.bind.stray import declare_stray_rows
from auditor.bind.tables import bind_table
from auditor.bind.wholeness import is_cut, wholeness, without_last_cell
from auditor.model.document import Block, Document, Heading, Paragraph, Table
from auditor.model.report import Fact, Report
from auditor.model.rulebook import Rulebook
from auditor.model.source import Problem, left_unread
from auditor.text.chars import clean, squeeze
from auditor.text.kept import count_texts

_LONG_CELL = 25
_PARTLY = ("BIND-ROW", "BIND-TABLE", "READ-INK", "READ-FORMULA")
"""Problems that leave a cell or a table unread."""


def _texts(block: Block) -> Iterator[str]:
    return (cell.text for cell in block.cells) if isinstance(block, Table) else iter((block.text,))


def bind(document: Document, rulebook: Rulebook) -> Report:
    """Bind one document. Nothing printed is changed; what finds no place is in ``unplaced`` or ``passages``.

    A document that is no report is bound as far as it goes and says so in ``document``.
    """
    lexicon = lexicon_of(rulebook)
    words = rulebook.binding
    sections = rulebook.newest.sections
    count_texts(len(text) for block in document.blocks for text in _texts(block))
    blocks = repaired(document.blocks, lexicon, words, sections)
    segments, used = find_segments(blocks, lexicon)
    prose_blocks, before_tables = _prose(blocks, used)
    draft = read_prose(prose_blocks, None, rulebook.newest, before_tables)
    identity = read_identity(document, prose_blocks, draft.passages, words)
    era = era_of_year(identity.year, rulebook)
    form = next((entry for entry in rulebook.formats if entry.id == era), None)
    expected = form.layout if form is not None and form.has_tables else None
    results = {table: _bind_table(table, segments, expected, rulebook, lexicon) for table in lexicon.axes}
    declare_stray_rows(blocks, used, results, rulebook, lexicon)
    if identity.year is None:
        era = _era_of_tables(results, rulebook)
        form = next((entry for entry in rulebook.formats if entry.id == era), None)
    fallback = rulebook.newest
    same = form is None or form.sections == fallback.sections
    prose = draft if same else read_prose(prose_blocks, form, fallback, before_tables)
    prose = place_retitled(prose, (form or fallback).sections, words.section_signs)
    prose, too_much = within_limits(prose)
    if too_much is not None:
        document = msgspec.structs.replace(document, problems=(*document.problems, too_much))
    scope, scope_evidence = read_scope(identity, prose.passages, words)
    tables = tuple(result.found for result in results.values() if result.found is not None)
    facts = tuple(fact for table, result in results.items() for fact in _in_order(table, result, rulebook))
    kind = recognise(document, identity, prose, tables, facts, words)
    problems = list(document.problems) + [problem for result in results.values() for problem in result.problems]
    whole = wholeness(document, prose, tables, form, kind, words.annexed)
    elsewhere = list(whole.elsewhere)
    problems += [*whole.problems, *_without_text(facts, document)]
    if is_cut(problems):
        facts = without_last_cell(facts, document.blocks)
    if kind == "annual_report":
        unread = unread_tables(blocks, used, prose, tables, form, lexicon)
        elsewhere = [*(table for table in elsewhere if table not in unread), *unread]
        problems += [Problem(code="BIND-TABLE", details={"table": table}) for table in unread]
    partly = is_partly_read(problems)
    partly = partly or any(fact.state == "unreadable" for fact in facts)
    return Report(
        source=document.source,
        status="unreadable" if any(p.fatal for p in document.problems) else "partly_read" if partly else "read",
        document=kind,
        title=identity.title,
        page_title=document.title,
        agency=identity.agency,
        agency_kind=identity.agency_kind,
        year=identity.year,
        years_seen=identity.years,
        era=era,
        layouts={found.id: found.layout for found in tables if found.id in ("t2", "t3")},
        scope=scope,
        scope_evidence=scope_evidence,
        periods=identity.periods,
        published=document.published,
        sections=prose.sections,
        passages=prose.passages,
        tables=tables,
        facts=facts,
        unplaced=tuple(entry for result in results.values() for entry in result.unplaced),
        residues=document.residues,
        elsewhere=tuple(elsewhere),
        problems=tuple(problems),
    )


def era_of_year(year: int | None, rulebook: Rulebook) -> str | None:
    """The format era that governs a report year, or ``None``."""
    form = rulebook.format_of_year(year)
    return form.id if form is not None else None


def _era_of_tables(results: dict[str, TableResult], rulebook: Rulebook) -> str | None:
    """Without a year, the era whose layout the tables have."""
    for table in ("t2", "t3", "st"):
        found = results[table].found
        if found is not None:
            return next((entry.id for entry in rulebook.formats if entry.layout == found.layout), None)
    return None


def _prose(blocks: Sequence[Block], used: frozenset[int]) -> tuple[list[Heading | Paragraph], frozenset[int]]:
    """Paragraphs outside the tables of the form (the prose of other tables included: pages laid out with tables).

    Also the indexes of those that a table of the form follows.
    """
    found: list[Heading | Paragraph] = []
    before_tables: set[int] = set()
    for index, block in enumerate(blocks):
        if not isinstance(block, Table):
            found.append(block)
        elif index in used:
            before_tables.add(len(found) - 1)
        else:
            cells = [cell for cell in block.cells if len(squeeze(cell.text)) >= _LONG_CELL or block.columns == 1]
            found += [Paragraph(text=cell.text, location=cell.location) for cell in cells if clean(cell.text)]
    return found, frozenset(before_tables)


def _bind_table(table: str, segments: Sequence[Segment], expected: str | None, rulebook: Rulebook, lexicon: Lexicon) -> TableResult:
    lines = tuple(line for segment in segments if segment.table == table for line in segment.lines)
    return bind_table(lines, lexicon.axes[table], expected, lexicon, rulebook.binding)


def _in_order(table: str, result: TableResult, rulebook: Rulebook) -> list[Fact]:
    """The facts of a table in the order of the form, rows and columns the form does not have after them."""
    if result.found is None:
        return []
    form = rulebook.table(table, result.found.layout)
    if form is None:
        return list(result.facts.values())
    columns = {column.key: number for number, column in enumerate(form.columns)}
    places = columns | {row.key: number for number, row in enumerate(form.rows)}

    def rank(fact: Fact) -> tuple[int, int]:
        _, first, *second = fact.key.split(".", 2)
        return places.get(first, 99), columns.get(second[0], 99) if second else 99

    return sorted(result.facts.values(), key=rank)


def is_partly_read(problems: Iterable[Problem]) -> bool:
    """Whether these problems say that something of the report was not read."""
    return any(problem.code in _PARTLY or left_unread(problem) for problem in problems)


def _without_text(facts: Sequence[Fact], document: Document) -> list[Problem]:
    """One problem a table for its cells in which something is seen and no text could be read, unless the reader named them."""
    named = {problem.location.anchor for problem in document.problems if problem.location is not None}
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.state == "unreadable" and not squeeze(fact.raw) and (fact.location.anchor is None or fact.location.anchor not in named):
            found.setdefault(fact.key.partition(".")[0], []).append(fact)
    return [Problem(code="READ-INK", details={"count": str(len(cells))}, location=cells[0].location) for cells in found.values()]
