"""Our own sentences: none that agrees is accused, those that do not are found (see ``patterns.py``)."""

from __future__ import annotations

import pytest

from tests.check.narrative.patterns import audit_of, cases, loud, tried

_OF_EACH = 5
"""The suite tries one sentence in so many; ``python -m tests.check.narrative.patterns`` tries all."""


@pytest.mark.parametrize("case", cases("development")[::_OF_EACH], ids=lambda case: case["id"])
def test_development(case: dict[str, str]) -> None:
    found = loud(audit_of(case["text"]))
    if case["expect"] == "silent":
        assert found == []
    else:
        assert any(case.get("wrong", "") in message for _, _, message in found)


def test_kept_back() -> None:
    done = tried("kept_back")
    assert not done.at_error
    assert len(done.accused) <= done.consistent // 50
    assert done.wrong - len(done.missed) >= done.wrong * 9 // 10


_RESTRICTIONS = {
    "按时": "按时办结{n}件。", "按期": "按期答复{n}件。", "工作日内": "在15个工作日内答复{n}件。", "当场": "当场答复{n}件。", "口头": "口头答复{n}件。",
    "书面": "书面答复{n}件。", "提前": "提前办结{n}件。", "到期": "到期答复{n}件。", "首次": "首次答复{n}件。", "重新": "重新答复{n}件。", "当日": "当日答复{n}件。",
    "直接": "直接答复{n}件。", "同一申请人": "收到同一申请人申请{n}件。", "网上": "收到网上申请{n}件。", "信函": "收到信函申请{n}件。", "当面": "收到当面申请{n}件。",
    "因": "因征地收到申请{n}件。", "涉及": "收到涉及征地的申请{n}件。", "经协调": "经协调答复{n}件。",
}  # fmt: skip


@pytest.mark.parametrize("word", _RESTRICTIONS)
def test_a_restricting_word_makes_a_part(word: str) -> None:
    """Smaller than all of them it proves nothing."""
    assert loud(audit_of("依申请公开方面，" + _RESTRICTIONS[word].format(n=30))) == []


@pytest.mark.parametrize("word", [word for word in _RESTRICTIONS if word not in ("因", "涉及")])
def test_a_part_is_not_more_than_all(word: str) -> None:
    found = loud(audit_of("依申请公开方面，" + _RESTRICTIONS[word].format(n=900)))
    assert any(rule in ("C-01", "C-03") and "900" in message for rule, _, message in found)
    assert "error" not in {severity for _, severity, _ in found}


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
