"""Rule cards' examples → report plans: whole ordinary reports that say what the example says and nothing else that its rule could trip over."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from string import ascii_lowercase
from typing import Any

import msgspec

from auditor.model.rule import Example, Rule, Verdict
from auditor.model.rulebook import Rulebook
from auditor.rulebook.examples import AGENCY
from tests.lab.compose.balanced import balanced_plan
from tests.lab.compose.plan import GridOptions, Prose, ReportPlan, SectionPlan, cell_keys, era_format, table_format
from tests.lab.compose.prose import preamble_for, sections_for

YEAR = 2023
"""Report year of an example that names none."""
_YEARS = {"era_2021": 2023, "era_2019": 2020, "era_stat": 2016, "era_free": 2012}
_TABLE_SECTIONS = {"t2": "s2_proactive", "t3": "s3_requests", "t4": "s4_review_litigation", "st": "annex"}
_ANNEX = "附件：政府信息公开情况统计表"
_PRINTABLE = {
    "agency",
    "agency_kind",
    "year",
    "title",
    "scope",
    "era",
    "layouts",
    "sections",
    "periods",
    "years_seen",
    "published",
    "tables",
    "unplaced",
}
"""Fields of an example's report that a document can print."""
_ABOUT_FIGURES = ("C", "D", "E")
"""Groups of rules that compare with tables: a table that their example leaves out is part of the case."""
_ABOUT_TABLES = ("E-08",)
"""Rules of these groups that look at no figure, but only at reports with tables."""
_ABOUT_LENGTH = ("A-01",)
"""Rules about the amount of prose: what their example does not print stays unprinted."""
OVER_MANY = ("corpus", "roster")
"""Levels of rules that look at all reports of a run: their examples are folders."""
_PLACE = AGENCY[:2]
_FIRST = "清澄沁涵润泽沐漪涟沅沂淇汀泠泓浔渌澧霁霖霞云晴岚晓暮朝熙昭景和安宁康怡瑞祥"
_SECOND = "岑岚岭岳峦峰峤嵋崤嵩巍嶂屏坪垣埠堰墅塬原畴野林森杉松柏梧桐榆槐桂枫楠樟柳荷菱芷蘅茗萱苇蓼蔚薇藤篁筠箬筱箐"
"""Characters of invented places: every pair is the place of one document."""
_OVERVIEW = (
    "{year}年，{us}按照要求做好政府信息公开的各项工作，及时更新栏目，认真办理群众来信来访。",
    "各科室明确了联络员，按月整理应当发布的内容，发布以前由办公室复核文字和附件。",
    "年内走访服务对象，听取他们对栏目设置的意见，将分散的办事材料放在一处，附上填写样例，便于下载。",
)
_CONSOLIDATED = ("本报告所列数据汇总了各部门和乡镇的情况。",)
_CALLED = "年政府信息公开工作年度报告"
_FORM_SINCE = 2019
"""Before this report year headings were free: a report without any is still a report."""
_NO_FIGURES = "有关工作按照规定办理，由办公室统一登记、分送和归档。"


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


def under_own_name(plan: ReportPlan, number: int) -> ReportPlan:
    """The plan of an agency that no other document of the kit has: its place is renamed by ``number`` (from 0) wherever it is printed."""
    first, second = divmod(number, len(_SECOND))
    place = _FIRST[first] + _SECOND[second]

    def renamed(value: Any) -> Any:
        if isinstance(value, str):
            return value.replace(_PLACE, place)
        if isinstance(value, tuple):
            return tuple(map(renamed, value))
        if isinstance(value, Mapping):
            return {key: renamed(entry) for key, entry in value.items()}
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{entry.name: renamed(getattr(value, entry.name)) for entry in fields(value)})
        return value

    named: ReportPlan = renamed(plan)
    return named


def plan_of(rule: Rule, example: Example) -> ReportPlan | None:
    """The report that an example describes as a whole ordinary report, or ``None`` where one document cannot print it."""
    if example.previous is not None or example.others or example.roster or rule.level in OVER_MANY or _is_bare(example):
        return None
    return report_plan(rule, example)


