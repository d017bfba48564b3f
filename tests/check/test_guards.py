"""What must not be reported: every row of the rule book's table of guards, and the traps that other checkers fall into.

Whole reports of an invented agency with all rules on. Each is also shown to be looked at: next to the silent report stands
one that differs in the point in question and does speak up, where there is such a point.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from auditor.bind import bind
from auditor.check.engine import check
from auditor.model.settings import Settings
from auditor.season import audit_season
from auditor.season.roster import roster_of
from tests.check.tables import BOOK
from tests.check.whole import audited, bound, every, printed, serious, table3, table4
from tests.lab.compose import ReportPlan, balanced_plan
from tests.lab.compose.memory import to_document
from tests.lab.compose.plan import Prose
from tests.lab.mutate import change_section, say


def rules_of(plan: ReportPlan, *selected: str) -> set[str]:
    """The rules that speak up, notices included."""
    return {entry.rule for entry in every(audited(plan, *selected))}


def silent(plan: ReportPlan) -> None:
    """No error and no warning."""
    assert serious(audited(plan)) == []


def final(plan: ReportPlan, text: str) -> ReportPlan:
    """The plan with this last section."""
    return change_section(plan, "s6_other", lambda section: replace(section, prose=(Prose(text),)))


# Section 4 of the rule book, row by row.


@pytest.mark.parametrize("blank", ["", "-", "—", "/"])
def test_blank_cells_in_a_consistent_table(blank: str) -> None:
    cells: dict[str, object] = {key: value or blank for key, value in table3(granted={"natural_person": 12, "commercial": 3}).items()}
    plan = printed({**{f"t4.{name}": blank for name in ("review_total", "review_upheld", "after_review_total")}, **cells})
    silent(plan)
    assert rules_of(plan) <= {"F-11"}


def test_the_last_section_says_only_none() -> None:
    silent(final(printed(table3()), "无。"))
    assert serious(audited(final(printed(table3()), "无。"), "A-16")) == []


@pytest.mark.parametrize("year", [2020, 2023])
def test_tables_of_zeros(year: int) -> None:
    silent(printed(table3(year), year=year))


def test_more_suits_after_review_than_reviews() -> None:
    plan = printed(table3() | table4(review=(1, 0, 0, 0), after_review=(4, 0, 0, 0)))
    silent(plan)
    assert not {rule for rule in rules_of(plan) if rule.startswith("T4")}


def test_far_more_decisions_than_items() -> None:
    plan = printed(table3(2020) | {"t2.license.prev_items": 40, "t2.license.decisions": 98000}, year=2020)
    silent(plan)
    assert not {rule for rule in rules_of(plan) if rule.startswith("T2")}
    assert "T2-06" in rules_of(printed(table3(2020) | {"t2.license.decisions": 98000}, year=2020))


def test_more_documents_published_than_made() -> None:
    plan = printed(
        table3(2020) | {"t2.normative_doc.made": 2, "t2.normative_doc.published": 9, "t2.normative_doc.public_total": 30}, year=2020
    )
    silent(plan)
    assert not {rule for rule in rules_of(plan) if rule.startswith("T2")}


def test_channels_add_up_to_more_than_the_total() -> None:
    plan = balanced_plan(7, "layout_stat", "medium", year=2016)
    more = {key: str(int(plan.facts["st.proactive_total"])) for key in ("st.ch_website", "st.ch_wechat", "st.ch_other")}
    plan = replace(plan, facts=dict(plan.facts) | more)
    assert not [entry for entry in serious(audited(plan)) if entry[0].startswith("ST")]


@pytest.mark.parametrize("shares", [("33.3%", "33.3%", "33.3%"), ("33.4%", "33.3%", "33.4%"), ("33.3%", "33.4%", "33.3%")])
def test_shares_that_rounding_keeps_from_a_hundred(shares: tuple[str, str, str]) -> None:
    one, two, three = shares
    text = f"全年收到政府信息公开申请12件，其中自然人4件，占{one}；商业企业4件，占{two}；其他组织4件，占{three}。"
    found = rules_of(printed(table3(granted={"natural_person": 4, "commercial": 4, "other_org": 4}), text=text))
    assert "C-09" not in found
    if shares != ("33.4%", "33.3%", "33.4%"):
        assert "C-08" not in found


def test_all_answered_within_the_time_with_cases_carried_forward() -> None:
    cells = table3(granted={"natural_person": 30}, forward={"natural_person": 4})
    silent(printed(cells, text="收到政府信息公开申请34件，全部在法定期限内答复。"))
    assert "C-11" in rules_of(printed(cells, text="收到政府信息公开申请34件，全部办结。"))


def test_more_closed_than_received() -> None:
    silent(printed(table3(granted={"natural_person": 30}, over={"natural_person": 9}), text="收到政府信息公开申请21件，办结30件。"))


def test_reviews_and_suits_without_the_pending_ones() -> None:
    cells = table3() | table4(review=(90, 14, 30, 36), direct=(30, 4, 6, 11), after_review=(12, 2, 3, 9))
    silent(printed(cells, text="全年办结因政府信息公开引起的行政复议134件、行政诉讼57件。"))
    assert "C-12" in rules_of(printed(cells, text="全年办结因政府信息公开引起的行政复议134件、行政诉讼58件。"))


def test_office_telephone_address_mailbox_and_leaders() -> None:
    contact = "如对本报告有疑问，请与本机关办公室联系（地址：青山市人民路18号，电话：0999-8612345，邮编：999001，"
    contact += "电子邮箱：qsswj_office@163.com）。"
    plan = printed(table3())
    plan = replace(plan, preamble=(*plan.preamble, contact))
    plan = say(plan, "局长张明远担任政务公开领导小组组长，分管副局长李文静负责日常工作。")
    silent(plan)
    assert not {rule for rule in rules_of(plan) if rule.startswith("G")}
    assert "G-01" in rules_of(say(printed(table3()), "申请人的身份证号码为110101199003071233，已予答复。"))


@pytest.mark.parametrize("year", [2018, 2020])
def test_the_former_regulation_where_it_was_the_law_or_history(year: int) -> None:
    if year == 2018:
        plan = balanced_plan(5, "layout_stat", "medium", year=2018)
        assert any("492" in line for line in plan.preamble)
        assert not [entry for entry in serious(audited(plan)) if "492" in entry[2]]
    else:
        plan = say(
            printed(table3(year), year=year), "原《中华人民共和国政府信息公开条例》（国务院令第492号）自2008年5月1日起施行，2019年修订。"
        )
        assert not [entry for entry in serious(audited(plan)) if "492" in entry[2]]
        wrong = printed(table3(year), year=year)
        wrong = replace(wrong, preamble=tuple(line.replace("711", "492") for line in wrong.preamble))
        assert [entry for entry in serious(audited(wrong)) if "492" in entry[2]]


def test_a_large_fee_of_nobody_knows_whom_is_undecided() -> None:
    plan = replace(printed(table3() | {"t2.admin_fee.fee_amount": 316441}), agency="云台市档案局")
    assert "T2-04" in {rule for rule, _, _ in serious(audited(plan))}
    nameless = replace(plan, title="2023年政府信息公开工作年度报告", preamble=())
    audit = audited(nameless, "T2-04")
    assert serious(audit) == []
    assert [entry.rule for entry in audit.unknown] == ["T2-04"]


def test_single_requests_are_no_private_data() -> None:
    plan = printed(table3(granted={"natural_person": 1}), text="全年收到政府信息公开申请1件，予以公开1件。")
    silent(plan)
    assert not {rule for rule in rules_of(plan) if rule.startswith("G")}


def _family(parent: Mapping[str, int], *children: Mapping[str, int], listed: int) -> list[tuple[str, str, str]]:
    """Errors and warnings on a government whose roster lists so many departments, of which these reported."""
    names = ("青山市水务局", "青山市财政局", "青山市教育局")
    plans = [(parent, {"agency": "青山市人民政府", "agency_kind": "government", "scope": "consolidated"})]
    plans += [
        (cells, {"agency": name, "agency_kind": "department", "scope": "entity"}) for cells, name in zip(children, names, strict=False)
    ]
    audits = []
    for number, (cells, fields) in enumerate(plans):
        report = bound(printed(cells, seed=number))
        source = msgspec.structs.replace(report.source, path=f"in/{number}.docx", sha256=f"{number:064d}")
        audits.append(check(msgspec.structs.replace(report, source=source, **fields), BOOK))
    lines: list[list[Any]] = [["机关名称", "上级", "类型"], ["青山市人民政府", None, "government"]]
    lines += [[name, "青山市人民政府", "department"] for name in names[:listed]]
    audit = audit_season(audits, BOOK, roster=roster_of(lines)).audits[0]
    return [entry for entry in serious(audit) if entry[0].startswith("E")]


def test_a_government_is_not_the_sum_of_an_incomplete_roster() -> None:
    whole, one, two = (table3(granted={"natural_person": n}) for n in (50, 20, 10))
    assert _family(whole, one, two, listed=3) == []
    assert _family(whole, one, two, listed=2), "with all children in, the difference is reported"


# The traps of other checkers.


def test_fees_of_the_government_are_not_fees_for_information() -> None:
    plan = final(printed(table3() | {"t2.admin_fee.fee_amount": "125840.36"}), "本机关2023年度收取信息处理费0元。")
    assert not {rule for rule, _, _ in serious(audited(plan)) if rule.startswith("C")}


@pytest.mark.parametrize(
    "text",
    [
        "全年受理政府信息公开申请36件。",
        "全年收到政府信息公开申请30件，加上上年结转6件，共办理36件。",
        "全年办结政府信息公开申请32件，结转下年度4件。",
        "全年新收政府信息公开申请30件，答复32件。",
    ],
)
def test_received_may_hold_what_was_carried_over(text: str) -> None:
    cells = table3(granted={"natural_person": 32}, over={"natural_person": 6}, forward={"natural_person": 4})
    silent(printed(cells, text=text))


def test_parts_in_brackets_contradict_nothing() -> None:
    cells = table3(granted={"natural_person": 32}) | {"t2.normative_doc.issued": 21, "t2.normative_doc.effective": 80}
    silent(printed(cells, text="全年制发行政规范性文件21件（含修订16件）。收到政府信息公开申请32件，其中网上申请20件、信函申请12件。"))


def test_not_applicable_in_a_unit_without_the_power() -> None:
    cells: dict[str, object] = {f"t2.regulation.{name}": "/" for name in ("issued", "repealed", "effective")}
    cells |= {"t2.coercion.decisions": "/", "t2.license.decisions": 12}
    silent(printed(table3() | cells))


def _years(before: Mapping[str, object], now: Mapping[str, object], agency: str | None = None) -> list[tuple[str, str, str]]:
    """Errors and warnings on the later report of two years; ``agency`` names the earlier one's."""
    audits = []
    for number, (cells, year) in enumerate(((now, 2023), (before, 2022))):
        report = bound(printed(cells, year=year))
        source = msgspec.structs.replace(report.source, path=f"in/{year}.docx", sha256=f"{number:064d}")
        fields = {"agency": agency} if agency is not None and year == 2022 else {}
        audits.append(check(msgspec.structs.replace(report, source=source, **fields), BOOK))
    return [entry for entry in serious(audit_season(audits, BOOK).audits[0]) if entry[0][0] in "DT"]


