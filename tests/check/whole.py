"""Whole reports of an invented agency with chosen figures, printed, bound and checked like any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from auditor.bind import bind
from auditor.check.engine import check
from auditor.model.finding import Audit, Finding
from auditor.model.report import Report
from auditor.model.rule import Severity
from auditor.model.settings import Settings
from tests.check.tables import APPLICANTS, BOOK
from tests.lab.compose import ReportPlan, balanced_plan
from tests.lab.compose.memory import to_document
from tests.lab.compose.plan import Prose
from tests.lab.mutate import change_section, outcome_rows, set_facts

Counts = Mapping[str, int]
"""Numbers by applicant column."""

_OVERVIEW = (
    ("主动公开", "及时发布机构职能、办事指南和重点领域信息。"),
    ("依申请公开", None),
    ("政府信息管理", "对公文逐件标注公开属性，定期清理失效内容。"),
    ("平台建设", "合并重复栏目，改进检索，方便群众查找。"),
    ("监督保障", "开展业务培训和工作考核，接受社会评议，全年没有需要追究责任的情形。"),
)


def printed(cells: Mapping[str, object], *, text: str = "", management: str = "", year: int = 2023, seed: int = 3) -> ReportPlan:
    """The plan of a report whose tables 2 to 4 are zeros but for ``cells``. ``text`` stands under 依申请公开, ``management`` under 管理."""
    plan = balanced_plan(seed, "layout_2019" if year < 2021 else "layout_2021", "small", year=year)
    plan = set_facts(plan, {key: str(cells.get(key, "0")) for key in plan.facts} | {key: str(value) for key, value in cells.items()})
    own = {"依申请公开": text or "规范办理政府信息公开申请，按时答复。", "政府信息管理": management}
    prose = [Prose(f"{year}年，本机关按照要求推进政府信息公开工作。")]
    for number, (title, words) in enumerate(_OVERVIEW):
        prose += [Prose(f"（{'一二三四五'[number]}）{title}", 2), Prose(own.get(title) or words or "")]
    return change_section(plan, "s1_overview", lambda section: replace(section, prose=tuple(prose)))


def table3(plan_year: int = 2023, *, over: Counts | None = None, forward: Counts | None = None, **outcomes: Counts) -> dict[str, int]:
    """Table 3 in balance: outcomes, opening and closing stock by applicant; the new requests follow from them."""
    rows = outcome_rows(balanced_plan(3, "layout_2019" if plan_year < 2021 else "layout_2021", "zero", year=plan_year))
    assert set(outcomes) <= set(rows), set(outcomes) - set(rows)
    values: dict[str, int] = {}
    for column in APPLICANTS:
        for row in rows:
            values[f"t3.{row}.{column}"] = outcomes.get(row, {}).get(column, 0)
        closed = sum(values[f"t3.{row}.{column}"] for row in rows)
        opening, closing = (over or {}).get(column, 0), (forward or {}).get(column, 0)
        values |= {f"t3.result_total.{column}": closed, f"t3.carried_over.{column}": opening, f"t3.carried_forward.{column}": closing}
        values[f"t3.new_received.{column}"] = closed + closing - opening
    for row in (*rows, "result_total", "carried_over", "carried_forward", "new_received"):
        values[f"t3.{row}.total"] = sum(values[f"t3.{row}.{column}"] for column in APPLICANTS)
    return values


def table4(**blocks: tuple[int, int, int, int]) -> dict[str, int]:
    """Blocks ``review``, ``direct``, ``after_review``: upheld, corrected, other, pending; the totals follow."""
    values: dict[str, int] = {}
    for block, parts in blocks.items():
        values |= {f"t4.{block}_{name}": part for name, part in zip(("upheld", "corrected", "other", "pending"), parts, strict=True)}
        values[f"t4.{block}_total"] = sum(parts)
    return values


def bound(plan: ReportPlan) -> Report:
    """The report as the program reads it from exact grids."""
    return bind(to_document(plan), BOOK)


def audited(plan: ReportPlan, *rules: str, lang: str = "zh") -> Audit:
    """All rules, or those named, on the whole report."""
    return check(bound(plan), BOOK, Settings(select=rules, lang=lang))


def every(audit: Audit) -> tuple[Finding, ...]:
    """All findings, those under others too."""
    return tuple(entry for top in audit.findings for entry in (top, *top.children))


def serious(audit: Audit) -> list[tuple[str, Severity, str]]:
    """Errors and warnings as rule, severity, message."""
    return [(entry.rule, entry.severity, entry.message) for entry in every(audit) if entry.severity != "notice"]


def place(report: Report, finding: Finding) -> str:
    """The words of the report that a finding in the prose points at."""
    assert finding.location is not None
    assert finding.location.span is not None
    passage = next(entry for entry in report.passages if entry.location.paragraph == finding.location.paragraph)
    start, end = finding.location.span
    return passage.text[start:end]