def report_plan(rule: Rule, example: Example) -> ReportPlan | None:
    """The plan of one report, whatever else the example gives."""
    report = dict(example.report)
    apart = report.pop("elsewhere", None)
    if set(report) - _PRINTABLE or (apart and (list(apart) != ["tables"] or example.fill)):
        return None
    government = report.get("agency_kind") == "government" or report.get("scope") == "consolidated"
    year = int(report.get("year") or _YEARS.get(str(report.get("era")), YEAR))
    bare = report.get("sections") == []
    if (
        (bare and not (example.text and year < _FORM_SINCE))
        or (report.get("scope") == "unknown" and not government)
        or set(report.get("years_seen", {})) - {"title", "period", *(("page",) if rule.level in OVER_MANY else ())}
    ):
        return None
    terse = rule.id in _ABOUT_LENGTH
    layouts = _layouts(rule, example, year, report, apart=bool(apart) or terse)
    extra = _extra_rows(report, layouts) if layouts is not None else None
    if layouts is None or extra is None:
        return None
    labels, corner_note = _drawn(report)
    intended = _facts(example, layouts)
    agency = str(report.get("agency") or (f"{_PLACE}市人民政府" if government else AGENCY))
    us = f"全{agency.removesuffix('人民政府')[-1]}" if agency.endswith("人民政府") else "我局"
    plan = ReportPlan(
        agency=agency,
        year=year,
        layouts=layouts,
        facts=intended,
        title=_title(report, agency),
        page_title=f"{agency}{page}{_CALLED}" if (page := report.get("years_seen", {}).get("page")) else None,
        preamble=()
        if terse
        else (
            *_preamble(example, agency, us, year),
            *(_CONSOLIDATED if report.get("scope") == "consolidated" else ()),
            *((*example.text.values(), *_overview(us, year)) if bare else ()),
        ),
        sections=_sections(example, layouts, us, year, apart=bool(apart), terse=terse),
        attachments=(("附件：统计表", "tables.xlsx"),) if apart else (),
        published=report.get("published"),
        scope=str(report.get("scope", "entity")),
        omit=frozenset(_omitted(layouts, intended)),
        labels=labels,
        extra_rows=extra,
        grid=GridOptions(corner_note=corner_note),
    )
    return plan if plan.truth() == intended else None


def _is_bare(example: Example) -> bool:
    """Undecided for want of any content: a whole report always has some."""
    return example.verdict == "unknown" and not (example.facts or example.fill or example.text or set(example.report) - {"year"})


def _title(report: Mapping[str, Any], agency: str) -> str | None:
    title = report.get("title")
    year = report.get("years_seen", {}).get("title")
    return f"{agency}{year}{_CALLED}" if title is None and year else title


def _drawn(report: Mapping[str, Any]) -> tuple[dict[str, str], str]:
    """Labels printed otherwise than in the form, and where table 3 has its corner note."""
    labels: dict[str, str] = {}
    corner_note = "cell"
    for table in report.get("tables", ()):
        for key, text in table.get("labels", {}).items():
            labels[f"{table['id']}/{key.replace(':', '/')}"] = text
        if not table.get("labels") and not table.get("note"):
            corner_note = "none"
    return labels, corner_note


def _extra_rows(report: Mapping[str, Any], layouts: Mapping[str, str]) -> tuple[tuple[str, str, str, tuple[str, ...]], ...] | None:
    """Rows of table 3 that the form does not have, and of table 2 below the row that they go into; ``None`` where a row cannot be drawn."""
    out = []
    for row in report.get("unplaced", ()):
        form = table_format(layouts[row["table"]], row["table"])
        if row["table"] == "t2":
            whole = next((entry for entry in form.rows if entry.label in row["text"] and entry.label != row["text"]), None)
            if whole is None or len(row["values"]) != len(whole.columns):
                return None
            out.append(("t2", whole.key, str(row["text"]), tuple(row["values"])))
            continue
        if row["table"] != "t3" or len(row["values"]) != len(form.columns):
            return None
        keys = [entry.key for entry in form.rows]
        after = str(row.get("duplicate_of", "")).removeprefix("t3.") or keys[keys.index("result_total") - 1]
        out.append(("t3", after, str(row["text"]), tuple(row["values"])))
    return tuple(out)


def _layouts(rule: Rule, example: Example, year: int, report: Mapping[str, Any], *, apart: bool) -> dict[str, str] | None:
    """The printed tables with their layouts: those of the example, and those of the year's form that the rule does not speak of."""
    form = era_format(year)
    given = report.get("layouts") or {}
    tables = {*example.fill, *(key.partition(".")[0] for key in example.facts), *(entry["id"] for entry in report.get("tables", ()))}
    if not apart:
        spoken = json.dumps([rule.needs, rule.params, [msgspec.to_builtins(entry) for entry in rule.examples]], ensure_ascii=False)
        tables |= {
            table.id
            for table in form.tables
            if not re.search(rf"\b{table.id}\b", spoken) and (rule.group not in _ABOUT_FIGURES or rule.id in _ABOUT_TABLES)
        }
    tables -= set(example.absent)
    out = {table: given.get(table) or form.layout for table in sorted(tables)}
    try:
        for table, layout in out.items():
            table_format(str(layout), table)
    except KeyError:
        return None
    return {table: str(layout) for table, layout in out.items()}


