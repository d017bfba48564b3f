"""A city of invented agencies over seven years, for tests of the brief: departments and townships, some reports wrong, two missing."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

from msgspec.structs import replace

from auditor.bind import bind
from auditor.check.engine import check
from auditor.model.brief import Brief, Changed, Changes
from auditor.model.report import Report
from auditor.model.result import Counted
from auditor.model.settings import Settings
from auditor.season.brief import Request, make_brief
from auditor.season.link import Season, link
from auditor.season.roster import Agency, Roster
from tests.lab.compose import balanced_plan
from tests.lab.compose.memory import to_document
from tests.lab.mutate import set_facts
from tests.support.season import counted, rulebook

CITY = Agency(name="青禾市人民政府", kind="government", line=1)
DEPARTMENTS = ("教育局", "财政局", "民政局", "司法局", "水利局", "审计局", "统计局", "交通运输局")
TOWNS = ("东河镇", "西坪镇", "北山镇", "松林乡", "石门镇", "柳湾街道")
YEAR = 2024


def roster() -> Roster:
    agencies = [CITY]
    for kind, names in (("department", DEPARTMENTS), ("township", TOWNS)):
        for name in names:
            region = "市本级" if kind == "department" else "东片区"
            line = len(agencies) + 1
            agencies.append(Agency(name=f"青禾市{name}", kind=kind, parent=CITY.name, line=line, extra=(("地区", region),)))  # type: ignore[arg-type]
    return Roster(agencies=tuple(agencies))


def report(agency: Agency, year: int, seed: int, *, wrong: bool = False) -> Report:
    layout = "layout_2021" if year >= 2021 else "layout_2019" if year >= 2019 else "layout_stat"
    plan = balanced_plan(seed, layout, "small" if agency.kind == "township" else "medium", year=year)
    if wrong:
        plan = set_facts(plan, {"t3.new_received.natural_person": int(plan.facts["t3.new_received.natural_person"]) + 3})
    bound = bind(to_document(plan), rulebook())
    path = f"{agency.name}_{year}.docx"
    source = replace(bound.source, path=path, sha256=sha256(path.encode()).hexdigest())
    return replace(bound, agency=agency.name, source=source, scope="entity", agency_kind=agency.kind)


@lru_cache(maxsize=1)
def city() -> tuple[Season, tuple[Counted, ...]]:
    """The season and its audits of 2024; the last agency has no report."""
    known = roster()
    members = known.agencies[1:-1]
    audits = tuple(
        counted(check(report(agency, YEAR, number, wrong=number % 3 == 1), rulebook(), Settings())) for number, agency in enumerate(members)
    )
    earlier = [
        report(agency, year, number + 100 * year)
        for number, agency in enumerate(members)
        for year in (2018, 2020, 2022, 2023)
        if (number, year) != (0, 2022)
    ]
    return link([one.audit.report for one in audits], earlier, known), audits


def changes() -> Changes:
    kinds = ("fixed", "fixed", "remaining", "new")
    found = tuple(
        Changed(kind=kind, agency=f"青禾市{name}", year=YEAR, rule="T3-01", title="表三收支不平衡", path=f"{name}.docx")  # type: ignore[arg-type]
        for kind, name in zip(kinds, DEPARTMENTS, strict=False)
    )
    return Changes(name="第1轮", found=found)


@lru_cache(maxsize=4)
def brief(lang: str = "zh") -> Brief:
    season, audits = city()
    made = make_brief(rulebook(), season, audits, Request(office="青禾市人民政府办公室", date="2025-04-10", lang=lang, changes=changes()))
    assert made is not None
    return made
