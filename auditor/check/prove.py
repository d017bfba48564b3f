"""Proof of the rule book: whether all equations of a form can hold together, which say nothing new, which cells no equation looks at.

Exact arithmetic over the whole form, without any report:

- *contradicting*: equations that can hold together only if some cell is always 0. A form with such a cell could never be filled in; the
  smallest set of equations that forces it is named.
- *implied*: an equation that follows from the others. The official form has some on purpose (totals of totals); a local rule that is
  implied checks nothing new.
- *uncovered*: cells of the form in no equation. Only comparisons with the prose, other years or other reports can see them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from auditor.check.filling import Equation, solve
from auditor.check.identities import Identity, identities_on
from auditor.model.finding import Proved
from auditor.model.formats import Format, TableFormat
from auditor.model.report import TableFound
from auditor.model.rulebook import Rulebook
from auditor.model.source import Location


def prove(rulebook: Rulebook) -> tuple[Proved, ...]:
    """Every form with tables, in the order of the rule book."""
    return tuple(_proved(form, rulebook) for form in rulebook.formats if form.tables)


def _proved(form: Format, rulebook: Rulebook) -> Proved:
    identities = [one for table in form.tables for one in identities_on(_complete(table), table, rulebook, form.first_year)]
    cells = [key for table in form.tables for key in _cells(table)]
    seen = {key for identity in identities for key in identity.keys}
    forced = _forced_to_zero(identities)
    return Proved(
        form=form.id,
        equations=len(identities),
        cells=len(cells),
        contradicting=tuple(one.id for one in _conflict(identities, forced)) if forced else (),
        forced_zero=tuple(forced),
        implied=tuple(one.id for one in _implied(identities)),
        uncovered=tuple(key for key in cells if key not in seen),
    )


def _complete(table: TableFormat) -> TableFound:
    """The table with every row and column of the form printed."""
    rows, columns = tuple(row.key for row in table.rows), tuple(column.key for column in table.columns)
    return TableFound(id=table.id, layout=table.layout, rows=rows, columns=columns, location=Location())


def _cells(table: TableFormat) -> Iterator[str]:
    if table.id == "t4":
        yield from (f"t4.{column.key}" for column in table.columns)
    elif table.id == "st":
        yield from (f"st.{row.key}" for row in table.rows)
    else:
        for row in table.rows:
            for column in row.columns or tuple(column.key for column in table.columns):
                yield f"{table.id}.{row.key}.{column}"


def _equation(identity: Identity, least: Iterable[str]) -> Equation:
    """Left − right = 0, with cells of ``least`` at least 1 (written as 1 + something not negative)."""
    coefficients: dict[str, int] = {}
    for sign, keys in ((1, identity.left), (-1, identity.right)):
        for key in keys:
            coefficients[key] = coefficients.get(key, 0) + sign
    wanted = set(least)
    constant = -sum(factor for key, factor in coefficients.items() if key in wanted)
    return {key: factor for key, factor in coefficients.items() if factor}, Fraction(constant)


def _can_hold(identities: Sequence[Identity], least: Iterable[str]) -> bool:
    return solve([_equation(identity, least) for identity in identities], want_forced=False).state != "none"


def _forced_to_zero(identities: Sequence[Identity]) -> list[str]:
    """Cells that are 0 in every filling that satisfies all equations, in printed order."""
    cells = list(dict.fromkeys(key for identity in identities for key in identity.keys))
    if _can_hold(identities, cells):
        return []
    return [key for key in cells if not _can_hold(identities, [key])]


def _conflict(identities: Sequence[Identity], forced: Sequence[str]) -> list[Identity]:
    """A smallest set of equations that forces the first of these cells to 0."""
    core = list(identities)
    for identity in identities:
        fewer = [one for one in core if one is not identity]
        if not _can_hold(fewer, forced[:1]):
            core = fewer
    return core


def _implied(identities: Sequence[Identity]) -> list[Identity]:
    """Equations that are sums of multiples of those before them, in the order of the rule book."""
    basis: list[tuple[str, dict[str, Fraction]]] = []
    found = []
    for identity in identities:
        row = {key: Fraction(factor) for key, factor in _equation(identity, ())[0].items()}
        for pivot, known in basis:
            share = row.get(pivot)
            if share:
                row = {key: value for key in {*row, *known} if (value := row.get(key, Fraction(0)) - share * known.get(key, Fraction(0)))}
        if not row:
            found.append(identity)
            continue
        pivot = min(row)
        basis.append((pivot, {key: value / row[pivot] for key, value in row.items()}))
    return found
