"""A consolidated report against the reports it sums up (group E)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct

from auditor.check.context import Cells, Context, Hit, Outcome, fail, unknown
from auditor.check.kind import Kind, NoParams, declare, is_cell, pattern_faults
from auditor.check.registry import Sees, rule
from auditor.model.formats import Format, TableId
from auditor.model.report import Report
from auditor.model.rule import Severity
from auditor.season.link import Entry, Season
from auditor.season.roster import Agency
from auditor.text.chars import squeeze
from auditor.text.patterns import re_pattern

_COUNTS = ("issued", "repealed", "effective", "decisions")


class Child(Struct, frozen=True):
    """A subordinate with its report of the year."""

    name: str
    kind: str
    entry: Entry
    cells: Cells


class Family(Struct, frozen=True):
    """The parent's report in context, the children that reported, the names of those that did not (or gave no figures)."""

    parent: Context
    children: tuple[Child, ...]
    missing: tuple[str, ...]
    certain: bool

    @property
    def size(self) -> int:
        """Number of children that should be in the sum."""
        return len(self.children) + len(self.missing)


def members(season: Season, parent: Agency, year: int) -> tuple[tuple[Agency, Entry | None], ...]:
    """The agencies summed up in a government's report, each with its report of the year. Vertical agencies are not."""
    assert season.roster is not None
    found: list[tuple[Agency, Entry | None]] = []
    for agency in season.roster.children_of(parent):
        if agency.kind == "vertical" or not agency.exists_in(year):
            continue
        entry = season.of(f"#{agency.key}", year)
        if agency.kind == "government" and entry is not None and entry.report.scope != "consolidated":
            entry = None  # its own office only: the area below it is not in the figures
        found.append((agency, entry))
    own = season.of(f"#{parent.key}|organ", year)
    if own is not None:
        found.append((parent, own))
    return tuple(found)


def sum_of_children(family: Family) -> Outcome:
    """The cells of ``table``, only of ``columns`` where any are named, are the sums of the children's.

    With children missing the sum is a lower bound; amounts may differ by what rounding allows. Messages ``differs``, ``bound``.
    """
    table, columns = str(family.parent.params["table"]), tuple(map(str, family.parent.params.get("columns", ())))
    return _sums(family, cells_of(family.parent.report, table, columns), table)


def children_reach(family: Family) -> Outcome:
    """The parent has no more in ``cell`` than all children together. Message ``more``."""
    key = str(family.parent.params["cell"])
    parent = family.parent.cells.bz(key)
    if family.missing or parent is None:
        return _need(family)
    values = [child.cells.bz(key) for child in family.children]
    if any(value is None for value in values):
        return _need(family)
    total = sum((value for value in values if value is not None), Decimal(0))
    if parent <= total:
        return fail()
    return fail(
        Hit(
            message="more",
            values={"actual": str(parent), "sum": str(total), "count": str(len(values))},
            calculation=f"{parent} > {total}",
            confidence="low",
            facts=family.parent.cells.used(key, question=(key,)),
        )
    )


def child_within(family: Family) -> Outcome:
    """No child exceeds its parent in a count of tables 2 to 4; holds whichever children are missing. Message ``exceeds``."""
    wrong: list[tuple[str, Decimal, Child, Decimal]] = []
    compared = 0
    for key in _counts(family):
        parent = family.parent.cells.printed(key)
        if parent is None:
            continue
        for child in family.children:
            value = child.cells.bz(key)
            if value is None or child.cells.doubtful(key):
                continue
            compared += 1
            if value > parent:
                wrong.append((key, parent, child, value))
    if not compared:
        return _need(family)
    severity: Severity = "error" if family.certain else "warning"
    return fail(
        *(
            Hit(
                message="exceeds",
                values={"cell": family.parent.label(key), "child": child.name, "value": str(value), "actual": str(parent)},
                severity=severity,
                calculation=f"{value} > {parent}",
                facts=family.parent.cells.used(key, question=(key,)),
                agencies=(family.parent.report.agency or "", child.name),
                sources=(family.parent.report.source.path, child.entry.report.source.path),
                quantity=child.name,
                question=family.parent.say("season.membership"),
            )
            for key, parent, child, value in wrong
        )
    )


