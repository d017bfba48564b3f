"""What each check kind takes: its parameters, its messages with their placeholders, and what it looks at.

A card that does not fit is refused when it is loaded (:mod:`auditor.rulebook.proof`).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any, Literal

from msgspec import Struct, field

from auditor.check import kinds, kinds_more, kinds_tables, kinds_words
from auditor.check.coded.a_tables import complete
from auditor.check.coded.c_numbers import compare_numbers
from auditor.check.kind import KINDS, Kind, NoParams, declare, function_of, is_cell, names, pattern_faults
from auditor.model.axes import column_totals
from auditor.model.formats import Format, TableId
from auditor.model.rule import Severity, Text

__all__ = ["KINDS", "Kind", "NoParams", "declare", "function_of", "is_cell"]


class EquationParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``each`` = ``column``: sides name rows; ``row``: they name columns; without it they name cells."""

    table: TableId
    left: tuple[str, ...]
    right: tuple[str, ...]
    each: Literal["column", "row"] | None = None
    quantity: str = "total"


class CellPair(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two cells of which the first must not be larger."""

    small: str
    large: str


class AtMostParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Pairs of cells of one table."""

    table: TableId
    pairs: tuple[CellPair, ...]


class TableParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table."""

    table: TableId


class CompleteParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``essential``: rows or columns whose absence is worse."""

    table: TableId
    essential: tuple[str, ...] = ()


class CellComparison(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Σ ``left`` ``op`` Σ ``right`` + ``plus``."""

    left: tuple[str, ...]
    op: Literal["=", "<=", ">="]
    right: tuple[str, ...] = ()
    plus: int | float = 0


class CompareParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Comparisons over cells of one table."""

    table: TableId
    pairs: tuple[CellComparison, ...]


class ShareParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``most``: 0 to 1; ``least``: the whole from which on the rule looks."""

    table: TableId
    part: tuple[str, ...]
    whole: str
    most: float
    least: int = 0


class NamedPattern(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a text must speak of: its name for people, and the expression that finds it in text without spaces."""

    name: Text
    pattern: str


class CountedItem(NamedPattern, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same with the units of its number."""

    units: tuple[str, ...]


class PresentParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``sections``: keys of sections, none for all."""

    items: tuple[NamedPattern, ...]
    sections: tuple[str, ...] = ()


class StateParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``sections``: keys of sections, none for all."""

    items: tuple[CountedItem, ...]
    sections: tuple[str, ...] = ()


class PatternParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``sections``: keys of sections, none for all. The rest: :func:`auditor.check.kinds_more.absent_pattern`."""

    patterns: tuple[str, ...]
    sections: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    names_aside: bool = False
    each: Literal["sentence", "wording"] = "sentence"


class Saying(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is out of date in report years ``from`` to ``to``."""

    patterns: tuple[str, ...]
    unless: tuple[str, ...] = ()
    first: int | None = field(default=None, name="from")
    last: int | None = field(default=None, name="to")
    right: str = ""


class OutdatedParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Entries of :func:`auditor.check.kinds_words.outdated`."""

    entries: tuple[Saying, ...]


class YearParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Each pattern has a group ``year``."""

    patterns: tuple[str, ...]
    unless: tuple[str, ...] = ()


class NumberParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See :func:`auditor.check.kinds_words.private_number`; reaches in characters."""

    number: Literal["identity", "old_identity", "card", "mobile"]
    near: tuple[str, ...] = ()
    near_within: int = 15
    unless: tuple[str, ...] = ()
    unless_within: int = 20
    person: tuple[str, ...] = ()


class MarkedWords(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words and what is said where they stand."""

    message: str
    patterns: tuple[str, ...]
    severity: Severity | None = None
    quantity: str = ""


class MarkedParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See :func:`auditor.check.kinds_words.marked_words`."""

    entries: tuple[MarkedWords, ...]
    quoted: bool = True


class ProseNumbersParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table that an undecided comparison needs; ``none_issued``: see :func:`auditor.check.coded.c_numbers.compare_numbers`."""

    table: TableId
    none_issued: bool = False


class TablesParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Several tables."""

    tables: tuple[TableId, ...]


class RowBoundParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See :func:`auditor.check.kinds_tables.row_bound`."""

    table: TableId
    rows: tuple[str, ...]
    left: tuple[str, ...]
    right: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    cell: str | None = None


class PresupposesParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See :func:`auditor.check.kinds_tables.presupposes`."""

    table: TableId
    rows: tuple[str, ...]
    what: str
    any_of: tuple[tuple[str, ...], ...]
    cell: str | None = None


class HalfRowsParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``lacks``: what a row must not lack."""

    table: TableId
    lacks: Literal["parts", "total"]


class LengthParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Characters without spaces; one bound at least."""

    sections: tuple[str, ...]
    least: int | None = None
    most: int | None = None


class DateParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``latest``: MM-DD of the year after the report year."""

    latest: str


def _equation_faults(params: EquationParams, formats: tuple[Format, ...]) -> Iterator[tuple[str, str, str]]:
    tables = [table for form in formats if (table := form.table(params.table)) is not None]
    rows = {row.key for table in tables for row in table.rows} | {f"group:{group.key}" for table in tables for group in table.groups}
    columns = {column.key for table in tables for column in table.columns}
    columns |= {f"parts:{total}" for table in tables for total in column_totals(table)}
    for side in ("left", "right"):
        names: tuple[str, ...] = getattr(params, side)
        if not names:
            yield side, "empty", ""
        for name in names:
            if params.each == "column" and name not in rows:
                yield side, "no_row", name
            elif params.each == "row" and name not in columns:
                yield side, "no_column", name
            elif params.each is None:
                yield from _cell_fault(side, name, params.table, formats)


def _at_most_faults(params: AtMostParams, formats: tuple[Format, ...]) -> Iterator[tuple[str, str, str]]:
    if not params.pairs:
        yield "pairs", "empty", ""
    for pair in params.pairs:
        for name in (pair.small, pair.large):
            yield from _cell_fault("pairs", name, params.table, formats)


def _cell_fault(key: str, name: str, table: str, formats: tuple[Format, ...]) -> Iterator[tuple[str, str, str]]:
    if not is_cell(name, formats):
        yield key, "no_cell", name
    elif not name.startswith(table + "."):
        yield key, "other_table", name


def _compare_faults(params: CompareParams, formats: tuple[Format, ...]) -> Iterator[tuple[str, str, str]]:
    if not params.pairs or not all(pair.left for pair in params.pairs):
        yield "pairs", "empty", ""
    for pair in params.pairs:
        for name in (*pair.left, *pair.right):
            yield from _cell_fault("pairs", name, params.table, formats)


def _share_faults(params: ShareParams, formats: tuple[Format, ...]) -> Iterator[tuple[str, str, str]]:
    if not params.part:
        yield "part", "empty", ""
    for key, name in (*(("part", name) for name in params.part), ("whole", params.whole)):
        yield from _cell_fault(key, name, params.table, formats)
    if not 0 < params.most <= 1:
        yield "most", "range", f"{params.most}|0–1"
    if params.least < 0:
        yield "least", "range", f"{params.least}|≥ 0"


def _complete_faults(params: CompleteParams, formats: tuple[Format, ...]) -> Iterator[tuple[str, str, str]]:
    tables = [table for form in formats if (table := form.table(params.table)) is not None]
    known = {row.key for table in tables for row in table.rows} | {column.key for table in tables for column in table.columns}
    for name in params.essential:
        if name not in known:
            yield "essential", "no_row", name


def _text_faults(params: Any, formats: tuple[Format, ...]) -> Iterator[tuple[str, str, str]]:
    known = {section.key for form in formats for section in form.sections} | {"s0_preamble"}
    for name in params.sections:
        if name not in known:
            yield "sections", "no_section", name
    patterns = [("patterns", pattern) for pattern in getattr(params, "patterns", ())]
    patterns += [("items", item.pattern) for item in getattr(params, "items", ())]
    if not patterns and not isinstance(params, LengthParams):
        yield params.__struct_fields__[0], "empty", ""
    for key, pattern in patterns:
        yield from pattern_faults(key, (pattern,))
    yield from pattern_faults("unless", getattr(params, "unless", ()))
    for item in getattr(params, "items", ()):
        if not item.name.zh.strip() or not item.name.en.strip() or not getattr(item, "units", ("x",)):
            yield "items", "empty", ""


def _length_faults(params: LengthParams, formats: tuple[Format, ...]) -> Iterator[tuple[str, str, str]]:
    yield from _text_faults(params, formats)
    if not params.sections or (params.least is None and params.most is None):
        yield "least" if params.sections else "sections", "empty", ""
    for key in ("least", "most"):
        bound = getattr(params, key)
        if bound is not None and bound < 1:
            yield key, "range", f"{bound}|≥ 1"
    if params.least is not None and params.most is not None and params.least > params.most:
        yield "least", "range", f"{params.least}|≤ {params.most}"


def _date_faults(params: DateParams, formats: tuple[Format, ...]) -> Iterator[tuple[str, str, str]]:
    try:
        if len(params.latest) != 5:
            raise ValueError(params.latest)
        datetime.date.fromisoformat(f"2023-{params.latest}")
    except ValueError:
        yield "latest", "range", f"{params.latest}|MM-DD"


def _entry_faults(params: OutdatedParams | MarkedParams, formats: tuple[Format, ...]) -> Iterator[tuple[str, str, str]]:
    if not params.entries or not all(entry.patterns for entry in params.entries):
        yield "entries", "empty", ""
    for entry in params.entries:
        for name in ("patterns", "unless"):
            yield from pattern_faults("entries", getattr(entry, name, ()))


def _number_faults(params: NumberParams, formats: tuple[Format, ...]) -> Iterator[tuple[str, str, str]]:
    for name in ("near", "unless", "person"):
        yield from pattern_faults(name, getattr(params, name))


def _year_faults(params: YearParams, formats: tuple[Format, ...]) -> Iterator[tuple[str, str, str]]:
    if not params.patterns:
        yield "patterns", "empty", ""
    yield from pattern_faults("patterns", params.patterns)
    yield from pattern_faults("unless", params.unless)
    for pattern in params.patterns:
        if "(?P<year>" not in pattern:
            yield "patterns", "pattern", f"{pattern}: no group (?P<year>…)"


def _rows_faults(params: RowBoundParams | PresupposesParams, formats: tuple[Format, ...]) -> Iterator[tuple[str, str, str]]:
    tables = [table for form in formats if (table := form.table(params.table)) is not None]
    rows = {row.key for table in tables for row in table.rows}
    columns = {column.key for table in tables for column in table.columns}
    if not params.rows:
        yield "rows", "empty", ""
    for row in params.rows:
        if row not in rows:
            yield "rows", "no_row", row
    for column in _columns(params):
        if column not in columns:
            yield "left" if isinstance(params, RowBoundParams) else "any_of", "no_column", column
    if params.cell is not None and not any(form.has(params.cell) for form in formats):
        yield "cell", "no_cell", params.cell


def _columns(params: RowBoundParams | PresupposesParams) -> tuple[str, ...]:
    if isinstance(params, RowBoundParams):
        return (*params.left, *params.right, *params.less)
    return (params.what, *(column for group in params.any_of for column in group))


for _name, _kind in {
    "equation": Kind(
        kinds.equation,
        EquationParams,
        {
            name: names("place", "left_terms", "right_terms", "left_sum", "right_sum", "left", "right", "difference", "cells")
            for name in ("unequal", "blank", "jointly")
        }
        | {"question": names()},
        optional=names("question"),
        faults=_equation_faults,
    ),
    "at_most": Kind(
        kinds.at_most,
        AtMostParams,
        {"larger": names("small", "large", "small_value", "large_value")},
        faults=_at_most_faults,
    ),
    "complete_rows": Kind(
        complete,
        CompleteParams,
        {name: names("table", "items") for name in ("table", "block", "cells")},
        faults=_complete_faults,
    ),
    "compare": Kind(
        kinds_more.compare,
        CompareParams,
        {"differs": names("left", "right", "left_terms", "right_terms", "left_value", "right_value"), "question": names()},
        optional=names("question"),
        faults=_compare_faults,
    ),
    "share": Kind(
        kinds_more.share,
        ShareParams,
        {"dominates": names("cell", "value", "total", "share"), "question": names()},
        optional=names("question"),
        faults=_share_faults,
    ),
    "present": Kind(kinds_more.present, PresentParams, {"missing": names("items")}, faults=_text_faults),
    "absent_pattern": Kind(kinds_more.absent_pattern, PatternParams, {"found": names("printed", "sentence")}, faults=_text_faults),
    "must_state_number": Kind(kinds_more.must_state_number, StateParams, {"missing": names("items")}, faults=_text_faults),
    "text_length": Kind(
        kinds_more.text_length,
        LengthParams,
        {name: names("length", "limit") for name in ("short", "long")},
        optional=names("short", "long"),
        faults=_length_faults,
    ),
    "date": Kind(kinds_more.date, DateParams, {"late": names("published", "latest")}, faults=_date_faults),
    "non_negative_integer": Kind(
        kinds.non_negative_integer,
        TableParams,
        {name: names("cell", "printed", "value") for name in ("negative", "fraction")},
    ),
    "outdated": Kind(kinds_words.outdated, OutdatedParams, {"found": names("printed", "sentence", "year", "right")}, faults=_entry_faults),
    "report_year": Kind(kinds_words.report_year, YearParams, {"found": names("printed", "sentence", "year", "found")}, faults=_year_faults),
    "private_number": Kind(
        kinds_words.private_number,
        NumberParams,
        {"found": names("printed"), "person": names("printed")},
        optional=names("person"),
        faults=_number_faults,
    ),
    "marked_words": Kind(
        kinds_words.marked_words,
        MarkedParams,
        {},
        faults=_entry_faults,
        wording=lambda params: {entry.message: names("printed") if params.quoted else names() for entry in params.entries},
    ),
    "prose_numbers": Kind(
        compare_numbers,
        ProseNumbersParams,
        {name: names("clause", "quantity", "printed", "expected", "calculation") for name in ("beyond", "mismatch", "mismatch_any")},
        optional=names("one_column", "none"),
        wording=lambda params: (
            {"one_column": names("clause", "quantity", "printed", "expected", "calculation")}
            | ({"none": names("clause", "cell", "value", "calculation")} if params.none_issued else {})
        ),
    ),
    "table_present": Kind(kinds_tables.table_present, TableParams, {"missing": names("table")}),
    "no_empty_table": Kind(kinds_tables.no_empty_table, TablesParams, {"empty": names("table")}),
    "row_bound": Kind(
        kinds_tables.row_bound,
        RowBoundParams,
        {"fewer": names("row", "left_sum", "right_sum"), "question": names()},
        optional=names("question", "blank"),
        faults=_rows_faults,
        wording=lambda params: {name: names("row", "left_sum", "right_sum", *_columns(params)) for name in ("fewer", "blank")},
    ),
    "presupposes": Kind(
        kinds_tables.presupposes,
        PresupposesParams,
        {"nothing": names("row", "sum"), "question": names()},
        optional=names("question"),
        faults=_rows_faults,
        wording=lambda params: {"nothing": names("row", "sum", *_columns(params))},
    ),
    "half_rows": Kind(
        kinds_tables.half_rows,
        HalfRowsParams,
        {},
        wording=lambda params: {params.lacks: names("count", "rows")},
    ),
}.items():
    declare(_name, _kind)
