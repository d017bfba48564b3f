"""Plants catalogued defects in a clean plan and says which rules must find them.

A defect is a function of the plan and a random source; it answers the changed plan, or ``None`` where the plan offers no place for
it. ``must`` names the rule that has to fire, ``may`` other error-severity rules that are true of the same document (a cell
stands in several identities). Everything outside ``must`` and ``may`` is a false accusation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random

from tests.lab.compose.plan import Prose, ReportPlan, SectionPlan, table_format

Change = Callable[[ReportPlan, Random], ReportPlan | None]


@dataclass(frozen=True)
class Defect:
    """``severity`` is that of ``must``; ``cells`` of the planted plan that differ are found by comparing truths."""

    name: str
    must: str
    change: Change
    may: frozenset[str] = frozenset()
    severity: str = "error"


@dataclass(frozen=True)
class Planted:
    """A plan with a defect in it, and what an audit must and may say."""

    plan: ReportPlan
    defect: Defect


def plant(plan: ReportPlan, defect: Defect, seed: int) -> Planted | None:
    """The plan with the defect, or ``None`` where it cannot be planted."""
    changed = defect.change(plan, Random(f"{seed}/{defect.name}"))
    return None if changed is None else Planted(changed, defect)


def set_facts(plan: ReportPlan, changes: Mapping[str, int | str]) -> ReportPlan:
    """The plan with other cells. Raises KeyError for a key that the plan does not have."""
    facts = dict(plan.facts)
    for key, value in changes.items():
        facts[key]  # an unknown key is a slip of the caller
        facts[key] = str(value)
    return replace(plan, facts=facts)


def replace_prose(plan: ReportPlan, old: str, new: str) -> ReportPlan:
    """The plan with ``old`` replaced in all prose and in the preamble."""

    def lines(entries: tuple[Prose, ...]) -> tuple[Prose, ...]:
        return tuple(replace(entry, text=entry.text.replace(old, new)) for entry in entries)

    sections = tuple(replace(entry, prose=lines(entry.prose), closing=lines(entry.closing)) for entry in plan.sections)
    return replace(plan, sections=sections, preamble=tuple(text.replace(old, new) for text in plan.preamble))


def prose_of(plan: ReportPlan) -> str:
    """All prose, preamble first."""
    return "\n".join([*plan.preamble, *(line.text for section in plan.sections for line in (*section.prose, *section.closing))])


def change_section(plan: ReportPlan, key: str, change: Callable[[SectionPlan], SectionPlan | None]) -> ReportPlan:
    """The plan with one section changed, or left out where ``change`` answers ``None``."""
    changed = [change(entry) if entry.key == key else entry for entry in plan.sections]
    return replace(plan, sections=tuple(entry for entry in changed if entry is not None))


def say(plan: ReportPlan, text: str, section: str = "s1_overview") -> ReportPlan:
    """The plan with one more paragraph at the end of a section's prose."""
    return change_section(plan, section, lambda entry: replace(entry, prose=(*entry.prose, Prose(text))))


def number(plan: ReportPlan, key: str) -> int:
    """A cell as a number. Raises KeyError or ValueError where it is none."""
    return int(plan.facts[key])


def applicants(plan: ReportPlan) -> list[str]:
    """Column keys of table 3 without the total."""
    return [column.key for column in table_format(plan.layouts["t3"], "t3").columns][:-1]


def outcome_rows(plan: ReportPlan) -> list[str]:
    """Row keys of table 3 that add up to （七）总计."""
    ends = ("new_received", "carried_over", "result_total", "carried_forward")
    return [row.key for row in table_format(plan.layouts["t3"], "t3").rows if row.key not in ends]


def _has(plan: ReportPlan, *tables: str) -> bool:
    return all(table in plan.layouts for table in tables)


def _follow(plan: ReportPlan, word: str, old: int, new: int) -> ReportPlan:
    """Prose that repeats a table figure follows the table, so that only the table is at fault."""
    return replace_prose(plan, f"{word}{old}件", f"{word}{new}件")


def _balance(plan: ReportPlan, random: Random) -> ReportPlan | None:
    if not _has(plan, "t3"):
        return None
    column, more = random.choice(applicants(plan)), random.randint(1, 9)
    keys = (f"t3.new_received.{column}", "t3.new_received.total")
    before = number(plan, keys[1])
    changed = set_facts(plan, {key: number(plan, key) + more for key in keys})
    if "未收到政府信息公开申请" in prose_of(plan):
        return None
    return _follow(changed, "新收政府信息公开申请", before, before + more)


