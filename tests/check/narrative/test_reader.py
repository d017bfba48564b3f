"""Sentences of invented agencies → what the reader makes of them."""

from __future__ import annotations

import pytest

from auditor.check.narrative.reader import read_statements
from auditor.model.report import Passage
from auditor.model.source import Location
from auditor.rulebook.narrative import load_narrative

WORDS = load_narrative()


def counts(text: str) -> list[tuple[str | None, int | None]]:
    passage = Passage(index=0, section="s1_overview", text=text, location=Location())
    found = read_statements((passage,), WORDS)
    return [(entry.quantity, None if entry.value is None else int(entry.value)) for entry in found if entry.kind == "count"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("受理政府信息公开申请 3119 件，答复3050件（含上年度结转申请34件，另有103件顺延到下年度答复）。",
         [("received", 3119), ("answered", 3050), ("answered_over", 34), ("carried_forward", 103)]),
        ("累计处理政府信息公开申请46件（含上年度结转1件）。", [("handled", 46), ("carried_over", 1)]),
        ("受理依申请公开10件，办理上年结转1件。答复11件。", [("received", 10), ("carried_over", 1), ("answered", 11)]),
        ("受理依申请公开36件，均已办结，8件申请人撤销。", [("received", 36), ("given_up", 8)]),
        ("收到政府信息公开申请四十五件，余下两件结转下一年度。", [("received", 45), ("carried_forward", 2)]),
        ("12月收到的2件申请结转至下一年度办理。", [("carried_forward", 2)]),
        ("行政复议、行政诉讼分别为3件、2件。", [("review.total", 3), ("litigation.total", 2)]),
        ("行政复议和行政诉讼共5件。", [("remedies.total", 5)]),
        ("全区收到政府信息公开申请1 234件。", [("received", None)]),
        ("受理网民留言60条，公开答复28条，已办结60条。", [(None, 60), (None, 28), (None, 60)]),
        ("建立规章制度5项。", [(None, 5)]),
        ("政府信息公开申请中，不予公开、无法提供、不予处理合计14件，部分公开3件。", [("outcomes", 14), ("partial", 3)]),
        ("根据第三十二条和某办函〔2021〕30号，电话0512-66668888。", []),
    ],
)  # fmt: skip
def test_numbers_are_told_apart(text: str, expected: list[tuple[str | None, int | None]]) -> None:
    assert counts(text) == expected


def parts(text: str) -> dict[str, list[str]]:
    passage = Passage(index=0, section="s1_overview", text=text, location=Location())
    found = read_statements((passage,), WORDS)
    lists: dict[str, list[str]] = {}
    for entry in found:
        if entry.part_of is not None:
            lists.setdefault(found[entry.part_of].printed, []).append(entry.printed)
    return lists


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("工作类信息11条，其中动态3条、总结3条、通知5条；政策类信息4条；财政类信息7条。", {"11条": ["3条", "3条", "5条"]}),
        (
            "公开信息11条，按内容分，动态6条、通知5条；按渠道分，网站8条、公告栏3条；按科室分，办公室9条、其他2条。",
            {"11条": ["6条", "5条", "8条", "3条", "9条", "2条"]},
        ),
        ("公开信息11条，其中：动态3条；总结3条；通知5条。", {"11条": ["3条", "3条", "5条"]}),
    ],
)
def test_a_semicolon_ends_a_list_whose_members_commas_part(text: str, expected: dict[str, list[str]]) -> None:
    assert parts(text) == expected