def test_documents_that_expired_are_a_question_not_an_error() -> None:
    before = table3() | {"t2.normative_doc.effective": 30}
    now = table3() | {"t2.normative_doc.issued": 2, "t2.normative_doc.repealed": 1, "t2.normative_doc.effective": 27}
    assert [entry[:2] for entry in _years(before, now)] == [("D-03", "warning")]


def test_pending_cases_of_last_year_may_be_counted_once() -> None:
    before = table3() | table4(review=(1, 0, 0, 3))
    assert _years(before, table3() | table4(review=(1, 0, 0, 0))) == []


def test_a_body_under_another_name_is_not_compared() -> None:
    before, now = table3(forward={"natural_person": 5}), table3(granted={"natural_person": 2}, over={"natural_person": 2})
    assert [entry[0] for entry in _years(before, now) if entry[0] == "D-01"] == ["D-01"]
    assert _years(before, now, "青山市行政审批局") == []


def test_other_years_are_legal_in_context() -> None:
    plan = printed(table3(granted={"natural_person": 8}, over={"natural_person": 2}), text="收到政府信息公开申请6件，2022年结转2件。")
    plan = say(plan, "2024年将继续做好政府信息公开，落实2019年修订的条例。", "s5_problems")
    silent(plan)


def test_a_short_section_of_a_small_town() -> None:
    plan = printed(table3())
    plan = change_section(plan, "s5_problems", lambda s: replace(s, prose=(Prose("公开内容还不够及时。下一步将安排专人按月更新。"),)))
    assert not [entry for entry in serious(audited(plan)) if entry[1] == "error"]