def _offset_columns(plan: ReportPlan, random: Random) -> ReportPlan | None:
    if not _has(plan, "t3"):
        return None
    filled = [column for column in applicants(plan) if number(plan, f"t3.new_received.{column}") > 0]
    if not filled:
        return None
    source = random.choice(filled)
    target = random.choice([column for column in applicants(plan) if column != source])
    low, high = f"t3.new_received.{source}", f"t3.new_received.{target}"
    return set_facts(plan, {low: number(plan, low) - 1, high: number(plan, high) + 1})


def _row_total(plan: ReportPlan, random: Random) -> ReportPlan | None:
    if not _has(plan, "t3"):
        return None
    key = f"t3.{random.choice(outcome_rows(plan))}.total"
    return set_facts(plan, {key: number(plan, key) + random.randint(1, 9)})


def _outcome_total(plan: ReportPlan, random: Random) -> ReportPlan | None:
    if not _has(plan, "t3") or "未收到政府信息公开申请" in prose_of(plan):
        return None
    column, more = random.choice(applicants(plan)), random.randint(1, 9)
    new, closed = number(plan, "t3.new_received.total"), number(plan, "t3.result_total.total")
    keys = [f"t3.{row}.{place}" for row in ("new_received", "result_total") for place in (column, "total")]
    changed = set_facts(plan, {key: number(plan, key) + more for key in keys})
    return _follow(_follow(changed, "新收政府信息公开申请", new, new + more), "办结", closed, closed + more)


def _swapped_digits(plan: ReportPlan, random: Random) -> ReportPlan | None:
    if not _has(plan, "t3"):
        return None
    keys = [f"t3.{row}.{column}" for row in outcome_rows(plan) for column in applicants(plan)]
    fit = [key for key in keys if len(plan.facts[key]) == 2 and plan.facts[key][0] != plan.facts[key][1] and plan.facts[key][1] != "0"]
    if not fit:
        return None
    key = random.choice(fit)
    return set_facts(plan, {key: plan.facts[key][::-1]})


def _odd_cell(table: str, text: str) -> Change:
    def change(plan: ReportPlan, random: Random) -> ReportPlan | None:
        if not _has(plan, table):
            return None
        if table == "t2":
            keys = [key for key in plan.facts if key.startswith("t2.") and key.endswith(".decisions")]
        else:
            keys = [key for key in plan.facts if key.startswith(table + ".") and not key.endswith("total")]
        return set_facts(plan, {random.choice(keys): text})

    return change


def _block_total(block: str) -> Change:
    def change(plan: ReportPlan, random: Random) -> ReportPlan | None:
        key = f"t4.{block}_total"
        return set_facts(plan, {key: number(plan, key) + random.randint(1, 9)}) if _has(plan, "t4") else None

    return change


def _negative_items(plan: ReportPlan, random: Random) -> ReportPlan | None:
    if plan.layouts.get("t2") != "layout_2019":
        return None
    row = random.choice(("license", "other_service", "penalty", "coercion"))
    return set_facts(plan, {f"t2.{row}.change": -number(plan, f"t2.{row}.prev_items") - random.randint(1, 5)})


def _without_section(key: str) -> Change:
    def change(plan: ReportPlan, random: Random) -> ReportPlan | None:
        return change_section(plan, key, lambda _: None) if any(entry.key == key for entry in plan.sections) else None

    return change


def _empty_section(plan: ReportPlan, random: Random) -> ReportPlan | None:
    if plan.year < 2019:
        return None
    return change_section(plan, "s5_problems", lambda entry: replace(entry, prose=(Prose("无。"),)))


def _without_table(table: str) -> Change:
    def change(plan: ReportPlan, random: Random) -> ReportPlan | None:
        if not _has(plan, table):
            return None
        return replace(plan, layouts={key: value for key, value in plan.layouts.items() if key != table})

    return change


def _without_row(plan: ReportPlan, random: Random) -> ReportPlan | None:
    return replace(plan, omit=plan.omit | {f"t3.{random.choice(('carried_over', 'carried_forward'))}"}) if _has(plan, "t3") else None


