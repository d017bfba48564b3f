"""Masking of private data."""

from __future__ import annotations

import pytest

from auditor.check.engine import check
from auditor.model.rule import Example
from auditor.model.settings import Settings
from auditor.rulebook import load_rulebook
from auditor.rulebook.examples import build_report
from auditor.text.privacy import is_identity_number, mask, mask_name, names_in, passes_luhn


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_identity_numbers_of_the_standard(number: str) -> None:
    assert is_identity_number(number)
    assert mask(f"证件{number}。") == f"证件{number[:3]}{'*' * 13}{number[-2:]}。"


def test_a_wrong_check_digit_or_date_is_no_identity_number() -> None:
    assert not is_identity_number("110105194912310021")
    assert not is_identity_number("110105194913310021")


def test_mobile_and_card_numbers_keep_three_and_two_characters() -> None:
    assert mask("电话13812345678") == "电话138******78"
    assert mask("卡号4111111111111111") == "卡号411***********11"
    assert passes_luhn("4111111111111111")


def test_masking_twice_changes_nothing_and_plain_figures_stay() -> None:
    text = "13812345678 与 11010519491231002X"
    assert mask(mask(text)) == mask(text)
    assert mask("公开信息12345条，办公电话0517-83901234") == "公开信息12345条，办公电话0517-83901234"
    assert mask_name("王建国") == "王**"


def test_findings_never_carry_the_number_or_the_name() -> None:
    text = "申请人王建国申请公开征地方案，身份证号11010519491231002X，电话13812345678。"
    report = build_report(Example(verdict="fail", text={"s3_requests": text}), load_rulebook())
    audit = check(report, load_rulebook(), Settings(select=("G",)))
    assert {finding.rule for finding in audit.findings} >= {"G-01", "G-03", "G-04"}
    written = str(audit.findings)
    assert not [secret for secret in ("11010519491231002X", "13812345678", "王建国") if secret in written]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("电话138-1234-5678", "电话138********78"),
        ("电话138 1234 5678。", "电话138********78。"),
        ("电话+86 13812345678", "电话+86 138******78"),
        ("证件110105 19491231 002X", "证件110***************2X"),
        ("申请人王建国申请公开", "申请人王**申请公开"),
        ("原告：欧阳明华起诉", "原告：欧***起诉"),
        ("家住青山镇幸福路8号3栋502室", "家住青山***************"),
    ],
)
def test_numbers_in_groups_names_and_homes(text: str, shown: str) -> None:
    assert mask(text).count("*") >= 2
    assert not any(part in mask(text) for part in ("1234", "1949", "建国", "明华", "幸福路"))
    assert mask(mask(text)) == mask(text)
    if "室" not in text:
        assert mask(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "13 138 1234 5678 9",  # cells of a row
        "住房和城乡建设局关于〔2024〕3号",
        "机关地址：青山市中心路1号水务大厦302室",
        "申请人可以当面提交申请",
        "申请人王某某申请公开",
        "申请人方便获取信息，提出申请更容易",
        "局长王建国主持会议",
        "统一社会信用代码11320800014338123A",
    ],
)
def test_what_is_not_private_stays(text: str) -> None:
    assert mask(text) == text


def test_a_name_is_masked_where_its_role_is_not_printed() -> None:
    names = names_in(["申请人王建国申请公开征地方案。"])
    assert names == ("王建国",)
    assert mask("王建国不服该答复。", names) == "王**不服该答复。"


def test_numbers_side_by_side_are_no_telephone_number() -> None:
    from auditor.model.report import Unplaced
    from auditor.model.source import Location

    report = build_report(Example(verdict="fail", text={"s1_overview": "全年工作平稳。"}), load_rulebook())
    import msgspec

    row = Unplaced(text="138 1234 5678", values=("138", "1234", "5678"), location=Location())
    audit = check(msgspec.structs.replace(report, unplaced=(row,)), load_rulebook(), Settings(select=("G",)))
    assert "G-03" not in {finding.rule for finding in audit.findings}
