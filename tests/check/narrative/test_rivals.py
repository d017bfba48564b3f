"""A number that another reading of the same words has in the same report accuses nobody; its neighbour that no reading has is found."""

from __future__ import annotations

import pytest

from tests.check.narrative.patterns import audit_of, loud


@pytest.mark.parametrize(
    "text",
    [
        "企业申请的答复情况如下：同意公开20件，本机关不掌握2件。",
        "结转2024年办理的13件里，2件已发出补正告知，4件在征求意见，其余7件仍在办理中。",
        "不予公开中，保护第三方合法权益4件，商业秘密3件、个人隐私1件。",
        "审批工作全年收到申请902件，不予受理42件，作出行政许可决定860件。",
    ],
)
def test_what_another_reading_has_accuses_nobody(text: str) -> None:
    assert loud(audit_of(text)) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("行政复议中，维持12件，纠正3件，其他5件，尚未审结4件。", "12"),  # 12 = 3 + 5 + 4 by chance: the others agree
        ("复议后起诉9件，结果维持6件、结果纠正3件。", "3"),
    ],
)
def test_what_no_reading_has_is_found(text: str, wrong: str) -> None:
    assert any(wrong in message for _, _, message in loud(audit_of(text)))


def test_numbers_that_add_up_among_themselves_are_held_against_the_tables() -> None:
    """240 and its parts agree with each other; 209, 26 and 226, 14 are still not what the tables say."""
    applicants = loud(audit_of("本年新收政府信息公开申请240件，其中自然人209件、商业企业26件、法律服务机构5件。"))
    assert {number for number in ("209", "26") if any(number in message for _, _, message in applicants)} == {"209", "26"}
    outcomes = loud(audit_of("共收到政府信息公开申请240件，办结226件，结转下年度继续办理14件。"))
    assert any("226" in message for _, _, message in outcomes)
    assert any("14" in message for _, _, message in outcomes)
    assert loud(audit_of("保护第三方合法权益4件，涉及企业商业秘密3件、个人隐私1件。")) == []
