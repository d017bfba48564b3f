"""Rule cards' examples → report plans. What an example says is printed and nothing else that its rule could trip over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Any

from auditor.model.applicability import applies_to
from auditor.model.rule import Example, Rule, Verdict
from auditor.model.rulebook import Rulebook
from tests.lab.compose.balanced import balanced_plan
from tests.lab.compose.plan import Prose, ReportPlan, SectionPlan, cell_keys, era_format, formats, table_format
from tests.lab.compose.prose import preamble_for, sections_for

_YEARS = {"era_2021": 2024, "era_2019": 2020, "era_stat": 2016, "era_free": 2012}
_TABLE_SECTIONS = {"t2": "s2_proactive", "t3": "s3_requests", "t4": "s4_review_litigation", "st": "annex"}


@dataclass(frozen=True)
class ConformanceCase:
    """``name`` such as ``T3-01-t02-fail-a``: rule, number of the example, verdict, and a letter for a second print of it."""

    name: str
    rule: str
    verdict: Verdict
    note: str
    plan: ReportPlan


def conformance_cases(rulebook: Rulebook) -> tuple[tuple[ConformanceCase, ...], tuple[str, ...]]:
    """All cases, and the names of examples that no single document can show (several reports, cells without their table)."""
    cases, left = [], []
    for rule in rulebook.rules:
        for number, example in enumerate(rule.examples, start=1):
            stem = f"{rule.id}-t{number:02d}-{example.verdict}"
            plan = plan_of(rule, example)
            if plan is None:
                left.append(stem)
            else:
                cases.append(ConformanceCase(f"{stem}-{ascii_lowercase[0]}", rule.id, example.verdict, example.note, plan))
    return tuple(cases), tuple(left)


def plan_of(rule: Rule, example: Example) -> ReportPlan | None:
    """The report that an example describes, or ``None`` where one document cannot print it."""
    if example.previous is not None or example.others or example.roster:
        return None
    report = dict(example.report)
    apart = report.pop("elsewhere", None)
    if set(report) - {"agency", "year", "title", "scope", "era", "layouts"} or (apart and (list(apart) != ["tables"] or example.fill)):
        return None
    year = int(report.get("year") or _YEARS[str(report.get("era") or _era(rule, example))])
    layouts = _layouts(example, year, report)
    if layouts is None:
        return None
    intended = _facts(example, layouts)
    scope = str(report.get("scope", "entity"))
    agency = str(report.get("agency") or ("青禾市人民政府" if scope == "consolidated" else "青禾市水务局"))
    us = "全市" if scope == "consolidated" else "我局"
    plan = ReportPlan(
        agency=agency,
        year=year,
        layouts=layouts,
        facts=intended,
        title=report.get("title"),
        preamble=_preamble(example, agency, us, year),
        sections=_sections(rule, example, layouts, us, year, apart=bool(apart)),
        attachments=(("附件：统计表", "tables.xlsx"),) if apart else (),
        scope=scope,
        omit=frozenset(_omitted(layouts, intended)),
    )
    truth = plan.truth()
    # a column of subtotals has a cell in each row, of which an example names those it needs
    return plan if {key: text for key, text in truth.items() if key in intended or text or "org_subtotal" not in key} == intended else None


def _era(rule: Rule, example: Example) -> str:
    """The newest era of the rule whose tables have every cell that the example names."""
    known_forms = {form.id: form for form in formats()}
    eras = [era for era in _YEARS if applies_to(rule, known_forms[era], _YEARS[era])] or ["era_2021"]
    for era in eras:
        layout = era_format(_YEARS[era]).layout
        tables = {*example.fill, *(key.partition(".")[0] for key in example.facts)}
        try:
            known = {key for table in tables for key in cell_keys(str(layout), table)}
        except KeyError:
            continue
        if all(key in known or "org_subtotal" in key or "other_public_doc" in key for key in example.facts):
            return era
    return eras[0]


def _layouts(example: Example, year: int, report: dict[str, Any]) -> dict[str, str] | None:
    tables = sorted({*example.fill, *(key.partition(".")[0] for key in example.facts)})
    given = report.get("layouts") or {}
    own = era_format(year).layout
    out = {table: given.get(table) or own for table in tables}
    if any(layout is None for layout in out.values()):
        return None
    try:
        for table, layout in out.items():
            table_format(str(layout), table)
    except KeyError:
        return None
    return {table: str(layout) for table, layout in out.items()}


def _facts(example: Example, layouts: dict[str, str]) -> dict[str, str]:
    gone = tuple(example.absent)
    facts = {key: "0" for table in example.fill for key in cell_keys(layouts[table], table)}
    facts |= example.facts
    return {key: value for key, value in facts.items() if not any(key == name or key.startswith(name + ".") for name in gone)}


def _omitted(layouts: dict[str, str], facts: dict[str, str]) -> Iterator[str]:
    """Rows and columns without any cell: they are not printed."""
    for table, layout in layouts.items():
        form = table_format(layout, table)
        if table in ("t2", "t3", "st"):
            yield from (f"{table}.{row.key}" for row in form.rows if not any(key.startswith(f"{table}.{row.key}") for key in facts))
        if table in ("t2", "t3"):
            yield from (
                f"{table}/{column.key}"
                for column in form.columns
                if not any(key.startswith(f"{table}.") and key.endswith(f".{column.key}") for key in facts)
            )


def _preamble(example: Example, agency: str, us: str, year: int) -> tuple[str, ...]:
    given = example.text.get("s0_preamble")
    return tuple(given.split("\n")) if given is not None else preamble_for(agency, us, year)


def _sections(rule: Rule, example: Example, layouts: dict[str, str], us: str, year: int, *, apart: bool) -> tuple[SectionPlan, ...]:
    """The era's sections. Rules about the report's parts get only the sections that the example names."""
    zero = balanced_plan(1, "layout_2021", "zero").facts
    layout = {2021: "layout_2021", 2019: "layout_2019", 2014: "layout_stat", 2008: "free"}[era_format(year).first_year]
    usual = {entry.key: entry for entry in sections_for(us, us.startswith("全"), year, "layout_2021" if year >= 2019 else layout, zero, 1)}
    own = {_TABLE_SECTIONS[table]: table for table in layouts}
    out = []
    for form in era_format(year).sections:
        given = example.text.get(form.key)
        if given is None and rule.group == "A" and example.text and form.key not in own:
            continue
        # default prose could contradict the example's tables, so only the sections without figures keep it
        plain = form.key in ("s5_problems", "s6_other", "f3_fees", "f5_problems", "f6_other")
        prose = tuple(Prose(line) for line in given.split("\n")) if given is not None else usual[form.key].prose if plain else ()
        if given is None and form.key == "s1_overview":
            prose = (Prose(f"{year}年，{us}按照要求做好政府信息公开的各项工作，及时更新栏目，认真办理群众来信来访。"),)
        if apart and form.key in _TABLE_SECTIONS.values():
            prose = (Prose("详见附件。"),)
        out.append(SectionPlan(form.key, prose, (own[form.key],) if form.key in own else ()))
    if "annex" in own:
        out.append(SectionPlan("annex", tables=("st",), title="附件：政府信息公开情况统计表", ordinal=0))
    return tuple(out)
