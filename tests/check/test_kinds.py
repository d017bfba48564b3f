"""Check kinds that no built-in card uses yet, by a pack that passes, fails, cannot decide, and is refused where a parameter is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.errors import RulebookError
from auditor.rulebook import load_rulebook

HEAD = """
[[rule]]
id = "ZZ-01"
title = { zh = "甲", en = "a" }
severity = "notice"
valid_from = 2021
basis = ["P-PRACTICE"]
formula = "a"
why = { zh = "甲", en = "a" }
cautions = [{ zh = "甲", en = "a" }]
"""
CARDS = {
    "compare": """
check = "compare"
examples = [
  { verdict = "pass", fill = ["t2"], facts = { "t2.normative_doc.issued" = "3", "t2.normative_doc.effective" = "9" } },
  { verdict = "fail", fill = ["t2"], facts = { "t2.normative_doc.issued" = "3", "t2.normative_doc.effective" = "1" } },
  { verdict = "unknown", fill = ["t2"], absent = ["t2.normative_doc.issued"] },
]
[rule.params]
table = "t2"
pairs = [{ left = ["t2.normative_doc.effective", "t2.normative_doc.repealed"], op = ">=", right = ["t2.normative_doc.issued"] }]
[rule.messages]
differs = { zh = "{left_terms} = {left_value}，{right_value}", en = "{left_terms} = {left_value}, {right_value}" }
""",
    "present": """
check = "present"
examples = [
  { verdict = "pass", text = { s1_overview = "设立网上公开专栏。" } },
  { verdict = "fail", text = { s1_overview = "工作平稳。" } },
  { verdict = "unknown", report = { elsewhere = ["sections"], sections = [] } },
]
[rule.params]
sections = ["s1_overview"]
items = [{ name = { zh = "公开专栏", en = "a column" }, pattern = "公开专[栏区]" }]
[rule.messages]
missing = { zh = "未写到{items}", en = "{items} is not mentioned" }
""",
    "absent_pattern": """
check = "absent_pattern"
examples = [
  { verdict = "pass", text = { s5_problems = "公开时效有待提高。" } },
  { verdict = "fail", text = { s5_problems = "取得了显著成效，受到一致好评。" } },
  { verdict = "not_applicable", text = { s1_overview = "受到一致好评。" } },
]
[rule.params]
sections = ["s5_problems"]
patterns = ["一致好评"]
[rule.messages]
found = { zh = "“{printed}”：{sentence}", en = "“{printed}”: {sentence}" }
""",
    "share": """
check = "share"
examples = [
  { verdict = "pass", fill = ["t3"], facts = { "t3.unable_not_held.total" = "5", "t3.result_total.total" = "40" } },
  { verdict = "fail", fill = ["t3"], facts = { "t3.unable_not_held.total" = "35", "t3.result_total.total" = "40" } },
  { verdict = "unknown", fill = ["t3"], absent = ["t3.result_total"] },
]
params = { table = "t3", part = ["t3.unable_not_held.total"], whole = "t3.result_total.total", most = 0.8 }
[rule.messages]
dominates = { zh = "{cell} 占 {share}%", en = "{cell} is {share} %" }
""",
    "text_length": """
check = "text_length"
params = { sections = ["s5_problems"], least = 10, most = 20 }
examples = [
  { verdict = "pass", text = { s5_problems = "公开时效不强，今后加强培训。" } },
  { verdict = "fail", text = { s5_problems = "无。" } },
  { verdict = "fail", text = { s5_problems = "公开时效不强，今后加强培训。公开时效不强，今后加强培训。" } },
]
[rule.messages]
short = { zh = "只有{length}字，少于{limit}", en = "{length} < {limit}" }
long = { zh = "有{length}字，多于{limit}", en = "{length} > {limit}" }
""",
}
WRONG = [
    ("compare", 'op = ">="', 'op = "=>"', "op"),
    ("compare", '"t2.normative_doc.repealed"]', '"t3.granted.total"]', "t3.granted.total"),
    ("present", "公开专[栏区]", "公开专[栏区", "params.items"),
    ("present", "公开专[栏区]", "(?:公开)?", "params.items"),
    ("present", 'sections = ["s1_overview"]', 'sections = ["s9_more"]', "s9_more"),
    ("absent_pattern", '["一致好评"]', "[]", "params.patterns"),
    ("share", "most = 0.8", "most = 80", "params.most"),
    ("text_length", "least = 10", "least = 30", "params.least"),
    ("text_length", ", least = 10, most = 20", "", "params.least"),
]


def pack(folder: Path, text: str) -> Path:
    path = folder / "local.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", CARDS)
def test_the_examples_of_a_card_reach_their_verdicts(tmp_path: Path, kind: str) -> None:
    assert load_rulebook((pack(tmp_path, CARDS[kind]),)).rule("ZZ-01") is not None


@pytest.mark.parametrize(("kind", "old", "new", "named"), WRONG)
def test_a_parameter_out_of_its_range_is_refused(tmp_path: Path, kind: str, old: str, new: str, named: str) -> None:
    assert old in CARDS[kind]
    with pytest.raises(RulebookError) as raised:
        load_rulebook((pack(tmp_path, CARDS[kind].replace(old, new)),))
    assert named in str(raised.value)


def test_the_example_pack_is_a_notice_with_all_its_kinds() -> None:
    path = Path(__file__).resolve().parents[2] / "examples" / "province_pack.toml"
    used = {rule.check for rule in load_rulebook((path,)).rules if rule.pack == "province_pack"}
    assert used == {"text_length", "must_state_number", "at_most", "date"}
