"""Masking of private data."""

from __future__ import annotations

import pytest

from auditor.check.engine import check
from auditor.model.rule import Example
from auditor.model.settings import Settings
from auditor.rulebook import load_rulebook
from auditor.rulebook.examples import build_report
from auditor.text.privacy import is_identity_number, mask, mask_name, passes_luhn


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
