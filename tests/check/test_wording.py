"""Wording and privacy cards: every example, and what must stay silent."""

from __future__ import annotations

import pytest

from auditor.check.engine import check
from auditor.model.rule import Example, Rule
from auditor.model.settings import Settings
from auditor.rulebook import load_rulebook
from auditor.rulebook.examples import build_report

CASES = [
    pytest.param(rule, example, id=f"{rule.id}-{number}")
    for rule in load_rulebook().rules
    if rule.pack in ("f_wording", "g")
    for number, example in enumerate(rule.examples)
]

SILENT = [
    "较2022年减少3件。",
    "2022年12月印发的方案继续执行。",
    "青政发〔2022〕15号文件已废止。",
    "2024年将重点推进规范性文件清理。",
    "第三方机构应在15个工作日内反馈意见。",
    "办公电话：0517-83901234，邮箱：water_office@163.com，邮编223001。",
    "局长王建国、副局长李明分管政府信息公开工作。",
    "统一社会信用代码12320800014338123X。",
    "严格落实保密审查制度，国家秘密不予公开。",
    "申请人可以当面提出申请，也可以邮寄申请。",
    "全年没有因政府信息公开申请行政复议、提起行政诉讼的情况。",
]


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_example_reaches_its_verdict(rule: Rule, example: Example) -> None:
    audit = check(build_report(example, load_rulebook()), load_rulebook(), Settings(select=(rule.id,)))
    assert not [problem for problem in audit.problems if problem.code == "CHECK-CRASHED"]
    assert audit.verdicts[rule.id] == example.verdict
    if example.severity is not None:
        assert {finding.severity for finding in audit.findings} == {example.severity}


@pytest.mark.parametrize("sentence", SILENT)
@pytest.mark.parametrize("section", ["s1_overview", "s3_requests"])
def test_legitimate_sentences_stay_silent(sentence: str, section: str) -> None:
    report = build_report(Example(verdict="pass", text={section: sentence}), load_rulebook())
    names = tuple(rule.id for rule in load_rulebook().rules if rule.pack in ("f_wording", "g"))
    assert check(report, load_rulebook(), Settings(select=names)).findings == ()