def test_the_first_year_of_the_form_and_the_years_before() -> None:
    silent(printed(table3(2019), year=2019))
    old = audited(balanced_plan(9, "free", "small", year=2012))
    assert not [entry for entry in serious(old) if entry[0][:2] in ("T2", "T3", "T4")]
    assert len(every(old)) < 15


def test_numbered_points_inside_a_section_do_not_shift_the_sections() -> None:
    plan = printed(table3())
    points = (Prose("一、加强学习。组织业务培训。"), Prose("二、完善制度。修订工作规程。"), Prose("三、改进平台。合并栏目。"))
    plan = change_section(plan, "s1_overview", lambda s: replace(s, prose=(*s.prose, *points)))
    report = bound(plan)
    keys = [section.key for section in report.sections if section.key is not None]
    assert keys == ["s1_overview", "s2_proactive", "s3_requests", "s4_review_litigation", "s5_problems", "s6_other"]
    assert not [entry for entry in serious(audited(plan)) if entry[1] == "error"]


@pytest.mark.parametrize("written", ["１２３４", "1,234", "1，234", " 1234 ", "1 234"])
def test_the_writing_of_a_number_is_no_defect(written: str) -> None:
    cells: dict[str, object] = dict(table3(granted={"natural_person": 1234}))
    cells |= {"t3.granted.natural_person": written}
    assert not [entry for entry in serious(audited(printed(cells))) if entry[1] == "error"]


def test_statutory_sentences_are_not_copied_text() -> None:
    audits = []
    for number, name in enumerate(("青山市水务局", "临河县教育局", "白塔区民政局")):
        document = to_document(printed(table3(), seed=number))
        report = bind(document, BOOK)
        form = tuple(entry for entry in report.passages if entry.section is None)
        source = msgspec.structs.replace(report.source, path=f"in/{number}.docx", sha256=f"{number:064d}")
        audits.append(check(msgspec.structs.replace(report, source=source, agency=name, passages=form), BOOK, Settings()))
    assert not [entry for entry in audit_season(audits, BOOK).findings if entry.rule in ("F-09", "H-10")]


def test_counts_have_no_tolerance_and_money_that_of_its_digits() -> None:
    cells = table3(granted={"natural_person": 1200}) | {"t2.admin_fee.fee_amount": "12.35"}
    assert "C-01" in rules_of(printed(cells, text="收到政府信息公开申请1201件。"))
    silent(printed(cells, text="收到政府信息公开申请1200件。全年行政事业性收费12.35万元。"))
    silent(printed(cells, text="收到政府信息公开申请1200件。全年行政事业性收费123456元。"))