@rule("E-06", sees=Sees.FAMILY)
def e_06(family: Family) -> Outcome:
    """The one child whose figures are the difference in every cell that differs (three cells at least)."""
    deltas = {key: delta for key, delta in _differences(family).items() if delta}
    if not deltas or family.missing:
        return fail() if not family.missing else _need(family)
    fitting = [
        child
        for child in family.children
        if sum(1 for key, delta in deltas.items() if abs(delta) == (child.cells.bz(key) or 0)) == len(deltas) >= 3
        and len({delta > 0 for delta in deltas.values()}) == 1
    ]
    if len(fitting) != 1:
        return fail()
    left_out = next(iter(deltas.values())) < 0
    return fail(
        Hit(
            message="left_out" if left_out else "twice",
            values={"child": fitting[0].name, "count": str(len(deltas))},
            facts=family.parent.cells.used(*list(deltas)[:6]),
            agencies=(family.parent.report.agency or "", fitting[0].name),
            sources=(family.parent.report.source.path, fitting[0].entry.report.source.path),
            confidence="medium",
            explained_by="E-01",
        )
    )


def children_present(family: Family) -> Outcome:
    """Every child has a report with figures. Message ``missing``."""
    if not family.missing:
        return fail()
    return fail(
        Hit(
            message="missing",
            values={"count": str(len(family.missing)), "all": str(family.size), "names": "、".join(family.missing[:10])},
            quantity="coverage",
        )
    )


def class_of_children(family: Family) -> Outcome:
    """What the text gives for a class of children (各街道共收到 x 件) is what they report. Message ``differs``.

    One of ``classes`` has ``names`` and ``kinds`` of its members and a ``pattern`` with groups ``number`` and ``who``.
    """
    hits, compared = [], 0
    for entry in family.parent.params["classes"]:
        kinds, pattern = tuple(entry["kinds"]), re_pattern(entry["pattern"])
        group = [child for child in family.children if child.kind in kinds and any(w in child.name for w in entry["names"])]
        if not group or any(any(w in name for w in entry["names"]) for name in family.missing):
            continue
        for passage in family.parent.report.passages:
            match = pattern.search(squeeze(passage.text))
            new = [child.cells.bz("t3.new_received.total") for child in group]
            old = [child.cells.bz("t3.carried_over.total") for child in group]
            if match is None or None in new or None in old:
                continue
            compared += 1
            said = Decimal(match["number"])
            fresh = sum((value for value in new if value is not None), Decimal(0))
            both = fresh + sum((value for value in old if value is not None), Decimal(0))
            if said not in (fresh, both):
                hits.append(
                    Hit(
                        message="differs",
                        values={"said": str(said), "class": match["who"], "sum": str(fresh), "count": str(len(group))},
                        actual=match["number"],
                        calculation=f"{said} ≠ {fresh}",
                        location=passage.location,
                        confidence="low",
                        quantity=match["who"],
                    )
                )
    return fail(*hits) if compared else Outcome(verdict="not_applicable")


def cells_of(report: Report, table: str, columns: tuple[str, ...] = ()) -> list[str]:
    """The cells of a table of the report, only of these columns where any are named, in printed order; printed subtotals aside."""
    keys = [str(fact.key) for fact in report.facts if fact.key.startswith(table + ".")]
    if columns:
        return [key for key in keys if key.rpartition(".")[2] in columns]
    return [key for key in keys if not key.endswith(".org_subtotal")]


def _counts(family: Family) -> list[str]:
    report = family.parent.report
    return cells_of(report, "t2", ("decisions",)) + cells_of(report, "t3") + cells_of(report, "t4")


def _sum(family: Family, key: str) -> Decimal | None:
    total = Decimal(0)
    for child in family.children:
        value = child.cells.bz(key)
        if value is None or child.cells.doubtful(key):
            return None
        total += value
    return total


