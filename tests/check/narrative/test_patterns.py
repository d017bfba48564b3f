"""Our own sentences: none that agrees is accused, those that do not are found (see ``patterns.py``)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.check.narrative.patterns import audit_of, cases, loud, tried

_OF_EACH = 8
_OF_KEPT_BACK = 3
"""The suite tries one sentence in so many; ``python -m tests.check.narrative.patterns`` tries all."""


@pytest.mark.parametrize("case", cases("development")[::_OF_EACH], ids=lambda case: case["id"])
def test_development(case: dict[str, Any]) -> None:
    found = loud(audit_of(case["text"], case.get("year", 2023)))
    if case["expect"] == "silent":
        assert found == []
    else:
        assert any(case.get("wrong", "") in message for _, _, message in found)


def test_kept_back() -> None:
    done = tried("kept_back", _OF_KEPT_BACK)
    assert not done.at_error
    assert len(done.accused) <= done.consistent // 50
    assert done.wrong - len(done.missed) >= done.wrong * 9 // 10


_RESTRICTIONS = {
    "按时": "按时办结{n}件。", "按期": "按期答复{n}件。", "工作日内": "在15个工作日内答复{n}件。", "当场": "当场答复{n}件。", "口头": "口头答复{n}件。",
    "书面": "书面答复{n}件。", "提前": "提前办结{n}件。", "到期": "到期答复{n}件。", "首次": "首次答复{n}件。", "重新": "重新答复{n}件。", "当日": "当日答复{n}件。",
    "直接": "直接答复{n}件。", "同一申请人": "收到同一申请人申请{n}件。", "网上": "收到网上申请{n}件。", "信函": "收到信函申请{n}件。", "当面": "收到当面申请{n}件。",
    "因": "因征地收到申请{n}件。", "涉及": "收到涉及征地的申请{n}件。", "经协调": "经协调答复{n}件。",
    "目前": "目前办结{n}件。", "最多一天": "最多一天收到申请{n}件。", "属于": "答复属于征地方面的申请{n}件。",
    "其中由": "收到政府信息公开申请240件，其中由业务科室办理{n}件。",
}  # fmt: skip


@pytest.mark.parametrize("word", _RESTRICTIONS)
def test_a_restricting_word_makes_a_part(word: str) -> None:
    """Smaller than all of them it proves nothing."""
    assert loud(audit_of("依申请公开方面，" + _RESTRICTIONS[word].format(n=30))) == []


@pytest.mark.parametrize("word", _RESTRICTIONS)
def test_a_part_is_not_more_than_all(word: str) -> None:
    found = loud(audit_of("依申请公开方面，" + _RESTRICTIONS[word].format(n=900)))
    assert any(rule in ("C-01", "C-03", "C-16") and "900" in message for rule, _, message in found)
    assert "error" not in {severity for _, severity, _ in found}


_PARTS = {
    "予以公开": "按时予以公开{n}件。", "部分公开": "按期部分公开{n}件。", "不予公开": "书面答复不予公开{n}件。", "无法提供": "当场告知无法提供{n}件。",
    "结转": "目前结转下年度{n}件。", "复议": "政府信息公开行政复议中，书面维持{n}件。", "诉讼": "政府信息公开行政诉讼中，直接维持{n}件。",
    "重复": "口头告知属于重复申请{n}件。",
}  # fmt: skip


@pytest.mark.parametrize("kind", _PARTS)
def test_a_part_of_an_outcome_or_result_is_bounded_too(kind: str) -> None:
    assert loud(audit_of(_PARTS[kind].format(n=1))) == []
    found = loud(audit_of(_PARTS[kind].format(n=900)))
    assert any("900" in message for _, _, message in found)
    assert "error" not in {severity for _, severity, _ in found}


def test_members_without_names_belong_to_wholes_in_their_order() -> None:
    """复议33件、诉讼23件，其中本局8件、5件: each part is held against its own whole."""
    text = "全系统被申请信息公开行政复议84件、被提起信息公开行政诉讼48件，其中本局{}件、{}件。"
    assert loud(audit_of(text.format(33, 23))) == []
    assert any("90件" in message or "90" in message for _, _, message in loud(audit_of(text.format(90, 23))))
    assert any("71" in message for _, _, message in loud(audit_of(text.format(33, 71))))


@pytest.mark.parametrize(
    "sentence", ["收到申请{}204件。", "办结{}204件。", "予以公开{}204件。", "被申请行政复议{}204件。", "制发规范性文件{}204件。"]
)
@pytest.mark.parametrize("word", ["甲乙", "囫囵", "忒煞", "饕餮"])
def test_a_word_not_understood_never_makes_an_error(sentence: str, word: str) -> None:
    assert "error" not in {severity for _, severity, _ in loud(audit_of(sentence.format(word)))}
    assert "error" not in {severity for _, severity, _ in loud(audit_of(word + sentence.format("")))}


def test_every_number_has_one_state() -> None:
    audit = audit_of("全年收到政府信息公开申请240件，按时办结230件，其中予以公开120件；公开信息980条，其中动态500条；去年收到200件。")
    states = {entry.printed: entry.state for entry in audit.statements if entry.section == "s1_overview"}
    assert states["240件"] == "compared"
    assert states["230件"] == "bounded"
    assert states["980条"] == "internal"
    assert states["200件"] == "other_period"
