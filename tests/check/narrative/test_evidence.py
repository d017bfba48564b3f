"""A number whose meaning is taken over from elsewhere is held against the tables only where its sentence bears the reading out."""

from __future__ import annotations

import pytest

from tests.check.narrative.patterns import audit_of, loud


@pytest.mark.parametrize(
    "text",
    [
        "商业企业递交的27件申请，予以公开19件，无法提供3件，结转下年2件。",
        "未经复议就起诉的14件，到年底已审结10件。",
        "仍在审理的争议9件（行政复议4件、行政诉讼5件）进展顺利。",
    ],
)
def test_parts_of_a_part_accuse_nobody(text: str) -> None:
    assert loud(audit_of(text)) == []


def test_an_agreeing_neighbour_bears_a_reading_out() -> None:
    """The same list with one number wrong: the others say that it was read as it was meant."""
    text = "从办理结果看，予以公开120件，部分公开31件，不予公开{}件，无法提供46件。"
    assert loud(audit_of(text.format(14))) == []
    assert any("19件" in message or "19" in message for _, _, message in loud(audit_of(text.format(19))))


def test_a_plain_total_bears_out_what_follows_it_even_where_all_is_wrong() -> None:
    found = loud(audit_of("全年收到政府信息公开申请240件。其中予以公开99件，部分公开44件，不予公开27件。"))
    assert all(any(number in message for _, _, message in found) for number in ("99", "44", "27"))


def test_what_nothing_bears_out_is_a_bound_in_the_account() -> None:
    states = {entry.printed: entry.state for entry in audit_of("商业企业递交的27件申请，予以公开19件，无法提供3件。").statements}
    assert states["19件"] == "bounded"
    assert states["3件"] == "bounded"


def test_a_share_is_of_the_whole_its_words_name() -> None:
    """占答复总量 is of all answers, 占不予公开总量 of the refusals; 总量 is no sum of the numbers before."""
    assert loud(audit_of("准予公开的120件，占答复总量的50.85%。")) == []
    assert any("53.85" in message for _, _, message in loud(audit_of("准予公开的120件，占答复总量的53.85%。")))
    assert loud(audit_of("因过程性信息不予公开10件，占不予公开总量的71.43%。")) == []


def test_a_share_of_a_part_of_the_year_that_names_its_whole_is_arithmetic() -> None:
    assert loud(audit_of("上半年新收申请60件，占全年240件的25%。")) == []
    assert any("35%" in message for _, _, message in loud(audit_of("上半年新收申请60件，占全年240件的35%。")))


def test_a_total_of_the_sentence_before_bears_out_all_that_follows() -> None:
    found = loud(audit_of("全年收到政府信息公开申请240件。其中予以公开99件，部分公开44件，17件结转下年度办理。"))
    assert any("17" in message for _, _, message in found)


def test_a_sentence_of_many_numbers_costs_no_product_of_them() -> None:
    """Words not understood are kept of the nearest numbers only."""
    audit = audit_of("收到申请240件，" + "、".join(f"甲{number}街道{number}件" for number in range(1, 300)) + "。")
    assert max(len(entry.unknown) for entry in audit.statements) <= 40


def test_people_added_are_no_growth_of_requests() -> None:
    text = "面对申请量较上一年度（160件）增长五成，局办公室增配专职人员{}名，全年240件新收申请均已登记。"
    assert loud(audit_of(text.format(1))) == []


def test_many_kinds_are_no_growth() -> None:
    """样 in 多样 belongs to the word: the share is of the number beside it."""
    assert loud(audit_of("发布政策解读24篇，其中文字解读10篇，占41.67%；图解等多样化解读14篇，占58.33%。")) == []


def test_a_growth_told_by_its_amount_is_expected_as_an_amount() -> None:
    [(_, _, more)] = loud(audit_of("收到申请240件，较上年200件增加30件。"))
    [(_, _, less)] = loud(audit_of("收到申请240件，较上年300件减少30件。"))
    assert "应为40件" in more
    assert "应为60件" in less
