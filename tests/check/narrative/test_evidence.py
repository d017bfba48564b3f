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
