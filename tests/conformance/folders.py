"""Rule cards' examples that look at several reports → folders of whole reports, with earlier reports and a roster where the example has them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

import msgspec

from auditor.model.rule import Example, Rule, Verdict
from auditor.model.rulebook import Rulebook
from auditor.rulebook.examples import AGENCY
from tests.conformance.cases import OVER_MANY, report_plan
from tests.lab.compose.plan import ReportPlan

_COPIED = ("F-08", "F-09")
"""Rules about copied text: the ordinary prose of other reports must not be a copy."""


@dataclass(frozen=True)
class FolderCase:
    """``name`` such as ``E-01-t02-fail-f``; ``reports`` and ``previous`` by file name without ending. ``roster`` is a CSV, empty for none.

    A name with an ending is of that kind whatever the kind of the others. The verdict is that of the rule on the first report, or, where it
    finds something that belongs to no single report, of the whole run.
    """

    name: str
    rule: str
    verdict: Verdict
    note: str
    reports: Mapping[str, ReportPlan]
    previous: Mapping[str, ReportPlan]
    roster: bytes = b""


def folder_cases(rulebook: Rulebook) -> tuple[tuple[FolderCase, ...], tuple[str, ...]]:
    """All folders (with one report where the rule asks for others and the example has none), and the names of examples that no folder can show."""
    cases, left = [], []
    for rule in rulebook.rules:
        for number, example in enumerate(rule.examples, start=1):
            if example.previous is None and not example.others and not example.roster and rule.level not in OVER_MANY:
                continue
            stem = f"{rule.id}-t{number:02d}-{example.verdict}"
            case = _folder(rule, example, f"{stem}-f")
            if case is None:
                left.append(stem)
            else:
                cases.append(case)
    return tuple(cases), tuple(left)


def _folder(rule: Rule, example: Example, name: str) -> FolderCase | None:
    reports = [_own(rule, msgspec.structs.replace(example, previous=None, others=(), roster=()))]
    reports += [_own(rule, _shape(shape)) for shape in example.others]
    before = [] if example.previous is None else [_own(rule, _shape(example.previous))]
    if any(plan is None for plan in (*reports, *before)):
        return None
    shapes = (example.report, *(one.get("report", {}) for one in example.others))
    mixed = any("source" in shape for shape in shapes)
    return FolderCase(
        name=name,
        rule=rule.id,
        verdict=example.verdict,
        note=example.note,
        reports={
            _stem(number, shape, mixed=mixed): plan for number, (shape, plan) in enumerate(zip(shapes, reports, strict=True), 1) if plan
        },
        previous={f"{number}": _kept(plan) if plan == reports[0] else plan for number, plan in enumerate(before, 1) if plan},
        roster=_roster(_dated(example)),
    )


def _kept(plan: ReportPlan) -> ReportPlan:
    """An earlier copy of the very same report: another file, or a program may well take it for the same."""
    return replace(plan, preamble=(*plan.preamble, "本页已存档。"))


def _stem(number: int, report: Mapping[str, Any], *, mixed: bool) -> str:
    """The name of a file: its number, what the page is called (更正版), and its ending where the example is about
    kinds of files (``mixed``) or about what a web page is called.
    """
    name = f"{number}{report.get('page_title', '')}"
    if "page" in report.get("years_seen", {}):
        return f"{name}.html"
    return name + PurePosixPath(str(report["path"])).suffix if mixed else name


def _dated(example: Example) -> list[dict[str, Any]]:
    """The roster with the dates of publication, which not every kind of file can print."""
    published = example.report.get("published")
    own = example.report.get("agency", AGENCY)
    return [{**line, **({"published": published} if published and line["name"] == own else {})} for line in example.roster]


def _own(rule: Rule, example: Example) -> ReportPlan | None:
    """The plan of one report of a folder; what file names and the roster say is not printed in it."""
    report = {key: value for key, value in example.report.items() if key not in ("path", "page_title", "source", "published")}
    plan = report_plan(rule, msgspec.structs.replace(example, report=report))
    if plan is None or rule.id not in _COPIED:
        return plan
    sections = tuple(
        entry
        if entry.key in example.text
        else replace(entry, prose=())
        if entry.key != "s1_overview"
        else replace(entry, prose=entry.prose[:1])
        for entry in plan.sections
    )
    return replace(plan, sections=sections)


def _shape(shape: Mapping[str, Any]) -> Example:
    """A further report of an example as an example of its own."""
    return msgspec.convert({"verdict": "pass", **shape}, Example)


def _roster(lines: Sequence[Mapping[str, Any]]) -> bytes:
    """The roster as CSV, columns in a fixed order."""
    if not lines:
        return b""
    columns = sorted({column for line in lines for column in line}, key=lambda column: (column != "name", column))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([line.get(column, "") for column in columns] for line in lines)
    return out.getvalue().encode("utf-8-sig")


def files_of(case: FolderCase, kind: str, render: Mapping[str, Callable[[ReportPlan], bytes]]) -> Iterator[tuple[str, bytes]]:
    """The files of a folder in one kind, by path below the folder."""
    for place, plans in (("reports", case.reports), ("previous", case.previous)):
        for stem, plan in plans.items():
            own = stem.rpartition(".")[2] if "." in stem else kind
            yield f"{place}/{stem if '.' in stem else f'{stem}.{kind}'}", render[own](plan)
    if case.roster:
        yield "roster.csv", case.roster