def _old_form(plan: ReportPlan, random: Random) -> ReportPlan | None:
    if plan.year < 2022 or plan.layouts.get("t2") != "layout_2021":
        return None
    from tests.lab.compose.balanced import facts_for

    old = facts_for(random, "layout_2019", "small")
    facts = {key: value for key, value in plan.facts.items() if not key.startswith("t2.")}
    facts |= {key: str(value) for key, value in old.items() if key.startswith("t2.")}
    issued = plan.facts["t2.normative_doc.issued"]
    changed = replace(plan, facts=facts, layouts=dict(plan.layouts) | {"t2": "layout_2019"})
    return replace_prose(changed, f"本年制发行政规范性文件{issued}件。", "")


def _mixed_form(plan: ReportPlan, random: Random) -> ReportPlan | None:
    """Table 3 of the trial form in a report of today: the three rows of （六）其他处理 are one."""
    if plan.year < 2022 or plan.layouts.get("t3") != "layout_2021":
        return None
    columns = [*applicants(plan), "total"]
    parts = ("other_no_correction", "other_no_fee", "other_other")
    facts = {key: value for key, value in plan.facts.items() if not key.startswith(tuple(f"t3.{part}." for part in parts))}
    facts |= {f"t3.other.{column}": str(sum(number(plan, f"t3.{part}.{column}") for part in parts)) for column in columns}
    return replace(plan, facts=facts, layouts=dict(plan.layouts) | {"t3": "layout_2019"})


def _short_period(plan: ReportPlan, random: Random) -> ReportPlan | None:
    changed = replace_prose(plan, "12月31日止", random.choice(("12月21日止", "11月30日止", "12月30日止")))
    return changed if changed != plan else None


def _prose_figure(word: str) -> Change:
    def change(plan: ReportPlan, random: Random) -> ReportPlan | None:
        import re

        found = re.search(word + r"(\d+)件", prose_of(plan))
        if found is None:
            return None
        # far from every sum of the table, so that no reading of the sentence fits
        wrong = int(found[1]) * 3 + 1000 + random.randint(1, 9)
        return replace_prose(plan, found[0], f"{word}{wrong}件")

    return change


def _claim(text: str, needs: str) -> Change:
    def change(plan: ReportPlan, random: Random) -> ReportPlan | None:
        if needs not in plan.facts or number(plan, needs) == 0:
            return None
        return say(plan, text)

    return change


def _no_requests(plan: ReportPlan, random: Random) -> ReportPlan | None:
    if not _has(plan, "t3") or number(plan, "t3.new_received.total") == 0:
        return None
    import re

    sentence = re.search(r"[^\n]*新收政府信息公开申请[^\n]*", prose_of(plan))
    return replace_prose(plan, sentence[0], f"{plan.year}年未收到政府信息公开申请。") if sentence else None


def _said(text: str, section: str = "s1_overview") -> Change:
    def change(plan: ReportPlan, random: Random) -> ReportPlan | None:
        return say(plan, text, section) if any(entry.key == section for entry in plan.sections) else None

    return change


def _outcome_figure(plan: ReportPlan, random: Random) -> ReportPlan | None:
    if not _has(plan, "t3") or number(plan, "t3.result_total.total") == 0:
        return None
    return say(plan, f"本年度对政府信息公开申请予以公开{number(plan, 't3.granted.total') + 517}件。")


def _review_figure(plan: ReportPlan, random: Random) -> ReportPlan | None:
    if not _has(plan, "t4") or number(plan, "t4.review_total") == 0:
        return None
    return say(plan, f"本年度因政府信息公开工作被申请行政复议{number(plan, 't4.review_total') + 613}件。")


def _no_accountability(plan: ReportPlan, random: Random) -> ReportPlan | None:
    if not plan.agency.endswith("人民政府") or plan.year < 2019:
        return None
    told = [line.text for section in plan.sections for line in section.prose if "责任追究" in line.text]
    changed = plan
    for text in told:
        changed = replace_prose(changed, text, "按季度检查栏目更新情况。")
    return changed if changed != plan else None


def _subset(plan: ReportPlan, random: Random) -> ReportPlan | None:
    if "st" not in plan.layouts:
        return None
    whole, part = random.choice(
        (("proactive_total", "proactive_normative"), ("press_total", "press_lead"), ("interview_total", "interview_lead"))
    )
    return set_facts(plan, {f"st.{part}": number(plan, f"st.{whole}") + random.randint(1, 9)})