def _facts(example: Example, layouts: dict[str, str]) -> dict[str, str]:
    gone = tuple(example.absent)
    named = {key.partition(".")[0] for key in example.facts} - set(example.fill)
    facts = {key: "0" for table in layouts if table not in named for key in cell_keys(layouts[table], table)}
    if any(key.endswith(".org_subtotal") for key in example.facts):  # a column of subtotals has a cell in each row
        facts |= {f"t3.{row.key}.org_subtotal": "0" for row in table_format(layouts["t3"], "t3").rows}
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
    """The given introduction, or the usual one; and the period, unless the example has its own sentence or none."""
    given = example.text.get("preamble", example.text.get("s0_preamble"))
    usual, dated = preamble_for(agency, us, year)
    seen = example.report.get("years_seen", {})
    if "period" in seen:
        dated = preamble_for(agency, us, int(seen["period"]))[1]
    periods = example.report.get("periods")
    if periods is not None:
        dated = "".join(f"本报告所列数据的统计期限为{period['text']}。" for period in periods)
    opening = tuple(given.split("\n")) if given is not None else (usual,)
    return (*opening, dated) if dated and "期限" not in "".join(opening) else opening


def _sections(example: Example, layouts: Mapping[str, str], us: str, year: int, *, apart: bool, terse: bool) -> tuple[SectionPlan, ...]:
    """The sections of the form, or those of the example, with ordinary prose where the example gives none (``terse``: none)."""
    zero = balanced_plan(1, "layout_2021", "zero").facts
    layout = {2021: "layout_2021", 2019: "layout_2019", 2014: "layout_stat", 2008: "free"}[era_format(year).first_year]
    usual = {entry.key: entry for entry in sections_for(us, us.startswith("全"), year, "layout_2021" if year >= 2019 else layout, zero, 1)}
    own = {_TABLE_SECTIONS[table]: table for table in layouts}
    out: list[SectionPlan] = []
    for key, title, ordinal in _headings(example, year):
        given = example.text.get(key)
        # default prose could contradict the example's tables, so only the sections without figures keep it
        plain = key in ("s5_problems", "s6_other", "f3_fees", "f5_problems", "f6_other")
        prose = tuple(Prose(line) for line in given.split("\n")) if given is not None else usual[key].prose if plain else ()
        if terse and given is None:
            prose = ()
        elif given is None and key == "s1_overview":
            prose = tuple(map(Prose, _overview(us, year)))
        if given is None and not prose and key not in own:
            prose = (Prose(_NO_FIGURES),) if key.startswith("f") else ()
        if apart and key in _TABLE_SECTIONS.values():
            prose = (Prose("详见附件。"),)
        out.append(SectionPlan(key, prose, (own.pop(key),) if key in own else (), title=title, ordinal=ordinal))
    for key, table in own.items():
        if key == "annex":
            out.append(SectionPlan("annex", tables=("st",), title=_ANNEX, ordinal=0))
        elif out:  # a table whose heading is missing stands under the one before
            place = max((at for at, entry in enumerate(out) if entry.key < key), default=0)
            out[place] = replace(out[place], tables=(*out[place].tables, table))
    if apart and year < 2019:
        out.append(SectionPlan("annex", (Prose("详见附件。"),), title=_ANNEX, ordinal=0))
    return tuple(out)


def _overview(us: str, year: int) -> tuple[str, ...]:
    return tuple(line.format(year=year, us=us) for line in _OVERVIEW)


def _headings(example: Example, year: int) -> list[tuple[str, str | None, int | None]]:
    """Key, title and ordinal of each heading; ``None`` where they are the form's."""
    form = [entry.key for entry in era_format(year).sections]
    given = example.report.get("sections")
    if given is None:
        return [(key, None, None) for key in form]
    if all(isinstance(entry, str) for entry in given):
        return [(key, None, None) for key in given]
    named = {
        entry["key"]: (entry["key"], None if entry.get("title") == "标题" else entry.get("title"), entry.get("ordinal")) for entry in given
    }
    if any("match" in entry for entry in given):  # these headings are printed otherwise, the rest as in the form
        return [named.get(key, (key, None, None)) for key in form]
    return list(named.values())