def _differences(family: Family) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for key in _counts(family):
        parent, total = family.parent.cells.bz(key), _sum(family, key)
        if parent is not None and total is not None:
            found[key] = parent - total
    return found


def _sums(family: Family, keys: list[str], quantity: str) -> Outcome:
    if not family.children:
        return _need(family)
    wrong: list[tuple[str, Decimal, Decimal]] = []
    compared = 0
    for key in keys:
        parent, total = family.parent.cells.bz(key), _sum(family, key)
        if parent is None or total is None:
            continue
        compared += 1
        slack = _slack(family, key) if key.endswith(".fee_amount") else Decimal(0)
        if (total - parent > slack) if family.missing else abs(parent - total) > slack:
            wrong.append((key, parent, total))
    if not wrong:
        return fail() if compared and not family.missing else _need(family)
    shown = "；".join(f"{family.parent.label(key)} {parent} ≠ {total}" for key, parent, total in wrong[:5])
    used = tuple(key for key, _, _ in wrong[:8])
    return fail(
        Hit(
            message="bound" if family.missing else "differs",
            values={
                "cells": shown,
                "number": str(len(wrong)),
                "count": str(len(family.children)),
                "missing": str(len(family.missing)),
                "all": str(family.size),
            },
            calculation="；".join(f"{parent} ≠ {total}" for _, parent, total in wrong[:5]),
            confidence="medium" if family.certain else "low",
            facts=family.parent.cells.used(*used, question=used),
            sources=tuple(child.entry.report.source.path for child in family.children),
            quantity=quantity,
            question=family.parent.say("season.membership"),
        )
    )


def _slack(family: Family, key: str) -> Decimal:
    """Half a unit of the last printed digit for each child, and for the parent."""
    slack = Decimal(0)
    for cells in (family.parent.cells, *(child.cells for child in family.children)):
        value = cells.printed(key)
        if value is not None:
            exponent = value.as_tuple().exponent
            slack += Decimal(5).scaleb(min(int(exponent), 0) - 1) if isinstance(exponent, int) else Decimal(0)
    return slack


def _need(family: Family) -> Outcome:
    names = "、".join(family.missing[:5])
    return unknown(family.parent.say("season.children", missing=names or "—", count=str(len(family.missing))))


class SumParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See :func:`sum_of_children`."""

    table: TableId
    columns: tuple[str, ...] = ()


class ChildClass(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One class of children."""

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    pattern: str


class ClassesParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See :func:`class_of_children`."""

    classes: tuple[ChildClass, ...]


class CellParams(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One cell."""

    cell: str


def _sum_faults(params: SumParams, formats: tuple[Format, ...]) -> Iterator[tuple[str, str, str]]:
    known = {column.key for form in formats if (table := form.table(params.table)) is not None for column in table.columns}
    for column in params.columns:
        if column not in known:
            yield "columns", "no_column", column


_SUMS = frozenset({"cells", "number", "count", "missing", "all"})
declare("sum_of_children", Kind(sum_of_children, SumParams, {"differs": _SUMS, "bound": _SUMS}, sees=Sees.FAMILY, faults=_sum_faults))
declare(
    "children_reach",
    Kind(
        children_reach,
        CellParams,
        {"more": frozenset({"actual", "sum", "count"})},
        sees=Sees.FAMILY,
        faults=lambda params, formats: iter(() if is_cell(params.cell, formats) else (("cell", "no_cell", params.cell),)),
    ),
)
declare("child_within", Kind(child_within, NoParams, {"exceeds": frozenset({"cell", "child", "value", "actual"})}, sees=Sees.FAMILY))
declare("children_present", Kind(children_present, NoParams, {"missing": frozenset({"count", "all", "names"})}, sees=Sees.FAMILY))
declare(
    "class_of_children",
    Kind(
        class_of_children,
        ClassesParams,
        {"differs": frozenset({"said", "class", "sum", "count"})},
        sees=Sees.FAMILY,
        faults=lambda params, formats: pattern_faults("classes", (entry.pattern for entry in params.classes)),
    ),
)
