"""Defects that were really published, with their figures and in our own words: whole reports of an invented agency.

The second half are figures that look wrong and are not: the report has to stay without errors and warnings.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from auditor.model.finding import Audit, Finding
from tests.check.whole import Counts, audited, every, place, printed, serious, table3, table4
from tests.lab.mutate import say


def one(audit: Audit, rule: str) -> tuple[Finding, str]:
    """The only finding of a rule and the words it points at."""
    found = [entry for entry in every(audit) if entry.rule == rule]
    assert len(found) == 1, [(entry.rule, entry.message) for entry in every(audit)]
    assert audit.report is not None
    return found[0], place(audit.report, found[0])


def only(audit: Audit, *rules: str) -> None:
    """Nothing but these rules speaks up."""
    assert sorted(rule for rule, _, _ in serious(audit)) == sorted(rules), serious(audit)


def test_the_natural_persons_given_for_the_total() -> None:
    cells = table3(granted={"natural_person": 100, "commercial": 9}, partial={"natural_person": 158, "other_org": 8})
    audit = audited(printed(cells, text="全年办结政府信息公开申请275件，其中予以公开及部分公开258件。"))
    finding, words = one(audit, "C-05")
    assert (finding.severity, words, finding.expected, finding.actual) == ("error", "258件", "275", "258件")
    assert "自然人" in finding.message
    assert finding.calculation is not None
    assert "109" in finding.calculation
    assert "166" in finding.calculation
    only(audit, "C-05")


def test_three_items_that_make_more_than_the_text_says() -> None:
    cells = table3(unable_not_held={"natural_person": 265}, unable_need_creation={"commercial": 31}, unable_unclear={"natural_person": 41})
    audit = audited(printed(cells, text="本年度政府信息公开申请中，无法提供265件。"))
    finding, words = one(audit, "C-05")
    assert (finding.severity, words, finding.expected) == ("error", "265件", "337")
    only(audit, "C-05")


def test_a_share_that_fits_no_whole() -> None:
    cells = table3(granted={"natural_person": 200}, partial={"natural_person": 75}, unable_not_held={"natural_person": 530})
    text = "全年答复政府信息公开申请805件。其中予以公开及部分公开275件，占33.9%。"
    audit = audited(printed(cells, text=text))
    finding, words = one(audit, "C-08")
    assert finding.severity in ("warning", "error")
    assert (words, finding.expected) == ("33.9%", "34.2%")
    assert finding.calculation is not None
    assert "275/805" in finding.calculation
    only(audit, "C-08")


def test_all_upheld_with_cases_pending() -> None:
    cells = table3() | table4(review=(5, 0, 0, 2), direct=(5, 0, 0, 1), after_review=(3, 0, 0, 0))
    audit = audited(printed(cells, text="因政府信息公开引起行政复议7件，行政诉讼9件，均获维持。"))
    finding, words = one(audit, "C-11")
    assert (finding.severity, words) == ("warning", "均获维持")
    assert "3" in finding.message
    only(audit, "C-11")


def test_a_period_that_ends_ten_days_early() -> None:
    plan = printed(table3(2020), year=2020)
    plan = replace(plan, preamble=tuple(line.replace("12月31日", "12月21日") for line in plan.preamble))
    audit = audited(plan)
    periods = [entry for entry in every(audit) if "12月21日" in entry.message]
    assert [(entry.rule, entry.severity) for entry in periods] == [("A-13", "error")]
    assert serious(audit) == [(entry.rule, entry.severity, entry.message) for entry in periods]


def test_listed_parts_that_do_not_make_the_whole() -> None:
    plan = say(printed(table3()), "全年主动公开政府信息6391条，其中政务动态1105条，公示公告2896条，其他信息2004条。")
    audit = audited(plan)
    finding, words = one(audit, "C-16")
    assert (finding.severity, words) == ("warning", "6391条")
    assert finding.calculation == "1105 + 2896 + 2004 = 6005 ≠ 6391"
    only(audit, "C-16")
    open_list = say(printed(table3()), "全年主动公开政府信息6391条，其中政务动态1105条，公示公告2896条，人事信息2004条。")
    only(audited(open_list))


def test_two_columns_that_offset_each_other_are_one_finding() -> None:
    cells = table3(granted={"natural_person": 60, "other_org": 1})
    assert cells["t3.new_received.total"] == 61
    cells |= {"t3.new_received.natural_person": 61, "t3.new_received.other_org": 0}
    audit = audited(printed(cells))
    (top,) = [entry for entry in audit.findings if entry.severity == "error"]
    assert (top.rule, [child.rule for child in top.children]) == ("T3-01", ["T3-01"])
    assert "61" in top.message
    assert "60" in top.message
    assert top.culprit is not None
    (best,) = top.culprit.candidates
    assert (best.kind, best.key, best.likely) == ("offset", "t3.new_received.natural_person", "60")
    assert best.others == (("t3.new_received.other_org", "0", "1"),)
    only(audit, "T3-01", "T3-01")


SHARES = "全年收到政府信息公开申请12件，其中自然人4件，占33.4%；商业企业4件，占33.3%；其他组织4件，占33.3%。"


def _plan(cells: dict[str, int], text: str = "", management: str = "") -> Audit:
    return audited(printed(cells, text=text, management=management))


SILENT: tuple[tuple[str, dict[str, int], str], ...] = (
    ("shares made to add up to 100.0", table3(granted={"natural_person": 4, "commercial": 4, "other_org": 4}), SHARES),
    (
        "all answered in time, with cases of December carried forward",
        table3(granted={"natural_person": 20}, forward={"natural_person": 3}),
        "全年收到政府信息公开申请23件，均在法定期限内答复，结转下年度3件。",
    ),
    (
        "all answered in time, without a word about the carried cases",
        table3(granted={"natural_person": 20}, forward={"natural_person": 3}),
        "全年收到政府信息公开申请23件，全部按期答复。",
    ),
    (
        "reviews and suits without those pending",
        table3() | table4(review=(90, 14, 30, 36), direct=(30, 4, 6, 11), after_review=(12, 2, 3, 9)),
        "全年办结因政府信息公开引起的行政复议134件、行政诉讼57件。",
    ),
    (
        "policy papers are more than normative documents",
        table3() | {"t2.normative_doc.issued": 8, "t2.normative_doc.effective": 20},
        "全年发布政策文件11件，配发解读材料。",
    ),
    ("about 5,500 items", table3(), "全年主动公开政府信息5500余条，其中门户网站5536条。"),
    (
        "regulations in force with those made, amended and repealed in brackets",
        table3() | {"t2.regulation.issued": 5, "t2.regulation.repealed": 4, "t2.regulation.effective": 60},
        "全年公开规章13件（含新制定5件，修改4件，废止4件）。",
    ),
    (
        "handled includes what was carried over",
        table3(granted={"natural_person": 46}, over={"natural_person": 1}),
        "全年累计处理政府信息公开申请46件（含上年度结转1件）。",
    ),
)


@pytest.mark.parametrize(("cells", "text"), [pytest.param(cells, text, id=name) for name, cells, text in SILENT])
def test_figures_that_are_right_in_spite_of_appearances(cells: dict[str, int], text: str) -> None:
    agency_of_rules = "t2.regulation.issued" in cells
    audit = _plan(cells, text)
    found = [entry for entry in serious(audit) if not (agency_of_rules and entry[0] == "T2-03")]
    assert found == []


def test_right_figures_are_compared_not_skipped() -> None:
    """The silent reports are silent because they were checked: the same text beside other figures is found."""
    text = SILENT[0][2]
    wrong: Counts = {"natural_person": 9, "commercial": 2, "other_org": 2}
    assert "C-01" in {rule for rule, _, _ in serious(_plan(table3(granted=wrong), text))}
    pending = SILENT[3][2].replace("134", "133")
    assert [rule for rule, _, _ in serious(_plan(SILENT[3][1], pending))] == ["C-12"]
