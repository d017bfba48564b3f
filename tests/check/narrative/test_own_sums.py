"""What a sentence says of its own numbers, in any words: sums, shares, growth; each next to the same sentence in which it is right."""

from __future__ import annotations

import pytest

from tests.check.narrative.patterns import audit_of, loud


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        ("柳溪村21件、杨坪村17件、塘坳村9件，三村合计{}件申请。", "47", "57"),
        ("上半年收到申请131件，下半年收到109件，全年共{}件。", "240", "250"),
        ("其他处理12件，除逾期不补正7件外，另有其他情形{}件。", "5", "3"),
        ("县长信箱收到来信300封，已回复270封，回复率{}%。", "90", "95"),
        ("新收政府信息公开申请240件，同比增加60件，增幅{}%。", "33.3", "43.3"),
        ("重复申请较上年减少4件，降至{}件。", "5", "9"),
        ("经复议后起诉9件，维持6件，尚未审结{}件。", "2", "3"),
        ("今年3月收到政府信息公开申请{}件。", "90", "290"),
    ],
)
def test_own_arithmetic(text: str, right: str, wrong: str) -> None:
    assert loud(audit_of(text.format(right))) == []
    assert any(wrong in message for _, _, message in loud(audit_of(text.format(wrong))))


def test_a_share_that_begins_its_clause_has_no_words() -> None:
    audit = audit_of("96.67%，全年收到申请240件。12.5%；占比。")
    assert not [problem for problem in audit.problems if problem.code == "CHECK-CRASHED"]


@pytest.mark.parametrize(
    "text",
    [
        "全年新收申请240件，一季度共71件，二季度共67件。",
        "全年收到留言240条，一月12条，二月15条，三月共20条。",
        "网站发布信息900条，一季度共71条，二季度共67条。",
        "发布信息1460条，征地信息240条，两类信息共300条。",
        "第二批共收到申请35件。",
    ],
)
def test_quarters_months_and_batches_are_no_numbers_of_members(text: str) -> None:
    """二季度共 is no sum of two numbers, 三月共 none of three."""
    assert loud(audit_of(text)) == []