def _identity_number(plan: ReportPlan, random: Random) -> ReportPlan | None:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    body = f"110101{random.randint(1950, 1999)}{random.randint(1, 12):02d}{random.randint(1, 28):02d}{random.randint(0, 999):03d}"
    mark = "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]
    return replace(plan, preamble=(*plan.preamble, f"联系人身份证号码：{body}{mark}。"))


_T3 = frozenset({"T3-01", "T3-02", "T3-03", "T3-07"})

DEFECTS: tuple[Defect, ...] = (
    Defect("balance", "T3-01", _balance, frozenset({"T3-07"})),
    Defect("offset_columns", "T3-01", _offset_columns, frozenset({"T3-07"})),
    Defect("outcome_total", "T3-02", _outcome_total),
    Defect("row_total", "T3-03", _row_total, _T3),
    Defect("swapped_digits", "T3-03", _swapped_digits, _T3),
    Defect("negative_request", "T3-04", _odd_cell("t3", "-2"), _T3 | {"C-01", "C-02", "C-03", "C-04", "C-07"}),
    Defect("fraction_request", "T3-04", _odd_cell("t3", "1.5"), _T3 | {"C-01", "C-02", "C-03", "C-04", "C-07"}),
    Defect("review_total", "T4-01", _block_total("review")),
    Defect("direct_total", "T4-02", _block_total("direct")),
    Defect("after_review_total", "T4-03", _block_total("after_review")),
    Defect("negative_review", "T4-04", _odd_cell("t4", "-1"), frozenset({"T4-01", "T4-02", "T4-03"})),
    Defect("fraction_decision", "T2-01", _odd_cell("t2", "12.5")),
    Defect("negative_decision", "T2-01", _odd_cell("t2", "-3")),
    Defect("negative_items", "T2-05", _negative_items),
    Defect("no_section_2", "A-03", _without_section("s2_proactive"), frozenset({"A-09"})),
    Defect("no_section_3", "A-03", _without_section("s3_requests"), frozenset({"A-10", "C-01", "C-02", "C-03", "C-04"})),
    Defect("no_section_4", "A-03", _without_section("s4_review_litigation"), frozenset({"A-11"})),
    Defect("no_section_5", "A-03", _without_section("s5_problems"), frozenset({"A-08"})),
    Defect("no_section_6", "A-03", _without_section("s6_other"), severity="warning"),
    Defect("empty_section_5", "A-08", _empty_section),
    Defect("no_table_2", "A-09", _without_table("t2")),
    Defect("no_table_3", "A-10", _without_table("t3")),
    Defect("no_table_4", "A-11", _without_table("t4")),
    Defect("no_end_row", "A-10", _without_row, frozenset({"T3-07"})),
    Defect("old_form", "A-02", _old_form),
    Defect("mixed_form", "A-02", _mixed_form),
    Defect("short_period", "A-13", _short_period, frozenset({"F-14"})),
    Defect("prose_new", "C-01", _prose_figure("新收政府信息公开申请")),
    Defect("prose_carried", "C-02", _prose_figure("上年结转"), frozenset({"C-01"})),
    Defect("prose_closed", "C-03", _prose_figure("办结")),
    Defect("prose_forward", "C-04", _prose_figure("结转下年度继续办理")),
    Defect("prose_outcome", "C-05", _outcome_figure),
    Defect("prose_review", "C-12", _review_figure),
    Defect("claims_no_requests", "C-07", _no_requests, frozenset({"C-01"})),
    Defect("claims_no_review", "C-13", _claim("本年度没有因政府信息公开工作引起的行政复议。", "t4.review_total"), frozenset({"C-12"})),
    Defect("claims_upheld", "C-11", _claim("因政府信息公开引起的行政复议结果均获维持。", "t4.review_corrected"), frozenset({"C-12"})),
    Defect("no_accountability", "A-07", _no_accountability),
    Defect("impossible_date", "F-14", _said("专题培训班于2月30日举办。")),
    Defect("secrecy_mark", "G-07", _said("机密★5年")),
    Defect("identity_number", "G-01", _identity_number),
    Defect("placeholder_in_table", "F-06", _odd_cell("t4", "XX"), frozenset({"T4-04"})),
    Defect("part_above_whole", "ST-06", _subset),
)
