"""What each check kind takes: its parameters, its messages with their placeholders, and what it looks at.

A card that does not fit is refused when it is loaded (:mod:`auditor.rulebook.proof`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from msgspec import Struct

from auditor.check import kinds
from auditor.check.context import Context, Outcome
from auditor.check.registry import Sees
from auditor.model.formats import Format, TableId


class EquationParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``each`` = ``column``: sides name rows; ``row``: they name columns; without it they name cells."""

    table: TableId
    left: tuple[str, ...]
    right: tuple[str, ...]
    each: Literal["column", "row"] | None = None
    quantity: str = "total"


class Pair(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two cells of which the first must not be larger."""

    small: str
    large: str


class AtMostParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Pairs of cells of one table."""

    table: TableId
    pairs: tuple[Pair, ...]


class TableParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table."""

    table: TableId


@dataclass(frozen=True, slots=True)
class Kind:
    """A check kind. ``messages``: placeholders by message; ``optional``: messages that a card may leave out.

    ``faults`` tells what the types of ``params`` cannot: (key, code of ``pack.*`` messages, what was found).
    """

    function: Callable[[Context], Outcome]
    params: type[Struct]
    messages: Mapping[str, frozenset[str]]
    optional: frozenset[str] = frozenset()
    sees: Sees = Sees.ONE_REPORT
    faults: Callable[[Any, tuple[Format, ...]], Iterator[tuple[str, str, str]]] = field(default=lambda params, formats: iter(()))


def _names(*words: str) -> frozenset[str]:
    return frozenset(words)


def _equation_faults(params: EquationParams, formats: tuple[Format, ...]) -> Iterator[tuple[str, str, str]]:
    tables = [table for form in formats if (table := form.table(params.table)) is not None]
    rows = {row.key for table in tables for row in table.rows} | {f"group:{group.key}" for table in tables for group in table.groups}
    columns = {column.key for table in tables for column in table.columns}
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


def is_cell(name: str, formats: tuple[Format, ...]) -> bool:
    """Whether some form has this cell: ``t3.granted.total``, ``t4.review_total``, ``st.req_received``."""
    parts = name.split(".")
    depth = 2 if parts[0] in ("t4", "st") else 3
    return len(parts) == depth and any(form.has(name) for form in formats)


KINDS: Final[dict[str, Kind]] = {
    "equation": Kind(
        kinds.equation,
        EquationParams,
        {
            name: _names("place", "left_terms", "right_terms", "left_sum", "right_sum", "left", "right", "difference", "cells")
            for name in ("unequal", "blank", "jointly")
        }
        | {"question": _names()},
        optional=_names("question"),
        faults=_equation_faults,
    ),
    "at_most": Kind(
        kinds.at_most,
        AtMostParams,
        {"larger": _names("small", "large", "small_value", "large_value")},
        faults=_at_most_faults,
    ),
    "non_negative_integer": Kind(
        kinds.non_negative_integer,
        TableParams,
        {name: _names("cell", "printed", "value") for name in ("negative", "fraction")},
    ),
}
