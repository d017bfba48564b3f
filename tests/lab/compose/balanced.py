"""Random reports of invented agencies whose tables satisfy every identity and whose prose agrees with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.lab.compose.plan import ReportPlan, cell_keys, table_format
from tests.lab.compose.prose import preamble_for, sections_for

PLACES = ("青禾市", "白榆县", "临岫区", "望舒市", "松岚县", "云陂区", "石埭岭县", "南屿州", "霁川市", "鹿鸣浦区")
BODIES = (
    "水务局",
    "民政局",
    "教育局",
    "财政局",
    "自然资源局",
    "住房和城乡建设局",
    "市场监督管理局",
    "卫生健康委员会",
    "数据中心",
    "政务服务中心",
)
YEARS = {
    "layout_2019": (2019, 2020),
    "layout_2021": (2021, 2022, 2023, 2024, 2025),
    "layout_stat": (2014, 2015, 2016, 2017, 2018),
    "free": (2008, 2010, 2012, 2013),
}
SIZES = ("zero", "small", "medium", "large", "huge")


@dataclass(frozen=True)
class Agency:
    """An invented body. ``us`` is what it calls itself; ``whole`` says that its tables cover its area."""

    name: str
    us: str
    whole: bool = False


def balanced_plan(seed: int, layout: str = "layout_2021", size: str = "small", *, year: int | None = None) -> ReportPlan:
    """A clean report. ``layout``: a layout id or ``free``; ``size``: one of ``SIZES`` (``zero`` = tables of zeros)."""
    random = Random(f"{seed}/{layout}/{size}")
    agency = _agency(random, size)
    chosen = year if year is not None else random.choice(YEARS[layout])
    facts = facts_for(random, layout, size)
    layouts = {
        "layout_2019": {"t2": layout, "t3": layout, "t4": layout},
        "layout_2021": {"t2": layout, "t3": layout, "t4": layout},
        "layout_stat": {"st": layout},
        "free": {},
    }[layout]
    return ReportPlan(
        agency=agency.name,
        year=chosen,
        layouts=layouts,
        facts={key: str(value) for key, value in facts.items()},
        preamble=preamble_for(agency.name, agency.us, chosen),
        sections=sections_for(agency.us, agency.whole, chosen, layout, facts, random.randrange(1000)),
        scope="consolidated" if agency.whole else "entity",
    )


def _agency(random: Random, size: str) -> Agency:
    place = random.choice(PLACES)
    unit = place[-1]
    if size == "huge" or (size == "large" and random.random() < 0.5):
        return Agency(f"{place}人民政府", f"全{unit}", whole=True)
    if random.random() < 0.15:
        return Agency(f"{place}{random.choice(('石桥', '柳浦', '枫溪'))}街道办事处", "我街道")
    body = random.choice(BODIES)
    us = "我委" if body.endswith("委员会") else "我中心" if body.endswith("中心") else "我局"
    return Agency(place + body, us)


def facts_for(random: Random, layout: str, size: str) -> dict[str, int | str]:
    """Values for every cell of a layout (the amounts as text with decimals)."""
    number = _magnitude(random, size)
    if layout == "free":
        return {}
    if layout == "layout_stat":
        return _statistics(random, number)
    facts: dict[str, int | str] = dict(
        _table2_2021(random, number, size) if layout == "layout_2021" else _table2_2019(random, number, size)
    )
    facts |= _table3(random, layout, size)
    facts |= _table4(random, size)
    return {key: facts[key] for table in ("t2", "t3", "t4") for key in cell_keys(layout, table)}


def _magnitude(random: Random, size: str) -> Callable[[int], int]:
    scale = {"zero": 0, "small": 1, "medium": 20, "large": 1000, "huge": 90000}[size]

    def number(top: int) -> int:
        return random.randint(0, top * scale) if scale else 0

    return number


def _table2_2021(random: Random, number: Callable[[int], int], size: str) -> dict[str, int | str]:
    facts: dict[str, int | str] = {}
    ruled = size == "huge"
    for row, top in (("regulation", 5 if ruled else 0), ("normative_doc", 0 if size == "zero" else 12)):
        issued, repealed = random.randint(0, top), random.randint(0, top // 2)
        facts |= {f"t2.{row}.issued": issued, f"t2.{row}.repealed": repealed, f"t2.{row}.effective": issued + random.randint(0, top * 6)}
    for row, top in (("license", 30), ("penalty", 20), ("coercion", 3)):
        facts[f"t2.{row}.decisions"] = number(top)
    fee = number(3)
    facts["t2.admin_fee.fee_amount"] = f"{fee}.{random.randint(10, 99)}" if fee and random.random() < 0.6 else fee
    return facts


def _table2_2019(random: Random, number: Callable[[int], int], size: str) -> dict[str, int | str]:
    facts: dict[str, int | str] = {}
    for row, top in (("regulation", 5 if size == "huge" else 0), ("normative_doc", 0 if size == "zero" else 12)):
        made = random.randint(0, top)
        published = random.randint(0, made)
        facts |= {
            f"t2.{row}.made": made,
            f"t2.{row}.published": published,
            f"t2.{row}.public_total": published + random.randint(0, top * 6),
        }
    for row in ("license", "other_service", "penalty", "coercion"):
        items = 0 if size == "zero" else random.randint(1, 300)
        change = random.randint(-(items // 3), items // 3)
        facts |= {f"t2.{row}.prev_items": items, f"t2.{row}.change": change, f"t2.{row}.decisions": number(25)}
    items = 0 if size == "zero" else random.randint(0, 20)
    facts |= {"t2.admin_fee.prev_items": items, "t2.admin_fee.change": -random.randint(0, items // 2)}
    bought = number(4)
    facts |= {
        "t2.gov_procurement.proc_count": bought,
        "t2.gov_procurement.proc_amount": f"{bought * 37}.{random.randint(10, 99)}" if bought else 0,
    }
    return facts


def _table3(random: Random, layout: str, size: str) -> dict[str, int]:
    form = table_format(layout, "t3")
    columns = [column.key for column in form.columns]
    ends = ("new_received", "carried_over", "result_total", "carried_forward")
    outcomes = [row.key for row in form.rows if row.key not in ends]
    top = {"zero": 0, "small": 3, "medium": 20, "large": 150, "huge": 1500}[size]
    facts: dict[str, int] = {}
    for column in columns[:-1]:
        busy = random.random() < (0.9 if column == "natural_person" else 0.4)
        for row in outcomes:
            facts[f"t3.{row}.{column}"] = random.randint(0, top) if busy and random.random() < 0.5 else 0
        total = sum(facts[f"t3.{row}.{column}"] for row in outcomes)
        forward = random.randint(0, max(top // 4, 1)) if busy and top else 0
        carried = random.randint(0, min(total + forward, top // 2))
        facts |= {
            f"t3.result_total.{column}": total,
            f"t3.carried_forward.{column}": forward,
            f"t3.carried_over.{column}": carried,
            f"t3.new_received.{column}": total + forward - carried,
        }
    for row in (entry.key for entry in form.rows):
        facts[f"t3.{row}.{columns[-1]}"] = sum(facts[f"t3.{row}.{column}"] for column in columns[:-1])
    return facts


def _table4(random: Random, size: str) -> dict[str, int]:
    top = {"zero": 0, "small": 2, "medium": 6, "large": 40, "huge": 400}[size]
    facts: dict[str, int] = {}
    for block in ("review", "direct", "after_review"):
        results = [random.randint(0, top) for _ in range(4)]
        if block == "review" and top and not sum(results):
            results[0] = 1  # a suit after review needs a review
        for key, value in zip(("upheld", "corrected", "other", "pending"), results, strict=True):
            facts[f"t4.{block}_{key}"] = value
        facts[f"t4.{block}_total"] = sum(results)
    return facts


def _statistics(random: Random, number: Callable[[int], int]) -> dict[str, int | str]:
    keys = [key.removeprefix("st.") for key in cell_keys("layout_stat", "st")]
    facts = {key: number(4) for key in keys}
    for total, parts in (
        ("resp_hot", ("press_total", "interview_total", "resp_social", "resp_other")),
        ("req_received", ("req_face", "req_fax", "req_online", "req_letter")),
        ("rep_denied", ("den_secret", "den_business", "den_privacy", "den_safety", "den_not_gov_info", "den_other_law")),
        ("rv_total", ("rv_upheld", "rv_corrected", "rv_other")),
        ("lt_total", ("lt_upheld", "lt_corrected", "lt_other")),
        ("staff_total", ("staff_full", "staff_part")),
    ):
        facts[total] = sum(facts[part] for part in parts)
    channels = ("ch_gazette", "ch_website", "ch_weibo", "ch_wechat", "ch_other")
    facts["proactive_total"] = max((facts[channel] for channel in channels), default=0)
    facts["proactive_normative"] = min(facts["proactive_normative"], facts["proactive_total"])
    facts["normative_issued"] = facts["proactive_normative"]
    facts["press_lead"] = min(facts["press_lead"], facts["press_total"])
    facts["interview_lead"] = min(facts["interview_lead"], facts["interview_total"])
    # every request is closed in time and answered once, as the replies are counted per request
    replies = ("rep_already_public", "rep_partial", "rep_denied", "rep_not_this_agency", "rep_not_exist", "rep_amend", "rep_other_channel")
    for reply in replies:
        if reply != "rep_denied":
            facts[reply] = 0
    facts["req_online"] += max(0, facts["rep_denied"] - facts["req_received"])
    facts["req_received"] = max(facts["req_received"], facts["rep_denied"])
    facts["rep_granted"] = facts["req_received"] - facts["rep_denied"]
    facts["replies_total"] = facts["req_closed"] = facts["closed_on_time"] = facts["req_received"]
    facts["closed_extended"] = 0
    facts["fee_collected"] = 0
    return {f"st.{key}": facts[key] for key in keys}
